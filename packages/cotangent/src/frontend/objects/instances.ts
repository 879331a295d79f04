/**
 * Instances being made, and `this`. While a constructor runs that uses `this` for nothing but fields, the fields are
 * variables, and the record is made at its end; else the record is there from the start.
 */
import ts from "typescript";
import { typeKey } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import {
  AlreadyReported,
  type Context,
  Frame,
  type FunctionNode,
  isValue,
  type KnownFunction,
  type Operand,
  quote,
  refuse,
  Variable,
} from "../context.ts";
import { errorBase, errorFields, errorMessage } from "../control/error-classes.ts";
import { lowerArguments } from "../functions/call.ts";
import { identify, identifyAs, isRecursive, mentions } from "../functions/closures.ts";
import {
  bindParameters,
  lowerFunctionBody,
  matchArguments,
  parameterName,
  takeResult,
} from "../functions/function-body.ts";
import { functionAs } from "../functions/function-values.ts";
import { buildFunction, checkReached, freshName, isPassed, operandKey } from "../functions/specialize.ts";
import { isLocal } from "../modules/globals.ts";
import { bare } from "../syntax/scan.ts";
import { localType } from "../types/types.ts";
import { coerce } from "../values/coerce.ts";
import { asValue, lowerExpression } from "../values/expression.ts";
import {
  ancestry,
  baseOf,
  classField,
  className,
  classOfSymbol,
  type InstanceType,
  isStatic,
  memberName,
  ownConstructor,
  ownFields,
  parameterProperties,
  thisOwner,
  thisSymbol,
} from "./classes.ts";
import { thisFunction } from "./receivers.ts";
import { checkFieldsAreSet } from "./unset-fields.ts";

// ---------------------------------------------------------------------------------------------------------------- this

/** `this` in a member of a class or of an object literal. */
export function lowerThis(cx: Context, node: ts.Node): Value {
  const owner = thisOwner(node) ?? thisFunction(node);
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
  const declaration = classOfSymbol(symbol);
  if (!declaration) return undefined;
  const { classes } = cx.session;
  const type = localType(cx, cx.checker.getTypeAtLocation(node), node);
  const instance = classes.of(type);
  if (!instance) return refuse(node, "class-instance", quote(node));
  classes.made.add(instance.family);
  const args = lowerArguments(cx, node, constructorOf(cx, declaration));
  checkFieldsAreSet(cx.session.internals, declaration);
  const depth = cx.making.filter((c) => c === declaration).length;
  return depth > mostInside || (depth > 0 && args.every(isValue))
    ? callNew(cx, declaration, instance, args, node)
    : makeInstance(cx, declaration, instance, args, node);
}

/** The constructor that takes the arguments of `new`: the class's own, or the one that it inherits. */
function constructorOf(cx: Context, declaration: ts.ClassLikeDeclaration): KnownFunction | undefined {
  for (let at: ts.ClassLikeDeclaration | undefined = declaration; at; at = baseOf(cx.checker, at)) {
    const own = ownConstructor(at);
    if (own) return { kind: "user", node: own as FunctionNode, frame: undefined };
  }
  return undefined;
}

/** How deep an instance is made in place inside of its class's constructor that is given a function. */
const mostInside = 8;

/**
 * `new` of a class inside of its own constructor: a call of a function that makes the instance, which may call itself.
 */
