import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryNumbers, arbitraryProgram, makeProgram } from "../../test/support/arbitrary-ir.ts";
import { primitives } from "../elementals/index.ts";
import { interpret } from "./interpret.ts";
import { parse } from "./parse.ts";
import { printModule } from "./print.ts";
import type { Module, Value } from "./types.ts";
import { verifyModule } from "./verify.ts";
import { cloneBlock, forEachInstr } from "./visit.ts";

describe("random programs", () => {
  it("verify, and end with a finite number", () => {
    fc.assert(
      fc.property(arbitraryProgram(), arbitraryNumbers(), (program, numbers) => {
        verifyModule(program.module);
        const [y, ...more] = interpret(program.module, program.entry, program.makeArgs(numbers));
        expect(y).toSatisfy(Number.isFinite);
        expect(more).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("print, parse, and print the same; what was parsed verifies and means the same", () => {
    fc.assert(
      fc.property(arbitraryProgram(), arbitraryNumbers(), (program, numbers) => {
        const text = printModule(program.module);
        const parsed = parse(text, primitives);
        expect(printModule(parsed)).toBe(text);
        verifyModule(parsed);
        const args = program.makeArgs(numbers);
        const parsedArgs = program.makeArgs(numbers);
        expect(interpret(parsed, program.entry, parsedArgs)).toEqual(interpret(program.module, program.entry, args));
        expect(parsedArgs).toEqual(args);
      }),
      { numRuns: 300 },
    );
  });

  it("mean the same when cloned, and share no value with the clone", () => {
    fc.assert(
      fc.property(arbitraryProgram(), arbitraryNumbers(), (program, numbers) => {
        const functions = new Map(
          [...program.module.functions].map(([name, func]) => [name, { ...func, body: cloneBlock(func.body) }]),
        );
        const clone: Module = { ...program.module, functions };
        verifyModule(clone);
        const args = program.makeArgs(numbers);
        const clonedArgs = program.makeArgs(numbers);
        expect(interpret(clone, program.entry, clonedArgs)).toEqual(interpret(program.module, program.entry, args));
        expect(clonedArgs).toEqual(args);
        const known = definitions(program.module);
        expect([...definitions(clone)].filter((v) => known.has(v))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("use every instruction that the generator knows", () => {
    const met = new Set<string>();
    for (const program of fc.sample(arbitraryProgram(), { numRuns: 300, seed: 1 })) {
      for (const func of program.module.functions.values()) forEachInstr(func.body, (instr) => met.add(instr.op));
    }
    for (const op of ["if", "for", "while", "call", "store", "push", "pop", "accumulateField", "setField", "wrap"]) {
      expect(met).toContain(op);
    }
  });

  it("are plain where there are no choices", () => {
    expect(printModule(makeProgram([]).module)).toMatchInlineSnapshot(`
      "func f(x: number, y: number) -> number {
        sum = add y, y
        return sum
      }
      "
    `);
  });
});

function definitions(module: Module): Set<Value> {
  const found = new Set<Value>();
  for (const func of module.functions.values()) {
    forEachInstr(func.body, (instr) => {
      for (const result of instr.results) found.add(result);
    });
  }
  return found;
}
