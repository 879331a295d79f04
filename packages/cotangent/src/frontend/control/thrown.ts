/**
 * What is thrown, and where to. Under `try` a `throw` is an early exit like `break`: its value waits in a variable, and
 * an exit code tells `catch` what kind of value it is, so that a number that was thrown keeps its derivative. With no
 * `try` around in the same activation it ends the call. An error of a built-in class is a record of its class and its
 * message; it exists between `throw` and `catch` only, and where it leaves the function a real one is thrown again.
 */
import ts from "typescript";
import { holds, isReference, record, string, typeKey } from "../../ir/type.ts";
import type { Block, Func, Instr, Type, Value } from "../../ir/types.ts";
import type { Kind } from "../../runtime/shape.ts";
import {
  type Context,
  codeOf,
  type Handler,
  isFunction,
  isValue,
  type KnownFunction,
  type Operand,
  quote,
  refuse,
  type Session,
  stopped,
  type UserFunction,
  Variable,
} from "../context.ts";
import { apply, branch, leave } from "../flow.ts";
import { identity, mentions } from "../functions/closures.ts";
import { functionOf, isPredefined, resolveSymbol } from "../modules/globals.ts";
import { ancestry, classOfSymbol, membersLike, ownConstructor } from "../objects/classes.ts";
import { isKeyedByIdentity } from "../objects/maps.ts";
import { isInstance } from "../objects/members.ts";
import { bare } from "../syntax/scan.ts";

import { asValue, lowerExpression } from "../values/expression.ts";
import { byKind, unionOf } from "../values/kinds.ts";
import { textPart } from "../values/literals.ts";
import { errorClasses, hasErrors, isBuiltInError, throwOut } from "./error-classes.ts";

/** An error that has been caught. Its fields are not named as a program would name them, so no other record is alike. */
const caughtError: Type = record({
  name: "CaughtError",
  isTuple: false,
  fields: [
    { name: "errorClass", type: string },
    { name: "message", type: string },
  ],
});

export function isCaughtError(type: Type): boolean {
  return type === caughtError;
}

/** True if a value of the type may hold a caught error. */
export function holdsCaughtError(type: Type): boolean {
  return holds(type, isCaughtError);
}

// ---------------------------------------------------------------------------------------------------------- Members

/** `e.message` and `e.name` of a caught error. */
export function readCaught(cx: Context, error: Value, name: string, node: ts.Node): Value {
  if (name === "message") return cx.b.getField(error, "message");
  if (name === "name") return cx.b.getField(error, "errorClass", "name");
  return refuse(node, "caught-error", `\`${name}\` of a caught error`);
}

/** `value instanceof C`, for built-in classes of errors and arrays. */
export function lowerInstanceof(cx: Context, node: ts.BinaryExpression): Value {
  return isInstanceOf(cx, asValue(cx, lowerExpression(cx, node.left, true), node.left), node);
}

/** Whether a value is what the right side of `node` names. */
function isInstanceOf(cx: Context, value: Value, node: ts.BinaryExpression): Value {
  const right = bare(node.right);
  const symbol = ts.isIdentifier(right) ? resolveSymbol(cx, right) : undefined;
  const declaration = classOfSymbol(symbol);
  const union = unionOf(cx, value);
  if (union) {
    // Lists and functions are of no class of the program.
    const mayBe = (part: Value, kind: Kind): boolean => kind === "asObject" || (!declaration && isReference(part.type));
    const asked = (part: Value, kind: Kind): Value =>
      mayBe(part, kind) ? isInstanceOf(cx, part, node) : cx.constant(false);
    return byKind(cx, value, union, asked, node);
  }
  if (declaration) return isInstance(cx, value, declaration, node);
  if (!ts.isIdentifier(right) || !isPredefined(cx, symbol)) return refuse(node, "expression", quote(node));
  const { type } = value;
  if (type.kind === "optional") return refuse(node, "possibly-missing", quote(node.left));
  const isError = errorClasses.has(right.text);
  if (isCaughtError(type)) {
    if (right.text === "Error" || right.text === "Object") return cx.constant(true);
    if (!isError) return cx.constant(false);
    return apply(cx, "eq", [cx.b.getField(value, "errorClass"), cx.constant(right.text)]);
  }
  const instance = cx.session.classes.of(type);
  if (instance && isError) return isBuiltInError(cx, value, instance, right.text);
  if (isError) return cx.constant(false);
  if (type.kind === "array") return cx.constant(right.text === type.storage || right.text === "Object");
  if (type.kind !== "record") return cx.constant(false);
  const table = cx.session.tables.of(type);
  const className = table && { map: "Map", set: "Set", dictionary: "Object" }[table.kind];
  // A weak one is of another class.
  if (table && isKeyedByIdentity(table)) return refuse(node, "expression", quote(node));
  if (table) return cx.constant(right.text === className || right.text === "Object");
  if (right.text === "Array") return cx.constant(type.decl.isTuple);
  return cx.constant(right.text === "Object");
}

