/**
 * Derivatives of any order by one argument that is a number: Taylor arithmetic carries the coefficients of
 * f(x + t) = ∑ f⁽ᵏ⁾(x) tᵏ / k! through the function, so that order n costs in the order of n² and not 2ⁿ operations
 * (Griewank and Walther, chapter 13).
 */
import { report } from "../../core/errors.ts";
import { factorial } from "../../core/places.ts";
import { mul } from "../../elementals/index.ts";
import { buildFunc } from "../../ir/build.ts";
import { array, isScalar, number } from "../../ir/type.ts";
import type { Func, Value } from "../../ir/types.ts";
import { forward } from "../../transform/forward.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction, paramsOf } from "./around.ts";
import { widest } from "./jacobian-forward.ts";
import type { Derived, OperatorRequest } from "./request.ts";
import { completeRules } from "./rules.ts";
import { emitMapped, emitPath } from "./structure.ts";
import { emitParamShadows, paramType, type Target } from "./target.ts";

/** The highest order taken: coefficients are written out one by one. */
const highest = 64;

/**
 * `derivative`: `(...args) => f⁽ⁿ⁾`, the structure of the result with the derivative at each number; `taylor`: with the
 * list of the coefficients 0 to n at each. Reports orders that are not taken.
 */
export function deriveTaylor(given: Target, request: OperatorRequest): Derived {
  const target = { ...given, module: completeRules(given.module, given.func.name, "forward") };
  const { operator, order = 1 } = request;
  const { span } = target.func;
  const [along = 0, ...others] = target.selected;
  if (!Number.isInteger(order) || order < 1 || order > highest)
    report("argument-out-of-range", span, `\`${operator}\` takes an order from 1 to ${highest}, not ${order}`);
  if (others.length > 0 || paramType(target, along).kind !== "number")
    report("not-taken", span, `\`${operator}\` of ${target.entry} by something else than one number`);
  if (order > 1 && widest(target, order) === 1) return deriveNested(target, { operator, order, along });
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

/** The highest order by nesting, whose code grows as 2ⁿ. */
const highestNested = 8;

/**
 * The same by forward mode of forward mode, n times: of functions with rules, which say first derivatives and are
 * differentiated again, and where shadows may be shared, which have one tangent. At the k-th level
 *
 *     (...args) -> f, f′, …, f⁽ᵏ⁾     the last is the tangent of the last of the level before
 */
function deriveNested(
  target: Target,
  { operator, order, along }: { readonly operator: string; readonly order: number; readonly along: number },
): Derived {
  const { span } = target.func;
  if (order > highestNested)
    report(
      "not-taken",
      span,
      `\`${operator}\` of order ${order} of ${target.entry}: where it calls functions with rules, keeps structures as a reverse sweep does, or writes arguments that may be one object, orders go to ${highestNested}`,
    );
  const count = target.func.results.length;
  let level: Func = target.func;
  let { module } = target;
  for (let k = 1; k <= order; k++) {
    const made = forward(completeRules(module, level.name, "forward"), level.name, {
      active: target.active,
      directions: 1,
    });
    const derived = made.module.functions.get(made.name) as Func;
    const own = level.results.length;
    // The tangents of results that hold none are not there.
    const last = k === 1 ? own : derived.results.length - 1;
    level = buildFunc(
      derivedName(made.module.functions, target.entry, `order${k}`),
      paramsOf(target.func),
      (b, ...args) => {
        const shadows = emitParamShadows(b, target, args);
        const seeds = args.flatMap((_, i) => {
          if (!target.active[i]) return [];
          return [i === along ? b.constant(1) : (shadows.get(i) ?? b.constant(0))];
        });
        const all = b.call(made.name, [...args, ...seeds], derived.results);
        return [...all.slice(0, own), all[last] as Value];
      },
      span,
    );
    module = addFunction(made.module, level);
  }
  const func = buildFunc(
    derivedName(module.functions, target.entry, operator),
    paramsOf(target.func),
    (b, ...args) => {
      const all = b.call(level.name, args, level.results);
      const value = all[0] as Value;
      const at = operator === "taylor" ? array(number) : number;
      const leaf: Parameters<typeof emitMapped>[3] = (inner, path, derivatives) => {
        if (operator !== "taylor") return derivatives.at(-1) as Value;
        const coefficients = derivatives.map((d, i) => inner.apply(mul, [d, inner.constant(1 / factorial(i + 1))]));
        return inner.array([emitPath(inner, value, path), ...coefficients], array(number));
      };
      const parts = all.slice(count).map((d) => ({ directions: 1, values: [d] }));
      return [emitMapped(b, value, at, leaf, parts)];
    },
    span,
  );
  return { module: addFunction(module, func), name: func.name, mode: "forward" };
}
