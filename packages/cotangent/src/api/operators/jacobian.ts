/**
 * Dense Jacobians and Hessians. A Jacobian has the output's structure with the argument's structure at each number; it
 * is computed by columns (forward mode) or by rows (reverse mode: one forward sweep, then one reverse sweep for each
 * number of the output). A Hessian is the Jacobian of the gradient, forward over reverse (Griewank and Walther, 5.4).
 */

import { buildFunc } from "../../ir/build.ts";
import { jacobianType } from "../../ir/derivative-type.ts";
import { isScalar } from "../../ir/type.ts";
import type { Func, Module, Value } from "../../ir/types.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction, paramsOf } from "./around.ts";
import { type JacobianEmitter, prepareForwardJacobian } from "./jacobian-forward.ts";
import { preparePullback } from "./pullback.ts";
import type { ChosenMode, Derived, OperatorRequest } from "./request.ts";
import { countNumbers, emitAddAt, emitMapped, emitPacked } from "./structure.ts";
import { paramType, selectedType, type Target } from "./target.ts";

/** `(...args) => J`. Reports recursive results, whose Jacobian has no type. */
export function deriveJacobian(target: Target, request: OperatorRequest): Derived {
  jacobianType(target.result, selectedType(target));
  const chosen = chooseMode(target, request.mode);
  const prepared = chosen.mode === "forward" ? prepareForwardJacobian(target) : byReverse(target);
  return { ...finish(target, prepared, target.entry, "jacobian"), ...chosen };
}

/** `(...args) => H` for a target that is the gradient of `base` by the selected arguments. */
export function deriveHessian(gradient: Target, base: string, { mode, why }: Pick<Derived, "mode" | "why">): Derived {
  jacobianType(gradient.result, selectedType(gradient));
  return { ...finish(gradient, prepareForwardJacobian(gradient), base, "hessian"), mode, why };
}

function finish(
  target: Target,
  prepared: JacobianEmitter,
  base: string,
  role: string,
): { module: Module; name: string } {
  const name = derivedName(prepared.module.functions, base, role);
  const func: Func = buildFunc(
    name,
    paramsOf(target.func),
    (b, ...args) => [prepared.emit(b, args).jacobian],
    target.func.span,
  );
  return { module: addFunction(prepared.module, func), name };
}

/**
 * The sweep with the fewer runs, as far as the types tell: reverse if the output is known to hold fewer numbers than the
 * input. Between two arrays forward mode, whose runs keep nothing.
 */
function chooseMode(target: Target, mode: OperatorRequest["mode"]): ChosenMode {
  if (mode === "forward" || mode === "reverse") return { mode };
  const inputs = target.selected.reduce((n, i) => n + countNumbers(paramType(target, i)), 0);
  return countNumbers(target.result) < inputs
    ? { mode: "reverse", why: "the result holds fewer numbers than what it is differentiated by" }
    : {
        mode: "forward",
        why: "the types do not say that the result holds fewer numbers than what it is differentiated by",
      };
}

function byReverse(target: Target): JacobianEmitter {
  const prepared = preparePullback(target);
  return {
    module: prepared.module,
    emit: (b, args) => {
      const { results, kept } = prepared.emitForward(b, args);
      const value = results[0] as Value;
      const isNumber = isScalar(value.type);
      const jacobian = emitMapped(b, value, selectedType(target), (inner, path) => {
        const row = prepared.emitReverse(inner, kept, (at, shadow) => {
          const one = at.constant(1);
          if (shadow) emitAddAt(at, shadow, path, one);
          return isNumber ? one : undefined;
        });
        return emitPacked(inner, row, target.isBare);
      });
      return { results, jacobian };
    },
  };
}