// ---------------------------------------------------------------------------------------------------------- Throwing

interface MadeError {
  readonly errorClass: string;
  readonly message: Value | undefined;
}

/** `new RangeError(message)`, with or without `new`. */
function makeError(cx: Context, node: ts.Expression): MadeError | undefined {
  const made = bare(node);
  if (!ts.isNewExpression(made) && !ts.isCallExpression(made)) return undefined;
  const callee = made.expression;
  if (!ts.isIdentifier(callee) || !errorClasses.has(callee.text) || !isPredefined(cx, resolveSymbol(cx, callee)))
    return undefined;
  const [first, ...others] = made.arguments ?? [];
  if (others.length > 0) refuse(node, "thrown-value");
  if (!first) return { errorClass: callee.text, message: undefined };
  const operand = lowerExpression(cx, first);
  if (!isValue(operand)) refuse(first, "thrown-value");
  const message = operand.type.kind === "string" ? operand : cx.b.text([textPart(cx, operand, first)]);
  return { errorClass: callee.text, message };
}

export function lowerThrow(cx: Context, node: ts.ThrowStatement): void {
  const made = makeError(cx, node.expression);
  const handler = cx.handlers.at(-1);
  if (!made) {
    throwValue(cx, asValue(cx, lowerExpression(cx, node.expression), node.expression), node);
    return;
  }
  const { errorClass, message } = made;
  if (handler) {
    cx.session.caught.classes.add(errorClass);
    const fields = [cx.constant(errorClass), message ?? cx.constant("")];
    leaveTo(cx, handler, cx.b.record(fields, caughtError, "error"), node);
    return;
  }
  cx.b.throw(errorClass, message);
  cx.flow.exit = stopped;
}

/** Throws a value that has been made before. */
export function throwValue(cx: Context, value: Value, node: ts.Node): void {
  const handler = cx.handlers.at(-1);
  if (handler) {
    leaveTo(cx, handler, value, node);
    return;
  }
  const instance = cx.session.classes.of(value.type);
  if (instance && hasErrors(cx, instance.family)) {
    throwOut(cx, value, instance);
    return;
  }
  if (!isCaughtError(value.type)) {
    cx.b.throw("value", value);
    cx.flow.exit = stopped;
    return;
  }
  const errorClass = cx.b.getField(value, "errorClass");
  const message = cx.b.getField(value, "message");
  const among = (classes: readonly string[]): undefined => {
    const [first = "Error", ...others] = classes;
    const raise = (): undefined => {
      cx.b.throw(first, message);
      cx.flow.exit = stopped;
    };
    if (others.length === 0) return raise();
    const here = apply(cx, "eq", [errorClass, cx.constant(first)]);
    branch(cx, here, raise, () => among(others));
  };
  cx.session.caught.rethrown = true;
  among([...cx.session.caught.classes]);
}

