/**
 * Calls: of known functions, of what the language predefines, of array methods, and of the package's own functions. What
 * is called is found by symbol, never by the spelling alone: a local `Math` is not Math.
 */
import ts from "typescript";
import { primitiveForCall } from "../../elementals/index.ts";
import { isReference } from "../../ir/type.ts";
import type { Value } from "../../ir/types.ts";
import {
  type Context,
  isFunction,
  isGenerator,
  isValue,
  type KnownFunction,
  type Operand,
  quote,
  refuse,
  unpoisoned,
} from "../context.ts";
import { refuseGenerator } from "../control/generators.ts";
import { apply, branch } from "../flow.ts";
import { callConstructor, callPredefined, lowerConsole } from "../library/builtins.ts";
import { callInherited } from "../library/inherited.ts";
import { callMethod, lowerWholeCall } from "../library/methods.ts";
import { makeTape, runtimeCall } from "../library/runtime-calls.ts";
import { functionOf, isAmbient, isPredefined, resolveSymbol } from "../modules/globals.ts";
import { checkLive, isLive, isScriptName, lowerLive, lowerLiveFunction } from "../modules/live.ts";
import { isReassigned } from "../modules/module-state.ts";
import { memberName } from "../objects/classes.ts";
import { lowerInstance, lowerSuperCall } from "../objects/instances.ts";
import { callTable } from "../objects/maps.ts";
import {
  bindMethod,
  callMember,
  callSuperMember,
  hasMethod,
  isMember,
  memberMethod,
  superMethod,
} from "../objects/members.ts";
import { isReceiving, readGetter, receivingMethodOf } from "../objects/receivers.ts";
import { ruledInUse } from "../rules/rule-tables.ts";
import { makeRuled, ruledBySymbol, ruleVerb } from "../rules/rules.ts";
import { bare } from "../syntax/scan.ts";
import { tryType } from "../types/types.ts";
import { lowerStaticMember, readProperty, refuseChanged } from "../values/access.ts";
import { asValue, lowerExpression, lowerValue, narrow } from "../values/expression.ts";
import { lowerSpreadArguments } from "../values/spread.ts";
import { callAny, callValue } from "./function-calls.ts";
import { lowerVerb } from "./inner-verbs.ts";
import { enterFunction } from "./specialize.ts";

/** The operands of a call, of `target` if that is known, in order. */
export function lowerArguments(
  cx: Context,
  node: ts.CallExpression | ts.NewExpression,
  target?: Operand,
): readonly Operand[] {
  return lowerSpreadArguments(cx, node, target);
}

export function lowerCall(cx: Context, node: ts.CallExpression, raw: boolean): Operand {
  const operand = lowerCallee(cx, node);
  return raw ? operand : narrow(cx, operand, node);
}

function lowerCallee(cx: Context, node: ts.CallExpression): Operand {
  const callee = bare(node.expression);
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return lowerSuperCall(cx, node);
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return refuse(node, "dynamic-import");
  if (node.questionDotToken) return callOptional(cx, node, callee);
  const own = packageFunction(cx, callee);
  if (own !== undefined) return callOwn(cx, node, own);
  if (ts.isPropertyAccessExpression(callee)) return lowerMemberCall(cx, node, callee);
  if (ts.isIdentifier(callee)) {
    const symbol = resolveSymbol(cx, callee);
    if (symbol && !cx.frame.find(symbol)) {
      const ruled = isLive(cx) ? undefined : ruledInUse(cx, symbol, callee);
      if (ruled) return callOperand(cx, ruled, node, callee);
      if (isPredefined(cx, symbol)) return callPredefined(cx, node, callee.text);
      const bodiless = bodilessCall(cx, node, callee, symbol);
      if (bodiless) return bodiless;
    }
  }
  const written = ts.isNonNullExpression(node.expression) ? node.expression : callee;
  return callOperand(cx, unpoisoned(lowerExpression(cx, written), callee), node, callee);
}

/** Calls what the callee has been evaluated to. */
function callOperand(cx: Context, target: Operand, node: ts.CallExpression, callee: ts.Expression): Operand {
  if (isFunction(target)) return enterFunction(cx, target, lowerArguments(cx, node, target), node);
  const isKnown = isValue(target) && cx.session.closures.of(target.type);
  if (!isKnown) return refuse(node, "unknown-callee", quote(callee));
  return callValue(cx, target, lowerArguments(cx, node, target), node);
}

