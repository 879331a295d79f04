/** Functions of any number of arguments as values, methods and constructors; arguments that are spread over parameters. */

type Combine = (...xs: number[]) => number;

/** `Math.max` as a value takes all arguments that it is called with, not two. */
export function extremes(x: number, y: number): number {
  const largest = Math.max;
  const local = { max: Math.max, min: Math.min };
  const call = (f: Combine): number => f(x, y, x * y);
  return (
    largest(x, y, x * y) * y + local.max(x, 3, y, x * y) - local.min(x, y, x * y) * 3 + call(Math.min) + largest(x)
  );
}

export function extremesOfFixedArity(x: number, y: number): number {
  const f: (a: number, b: number, c: number) => number = Math.max;
  const fs = [f, (a: number, b: number, c: number) => a * b * c];
  return f(x, y, x * y) * fs[0](y, x, 0.5) + fs[1](x, y, 2);
}

export function extremesApplied(x: number, y: number): number {
  const list = [x, y];
  const f = Math.max;
  return (
    Math.max.apply(null, [x, y, x * y]) + Math.min.call(null, x, y, x * y) * y + f(...list) * f(0.1, ...list, x + y)
  );
}

export function lengths(x: number, y: number): number {
  const h = { f: Math.hypot };
  return h.f(x, y) + h.f(x) * y + h.f(y, 2) * h.f(x, h.f(y, 2)) + h.f();
}

/** What is missing of the arguments is undefined, so that defaults stand in; what is too much goes unseen. */
export function chosenByNumber(x: number, y: number): number {
  const f: Combine = x > 1 ? (p, q = 3, r = 4) => p * q + r : (p, ...r) => p * r.length + (r[0] ?? 0);
  const g: Combine = x > 1 ? (p, q) => (q === undefined ? p : p * q) : (p) => p * 2;
  return f(x, y) + f(x) * f(x, y, 2) + g(x) * g(x, y);
}

export function mixedParameters(x: number, y: number): number {
  const fs: ((a: number, ...r: number[]) => number)[] = [Math.max, (a, ...r) => a * r[0], (a, b, c) => a + b * c];
  const t = [y, x * y];
  return fs.reduce((s, f) => s + f(x, ...t), 0);
}

export function wrappedCalls(x: number, y: number): number {
  const twice =
    (f: Combine): Combine =>
    (...a) =>
      f(...a) * 2;
  const product = twice((p, q) => p * q);
  const deeper = (k: number): Combine => (k === 0 ? (...a) => a.length * x : (...a) => deeper(k - 1)(...a, y) + a[0]);
  return product(x, y) * twice(Math.max)(x, y, 1) + deeper(3)(x);
}

class Adder {
  k = 2;
  sum(...xs: number[]): number {
    return xs.reduce((a, b) => a + b, 0) * this.k;
  }
}
class CountingAdder extends Adder {
  override sum(...xs: number[]): number {
    return super.sum(...xs) + xs.length * xs[0];
  }
}

export function restMethods(x: number, y: number): number {
  const literal = {
    k: y,
    sum(...xs: number[]): number {
      let s = 0;
      for (const v of xs) s += v * v;
      return s * this.k;
    },
  };
  const list = [x, y, x * y];
  const adders: Adder[] = [new Adder(), new CountingAdder()];
  let s = literal.sum(...list) + literal.sum() + literal.sum(x, ...list);
  for (const a of adders) s += a.sum(...list) * a.sum(x, y);
  return s;
}

class Scaled {
  readonly parts: number[];
  constructor(
    readonly scale: number,
    ...parts: number[]
  ) {
    this.parts = parts;
  }
  total(): number {
    return this.parts.reduce((a, b) => a + b, 0) * this.scale;
  }
}

export function restConstructors(x: number, y: number): number {
  const list = [y, x * y];
  return new Scaled(x, ...list).total() * new Scaled(y, x, ...list, 1).total() + new Scaled(x).total();
}

/** An instance that is made inside of its own constructor is given the list of what is left. */
class Tower {
  readonly above: Tower | undefined;
  readonly height: number;
  constructor(height: number, ...others: number[]) {
    this.height = height;
    this.above = others.length > 0 ? new Tower(others[0], ...others.slice(1)) : undefined;
  }
  sum(): number {
    return this.height ** 2 + 2 * (this.above?.sum() ?? 0);
  }
}

export function nestedInstances(x: number, y: number): number {
  const list = [y, x * y, 3];
  return new Tower(x, ...list).sum() * new Tower(y).sum();
}

export function piped(x: number, y: number): number {
  const pipe =
    (...fs: ((v: number) => number)[]) =>
    (v: number) =>
      fs.reduce((a, f) => f(a), v);
  const compose =
    <T>(...fs: ((v: T) => T)[]) =>
    (v: T) => {
      let r = v;
      for (const f of fs) r = f(r);
      return r;
    };
  const lists = compose<number[]>((v) => v.map((t) => t * 2));
  return pipe(Math.sin, (v) => v * y, Math.exp)(x) + compose<number>(Math.sin, (v) => v + y)(x) * lists([x, y])[1];
}

export function partlyApplied(x: number, y: number): number {
  const bound =
    (f: Combine, ...first: number[]): Combine =>
    (...rest) =>
      f(...first, ...rest);
  const byName = new Map<string, Combine>();
  byName.set("largest", bound(Math.max, x, y));
  byName.set(
    "linear",
    bound((a, b, c) => a * b + c, x),
  );
  let s = 0;
  for (const f of byName.values()) s += f(x * y, 3) * y;
  return s;
}

function gathering(a: number, b = a * 2, ...rest: number[]): number {
  rest.push(a);
  return b * rest.length + rest[0];
}

/** An assertion says how many there are to the checker, and not to the call. */
export function assertedTuple(xs: number[]): number {
  return gathering(...(xs as [number])) * xs[0];
}
