/** Objects that say how they are iterated over: by a generator, or by an iterator written by hand. */

class Span {
  constructor(
    private count: number,
    private at: (i: number) => number,
  ) {}
  *[Symbol.iterator]() {
    for (let i = 0; i < this.count; i++) yield this.at(i);
  }
}

/** A generator as the member: in loops, one inside the other, a spread, a pattern, `Math.max`; left early. */
export function spans(x: number, limit: number): number {
  const powers = new Span(4, (i) => x ** i);
  let s = 0;
  for (const v of powers) {
    for (const w of new Span(2, (i) => x + i)) s += v * w;
    if (v > limit) break;
  }
  const [first, , third] = powers;
  return s + first * third + Math.max(...powers) * [...powers, x].reduce((a, b) => a + b * b, 0);
}

class Branch {
  constructor(
    public v: number,
    public left: Branch | null = null,
    public right: Branch | null = null,
  ) {}
  *[Symbol.iterator](): Generator<number> {
    if (this.left) yield* this.left;
    yield this.v;
    if (this.right) yield* this.right;
  }
}

/** A tree that iterates over its own branches. */
export function overTrees(x: number, y: number): number {
  const tree = new Branch(x, new Branch(y, null, new Branch(x * y)), new Branch(2 * x));
  let s = 0;
  let k = 1;
  for (const v of tree) {
    if (k > 3) return s * v;
    s += v ** 2 * k++;
    if (tree.left) tree.left.v *= 1.1;
  }
  return s;
}

class Steps {
  at = 0;
  constructor(private xs: number[]) {}
  [Symbol.iterator]() {
    return this;
  }
  next() {
    if (this.at >= this.xs.length) return { done: true as const, value: undefined };
    return { done: false as const, value: this.xs[this.at++] ** 2 };
  }
}

/** An object that is its own iterator goes on where the last loop has left it. */
export function goesOn(xs: number[]): number {
  const steps = new Steps(xs);
  let s = 1;
  for (const v of steps) {
    xs[2] += v;
    if (v > 1) break;
    s += v;
  }
  for (const v of steps) {
    if (v < 0.1) continue;
    s *= v;
  }
  return s + steps.at;
}

class Linked implements Iterable<number> {
  private head: { v: number; next: Linked["head"] } | null = null;
  push(v: number): this {
    this.head = { v, next: this.head };
    return this;
  }
  [Symbol.iterator](): Iterator<number> {
    let at = this.head;
    return {
      next(): IteratorResult<number> {
        if (!at) return { done: true, value: undefined };
        const { v } = at;
        at = at.next;
        return { done: false, value: v };
      },
    };
  }
}

/** An iterator that closes over its place, as the interfaces of the library declare it. */
export function linkedList(x: number): number {
  const list = new Linked()
    .push(x)
    .push(x * x)
    .push(3);
  let s = 0;
  for (const v of list) {
    if (v === 3) continue;
    s += v * s + v;
  }
  const [last] = list;
  return s * last + [...list].reduce((a, b) => a * b, 1) + Array.from(list, (v) => v + 1)[1];
}

/** Literals: one whose iterator captures, one that is its own; items that may be undefined. */
export function iterableLiterals(x: number): number {
  const range = {
    from: 1,
    to: 4,
    [Symbol.iterator]() {
      let i = this.from;
      const { to } = this;
      return { next: () => (i < to ? { done: false as const, value: i++ * x } : { done: true as const, value: 0 }) };
    },
  };
  const own = {
    i: 0,
    [Symbol.iterator]() {
      return this;
    },
    next(): IteratorResult<number | undefined> {
      this.i++;
      return { done: this.i > 3, value: this.i === 2 ? undefined : this.i * x };
    },
  };
  let s = 0;
  for (const v of range) s += v ** 2;
  range.to = 3;
  for (const v of own) s += v === undefined ? 10 * x : v * v;
  return s * [...range][1];
}

class Strides implements Iterable<number> {
  constructor(
    readonly low: number,
    readonly high: number,
    readonly step = 1,
  ) {}
  [Symbol.iterator](): Iterator<number> {
    let at = this.low;
    const { high, step } = this;
    return {
      next: () => {
        const value = at;
        at += step;
        return value < high ? { value, done: false } : { value: undefined, done: true };
      },
    };
  }
}

class Halves implements Iterable<number> {
  constructor(readonly from: number) {}
  [Symbol.iterator](): Iterator<number> {
    let value = 2 * this.from;
    return {
      next() {
        value /= 2;
        if (value > 0.2) return { value, done: false };
        return { value: undefined, done: true };
      },
    };
  }
}

/** A `next` that does not declare what it gives. */
export function undeclaredNext(x: number): number {
  let sum = 0;
  for (const v of new Strides(0, 2, x)) sum += v * x;
  for (const v of new Halves(x)) sum += v ** 2;
  return sum;
}

class Bag {
  constructor(private readonly items: readonly number[]) {}
  keys(): number[] {
    return this.items.map((v) => 2 * v);
  }
  *values(): Generator<number> {
    for (const v of this.items) yield v * v;
  }
  static *entries(x: number): Generator<[string, number]> {
    yield ["a", x];
    yield ["bb", x * x];
  }
}

/** Members of the program that are named as those of arrays and maps give what they give. */
export function namedAsTheLibrarys(xs: number[]): number {
  const bag = new Bag(xs);
  const table = { values: () => new Map([[2, xs[0]]]), entries: () => xs.slice(1) };
  let sum = Math.max(...bag.values());
  for (const k of bag.keys()) sum += k;
  for (const v of bag.values()) sum = 0.9 * sum + v;
  for (const [name, v] of Bag.entries(xs[0])) sum += name.length * v;
  for (const [k, v] of table.values()) sum += k * v * v;
  for (const v of table.entries()) sum *= v;
  return sum;
}
