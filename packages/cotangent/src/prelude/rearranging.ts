/**
 * Methods that move elements: shift, splice, sort and their like (ECMA-262 23.1.3). Numbers, references and, in
 * derivatives, shadows move by the same stores. A sort finds a permutation of indices first, by a stable merge sort (as
 * the standard asks), and then puts the elements in its order: the comparisons steer and carry no derivative.
 */
export const rearrangingText = `
export function shift<T>(xs: T[]): T | undefined {
  const n = xs.length;
  if (n === 0) return undefined;
  const first = xs[0] as T;
  for (let i = 1; i < n; i++) replace(xs, i - 1, xs[i] as T);
  xs.pop();
  return first;
}
export function unshift<T>(xs: T[], items: readonly T[]): number {
  const n = xs.length;
  const k = items.length;
  for (let i = 0; i < k; i++) xs.push(items[i] as T);
  for (let i = n - 1; i >= 0; i--) replace(xs, i + k, xs[i] as T);
  for (let i = 0; i < k; i++) replace(xs, i, items[i] as T);
  return n + k;
}
function countWithin(count: number, room: number): number {
  const whole = Math.trunc(count);
  return whole > 0 ? Math.min(whole, room) : 0;
}
export function splice<T>(xs: T[], start: number, count: number, items: readonly T[]): T[] {
  const n = xs.length;
  const from = startOf(start, n);
  const to = from + countWithin(count, n - from);
  const removed: T[] = [];
  for (let i = from; i < to; i++) removed.push(xs[i] as T);
  const behind: T[] = [];
  for (let i = to; i < n; i++) behind.push(xs[i] as T);
  for (let i = from; i < n; i++) xs.pop();
  for (let i = 0; i < items.length; i++) xs.push(items[i] as T);
  for (let i = 0; i < behind.length; i++) xs.push(behind[i] as T);
  return removed;
}
export function toSpliced<T>(xs: readonly T[], start: number, count: number, items: readonly T[]): T[] {
  const n = xs.length;
  const from = startOf(start, n);
  const to = from + countWithin(count, n - from);
  const out: T[] = [];
  for (let i = 0; i < from; i++) out.push(xs[i] as T);
  for (let i = 0; i < items.length; i++) out.push(items[i] as T);
  for (let i = to; i < n; i++) out.push(xs[i] as T);
  return out;
}
export function copyWithin<T>(xs: T[], target: number, start: number, end = xs.length): T[] {
  const n = xs.length;
  const to = startOf(target, n);
  const from = startOf(start, n);
  const count = Math.min(startOf(end, n) - from, n - to);
  if (from < to) for (let i = count - 1; i >= 0; i--) replace(xs, to + i, xs[from + i] as T);
  else for (let i = 0; i < count; i++) replace(xs, to + i, xs[from + i] as T);
  return xs;
}
/** Shorter, or as long as before: longer would leave holes. */
export function setLength<T>(xs: T[], n: number): void {
  if (!(n >= 0 && Math.trunc(n) === n)) throw new RangeError("Invalid array length");
  if (n > xs.length) throw new RangeError("lengthening an array by its length would leave holes");
  const before = xs.length;
  for (let i = n; i < before; i++) xs.pop();
}
function orderOf<T>(xs: readonly T[], compare: (a: T, b: T) => number): number[] {
  const n = xs.length;
  let order: number[] = [];
  for (let i = 0; i < n; i++) order.push(i);
  for (let width = 1; width < n; width *= 2) {
    const merged: number[] = [];
    for (let low = 0; low < n; low += 2 * width) {
      const middle = Math.min(low + width, n);
      const high = Math.min(middle + width, n);
      let i = low;
      let j = middle;
      while (i < middle && j < high) {
        if (compare(xs[order[i]!] as T, xs[order[j]!] as T) > 0) merged.push(order[j++]!);
        else merged.push(order[i++]!);
      }
      while (i < middle) merged.push(order[i++]!);
      while (j < high) merged.push(order[j++]!);
    }
    order = merged;
  }
  return order;
}
export function toSorted<T>(xs: readonly T[], compare: (a: T, b: T) => number): T[] {
  const items: T[] = [];
  for (let i = 0; i < xs.length; i++) items.push(xs[i] as T);
  const order = orderOf(items, compare);
  const out: T[] = [];
  for (let i = 0; i < order.length; i++) out.push(items[order[i]!] as T);
  return out;
}
export function sort<T>(xs: T[], compare: (a: T, b: T) => number): T[] {
  const sorted = toSorted(xs, compare);
  for (let i = 0; i < sorted.length; i++) replace(xs, i, sorted[i] as T);
  return xs;
}
/** The order of typed arrays: -0 before 0, NaN last. */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a !== a || b !== b) return a === a ? -1 : b === b ? 1 : 0;
  return a === 0 && Object.is(a, -0) !== Object.is(b, -0) ? (Object.is(a, -0) ? -1 : 1) : 0;
}
export function sortNumbers(xs: number[]): number[] {
  return sort(xs, compareNumbers);
}
export function toSortedNumbers(xs: readonly number[]): number[] {
  return toSorted(xs, compareNumbers);
}
export function entriesOf<T>(xs: readonly T[]): [number, T][] {
  const out: [number, T][] = [];
  for (let i = 0; i < xs.length; i++) out.push([i, xs[i] as T]);
  return out;
}
export function keysOf<T>(xs: readonly T[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < xs.length; i++) out.push(i);
  return out;
}
export function join<T>(xs: readonly T[], separator = ","): string {
  let out = "";
  for (let i = 0; i < xs.length; i++) out += i === 0 ? String(xs[i] as T) : separator + String(xs[i] as T);
  return out;
}
export function joinPresent<T>(xs: readonly (T | undefined)[], separator = ","): string {
  let out = "";
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i] as T | undefined;
    if (i > 0) out += separator;
    if (x !== undefined) out += String(x);
  }
  return out;
}
`;
