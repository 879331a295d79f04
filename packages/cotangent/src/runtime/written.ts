/**
 * What a function with a rule writes and gives. Its derivatives are given place by place, so what it writes and what it
 * gives must be reached in one way only; and what it writes must be the same arrays and objects afterwards, with other
 * contents. Looked at each time it is called, since who shares memory is known only then.
 */
import { RuntimeError } from "./error.ts";

/** Own to objects that stand for numbers (`core/scalar.ts`), which are in no place but by their value. */
const scalar = Symbol.for("cotangent.scalar");

/**
 * Throws `rule-overlaps` if one of the first `count` structures shares memory with another one, or holds an array or an
 * object in two of its places.
 */
export function checkApart(name: string, count: number, ...args: readonly unknown[]): void {
  const refuse = (): never => {
    throw new RuntimeError(
      "rule-overlaps",
      `what ${name} writes or gives shares memory with another argument, or holds one array or object twice: its rule ` +
        "has the derivatives of each place on its own. Use a copy (`x.slice()`).",
    );
  };
  const written = new Set<object>();
  const views: ArrayBufferView[] = [];
  const met = new Set<object>();
  const walk = (value: unknown, isWritten: boolean): void => {
    if (typeof value !== "object" || value === null || scalar in value || met.has(value)) return;
    if (written.has(value)) refuse();
    (isWritten ? written : met).add(value);
    if (ArrayBuffer.isView(value)) {
      if (views.some((v) => doOverlap(v, value))) refuse();
      if (isWritten) views.push(value);
    } else for (const part of Object.values(value)) walk(part, isWritten);
  };
  args.forEach((arg, i) => {
    walk(arg, i < count);
  });
}

function doOverlap(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.buffer !== b.buffer) return false;
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}

/** Throws `RangeError` unless every array in `written` has the length that it has in `made`, the contents to be. */
export function checkLengths(name: string, written: unknown, made: unknown): void {
  if (typeof written !== "object" || written === null) return;
  const [from, to] = [written, made] as [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];
  if ("length" in from && from.length !== to.length)
    throw new RangeError(
      `${name} makes an array that it writes longer or shorter, from ${from.length} to ${to.length}`,
    );
  if (ArrayBuffer.isView(written)) return;
  for (const key of Object.keys(from)) checkLengths(name, from[key], to[key]);
}

/** Throws `TypeError` if what a function gives is not the argument that it has written. */
export function checkReturned(name: string, given: unknown, written: unknown): void {
  if (given !== written) throw new TypeError(`${name} must give nothing, or the argument that it writes`);
}
