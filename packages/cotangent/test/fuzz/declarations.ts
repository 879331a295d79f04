/** What random programs declare in their module besides the function: types, classes, and helpers that they call. */
import type { Maker } from "./maker.ts";

const declarations = {
  Options: "interface Options { act: (x: number) => number; rate: number }",
  Link: "interface Link { value: number; next: Link | undefined }",
  Tree: "interface Tree { value: number; left?: Tree; right?: Tree }",
  Mode: "enum Mode { Up, Down, Level }",
  Cell: `class Cell {
  count = 0;
  readonly scale: number;
  constructor(public value: number, scale = 0.5) {
    this.scale = scale;
  }
  static of(x: number): Cell {
    return new Cell(Math.sin(x), x);
  }
  get scaled(): number {
    return this.value * this.scale;
  }
  set scaled(v: number) {
    this.value = v / (1 + this.scale * this.scale);
  }
  turn(x: number): this {
    this.count++;
    this.value = Math.sin(this.value + x * this.scale);
    return this;
  }
  over(xs: readonly number[]): number {
    return xs.reduce((sum, x) => 0.5 * sum + Math.tanh(x * this.value), 0);
  }
}`,
  Gate: `abstract class Gate {
  protected gain: number;
  constructor(gain: number) {
    this.gain = gain;
  }
  abstract act(x: number): number;
  learn(x: number): number {
    this.gain = Math.tanh(this.gain + 0.3 * x);
    return this.act(x) * this.gain;
  }
}
class SineGate extends Gate {
  act(x: number): number {
    return Math.sin(this.gain * x);
  }
}
class CubeGate extends Gate {
  #bias: number;
  constructor(gain: number, bias: number) {
    super(0.5 * gain);
    this.#bias = bias;
  }
  act(x: number): number {
    return Math.tanh(x * x * x) * this.gain + this.#bias;
  }
  override learn(x: number): number {
    this.#bias = Math.cos(this.#bias * x);
    return super.learn(0.5 * x) + this.#bias;
  }
}`,
  powers: `function* powers(x: number, n: number): Generator<number> {
  let v = x;
  for (let i = 0; i < n; i++) {
    yield v;
    v = Math.sin(v * x + 0.3);
  }
}`,
  around: `function* around(x: number, xs: readonly number[]): Generator<number> {
  yield 0.5 * x;
  yield* powers(x, 2);
  for (const v of xs) if (v > -0.5) yield v * x;
}`,
  checked: `function checked(x: number): number {
  if (x > 0.6) throw new RangeError("too large");
  return Math.sqrt(1 - x * 0.5);
}`,
  area: "const area = (...sides: number[]): number => sides.reduce((p, q) => p * Math.sin(q) + q, 1);",
  scaledBy: "const scaledBy = (k: number) => (shift: number) => (x: number): number => Math.sin(k * x) + shift * x;",
  compose: `function compose(f: (x: number) => number, g: (x: number) => number): (x: number) => number {
  return (x) => f(g(x) * 0.5);
}`,
  counter: `function counter(start: number): { next: (x: number) => number; get: () => number } {
  let n = start;
  return {
    next: (x) => {
      n = Math.sin(n * 1.3 + x);
      return n;
    },
    get: () => n * n,
  };
}`,
  parity: `function even(x: number, n: number): number {
  return n <= 0 ? x : Math.sin(odd(x * 0.8, n - 1)) + x;
}
function odd(x: number, n: number): number {
  return n <= 0 ? 1 : even(x + 0.2, n - 1) * x;
}`,
  halves: `function halves(xs: number[], from: number, to: number): number {
  if (to - from <= 1) return xs[from];
  const middle = (from + to) >> 1;
  xs[from] = Math.sin(xs[from] + 0.3 * xs[middle]);
  return halves(xs, from, middle) * 0.7 + halves(xs, middle, to);
}`,
  treeSum: `function treeSum(tree: Tree | undefined, x: number): number {
  if (tree === undefined) return 0.1 * x;
  tree.value = Math.cos(tree.value * x);
  return tree.value + 0.5 * treeSum(tree.left, x * tree.value) - treeSum(tree.right, 0.5 * x);
}`,
  unfold: `function unfold(x: number, n: number): number[] {
  if (n <= 0) return [x, 0.5 * x];
  const rest = unfold(Math.sin(x + 0.5), n - 1);
  rest[0] += x * rest[1];
  return n % 2 === 0 ? rest : [x, ...rest.slice(0, 2)];
}`,
} as const;

/** What `declare` can declare. */
export type Declaration = keyof typeof declarations;

const needs: Partial<Record<Declaration, Declaration>> = { around: "powers", treeSum: "Tree" };

/** Sees to it that the module declares it, once, and what it needs before it. */
export function declare(make: Maker, name: Declaration): void {
  const needed = needs[name];
  if (needed) declare(make, needed);
  const text = declarations[name];
  if (!make.declarations.includes(text)) make.declarations.push(text);
}
