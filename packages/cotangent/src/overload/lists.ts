/**
 * Lists in the place of typed arrays, which can hold numbers alone. They have their methods and zeros, and not their memory.
 */
import { eq, fround, gt, lt, ne } from "../elementals/index.ts";
import { decide, operationOf } from "./operation.ts";
import { type Real, refuse } from "./value.ts";

const rounded = operationOf(fround);

/** The elements of a Float64Array, or of a Float32Array if `isSingle`. */
export class FloatList extends Array<Real> {
  isSingle = false;

  /** `length` zeros. */
  static zeros(length: number, isSingle: boolean): FloatList {
    return FloatList.with(new Array<Real>(length).fill(0), isSingle);
  }

  /** Elements that are single already if `isSingle`. */
  static holding(elements: Iterable<Real>, isSingle: boolean): FloatList {
    const made = new FloatList();
    made.isSingle = isSingle;
    for (const x of elements) made.push(x);
    return made;
  }

  static with(elements: Iterable<Real>, isSingle: boolean): FloatList {
    const made = new FloatList();
    made.isSingle = isSingle;
    for (const x of elements) made.push(isSingle ? rounded.call(x) : x);
    return made;
  }

  /** What is kept of `x`. */
  keep(x: Real): Real {
    return this.isSingle ? rounded.call(x) : x;
  }

  set(source: ArrayLike<Real>, offset = 0): void {
    if (offset < 0 || offset + source.length > this.length) throw new RangeError("offset is out of bounds");
    Array.from(source).forEach((x, i) => {
      this[offset + i] = this.keep(x);
    });
  }

  subarray(): never {
    return refuse("overload-memory", "`subarray`");
  }
  get buffer(): never {
    return refuse("overload-memory", "the `buffer`");
  }

  override sort(compare: (a: Real, b: Real) => Real = byNumber): this {
    return super.sort((a, b) => orderOf(compare(a, b)));
  }
  override fill(x: Real, start?: number, end?: number): this {
    return super.fill(this.keep(x), start, end);
  }
  override map<U>(f: (x: Real, i: number, all: Real[]) => U): U[] {
    return FloatList.with(
      Array.from(this, (x, i) => f(x, i, this) as Real),
      this.isSingle,
    ) as unknown as U[];
  }
  override filter(f: (x: Real, i: number, all: Real[]) => unknown): FloatList {
    return this.#alike(Array.from(this).filter((x, i) => f(x, i, this)));
  }
  override slice(start?: number, end?: number): FloatList {
    return this.#alike(Array.from(this).slice(start, end));
  }
  override toReversed(): FloatList {
    return this.#alike(Array.from(this).reverse());
  }
  override toSorted(compare?: (a: Real, b: Real) => Real): FloatList {
    return this.#alike(this).sort(compare);
  }
  override with(index: number, x: Real): FloatList {
    return this.#alike(Array.from(this).with(index, x));
  }
  override indexOf(x: Real, from?: number): number {
    return indexOf(this, x, from);
  }
  override includes(x: Real, from?: number): boolean {
    return includes(this, x, from);
  }

  #alike(elements: Iterable<Real>): FloatList {
    return FloatList.with(elements, this.isSingle);
  }
}

/** What a comparison says, which it is asked for and no more: whether it is above or below 0. */
export function orderOf(x: unknown): number {
  return decide(gt, [x, 0]) ? 1 : decide(lt, [x, 0]) ? -1 : 0;
}

function byNumber(a: Real, b: Real): number {
  return decide(gt, [a, b]) ? 1 : decide(gt, [b, a]) ? -1 : 0;
}

/** As the method of lists, by numbers where values are compared. */
export function indexOf(list: readonly unknown[], x: unknown, from = 0): number {
  const start = from < 0 ? list.length + from : from;
  return list.findIndex((y, i) => i >= start && decide(eq, [x, y]));
}

/** As the method of lists: NaN is found. */
export function includes(list: readonly unknown[], x: unknown, from = 0): boolean {
  if (indexOf(list, x, from) >= 0) return true;
  const isNone = (y: unknown): boolean => decide(ne, [y, y]);
  return isNone(x) && list.slice(from).some(isNone);
}
