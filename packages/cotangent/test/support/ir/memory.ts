/** Arrays, records and what they hold. */
import type { IrProgram } from "./program.ts";

export const memory: readonly IrProgram[] = [
  {
    name: "arrays",
    text: `func f(x: number, xs: [number], ys: Float64Array, n: number) -> number {
  zero = const 0
  one = const 1
  a = load xs[zero]
  b = mul a, x
  store xs[one] = b
  c = load xs[one]
  store ys[zero] = c
  d = load ys[one]
  accumulate ys[zero] += d
  store ys[one] = n
  accumulate xs[zero] += n
  own: [number] = array b, n, c
  return c
}
`,
    args: () => [0.7, [1.1, 0.4], Float64Array.of(0.3, 1.7), 3],
    argnums: [0, 1, 2],
  },
  {
    name: "memory in loops",
    text: `func f(xs: [number], ys: Float64Array, k: number) -> number {
  n = length xs
  zero = const 0
  one = const 1
  two = const 2
  own: Float64Array = allocate n
  full: [number] = allocate n fill k
  for i from zero to n step 1 {
    a = load xs[i]
    m = rem i, two
    b = mul a, a
    store own[m] = b
    c = load ys[m]
    accumulate own[i] += c
    d = load own[zero]
    e = mul d, b
    store ys[m] = e
    store full[i] = e
    yield
  }
  part = view own from one to n
  tail = view ys from one
  l = length part
  s = for i from zero to l step 1 with s = zero {
    u = load part[i]
    s1 = add s, u
    store part[i] = s1
    yield s1
  }
  v = load tail[zero]
  w = load full[one]
  y = load own[one]
  r = mul s, v
  r1 = mul r, w
  r2 = add r1, y
  return r2
}
`,
    args: () => [[1.1, 0.4, 0.9], Float64Array.of(0.3, 1.7), 2],
    argnums: [0, 1],
  },
  {
    name: "floats and integers",
    text: `func f(fs: Float32Array, is: Int32Array, x: number) -> number {
  zero = const 0
  one = const 1
  n = load is[zero]
  a = load fs[n]
  b = mul a, x
  store fs[zero] = b
  store is[one] = x
  c = load fs[zero]
  d = load is[one]
  own: Int32Array = allocate one
  e = mul c, d
  copied: Float64Array = copy fs
  g = load copied[one]
  h = mul e, g
  missing: number | undefined = load fs[n]
  there = present missing
  i = if there {
    j = unwrap missing
    yield j
  } else {
    yield zero
  }
  k = mul h, i
  return k
}
`,
    args: () => [Float32Array.of(0.5, 1.5), Int32Array.of(1, 4), 2.25],
    isRough: true,
    argnums: [0, 2],
  },
  {
    name: "records",
    text: `record Point = {x: number, y: number, name: string, at: [number], inner: {z: number}, is: boolean}

func f(p: Point, k: number) -> Point {
  x = get p.x
  y = get p.y
  inner = get p.inner
  z = get inner.z
  at = get p.at
  name = get p.name
  zero = const 0
  is = gt x, zero
  a = mul x, y
  set p.y = a
  accumulate p.x += z
  accumulate inner.z += a
  set inner.z = k
  own: {z: number} = record a
  mine: {of: {z: number}} = record own
  set mine.of = inner
  set mine.of = own
  b = load at[zero]
  c = mul b, a
  store at[zero] = c
  x1 = get p.x
  n = for i from zero to k step 1 with n = x1 {
    m = get own.z
    l = mul m, n
    set own.z = l
    o = sin l
    yield o
  }
  made: Point = record n, k, name, at, own, is
  return made
}
`,
    args: () => [{ x: 0.7, y: 1.3, name: "p", at: [0.4], inner: { z: 2.1 }, is: false }, 2],
    argnums: [0],
  },
  {
    name: "records that are given others",
    text: `record Point = {x: number, y: number, name: string, at: [number], inner: {z: number}, is: boolean}

func f(p: Point, k: number) -> Point {
  x = get p.x
  y = get p.y
  inner = get p.inner
  z = get inner.z
  at = get p.at
  name = get p.name
  zero = const 0
  is = gt x, zero
  a = mul x, y
  set p.y = a
  accumulate p.x += z
  accumulate inner.z += a
  set inner.z = k
  own: {z: number} = record a
  set p.inner = own
  b = load at[zero]
  c = mul b, a
  store at[zero] = c
  x1 = get p.x
  n = for i from zero to k step 1 with n = x1 {
    m = get own.z
    l = mul m, n
    set own.z = l
    o = sin l
    yield o
  }
  made: Point = record n, k, name, at, own, is
  return made
}
`,
    args: () => [{ x: 0.7, y: 1.3, name: "p", at: [0.4], inner: { z: 2.1 }, is: false }, 2],
    argnums: [0],
  },
  {
    name: "lists",
    text: `record Node = {value: number, next: Node | null}

record Out = {sum: number, made: Node | null}

func f(list: Node, scale: number) -> Out {
  none: Node | null = const null
  zero = const 0
  first: Node | null = wrap list
  s, at, made = while with s = scale, at = first, made = none {
    more = present at
    yield more
  } do s, at, made {
    node = unwrap at
    v = get node.value
    a = mul v, s
    b = sin a
    c = mul b, v
    set node.value = c
    next = get node.next
    new: Node = record b, made
    w: Node | null = wrap new
    yield c, next, w
  }
  out: Out = record s, made
  return out
}
`,
    args: () => [{ value: 0.7, next: { value: 1.3, next: { value: 0.4, next: null } } }, 1.2],
  },
  {
    name: "stacks",
    text: `func f(xs: [number], x: number, n: number) -> {r: number, last: [number]} {
  stack: [number] = array
  heap: [[number]] = array
  zero = const 0
  one = const 1
  for i from zero to n step 1 {
    a = load xs[i]
    b = mul a, x
    push stack, b
    row: [number] = array b, a
    push heap, row
    c = lt i, one
    if c {
      d = pop stack
      e = mul d, d
      push stack, e
      push stack, n
      yield
    }
    yield
  }
  l = length stack
  s = for i from zero to l step 1 with s = one {
    t = pop stack
    u = mul s, t
    yield u
  }
  last = pop heap
  push last, s
  m = length heap
  r = for i from zero to m step 1 with r = s {
    row = load heap[i]
    v = load row[zero]
    w = mul r, v
    store row[one] = w
    p = pop row
    q = add p, w
    yield q
  }
  push xs, r
  out: {r: number, last: [number]} = record r, last
  return out
}
`,
    args: () => [[0.7, 1.3, 0.4], 1.2, 3],
    argnums: [0, 1],
  },
  {
    name: "rows",
    text: `func f(rows: [[number]], weights: [number], n: number) -> number {
  zero = const 0
  one = const 1
  m = length rows
  first = load rows[zero]
  s = for i from zero to m step 1 with s = zero {
    row = load rows[i]
    k = length row
    t = for j from zero to k step 1 with t = s {
      a = load row[j]
      w = load weights[j]
      b = mul a, w
      c = mul b, t
      d = add b, c
      store row[j] = d
      yield d
    }
    beyond: [number] | undefined = load rows[k]
    there = present beyond
    e = if there {
      other = unwrap beyond
      o = load other[zero]
      p = mul o, t
      yield p
    } else {
      yield t
    }
    isSame = same row, first
    g = if isSame {
      yield e
    } else {
      h = mul e, n
      yield h
    }
    yield g
  }
  return s
}
`,
    args: () => [
      [
        [0.7, 1.3],
        [0.4, 0.9],
        [1.1, 0.2],
      ],
      [1.2, 0.6],
      2,
    ],
    argnums: [0, 1],
  },
  {
    name: "exchanged rows",
    text: `func f(rows: [[number]], x: number) -> number {
  zero = const 0
  one = const 1
  a = load rows[zero]
  b = load rows[one]
  store rows[zero] = b
  store rows[one] = a
  made: [number] = array x, x
  push rows, made
  c = load rows[zero]
  d = load c[zero]
  e = mul d, x
  store c[one] = e
  g = load a[zero]
  last = pop rows
  h = load last[one]
  i = mul e, g
  j = mul i, h
  k = load c[one]
  l = add j, k
  return l
}
`,
    args: () => [
      [
        [0.7, 1.3],
        [0.4, 0.9],
      ],
      1.2,
    ],
  },
  {
    name: "missing",
    text: `func f(x: number, a: number | undefined, b: number | undefined, r: [number] | null, q: {v: number | null} | undefined) -> {z: number, out: number | undefined} {
  zero = const 0
  there = present a
  s = if there {
    u = unwrap a
    v = mul u, x
    yield v
  } else {
    yield x
  }
  also = present b
  t = if also {
    w = unwrap b
    yield w
  } else {
    yield s
  }
  p = present r
  o = if p {
    row = unwrap r
    e = load row[zero]
    g = mul e, t
    store row[zero] = g
    yield g
  } else {
    yield t
  }
  i = present q
  n = if i {
    held = unwrap q
    inner = get held.v
    j = present inner
    k = if j {
      l = unwrap inner
      m = mul l, o
      yield m
    } else {
      yield o
    }
    none: number | null = const null
    some: number | null = wrap k
    set held.v = some
    again: {v: number | null} = record none
    set again.v = some
    yield k
  } else {
    yield zero
  }
  whole: number | undefined = wrap n
  nothing: number | undefined = const undefined
  out = if there {
    yield whole
  } else {
    yield nothing
  }
  z = mul n, s
  both: {z: number, out: number | undefined} = record z, out
  return both
}
`,
    args: () => [0.7, 1.3, undefined, [0.4], { v: 0.9 }],
  },
  {
    name: "whole structures",
    text: `func f(rows: [[number]], p: {a: number, b: [number]}, x: number) -> number {
  zero = const 0
  one = const 1
  mine: [[number]] = copy rows
  data: [[number]] = copy.detached rows
  flat = load rows[zero]
  own: [number] = copy flat
  row = load mine[one]
  store row[zero] = x
  q: {a: number, b: [number]} = copy p
  b = get q.b
  store b[zero] = x
  addTo own, flat
  addTo.grown q, p
  a = load own[zero]
  c = load data[zero]
  d = load c[one]
  store c[zero] = x
  c1 = load c[zero]
  bare: [number] = array one, one
  cut: {a: number, b: [number]} = copy.detached p
  set cut.a = c1
  set cut.b = bare
  c2 = get cut.a
  e = load row[one]
  g = load row[zero]
  h = get q.a
  i = load b[zero]
  zeros = shadow.shared p
  k = get zeros.a
  set zeros.a = x
  set zeros.b = bare
  l1 = get zeros.a
  l = mul l1, c2
  clear zeros
  clear own
  m = load own[one]
  s = mul a, d
  s1 = mul s, e
  s2 = mul g, h
  s3 = mul i, l
  s4 = mul s1, s2
  s5 = mul s4, s3
  s6 = add s5, k
  s7 = add s6, m
  return s7
}
`,
    args: () => [
      [
        [0.7, 1.3],
        [0.4, 0.9],
      ],
      { a: 1.7, b: [0.3] },
      1.2,
    ],
    isRough: true,
  },
];
