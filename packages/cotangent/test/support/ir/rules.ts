/** Calls of functions with rules. */
import type { IrProgram } from "./program.ts";

/** Functions with rules: of numbers and arrays, of structures, of lists, and of what may be missing. */
const someRules = `record Node = {value: number, next: Node | null}

func ruledForward(x: number, row: [number]) -> number, [number], number, [number] {
  zero = const 0
  a = load row[zero]
  y = mul x, a
  out: [number] = array y, x
  kept: [number] = array a, x
  return y, out, x, kept
}

func ruledBack(yBar: number, outBar: [number], x: number, kept: [number]) -> number, [number] {
  zero = const 0
  one = const 1
  a = load kept[zero]
  o = load outBar[zero]
  p = load outBar[one]
  b = add yBar, o
  c = mul b, a
  d = add c, p
  e = mul b, x
  rowBar: [number] = array e, zero
  return d, rowBar
}

func ruledTangent(x: number, row: [number], dx: number, dRow: [number]) -> number, [number], number, [number] {
  zero = const 0
  a = load row[zero]
  da = load dRow[zero]
  y = mul x, a
  out: [number] = array y, x
  b = mul dx, a
  c = mul x, da
  dy = add b, c
  dOut: [number] = array dy, dx
  return y, out, dy, dOut
}

func ruled(x: number, row: [number]) -> number, [number] tangent ruledTangent pullback ruledForward, ruledBack {
  zero = const 0
  a = load row[zero]
  y = mul x, a
  out: [number] = array y, x
  return y, out
}

func wholeForward(p: {a: number, rows: [[number]]}) -> {a: number, rows: [[number]]} {
  q: {a: number, rows: [[number]]} = copy p
  return q
}

func wholeBack(qBar: {a: number, rows: [[number]]}) -> {a: number, rows: [[number]]} {
  q: {a: number, rows: [[number]]} = copy qBar
  return q
}

func wholeTangent(p: {a: number, rows: [[number]]}, dp: {a: number, rows: [[number]]}) -> {a: number, rows: [[number]]}, {a: number, rows: [[number]]} {
  q: {a: number, rows: [[number]]} = copy p
  dq: {a: number, rows: [[number]]} = copy dp
  return q, dq
}

func whole(p: {a: number, rows: [[number]]}) -> {a: number, rows: [[number]]} tangent wholeTangent pullback wholeForward, wholeBack {
  q: {a: number, rows: [[number]]} = copy p
  return q
}

func alongForward(list: Node) -> Node {
  q: Node = copy list
  return q
}

func alongBack(qBar: Node) -> Node {
  q: Node = copy qBar
  return q
}

func alongTangent(list: Node, dList: Node) -> Node, Node {
  q: Node = copy list
  dq: Node = copy dList
  return q, dq
}

func along(list: Node) -> Node tangent alongTangent pullback alongForward, alongBack {
  q: Node = copy list
  return q
}

func mayForward(x: number, a: number | undefined) -> number, number, number {
  b = unwrap a
  y = mul x, b
  return y, x, b
}

func mayBack(yBar: number, x: number, b: number) -> number, number {
  c = mul yBar, b
  d = mul yBar, x
  return c, d
}

func mayTangent(x: number, a: number | undefined, dx: number, da: number) -> number, number {
  b = unwrap a
  y = mul x, b
  c = mul dx, b
  d = mul x, da
  dy = add c, d
  return y, dy
}

func may(x: number, a: number | undefined) -> number tangent mayTangent pullback mayForward, mayBack {
  b = unwrap a
  y = mul x, b
  return y
}
`;

/** A rule of many kinds of argument and result, and one of trees. */
const manyRules = `record Leaf = {v: number}
record Twice = {left: Leaf, right: Leaf}
record Tree = {value: number, kids: [Tree]}

func kindsForward(x: number, is: boolean, name: string, w: Twice, maybe: [number] | null, rows: [[number] | null], words: {at: number, name: string, is: boolean}) -> number, string, boolean, Twice, number, number, number, number {
  right = get w.right
  v = get right.v
  at = get words.at
  zero = const 0
  row = unwrap maybe
  m = load row[zero]
  y = mul x, v
  y1 = mul y, at
  y2 = mul y1, m
  out: Twice = copy w
  return y2, name, is, out, x, v, at, m
}

func kindsBack(yBar: number, outBar: Twice, x: number, v: number, at: number, m: number) -> number, Twice, [number] | null, [[number] | null], {at: number, name: undefined, is: undefined} {
  zero = const 0
  a = mul yBar, v
  a1 = mul a, at
  xBar = mul a1, m
  b = mul a1, x
  c = mul yBar, x
  c1 = mul c, at
  vBar = mul c1, m
  d = mul c, v
  atBar = mul d, m
  wBar: Twice = copy outBar
  right = get wBar.right
  accumulate right.v += vBar
  row: [number] = array b, zero
  maybe: [number] | null = wrap row
  zeros: [number] = array zero, zero
  held: [number] | null = wrap zeros
  none: [number] | null = const null
  rows: [[number] | null] = array held, none
  empty = const undefined
  words: {at: number, name: undefined, is: undefined} = record atBar, empty, empty
  return xBar, wBar, maybe, rows, words
}

func kinds(x: number, is: boolean, name: string, w: Twice, maybe: [number] | null, rows: [[number] | null], words: {at: number, name: string, is: boolean}) -> number, string, boolean, Twice pullback kindsForward, kindsBack {
  right = get w.right
  v = get right.v
  at = get words.at
  zero = const 0
  row = unwrap maybe
  m = load row[zero]
  y = mul x, v
  y1 = mul y, at
  y2 = mul y1, m
  out: Twice = copy w
  return y2, name, is, out
}

func treesForward(t: Tree) -> Tree {
  q: Tree = copy t
  return q
}

func treesBack(qBar: Tree) -> Tree {
  q: Tree = copy qBar
  return q
}

func trees(t: Tree) -> Tree pullback treesForward, treesBack {
  q: Tree = copy t
  return q
}
`;

