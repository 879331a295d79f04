/**
 * The types of the parameters of the function that is asked for: as declared, or, where the function is called in this
 * very process and its declaration says none or several, those of the values that it is called with.
 */
import ts from "typescript";
import { CotangentError } from "../../core/errors.ts";
import { optional, unit } from "../../ir/type.ts";
import type { Type } from "../../ir/types.ts";
import { type Context, type FunctionNode, refuse } from "../context.ts";
import type { ValueTypes } from "../modules/running.ts";
import { learnTypeArguments } from "../types/type-arguments.ts";
import { crossingType, dependsOnTypeParameter } from "../types/types.ts";
import type { Instance } from "./asked.ts";

export interface EntryTypes {
  readonly types: readonly Type[];
  /** The parameters whose types are the declared ones, whatever the values. */
  readonly declared: readonly boolean[];
  /** What parameters hold that are known to hold nothing, by position. */
  readonly missing: ReadonlyMap<number, undefined | null>;
}

/** Where types come from that know better than the declaration. */
export interface TypeSources {
  /** An expression that instantiates the function. */
  readonly instance?: Instance | undefined;
  /** The values that the function is called with. */
  readonly values?: ValueTypes | undefined;
}

/** The IR types of the parameters of `node`. Refuses what has none. */
export function entryTypes(cx: Context, node: FunctionNode, { instance, values }: TypeSources): EntryTypes {
  const known = instanceTypes(cx, node, instance);
  const taken = node.parameters.map((p, i) => {
    const type = known?.[i] ?? (values ? declaredCompletely(cx, p) : declaredType(cx, p));
    return { type: type ?? valueType(p, values?.[i]), declared: type !== undefined };
  });
  const missing = new Map<number, undefined | null>();
  taken.forEach(({ type, declared }, i) => {
    const p = node.parameters[i] as ts.ParameterDeclaration;
    learnTypeArguments(cx, cx.frame, cx.checker.getTypeAtLocation(p), type);
    const value = values?.[i];
    if (!declared && (value === undefined || value === null)) missing.set(i, value);
  });
  return { types: taken.map((t) => t.type), declared: taken.map((t) => t.declared), missing };
}

/** The IR types of the parameters as an expression instantiates them; undefined if there is none. */
function instanceTypes(cx: Context, node: FunctionNode, instance: Instance | undefined): readonly Type[] | undefined {
  const file = instance && cx.session.internals.sourceFile(instance.file);
  if (!file) return undefined;
  const { checker } = cx;
  const ofNode = (at: ts.Node): readonly Type[] | undefined => {
    if (at.end < instance.end || at.pos > instance.start) return undefined;
    if (at.getStart(file) === instance.start && at.end === instance.end) {
      if (ts.isExpressionWithTypeArguments(at)) {
        const [signature] = checker.getTypeAtLocation(at).getCallSignatures();
        return signature?.parameters.map((p) => crossingType(cx, checker.getTypeOfSymbolAtLocation(p, at), at));
      }
      const isComplete = ts.isCallExpression(at) && at.arguments.length === node.parameters.length;
      if (isComplete && !at.arguments.some(ts.isSpreadElement))
        return at.arguments.map((a) =>
          crossingType(cx, checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(a)), a),
        );
    }
    return ts.forEachChild(at, ofNode);
  };
  return ofNode(file);
}

function nameOf(p: ts.ParameterDeclaration): string {
  return `\`${p.name.getText()}\``;
}

function refuseForm(p: ts.ParameterDeclaration): void {
  if (nameOf(p) === "`this`") refuse(p, "this-value");
}

function declaredType(cx: Context, p: ts.ParameterDeclaration): Type {
  const name = nameOf(p);
  refuseForm(p);
  const declared = cx.checker.getTypeAtLocation(p);
  const present = cx.checker.getNonNullableType(declared);
  if (present.getCallSignatures().length > 0) return refuse(p, "function-parameter", name);
  const type = crossingType(cx, declared, p);
  if (p.dotDotDotToken && type.kind !== "array") return refuse(p, "rest-parameter", name);
  if (type.kind === "undefined") return unit;
  const missable = p.initializer !== undefined || p.questionToken !== undefined;
  return missable ? optional(type) : type;
}

/** The declared type, if it says everything by itself. In JavaScript only a comment declares types. */
function declaredCompletely(cx: Context, p: ts.ParameterDeclaration): Type | undefined {
  if ((p.flags & ts.NodeFlags.JavaScriptFile) !== 0 && !ts.getJSDocType(p)) return undefined;
  const declared = cx.checker.getTypeAtLocation(p);
  if (declared.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never)) return undefined;
  try {
    if (dependsOnTypeParameter(cx, declared, p)) return undefined;
    const type = declaredType(cx, p);
    return type.kind === "undefined" ? undefined : type;
  } catch (error) {
    if (error instanceof CotangentError) return undefined;
    throw error;
  }
}

function valueType(p: ts.ParameterDeclaration, value: Type | undefined | null): Type {
  refuseForm(p);
  if (p.dotDotDotToken) refuse(p, "rest-parameter", nameOf(p));
  return value ?? unit;
}
