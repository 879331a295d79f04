/**
 * The only constructor of IR. A `BlockBuilder` appends instructions to one region, derives the types of results from
 * the types of operands, and throws `IrError` on an ill-typed use, at the place that made the mistake.
 */
import type { Primitive, ScalarKind } from "../core/primitive.ts";
import * as t from "./type.ts";
import type { Absent, Block, Func, Instr, Span, Terminator, Type, Value } from "./types.ts";

/** A defect of a pass, never of a user's program: it built ill-typed IR. */
export class IrError extends Error {
  override readonly name = "IrError";
}

type Bare = Instr extends infer I ? (I extends Instr ? Omit<I, "results" | "span"> : never) : never;

let nextId = 0;

/** A new value; every value of a program is made here. */
export function freshValue(type: Type, hint?: string): Value {
  return { id: nextId++, type, hint };
}

function expectType(actual: Type, expected: Type, what: string): void {
  if (!t.sameType(actual, expected)) {
    throw new IrError(`${what}: expected ${t.typeKey(expected)}, got ${t.typeKey(actual)}`);
  }
}

function expectScalar(type: Type, kind: ScalarKind, what: string): void {
  if (kind !== "any" && type.kind !== kind) throw new IrError(`${what}: expected ${kind}, got ${t.typeKey(type)}`);
}

function arrayOf(value: Value, what: string): Type & { kind: "array" } {
  if (value.type.kind !== "array") throw new IrError(`${what}: expected an array, got ${t.typeKey(value.type)}`);
  return value.type;
}

export interface ParamSpec {
  readonly type: Type;
  readonly hint?: string | undefined;
}

/** A region's content: receives the region's builder and parameters, returns what the region yields. */
export type BlockBody = (b: BlockBuilder, ...params: Value[]) => readonly Value[];

export class BlockBuilder {
  readonly params: readonly Value[];
  /** Attached to every instruction appended from now on. */
  span: Span | undefined;
  readonly #body: Instr[] = [];
  #end: Terminator | undefined;

  constructor(params: readonly ParamSpec[] | readonly Value[] = [], span?: Span) {
    this.params = params.map((p) => ("id" in p ? p : freshValue(p.type, p.hint)));
    this.span = span;
  }

