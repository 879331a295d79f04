/**
 * Calls of functions whose body is known. A function becomes one IR function for each combination of argument types,
 * known functions among its arguments, and type arguments; a call of a function that captures local variables, or that
 * returns a function, is inlined instead. Recursive calls find their own version in the table, unfinished, and go by
 * the result type that the checker knows.
 */
import ts from "typescript";
import { CotangentError } from "../core/errors.ts";
import { BlockBuilder, freshValue } from "../ir/build.ts";
import { array, sameType, typeKey } from "../ir/type.ts";
import type { Func, Type, Value } from "../ir/types.ts";
import { preludeFile } from "../prelude/index.ts";
import { type Captures, capturesOf, identify, identity, isRecursive } from "./closures.ts";
import {
  AlreadyReported,
  Context,
  Frame,
  type FunctionNode,
  isFunction,
  isValue,
  type KnownFunction,
  NothingFollows,
  type Operand,
  quote,
  refuse,
  running,
  type Session,
  spanOf,
  type UserFunction,
  unpoisoned,
  Variable,
} from "./context.ts";
import { asValue, lowerExpression } from "./expression.ts";
import { apply, branch, closeRegion, coerce, leave } from "./flow.ts";
import { bindPattern, coalesceUndefined } from "./pattern.ts";
import { varNames } from "./scan.ts";
import { diagnosticsWithin, typescriptError } from "./source.ts";
import { declareLeaf, hoistFunctions, lowerStatements } from "./statement.ts";
import { learnTypeArguments, tryType } from "./types.ts";

/** Reports TypeScript's own errors in code that is reached for the first time. */
export function checkReached(session: Session, node: ts.Node): void {
  if (session.checkedNodes.has(node)) return;
  session.checkedNodes.add(node);
  if (node.getSourceFile().fileName === preludeFile) return;
  const found = diagnosticsWithin(session.internals.program, node);
  if (found.length === 0) return;
  for (const d of found) session.collect(typescriptError(d));
  throw new AlreadyReported();
}

/** The name of a function for people. */
export function functionName(node: FunctionNode): string {
  if (node.name) return node.name.getText();
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return "anonymous";
}

function signatureOf(cx: Context, node: FunctionNode): ts.Signature | undefined {
  return cx.checker.getSignatureFromDeclaration(node);
}

function returnsFunction(cx: Context, node: FunctionNode): boolean {
  const signature = signatureOf(cx, node);
  return signature !== undefined && cx.checker.getReturnTypeOfSignature(signature).getCallSignatures().length > 0;
}

/**
 * Calls `fn`. `called` is the call, or what implies one; `resultType` is what the checker says the call evaluates to, if
 * that says more than the function's own declaration.
 */
export function callFunction(
  cx: Context,
  fn: KnownFunction,
  args: readonly Operand[],
  called: ts.Node,
  resultType?: ts.Type,
): Operand {
  const operands = args.map((a) => unpoisoned(a, called));
  if (fn.kind === "primitive") return callPrimitive(cx, fn, operands, called);
  const { node } = fn;
  refuseUnrunnable(node, called);
  const functions = operands.filter(isFunction);
  const captures = capturesOf(cx, [fn, ...functions]);
  const returning = returnsFunction(cx, node);
  if (captures.values.length > 0 || returning) {
    if (!isRecursive(cx, fn, functions)) return inline(cx, fn, operands, called, resultType);
    if (returning) refuse(called, "function-value");
    const [assigned] = captures.assigned;
    if (assigned) refuse(called, "recursive-closure", `\`${functionName(node)}\``, `\`${assigned.name}\``);
  }
  return callSpecialised(cx, fn, operands, captures, called, resultType);
}

function callPrimitive(
  cx: Context,
  fn: KnownFunction & { kind: "primitive" },
  args: readonly Operand[],
  called: ts.Node,
): Operand {
  const { primitive } = fn;
  const wanted = primitive.arity === "variadic" ? args.length : primitive.arity;
  if (args.length < wanted || primitive.arity === "variadic") return refuse(called, "unknown-callee", quote(called));
  return apply(
    cx,
    primitive,
    args.slice(0, wanted).map((a) => asValue(cx, a, called)),
  );
}

function refuseUnrunnable(node: FunctionNode, called: ts.Node): void {
  const name = `\`${functionName(node)}\``;
  if (node.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword)) refuse(called, "async-function", name);
  if (node.asteriskToken) refuse(called, "generator-function", name);
}

// -------------------------------------------------------------------------------------------------- Arguments and types

