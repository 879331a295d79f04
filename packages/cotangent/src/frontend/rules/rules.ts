/**
 * Functions with derivatives of their own: `inactive(f)`, `customJvp(f, rule)`, `customVjp(f, rule)`. A function with a
 * rule becomes an IR function whose body is f's, or a call of the host where nobody has its source, and beside it the
 * functions that its `Rule` names: the user's rule, lowered like any code, between what the program has (tuples, pairs,
 * pullbacks as function values) and what transforms take (numbers and shadows).
 *
 *     const f = customVjp((x) => …, (x) => [y, (yBar) => [xBar]])
 *
 *     func f(x) -> y pullback fForward, fBack       fForward(x) -> y, pullback       fBack(yBar, pullback) -> xBar
 *
 * A rule sees copies of structures in `fForward`, so that what it captures for the pullback stays as it was.
 */
import ts from "typescript";
import { crosses } from "../../ir/border.ts";
import { freshValue } from "../../ir/build.ts";
import { holdsNumbers, tuple, typeKey } from "../../ir/type.ts";
import type { Func, Type, Value } from "../../ir/types.ts";
import type { RuleVerb } from "../../runtime/rules.ts";
import {
  AlreadyReported,
  Context,
  Frame,
  isFunction,
  type KnownFunction,
  type Operand,
  quote,
  type RuledFunction,
  refuse,
  type Session,
  type Specialisation,
  Variable,
} from "../context.ts";
import { packageFunction } from "../functions/call.ts";
import { capturesOf, identify } from "../functions/closures.ts";
import { parameterName } from "../functions/function-body.ts";
import { buildFunction, callFunction, checkReached, freshName, operandKey } from "../functions/specialize.ts";
import { isAmbient, resolveSymbol } from "../modules/globals.ts";
import { declareGlobal } from "../modules/module-constants.ts";
import { exportedName } from "../modules/module-state.ts";
import { holdsInstance } from "../objects/outside.ts";
import { bare } from "../syntax/scan.ts";
import { showType } from "../types/show.ts";
import { holdsFunction } from "../types/signatures.ts";
import { toType } from "../types/types.ts";
import { holdsUnion } from "../types/unions.ts";
import { asValue, lowerExpression } from "../values/expression.ts";
import { entryTypes } from "../verbs/entry-types.ts";
import { checkOutputs, emitWriting, givenBack, holdsAnyNumbers, readOutputs, writtenBy } from "./rule-outputs.ts";
import { buildRule, emitTreeCheck } from "./rule-parts.ts";

/** The exports of the package that make functions with rules. */
export const ruleVerbs: ReadonlySet<string> = new Set([
  "inactive",
  "customJvp",
  "customVjp",
  "implicitRoot",
  "fixedPoint",
  "implicitMinimum",
] satisfies RuleVerb[]);

/** The verb that an export of the package is, if it makes functions with rules. */
export function ruleVerb(name: string): RuleVerb | undefined {
  return ruleVerbs.has(name) ? (name as RuleVerb) : undefined;
}

/** The function that the call `node` of `verb` makes. */
export function makeRuled(cx: Context, node: ts.CallExpression, verb: RuleVerb): RuledFunction {
  const [first, second, options] = node.arguments;
  if (!first || (verb !== "inactive" && !second)) return refuse(node, "unknown-callee", quote(node));
  const { frame } = cx;
  // What a module makes is the same wherever it is used.
  if (!ts.findAncestor(node, ts.isFunctionLike)) cx.frame = cx.session.ofModules ??= moduleFrame(cx);
  try {
    const f = verb === "inactive" || isHosts(cx, first) ? undefined : knownFunction(cx, first);
    const rule = second && verb !== "inactive" ? knownFunction(cx, second) : undefined;
    const { values, functions, assigned } = capturesOf(
      cx,
      [f, rule].filter((g) => g !== undefined),
    );
    const [captured] = [...values, ...assigned, ...functions];
    if (captured) return refuse(node, "rule-captures", quote(node), `\`${captured.name}\``);
    const key = [identify(node), operandKey(f, cx), operandKey(rule, cx)].join("|");
    const { ruledBy } = cx.session;
    const known = ruledBy.get(key);
    if (known) return known;
    const outputs = verb === "customJvp" || verb === "customVjp" ? readOutputs(options, verb) : undefined;
    const ruled: RuledFunction = { kind: "ruled", verb, node, ...holderOf(cx, node), f, rule, outputs };
    ruledBy.set(key, ruled);
    return ruled;
  } finally {
    cx.frame = frame;
  }
}

