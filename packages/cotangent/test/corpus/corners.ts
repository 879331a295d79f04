// Programs that reach places of the transforms which no other program reaches: found by mutants that none told from the
// original (`npm run mutate`).
import { customVjp } from "cotangent";

/** A list of its own, which elsewhere stands for the argument: what is put into it changes no argument. */
export function ownOrGiven(rows: number[][], n: number): number {
  const own: number[][] = [];
  own.push(rows[1]!);
  own.push(rows[0]!);
  const used = n > 2 ? rows : own;
  return used[0]![0]! * used[1]![1]! ** 2;
}

/** Two directions at once, and a number beside the elements. */
export function besideTwo(x: number, y: number): number {
  const kept = [x, y];
  kept[0.5] = x * y;
  return kept[0]! + kept[1]! ** 2 * kept[0.5]!;
}

/** A loop whose condition takes elements away. */
export function drained(x: number[]): number {
  const left = x.slice();
  let total = 0;
  while (left.pop()! > 0.5) total += total * left.length + left[0]! ** 2;
  return total * (1 + left.length) + x[0]!;
}

interface Counter {
  at: number;
  sum: number;
}
function step(c: Counter, x: number[]): boolean {
  c.sum += x[c.at]! ** 2 * c.sum;
  c.at++;
  return c.at < x.length;
}
/** A loop whose condition calls a function that writes. */
export function steppedByTest(x: number[]): number {
  const c: Counter = { at: 0, sum: 1 };
  let turns = 0;
  while (step(c, x)) turns += c.sum;
  return c.sum * turns;
}

interface Pair {
  a: number;
  inner: { b: number };
}
const weighed = customVjp(
  (p: Pair, q: Pair) => p.a * p.inner.b + q.a * q.inner.b,
  (p, q) => [
    p.a * p.inner.b + q.a * q.inner.b,
    (bar: number) => [
      { a: p.inner.b * bar, inner: { b: p.a * bar } },
      { a: q.inner.b * bar, inner: { b: q.a * bar } },
    ],
  ],
);
/** A rule whose arguments hold objects in objects. */
export function ruledPairs(x: number, y: number): number {
  const p: Pair = { a: x, inner: { b: y } };
  const q: Pair = { a: x * y, inner: { b: Math.sin(y) } };
  return weighed(p, q) * p.a + weighed(q, p);
}

/** Rows that are one row at first. */
export function filledWithRow(x: number[], n: number): number {
  const rows: number[][] = new Array(n).fill(x);
  rows[1] = [x[1]! ** 2, x[0]!];
  rows[0]![0]! *= 3;
  return rows[0]![0]! * rows[1]![0]! + rows[n - 1]![0]!;
}

function lengthsOf(x: number[]): number[] {
  const made: number[] = [];
  for (const v of x) made.push(Math.abs(v));
  return made;
}
/** A loop whose condition makes an array of its own, and fills it. */
export function testedByCopy(x: number[]): number {
  const y = [...x];
  let turns = 0;
  while (lengthsOf(y)[0]! + lengthsOf(y)[1]! > 0.5) {
    y[0]! *= 0.6;
    y[1] = y[0]! * y[1]! * 0.5;
    turns++;
  }
  return y[0]! * turns + y[1]!;
}

/** An argument that is a constant comes to hold what is not. */
export function intoConstant(x: number[], y: number): number {
  x[0] = x[0]! * y + Math.sin(y);
  const product = x[0]! * x[1]!;
  x[1] = product * y;
  return product + x[1]! * x[0]!;
}

/** Own rows beside those of an argument that is an object. */
export function ownOrHeld(held: { rows: number[][] }, n: number): number {
  const own: number[][] = [];
  own.push(held.rows[1]!);
  own.push(held.rows[0]!);
  const used = n > 2 ? held.rows : own;
  return used[0]![0]! * used[1]![1]! ** 2;
}

/** A copy of which no number is used: what was copied may change afterwards. */
export function copiedForLength(x: number[][]): number {
  const rows = [x[0]!, x[1]!];
  const before = structuredClone(rows);
  rows.push([rows[0]![0]! * 2, 1]);
  return rows[2]![0]! * rows[1]![1]! * before.length;
}

const table = [0.5, 1.5];
/** A constant of the module, or the argument. */
export function tableOrGiven(x: number[], n: number): number {
  const used = n > 1 ? table : x;
  return used[0]! * used[1]! * x[0]!;
}

/** Weights that come in under two names: what the function writes are buffers of its own, of the same type. */
export function tiedLayers(net: { encode: number[][]; decode: number[][] }, input: number[]): number {
  let values = input;
  for (const rows of [net.encode, net.decode]) {
    const next: number[] = [];
    for (const row of rows) next.push(Math.tanh(row.reduce((s, w, j) => s + w * (values[j] ?? 0), 0)));
    next[0] *= 1.5;
    values = next;
  }
  return values.reduce((s, v, i) => s + v * (i + 1), 0);
}

function scaledInPlace(row: number[], by: number): number[] {
  for (let j = 0; j < row.length; j++) row[j] *= by;
  return row;
}

/** A table given under two names, of which rows are replaced by new ones that are written. */
export function tiedTables(a: number[][], b: number[][]): number {
  let table = a;
  for (let i = 0; i < 2; i++) table = table.map((row, r) => scaledInPlace([...row, i], b[r]![0]!));
  return table.reduce((s, row, r) => s + row.reduce((t, v) => t + v * v, 0) * (r + 1), 0);
}

/** Exponents that a loop counts up, of numbers below 0: what is kept of them is data, also to what differentiates the sweep again. */
export function countedPowers(x: number, w: number, n: number): number {
  let s = x;
  let exponent = w;
  for (let i = 0; i < n; i++) {
    s = s ** exponent * 0.3 + x;
    exponent = exponent * 2 - 1;
  }
  return s;
}
/** The same in memory of its own. */
export function storedPowers(x: number, w: number, n: number): number {
  const exponents = [w];
  let s = x;
  for (let i = 0; i < n; i++) {
    s = s ** exponents[0]! * 0.3 + x;
    exponents[0] = exponents[0]! * 2 - 1;
  }
  return s;
}
interface Powers {
  at: number;
}
/** And in an object. */
export function heldPowers(x: number, w: number, n: number): number {
  const held: Powers = { at: w };
  let s = x;
  for (let i = 0; i < n; i++) {
    s = s ** held.at * 0.3 + x;
    held.at = held.at * 2 - 1;
  }
  return s;
}
