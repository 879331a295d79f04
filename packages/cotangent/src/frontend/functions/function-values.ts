/**
 * Functions that are values of the program: chosen at run time, kept in arrays and objects, returned by recursive
 * functions. Such a value is a record of the function's name and of what it captures, see `signatures.ts`; a call of it
 * is a call of the one function of the signature that looks which it is:
 *
 *     function callActivation(f: Activation, x: number): number {
 *       if (f.kind === "scaled") return scaled(x, f.factor);
 *       return Math.tanh(x);
 *     }
 *
 * A captured variable that somebody assigns is a cell. To analyses and transforms all this is ordinary code, and the
 * cotangents of captures are in the record's shadow.
 */
import ts from "typescript";
import { CotangentError } from "../../core/errors.ts";
import { freshValue } from "../../ir/build.ts";
import { isReference, optional, sameType } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import {
  AlreadyReported,
  type Consumer,
  type Context,
  type Frame,
  type FunctionNode,
  isFunction,
  isValue,
  type KnownFunction,
  type Operand,
  type RuledFunction,
  refuse,
  type UserFunction,
  type Variable,
} from "../context.ts";
import { bare, isReassigned } from "../syntax/scan.ts";
import { functionType } from "../types/function-types.ts";
import { type Lambda, numbersToNumber, type Signature, which } from "../types/signatures.ts";
import { tryType } from "../types/types.ts";
import { tryCoerce } from "../values/coerce.ts";
import { asValue } from "../values/expression.ts";
import { needCells, needEarlyCell } from "./cells.ts";
import { capturesOf } from "./closures.ts";
import { derivedLambda, derivedSignature } from "./derived-values.ts";
import { type Environment, environmentOf } from "./environment.ts";
import {
  functionName,
  learnFromCall,
  makeFrame,
  matchArguments,
  refuseUnrunnable,
  signatureOf,
} from "./function-body.ts";
import { operandsOfSignature, ownParameters } from "./rest-arguments.ts";
import { buildFunction, buildLambda, countVersion, freshName } from "./specialize.ts";

// ---------------------------------------------------------------------------------------------------------- Which type

/** The signature that a function has by itself. Throws a diagnostic if it has none that is taken. */
function ownSignature(cx: Context, fn: KnownFunction, node: ts.Node): Signature {
  const { closures } = cx.session;
  if (fn.kind === "ruled") return refuseRuled(fn, node);
  if (fn.kind === "primitive") {
    const { arity } = fn.primitive;
    if (arity === "variadic") return refuse(node, "function-value");
    return numbersToNumber(closures, arity);
  }
  if (fn.kind === "derived") return derivedSignature(cx, fn, environment(cx, fn, node));
  const signature = signatureOf(cx, fn.node);
  if (!signature) return refuse(node, "function-value");
  const { frame } = cx;
  cx.frame = fn.frame ?? frame;
  try {
    return closures.of(functionType(cx, signature, fn.node)) ?? refuse(node, "function-value");
  } catch (error) {
    // What is wrong is that its type is asked for here.
    if (error instanceof CotangentError) return refuse(node, "function-value");
    throw error;
  } finally {
    cx.frame = frame;
  }
}

function refuseRuled(fn: RuledFunction, node: ts.Node): never {
  return refuse(node, "rule-value", `\`${fn.name}\``);
}

/** The type of the value that a function would be; undefined if it cannot be one. */
export function functionValueType(cx: Context, fn: KnownFunction): Type | undefined {
  return attempt(cx, () => ownSignature(cx, fn, nodeOf(cx, fn)).type);
}

/** The type of values that both operands can be, at least one of which is a function; undefined if there is none. */
export function commonType(cx: Context, a: Operand, b: Operand): Type | undefined {
  const typeOf = (o: Operand): Type | undefined =>
    isValue(o) ? o.type : isFunction(o) ? functionValueType(cx, o) : undefined;
  const left = typeOf(a);
  const right = typeOf(b);
  if (!left || !right || sameType(left, right)) return left && right;
  const { closures } = cx.session;
  for (const [own, other, value] of [
    [left, right, b],
    [right, left, a],
  ] as const) {
    if (!isValue(value)) continue;
    if (other.kind === "undefined" && cx.isKnown(value))
      return optional(own, cx.known(value) === null ? "null" : "undefined");
    return closures.of(other.kind === "optional" ? other.of : other) ? other : undefined;
  }
  return closures.widest(left, right);
}

