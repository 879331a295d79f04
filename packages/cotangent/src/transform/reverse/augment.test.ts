/** What shadows of memory the forward sweep makes, and how it keeps them in step, as text of IR. */
import { expect, test } from "vitest";
import { sweepOf, textOf } from "../../../test/support/sweep-text.ts";

test("what is made", () => {
  const text = `func f(x: number, n: number, r: [number]) -> [[number]], [[number]], [[number]], [number], [number], [number], [[number]] {
  made: [number] = array x, n
  both: [[number]] = array r, made
  filled: [[number]] = allocate n fill r
  sparse: [[number]] = allocate n holes
  flat: [number] = allocate n fill x
  gappy: [number] = allocate n holes
  zeros: [number] = allocate n
  later: [[number]] = allocate n
  store later[n] = r
  store sparse[n] = r
  store gappy[n] = x
  store zeros[n] = x
  return both, filled, sparse, flat, gappy, zeros, later
}
`;
  expect(
    textOf(sweepOf(text)),
  ).toBe(`func f(x: number, n: number, r: [number], rBar: [number]) -> [[number]], [[number]], [[number]], [number], [number], [number], [[number]], [[number]], [[number]], [[number]], [number], [number], [number], [[number]] {
  made: [number] = array x, n
  madeBar = shadow made
  both: [[number]] = array r, made
  bothBar: [[number]] = array rBar, madeBar
  filled: [[number]] = allocate n fill r
  %1 = length filled
  filledBar: [[number]] = allocate %1 fill rBar
  sparse: [[number]] = allocate n holes
  %2 = length sparse
  sparseBar: [[number]] = allocate %2 holes
  flat: [number] = allocate n fill x
  flatBar = shadow flat
  gappy: [number] = allocate n holes
  gappyBar = shadow gappy
  zeros: [number] = allocate n
  zerosBar = shadow zeros
  later: [[number]] = allocate n
  laterBar = shadow later
  store later[n] = r
  store laterBar[n] = rBar
  store sparse[n] = r
  store sparseBar[n] = rBar
  store gappy[n] = x
  store zeros[n] = x
  return both, filled, sparse, flat, gappy, zeros, later, bothBar, filledBar, sparseBar, flatBar, gappyBar, zerosBar, laterBar
}
`);
});

test("what is made of data too", () => {
  const text = `record Point = {name: string, at: [number] | null, is: boolean, x: number, more: {n: number} | undefined, ints: Int32Array, from: [number]}

func f(x: number, r: [number], i: Int32Array, c: boolean) -> Point, {n: number} | undefined, {n: number} {
  name = const "n"
  none: [number] | null = const null
  here: {n: number} = record x
  there: {n: number} | undefined = wrap here
  made: Point = record name, none, c, x, there, i, r
  lost: {n: number} | undefined = const undefined
  later: {n: number} = unset
  out, last = if c {
    yield lost, here
  } else {
    yield there, later
  }
  return made, out, last
}
`;
  expect(
    textOf(sweepOf(text)),
  ).toBe(`record Point = {name: string, at: [number] | null, is: boolean, x: number, more: {n: number} | undefined, ints: Int32Array, from: [number]}
record PointBar = {name: undefined, at: [number] | null, is: undefined, x: number, more: {n: number} | undefined, ints: undefined, from: [number]}

func f(x: number, r: [number], i: Int32Array, c: boolean, rBar: [number]) -> Point, {n: number} | undefined, {n: number}, PointBar, {n: number} | undefined, {n: number} {
  name = const "n"
  none: [number] | null = const null
  noneBar: [number] | null = const null
  here: {n: number} = record x
  %1 = const 0
  hereBar: {n: number} = record %1
  there: {n: number} | undefined = wrap here
  thereBar: {n: number} | undefined = wrap hereBar
  made: Point = record name, none, c, x, there, i, r
  %2 = const undefined
  %3 = const undefined
  %4 = const 0
  %5 = const undefined
  madeBar: PointBar = record %2, noneBar, %3, %4, thereBar, %5, rBar
  lost: {n: number} | undefined = const undefined
  lostBar: {n: number} | undefined = const undefined
  later: {n: number} = unset
  laterBar: {n: number} = unset
  out, last, outBar, lastBar = if c {
    yield lost, here, lostBar, hereBar
  } else {
    yield there, later, thereBar, laterBar
  }
  return made, out, last, madeBar, outBar, lastBar
}
`);
});

