/**
 * The run-time shape of an IR type: the data by which `cotangent/runtime` walks a structure, made once per type, and its
 * text in generated code. A recursive record's shape refers to itself: in memory a cycle, in text a getter.
 */
import type { RecordShape, Shape } from "../runtime/shape.ts";
import type { RecordDecl, Type } from "./types.ts";

const recordShapes = new WeakMap<RecordDecl, RecordShape>();

/** The shape of values of `type`; the same object for the same record declaration. */
export function shapeOf(type: Type): Shape {
  switch (type.kind) {
    case "number":
      return "number";
    case "boolean":
    case "string":
    case "undefined":
    case "function":
      return "value";
    case "snapshot":
      return "snapshot";
    case "optional": {
      const of = shapeOf(type.of);
      return of === "value" ? of : { kind: "optional", of };
    }
    case "array":
      return type.storage === "Array" ? { kind: "array", of: shapeOf(type.element) } : type.storage;
    case "tape":
      return { kind: "tape", of: shapeOf(type.element) };
    case "record":
      return recordShape(type.decl);
    default:
      return type satisfies never;
  }
}

function recordShape(decl: RecordDecl): RecordShape {
  const known = recordShapes.get(decl);
  if (known) return known;
  const fields: (readonly [string, Shape, true?])[] = [];
  const made: RecordShape = {
    kind: "record",
    fields,
    ...(decl.isTuple ? { tuple: true } : {}),
    ...(isRecursive(decl) ? { recursive: true } : {}),
    ...(decl.outside ? { outside: decl.outside } : {}),
  };
  recordShapes.set(decl, made);
  for (const field of decl.fields) {
    const of = shapeOf(field.type);
    fields.push(field.variant ? [field.name, of, true] : [field.name, of]);
  }
  return made;
}

/** True if a record of this layout can hold, at some depth, a record of this layout. */
export function isRecursive(decl: RecordDecl): boolean {
  const met = new Set<RecordDecl>();
  const reaches = (type: Type): boolean => {
    switch (type.kind) {
      case "optional":
        return reaches(type.of);
      case "array":
      case "tape":
        return reaches(type.element);
      case "record":
        if (type.decl === decl) return true;
        if (met.has(type.decl)) return false;
        met.add(type.decl);
        return type.decl.fields.some((f) => reaches(f.type));
      default:
        return false;
    }
  };
  return decl.fields.some((f) => reaches(f.type));
}

/** True if the shape leads back to itself, so that its text needs a constant of its own to name. */
export function isRecursiveShape(shape: Shape): boolean {
  const met = new Set<Shape>();
  const leads = (s: Shape): boolean => {
    if (typeof s === "string") return false;
    if (s.kind !== "record") return leads(s.of);
    if (met.has(s)) return false;
    met.add(s);
    return s.recursive === true || s.fields.some(([, of]) => leads(of));
  };
  return leads(shape);
}

/** How many parts are written for the shape if records are written wherever they are met; recursive ones count as one. */
export function sizeOfShape(shape: Shape): number {
  const sizes = new Map<Shape, number>();
  const size = (s: Shape): number => {
    if (typeof s === "string") return 1;
    if (s.kind !== "record") return 1 + size(s.of);
    const known = sizes.get(s);
    if (known !== undefined) return known;
    sizes.set(s, 1);
    const sum = s.fields.reduce((n, [, of]) => n + size(of), 1);
    sizes.set(s, sum);
    return sum;
  };
  return size(shape);
}

/** What the text of a record's shape says besides its fields. */
export function marksOf({ tuple, recursive, outside }: RecordShape): readonly string[] {
  return [
    ...(tuple ? ["tuple: true"] : []),
    ...(recursive ? ["recursive: true"] : []),
    ...(outside ? [`outside: "${outside}"`] : []),
  ];
}

/**
 * The expression, in TypeScript, that makes `shape`. `nameOf` gives the name of the constant that holds a record's
 * shape, where there is one: it must for every recursive record but the one that the text is for.
 */
export function shapeText(shape: Shape, nameOf: (shape: RecordShape) => string | undefined = () => undefined): string {
  const text = (s: Shape): string => {
    if (typeof s === "string") return JSON.stringify(s);
    const name = s.kind === "record" ? nameOf(s) : undefined;
    return name ?? bare(s);
  };
  const bare = (s: Exclude<Shape, string>): string => {
    if (s.kind !== "record") return `{ kind: "${s.kind}", of: ${text(s.of)} }`;
    const fields = s.fields
      .map(([name, of, own]) => `[${JSON.stringify(name)}, ${text(of)}${own ? ", true" : ""}]`)
      .join(", ");
    // A getter, because the constant that is being made is read only later.
    const member = s.recursive ? `get fields() { return [${fields}] as const; }` : `fields: [${fields}]`;
    return `{ kind: "record", ${member}${marksOf(s)
      .map((mark) => `, ${mark}`)
      .join("")} }`;
  };
  return typeof shape === "string" ? text(shape) : bare(shape);
}
