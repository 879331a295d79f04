/**
 * Whether a program writes into what a module holds, under whatever name it has got hold of it. What may be an object of a
 * module, or a part of one, is followed forward from where it is read: into calls, back out as results, into containers
 * and out of those. That a function is called once with an array of a module and once with another makes the other none.
 *
 *     const rows = [[1, 2], [3]];                  const r = rows[0];   r.push(x);         writes `rows`
 */
import { isReference } from "../ir/type.ts";
import type { Func, Global, Instr, Module } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { eachFlow, type Spot } from "./flows.ts";
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

/** Of each reference that may be memory of a module, the name of the global that it was reached by. */
function follow(
  module: Module,
  entry: string,
  functions: readonly Func[],
  names: ReadonlySet<string>,
): ReadonlyMap<Spot, string> {
  const next = new Map<Spot, Spot[]>();
  const flow = (from: Spot, to: Spot): void => {
    if (typeof to !== "string" && !isReference(to.type)) return;
    const known = next.get(from);
    if (known) known.push(to);
    else next.set(from, [to]);
  };
  eachFlow(module, functions, analyzePointsTo(module, entry), flow);
  const held = new Map<Spot, string>();
  const pending: Spot[] = [];
  const mark = (spot: Spot, name: string): void => {
    if (held.has(spot)) return;
    held.set(spot, name);
    pending.push(spot);
  };
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      const [result] = instr.results;
      if (!result || !isReference(result.type)) return;
      if (instr.op === "global" && names.has(instr.global)) mark(result, instr.global);
      // A part of what a module holds is the module's.
      if (instr.op === "load" || instr.op === "pop") flow(instr.array, result);
      if (instr.op === "getField") flow(instr.record, result);
    });
  for (let spot = pending.pop(); spot !== undefined; spot = pending.pop())
    for (const to of next.get(spot) ?? []) mark(to, held.get(spot) as string);
  return held;
}
