/** Static members that are no numbers: instances and tables that a class holds, read where they are. */

export class Complex {
  static readonly ONE = new Complex(1, 0);
  static readonly I = new Complex(0, 1);
  constructor(
    readonly re: number,
    readonly im: number,
  ) {}
  plus(o: Complex): Complex {
    return new Complex(this.re + o.re, this.im + o.im);
  }
  times(o: Complex): Complex {
    return new Complex(this.re * o.re - this.im * o.im, this.re * o.im + this.im * o.re);
  }
  get squared(): number {
    return this.re * this.re + this.im * this.im;
  }
}

/** A constant of the class among operands that are made. */
export function turned(x: number, y: number): number {
  const z = new Complex(x, y);
  return z.times(Complex.I).plus(Complex.ONE).times(z).plus(Complex.I).squared;
}

export class Gauss {
  static readonly nodes: readonly number[] = [-Math.sqrt(0.6), 0, Math.sqrt(0.6)];
  static readonly weights: readonly number[] = [5 / 9, 8 / 9, 5 / 9];
  static integrate(f: (x: number) => number, from: number, to: number): number {
    return scaledSum(Gauss.nodes, Gauss.weights, f, (to - from) / 2, (to + from) / 2);
  }
}

function scaledSum(
  nodes: readonly number[],
  weights: readonly number[],
  f: (x: number) => number,
  half: number,
  middle: number,
): number {
  return nodes.reduce((sum, node, i) => sum + weights[i]! * half * f(middle + half * node), 0);
}

/** Tables of a class that are handed on to a function. */
export function integrated(a: number, b: number): number {
  return Gauss.integrate((x) => Math.exp(-a * x * x), 0, b);
}

class Sum {
  static readonly unit = 2;
  constructor(readonly value: number) {}
  static add(a: Sum, b: Sum): Sum {
    return new Sum(a.value + b.value);
  }
  static set(value: number): Sum {
    return new Sum(value * Sum.unit);
  }
}

const parts = { push: (a: number, b: number) => a * b, sort: (a: number) => Math.sin(a) };

/** Static methods and functions of objects that are named as methods which write. */
export function namedLikeWriters(x: number, y: number): number {
  const sum = Sum.add(Sum.set(x), new Sum(y));
  return parts.push(sum.value, x) + parts.sort(sum.value * y);
}

class Meter {
  #sum = 0;
  #count = 0;
  static readonly #unit = 3;
  add(v: number): this {
    this.#sum += v * Meter.#unit;
    this.#count++;
    return this;
  }
  against(other: Meter): number {
    other.#sum *= 2;
    this.#sum ||= 1;
    return this.#sum / this.#count + other.#sum-- * other.#sum;
  }
}
/** Private names have no text that they could be read and written by. */
export function privateMeters(x: number): number {
  const m = new Meter().add(x).add(x * x);
  return m.against(new Meter().add(Math.sin(x))) * m.against(m);
}