/** True if the type of the function allows that it is a value of type `to`. */
export function canBe(cx: Context, fn: KnownFunction, to: Type): boolean {
  const own = functionValueType(cx, fn);
  const wanted = to.kind === "optional" ? to.of : to;
  return own !== undefined && (sameType(own, wanted) || cx.session.closures.widest(own, wanted) === wanted);
}

/** The function as a value of type `to`. Throws a diagnostic if it cannot be one. */
export function functionOfType(cx: Context, fn: KnownFunction, to: Type): Value | undefined {
  const made = functionAs(cx, fn, to, nodeOf(cx, fn));
  return isValue(made) ? tryCoerce(cx, made, to) : undefined;
}

/**
 * Makes values of the functions that these variables hold, if they capture anything: a known function sees the variables
 * of its frame as they are when it is called, and is about to lose those that it was made with.
 */
export function settle(cx: Context, variables: readonly Variable[]): void {
  for (const variable of variables) {
    const operand = cx.read(variable);
    if (!isFunction(operand) || capturesOf(cx, [operand]).values.length === 0) continue;
    const type = functionValueType(cx, operand);
    const made = type && tryFunctionAs(cx, operand, type);
    if (made) cx.write(variable, made);
  }
}

/** The value that `make` gives; undefined, with nothing reported, where it refuses. */
function attempt<T>(cx: Context, make: () => T): T | undefined {
  const { errors } = cx.session;
  const before = errors.length;
  try {
    return make();
  } catch (error) {
    if (!(error instanceof CotangentError || error instanceof AlreadyReported)) throw error;
    errors.length = before;
    return undefined;
  }
}

function nodeOf(cx: Context, fn: KnownFunction): ts.Node {
  if (fn.kind !== "primitive") return fn.node;
  for (let frame: Frame | undefined = cx.frame; frame; frame = frame.parent) if (frame.node) return frame.node;
  throw new Error("no place in the program");
}

/** The type that the place of an object literal asks of a method in it. */
function askedOfMethod(cx: Context, node: ts.MethodDeclaration): ts.Type | undefined {
  const whole = cx.checker.getContextualType(node.parent as ts.ObjectLiteralExpression);
  const property = whole && cx.checker.getPropertyOfType(cx.checker.getNonNullableType(whole), node.name.getText());
  return property && cx.checker.getTypeOfSymbolAtLocation(property, node);
}

/** The signature that the place of an expression, or of a method of an object literal, asks for. */
function askedSignature(cx: Context, node: ts.Node): Signature | undefined {
  const isMethod = ts.isMethodDeclaration(node) && ts.isObjectLiteralExpression(node.parent);
  if (!ts.isExpression(node) && !isMethod) return undefined;
  const asked = isMethod ? askedOfMethod(cx, node) : cx.checker.getContextualType(node as ts.Expression);
  const type = asked && tryType(cx, cx.checker.getNonNullableType(asked), node);
  const found = type && cx.session.closures.of(type);
  if (found || !ts.isExpression(node)) return found;
  // The checker finds one type for all elements of a literal.
  const holder = bare(node).parent;
  if (!ts.isArrayLiteralExpression(holder)) return undefined;
  const [element] = cx.checker.getTypeArguments(cx.checker.getTypeAtLocation(holder) as ts.TypeReference);
  const joined = element && tryType(cx, cx.checker.getNonNullableType(element), node);
  return joined && cx.session.closures.of(joined);
}

// --------------------------------------------------------------------------------------------------------- Making them

/** The function as a value, of the type that its place asks for. */
export function functionValue(cx: Context, fn: KnownFunction, node: ts.Node): Value {
  if (fn.kind === "user") refuseUnrunnable(fn.node, node);
  return makeValue(cx, fn, askedSignature(cx, node) ?? ownSignature(cx, fn, node), node);
}

/** A value of type `to`, if the operand is a function and `to` a type of functions; else the operand. */
export function functionAs(cx: Context, operand: Operand, to: Type, node: ts.Node): Operand {
  if (!isFunction(operand)) return operand;
  const signature = cx.session.closures.of(to.kind === "optional" ? to.of : to);
  return signature ? makeValue(cx, operand, signature, node) : operand;
}

