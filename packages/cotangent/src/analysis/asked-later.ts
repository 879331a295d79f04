/**
 * Which values may be found missing somewhere: those that go on to where the program asks whether something is there, or
 * tells NaN from what is missing.
 *
 *     const o = { rate: rates[i] };   …   o.rate ?? 1          asks of `rates[i]`
 *     Number.isNaN(rates[i] * k)                               tells: for k = 1 the product is left out, and NaN with it
 */
import type { Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { eachFlow, partOf, type Spot } from "./flows.ts";
import { analyzePointsTo, ELEMENT, openFunctions } from "./points-to.ts";

/** What a program asks after besides its `present`s. */
export interface Questions {
  readonly values: ReadonlySet<Value>;
  /** Arrays of which each element is asked after. */
  readonly inside: ReadonlySet<Value>;
  /** What is a number by arithmetic that has been left out (`+x`): NaN in JavaScript, where nothing is there. */
  readonly madeNumbers: ReadonlySet<Value>;
}

/** Those of `reads` that get to a question as they are, or by way of arithmetic to what tells NaN from nothing. */
export function askedLater(
  module: Module,
  entry: string,
  reads: ReadonlySet<Value>,
  { values, inside, madeNumbers }: Questions,
): readonly Value[] {
  const functions = openFunctions(module, entry);
  const asked: Spot[] = [...values];
  const told: Value[] = [];
  const operandsOf = new Map<Spot, readonly Value[]>();
  const isThere = new Set<Value>();
  let isRead = false;
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      if (instr.op === "present" || instr.op === "isNull") asked.push(instr.value);
      if (instr.op === "constant" || instr.op === "length") isThere.add(instr.results[0] as Value);
      if (instr.op === "for") isThere.add(instr.body.params[0] as Value);
      if (isLeftOut(instr)) operandsOf.set(instr.results[0] as Value, numbersAmong(instr.args));
      told.push(...toldBy(instr, isThere));
      isRead ||= instr.results.some((r) => reads.has(r));
    });
  if (!isRead || asked.length + told.length + inside.size === 0) return [];
  const pointsTo = analyzePointsTo(module, entry);
  for (const array of inside) asked.push(partOf(pointsTo.classOf(array), ELEMENT));
  const before = new Map<Spot, Spot[]>();
  eachFlow(module, functions, pointsTo, (from, to) => {
    const known = before.get(to);
    if (known) known.push(from);
    else before.set(to, [from]);
  });
  const sources = (of: Spot): readonly Spot[] => before.get(of) ?? [];
  const operands = (of: Spot): readonly Spot[] => operandsOf.get(of) ?? [];
  const asItIs = backwards(asked, sources);
  const lastMade = [...backwards(told, sources)].flatMap((spot) =>
    madeNumbers.has(spot as Value) ? [spot, ...operands(spot)] : operands(spot),
  );
  const byArithmetic = backwards(lastMade, (of) => [...sources(of), ...operands(of)]);
  return [...reads].filter((read) => asItIs.has(read) || byArithmetic.has(read));
}

/** Where these may come from. */
function backwards(from: readonly Spot[], steps: (of: Spot) => readonly Spot[]): ReadonlySet<Spot> {
  const reached = new Set(from);
  for (const spot of reached) for (const next of steps(spot)) reached.add(next);
  return reached;
}

function numbersAmong(values: readonly Value[]): Value[] {
  return values.filter(({ type }) => type.kind === "number");
}

/** What an instruction tells NaN from nothing of. Of two that are compared both must be missing for that. */
function toldBy(instr: Instr, isThere: ReadonlySet<Value>): readonly Value[] {
  if (instr.op === "text") return numbersAmong(instr.parts);
  if (instr.op !== "apply") return [];
  const { primitive, args } = instr;
  if (primitive.id === "isNaN" || primitive.id === "is") return numbersAmong(args);
  const isComparison = primitive.id === "eq" || primitive.id === "ne";
  return isComparison && !args.some((a) => isThere.has(a)) ? numbersAmong(args) : [];
}

const ofOne: ReadonlySet<string> = new Set(["neg", "floor", "ceil", "round", "trunc", "stopGradient"]);

/** Arithmetic that may come to be one of its operands, and is left out then: `x * 1`, `x + 0`, `-(-x)`. */
function isLeftOut(instr: Instr): instr is Instr & { op: "apply" } {
  if (instr.op !== "apply" || instr.primitive.gives !== "number") return false;
  return instr.args.length > 1 || ofOne.has(instr.primitive.id);
}
