/**
 * Scalar replacement of aggregates: a small record or array that never leaves the function becomes one value per field
 * (Muchnick, Advanced Compiler Design, 12.2), so that `{ re, im }` and `[x, y]` cost nothing and need no shadow.
 *
 *     p = record 1, 2            px = 1, py = 2
 *     setField p.x = t     =>    px' = t
 *     u = getField p.x           u = px'
 *
 * Two kinds of reference qualify. A single object that is only read and written at known places: its fields are put in
 * SSA form through the regions where it is written. And a family of references that merge in branches or go round loops,
 * if all of them come from objects made here and no object of the family is ever written: its merges become merges of
 * fields. What an object holds may itself qualify once the object is gone, hence the rounds.
 */
import type { Block, Func, Module, Value } from "../ir/types.ts";
import { operands, regions, terminatorOperands } from "../ir/visit.ts";
import { literalsOf, type Place, placeOf, rewriteAggregates, type Shape, shapeOf } from "./aggregates.ts";

const MAX_ROUNDS = 12;

/** References that are one another by merging; `shape` is what all of them look like. */
interface Family {
  readonly members: Value[];
  shape: Shape | undefined;
  escapes: boolean;
  isWritten: boolean;
}

/** Replaces by scalars the records and arrays of `func` that need not exist. */
export function scalarReplace(func: Func, _module?: Module): Func {
  let current = func;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const chosen = choose(current);
    if (chosen.size === 0) return current;
    current = rewriteAggregates(current, chosen);
  }
  return current;
}

/** The references that can be replaced, with their shapes. */
function choose(func: Func): ReadonlyMap<Value, Shape> {
  const families = new Map<Value, Family>();
  const literal = literalsOf(func);
  const isAggregate = (v: Value): boolean => v.type.kind === "record" || v.type.kind === "array";
  const familyOf = (v: Value): Family => {
    const known = families.get(v);
    if (known) return known;
    const made: Family = { members: [v], shape: undefined, escapes: false, isWritten: false };
    families.set(v, made);
    return made;
  };
  const merge = (a: Value | undefined, b: Value | undefined): void => {
    if (!a || !b || !isAggregate(a)) return;
    const into = familyOf(a);
    const from = familyOf(b);
    if (into === from) return;
    into.members.push(...from.members);
    for (const m of from.members) families.set(m, into);
    into.escapes ||= from.escapes;
    into.isWritten ||= from.isWritten;
    if (from.shape) setShape(into, from.shape);
  };
  const setShape = (family: Family, shape: Shape): void => {
    if (family.shape && family.shape.fields.length !== shape.fields.length) family.escapes = true;
    family.shape ??= shape;
  };
  const markEscape = (v: Value): void => {
    if (isAggregate(v)) familyOf(v).escapes = true;
  };
  const yields = (block: Block): readonly Value[] | undefined =>
    block.end.kind === "yield" ? block.end.values : undefined;

  const places: Place[] = [];
  const walk = (block: Block, conditions: ReadonlySet<Value>): void => {
    for (const instr of block.body) {
      const shape = shapeOf(instr, literal);
      for (const r of instr.results) {
        if (!isAggregate(r)) continue;
        if (shape) setShape(familyOf(r), shape);
        else if (instr.op !== "if" && instr.op !== "for" && instr.op !== "while" && instr.op !== "unset") markEscape(r);
      }
      const place = placeOf(instr, literal);
      if (place) {
        places.push(place);
        // What a loop's condition writes could reach the loop's body only through memory.
        if (place.isWrite && conditions.has(place.object)) markEscape(place.object);
        if (place.isWrite) familyOf(place.object).isWritten = true;
        for (const v of operands(instr).slice(1)) markEscape(v);
      } else if (instr.op === "if") {
        instr.results.forEach((r, i) => {
          merge(r, yields(instr.then)?.[i]);
          merge(r, yields(instr.else)?.[i]);
        });
      } else if (instr.op === "for" || instr.op === "while") {
        const params = instr.op === "for" ? instr.body.params.slice(1) : instr.body.params;
        instr.inits.forEach((init, i) => {
          merge(instr.results[i], init);
          merge(instr.results[i], params[i]);
          if (instr.op === "while") merge(instr.results[i], instr.condition.params[i]);
          merge(instr.results[i], yields(instr.body)?.[i]);
        });
      } else {
        operands(instr).forEach(markEscape);
      }
      for (const region of regions(instr)) {
        const isCondition = instr.op === "while" && region === instr.condition;
        // Objects made outside the condition are those known before it.
        walk(region, isCondition ? new Set([...conditions, ...families.keys()]) : conditions);
      }
    }
  };
  func.body.params.forEach(markEscape);
  walk(func.body, new Set());
  terminatorOperands(func.body.end).forEach(markEscape);

  for (const { object, part, isOptional } of places) {
    const family = familyOf(object);
    const isPast = part.kind === "field" && part.index >= (family.shape?.fields.length ?? 0) && !isOptional;
    if (part.kind === "unknown" || isPast) family.escapes = true;
  }
  const chosen = new Map<Value, Shape>();
  for (const [v, f] of families) {
    const isAlone = f.members.length === 1;
    if (f.shape && !f.escapes && (isAlone || !f.isWritten)) chosen.set(v, f.shape);
  }
  return chosen;
}