  /** Appends an instruction whose results have the given types; the typed methods below are preferred. */
  emit(instr: Bare, results: readonly Type[], hints: readonly (string | undefined)[] = []): readonly Value[] {
    if (this.#end) throw new IrError(`${instr.op} after the end of its block`);
    const values = results.map((type, i) => freshValue(type, hints[i]));
    this.#body.push({ ...instr, results: values, span: this.span } as Instr);
    return values;
  }

  /** What has been appended so far. */
  get emitted(): readonly Instr[] {
    return this.#body;
  }

  /** Appends an existing instruction as it stands, results and all. */
  append(instr: Instr): void {
    if (this.#end) throw new IrError(`${instr.op} after the end of its block`);
    this.#body.push(instr);
  }

  #one(instr: Bare, type: Type, hint?: string): Value {
    return this.emit(instr, [type], [hint])[0] as Value;
  }

  constant(value: number | boolean | string | undefined | null, hint?: string): Value {
    const type =
      typeof value === "number"
        ? t.number
        : typeof value === "boolean"
          ? t.boolean
          : typeof value === "string"
            ? t.string
            : t.unit;
    return this.#one({ op: "constant", value }, type, hint);
  }
  unset(type: Type, hint?: string): Value {
    return this.#one({ op: "unset" }, type, hint);
  }
  apply(primitive: Primitive, args: readonly Value[], hint?: string): Value {
    if (primitive.arity !== "variadic" && primitive.arity !== args.length) {
      throw new IrError(`${primitive.id} takes ${primitive.arity} arguments, got ${args.length}`);
    }
    args.forEach((a, i) =>
      expectScalar(a.type, primitive.takes[Math.min(i, primitive.takes.length - 1)] ?? "any", primitive.id),
    );
    return this.#one({ op: "apply", primitive, args }, { kind: primitive.gives }, hint);
  }
  text(parts: readonly Value[], hint?: string): Value {
    return this.#one({ op: "text", parts }, t.string, hint);
  }
  global(name: string, type: Type, hint = name): Value {
    return this.#one({ op: "global", global: name }, type, hint);
  }

  /** A value as one that may be missing as `absent`: a present one, or one that may be missing in one of two ways. */
  wrap(value: Value, absent: Absent = "undefined", hint?: string): Value {
    return this.#one({ op: "wrap", value }, t.optional(value.type, absent), hint);
  }
  /** The missing value of an optional type; `which` of the two, where it may be either. */
  missing(type: Type, hint?: string, which: Absent = "undefined"): Value {
    if (type.kind !== "optional") throw new IrError(`missing: ${t.typeKey(type)} is not optional`);
    const absent = type.absent === "nullish" ? which : type.absent;
    return this.#one({ op: "constant", value: absent === "null" ? null : undefined }, type, hint);
  }
  present(value: Value, hint?: string): Value {
    if (value.type.kind !== "optional") throw new IrError(`present: ${t.typeKey(value.type)} is not optional`);
    return this.#one({ op: "present", value }, t.boolean, hint);
  }
  isNull(value: Value, hint?: string): Value {
    const { type } = value;
    if (type.kind !== "optional" || type.absent !== "nullish")
      throw new IrError(`isNull: ${t.typeKey(type)} is not missing in either way`);
    return this.#one({ op: "isNull", value }, t.boolean, hint);
  }
  unwrap(value: Value, hint = value.hint): Value {
    if (value.type.kind !== "optional") throw new IrError(`unwrap: ${t.typeKey(value.type)} is not optional`);
    return this.#one({ op: "unwrap", value }, value.type.of, hint);
  }

  array(elements: readonly Value[], type: Type, hint?: string): Value {
    if (type.kind !== "array") throw new IrError("array: not an array type");
    for (const e of elements) expectType(e.type, type.element, "array element");
    return this.#one({ op: "array", elements }, type, hint);
  }
  allocate(length: Value, type: Type, fill?: Value, hint?: string): Value {
    expectType(length.type, t.number, "allocate length");
    if (type.kind !== "array") throw new IrError("allocate: not an array type");
    if (fill) expectType(fill.type, type.element, "allocate fill");
    return this.#one({ op: "allocate", length, fill }, type, hint);
  }
  /** An array of `length` missing elements. */
  allocateHoles(length: Value, type: Type, hint?: string): Value {
    expectType(length.type, t.number, "allocate length");
    if (type.kind !== "array" || type.storage !== "Array") throw new IrError("allocate: no array that may have holes");
    return this.#one({ op: "allocate", length, fill: undefined, holes: true }, type, hint);
  }
  record(fields: readonly Value[], type: Type, hint?: string): Value {
    if (type.kind !== "record") throw new IrError("record: not a record type");
    if (fields.length !== type.decl.fields.length)
      throw new IrError(`record ${type.decl.name}: wrong number of fields`);
    type.decl.fields.forEach((f, i) => expectType((fields[i] as Value).type, f.type, `field ${f.name}`));
    return this.#one({ op: "record", fields }, type, hint);
  }
  /** The elements of a typed array from `start` to `end`, in the same memory. */
  view(array: Value, start: Value, end?: Value, hint?: string): Value {
    if (arrayOf(array, "view").storage === "Array") throw new IrError("view: not a typed array");
    expectType(start.type, t.number, "view start");
    if (end) expectType(end.type, t.number, "view end");
    return this.#one({ op: "view", array, start, end }, array.type, hint);
  }
  length(array: Value, hint?: string): Value {
    arrayOf(array, "length");
    return this.#one({ op: "length", array }, t.number, hint);
  }
  /** The element at `index`; with `optional`, missing past the end. */
  load(array: Value, index: Value, hint?: string, optional = false): Value {
    const { element } = arrayOf(array, "load");
    expectType(index.type, t.number, "load index");
    return this.#one({ op: "load", array, index }, optional ? t.optional(element) : element, hint);
  }
  store(array: Value, index: Value, value: Value): void {
    expectType(index.type, t.number, "store index");
    expectType(value.type, arrayOf(array, "store").element, "stored value");
    this.emit({ op: "store", array, index, value }, []);
  }
  accumulate(array: Value, index: Value, value: Value): void {
    expectType(arrayOf(array, "accumulate").element, t.number, "accumulate element");
    expectType(index.type, t.number, "accumulate index");
    expectType(value.type, t.number, "accumulated value");
    this.emit({ op: "accumulate", array, index, value }, []);
  }
  getField(record: Value, field: string, hint = field): Value {
    return this.#one({ op: "getField", record, field }, t.fieldType(record.type, field), hint);
  }
  setField(record: Value, field: string, value: Value): void {
    expectType(value.type, t.fieldType(record.type, field), `field ${field}`);
    this.emit({ op: "setField", record, field, value }, []);
  }
  accumulateField(record: Value, field: string, value: Value): void {
    expectType(t.fieldType(record.type, field), t.number, `field ${field}`);
    expectType(value.type, t.number, "accumulated value");
    this.emit({ op: "accumulateField", record, field, value }, []);
  }
  push(array: Value, value: Value): void {
    expectType(value.type, arrayOf(array, "push").element, "pushed value");
    this.emit({ op: "push", array, value }, []);
  }
  pop(array: Value, hint?: string): Value {
    return this.#one({ op: "pop", array }, arrayOf(array, "pop").element, hint);
  }
  same(left: Value, right: Value, hint?: string): Value {
    return this.#one({ op: "same", left, right }, t.boolean, hint);
  }

  /** One shadow per operand; objects reached twice get one shadow if `shared`. */
  shadow(of: readonly Value[], shared = false, hints?: readonly (string | undefined)[]): readonly Value[] {
    return this.emit(
      { op: "shadow", of, shared },
      of.map((v) => t.shadowType(v.type)),
      hints ?? of.map((v) => v.hint && `${v.hint}Bar`),
    );
  }
  clear(structure: Value, gaps = false): void {
    this.emit({ op: "clear", structure, gaps }, []);
  }
  /** A deep copy; `type` may differ from the operand's in the float storage of its arrays. */
  copy(structure: Value, type = structure.type, hint = structure.hint, detached = false): Value {
    return this.#one({ op: "copy", structure, detached }, type, hint);
  }
  /** Adds the numbers of `source` to those of `target`, which has the same shape, but for what has `grown`. */
  addTo(target: Value, source: Value, grown = false): void {
    this.emit({ op: "addTo", target, source, grown }, []);
  }
  snapshot(of: readonly Value[], hint?: string): Value {
    return this.#one({ op: "snapshot", of }, t.snapshot, hint);
  }
  reinstate(snapshot: Value): void {
    this.emit({ op: "reinstate", snapshot }, []);
  }

  tape(element: Type, pooled: boolean, hint = "tape"): Value {
    return this.#one({ op: "tape", pooled }, t.tape(element), hint);
  }
  grow(tape: Value, by: Value, hint?: string): Value {
    return this.#one({ op: "grow", tape, by }, t.number, hint);
  }
  shrink(tape: Value, by: Value, hint?: string): Value {
    return this.#one({ op: "shrink", tape, by }, t.number, hint);
  }
  slots(tape: Value, hint?: string): Value {
    if (tape.type.kind !== "tape") throw new IrError("slots: not a tape");
    const { element } = tape.type;
    return this.#one(
      { op: "slots", tape },
      t.array(element, element.kind === "number" ? "Float64Array" : "Array"),
      hint,
    );
  }
  reader(tape: Value, hint = tape.hint): Value {
    return this.#one({ op: "reader", tape }, tape.type, hint);
  }
  release(tape: Value): void {
    this.emit({ op: "release", tape }, []);
  }

