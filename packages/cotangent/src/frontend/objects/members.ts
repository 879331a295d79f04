/**
 * Members of instances, called and asked for. A method is a function that captures `this`, in a frame around it that holds
 * nothing else; so it is inlined, specialised, made recursive or turned into a value as any other function. Which one is
 * called is asked of the instance, where its class is not known.
 */
import ts from "typescript";
import { isReference, sameType } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import {
  type Context,
  Frame,
  type FunctionNode,
  isValue,
  type KnownFunction,
  NothingFollows,
  type Operand,
  quote,
  refuse,
  type UserFunction,
  Variable,
} from "../context.ts";
import { isCaughtError, raise } from "../control/thrown.ts";
import { apply, branch } from "../flow.ts";
import { identify, identifyAs } from "../functions/closures.ts";
import { functionAs } from "../functions/function-values.ts";
import { restPosition } from "../functions/rest-arguments.ts";
import { callFunction, enterFunction } from "../functions/specialize.ts";
import { coerce } from "../values/coerce.ts";
import { asValue, narrow } from "../values/expression.ts";
import { noteAsked } from "../values/presence.ts";
import {
  baseOf,
  classField,
  descendants,
  type Family,
  findMember,
  hasField,
  hasMember,
  type InstanceType,
  type Member,
  type MemberKind,
  thisOwner,
  thisSymbol,
} from "./classes.ts";
import { lowerThis, scopeOf } from "./instances.ts";

/** The method as a function that captures the instance. */
function methodOf(cx: Context, { node, owner }: Member, instance: InstanceType, receiver: Value): UserFunction {
  const outer = scopeOf(cx, owner);
  const canonical = cx.session.classes.canonicalFrame(instance, owner, outer, outer ? identify(outer) : "");
  const frame = new Frame(undefined, outer, new Variable("result", undefined), 0);
  identifyAs(frame, canonical);
  for (const [p, t] of instance.typeArguments) frame.typeArguments.set(p, t);
  const stands = canonical.variables.get(thisSymbol(owner)) as Variable;
  const self = new Variable("this", instance.type, undefined, false, stands.id);
  frame.variables.set(thisSymbol(owner), self);
  cx.write(self, receiver);
  return { kind: "user", node, frame };
}

/**
 * The method that `object` has by this name, bound to `self`. Undefined where the class that has it is known only when the
 * program runs.
 */
export function bindMethod(cx: Context, object: Value, name: string, self: Value): UserFunction | undefined {
  const { classes } = cx.session;
  const instance = classes.of(object.type);
  if (!instance || !sameType(object.type, self.type)) return undefined;
  const exact = cx.session.exact.get(object);
  const candidates = (exact ? [exact] : instance.family.classes).filter((c) => !isAbstract(c));
  const found = candidates.map((c) => findMember(cx.checker, c, name, "method"));
  const [member] = found;
  if (!member || found.some((m) => m?.node !== member.node)) return undefined;
  classes.called.add(instance.family);
  return methodOf(cx, member, instance, self);
}

/**
 * The method that stands for all that a call of `object.name` may mean, as far as it says which arguments they take:
 * undefined where they differ in that.
 */
export function memberMethod(cx: Context, object: Value, name: string): KnownFunction | undefined {
  const instance = cx.session.classes.of(object.type);
  const exact = cx.session.exact.get(object);
  const all = exact ? [exact] : (instance?.family.classes ?? []).filter((c) => !isAbstract(c));
  const nodes = new Set(all.map((c) => findMember(cx.checker, c, name, "method")?.node));
  const methods = [...nodes].map((node) => node && ({ kind: "user", node, frame: undefined } as const));
  const [first, ...others] = methods;
  const rest = first && restPosition(cx, first);
  const isAlike = others.length === 0 || (rest !== undefined && others.every((m) => m && restPosition(cx, m) === rest));
  return isAlike ? first : undefined;
}