/** `f?.(…)`: nothing, arguments included, where there is no function. */
function callOptional(cx: Context, node: ts.CallExpression, callee: ts.Expression): Operand {
  if (ts.isPropertyAccessExpression(callee) && isMethod(cx, callee)) return callThrough(cx, node, callee);
  const target = unpoisoned(lowerExpression(cx, node.expression, true), callee);
  return whereThere(cx, target, node, (there) => callOperand(cx, there, node, callee));
}

/** What `then` gives of a target that may be missing; undefined where it is. */
function whereThere<T extends Operand>(cx: Context, target: T, node: ts.Node, then: (there: T) => Operand): Operand {
  if (!isValue(target)) return then(target);
  if (target.type.kind === "undefined") return cx.constant(undefined);
  if (target.type.kind !== "optional") return then(target);
  return where(cx, cx.b.present(target), node, () => then(cx.b.unwrap(target) as Value & T));
}

/** What `then` gives where the condition holds, and undefined elsewhere. */
function where(cx: Context, condition: Value, node: ts.Node, then: () => Operand): Operand {
  const result = branch(cx, condition, then, () => cx.constant(undefined));
  return unpoisoned(result ?? cx.constant(undefined), node);
}

/** True for `object.method` of which the object must be known when it is called. */
function isMethod(cx: Context, callee: ts.PropertyAccessExpression): boolean {
  const declared = tryType(cx, cx.checker.getTypeAtLocation(callee.expression), callee);
  const type = declared?.kind === "optional" ? declared.of : declared;
  if (!type) return false;
  const name = memberName(callee.name) ?? callee.name.text;
  return (
    type.kind === "array" ||
    isMember(cx, type, name, "method") ||
    receivingMethodOf(cx, { type }, callee.name.text) !== undefined
  );
}

/** A function declared without a body may be an elemental that the table knows by this spelling. */
function bodilessCall(
  cx: Context,
  node: ts.CallExpression,
  callee: ts.Expression,
  symbol: ts.Symbol,
): Operand | undefined {
  if (
    functionOf(cx, symbol) ||
    isScriptName(cx, symbol) ||
    !(symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Method))
  )
    return undefined;
  const primitive = primitiveForCall(callee.getText());
  const seen = primitive ? undefined : lowerLive(cx, callee);
  if (seen && isFunction(seen)) return enterFunction(cx, seen, lowerArguments(cx, node, seen), node);
  if (!primitive) return refuse(node, isReassigned(cx, symbol) ? "module-state" : "library-function", quote(callee));
  return enterFunction(cx, { kind: "primitive", primitive }, lowerArguments(cx, node), node);
}

function lowerMemberCall(cx: Context, node: ts.CallExpression, callee: ts.PropertyAccessExpression): Operand {
  const object = bare(callee.expression);
  if (object.kind === ts.SyntaxKind.SuperKeyword)
    return callSuperMember(cx, callee, "method", lowerArguments(cx, node, superMethod(cx, callee)), node);
  const called = isLive(cx) ? undefined : resolveSymbol(cx, callee);
  const ruled = called && ruledInUse(cx, called, callee);
  if (ruled) return callOperand(cx, ruled, node, callee);
  if (ts.isIdentifier(object)) {
    const base = resolveSymbol(cx, object);
    if (base && !cx.frame.find(base)) {
      if (object.text === "console" && isAmbient(base)) return lowerConsole(cx, node, callee.name.text);
      if (isPredefined(cx, base)) return callPredefined(cx, node, `${object.text}.${callee.name.text}`);
    }
  }
  const inherited = callee.name.text === "call" ? callInherited(cx, node, object) : undefined;
  if (inherited) return inherited;
  const symbol = resolveSymbol(cx, callee);
  if (symbol) {
    const holder = baseOf(cx, object);
    const isOutside = holder && !cx.frame.find(holder);
    const known = isOutside ? (functionOf(cx, symbol) ?? ruledBySymbol(cx, symbol)) : undefined;
    const isOnObject = known?.kind === "user" && isReceiving(known.node);
    if (known && holder && !isOnObject) {
      refuseChanged(cx, holder, symbol, callee);
      return enterFunction(cx, checkLive(cx, known, callee), lowerArguments(cx, node, known), node);
    }
    const member = lowerStaticMember(cx, callee);
    if (member) {
      if (!isFunction(member)) return refuse(node, "unknown-callee", quote(callee));
      return enterFunction(cx, member, lowerArguments(cx, node, member), node);
    }
  }
  if (ts.isOptionalChain(callee)) return callThrough(cx, node, callee);
  const seen = isLive(cx) && ts.isIdentifier(object) ? lowerLiveMember(cx, object, callee) : undefined;
  if (seen) return enterFunction(cx, seen, lowerArguments(cx, node, seen), node);
  const whole = lowerWholeCall(cx, node, callee);
  if (whole) return whole;
  const bound = callee.name.text === "bind" ? boundMethod(cx, node, object) : undefined;
  if (bound) return bound;
  const value = lowerExpression(cx, callee.expression);
  const passed = passedBy(cx, value, node, callee.name.text);
  if (passed) return callAny(cx, value, passed(), node);
  if (isGenerator(value)) return refuseGenerator(node);
  if (!isValue(value)) return refuse(node, "unknown-callee", quote(callee));
  return callOn(cx, node, callee, value);
}