test("arrays of what has no derivative, in what has one", () => {
  const text = `func f(x: number, n: number, i: Int32Array) -> {a: [number], b: [Int32Array]} {
  ints: [Int32Array] = array i
  own: [number] = array x
  both: {a: [number], b: [Int32Array]} = record own, ints
  push ints, i
  store ints[n] = i
  set both.b = ints
  last = pop ints
  floats: Float64Array = allocate n
  store floats[n] = x
  return both
}
`;
  expect(
    textOf(sweepOf(text, { active: [true, false, false] })),
  ).toBe(`func f(x: number, n: number, i: Int32Array) -> {a: [number], b: [Int32Array]}, {a: [number], b: [undefined]} {
  ints: [Int32Array] = array i
  %1 = const undefined
  intsBar: [undefined] = array %1
  own: [number] = array x
  ownBar = shadow own
  both: {a: [number], b: [Int32Array]} = record own, ints
  bothBar: {a: [number], b: [undefined]} = record ownBar, intsBar
  %2 = length ints
  push ints, i
  %3 = const undefined
  %4 = length intsBar
  %5 = eq %2, %4
  if %5 {
    push intsBar, %3
  } else {
    store intsBar[%2] = %3
  }
  store ints[n] = i
  %6 = const undefined
  store intsBar[n] = %6
  set both.b = ints
  set bothBar.b = intsBar
  last = pop ints
  %7 = length ints
  floats: Float64Array = allocate n
  store floats[n] = x
  return both, bothBar
}
`);
});

test("what is read and written", () => {
  const text = `record Node = {value: number, rows: [[number]], next: Node | null}

func f(node: Node, rows: [[number]], some: [[number] | undefined], fs: Float64Array, n: number) -> [number], [number] | undefined, [number] | undefined, Node, Float64Array, Float64Array, number {
  row = load rows[n]
  beyond: [number] | undefined = load rows[n]
  held = load some[n]
  x = load row[n]
  missing: number | undefined = load row[n]
  own = get node.rows
  value = get node.value
  next = get node.next
  after = unwrap next
  again: Node | null = wrap after
  set node.next = again
  set node.rows = rows
  set node.value = x
  store rows[n] = row
  store some[n] = beyond
  store row[n] = value
  accumulate row[n] += x
  accumulate node.value += x
  from = view fs from n
  part = view fs from n to n
  y: number | undefined = wrap x
  z = unwrap missing
  return row, beyond, held, after, from, part, z
}
`;
  expect(textOf(sweepOf(text))).toBe(`record Node = {value: number, rows: [[number]], next: Node | null}
record NodeBar = {value: number, rows: [[number]], next: NodeBar | null}

func f(node: Node, rows: [[number]], some: [[number] | undefined], fs: Float64Array, n: number, nodeBar: NodeBar, rowsBar: [[number]], someBar: [[number] | undefined], fsBar: Float64Array) -> [number], [number] | undefined, [number] | undefined, Node, Float64Array, Float64Array, number, [number], [number] | undefined, [number] | undefined, NodeBar, Float64Array, Float64Array {
  row = load rows[n]
  rowBar = load rowsBar[n]
  beyond: [number] | undefined = load rows[n]
  beyondBar: [number] | undefined = load rowsBar[n]
  held = load some[n]
  heldBar = load someBar[n]
  x = load row[n]
  missing: number | undefined = load row[n]
  own = get node.rows
  ownBar = get nodeBar.rows
  value = get node.value
  next = get node.next
  nextBar = get nodeBar.next
  after = unwrap next
  afterBar = unwrap nextBar
  again: Node | null = wrap after
  againBar: NodeBar | null = wrap afterBar
  set node.next = again
  set nodeBar.next = againBar
  set node.rows = rows
  set nodeBar.rows = rowsBar
  set node.value = x
  store rows[n] = row
  store rowsBar[n] = rowBar
  store some[n] = beyond
  store someBar[n] = beyondBar
  store row[n] = value
  accumulate row[n] += x
  accumulate node.value += x
  from = view fs from n
  fromBar = view fsBar from n
  part = view fs from n to n
  partBar = view fsBar from n to n
  y: number | undefined = wrap x
  z = unwrap missing
  return row, beyond, held, after, from, part, z, rowBar, beyondBar, heldBar, afterBar, fromBar, partBar
}
`);
});

