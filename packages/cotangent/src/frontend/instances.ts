/**
 * Instances at work: making them, calling their members, `this` and `super`. A method is a function that captures `this`,
 * in a frame around it that holds nothing else; so it is inlined, specialised, made recursive or turned into a value as
 * any other function. While a constructor runs that uses `this` for nothing but fields, the fields are variables, and
 * the record is made at its end.
 */
import ts from "typescript";

import type { Type, Value } from "../ir/types.ts";
import {
  ancestry,
  baseOf,
  classField,
  descendants,
  findMember,
  hasMember,
  type InstanceType,
  isStatic,
  type Member,
  type MemberKind,
  memberName,
  ownConstructor,
  ownFields,
  parameterProperties,
  thisOwner,
  thisSymbol,
} from "./classes.ts";
import { identify, identifyAs } from "./closures.ts";
import {
  type Context,
  Frame,
  type FunctionNode,
  isValue,
  type Operand,
  quote,
  refuse,
  type UserFunction,
  Variable,
} from "./context.ts";
import { asValue, lowerExpression } from "./expression.ts";
import { apply, branch, coerce } from "./flow.ts";
import { bindParameters, lowerFunctionBody, matchArguments, takeResult } from "./function-body.ts";
import { functionAs } from "./function-values.ts";
import { bare } from "./scan.ts";
import { callFunction, checkReached, enterFunction } from "./specialize.ts";
import { localType } from "./types.ts";

// ---------------------------------------------------------------------------------------------------------------- this

/** `this` in a member of a class. */
export function lowerThis(cx: Context, node: ts.Node): Value {
  const owner = thisOwner(node);
  const variable = owner && cx.frame.find(thisSymbol(owner));
  const operand = variable && cx.flow.values.has(variable) ? cx.read(variable) : undefined;
  return operand && isValue(operand) ? operand : refuse(node, "this-value");
}

/** The variable of a field of `this`, while the instance is being made. */
export function fieldVariable(cx: Context, node: ts.Expression): { variable: Variable; type: Type } | undefined {
  if (!ts.isPropertyAccessExpression(node) || bare(node.expression).kind !== ts.SyntaxKind.ThisKeyword)
    return undefined;
  const owner = thisOwner(bare(node.expression));
  const making = owner && makingOf(cx.frame, owner);
  const name = memberName(node.name);
  return name === undefined ? undefined : making?.fields?.get(name);
}

function makingOf(frame: Frame | undefined, owner: ts.Node): Making | undefined {
  for (let f = frame; f; f = f.parent) if (f.making && f.makingOwner === owner) return f.making as Making;
  return undefined;
}

// -------------------------------------------------------------------------------------------------------------- Making

/** An instance that is being made. */
export interface Making {
  readonly instance: InstanceType;
  /** The fields, where they are variables until the end. */
  readonly fields: Map<string, { variable: Variable; type: Type }> | undefined;
  readonly self: Variable;
}

/** `new C(…)` of a class of the program; undefined for any other. */
export function lowerInstance(cx: Context, node: ts.NewExpression, symbol: ts.Symbol | undefined): Value | undefined {
  const declaration = symbol?.valueDeclaration;
  if (!declaration || !ts.isClassLike(declaration) || declaration.getSourceFile().isDeclarationFile) return undefined;
  const { classes } = cx.session;
  const type = localType(cx, cx.checker.getTypeAtLocation(node), node);
  const instance = classes.of(type);
  if (!instance) return refuse(node, "class-instance", quote(node));
  classes.made.add(instance.family);
  const args = (node.arguments ?? []).map((a) => {
    if (ts.isSpreadElement(a)) return refuse(a, "spread-argument");
    return lowerExpression(cx, a);
  });
  const chain = ancestry(cx.checker, declaration);
  const self = new Variable("this", type);
  const isPlain = !chain.some(usesThis);
  const fields = isPlain ? new Map<string, { variable: Variable; type: Type }>() : undefined;
  for (const f of instance.type.decl.fields) {
    if (f.name === classField && instance.family.classes.length > 1) continue;
    if (!fields) continue;
    const variable = new Variable(f.name, f.type);
    cx.write(variable, undefined);
    fields.set(f.name, { variable, type: f.type });
  }
  const making: Making = { instance, fields, self };
  const hint = declaration.name && declaration.name.text.charAt(0).toLowerCase() + declaration.name.text.slice(1);
  const allocate = (): Value => {
    const values = instance.type.decl.fields.map((f) => {
      if (f.name === classField && instance.family.classes.length > 1) return cx.constant(classes.nameOf(declaration));
      const variable = fields?.get(f.name)?.variable;
      const now = variable && cx.read(variable);
      return isValue(now) ? now : unassigned(cx, f.type);
    });
    const made = cx.b.record(values, type, hint);
    cx.session.exact.set(made, declaration);
    return made;
  };
  if (fields) cx.write(self, undefined);
  else cx.write(self, allocate());
  runConstructor(cx, declaration, making, args, node);
  const made = fields ? allocate() : (cx.read(self) as Value);
  for (const { variable } of fields?.values() ?? []) cx.flow.values.delete(variable);
  return made;
}

