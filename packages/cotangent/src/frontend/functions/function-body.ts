/**
 * A function from its parameters to its result: matching arguments, learning what type parameters stand for, binding,
 * the body, and what it returned. The same whether the body becomes an IR function or is inlined.
 */
import ts from "typescript";
import { array } from "../../ir/type.ts";
import {
  type Context,
  Frame,
  type FunctionNode,
  isValue,
  NothingFollows,
  type Operand,
  refuse,
  type Session,
  type UserFunction,
  unpoisoned,
  Variable,
} from "../context.ts";
import { hoistFunctions, leafDeclarer, lowerStatements, returnOperand } from "../control/statement.ts";
import { absorb, apply, branch } from "../flow.ts";
import { varNames } from "../syntax/scan.ts";
import { saysPartOfUnion } from "../types/mixed-types.ts";
import { learnTypeArguments } from "../types/type-arguments.ts";
import { contextualType, tryType } from "../types/types.ts";
import { coerce } from "../values/coerce.ts";
import { asValue, lowerExpression } from "../values/expression.ts";
import { learnedArray } from "../values/learn.ts";
import { bindPattern, coalesceUndefined } from "../values/pattern.ts";
import { initialise } from "./cells.ts";
import { learnOpenParameters } from "./trial.ts";

/** The name of a function for people. */
export function functionName(node: FunctionNode): string {
  if (node.name) return node.name.getText();
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return "anonymous";
}

/** Refuses functions that do not run when they are called. */
export function refuseUnrunnable(node: FunctionNode, called: ts.Node): void {
  refuseAsync(node, called);
  if (node.asteriskToken) refuse(called, "generator-function", `\`${functionName(node)}\``);
}

/** Refuses functions that give a promise. */
export function refuseAsync(node: FunctionNode, called: ts.Node): void {
  const isAsync = node.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword);
  if (isAsync) refuse(called, "async-function", `\`${functionName(node)}\``);
}

/** The checker's signature of a function. */
export function signatureOf(cx: Context, node: FunctionNode): ts.Signature | undefined {
  return cx.checker.getSignatureFromDeclaration(node);
}

/** True if the checker says that the function returns a function. */
export function returnsFunction(cx: Context, node: FunctionNode): boolean {
  const signature = signatureOf(cx, node);
  return signature !== undefined && cx.checker.getReturnTypeOfSignature(signature).getCallSignatures().length > 0;
}

/** One operand per parameter: a rest parameter's in an array, a missing one's undefined. */
export function matchArguments(
  cx: Context,
  node: FunctionNode,
  args: readonly Operand[],
  called: ts.Node,
): readonly Operand[] {
  return node.parameters
    .filter((p) => !isThisParameter(p))
    .map((p, i) => {
      if (!p.dotDotDotToken) return args[i] ?? cx.constant(undefined);
      const [only] = args.slice(i);
      if (isValue(only) && cx.session.gathered.has(only)) return only;
      const rest = args.slice(i).map((a) => asValue(cx, a, called));
      const declared = tryType(cx, cx.checker.getTypeAtLocation(p), p);
      const type = rest[0] ? array(rest[0].type) : (declared ?? learnedArray(cx.session, p));
      if (type?.kind !== "array") return refuse(called, "empty-array");
      return cx.b.array(
        rest.map((v) => coerce(cx, v, type.element, called)),
        type,
      );
    });
}

function isThisParameter(p: ts.ParameterDeclaration): boolean {
  return ts.isIdentifier(p.name) && p.name.text === "this";
}

/** What the function's type parameters stand for in this call. */
export function learnFromCall(
  cx: Context,
  frame: Frame,
  node: FunctionNode,
  operands: readonly Operand[],
  called: ts.Node,
  resultType: ts.Type | undefined,
): void {
  const signature = signatureOf(cx, node);
  if (signature) learnPartOfUnion(cx, frame, cx.checker.getReturnTypeOfSignature(signature), called);
  if (!signature?.typeParameters?.length) return;
  node.parameters.forEach((p, i) => {
    const operand = operands[i];
    if (isValue(operand) && operand.type.kind !== "undefined")
      learnTypeArguments(cx, frame, cx.checker.getTypeAtLocation(p), operand.type);
  });
  const said = tryType(
    cx,
    resultType ?? (ts.isCallExpression(called) ? cx.checker.getTypeAtLocation(called) : undefined),
    called,
  );
  const result = said ?? (ts.isCallExpression(called) ? contextualType(cx, called) : undefined);
  if (result) learnTypeArguments(cx, frame, cx.checker.getReturnTypeOfSignature(signature), result);
  learnOpenParameters(cx, frame, node, operands, called);
}

/**
 * A function that gives some members of a union only (`ok<T>(value: T): Result<T, never>`) makes values of the whole union
 * that is asked for where it is called.
 */
