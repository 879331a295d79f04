/**
 * JavaScript's array library in TypeScript, compiled like the user's code wherever a program calls a method: one text, a
 * function per method, `this` as the first parameter. Semantics are those of ECMA-262 section 23.1.3 on arrays without
 * holes: lengths are read once where the standard reads them once, callbacks get element, index and array.
 */

import { dictionariesText } from "./dictionaries.ts";
import { foldingText } from "./folding.ts";
import { linearText } from "./linear.ts";
import { rearrangingText } from "./rearranging.ts";
import { sortingText } from "./sorting.ts";
import { tablesText } from "./tables.ts";
import { textText } from "./text.ts";

/** Where the prelude appears in a program. */
export const preludeFile = "/cotangent-prelude/array.ts";

/** What every host has besides the language, for programs without a configuration of their own. */
export const hostFile = "/cotangent-prelude/host.d.ts";
export const hostText = `
interface Console {
  log(...data: unknown[]): void; info(...data: unknown[]): void; debug(...data: unknown[]): void;
  warn(...data: unknown[]): void; error(...data: unknown[]): void; table(...data: unknown[]): void;
  assert(condition?: boolean, ...data: unknown[]): void; time(label?: string): void; timeEnd(label?: string): void;
}
declare var console: Console;
interface Performance { readonly timeOrigin: number; now(): number }
declare var performance: Performance;
interface Crypto { getRandomValues<T>(array: T): T; randomUUID(): string }
declare var crypto: Crypto;
declare function structuredClone<T>(value: T): T;
declare function queueMicrotask(callback: () => void): void;
declare function setTimeout(callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]): number;
declare function setInterval(callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]): number;
declare function clearTimeout(id: number | undefined): void;
declare function clearInterval(id: number | undefined): void;
`;

