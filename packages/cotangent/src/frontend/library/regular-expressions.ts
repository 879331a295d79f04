/**
 * Regular expressions. One is no value: it is known where it is used, as a literal or as a constant that holds one, and
 * what is done by it with text is a primitive of `elementals/patterns.ts` or a function of the prelude. An expression with
 * the flag `g` or `y` remembers where its last match ended, so that it is taken only where it is made, or where its
 * method begins anew by itself.
 */
import ts from "typescript";
import { array, optional, string } from "../../ir/type.ts";
import type { Value } from "../../ir/types.ts";
import { type Context, type Operand, quote, refuse } from "../context.ts";
import { apply, branch } from "../flow.ts";
import { resolveSymbol } from "../modules/globals.ts";
import { bare } from "../syntax/scan.ts";
import { asValue, lowerValue } from "../values/expression.ts";
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
  if (callee.name.text === "exec") return groupsOf(cx, text, pattern, node);
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
  if (method === "replace" || method === "replaceAll") {
    if (!by || ts.isArrowFunction(bare(by)) || (method === "replaceAll" && !flags.includes("g")))
      return refuse(node, "method", what);
    const replacement = lowerValue(cx, by);
    if (replacement.type.kind !== "string") return refuse(by, "method", what);
    return apply(cx, "replacePattern", [text, ...passed(cx, pattern), replacement]);
  }
  if (by) return refuse(node, "method", what);
  if (method === "search") return apply(cx, "matchStart", [text, ...passed(cx, pattern), cx.constant(0)]);
  if (method === "match" && !flags.includes("g")) return groupsOf(cx, text, pattern, node);
  if (method === "match" && goesByUnits) return callPrelude(cx, node, "allMatches", [text, ...passed(cx, pattern)]);
  // Groups would be among the parts.
  if (method === "split" && goesByUnits && groupCount(pattern) === 0)
    return callPrelude(cx, node, "partsBetween", [text, ...passed(cx, pattern)]);
  return refuse(node, "method", what);
}

function groupCount({ source, flags }: Pattern): number {
  return (new RegExp(`${source}|`, flags.replace(/[gy]/g, "")).exec("")?.length ?? 1) - 1;
}

/** The first match and its groups, of which some may be missing; null if nothing matches. */
function groupsOf(cx: Context, text: Value, pattern: Pattern, node: ts.Node): Value {
  const at = (k: number): readonly Value[] => [text, ...passed(cx, pattern), cx.constant(k)];
  const element = optional(string);
  const found = branch(
    cx,
    apply(cx, "hasGroup", at(0)),
    () => {
      const groups = Array.from({ length: groupCount(pattern) + 1 }, (_, k) => {
        const group = branch(
          cx,
          apply(cx, "hasGroup", at(k)),
          () => cx.b.wrap(apply(cx, "groupOf", at(k)), "undefined"),
          () => cx.b.missing(element),
        );
        return asValue(cx, group as Operand, node);
      });
      return cx.b.array(groups, array(element));
    },
    () => cx.constant(null),
  );
  return asValue(cx, found as Operand, node);
}
