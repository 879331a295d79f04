/**
 * The rewriting half of scalar replacement: given references that need not exist, the function in which each is a row
 * of values. Where a region writes a field, the field becomes one more result of the region, and one more carried value
 * if the region is a loop: the construction of SSA form for structured programs (Brandis and Mössenböck, Single-Pass
 * Generation of Static Single-Assignment Form for Structured Languages, 1994).
 */
import { add } from "../elementals/index.ts";
import { freshValue } from "../ir/build.ts";
import * as t from "../ir/type.ts";
import type { Block, Func, Instr, Type, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr, mapTerminator, regions } from "../ir/visit.ts";

/** What an object consists of, in order. */
export interface Shape {
  readonly fields: readonly { readonly name: string; readonly type: Type }[];
}

/** What part of an object an instruction touches. `field` may be past the end of an array. */
export interface Place {
  readonly object: Value;
  readonly part:
    | { readonly kind: "field"; readonly index: number }
    | { readonly kind: "length" }
    | { readonly kind: "unknown" };
  readonly isWrite: boolean;
  /** A read that is missing past the end. */
  readonly isOptional: boolean;
}

/** The number that a value is known to be. */
export type Literal = (v: Value) => number | undefined;

const MAX_ELEMENTS = 16;

/** The literal numbers of `func`. */
export function literalsOf(func: Func): Literal {
  const numbers = new Map<Value, number>();
  forEachInstr(func.body, (instr) => {
    if (instr.op === "constant" && typeof instr.value === "number") numbers.set(instr.results[0] as Value, instr.value);
  });
  return (v) => numbers.get(v);
}

/** The shape of the object that `instr` makes, if it makes one of known size that holds values exactly. */
export function shapeOf(instr: Instr, literal: Literal): Shape | undefined {
  const type = instr.results[0]?.type;
  if (instr.op === "record") return type?.kind === "record" ? { fields: type.decl.fields } : undefined;
  if ((instr.op !== "array" && instr.op !== "allocate") || type?.kind !== "array") return undefined;
  if (type.storage !== "Array" && type.storage !== "Float64Array") return undefined;
  const length = instr.op === "array" ? instr.elements.length : literal(instr.length);
  if (length === undefined || !Number.isInteger(length) || length < 0 || length > MAX_ELEMENTS) return undefined;
  if (instr.op === "allocate" && instr.holes) return undefined;
  if (instr.op === "allocate" && !instr.fill && type.element.kind !== "number") return undefined;
  return { fields: Array.from({ length }, (_, i) => ({ name: String(i), type: type.element })) };
}

/** The part of an object that `instr` reads or writes directly, if that is what it does. */
export function placeOf(instr: Instr, literal: Literal): Place | undefined {
  const ofRecord = (object: Value, field: string, isWrite: boolean): Place => {
    const fields = object.type.kind === "record" ? object.type.decl.fields : [];
    return {
      object,
      part: { kind: "field", index: fields.findIndex((f) => f.name === field) },
      isWrite,
      isOptional: false,
    };
  };
  const ofArray = (object: Value, at: Value, isWrite: boolean, isOptional: boolean): Place => {
    const index = literal(at);
    const isKnown = index !== undefined && Number.isInteger(index) && index >= 0;
    return { object, part: isKnown ? { kind: "field", index } : { kind: "unknown" }, isWrite, isOptional };
  };
  switch (instr.op) {
    case "getField":
      return ofRecord(instr.record, instr.field, false);
    case "setField":
    case "accumulateField":
      return ofRecord(instr.record, instr.field, true);
    case "load": {
      const { type } = instr.array;
      const result = (instr.results[0] as Value).type;
      return ofArray(instr.array, instr.index, false, type.kind === "array" && !t.sameType(type.element, result));
    }
    case "store":
    case "accumulate":
      return ofArray(instr.array, instr.index, true, false);
    case "length":
      return { object: instr.array, part: { kind: "length" }, isWrite: false, isOptional: false };
    default:
      return undefined;
  }
}

/** A field of an object that is written. */
interface Cell {
  readonly object: Value;
  readonly index: number;
}
/** The present fields of each object. */
type State = Map<Value, readonly Value[]>;

