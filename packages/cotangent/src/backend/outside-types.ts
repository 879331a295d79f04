/**
 * The types of exported functions as code outside has them, where these are other than in generated code: of a record that
 * stands for a map the type `Map`, and of what holds one a type that holds that.
 */
import type { Crossing } from "../ir/border.ts";
import { crosses, unionMark } from "../ir/border.ts";
import { derivativeType } from "../ir/derivative-type.ts";
import { array, isScalar, number, optional, record, tuple, typeKey, unit } from "../ir/type.ts";
import type { RecordDecl, RecordField, Type } from "../ir/types.ts";
import type { Kind } from "../runtime/shape.ts";

/** Records that are written as `Map<K, V>` and its like, tuples that end in any number of elements, values of several kinds. */
const written = new WeakMap<RecordDecl, "Map" | "Set" | "Record" | "open" | "union">();

/** In the order in which they are written. */
const kinds: readonly string[] = ["asNumber", "asText", "asBoolean", "asList", "asObject"] satisfies readonly Kind[];

function inOrder(fields: readonly RecordField[]): readonly RecordField[] {
  return [...fields].sort((a, b) => kinds.indexOf(a.name) - kinds.indexOf(b.name));
}

/** True of a record that is written as the union of its fields' types. */
export function isOutsideUnion(decl: RecordDecl): boolean {
  return written.get(decl) === "union";
}

/** The text of a type that only code outside has. */
export function outsideText(decl: RecordDecl, print: (type: Type) => string): string | undefined {
  const name = written.get(decl);
  if (name === "union") return [...new Set(decl.fields.map((f) => print(f.type)))].join(" | ");
  if (name === "open")
    return `[${decl.fields.map((f, i) => (i < decl.fields.length - 1 ? "" : "...") + print(f.type)).join(", ")}]`;
  return name && `${name}<${decl.fields.map((f) => print(f.type)).join(", ")}>`;
}

/** What code outside has for a value of type `inside`, which crosses like this. */
export function outsideType(crossing: Crossing | undefined, inside: Type): Type {
  if (!crossing) return inside;
  switch (crossing.kind) {
    case "value":
      return new Outside((type) => type, "", true).of(crossing.type);
    case "derivative": {
      const { at, type } = crossing;
      if (!at) return new Outside(derivativeType, "Gradient", false).of(type);
      const leaf = outsideType(at, number);
      return new Outside((t) => jacobian(t, leaf), "Jacobian", false, leaf).of(type);
    }
    case "list": {
      const parts = crossing.parts.map((part, i) => outsideType(part, partType(inside, i)));
      return crossing.rest ? openTuple(parts) : tuple(...parts);
    }
    case "function": {
      if (inside.kind !== "function") throw new TypeError(`${typeKey(inside)} is no function`);
      const params = inside.params.map((p, i) => outsideType(crossing.params[i], p));
      return { kind: "function", params, results: inside.results.map((r) => outsideType(crossing.result, r)) };
    }
    default:
      return crossing satisfies never;
  }
}

function openTuple(parts: readonly Type[]): Type {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const fields = parts.map((type, i) => ({ name: String(i), type }));
  const decl: RecordDecl = { name: "", isTuple: true, fields };
  written.set(decl, "open");
  return record(decl);
}

function partType(inside: Type, i: number): Type {
  if (inside.kind === "array") return inside.element;
  return (inside.kind === "record" && inside.decl.fields[i]?.type) || unit;
}

/** The type of what has `leaf` in the place of each number of a structure that is the same outside. */
function jacobian(type: Type, leaf: Type): Type {
  return isScalar(type) ? leaf : type.kind === "array" && type.element.kind === "number" ? array(leaf) : unit;
}

class Outside {
  readonly #plain: (type: Type) => Type;
  readonly #mark: string;
  /** Keys alone are left of sets. */
  readonly #isValue: boolean;
  readonly #leaf: Type | undefined;
  readonly #made = new Map<RecordDecl, Type>();

  constructor(plain: (type: Type) => Type, mark: string, isValue: boolean, leaf?: Type) {
    this.#plain = plain;
    this.#mark = mark;
    this.#isValue = isValue;
    this.#leaf = leaf;
  }

  of(type: Type): Type {
    const isStructure = type.kind === "record" || (type.kind === "array" && !isScalar(type.element));
    if (!crosses(type) && !(this.#leaf && isStructure)) return this.#plain(type);
    switch (type.kind) {
      case "optional":
        return optional(this.of(type.of), type.absent);
      case "array":
        return array(this.of(type.element));
      case "record":
        return this.#record(type.decl);
      default:
        throw new TypeError(`a ${type.kind} that crosses the border`);
    }
  }

  #record(decl: RecordDecl): Type {
    const known = this.#made.get(decl);
    if (known) return known;
    const fields: RecordField[] = [];
    const { outside, isTuple } = decl;
    if (outside === "set" && !this.#isValue) return unit;
    const own = outside === "union" ? decl.name.slice(0, -unionMark.length) : outside ? "" : decl.name;
    const name = own && `${own}${this.#mark}`;
    const made: RecordDecl = { name, isTuple, fields };
    this.#made.set(decl, record(made));
    if (!outside) {
      for (const f of decl.fields) fields.push({ ...f, type: this.of(f.type) });
      return record(made);
    }
    if (outside === "union") {
      written.set(made, "union");
      for (const f of inOrder(decl.fields))
        fields.push({ ...f, type: this.of(f.type.kind === "optional" ? f.type.of : f.type) });
      return record(made);
    }
    written.set(made, outside === "map" ? "Map" : outside === "set" ? "Set" : "Record");
    const [keys, values] = decl.fields;
    if (keys?.type.kind === "array") fields.push({ name: "key", type: keys.type.element });
    if (outside !== "set" && values?.type.kind === "array")
      fields.push({ name: "value", type: this.of(values.type.element) });
    return record(made);
  }
}
