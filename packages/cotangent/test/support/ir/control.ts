/** Straight lines, branches, loops and calls. */
import type { IrProgram } from "./program.ts";

export const control: readonly IrProgram[] = [
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
    argnums: [0, 1],
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
    argnums: [0, 1],
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
    argnums: [0, 1],
  },
  {
    name: "loops",
    text: `func f(x: number, y: number, n: number) -> number {
  zero = const 0
  half = const 0.5
  s, last, k = for i from zero to n step 1 with s = x, last = y, k = zero {
    t = mul s, x
    t1 = add t, y
    a = sin t1
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
    argnums: [0, 1],
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
    argnums: [0, 1],
  },
  {
    name: "counted nests",
    text: `func f(x: number, y: number, n: number, m: number) -> number {
  zero = const 0
  one = const 1
  six = const 6
  s = for i from zero to n step 1 with s = x {
    t = for j from one to six step 2 with t = s {
      u = for k from m to zero step -1 with u = t {
        u1 = mul u, y
        u2 = sin u1
        u3 = add u2, one
        yield u3
      }
      t1 = mul u, t
      t2 = cos t1
      yield t2
    }
    yield t
  }
  v = for i from one to six step 2 with v = s {
    w = for j from zero to m step 1 with w = v {
      w1 = mul w, x
      w2 = sin w1
      w3 = add w2, one
      positive = gt w3, zero
      yield w3
    }
    yield w
  }
  return v
}
`,
    args: () => [0.7, 1.3, 2, 2],
    argnums: [0, 1],
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
    argnums: [0],
  },
  {
    name: "conditions that write",
    text: `func f(x: number, c: boolean, limit: number) -> number {
  zero = const 0
  one = const 1
  row: [number] = array x, x
  word = const "large"
  if c {
    while {
      store row[one] = x
      throw RangeError
    } do {
      yield
    }
    yield
  }
  s, said = while with s = x, m = word {
    a = load row[zero]
    b = mul a, s
    store row[zero] = b
    push row, b
    l = length row
    few = lt l, limit
    if c {
      d = mul b, b
      isLarge = gt d, limit
      if isLarge {
        throw RangeError m
      }
      yield
    }
    yield few
  } do t, m {
    e = load row[one]
    g = mul e, t
    h = sin g
    yield h, m
  }
  u = if c {
    v = while with v = s {
      store row[one] = v
      yield c
    } do v {
      throw RangeError
    }
    yield v
  } else {
    v, w = while with v = s, w = row {
      o = load w[zero]
      p = add o, one
      store w[zero] = p
      less = lt p, limit
      yield less
    } do v, w {
      q = mul v, v
      yield q, row
    }
    i = load w[zero]
    k = mul i, v
    yield k
  }
  j = load row[zero]
  r = mul u, j
  return r
}
`,
    args: () => [0.7, false, 4],
    argnums: [0],
  },
  {
    name: "loops of data alone",
    text: `func f(xs: [number], n: number) -> number {
  zero = const 0
  one = const 1
  order: [number] = array zero, one
  m = for i from zero to n step 1 with m = zero {
    a = load xs[i]
    b = load xs[m]
    more = gt a, b
    c = if more {
      yield i
    } else {
      yield m
    }
    store order[zero] = c
    yield c
  }
  s = for i from zero to n step 1 with s = one {
    at = load order[zero]
    a = load xs[at]
    b = mul s, a
    d = sin b
    k = for j from zero to i step 1 with k = i {
      e = load order[one]
      g = add e, j
      store order[one] = g
      yield g
    }
    h = mul d, k
    h1 = add h, d
    yield h1
  }
  l = load xs[m]
  r = mul s, l
  return r
}
`,
    args: () => [[0.7, 1.3, 0.4], 3],
    argnums: [0],
  },
  {
    name: "what is not taken",
    text: `func f(x: number, k: number, c: boolean) -> number {
  z = sqrt x
  w: number | undefined = wrap z
  p = if c {
    u = unwrap w
    yield u
  } else {
    yield k
  }
  q = mul p, k
  q1 = mul q, x
  return q1
}
`,
    args: () => [0, 2, false],
    argnums: [0, 1],
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
  if c {
    if c {
      throw RangeError
    } else {
      throw TypeError
    }
    yield
  }
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
];
