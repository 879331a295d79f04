// What a program imports: the verbs, their types, and the error that the compiler reports by.
export {
  type CheckOptions,
  type CheckReport,
  checkDerivatives,
  type DirectionCheck,
  type Verdict,
} from "./api/check.ts";
export { differentiable } from "./api/differentiable.ts";
export {
  customJvp,
  customVjp,
  fixedPoint,
  implicitMinimum,
  implicitRoot,
  inactive,
  type JvpRule,
  type RuleOptions,
  useRules,
  type VjpRule,
  type WritingJvpRule,
  type WritingVjpRule,
} from "./api/rules.ts";
export { stopGradient } from "./api/stop-gradient.ts";
export type {
  Argnums,
  Differentiable,
  Gradient,
  Jacobian,
  Mode,
  Order,
  Outputs,
  Strategy,
  Tangent,
} from "./api/types.ts";
export {
  derivative,
  grad,
  gradInto,
  hessian,
  hvp,
  jacobian,
  jvp,
  linearize,
  taylor,
  valueAndGrad,
  valueAndGradInto,
  vjp,
} from "./api/verbs.ts";
export type { WrongEntry } from "./api/wrong-entries.ts";
export { CotangentError } from "./core/errors.ts";