/** The function with a rule that a symbol of a module names, if it does. */
export function ruledBySymbol(cx: Context, symbol: ts.Symbol): RuledFunction | undefined {
  const declaration = symbol.declarations?.[0];
  if (declaration && ts.isShorthandPropertyAssignment(declaration)) {
    const named = cx.checker.getShorthandAssignmentValueSymbol(declaration);
    return named && ruledBySymbol(cx, behindAlias(cx, named));
  }
  const value = declaration && initializerOf(declaration);
  const inner = value && bare(value);
  if (inner && ts.isIdentifier(inner) && ts.isPropertyAssignment(declaration as ts.Node)) {
    const named = resolveSymbol(cx, inner);
    return named && ruledBySymbol(cx, named);
  }
  if (!declaration || !inner || !ts.isCallExpression(inner)) return undefined;
  const verb = ruleVerb(packageFunction(cx, bare(inner.expression))?.name ?? "");
  if (!verb) return undefined;
  checkReached(cx.session, declaration);
  return makeRuled(cx, inner, verb);
}

function behindAlias(cx: Context, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? cx.checker.getAliasedSymbol(symbol) : symbol;
}

function initializerOf(declaration: ts.Declaration): ts.Expression | undefined {
  if (ts.isExportAssignment(declaration)) return declaration.expression;
  if (ts.isPropertyAssignment(declaration)) return declaration.initializer;
  const isConstant =
    ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConstant ? declaration.initializer : undefined;
}

function knownFunction(cx: Context, node: ts.Expression): KnownFunction {
  const operand = lowerExpression(cx, node);
  return isFunction(operand) ? operand : refuse(node, "unknown-callee", quote(node));
}

/** True for a function that is called and not compiled: one declared inactive, or without a body. */
function isHosts(cx: Context, node: ts.Expression): boolean {
  const inner = bare(node);
  if (ts.isCallExpression(inner)) return packageFunction(cx, bare(inner.expression))?.name === "inactive";
  if (!ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner)) return false;
  const symbol = resolveSymbol(cx, ts.isIdentifier(inner) ? inner : inner.name);
  return symbol !== undefined && (symbol.declarations ?? []).length > 0 && isAmbient(symbol);
}

/** The constant that a call initialises, as people and generated code name it. */
function holderOf(cx: Context, node: ts.CallExpression): Pick<RuledFunction, "name" | "host"> {
  let { parent }: { parent: ts.Node } = node;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent))
    parent = parent.parent;
  const { fileName: file } = node.getSourceFile();
  if (ts.isExportAssignment(parent)) return { name: "default", host: { file, exported: "default" } };
  if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return { name: "f", host: undefined };
  const symbol = cx.checker.getSymbolAtLocation(parent.name);
  const isConstant = (ts.getCombinedNodeFlags(parent) & ts.NodeFlags.Const) !== 0;
  const exported = symbol && isConstant ? exportedName(cx, symbol, parent) : undefined;
  return { name: parent.name.text, host: exported === undefined ? undefined : { file, exported } };
}

// ------------------------------------------------------------------------------------------------------------- Calls

/** A call of a function with a rule. */
export function callRuled(cx: Context, fn: RuledFunction, args: readonly Operand[], called: ts.Node): Operand {
  const values = args
    .slice(0, mostArguments(cx, fn))
    .map((a) => (isFunction(a) ? refuseArgument(fn, called) : asValue(cx, a, called)));
  for (const { type } of values) {
    if (holdsFunction(cx.session.closures, type) || !isPlain(cx, type)) refuseArgument(fn, called);
  }
  if (fn.verb === "inactive") return callHost(cx, fn, values, called) ?? cx.constant(undefined);
  const version = versionOf(cx, fn, values, called);
  if (cx.handlers.length > 0) cx.session.closures.guarded.push({ callee: version.name, node: called });
  const results = version.results ?? resultTypes(cx, fn, called);
  if (results.some((type) => crosses(type))) refuseArgument(fn, called);
  const [result] = cx.b.call(version.name, values, results);
  return result ?? cx.constant(undefined);
}

/** How many arguments the function takes: whoever calls it with more, as `map` does, means no others. */
function mostArguments(cx: Context, fn: RuledFunction): number {
  const declared = fn.f?.kind === "user" ? fn.f.node : (fn.declaration ?? typeOf(cx, fn)?.declaration);
  if (!declared) return Number.POSITIVE_INFINITY;
  const { parameters: own } = declared;
  const hasRest = own.some((p) => ts.isParameter(p) && p.dotDotDotToken !== undefined);
  return hasRest ? Number.POSITIVE_INFINITY : own.length;
}

/**
 * A value of this type is the same to the host, and to a rule. Maps are neither: the host knows them otherwise, and a rule
 * may give a cotangent with its keys in another order.
 */
