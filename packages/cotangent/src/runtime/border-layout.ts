/**
 * The structure of a value that has crossed the border, as far as its derivatives need it: which keys it had, and where.
 * A derivative inside has places and no keys, one outside has keys and no places.
 */
import type { OutsideKind, Shape } from "./shape.ts";
import { shadowOf } from "./structure.ts";
import {
  contentShape,
  crosses,
  entriesOf,
  heldIn,
  isTable,
  isUnion,
  type Key,
  mismatch,
  placesOf,
  type Table,
  type UnionShape,
} from "./tables.ts";

type Fields = Record<string, unknown>;

/** What is known of the structure of a value: where its keys are. Undefined for what is the same on both sides. */
export type Layout =
  | undefined
  | { readonly kind: "parts"; readonly parts: Record<string | number, Layout> }
  /** Of which kind the value is, and what is known of it; of an array or a list also its length. */
  | {
      readonly kind: "union";
      readonly name: string;
      readonly of: Shape;
      readonly part: Layout;
      readonly length: number | undefined;
    }
  | {
      readonly kind: "table";
      readonly isNumbered: boolean;
      readonly keys: readonly Key[];
      /** Of each key, its place inside. */
      readonly places: readonly number[];
      /** By place, of the values. */
      readonly values: Layout[];
      /** By place, zeros in the structure of a value that has no key any more. */
      readonly gaps: readonly unknown[];
    };

export function partOf(layout: Layout, name: string | number): Layout {
  return layout?.kind === "parts" ? layout.parts[name] : undefined;
}

/** The layout of a structure inside. */
export function layoutOf(value: unknown, shape: Shape, made = new Map<unknown, Layout>()): Layout {
  if (typeof shape === "string" || value == null || !crosses(shape)) return undefined;
  if (shape.kind === "optional") return layoutOf(value, shape.of, made);
  if (shape.kind === "tape") throw new TypeError("no tape crosses");
  if (shape.kind === "record" && isUnion(shape)) {
    const { name, part, of } = heldIn(value, shape);
    const length = name === "asList" ? (part as ArrayLike<unknown>).length : undefined;
    return { kind: "union", name, of, part: layoutOf(part, of, made), length };
  }
  const known = made.get(value);
  if (known) return known;
  if (shape.kind === "record" && isTable(shape)) {
    const table = value as Table;
    const places = placesOf(table);
    const values: Layout[] = [];
    const gaps: unknown[] = [];
    const layout: Layout = {
      kind: "table",
      isNumbered: typeof table.keys[0] === "number",
      keys: places.map((at) => table.keys[at] as Key),
      places,
      values,
      gaps,
    };
    made.set(value, layout);
    const of = contentShape(shape);
    const isThere = new Set(places);
    table.keys.forEach((_, at) => {
      values.push(layoutOf(table.values?.[at], of, made));
      gaps.push(isThere.has(at) ? undefined : shadowOf(table.values?.[at], of));
    });
    return layout;
  }
  const parts: Record<string | number, Layout> = {};
  made.set(value, { kind: "parts", parts });
  if (shape.kind === "array") {
    (value as unknown[]).forEach((part, i) => {
      parts[i] = layoutOf(part, shape.of, made);
    });
  } else for (const [name, of] of shape.fields) parts[name] = layoutOf((value as Fields)[name], of, made);
  return made.get(value);
}

/** A tangent or cotangent from outside, as a shadow of the value with this layout. */
export function derivativeIn(
  value: unknown,
  shape: Shape,
  layout: Layout,
  made = new Map<unknown, unknown>(),
): unknown {
  if (typeof shape === "string" || !crosses(shape)) return value;
  if (shape.kind === "optional") return derivativeIn(value, shape.of, layout, made);
  if (shape.kind === "tape") throw new TypeError("no tape comes in");
  if (shape.kind === "record" && isUnion(shape)) return unionIn(value, shape, layout, made);
  // To code outside, a set holds no number, and neither does a map of text.
  if (value == null && layout?.kind === "table" && shape.kind === "record" && isTable(shape)) {
    if (contentShape(shape) !== "value") mismatch("a tangent or cotangent of a map is missing");
    return shadowTable(
      layout,
      layout.values.map(() => null),
      shape.outside,
    );
  }
  if (value == null) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  if (shape.kind === "array") {
    const list: unknown[] = [];
    made.set(value, list);
    (value as unknown[]).forEach((part, i) => {
      list.push(derivativeIn(part, shape.of, partOf(layout, i), made));
    });
    return list;
  }
  if (!isTable(shape)) {
    const fields = (shape.tuple ? [] : {}) as Fields;
    made.set(value, fields);
    for (const [name, of] of shape.fields)
      if (Object.hasOwn(value, name) || /^(table|union)$/.test(partOf(layout, name)?.kind ?? ""))
        fields[name] = derivativeIn((value as Fields)[name], of, partOf(layout, name), made);
    return fields;
  }
  if (layout?.kind !== "table") throw new TypeError("a derivative of a map whose keys are not known");
  const given = new Map(entriesOf(value, shape.outside));
  if (given.size !== layout.keys.length) mismatch("a tangent or cotangent has other keys than its value");
  const of = contentShape(shape);
  const values = [...layout.gaps];
  layout.places.forEach((place, i) => {
    const key = layout.keys[i] as Key;
    if (!given.has(key)) mismatch(`a tangent or cotangent lacks the key ${String(key)}`);
    values[place] = derivativeIn(given.get(key), of, layout.values[place], made);
  });
  const table = shadowTable(layout, values, shape.outside);
  made.set(value, table);
  return table;
}

/** The derivative by a value of one of several kinds, of which it has the kind. */
function unionIn(value: unknown, { fields }: UnionShape, layout: Layout, made: Map<unknown, unknown>): unknown {
  if (layout?.kind !== "union") return value;
  const { name, of, part, length } = layout;
  const isOfKind =
    of === "number" ? typeof value === "number" : length === undefined || value == null || lengthOf(value) === length;
  if (!isOfKind) mismatch("a tangent or cotangent is of another kind or length than its value");
  const zero = (shape: Shape): unknown =>
    shape === "value"
      ? null
      : typeof shape === "object" && shape.kind === "optional" && shape.of === "number"
        ? 0
        : undefined;
  return Object.fromEntries(
    fields.map(([field, shape]) => [
      field,
      field === name && of !== "value" ? derivativeIn(value, of, part, made) : zero(shape),
    ]),
  );
}

function lengthOf(value: unknown): number | undefined {
  return (value as ArrayLike<unknown>).length;
}

/** The shadow of a table: zeros in the place of its own numbers, and these values. */
function shadowTable(
  { isNumbered, values: { length } }: Layout & object & { kind: "table" },
  values: readonly unknown[],
  kind: OutsideKind,
): Fields {
  const keys = new Array(length).fill(isNumbered ? 0 : null);
  return { keys, ...(kind !== "set" && { values }), links: null, count: 0, start: 0 };
}
