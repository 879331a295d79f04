/**
 * Calls, branches and loops of the forward sweep with their shadows; how often its regions are guessed to run; what is
 * destroyed in it, and what its mirror is told.
 */
import { expect, test } from "vitest";
import { sweepOf, textOf } from "../../../test/support/sweep-text.ts";
import { forEachItem } from "../../analysis/sweep.ts";
import { number, typeKey } from "../../ir/type.ts";
import type { Instr, Type } from "../../ir/types.ts";
import type { AugmentedFunction } from "./augment.ts";

/** What the sweep does, and what of it is shadow code. */
function kindsOf({ root }: AugmentedFunction): readonly string[] {
  const found: string[] = [];
  forEachItem(root, ({ instr, isShadowCode }) => {
    found.push(`${instr.op}${isShadowCode ? ", shadow" : ""}`);
  });
  return found;
}

test("calls", () => {
  const text = `func g(x: number, row: [number], rows: [[number]], n: number) -> number, [number], [number] {
  r = load rows[n]
  y = load row[n]
  z = mul x, y
  return z, r, row
}

func plain(k: number, ks: [number]) -> number {
  l = load ks[k]
  y = mul k, l
  return y
}

func writes(row: [number], k: number) {
  store row[k] = k
  return
}

func none(x: number) -> number {
  y = floor x
  return y
}

func f(x: number, row: [number], n: number) -> number, [number], [number] {
  a = call none(x)
  ks: [number] = array n
  k = call plain(n, ks)
  rows: [[number]] = array row
  y, r, s = call g(x, row, rows, k)
  call writes(row, n)
  return y, r, s
}
`;
  const recordType = (callee: string): Type | undefined => (callee === "g" ? number : undefined);
  const sweep = sweepOf(text, { active: [true, true, false], recordType });
  expect(
    textOf(sweep),
  ).toBe(`func f(x: number, row: [number], n: number, rowBar: [number]) -> number, [number], [number], [number], [number] {
  a = call none(x)
  ks: [number] = array n
  k = call plain(n, ks)
  rows: [[number]] = array row
  rowsBar: [[number]] = array rowBar
  y, r, s, rBar, sBar, gBack = call g.forward(x, row, rows, k, rowBar, rowsBar)
  call writes.forward(row, n, rowBar)
  return y, r, s, rBar, sBar
}
`);
  const own = ["call", "array", "call", "array", "array, shadow", "call", "call"];
  expect(kindsOf(sweep)).toEqual(own);
});

const rules = `func forward(x: number, r: [number]) -> number, [number], [number], number {
  y = mul x, x
  return y, r, r, x
}

func back(yBar: number, outBar: [number], kept: [number], also: number) -> number, [number] {
  return yBar, kept
}

func ruled(x: number, r: [number]) -> number, [number] pullback forward, back {
  y = mul x, x
  return y, r
}

func data(k: number) -> [number] pullback forward, back {
  y: [number] = array k
  return y
}

func f(x: number, k: number, r: [number]) -> number, [number], [number] {
  y, out = call ruled(x, r)
  z, given = call ruled(k, r)
  ks = call data(k)
  return y, out, ks
}
`;

test("calls of functions with rules", () => {
  const sweep = sweepOf(rules, { active: [true, false, false] });
  expect(textOf(sweep)).toBe(`func f(x: number, k: number, r: [number]) -> number, [number], [number], [number] {
  y, out, residual, residual1 = call forward(x, r)
  outBar = shadow.shared out
  z, given = call ruled(k, r)
  ks = call data(k)
  return y, out, ks, outBar
}
`);
  expect(kindsOf(sweep)).toEqual(["call", "shadow, shadow", "call", "call"]);
  const [[call, ruled] = [], ...others] = sweep.ruledCalls;
  expect([call, others]).toEqual([sweep.root.items[0]?.instr, []]);
  expect([ruled?.original.name, ruled?.back, ruled?.residuals]).toEqual(["ruled", "back", call?.results.slice(2)]);
});

