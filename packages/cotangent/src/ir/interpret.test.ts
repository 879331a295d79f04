import { describe, expect, it } from "vitest";
import { primitives } from "../elementals/index.ts";
import { interpret } from "./interpret.ts";
import { parse } from "./parse.ts";
import type { Instr } from "./types.ts";
import { verifyModule } from "./verify.ts";

/** Runs function `f` of a program given as text. */
function run(text: string, args: readonly unknown[], options?: Parameters<typeof interpret>[3]): unknown[] {
  const module = parse(text, primitives);
  verifyModule(module);
  return interpret(module, "f", args, options);
}

describe("interpret", () => {
  it("computes scalars and chooses branches", () => {
    const text = `func f(x: number) -> number, boolean {
      zero = const 0
      negative = lt x, zero
      y = if negative {
        y = neg x
        yield y
      } else {
        yield x
      }
      return y, negative
    }`;
    expect(run(text, [-3])).toEqual([3, true]);
    expect(run(text, [4])).toEqual([4, false]);
  });

  it("counts up and down, and not at all", () => {
    const text = (step: number): string => `func f(from: number, to: number) -> [number] {
      seen: [number] = array
      for i from from to to step ${step} {
        push seen, i
      }
      return seen
    }`;
    expect(run(text(2), [0, 5])).toEqual([[0, 2, 4]]);
    expect(run(text(-1), [2, -1])).toEqual([[2, 1, 0]]);
    expect(run(text(1), [3, 3])).toEqual([[]]);
    expect(run(text(1), [0, Number.NaN])).toEqual([[]]);
  });

  it("recurs", () => {
    const text = `func f(n: number) -> number {
      two = const 2
      small = lt n, two
      y = if small {
        yield n
      } else {
        one = const 1
        n1 = sub n, one
        n2 = sub n, two
        a = call f(n1)
        b = call f(n2)
        y = add a, b
        yield y
      }
      return y
    }`;
    expect(run(text, [12])).toEqual([144]);
  });

  it("keeps the caller's memory: two names for one array are one array", () => {
    const text = `func f(a: [number], b: [number]) -> boolean, number {
      zero = const 0
      ten = const 10
      store a[zero] = ten
      accumulate b[zero] += ten
      s = same a, b
      e = load a[zero]
      return s, e
    }`;
    const shared = [1, 2];
    expect(run(text, [shared, shared])).toEqual([true, 20]);
    expect(shared).toEqual([20, 2]);
    expect(run(text, [[1], [2]])).toEqual([false, 10]);
  });

  it("accumulates nothing out of bounds, and finds nothing there", () => {
    const text = `func f(a: [number], i: number) -> number, boolean {
      one = const 1
      accumulate a[i] += one
      e: number | undefined = load a[i]
      p = present e
      n = length a
      return n, p
    }`;
    for (const index of [-1, 2, 0.5]) {
      const a = [5, 6];
      expect(run(text, [a, index])).toEqual([2, false]);
      expect(a).toEqual([5, 6]);
    }
    const a = [5, 6];
    expect(run(text, [a, 1])).toEqual([2, true]);
    expect(a).toEqual([5, 7]);
  });

  it("makes arrays, records and tuples of every storage", () => {
    const text = `record Pair = #[number, string]
    func f(n: number, s: string) -> Float32Array, [number], [boolean], {x: number, a: Int32Array}, Pair {
      zeros: Float32Array = allocate n
      filled: [number] = allocate n fill n
      flags: [boolean] = array
      ints: Int32Array = array n, n
      r: {x: number, a: Int32Array} = record n, ints
      accumulate r.x += n
      pair: Pair = record n, s
      second = get pair.1
      set pair.0 = n
      return zeros, filled, flags, r, pair
    }`;
    expect(run(text, [2, "s"])).toEqual([new Float32Array(2), [2, 2], [], { x: 4, a: Int32Array.of(2, 2) }, [2, "s"]]);
  });

  it("throws the program's exceptions, and leaves memory as it was then", () => {
    const text = `func f(a: [number], x: number) -> number {
      zero = const 0
      store a[zero] = x
      bad = lt x, zero
      if bad {
        text = const "negative: "
        message = text text, x
        throw RangeError message
      }
      return x
    }`;
    const a = [1];
    expect(() => run(text, [a, -2])).toThrow(new RangeError("negative: -2"));
    expect(a).toEqual([-2]);
    expect(run(text, [a, 2])).toEqual([2]);
    expect(() => run("func f() {\n throw NoSuchError\n}", [])).toThrow("no error class NoSuchError");
  });

  it("makes a global once for a call, unseen", () => {
    const text = `global row: [number] by makeRow
    func makeRow() -> [number] {
      x = const 2
      row: [number] = array x
      return row
    }
    func f() -> boolean, number {
      a = global row
      b = global row
      isSame = same a, b
      i = const 0
      x = load a[i]
      return isSame, x
    }`;
    const seen: string[] = [];
    const observer = {
      enter: () => {},
      leave: () => {},
      before: () => {},
      after: (instr: Instr) => seen.push(instr.op),
    };
    expect(run(text, [], { observer })).toEqual([true, 2]);
    expect(seen).toEqual(["global", "global", "same", "constant", "load"]);
  });

  it("reads globals, makes function values and calls the host", () => {
    const text = `global scale: number = 3
    global offset: number from "./offset.ts" as offset
    func add(x: number, y: number, z: number) -> number {
      xy = add x, y
      xyz = add xy, z
      return xyz
    }
    func both(x: number) -> number, number {
      return x, x
    }
    func f(x: number) -> (number) => (number), () => (number, number) {
      s = global scale
      o = global offset
      host console.log(s, o)
      g: (number) => (number) = closure add(s, o)
      h: () => (number, number) = closure both(x)
      return g, h
    }`;
    const calls: unknown[] = [];
    const [g, h] = run(text, [1], {
      global: (global) => (global.source.kind === "import" ? global.source.file.length : undefined),
      host: (callee, args) => calls.push([callee, ...args]),
    }) as [(x: number) => number, () => number[]];
    expect(g(1)).toBe(1 + 3 + 11);
    expect(h()).toEqual([1, 1]);
    expect(calls).toEqual([["console.log", 3, 11]]);
    expect(() => run(text, [1])).toThrow("nobody says what the global offset");
  });

  it("finds the host's functions by their path", () => {
    const text = "func f(a: [number]) {\n host Reflect.deleteProperty(a, a)\n host nothing.here(a)\n}";
    expect(() => run(text, [[]])).toThrow("the host has no function nothing.here");
  });

  it("walks whole structures", () => {
    const text = `record P = {x: number, v: Float32Array, name: string}
    func f(p: P, rows: [[number]]) -> [[number]], [[number]], number, number {
      pBar, rowsBar = shadow.shared p, rows
      one = const 1
      zero = const 0
      accumulate pBar.x += one
      rowBar = load rowsBar[zero]
      store rowBar[zero] = one
      addTo rowsBar, rows
      c: [[number]] = copy rowsBar
      m = snapshot rows, p
      row = load rows[zero]
      push row, one
      set p.x = zero
      clear rowsBar
      n = length row
      reinstate m
      x = get p.x
      return c, rowsBar, n, x
    }`;
    const row = [3, 4];
    const rows = [row, row];
    const p = { x: 7, v: Float32Array.of(1), name: "p" };
    const [copied, cleared, length, x] = run(text, [p, rows]) as [number[][], number[][], number, number];
    expect(copied).toEqual([
      [4, 4],
      [4, 4],
    ]);
    expect(copied[0]).toBe(copied[1]);
    expect(cleared).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(length).toBe(3);
    expect(x).toBe(7);
    expect(rows).toEqual([
      [3, 4],
      [3, 4],
    ]);
    expect(p.x).toBe(7);
  });

  it("keeps tapes: last in, first out, readable by several", () => {
    const text = `func f(n: number) -> number, number {
      one = const 1
      zero = const 0
      t: tape<number> = tape.pooled
      for i from zero to n step 1 {
        k = grow t, one
        s = slots t
        store s[k] = i
      }
      r = reader t
      a = for i from zero to n step 1 with a = zero {
        k = shrink t, one
        s = slots t
        e = load s[k]
        ten = const 10
        a1 = mul a, ten
        a2 = add a1, e
        yield a2
      }
      k = shrink r, one
      s = slots r
      e = load s[k]
      release t
      return a, e
    }`;
    expect(run(text, [5])).toEqual([43210, 4]);
    const underflow = "func f(n: number) {\n t: tape<[number]> = tape\n k = shrink t, n\n}";
    expect(() => run(underflow, [1])).toThrow("a tape is read past its beginning");
  });

  it("refuses what no verifier would pass", () => {
    const module = parse("func f(x: number) -> number {\n return x\n}", primitives);
    expect(() => interpret(module, "g", [])).toThrow("no function g in the module");
    expect(() => interpret(module, "f", [])).toThrow("f takes 1 arguments, got 0");
  });
});