function isPlain(cx: Context, type: Type): boolean {
  return !holdsInstance(cx.session, type) && !crosses(type) && !holdsUnion(cx.session.unions, type);
}

function refuseArgument(fn: RuledFunction, called: ts.Node): never {
  return refuse(called, "rule-argument", `\`${fn.name}\``);
}

/**
 * A call of the function that the running program has, for its result or for the tuple of its outputs; nothing if it gives
 * nothing.
 */
function callHost(cx: Context, fn: RuledFunction, args: readonly Value[], called: ts.Node): Value | undefined {
  if (!fn.host) return refuse(fn.node, "rule-private", `\`${fn.name}\``);
  const type: Type = { kind: "function", params: [], results: [] };
  const name = declareGlobal(cx, fn.name, type, { kind: "import", ...fn.host });
  const own = resultType(cx, fn, called);
  if (!isPlain(cx, own)) refuseArgument(fn, called);
  const outputs = fn.outputs?.map((o) => (o === "result" ? own : (args[o] as Value).type));
  const result = outputs ? tuple(...outputs) : own;
  return cx.b.hostCall(name, args, result.kind === "undefined" ? undefined : result);
}

function resultTypes(cx: Context, fn: RuledFunction, called: ts.Node): readonly Type[] {
  const type = resultType(cx, fn, called);
  return type.kind === "undefined" ? [] : [type];
}

/** What the checker says that a call gives. */
function resultType(cx: Context, fn: RuledFunction, called: ts.Node): Type {
  const signature = signatureOf(cx, fn);
  const isGeneric = (signature.typeParameters ?? []).length > 0;
  const found = isGeneric ? cx.checker.getTypeAtLocation(called) : cx.checker.getReturnTypeOfSignature(signature);
  return toType(cx, found, isGeneric ? called : (fn.declaration ?? fn.node));
}

function typeOf(cx: Context, fn: RuledFunction): ts.Signature | undefined {
  return cx.checker.getTypeAtLocation(fn.node).getCallSignatures()[0];
}

function signatureOf(cx: Context, fn: RuledFunction): ts.Signature {
  const signature = fn.declaration ? cx.checker.getSignatureFromDeclaration(fn.declaration) : typeOf(cx, fn);
  return signature ?? refuse(fn.node, "unknown-callee", quote(fn.node));
}

/** Lowers a function around a call of `fn`, as the function that is asked for. */
export function lowerRuledEntry(
  session: Session,
  fn: RuledFunction,
): { readonly entry: string; readonly captured: readonly string[]; readonly declared: readonly boolean[] } {
  const cx = new Context(session, new Frame(undefined, undefined, new Variable("result", undefined), 0));
  const params = fn.f?.kind === "user" ? entryTypes(cx, fn.f.node, {}).types : signatureTypes(cx, fn);
  const version: Specialisation = { name: freshName(session, fn.name), results: undefined, assumed: undefined };
  session.specialisations.set(`entry ${fn.name}`, version);
  const hints = fn.f?.kind === "user" ? fn.f.node.parameters.map(parameterName) : [];
  build(cx, fn, version, {
    params: params.map((type, i) => ({ type, hint: hints[i] ?? `x${i}` })),
    lower: (inner, own) => {
      const result = asValue(inner, callRuled(inner, fn, own, fn.node), fn.node);
      return result.type.kind === "undefined" ? [] : [result];
    },
  });
  return { entry: version.name, captured: [], declared: params.map(() => true) };
}

function signatureTypes(cx: Context, fn: RuledFunction): readonly Type[] {
  return signatureOf(cx, fn).parameters.map((p) =>
    toType(cx, cx.checker.getTypeOfSymbolAtLocation(p, fn.node), fn.node),
  );
}

// ---------------------------------------------------------------------------------------------------------- Versions

/** The function for arguments of these types, with what its rule names. */
function versionOf(cx: Context, fn: RuledFunction, args: readonly Value[], called: ts.Node): Specialisation {
  const { session } = cx;
  const types = args.map((a) => a.type);
  const hosts = fn.f ? [] : [resultType(cx, fn, called)];
  const key = ["rule", identify(fn), ...[...types, ...hosts].map(typeKey)].join("|");
  const known = session.specialisations.get(key);
  if (known) return known;
  const name = freshName(session, fn.outputs ? `${fn.name}Writing` : fn.name);
  const version: Specialisation = { name, results: undefined, assumed: undefined };
  session.specialisations.set(key, version);
  try {
    if (!fn.outputs) {
      const primal = build(cx, fn, version, { params: parameters(types), lower: lowerPrimal(fn, called) });
      version.results = primal.results;
      const rule = buildRule(cx, fn, primal, called);
      session.functions.set(version.name, { ...primal, rule });
      return version;
    }
    checkOutputs(fn, types);
    let back: number | undefined;
    const operation = buildPart(cx, fn, "", {
      params: parameters(types),
      lower: lowerOutputs(fn, called, (result) => {
        back = givenBack(fn, types, result);
        return back;
      }),
    });
    const primal = session.functions.get(operation) as Func;
    const around = build(cx, fn, version, {
      params: parameters(types),
      lower: (inner, own) => emitWriting(inner, fn, primal, own, back),
    });
    version.results = around.results;
    const writes = fn.outputs.flatMap((o, n) => (o === "result" ? [] : [n]));
    session.functions.set(operation, { ...primal, rule: { ...buildRule(cx, fn, primal, called), writes } });
    return version;
  } catch (error) {
    // Another attempt at the same call must report again.
    session.specialisations.delete(key);
    throw error;
  }
}