/** One operand per parameter: a rest parameter's in an array, a missing one's undefined. */
function matchArguments(
  cx: Context,
  node: FunctionNode,
  args: readonly Operand[],
  called: ts.Node,
): readonly Operand[] {
  return node.parameters
    .filter((p) => !isThisParameter(p))
    .map((p, i) => {
      if (!p.dotDotDotToken) return args[i] ?? cx.constant(undefined);
      const rest = args.slice(i).map((a) => asValue(cx, a, called));
      const declared = tryType(cx, cx.checker.getTypeAtLocation(p), p);
      const type = rest[0] ? array(rest[0].type) : declared;
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
function learnFromCall(
  cx: Context,
  frame: Frame,
  node: FunctionNode,
  operands: readonly Operand[],
  called: ts.Node,
  resultType: ts.Type | undefined,
): void {
  const signature = signatureOf(cx, node);
  if (!signature?.typeParameters?.length) return;
  node.parameters.forEach((p, i) => {
    const operand = operands[i];
    if (isValue(operand) && operand.type.kind !== "undefined")
      learnTypeArguments(cx, frame, cx.checker.getTypeAtLocation(p), operand.type);
  });
  const result = tryType(
    cx,
    resultType ?? (ts.isCallExpression(called) ? cx.checker.getTypeAtLocation(called) : undefined),
    called,
  );
  if (result) learnTypeArguments(cx, frame, cx.checker.getReturnTypeOfSignature(signature), result);
}

function bindParameters(cx: Context, node: FunctionNode, operands: readonly Operand[]): void {
  node.parameters
    .filter((p) => !isThisParameter(p))
    .forEach((p, i) => {
      cx.at(p, () => {
        const given = operands[i] ?? cx.constant(undefined);
        const operand = p.initializer ? coalesceUndefined(cx, given, p.initializer, p) : given;
        bindPattern(cx, p.name, operand, (leaf, value) => declareLeaf(cx, leaf, value));
      });
    });
}

// ----------------------------------------------------------------------------------------------------------------- Body

export function makeFrame(session: Session, fn: UserFunction): Frame {
  const result = new Variable("result", undefined);
  return new Frame(fn.node, fn.frame, result, session.exitCode());
}

/** Lowers a function's body in the current frame, up to its exit. */
function lowerFunctionBody(cx: Context, node: FunctionNode): void {
  const { body } = node;
  if (!body) throw new Error("a function without a body");
  if (ts.isFunctionExpression(node) && node.name) {
    const symbol = cx.checker.getSymbolAtLocation(node.name);
    cx.write(cx.declare(symbol, node.name.text), { kind: "user", node, frame: cx.frame.parent });
  }
  if (!ts.isBlock(body)) {
    cx.write(cx.frame.result, lowerExpression(cx, body));
    leave(cx, cx.frame.returnCode);
    return;
  }
  for (const name of varNames(body)) {
    const symbol = cx.checker.getSymbolAtLocation(name);
    if (symbol && !cx.frame.variables.has(symbol)) {
      const declared = tryType(cx, cx.checker.getTypeOfSymbolAtLocation(symbol, name), name);
      const startsMissing = declared?.kind === "optional" && declared.absent === "undefined";
      cx.write(cx.declare(symbol, name.text, declared), startsMissing ? cx.constant(undefined, name.text) : undefined);
    }
  }
  hoistFunctions(cx, body.statements);
  lowerStatements(cx, body.statements);
}

/** What the function returned, after its body; control runs on. */
function takeResult(cx: Context, node: FunctionNode): Operand {
  const { codes, value } = cx.flow.exit;
  const { returnCode, result } = cx.frame;
  if (codes.size === 0) throw new NothingFollows();
  const returned = cx.read(result);
  const falls = codes.has(0);
  cx.flow.exit = running;
  if (!codes.has(returnCode) || returned === undefined) return cx.constant(undefined);
  if (!falls || (isValue(returned) && returned.type.kind === "undefined") || !value) return unpoisoned(returned, node);
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

/** Each call of a capturing function is a copy of its body, so calls that double at each level would never end. */
const mostInlined = 5000;

/** Lowers the body of `fn` in place, in the scope of its definition. */
function inline(
  cx: Context,
  fn: UserFunction,
  args: readonly Operand[],
  called: ts.Node,
  resultType?: ts.Type,
): Operand {
  const { node } = fn;
  checkReached(cx.session, node);
  const tooOften = ++cx.session.inlined > mostInlined || cx.inlining.filter((n) => n === node).length > 8;
  if (tooOften) refuse(called, "specialisation-limit", `\`${functionName(node)}\``);
  const operands = matchArguments(cx, node, args, called);
  const frame = makeFrame(cx.session, fn);
  learnFromCall(cx, frame, node, operands, called, resultType);
  const { frame: outer, targets } = cx;
  const before = new Set(cx.flow.values.keys());
  cx.frame = frame;
  cx.targets = [];
  cx.inlining.push(node);
  try {
    cx.write(frame.result, undefined);
    bindParameters(cx, node, operands);
    lowerFunctionBody(cx, node);
    if (cx.failed) throw new AlreadyReported();
    const result = takeResult(cx, node);
    // The variables of a function that has returned live on only in a function that it returned.
    if (isValue(result)) for (const v of [...cx.flow.values.keys()]) if (!before.has(v)) cx.flow.values.delete(v);
    return result;
  } finally {
    cx.inlining.pop();
    cx.targets = targets;
    cx.frame = outer;
  }
}

// ------------------------------------------------------------------------------------------------------- Specialisation

const mostVersions = 64;

function operandKey(operand: Operand | undefined, cx: Context): string {
  if (operand === undefined) return "-";
  if (isValue(operand)) return isPassed(cx.session, operand) ? typeKey(operand.type) : `=${cx.known(operand)}`;
  if (operand.kind === "user") return identity(operand);
  return operand.kind === "primitive" ? operand.primitive.id : "poison";
}

function callSpecialised(
  cx: Context,
  fn: UserFunction,
  args: readonly Operand[],
  captures: Captures,
  called: ts.Node,
  resultType: ts.Type | undefined,
): Operand {
  const { node } = fn;
  const { session } = cx;
  const operands = matchArguments(cx, node, args, called);
  const frame = makeFrame(session, fn);
  learnFromCall(cx, frame, node, operands, called, resultType);
  const key = [
    operandKey(fn, cx),
    ...operands.map((o) => operandKey(o, cx)),
    ...[...captures.values, ...captures.functions].map((v) => `${v.id}=${operandKey(cx.read(v), cx)}`),
    ...[...frame.typeArguments].map(([t, type]) => `${identify(t)}:${typeKey(type)}`),
  ].join("|");
  const passed = [...operands, ...captures.values.map((v) => cx.read(v))].filter((o): o is Value =>
    isPassed(session, o),
  );

  let version = session.specialisations.get(key);
  if (!version) {
    const count = (session.versions.get(node) ?? 0) + 1;
    session.versions.set(node, count);
    if (count > mostVersions) refuse(called, "specialisation-limit", `\`${functionName(node)}\``);
    version = { name: freshName(session, functionName(node)), results: undefined, assumed: undefined, node };
    session.specialisations.set(key, version);
    const made = build(cx, fn, frame, operands, captures, version.name, (inner) =>
      assumption(inner, node, version as { assumed: readonly Type[] | undefined }),
    );
    if (!made) {
      version.assumed = undefined;
      throw new AlreadyReported();
    }
    version.results = made.results;
    session.functions.set(version.name, made);
  }
  const results = version.results ?? assumedResults(cx, frame, node, version, called);
  const func = session.functions.get(version.name);
  const [value] = cx.b.call(version.name, passed, results, [undefined]);
  if (func?.body.end.kind === "throw") {
    cx.b.throw("Error");
    throw new NothingFollows();
  }
  return value ?? cx.constant(undefined);
}

/** A missing value that is known is made anew in the callee instead. */
function isPassed(session: Session, operand: Operand | undefined): operand is Value {
  return isValue(operand) && !(operand.type.kind === "undefined" && session.constants.has(operand));
}

function freshName(session: Session, wanted: string): string {
  const taken = new Set([...session.specialisations.values()].map((s) => s.name));
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}${i}`;
  return name;
}

/** The results that recursive calls of an unfinished function go by. */
function assumedResults(
  cx: Context,
  frame: Frame,
  node: FunctionNode,
  version: { assumed: readonly Type[] | undefined },
  called: ts.Node,
): readonly Type[] {
  if (version.assumed) return version.assumed;
  const { frame: outer } = cx;
  cx.frame = frame;
  try {
    const found = declaredResult(cx, node);
    if (!found) return refuse(called, "recursive-result", `\`${functionName(node)}\``);
    version.assumed = found.kind === "undefined" ? [] : [found];
    return version.assumed;
  } finally {
    cx.frame = outer;
  }
}

function declaredResult(cx: Context, node: FunctionNode): Type | undefined {
  const signature = signatureOf(cx, node);
  return signature && tryType(cx, cx.checker.getReturnTypeOfSignature(signature), node);
}

function assumption(
  _cx: Context,
  _node: FunctionNode,
  version: { assumed: readonly Type[] | undefined },
): readonly Type[] | undefined {
  return version.assumed;
}

/**
 * Builds the IR function of `fn` for operands of these types. Captured values become parameters after the others.
 * Undefined if something in it was refused.
 */
function build(
  outer: Context | undefined,
  fn: UserFunction,
  frame: Frame,
  operands: readonly Operand[],
  captures: Captures | undefined,
  name: string,
  assumed: (cx: Context) => readonly Type[] | undefined,
  session = (outer as Context).session,
): Func | undefined {
  const { node } = fn;
  try {
    checkReached(session, node);
  } catch (error) {
    if (error instanceof AlreadyReported) return undefined;
    throw error;
  }
  const cx = new Context(session, frame);
  const span = spanOf(node);
  const params: Value[] = [];
  const own = (operand: Operand | undefined, hint: string | undefined): Operand | undefined => {
    if (!isPassed(session, operand)) return operand;
    const param = freshValue(operand.type, hint);
    params.push(param);
    return param;
  };
  const inner = operands.map((o, i) => own(o, parameterName(node.parameters[i])));
  const captured = (captures?.values ?? []).map((v) => [v, own((outer as Context).read(v), v.name)] as const);
  cx.b = new BlockBuilder(params, span);
  for (const v of captures?.functions ?? []) cx.write(v, (outer as Context).read(v));
  for (const [v, operand] of captured)
    cx.write(
      v,
      isValue(operand) && !isPassed(session, operand) ? missingAgain(cx, outer as Context, operand) : operand,
    );
  cx.write(frame.result, undefined);
  let result: Operand | undefined;
  try {
    bindParameters(
      cx,
      node,
      inner.map((o) =>
        isValue(o) && !isPassed(session, o) ? missingAgain(cx, outer ?? cx, o) : o,
      ) as readonly Operand[],
    );
    lowerFunctionBody(cx, node);
    if (cx.failed) return undefined;
    try {
      result = takeResult(cx, node);
    } catch (error) {
      if (!(error instanceof NothingFollows)) throw error;
    }
    return close(cx, name, node, result, assumed(cx));
  } catch (error) {
    if (error instanceof CotangentError) session.collect(error);
    else if (!(error instanceof AlreadyReported)) throw error;
    return undefined;
  }
}

/** The missing value of the caller, made anew in the callee. */
function missingAgain(cx: Context, outer: Context, operand: Value): Value {
  return cx.constant(outer.known(operand) as undefined | null);
}

function parameterName(p: ts.ParameterDeclaration | undefined): string | undefined {
  return p && ts.isIdentifier(p.name) ? p.name.text : undefined;
}

function close(
  cx: Context,
  name: string,
  node: FunctionNode,
  result: Operand | undefined,
  assumed: readonly Type[] | undefined,
): Func {
  const span = spanOf(node);
  if (result === undefined) {
    const block = closeRegion(
      { b: cx.b, flow: { values: cx.flow.values, exit: { codes: new Set(), value: undefined } }, result },
      [],
    );
    return { name, body: block, results: assumed ?? [], span };
  }
  if (isFunction(result)) return refuse(node, "function-value");
  const value = asValue(cx, result, node);
  const [wanted] = assumed ?? (value.type.kind === "undefined" ? [] : [value.type]);
  const values = wanted ? [sameType(wanted, value.type) ? value : coerce(cx, value, wanted, node)] : [];
  return { name, body: cx.b.finish(values), results: values.map((v) => v.type), span };
}

/** Lowers the function that a program asks for, with parameters of their declared types. */
export function buildEntry(
  session: Session,
  fn: UserFunction,
  types: readonly Type[],
  frame: Frame,
): string | undefined {
  const name = freshName(session, functionName(fn.node));
  const operands = types.map((type, i) => freshValue(type, parameterName(fn.node.parameters[i])));
  const version = {
    name,
    results: undefined as readonly Type[] | undefined,
    assumed: undefined as readonly Type[] | undefined,
    node: fn.node,
  };
  const probe = new Context(session, frame);
  session.specialisations.set([operandKey(fn, probe), ...operands.map((o) => operandKey(o, probe))].join("|"), version);
  const made = build(undefined, fn, frame, operands, undefined, name, () => version.assumed, session);
  if (!made) return undefined;
  version.results = made.results;
  session.functions.set(name, made);
  return name;
}