  /** `hints` name the results. A branch that throws yields nothing; types come from the other branch. */
  if(
    condition: Value,
    then: BlockBody,
    otherwise: BlockBody = () => [],
    hints: readonly (string | undefined)[] = [],
  ): readonly Value[] {
    expectType(condition.type, t.boolean, "if condition");
    const thenBlock = buildBlock([], then, this.span);
    const elseBlock = buildBlock([], otherwise, this.span);
    return this.ifBlocks(condition, thenBlock, elseBlock, hints);
  }
  ifBlocks(
    condition: Value,
    thenBlock: Block,
    elseBlock: Block,
    hints: readonly (string | undefined)[] = [],
  ): readonly Value[] {
    const a = thenBlock.end;
    const b = elseBlock.end;
    if (a.kind === "yield" && b.kind === "yield") {
      if (a.values.length !== b.values.length) throw new IrError("if: branches yield different numbers of values");
      a.values.forEach((v, i) => expectType((b.values[i] as Value).type, v.type, "if branches"));
    }
    const types = a.kind === "yield" ? a.values : b.kind === "yield" ? b.values : [];
    return this.emit(
      { op: "if", condition, then: thenBlock, else: elseBlock },
      types.map((v) => v.type),
      hints,
    );
  }

  /** `body` receives the index and the carried values and yields the next carried values. */
  for(
    range: { start: Value; end: Value; step: number; index?: string },
    inits: readonly Value[],
    body: BlockBody,
    hints: readonly (string | undefined)[] = inits.map((v) => v.hint),
  ): readonly Value[] {
    const block = buildBlock(
      [{ type: t.number, hint: range.index ?? "i" }, ...inits.map((v, i) => ({ type: v.type, hint: hints[i] }))],
      body,
      this.span,
    );
    return this.forBlock(range.start, range.end, range.step, inits, block, hints);
  }
  forBlock(
    start: Value,
    end: Value,
    step: number,
    inits: readonly Value[],
    body: Block,
    hints: readonly (string | undefined)[] = [],
  ): readonly Value[] {
    expectType(start.type, t.number, "for start");
    expectType(end.type, t.number, "for end");
    if (!Number.isInteger(step) || step === 0) throw new IrError(`for: step ${step} is not a nonzero integer`);
    this.#checkCarried("for", inits, body.params.slice(1), body.end);
    return this.emit(
      { op: "for", start, end, step, inits, body },
      inits.map((v) => v.type),
      hints,
    );
  }

