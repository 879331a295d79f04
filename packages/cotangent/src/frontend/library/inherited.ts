/**
 * Functions of `Object.prototype`, called on a value to ask what it is:
 *
 *     const toString = Object.prototype.toString;
 *     toString.call(value).endsWith("Array]")          Object.prototype.hasOwnProperty.call(options, "window")
 */
import ts from "typescript";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, isValue, type Operand, quote, refuse } from "../context.ts";
import { isCaughtError } from "../control/thrown.ts";
import { branch } from "../flow.ts";
import { lowerArguments } from "../functions/call.ts";
import { isPredefined, resolveSymbol } from "../modules/globals.ts";
import { isKeyedByIdentity } from "../objects/maps.ts";
import { isPresent } from "../objects/properties.ts";
import { bare } from "../syntax/scan.ts";
import { asValue, byAbsence } from "../values/expression.ts";

/** The call `f.call(value, …)` of a function that all objects inherit; undefined if `f` is another. */
export function callInherited(cx: Context, node: ts.CallExpression, f: ts.Expression): Value | undefined {
  const name = inheritedName(cx, f);
  const use = name === undefined ? undefined : inherited.get(name);
  if (!use) return undefined;
  const [of, ...others] = lowerArguments(cx, node);
  return of ? use(cx, asValue(cx, of, node), others, node) : refuse(node, "library-function", quote(node));
}

/** The name of the function of `Object.prototype` that `f` is, or that a constant holds. */
function inheritedName(cx: Context, given: ts.Expression): string | undefined {
  const f = bare(given);
  if (ts.isPropertyAccessExpression(f)) {
    const from = bare(f.expression);
    const isOfObjects =
      ts.isPropertyAccessExpression(from) &&
      from.name.text === "prototype" &&
      ts.isIdentifier(from.expression) &&
      from.expression.text === "Object" &&
      isPredefined(cx, resolveSymbol(cx, from.expression));
    return isOfObjects ? f.name.text : undefined;
  }
  const declaration = ts.isIdentifier(f) ? resolveSymbol(cx, f)?.valueDeclaration : undefined;
  const isConstant =
    declaration &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConstant && declaration.initializer ? inheritedName(cx, declaration.initializer) : undefined;
}

type Inherited = (cx: Context, of: Value, others: readonly Operand[], node: ts.CallExpression) => Value;

const inherited: ReadonlyMap<string, Inherited> = new Map<string, Inherited>([
  [
    "toString",
    (cx, of, _others, node) => {
      const tag = (value: Value): Value => cx.constant(`[object ${tagOf(cx, value, node)}]`);
      const { type } = of;
      if (type.kind !== "optional") return tag(of);
      const made = branch(
        cx,
        cx.b.present(of),
        () => tag(cx.b.unwrap(of)),
        () => byAbsence(cx, of, "[object Null]", "[object Undefined]"),
      );
      return asValue(cx, made as Operand, node);
    },
  ],
  [
    "hasOwnProperty",
    (cx, of, [key], node) =>
      key && isValue(key) ? isPresent(cx, of, key, node, true) : refuse(node, "library-function", quote(node)),
  ],
]);

/** What `Object.prototype.toString` calls values of a type. */
function tagOf(cx: Context, of: Value, node: ts.Node): string {
  const { type } = of;
  const { classes, closures, tables } = cx.session;
  const table = tables.of(type);
  if (table && isKeyedByIdentity(table)) return refuse(node, "library-function", quote(node));
  if (table) return table.kind === "map" ? "Map" : table.kind === "set" ? "Set" : "Object";
  if (classes.of(type) || isCaughtError(type)) return refuse(node, "library-function", quote(node));
  if (closures.of(type)) return "Function";
  if (type.kind === "undefined") return cx.known(of) === null ? "Null" : "Undefined";
  if (type.kind === "array") return type.storage;
  if (type.kind === "record") return type.decl.isTuple ? "Array" : "Object";
  return primitiveTags[type.kind as keyof typeof primitiveTags] ?? refuse(node, "library-function", quote(node));
}

const primitiveTags = { number: "Number", boolean: "Boolean", string: "String" } satisfies Partial<
  Record<Type["kind"], string>
>;