test("whole structures", () => {
  const text = `global outside: [number] from "file.ts" as outside

func f(rows: [[number]], k: [number], c: boolean) -> [[number]], [[number]], [[number]], {a: number, b: undefined}, [number], [number] {
  whole: [[number]] = copy rows
  asked: [[number]] = copy.detached rows
  given: [[number]] = host seen(rows)
  of: {a: number, b: boolean} = unset
  made, kept = shadow.shared of, k
  zero = const 0
  one = load k[zero]
  chosen = if c {
    there = global outside
    yield there
  } else {
    yield k
  }
  clear kept
  addTo kept, k
  return whole, asked, given, made, kept, chosen
}
`;
  expect(
    textOf(sweepOf(text)),
  ).toBe(`func f(rows: [[number]], k: [number], c: boolean, rowsBar: [[number]], kBar: [number]) -> [[number]], [[number]], [[number]], {a: number, b: undefined}, [number], [number], [[number]], [number], [number] {
  whole: [[number]] = copy rows
  wholeBar = shadow.shared whole
  asked: [[number]] = copy.detached rows
  given: [[number]] = host seen(rows)
  of: {a: number, b: boolean} = unset
  made, kept = shadow.shared of, k
  madeBar, keptBar = shadow.shared made, kept
  zero = const 0
  one = load k[zero]
  chosen, chosenBar = if c {
    there = global outside
    thereBar = shadow there
    yield there, thereBar
  } else {
    yield k, kBar
  }
  clear kept
  addTo kept, k
  return whole, asked, given, made, kept, chosen, wholeBar, keptBar, chosenBar
}
`);
});

test("a shadow grows with its array, and does not shrink with it", () => {
  const text = `func f(x: number, row: [number], rows: [[number]], n: number) -> [number], number, [[number]] {
  push rows, row
  push row, x
  push row, n
  top = pop row
  last = pop rows
  return last, top, rows
}
`;
  expect(
    textOf(sweepOf(text, { active: [true, true, true, false] })),
  ).toBe(`func f(x: number, row: [number], rows: [[number]], n: number, rowBar: [number], rowsBar: [[number]]) -> [number], number, [[number]], [number], [[number]] {
  %1 = length rows
  push rows, row
  %2 = length rowsBar
  %3 = eq %1, %2
  if %3 {
    push rowsBar, rowBar
  } else {
    store rowsBar[%1] = rowBar
  }
  %4 = length row
  push row, x
  %5 = const 0
  %6 = length rowBar
  %7 = eq %4, %6
  if %7 {
    push rowBar, %5
  }
  %8 = length row
  push row, n
  %9 = const 0
  %10 = length rowBar
  %11 = eq %8, %10
  if %11 {
    push rowBar, %9
  }
  top = pop row
  %12 = length row
  last = pop rows
  %13 = length rows
  lastBar = load rowsBar[%13]
  return last, top, rows, lastBar, rowsBar
}
`);
});

test("a shadow of what loses nothing is as long as it", () => {
  const text = `func f(x: number, row: [number], n: number) -> [[number]], [number] {
  rows: [[number]] = array row
  k: [number] = array n
  ks: [number] = array n
  l = length row
  same = eq n, l
  if same {
    push row, x
  } else {
    store row[n] = x
  }
  push rows, row
  gone = pop ks
  return rows, row
}
`;
  expect(
    textOf(sweepOf(text, { active: [true, true, false] })),
  ).toBe(`func f(x: number, row: [number], n: number, rowBar: [number]) -> [[number]], [number], [[number]], [number] {
  rows: [[number]] = array row
  rowsBar: [[number]] = array rowBar
  k: [number] = array n
  ks: [number] = array n
  l = length row
  same = eq n, l
  if same {
    %1 = length row
    push row, x
    %2 = const 0
    push rowBar, %2
  } else {
    store row[n] = x
    %3: number | undefined = load rowBar[n]
    %4 = present %3
    if %4 {
    } else {
      %5 = const 0
      store rowBar[n] = %5
    }
  }
  %6 = length rows
  push rows, row
  push rowsBar, rowBar
  gone = pop ks
  %7 = length ks
  return rows, row, rowsBar, rowBar
}
`);
});

test("data has no shadow", () => {
  const text = `func f(x: number, n: number) -> number {
  k: [number] = array n
  ks: [[number]] = array k
  some: {at: [number]} = record k
  store ks[n] = k
  set some.at = k
  push ks, k
  gone = pop ks
  push k, n
  l = length k
  same = eq l, n
  if same {
    push k, n
  } else {
    store k[n] = n
  }
  store gone[n] = n
  y = mul x, n
  return y
}
`;
  expect(textOf(sweepOf(text, { active: [true, false] }))).toBe(`func f(x: number, n: number) -> number {
  k: [number] = array n
  ks: [[number]] = array k
  some: {at: [number]} = record k
  store ks[n] = k
  set some.at = k
  %1 = length ks
  push ks, k
  gone = pop ks
  %2 = length ks
  %3 = length k
  push k, n
  l = length k
  same = eq l, n
  if same {
    %4 = length k
    push k, n
  } else {
    store k[n] = n
  }
  store gone[n] = n
  y = mul x, n
  return y
}
`);
});
