/**
 * Regular expressions. One is no value: it is known where it is used, as a literal or as a constant that holds one, and
 * what is done by it with text is a primitive of `elementals/patterns.ts` or a function of the prelude. An expression with
 * the flag `g` or `y` remembers where its last match ended, so that it is taken only where it is made, or where its
 * method begins anew by itself.
 */
import ts from "typescript";
import { array, number, optional, string } from "../../ir/type.ts";
import type { Value } from "../../ir/types.ts";
import { type Context, isFunction, isValue, type Operand, quote, refuse, Variable } from "../context.ts";
import { countedLoop } from "../control/loops.ts";
import { apply, branch } from "../flow.ts";
import { callAny } from "../functions/function-calls.ts";
import { resolveSymbol } from "../modules/globals.ts";
import { certainGroups } from "../syntax/pattern-groups.ts";
import { bare } from "../syntax/scan.ts";
import { asValue, lowerExpression, lowerValue } from "../values/expression.ts";
import { concatenate, textPart } from "../values/literals.ts";
import { callPrelude } from "./methods.ts";

interface Pattern {
  readonly source: string;
  readonly flags: string;
  /** It is made where it stands, each time. */
  readonly isNew: boolean;
}

/** The regular expression that `node` is known to be. */
export function patternOf(cx: Context, node: ts.Expression | undefined): Pattern | undefined {
  const inner = node && bare(node);
  if (!inner) return undefined;
  if (inner.kind === ts.SyntaxKind.RegularExpressionLiteral) {
    const { text } = inner as ts.RegularExpressionLiteral;
    const end = text.lastIndexOf("/");
    return { source: text.slice(1, end), flags: text.slice(end + 1), isNew: true };
  }
  const declaration = ts.isIdentifier(inner) ? resolveSymbol(cx, inner)?.valueDeclaration : undefined;
  const isConstant =
    declaration &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  const held = isConstant ? patternOf(cx, declaration.initializer) : undefined;
  return held && { ...held, isNew: false };
}

/** What a pattern is passed as. */
function passed(cx: Context, { source, flags }: Pattern): readonly [Value, Value] {
  return [cx.constant(source), cx.constant(flags)];
}

/** `/a+/.test(text)`, `/a+/.exec(text)`; undefined if the object is no regular expression. */
export function callPattern(
  cx: Context,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): Operand | undefined {
  const pattern = patternOf(cx, callee.expression);
  if (!pattern) return undefined;
  const [of, ...others] = node.arguments;
  if (!of || others.length > 0 || ts.isSpreadElement(of)) return refuse(node, "method", quote(node));
  if (!pattern.isNew && /[gy]/.test(pattern.flags))
    return refuse(node, "expression", "A regular expression that remembers its last match");
  const text = textOf(cx, of);
  if (callee.name.text === "test") return apply(cx, "matchesPattern", [text, ...passed(cx, pattern)]);
  if (callee.name.text === "exec") return firstGroupsOf(cx, text, pattern, node);
  return refuse(node, "method", `${callee.name.text} of a regular expression`);
}

function textOf(cx: Context, node: ts.Expression): Value {
  const text = lowerValue(cx, node);
  return text.type.kind === "string" ? text : refuse(node, "method", "a regular expression on what is no text");
}

/** `text.method(/a+/, …)`. */
export function callWithPattern(
  cx: Context,
  node: ts.CallExpression,
  method: string,
  text: Value,
  pattern: Pattern,
): Operand {
  const [, by, ...others] = node.arguments;
  const { flags } = pattern;
  const what = `${method} by this regular expression`;
  if (flags.includes("y") || others.length > 0) return refuse(node, "method", what);
  const goesByUnits = !/[uv]/.test(flags);
  if (method === "matchAll" && goesByUnits && flags.includes("g")) return allGroupsOf(cx, text, pattern, node);
  if (method === "replace" || method === "replaceAll") {
    if (!by || (method === "replaceAll" && !flags.includes("g"))) return refuse(node, "method", what);
    const operand = lowerExpression(cx, by);
    const isCode = isFunction(operand) || (isValue(operand) && cx.session.closures.of(operand.type) !== undefined);
    if (isCode) return goesByUnits ? replacedBy(cx, text, pattern, operand, node) : refuse(node, "method", what);
    const replacement = asValue(cx, operand, by);
    if (replacement.type.kind !== "string") return refuse(by, "method", what);
    return apply(cx, "replacePattern", [text, ...passed(cx, pattern), replacement]);
  }
  if (by) return refuse(node, "method", what);
  if (method === "search") return apply(cx, "matchStart", [text, ...passed(cx, pattern), cx.constant(0)]);
  if (method === "match" && !flags.includes("g")) return firstGroupsOf(cx, text, pattern, node);
  if (method === "match" && goesByUnits) return callPrelude(cx, node, "allMatches", [text, ...passed(cx, pattern)]);
  // Groups would be among the parts.
  if (method === "split" && goesByUnits && groupCount(pattern) === 0)
    return callPrelude(cx, node, "partsBetween", [text, ...passed(cx, pattern)]);
  return refuse(node, "method", what);
}

