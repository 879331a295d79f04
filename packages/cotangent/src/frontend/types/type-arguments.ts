/**
 * What the type parameters of a generic function stand for in one of its versions: the types of the arguments are held
 * against the declared ones, part by part, and a parameter is what it meets first.
 */
import ts from "typescript";
import type { Type } from "../../ir/types.ts";
import type { Context, Frame } from "../context.ts";
import { tableKind } from "../objects/maps.ts";
import { missingFlags } from "./types.ts";

/** Learns what the type parameters in `declared` stand for from the IR type of an argument. */
export function learnTypeArguments(cx: Context, frame: Frame, declared: ts.Type, actual: Type): void {
  const learn = (type: ts.Type, from: Type, depth: number): void => {
    if (depth > 8) return;
    if (type.flags & ts.TypeFlags.TypeParameter) {
      if (!frame.typeArguments.has(type)) frame.typeArguments.set(type, from);
      return;
    }
    if (type.isUnion()) {
      const inner = from.kind === "optional" ? from.of : from;
      const open = type.types.filter((t) => !(t.flags & (missingFlags | ts.TypeFlags.Null)));
      if (open.length === 1) learn(open[0] as ts.Type, inner, depth + 1);
      return;
    }
    if (cx.checker.isArrayType(type) || cx.checker.isTupleType(type)) {
      if (from.kind === "array") {
        for (const t of cx.checker.getTypeArguments(type as ts.TypeReference)) learn(t, from.element, depth + 1);
      } else if (from.kind === "record") {
        cx.checker.getTypeArguments(type as ts.TypeReference).forEach((t, i) => {
          const field = from.decl.fields[i];
          if (field) learn(t, field.type, depth + 1);
        });
      }
      return;
    }
    const table = cx.session.tables.of(from);
    if (table?.kind === "dictionary") {
      const indexed = type.getStringIndexType() ?? type.getNumberIndexType();
      if (indexed) learn(indexed, table.value as Type, depth + 1);
      if (indexed) return;
    }
    if (table && tableKind(type.getSymbol()?.name ?? "") !== undefined) {
      const [key, value] = cx.checker.getTypeArguments(type as ts.TypeReference);
      if (key) learn(key, table.key, depth + 1);
      if (value && table.value) learn(value, table.value, depth + 1);
      return;
    }
    if (from.kind === "record" && type.flags & ts.TypeFlags.Object) {
      for (const property of cx.checker.getPropertiesOfType(type)) {
        const field = from.decl.fields.find((f) => f.name === property.name);
        const at = property.valueDeclaration;
        if (field && at) learn(cx.checker.getTypeOfSymbolAtLocation(property, at), field.type, depth + 1);
      }
    }
  };
  learn(declared, actual, 0);
}
