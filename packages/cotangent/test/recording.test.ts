import { describe, expect, test } from "vitest";
import type { OperatorRequest } from "../src/api/compile.ts";
import { evaluateText } from "../src/api/evaluate.ts";
import { compileRecording } from "../src/api/recording.ts";
import { grad, hessian, hvp, jacobian, jvp, linearize, taylor, valueAndGrad, vjp } from "../src/api/verbs.ts";
import { CotangentError } from "../src/core/errors.ts";
import {
  add,
  div,
  exp,
  floor,
  functions,
  gt,
  hypot,
  log,
  lt,
  mul,
  overload,
  pow,
  type Real,
  type RecordOptions,
  record,
  rewritten,
  sin,
  sqrt,
  square,
  sub,
  type Value,
  value,
} from "../src/overload/index.ts";

const engine = overload;

/** The error that `run` ends in. */
function errorOf(run: () => unknown): CotangentError {
  try {
    run();
  } catch (error) {
    if (error instanceof CotangentError) return error;
    throw error;
  }
  throw new Error("it did not end in an error");
}
const codeOf = (run: () => unknown): string => errorOf(run).code;

const textbook = (x: number, y: number): number => sub(add(log(x), mul(x, y)), sin(y));
/** Newton's method, as long as it takes. */
const root = (a: number): number => {
  let x = a;
  while (gt(functions.abs(sub(mul(x, x), a)), 1e-12)) x = mul(0.5, add(x, div(a, x)));
  return x;
};

