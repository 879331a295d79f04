/**
 * Unions of values of different kinds. A value of one is a record with a field for each kind, of which the one that it is of
 * holds it; it is made where a value comes to a place of the union, never written, and taken apart where it is used:
 *
 *     number | string[]                      { asNumber?: number; asList?: string[] }
 *     typeof v === "number" ? v * v : 1      v.asNumber !== undefined ? v.asNumber * v.asNumber : 1
 *
 * To code outside they are the values themselves (`ir/border.ts`).
 */
import { unionMark } from "../../ir/border.ts";
import { holds, optional, record, typeKey } from "../../ir/type.ts";
import type { RecordDecl, RecordField, Type } from "../../ir/types.ts";
import type { Kind } from "../../runtime/shape.ts";
import type { Closures } from "./signatures.ts";

export interface Union {
  readonly type: Type & { readonly kind: "record" };
  /** The types of values by their kinds. */
  readonly parts: ReadonlyMap<Kind, Type>;
}

/** A union that is being made: what it holds may lead back to it. */
export interface OpenUnion {
  readonly type: Type & { readonly kind: "record" };
  readonly fields: RecordField[];
}

/** The unions of a session by their types. */
export class Unions {
  readonly #byKey = new Map<string, Union>();
  readonly #byDecl = new Map<RecordDecl, Union>();
  readonly #opened = new WeakSet<RecordDecl>();
  #count = 0;

  /** The union that a type of values is. */
  of(type: Type): Union | undefined {
    return type.kind === "record" ? this.#byDecl.get(type.decl) : undefined;
  }

  /** `alias`: what the program calls it. */
  open(alias = ""): OpenUnion {
    const fields: RecordField[] = [];
    const nominal = `union ${this.#count++}`;
    const decl: RecordDecl = { name: `${alias}${unionMark}`, isTuple: false, fields, nominal, outside: "union" };
    this.#opened.add(decl);
    return { type: record(decl) as OpenUnion["type"], fields };
  }

  /** True for a union, also while it is being made. */
  has(type: Type): boolean {
    return type.kind === "record" && this.#opened.has(type.decl);
  }

  /** The union of these parts; the same one for the same parts. */
  close({ type, fields }: OpenUnion, parts: ReadonlyMap<Kind, Type>): Union {
    const own = `&${type.decl.nominal}&`;
    const kinds = [...parts].sort(([a], [b]) => (a < b ? -1 : 1));
    // Of a union that leads back to itself also by its parts, which may come to be put together once more.
    const unfolded = kinds.map(([kind, part]) => `${kind}:${typeKey(part)}`).join();
    const keys = [unfolded, unfolded.replaceAll(own, "&self&")];
    const known = keys.map((key) => this.#byKey.get(key)).find((union) => union !== undefined);
    if (known) return known;
    fields.push(...kinds.map(([name, part]) => ({ name, type: optional(part) })));
    const made: Union = { type, parts: new Map(kinds) };
    for (const key of keys) this.#byKey.set(key, made);
    this.#byDecl.set(type.decl, made);
    return made;
  }

  make(parts: ReadonlyMap<Kind, Type>): Union {
    return this.close(this.open(), parts);
  }

  /** The union that holds the values of both types, if they are of different kinds. */
  join(closures: Closures, a: Type, b: Type): Type | undefined {
    const parts = new Map<Kind, Type>();
    for (const [kind, part] of [...this.partsOf(closures, a), ...this.partsOf(closures, b)]) {
      const there = parts.get(kind);
      if (there && typeKey(there) !== typeKey(part)) return undefined;
      parts.set(kind, part);
    }
    return parts.size > 1 ? this.make(parts).type : undefined;
  }

  /** What values of a type are, by kind: one, unless it is a union. */
  partsOf(closures: Closures, type: Type): ReadonlyMap<Kind, Type> {
    const kind = kindOfType(closures, type);
    return this.of(type)?.parts ?? new Map(kind ? [[kind, type]] : []);
  }
}

/** The kind that values of a type are of; undefined if they may be missing. */
export function kindOfType(closures: Closures, type: Type): Kind | undefined {
  switch (type.kind) {
    case "number":
      return "asNumber";
    case "string":
      return "asText";
    case "boolean":
      return "asBoolean";
    case "array":
      return "asList";
    case "record":
      if (type.decl.isTuple) return "asList";
      return closures.of(type) ? "asFunction" : "asObject";
    default:
      return undefined;
  }
}

/** True if a value of a union is in values of this type, at any depth. */
export function holdsUnion(unions: Unions, type: Type): boolean {
  return holds(type, (t) => unions.of(t) !== undefined);
}
