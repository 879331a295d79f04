/**
 * Text as a program reads it: lengths, characters, methods of strings. Each is a primitive of `elementals/text.ts`, or a
 * function of the prelude where JavaScript gives nothing past the end, throws, or makes an array.
 */
import ts from "typescript";
import { localeCompare, primitiveForMethod } from "../../elementals/index.ts";
import type { Value } from "../../ir/types.ts";
import { type Context, isFunction, isValue, type Operand, refuse } from "../context.ts";
import { apply } from "../flow.ts";
import { lowerArguments } from "../functions/call.ts";
import { applyTo } from "../library/builtins.ts";
import { callPrelude } from "../library/methods.ts";
import { callWithPattern, patternOf } from "../library/regular-expressions.ts";
import { asValue, expectNumber, lowerValue } from "./expression.ts";
import { concatenate, textPart } from "./literals.ts";

/** Methods that the prelude has, by their names there, with the number of arguments that it takes. */
const inPrelude: Readonly<Record<string, readonly [string, number]>> = {
  at: ["characterFrom", 1],
  codePointAt: ["codePointFrom", 1],
  repeat: ["repeated", 1],
  split: ["partsOf", 1],
};

const replacing: ReadonlySet<string> = new Set(["replace", "replaceAll"]);

/** `text.localeCompare(other)`, which the host that runs the program decides, whatever is known of the texts. */
function compared(cx: Context, text: Value, args: readonly Value[], node: ts.CallExpression): Value {
  const [other, ...language] = args;
  if (other?.type.kind !== "string" || language.length > 0)
    return refuse(node, "method", "localeCompare in a language");
  return cx.b.apply(localeCompare, [text, other]);
}

/** `text.concat(a, b)`. */
function concatenated(cx: Context, node: ts.CallExpression, text: Value): Value {
  if (node.arguments.some(ts.isSpreadElement)) return refuse(node, "spread-argument");
  return concatenate(cx, [text, ...node.arguments.map((a) => textPart(cx, lowerValue(cx, a), a))]);
}

/** `text.method(…)`. */
export function callTextMethod(cx: Context, node: ts.CallExpression, method: string, text: Value): Operand {
  const pattern = patternOf(cx, node.arguments[0]);
  if (pattern) return callWithPattern(cx, node, method, text, pattern);
  if (method === "toString" || method === "valueOf") return text;
  if (method === "concat") return concatenated(cx, node, text);
  const primitive = primitiveForMethod(method);
  const [name, count] = inPrelude[method] ?? [];
  if (!primitive && name === undefined) return refuse(node, "method", `${method} of string`);
  const spread = node.arguments.find(ts.isSpreadElement);
  if (spread) return refuse(spread, "spread-argument");
  const operands = lowerArguments(cx, node);
  const [part, by] = operands;
  const isCode = isFunction(by) || (isValue(by) && cx.session.closures.of(by.type) !== undefined);
  if (replacing.has(method) && part && isCode && isValue(part) && part.type.kind === "string")
    return callPrelude(cx, node, method === "replace" ? "replacedFirst" : "replacedAll", [text, part, by]);
  const args = operands.map((operand, i) => asValue(cx, operand, node.arguments[i] ?? node));
  if (replacing.has(method) && operands.length !== 2) return refuse(node, "method", `${method} of string`);
  if (method === "localeCompare") return compared(cx, text, args, node);
  if (primitive) return applyTo(cx, primitive, [text, ...args], node);
  if (args.length !== count) return refuse(node, "method", `${method} with ${args.length} arguments, of string`);
  const wanted = method === "split" ? "string" : "number";
  if (args[0]?.type.kind !== wanted) return refuse(node, "method", `${method} by something other than a ${wanted}`);
  return callPrelude(cx, node, name as string, [text, ...args]);
}

/** `text[i]`; with `optional`, missing where there is no such character. */
export function readCharacter(
  cx: Context,
  text: Value,
  index: Value,
  node: ts.ElementAccessExpression,
  optional: boolean,
): Value {
  if (index.type.kind === "string" && cx.known(index) === "length") return lengthOfText(cx, text);
  const i = expectNumber(index, node.argumentExpression);
  if (!optional) return apply(cx, "textElement", [text, i]);
  return asValue(cx, callPrelude(cx, node, "characterAt", [text, i]), node);
}

export function lengthOfText(cx: Context, text: Value): Value {
  return apply(cx, "textLength", [text], text.hint === undefined ? undefined : "length");
}

/** The characters that an iteration takes from a text, surrogate pairs whole, as an array; of anything else nothing. */
export function charactersOf(cx: Context, value: Value, node: ts.Node): Value | undefined {
  if (value.type.kind !== "string") return undefined;
  return asValue(cx, callPrelude(cx, node, "charactersOf", [value]), node);
}