/** True if a value of this type is an instance with such a member. */
export function isMember(cx: Context, type: Type, name: string, kind: MemberKind): boolean {
  const instance = cx.session.classes.of(type);
  return instance !== undefined && hasMember(cx.checker, instance.family, name, kind);
}

/** Whether the class of an instance has a method of this name, which another one of the hierarchy has. */
export function hasMethod(cx: Context, receiver: Value, name: string): Value {
  const { family } = cx.session.classes.of(receiver.type) as InstanceType;
  cx.session.classes.called.add(family);
  const having = family.classes.filter((c) => isAbstract(c) || findMember(cx.checker, c, name, "method"));
  return isOneOf(cx, receiver, family, having);
}

/** Calls a method, getter or setter of an instance: that of its class, which may be known only when the program runs. */
export function callMember(
  cx: Context,
  receiver: Value,
  name: string,
  kind: MemberKind,
  args: readonly Operand[],
  node: ts.Node,
): Operand {
  const { classes } = cx.session;
  const instance = classes.of(receiver.type) as InstanceType;
  classes.called.add(instance.family);
  // Not by the checker's type: to it classes are the same that look the same.
  const exact = cx.session.exact.get(receiver);
  const concrete = (exact ? [exact] : instance.family.classes).filter((c) => !isAbstract(c));
  const byCode = new Map<FunctionNode | "field", { member: Member | undefined; classes: ts.ClassLikeDeclaration[] }>();
  let isMissing = false;
  for (const c of concrete) {
    const member = findMember(cx.checker, c, name, kind);
    // What one class computes another may hold.
    const isField = !member && kind !== "method" && hasField(cx.checker, c, name);
    if (!member && !isField) {
      isMissing = true;
      continue;
    }
    const known = byCode.get(member?.node ?? "field");
    if (known) known.classes.push(c);
    else byCode.set(member?.node ?? "field", { member, classes: [c] });
  }
  const [first, ...others] = [...byCode.values()];
  if (!first) return refuse(node, "method", name);
  const call = ({ member }: Chosen): Operand =>
    member
      ? enterOrCall(cx, methodOf(cx, member, instance, receiver), args, node, others.length > 0 || isMissing)
      : accessField(cx, receiver, name, args, node);
  const choose = (among: readonly Chosen[]): Operand => {
    const [next, ...rest] = among as [Chosen];
    if (rest.length === 0 && !isMissing) return call(next);
    const tag = cx.b.getField(receiver, classField);
    const tests = next.classes.map((c) => apply(cx, "eq", [tag, cx.constant(classes.nameOf(c, instance.family))]));
    const test = tests.reduce((a, b) => apply(cx, "or", [a, b]));
    return (branch(
      cx,
      test,
      () => call(next),
      () => (rest.length === 0 ? throwMissing(cx, name) : choose(rest)),
    ) ?? cx.constant(undefined)) as Operand;
  };
  return choose([first, ...others]);
}

/** What a name means for some of the classes: a member, or a field. */
interface Chosen {
  readonly member: Member | undefined;
  readonly classes: readonly ts.ClassLikeDeclaration[];
}

/** Reads a field that another class has a getter for, or writes it. */
function accessField(cx: Context, receiver: Value, name: string, args: readonly Operand[], node: ts.Node): Operand {
  const field = receiver.type.kind === "record" ? receiver.type.decl.fields.find((f) => f.name === name) : undefined;
  if (!field) throw new Error(`no field ${name}`);
  const [given] = args;
  if (given === undefined) {
    const read = cx.b.getField(receiver, name);
    // A field that not all classes have; of this one it is.
    return read.type.kind === "optional" ? narrow(cx, read, node as ts.Expression) : read;
  }
  cx.b.setField(
    receiver,
    name,
    coerce(cx, asValue(cx, functionAs(cx, given, field.type, node), node), field.type, node),
  );
  return cx.constant(undefined);
}

