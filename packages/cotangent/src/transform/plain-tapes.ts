/**
 * Tapes as plain memory: a tape becomes a record of an array and a number, its five instructions loads, stores and
 * pushes. Reverse mode of code that is itself a reverse sweep begins with this, so that the adjoint of a tape is the
 * adjoint of an array, and that slots are used again after `shrink` is a store that destroys an old element like any
 * other (Siskind and Pearlmutter, Nesting Forward-Mode AD in a Functional Framework, 2008, on why a derivative must be a
 * program in the language it differentiates).
 *
 *     tape = tape<number>        =>    tape = record Stack { slots: [], top: 0 }
 *     base = grow tape, n        =>    base = tape.top;  tape.top = base + n;  push 0 while slots is shorter than that
 *     base = shrink tape, n      =>    base = tape.top - n;  tape.top = base
 *     kept = slots tape          =>    kept = tape.slots
 *     own = reader tape          =>    own = record Stack { slots: tape.slots, top: tape.top }
 */
import { reachableFunctions } from "../analysis/points-to.ts";
import { add, sub } from "../elementals/index.ts";
import { BlockBuilder, freshValue } from "../ir/build.ts";
import { array, holds, number, optional, record, sameType, typeKey } from "../ir/type.ts";
import type { Block, Func, Instr, Module, RecordDecl, RecordField, Type, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr, operands } from "../ir/visit.ts";
import { derivedName } from "./names.ts";

/** The module in which what `entry` reaches has no tapes. Functions that take or give tapes get new names. */
export function plainTapes(module: Module, entry: string): Module {
  const reached = reachableFunctions(module, entry);
  if (!reached.some(hasTapes)) return module;
  const types = new PlainTypes();
  const functions = new Map(module.functions);
  const names = new Map<string, string>();
  for (const func of reached) {
    const touched = [...func.body.params.map((p) => p.type), ...func.results].some((t) => types.of(t) !== t);
    if (!touched || func.name === entry) continue;
    const name = derivedName(functions, func.name, "plain");
    names.set(func.name, name);
    functions.set(name, func);
  }
  for (const func of reached) {
    const made = new Rewriting(types, names).function(func);
    functions.set(made.name, made);
  }
  return { ...module, functions };
}

function hasTapes(func: Func): boolean {
  let found = false;
  forEachInstr(func.body, (instr) => {
    found ||= instr.op === "tape" || ("tape" in instr && instr.tape.type.kind === "tape");
  });
  return found || func.body.params.some((p) => holds(p.type, (t) => t.kind === "tape"));
}

/** Types with stacks in the place of tapes; the same object where there is none. */
class PlainTypes {
  readonly #stacks = new Map<string, Type>();
  readonly #decls = new Map<RecordDecl, Type>();

  of(type: Type): Type {
    switch (type.kind) {
      case "tape":
        return this.#stack(this.of(type.element));
      case "optional": {
        const inner = this.of(type.of);
        return inner === type.of ? type : optional(inner, type.absent);
      }
      case "array": {
        const element = this.of(type.element);
        return element === type.element ? type : array(element, type.storage);
      }
      case "function": {
        const params = type.params.map((t) => this.of(t));
        const results = type.results.map((t) => this.of(t));
        const same = params.every((t, i) => t === type.params[i]) && results.every((t, i) => t === type.results[i]);
        return same ? type : { kind: "function", params, results };
      }
      case "record":
        return this.#record(type);
      case "number":
      case "boolean":
      case "string":
      case "undefined":
      case "snapshot":
        return type;
      default:
        return type satisfies never;
    }
  }

  #stack(element: Type): Type {
    const key = typeKey(element);
    const known = this.#stacks.get(key);
    if (known) return known;
    const fields = [
      { name: "slots", type: array(element) },
      { name: "top", type: number },
    ];
    const made = record({ name: "Stack", isTuple: false, fields, nominal: `stack<${key}>` });
    this.#stacks.set(key, made);
    return made;
  }

  #record(type: Type & { kind: "record" }): Type {
    const { decl } = type;
    const known = this.#decls.get(decl);
    if (known) return known;
    if (!holdsTape(type)) {
      this.#decls.set(decl, type);
      return type;
    }
    const fields: RecordField[] = [];
    const nominal = decl.nominal === undefined ? {} : { nominal: `${decl.nominal}#plain` };
    const made = record({ name: decl.name, isTuple: decl.isTuple, fields, ...nominal });
    this.#decls.set(decl, made);
    for (const f of decl.fields) fields.push({ name: f.name, type: this.of(f.type) });
    return made;
  }
}

function holdsTape(type: Type, met = new Set<RecordDecl>()): boolean {
  switch (type.kind) {
    case "tape":
      return true;
    case "optional":
      return holdsTape(type.of, met);
    case "array":
      return holdsTape(type.element, met);
    case "record":
      return !met.has(type.decl) && !!met.add(type.decl) && type.decl.fields.some((f) => holdsTape(f.type, met));
    default:
      return false;
  }
}

/** Rewrites one function. */
class Rewriting {
  readonly #types: PlainTypes;
  readonly #names: ReadonlyMap<string, string>;
  readonly #values = new Map<Value, Value>();
  /** The tape whose memory a value is. */
  readonly #tapeOf = new Map<Value, Value>();
  /** The region in which a tape is made. */
  readonly #home = new Map<Value, Block>();
  /** Tapes whose memory was handed on. */
  readonly #left = new Set<Value>();