function callNew(
  cx: Context,
  declaration: ts.ClassLikeDeclaration,
  instance: InstanceType,
  given: readonly Operand[],
  node: ts.NewExpression,
): Value {
  const { session } = cx;
  const { specialisations, closures } = session;
  const { type } = instance;
  if (scopeOf(cx, declaration)) return refuse(node, "class-captures", `\`${className(declaration)}\``);
  const args = given.map((a, i) => asValue(cx, a, node.arguments?.[i] ?? node));
  const { gathered } = session;
  const passed = args.filter((a) => isPassed(session, a));
  const key = `new ${identify(declaration)}|${typeKey(type)}|${args.map((a) => (gathered.has(a) ? "..." : "") + operandKey(a, cx)).join("|")}`;
  let version = specialisations.get(key);
  if (!version) {
    version = { name: freshName(session, `new${className(declaration)}`), results: [type], assumed: [type] };
    specialisations.set(key, version);
    const built = buildFunction(cx, {
      node,
      frame: new Frame(undefined, undefined, new Variable("result", undefined), 0),
      version,
      captures: { values: [], functions: [], assigned: [] },
      operands: args,
      hints: ownConstructor(declaration)?.parameters.map(parameterName) ?? [],
      lower: (inner, own) => {
        args.forEach((a, i) => {
          if (gathered.has(a)) gathered.add(own[i] as Value);
        });
        return [makeInstance(inner, declaration, instance, own, node)];
      },
    });
    if (!built) {
      specialisations.delete(key);
      throw new AlreadyReported();
    }
  }
  if (cx.handlers.length > 0) closures.guarded.push({ callee: version.name, node });
  const [made] = cx.b.call(version.name, passed, [type], [instanceHint(declaration)]);
  session.exact.set(made as Value, declaration);
  return made as Value;
}