/** What a field is before it is assigned. */
function unassigned(cx: Context, type: Type): Value {
  if (type.kind === "optional" && type.absent === "undefined") return cx.b.missing(type);
  if (type.kind === "number") return cx.constant(Number.NaN);
  return type.kind === "undefined" ? cx.constant(undefined) : cx.b.unset(type);
}

const escaping = new WeakMap<ts.ClassLikeDeclaration, boolean>();

/** True if making an instance uses `this` for anything but reading and assigning fields where it stands. */
function usesThis(node: ts.ClassLikeDeclaration): boolean {
  const known = escaping.get(node);
  if (known !== undefined) return known;
  const names = new Set(ownFields(node).map((f) => memberName(f.name)));
  const visit = (n: ts.Node): boolean => {
    if (n.kind === ts.SyntaxKind.ThisKeyword) {
      const { parent } = n;
      const inside = ts.findAncestor(
        n,
        (a) => ts.isArrowFunction(a) || ts.isConstructorDeclaration(a) || ts.isPropertyDeclaration(a),
      );
      if (inside && ts.isArrowFunction(inside)) return true;
      return !(ts.isPropertyAccessExpression(parent) && parent.expression === n && names.has(memberName(parent.name)));
    }
    if (n.kind === ts.SyntaxKind.SuperKeyword) return !ts.isCallExpression(n.parent);
    if (ts.isFunctionDeclaration(n) || ts.isFunctionExpression(n) || ts.isClassLike(n)) return false;
    return ts.forEachChild(n, visit) === true;
  };
  const code = [ownConstructor(node), ...node.members.filter((m) => ts.isPropertyDeclaration(m) && !isStatic(m))];
  const found = code.some((c) => c !== undefined && visit(c));
  escaping.set(node, found);
  return found;
}

/** The scope of a class's code: `this`, in the scope of the class. */
function makingFrame(cx: Context, node: ts.ClassLikeDeclaration, making: Making): Frame {
  const outer = scopeOf(cx, node);
  const canonical = cx.session.classes.canonicalFrame(making.instance, node, outer, outer ? identify(outer) : "");
  const frame = new Frame(undefined, outer, new Variable("result", undefined), 0);
  identifyAs(frame, canonical);
  for (const [p, t] of making.instance.typeArguments) frame.typeArguments.set(p, t);
  if (!making.fields) frame.variables.set(thisSymbol(node), making.self);
  frame.making = making;
  frame.makingOwner = node;
  return frame;
}

/** The activation that a class belongs to; none at module level. */
function scopeOf(cx: Context, node: ts.ClassLikeDeclaration): Frame | undefined {
  const around = ts.findAncestor(node.parent, ts.isFunctionLike);
  if (!around) return undefined;
  for (let f: Frame | undefined = cx.frame; f; f = f.parent) if (f.node === around) return f;
  return undefined;
}

