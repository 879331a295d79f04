/** Memory that is written while it is read, made of data too, and without all its elements. */
import type { IrProgram } from "./program.ts";

export const overwritten: readonly IrProgram[] = [
  {
    name: "what is overwritten",
    text: `func f(xs: [number], p: {a: number, b: number}, n: number) -> number {
  zero = const 0
  one = const 1
  two = const 2
  a = load xs[zero]
  b = load xs[one]
  c = get p.a
  d = get p.b
  own: [number] = array a, b, c, d
  q: {a: number, b: number} = record c, d
  stack: [number] = array a, b
  s = for j from zero to n step 1 with s = a {
    t = for i from zero to n step 1 with t = s {
      e = load own[i]
      g = load own[one]
      h = get q.a
      k = get q.b
      o = load stack[i]
      u = mul e, t
      u1 = mul g, u
      u2 = mul h, u1
      u3 = mul k, u2
      u4 = mul o, u3
      tenth = const 0.1
      small = mul u4, tenth
      u5 = sin small
      u6 = add u5, one
      yield u6
    }
    store own[zero] = t
    accumulate own[one] += t
    set q.a = t
    accumulate q.b += t
    gone = pop stack
    gone1 = mul gone, t
    push stack, gone1
    push stack, t
    yield t
  }
  e = load own[zero]
  g = load own[one]
  h = get q.a
  k = get q.b
  o = pop stack
  r = mul e, g
  r1 = mul r, h
  r2 = mul r1, k
  r3 = mul r2, o
  r4 = mul r3, s
  return r4
}
`,
    args: () => [[0.7, 1.3], { a: 1.1, b: 0.6 }, 2],
    argnums: [0, 1],
  },
  {
    name: "arguments that are overwritten",
    text: `func f(xs: [number], p: {a: number, b: number}, n: number) -> number {
  zero = const 0
  one = const 1
  a = load xs[zero]
  s = for j from zero to n step 1 with s = a {
    t = for i from zero to n step 1 with t = s {
      e = load xs[i]
      h = get p.a
      k = get p.b
      u = mul e, t
      u1 = mul h, u
      u2 = mul k, u1
      u3 = sin u2
      u4 = add u3, one
      yield u4
    }
    store xs[zero] = t
    accumulate xs[one] += t
    set p.a = t
    accumulate p.b += t
    yield t
  }
  r = load xs[one]
  r1 = get p.b
  r2 = mul r, r1
  r3 = mul r2, s
  return r3
}
`,
    args: () => [[0.7, 1.3], { a: 1.1, b: 0.6 }, 2],
    argnums: [0, 1],
  },
  {
    name: "data in the place of what varies",
    text: `record Part = {a: number, name: string, row: [number], more: {b: number} | null, rows: [[number]], is: boolean, maybe: number | undefined}

global table: Part = {a: 1.5, name: "t", row: [2, 3], more: {b: 4}, rows: [[5], [6, 7]], is: true, maybe: 8}
global bare: Part = {a: 1.5, name: "b", row: [2, 3], more: null, rows: [[5]], is: true}
global pair: #[number, [number], number] = {"0": 1, "1": [2], "2": 3}

func f(x: number, y: number, k: number, c: boolean) -> number {
  zero = const 0
  one = const 1
  row: [number] = array x, y
  rows: [[number]] = array row, row
  inner: {b: number} = record y
  more: {b: number} | null = wrap inner
  maybe: number | undefined = wrap x
  name = const "own"
  own: Part = record x, name, row, more, rows, c, maybe
  none = const false
  s = for i from zero to k step 1 with s = x {
    is = eq i, one
    isLast = gt i, one
    part = if is {
      t = global table
      yield t
    } else {
      other = if isLast {
        u = global bare
        yield u
      } else {
        yield own
      }
      yield other
    }
    a = get part.a
    r = get part.row
    l = load r[one]
    m = get part.more
    there = present m
    b = if there {
      held = unwrap m
      d = get held.b
      yield d
    } else {
      yield zero
    }
    all = get part.rows
    first = load all[zero]
    e = load first[zero]
    n = get part.maybe
    isGiven = present n
    g = if isGiven {
      h = unwrap n
      yield h
    } else {
      yield one
    }
    v = mul a, l
    v1 = mul b, e
    v2 = add v, v1
    v3 = mul v2, g
    v4 = add v3, s
    v5 = sin v4
    yield v5
  }
  mine: #[number, [number], number] = record x, row, s
  both = if c {
    yield mine
  } else {
    p = global pair
    yield p
  }
  w = get both.0
  w1 = get both.2
  w2 = get both.1
  w3 = load w2[one]
  z = mul w, w1
  z1 = mul z, w3
  return z1
}
`,
    args: () => [0.7, 1.3, 3, true],
    argnums: [0, 1],
  },
  {
    name: "elements filled and missing",
    text: `func f(x: number, y: number, n: number, k: number) -> number {
  zero = const 0
  one = const 1
  full: [number] = allocate n fill x
  sparse: [number] = allocate n holes
  row: [number] = array x, y
  rows: [[number]] = allocate n fill row
  gaps: [[number]] = allocate n holes
  half = mul k, y
  h = floor half
  store sparse[h] = y
  z = div k, n
  z1 = mul z, x
  length0 = length sparse
  same = eq z, length0
  if same {
    push sparse, z1
  } else {
    store sparse[z] = z1
  }
  store gaps[one] = row
  a = load full[zero]
  store full[one] = a
  b = load sparse[h]
  b1 = load sparse[z]
  c = load rows[one]
  d = load c[zero]
  g = load gaps[one]
  e = load g[one]
  there: number | undefined = load sparse[n]
  isThere = present there
  i = if isThere {
    j = unwrap there
    yield j
  } else {
    yield a
  }
  twice: number | undefined = wrap i
  l = unwrap twice
  r = mul a, b
  r1 = mul r, d
  r2 = mul r1, e
  r3 = mul r2, l
  r4 = add r3, b1
  return r4
}
`,
    args: () => [0.7, 1.3, 2, 1],
    argnums: [0, 1],
  },
  {
    name: "without a derivative",
    text: `func f(x: number, k: number) -> number {
  y = bitAnd x, k
  z = mul y, x
  return z
}
`,
    args: () => [5.5, 3],
  },
];