/** What the language does about a member that the instance's class does not have. */
function throwMissing(cx: Context, name: string): never {
  raise(cx, "TypeError", `${name} is not a function`);
  throw new NothingFollows();
}

function enterOrCall(
  cx: Context,
  fn: UserFunction,
  args: readonly Operand[],
  node: ts.Node,
  inBranch: boolean,
): Operand {
  const isWhole = !inBranch && ts.isCallExpression(node);
  const result = isWhole ? enterFunction(cx, fn, args, node) : callFunction(cx, fn, args, node);
  if (isValue(result)) for (const self of fn.frame?.variables.values() ?? []) cx.flow.values.delete(self);
  return result;
}

function isAbstract(node: ts.ClassLikeDeclaration): boolean {
  return ts.getModifiers(node as ts.ClassDeclaration)?.some((m) => m.kind === ts.SyntaxKind.AbstractKeyword) ?? false;
}

/** The method that `super.m` is. */
export function superMethod(cx: Context, node: ts.PropertyAccessExpression): KnownFunction | undefined {
  const owner = thisOwner(node.expression);
  const base = owner && baseOf(cx.checker, owner);
  const member = base && findMember(cx.checker, base, node.name.text, "method");
  return member && { kind: "user", node: member.node, frame: undefined };
}

/** `super.m(…)` and `super.x`: the base's member, on this instance. */
export function callSuperMember(
  cx: Context,
  node: ts.PropertyAccessExpression,
  kind: MemberKind,
  args: readonly Operand[],
  called: ts.Node,
): Operand {
  const owner = thisOwner(node.expression);
  const base = owner && baseOf(cx.checker, owner);
  const member = base && findMember(cx.checker, base, node.name.text, kind);
  const receiver = lowerThis(cx, node.expression);
  const instance = cx.session.classes.of(receiver.type);
  if (!member || !instance) return refuse(node, "method", quote(node));
  cx.session.classes.called.add(instance.family);
  return callFunction(cx, methodOf(cx, member, instance, receiver), args, called);
}

/** `value instanceof C` for a class of the program. */
export function isInstance(cx: Context, value: Value, declaration: ts.ClassLikeDeclaration, node: ts.Node): Value {
  const { classes, internals } = cx.session;
  const { type } = value;
  if (type.kind === "optional") {
    return branch(
      cx,
      cx.b.present(value),
      () => isInstance(cx, cx.b.unwrap(value), declaration, node),
      () => cx.constant(false),
    ) as Value;
  }
  noteAsked(cx, value);
  const instance = classes.of(type);
  if (isCaughtError(type)) return cx.constant(false);
  // An object of another type may be an instance nevertheless, made by code outside.
  if (!instance && isReference(type))
    return refuse(node, "class-outside", `${quote(node)}, of a value that may have come from outside`);
  if (!instance?.family.classes.includes(declaration)) return cx.constant(false);
  classes.called.add(instance.family);
  classes.asked.add(instance.family);
  return isOneOf(cx, value, instance.family, descendants(internals, declaration));
}

/** True if the class of an instance is one of these classes of its family. */
export function isOneOf(cx: Context, value: Value, family: Family, wanted: readonly ts.ClassLikeDeclaration[]): Value {
  const exact = cx.session.exact.get(value);
  if (exact) return cx.constant(wanted.includes(exact));
  if (wanted.length === 0) return cx.constant(false);
  if (wanted.length === family.classes.length) return cx.constant(true);
  const tag = cx.b.getField(value, classField);
  return wanted
    .map((c) => apply(cx, "eq", [tag, cx.constant(cx.session.classes.nameOf(c, family))]))
    .reduce((a, b) => apply(cx, "or", [a, b]));
}

/** The method that an expression `o.m`, not called, is: a function that has forgotten its object. */
export function refuseUnbound(cx: Context, type: Type, name: string, node: ts.Node): void {
  if (isMember(cx, type, name, "method")) refuse(node, "unbound-method", quote(node));
}
