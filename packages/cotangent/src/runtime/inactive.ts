/**
 * Calls that derivatives take no part in: of functions that the program declares inactive, and of functions whose source
 * nobody has. What such a function does is its own affair, so it gets copies, and what it gives is copied: the memory of
 * the program stays the program's. That it writes nothing into its arguments is seen by comparing afterwards.
 */
import { RuntimeError } from "./error.ts";
import { type RuleOutputs, ruleOf } from "./rules.ts";

/** Own to objects that stand for numbers (`core/scalar.ts`): gives the number without its derivative. */
const scalar = Symbol.for("cotangent.scalar");

/** The number that an object stands for; anything else as it is. */
function numberOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(scalar in value)) return value;
  return (value as Record<symbol, () => number>)[scalar]?.();
}

/** A deep copy of any value, sharing and classes kept. `copies` holds what was copied already. */
export function copyOf(value: unknown, copies: Map<object, object>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (scalar in value) return numberOf(value);
  const known = copies.get(value);
  if (known) return known;
  if (ArrayBuffer.isView(value)) {
    const copied = "slice" in value ? (value as Float64Array).slice() : structuredClone(value);
    copies.set(value, copied);
    return copied;
  }
  const copied: Record<string, unknown> = Array.isArray(value)
    ? (new Array(value.length) as unknown as Record<string, unknown>)
    : Object.create(Object.getPrototypeOf(value));
  copies.set(value, copied);
  for (const [key, element] of Object.entries(value)) copied[key] = copyOf(element, copies);
  return copied;
}

/**
 * What `f` gives for `args`, none of which it can reach: its result, or the list of its outputs where it carries a rule that
 * names them. Throws `inactive-writes` if it wrote what is no output, and what `f` throws.
 */
export function callInactive<A extends readonly unknown[], R>(f: (...args: A) => R, ...args: A): R {
  const copies = new Map<object, object>();
  const given = args.map((arg) => copyOf(arg, copies)) as unknown as A;
  const result = f(...given);
  const outputs = ruleOf(f)?.outputs;
  const written = outputs ? reachedBy(given, outputs) : undefined;
  for (const [original, copy] of copies)
    if (!sameContents(original, copy, copies, written?.has(copy) ?? false)) refuseWritten(f);
  if (!outputs) return copyOf(result, new Map()) as R;
  if (!outputs.includes("result") && result !== undefined && !outputs.some((o) => given[o as number] === result))
    throw new TypeError(`${nameOf(f)} must give nothing, or the argument that it writes: its result is no output`);
  return outputs.map((o) => copyOf(o === "result" ? result : given[o], new Map())) as R;
}

/** Every object that the outputs among the arguments reach. */
function reachedBy(args: readonly unknown[], outputs: RuleOutputs): ReadonlySet<object> {
  const found = new Set<object>();
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null || found.has(value)) return;
    found.add(value);
    if (!ArrayBuffer.isView(value)) for (const part of Object.values(value)) walk(part);
  };
  for (const o of outputs) if (o !== "result") walk(args[o]);
  return found;
}

function nameOf(f: object): string {
  return "name" in f && f.name ? String(f.name) : "the function";
}

function refuseWritten(f: object): never {
  throw new RuntimeError(
    "inactive-writes",
    `${nameOf(f)} has written into an argument: it is called with copies, since no derivative flows through it, so the ` +
      "program would not see what it wrote. Let it return what it computes.",
  );
}

/** True if `copy` still is what was copied of `original`; its numbers and texts may differ where it `isWritten`. */
function sameContents(
  original: object,
  copy: object,
  copies: ReadonlyMap<object, object>,
  isWritten: boolean,
): boolean {
  if (ArrayBuffer.isView(original)) {
    const [a, b] = [original as Float64Array, copy as Float64Array];
    if (!("length" in original)) return true;
    return a.length === b.length && (isWritten || a.every((x, i) => Object.is(x, b[i])));
  }
  const keys = Object.keys(original);
  if (keys.length !== Object.keys(copy).length) return false;
  const [from, to] = [original, copy] as [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];
  if (Array.isArray(original) && original.length !== (copy as unknown[]).length) return false;
  return keys.every((key) => {
    const value = numberOf(from[key]);
    if (typeof value === "object" && value !== null) return copies.get(value) === to[key];
    return isWritten ? typeof to[key] !== "object" || to[key] === null : Object.is(value, to[key]);
  });
}