/** As `functionAs`, but undefined if the function cannot be such a value. */
export function tryFunctionAs(cx: Context, operand: Operand, to: Type): Value | undefined {
  const made = isFunction(operand) ? attempt(cx, () => functionAs(cx, operand, to, nodeOf(cx, operand))) : operand;
  return isValue(made) ? tryCoerce(cx, made, to) : undefined;
}

function makeValue(cx: Context, fn: KnownFunction, signature: Signature, node: ts.Node): Value {
  const lambda = lambdaOf(cx, fn, signature, node);
  const values = environment(cx, fn, node).values.map((v) => cx.read(v));
  return functionRecord(cx, lambda, values, fn.kind === "user" ? functionHint(fn) : undefined);
}

/** A record that is the function, with what it captures of these values. */
export function functionRecord(
  cx: Context,
  lambda: Lambda,
  values: readonly (Operand | undefined)[],
  hint: string | undefined,
): Value {
  const { signature } = lambda;
  const { closures } = cx.session;
  const captured = new Map(lambda.captured.map((c) => [c.field, c.index]));
  const fields = closures.fields(signature).map(({ name, type }) => {
    if (name === which) return cx.constant(lambda.name);
    const index = captured.get(name);
    if (index === undefined) return filler(cx, type);
    const value = values[index];
    const held = isValue(value) ? tryCoerce(cx, value, type) : undefined;
    if (!held) throw new Error(`what ${lambda.name} captures has changed its type`);
    return held;
  });
  const made = cx.b.record(fields, signature.type, hint);
  // A statement that is lowered again gives the values that it gave the first time.
  if (!closures.made.has(made)) closures.made.set(made, lambda);
  return made;
}

function functionHint(fn: UserFunction): string | undefined {
  const name = functionName(fn.node);
  return name === "anonymous" ? undefined : name;
}

function filler(cx: Context, type: Type): Value {
  switch (type.kind) {
    case "number":
      return cx.constant(0);
    case "boolean":
      return cx.constant(false);
    case "string":
      return cx.constant("");
    case "optional":
      return cx.b.missing(type);
    default:
      throw new Error(`no field of function values is of type ${type.kind}`);
  }
}

/** What a function captures that becomes a value: variables that are assigned afterwards are cells. */
function environment(cx: Context, fn: KnownFunction, node: ts.Node): Environment {
  const found = environmentOf(cx, [fn]);
  for (const { symbol, by } of found.undeclared) needEarlyCell(cx, symbol, by.node, by.frame);
  for (const v of found.values) {
    const operand = cx.read(v);
    if (operand) asValue(cx, operand, node);
  }
  needCells([...found.values, ...found.functions].filter((v) => v.symbol && !v.boxed && isReassigned(cx, v.symbol)));
  return found;
}