/** Runs what `new` runs for one class: its base's part, its fields, its constructor. */
function runConstructor(
  cx: Context,
  node: ts.ClassLikeDeclaration,
  making: Making,
  args: readonly Operand[],
  called: ts.Node,
): void {
  const scope = makingFrame(cx, node, making);
  const made = ownConstructor(node);
  const base = baseOf(cx.checker, node);
  if (!made) {
    if (base) runConstructor(cx, base, making, args, called);
    inFrame(cx, scope, () => initialiseFields(cx, node, making));
    return;
  }
  checkReached(cx.session, made);
  const fn = made as FunctionNode;
  const operands = matchArguments(cx, fn, args, called);
  const frame = new Frame(fn, scope, new Variable("result", undefined), cx.session.exitCode());
  const { targets } = cx;
  if (cx.inlining.filter((n) => n === fn).length > 8)
    refuse(called, "specialisation-limit", `\`new ${node.name?.text ?? ""}\``);
  const begin = (): void => {
    for (const p of parameterProperties(node)) {
      const symbol = ts.isIdentifier(p.name) ? cx.checker.getSymbolsOfParameterPropertyDeclaration(p, p.name.text) : [];
      const variable = symbol.map((s) => frame.variables.get(s)).find(Boolean);
      const value = variable && cx.read(variable);
      if (!variable || !value) refuse(p, "pattern", p.getText());
      assignField(cx, making, memberName(p.name) ?? "", value as Operand, p);
    }
    inFrame(cx, scope, () => initialiseFields(cx, node, making));
  };
  frame.superCall = base
    ? (call) => {
        const given = call.arguments.map((a) =>
          ts.isSpreadElement(a) ? refuse(a, "spread-argument") : lowerExpression(cx, a),
        );
        runConstructor(cx, base, making, given, call);
        begin();
      }
    : undefined;
  cx.targets = [];
  cx.inlining.push(fn);
  try {
    inFrame(cx, frame, () => {
      cx.write(frame.result, undefined);
      bindParameters(cx, fn, operands);
      // The checker has two symbols for such a parameter, and gives now the one, now the other.
      for (const p of parameterProperties(node)) {
        if (!ts.isIdentifier(p.name)) continue;
        const alike = cx.checker.getSymbolsOfParameterPropertyDeclaration(p, p.name.text);
        const bound = alike.map((s) => frame.variables.get(s)).find((v) => v !== undefined);
        for (const s of alike) if (bound) frame.variables.set(s, bound);
      }
      if (!base) begin();
      lowerFunctionBody(cx, fn);
      takeResult(cx, fn);
    });
  } finally {
    cx.inlining.pop();
    cx.targets = targets;
  }
}

/** `super(…)`. */
export function lowerSuperCall(cx: Context, node: ts.CallExpression): Operand {
  for (let f: Frame | undefined = cx.frame; f; f = f.parent) {
    if (!f.superCall) continue;
    f.superCall(node);
    return cx.constant(undefined);
  }
  return refuse(node, "this-value");
}

function inFrame(cx: Context, frame: Frame, lower: () => void): void {
  const { frame: outer } = cx;
  cx.frame = frame;
  try {
    lower();
  } finally {
    cx.frame = outer;
  }
}

function initialiseFields(cx: Context, node: ts.ClassLikeDeclaration, making: Making): void {
  for (const m of node.members) {
    if (!ts.isPropertyDeclaration(m) || isStatic(m) || !m.initializer) continue;
    const { initializer } = m;
    checkReached(cx.session, m);
    const name = memberName(m.name);
    if (name === undefined) refuse(m, "dynamic-key", m.name.getText());
    cx.at(m, () => assignField(cx, making, name as string, lowerExpression(cx, initializer), initializer));
  }
}

function assignField(cx: Context, making: Making, name: string, operand: Operand, node: ts.Node): void {
  const field = making.instance.type.decl.fields.find((f) => f.name === name);
  if (!field) throw new Error(`no field ${name}`);
  const value = coerce(cx, asValue(cx, functionAs(cx, operand, field.type, node), node), field.type, node);
  const known = making.fields?.get(name);
  if (known) cx.write(known.variable, value);
  else cx.b.setField(cx.read(making.self) as Value, name, value);
}