describe.each([{}, { generate: false }] as const)("a recorded run, %o", (options: RecordOptions) => {
  test("is replayed at other numbers, and the function is not run", () => {
    let calls = 0;
    const f = (x: number, y: number): number => {
      calls++;
      return textbook(x, y);
    };
    const { replay, length, decisions } = record(f, [1, 1], { ...options, check: false });
    calls = 0;
    expect(replay(2, 5)).toBe(textbook(2, 5));
    expect(grad(replay, { argnums: [0, 1] })(2, 5)).toEqual([5.5, 1.7163378145367738]);
    expect(valueAndGrad(replay)(2, 5)).toEqual([textbook(2, 5), 5.5]);
    expect(calls).toBe(0);
    expect(decisions).toEqual([]);
    expect(length).toBe(2 + 5);
  });

  test("is held to the function where that asked what cannot be overloaded", () => {
    const f = (x: number): number => (x === 2 ? mul(x, 10) : mul(x, x));
    const { replay } = record(f, [1], options);
    expect(replay(3)).toBe(9);
    expect(codeOf(() => replay(2))).toBe("overload-differs");
    expect(codeOf(() => grad(replay)(2))).toBe("overload-differs");
    expect(codeOf(() => vjp(replay)(2))).toBe("overload-differs");
    expect(codeOf(() => hessian(replay)(2))).toBe("overload-differs");
    expect(record(f, [1], { ...options, check: false }).replay(2)).toBe(4);
  });

  test("of a function that calls methods, which can't run on numbers, is not held to it", () => {
    const f = ((x: Value) => x.mul(x).add(1)) as unknown as (x: number) => number;
    const { replay, verify } = record(f, [1], options);
    expect([replay(3), grad(replay)(3)]).toEqual([10, 6]);
    expect(codeOf(() => verify(3))).toBe("not-taken");
  });

  test("has every verb", () => {
    const { replay } = record(textbook, [1, 1], options);
    const [x, y] = [2, 5];
    const all = { argnums: [0, 1] } as const;
    expect(jvp(replay)([x, y], [0.5, -2])[1]).toBeCloseTo(0.5 * 5.5 - 2 * (x - Math.cos(y)), 14);
    expect(linearize(replay)(x, y)[1]([0.5, -2])).toBeCloseTo(0.5 * 5.5 - 2 * (x - Math.cos(y)), 14);
    const [, pullback] = vjp(replay)(x, y);
    expect(pullback(2)).toEqual([11, 2 * 1.7163378145367738]);
    expect(pullback(1)).toEqual([5.5, 1.7163378145367738]);
    expect(hessian(replay, all)(x, y)).toEqual([
      [-0.25, 1],
      [1, Math.sin(5)],
    ]);
    expect(hvp(replay)([x, y], 2)).toEqual(-0.5);
    expect(taylor(replay, { order: 2 })(x, y)).toEqual(taylor(textbook, { order: 2, engine })(x, y));
    expect(jacobian(replay, all)(x, y)).toEqual([5.5, 1.7163378145367738]);
    expect(grad(replay, { argnums: [0, 1], engine })(2, 5)).toEqual([5.5, 1.7163378145367738]);
  });

  test("nests in other differentiations", () => {
    const { replay } = record(textbook, [1, 1], options);
    const outer = (x: number): number => mul(x, grad(replay)(x, 3));
    // x (1 / x + 3) = 1 + 3 x
    expect(grad(outer, { engine })(7)).toBeCloseTo(3, 14);
    const inner = record((x: number): number => mul(x, grad((y: number) => mul(x, square(y)), { engine })(x)), [1]);
    expect(inner.replay(3)).toBe(54);
    expect(grad(inner.replay)(3)).toBe(54);
  });

  test("says when a branch would go another way, and where it was asked", () => {
    const f = (x: number): number => (gt(x, 0) ? log(x) : mul(x, x));
    const { replay, decisions } = record(f, [2], options);
    expect(replay(3)).toBe(Math.log(3));
    const error = errorOf(() => replay(-1));
    expect(error.code).toBe("overload-branch");
    expect(error.message).toMatch(
      /`gt\(-1, 0\)` is false; recorded, `gt\(2, 0\) was true`, at .*recording\.test\.ts:\d+/,
    );
    expect(error).toMatchObject({ file: import.meta.filename, line: expect.any(Number), column: expect.any(Number) });
    expect(decisions[0]?.place).toBe(`${error.file}:${error.line}:${error.column}`);
    for (const verb of [
      grad(replay),
      hessian(replay),
      (x: number) => vjp(replay)(x),
      (x: number) => jvp(replay)([x], [1]),
    ])
      expect(codeOf(() => verb(-1))).toBe("overload-branch");
    expect(decisions).toHaveLength(1);
    expect(decisions[0]).toMatchObject({ question: "gt", operands: [2, 0], answer: true });
    expect(codeOf(() => replay(Number.NaN))).toBe("overload-branch");
  });

  test("records other ways as they are met, if asked to", () => {
    const recording = record(root, [2], { ...options, onBranch: "record" });
    for (const a of [2, 3, 50, 2, 0.01, 50]) {
      expect(recording.replay(a)).toBe(root(a));
      expect(grad(recording.replay)(a)).toBeCloseTo(0.5 / Math.sqrt(a), 8);
    }
    expect(recording.ways).toBeGreaterThan(1);
    expect(recording.ways).toBeLessThan(6);
    const sum = record((xs: number[]): number => xs.reduce((a, x) => add(a, mul(x, x)), 0), [[1]], {
      ...options,
      onBranch: "record",
    });
    expect(grad(sum.replay)([1, 2, 3])).toEqual([2, 4, 6]);
    expect(sum.ways).toBe(2);
    expect(hessian(record(root, [2], { ...options, onBranch: "record" }).replay)(9)).toBeCloseTo(-0.25 / 27, 8);
  });

  test("keeps rounding as it is, and asks for what became an index", () => {
    const f = (x: number, table: number[]): number => mul(x, table[value(floor(x)) as number] as number);
    const { replay } = record(f, [1.5, [10, 20, 30]], options);
    expect(replay(1.9, [10, 25, 30])).toBe(1.9 * 25);
    expect(grad(replay, { argnums: [0, 1] })(1.9, [10, 25, 30])).toEqual([25, [0, 1.9, 0]]);
    expect(errorOf(() => replay(2.1, [10, 20, 30])).message).toMatch(/`is\(2, 1\)` is false/);
    const saw = record((x: number): number => sub(x, floor(x)), [0.5], options).replay;
    expect(saw(7.25)).toBe(0.25);
    expect(grad(saw)(7.25)).toBe(1);
  });

  test("takes and gives structures", () => {
    class Point {
      readonly x: number;
      readonly label: string;
      constructor(x: number, label: string) {
        this.x = x;
        this.label = label;
      }
      get twice(): number {
        return mul(2, this.x);
      }
    }
    interface Options {
      readonly at: Float64Array;
      readonly single: Float32Array;
      readonly nested: readonly (readonly number[])[];
      readonly name: string;
    }
    const f = ({ at, single, nested, name }: Options, k: number) => ({
      point: new Point(mul(at[0]!, k), name),
      list: Float64Array.from([1, 2]),
      rows: nested.map((row) => row.map((x) => mul(x, add(k, single[1]!)))),
      constant: 3,
    });
    const o = (d: number): Options => ({
      at: Float64Array.of(1 + d, 2),
      single: Float32Array.of(1, 0.1 + d),
      nested: [[1 + d, 2], [3 - d]],
      name: "p",
    });
    const { replay } = record(f, [o(0), 2], options);
    const found = replay(o(1), 3);
    expect(found).toEqual(f(o(1), 3));
    expect(found.point).toBeInstanceOf(Point);
    expect(found.point.twice).toBe(12);
    const [, pullback] = vjp(replay)(o(1), 3);
    const [, expected] = vjp(f, { engine })(o(1), 3);
    const w = { point: { x: 2, label: null }, list: Float64Array.of(1, 1), rows: [[1, 0.5], [-1]], constant: 4 };
    expect(pullback(w as never)).toEqual(expected(w as never));
    expect(jvp(replay)([o(1), 3], [o(2), 1] as never)).toEqual(jvp(f, { engine })([o(1), 3], [o(2), 1] as never));
    expect(codeOf(() => replay({ ...o(1), name: "q" }, 3))).toBe("overload-shape");
    expect(codeOf(() => replay({ ...o(1), nested: [[1, 2]] }, 3))).toBe("overload-shape");
    expect(codeOf(() => replay({ ...o(1), at: [1, 2] as never }, 3))).toBe("overload-shape");
    expect(codeOf(() => (replay as (o: Options) => unknown)(o(1)))).toBe("overload-shape");
  });

  test("is what no cotangent and no tangent reaches left alone", () => {
    // The root has an infinite slope at 0.
    const f = (x: number, y: number): number[] => [mul(x, x), sqrt(y)];
    const { replay } = record(f, [1, 1], options);
    const [, pullback] = vjp(replay)(3, 0);
    expect(pullback([1, 0])).toEqual([6, 0]);
    expect(pullback([0, 1])).toEqual([0, Number.POSITIVE_INFINITY]);
    expect(jvp(replay)([3, 0], [1, 0])[1]).toEqual([6, 0]);
    expect(grad(record((x: number) => sqrt(mul(x, x)), [1], options).replay)(0)).toBeNaN();
    const many = (xs: number[]): number => {
      for (const x of xs) sqrt(x);
      return mul(xs[0]!, xs[1]!);
    };
    expect(grad(record(many, [[1, 1, 1, 1]], options).replay)([2, 3, 0, -1])).toEqual([3, 2, 0, 0]);
  });

  test("agrees with overloading over the functions of the table", () => {
    const f = (x: number, y: number): number => {
      const a = add(hypot(x, y, 2), pow(x, 3));
      const b = functions.max(functions.atan2(y, x), functions.tanh(a));
      return sub(exp(mul(-0.1, b)), div(functions.rem(a, y), functions.cbrt(sub(functions.neg(x), 1))));
    };
    const { replay } = record((x: number, y: number) => f(x, y), [1.3, 0.7], options);
    const g = (x: number, y: number): number => {
      const a = add(hypot(x, y, 2), pow(x, 3));
      return pow(y, functions.log1p(a));
    };
    const other = record(g, [1, 2], options).replay;
    for (const [x, y] of [
      [1.3, 0.7],
      [2.1, 0.4],
    ] as const) {
      expect(replay(x, y)).toBe(f(x, y));
      expect(grad(other, { argnums: [0, 1] })(x, y)).toEqual(
        grad(g, { argnums: [0, 1], engine })(x, y).map((d) => expect.closeTo(d as number, 12)),
      );
    }
  });
});

