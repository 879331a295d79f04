/** Functions that call functions, the host, and tapes. */
import type { IrProgram } from "./program.ts";

export const calls: readonly IrProgram[] = [
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
    argnums: [0, 1],
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
    argnums: [0, 1],
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
