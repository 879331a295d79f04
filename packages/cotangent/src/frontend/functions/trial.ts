/**
 * What type parameters stand for where neither the arguments nor the type of the call say it. The checker may have found
 * out; where it has found `any`, as of `Array(n).fill(0)`, a callback is lowered on trial, and its result says it:
 *
 *     Array.from({ length: n }, () => Array(m).fill(0))      T is what `Array(m).fill(0)` is: numbers
 */
import ts from "typescript";
import { CotangentError } from "../../core/errors.ts";
import { freshValue } from "../../ir/build.ts";
import type { Type } from "../../ir/types.ts";
import {
  AlreadyReported,
  type Context,
  type Frame,
  type FunctionNode,
  isFunction,
  isValue,
  type Operand,
  type Specialisation,
  type UserFunction,
} from "../context.ts";
import { learnTypeArguments } from "../types/type-arguments.ts";
import { tryType } from "../types/types.ts";
import { capturesOf } from "./closures.ts";
import { learnFromCall, makeFrame, matchArguments } from "./function-body.ts";
import { buildLambda, freshName } from "./specialize.ts";

/** Learns the type parameters of `node` that `frame` does not know yet. */
export function learnOpenParameters(
  cx: Context,
  frame: Frame,
  node: FunctionNode,
  operands: readonly Operand[],
  called: ts.Node,
): void {
  const { checker } = cx;
  const parameters = checker.getSignatureFromDeclaration(node)?.typeParameters ?? [];
  const isOpen = (): boolean => parameters.some((t) => !frame.typeArguments.has(t));
  if (!isOpen()) return;
  const resolved = ts.isCallLikeExpression(called) ? checker.getResolvedSignature(called) : undefined;
  const found = resolved?.declaration === node ? checker.getTypeArgumentsForResolvedSignature(resolved) : undefined;
  for (const [i, t] of parameters.entries()) {
    const type = frame.typeArguments.has(t) ? undefined : tryType(cx, found?.[i], called);
    if (type) frame.typeArguments.set(t, type);
  }
  for (const [i, p] of node.parameters.entries()) {
    if (!isOpen()) return;
    const operand = operands[i];
    const declared = checker.getTypeAtLocation(p);
    // Nothing else has said it, so what is missing is all that it stands for.
    if (operand && isValue(operand) && operand.type.kind === "undefined" && parameters.some((t) => t === declared))
      frame.typeArguments.set(declared, frame.typeArguments.get(declared) ?? operand.type);
    const [signature] = declared.getCallSignatures();
    if (!operand || !isFunction(operand) || operand.kind !== "user" || operand.node.asteriskToken || !signature)
      continue;
    const result = checker.getReturnTypeOfSignature(signature);
    const types = within(cx, frame, () =>
      signature.parameters.map((s) => tryType(cx, checker.getTypeOfSymbolAtLocation(s, p), p)),
    );
    const made = types.every((t) => t !== undefined) ? resultOf(cx, operand, types, called) : undefined;
    if (made) learnTypeArguments(cx, frame, result, made);
  }
}

function within<T>(cx: Context, frame: Frame, run: () => T): T {
  const { frame: outer } = cx;
  cx.frame = frame;
  try {
    return run();
  } finally {
    cx.frame = outer;
  }
}

/** The type of what a function gives for arguments of these types; undefined if it gives nothing, or is refused. */
function resultOf(cx: Context, fn: UserFunction, types: readonly Type[], called: ts.Node): Type | undefined {
  const { session } = cx;
  const before = session.errors.length;
  const version: Specialisation = { name: freshName(session, "trial"), results: undefined, assumed: undefined };
  try {
    const operands = matchArguments(
      cx,
      fn.node,
      types.map((t) => (t.kind === "undefined" ? cx.constant(undefined) : freshValue(t))),
      called,
    );
    const frame = makeFrame(session, fn);
    learnFromCall(cx, frame, fn.node, operands, called, undefined);
    const isBuilt = buildLambda(cx, { fn, frame, operands, version, captures: capturesOf(cx, [fn]) });
    return isBuilt ? version.results?.[0] : undefined;
  } catch (error) {
    if (!(error instanceof CotangentError || error instanceof AlreadyReported)) throw error;
    return undefined;
  } finally {
    session.errors.length = before;
    session.functions.delete(version.name);
  }
}
