/**
 * The reference interpreter: the definition of what IR means, on real JavaScript values. Numbers, booleans and strings
 * are themselves, arrays and typed arrays are themselves, a record is a plain object (a tuple an array), a missing value
 * is undefined or null, a function value is a function. Written to be read, not to be fast: one case per instruction,
 * each a line of the semantics; back ends and passes are tested against it.
 */
import type { Primitive } from "../core/primitive.ts";
import { hostFunctions, isHostFunction } from "../runtime/host.ts";
import * as runtime from "../runtime/index.ts";
import { typedArrays } from "../runtime/typed-arrays.ts";
import { crosses } from "./border.ts";
import { IrError } from "./build.ts";
import { shapeOf } from "./shape.ts";
import { isVariantNumber } from "./type.ts";
import type { Block, Func, Global, Instr, Module, Span, Storage, Type, Value } from "./types.ts";

/**
 * What numbers and truth values are, besides JavaScript's: formulas, numbers with derivatives, complex numbers. The program
 * is the same; where it needs to know a number to go on, it asks.
 */
export interface Scalars {
  /** The value of a primitive, of arguments that may be known. */
  readonly apply: (primitive: Primitive, args: readonly unknown[], span: Span | undefined) => unknown;
  readonly add: (left: unknown, right: unknown) => unknown;
  /** The known value of what decides a condition, an index, a length or the bound of a loop. Throws where there is none. */
  readonly steer: (value: unknown, span: Span | undefined) => unknown;
  /** The value of a choice between two scalars; where it is not given, and between anything else, the condition steers. */
  readonly choose?: (condition: unknown, whenTrue: unknown, whenFalse: unknown) => unknown;
  /** What becomes of a number in an array of this kind, which is a list here. Throws where it would be rounded. */
  readonly store: (value: unknown, storage: TypedStorage, span: Span | undefined) => unknown;
  /** Asked before an array is seen in the memory of another, which a list cannot be. Throws where that is so. */
  readonly view: (span: Span | undefined) => void;
}

export type TypedStorage = Exclude<Storage, "Array">;

export interface InterpretOptions {
  /** What scalars are; JavaScript's by default. */
  readonly scalars?: Scalars;
  /** The value of a global that is imported; without it such a global is an error. */
  readonly global?: (global: Global) => unknown;
  /** Is told what happens. */
  readonly observer?: Observer;
  /** Makes a call into the host; by default `callee` is looked up, dot by dot, in `globalThis`. */
  readonly host?: (callee: string, args: readonly unknown[]) => void;
}

/** Follows a run: what it is told nests as the program does, and ends where the program throws. */
export interface Observer {
  /** `instr` is about to run; `read` gives its operands. */
  readonly before: (instr: Instr, read: (value: Value) => unknown) => void;
  /** `instr` has run, and whatever ran inside of it. */
  readonly after: (instr: Instr, results: readonly unknown[], read: (value: Value) => unknown) => void;
  /** A function's body or a region begins, and ends by yielding. */
  readonly enter: (block: Block, args: readonly unknown[]) => void;
  readonly leave: (block: Block) => void;
}

/**
 * Calls the named function of `module` on JavaScript values and returns its results. Throws what the program throws, and
 * `IrError` for a program that no verifier would have passed.
 */
export function interpret(
  module: Module,
  name: string,
  args: readonly unknown[],
  options: InterpretOptions = {},
): unknown[] {
  return new Interpreter(module, options).call(name, args);
}

type Fields = Record<string, unknown>;
/** The values of one call, by the value of the program that they are bound to. */
type Frame = Map<Value, unknown>;

/** Scalars are JavaScript's. */
const plain: Scalars = {
  apply: (primitive, args) => primitive.primal(...(args as never[])),
  add: (left, right) => (left as number) + (right as number),
  steer: (value) => value,
  store: (value) => value,
  view: () => {},
};

class Interpreter {
  readonly #module: Module;
  readonly #options: InterpretOptions;
  readonly #scalars: Scalars;
  /** Globals that functions of the module make, as far as they have been read. */
  readonly #made: Map<string, unknown>;

