/**
 * Where anything flows into a cotangent, or into a tangent. The cotangent of what nobody went on with is 0 and stays 0, also
 * where the partial derivative that it would be multiplied by is infinite, as is the tangent of what came from nothing:
 *
 *     s = sqrt(x);  y = x > 0 ? s : 0        sBar = x > 0 ? yBar : 0        xBar = x > 0 ? (0.5 / s) * sBar : 0
 *     m = max(x, 0);  s = sqrt(m)            dm = x > 0 ? dx : 0            ds = x > 0 ? (0.5 / s) * dm : 0
 *
 * at x = 0 and at x = -1, where (0.5 / s) * 0 is NaN. A cotangent or tangent that is 0 since what flows into it was multiplied
 * by 0 says nothing of the kind (sqrt(x) * sqrt(x) at 0, whose derivative is 1), so that it is not asked whether one is 0.
 *
 * What flows through memory or out of a call is taken to flow. What a loop carries has a boolean beside it that says whether.
 */
import type { Expression } from "../core/primitive.ts";
import { and, not, or, select } from "../elementals/index.ts";
import type { BlockBuilder } from "../ir/build.ts";
import type { Block, Instr, Value } from "../ir/types.ts";

/** A boolean of the function that is built, and which one it must be. */
export interface Test {
  readonly value: Value;
  readonly is: boolean;
}

/** Something flows where all tests of one of the lists hold. */
export type Flow = readonly (readonly Test[])[];

/** Always, or in more cases than are worth to be told apart. */
export const anywhere = undefined;
export const nowhere: Flow = [];

const mostCases = 3;
const mostTests = 3;

/** Flows where one of the two does. */
export function either(a: Flow | undefined, b: Flow | undefined): Flow | undefined {
  if (!a || !b) return anywhere;
  let cases = a;
  for (const tests of b) {
    const opposite = cases.find((other) => withoutOpposite(other, tests) !== undefined);
    const merged = opposite && withoutOpposite(opposite, tests);
    if (merged?.length === 0) return anywhere;
    if (merged) cases = cases.map((other) => (other === opposite ? merged : other));
    else if (!cases.some((other) => keyOf(other) === keyOf(tests))) cases = [...cases, tests];
  }
  return cases.length > mostCases ? anywhere : cases;
}

/** The tests of two cases that differ in one test alone, `c` and `!c`, without it. */
function withoutOpposite(a: readonly Test[], b: readonly Test[]): readonly Test[] | undefined {
  const differing = a.filter((test) => !b.some((other) => other.value === test.value && other.is === test.is));
  const [only] = differing;
  const isOpposite = only && b.some(({ value }) => value === only.value);
  return a.length === b.length && differing.length === 1 && isOpposite ? a.filter((test) => test !== only) : undefined;
}

/** Flows where the branch flows that runs. */
export function ofBranches(
  condition: Value,
  whenTrue: Flow | undefined,
  whenFalse: Flow | undefined,
): Flow | undefined {
  return either(where(condition, true, whenTrue), where(condition, false, whenFalse));
}

/** What blocks define, which is not known outside of them. */
export function definedIn(blocks: readonly Block[]): ReadonlySet<Value> {
  return new Set(blocks.flatMap(({ body }) => body.flatMap(({ results }) => results)));
}

/** Of a flow in a branch, what is known outside of it; `inside` is what the branch defines. */
export function flowOutside(flow: Flow | undefined, inside: ReadonlySet<Value>): Flow | undefined {
  return flow?.some((tests) => tests.some(({ value }) => inside.has(value))) ? anywhere : flow;
}

/** Flows where `flow` does and `value` is `is`. */
function where(value: Value, is: boolean, flow: Flow | undefined): Flow {
  const test: Test = { value, is };
  return (flow ?? [[]]).map((tests) =>
    tests.length === mostTests || tests.some((t) => t.value === value && t.is === is) ? tests : [...tests, test],
  );
}

const keyOf = (tests: readonly Test[]): string => tests.map(({ value, is }) => `${is}${value.id}`).join();

/** Whether anything flows, as a boolean. */
export function emitFlow(b: BlockBuilder, flow: Flow | undefined): Value {
  if (!flow) return b.constant(true);
  const holds = flow.map((tests) =>
    tests.map(({ value, is }) => (is ? value : b.apply(not, [value]))).reduce((all, test) => b.apply(and, [all, test])),
  );
  return holds.length === 0 ? b.constant(false) : holds.reduce((any, all) => b.apply(or, [any, all]));
}

/** The `product` where anything flows, and 0 elsewhere. */
export function emitWhereFlowing(b: BlockBuilder, flow: Flow, product: Value, hint: string | undefined): Value {
  return b.apply(select, [emitFlow(b, flow), product, b.constant(0)], hint);
}

/** What a cotangent is where anything flows into it: `x` of `c ? x : 0` where `c` says so. */
export function flowing(b: BlockBuilder, bar: Value, flow: Flow): Value {
  const [[test, ...more] = [], ...cases] = flow;
  const made = b.instructions.findLast(({ results }) => results.includes(bar));
  if (!test || !made || more.length > 0 || cases.length > 0) return bar;
  if (made.op === "apply" && made.primitive === select)
    return made.args[0] === test.value ? (made.args[test.is ? 1 : 2] as Value) : bar;
  if (made.op !== "if" || made.condition !== test.value) return bar;
  const { body, end } = test.is ? made.then : made.else;
  const chosen = end.kind === "yield" ? end.values[made.results.indexOf(bar)] : undefined;
  return chosen && !body.some(({ results }) => results.includes(chosen)) ? chosen : bar;
}

/** True if no value of the arguments makes the partial infinite: it is one of some literals. */
export function isConstant(partial: Expression): boolean {
  if (partial.kind === "literal") return true;
  return partial.kind === "apply" && partial.primitive === select && partial.args.slice(1).every(isConstant);
}

/** Where a product with a partial is not 0 by choice: in which branch of the table's `c ? 0 : p`, if it is one. */
export function nonzeroBranch(partial: Expression): boolean | undefined {
  if (partial.kind !== "apply" || partial.primitive !== select) return undefined;
  const isNone = (e: Expression | undefined): boolean => e?.kind === "literal" && e.value === 0;
  const [, whenTrue, whenFalse] = partial.args;
  return isNone(whenTrue) === isNone(whenFalse) ? undefined : isNone(whenFalse);
}

/** Where the product with a partial, as `emitProducts` has made it, is not 0 by choice. */
export function choiceOf(b: BlockBuilder, partial: Expression, product: Value): Test | undefined {
  const is = nonzeroBranch(partial);
  const made = b.instructions.findLast(({ results }) => results[0] === product);
  if (is === undefined || made?.op !== "apply" || made.primitive !== select) return undefined;
  return { value: made.args[0] as Value, is };
}

/** Flows where `flow` does and `choice` holds. */
export function flowOfChoice(choice: Test | undefined, flow: Flow | undefined): Flow | undefined {
  return choice ? where(choice.value, choice.is, flow) : flow;
}

/** True if a value that a body yields is one of several, by a branch or an elemental that takes one of its arguments. */
export function isChosen(body: readonly Instr[], value: Value): boolean {
  const made = body.find(({ results }) => results.includes(value));
  if (made?.op !== "apply") return made?.op === "if";
  const { primitive, args } = made;
  return args.some((_, i) => {
    const partial = primitive.partial(i, args.length);
    return partial?.kind === "apply" && partial.primitive === select;
  });
}
