/** Objects and arrays as keys of maps and in sets: the same by their identity, whatever they hold. */

class Value {
  grad = 0;
  backward: () => void = () => {};
  readonly parents: Set<Value>;
  constructor(
    public data: number,
    parents: Value[] = [],
  ) {
    this.parents = new Set(parents);
  }
  plus(other: Value): Value {
    const out = new Value(this.data + other.data, [this, other]);
    out.backward = () => {
      this.grad += out.grad;
      other.grad += out.grad;
    };
    return out;
  }
  times(other: Value): Value {
    const out = new Value(this.data * other.data, [this, other]);
    out.backward = () => {
      this.grad += other.data * out.grad;
      other.grad += this.data * out.grad;
    };
    return out;
  }
  tanh(): Value {
    const t = Math.tanh(this.data);
    const out = new Value(t, [this]);
    out.backward = () => {
      this.grad += (1 - t * t) * out.grad;
    };
    return out;
  }
  sweep(): void {
    const order: Value[] = [];
    const visited = new Set<Value>();
    const visit = (v: Value): void => {
      if (visited.has(v)) return;
      visited.add(v);
      for (const parent of v.parents) visit(parent);
      order.push(v);
    };
    visit(this);
    this.grad = 1;
    for (const v of order.reverse()) v.backward();
  }
}

/** Reverse mode on values of one's own, and what it gives differentiated once more. */
export function tapeOfObjects(x: number, w: number): number {
  const a = new Value(x);
  const b = new Value(w);
  const c = a.times(b).plus(a);
  const d = c.times(c).tanh().plus(b);
  d.sweep();
  return a.grad * 2 + b.grad + d.data;
}

interface Place {
  id: number;
  weight: number;
  next: Place[];
}

/** Breadth first, with distances and parents by place; deleted entries and changed places do not disturb it. */
export function walkedGraph(weights: number[]): number {
  const places: Place[] = [];
  weights.forEach((weight, id) => places.push({ id, weight, next: [] }));
  places.forEach((place, i) => {
    place.next.push(places[(i + 1) % places.length]!, places[(2 * i) % places.length]!);
  });
  const distance = new Map<Place, number>([[places[0]!, 0.1]]);
  const parent = new Map<Place, Place>();
  const queue = [places[0]!];
  while (queue.length > 0) {
    const from = queue.shift()!;
    for (const to of from.next) {
      if (distance.has(to)) continue;
      distance.set(to, distance.get(from)! + to.weight * to.weight);
      parent.set(to, from);
      queue.push(to);
    }
    from.weight *= 1.5;
  }
  let sum = 0;
  for (const [place, d] of distance) sum += d * Math.sin(place.weight) + (parent.get(place)?.weight ?? 1);
  distance.delete(places[1]!);
  for (const place of distance.keys()) sum += place.weight;
  return sum * distance.size;
}

/** What code outside gives twice is one key. */
export function givenTwice(points: { x: number }[]): number {
  const seen = new Set<{ x: number }>();
  let sum = 0;
  for (const point of points) {
    if (seen.has(point)) continue;
    seen.add(point);
    sum += point.x ** 3;
    point.x *= 2;
  }
  return sum + seen.size;
}

/** Arrays that hold the same are two keys, which stay the same keys when they are written. */
export function arraysAsKeys(x: number): number {
  const p = [x, 2];
  const q = [x, 2];
  const m = new Map<number[], number>([[p, x * x]]);
  m.set(q, x * x * x).set(p, m.get(p)! * 2);
  p[0] = 7 * x;
  let sum = 0;
  for (const [key, value] of m) sum += key[0]! * value * m.get(key)!;
  return sum * m.get(q)! + (m.has([x, 2]) ? 100 : 1) * m.size;
}

/** What is missing is a key like others. */
export function missingAsKey(x: number): number {
  type Item = { v: number };
  const a: Item = { v: x };
  const keys: (Item | null)[] = [a, null, a, null, { v: x * x }];
  const sums = new Map<Item | null, number>();
  keys.forEach((key, i) => sums.set(key, (sums.get(key) ?? 0) + i * (key ? key.v : x ** 3)));
  return [...sums].reduce((sum, [key, s]) => sum + s * (key?.v ?? 1), 0) * sums.size;
}

/** The index grows, and forgets. */
export function manyObjects(x: number): number {
  const seen = new Set<{ v: number }>();
  const all: { v: number }[] = [];
  for (let i = 0; i < 60; i++) {
    const item = { v: (x * i) / 60 };
    all.push(item);
    seen.add(item);
    if (i % 3 === 0) seen.delete(all[i >> 1]!);
  }
  let sum = 0;
  for (const item of all) if (seen.has(item)) sum += Math.sin(item.v);
  seen.clear();
  return sum + seen.size + (seen.has(all[3]!) ? 1 : 0);
}

/** Values of expressions kept by expression. */
export function keptByExpression(x: number): number {
  type Expr = { kind: "number"; v: number } | { kind: "+" | "*"; a: Expr; b: Expr };
  const kept = new Map<Expr, number>();
  const valueOf = (e: Expr): number => {
    const before = kept.get(e);
    if (before !== undefined) return before;
    const value =
      e.kind === "number" ? e.v : e.kind === "+" ? valueOf(e.a) + valueOf(e.b) : valueOf(e.a) * valueOf(e.b);
    kept.set(e, value);
    return value;
  };
  let e: Expr = { kind: "number", v: x };
  for (let i = 0; i < 4; i++) e = { kind: i % 2 === 0 ? "*" : "+", a: e, b: e };
  return valueOf(e) + kept.size;
}

/** Ways back, where null is an entry like others and what is not there is asked for alike. */
export function waysBack(x: number, w: number[]): number {
  const [a, b, c] = [{ v: x }, { v: x * x }, { v: 3 * x }];
  const from = new Map<{ v: number }, { v: number } | null>([
    [a, null],
    [b, a],
    [c, b],
  ]);
  let s = 0;
  for (let at: { v: number } | null = c; at; at = from.get(at) ?? null) s = s * 2 + at.v;
  if (from.get(a) == null && !from.get({ v: x })) s += from.get(b)!.v;
  const previous = new Map<string, string | null>([
    ["p", null],
    ["q", "p"],
  ]);
  const weights: Record<string, number | null> = { p: w[0]!, q: null };
  for (let at: string | null = "q"; at; at = previous.get(at) ?? null) s += (weights[at] ?? 2) * x;
  return s * (previous.get("q")?.length ?? 3) * (weights["r"] || w[1]!);
}

interface Part {
  v: number;
  of: Part[];
}

/** What has been found of an object, kept as long as the object: parts that are shared are counted once. */
export function sharedParts(x: number): number {
  const leaf: Part = { v: x, of: [] };
  const middle: Part = { v: 2, of: [leaf, leaf] };
  const top: Part = { v: x * x, of: [middle, leaf, middle] };
  const visited = new WeakSet<Part>();
  let count = 0;
  const visit = (part: Part): void => {
    if (visited.has(part)) return;
    visited.add(part);
    count++;
    part.of.forEach(visit);
  };
  visit(top);
  const kept = new WeakMap<Part, number>();
  const total = (part: Part): number => {
    const before = kept.get(part);
    if (before !== undefined) return before;
    const sum = part.v + part.of.reduce((s, inner) => s + total(inner) * part.v, 0);
    kept.set(part, sum);
    return sum;
  };
  return total(top) * count;
}