test("branches and loops", () => {
  const text = `func f(x: number, row: [number], c: boolean, n: number) -> number, [number], number, [number], [number] {
  a, r, b, k = if c {
    made: [number] = array x
    yield x, made, n, c
  } else {
    yield n, row, x, c
  }
  own = if c {
    throw RangeError
  } else {
    yield row
  }
  zero = const 0
  s, q, t = for i from zero to n step 1 with s = x, q = r, t = n {
    u = mul s, x
    yield u, row, i
  }
  w, v = while with w = q, v = s {
    more = lt v, n
    yield more
  } do w, v {
    u = mul v, x
    yield row, u
  }
  while {
    yield c
  } do {
    throw RangeError
  }
  z = for i from zero to n step 1 with z = row {
    throw RangeError
  }
  return a, own, t, q, w
}
`;
  const sweep = sweepOf(text);
  expect(
    textOf(sweep),
  ).toBe(`func f(x: number, row: [number], c: boolean, n: number, rowBar: [number]) -> number, [number], number, [number], [number], [number], [number], [number] {
  a, r, b, k, rBar = if c {
    made: [number] = array x
    madeBar = shadow made
    yield x, made, n, c, madeBar
  } else {
    yield n, row, x, c, rowBar
  }
  own, ownBar = if c {
    throw RangeError
  } else {
    yield row, rowBar
  }
  zero = const 0
  s, q, t, qBar = for i from zero to n step 1 with s = x, q = r, t = n, qBar = rBar {
    u = mul s, x
    yield u, row, i, rowBar
  }
  %1 = const 0
  w, v, wBar, count = while with w = q, v = s, wBar = qBar, k1 = %1 {
    more = lt v, n
    yield more
  } do w, v, wBar, k1 {
    u = mul v, x
    %2 = const 1
    %3 = add k1, %2
    yield row, u, rowBar, %3
  }
  %4 = const 0
  count1 = while with k1 = %4 {
    yield c
  } do k1 {
    throw RangeError
  }
  z, zBar = for i from zero to n step 1 with z = row, zBar = rowBar {
    throw RangeError
  }
  return a, own, t, q, w, ownBar, qBar, wBar
}
`);
  const shadows = kindsOf(sweep).filter((kind) => /shadow/.test(kind));
  const [counts, turn] = ["constant, shadow", ["constant, shadow", "apply, shadow"]];
  expect(shadows).toEqual(["shadow, shadow", counts, ...turn, counts]);
});

test("a function that gives nothing", () => {
  const text = `func f(row: [number]) -> [number] {
  throw RangeError
}
`;
  expect(textOf(sweepOf(text))).toBe(`func f(row: [number]) {
  throw RangeError
}
`);
});

test("parameters that are structures have shadows, in their order", () => {
  const sweep = sweepOf(
    "func f(x: number, rows: [[number]], b: boolean, row: [number]) -> [number], [[number]] {\n  return row, rows\n}\n",
  );
  const [, , , row] = sweep.root.params;
  expect(sweep.shadowParams.map(({ hint }) => hint)).toEqual(["rowsBar", "rowBar"]);
  expect(row && sweep.shadowOf.get(row)).toBe(sweep.shadowParams[1]);
});

/** How often each region of `f` is guessed to run, from the outside to the inside. */
function runs(body: string): readonly string[] {
  const { root } = sweepOf(
    `func f(x: number, n: number, c: boolean, row: [number]) -> number {\n${body}\n  return x\n}\n`,
  );
  const found: string[] = [`${root.kind} ${root.runs}`];
  forEachItem(root, ({ inner }) => {
    for (const { kind, runs: times } of inner) found.push(`${kind} ${times}`);
  });
  return found;
}
const bounds = "  zero = const 0\n  two = const 2\n  seven = const 7\n  eight = const 8\n  word = const true\n";
const counted = (from: string, to: string, step: number): string =>
  `${bounds}  for i from ${from} to ${to} step ${step} {\n    yield\n  }`;

test.each([
  ["two", "eight", 1, 6],
  ["two", "eight", 2, 3],
  ["two", "seven", 2, 3],
  ["eight", "two", -1, 6],
  ["eight", "two", -2, 3],
  // None is as many as are not known: what is never run costs nothing anywhere.
  ["eight", "two", 1, 16],
  ["zero", "n", 1, 16],
  ["n", "eight", 1, 16],
  ["n", "n", 1, 16],
] as const)("turns of a loop from %s to %s by %s", (from, to, step, times) => {
  expect(runs(counted(from, to, step))).toEqual(["function 1", `for ${times}`]);
});

test("turns of loops in loops and branches", () => {
  const inner = "      for j from two to eight step 1 {\n        yield\n      }";
  const branch = `    if c {\n${inner}\n      yield\n    }`;
  const outer = `${bounds}  for i from zero to eight step 2 {\n${branch}\n    yield\n  }`;
  const least = "  while {\n    yield c\n  } do {\n    if c {\n      yield\n    }\n    yield\n  }";
  expect(runs(`${outer}\n${least}`)).toEqual([
    "function 1",
    "for 4",
    "branch 2",
    "branch 2",
    "for 12",
    "condition 16",
    "while 16",
    "branch 8",
    "branch 8",
  ]);
  const shadows = "  if c {\n    push row, x\n    gone = pop row\n  }\n  store row[n] = x";
  expect(runs(shadows)).toEqual(["function 1", "branch 0.5", "branch 0.5"]);
});