describe("compiled", () => {
  type Callable = (...args: unknown[]) => unknown;
  async function compiled(recording: ReturnType<typeof record>, request: OperatorRequest): Promise<Callable> {
    const { text, name } = compileRecording(recording, request);
    return (await evaluateText(text)).get(name) as Callable;
  }

  test("is a function with every operator", async () => {
    const recording = record(textbook, [1, 1]);
    const all = { argnums: [0, 1] } as const;
    const one = async (request: OperatorRequest): Promise<Callable> => compiled(recording, request);
    expect((await one({ operator: "value" }))(2, 5)).toBe(textbook(2, 5));
    for (const mode of ["forward", "reverse"] as const)
      expect((await one({ operator: "grad", ...all, mode }))(2, 5)).toEqual([5.5, 1.7163378145367738]);
    expect((await one({ operator: "hessian", ...all }))(2, 5)).toEqual([
      [-0.25, 1],
      [1, Math.sin(5)],
    ]);
    const [, pullback] = (await one({ operator: "vjp" }))(2, 5) as [number, Callable];
    expect(pullback(2)).toEqual([11, 2 * 1.7163378145367738]);
    expect((await one({ operator: "taylor", order: 3 }))(2, 5)).toEqual(
      (taylor(textbook, { order: 3, engine })(2, 5) as number[]).map((c) => expect.closeTo(c, 12)),
    );
    expect(compileRecording(recording, { operator: "value" }).text).toBe(
      "export function textbook(x0: number, x1: number): number {\n  return Math.log(x0) + x0 * x1 - Math.sin(x1);\n}\n",
    );
  });

  test("checks what it was recorded with", async () => {
    const f = (xs: Float64Array, name: string): number =>
      name === "square" && gt(xs[0]!, floor(xs[1]!)) ? mul(xs[0]!, xs[1]!) : 0;
    const recording = record(f, [Float64Array.of(3, 1.5), "square"]);
    for (const operator of ["value", "grad", "hessian"] as const) {
      const g = await compiled(recording as never, { operator });
      expect(g(Float64Array.of(4, 2), "square")).toEqual(
        { value: 8, grad: Float64Array.of(2, 4), hessian: [Float64Array.of(0, 1), Float64Array.of(1, 0)] }[operator],
      );
      expect(() => g(Float64Array.of(1, 2), "square")).toThrow("f goes another way here than was recorded");
      expect(() => g(Float64Array.of(3, 1.5), "cube")).toThrow("f was recorded with square");
      expect(() => g(Float64Array.of(3, 1.5, 2), "square")).toThrow("f was recorded with 2 elements");
    }
  });

  test("takes and gives structures", async () => {
    interface Options {
      readonly at: readonly (readonly number[])[];
      readonly pair: readonly [number, { readonly k: number }];
    }
    const f = ({ at, pair: [a, { k }] }: Options) => ({
      rows: at.map((row) => row.map((x) => mul(x, add(k, a)))),
      tag: "t",
      floats: Float32Array.of(1, 2),
    });
    const x: Options = { at: [[1, 2], [3]], pair: [4, { k: 5 }] };
    const recording = record(f, [{ at: [[1, 1], [1]], pair: [1, { k: 1 }] }]);
    expect((await compiled(recording as never, { operator: "value" }))(x)).toEqual(f(x));
    const w = { rows: [[1, -1], [2]], tag: null, floats: Float32Array.of(1, 1) };
    const pull = (made: unknown): unknown => (made as [unknown, Callable])[1](w);
    expect(pull((await compiled(recording as never, { operator: "vjp" }))(x))).toEqual(pull(vjp(f, { engine })(x)));
    class Point {
      readonly x = 1;
    }
    const instance = record((p: Point, y: number) => mul(p.x, y), [new Point(), 2]);
    expect(codeOf(() => compileRecording(instance as never, { operator: "value" }))).toBe("not-taken");
  });
});

