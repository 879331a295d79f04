/**
 * Verbs on a function that carries its derivatives, against the same verbs compiled: values, derivatives, and what is in
 * the arguments afterwards.
 */
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { registerDerivatives } from "../runtime/registry.ts";
import { installCompiler, requestOf } from "./at-run-time.ts";
import { openProgram } from "./compile.ts";
import { differentiable } from "./differentiable.ts";
import { type Callable, evaluateText } from "./evaluate.ts";
import type { OperatorRequest } from "./operators.ts";
import * as verbs from "./verbs.ts";

const source = `
export interface Model { weights: number[]; bias: number; name: string; scale?: number; shift?: number[] }

export function textbook(x: number, y: number): number {
  return Math.log(x) + x * y - Math.sin(y);
}
export function rosenbrock(x: number[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2;
  return sum;
}
export function loss(model: Model, data: Float64Array, single: Float32Array, verbose: boolean): number {
  let sum = verbose ? 0 : 1;
  for (let i = 0; i < data.length; i++) {
    const w = model.weights[i % model.weights.length]!;
    sum += (w * data[i]! + model.bias * (model.scale ?? 2) + (model.shift ? model.shift[0]! : 0)) ** 2 * single[0]!;
  }
  return sum;
}
export function normalize(x: Float64Array, factor: number): number {
  let norm = 0;
  for (let i = 0; i < x.length; i++) norm += x[i]! * x[i]!;
  for (let i = 0; i < x.length; i++) x[i] = (x[i]! * factor) / norm;
  return x[0]! + norm * x[x.length - 1]!;
}
export function swap(a: number[], b: number[]): number {
  const kept = a[0]!;
  a[0] = b[0]! * b[0]! * 3;
  return kept * a[0]! + b[1]!;
}
export function dot(a: number[], b: number[]): number {
  return a[0]! * b[0]! * b[0]! + a[1]! * b[1]!;
}
export function circle(t: number): number[] {
  return [Math.cos(t), Math.sin(t), t * t];
}
export function transform(x: Float64Array, m: number[][]): Float64Array {
  const y = new Float64Array(m.length);
  for (let i = 0; i < m.length; i++) for (let j = 0; j < x.length; j++) y[i]! += m[i]![j]! * x[j]! ** 2;
  return y;
}
export function cumulate(x: number[], y: number[]): number[] {
  for (let i = 1; i < x.length; i++) x[i] = x[i]! * x[i - 1]!;
  return [x[x.length - 1]! * y[0]!, x[0]! + y[1]!];
}
export function structured(x: number[], m: Model): { a: number; rows: Float64Array[]; name: string; scale?: number; shift?: number[] } {
  const rows = [new Float64Array(2), new Float64Array(1)];
  rows[0]![0] = x[0]! * m.bias;
  rows[1]![0] = x[1]! ** 3;
  return { a: x[0]! * x[1]!, rows, name: m.name, scale: m.scale, shift: m.shift };
}
export function optional(x: number, y = 3, o?: { z: number }): number {
  return x * x * y + (o?.z ?? 1) * x;
}
export function pairOf(x: number, y?: number): number[] {
  return [x * (y ?? 2), x + (y ?? 1)];
}
export function slope(x: number, y: number): number {
  return x * Math.sqrt(y);
}
export function slopes(x: number, y: number): number[] {
  return [x * Math.sqrt(y), x];
}
export function withAux(x: number[]): [number, { steps: number }] {
  return [x[0]! * x[1]!, { steps: 3 }];
}
`;

const program = openProgram({ cwd: "/", sources: { "/corpus.ts": source } });

async function compile(name: string, request: OperatorRequest): Promise<Callable> {
  const { text, name: exported } = program.derive(`/corpus.ts#${name}`, request);
  return (await evaluateText(text)).get(exported) as Callable;
}

