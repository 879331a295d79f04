/** Structures as lists of their numbers, overloaded or not, and back. Lists that stand for float arrays stay such. */
import { FloatList } from "./lists.ts";
import { type Real, Value } from "./value.ts";

type Fields = Readonly<Record<string, unknown>>;

export function isReal(x: unknown): x is Real {
  return typeof x === "number" || x instanceof Value;
}
function isIntegers(x: object): boolean {
  return ArrayBuffer.isView(x) && !(x instanceof Float64Array || x instanceof Float32Array);
}

/** The numbers of a structure, in order, or what `along` has in their places; 0 where it has none. */
export function numbersIn(x: unknown, along: unknown = x): Real[] {
  if (isReal(x)) return [isReal(along) ? along : 0];
  if (typeof x !== "object" || x === null || isIntegers(x)) return [];
  return Object.entries(x).flatMap(([key, part]) => numbersIn(part, (along as Fields | null | undefined)?.[key]));
}

/** The structure of `x` with the next of `numbers` in the place of each of its own; `other` of what is none. */
export function withNumbers(x: unknown, numbers: Iterator<Real>, other: (part: unknown) => unknown): unknown {
  if (isReal(x)) return numbers.next().value;
  if (typeof x !== "object" || x === null || isIntegers(x)) return other(x);
  if (x instanceof Float64Array || x instanceof Float32Array || x instanceof FloatList) {
    const isSingle = x instanceof FloatList ? x.isSingle : x instanceof Float32Array;
    const elements = Array.from(x, () => numbers.next().value as Real);
    if (elements.some((e) => typeof e !== "number")) return FloatList.holding(elements, isSingle);
    return isSingle ? Float32Array.from(elements as number[]) : Float64Array.from(elements as number[]);
  }
  if (Array.isArray(x)) return x.map((part) => withNumbers(part, numbers, other));
  return Object.fromEntries(Object.entries(x).map(([key, part]) => [key, withNumbers(part, numbers, other)]));
}

/** Copies of structures, with the same numbers. */
export function copied(x: unknown): unknown {
  return withNumbers(x, numbersIn(x).values(), (part) => (ArrayBuffer.isView(part) ? structuredClone(part) : part));
}
