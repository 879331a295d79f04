/**
 * Derivatives of any order by one argument that is a number: Taylor arithmetic carries the coefficients of
 * f(x + t) = ∑ f⁽ᵏ⁾(x) tᵏ / k! through the function, so that order n costs in the order of n² and not 2ⁿ operations
 * (Griewank and Walther, chapter 13).
 */
import { report } from "../../core/errors.ts";
import { mul } from "../../elementals/index.ts";
import { buildFunc } from "../../ir/build.ts";
import { array, isScalar, number } from "../../ir/type.ts";
import type { Func, Value } from "../../ir/types.ts";
import { forward } from "../../transform/forward.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction, paramsOf } from "./around.ts";
import { widest } from "./jacobian-forward.ts";
import type { Derived, OperatorRequest } from "./request.ts";
import { emitMapped, emitPath } from "./structure.ts";
import { paramType, type Target } from "./target.ts";

/** The highest order taken: coefficients are written out one by one. */
const highest = 64;

/**
 * `derivative`: `(...args) => f⁽ⁿ⁾`, the structure of the result with the derivative at each number; `taylor`: with the
 * list of the coefficients 0 to n at each. Reports what has one tangent only, and orders that are not taken.
 */
export function deriveTaylor(target: Target, request: OperatorRequest): Derived {
  const { operator, order = 1 } = request;
  const { span } = target.func;
  const [along = 0, ...others] = target.selected;
  if (!Number.isInteger(order) || order < 1 || order > highest)
    report("argument-out-of-range", span, `\`${operator}\` takes an order from 1 to ${highest}, not ${order}`);
  if (others.length > 0 || paramType(target, along).kind !== "number")
    report("not-taken", span, `\`${operator}\` of ${target.entry} by something else than one number`);
  if (order > 1 && widest(target, order) === 1)
    report(
      "not-taken",
      span,
      `\`${operator}\` of order ${order} of ${target.entry}, which writes arguments that may be one object, or calls functions with rules or derivatives in reverse mode`,
    );
  const active = target.active.map((_, i) => i === along);
  const made = forward(target.module, target.func.name, { active, directions: order, along });
  const derived = made.module.functions.get(made.name) as Func;
  const name = derivedName(made.module.functions, target.entry, operator);
  const func = buildFunc(
    name,
    paramsOf(target.func),
    (b, ...args) => {
      const all = b.call(made.name, args, derived.results);
      const value = all[0] as Value;
      const count = target.func.results.length;
      const values = all.slice(count, count + (isScalar(target.result) ? order : 1));
      const at = operator === "taylor" ? array(number) : number;
      const leaf: Parameters<typeof emitMapped>[3] = (inner, path, coefficients) => {
        if (operator === "taylor") return inner.array([emitPath(inner, value, path), ...coefficients], array(number));
        const last = coefficients.at(-1) as Value;
        return order === 1 ? last : inner.apply(mul, [last, inner.constant(factorial(order))]);
      };
      return [emitMapped(b, value, at, leaf, [{ directions: order, values }])];
    },
    span,
  );
  return { module: addFunction(made.module, func), name, mode: "forward" };
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