function groupCount({ source, flags }: Pattern): number {
  return (new RegExp(`${source}|`, flags.replace(/[gy]/g, "")).exec("")?.length ?? 1) - 1;
}

const group = optional(string);

/** A match that begins at `from`, or the first one behind it: what it is as a whole, and its groups, of which some may be missing. */
function groupsOf(cx: Context, text: Value, pattern: Pattern, from: Value, node: ts.Node): readonly Value[] {
  const certain = certainGroups(pattern.source);
  return Array.from({ length: groupCount(pattern) + 1 }, (_, k) => {
    const at = [text, ...passed(cx, pattern), from, cx.constant(k)];
    if (k === 0 || certain[k - 1]) return apply(cx, "groupOf", at);
    const found = branch(
      cx,
      apply(cx, "hasGroup", at),
      () => cx.b.wrap(apply(cx, "groupOf", at), "undefined"),
      () => cx.b.missing(group),
    );
    return asValue(cx, found as Operand, node);
  });
}

function listOf(cx: Context, groups: readonly Value[]): Value {
  return cx.b.array(
    groups.map((g) => (g.type.kind === "optional" ? g : cx.b.wrap(g, "undefined"))),
    array(group),
  );
}

/** The first match and its groups; null if nothing matches. */
function firstGroupsOf(cx: Context, text: Value, pattern: Pattern, node: ts.Node): Value {
  const from = cx.constant(0);
  const found = branch(
    cx,
    apply(cx, "hasGroup", [text, ...passed(cx, pattern), from, cx.constant(0)]),
    () => listOf(cx, groupsOf(cx, text, pattern, from, node)),
    () => cx.constant(null),
  );
  return asValue(cx, found as Operand, node);
}

/** Where matches begin: the first one, or all. */
function startsOf(cx: Context, text: Value, pattern: Pattern, node: ts.Node): Value {
  const all = cx.constant(pattern.flags.includes("g"));
  return asValue(cx, callPrelude(cx, node, "matchStarts", [text, ...passed(cx, pattern), all]), node);
}

/** `text.matchAll(/a+/g)`: the groups of all matches. */
function allGroupsOf(cx: Context, text: Value, pattern: Pattern, node: ts.Node): Value {
  const starts = startsOf(cx, text, pattern, node);
  const made = cx.b.array([], array(array(group)));
  countedLoop(
    cx,
    node,
    () => cx.b.length(starts),
    (i) => cx.b.push(made, listOf(cx, groupsOf(cx, text, pattern, cx.b.load(starts, i), node))),
  );
  return made;
}

/** `text.replace(/a+/g, f)`: f is called with the match, its groups, where it begins, and the text. */
function replacedBy(cx: Context, text: Value, pattern: Pattern, f: Operand, node: ts.Node): Value {
  const starts = startsOf(cx, text, pattern, node);
  const made = new Variable("replaced", string);
  const end = new Variable("end", number);
  cx.write(made, cx.constant(""));
  cx.write(end, cx.constant(0));
  const slice = (...bounds: readonly Value[]): Value => apply(cx, "textSlice", [text, ...bounds]);
  countedLoop(
    cx,
    node,
    () => cx.b.length(starts),
    (i) => {
      const start = cx.b.load(starts, i);
      const groups = groupsOf(cx, text, pattern, start, node);
      const by = asValue(cx, callAny(cx, f, [...groups, start, text], node), node);
      const before = slice(cx.read(end) as Value, start);
      cx.write(made, concatenate(cx, [cx.read(made) as Value, before, textPart(cx, by, node)]));
      cx.write(end, apply(cx, "matchEnd", [text, ...passed(cx, pattern), start]));
    },
    [made, end],
  );
  const whole = concatenate(cx, [cx.read(made) as Value, slice(cx.read(end) as Value)]);
  for (const v of [made, end]) cx.flow.values.delete(v);
  return whole;
}