test("what writes its arguments, or is no function of its numbers alone, is refused", () => {
  const writes = (xs: number[]): number => {
    xs[0] = mul(xs[0]!, 1);
    return xs[0]!;
  };
  const xs = [3];
  expect(codeOf(() => record(writes, [xs]))).toBe("not-taken");
  expect(xs).toEqual([3]);
  expect(codeOf(() => record((a: number[], b: number[]) => mul(a[0]!, b[0]!), [xs, xs]))).toBe("not-taken");
  const { replay } = record((a: number[], b: number[]) => mul(a[0]!, b[0]!), [xs, [4]]);
  expect(grad(replay, { argnums: [0, 1] })(xs, xs)).toEqual([[3], [3]]);
  expect(codeOf(() => record((x: number) => (x > 1 ? x : 2), [1]))).toBe("overload-plain");
  expect(codeOf(() => record((x: number) => (typeof x === "number" ? mul(x, x) : x), [2]))).toBe("overload-differs");
  const outer = (x: number): number => record((y: number) => mul(x, y), [2]).replay(3);
  expect(codeOf(() => grad(outer, { engine })(1))).toBe("not-taken");
});

test("arguments that were left out are not recorded", () => {
  const scaled = (x: number, by = 3): number => mul(x, by);
  const { replay } = record(scaled, [2] as never);
  expect(grad(replay)(5)).toBe(3);
  expect(codeOf(() => replay(5, 7))).toBe("overload-shape");
  expect(codeOf(() => record(scaled, [2, 3]).replay(5))).toBe("overload-shape");
  const either = record(scaled, [2] as never, { onBranch: "record" }).replay;
  expect([either(5, 7), either(5), grad(either, { argnums: 1 })(5, 7)]).toEqual([35, 15, 5]);
});

