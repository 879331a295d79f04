/**
 * What derivatives of fixed programs cost: how many instructions they have when they are optimised, each value that is kept
 * and read again among them, and which names they have that the program has not. A transform that keeps what nobody
 * needs, or computes it, gives the right numbers: it is told here.
 */
import { reachableFunctions } from "../../src/analysis/points-to.ts";
import { applyOperator, type OperatorRequest } from "../../src/api/operators.ts";
import type { Value } from "../../src/ir/types.ts";
import { forEachInstr, regions } from "../../src/ir/visit.ts";
import { optimize } from "../../src/optimize/pipeline.ts";
import type { Lowered } from "./engines.ts";

export interface Cost {
  readonly instructions: number;
  /** In the order in which the derivative comes to them. */
  readonly names: readonly string[];
}

/** Derivatives that are measured. */
export const measuredWays: Readonly<Record<string, OperatorRequest>> = {
  jvp: { operator: "jvp" },
  linearize: { operator: "linearize" },
  vjp: { operator: "vjp" },
  "vjp by closures": { operator: "vjp", strategy: "closure" },
  grad: { operator: "grad" },
  jacobian: { operator: "jacobian", mode: "forward" },
  // Forward mode over what reverse mode writes.
  hvp: { operator: "hvp" },
};

/** The programs of the corpus that are measured: together they reach most of the transforms. */
export const measured: ReadonlySet<string> = new Set([
  "arithmetic.ts#largerRoot",
  "arithmetic.ts#polynomial",
  "arithmetic.ts#rational",
  "arithmetic.ts#wrapAngle",
  "array-methods.ts#flattened",
  "array-methods.ts#splicedRows",
  "array-methods.ts#truncated",
  "arrays.ts#stack",
  "classes.ts#chosenAtRunTime",
  "corners.ts#intoConstant",
  "corners.ts#ownOrGiven",
  "corners.ts#testedByCopy",
  "dictionaries.ts#memo",
  "exceptions.ts#errorsThrownAgain",
  "found.ts#besideWholeNumbers",
  "found.ts#copiesThatGrow",
  "found.ts#keptFromTheTop",
  "function-values.ts#assignedByRecursion",
  "function-values.ts#caughtFromGenerator",
  "implicit.ts#crossed",
  "implicit.ts#nestedLeast",
  "instances.ts#replaced",
  "iterators.ts#overTrees",
  "loops.ts#countDown",
  "math-functions.ts#distances",
  "math-functions.ts#exponentials",
  "math-functions.ts#extremes",
  "math-functions.ts#hyperbolics",
  "math-functions.ts#roots",
  "math-functions.ts#roundings",
  "math-functions.ts#trigonometry",
  "object-members.ts#visited",
  "options-outside.ts#descended",
  "properties.ts#entriesByName",
  "receivers.ts#replacedMember",
  "rules-edges.ts#defaults",
  "rules-edges.ts#weightsAreData",
  "rules-tables.ts#byEitherName",
  "rules-writing.ts#throughViews",
  "rules.ts#spiral",
  "rules.ts#weighted",
  "statistics.ts#viterbi",
  "unions.ts#kindAlone",
  "vectors.ts#partlyGiven",
  "views.ts#rowByRow",
  "views.ts#weightedOrder",
]);

/** What the derivative of a program costs; `prepared` is the program as operators are applied to it. */
export function costOf(prepared: Lowered, request: OperatorRequest): Cost {
  const { module, name } = applyOperator(prepared.module, prepared.entry, request);
  const made = { module: optimize(module, name, "after"), entry: name };
  const given = new Set(survey(prepared).names);
  const { instructions, names } = survey(made);
  return { instructions, names: names.filter((n) => !given.has(n)) };
}

function survey({ module, entry }: Lowered): Cost {
  const names = new Set<string>();
  let instructions = 0;
  const note = (values: readonly Value[]): void => {
    for (const { hint } of values) if (hint) names.add(hint);
  };
  for (const func of reachableFunctions(module, entry)) {
    note(func.body.params);
    forEachInstr(func.body, (instr) => {
      instructions++;
      note(instr.results);
      for (const region of regions(instr)) note(region.params);
    });
  }
  return { instructions, names: [...names] };
}
