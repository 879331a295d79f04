// What the editor shows for each verb. Nothing here runs: `verbs.test.ts` has the compiler read this file.
import {
  derivative,
  type Gradient,
  grad,
  gradInto,
  hessian,
  hvp,
  type Jacobian,
  jacobian,
  jvp,
  linearize,
  stopGradient,
  taylor,
  valueAndGrad,
  valueAndGradInto,
  vjp,
} from "cotangent";
import { makeNumerical, numerical } from "cotangent/numerical";
import { expectTypeOf } from "vitest";

interface Model {
  readonly weights: Float64Array;
  readonly bias: number;
  readonly layers: readonly { readonly w: readonly number[][]; readonly active: boolean }[];
  readonly name: string;
  readonly scale?: number;
  readonly shift?: number[];
}
interface ModelGradient {
  weights: Float64Array;
  bias: number;
  layers: { w: number[][]; active: null }[];
  name: null;
  scale?: number;
  shift?: number[];
}
class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

declare function scalar(x: number): number;
declare function textbook(x1: number, x2: number): number;
declare function norm(x: Float64Array, y: Float32Array, n: Int32Array, b: bigint): number;
declare function loss(model: Model, data: readonly number[][], verbose?: boolean): number;
declare function withAux(x: number[]): [number, { steps: number }];
declare function vector(x: number[], y: Float64Array): Float64Array;
declare function structured(x: Float64Array): { a: number; b: [number, string]; c: number[][] };
declare function generic<T extends readonly number[]>(x: T, y: number): number;
declare function inPlace(x: number[], y: number): void;

// Gradients mirror values.
expectTypeOf<Gradient<number>>().toEqualTypeOf<number>();
expectTypeOf<Gradient<2 | 3>>().toEqualTypeOf<number>();
expectTypeOf<Gradient<number | undefined>>().toEqualTypeOf<number>();
expectTypeOf<Gradient<boolean>>().toEqualTypeOf<null>();
expectTypeOf<Gradient<"a" | "b">>().toEqualTypeOf<null>();
expectTypeOf<Gradient<null>>().toEqualTypeOf<null>();
expectTypeOf<Gradient<bigint>>().toEqualTypeOf<null>();
expectTypeOf<Gradient<(x: number) => number>>().toEqualTypeOf<null>();
expectTypeOf<Gradient<Uint8ClampedArray>>().toEqualTypeOf<null>();
expectTypeOf<Gradient<Float64Array>>().toEqualTypeOf<Float64Array>();
expectTypeOf<Gradient<Float32Array>>().toEqualTypeOf<Float32Array>();
expectTypeOf<Gradient<readonly number[]>>().toEqualTypeOf<number[]>();
expectTypeOf<Gradient<readonly [number, string, boolean[]]>>().toEqualTypeOf<[number, null, null[]]>();
expectTypeOf<Gradient<Model>>().toEqualTypeOf<ModelGradient>();
expectTypeOf<Gradient<Point>>().toEqualTypeOf<{ x: number; y: number }>();
expectTypeOf<Gradient<number[] | null>>().toEqualTypeOf<number[] | null>();
// biome-ignore lint/suspicious/noExplicitAny: what is not typed stays so
expectTypeOf<Gradient<any>>().toBeAny();

// argnums: a number gives a bare structure, a list a tuple.
expectTypeOf(grad(scalar)).toEqualTypeOf<(x: number) => number>();
expectTypeOf(grad(textbook)(2, 5)).toEqualTypeOf<number>();
expectTypeOf(grad(textbook, { argnums: [0, 1] })(2, 5)).toEqualTypeOf<[number, number]>();
expectTypeOf(grad(textbook, { argnums: [0] })(2, 5)).toEqualTypeOf<[number]>();
expectTypeOf(grad(norm, { argnums: [1, 2, 3], mode: "reverse" })).returns.toEqualTypeOf<[Float32Array, null, null]>();
expectTypeOf(grad(loss)).toEqualTypeOf<(model: Model, data: readonly number[][], verbose?: boolean) => ModelGradient>();
expectTypeOf(grad(loss, { argnums: 2 })).returns.toEqualTypeOf<null>();
expectTypeOf(valueAndGrad(loss, { argnums: 1 })).returns.toEqualTypeOf<[number, number[][]]>();
expectTypeOf(grad((x: Point) => x.x * x.y)).returns.toEqualTypeOf<{ x: number; y: number }>();
expectTypeOf(grad(generic, { argnums: 1 })).returns.toEqualTypeOf<number>();

