/**
 * Elementals at complex numbers a + ib beside the real axis, of which only the imaginary part is wanted: b is so small that
 * the real part is the value at a, to the last bit. The formulas are those of complex function theory, arranged after Kahan
 * (Branch Cuts for Complex Elementary Functions, or Much Ado About Nothing's Sign Bit, 1987) so that no tiny b is lost beside
 * a large number, as log |iz + √(1 - z²)| would lose it. They do not read the table's partials, which they may so check.
 *
 * What has no entry here, or gives nothing at a point, has no complex continuation there. Branches of functions that are
 * analytic on either side of a kink are taken by the real part.
 */

/** A complex number; `im` is not 0. */
export class Complex {
  readonly re: number;
  readonly im: number;
  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }
}

/** Real and imaginary part of an argument. */
export interface Parts {
  readonly re: number;
  readonly im: number;
}

/** The imaginary part at `args`, where the real part is `y`; undefined where the function is not analytic. */
export type ComplexForm = (y: number, ...args: readonly Parts[]) => number | undefined;

type Unary = (a: number, b: number, y: number) => number | undefined;
type Binary = (a: Parts, b: Parts, y: number) => number | undefined;

const unary =
  (form: Unary): ComplexForm =>
  (y, z) =>
    form((z as Parts).re, (z as Parts).im, y);
const binary =
  (form: Binary): ComplexForm =>
  (y, z, w) =>
    form(z as Parts, w as Parts, y);

const { abs, asinh, atan, atan2, atanh, cbrt, cos, cosh, exp, hypot, sin, sinh, sqrt } = Math;

/** The choice between two branches that meet: of the same number there is nothing to choose. */
function chooseBranch(takesFirst: boolean, isTie: boolean, a: Parts, b: Parts): number | undefined {
  if (isTie) return a.im === b.im ? a.im : undefined;
  return takesFirst ? a.im : b.im;
}

/** z^n of a real n: on the negative axis, where n is an integer, by way of (-z)^n. */
function realPower(a: number, b: number, n: number, y: number): number | undefined {
  if (n === 0) return 0;
  if (n === 1) return b;
  if (a === 0) return Number.isInteger(n) && n > 1 ? 0 : undefined;
  const angle = atan2(b, a < 0 ? -a : a);
  return a < 0 ? -y * sin(n * angle) : y * sin(n * angle);
}

/** z^w = exp(w log z). */
function power(z: Parts, w: Parts, y: number): number | undefined {
  if (w.im === 0) return realPower(z.re, z.im, w.re, y);
  if (z.re < 0) return Number.NaN;
  if (z.re === 0) return undefined;
  return y * sin(w.re * atan2(z.im, z.re) + w.im * Math.log(z.re));
}

/** (z / w) by Smith's way. */
function quotient(z: Parts, w: Parts): number | undefined {
  if (w.re === 0) return undefined;
  const ratio = w.im / w.re;
  return (z.im - z.re * ratio) / (w.re + w.im * ratio);
}

/** -i log((x + iy) / √(x² + y²)) of complex x and y. */
function angle(y: Parts, x: Parts): number | undefined {
  const radius = hypot(x.re, y.re);
  if (radius === 0) return undefined;
  const t = ((x.re / radius) * y.im - (y.re / radius) * x.im) / radius;
  return Math.log1p(4 * t) / 4;
}

/** By the identifiers of the table. */
export const complexForms: Readonly<Record<string, ComplexForm>> = {
  add: binary((z, w) => z.im + w.im),
  sub: binary((z, w) => z.im - w.im),
  mul: binary((z, w) => z.re * w.im + z.im * w.re),
  div: binary(quotient),
  rem: binary((z, w, y) => z.im - w.im * Math.round((z.re - y) / w.re)),
  neg: unary((_a, b) => -b),
  square: unary((a, b) => 2 * a * b),
  select: (_y, condition, z, w) => ((condition as unknown as boolean) ? (z as Parts).im : (w as Parts).im),
  fround: unary((_a, b) => b),
  abs: unary((a, b) => (a > 0 ? b : a < 0 ? -b : undefined)),
  max: binary((z, w) => chooseBranch(z.re > w.re, z.re === w.re, z, w)),
  min: binary((z, w) => chooseBranch(z.re < w.re, z.re === w.re, z, w)),
  sqrt: unary((a, b, y) => (a === 0 ? undefined : b / (2 * y))),
  cbrt: unary((a, b) => (a === 0 ? undefined : cbrt(hypot(a, b)) * sin(atan2(b, abs(a)) / 3))),
  pow: binary(power),
  exp: unary((_a, b, y) => y * sin(b)),
  expm1: unary((a, b) => exp(a) * sin(b)),
  log: unary((a, b) => (a === 0 ? undefined : atan2(b, a))),
  log1p: unary((a, b) => (a === -1 ? undefined : atan2(b, 1 + a))),
  log2: unary((a, b) => (a === 0 ? undefined : Math.LOG2E * atan2(b, a))),
  log10: unary((a, b) => (a === 0 ? undefined : Math.LOG10E * atan2(b, a))),
  sin: unary((a, b) => cos(a) * sinh(b)),
  cos: unary((a, b) => -sin(a) * sinh(b)),
  tan: unary((_a, b, y) => {
    const t = Math.tanh(b);
    return (t * (1 + y * y)) / (1 + y * y * t * t);
  }),
  asin: unary((a, b) => arcsine(a, b)),
  acos: unary((a, b) => {
    const im = arcsine(a, b);
    return im === undefined ? undefined : -im;
  }),
  atan: unary((a, b) => atanh((2 * b) / (1 + a * a + b * b)) / 2),
  atan2: binary(angle),
  sinh: unary((a, b) => cosh(a) * sin(b)),
  cosh: unary((a, b) => sinh(a) * sin(b)),
  tanh: unary((a, b) => (sin(b) * cos(b)) / (sinh(a) ** 2 + cos(b) ** 2)),
  asinh: unary((a, b) => atan(b / hypot(1, a))),
  acosh: unary((a, b) => (a === 1 ? undefined : 2 * atan(b / (2 * sqrt(a - 1)) / sqrt(a + 1)))),
  atanh: unary((a, b) => (abs(a) === 1 ? undefined : atan2(2 * b, (1 - a) * (1 + a) - b * b) / 2)),
  hypot: (y, ...all) => (y === 0 ? undefined : all.reduce((sum, z) => sum + (z.re / y) * z.im, 0)),
};

/** Im asin z = asinh(Im(conj(√(1 - z)) √(1 + z))). */
function arcsine(a: number, b: number): number | undefined {
  if (abs(a) === 1) return undefined;
  const [s, t] = [sqrt(1 - a), sqrt(1 + a)];
  return asinh((b / 2) * (s / t + t / s));
}