function learnPartOfUnion(cx: Context, frame: Frame, result: ts.Type, called: ts.Node): void {
  if (!saysPartOfUnion(result) || !ts.isExpression(called)) return;
  const asked = cx.checker.getContextualType(called);
  const whole = asked && cx.checker.getNonNullableType(asked);
  if (!whole || whole === result || whole.aliasSymbol !== result.aliasSymbol) return;
  const type = tryType(cx, whole, called);
  if (type) frame.typeArguments.set(result, type);
}

/** Gives the parameters their values, defaults included, in order. */
export function bindParameters(cx: Context, node: FunctionNode, operands: readonly Operand[]): void {
  node.parameters
    .filter((p) => !isThisParameter(p))
    .forEach((p, i) => {
      cx.at(p, () => {
        const given = operands[i] ?? cx.constant(undefined);
        const operand = p.initializer ? coalesceUndefined(cx, given, p.initializer, p) : given;
        bindPattern(cx, p.name, operand, leafDeclarer(cx));
      });
      if (ts.isParameterPropertyDeclaration(p, p.parent) && ts.isIdentifier(p.name)) bindAlike(cx, p, p.name.text);
    });
}

/** The checker has two symbols for a parameter that is a field, and gives now the one, now the other. */
function bindAlike(cx: Context, p: ts.ParameterDeclaration, name: string): void {
  const { variables } = cx.frame;
  const alike = cx.checker.getSymbolsOfParameterPropertyDeclaration(p, name);
  const bound = alike.map((s) => variables.get(s)).find((v) => v !== undefined);
  for (const s of alike) if (bound) variables.set(s, bound);
}

/** A new activation of `fn`. */
export function makeFrame(session: Session, fn: UserFunction): Frame {
  const result = new Variable("result", undefined);
  return new Frame(fn.node, fn.frame, result, session.exitCode());
}

/** Lowers a function's body in the current frame, up to its exit. */
export function lowerFunctionBody(cx: Context, node: FunctionNode): void {
  const { body } = node;
  if (!body) throw new Error("a function without a body");
  if (ts.isFunctionExpression(node) && node.name) {
    const symbol = cx.checker.getSymbolAtLocation(node.name);
    cx.write(cx.declare(symbol, node.name.text), { kind: "user", node, frame: cx.frame.parent });
  }
  if (!ts.isBlock(body)) {
    returnOperand(cx, lowerExpression(cx, body));
    return;
  }
  for (const name of varNames(body)) {
    const symbol = cx.checker.getSymbolAtLocation(name);
    if (symbol && !cx.frame.variables.has(symbol)) {
      const declared = tryType(cx, cx.checker.getTypeOfSymbolAtLocation(symbol, name), name);
      const startsMissing = declared?.kind === "optional" && declared.absent !== "null";
      const starts = startsMissing ? cx.constant(undefined, name.text) : undefined;
      initialise(cx, cx.declare(symbol, name.text, declared), starts, name);
    }
  }
  hoistFunctions(cx, body.statements);
  lowerStatements(cx, body.statements);
}

/** The checker allows that control reaches the end of the function, which then gives `undefined`. */
function mayReturnNothing(cx: Context, node: FunctionNode): boolean {
  const signature = signatureOf(cx, node);
  if (!signature) return true;
  const type = cx.checker.getReturnTypeOfSignature(signature);
  const parts = type.isUnion() ? type.types : [type];
  const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Any | ts.TypeFlags.Unknown;
  return parts.some((t) => (t.flags & nothing) !== 0);
}

/** What the function returned, after its body; control runs on. */
export function takeResult(cx: Context, node: FunctionNode): Operand {
  const { codes, value } = cx.flow.exit;
  const { returnCode, result } = cx.frame;
  const falls = codes.has(0);
  if (!falls && !codes.has(returnCode)) throw new NothingFollows();
  const returned = cx.read(result);
  absorb(cx, returnCode);
  if (!codes.has(returnCode) || returned === undefined) return cx.constant(undefined);
  // The end that TypeScript proves unreachable, after an exhaustive switch, returns nothing.
  if (!falls || !mayReturnNothing(cx, node) || (isValue(returned) && returned.type.kind === "undefined") || !value)
    return unpoisoned(returned, node);
  const here = apply(cx, "eq", [value, cx.constant(returnCode)]);
  return unpoisoned(
    branch(
      cx,
      here,
      () => returned,
      () => cx.constant(undefined),
      "result",
    ) as Operand,
    node,
  );
}

/** The name of a parameter that is not a pattern. */
export function parameterName(p: ts.ParameterDeclaration | undefined): string | undefined {
  return p && ts.isIdentifier(p.name) ? p.name.text : undefined;
}
