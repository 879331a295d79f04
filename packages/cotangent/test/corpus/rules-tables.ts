// Rules for functions as they are: a table at the top of the module says which calls have them.
import { customJvp, customVjp, useRules } from "cotangent";
import * as edges from "./rules-edges.ts";
import { hypotenuse, defaults as powersOf } from "./rules-edges.ts";

/** Softplus, which overflows as it stands here. */
function softplus(x: number): number {
  return Math.log(1 + Math.exp(x));
}
function fillPowers(out: Float64Array, x: number): void {
  for (let i = 0; i < out.length; i++) out[i] = x ** i;
}
const ruled = {
  softplus: customJvp(softplus, ([x], [dx]) => [
    Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    x > 0 ? dx / (1 + Math.exp(-x)) : (dx * Math.exp(x)) / (1 + Math.exp(x)),
  ]),
  powers: customVjp(
    fillPowers,
    (out, x) => {
      const made = out.map((_, i) => x ** i);
      return [
        [made],
        ([bar]) => [bar.map(() => 0), bar.reduce((s, b, i) => s + (i === 0 ? 0 : b * i * x ** (i - 1)), 0)],
      ];
    },
    { outputs: [0] },
  ),
};
useRules(ruled, [
  customVjp(hypotenuse, (x, y) => {
    const h = Math.hypot(x, y);
    return [h, (bar) => [(bar * x) / h, (bar * y) / h]];
  }),
]);

export function hinges(x: number[]): number {
  const out = new Float64Array(3);
  let s = 0;
  for (const v of x.map(softplus)) {
    fillPowers(out, v);
    s += out[2]! * out[1]!;
  }
  return s + softplus(s - 2);
}
export function byEitherName(x: number, y: number): number {
  // A variable of that name is another thing.
  const softplus = (v: number): number => v * v;
  return hypotenuse(x, y) * edges.hypotenuse(y, x) + softplus(x) * powersOf(y);
}