interface Parameter {
  readonly type: Type;
  readonly hint: string | undefined;
}

interface Part {
  readonly params: readonly Parameter[];
  readonly lower: (cx: Context, own: readonly Value[]) => readonly Value[];
}

/** Builds the function of a version. */
function build(cx: Context, fn: RuledFunction, version: Specialisation, { params, lower }: Part): Func {
  const { session } = cx;
  const isBuilt = buildFunction(cx, {
    node: fn.node,
    frame: moduleFrame(cx),
    version,
    captures: { values: [], functions: [], assigned: [] },
    operands: params.map(({ type, hint }) => freshValue(type, hint)),
    hints: params.map(({ hint }) => hint),
    lower: (inner, own) => lower(inner, own as readonly Value[]),
  });
  const func = session.functions.get(version.name);
  if (!isBuilt || !func) throw new AlreadyReported();
  return func;
}

/** Builds one of the functions that a rule names; its name. */
export function buildPart(cx: Context, fn: RuledFunction, role: string, part: Part): string {
  const name = freshName(cx.session, `${fn.name}${role}`);
  const version: Specialisation = { name, results: undefined, assumed: undefined };
  cx.session.specialisations.set(`rule part ${name}`, version);
  return build(cx, fn, version, part).name;
}

/** Where code of a module stands that is in no function. */
function moduleFrame(cx: Context): Frame {
  return new Frame(undefined, undefined, new Variable("result", undefined), cx.session.exitCode());
}

/** Parameters of these types. */
export function parameters(types: readonly Type[]): readonly Parameter[] {
  return types.map((type, i) => ({ type, hint: `x${i === 0 ? "" : i}` }));
}

function lowerPrimal(fn: RuledFunction, called: ts.Node): Part["lower"] {
  return (cx, own) => {
    const result = fn.f ? asValue(cx, callFunction(cx, fn.f, own, called), called) : callHost(cx, fn, own, called);
    if (!result || !holdsNumbers(result.type) || isHeldHere(cx, result.type))
      return refuse(fn.node, "rule-result", `\`${fn.name}\` gives ${showResult(result)}, not numbers`);
    emitTreeCheck(cx, fn, result);
    return [result];
  };
}

/** True for values that code outside knows nothing of. */
function isHeldHere({ session }: Context, type: Type): boolean {
  return holdsFunction(session.closures, type) || holdsUnion(session.unions, type);
}

/** The outputs of a function on copies of what it writes. `backOf` says which argument a result of that type is. */
function lowerOutputs(fn: RuledFunction, called: ts.Node, backOf: (result: Type) => number | undefined): Part["lower"] {
  return (cx, own) => {
    const outputs = fn.outputs ?? [];
    const written = writtenBy(fn);
    let results: readonly Value[];
    if (fn.f) {
      const given = own.map((v, i) => (written.includes(i) ? cx.b.copy(v) : v));
      const result = asValue(cx, callFunction(cx, fn.f, given, called), called);
      const back = backOf(result.type);
      if (back !== undefined) cx.b.host("checkReturned", [cx.constant(fn.name), result, given[back] as Value]);
      results = outputs.map((o) => (o === "result" ? result : given[o]) as Value);
    } else {
      backOf(resultType(cx, fn, called));
      const list = callHost(cx, fn, own, called) as Value;
      results = (list.type as Type & { kind: "record" }).decl.fields.map((f) => cx.b.getField(list, f.name));
    }
    const [bad] = results.filter((r) => r.type.kind === "undefined" || isHeldHere(cx, r.type));
    if (bad || !holdsAnyNumbers(results.map((r) => r.type)))
      return refuse(fn.node, "rule-result", `\`${fn.name}\` gives ${showResult(bad)}, not numbers`);
    for (const r of results) emitTreeCheck(cx, fn, r);
    return results;
  };
}

function showResult(result: Value | undefined): string {
  return result ? showType(result.type) : "nothing";
}