export const rules: readonly IrProgram[] = [
  {
    name: "rules",
    text: `${someRules}
func f(x: number, row: [number], k: number, p: {a: number, rows: [[number]]}) -> number {
  zero = const 0
  a, out = call ruled(x, row)
  b = load out[zero]
  store row[zero] = b
  c, again = call ruled(k, out)
  d, data = call ruled(k, row)
  q = call whole(p)
  e = get q.a
  rows = get q.rows
  g = load rows[zero]
  h = load g[zero]
  s = for i from zero to k step 1 with s = h {
    t, o = call ruled(s, out)
    u = load o[zero]
    v = mul t, u
    yield v
  }
  r = mul a, s
  r1 = mul r, e
  r2 = mul r1, c
  r3 = load row[zero]
  r4 = mul r2, r3
  return r4
}
`,
    args: () => [0.7, [1.3, 0.4], 2, { a: 0.9, rows: [[1.1]] }],
    argnums: [0, 1, 3],
  },
  {
    name: "rules of data and of what may be missing",
    text: `${someRules}
func f(x: number, k: number, a: number | undefined, list: Node) -> {s: number, r: [number]} {
  y = call may(x, a)
  z = call may(k, a)
  held = call along(list)
  v = get held.value
  next = get held.next
  there = present next
  w = if there {
    n = unwrap next
    u = get n.value
    yield u
  } else {
    yield v
  }
  t, r = call ruled(w, data)
  s = mul y, z
  s1 = mul s, v
  s2 = mul s1, t
  out: {s: number, r: [number]} = record s2, r
  return out
}
`.replace("  t, r", "  data: [number] = array k, k\n  t, r"),
    args: () => [0.7, 2, 1.3, { value: 0.4, next: { value: 1.1, next: null } }],
    argnums: [0, 2, 3],
  },
  {
    name: "rules of what may be missing, and of floats",
    text: `${someRules}
func typedForward(x: number, fs: Float64Array) -> number, number, Float64Array {
  zero = const 0
  a = load fs[zero]
  y = mul x, a
  kept: Float64Array = copy fs
  return y, x, kept
}

func typedBack(yBar: number, x: number, kept: Float64Array) -> number, Float64Array {
  zero = const 0
  a = load kept[zero]
  b = mul yBar, a
  c = mul yBar, x
  n = length kept
  bars: Float64Array = allocate n
  store bars[zero] = c
  return b, bars
}

func typedTangent(x: number, fs: Float64Array, dx: number, dfs: Float64Array) -> number, number {
  zero = const 0
  a = load fs[zero]
  da = load dfs[zero]
  y = mul x, a
  b = mul dx, a
  c = mul x, da
  dy = add b, c
  return y, dy
}

func typed(x: number, fs: Float64Array) -> number tangent typedTangent pullback typedForward, typedBack {
  zero = const 0
  a = load fs[zero]
  y = mul x, a
  return y
}

func f(x: number, a: number | undefined, fs: Float64Array, n: number) -> number {
  zero = const 0
  s = for i from zero to n step 1 with s = x {
    t = call may(s, a)
    u = sin t
    v = call typed(u, fs)
    yield v
  }
  return s
}
`,
    args: () => [0.7, 1.3, Float64Array.of(1.1, 0.4), 2],
    argnums: [0, 1, 2],
  },
  {
    name: "rules of many kinds of structure",
    text: `${manyRules}
func f(x: number, t: Tree, w: Twice, k: number, words: {at: number, name: string, is: boolean}) -> number {
  zero = const 0
  row: [number] = array x, x
  maybe: [number] | null = wrap row
  none: [number] | null = const null
  rows: [[number] | null] = array maybe, none
  is = const true
  name = const "name"
  y, said, is1, out = call kinds(x, is, name, w, maybe, rows, words)
  z, said1, is2, out1 = call kinds(y, is1, name, out, maybe, rows, words)
  tree = call trees(t)
  a = get tree.value
  kids = get tree.kids
  kid = load kids[zero]
  b = get kid.value
  right = get out1.right
  c = get right.v
  r = mul z, a
  r1 = mul r, b
  r2 = mul r1, c
  return r2
}
`,
    args: () => [
      0.7,
      { value: 1.1, kids: [{ value: 0.4, kids: [] }] },
      { left: { v: 0.9 }, right: { v: 1.2 } },
      2,
      { at: 0.6, name: "n", is: true },
    ],
    argnums: [0, 1, 2, 4],
  },
  {
    name: "rules of what grows",
    text: `${someRules}
func f(x: number, row: [number], n: number) -> number {
  zero = const 0
  a, out = call ruled(x, row)
  push row, a
  b, more = call ruled(a, row)
  two = const 2
  c = load row[two]
  s = for i from zero to n step 1 with s = b {
    t, o = call ruled(s, row)
    u = load o[zero]
    push row, u
    yield t
  }
  l = load more[zero]
  r = mul s, c
  r1 = mul r, l
  return r1
}
`,
    args: () => [0.7, [1.3, 0.4], 2],
    argnums: [0, 1],
  },
];