/** `object?.method(…)`: nothing, arguments included, where there is no object. */
function callThrough(cx: Context, node: ts.CallExpression, callee: ts.PropertyAccessExpression): Operand {
  const object = unpoisoned(lowerExpression(cx, callee.expression, true), callee);
  if (!isValue(object)) return refuse(node, "unknown-callee", quote(callee));
  return whereThere(cx, object, node, (there) => callOn(cx, node, callee, there));
}

/** Calls a method of an object that has been evaluated. */
function callOn(cx: Context, node: ts.CallExpression, callee: ts.PropertyAccessExpression, value: Value): Operand {
  const { type } = value;
  const table = cx.session.tables.of(type);
  if (table && table.kind !== "dictionary") return callTable(cx, node, callee.name.text, value, table);
  const name = memberName(callee.name) ?? callee.name.text;
  if (isMember(cx, type, name, "method")) {
    const call = (): Operand =>
      callMember(cx, value, name, "method", lowerArguments(cx, node, memberMethod(cx, value, name)), node);
    return node.questionDotToken ? where(cx, hasMethod(cx, value, name), node, call) : call();
  }
  const method = receivingMethodOf(cx, value, callee.name.text);
  if (method) {
    const held = asValue(cx, narrow(cx, cx.b.getField(value, method.name), callee), callee);
    const call = (f: Value): Operand => callValue(cx, f, [value, ...lowerArguments(cx, node, f)], node);
    return node.questionDotToken ? whereThere(cx, held, node, call) : call(held);
  }
  const got = readGetter(cx, value, callee.name.text, callee);
  if (got) return callOperand(cx, got, node, callee);
  const isField = type.kind === "record" && type.decl.fields.some((f) => f.name === callee.name.text);
  if (isField)
    return callOperand(cx, narrow(cx, readProperty(cx, value, callee.name.text, callee), callee), node, callee);
  return callMethod(cx, node, callee, value);
}

/** `object.method.bind(self)` of an instance; undefined for any other `bind`. */
function boundMethod(cx: Context, node: ts.CallExpression, method: ts.Expression): KnownFunction | undefined {
  const [given, ...others] = node.arguments;
  if (!ts.isPropertyAccessExpression(method) || !given || others.length > 0 || ts.isSpreadElement(given))
    return undefined;
  const name = memberName(method.name) ?? method.name.text;
  const type = tryType(cx, cx.checker.getTypeAtLocation(method.expression), method);
  if (!type || !isMember(cx, type, name, "method")) return undefined;
  const object = lowerValue(cx, method.expression);
  return bindMethod(cx, object, name, lowerValue(cx, given)) ?? refuse(method, "unbound-method", quote(method));
}