test("what is destroyed has a name, under which it may be kept", () => {
  const { root, indexOf } =
    sweepOf(`func f(x: number, n: number, rows: [[number]], p: {a: [number], b: number}, c: boolean) -> [[number]], {a: [number], b: number} {
  row = load rows[n]
  store row[n] = x
  store rows[n] = row
  accumulate row[n] += x
  set p.a = row
  set p.b = x
  accumulate p.b += x
  push rows, row
  last = pop rows
  if c {
    store row[n] = x
    yield
  }
  return rows, p
}
`);
  const found: string[] = [];
  forEachItem(root, ({ instr, old, isShadowCode }) => {
    const place = indexOf.get(instr);
    const made = [place && "place", old && `${old.hint}: ${typeKey(old.type)}`].filter(Boolean);
    found.push([isShadowCode ? "shadow" : "own", instr.op, ...made].join(" "));
  });
  expect(found.join("\n")).toBe(`own load
shadow load
own store old: number
own store old: [number]
shadow store old: [number]
own accumulate old: number
own setField old: [number]
shadow setField old: [number]
own setField old: number
own accumulateField old: number
shadow length
own push place
shadow length
shadow apply
shadow if
shadow push
shadow store old: [number]
own pop place last: [number]
shadow length
shadow load
own if
own store old: number`);
});

test("where elements come and go", () => {
  const { root, indexOf } = sweepOf(`func f(x: number, row: [number], c: boolean) -> [number] {
  push row, x
  last = pop row
  while {
    yield c
  } do {
    yield
  }
  return row
}
`);
  const place = (op: string): readonly unknown[] => {
    const at = root.items.findIndex(({ instr }) => instr.op === op);
    const index = indexOf.get(root.items[at]?.instr as Instr);
    const made = root.items.findIndex(({ instr }) => index && instr.results.includes(index));
    return [root.items[made]?.instr.op, made - at];
  };
  expect([place("push"), place("pop"), place("while")]).toEqual([
    ["length", -1],
    ["length", 1],
    ["while", 0],
  ]);
});

test("what a called half keeps is known by its call", () => {
  const callee = "func g(x: number) -> number {\n  y = mul x, x\n  return y\n}\n";
  const text = `${callee}\nfunc f(x: number) -> number {\n  y = call g(x)\n  return y\n}\n`;
  const kept = sweepOf(text, { recordType: () => number });
  const [made] = kept.root.items;
  expect([...kept.recordOf]).toEqual([[made?.instr, made?.instr.results[1]]]);
  expect([...sweepOf(text).recordOf]).toEqual([]);
});

test.each([
  ["a function value of what is active", "  h: (number) => (number) = closure g(x)\n  return x", "a function value"],
  ["what is put back", "  s = snapshot row\n  return x", "putting back"],
  ["what is put back", "  s: snapshot = unset\n  reinstate s\n  return x", "putting back"],
])("refused: %s", (_, body, why) => {
  const g = "func g(x: number, y: number) -> number {\n  return y\n}\n";
  expect(() => sweepOf(`${g}\nfunc f(x: number, row: [number]) -> number {\n${body}\n}\n`)).toThrow(why);
});

test("a function value of data", () => {
  const g = "func g(x: number, y: number) -> number {\n  return y\n}\n";
  const body = "  h: (number) => (number) = closure g(k)\n  return x";
  const { root } = sweepOf(`${g}\nfunc f(x: number, k: number) -> number {\n${body}\n}\n`, { active: [true, false] });
  expect(root.items.map(({ instr, isShadowCode }) => [instr.op, isShadowCode])).toEqual([["closure", false]]);
});

test.each([
  ["no pullback", "tangent t"],
  ["a forward half that is not there", "pullback forward, back"],
])("refused: a rule with %s", (_, rule) => {
  const ruled = `func ruled(x: number) -> number ${rule} {\n  return x\n}\n`;
  const text = `${ruled}\nfunc f(x: number) -> number {\n  y = call ruled(x)\n  return y\n}\n`;
  expect(() => sweepOf(text)).toThrow("`ruled`");
});