type Verb = Exclude<OperatorRequest["operator"], "value">;
type Options = Omit<OperatorRequest, "operator">;
const applied = verbs as unknown as Record<Verb, (f: Callable, options?: Options) => Callable>;

/** The functions, each with the derivatives that are registered for it; of order 2 where the result is a number. */
const functions = new Map<string, Callable>();
beforeAll(async () => {
  for (const [, name] of source.matchAll(/export function (\w+)/g)) {
    const f = await compile(name as string, { operator: "value" });
    const isScalar = new RegExp(`function ${name}\\(.*\\): number \\{`).test(source);
    const derive = (operator: Verb) => compile(name as string, { operator });
    const second = isScalar ? { hvp: await derive("hvp"), hessian: await derive("hessian") } : {};
    registerDerivatives(f, {
      ...(isScalar ? { valueAndGrad: await derive("valueAndGrad") } : {}),
      jvp: await derive("jvp"),
      vjp: await derive("vjp"),
      ...second,
    });
    functions.set(name as string, f);
  }
}, 120_000);

const f = (name: string): Callable => functions.get(name) as Callable;

/** The same structure, kinds of arrays included, and numbers that agree to rounding. */
function expectSame(found: unknown, expected: unknown, path = "it"): void {
  if (typeof expected === "number" && typeof found === "number") {
    const scale = Math.max(1e-3, Math.abs(expected));
    if (!Object.is(found, expected)) expect(Math.abs(found - expected) / scale, `${path}: ${found}`).toBeLessThan(1e-6);
    return;
  }
  if (typeof expected !== "object" || expected === null) {
    expect(found, path).toBe(expected);
    return;
  }
  expect(Object.prototype.toString.call(found), path).toBe(Object.prototype.toString.call(expected));
  expect(Object.keys(found as object), path).toEqual(Object.keys(expected));
  for (const [key, part] of Object.entries(expected)) {
    expectSame((found as Record<string, unknown>)[key], part, `${path}.${key}`);
  }
}

const model = () => ({ weights: [1, -2], bias: 0.5, name: "m", shift: [0.3] });
const full = () => ({ weights: [1, -2], bias: 0.5, scale: 1.5, name: "m" });
/** More fields than the type has, one of them a number. */
const wide = () => ({ ...full(), extra: 3, other: { x: 1 } });
const f64 = (...x: number[]) => new Float64Array(x);
const f32 = (...x: number[]) => new Float32Array(x);
const matrix = () => [
  [1, 2, 0.5],
  [0.3, -1, 4],
];
const twice = (...x: number[]): [number[], number[]] => [x, x];

const points: Readonly<Record<string, readonly (() => unknown[])[]>> = {
  textbook: [() => [2, 5]],
  rosenbrock: [() => [[0.4, 1.2, -0.3]]],
  loss: [
    () => [model(), f64(1, 2, -0.5), f32(1.5), true],
    () => [full(), f64(1, 2, -0.5), f32(1.5), false],
    () => [wide(), f64(1), f32(1.5), false],
  ],
  normalize: [() => [f64(1, 2, -0.7), 0.8], () => [f64(3), 0.8]],
  swap: [
    () => [
      [1, 2],
      [3, 4],
    ],
    () => twice(1.5, 2),
  ],
  dot: [
    () => [
      [1, 2],
      [3, 4],
    ],
    () => twice(1.5, 2),
  ],
  circle: [() => [0.4]],
  transform: [() => [f64(1, 0.4, -2), matrix()], () => [f64(2), [[1], [2], [3]]], () => [f64(1, 2), []]],
  cumulate: [
    () => [
      [1.5, 2, 3],
      [0.4, 2],
    ],
    () => [[2], [1, 1]],
    () => twice(1.5, 2, -1),
  ],
  structured: [() => [[2, 3], model()], () => [[2, 3], full()], () => [[2, 3], wide()]],
  optional: [() => [2], () => [2, 0.5], () => [2, 0.5, { z: 4 }], () => [2, undefined, { z: 4 }]],
  pairOf: [() => [2], () => [2, 3]],
  slope: [() => [2, 3]],
  slopes: [() => [2, 3]],
};

