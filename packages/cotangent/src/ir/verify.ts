/**
 * The invariants of IR, checked after every pass in tests: each value is defined once, before it is read, in the same
 * region or one around it (dominance, which in a structured program is scope); every instruction has the types of
 * `ir/verify-types`; regions take and yield what the construct around them says; calls fit their callees.
 */
import { IrError } from "./build.ts";
import { printInstr } from "./print.ts";
import * as t from "./type.ts";
import type { Block, Func, Instr, Module, Terminator, Type, Value } from "./types.ts";
import { checkTypes } from "./verify-types.ts";
import { operands } from "./visit.ts";

/** Verifies every function of `module`. Throws `IrError` naming function and instruction. */
export function verifyModule(module: Module): void {
  for (const [name, func] of module.functions) {
    if (func.name !== name) throw new IrError(`function ${func.name} is filed under ${name}`);
    verify(func, module);
  }
}

/** Throws `IrError`, naming the instruction, if `func` breaks an invariant; returns `func`. */
export function verify(func: Func, module: Module): Func {
  new Verifier(func, module).run();
  return func;
}

class Verifier {
  readonly #func: Func;
  readonly #module: Module;
  readonly #defined = new Set<Value>();
  readonly #ids = new Set<number>();
  /** What is in scope, as a set and in order of definition. */
  readonly #visible = new Set<Value>();
  readonly #order: Value[] = [];

  constructor(func: Func, module: Module) {
    this.#func = func;
    this.#module = module;
  }

  run(): void {
    const { name, body, results } = this.#func;
    try {
      this.#block(body, (end) => {
        this.#yields("the function", end, results);
      });
    } catch (error) {
      throw error instanceof IrError ? new IrError(`${name}: ${error.message}`) : error;
    }
  }

  #fail(what: string): never {
    throw new IrError(what);
  }

  #define(value: Value): void {
    if (this.#defined.has(value)) this.#fail(`${describe(value)} is defined twice`);
    if (this.#ids.has(value.id)) this.#fail(`two values have the number ${value.id}`);
    this.#defined.add(value);
    this.#ids.add(value.id);
    this.#visible.add(value);
    this.#order.push(value);
  }

  #read(value: Value): void {
    if (this.#visible.has(value)) return;
    this.#fail(`${describe(value)} ${this.#defined.has(value) ? "is out of scope" : "is read before it is defined"}`);
  }

  /** Verifies a region; what it defines is out of scope afterwards. */
  #block(block: Block, checkEnd: (end: Terminator) => void): void {
    const outside = this.#order.length;
    for (const param of block.params) this.#define(param);
    for (const instr of block.body) this.#instr(instr);
    this.#end(block.end);
    checkEnd(block.end);
    for (const value of this.#order.splice(outside)) this.#visible.delete(value);
  }

  #end(end: Terminator): void {
    if (end.kind === "yield") {
      for (const value of end.values) this.#read(value);
      return;
    }
    if (!/^[A-Za-z_$][\w$]*$/.test(end.error)) this.#fail(`throw: ${JSON.stringify(end.error)} names no error class`);
    if (end.error === "value" && !end.message) this.#fail("throw: no value");
    if (!end.message) return;
    this.#read(end.message);
    if (end.error !== "value" && end.message.type.kind !== "string")
      this.#fail(`throw: the message is a ${t.typeKey(end.message.type)}`);
  }

  #instr(instr: Instr): void {
    try {
      for (const value of operands(instr)) this.#read(value);
      checkTypes(instr, this.#module);
      this.#regions(instr);
      for (const result of instr.results) this.#define(result);
    } catch (error) {
      // The innermost instruction is the one to name.
      if (!(error instanceof IrError) || error.message.includes("\n")) throw error;
      throw new IrError(`${error.message}\n  ${printInstr(instr, this.#func)}`);
    }
  }

  #regions(instr: Instr): void {
    const results = instr.results.map((r) => r.type);
    switch (instr.op) {
      case "if": {
        const ends = [instr.then.end, instr.else.end];
        if (ends.every((end) => end.kind === "throw") && results.length > 0) {
          this.#fail("an if that always throws has no results");
        }
        for (const branch of [instr.then, instr.else]) {
          this.#params("a branch", branch, []);
          this.#block(branch, (end) => {
            this.#yields("a branch", end, results);
          });
        }
        return;
      }
      case "for": {
        const carried = instr.inits.map((v) => v.type);
        this.#params("the body", instr.body, [t.number, ...carried]);
        this.#block(instr.body, (end) => {
          this.#yields("the body", end, carried);
        });
        this.#types("the results", results, carried);
        return;
      }
      case "while": {
        const carried = instr.inits.map((v) => v.type);
        this.#params("the condition", instr.condition, carried);
        this.#block(instr.condition, (end) => {
          this.#yields("the condition", end, [t.boolean]);
        });
        this.#params("the body", instr.body, carried);
        this.#block(instr.body, (end) => {
          this.#yields("the body", end, carried);
        });
        this.#types("the results", results, carried);
        return;
      }
      default:
    }
  }

  #params(what: string, block: Block, types: readonly Type[]): void {
    this.#types(
      `${what}'s parameters`,
      block.params.map((p) => p.type),
      types,
    );
  }

  #yields(what: string, end: Terminator, types: readonly Type[]): void {
    if (end.kind === "throw") return;
    this.#types(
      `what ${what} yields`,
      end.values.map((v) => v.type),
      types,
    );
  }

  #types(what: string, actual: readonly Type[], expected: readonly Type[]): void {
    if (actual.length === expected.length && actual.every((type, i) => t.sameType(type, expected[i] as Type))) return;
    this.#fail(`${what}: expected (${expected.map(t.typeKey).join(", ")}), got (${actual.map(t.typeKey).join(", ")})`);
  }
}

function describe(value: Value): string {
  return `value ${value.hint || "without a name"} (number ${value.id})`;
}
