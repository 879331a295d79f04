/**
 * Programs in IR, one for each construct and each way in which constructs meet in derivatives: small, so that what a
 * transform makes of one tells each of its steps. The corpus has what the front end makes; IR is more than that.
 */

export interface IrProgram {
  readonly name: string;
  /** Its function is `f`. */
  readonly text: string;
  /** At which it is run: arguments that all have derivatives, but for those not in `argnums`. */
  readonly args: () => unknown[];
  readonly argnums?: readonly number[];
  /** It takes something as data that is not, or rounds: differences tell nothing of it. */
  readonly isRough?: true;
}

const data = (...argnums: number[]): Pick<IrProgram, "argnums"> => ({ argnums });

/** Functions with rules: of numbers and arrays, of structures, of lists, and of what may be missing. */
const rules = `record Node = {value: number, next: Node | null}

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

export const irPrograms: readonly IrProgram[] = [
  {
    name: "arithmetic",
    text: `func f(x: number, y: number, k: number) -> number {
  a = mul x, y
  b = div a, k
  c = sub k, b
  d = sin c
  e = pow d, k
  two = const 2
  g = mul two, x
  h = max g, y
  i = neg h
  unused = exp i
  w = floor y
  j = mul e, w
  l = add j, i
  m = hypot l, x
  n = square m
  return n
}
`,
    args: () => [0.7, 1.3, 3],
    ...data(0, 1),
  },
  {
    name: "branches",
    text: `func f(x: number, y: number, c: boolean, k: number) -> number {
  zero = const 0
  positive = gt x, zero
  a, b, n = if positive {
    s = mul x, y
    s1 = mul s, s
    yield s1, y, k
  } else {
    t = sub y, x
    yield t, k, zero
  }
  only = if c {
    u = mul a, b
    yield u
  } else {
    throw RangeError
  }
  if c {
    v = exp a
    yield
  }
  nested = if c {
    inner = if positive {
      p = mul only, only
      q = mul p, n
      yield q
    } else {
      yield x
    }
    yield inner
  } else {
    yield zero
  }
  same = if positive {
    yield x
  } else {
    yield x
  }
  r = mul nested, a
  r1 = add r, same
  return r1
}
`,
    args: () => [0.7, 1.3, true, 3],
    ...data(0, 1),
  },
  {
    name: "otherwise",
    text: `func f(x: number, y: number, c: boolean) -> number {
  zero = const 0
  positive = gt x, zero
  a, row = if positive {
    made: [number] = array x, y
    yield x, made
  } else {
    made: [number] = array y, zero, x
    yield y, made
  }
  v = load row[zero]
  one = if c {
    throw RangeError
  } else {
    w = mul v, a
    yield w
  }
  opposite = not positive
  z = if opposite {
    e = exp one
    e1 = mul e, e
    store row[zero] = e1
    yield e1
  } else {
    yield one
  }
  l = load row[zero]
  r = mul l, z
  return r
}
`,
    args: () => [-0.7, 1.3, false],
    ...data(0, 1),
  },
  {
    name: "loops",
    text: `func f(x: number, y: number, n: number) -> number {
  zero = const 0
  half = const 0.5
  s, last, k = for i from zero to n step 1 with s = x, last = y, k = zero {
    t = mul s, x
    a = sin t
    k1 = add k, i
    p = mul a, k1
    yield p, s, k1
  }
  five = const 5
  minus = const -3
  end = sub n, half
  down = for i from five to minus step -2 with d = s {
    e = mul d, y
    h = cos e
    yield h
  }
  up = for i from minus to end step 2 with u = down {
    v = mul u, i
    v1 = cos v
    yield v1
  }
  back = for i from n to minus step -1 with b = up {
    w = mul b, last
    w1 = sin w
    yield w1
  }
  none = for i from five to minus step 1 with z = back {
    z1 = mul z, z
    yield z1
  }
  once = for i from zero to half step 1 with o = none {
    o1 = mul o, o
    yield o1
  }
  r = add once, last
  return r
}
`,
    args: () => [0.7, 1.3, 3],
    ...data(0, 1),
  },
  {
    name: "loops in loops",
    text: `func f(x: number, y: number, n: number) -> number {
  zero = const 0
  one = const 1
  s = for i from zero to n step 1 with s = x {
    m = add i, one
    t = for j from i to n step 1 with t = s {
      c = lt j, m
      u = if c {
        v = mul t, t
        v1 = sin v
        yield v1
      } else {
        w = mul t, y
        w1 = mul w, t
        w2 = cos w1
        yield w2
      }
      u1 = for l from zero to m step 1 with o = u {
        o1 = mul o, y
        o2 = sin o1
        yield o2
      }
      yield u1
    }
    p = mul t, s
    yield p
  }
  return s
}
`,
    args: () => [0.7, 1.3, 2],
    ...data(0, 1),
  },
  {
    name: "while",
    text: `func f(x: number, limit: number, c: boolean) -> number {
  one = const 1
  two = const 2
  s, t, n = while with s = x, t = one, n = one {
    r = mul s, two
    more = lt r, limit
    yield more
  } do s, t, n {
    s1 = mul s, two
    s2 = sin s1
    s3 = add s2, s1
    t1 = mul t, s
    n1 = add n, one
    yield s3, t1, n1
  }
  a = while with a = t {
    few = lt a, limit
    both = and few, c
    yield both
  } do a {
    q = while with q = a {
      again = lt q, s
      yield again
    } do q {
      q1 = mul q, two
      q2 = mul q1, t
      yield q2
    }
    q3 = add q, n
    yield q3
  }
  row: [number] = array a, s
  b = while with b = a {
    longer = lt limit, b
    over = and longer, c
    yield over
  } do b {
    throw RangeError
  }
  nothing = while with z = b {
    yield c
  } do z {
    z1 = mul z, z
    z2 = load row[one]
    z3 = mul z1, z2
    yield z3
  }
  r = mul b, s
  r1 = mul r, nothing
  return r1
}
`,
    args: () => [0.7, 5, false],
    ...data(0),
  },
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
    ...data(0, 1, 2),
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
    ...data(0, 1),
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
    ...data(0, 2),
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
    ...data(0),
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
    ...data(0),
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
    ...data(0, 1),
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
    ...data(0, 1),
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
  e = load row[one]
  g = load row[zero]
  h = get q.a
  i = load b[zero]
  zeros = shadow.shared p
  k = get zeros.a
  set zeros.a = x
  l = get zeros.a
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
  {
    name: "calls",
    text: `func double(x: number, k: number) -> number {
  two = const 2
  y = mul x, two
  z = sin y
  z1 = mul z, k
  return z1
}

