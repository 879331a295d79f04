// A function that arrives as a parameter: what the editor shows to the library's author, and to its users. Nothing here
// runs: `verbs.test.ts` has the compiler read this file.
import {
  type Differentiable,
  differentiable,
  type Gradient,
  grad,
  gradInto,
  hessian,
  hvp,
  jacobian,
  jvp,
  linearize,
  valueAndGrad,
  valueAndGradInto,
  vjp,
} from "cotangent";
import { expectTypeOf } from "vitest";

interface Model {
  weights: number[];
  readonly bias: number;
  name: string;
}

type Objective = Differentiable<(x: number[]) => number>;

// What a library declares.
declare function minimize(f: Objective, x0: number[]): number[];
declare function fit<P>(f: Differentiable<(p: P) => number>, p0: P): P;
declare function newton<P>(f: Differentiable<(p: P, scale: number) => number, 2>, p0: P): P;
declare function solve(options: { f: Objective; x0: number[]; onStep?: (x: number[]) => void }): number[];
declare function maybe(x0: number[], f?: Objective | undefined): number[];
declare function leastSquares<P, R extends Float64Array | number[]>(residuals: Differentiable<(p: P) => R>, p0: P): P;

// What its users write: a function, and nothing around it.
declare function loss(x: number[]): number;
declare function modelLoss(model: Model): number;
declare function scaled(model: Model, scale?: number): number;
declare function readOnly(x: readonly number[]): number;
declare function residuals(p: { a: number; b: number }): Float64Array;
expectTypeOf(minimize(loss, [1])).toEqualTypeOf<number[]>();
minimize(readOnly, [1]);
minimize(
  (x) => {
    expectTypeOf(x).toEqualTypeOf<number[]>();
    return x[0]! ** 2;
  },
  [1],
);
solve({ f: loss, x0: [1] });
solve({ f: (x) => x[0]!, x0: [1] });
maybe([1], loss);
maybe([1]);
declare const model: Model;
expectTypeOf(fit(modelLoss, model)).toEqualTypeOf<Model>();
expectTypeOf(fit((x: Float64Array) => x[0]!, new Float64Array(2))).toExtend<Float64Array>();
expectTypeOf(newton(scaled, model)).toEqualTypeOf<Model>();
expectTypeOf(leastSquares(residuals, { a: 1, b: 2 })).toEqualTypeOf<{ a: number; b: number }>();
// @ts-expect-error the parameter's type is the function's
minimize((x: string[]) => x.length, [1]);
// @ts-expect-error and so is the result's
minimize((x) => [x[0]!], [1]);

// It passes for what it is, and may be handed on; what has second derivatives has first ones.
declare const given: Objective;
declare const smooth: Differentiable<(x: number[]) => number, 2>;
expectTypeOf(given([1])).toEqualTypeOf<number>();
expectTypeOf(given).toExtend<(x: number[]) => number>();
minimize(given, [1]);
minimize(smooth, [1]);
declare function needsSecond(f: Differentiable<(x: number[]) => number, 2>): void;
needsSecond(loss);
// @ts-expect-error it was taken without its second derivatives
needsSecond(given);

// What the library's author writes inside: the verbs, as on any function.
export function inside(f: Objective, x0: number[]): void {
  expectTypeOf(grad(f)(x0)).toEqualTypeOf<number[]>();
  expectTypeOf(grad(f)).toEqualTypeOf<(x: number[]) => number[]>();
  expectTypeOf(grad(f, { argnums: [0] })(x0)).toEqualTypeOf<[number[]]>();
  expectTypeOf(valueAndGrad(f)(x0)).toEqualTypeOf<[number, number[]]>();
  expectTypeOf(jvp(f)([x0], [x0])).toEqualTypeOf<[number, number]>();
  expectTypeOf(vjp(f)(x0)[1](1)).toEqualTypeOf<[number[]]>();
  expectTypeOf(linearize(f)(x0)[1]([x0])).toEqualTypeOf<number>();
  expectTypeOf(jacobian(f)(x0)).toEqualTypeOf<number[]>();
  expectTypeOf(hessian(f)(x0)).toEqualTypeOf<number[][]>();
  expectTypeOf(hvp(f)([x0], x0)).toEqualTypeOf<number[]>();
  expectTypeOf(gradInto(f)(x0, x0)).toEqualTypeOf<void>();
  expectTypeOf(valueAndGradInto(f)).parameter(0).toEqualTypeOf<[value: number, gradient: number[]]>();
}
export function insideOptions({ f }: { f?: Differentiable<(m: Model, n: number) => number> }, m: Model): void {
  if (!f) return;
  expectTypeOf(grad(f)(m, 1)).toEqualTypeOf<{ weights: number[]; bias: number; name: null }>();
  expectTypeOf(grad(f, { argnums: 1 })(m, 1)).toEqualTypeOf<number>();
}
export function insideVectors(f: Differentiable<(x: Float64Array) => number[]>, x: Float64Array): void {
  expectTypeOf(jacobian(f)(x)).toEqualTypeOf<Float64Array[]>();
  expectTypeOf(vjp(f)(x)[1]([1])).toEqualTypeOf<[Float64Array]>();
}
// Of a type parameter nothing is known but that its gradient is its gradient.
export function insideGeneric<P>(f: Differentiable<(p: P) => number>, p0: P): void {
  expectTypeOf(grad(f)).parameters.toEqualTypeOf<[p: P]>();
  const gradient: Gradient<P> = grad(f)(p0);
  void gradient;
  expectTypeOf(valueAndGrad(f)(p0)[0]).toEqualTypeOf<number>();
}

// `differentiable` gives what it takes.
expectTypeOf(differentiable(loss)).toEqualTypeOf<(x: number[]) => number>();
expectTypeOf(differentiable(loss, { order: 2 })).toEqualTypeOf<(x: number[]) => number>();
needsSecond(differentiable(loss, { order: 2 }));
// @ts-expect-error there is no third
differentiable(loss, { order: 3 });
