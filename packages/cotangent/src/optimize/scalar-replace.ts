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
 * if no object of the family is ever written: its merges become merges of fields. All come from objects made here, or are
 * records that join the family from elsewhere (`let p = system.start; for (…) p = move(p)`), whose fields are read when
 * they do, if nothing in the function writes such fields. What an object holds may itself qualify once the object is gone,
 * hence the rounds.
 */
import { functionEffects } from "../analysis/effects.ts";
import { freshValue } from "../ir/build.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr, operands, regions, terminatorOperands } from "../ir/visit.ts";
import { literalsOf, type Place, placeOf, rewriteAggregates, type Shape, shapeOf } from "./aggregates.ts";

const MAX_ROUNDS = 12;

/** References that are one another by merging; `shape` is what all of them look like. */
interface Family {
  readonly members: Value[];
  shape: Shape | undefined;
  escapes: boolean;
  isWritten: boolean;
  /** Records from elsewhere join it. */
  isJoined: boolean;
}

/** Replaces by scalars the records and arrays of `func` that need not exist. */
export function scalarReplace(func: Func, module?: Module): Func {
  let current = func;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { shapes, isJoined } = choose(current, module);
    if (shapes.size === 0) return current;
    current = rewriteAggregates(isJoined ? readJoining(current, shapes) : current, shapes);
  }
  return current;
}

interface Chosen {
  readonly shapes: Map<Value, Shape>;
  /** Some records from elsewhere join them. */
  readonly isJoined: boolean;
}

/** The references that can be replaced, with their shapes. */
function choose(func: Func, module: Module | undefined): Chosen {
  const families = new Map<Value, Family>();
  const outside = fromElsewhere(func);
  const literal = literalsOf(func);
  const isAggregate = (v: Value): boolean => v.type.kind === "record" || v.type.kind === "array";
  const familyOf = (v: Value): Family => {
    const known = families.get(v);
    if (known) return known;
    const made: Family = { members: [v], shape: undefined, escapes: false, isWritten: false, isJoined: false };
    families.set(v, made);
    return made;
  };
  const merge = (a: Value | undefined, b: Value | undefined): void => {
    if (!a || !b || !isAggregate(a)) return;
    if (outside.has(b)) {
      familyOf(a).isJoined = true;
      return;
    }
    const into = familyOf(a);
    const from = familyOf(b);
    if (into === from) return;
    into.members.push(...from.members);
    for (const m of from.members) families.set(m, into);
    into.escapes ||= from.escapes;
    into.isWritten ||= from.isWritten;
    into.isJoined ||= from.isJoined;
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
  const shapes = new Map<Value, Shape>();
  let isJoined = false;
  let isSteady: ((shape: Shape) => boolean) | undefined;
  for (const [v, f] of families) {
    if (!f.shape || f.escapes) continue;
    if (f.isWritten && (f.isJoined || f.members.length > 1)) continue;
    if (f.isJoined) {
      isSteady ??= steadyFields(func, module);
      if (!isSteady(f.shape)) continue;
      isJoined = true;
    }
    shapes.set(v, f.shape);
  }
  return { shapes, isJoined };
}

// ------------------------------------------------------------------------------------------ Records from elsewhere

/** The records that are certain to be there, whoever made them: parameters, fields, results of calls. */
function fromElsewhere(func: Func): ReadonlySet<Value> {
  const isPlain = ({ type }: Value): boolean =>
    type.kind === "record" && type.decl.fields.every((field) => !field.variant);
  const found = new Set(func.body.params.filter(isPlain));
  forEachInstr(func.body, (instr) => {
    if (instr.op === "getField" || instr.op === "call") for (const r of instr.results) if (isPlain(r)) found.add(r);
  });
  return found;
}

/** Tells whether fields of a shape are what they are for the whole run of `func`: it writes none of these names. */
function steadyFields(func: Func, module: Module | undefined): (shape: Shape) => boolean {
  const written = new Set<string>();
  let writesAny = false;
  forEachInstr(func.body, (instr) => {
    if (instr.op === "setField" || instr.op === "accumulateField") written.add(instr.field);
    else if (instr.op === "clear" || instr.op === "addTo" || instr.op === "reinstate") writesAny = true;
    else if (instr.op === "call") writesAny ||= !module || functionEffects(instr.callee, module).writes;
  });
  return ({ fields }) => !writesAny && fields.every(({ name }) => !written.has(name));
}

/** Where a record from elsewhere joins a family in `shapes`, one of its fields' values, which is added to `shapes`. */
function readJoining(func: Func, shapes: Map<Value, Shape>): Func {
  const outside = fromElsewhere(func);
  const join = (value: Value, target: Value | undefined, out: Instr[], span: Instr["span"]): Value => {
    const shape = target && shapes.get(target);
    if (!shape || shapes.has(value) || !outside.has(value)) return value;
    const read = shape.fields.map(({ name, type }) => {
      const field = freshValue(type, name);
      out.push({ op: "getField", record: value, field: name, results: [field], span });
      return field;
    });
    const made = freshValue(value.type, value.hint);
    out.push({ op: "record", fields: read, results: [made], span });
    shapes.set(made, shape);
    return made;
  };
  /** `targets`: what the values that the block yields become. */
  const rewrite = (b: Block, targets: readonly (Value | undefined)[]): Block => {
    const body: Instr[] = [];
    for (const instr of b.body) {
      const inside = (region: Block): Block => {
        const isTest = instr.op === "while" && region === instr.condition;
        return rewrite(region, isTest ? [] : instr.results);
      };
      const mapped = mapInstr(instr, (v) => v, inside);
      if (mapped.op === "for" || mapped.op === "while") {
        const inits = mapped.inits.map((v, i) => join(v, instr.results[i], body, instr.span));
        body.push({ ...mapped, inits });
      } else body.push(mapped);
    }
    if (b.end.kind !== "yield") return { ...b, body };
    const values = b.end.values.map((v, i) => join(v, targets[i], body, body.at(-1)?.span));
    return { ...b, body, end: { ...b.end, values } };
  };
  return { ...func, body: rewrite(func.body, []) };
}
