/** IR types in TypeScript's words, for messages. */
import { absentText } from "../../ir/type.ts";
import type { RecordDecl, Type } from "../../ir/types.ts";

/** The type as a TypeScript programmer would write it. */
export function showType(type: Type, open: readonly RecordDecl[] = []): string {
  switch (type.kind) {
    case "number":
    case "boolean":
    case "string":
    case "undefined":
    case "snapshot":
      return type.kind;
    case "optional":
      return `${showType(type.of, open)} | ${absentText(type.absent)}`;
    case "array":
      if (type.storage !== "Array") return type.storage;
      return type.element.kind === "optional"
        ? `(${showType(type.element, open)})[]`
        : `${showType(type.element, open)}[]`;
    case "tape":
      return "Tape";
    case "function":
      return "function";
    case "record": {
      const { decl } = type;
      if (decl.name !== "") return decl.name;
      if (open.includes(decl)) return "…";
      const inner = [...open, decl];
      if (decl.isTuple) return `[${decl.fields.map((f) => showType(f.type, inner)).join(", ")}]`;
      return `{ ${decl.fields.map((f) => `${f.name}: ${showType(f.type, inner)}`).join("; ")} }`;
    }
    default:
      return type satisfies never;
  }
}