function instanceHint(declaration: ts.ClassLikeDeclaration): string {
  const name = className(declaration);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The instance that `new` makes of the arguments. */
function makeInstance(
  cx: Context,
  declaration: ts.ClassLikeDeclaration,
  instance: InstanceType,
  args: readonly Operand[],
  node: ts.NewExpression,
): Value {
  const { classes } = cx.session;
  const { type } = instance;
  const chain = ancestry(cx.checker, declaration);
  const self = new Variable("this", type);
  const isPlain = !chain.some((c) => usesThis(cx, c));
  const fields = isPlain ? new Map<string, { variable: Variable; type: Type }>() : undefined;
  for (const f of instance.type.decl.fields) {
    if (f.name === classField && instance.family.classes.length > 1) continue;
    if (!fields) continue;
    const variable = new Variable(f.name, f.type);
    cx.write(variable, undefined);
    fields.set(f.name, { variable, type: f.type });
  }
  const making: Making = { instance, fields, self };
  const hint = instanceHint(declaration);
  const allocate = (): Value => {
    const values = instance.type.decl.fields.map((f) => {
      if (f.name === classField && instance.family.classes.length > 1)
        return cx.constant(classes.nameOf(declaration, instance.family));
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
  cx.making.push(declaration);
  try {
    runConstructor(cx, declaration, making, args, node);
  } finally {
    cx.making.pop();
  }
  const made = fields ? allocate() : (cx.read(self) as Value);
  for (const { variable } of fields?.values() ?? []) cx.flow.values.delete(variable);
  return made;
}

/** What a field is before it is assigned. */
function unassigned(cx: Context, type: Type): Value {
  if (type.kind === "optional" && type.absent !== "null") return cx.b.missing(type);
  if (type.kind === "number") return cx.constant(Number.NaN);
  return type.kind === "undefined" ? cx.constant(undefined) : cx.b.unset(type);
}

const escaping = new WeakMap<ts.ClassLikeDeclaration, boolean>();

/** True if making an instance uses `this` for anything but reading and assigning fields where it stands. */
function usesThis(cx: Context, node: ts.ClassLikeDeclaration): boolean {
  const known = escaping.get(node);
  if (known !== undefined) return known;
  const names = new Set(ownFields(node).map((f) => memberName(f.name)));
  if (errorBase(cx, node) !== undefined) for (const { name } of errorFields) names.add(name);
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

/**
 * The activation whose variables the code of a class sees; none if it sees none. A class that captures is made anew in
 * each activation, and in each turn of a loop, while its instances go anywhere: so it must be one that is made once.
 */
export function scopeOf(cx: Context, node: ts.ClassLikeDeclaration): Frame | undefined {
  const around = ts.findAncestor(node.parent, ts.isFunctionLike);
  if (!around || !captures(cx, node)) return undefined;
  const entry = cx.session.entry;
  const holder = ts.isClassExpression(node) ? ts.findAncestor(node, ts.isVariableStatement) : node;
  const isOnce = around === entry?.node && holder?.parent === entry.node.body && !isRecursive(cx, entry, []);
  for (let f: Frame | undefined = cx.frame; isOnce && f; f = f.parent) if (f.node === around) return f;
  return refuse(node, "class-captures", `\`${className(node)}\``);
}

/** True if the code of a class names a variable or function of a function around it. */
function captures(cx: Context, node: ts.ClassLikeDeclaration): boolean {
  return mentions(cx.checker, node).some((symbol) => {
    const declaration = symbol.valueDeclaration;
    if (!declaration || symbol.flags & ts.SymbolFlags.Property || ts.findAncestor(declaration, (n) => n === node))
      return false;
    const other = classOfSymbol(symbol);
    if (other) return other !== node && isLocal(other) && captures(cx, other);
    const isNamed =
      ts.isVariableDeclaration(declaration) ||
      ts.isParameter(declaration) ||
      ts.isBindingElement(declaration) ||
      ts.isFunctionDeclaration(declaration);
    return isNamed && isLocal(declaration);
  });
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
  const builtIn = base ? undefined : errorBase(cx, node);
  // What the built-in constructor does.
  const makeError = (given: readonly Operand[], at: ts.Node): void => {
    assignField(cx, making, "message", errorMessage(cx, given, at), at);
    assignField(cx, making, "name", cx.constant(builtIn), at);
  };
  if (!made) {
    if (base) runConstructor(cx, base, making, args, called);
    else if (builtIn) makeError(args, called);
    inFrame(cx, scope, () => initialiseFields(cx, node, making));
    return;
  }
  checkReached(cx.session, made);
  const fn = made as FunctionNode;
  const operands = matchArguments(cx, fn, args, called);
  const frame = new Frame(fn, scope, new Variable("result", undefined), cx.session.exitCode());
  const { targets } = cx;
  const returned = findReturned(made);
  if (returned) refuse(returned, "constructor-result");
  const assignParameters = (): void => {
    for (const p of parameterProperties(node)) {
      const symbol = ts.isIdentifier(p.name) ? cx.checker.getSymbolsOfParameterPropertyDeclaration(p, p.name.text) : [];
      const variable = symbol.map((s) => frame.variables.get(s)).find(Boolean);
      const value = variable && cx.read(variable);
      if (!variable || !value) refuse(p, "pattern", p.getText());
      assignField(cx, making, memberName(p.name) ?? "", value as Operand, p);
    }
  };
  const begin = (): void => {
    const isDefined = definesFields(cx);
    if (!isDefined) assignParameters();
    inFrame(cx, scope, () => initialiseFields(cx, node, making));
    if (isDefined) assignParameters();
  };
  const extended = base || builtIn;
  frame.superCall = extended
    ? (call) => {
        const given = lowerArguments(cx, call, base && constructorOf(cx, base));
        if (base) runConstructor(cx, base, making, given, call);
        else makeError(given, call);
        begin();
      }
    : undefined;
  cx.targets = [];
  cx.inlining.push(fn);
  try {
    inFrame(cx, frame, () => {
      cx.write(frame.result, undefined);
      bindParameters(cx, fn, operands);
      if (!extended) begin();
      lowerFunctionBody(cx, fn);
      takeResult(cx, fn);
    });
  } finally {
    cx.inlining.pop();
    cx.targets = targets;
  }
}

/** As the language has it, fields come to be before parameters are assigned; TypeScript's own way is the other. */
function definesFields(cx: Context): boolean {
  const { useDefineForClassFields, target } = cx.session.internals.program.getCompilerOptions();
  return useDefineForClassFields ?? (target === undefined || target >= ts.ScriptTarget.ES2022);
}

function findReturned(made: ts.ConstructorDeclaration): ts.Node | undefined {
  const visit = (n: ts.Node): ts.Node | undefined => {
    if (ts.isFunctionLike(n) || ts.isClassLike(n)) return undefined;
    return ts.isReturnStatement(n) && n.expression ? n : ts.forEachChild(n, visit);
  };
  return made.body && ts.forEachChild(made.body, visit);
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
