/**
 * The two sweeps over a run: tangents from one input down, v̇ᵢ = Σ ∂φᵢ/∂vⱼ v̇ⱼ, and cotangents from one output up,
 * v̄ⱼ += v̄ᵢ ∂φᵢ/∂vⱼ for i from the last to the first (Griewank and Walther, 3.1 and 3.2). The partials are those of the
 * rule table, at the values of the run, and are multiplied as generated code does it.
 */
import { type Scalar, valueAt } from "../core/bind.ts";
import { report } from "../core/errors.ts";
import { type Expression, interpretExpression } from "../core/primitive.ts";
import { div, neg, select } from "../elementals/index.ts";
import { isStep, type Operand, type Run, type Step } from "./steps.ts";

/** One statement of the reverse sweep: `into`'s cotangent gains what `of`'s gives it by operand `index`. */
export interface Contribution {
  readonly of: Step;
  readonly index: number;
  readonly into: Step;
  /** The cotangent of `into` afterwards. */
  readonly total: number;
  /** Nothing was there before. */
  readonly isFirst: boolean;
}

/** The tangents of the steps that depend on the inputs that have one. */
export interface Tangents {
  readonly has: (step: Step) => boolean;
  /** Undefined for a step that does not depend on them. Reports `not-differentiable` where it does, by way of bits. */
  readonly get: (step: Step) => number | undefined;
}

/** The forward sweep, from inputs with these tangents. */
export function sweepForward(run: Run, seeds: ReadonlyMap<Step, number>): Tangents {
  const tangents = new Map<Step, number>(seeds);
  /** Steps that have none, by the step that made it so: they may still steer. */
  const without = new Map<Step, Step>();
  for (const step of run.steps) {
    if (typeof step.value !== "number" || step.operation === undefined) continue;
    let sum: number | undefined;
    step.operands.forEach((operand, i) => {
      if (!isStep(operand)) return;
      const factor = tangents.get(operand);
      const culprit = without.get(operand);
      if (factor === undefined && !culprit) return;
      if (!hasPartial(step, i)) without.set(step, step);
      else if (culprit && !isFlatAt(step, i)) without.set(step, culprit);
      else {
        const term = termOf(step, i, factor ?? 0);
        if (term !== undefined) sum = sum === undefined ? term : sum + term;
      }
    });
    if (sum !== undefined) tangents.set(step, sum);
  }
  return {
    has: (step) => tangents.has(step) && !without.has(step),
    get: (step) => {
      const culprit = without.get(step);
      return culprit ? refuse(culprit) : tangents.get(step);
    },
  };
}

function hasPartial({ operation, operands }: Step, index: number): boolean {
  return typeof operation !== "function" || operation.partial(index, operands.length) !== undefined;
}

function isFlatAt(step: Step, index: number): boolean {
  const partial = partialOf(step, index);
  return partial.kind === "literal" && partial.value === 0;
}

function refuse({ operation, span }: Step): never {
  return report("not-differentiable", span, `\`${typeof operation === "function" ? operation.id : operation}\``);
}

/**
 * The reverse sweep, from outputs with these cotangents: the cotangents of all steps that they depend on, and the statements
 * that make them, in order. Reports `not-differentiable` where they depend on something by way of its bits.
 */
export function sweepReverse(
  run: Run,
  seeds: ReadonlyMap<Step, number>,
): { readonly cotangents: ReadonlyMap<Step, number>; readonly contributions: readonly Contribution[] } {
  const cotangents = new Map<Step, number>(seeds);
  const contributions: Contribution[] = [];
  for (let i = run.steps.length - 1; i >= 0; i--) {
    const of = run.steps[i] as Step;
    const factor = cotangents.get(of);
    if (factor === undefined || typeof of.value !== "number" || of.operation === undefined) continue;
    of.operands.forEach((into, index) => {
      if (!isStep(into)) return;
      const term = termOf(of, index, factor);
      if (term === undefined) return;
      const before = cotangents.get(into);
      const total = before === undefined ? term : before + term;
      cotangents.set(into, total);
      contributions.push({ of, index, into, total, isFirst: before === undefined });
    });
  }
  return { cotangents, contributions };
}

/** The partial derivative of a step by one of its operands, as the table has it; 1 for what is put in its place. */
export function partialOf(step: Step, index: number): Expression {
  if (step.operation === "store" || step.operation === undefined) return { kind: "literal", value: 1 };
  const partial = step.operation.partial(index, step.operands.length);
  return partial ?? refuse(step);
}

/** Partial derivative times `factor`; undefined where the partial is zero wherever it exists. */
function termOf(step: Step, index: number, factor: number): number | undefined {
  return multiply(partialOf(step, index), step.operands.map(scalarOf), step.value as number, factor);
}

export function scalarOf(operand: Operand): Scalar {
  return (isStep(operand) ? operand.value : operand.known) as Scalar;
}

/** `expression` times `factor`, as `transform/partials` writes it: a choice that is not taken contributes nothing. */
function multiply(expression: Expression, args: readonly Scalar[], result: number, factor: number): number | undefined {
  if (expression.kind === "literal") {
    if (expression.value === 0) return undefined;
    return expression.value * factor;
  }
  if (expression.kind === "apply") {
    const [first, second, third] = expression.args as [Expression, Expression, Expression];
    switch (expression.primitive) {
      case neg: {
        const inner = multiply(first, args, result, factor);
        return inner === undefined ? undefined : -inner;
      }
      case div:
        if (first.kind === "literal" && Math.abs(first.value) === 1)
          return (first.value * factor) / (evaluateAt(second, args, result) as number);
        break;
      case select:
        return multiply(evaluateAt(first, args, result) ? second : third, args, result, factor) ?? 0;
      default:
    }
  }
  return (evaluateAt(expression, args, result) as number) * factor;
}

/** The value of a formula of the table. */
export function evaluateAt(expression: Expression, args: readonly Scalar[], result: Scalar): number | boolean {
  const holder = args.map((value) => ({ value }));
  const read = interpretExpression<{ readonly value: Scalar }>(
    expression,
    {
      literal: (value) => ({ value }),
      apply: (primitive, of) => ({
        value: valueAt(
          primitive,
          of.map((o) => o.value),
        ),
      }),
    },
    holder,
    { value: result },
  );
  return read.value as number | boolean;
}
