/**
 * Reads the body of a function: one case per instruction, the inverse of `ir/print`. An instruction is read up to its
 * span before it is built, and its regions after that, because the builder attaches the span when it builds.
 */
import type { Primitive } from "../core/primitive.ts";
import { BlockBuilder, IrError, type ParamSpec } from "./build.ts";
import { mnemonics } from "./print.ts";
import type { Reader } from "./tokens.ts";
import * as t from "./type.ts";
import type { Block, Func, Global, Span, Type, Value } from "./types.ts";

/** The first line of a function. */
export interface Header {
  readonly name: string;
  readonly params: readonly ParamSpec[];
  readonly results: readonly Type[];
  readonly span: Span | undefined;
}

/** `@12..20` in `file`, or `@"other.ts":12..20`. */
export function parseSpan(reader: Reader, file: string | undefined): Span | undefined {
  if (!reader.accept("@")) return undefined;
  let within = file;
  if (reader.peek().kind === "string") {
    within = reader.string();
    reader.expect(":");
  }
  if (within === undefined) return reader.fail("a file");
  const start = reader.number();
  reader.expect("..");
  return { file: within, start, end: reader.number() };
}

/** The hint that a printed name comes from. */
export function hintOf(name: string): string | undefined {
  return name.startsWith("%") ? undefined : name;
}

/** What a body can refer to outside of itself. */
export interface Context {
  readonly table: ReadonlyMap<string, Primitive>;
  readonly globals: ReadonlyMap<string, Global>;
  readonly headers: ReadonlyMap<string, Header>;
}

/** The function with this header whose body, in braces, comes next in `reader`. */
export function parseBody(reader: Reader, header: Header, context: Context): Func {
  return new BodyParser(reader, context, header).func();
}

/** Names in sight, the innermost region last. */
type Scope = Map<string, Value>[];
interface Result {
  readonly name: string;
  readonly type: Type | undefined;
}

class BodyParser {
  readonly #reader: Reader;
  readonly #context: Context;
  readonly #header: Header;
  readonly #scope: Scope = [];

  constructor(reader: Reader, context: Context, header: Header) {
    this.#reader = reader;
    this.#context = context;
    this.#header = header;
  }

  func(): Func {
    const { params, ...rest } = this.#header;
    const names = params.map((p) => p.hint ?? "");
    const body = this.#region(params, names, "return");
    return { ...rest, body };
  }

  // ----------------------------------------------------------------------------------------------------- Names

  #define(name: string, value: Value | undefined): void {
    if (value) (this.#scope.at(-1) as Map<string, Value>).set(name, value);
  }

