/** Module constants that are self-contained literals: their values, and the IR types of those values. */
import ts from "typescript";
import { primitiveForCall, primitiveForOperator } from "../../elementals/index.ts";
import { array, number } from "../../ir/type.ts";
import type { Type } from "../../ir/types.ts";
import { typedArrays } from "../../runtime/typed-arrays.ts";
import type { Context } from "../context.ts";
import { predefinedNumber } from "../library/predefined.ts";
import { bare } from "../syntax/scan.ts";
import { tryType } from "../types/types.ts";
import { typedStorage } from "../values/views.ts";
import { isPredefined, resolveSymbol } from "./globals.ts";

const cached = new WeakMap<ts.Expression, { readonly value: unknown } | "none">();

/** The value of a literal made of numbers, strings, booleans, arrays, typed arrays and objects; undefined for the rest. */
export function literalValue(cx: Context, node: ts.Expression): { readonly value: unknown } | undefined {
  const known = cached.get(node);
  if (known) return known === "none" ? undefined : known;
  // A constant that refers to itself has no value.
  cached.set(node, "none");
  const found = evaluate(cx, node);
  cached.set(node, found ?? "none");
  return found;
}

function evaluate(cx: Context, node: ts.Expression): { readonly value: unknown } | undefined {
  const inner = bare(node);
  if (ts.isNumericLiteral(inner)) return { value: Number(inner.text) };
  if (ts.isStringLiteralLike(inner)) return { value: inner.text };
  if (inner.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
  if (inner.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
  if (inner.kind === ts.SyntaxKind.NullKeyword) return { value: null };
  if (ts.isPrefixUnaryExpression(inner) && inner.operator === ts.SyntaxKind.MinusToken) {
    const operand = evaluate(cx, inner.operand);
    return typeof operand?.value === "number" ? { value: -operand.value } : undefined;
  }
  if (ts.isBinaryExpression(inner)) {
    const left = evaluate(cx, inner.left)?.value;
    const right = evaluate(cx, inner.right)?.value;
    const primitive = primitiveForOperator(inner.operatorToken.getText(), 2);
    if (typeof left !== "number" || typeof right !== "number" || primitive?.gives !== "number") return undefined;
    return { value: primitive(left, right) };
  }
  if (ts.isArrayLiteralExpression(inner)) {
    const elements = inner.elements.map((e) => evaluate(cx, e));
    return elements.every((e) => e !== undefined) ? { value: elements.map((e) => e.value) } : undefined;
  }
  if (ts.isObjectLiteralExpression(inner)) {
    const entries: [string, unknown][] = [];
    for (const member of inner.properties) {
      const name = ts.isPropertyAssignment(member) ? nameOf(cx, member.name) : undefined;
      const value = name !== undefined && ts.isPropertyAssignment(member) && evaluate(cx, member.initializer);
      if (name === undefined || !value) return undefined;
      entries.push([name, value.value]);
    }
    return { value: Object.fromEntries(entries) };
  }
  if (ts.isPropertyAccessExpression(inner)) return evaluateMember(cx, inner);
  if (ts.isIdentifier(inner)) return evaluateName(cx, inner);
  if (ts.isCallExpression(inner)) return evaluateMath(cx, inner) ?? evaluateTyped(cx, inner);
  return ts.isNewExpression(inner) ? (evaluateTyped(cx, inner) ?? evaluateTable(cx, inner)) : undefined;
}

/** The name of a property, `a`, `[Color.Red]`; undefined for one that is not known. */
function nameOf(cx: Context, name: ts.PropertyName): string | undefined {
  if (ts.isPrivateIdentifier(name) || ts.isBigIntLiteral(name)) return undefined;
  if (!ts.isComputedPropertyName(name)) return name.text;
  const value = evaluate(cx, name.expression)?.value;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** `Math.PI`, `Color.Red`. */
function evaluateMember(cx: Context, node: ts.PropertyAccessExpression): { readonly value: unknown } | undefined {
  const declaration = resolveSymbol(cx, node)?.valueDeclaration;
  if (declaration && ts.isEnumMember(declaration)) {
    const value = cx.checker.getConstantValue(declaration);
    return value === undefined ? undefined : { value };
  }
  if (!ts.isIdentifier(node.expression) || !isPredefined(cx, resolveSymbol(cx, node.expression))) return undefined;
  const value = predefinedNumber(node.expression.text, node.name.text);
  return value === undefined ? undefined : { value };
}

/** Another constant's scalar value. */
function evaluateName(cx: Context, node: ts.Identifier): { readonly value: unknown } | undefined {
  const symbol = resolveSymbol(cx, node);
  if (isPredefined(cx, symbol)) {
    return node.text === "Infinity" || node.text === "NaN" ? { value: Number(node.text) } : undefined;
  }
  const declaration = symbol?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  if ((ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0) return undefined;
  const found = literalValue(cx, declaration.initializer);
  // An object's identity would be lost.
  return typeof found?.value === "object" ? undefined : found;
}

/** A function of Math at constants. */
function evaluateMath(cx: Context, node: ts.CallExpression): { readonly value: unknown } | undefined {
  const { expression: callee } = node;
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression)) return undefined;
  if (callee.expression.text !== "Math" || !isPredefined(cx, resolveSymbol(cx, callee.expression))) return undefined;
  const primitive = primitiveForCall(`Math.${callee.name.text}`);
  const args = node.arguments.map((a) => evaluate(cx, a)?.value);
  const fits = primitive?.arity === "variadic" || primitive?.arity === args.length;
  if (!primitive || !fits || !args.every((a): a is number => typeof a === "number")) return undefined;
  return { value: primitive(...args) };
}

/** `new Float64Array([…])`, `Float64Array.of(…)`. */
function evaluateTyped(
  cx: Context,
  node: ts.NewExpression | ts.CallExpression,
): { readonly value: unknown } | undefined {
  const callee =
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    (node.expression.name.text === "of" || node.expression.name.text === "from")
      ? node.expression
      : undefined;
  const made = ts.isNewExpression(node) ? node.expression : callee?.expression;
  if (!made || !ts.isIdentifier(made)) return undefined;
  const storage = typedStorage(made.text);
  if (!storage || storage === "Array" || !isPredefined(cx, resolveSymbol(cx, made))) return undefined;
  const args = (node.arguments ?? []).map((a) => evaluate(cx, a)?.value);
  // `from` may be given a function, too.
  const isOne = args.length === 1;
  const contents = callee?.name.text === "of" ? args : isOne ? args[0] : undefined;
  if (!Array.isArray(contents) || !contents.every((x) => typeof x === "number")) return undefined;
  return { value: typedArrays[storage].from(contents) };
}

/** `new Map([["a", 1]])`, `new Set(["a"])`. */
function evaluateTable(cx: Context, node: ts.NewExpression): { readonly value: unknown } | undefined {
  const { expression: made, arguments: [from, ...others] = [] } = node;
  if (!ts.isIdentifier(made) || !isPredefined(cx, resolveSymbol(cx, made)) || others.length > 0) return undefined;
  const list = from ? evaluate(cx, from)?.value : [];
  if (!Array.isArray(list)) return undefined;
  if (made.text === "Set") return { value: new Set(list) };
  return made.text === "Map" && list.every(Array.isArray)
    ? { value: new Map(list as [unknown, unknown][]) }
    : undefined;
}

/** The IR type of a literal's value: as declared, if that says it, else as the value shows. */
export function literalType(cx: Context, value: unknown, declared: ts.Type, node: ts.Node): Type | undefined {
  if (ArrayBuffer.isView(value)) return array(number, typedStorage(value.constructor.name) ?? "Float64Array");
  return tryType(cx, declared, node);
}