/** Assigns a field of `this` that is a variable. */
export function writeFieldVariable(
  cx: Context,
  { variable, type }: { variable: Variable; type: Type },
  operand: Operand,
  node: ts.Node,
): void {
  cx.write(variable, coerce(cx, asValue(cx, functionAs(cx, operand, type, node), node), type, node));
}

// ------------------------------------------------------------------------------------------------------------- Calling

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

/** True if a value of this type is an instance with such a member. */
export function isMember(cx: Context, type: Type, name: string, kind: MemberKind): boolean {
  const instance = cx.session.classes.of(type);
  return instance !== undefined && hasMember(cx.checker, instance.family, name, kind);
}

/** Calls a method, getter or setter of an instance: that of its class, which may be known only when the program runs. */
export function callMember(
  cx: Context,
  receiver: Value,
  name: string,
  kind: MemberKind,
  args: readonly Operand[],
  node: ts.Node,
  seenAs?: ts.Type,
): Operand {
  const { classes, internals } = cx.session;
  const instance = classes.of(receiver.type) as InstanceType;
  classes.called.add(instance.family);
  const exact = cx.session.exact.get(receiver);
  const declared = seenAs?.getSymbol()?.valueDeclaration;
  const possible = exact
    ? [exact]
    : declared && ts.isClassLike(declared) && instance.family.classes.includes(declared)
      ? descendants(internals, declared)
      : instance.family.classes;
  const concrete = possible.filter((c) => !isAbstract(c));
  const byCode = new Map<FunctionNode, { member: Member; classes: ts.ClassLikeDeclaration[] }>();
  for (const c of concrete) {
    const member = findMember(cx.checker, c, name, kind);
    if (!member) return refuse(node, "method", `${name} of ${classes.nameOf(c)}`);
    const known = byCode.get(member.node);
    if (known) known.classes.push(c);
    else byCode.set(member.node, { member, classes: [c] });
  }
  const [first, ...others] = [...byCode.values()];
  if (!first) return refuse(node, "method", name);
  const call = ({ member }: { member: Member }): Operand =>
    enterOrCall(cx, methodOf(cx, member, instance, receiver), args, node, others.length > 0);
  const choose = (among: readonly { member: Member; classes: ts.ClassLikeDeclaration[] }[]): Operand => {
    const [next, ...rest] = among as [{ member: Member; classes: ts.ClassLikeDeclaration[] }];
    if (rest.length === 0) return call(next);
    const tag = cx.b.getField(receiver, classField);
    const tests = next.classes.map((c) => apply(cx, "eq", [tag, cx.constant(classes.nameOf(c))]));
    const test = tests.reduce((a, b) => apply(cx, "or", [a, b]));
    return (branch(
      cx,
      test,
      () => call(next),
      () => choose(rest),
    ) ?? cx.constant(undefined)) as Operand;
  };
  return choose([first, ...others]);
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
export function isInstance(cx: Context, value: Value, declaration: ts.ClassLikeDeclaration): Value {
  const { classes, internals } = cx.session;
  const { type } = value;
  if (type.kind === "optional") {
    return branch(
      cx,
      cx.b.present(value),
      () => isInstance(cx, cx.b.unwrap(value), declaration),
      () => cx.constant(false),
    ) as Value;
  }
  const instance = classes.of(type);
  if (!instance?.family.classes.includes(declaration)) return cx.constant(false);
  classes.called.add(instance.family);
  const wanted = descendants(internals, declaration);
  const exact = cx.session.exact.get(value);
  if (exact) return cx.constant(wanted.includes(exact));
  if (wanted.length === instance.family.classes.length) return cx.constant(true);
  const tag = cx.b.getField(value, classField);
  return wanted
    .map((c) => apply(cx, "eq", [tag, cx.constant(classes.nameOf(c))]))
    .reduce((a, b) => apply(cx, "or", [a, b]));
}

/** The method that an expression `o.m`, not called, is: a function that has forgotten its object. */
export function refuseUnbound(cx: Context, type: Type, name: string, node: ts.Node): void {
  if (isMember(cx, type, name, "method")) refuse(node, "unbound-method", quote(node));
}