  while(
    inits: readonly Value[],
    condition: BlockBody,
    body: BlockBody,
    hints: readonly (string | undefined)[] = inits.map((v) => v.hint),
  ): readonly Value[] {
    const params = inits.map((v, i) => ({ type: v.type, hint: hints[i] }));
    return this.whileBlocks(
      inits,
      buildBlock(params, condition, this.span),
      buildBlock(params, body, this.span),
      hints,
    );
  }
  whileBlocks(
    inits: readonly Value[],
    condition: Block,
    body: Block,
    hints: readonly (string | undefined)[] = [],
  ): readonly Value[] {
    this.#checkCarried("while", inits, body.params, body.end);
    if (condition.end.kind === "yield") {
      const [test] = condition.end.values;
      if (!test || condition.end.values.length !== 1) throw new IrError("while: the condition yields one boolean");
      expectType(test.type, t.boolean, "while condition");
    }
    return this.emit(
      { op: "while", inits, condition, body },
      inits.map((v) => v.type),
      hints,
    );
  }
  #checkCarried(what: string, inits: readonly Value[], params: readonly Value[], end: Terminator): void {
    if (params.length !== inits.length)
      throw new IrError(`${what}: body takes ${params.length} carried values, not ${inits.length}`);
    inits.forEach((v, i) => expectType((params[i] as Value).type, v.type, `${what}: carried value ${v.hint ?? i}`));
    if (end.kind !== "yield") return;
    if (end.values.length !== inits.length)
      throw new IrError(`${what}: body yields ${end.values.length} values, not ${inits.length}`);
    inits.forEach((v, i) => expectType((end.values[i] as Value).type, v.type, `${what}: yielded value ${v.hint ?? i}`));
  }

  call(
    callee: string,
    args: readonly Value[],
    results: readonly Type[],
    hints?: readonly (string | undefined)[],
  ): readonly Value[] {
    return this.emit({ op: "call", callee, args }, results, hints);
  }
  closure(callee: string, captures: readonly Value[], type: Type, hint?: string): Value {
    return this.#one({ op: "closure", callee, captures }, type, hint);
  }
  host(callee: string, args: readonly Value[]): void {
    this.emit({ op: "host", callee, imported: false, args }, []);
  }
  /** A call of the host function that the global `callee` is; `result` is its type, if it gives anything. */
  hostCall(callee: string, args: readonly Value[], result: Type | undefined, hint?: string): Value | undefined {
    return this.emit({ op: "host", callee, imported: true, args }, result ? [result] : [], [hint])[0];
  }

  /** Ends the block with an exception of class `error`. */
  throw(error: string, message?: Value): void {
    this.#close({ kind: "throw", error, message, span: this.span });
  }
  /** What has been appended so far. */
  get instructions(): readonly Instr[] {
    return this.#body;
  }
  get ended(): boolean {
    return this.#end !== undefined;
  }
  #close(end: Terminator): void {
    if (this.#end) throw new IrError("block ended twice");
    this.#end = end;
  }

  /** The finished block, yielding `values` unless it has ended with a throw. */
  finish(values: readonly Value[]): Block {
    if (!this.#end) this.#close({ kind: "yield", values });
    return { params: this.params, body: this.#body, end: this.#end as Terminator };
  }
}

/** Builds one region. */
export function buildBlock(params: readonly ParamSpec[] | readonly Value[], body: BlockBody, span?: Span): Block {
  const b = new BlockBuilder(params, span);
  return b.finish(body(b, ...b.params));
}

/** Builds a function; the types of its results are those of what `body` returns. */
export function buildFunc(name: string, params: readonly ParamSpec[], body: BlockBody, span?: Span): Func {
  const block = buildBlock(params, body, span);
  return { name, body: block, results: block.end.kind === "yield" ? block.end.values.map((v) => v.type) : [], span };
}
