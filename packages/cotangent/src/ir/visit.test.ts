import { describe, expect, it } from "vitest";
import { primitives } from "../elementals/index.ts";
import { parse } from "./parse.ts";
import { printFunc } from "./print.ts";
import type { Func, Instr, Value } from "./types.ts";
import { cloneBlock, forEachInstr, freeValues, mapInstr, operands, regions } from "./visit.ts";

const text = `func f(x: number, n: number, a: [number]) -> number {
  zero = const 0
  s = for i from zero to n step 1 with s = zero {
    e = load a[i]
    c = lt e, x
    t = if c {
      y = mul e, x
      yield y
    } else {
      message = const "no"
      throw RangeError message
    }
    s1 = add s, t
    yield s1
  }
  return s
}
`;
const f = parse(text, primitives).functions.get("f") as Func;

function named(name: string): Value {
  let found: Value | undefined;
  forEachInstr(f.body, (instr) => {
    found ??= instr.results.find((r) => r.hint === name);
  });
  return found as Value;
}

describe("walking IR", () => {
  it("meets instructions in program order, outer before inner", () => {
    const ops: string[] = [];
    forEachInstr(f.body, (instr) => ops.push(instr.op));
    expect(ops).toEqual(["constant", "for", "load", "apply", "if", "apply", "constant", "apply"]);
  });

  it("finds the values that a region takes from outside, terminators included", () => {
    const loop = f.body.body[1] as Instr;
    expect(operands(loop).map((v) => v.hint)).toEqual(["zero", "n", "zero"]);
    const [body] = regions(loop);
    expect([...freeValues(body!)].map((v) => v.hint)).toEqual(["a", "x"]);
    expect([...freeValues(f.body)]).toEqual([]);
    const branch = body?.body[2] as Instr;
    expect([...freeValues(regions(branch)[1]!)]).toEqual([]);
  });

  it("clones with fresh values, replaced where asked", () => {
    const twin: Func = { ...f, body: cloneBlock(f.body) };
    expect(printFunc(twin)).toBe(text);
    expect(twin.body.params[0]).not.toBe(f.body.params[0]);
    const loop = f.body.body[1] as Instr;
    const [x, , a] = f.body.params;
    const body = cloneBlock(regions(loop)[0]!, new Map([[a!, x!]]));
    expect([...freeValues(body)]).toEqual([x]);
  });

  it("maps operands and regions and leaves results", () => {
    const [x] = f.body.params;
    forEachInstr(f.body, (instr) => {
      const mapped = mapInstr(
        instr,
        () => x!,
        (block) => block,
      );
      expect(mapped.results).toBe(instr.results);
      expect(operands(mapped)).toEqual(operands(instr).map(() => x));
      expect(regions(mapped)).toEqual(regions(instr));
    });
    expect(named("e").hint).toBe("e");
  });
});
