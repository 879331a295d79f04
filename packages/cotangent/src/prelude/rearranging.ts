/**
 * Methods that move elements: shift, splice and their like (ECMA-262 23.1.3). Numbers, references and, in derivatives,
 * shadows move by the same stores.
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