  constructor(module: Module, options: InterpretOptions, made = new Map<string, unknown>()) {
    this.#module = module;
    this.#options = options;
    this.#made = made;
    this.#scalars = options.scalars ?? plain;
  }

  call(name: string, args: readonly unknown[]): unknown[] {
    const func = this.#module.functions.get(name);
    if (!func) throw new IrError(`no function ${name} in the module`);
    if (args.length !== func.body.params.length) {
      throw new IrError(`${name} takes ${func.body.params.length} arguments, got ${args.length}`);
    }
    return this.#block(func, func.body, args, new Map());
  }

  #block(func: Func, block: Block, args: readonly unknown[], frame: Frame): unknown[] {
    block.params.forEach((param, i) => {
      frame.set(param, args[i]);
    });
    const observer = this.#options.observer;
    const get = (value: Value): unknown => read(func, frame, value);
    observer?.enter(block, args);
    for (const instr of block.body) {
      observer?.before(instr, get);
      const results = this.#run(func, instr, frame);
      if (results.length !== instr.results.length) {
        throw new IrError(`${func.name}: ${instr.op} gives ${results.length} results, not ${instr.results.length}`);
      }
      instr.results.forEach((value, i) => {
        frame.set(value, results[i]);
      });
      observer?.after(instr, results, get);
    }
    if (block.end.kind === "yield") {
      observer?.leave(block);
      return block.end.values.map(get);
    }
    const { error, message } = block.end;
    if (error === "value" && message) throw read(func, frame, message);
    const errorClass = (globalThis as unknown as Fields)[error];
    if (typeof errorClass !== "function") throw new IrError(`${func.name}: no error class ${error}`);
    throw Reflect.construct(errorClass, message ? [read(func, frame, message)] : []);
  }

  /** The results of one instruction. */
  #run(func: Func, instr: Instr, frame: Frame): readonly unknown[] {
    const get = (value: Value): unknown => read(func, frame, value);
    const scalars = this.#scalars;
    /** A number that steers. */
    const num = (value: Value): number => scalars.steer(get(value), instr.span) as number;
    const stored = (value: unknown, array: unknown, type: Type): unknown =>
      type.kind === "array" && Array.isArray(array) && type.storage !== "Array"
        ? scalars.store(value, type.storage, instr.span)
        : value;
    const all = (values: readonly Value[]): unknown[] => values.map(get);
    switch (instr.op) {
      case "constant":
        return [instr.value];
      case "unset":
        return [resultType(instr).kind === "number" ? Number.NaN : undefined];
      case "apply":
        return [scalars.apply(instr.primitive, all(instr.args), instr.span)];
      case "text":
        return [instr.parts.map((part) => `${scalars.steer(get(part), instr.span)}`).join("")];
      case "global":
        return [this.#global(instr.global)];

      case "wrap":
      case "unwrap":
        return [get(instr.value)];
      case "present":
        return [get(instr.value) != null];
      case "isNull":
        return [get(instr.value) === null];

      case "array":
        return [this.#list(storageOf(instr), all(instr.elements), instr.span)];
      case "allocate":
        if (instr.holes) return [new Array<unknown>(num(instr.length))];
        return [this.#allocate(resultType(instr), num(instr.length), instr.fill && get(instr.fill), instr.span)];
      case "record": {
        const type = resultType(instr);
        if (type.kind !== "record") throw new IrError(`${func.name}: record gives a record`);
        const fields = all(instr.fields);
        if (type.decl.isTuple) return [fields];
        const entries = type.decl.fields.map((field, i) => [field, fields[i]] as const);
        const own = entries.filter(([field, value]) => !field.variant || value !== undefined);
        return [Object.fromEntries(own.map(([field, value]) => [field.name, value]))];
      }
      case "view":
        scalars.view(instr.span);
        return [(get(instr.array) as Float64Array).subarray(num(instr.start), instr.end && num(instr.end))];
      case "length":
        return [(get(instr.array) as unknown[]).length];
      case "load":
        return [(get(instr.array) as unknown[])[num(instr.index)]];
      case "store":
        (get(instr.array) as unknown[])[num(instr.index)] = stored(
          get(instr.value),
          get(instr.array),
          instr.array.type,
        );
        return [];
      case "accumulate": {
        const array = get(instr.array) as unknown[];
        const index = num(instr.index);
        const old = array[index];
        if (old !== undefined) array[index] = stored(scalars.add(old, get(instr.value)), array, instr.array.type);
        return [];
      }
      case "getField": {
        const found = (get(instr.record) as Fields)[instr.field];
        return [found === undefined && isVariantNumber(instr.record.type, instr.field) ? 0 : found];
      }
      case "setField":
        (get(instr.record) as Fields)[instr.field] = get(instr.value);
        return [];
      case "accumulateField": {
        const record = get(instr.record) as Fields;
        if (record[instr.field] === undefined && isVariantNumber(instr.record.type, instr.field)) return [];
        record[instr.field] = scalars.add(record[instr.field], get(instr.value));
        return [];
      }
      case "push":
        (get(instr.array) as unknown[]).push(get(instr.value));
        return [];
      case "pop":
        return [(get(instr.array) as unknown[]).pop()];
      case "same":
        return [get(instr.left) === get(instr.right)];

      case "shadow":
        return runtime.shadowsOf<unknown[]>(instr.shared, all(instr.of), shapesOf(instr.of));
      case "clear":
        runtime.clear(get(instr.structure), shapeOf(instr.structure.type));
        return [];
      case "copy":
        return [runtime.copy(get(instr.structure), shapeOf(resultType(instr)))];
      case "addTo":
        (instr.grown ? runtime.addGrown : runtime.addTo)(
          get(instr.target),
          get(instr.source),
          shapeOf(instr.target.type),
        );
        return [];
      case "snapshot":
        return [runtime.snapshot(all(instr.of), shapesOf(instr.of))];
      case "reinstate":
        runtime.reinstate(get(instr.snapshot) as runtime.Snapshot);
        return [];

      case "tape":
        return [this.#tape(resultType(instr), instr.pooled)];
      case "grow":
        return [(get(instr.tape) as AnyTape).grow(num(instr.by))];
      case "shrink": {
        const length = (get(instr.tape) as AnyTape).shrink(num(instr.by));
        if (length < 0) throw new IrError(`${func.name}: a tape is read past its beginning`);
        return [length];
      }
      case "slots":
        return [(get(instr.tape) as AnyTape).values];
      case "reader":
        return [runtime.reader(get(instr.tape) as AnyTape)];
      case "release": {
        const tape = get(instr.tape) as AnyTape;
        if (tape instanceof runtime.Tape) runtime.giveTape(tape);
        else runtime.giveReferences(tape);
        return [];
      }

      case "if": {
        const condition = get(instr.condition);
        if (scalars.choose && typeof condition !== "boolean" && isChoice(instr)) {
          const [whenTrue, whenFalse] = [instr.then, instr.else].map((block) => this.#block(func, block, [], frame));
          return instr.results.map((_, i) => scalars.choose?.(condition, whenTrue?.[i], whenFalse?.[i]));
        }
        return this.#block(func, scalars.steer(condition, instr.span) ? instr.then : instr.else, [], frame);
      }
      case "for": {
        const start = num(instr.start);
        const end = num(instr.end);
        let carried = all(instr.inits);
        for (let i = start; instr.step > 0 ? i < end : i > end; i += instr.step) {
          carried = this.#block(func, instr.body, [i, ...carried], frame);
        }
        return carried;
      }
      case "while": {
        let carried = all(instr.inits);
        while (scalars.steer(this.#block(func, instr.condition, carried, frame)[0], instr.span)) {
          carried = this.#block(func, instr.body, carried, frame);
        }
        return carried;
      }
      case "call":
        return this.call(instr.callee, all(instr.args));
      case "closure": {
        const captures = all(instr.captures);
        return [
          (...args: unknown[]): unknown => {
            const results = this.call(instr.callee, [...args, ...captures]);
            return results.length > 1 ? results : results[0];
          },
        ];
      }
      case "host": {
        if (!instr.imported) {
          (this.#options.host ?? callHost)(instr.callee, all(instr.args));
          return [];
        }
        const given = runtime.callInactive(this.#global(instr.callee) as never, ...all(instr.args));
        return instr.results.length > 0 ? [given] : [];
      }
      default:
        return instr satisfies never;
    }
  }

  /** An array of these elements; where scalars are not JavaScript's, a list. */
  #list(storage: Storage, elements: unknown[], span: Span | undefined): unknown {
    if (storage === "Array") return elements;
    if (this.#scalars !== plain) return elements.map((element) => this.#scalars.store(element, storage, span));
    return typedArrays[storage].from(elements as number[]);
  }

  #allocate(type: Type, length: number, fill: unknown, span: Span | undefined): unknown {
    if (type.kind !== "array") throw new IrError("allocate gives an array");
    const filled = fill === undefined && type.element.kind === "number" ? 0 : fill;
    if (type.storage === "Array") return new Array<unknown>(length).fill(filled);
    if (this.#scalars === plain) return new typedArrays[type.storage](length).fill(filled as number);
    return this.#list(type.storage, new Array<unknown>(length).fill(filled), span);
  }

  /** A tape; one of numbers keeps them in a list, too, where scalars are not JavaScript's. */
  #tape(type: Type, pooled: boolean): AnyTape {
    if (type.kind !== "tape") throw new IrError("tape gives a tape");
    if (type.element.kind === "number" && this.#scalars === plain)
      return pooled ? runtime.takeTape() : new runtime.Tape();
    return pooled ? runtime.takeReferences() : new runtime.ReferenceTape();
  }

  #global(name: string): unknown {
    const global = this.#module.globals.get(name);
    if (!global) throw new IrError(`no global ${name} in the module`);
    const { source, type } = global;
    if (source.kind === "literal") return source.value;
    if (source.kind === "import") {
      if (!this.#options.global) throw new IrError(`nobody says what the global ${name} of ${source.file} is`);
      const value = this.#options.global(global);
      return crosses(type) ? runtime.insideOf(value, shapeOf(type)) : value;
    }
    // Made before the run that is observed.
    const { observer: _, ...options } = this.#options;
    if (!this.#made.has(name)) {
      const maker = new Interpreter(this.#module, options, this.#made);
      this.#made.set(name, maker.call(source.by, [])[0]);
    }
    return this.#made.get(name);
  }
}

/** True for an `if` that may as well compute both sides: it chooses between scalars, and does nothing else. */
function isChoice(instr: Instr & { readonly op: "if" }): boolean {
  const isScalar = ({ type }: Value): boolean => type.kind === "number" || type.kind === "boolean";
  const isHarmless = (inner: Instr): boolean =>
    inner.op === "constant" ||
    inner.op === "apply" ||
    inner.op === "getField" ||
    inner.op === "length" ||
    (inner.op === "if" && isChoice(inner));
  return (
    instr.results.every(isScalar) &&
    [instr.then, instr.else].every((block) => block.end.kind === "yield" && block.body.every(isHarmless))
  );
}

type AnyTape = runtime.Tape | runtime.ReferenceTape;

function read(func: Func, frame: Frame, value: Value): unknown {
  const found = frame.get(value);
  if (found === undefined && !frame.has(value)) {
    throw new IrError(`${func.name}: value ${value.hint ?? value.id} is read before it is defined`);
  }
  return found;
}

function resultType(instr: Instr): Type {
  const [result] = instr.results;
  if (!result) throw new IrError(`${instr.op} has no result`);
  return result.type;
}

function storageOf(instr: Instr): Storage {
  const type = resultType(instr);
  if (type.kind !== "array") throw new IrError(`${instr.op} gives an array`);
  return type.storage;
}

function shapesOf(values: readonly Value[]): runtime.Shape[] {
  return values.map((v) => shapeOf(v.type));
}

function callHost(callee: string, args: readonly unknown[]): void {
  if (isHostFunction(callee)) {
    Reflect.apply(hostFunctions[callee], undefined, args);
    return;
  }
  let owner: unknown;
  let found: unknown = globalThis;
  for (const part of callee.split(".")) {
    owner = found;
    found = (found as Fields | undefined)?.[part];
  }
  if (typeof found !== "function") throw new IrError(`the host has no function ${callee}`);
  Reflect.apply(found, owner, args);
}
