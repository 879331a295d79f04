/**
 * Where references that start at some places may get to: into calls, back out as results, into containers and out of
 * those. What is a part of an object that is held is held, too. That a function is called once with an object of them and
 * once with another makes the other none, and what it gives of the other neither.
 *
 *     const rows = [[1, 2], [3]];                  const r = rows[0];   r.push(x);         `r` holds a part of `rows`
 */
import { isReference } from "../ir/type.ts";
import type { Func, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { eachFlow, type Passage, type Spot } from "./flows.ts";
import type { PointsTo } from "./points-to.ts";

/** The steps that references take: within a function, through what it calls as a whole, in and out. */
interface Steps {
  readonly within: Map<Spot, Set<Spot>>;
  readonly into: Map<Spot, { readonly param: Value; readonly call: Instr }[]>;
  readonly out: Map<Spot, { readonly result: Value; readonly call: Instr }[]>;
}

function stepsOf(module: Module, functions: readonly Func[], pointsTo: PointsTo): Steps {
  const steps: Steps = { within: new Map(), into: new Map(), out: new Map() };
  const flow = (from: Spot, to: Spot, through?: Passage): void => {
    if (typeof to === "string" || !through) {
      if (typeof to === "string" || isReference(to.type)) addTo(steps.within, from, to);
    } else if (!isReference(to.type)) return;
    else if (through.isReturn) listOf(steps.out, from).push({ result: to, call: through.call });
    else listOf(steps.into, from).push({ param: to, call: through.call });
  };
  eachFlow(module, functions, pointsTo, flow);
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      const [result] = instr.results;
      if (!result) return;
      // A part of what is held is held.
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
 * Of each reference that may be held, the name of what it was reached from; `sources` are the references that hold it
 * where `functions` meet it first. What was handed down into a call does not come up again at another one: it comes back
 * by the step through the call (Horwitz, Reps and Binkley, Interprocedural Slicing Using Dependence Graphs, 1990).
 */
export function followHeld<Name>(
  module: Module,
  functions: readonly Func[],
  pointsTo: PointsTo,
  sources: ReadonlyMap<Value, Name>,
): ReadonlyMap<Spot, Name> {
  const { within, into, out } = stepsOf(module, functions, pointsTo);
  /** What was read in the function itself or in what it calls, and what it was given. */
  const own = new Map<Spot, Name>();
  const given = new Map<Spot, Name>();
  const pending: (readonly [Spot, Map<Spot, Name>])[] = [];
  const mark = (spot: Spot, name: Name, among: Map<Spot, Name>): void => {
    // What is in memory is there for all functions.
    const to = typeof spot === "string" ? own : among;
    if (own.has(spot) || to.has(spot)) return;
    to.set(spot, name);
    pending.push([spot, to]);
  };
  for (const [source, name] of sources) mark(source, name, own);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [spot, among] = next;
    const name = among.get(spot) as Name;
    for (const to of within.get(spot) ?? []) mark(to, name, among);
    for (const { param } of into.get(spot) ?? []) mark(param, name, given);
    if (among === own) for (const { result } of out.get(spot) ?? []) mark(result, name, own);
  }
  return new Map([...given, ...own]);
}