function fieldHint(object: Value, name: string): string {
  if (!object.hint) return /^\d/.test(name) ? `element${name}` : name;
  return object.hint + name.charAt(0).toUpperCase() + name.slice(1);
}

/** `func` without the references in `chosen`, which escape nowhere and are written only if they never merge. */
export function rewriteAggregates(func: Func, chosen: ReadonlyMap<Value, Shape>): Func {
  return new Rewriter(chosen, literalsOf(func)).func(func);
}

class Rewriter {
  readonly #chosen: ReadonlyMap<Value, Shape>;
  readonly #literal: Literal;
  readonly #replaced = new Map<Value, Value>();
  readonly #writes = new Map<Instr, readonly Cell[]>();

  constructor(chosen: ReadonlyMap<Value, Shape>, literal: Literal) {
    this.#chosen = chosen;
    this.#literal = literal;
  }

  func(func: Func): Func {
    return { ...func, body: this.#block(func.body, func.body.params, new Map(), []) };
  }

  #value = (v: Value): Value => {
    const next = this.#replaced.get(v);
    return next ? this.#value(next) : v;
  };

  /** Fresh values for the fields of `v`. */
  #fresh(v: Value, state: State): readonly Value[] {
    const shape = this.#chosen.get(v);
    if (!shape) return [v];
    const fields = shape.fields.map((f) => freshValue(f.type, fieldHint(v, f.name)));
    state.set(v, fields);
    return fields;
  }

  #freshCell({ object, index }: Cell, state: State): Value {
    const field = (this.#chosen.get(object) as Shape).fields[index] as Shape["fields"][number];
    const made = freshValue(field.type, fieldHint(object, field.name));
    this.#setCell({ object, index }, made, state);
    return made;
  }

  #setCell({ object, index }: Cell, value: Value, state: State): void {
    state.set(object, (state.get(object) as readonly Value[]).with(index, value));
  }

  #cell({ object, index }: Cell, state: State): Value {
    return this.#value((state.get(object) as readonly Value[])[index] as Value);
  }

  /** `values` with the fields of objects in their places. */
  #expand(values: readonly Value[], state: State): readonly Value[] {
    return values.flatMap((v) =>
      this.#chosen.has(v) ? (state.get(v) as readonly Value[]).map(this.#value) : this.#value(v),
    );
  }

  /** The cells that the regions of `instr` write, of whatever objects. */
  #written(instr: Instr): readonly Cell[] {
    const known = this.#writes.get(instr);
    if (known) return known;
    const cells = new Map<string, Cell>();
    const add = (c: Cell): void => void cells.set(`${c.object.id}.${c.index}`, c);
    for (const region of regions(instr)) {
      for (const inner of region.body) {
        const place = placeOf(inner, this.#literal);
        if (place?.isWrite && place.part.kind === "field" && this.#chosen.has(place.object)) {
          add({ object: place.object, index: place.part.index });
        }
        this.#written(inner).forEach(add);
      }
    }
    const list = [...cells.values()];
    this.#writes.set(instr, list);
    return list;
  }

  /** The block yielding, besides its own values, the `cells` as they are at its end. `state` is used up. */
  #block(block: Block, params: readonly Value[], state: State, cells: readonly Cell[]): Block {
    const body: Instr[] = [];
    for (const instr of block.body) this.#instr(instr, state, body);
    const { end } = block;
    if (end.kind === "throw") return { params, body, end: mapTerminator(end, this.#value) };
    const values = [...this.#expand(end.values, state), ...cells.map((c) => this.#cell(c, state))];
    return { params, body, end: { ...end, values } };
  }

  #instr(instr: Instr, state: State, out: Instr[]): void {
    const { span } = instr;
    const [result] = instr.results;
    const place = placeOf(instr, this.#literal);
    if (place && this.#chosen.has(place.object)) {
      this.#access(instr, place, state, out);
    } else if (instr.op === "if" || instr.op === "for" || instr.op === "while") {
      this.#region(instr, state, out);
    } else if (result && this.#chosen.has(result)) {
      const { fields } = this.#chosen.get(result) as Shape;
      const emit = (made: { op: "unset" } | { op: "constant"; value: number }): readonly Value[] =>
        fields.map((f) => {
          const value = freshValue(f.type, fieldHint(result, f.name));
          out.push({ ...made, results: [value], span });
          return value;
        });
      if (instr.op === "record") state.set(result, instr.fields.map(this.#value));
      else if (instr.op === "array") state.set(result, instr.elements.map(this.#value));
      else if (instr.op === "unset") state.set(result, emit({ op: "unset" }));
      else if (instr.op === "allocate") {
        const { fill } = instr;
        state.set(result, fill ? fields.map(() => this.#value(fill)) : emit({ op: "constant", value: 0 }));
      } else throw new TypeError(`${instr.op} makes no object that can be replaced`);
    } else {
      out.push(mapInstr(instr, this.#value, (b) => b));
    }
  }

  #access(instr: Instr, { object, part, isOptional }: Place, state: State, out: Instr[]): void {
    const { results, span } = instr;
    const fields = state.get(object) as readonly Value[];
    if (part.kind === "length") {
      out.push({ op: "constant", value: fields.length, results, span });
      return;
    }
    if (part.kind === "unknown") throw new TypeError(`${instr.op} at an unknown place of a replaced object`);
    const { index } = part;
    switch (instr.op) {
      case "getField":
      case "load": {
        const result = results[0] as Value;
        if (isOptional) {
          const missing = result.type.kind === "optional" && result.type.absent === "null" ? null : undefined;
          const cell = index < fields.length ? this.#cell({ object, index }, state) : undefined;
          if (!cell) out.push({ op: "constant", value: missing, results, span });
          else if (t.sameType(cell.type, result.type)) this.#replaced.set(result, cell);
          else out.push({ op: "wrap", value: cell, results, span });
        } else {
          this.#replaced.set(result, this.#cell({ object, index }, state));
        }
        return;
      }
      case "setField":
      case "store":
        this.#setCell({ object, index }, this.#value(instr.value), state);
        return;
      case "accumulateField":
      case "accumulate": {
        const args = [this.#cell({ object, index }, state), this.#value(instr.value)];
        const sum = freshValue(t.number, args[0]?.hint);
        out.push({ op: "apply", primitive: add, args, results: [sum], span });
        this.#setCell({ object, index }, sum, state);
        return;
      }
      default:
        throw new TypeError(`${instr.op} touches no place of an object`);
    }
  }

  #region(instr: Extract<Instr, { op: "if" | "for" | "while" }>, state: State, out: Instr[]): void {
    const cells = this.#written(instr).filter((c) => state.has(c.object));
    /** A region on its own copy of the state, with fresh parameters for objects and cells. */
    const region = (block: Block, carried: readonly Value[], yielded: readonly Cell[], isLoop: boolean): Block => {
      const inner: State = new Map(state);
      const params = carried.flatMap((p) => this.#fresh(p, inner));
      const extra = isLoop ? cells.map((c) => this.#freshCell(c, inner)) : [];
      return this.#block(block, [...params, ...extra], inner, yielded);
    };
    const results = (): readonly Value[] => {
      const own = instr.results.flatMap((r) => this.#fresh(r, state));
      return [...own, ...cells.map((c) => this.#freshCell(c, state))];
    };
    const inits = (values: readonly Value[]): readonly Value[] => [
      ...this.#expand(values, state),
      ...cells.map((c) => this.#cell(c, state)),
    ];
    switch (instr.op) {
      case "if": {
        const branches = {
          condition: this.#value(instr.condition),
          then: region(instr.then, [], cells, false),
          else: region(instr.else, [], cells, false),
        };
        out.push({ ...instr, ...branches, results: results() });
        return;
      }
      case "for": {
        const bounds = { start: this.#value(instr.start), end: this.#value(instr.end), inits: inits(instr.inits) };
        const body = region(instr.body, instr.body.params, cells, true);
        out.push({ ...instr, ...bounds, body, results: results() });
        return;
      }
      case "while": {
        const before = inits(instr.inits);
        const condition = region(instr.condition, instr.condition.params, [], true);
        const body = region(instr.body, instr.body.params, cells, true);
        out.push({ ...instr, inits: before, condition, body, results: results() });
        return;
      }
      default:
        instr satisfies never;
    }
  }
}
