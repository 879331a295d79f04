/**
 * Typed arrays that lie over one another in their buffers. Those that overlap, directly or by way of others, are of one
 * span; a copy of the structure that they are in has one array for each span, and views of that in their places.
 */
import { RuntimeError } from "./error.ts";
import { Later } from "./later.ts";
import type { Shape } from "./shape.ts";
import { ReferenceTape } from "./tape.ts";

export type TypedArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

interface Span {
  readonly first: TypedArray;
  readonly begin: number;
  end: number;
  copy: TypedArray | undefined;
}

/** Refuses two views of one buffer. */
export function refuseOverlap(one: TypedArray, other: TypedArray): never {
  throw new RuntimeError(
    "overlapping-views",
    `two typed arrays share a part of their memory: ${describeView(one)} and ${describeView(other)} of one buffer. ` +
      "Pass views that are disjoint or the same, or pass copies (`slice()`).",
  );
}

function describeView(view: TypedArray): string {
  return `the ${view.constructor.name} at bytes ${view.byteOffset} to ${view.byteOffset + view.byteLength}`;
}

/** The spans of the typed arrays in a structure. Throws `overlapping-views` where elements of different kinds overlap. */
export class Spans {
  readonly #spanOf = new Map<TypedArray, Span>();

  constructor(structure: unknown, shape: Shape) {
    const views = [...viewsIn(structure, shape)];
    const byBuffer = new Map<ArrayBufferLike, TypedArray[]>();
    for (const view of views) byBuffer.set(view.buffer, [...(byBuffer.get(view.buffer) ?? []), view]);
    for (const list of byBuffer.values()) {
      let span: Span | undefined;
      for (const view of list.sort((a, b) => a.byteOffset - b.byteOffset)) {
        const end = view.byteOffset + view.byteLength;
        if (!span || view.byteOffset >= span.end) {
          span = { first: view, begin: view.byteOffset, end, copy: undefined };
        }
        if (view.constructor !== span.first.constructor) refuseOverlap(span.first, view);
        span.end = Math.max(span.end, end);
        this.#spanOf.set(view, span);
      }
    }
  }

  /** What stands for a view in the copy, in an array that `make` makes with the elements of its span. */
  copyOf(view: TypedArray, make: (whole: TypedArray) => TypedArray): TypedArray {
    const span = this.#spanOf.get(view);
    if (!span) return make(view);
    const size = view.BYTES_PER_ELEMENT;
    const kind = view.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => TypedArray;
    span.copy ??= make(new kind(view.buffer, span.begin, (span.end - span.begin) / size));
    const start = (view.byteOffset - span.begin) / size;
    return span.copy.subarray(start, start + view.length);
  }
}

/** Every typed array that is reached. */
function viewsIn(structure: unknown, shape: Shape): ReadonlySet<TypedArray> {
  const found = new Set<TypedArray>();
  const met = new Set<unknown>();
  const later = new Later();
  const walk = (value: unknown, at: Shape): void => {
    if (typeof value !== "object" || value === null || at === "value" || at === "snapshot") return;
    if (ArrayBuffer.isView(value)) {
      found.add(value as TypedArray);
      return;
    }
    if (typeof at === "string") return;
    if (at.kind === "optional") return walk(value, at.of);
    if (met.has(value)) return;
    met.add(value);
    switch (at.kind) {
      case "array":
        for (const element of value as unknown[]) walk(element, at.of);
        return;
      case "record":
        for (const [name, of] of at.fields) later.visit(() => walk((value as Record<string, unknown>)[name], of));
        return;
      case "tape":
        if (value instanceof ReferenceTape) for (let i = 0; i < value.length; i++) walk(value.values[i], at.of);
        return;
      default:
        at satisfies never;
    }
  };
  walk(structure, shape);
  later.finish();
  return found;
}
