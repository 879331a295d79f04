/** Methods of object literals: functions in the object's fields, with what they capture. */

/** Objects of one factory have each a variable of their own, which their methods assign. */
export function ownVariables(x: number, y: number): number {
  const counter = (start: number) => {
    let n = start;
    return {
      add(d: number) {
        n += d * d;
      },
      value() {
        return n;
      },
    };
  };
  const a = counter(x);
  const b = counter(y);
  a.add(y);
  b.add(a.value());
  a.add(x);
  return a.value() * Math.sin(b.value());
}

interface Layer {
  apply(v: number): number;
  scale: number;
}
const tanh = (w: number): Layer => ({
  scale: w,
  apply(v) {
    return Math.tanh(w * v);
  },
});
const affine = (a: number, b: number): Layer => ({ scale: a, apply: (v) => a * v + b });

/** Behind one interface, in an array: some have a method, others a function in a field. */
export function layered(x: number, w: number): number {
  const list: Layer[] = [tanh(w), affine(w, 0.3), tanh(2 * w)];
  let v = x;
  for (const l of list) v = l.apply(v) * l.scale;
  list.push({
    scale: x,
    apply(u) {
      return u * u * x;
    },
  });
  for (const l of list) v += l.apply(v);
  return v;
}

/** A method is a field: it can be taken, replaced, and is copied by a spread. */
export function replacedMethods(x: number, flip: boolean): number {
  const o = {
    m(v: number): number {
      return v * v;
    },
    n(v: number): number {
      return x * v;
    },
  };
  const keep = o.m;
  const p = {
    ...o,
    n(v: number): number {
      return v * v * v * x;
    },
  };
  if (flip) o.m = o.n;
  return o.m(x) + keep(x) * 3 + p.n(x) + p.m(2 * x);
}

/** The object has been read before its arguments run, and what they change is seen by the method. */
export function orderOfEvaluation(x: number, y: number): number {
  let state = x;
  const o = {
    times(v: number): number {
      return state * v;
    },
  };
  const change = (by: number): number => {
    state *= by;
    return state + by;
  };
  const first = o.times(change(y));
  return first - o.times(change(o.times(y)));
}

/** In an object that a method of a class makes, arrow functions have its `this`. */
class Scale {
  constructor(private by: number) {}
  both() {
    const { by } = this;
    return {
      apply: (v: number) => v * this.by,
      raise(v: number): number {
        return v ** 2 * by;
      },
    };
  }
  grow(): void {
    this.by *= 3;
  }
}
export function insideOfClasses(x: number): number {
  const scale = new Scale(x);
  const { apply, raise } = scale.both();
  scale.grow();
  return apply(x * x) + raise(Math.sin(x));
}

/** Functions in an object that call one another, and themselves, through the object. */
export function throughTheObject(x: number, n: number): number {
  const o = {
    power(k: number): number {
      return k > 0 ? x * o.power(k - 1) : 1;
    },
    even: (k: number): number => (k === 0 ? 1 : x + o.odd(k - 1)),
    odd: (k: number): number => (k === 0 ? 2 : x * o.even(k - 1)),
  };
  const before = o.odd(n);
  o.odd = (k) => k * x * x;
  return o.power(n) * before + o.even(n);
}

type Term = { t: "num"; v: number } | { t: "sum"; l: Term; r: Term } | { t: "neg"; e: Term };

/** A visitor: an object of functions that take the members of a union. */
export function visited(x: number, y: number): number {
  const visit = {
    num: (e: Term & { t: "num" }): number => e.v * y,
    any(e: Term): number {
      switch (e.t) {
        case "num":
          return visit.num(e);
        case "sum":
          return visit.any(e.l) + visit.any(e.r);
        case "neg":
          return -visit.any(e.e);
      }
    },
  };
  return visit.any({ t: "sum", l: { t: "num", v: x * y }, r: { t: "neg", e: { t: "num", v: x } } });
}
