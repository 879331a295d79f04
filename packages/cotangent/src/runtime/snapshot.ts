/**
 * The contents of structures at one moment, so that they can be put back: into the same objects, which keep their
 * identity, so every name for them sees the old contents again. Put back any number of times.
 */
import type { Shape } from "./shape.ts";
import { ReferenceTape, Tape } from "./tape.ts";

type Fields = Record<string, unknown>;
type TypedArray = Float64Array;

/** What `snapshot` returns: one entry per object reached. */
export interface Snapshot {
  readonly objects: readonly object[];
  readonly contents: readonly unknown[];
}

interface Draft {
  readonly objects: object[];
  readonly contents: unknown[];
  readonly met: Set<object>;
  /** Objects whose contents are still to be remembered: structures may be deeper than the stack. */
  readonly pending: { readonly value: object; readonly shape: Shape; readonly place: number }[];
}

/** Remembers the contents of every object that is reached from `values`. */
export function snapshot(values: readonly unknown[], shapes: readonly Shape[]): Snapshot {
  const draft: Draft = { objects: [], contents: [], met: new Set(), pending: [] };
  values.forEach((value, i) => {
    remember(value, shapes[i] as Shape, draft);
  });
  for (let next = draft.pending.pop(); next; next = draft.pending.pop())
    draft.contents[next.place] = contentsOf(next.value, next.shape, draft);
  return { objects: draft.objects, contents: draft.contents };
}

function remember(value: unknown, shape: Shape, draft: Draft): void {
  if (typeof value !== "object" || value === null || shape === "value" || draft.met.has(value)) return;
  draft.met.add(value);
  draft.objects.push(value);
  const place = draft.contents.push(undefined) - 1;
  draft.pending.push({ value, shape, place });
}

function contentsOf(value: object, shape: Shape, draft: Draft): unknown {
  if (shape === "number" || shape === "value" || shape === "snapshot") {
    throw new TypeError(`an object was met where the layout says ${shape}`);
  }
  if (typeof shape === "string") return (value as TypedArray).slice();
  switch (shape.kind) {
    case "optional":
      return contentsOf(value, shape.of, draft);
    case "array": {
      const elements = (value as unknown[]).slice();
      for (const element of elements) remember(element, shape.of, draft);
      return elements;
    }
    case "record":
      return new FieldContents(
        shape.fields.map(([name, of]) => {
          const field = (value as Fields)[name];
          remember(field, of, draft);
          return { name, value: field, present: name in value };
        }),
      );
    case "tape": {
      if (value instanceof Tape) return value.values.slice(0, value.length);
      const tape = value as ReferenceTape;
      const slots = tape.values.slice(0, tape.length);
      for (const slot of slots) remember(slot, shape.of, draft);
      return slots;
    }
    default:
      return shape satisfies never;
  }
}

/** Puts the remembered contents back into the objects they were taken from. */
export function reinstate(taken: Snapshot): void {
  taken.objects.forEach((object, i) => {
    restore(object, taken.contents[i]);
  });
}

function restore(object: object, contents: unknown): void {
  if (ArrayBuffer.isView(object)) {
    (object as TypedArray).set(contents as TypedArray);
  } else if (object instanceof Tape) {
    const values = contents as Float64Array;
    object.length = 0;
    object.grow(values.length);
    object.values.set(values);
  } else if (object instanceof ReferenceTape) {
    const values = contents as unknown[];
    object.length = values.length;
    values.forEach((value, i) => {
      object.values[i] = value;
    });
  } else if (contents instanceof FieldContents) {
    for (const { name, value, present } of contents.fields) {
      if (present) (object as Fields)[name] = value;
      else delete (object as Fields)[name];
    }
  } else {
    const elements = contents as unknown[];
    const array = object as unknown[];
    array.length = elements.length;
    for (let i = 0; i < elements.length; i++) array[i] = elements[i];
  }
}

class FieldContents {
  readonly fields: readonly { readonly name: string; readonly value: unknown; readonly present: boolean }[];

  constructor(fields: FieldContents["fields"]) {
    this.fields = fields;
  }
}