// What computes the derivative changes no type.
expectTypeOf(grad(textbook, { engine: numerical, argnums: [0, 1] })).returns.toEqualTypeOf<[number, number]>();
expectTypeOf(hessian(scalar, { engine: numerical.errors })).returns.toEqualTypeOf<number>();
expectTypeOf(grad(scalar, { engine: "source" })).returns.toEqualTypeOf<number>();
expectTypeOf(vjp(scalar, { strategy: "closure", engine: makeNumerical({ accuracy: 4 }) })(2)[1]).toEqualTypeOf<
  (cotangent: number) => [number]
>();
expectTypeOf(jvp(scalar, { engine: numerical })).returns.toEqualTypeOf<[number, number]>();
expectTypeOf(hessian(scalar, { strategy: "tape" })).returns.toEqualTypeOf<number>();
expectTypeOf(hvp(scalar, { strategy: "closure" })).returns.toEqualTypeOf<number>();
// @ts-expect-error there are two strategies
grad(scalar, { strategy: "stack" });
// @ts-expect-error an engine is a value that is imported
grad(scalar, { engine: "numerical" });
// @ts-expect-error forward mode keeps nothing
jvp(scalar, { strategy: "tape" });

// hasAux.
expectTypeOf(grad(withAux, { hasAux: true })).returns.toEqualTypeOf<[number[], { steps: number }]>();
expectTypeOf(valueAndGrad(withAux, { hasAux: true })).returns.toEqualTypeOf<[[number, { steps: number }], number[]]>();
// @ts-expect-error a function with auxiliary output says so
grad(withAux);
// @ts-expect-error a gradient is of a function with one number as result
grad(vector);

// jvp, vjp and linearize act on all arguments, as tuples.
expectTypeOf(jvp(textbook)([2, 5], [1, 0])).toEqualTypeOf<[number, number]>();
expectTypeOf(
  jvp(vector, { argnums: [1] })([[1], new Float64Array(1)], [new Float64Array(1)])[1],
).toEqualTypeOf<Float64Array>();
expectTypeOf(vjp(textbook)).toEqualTypeOf<
  (x1: number, x2: number) => [number, (cotangent: number) => [number, number]]
>();
expectTypeOf(vjp(loss)({} as Model, [])[1](1)).toEqualTypeOf<[ModelGradient, number[][], null]>();
expectTypeOf(vjp(vector, { argnums: 0 })([1], new Float64Array(1))[1]).returns.toEqualTypeOf<[number[]]>();
expectTypeOf(linearize(textbook)(2, 5)[1]([1, 0])).toEqualTypeOf<number>();
expectTypeOf(vjp(inPlace, { outputs: [0] })([1], 2)[0]).toEqualTypeOf<[number[]]>();
expectTypeOf(jvp(inPlace, { outputs: [0, 1] })).returns.toEqualTypeOf<[[number[], number], [number[], number]]>();
expectTypeOf(vjp(vector, { outputs: ["result", 1] })).returns.toExtend<
  [[Float64Array, Float64Array], (cotangent: readonly [Float64Array, Float64Array]) => unknown]
>();

