/** What random programs declare in their module besides the function: types, classes, and helpers that they call. */
import type { Maker } from "./maker.ts";

const declarations = {
  constants: "const RATE = 0.8;\nexport const WEIGHTS: readonly number[] = [0.5, -0.25, 1.5];",
  computed: `const NODES = Array.from({ length: 4 }, (_, i) => Math.cos(i + 0.5));
const [FIRST, ...OTHERS] = NODES.map((v) => v * v);
const NAMED = new Map(NODES.map((v, i) => [\`k\${i}\`, v] as const));`,
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
  Spot: "interface Spot { x: number; y: number; z: number }",
  Perhaps: `type Perhaps = number | null | undefined;
function orNone(v: Perhaps): number {
  return v === null ? 0.2 : v === undefined ? -0.3 : v;
}`,
  Several: `type Several = number | string | number[];
function amount(v: Several): number {
  if (typeof v === "number") return v;
  return typeof v === "string" ? 0.1 * v.length : v.reduce((p, q) => p + Math.sin(q), 0);
}`,
  Figure: `type Figure =
  | { kind: "disc"; r: number }
  | { kind: "box"; w: number; h: number }
  | { kind: "path"; sides: number[] };
function areaOf(f: Figure): number {
  switch (f.kind) {
    case "disc":
      return f.r * f.r;
    case "box":
      return f.w * f.h;
    default:
      return f.sides.reduce((sum, side) => 0.5 * sum + Math.sin(side), 0);
  }
}`,
  evaluate: `type Expr =
  | { op: "num"; value: number }
  | { op: "x" }
  | { op: "add" | "mul"; left: Expr; right: Expr }
  | { op: "sin"; of: Expr }
  | { op: "neg"; of: Expr };
function evaluate(e: Expr, x: number): number {
  if (e.op === "num") return e.value;
  if (e.op === "x") return x;
  if (e.op === "sin") return Math.sin(evaluate(e.of, x));
  if (e.op === "neg") return -evaluate(e.of, x);
  const [left, right] = [evaluate(e.left, x), evaluate(e.right, x)];
  return e.op === "add" ? left + right : left * right;
}`,
  attempted: `function attempted(x: number): { ok: true; value: number } | { ok: false; off: number } {
  return x < 1 ? { ok: true, value: Math.sqrt(2 - x) } : { ok: false, off: x - 1 };
}`,
  memoised: `function memoised(x: number, n: number, memo: Map<number, number>): number {
  if (n <= 0) return x;
  const known = memo.get(n);
  if (known !== undefined) return known;
  const made = Math.sin(memoised(x, n - 1, memo)) + 0.5 * memoised(x, n - 2, memo);
  memo.set(n, made);
  return made;
}`,
  grad: 'import { grad } from "cotangent";',
  jvp: 'import { jvp } from "cotangent";',
  vjp: 'import { vjp } from "cotangent";',
  rules: 'import { customJvp, customVjp, inactive } from "cotangent";',
  squash: `export const squash: (x: number) => number = customJvp(
  (x: number) => 1 / (1 + Math.exp(-x)),
  ([x], [dx]) => {
    const y = squash(x);
    return [y, y * (1 - y) * dx];
  },
);`,
  softly: `export const softly: (x: number) => number = customVjp(
  (x: number) => Math.sqrt(1 + x * x),
  (x) => {
    const y = softly(x);
    return [y, (yBar) => [(yBar * x) / y]];
  },
);`,
  steps: "export const steps: (x: number) => number = inactive((x: number) => 0.5 * Math.floor(2 * x));",
  energyOf: `export const energyOf: (xs: number[]) => number = customVjp(
  (xs: number[]) => xs.reduce((sum, x) => sum + Math.cos(x), 0),
  (xs) => [energyOf(xs), (eBar) => [xs.map((x) => -eBar * Math.sin(x))]],
);`,
  bent: `export const bent: (xs: number[], k: number) => number[] = customJvp(
  (xs: number[], k: number) => xs.map((x) => Math.sin(k * x)),
  ([xs, k], [dxs, dk]) => [bent(xs, k), xs.map((x, i) => Math.cos(k * x) * (k * dxs[i] + x * dk))],
);`,
  unfold: `function unfold(x: number, n: number): number[] {
  if (n <= 0) return [x, 0.5 * x];
  const rest = unfold(Math.sin(x + 0.5), n - 1);
  rest[0] += x * rest[1];
  return n % 2 === 0 ? rest : [x, ...rest.slice(0, 2)];
}`,
} as const;

/** What `declare` can declare. */
export type Declaration = keyof typeof declarations;

/** True of the name of something that can be declared. */
export function isDeclaration(name: string): name is Declaration {
  return Object.hasOwn(declarations, name);
}

const needs: Partial<Record<Declaration, Declaration>> = {
  around: "powers",
  treeSum: "Tree",
  squash: "rules",
  softly: "rules",
  steps: "rules",
  energyOf: "rules",
  bent: "rules",
};

/** Sees to it that the module declares it, once, and what it needs before it. */
export function declare(make: Maker, name: Declaration): void {
  const needed = needs[name];
  if (needed) declare(make, needed);
  const text = declarations[name];
  if (!make.declarations.includes(text)) make.declarations.push(text);
}