/** Numbers that differ, in the structure of a derivative. */
function fill(structure: unknown, start = 0.5): unknown {
  let next = start;
  const visit = (x: unknown): unknown => {
    if (typeof x === "number") {
      next += 0.7;
      return Math.sin(next);
    }
    if (x instanceof Float64Array || x instanceof Float32Array) return x.map((e) => visit(e) as number);
    if (typeof x !== "object" || x === null) return x;
    if (Array.isArray(x)) return x.map(visit);
    return Object.fromEntries(Object.entries(x).map(([key, part]) => [key, visit(part)]));
  };
  return visit(structure);
}

type Pair = [unknown, (x: unknown) => unknown];

/** Every structure that the results of maps at `args` have: of the cotangents of the arguments, and of the tangent. */
async function structures(name: string, args: () => unknown[]): Promise<{ inputs: unknown[]; output: unknown }> {
  const [value, pullback] = (await compile(name, { operator: "vjp" }))(...args()) as Pair;
  const inputs = fill(pullback(value)) as unknown[];
  const [, output] = (await compile(name, { operator: "jvp" }))(args(), inputs) as [unknown, unknown];
  return { inputs, output };
}

/** Calls a derivative in the way of its verb, on arguments that are compared afterwards, too. */
function call(verb: Verb, derivative: Callable, args: unknown[], tangents: unknown, cotangent: unknown): unknown {
  switch (verb) {
    case "jvp":
    case "hvp":
      return [derivative(args, tangents), args];
    case "vjp": {
      const [value, pullback] = derivative(...args) as Pair;
      const after = structuredClone(args);
      return [value, pullback(cotangent), pullback(cotangent), after];
    }
    case "linearize": {
      const [value, pushforward] = derivative(...args) as Pair;
      return [value, pushforward(tangents), pushforward(tangents), args];
    }
    default:
      return [derivative(...args), args];
  }
}

/** `asCompiled`: what the compiler is asked for, where it does not take the same. */
async function compare(name: string, verb: Verb, options: Options, asCompiled: Options = options): Promise<void> {
  const compiled = await compile(name, { operator: verb, ...asCompiled });
  const registered = applied[verb](f(name), options);
  for (const args of points[name] as (() => unknown[])[]) {
    const { inputs, output } = await structures(name, args);
    const { argnums } = options;
    const picked = typeof argnums === "number" ? [inputs[argnums]] : argnums?.map((i) => inputs[i]);
    const tangents = verb === "hvp" ? inputs[0] : (picked ?? inputs);
    const cotangent = fill(output, 2);
    const expected = call(verb, compiled, args(), tangents, cotangent);
    expectSame(call(verb, registered, args(), tangents, cotangent), expected, `${verb}(${name})`);
  }
}

const scalar = ["textbook", "rosenbrock", "loss", "normalize", "swap", "dot", "optional", "slope"];
const several = ["textbook", "loss", "normalize", "swap", "dot", "optional", "slope"];
const vectors = ["circle", "transform", "cumulate", "structured", "pairOf", "slopes"];