  constructor(types: PlainTypes, names: ReadonlyMap<string, string>) {
    this.#types = types;
    this.#names = names;
  }

  function(func: Func): Func {
    const { tangent, pullback } = func.rule ?? {};
    const rule = {
      ...func.rule,
      ...(tangent === undefined ? {} : { tangent: this.#name(tangent) }),
      ...(pullback && { pullback: { forward: this.#name(pullback.forward), back: this.#name(pullback.back) } }),
    };
    return {
      ...func,
      ...(func.rule && { rule }),
      name: this.#name(func.name),
      body: this.#block(func.body),
      results: func.results.map((t) => this.#types.of(t)),
    };
  }

  #name(of: string): string {
    return this.#names.get(of) ?? of;
  }

  /** The counterpart of a value at its definition. */
  #own(value: Value): Value {
    const type = this.#types.of(value.type);
    if (type === value.type) return value;
    const made = freshValue(type, value.hint);
    this.#values.set(value, made);
    return made;
  }
  readonly #at = (value: Value): Value => this.#values.get(value) ?? value;

  #define(value: Value | undefined, by: Value): void {
    if (value) this.#values.set(value, by);
  }

  #block(block: Block): Block {
    const b = new BlockBuilder(block.params.map((p) => this.#own(p)));
    for (const instr of block.body) {
      b.span = instr.span;
      this.#instr(b, instr, block);
    }
    const { end } = block;
    if (end.kind === "throw") return { ...b.finish([]), end };
    return b.finish(end.values.map((v) => this.#leaving(b, v, block)));
  }

  /**
   * The memory of a tape as a value, where it leaves the tape (`linearize` hands it on): the array that it was. From then
   * on the tape must be left alone, since this is a copy.
   */
  #leaving(b: BlockBuilder, value: Value, block: Block): Value {
    const own = this.#at(value);
    const tape = this.#tapeOf.get(value);
    if (!tape || sameType(own.type, this.#types.of(value.type))) return own;
    if (this.#home.get(tape) !== block) throw new Error("the memory of a tape leaves another region than the tape's");
    this.#left.add(tape);
    const made = b.allocate(b.length(own), value.type, undefined, value.hint);
    b.for({ start: b.constant(0), end: b.length(own), step: 1 }, [], (inner, i) => {
      inner.store(made, i as Value, inner.load(own, i as Value));
      return [];
    });
    return made;
  }

  #instr(b: BlockBuilder, instr: Instr, block: Block): void {
    const [result] = instr.results;
    for (const v of operands(instr)) {
      if (instr.op !== "release" && this.#left.has(this.#tapeOf.get(v) ?? v))
        throw new Error("a tape is used whose memory was handed on");
    }
    switch (instr.op) {
      case "tape": {
        const type = this.#types.of((result as Value).type);
        this.#define(result, emitStack(b, type, b.array([], slotsOf(type)), b.constant(0), result?.hint));
        this.#home.set(result as Value, block);
        return;
      }
      case "grow": {
        const stack = this.#at(instr.tape);
        const base = b.getField(stack, "top", result?.hint);
        const top = b.apply(add, [base, this.#at(instr.by)], "top");
        b.setField(stack, "top", top);
        const slots = b.getField(stack, "slots");
        const { element } = slotsOf(stack.type);
        b.for({ start: b.length(slots), end: top, step: 1 }, [], (inner) => {
          inner.push(slots, element.kind === "number" ? inner.constant(0) : inner.unset(element));
          return [];
        });
        this.#define(result, base);
        return;
      }
      case "shrink": {
        const stack = this.#at(instr.tape);
        const base = b.apply(sub, [b.getField(stack, "top"), this.#at(instr.by)], result?.hint);
        b.setField(stack, "top", base);
        this.#define(result, base);
        return;
      }
      case "slots":
        this.#define(result, b.getField(this.#at(instr.tape), "slots", result?.hint));
        this.#tapeOf.set(result as Value, instr.tape);
        return;
      case "reader": {
        const stack = this.#at(instr.tape);
        const own = emitStack(b, stack.type, b.getField(stack, "slots"), b.getField(stack, "top"), result?.hint);
        this.#define(result, own);
        return;
      }
      case "release":
        return;
      default: {
        const isAccess = "array" in instr;
        const at = (v: Value): Value => (isAccess ? this.#at(v) : this.#leaving(b, v, block));
        const mapped = mapInstr(instr, at, (inner) => this.#block(inner));
        const named = mapped.op === "call" || mapped.op === "closure" ? { callee: this.#name(mapped.callee) } : {};
        b.append({ ...mapped, ...named, results: instr.results.map((r) => this.#own(r)) } as Instr);
      }
    }
  }
}

function slotsOf(stack: Type): Type & { kind: "array" } {
  const slots = stack.kind === "record" ? stack.decl.fields[0]?.type : undefined;
  if (slots?.kind !== "array") throw new TypeError(`a ${stack.kind} has no slots`);
  return slots;
}

function emitStack(b: BlockBuilder, type: Type, slots: Value, top: Value, hint: string | undefined): Value {
  return b.record([slots, top], type, hint);
}
