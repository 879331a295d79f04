/**
 * Where values go as they are: into calls and back out as results, through joins and loops, into containers and out of
 * those. What arithmetic makes of a value is another one.
 */
import { isReference, typeKey } from "../ir/type.ts";
import type { Block, Func, Instr, Module, Type, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { ELEMENT, type MemoryClass, type PointsTo } from "./points-to.ts";

/** A value, or the elements or a field of a class of memory, by name. */
export type Spot = Value | string;

/** The elements or a field of a class of memory. */
export function partOf(owner: MemoryClass, name: string): Spot {
  return `${owner.id}.${name}`;
}

/** The class, by its number, that a spot in memory is a part of. */
export function ownerOf(part: string): number {
  return Number.parseInt(part, 10);
}

/** A step into a function that is called, or back out of it. */
export interface Passage {
  readonly call: Instr;
  readonly isReturn: boolean;
}

/** Tells `flow` of each step that a value of the functions may take. */
export function eachFlow(
  module: Module,
  functions: readonly Func[],
  pointsTo: PointsTo,
  flow: (from: Spot, to: Spot, through?: Passage) => void,
): void {
  const part = (container: Value, name: string): Spot => partOf(pointsTo.classOf(container), name);
  const flowAll = (from: readonly Value[], to: readonly Value[], through?: Passage): void =>
    from.forEach((v, i) => {
      const next = to[i];
      if (next) flow(v, next, through);
    });
  const yields = ({ end }: Block): readonly Value[] => (end.kind === "yield" ? end.values : []);
  const step = (instr: Instr): void => {
    const [result] = instr.results;
    switch (instr.op) {
      case "if":
        flowAll(yields(instr.then), instr.results);
        return flowAll(yields(instr.else), instr.results);
      case "for":
        for (const from of [instr.inits, yields(instr.body)]) {
          flowAll(from, instr.body.params.slice(1));
          flowAll(from, instr.results);
        }
        return;
      case "while":
        for (const from of [instr.inits, yields(instr.body)])
          for (const to of [instr.condition.params, instr.body.params, instr.results]) flowAll(from, to);
        return;
      case "call": {
        const callee = module.functions.get(instr.callee);
        if (!callee || callee.rule) return;
        flowAll(instr.args, callee.body.params, { call: instr, isReturn: false });
        return flowAll(yields(callee.body), instr.results, { call: instr, isReturn: true });
      }
      case "closure": {
        const callee = module.functions.get(instr.callee);
        if (callee && instr.captures.length > 0)
          flowAll(instr.captures, callee.body.params.slice(-instr.captures.length));
        return;
      }
      case "load":
      case "pop":
        return flow(part(instr.array, ELEMENT), result as Value);
      case "getField":
        return flow(part(instr.record, instr.field), result as Value);
      case "store":
      case "push":
        return flow(instr.value, part(instr.array, ELEMENT));
      case "setField":
        return flow(instr.value, part(instr.record, instr.field));
      case "array":
        for (const v of instr.elements) flow(v, part(result as Value, ELEMENT));
        return;
      case "allocate":
        if (instr.fill) flow(instr.fill, part(result as Value, ELEMENT));
        return;
      case "record": {
        const { type } = result as Value;
        if (type.kind !== "record") return;
        type.decl.fields.forEach((f, i) => {
          flow(instr.fields[i] as Value, part(result as Value, f.name));
        });
        return;
      }
      case "copy":
        if (!isReference(instr.structure.type)) return;
        return flowInside(pointsTo, instr.structure, result as Value, flow);
      case "wrap":
      case "unwrap":
        return flow(instr.value, result as Value);
      case "view":
        return flow(instr.array, result as Value);
      default:
        // What else gives a value makes it.
        return;
    }
  };
  for (const func of functions) forEachInstr(func.body, step);
}

/** What is in a structure is in one of its shape, too, a copy or a sum; but for the structures in it, which are others. */
export function flowInside(pointsTo: PointsTo, from: Value, to: Value, flow: (from: Spot, to: Spot) => void): void {
  const seen = new Set<string>();
  const walk = (type: Type, from: MemoryClass, to: MemoryClass): void => {
    if (type.kind === "optional") return walk(type.of, from, to);
    const key = `${from.id} ${to.id} ${typeKey(type)}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const [name, inner] of partsOf(type)) {
      if (!isReference(inner)) flow(partOf(from, name), partOf(to, name));
      const [a, b] = [pointsTo.contentsOf(from, name), pointsTo.contentsOf(to, name)];
      if (a && b) walk(inner, a, b);
    }
  };
  walk(from.type, pointsTo.classOf(from), pointsTo.classOf(to));
}

/** The elements or fields of an array or record, by name. */
function partsOf(type: Type): readonly (readonly [string, Type])[] {
  if (type.kind === "array") return [[ELEMENT, type.element]];
  return type.kind === "record" ? type.decl.fields.map((f) => [f.name, f.type] as const) : [];
}
