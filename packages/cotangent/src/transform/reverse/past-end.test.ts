/** Which stores may be past the end of their array, and what is emitted for one. */
import { expect, test } from "vitest";
import { primitives } from "../../elementals/index.ts";
import { buildFunc } from "../../ir/build.ts";
import { interpret } from "../../ir/interpret.ts";
import { parse } from "../../ir/parse.ts";
import { array, number } from "../../ir/type.ts";
import type { Func, Module } from "../../ir/types.ts";
import { emitLoadOrZero, emitReach, findPastEnd } from "./past-end.ts";

/** The values whose stores are found, by name. */
function found(body: string): readonly (string | undefined)[] {
  const text = `func f(xs: [number], fs: Float64Array, n: number, m: number, c: boolean, u: number, v: number, w: number) {\n${body}\n  return\n}\n`;
  const func = parse(text, primitives).functions.get("f") as Func;
  return [...findPastEnd(func)].map((instr) => (instr.op === "store" ? instr.value.hint : instr.op));
}
/** A store where `test` says that the index is the length, and where not. */
const appending = (test: string, index = "n", before = ""): string =>
  `  l = length xs\n${before}  same = ${test}\n  if same {\n    store xs[${index}] = v\n  } else {\n    store xs[${index}] = w\n  }`;

test.each([
  ["eq n, l", ["v", "w"]],
  ["ne n, l", ["v", "w"]],
  ["eq l, n", ["v", "w"]],
  ["ne l, n", ["v", "w"]],
  ["lt n, l", []],
  ["eq n, m", []],
  ["eq l, m", []],
  ["not c", []],
])("of an index that is held against the length: %s", (test, expected) => {
  expect(found(appending(test))).toEqual(expected);
});

test("a truth value that is given says nothing", () => {
  expect(found("  if c {\n    store xs[n] = v\n  } else {\n  }")).toEqual([]);
});

test.each([
  ["an index computed from it", "  two = const 2\n  t = mul n, two\n  k = add t, m\n", "k", ["v", "w"]],
  ["another index", "  k = add m, m\n", "k", []],
  ["a choice of it", "  z = const 0\n  k = if c {\n    yield z\n  } else {\n    yield n\n  }\n", "k", ["v", "w"]],
  [
    "a choice of it, the first",
    "  z = const 0\n  k = if c {\n    yield n\n  } else {\n    yield z\n  }\n",
    "k",
    ["v", "w"],
  ],
  [
    "a choice of what is computed from it",
    "  z = const 0\n  k = if c {\n    yield z\n  } else {\n    t = add n, n\n    yield t\n  }\n",
    "k",
    ["v", "w"],
  ],
  ["a choice of others", "  z = const 0\n  k = if c {\n    yield z\n  } else {\n    yield m\n  }\n", "k", []],
  ["a choice or an end", "  k = if c {\n    throw RangeError\n  } else {\n    yield n\n  }\n", "k", ["v", "w"]],
  [
    "what is chosen beside it",
    "  z = const 0\n  j, k = if c {\n    yield n, z\n  } else {\n    yield n, m\n  }\n",
    "k",
    [],
  ],
  [
    "what is chosen beside others",
    "  z = const 0\n  j, k = if c {\n    yield z, n\n  } else {\n    yield m, n\n  }\n",
    "k",
    ["v", "w"],
  ],
  ["what is loaded there", "  k = load xs[n]\n", "k", []],
] as const)("%s", (_, before, index, expected) => {
  expect(found(appending("eq n, l", index, before))).toEqual(expected);
});

test("nothing else is found than stores", () => {
  const body =
    "  l = length xs\n  same = eq n, l\n  if same {\n    push xs, v\n    a = load xs[n]\n    accumulate xs[n] += v\n  } else {\n    store xs[n] = w\n    store fs[m] = u\n  }\n  store xs[n] = u";
  expect(found(body)).toEqual(["w"]);
});

test.each([
  ["of: [number] = array u, u", "0", []],
  ["of: [number] = array u, u", "1", []],
  ["of: [number] = array u, u", "2", ["v"]],
  ["of: [number] = array u, u", "7", ["v"]],
  ["of: [number] = array u, u", "-1", ["v"]],
  ["of: [number] = array u, u", "0.5", ["v"]],
  ["of: [number] = array", "0", ["v"]],
  ["of: [number] = allocate m", "0", ["v"]],
  ["of: [[number]] = array xs, xs\n  of1 = load of[m]", "9", []],
] as const)("%s, at %s", (made, at, expected) => {
  const name = made.includes("of1") ? "of1" : "of";
  expect(found(`  ${made}\n  at = const ${at}\n  store ${name}[at] = v`)).toEqual(expected);
});

test("an index that is known, of an array that is given, and one that is not known, of an array that is made", () => {
  expect(found("  at = const 9\n  store xs[at] = v")).toEqual([]);
  expect(found("  at = const -1\n  store xs[at] = v")).toEqual(["v"]);
  expect(found("  of: [number] = array u\n  store of[n] = v")).toEqual([]);
});

const run = (func: Func, ...args: unknown[]): unknown[] => {
  const module: Module = { functions: new Map([[func.name, func]]), globals: new Map() };
  return interpret(module, func.name, args);
};

test("a place is made where there is none, and what is there stays", () => {
  const params = [
    { type: array(number), hint: "shadow" },
    { type: number, hint: "index" },
  ];
  const reach = buildFunc("reach", params, (b, shadow, index) => {
    emitReach(b, shadow as never, index as never);
    return [shadow as never];
  });
  expect(run(reach, [1, 2], 1)).toEqual([[1, 2]]);
  expect(run(reach, [1, 2], 2)).toEqual([[1, 2, 0]]);
  const [beyond] = run(reach, [1, 2], 4) as [number[]];
  expect([beyond.length, beyond[4], 3 in beyond]).toEqual([5, 0, false]);
});

test("past the end of a typed array there is 0", () => {
  const params = [
    { type: array(number, "Float64Array" as const), hint: "of" },
    { type: number, hint: "index" },
  ];
  const read = buildFunc("read", params, (b, of, index) => [emitLoadOrZero(b, of as never, index as never, "x")]);
  expect([0, 1, 2, -1].map((i) => run(read, Float64Array.of(3, 4), i)[0])).toEqual([3, 4, 0, 0]);
  expect(read.results).toEqual([number]);
});