  #value(): Value {
    const name = this.#reader.word("a value");
    for (let i = this.#scope.length - 1; i >= 0; i--) {
      const found = this.#scope[i]?.get(name);
      if (found) return found;
    }
    return this.#reader.reject(`${name} is not defined here`);
  }

  /** The values up to the end of the line, or to what is no value. */
  #values(): Value[] {
    const values: Value[] = [];
    if (this.#reader.atLineEnd || this.#reader.peek().kind !== "name") return values;
    do values.push(this.#value());
    while (this.#reader.accept(","));
    return values;
  }

  // ---------------------------------------------------------------------------------------------------- Regions

  /** `{ … }`, whose parameters have these names. */
  #region(params: readonly ParamSpec[], names: readonly string[], verb: "return" | "yield"): Block {
    const reader = this.#reader;
    reader.expect("{");
    const b = new BlockBuilder(params);
    this.#scope.push(new Map());
    names.forEach((name, i) => {
      this.#define(name, b.params[i]);
    });
    let yielded: readonly Value[] = [];
    while (!reader.accept("}")) {
      if (b.ended) reader.fail("}, because the region has ended");
      const isEnd = reader.is(verb) && ![",", ":", "="].includes(reader.peek(1).text);
      if (isEnd) {
        reader.expect(verb);
        yielded = this.#values();
        reader.expect("}");
        break;
      }
      this.#line(b);
    }
    this.#scope.pop();
    return b.finish(yielded);
  }

  #line(b: BlockBuilder): void {
    const reader = this.#reader;
    const results: Result[] = [];
    if (reader.peek().kind === "name" && [",", ":", "="].includes(reader.peek(1).text)) {
      do {
        const name = reader.word("a result");
        results.push({ name, type: reader.accept(":") ? reader.type() : undefined });
      } while (reader.accept(","));
      reader.expect("=");
    }
    const { line } = reader.peek();
    try {
      const emit = this.#instr(b, results);
      b.span = parseSpan(reader, this.#header.span?.file);
      const values = emit();
      if (values.length !== results.length) throw new IrError(`${values.length} results, not ${results.length}`);
      results.forEach((result, i) => {
        this.#define(result.name, values[i]);
      });
    } catch (error) {
      if (error instanceof IrError && !error.message.startsWith("line "))
        throw new IrError(`line ${line}: ${error.message}`);
      throw error;
    }
  }

  // ----------------------------------------------------------------------------------------------- Instructions

  /** Reads the mnemonic and the operands; what it returns builds the instruction, reading the regions if there are any. */
  #instr(b: BlockBuilder, results: readonly Result[]): () => readonly Value[] {
    const reader = this.#reader;
    const op = reader.word("an instruction");
    const hints = results.map((r) => hintOf(r.name));
    const [hint] = hints;
    const type = (): Type => results[0]?.type ?? reader.reject(`${op} needs a type beside its result`);
    const one = (build: () => Value) => () => [build()];
    const none = (build: () => void) => () => {
      build();
      return [];
    };
    switch (op) {
      case "const": {
        const value = reader.scalar();
        const annotated = results[0]?.type;
        return annotated
          ? () => b.emit({ op: "constant", value }, [annotated], hints)
          : one(() => b.constant(value, hint));
      }
      case "unset":
        return one(() => b.unset(type(), hint));
      case "apply":
        return this.#apply(b, reader.word("a primitive"), hint);
      case "text": {
        const parts = this.#values();
        return one(() => b.text(parts, hint));
      }
      case "global": {
        const name = reader.dotted();
        const global = this.#context.globals.get(name) ?? reader.reject(`no global ${name}`);
        return () => b.emit({ op: "global", global: name }, [global.type], hints);
      }
      case "wrap": {
        const value = this.#value();
        const wrapped = type();
        return one(() => b.wrap(value, wrapped.kind === "optional" ? wrapped.absent : undefined, hint));
      }
      case "present": {
        const value = this.#value();
        return one(() => b.present(value, hint));
      }
      case "isNull": {
        const value = this.#value();
        return one(() => b.isNull(value, hint));
      }
      case "unwrap": {
        const value = this.#value();
        if (value.type.kind !== "optional") return reader.reject("the value is not optional");
        const { of } = value.type;
        return () => b.emit({ op: "unwrap", value }, [of], hints);
      }
      case "if":
      case "for":
      case "while":
        return this.#control(b, op, hints);
      case "call":
      case "closure":
      case "host":
        return this.#call(b, op, hints, type);
      case "grow":
      case "shrink":
      case "slots":
      case "reader":
      case "release":
      case "tape":
        return this.#tape(b, op, hints, type);
      case "array": {
        const elements = this.#values();
        return one(() => b.array(elements, type(), hint));
      }
      case "allocate": {
        const length = this.#value();
        const fill = reader.accept("fill") ? this.#value() : undefined;
        if (reader.accept("holes")) return one(() => b.allocateHoles(length, type(), hint));
        return one(() => b.allocate(length, type(), fill, hint));
      }
      case "record": {
        const fields = this.#values();
        return one(() => b.record(fields, type(), hint));
      }
      case "view": {
        const array = this.#value();
        reader.expect("from");
        const start = this.#value();
        const end = reader.accept("to") ? this.#value() : undefined;
        return one(() => b.view(array, start, end, hint));
      }
      case "length": {
        const array = this.#value();
        return one(() => b.length(array, hint));
      }
      case "load": {
        const { object, index } = this.#element();
        return one(() => b.load(object, index, hint, results[0]?.type !== undefined));
      }
      case "store": {
        const { object, index } = this.#element();
        reader.expect("=");
        const value = this.#value();
        return none(() => b.store(object, index, value));
      }
      case "accumulate": {
        if (reader.peek(1).text === ".") {
          const { object, field } = this.#field();
          reader.expect("+=");
          const value = this.#value();
          return none(() => b.accumulateField(object, field, value));
        }
        const { object, index } = this.#element();
        reader.expect("+=");
        const value = this.#value();
        return none(() => b.accumulate(object, index, value));
      }
      case "get": {
        const { object, field } = this.#field();
        return () => b.emit({ op: "getField", record: object, field }, [t.fieldType(object.type, field)], hints);
      }
      case "set": {
        const { object, field } = this.#field();
        reader.expect("=");
        const value = this.#value();
        return none(() => b.setField(object, field, value));
      }
      case "push": {
        const [array, value] = this.#pair();
        return none(() => b.push(array, value));
      }
      case "pop": {
        const array = this.#value();
        return one(() => b.pop(array, hint));
      }
      case "same": {
        const [left, right] = this.#pair();
        return one(() => b.same(left, right, hint));
      }
      case "shadow": {
        const shared = this.#variant("shared");
        const of = this.#values();
        return () => b.shadow(of, shared, hints);
      }
      case "clear": {
        const gaps = this.#variant("gaps");
        const structure = this.#value();
        return none(() => b.clear(structure, gaps));
      }
      case "copy": {
        const detached = this.#variant("detached");
        const structure = this.#value();
        return () => b.emit({ op: "copy", structure, detached }, [type()], hints);
      }
      case "addTo": {
        const grown = this.#variant("grown");
        const [target, source] = this.#pair();
        return none(() => b.addTo(target, source, grown));
      }
      case "snapshot": {
        const of = this.#values();
        return one(() => b.snapshot(of, hint));
      }
      case "reinstate": {
        const taken = this.#value();
        return none(() => b.reinstate(taken));
      }
      case "throw": {
        const error = reader.dotted();
        const message = this.#values()[0];
        return none(() => b.throw(error, message));
      }
      default:
        if (mnemonics.has(op)) return reader.reject(`${op} does not belong here`);
        return this.#apply(b, op, hint);
    }
  }

  #apply(b: BlockBuilder, id: string, hint: string | undefined): () => readonly Value[] {
    const primitive = this.#context.table.get(id) ?? this.#reader.reject(`no primitive ${id}`);
    const args = this.#values();
    return () => [b.apply(primitive, args, hint)];
  }

  #control(
    b: BlockBuilder,
    op: "if" | "for" | "while",
    hints: readonly (string | undefined)[],
  ): () => readonly Value[] {
    const reader = this.#reader;
    switch (op) {
      case "if": {
        const condition = this.#value();
        return () => {
          const then = this.#region([], [], "yield");
          const otherwise = reader.accept("else") ? this.#region([], [], "yield") : new BlockBuilder().finish([]);
          return b.ifBlocks(condition, then, otherwise, hints);
        };
      }
      case "for": {
        const index = reader.word("an index");
        reader.expect("from");
        const start = this.#value();
        reader.expect("to");
        const end = this.#value();
        reader.expect("step");
        const step = reader.number();
        const { names, inits, params } = this.#carried();
        return () => {
          const body = this.#region([{ type: t.number, hint: hintOf(index) }, ...params], [index, ...names], "yield");
          return b.forBlock(start, end, step, inits, body, hints);
        };
      }
      case "while": {
        const { names, inits, params } = this.#carried();
        return () => {
          const condition = this.#region(params, names, "yield");
          reader.expect("do");
          const bodyNames: string[] = [];
          while (!reader.is("{")) {
            if (bodyNames.length) reader.expect(",");
            bodyNames.push(reader.word("a carried value"));
          }
          const bodyParams = inits.map((init, i) => ({ type: init.type, hint: hintOf(bodyNames[i] ?? "%") }));
          return b.whileBlocks(inits, condition, this.#region(bodyParams, bodyNames, "yield"), hints);
        };
      }
      default:
        return op satisfies never;
    }
  }

  /** `with x = x0, y = y0`, if it is there. */
  #carried(): { names: string[]; inits: Value[]; params: ParamSpec[] } {
    const names: string[] = [];
    const inits: Value[] = [];
    if (this.#reader.accept("with")) {
      do {
        names.push(this.#reader.word("a carried value"));
        this.#reader.expect("=");
        inits.push(this.#value());
      } while (this.#reader.accept(","));
    }
    return { names, inits, params: inits.map((init, i) => ({ type: init.type, hint: hintOf(names[i] as string) })) };
  }

  #call(
    b: BlockBuilder,
    op: "call" | "closure" | "host",
    hints: readonly (string | undefined)[],
    type: () => Type,
  ): () => readonly Value[] {
    const reader = this.#reader;
    const isImported = op === "host" && reader.peek(1).text !== "(" && reader.accept("global");
    const callee = reader.dotted();
    reader.expect("(");
    const args = reader.listUntil(")", () => this.#value());
    switch (op) {
      case "call": {
        const header = this.#context.headers.get(callee) ?? reader.reject(`no function ${callee}`);
        return () => b.call(callee, args, header.results, hints);
      }
      case "closure":
        return () => [b.closure(callee, args, type(), hints[0])];
      case "host":
        return () => {
          const result = hints.length > 0 ? type() : undefined;
          return b.emit({ op: "host", callee, imported: isImported, args }, result ? [result] : [], hints);
        };
      default:
        return op satisfies never;
    }
  }

  #tape(
    b: BlockBuilder,
    op: "grow" | "shrink" | "slots" | "reader" | "release" | "tape",
    hints: readonly (string | undefined)[],
    type: () => Type,
  ): () => readonly Value[] {
    if (op === "tape") {
      const pooled = this.#variant("pooled");
      return () => b.emit({ op, pooled }, [type()], hints);
    }
    if (op === "grow" || op === "shrink") {
      const [tape, by] = this.#pair();
      return () => [op === "grow" ? b.grow(tape, by, hints[0]) : b.shrink(tape, by, hints[0])];
    }
    const tape = this.#value();
    switch (op) {
      case "slots":
        return () => [b.slots(tape, hints[0])];
      case "reader":
        return () => b.emit({ op, tape }, [tape.type], hints);
      case "release":
        return () => {
          b.release(tape);
          return [];
        };
      default:
        return op satisfies never;
    }
  }

  // --------------------------------------------------------------------------------------------------- Operands

  #variant(name: string): boolean {
    if (!this.#reader.accept(".")) return false;
    this.#reader.expect(name);
    return true;
  }

  #pair(): [Value, Value] {
    const left = this.#value();
    this.#reader.expect(",");
    return [left, this.#value()];
  }

  #element(): { object: Value; index: Value } {
    const object = this.#value();
    this.#reader.expect("[");
    const index = this.#value();
    this.#reader.expect("]");
    return { object, index };
  }

  #field(): { object: Value; field: string } {
    const object = this.#value();
    this.#reader.expect(".");
    return { object, field: this.#reader.field() };
  }
}