const readingText = `
export function forEach<T>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => void): void {
  const n = xs.length;
  for (let i = 0; i < n; i++) f(xs[i] as T, i, xs);
}
export function mapNumbers<T>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => number): number[] {
  const n = xs.length;
  const out = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) out[i] = f(xs[i] as T, i, xs);
  return out;
}
export function map<T, U>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => U): U[] {
  const out: U[] = [];
  const n = xs.length;
  for (let i = 0; i < n; i++) out.push(f(xs[i] as T, i, xs));
  return out;
}
export function convert<T, U>(xs: readonly T[], f: (x: T, i: number) => U): U[] {
  const out: U[] = [];
  for (let i = 0; i < xs.length; i++) out.push(f(xs[i] as T, i));
  return out;
}
export function generateNumbers(n: number, f: (x: undefined, i: number) => number): number[] {
  const out = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) out[i] = f(undefined, i);
  return out;
}
export function generate<U>(n: number, f: (x: undefined, i: number) => U): U[] {
  const out: U[] = [];
  for (let i = 0; i < n; i++) out.push(f(undefined, i));
  return out;
}
export function numberOf<T>(x: T): number {
  return Number(x);
}
export function textOf<T>(x: T): string {
  return String(x);
}
export function floatOf(text: string): number {
  return parseFloat(text);
}
export function truthOf<T>(x: T): boolean {
  return Boolean(x);
}
// The places of an array that holds nothing: x is what that is, undefined or null.
export function mapPlaces<T, U>(n: number, x: T, f: (x: T, i: number) => U): U[] {
  const out: U[] = [];
  for (let i = 0; i < n; i++) out.push(f(x, i));
  return out;
}
export function mapPlacesToNumbers<T>(n: number, x: T, f: (x: T, i: number) => number): number[] {
  const out = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) out[i] = f(x, i);
  return out;
}
export function eachPlace<T>(n: number, x: T, f: (x: T, i: number) => void): void {
  for (let i = 0; i < n; i++) f(x, i);
}
export function placesUpTo(n: number): number[] {
  const out = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) out[i] = i;
  return out;
}
export function filter<T>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => boolean): T[] {
  const out: T[] = [];
  const n = xs.length;
  for (let i = 0; i < n; i++) {
    const x = xs[i] as T;
    if (f(x, i, xs)) out.push(x);
  }
  return out;
}
export function flatMap<T, U>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => U | readonly U[]): U[] {
  const out: U[] = [];
  const n = xs.length;
  for (let i = 0; i < n; i++) {
    const inner = f(xs[i] as T, i, xs);
    if (!Array.isArray(inner)) out.push(inner as U);
    else for (let j = 0; j < inner.length; j++) out.push(inner[j] as U);
  }
  return out;
}
export function flat<T>(xs: readonly T[][]): T[] {
  const out: T[] = [];
  for (let i = 0; i < xs.length; i++) {
    const inner = xs[i] as T[];
    for (let j = 0; j < inner.length; j++) out.push(inner[j] as T);
  }
  return out;
}
export function reduce<T, A>(xs: readonly T[], f: (a: A, x: T, i: number, xs: readonly T[]) => A, init: A): A {
  let a = init;
  const n = xs.length;
  for (let i = 0; i < n; i++) a = f(a, xs[i] as T, i, xs);
  return a;
}
export function reduceFromFirst<T>(xs: readonly T[], f: (a: T, x: T, i: number, xs: readonly T[]) => T): T {
  const n = xs.length;
  if (n === 0) throw new TypeError("Reduce of empty array with no initial value");
  let a = xs[0] as T;
  for (let i = 1; i < n; i++) a = f(a, xs[i] as T, i, xs);
  return a;
}
export function reduceRight<T, A>(xs: readonly T[], f: (a: A, x: T, i: number, xs: readonly T[]) => A, init: A): A {
  let a = init;
  for (let i = xs.length - 1; i >= 0; i--) a = f(a, xs[i] as T, i, xs);
  return a;
}
export function reduceRightFromLast<T>(xs: readonly T[], f: (a: T, x: T, i: number, xs: readonly T[]) => T): T {
  const n = xs.length;
  if (n === 0) throw new TypeError("Reduce of empty array with no initial value");
  let a = xs[n - 1] as T;
  for (let i = n - 2; i >= 0; i--) a = f(a, xs[i] as T, i, xs);
  return a;
}
export function some<T>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => boolean): boolean {
  const n = xs.length;
  for (let i = 0; i < n; i++) if (f(xs[i] as T, i, xs)) return true;
  return false;
}
export function every<T>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => boolean): boolean {
  const n = xs.length;
  for (let i = 0; i < n; i++) if (!f(xs[i] as T, i, xs)) return false;
  return true;
}
export function find<T>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => boolean): T | undefined {
  const n = xs.length;
  for (let i = 0; i < n; i++) {
    const x = xs[i] as T;
    if (f(x, i, xs)) return x;
  }
  return undefined;
}
export function findIndex<T>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => boolean): number {
  const n = xs.length;
  for (let i = 0; i < n; i++) if (f(xs[i] as T, i, xs)) return i;
  return -1;
}
export function findLast<T>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => boolean): T | undefined {
  for (let i = xs.length - 1; i >= 0; i--) {
    const x = xs[i] as T;
    if (f(x, i, xs)) return x;
  }
  return undefined;
}
export function findLastIndex<T>(xs: readonly T[], f: (x: T, i: number, xs: readonly T[]) => boolean): number {
  for (let i = xs.length - 1; i >= 0; i--) if (f(xs[i] as T, i, xs)) return i;
  return -1;
}
/** An index as methods take it: NaN is 0, negative ones count from the end, and none is past it. */
function startOf(from: number, n: number): number {
  const start = from === from ? Math.trunc(from) : 0;
  return start < 0 ? Math.max(n + start, 0) : Math.min(start, n);
}
export function indexOf<T>(xs: readonly T[], x: T, from = 0): number {
  for (let i = startOf(from, xs.length); i < xs.length; i++) if ((xs[i] as T) === x) return i;
  return -1;
}
export function lastIndexOf<T>(xs: readonly T[], x: T): number {
  for (let i = xs.length - 1; i >= 0; i--) if ((xs[i] as T) === x) return i;
  return -1;
}
export function lastIndexOfFrom<T>(xs: readonly T[], x: T, from: number): number {
  const n = xs.length;
  const start = from === from ? Math.trunc(from) : 0;
  for (let i = start < 0 ? n + start : Math.min(start, n - 1); i >= 0; i--) if ((xs[i] as T) === x) return i;
  return -1;
}
export function includes<T>(xs: readonly T[], x: T, from = 0): boolean {
  for (let i = startOf(from, xs.length); i < xs.length; i++) {
    const y = xs[i] as T;
    // NaN is found, as by no other comparison.
    if (y === x || (y !== y && x !== x)) return true;
  }
  return false;
}
export function at<T>(xs: readonly T[], index: number): T | undefined {
  const k = index === index ? Math.trunc(index) : 0;
  const i = k < 0 ? xs.length + k : k;
  return i >= 0 && i < xs.length ? (xs[i] as T) : undefined;
}
export function copyOf<T>(xs: readonly T[]): T[] {
  const out: T[] = [];
  for (let i = 0; i < xs.length; i++) out.push(xs[i] as T);
  return out;
}
export function appendAll<T>(out: T[], xs: readonly T[]): void {
  const n = xs.length;
  for (let i = 0; i < n; i++) out.push(xs[i] as T);
}
export function slice<T>(xs: readonly T[], from = 0, to = xs.length): T[] {
  const n = xs.length;
  const end = startOf(to, n);
  const out: T[] = [];
  for (let i = startOf(from, n); i < end; i++) out.push(xs[i] as T);
  return out;
}
export function toReversed<T>(xs: readonly T[]): T[] {
  const out: T[] = [];
  for (let i = xs.length - 1; i >= 0; i--) out.push(xs[i] as T);
  return out;
}
/** A copy with one element replaced: the method is named as no function may be. */
export function replaced<T>(xs: readonly T[], index: number, x: T): T[] {
  const whole = index === index ? Math.trunc(index) : 0;
  const at = whole < 0 ? whole + xs.length : whole;
  if (at < 0 || at >= xs.length) throw new RangeError("Invalid index");
  const out = xs.slice();
  out[at] = x;
  return out;
}
export function reverse<T>(xs: T[]): T[] {
  const n = xs.length;
  for (let i = 0, j = n - 1; i < j; i++, j--) {
    const x = xs[i] as T;
    replace(xs, i, xs[j] as T);
    replace(xs, j, x);
  }
  return xs;
}
function replace<T>(xs: T[], i: number, x: T): void {
  // An element that exists: what is assigned is not appended.
  if (i < xs.length) xs[i] = x;
}
export function fillRange<T>(xs: T[], x: T, from: number, to: number): void {
  const n = xs.length;
  const end = startOf(to, n);
  for (let i = startOf(from, n); i < end; i++) xs[i] = x;
}
export function checkView(n: number, start: number, end: number): void {
  if (!(start >= 0 && end >= start && end <= n && start % 1 === 0)) throw new RangeError("a view outside of its buffer");
}
export function setElements(xs: number[], ys: readonly number[], offset: number): void {
  const n = ys.length;
  const start = offset === offset ? Math.trunc(offset) : 0;
  if (start < 0 || start + n > xs.length) throw new RangeError("offset is out of bounds");
  for (let i = 0; i < n; i++) xs[start + i] = ys[i]!;
}
/** As above, where both may be views of one memory: all is read before any is written. */
export function setOverlapping(xs: number[], ys: readonly number[], offset: number): void {
  const items: number[] = [];
  for (let i = 0; i < ys.length; i++) items.push(ys[i]!);
  setElements(xs, items, offset);
}
`;

/** One text, whatever file says which part of it. */
export const preludeText: string =
  readingText + rearrangingText + sortingText + tablesText + dictionariesText + linearText + textText + foldingText;