// Jacobians: the output's structure with the argument's structure at each number.
expectTypeOf(jacobian(textbook)).returns.toEqualTypeOf<number>();
expectTypeOf(jacobian(vector)).returns.toEqualTypeOf<number[][]>();
expectTypeOf(jacobian(vector, { argnums: 1 })).returns.toEqualTypeOf<Float64Array[]>();
expectTypeOf(jacobian(vector, { argnums: [0, 1] })).returns.toEqualTypeOf<[number[], Float64Array][]>();
expectTypeOf(jacobian(structured)).returns.toEqualTypeOf<{
  a: Float64Array;
  b: [Float64Array, null];
  c: Float64Array[][];
}>();
expectTypeOf<Jacobian<boolean, number>>().toEqualTypeOf<null>();
expectTypeOf(hessian(scalar)).returns.toEqualTypeOf<number>();
expectTypeOf(hessian(textbook, { argnums: [0, 1] })).returns.toEqualTypeOf<[[number, number], [number, number]]>();
expectTypeOf(hessian((x: Float64Array) => x[0]!)).returns.toEqualTypeOf<Float64Array[]>();
expectTypeOf(hvp(textbook, { argnums: [0, 1] })([2, 5], [1, 0])).toEqualTypeOf<[number, number]>();
expectTypeOf(derivative((x: number) => x ** 3, { order: 2 })(1)).toEqualTypeOf<number>();
expectTypeOf(taylor((x: number, k: number) => x ** k, { order: 3 })(1, 2)).toEqualTypeOf<number[]>();
expectTypeOf(derivative((x: number) => new Float64Array([x, x]))(1)).toEqualTypeOf<number[]>();
expectTypeOf(taylor((x: number) => ({ x, label: "x" }))(1)).toEqualTypeOf<{ x: number[]; label: null }>();
expectTypeOf(derivative(textbook, { order: 3, argnums: 1 })).toEqualTypeOf<(x1: number, x2: number) => number>();
expectTypeOf(derivative(structured)).returns.toEqualTypeOf<{ a: number; b: [number, null]; c: number[][] }>();
expectTypeOf(taylor(withAux)).returns.toEqualTypeOf<[number[], { steps: number[] }]>();
// @ts-expect-error one argument
derivative(textbook, { argnums: [0, 1] });
// @ts-expect-error an order is a number
taylor(scalar, { order: "2" });
expectTypeOf(hvp(loss)).parameter(0).toEqualTypeOf<Readonly<Parameters<typeof loss>>>();

// By what a function captures, instead of arguments.
const rates = { slope: 0.5, powers: [2, 3] };
const shift: number = 2;
const table = new Float64Array(2);
expectTypeOf(grad(scalar, { captures: { rates, shift } })(1)).toEqualTypeOf<{
  rates: { slope: number; powers: number[] };
  shift: number;
}>();
expectTypeOf(valueAndGrad(textbook, { captures: { table } })(2, 5)).toEqualTypeOf<[number, { table: Float64Array }]>();

// Results written into `out`.
expectTypeOf(gradInto(loss)).parameter(0).toEqualTypeOf<ModelGradient>();
expectTypeOf(gradInto(loss)).returns.toEqualTypeOf<void>();
expectTypeOf(valueAndGradInto(norm)).parameter(0).toEqualTypeOf<[value: number, gradient: Float64Array]>();

expectTypeOf(stopGradient([1, 2])).toEqualTypeOf<number[]>();

// A derivative is a function like any other.
expectTypeOf(grad(grad(scalar))).toEqualTypeOf<(x: number) => number>();

// Maps and indexed objects: the same keys; a set has no derivative.
interface Stock {
  readonly prices: ReadonlyMap<string, number>;
  readonly counts: { readonly [name: string]: readonly number[] };
  readonly tags: ReadonlySet<string>;
  readonly labels: Map<number, string>;
}
declare const stockValue: (s: Stock) => number;
expectTypeOf(grad(stockValue)).returns.toEqualTypeOf<{
  prices: Map<string, number>;
  counts: { [name: string]: number[] };
  tags: null;
  labels: Map<number, null>;
}>();
declare const stock: (x: number) => Map<string, number[]>;
expectTypeOf(vjp(stock)(1)[1]).parameters.toEqualTypeOf<[ReadonlyMap<string, readonly number[]>]>();
expectTypeOf(jvp(stock)([1], [1])[1]).toEqualTypeOf<Map<string, number[]>>();
