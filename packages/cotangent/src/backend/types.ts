/**
 * IR types as TypeScript annotations. A named record is an interface of the module, structurally equal ones share it;
 * a record without a name is written out; one that leads back to itself gets a name in any case.
 */
import { absentText, isReference, typeKey } from "../ir/type.ts";
import type { RecordDecl, Type } from "../ir/types.ts";
import { Scope, toIdentifier } from "./names.ts";
import { isOutsideUnion, outsideText } from "./outside-types.ts";

export interface TypePrinter {
  readonly print: (type: Type) => string;
  /** The result type of a function with these results. */
  readonly printResults: (results: readonly Type[]) => string;
  /** The interfaces that were needed, in order of first use. */
  readonly declarations: () => readonly string[];
  /** The names of these interfaces, and of what else is called by a type's name. */
  readonly names: Scope;
}

/** `runtime` names a type that must be imported from the runtime. */
export function makeTypePrinter(runtime: (name: string) => string): TypePrinter {
  const names = new Scope();
  const named = new Map<string, string>();
  const texts: string[] = [];

  const print = (type: Type): string => {
    switch (type.kind) {
      case "number":
      case "boolean":
      case "string":
        return type.kind;
      case "undefined":
        // The unit type: shadows have null in the place of what holds no number.
        return "null | undefined";
      case "optional":
        return `${type.of.kind === "function" ? printOperand(type.of) : print(type.of)} | ${absentText(type.absent)}`;
      case "array":
        return type.storage === "Array" ? `${printOperand(type.element)}[]` : type.storage;
      case "tape":
        return type.element.kind === "number" ? runtime("Tape") : `${runtime("ReferenceTape")}<${print(type.element)}>`;
      case "snapshot":
        return runtime("Snapshot");
      case "function":
        return `(${type.params.map((p, i) => `a${i}: ${print(p)}`).join(", ")}) => ${printResults(type.results)}`;
      case "record":
        return printRecord(type.decl, type);
      default:
        return type satisfies never;
    }
  };
  const printOperand = (type: Type): string => {
    const text = print(type);
    const isUnion = type.kind === "record" && isOutsideUnion(type.decl) && text.includes("|");
    const isCompound = type.kind === "optional" || type.kind === "function" || type.kind === "undefined" || isUnion;
    return isCompound ? `(${text})` : text;
  };
  const printResults = (results: readonly Type[]): string => {
    const [only] = results;
    if (!only) return "void";
    return results.length === 1 ? print(only) : `[${results.map(print).join(", ")}]`;
  };
  const printRecord = (decl: RecordDecl, type: Type): string => {
    const recursive = leadsTo(decl, decl);
    const isUnion = recursive && isOutsideUnion(decl);
    const outside = isUnion ? undefined : outsideText(decl, print);
    if (outside !== undefined) return outside;
    if (!recursive && decl.isTuple) return `[${decl.fields.map((f) => print(f.type)).join(", ")}]`;
    if (!recursive && decl.name === "") return `{ ${printFields(decl).join("; ")} }`;
    const key = `${decl.name}${typeKey(type)}`;
    const known = named.get(key);
    if (known) return known;
    const name = names.claim(toIdentifier(decl.name) || "Structure");
    named.set(key, name);
    const place = texts.push("") - 1;
    texts[place] = isUnion
      ? `export type ${name} = ${outsideText(decl, print)};`
      : decl.isTuple
        ? `export type ${name} = [${decl.fields.map((f) => print(f.type)).join(", ")}];`
        : `export interface ${name} {\n${printFields(decl)
            .map((f) => `  ${f};\n`)
            .join("")}}`;
    return name;
  };
  const printFields = (decl: RecordDecl): readonly string[] =>
    decl.fields.map((f) => {
      const mark = f.variant || (f.type.kind === "optional" && f.type.absent !== "null") ? "?" : "";
      return `${printKey(f.name)}${mark}: ${print(f.type)}`;
    });
  return { print, printResults, declarations: () => texts, names };
}

/** A property name, quoted where it must be. */
export function printKey(name: string): string {
  return isPlainName(name) ? name : JSON.stringify(name);
}
/** True if `object.name` can be written with a dot. */
export function isPlainName(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** True if a record of layout `from` can hold one of layout `to` at some depth. */
export function leadsTo(from: RecordDecl, to: RecordDecl, met = new Set<RecordDecl>()): boolean {
  const within = (type: Type): boolean => {
    switch (type.kind) {
      case "optional":
        return within(type.of);
      case "array":
      case "tape":
        return within(type.element);
      case "record":
        return type.decl === to || (!met.has(type.decl) && !!met.add(type.decl) && leadsTo(type.decl, to, met));
      default:
        return false;
    }
  };
  return from.fields.some((f) => within(f.type));
}

/** True if TypeScript would not infer this type, but another one, from a literal, a call of the runtime, or a load. */
export function needsAnnotation(type: Type): boolean {
  return isReference(type) || type.kind === "optional" || type.kind === "undefined" || type.kind === "function";
}