test("a result that is made of bits is replayed, and has no derivative", () => {
  const { replay } = record((x: number) => rewritten.bitOr(x, 0) as number, [2.5]);
  expect(replay(7.9)).toBe(7);
  expect(codeOf(() => grad(replay)(7.9))).toBe("overload-bits");
  expect(codeOf(() => vjp(replay)(7.9))).toBe("overload-bits");
});

test("an order of values is asked for, and not their differences", () => {
  const f = (xs: number[]): number => {
    const sorted = rewritten.call([...xs], "sort", (a: Real, b: Real) => rewritten.minus(a, b)) as number[];
    return sub(mul(2, sorted[0]!), sorted[1]!);
  };
  const { replay } = record(f, [[5, 2, 9]]);
  expect(grad(replay)([6, 3, 7])).toEqual([-1, 2, 0]);
  expect(codeOf(() => replay([3, 6, 7]))).toBe("overload-branch");
});

test("`verify` compares with the function itself", () => {
  // What JavaScript does not let be overloaded is not among the decisions.
  const f = (x: number): number => (x === 0 ? 1 : div(sin(x), x));
  const recording = record(f, [2]);
  expect(() => recording.verify(3)).not.toThrow();
  expect(codeOf(() => recording.verify(0))).toBe("overload-differs");
  const calls: number[] = [];
  expect(codeOf(() => record((x: number) => mul(x, calls.push(1)), [1]))).toBe("overload-differs");
  expect(lt(1, 2)).toBe(true);
});
