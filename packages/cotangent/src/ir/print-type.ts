/**
 * The text of types, of names and of literal values. A record is written out, `{x: number, y: number}`, unless it has a
 * name or leads back to itself; then it is declared once, at the top of the module.
 */
import { typedArrays } from "../runtime/typed-arrays.ts";
import { isRecursive } from "./shape.ts";
import { typeKey } from "./type.ts";
import type { RecordDecl, Type } from "./types.ts";

/** Writes types, and remembers which record types it must declare. */
export class TypePrinter {
  readonly #names = new Map<RecordDecl, string>();
  /** Declarations of one name and one layout are one declaration. */
  readonly #declared = new Map<string, { readonly name: string; readonly decl: RecordDecl }>();
  readonly #taken = new Set<string>();

  text(type: Type): string {
    switch (type.kind) {
      case "number":
      case "boolean":
      case "string":
      case "undefined":
      case "snapshot":
        return type.kind;
      case "optional": {
        const of = this.text(type.of);
        return `${type.of.kind === "function" ? `(${of})` : of} | ${type.absent}`;
      }
      case "array":
        return type.storage === "Array" ? `[${this.text(type.element)}]` : type.storage;
      case "tape":
        return `tape<${this.text(type.element)}>`;
      case "function":
        return `(${this.#texts(type.params)}) => (${this.#texts(type.results)})`;
      case "record":
        return type.decl.name === "" && !isRecursive(type.decl) ? this.#layout(type.decl) : this.#reference(type.decl);
      default:
        return type satisfies never;
    }
  }

  /** The declarations of the record types written so far, and of those that they mention. */
  declarations(): string[] {
    const lines: string[] = [];
    // Writing one declaration may bring up others, which the iteration then meets.
    for (const { name, decl } of this.#declared.values()) lines.push(`record ${name} = ${this.#layout(decl)}`);
    return lines;
  }

  #texts(types: readonly Type[]): string {
    return types.map((type) => this.text(type)).join(", ");
  }

  #layout(decl: RecordDecl): string {
    if (decl.isTuple) return `#[${decl.fields.map((f) => this.text(f.type)).join(", ")}]`;
    return `{${decl.fields.map((f) => `${fieldText(f.name)}${f.variant ? "?" : ""}: ${this.text(f.type)}`).join(", ")}}`;
  }

  #reference(decl: RecordDecl): string {
    const known = this.#names.get(decl);
    if (known) return known;
    const wanted = identifier(decl.name) || "Record";
    const key = `${wanted}/${typeKey({ kind: "record", decl })}`;
    const same = this.#declared.get(key);
    let name = same?.name ?? wanted;
    if (!same) {
      for (let i = 1; this.#taken.has(name) || reserved.has(name); i++) name = numbered(wanted, i);
      this.#taken.add(name);
      this.#declared.set(key, { name, decl });
    }
    this.#names.set(decl, name);
    return name;
  }
}

/** Words that mean a type themselves. */
export const storages = Object.keys(typedArrays) as readonly (keyof typeof typedArrays)[];
const reserved: ReadonlySet<string> = new Set([
  ...storages,
  ...["number", "boolean", "string", "undefined", "null", "snapshot", "tape"],
]);

/** `hint` with what no name may contain replaced; empty if there is none. */
export function identifier(hint: string | undefined): string {
  return (hint ?? "").replace(/[^\w$]/g, "_").replace(/^(?=\d)/, "_");
}

/** The `count`th name made of `name`. */
export function numbered(name: string, count: number): string {
  return /\d$/.test(name) ? `${name}_${count}` : `${name}${count}`;
}

/** A name with dots in it (a function, a host function, a global), in quotes where it is not one. */
export function nameText(name: string): string {
  return /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/.test(name) ? name : JSON.stringify(name);
}

/** The name of a field, in quotes where it is no identifier and no index. */
export function fieldText(name: string): string {
  return /^([A-Za-z_$][\w$]*|0|[1-9]\d*)$/.test(name) ? name : JSON.stringify(name);
}

/** A JavaScript value as text: scalars, arrays, typed arrays, plain objects. Throws for anything else. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "string":
      return JSON.stringify(value);
    case "object": {
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
      const { name } = value.constructor;
      if (storages.some((s) => s === name)) return `${name}[${[...(value as Float64Array)].map(valueText).join(", ")}]`;
      const fields = Object.entries(value).map(([field, of]) => `${fieldText(field)}: ${valueText(of)}`);
      return `{${fields.join(", ")}}`;
    }
    default:
      throw new TypeError(`a ${typeof value} has no text`);
  }
}