describe("what is registered answers as the compiler would", { timeout: 60_000 }, () => {
  describe.each(scalar)("%s", (name) => {
    test.each(["grad", "valueAndGrad", "jvp", "vjp", "linearize", "jacobian", "hessian", "hvp"] as const)(
      "%s",
      (verb) => compare(name, verb, {}),
    );
    test("in a mode that is asked for", async () => {
      for (const mode of ["forward", "reverse", "auto"] as const) {
        for (const verb of ["grad", "valueAndGrad", "jacobian"] as const) await compare(name, verb, { mode });
      }
    });
    test("by a list of one", async () => {
      for (const verb of ["grad", "valueAndGrad", "jvp", "vjp", "linearize", "jacobian"] as const) {
        await compare(name, verb, { argnums: [0] });
      }
    });
  });

  test.each(several)("by other arguments: %s", async (name) => {
    for (const argnums of [1, [1], [0, 1], [1, 0]]) {
      for (const verb of ["grad", "valueAndGrad", "jvp", "vjp", "linearize", "jacobian"] as const) {
        await compare(name, verb, { argnums });
      }
      if (name !== "slope") await compare(name, "grad", { argnums, mode: "forward" });
    }
  });

  test("a single-precision argument, and one that holds no numbers among others", async () => {
    await compare("loss", "grad", { argnums: 2 });
    await compare("loss", "grad", { argnums: [3, 0, 2] });
    await compare("loss", "jvp", { argnums: [3, 0] });
    await compare("loss", "jacobian", { argnums: [3, 0] });
  });

  test.each(vectors)("results that are structures: %s", async (name) => {
    const choices = name === "circle" ? [0, [0]] : [0, [0], 1, [1, 0]];
    await compare(name, "jvp", {});
    await compare(name, "vjp", {});
    for (const argnums of choices) {
      await compare(name, "jvp", { argnums });
      for (const mode of ["auto", "forward", "reverse"] as const) {
        // Compiled, rows are not taken of optional arrays.
        const isRefused = name === "structured" && mode === "reverse";
        await compare(name, "jacobian", { argnums, mode }, { argnums, mode: isRefused ? "forward" : mode });
      }
      // Nor pullbacks of results of which a part depends on no argument that is selected.
      if (name !== "structured") await compare(name, "vjp", { argnums });
    }
    if (name === "structured") await compare(name, "vjp", { argnums: [1, 0] });
  });
});

describe("singular points", () => {
  const singular = (verb: Verb, name: string, options: Options, ...args: unknown[]): unknown =>
    applied[verb](f(name), options)(...args);

  test("an argument that is left out does not spoil a derivative by its infinite slope", () => {
    expect(singular("grad", "slope", {}, 2, 0)).toBe(0);
    expect(singular("grad", "slope", { argnums: [0] }, 2, 0)).toEqual([0]);
    expect(singular("jvp", "slope", { argnums: [0] }, [2, 0], [1])).toEqual([0, 0]);
    expect(singular("jacobian", "slopes", {}, 2, 0)).toEqual([0, 1]);
    expect(singular("jvp", "slope", {}, [2, 0], [1, 0])).toEqual([0, Number.NaN]);
  });

  test("where it would, that is said", () => {
    const refused = expect.objectContaining({ code: "not-registered" });
    expect(() => singular("jvp", "slopes", { argnums: [0] }, [2, 0], [1])).toThrow(refused);
    expect(() => singular("jacobian", "slopes", { mode: "forward" }, 2, 0)).toThrow(refused);
    expect(() => singular("grad", "slope", { mode: "forward" }, 2, 0)).toThrow(refused);
    expect(singular("jacobian", "slopes", { mode: "forward", argnums: 1 }, 2, 0)).toEqual([
      Number.POSITIVE_INFINITY,
      0,
    ]);
  });

  test("what is not a number in the value may be none in the derivative", () => {
    expect(singular("jvp", "slopes", { argnums: [0] }, [2, -1], [1])).toEqual([
      [Number.NaN, 2],
      [Number.NaN, 1],
    ]);
  });
});

