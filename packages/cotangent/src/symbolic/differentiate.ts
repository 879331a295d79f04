/**
 * The derivative of a formula, as a formula: the chain rule along the graph, each part differentiated once.
 *
 *     d p(a, b) = p_a(a, b) da + p_b(a, b) db
 *
 * The partials come from the rule table that every engine reads. What does not depend on the variable contributes nothing,
 * so that no zero is written down.
 */
import { add, mul, select } from "../elementals/index.ts";
import {
  type Application,
  type Formula,
  type Formulas,
  isSymbolic,
  partsOf,
  type Symbolic,
  type Variable,
} from "./formula.ts";

/** The derivatives of several formulas by one variable; what they share is differentiated once. */
export function differentiateAll(formulas: Formulas, all: readonly Formula[], variable: Variable): readonly Formula[] {
  // Zero where a part does not depend on the variable.
  const derivatives = new Map<Symbolic, Formula>([[variable, 1]]);
  for (const part of partsOf(all)) {
    if (part.kind !== "application") continue;
    const derivative = differentiateApplication(formulas, part, derivatives);
    if (derivative !== undefined) derivatives.set(part, derivative);
  }
  return all.map((formula) => (isSymbolic(formula) ? (derivatives.get(formula) ?? 0) : 0));
}

/** Undefined where nothing depends on the variable. */
function differentiateApplication(
  formulas: Formulas,
  part: Application,
  derivatives: ReadonlyMap<Symbolic, Formula>,
): Formula | undefined {
  let sum: Formula | undefined;
  // A choice is between derivatives, so that what is not chosen contributes nothing, infinite or not.
  if (part.primitive === select) {
    const [condition, ...branches] = part.args as [Formula, Formula, Formula];
    const of = branches.map((branch) => (isSymbolic(branch) ? derivatives.get(branch) : undefined));
    if (of.every((d) => d === undefined)) return undefined;
    return formulas.apply(select, [condition, ...of.map((d) => d ?? 0)]);
  }
  part.args.forEach((arg, i) => {
    const inner = isSymbolic(arg) ? derivatives.get(arg) : undefined;
    const partial = inner === undefined ? undefined : part.primitive.partial(i, part.args.length);
    if (inner === undefined || partial === undefined || (partial.kind === "literal" && partial.value === 0)) return;
    const product = formulas.apply(mul, [formulas.read(partial, part.args, part), inner]);
    sum = sum === undefined ? product : formulas.apply(add, [sum, product]);
  });
  return sum;
}