/** The function among those of the signature; built if there has been none like it. */
function lambdaOf(cx: Context, fn: KnownFunction, signature: Signature, node: ts.Node): Lambda {
  const { closures } = cx.session;
  if (fn.kind === "ruled") return refuseRuled(fn, node);
  if (fn.kind === "primitive") {
    const { arity, id, gives } = fn.primitive;
    const key = `${signature.key}|${id}`;
    const known = closures.lambdas.get(key);
    if (known) return known;
    const [result] = signature.results;
    const fits =
      arity !== "variadic" &&
      !signature.isMember &&
      !signature.hasRest &&
      arity <= signature.params.length &&
      signature.params.slice(0, arity).every((p) => p.kind === "number") &&
      (!result || result.kind === gives);
    if (!fits) return refuse(node, "function-value");
    const lambda: Lambda = { signature, fn, name: freshName(cx.session, id), takes: arity, captured: [] };
    cx.session.specialisations.set(`value:${key}`, { name: lambda.name, results: undefined, assumed: undefined });
    closures.lambdas.set(key, lambda);
    return lambda;
  }
  if (fn.kind === "derived" && signature.isMember) return refuse(node, "function-value");
  if (fn.kind === "derived") return derivedLambda(cx, fn, signature, environment(cx, fn, node), node);
  refuseUnrunnable(fn.node, node);
  const { key: surroundings, values, functions } = environment(cx, fn, node);
  const key = `${signature.key}|${surroundings}`;
  const known = closures.lambdas.get(key);
  if (known) return known;

  countVersion(cx.session, fn.node, node);
  const name = freshName(cx.session, functionName(fn.node));
  const taken = new Set<string>();
  const captured = values.flatMap((variable, index) => {
    const value = cx.read(variable);
    if (!isValue(value) || (value.type.kind === "undefined" && cx.isKnown(value))) return [];
    if (!isHeld(value.type)) return refuse(node, "function-value");
    const field = closures.slot(signature, variable.name, value.type, taken);
    taken.add(field);
    return [{ index, type: value.type, field }];
  });
  const own = ownParameters(fn.node);
  const given = signature.params.map((type) => freshValue(type));
  const object = signature.isMember ? given.shift() : undefined;
  // Where either has a rest parameter the function makes its own parameters of what functions of the signature are given.
  const isGathered = signature.hasRest || own.some((p) => p.dotDotDotToken);
  const lambda: Lambda = {
    signature,
    fn,
    name,
    takes: (isGathered ? given.length : Math.min(own.length, given.length)) + (object ? 1 : 0),
    captured,
  };
  closures.lambdas.set(key, lambda);
  const frame = makeFrame(cx.session, fn);
  const taking = (within: Context, all: readonly Operand[]): readonly Operand[] => {
    const operands = matchArguments(within, fn.node, operandsOfSignature(within, fn.node, signature, all, node), node);
    learnFromCall(within, frame, fn.node, operands, node, undefined);
    return operands;
  };
  const operands = isGathered ? given : taking(cx, given);
  const version = { name, results: undefined, assumed: signature.results };
  cx.session.specialisations.set(`value:${key}`, version);
  const captures = { values, functions, assigned: [] };
  if (!buildLambda(cx, { fn, frame, object, operands, taking: isGathered ? taking : undefined, version, captures })) {
    closures.lambdas.delete(key);
    throw new AlreadyReported();
  }
  return lambda;
}

/**
 * The code that takes what a generator yields, with those that it yields to in turn, as a function value of an item of
 * this type, which gives the code that control leaves with.
 */
export function consumerValue(
  cx: Context,
  chain: readonly Consumer[],
  cells: readonly Variable[],
  item: Type,
  take: (cx: Context, item: Operand) => Value,
): Value {
  const { session } = cx;
  const { closures } = session;
  const [consumer] = chain;
  if (!consumer) throw new Error("no consumer");
  const { node } = consumer;
  const signature = closures.signature("Each", { params: [item], results: [{ kind: "number" }] });
  const found = new Set<Variable>(cells);
  const functions = new Set<Variable>();
  for (const c of chain) {
    for (const v of c.hidden) found.add(v);
    if (c.called) continue;
    const around = environment(cx, codeOfConsumer(c), node);
    for (const v of around.values) found.add(v);
    for (const v of around.functions) functions.add(v);
  }
  const name = freshName(session, "each");
  const taken = new Set<string>();
  const values = [...found];
  const captured = values.flatMap((variable, index) => {
    const value = cx.read(variable);
    if (!isValue(value) || (value.type.kind === "undefined" && cx.isKnown(value))) return [];
    const field = closures.slot(signature, variable.name, value.type, taken);
    taken.add(field);
    return [{ index, type: value.type, field }];
  });
  const fn = codeOfConsumer(consumer);
  const lambda: Lambda = { signature, fn, name, takes: 1, captured };
  const version = { name, results: [{ kind: "number" } as const], assumed: undefined };
  closures.lambdas.set(`each:${name}`, lambda);
  session.specialisations.set(`each:${name}`, version);
  const built = buildFunction(cx, {
    node,
    frame: consumer.frame,
    version,
    captures: { values, functions: [...functions], assigned: [] },
    operands: [freshValue(item)],
    hints: [undefined],
    lower: (inner, [own]) => [take(inner, own as Operand)],
  });
  if (!built) throw new AlreadyReported();
  return functionRecord(
    cx,
    lambda,
    values.map((v) => cx.read(v)),
    undefined,
  );
}

function codeOfConsumer({ node, frame }: Consumer): UserFunction {
  return { kind: "user", node: node as FunctionNode, frame };
}

function isHeld(type: Type): boolean {
  return (
    isReference(type) ||
    type.kind === "number" ||
    type.kind === "boolean" ||
    type.kind === "string" ||
    type.kind === "optional"
  );
}