describe("results written into `out`", () => {
  const out = (): unknown => ({ weights: [9, 9], bias: 9, name: null, scale: 9, shift: [9] });

  test("as compiled, whatever was there before", async () => {
    for (const options of [{}, { argnums: 0, mode: "reverse" }, { argnums: [0, 1, 2] }] as const) {
      const isBare = !Array.isArray(options.argnums);
      const make = (): unknown => (isBare ? out() : [out(), f64(9, 9, 9), f32(9)]);
      const compiled = await compile("loss", { operator: "gradInto", ...options });
      const [expected, found, both] = [make(), make(), [9, make()]];
      const args = () => [model(), f64(1, 2, -0.5), f32(1.5), true];
      compiled(expected, ...args());
      applied.gradInto(f("loss"), options)(found, ...args());
      expectSame(found, expected);
      applied.valueAndGradInto(f("loss"), options)(both, ...args());
      expectSame(both[1], expected);
      expectSame(both[0], f("loss")(...args()));
    }
  });

  test("a function that writes its argument leaves it as after a plain call", () => {
    const [x, expected, bar] = [f64(1, 2, -0.7), f64(1, 2, -0.7), f64(9, 9, 9)];
    applied.gradInto(f("normalize"))(bar, x, 0.8);
    f("normalize")(expected, 0.8);
    expectSame(x, expected);
    expectSame(bar, applied.grad(f("normalize"))(f64(1, 2, -0.7), 0.8));
  });

  test("a bare number fits into a pair alone", () => {
    const pair = [9, 9];
    applied.valueAndGradInto(f("textbook"))(pair, 2, 5);
    expectSame(pair, applied.valueAndGrad(f("textbook"))(2, 5));
    expect(() => applied.gradInto(f("textbook"))([], 2, 5)).toThrow(/a bare number as `out` of gradInto\(textbook\)/);
  });

  test("it must fit, and not overlap an argument", () => {
    const gradInto = applied.gradInto(f("rosenbrock"));
    const x = [1, 2, 3];
    expect(() => gradInto(x, x)).toThrow(RangeError);
    expect(() => gradInto([0, 0], x)).toThrow(expect.objectContaining({ code: "structure-mismatch" }));
    expect(x).toEqual([1, 2, 3]);
    const memory = f64(1, 2, 3, 4);
    const into = applied.gradInto(f("normalize"));
    expect(() => into(memory.subarray(0, 2), memory.subarray(1, 3), 1)).toThrow(RangeError);
    const shared = [0, 0];
    const both = applied.gradInto(f("dot"), { argnums: [0, 1] });
    expect(() => both([shared, shared], [1, 2], [3, 4])).toThrow(/in two places/);
    into(memory.subarray(0, 2), memory.subarray(2, 4), 1);
    expectSame(memory.slice(0, 2), applied.grad(f("normalize"))(f64(3, 4), 1));
  });
});

describe("memory", () => {
  test("a pullback reads nothing that the caller can reach", () => {
    const x = f64(1, 0.4, -2);
    const [value, pullback] = applied.vjp(f("transform"), { argnums: [0] })(x, matrix()) as [Float64Array, Callable];
    const before = pullback(f64(1, 2));
    x.fill(9);
    value.fill(9);
    expect(pullback(f64(1, 2))).toEqual(before);
  });

  test("views of one memory stay so in the copies that a Jacobian is made from", () => {
    const jacobian = applied.jacobian(f("cumulate"), { mode: "forward" });
    const shared = [1.5, 2, -1];
    const separate = jacobian([1.5, 2, -1], [1.5, 2, -1]);
    expect(jacobian(shared, shared)).not.toEqual(separate);
  });
});