/** The arguments that `f.call(…)` and `f.apply(…, […])` call a function with. */
function passedBy(
  cx: Context,
  f: Operand,
  node: ts.CallExpression,
  method: string,
): (() => readonly Operand[]) | undefined {
  if (!isFunction(f) && !(isValue(f) && cx.session.closures.of(f.type))) return undefined;
  if (method === "call") return () => lowerArguments(cx, node).slice(1);
  const [self, list] = node.arguments;
  const elements = list && bare(list);
  if (method !== "apply" || !self || !elements || !ts.isArrayLiteralExpression(elements)) return undefined;
  return () => {
    lowerExpression(cx, self);
    return elements.elements.map((e) =>
      ts.isSpreadElement(e) ? refuse(e, "spread-argument") : lowerExpression(cx, e),
    );
  };
}

/** `holder.f(…)`, where the running program has a function in that place. */
function lowerLiveMember(
  cx: Context,
  object: ts.Identifier,
  callee: ts.PropertyAccessExpression,
): KnownFunction | undefined {
  const base = resolveSymbol(cx, object);
  if (base && (cx.frame.find(base) || isPredefined(cx, base))) return undefined;
  return lowerLiveFunction(cx, callee);
}

function baseOf(cx: Context, object: ts.Expression): ts.Symbol | undefined {
  return ts.isIdentifier(object) || ts.isPropertyAccessExpression(object) ? resolveSymbol(cx, object) : undefined;
}

// ------------------------------------------------------------------------------------------------- The package's own names

export interface Imported {
  readonly module: string;
  readonly name: string;
}

/** What of the package `callee` means, if it is imported from there. */
export function packageFunction(cx: Pick<Context, "checker">, callee: ts.Expression): Imported | undefined {
  const identifier = ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  if (!ts.isIdentifier(identifier)) return undefined;
  const symbol = cx.checker.getSymbolAtLocation(identifier);
  const declaration = symbol?.declarations?.[0];
  if (!declaration || !(ts.isImportSpecifier(declaration) || ts.isNamespaceImport(declaration))) return undefined;
  const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
  const module = statement?.moduleSpecifier;
  if (!module || !ts.isStringLiteral(module) || !/^cotangent(\/runtime)?$/.test(module.text)) return undefined;
  if (ts.isImportSpecifier(declaration)) {
    return { module: module.text, name: (declaration.propertyName ?? declaration.name).text };
  }
  return ts.isPropertyAccessExpression(callee) ? { module: module.text, name: callee.name.text } : undefined;
}

function callOwn(cx: Context, node: ts.CallExpression, { module, name }: Imported): Operand {
  const structural = module === "cotangent/runtime" ? runtimeCall(name) : undefined;
  if (structural) return structural(cx, node);
  const verb = ruleVerb(name);
  if (verb) return makeRuled(cx, node, verb);
  const derived = lowerVerb(cx, node, name);
  if (derived) return derived;
  const args = lowerArguments(cx, node);
  if (name === "stopGradient" && args.length === 1) return stopGradient(cx, asValue(cx, args[0] as Operand, node));
  const primitive = primitiveForCall(name);
  if (primitive) return enterFunction(cx, { kind: "primitive", primitive }, args, node);
  return refuse(node, "not-taken", `A call of \`${name}\` inside a differentiated function`);
}

/** The same number with no derivative; of a structure a copy, since what is stored into it later must not count either. */
function stopGradient(cx: Context, value: Value): Value {
  if (value.type.kind === "number") return apply(cx, "stopGradient", [value]);
  return isReference(value.type) ? cx.b.copy(value, value.type, value.hint, true) : value;
}

export function lowerNew(cx: Context, node: ts.NewExpression): Value {
  const callee = bare(node.expression);
  const own = packageFunction(cx, callee);
  if (own?.module === "cotangent/runtime" && /^(Reference)?Tape$/.test(own.name)) return makeTape(cx, node, false);
  const symbol = ts.isIdentifier(callee) ? resolveSymbol(cx, callee) : undefined;
  const instance = lowerInstance(cx, node, symbol ?? resolveSymbol(cx, callee));
  if (instance) return instance;
  if (!ts.isIdentifier(callee) || !isPredefined(cx, symbol)) return refuse(node, "class-instance", quote(node));
  return callConstructor(cx, node, callee.text);
}

/** The single argument at `index`, as a value. */
export function argumentValue(
  cx: Context,
  node: ts.CallExpression | ts.NewExpression,
  index: number,
): Value | undefined {
  const argument = node.arguments?.[index];
  if (argument && ts.isSpreadElement(argument)) return refuse(argument, "spread-argument");
  return argument && lowerValue(cx, argument);
}
