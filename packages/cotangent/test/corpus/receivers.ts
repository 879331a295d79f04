/** Object literals whose members are given the object: methods that say `this`, getters and setters. */

/** Called in a chain, which ends in a getter; under another name, too. */
export function chained(x: number, y: number): number {
  const acc = {
    total: 0,
    add(v: number) {
      this.total += v * v;
      return this;
    },
    get half() {
      return this.total / 2;
    },
  };
  const same = acc;
  acc.add(x).add(y);
  same.total *= x;
  return acc.half * same.add(x * y).total;
}

interface Meter {
  total: number;
  add(v: number): Meter;
  readonly mean: number;
}
const squares = (): Meter => ({
  total: 0,
  add(v) {
    this.total += v * v;
    return this;
  },
  get mean() {
    return this.total / 2;
  },
});
const powers = (k: number): Meter => ({
  total: k,
  add(v) {
    [1, 2].forEach((w) => {
      this.total += w * v ** 3 * k;
    });
    return this;
  },
  get mean() {
    return this.total / k;
  },
});

/** Behind one interface, in an array: members of different code, which capture. */
export function behindInterface(x: number, y: number): number {
  const meters = [squares(), powers(y), squares()];
  let s = 0;
  for (const m of meters) s += m.add(x).mean * y;
  meters[0].add(s).add(y);
  return meters.reduce((t, m) => t + m.mean * m.total, s);
}

/** Reads and writes that run code, in all their forms. */
export function settersRun(x: number, y: number): number {
  const t = {
    celsius: 1,
    reads: 0,
    get fahrenheit() {
      this.reads++;
      return this.celsius * 1.8 + 32;
    },
    set fahrenheit(v: number) {
      this.celsius = (v - 32) / 1.8;
    },
  };
  t.fahrenheit = x;
  t.fahrenheit += x * y;
  t.fahrenheit++;
  const { fahrenheit, celsius } = t;
  [t.fahrenheit, t.celsius] = [t["fahrenheit"] * y, fahrenheit];
  return fahrenheit * t.celsius + celsius + t.reads;
}

interface Cell {
  value: number;
  next: Cell | null;
  weigh(n: number): number;
  readonly total: number;
}

/** Objects that hold others of their kind, and come back to themselves. */
export function linkedObjects(xs: number[]): number {
  let head: Cell | null = null;
  for (const value of xs) {
    head = {
      value,
      next: head,
      weigh(n) {
        return n === 0 || !this.next ? this.value : this.value * this.next.weigh(n - 1);
      },
      get total(): number {
        return this.value ** 2 + (this.next ? this.next.total * 0.5 : 0);
      },
    };
  }
  return head ? head.total + head.weigh(2) : 0;
}

/** A ring of two objects, whose methods call one another. */
export function ring(x: number, n: number): number {
  interface Turn {
    by: number;
    other: Turn | null;
    go(n: number): number;
  }
  const a: Turn = {
    by: x,
    other: null,
    go(k) {
      return k === 0 || !this.other ? this.by : this.by * this.other.go(k - 1);
    },
  };
  const b: Turn = {
    by: x * x,
    other: a,
    go(k) {
      return k === 0 || !this.other ? this.by : Math.sin(this.by) + this.other.go(k - 1);
    },
  };
  a.other = b;
  return a.go(n) + b.go(n);
}

/** Kinds of object that share a method, one with a getter that the others lack. */
export function kindsWithMembers(x: number, y: number): number {
  const shape = (isRound: boolean) =>
    isRound
      ? {
          kind: "round" as const,
          r: x,
          area() {
            return this.r ** 2;
          },
        }
      : {
          kind: "flat" as const,
          w: y,
          h: x,
          area() {
            return this.w * this.h;
          },
          get rim() {
            return 2 * (this.w + this.h);
          },
        };
  let s = 0;
  for (const o of [shape(true), shape(false), shape(y > 1)]) s += o.area() * (o.kind === "flat" ? o.rim : o.r);
  return s;
}

/** `this` in arrow functions that outlive the call, in a recursion, and of an object that a method makes. */
export function thisWithin(x: number, y: number): number {
  const o = {
    later: [] as (() => number)[],
    by: x,
    keep(w: number) {
      this.later.push(() => this.by * w);
    },
    power(n: number): number {
      const go = (i: number): number => (i === 0 ? 1 : this.by * go(i - 1));
      return go(n);
    },
    scaled(k: number) {
      const outer = this;
      return {
        k,
        get value() {
          return this.k * outer.by;
        },
      };
    },
  };
  const inner = o.scaled(y);
  o.keep(2);
  o.keep(y);
  o.by += y;
  inner.k = x;
  return o.later.reduce((s, f) => s + f(), inner.value * o.power(3));
}

/** An optimiser as an object: state, a method that uses getters, called in a loop. */
export function optimiserObject(x: number, rate: number): number {
  const adam = {
    m: 0,
    v: 0,
    t: 0,
    step(p: number, g: number) {
      this.t += 1;
      this.m = 0.9 * this.m + 0.1 * g;
      this.v = 0.99 * this.v + 0.01 * g * g;
      return p - (rate * this.mean) / (Math.sqrt(this.spread) + 1e-3);
    },
    get mean() {
      return this.m / (1 - 0.9 ** this.t);
    },
    get spread() {
      return this.v / (1 - 0.99 ** this.t);
    },
  };
  let p = x;
  for (let i = 0; i < 6; i++) p = adam.step(p, 2 * p);
  return p;
}

/** A method is replaced by a function that needs no object; a default of a map's entry is an object with one. */
export function replacedMember(x: number, y: number): number {
  const counts = new Map<string, { n: number; up(by: number): number }>();
  for (const key of ["a", "b", "a"]) {
    const entry = counts.get(key) ?? {
      n: x,
      up(by: number) {
        this.n *= by;
        return this.n;
      },
    };
    entry.up(y);
    if (key === "b") entry.up = (by) => by * by;
    counts.set(key, entry);
  }
  let s = 0;
  for (const entry of counts.values()) s += entry.up(x) * entry.n;
  return s;
}

interface Layer {
  readonly weight: number;
  forward?(x: number): number;
}

class Activation {
  constructor(readonly slope: number) {}
  /** What not all activations have. */
  bend?(x: number): number;
}
class Bent extends Activation {
  override bend(x: number): number {
    return Math.sin(x * this.slope);
  }
}

/** `object.method?.(…)`: of an object that may lack the method, of a class that may, of an object that may be missing. */
export function methodsThatMayLack(x: number, y: number): number {
  let calls = 0;
  const arguments_ = (by: number): number => {
    calls++;
    return x * by;
  };
  const layers: Layer[] = [
    {
      weight: y,
      forward(v) {
        return v * this.weight;
      },
    },
    { weight: 2 },
  ];
  let sum = 0;
  for (const layer of layers) sum += layer.forward?.(arguments_(y)) ?? layer.weight * x;
  const activations: (Activation | undefined)[] = [new Activation(x), new Bent(y), undefined];
  for (const activation of activations) sum += activation?.bend?.(arguments_(2)) ?? x * y;
  return sum * calls + ([x, y].map?.((v) => v * v)[1] ?? 0);
}
