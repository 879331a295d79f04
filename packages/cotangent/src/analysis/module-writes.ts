/**
 * Whether a program writes into what a module holds, under whatever name it has got hold of it. What may be an object of a
 * module, or a part of one, is followed forward from where it is read: into calls, back out as results, into containers
 * and out of those. That a function is called once with an array of a module and once with another makes the other none.
 *
 *     const rows = [[1, 2], [3]];                  const r = rows[0];   r.push(x);         writes `rows`
 */
import { isReference } from "../ir/type.ts";
import type { Block, Func, Global, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr, operands } from "../ir/visit.ts";
import { analyzePointsTo, ELEMENT, openFunctions } from "./points-to.ts";
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
): ReadonlyMap<Value, string> {
  const held = new Map<Value, string>();
  /** By the class of a container and the name of an element or field. */
  const contents = new Map<string, string>();
  const pointsTo = analyzePointsTo(module, entry);
  let changed = true;
  const mark = (value: Value | undefined, name: string | undefined): void => {
    if (!value || name === undefined || !isReference(value.type) || held.has(value)) return;
    held.set(value, name);
    changed = true;
  };
  const placeIn = (container: Value, part: string): string => `${pointsTo.classOf(container).id}.${part}`;
  const put = (container: Value, part: string, name: string | undefined): void => {
    const place = placeIn(container, part);
    if (name === undefined || contents.has(place)) return;
    contents.set(place, name);
    changed = true;
  };
  const take = (result: Value | undefined, container: Value, part: string): void =>
    mark(result, held.get(container) ?? contents.get(placeIn(container, part)));
  const flow = (from: readonly Value[], to: readonly Value[]): void =>
    from.forEach((v, i) => {
      mark(to[i], held.get(v));
    });
  const yields = ({ end }: Block): readonly Value[] => (end.kind === "yield" ? end.values : []);
  const step = (instr: Instr): void => {
    const [result] = instr.results;
    switch (instr.op) {
      case "global":
        return mark(result, names.has(instr.global) ? instr.global : undefined);
      case "if":
        flow(yields(instr.then), instr.results);
        return flow(yields(instr.else), instr.results);
      case "for":
        for (const from of [instr.inits, yields(instr.body)]) {
          flow(from, instr.body.params.slice(1));
          flow(from, instr.results);
        }
        return;
      case "while":
        for (const from of [instr.inits, yields(instr.body)])
          for (const to of [instr.condition.params, instr.body.params, instr.results]) flow(from, to);
        return;
      case "call": {
        const callee = module.functions.get(instr.callee);
        if (!callee || callee.rule) return;
        flow(instr.args, callee.body.params);
        return flow(yields(callee.body), instr.results);
      }
      case "closure": {
        const callee = module.functions.get(instr.callee);
        if (callee && instr.captures.length > 0) flow(instr.captures, callee.body.params.slice(-instr.captures.length));
        return;
      }
      case "load":
      case "pop":
        return take(result, instr.array, ELEMENT);
      case "getField":
        return take(result, instr.record, instr.field);
      case "store":
      case "push":
        return put(instr.array, ELEMENT, held.get(instr.value));
      case "setField":
        return put(instr.record, instr.field, held.get(instr.value));
      case "array":
      case "allocate":
        for (const v of operands(instr)) put(result as Value, ELEMENT, held.get(v));
        return;
      case "record": {
        const { type } = result as Value;
        if (type.kind !== "record") return;
        type.decl.fields.forEach((f, i) => {
          put(result as Value, f.name, held.get(instr.fields[i] as Value));
        });
        return;
      }
      case "wrap":
      case "unwrap":
        return mark(result, held.get(instr.value));
      case "view":
        return mark(result, held.get(instr.array));
      default:
        // What else gives a reference makes it.
        return;
    }
  };
  while (changed) {
    changed = false;
    for (const func of functions) forEachInstr(func.body, step);
  }
  return held;
}