describe("what is not registered", () => {
  afterEach(() => installCompiler(undefined));
  const loss = (): Callable => f("loss");

  test("is compiled where a compiler is at hand", () => {
    const asked: unknown[] = [];
    installCompiler((verb, of, options) => {
      asked.push([verb, requestOf(of)?.verb ?? of.name, options]);
      return () => "compiled";
    });
    const carried = () => [applied.grad(f("textbook")), applied.hvp(f("textbook"))];
    expect(carried().map((derivative) => derivative([2, 5], 1))).not.toContain("compiled");
    expect(asked).toEqual([]);
    applied.grad(f("withAux"), { hasAux: true });
    applied.vjp(f("cumulate"), { outputs: ["result", 0] });
    applied.linearize(f("circle"));
    applied.hessian(f("rosenbrock"), { argnums: [0] });
    applied.hvp(f("rosenbrock"), { mode: "forward" });
    applied.hessian(f("circle"));
    applied.grad(applied.grad(f("textbook")));
    applied.jvp(applied.vjp(f("textbook")));
    applied.grad(loss(), { strategy: "closure" } as Options);
    applied.grad(() => 1);
    expect(asked).toEqual([
      ["grad", "withAux", { hasAux: true }],
      ["vjp", "cumulate", { outputs: ["result", 0] }],
      ["linearize", "circle", undefined],
      ["hessian", "rosenbrock", { argnums: [0] }],
      ["hvp", "rosenbrock", { mode: "forward" }],
      ["hessian", "circle", undefined],
      ["grad", "grad", undefined],
      ["jvp", "vjp", undefined],
      ["grad", "loss", { strategy: "closure" }],
      ["grad", "", undefined],
    ]);
  });

  test("is refused elsewhere, with what there is and the ways out", () => {
    const message = (run: () => unknown): string => {
      try {
        run();
      } catch (error) {
        expect(error).toMatchObject({ code: "not-registered" });
        return (error as Error).message;
      }
      throw new Error("not refused");
    };
    expect(message(() => applied.hessian(f("circle")))).toBe(
      "hessian(circle) cannot be answered from the derivatives that the function carries (jvp, vjp). A function that " +
        "arrives as a parameter brings what was compiled where it was handed over, and nothing here can compile the " +
        "rest. Hand over `differentiable(f, { order: 2 })` for second derivatives (a library declares its parameter " +
        "`Differentiable<F, 2>`), compiled ahead by the plugin or the hook; or run where a compiler is at hand.",
    );
    expect(message(() => applied.grad(applied.grad(f("textbook"))))).toMatch(/^grad\(grad\(textbook\)\) cannot/);
    const options = { argnums: [0], mode: "forward" } as const;
    expect(message(() => applied.hvp(f("rosenbrock"), options))).toMatch(
      /^hvp\(rosenbrock, \{ argnums: \[0\], mode: "forward" \}\) cannot .* carries \(valueAndGrad, jvp, vjp, hvp, hessian\)/,
    );
    expect(() => applied.grad(() => 1)).toThrow(expect.objectContaining({ code: "not-compiled" }));
  });

  test("nonsense is refused as the compiler does", () => {
    expect(() => applied.grad(f("textbook"), { argnums: 2 })(2, 5)).toThrow(
      /textbook has 2 parameters: there is no argument 2/,
    );
    expect(() => applied.jvp(f("circle"), { argnums: [1] })([2], [1])).toThrow(/there is no argument 1/);
    expect(() => applied.grad(loss(), { argnums: 3 })(model(), f64(1), f32(1), true)).toThrow(
      /the argument 3 holds no numbers/,
    );
    expect(() => applied.grad(f("circle"))(1)).toThrow(/the result of circle is not a number/);
    expect(() => applied.jvp(f("rosenbrock"), { argnums: [0] })([[1, 2]], [[1]])).toThrow(/2 elements and 1/);
  });
});

describe("differentiable", () => {
  afterEach(() => installCompiler(undefined));

  test("gives back what carries derivatives, or can have them compiled", () => {
    expect(differentiable(f("circle"))).toBe(f("circle"));
    expect(differentiable(f("rosenbrock"), { order: 2 })).toBe(f("rosenbrock"));
    const bare = (x: number): number => x;
    expect(() => differentiable(bare)).toThrow(expect.objectContaining({ code: "not-compiled" }));
    expect(() => differentiable(f("circle"), { order: 2 })).toThrow(expect.objectContaining({ code: "not-compiled" }));
    installCompiler(() => bare);
    expect(differentiable(bare, { order: 2 })).toBe(bare);
  });
});
