/**
 * Whether a program writes into what a module holds, under whatever name it has got hold of it. What may be an object of a
 * module, or a part of one, is followed forward from where it is read: into calls, back out as results, into containers
 * and out of those. That a function is called once with an array of a module and once with another makes the other none,
 * and what it gives of the other neither.
 *
 *     const rows = [[1, 2], [3]];                  const r = rows[0];   r.push(x);         writes `rows`
 */
import { isReference } from "../ir/type.ts";
import type { Func, Global, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { eachFlow, type Passage, type Spot } from "./flows.ts";
import { analyzePointsTo, openFunctions } from "./points-to.ts";
import { writtenBy } from "./writes.ts";

/** The name of one of the `globals` that a call of `entry` may write into, and where; undefined if it writes none. */
export function writtenGlobal(
  module: Module,
  entry: string,
  globals: readonly Global[],
): { readonly name: string; readonly instr: Instr } | undefined {
  const names = new Set(globals.filter((g) => isReference(g.type)).map((g) => g.name));
  if (names.size === 0) return undefined;
  const functions = openFunctions(module, entry);
  const held = follow(module, entry, functions, names);
  let found: { readonly name: string; readonly instr: Instr } | undefined;
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      const [target] = writtenBy(instr);
      const name = target && held.get(target);
      if (name !== undefined) found ??= { name, instr };
    });
  return found;
}

/** The steps that references take: within a function, through what it calls as a whole, in and out. */
interface Steps {
  readonly within: Map<Spot, Set<Spot>>;
  readonly into: Map<Spot, { readonly param: Value; readonly call: Instr }[]>;
  readonly out: Map<Spot, { readonly result: Value; readonly call: Instr }[]>;
}

function stepsOf(module: Module, entry: string, functions: readonly Func[]): Steps {
  const steps: Steps = { within: new Map(), into: new Map(), out: new Map() };
  const flow = (from: Spot, to: Spot, through?: Passage): void => {
    if (typeof to === "string" || !through) {
      if (typeof to === "string" || isReference(to.type)) addTo(steps.within, from, to);
    } else if (!isReference(to.type)) return;
    else if (through.isReturn) listOf(steps.out, from).push({ result: to, call: through.call });
    else listOf(steps.into, from).push({ param: to, call: through.call });
  };
  eachFlow(module, functions, analyzePointsTo(module, entry), flow);
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      const [result] = instr.results;
      if (!result) return;
      // A part of what a module holds is the module's.
      if (instr.op === "load" || instr.op === "pop") flow(instr.array, result);
      if (instr.op === "getField") flow(instr.record, result);
    });
  addSummaries(steps);
  return steps;
}

/** Where an argument of a call may come back as its result, that is a step of the caller. */
function addSummaries({ within, into, out }: Steps): void {
  const callsOf = new Map<Value, { readonly arg: Spot; readonly call: Instr }[]>();
  for (const [arg, calls] of into) for (const { param, call } of calls) listOf(callsOf, param).push({ arg, call });
  for (let isSettled = false; !isSettled; ) {
    isSettled = true;
    for (const [param, calls] of callsOf) {
      const given = reached(param, within).flatMap((spot) => out.get(spot) ?? []);
      for (const { arg, call } of calls)
        for (const { result, call: returned } of given)
          if (call === returned && addTo(within, arg, result)) isSettled = false;
    }
  }
}

/** What a reference may become inside of its function; what is in memory is followed for all functions alike. */
function reached(from: Value, within: Steps["within"]): readonly Spot[] {
  const found = new Set<Spot>([from]);
  for (const spot of found) for (const to of within.get(spot) ?? []) if (typeof to !== "string") found.add(to);
  return [...found];
}

function listOf<K, T>(lists: Map<K, T[]>, key: K): T[] {
  const known = lists.get(key) ?? [];
  lists.set(key, known);
  return known;
}

function addTo(sets: Steps["within"], from: Spot, to: Spot): boolean {
  const known = sets.get(from) ?? new Set();
  sets.set(from, known);
  if (known.has(to)) return false;
  known.add(to);
  return true;
}

/**
 * Of each reference that may be memory of a module, the name of the global that it was reached by. What was handed down
 * into a call does not come up again at another one: it comes back by the step through the call (Horwitz, Reps and
 * Binkley, Interprocedural Slicing Using Dependence Graphs, 1990).
 */
function follow(
  module: Module,
  entry: string,
  functions: readonly Func[],
  names: ReadonlySet<string>,
): ReadonlyMap<Spot, string> {
  const { within, into, out } = stepsOf(module, entry, functions);
  /** What was read in the function itself or in what it calls, and what it was given. */
  const own = new Map<Spot, string>();
  const given = new Map<Spot, string>();
  const pending: (readonly [Spot, Map<Spot, string>])[] = [];
  const mark = (spot: Spot, name: string, among: Map<Spot, string>): void => {
    // What is in memory is there for all functions.
    const to = typeof spot === "string" ? own : among;
    if (own.has(spot) || to.has(spot)) return;
    to.set(spot, name);
    pending.push([spot, to]);
  };
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      const [result] = instr.results;
      const isFound = instr.op === "global" && names.has(instr.global) && result && isReference(result.type);
      if (isFound) mark(result, instr.global, own);
    });
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [spot, among] = next;
    const name = among.get(spot) as string;
    for (const to of within.get(spot) ?? []) mark(to, name, among);
    for (const { param } of into.get(spot) ?? []) mark(param, name, given);
    if (among === own) for (const { result } of out.get(spot) ?? []) mark(result, name, own);
  }
  return new Map([...given, ...own]);
}
