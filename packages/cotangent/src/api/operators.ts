/**
 * The operators on functions: what `grad(f)`, `vjp(f)` or `hessian(f)` mean, as a function of IR made from the function
 * f of IR. Operators take and give what users take and give (structures, tuples); the transforms below them take and
 * give numbers and shadows. The result of an operator is a function like any other, so operators apply to it again.
 */
import type { Module } from "../ir/types.ts";
import { addFunction } from "./operators/around.ts";
import { borderOf, borderOfValue } from "./operators/border.ts";
import { deriveHvp, deriveJvp } from "./operators/directional.ts";
import { deriveGradient, deriveGradientInto } from "./operators/gradient.ts";
import { deriveHessian, deriveJacobian } from "./operators/jacobian.ts";
import type { LaterRecord } from "./operators/later.ts";
import { deriveLinearize } from "./operators/linearize.ts";
import { deriveVjp } from "./operators/pullback.ts";
import type { Derived, Operator, OperatorRequest } from "./operators/request.ts";
import { resolveTarget, type Target } from "./operators/target.ts";
import { deriveTaylor } from "./operators/taylor.ts";

export type { Derived, Operator, OperatorRequest, Strategy } from "./operators/request.ts";

export interface OperatorOptions {
  /** Cleans up what one transform gives before another is applied to it: the gradient, where a Hessian is asked for. */
  readonly simplify?: (module: Module, entry: string) => Module;
  /** Inside of a program: what stands for the function that `vjp` and `linearize` give besides the value. */
  readonly later?: LaterRecord | undefined;
}

/**
 * Applies an operator to the function `entry`: adds the derivative and what it calls to the module. Throws CotangentError
 * where the request does not fit the function, or the function has no exact derivative.
 */
export function applyOperator(
  module: Module,
  entry: string,
  request: OperatorRequest,
  options: OperatorOptions = {},
): Derived {
  const { operator } = request;
  if (operator === "value") return { module, name: entry, mode: null, border: borderOfValue(module, entry) };
  const target = resolveTarget(module, entry, request);
  const derived = keepingGiven(apply(target, { ...request, operator }, options), target, operator);
  return { ...withRest(derived, target, operator), border: borderOf(target, request) };
}

/**
 * The derivative, which writes what the function does and the `out` that it is given. That is said of it, since it is not
 * seen in its instructions: a tape is one class of memory for all that it holds.
 */
function keepingGiven(derived: Derived, { memory }: Target, operator: Operator): Derived {
  const func = derived.module.functions.get(derived.name);
  if (!func || operator === "gradInto" || operator === "valueAndGradInto" || memory.writesGiven()) return derived;
  return { ...derived, module: addFunction(derived.module, { ...func, keepsGiven: true }) };
}

/** The derivative, whose last parameter is a rest parameter if the function's is. */
function withRest(derived: Derived, { rest }: Target, operator: Operator): Derived {
  const func = derived.module.functions.get(derived.name);
  if (!rest || !func || operator === "jvp" || operator === "hvp") return derived;
  return { ...derived, module: addFunction(derived.module, { ...func, rest: func.body.params.length - 1 }) };
}

function apply(
  target: Target,
  request: OperatorRequest & { readonly operator: Exclude<Operator, "value"> },
  options: OperatorOptions,
): Derived {
  switch (request.operator) {
    case "grad":
    case "valueAndGrad":
      return deriveGradient(target, request);
    case "gradInto":
    case "valueAndGradInto":
      return deriveGradientInto(target, request);
    case "jvp":
      return deriveJvp(target);
    case "vjp":
      return deriveVjp(target, options.later);
    case "jacobian":
      return deriveJacobian(target, request);
    case "hessian":
    case "hvp":
      return deriveSecond(target, request, options);
    case "derivative":
    case "taylor":
      return deriveTaylor(target, request);
    case "linearize":
      return deriveLinearize(target, options.later);
    default:
      return request.operator satisfies never;
  }
}

/** `hessian` and `hvp`: derivatives of the gradient. */
function deriveSecond(first: Target, request: OperatorRequest, options: OperatorOptions): Derived {
  const { module, entry } = first;
  const { argnums, mode, strategy, captured, again } = request;
  const gradient = applyOperator(module, entry, { operator: "grad", argnums, mode, strategy, captured, again });
  const { simplify = (whole: Module) => whole } = options;
  const simplified = simplify(gradient.module, gradient.name);
  const target = resolveTarget(simplified, gradient.name, { operator: "jacobian", argnums, captured });
  return request.operator === "hvp" ? deriveHvp(target, entry, gradient) : deriveHessian(target, entry, gradient);
}
