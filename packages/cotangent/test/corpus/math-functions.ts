/** Every function of `Math` that takes numbers, in small formulas. */

export function trigonometry(x: number): number {
  return Math.sin(x) * Math.cos(2 * x) + Math.tan(x / 2) - Math.asin(x / 3) + Math.acos(x / 4) * Math.atan(x);
}

export function hyperbolics(x: number): number {
  return Math.sinh(x) - Math.cosh(x) * Math.tanh(x) + Math.asinh(3 * x) + Math.acosh(1 + x * x) + Math.atanh(x / 5);
}

export function exponentials(x: number): number {
  return Math.exp(-x) + Math.expm1(x / 2) + Math.log(x) * Math.log2(x + 1) - Math.log10(x + 2) + Math.log1p(x * x);
}

export function roots(x: number): number {
  return Math.sqrt(x) + Math.cbrt(x + 1) * Math.sqrt(1 + x * x) - Math.pow(x, 1 / 3);
}

export function roundings(x: number): number {
  const stepped = Math.floor(x) + Math.ceil(x) * 2 + Math.round(x) - Math.trunc(x) + Math.sign(x);
  return stepped * x + Math.fround(1.5) * x * x;
}

export function extremes(a: number, b: number, c: number): number {
  return Math.max(a, b * b, c) - Math.min(a * c, b, c, 4) + Math.max(a, 0) * Math.abs(b);
}

export function distances(x: number, y: number, z: number): number {
  return Math.hypot(x, y, z) + Math.hypot(x, y) * Math.hypot(z) + Math.atan2(y, x);
}

export function constants(r: number): number {
  return Math.PI * r * r + Math.E * r + Math.SQRT2 * Math.SQRT1_2 - Math.LN2 / Math.LN10 + Math.LOG2E * r - Math.LOG10E;
}

/** The bearing from one place to another on a sphere, and the distance along it. */
export function greatCircle(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const { sin, cos, atan2, sqrt, asin } = Math;
  const dLat = sin((lat2 - lat1) / 2);
  const dLon = sin((lon2 - lon1) / 2);
  const distance = 2 * asin(sqrt(dLat * dLat + cos(lat1) * cos(lat2) * dLon * dLon));
  const bearing = atan2(sin(lon2 - lon1) * cos(lat2), cos(lat1) * sin(lat2) - sin(lat1) * cos(lat2) * cos(lon2 - lon1));
  return distance + bearing / 10;
}