/** Leaves to a `catch`, which finds the value in the variable of its kind. */
export function leaveTo(cx: Context, handler: Handler, value: Value, node: ts.Node): void {
  const key = typeKey(value.type);
  let kind = handler.kinds.get(key);
  if (!kind) {
    const variable = handler.free.shift();
    if (!variable) return refuse(node, "thrown-kinds");
    kind = { code: cx.session.exitCode(), variable };
    handler.kinds.set(key, kind);
  }
  cx.write(kind.variable, value);
  leave(cx, kind.code);
}

/** Throws what the language raises by itself: it passes every `catch` by, see docs/limitations.md. */
export function raise(cx: Context, errorClass: string, text: string): void {
  const message = cx.constant(text);
  cx.session.raised.add(message);
  cx.b.throw(errorClass, message);
}

const mostKinds = 6;

/** Runs `lower` with a new place for what it throws. */
export function handling(cx: Context, lower: () => void): Handler {
  const free = Array.from({ length: mostKinds }, () => new Variable("thrown", undefined));
  for (const variable of free) cx.write(variable, undefined);
  const handler: Handler = { kinds: new Map(), free };
  cx.handlers.push(handler);
  try {
    lower();
  } finally {
    cx.handlers.pop();
  }
  for (const variable of free) cx.flow.values.delete(variable);
  return handler;
}

// -------------------------------------------------------------------------------------------------------- May it throw?

const throwing = new WeakMap<ts.Node, boolean>();

function hasThrow(node: ts.Node): boolean {
  const known = throwing.get(node);
  if (known !== undefined) return known;
  const pending: ts.Node[] = [node];
  let found = false;
  for (let n = pending.pop(); n && !found; n = pending.pop()) {
    if (ts.isThrowStatement(n)) found = true;
    n.forEachChild((child) => void pending.push(child));
  }
  throwing.set(node, found);
  return found;
}

/** True if a call of `fn` with the given functions as arguments may come to a `throw` of the program. */
export function mayThrow(cx: Context, fn: UserFunction, functions: readonly KnownFunction[]): boolean {
  const seen = new Set<string>();
  const pending: UserFunction[] = [fn];
  const add = (known: KnownFunction): void => {
    const code = codeOf(known);
    if (code.kind === "user") pending.push(code);
  };
  functions.forEach(add);
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(identity(next))) continue;
    seen.add(identity(next));
    if (hasThrow(next.node)) return true;
    for (const symbol of mentions(cx.checker, next.node)) {
      const members = [...membersLike(cx.session.internals, symbol), ...constructorsOf(cx, symbol)];
      for (const node of members) pending.push({ kind: "user", node, frame: undefined });
      const variable = next.frame?.find(symbol);
      const operand: Operand | undefined = variable ? cx.read(variable) : functionOf(cx, symbol);
      if (isFunction(operand)) add(operand);
    }
  }
  return false;
}

/** The constructors that `new` of a class runs. */
function constructorsOf(cx: Context, { valueDeclaration }: ts.Symbol): readonly ts.ConstructorDeclaration[] {
  if (!valueDeclaration || !ts.isClassLike(valueDeclaration)) return [];
  return ancestry(cx.checker, valueDeclaration).flatMap((c) => ownConstructor(c) ?? []);
}

/** True if the function, once compiled, may come to a `throw` of the program. */
export function throws(session: Session, func: Func): boolean {
  const seen = new Set<string>();
  const isOwn = ({ end }: Block): boolean => end.kind === "throw" && !(end.message && session.raised.has(end.message));
  const inBlock = (block: Block): boolean => isOwn(block) || block.body.some(inInstr);
  const inInstr = (instr: Instr): boolean => {
    switch (instr.op) {
      case "if":
        return inBlock(instr.then) || inBlock(instr.else);
      case "for":
        return inBlock(instr.body);
      case "while":
        return inBlock(instr.condition) || inBlock(instr.body);
      case "call": {
        if (seen.has(instr.callee)) return false;
        seen.add(instr.callee);
        const callee = session.functions.get(instr.callee);
        return callee !== undefined && inBlock(callee.body);
      }
      default:
        return false;
    }
  };
  return inBlock(func.body);
}