func into(row: [number], x: number) -> number, [number] {
  zero = const 0
  a = load row[zero]
  b = mul a, x
  store row[zero] = b
  made: [number] = array b, a
  return b, made
}

func logs(x: number) {
  host console.log(x)
  return
}

func power(x: number, n: number) -> number {
  one = const 1
  more = gt n, one
  y = if more {
    m = sub n, one
    p = call power(x, m)
    q = mul p, x
    q1 = sin q
    yield q1
  } else {
    yield x
  }
  return y
}

func constant(n: number) -> number {
  two = const 2
  y = mul n, two
  return y
}

func f(row: [number], x: number, n: number) -> number {
  zero = const 0
  k = call constant(n)
  a = call double(x, n)
  b, made = call into(row, a)
  s = for i from zero to n step 1 with s = b {
    t = call double(s, k)
    u, other = call into(made, t)
    v = load other[zero]
    w = mul u, v
    w1 = sin w
    yield w1
  }
  p = call power(s, n)
  l = load row[zero]
  d = call double(n, n)
  unused = call double(x, x)
  r = mul p, l
  r1 = mul r, d
  return r1
}
`,
    args: () => [[0.7, 1.3], 0.4, 2],
    ...data(0, 1),
  },
  {
    name: "calls of each other",
    text: `func even(x: number, n: number, row: [number]) -> number {
  zero = const 0
  one = const 1
  more = gt n, zero
  y = if more {
    m = sub n, one
    o = call odd(x, m, row)
    a = load row[zero]
    b = mul o, a
    store row[zero] = b
    yield b
  } else {
    yield x
  }
  return y
}

func odd(x: number, n: number, row: [number]) -> number {
  zero = const 0
  one = const 1
  more = gt n, zero
  y = if more {
    m = sub n, one
    z = mul x, x
    o = call even(z, m, row)
    p = mul o, z
    yield p
  } else {
    yield one
  }
  return y
}

func f(x: number, row: [number], n: number) -> number {
  y = call even(x, n, row)
  z = mul y, y
  return z
}
`,
    args: () => [0.7, [1.3], 4],
    ...data(0, 1),
  },
  {
    name: "ends",
    text: `func check(x: number) -> number {
  zero = const 0
  negative = lt x, zero
  if negative {
    message = const "negative"
    throw RangeError message
  }
  y = mul x, x
  return y
}

func never(x: number) -> number {
  throw RangeError
}

func f(x: number, c: boolean) -> number {
  zero = const 0
  a = call check(x)
  b = if c {
    d = call never(a)
    yield d
  } else {
    yield a
  }
  three = const 3
  e = for i from zero to three step 1 with e = b {
    big = gt e, three
    g = if big {
      throw RangeError
    } else {
      h = mul e, x
      h1 = sin h
      yield h1
    }
    yield g
  }
  return e
}
`,
    args: () => [0.7, false],
  },
  {
    name: "host",
    text: `global outside: [number] = [1.5, 2.5]
global scale: number = 3

func helper(k: number, x: number) -> number {
  y = mul k, x
  return y
}

func f(x: number, rows: [[number]]) -> number {
  k = global scale
  g = global outside
  zero = const 0
  a = load g[zero]
  h: (number) => (number) = closure helper(k)
  s = text x, k
  host console.assert(rows)
  u = mul a, x
  v = mul u, k
  row = load rows[zero]
  w = load row[zero]
  y = mul v, w
  return y
}
`,
    args: () => [0.7, [[1.3]]],
  },
  {
    name: "rules",
    text: `${rules}
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
    text: `${rules}
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
    name: "tapes",
    text: `func f(x: number, row: [number], n: number) -> number {
  zero = const 0
  one = const 1
  two = const 2
  t: tape<number> = tape
  r: tape<[number]> = tape.pooled
  for i from zero to n step 1 {
    at = grow t, two
    memory = slots t
    a = mul x, i
    store memory[at] = a
    at1 = add at, one
    b = sin a
    store memory[at1] = b
    place = grow r, one
    rows = slots r
    store rows[place] = row
    yield
  }
  back = reader t
  s = for i from zero to n step 1 with s = x {
    from = shrink back, two
    memory = slots back
    c = load memory[from]
    from1 = add from, one
    d = load memory[from1]
    place = shrink r, one
    rows = slots r
    own = load rows[place]
    e = load own[zero]
    u = mul c, d
    v = mul u, e
    w = add v, s
    yield w
  }
  release r
  return s
}
`,
    args: () => [0.7, [1.3], 3],
    argnums: [0, 1],
  },
];
