/** Scalars and every operator of arithmetic, in the ways in which people write them. */

export function polynomial(x: number): number {
  return 3 * x ** 4 - 2 * x * x + x - 7;
}

export function rational(x: number, y: number): number {
  const numerator = x * y - 2;
  const denominator = x + y * y;
  return numerator / denominator - -x / 3;
}

export function powers(x: number, y: number): number {
  return x ** y + y ** 2 + x ** 3 + x ** -1 + x ** 0.5 + 2 ** y + Math.pow(x, 2.5) - (-y) ** 3;
}

export function wrapAngle(angle: number, period: number): number {
  const turns = angle % period;
  return turns * turns + (-angle % period) * 0.25;
}

export function compoundAssignments(x: number, y: number): number {
  let a = x;
  a += y;
  a *= x;
  a -= y * y;
  a /= 1 + x * x;
  a **= 2;
  a %= 5;
  return +a;
}

/** One name for many values: every use sees the value of its time. */
export function reassigned(x: number): number {
  let t = x * 2;
  const first = t * t;
  t = Math.sin(t) + first;
  const second = t * x;
  t = first * second;
  return t - first;
}

export function incrementsInIndexes(x: number, weights: number[]): number {
  let i = 0;
  let total = weights[i++] * x;
  total += weights[i++] * x * x;
  total += weights[++i] * Math.exp(x);
  i -= 1;
  total += weights[i--] + i * x;
  return total;
}

/** Comparisons give numbers that steer nothing but the size of a step. */
export function comparisons(x: number, y: number): number {
  const above = Number(x > y) + Number(x >= 0.5) * 2 + Number(y < 100) + Number(y <= -100);
  const same = (x === y ? 1 : 0) + (x !== y ? 3 : 0);
  return above * x + same * y;
}

export function commaAndChain(x: number): number {
  let a: number;
  let b: number;
  a = b = x * x;
  b += 1;
  for (let i = 0, j = 3; i < j; i++, j--) a += b * i + j * x;
  return a * b;
}

/** The quadratic formula, stable at both signs of `b`. */
export function largerRoot(a: number, b: number, c: number): number {
  const discriminant = b * b - 4 * a * c;
  if (discriminant < 0) throw new RangeError("no real root");
  const q = -0.5 * (b + Math.sign(b) * Math.sqrt(discriminant));
  return Math.max(q / a, c / q);
}

interface Heading {
  dy: number;
}
function turned(heading: Heading, r: number): number {
  return r * Math.atan2(heading.dy, -1);
}

/** What only decides the sign of a zero decides here between pi and -pi, and which branch runs. */
export function signedZeros(r: number, y: number, z: number): number {
  const straight = r * Math.atan2(y + 0, -1) + 2 * r * Math.atan2(0 - y, -1) + 4 * r * Math.atan2(-(y - z), -1);
  const heading: Heading = { dy: 5 };
  const list = [1, 2];
  let carried = 0;
  for (let i = 0; i < 2; i++) {
    heading.dy = -y - z;
    list[i] = y - 0;
    carried = carried < 1 ? y + 0 : 3;
  }
  const kept = turned(heading, 8 * r) + 16 * r * Math.atan2(list[1]!, -1) + 32 * r * Math.atan2(carried, -1);
  const told = (Object.is(y + 0, 0) ? r * r : r) + (1 / (0 - z) < 0 ? 3 * r * r : r);
  return straight + kept + told;
}
