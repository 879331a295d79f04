// What the editor shows of rules. Nothing here runs: `verbs.test.ts` has the compiler read this file.
import { customJvp, customVjp, fixedPoint, grad, implicitMinimum, implicitRoot, inactive, useRules } from "cotangent";
import { expectTypeOf } from "vitest";

interface Model {
  readonly w: readonly number[];
  readonly name: string;
  readonly bias?: number;
}
declare function scalar(x: number): number;
declare function norm(x: Float64Array, n: number): number;
declare function predict(model: Model, x: number[]): number[];
declare function pair(x: number): { value: number; steps: Int32Array };

// A function with a rule has the type of the function.
expectTypeOf(inactive(predict)).toEqualTypeOf<typeof predict>();
expectTypeOf(customJvp(scalar, ([x], [dx]) => [scalar(x), dx])).toEqualTypeOf<typeof scalar>();
expectTypeOf(customVjp(norm, (x, n) => [norm(x, n), (bar) => [x.map((v) => v * bar), 0]])).toEqualTypeOf<typeof norm>();
expectTypeOf(grad(inactive(scalar))).toEqualTypeOf<(x: number) => number>();

// A tangent rule: primals and tangents as tuples, the value with its tangent.
customJvp(predict, ([model, x], [dModel, dx]) => {
  expectTypeOf(model).toEqualTypeOf<Model>();
  expectTypeOf(x).toEqualTypeOf<number[]>();
  expectTypeOf(dModel).toEqualTypeOf<{ w: number[]; name: null; bias?: number }>();
  expectTypeOf(dx).toEqualTypeOf<number[]>();
  return [predict(model, x), dx.map((d, i) => d * model.w[i]! + x[i]! * dModel.w[i]!)];
});
customJvp(pair, ([x], [dx]) => [pair(x), { value: dx, steps: null }]);
// @ts-expect-error the tangent has the structure of the result
customJvp(predict, ([model, x]) => [predict(model, x), 1]);
// @ts-expect-error a rule gives two
customJvp(scalar, ([x]) => scalar(x));

// A pullback: from the cotangent of the result to one cotangent for each argument.
customVjp(predict, (model, x) => {
  expectTypeOf(model).toEqualTypeOf<Model>();
  const back = (bar: number[]): [{ w: number[]; name: null }, number[]] => [{ w: bar, name: null }, x];
  return [predict(model, x), back];
});
customVjp(predict, (model, x) => [
  predict(model, x),
  (bar) => {
    expectTypeOf(bar).toEqualTypeOf<number[]>();
    return [{ w: bar, name: null }, x];
  },
]);
// @ts-expect-error one cotangent for each argument
customVjp(norm, (x, n) => [norm(x, n), (bar) => [x.map((v) => v * bar)]]);
// @ts-expect-error a cotangent of a float array is one
customVjp(norm, (x, n) => [norm(x, n), () => [1, 0]]);

// Implicit functions: the solution first, then the arguments.
expectTypeOf(implicitRoot(scalar, (at, x) => at * at - x)).toEqualTypeOf<typeof scalar>();
expectTypeOf(fixedPoint(scalar, (at, x) => (at + x / at) / 2)).toEqualTypeOf<typeof scalar>();
expectTypeOf(implicitMinimum(scalar, (at, x) => (at - x) ** 2)).toEqualTypeOf<typeof scalar>();
implicitRoot(predict, (at, model, x) => {
  expectTypeOf(at).toEqualTypeOf<number[]>();
  expectTypeOf(model).toEqualTypeOf<Model>();
  return at.map((a, i) => a - x[i]!);
});
// @ts-expect-error as many equations as unknowns
implicitRoot(predict, () => 0);
// @ts-expect-error the step gives what the solver gives
fixedPoint(scalar, (at) => [at]);
// @ts-expect-error an objective is a number
implicitMinimum(predict, (at) => at);

// Functions that write: lists of values, tangents and cotangents, one for each output.
declare function accumulate(sum: Float64Array, x: number[], by: number): number;
expectTypeOf(
  customVjp(
    accumulate,
    (sum, x, by) => {
      expectTypeOf(by).toEqualTypeOf<number>();
      return [
        [accumulate(sum, x, by), sum],
        ([valueBar, sumBar]) => {
          expectTypeOf(valueBar).toEqualTypeOf<number>();
          expectTypeOf(sumBar).toEqualTypeOf<Float64Array>();
          return [sumBar, [valueBar], by];
        },
      ];
    },
    { outputs: ["result", 0] },
  ),
).toEqualTypeOf<typeof accumulate>();
declare function exchange(x: number[], rows: number[][]): void;
customVjp(exchange, ([a = 0, b = 0]) => [[[b, a], [[1, 2]]], ([bar]) => [[bar[1]!, bar[0]!], []]], { outputs: [0, 1] });
customJvp(exchange, ([[a = 0, b = 0]], [[da = 0, db = 0]]) => [[[b, a]], [[db, da]]], { outputs: [0] });
// @ts-expect-error two outputs
customJvp(exchange, ([[a = 0, b = 0]], [[da = 0, db = 0]]) => [[[b, a]], [[db, da]]], { outputs: [0, 1] });
// @ts-expect-error a cotangent for each argument
customVjp(exchange, ([a = 0]) => [[[a]], ([bar]) => [bar]], { outputs: [0] });
// @ts-expect-error what the outputs do not name is no value
customVjp(accumulate, (sum, x, by) => [accumulate(sum, x, by), () => [sum, x, by]], { outputs: [0] });

// Tables: objects and lists of functions with rules, and modules of them.
useRules({ scalar: customJvp(scalar, ([x], [dx]) => [scalar(x), dx]) }, [inactive(scalar)]);
// @ts-expect-error a function is no table
useRules(inactive);
