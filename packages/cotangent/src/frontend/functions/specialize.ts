/**
 * Calls of functions whose body is known. A function becomes one IR function for each combination of argument types,
 * known functions among its arguments, and type arguments; a call of a function that captures local variables, or that
 * returns a function, is inlined instead. Recursive calls find their own version in the table, unfinished, and go by
 * the result type that the checker knows.
 */
import type ts from "typescript";
import { CotangentError } from "../../core/errors.ts";
import { BlockBuilder, freshValue } from "../../ir/build.ts";
import { sameType, typeKey } from "../../ir/type.ts";
import type { Func, Type, Value } from "../../ir/types.ts";
import { preludeFile } from "../../prelude/index.ts";
import {
  AlreadyReported,
  Context,
  type Frame,
  type FunctionNode,
  type HeldFunction,
  isFunction,
  isGenerator,
  isValue,
  type KnownFunction,
  NothingFollows,
  type Operand,
  refuse,
  type Session,
  type Specialisation,
  spanOf,
  stopped,
  type UserFunction,
  unpoisoned,
} from "../context.ts";
import { knownResult } from "../control/condition.ts";
import { makeGenerator } from "../control/generators.ts";
import { callOutcome, lowerOutcome } from "../control/outcome.ts";
import { checkLeft } from "../control/resume.ts";
import { holdsCaughtError, mayThrow, throws } from "../control/thrown.ts";
import { closeRegion } from "../flow.ts";
import { applyByName } from "../library/builtins.ts";
import { bindThis } from "../objects/receivers.ts";
import { diagnosticsWithin, typescriptError } from "../program/source.ts";
import { callRuled } from "../rules/rules.ts";
import { holdsFunction } from "../types/signatures.ts";
import { tryType } from "../types/types.ts";
import { coerce } from "../values/coerce.ts";
import { asValue } from "../values/expression.ts";
import type { Enclosed } from "../verbs/captured.ts";
import { needCells } from "./cells.ts";
import { type Captures, capturesOf, identify, identity, isRecursive } from "./closures.ts";
import {
  bindParameters,
  functionName,
  learnFromCall,
  lowerFunctionBody,
  makeFrame,
  matchArguments,
  parameterName,
  refuseAsync,
  refuseUnrunnable,
  returnsFunction,
  signatureOf,
  takeResult,
} from "./function-body.ts";
import { canBe, functionAs, functionValueType } from "./function-values.ts";
import { callDerived } from "./inner-verbs.ts";

/** Reports TypeScript's own errors in code that is reached, each time it is: an attempt may have been given up since. */
export function checkReached(session: Session, node: ts.Node): void {
  let found = session.checked.get(node);
  if (!found) {
    const isOurs = node.getSourceFile().fileName === preludeFile;
    const reached = isOurs ? [] : diagnosticsWithin(session.internals.program, node, session.live !== undefined);
    found = reached.map(typescriptError);
    session.checked.set(node, found);
  }
  if (found.length === 0) return;
  for (const error of found) session.collect(error);
  throw new AlreadyReported();
}

/**
 * Calls `fn`. `called` is the call, or what implies one; `resultType` is what the checker says the call evaluates to, if
 * that says more than the function's own declaration.
 */
export function callFunction(...call: Parameters<typeof enterFunction>): Operand {
  const result = enterFunction(...call);
  checkLeft(call[0]);
  return result;
}

/** As `callFunction`, but control may have left by an exit afterwards: for a call that is a whole expression. */
export function enterFunction(
  cx: Context,
  fn: KnownFunction,
  args: readonly Operand[],
  called: ts.Node,
  resultType?: ts.Type,
): Operand {
  const operands = args.map((a) => unpoisoned(a, called));
  if (fn.kind === "primitive") return callPrimitive(cx, fn, operands, called);
  if (fn.kind === "ruled") return callRuled(cx, fn, operands, called);
  if (fn.kind === "derived") return callDerived(cx, fn, operands, called);
  const { node } = fn;
  if (node.asteriskToken) {
    refuseAsync(node, called);
    return makeGenerator(cx, fn, operands, called, resultType);
  }
  refuseUnrunnable(node, called);
  const functions = operands.filter(isFunction);
  const captures = capturesOf(cx, [fn, ...functions]);
  const returning = returnsFunction(cx, node);
  const caught = cx.handlers.length > 0 && mayThrow(cx, fn, functions);
  const takesGenerator = operands.some(isGenerator) || captures.values.some((v) => isGenerator(cx.read(v)));
  const isInPlace = captures.values.length > 0 || captures.assigned.length > 0 || returning;
  if (takesGenerator || isInPlace || caught) {
    if (!isRecursive(cx, fn, functions)) return inline(cx, fn, operands, called, resultType);
    if (takesGenerator) refuse(called, "generator-object", "It is passed to a recursive function.");
    needCells(captures.assigned);
    const grown = operands.map((o, i) => (isGrowing(fn, o) ? grownValue(cx, fn, o, i, called) : o));
    if (grown.some((o, i) => o !== operands[i])) return enterFunction(cx, fn, grown, called, resultType);
  }
  return callSpecialised(cx, fn, { operands, captures, caught }, called, resultType);
}

/** What a call brings to a version of a function. */
interface Brought {
  readonly operands: readonly Operand[];
  readonly captures: Captures;
  /** It may throw, under `try`. */
  readonly caught: boolean;
}

/** True for a function that `fn` itself has made: recursion may make another one each time. */
function isGrowing(fn: UserFunction, operand: Operand): operand is UserFunction {
  if (isValue(operand) || operand.kind !== "user") return false;
  for (let { frame } = operand; frame; frame = frame.parent) if (frame.node === fn.node) return true;
  return false;
}

/** Such a function as a value, of the type that the parameter has. */
function grownValue(cx: Context, fn: UserFunction, operand: UserFunction, index: number, called: ts.Node): Operand {
  const parameter = fn.node.parameters[index];
  const declared = parameter && tryType(cx, cx.checker.getTypeAtLocation(parameter), parameter);
  const type = declared && canBe(cx, operand, declared) ? declared : functionValueType(cx, operand);
  return type ? functionAs(cx, operand, type, called) : operand;
}

function callPrimitive(
  cx: Context,
  fn: KnownFunction & { kind: "primitive" },
  args: readonly Operand[],
  called: ts.Node,
): Operand {
  return applyByName(
    cx,
    fn.primitive,
    args.map((a) => asValue(cx, a, called)),
    called,
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

/** Equal for operands that one version of a function serves. */
export function operandKey(operand: Operand | HeldFunction | undefined, cx: Context): string {
  if (operand === undefined) return "-";
  if ("kind" in operand && operand.kind === "held") return `held${operand.variable.id}`;
  if (isValue(operand) && !isPassed(cx.session, operand)) return `=${cx.known(operand)}`;
  if (isValue(operand)) return typeKey(operand.type) + (cx.session.tablesOfModules.has(operand) ? "@" : "");
  if (operand.kind === "user") return identity(operand);
  if (operand.kind === "derived") return `${JSON.stringify(operand.request)}(${operandKey(operand.of, cx)})`;
  if (operand.kind === "generator") return `generator${identify(operand)}`;
  if (operand.kind === "ruled") return `rule${identify(operand)}`;
  return operand.kind === "primitive" ? operand.primitive.id : "poison";
}

/** Counts one more version of a function. Refuses too many. */
export function countVersion(session: Session, node: FunctionNode, called: ts.Node): void {
  const count = (session.versions.get(node) ?? 0) + 1;
  session.versions.set(node, count);
  if (count > mostVersions) refuse(called, "specialisation-limit", `\`${functionName(node)}\``);
}

function callSpecialised(
  cx: Context,
  fn: UserFunction,
  { operands: args, captures, caught }: Brought,
  called: ts.Node,
  resultType: ts.Type | undefined,
): Operand {
  const { node } = fn;
  const { session } = cx;
  const operands = matchArguments(cx, node, args, called);
  const frame = makeFrame(session, fn);
  learnFromCall(cx, frame, node, operands, called, resultType);
  const key = specialisationKey(cx, fn, operands, captures, frame) + (caught ? "|outcome" : "");
  const passed = [...operands, ...captures.values.map((v) => cx.read(v))].filter((o): o is Value =>
    isPassed(session, o),
  );

  let version = session.specialisations.get(key);
  if (!version) {
    countVersion(session, node, called);
    version = { name: freshName(session, functionName(node)), results: undefined, assumed: undefined };
    if (caught) version.thrown = [];
    session.specialisations.set(key, version);
    if (!build(session, { fn, frame, operands, version, caller: { cx, captures } })) {
      // Another attempt at the same call must report again.
      session.specialisations.delete(key);
      throw new AlreadyReported();
    }
  }
  const results = version.results ?? assumedResults(cx, frame, node, version, called);
  if (version.thrown) return callOutcome(cx, version, passed, results, called);
  const func = session.functions.get(version.name);
  const [value] = cx.b.call(version.name, passed, results, [undefined]);
  if (cx.handlers.length > 0) session.closures.guarded.push({ callee: version.name, node: called });
  if (func && cx.handlers.length > 0 && throws(session, func))
    refuse(called, "recursion-caught", `\`${functionName(node)}\``);
  if (func?.body.end.kind === "throw") {
    cx.b.throw("Error");
    throw new NothingFollows();
  }
  return (func && knownResult(cx, func)) ?? value ?? cx.constant(undefined);
}

/** A missing value that is known is made anew in the callee instead. */
export function isPassed(session: Session, operand: Operand | undefined): operand is Value {
  return isValue(operand) && !(operand.type.kind === "undefined" && session.constants.has(operand));
}

/** A name that no function of the program has yet. */
export function freshName(session: Session, wanted: string): string {
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
  version: Specialisation,
  called: ts.Node,
): readonly Type[] {
  if (version.assumed) return version.assumed;
  const { frame: outer } = cx;
  cx.frame = frame;
  try {
    const found = declaredResult(cx, node) ?? cx.session.learning?.result(node);
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

interface Building {
  readonly fn: UserFunction;
  readonly frame: Frame;
  /** What `this` is, in a member of an object literal. */
  readonly object?: Value | undefined;
  readonly operands: readonly Operand[];
  /** What the parameters of `fn` are, where the operands are not. */
  readonly taking?: ((cx: Context, operands: readonly Operand[]) => readonly Operand[]) | undefined;
  readonly version: Specialisation;
  /** Where captured variables have their values. */
  readonly caller: { readonly cx: Context; readonly captures: Captures };
}

/** What an operand of the caller is in a function that is built: a parameter, which is added to `params`. */
function ownParameters(
  cx: Context,
  params: Value[],
): (operand: Operand | undefined, hint: string | undefined) => Operand | undefined {
  const { session } = cx;
  return (operand, hint) => {
    if (!isValue(operand)) return operand;
    // A missing value that is known is made anew.
    if (!isPassed(session, operand)) return cx.constant(session.constants.get(operand));
    const param = freshValue(operand.type, hint);
    params.push(param);
    if (session.tablesOfModules.has(operand)) session.tablesOfModules.add(param);
    // Given, so that the others keep their places, and known to hold nothing.
    if (session.missing.has(operand)) return cx.constant(session.missing.get(operand));
    return param;
  };
}

/**
 * Builds the IR function of `fn` for operands of these types; captured values become parameters after the others. False
 * if something in it was refused, which the session has collected.
 */
function build(session: Session, what: Building): boolean {
  const { fn, frame, operands, version, caller } = what;
  const { node } = fn;
  const cx = new Context(session, frame);
  const params: Value[] = [];
  const own = ownParameters(cx, params);
  try {
    checkReached(session, node);
    const object = own(what.object, "this");
    const inner = operands.map((o, i) => own(o, parameterName(node.parameters[i])));
    for (const v of caller.captures.values) cx.write(v, own(caller.cx.read(v), v.name));
    for (const v of caller.captures.functions) cx.write(v, caller.cx.read(v));
    const { instructions } = cx.b;
    cx.b = new BlockBuilder(params, spanOf(node));
    for (const made of instructions) cx.b.append(made);
    cx.write(frame.result, undefined);
    const lower = (): undefined => {
      if (object) bindThis(cx, node, object);
      bindParameters(cx, node, what.taking?.(cx, inner as readonly Operand[]) ?? (inner as readonly Operand[]));
      lowerFunctionBody(cx, node);
    };
    if (version.thrown) return buildOutcome(cx, what, lower);
    lower();
    if (cx.failed) return false;
    const made = close(cx, version, node);
    version.results = made.results;
    session.functions.set(version.name, made);
    return true;
  } catch (error) {
    if (error instanceof CotangentError) session.collect(error);
    else if (!(error instanceof AlreadyReported)) throw error;
    return false;
  }
}

/** As `build`, for a function that gives its outcome: again where it throws what was not assumed. */
function buildOutcome(cx: Context, what: Building, lower: () => undefined): boolean {
  const made = lowerOutcome(cx, what.version, what.fn.node, lower);
  if (made) cx.session.functions.set(what.version.name, made);
  if (made || cx.failed) return made !== undefined;
  return build(cx.session, what);
}

export interface Body {
  readonly node: ts.Node;
  readonly frame: Frame;
  readonly version: Specialisation;
  readonly captures: Captures;
  readonly operands: readonly Operand[];
  readonly hints: readonly (string | undefined)[];
  /** Lowers the body, given the parameters; its results. */
  readonly lower: (cx: Context, own: readonly Operand[]) => readonly Value[];
}

/** Builds a function of other code than a function of the program; false if something in it was refused. */
export function buildFunction(around: Context, made: Body): boolean {
  const { session } = around;
  const { node, frame, version, captures, operands, hints, lower } = made;
  const cx = new Context(session, frame);
  const params: Value[] = [];
  const own = ownParameters(cx, params);
  try {
    const inner = operands.map((o, i) => own(o, hints[i]) as Operand);
    for (const v of captures.values) cx.write(v, own(around.read(v), v.name));
    for (const v of captures.functions) cx.write(v, around.read(v));
    const { instructions } = cx.b;
    cx.b = new BlockBuilder(params, spanOf(node));
    for (const constant of instructions) cx.b.append(constant);
    const results = lower(cx, inner);
    if (cx.failed) return false;
    const body = cx.b.finish(results);
    const types = results.map((r) => r.type);
    session.functions.set(version.name, { name: version.name, body, results: types, span: spanOf(node) });
    return true;
  } catch (error) {
    if (error instanceof CotangentError) session.collect(error);
    else if (!(error instanceof AlreadyReported)) throw error;
    return false;
  }
}

/** The function, with a result of the type that recursive calls have assumed. */
function close(cx: Context, { name, assumed }: Specialisation, node: FunctionNode): Func {
  const span = spanOf(node);
  let result: Operand;
  try {
    result = takeResult(cx, node);
  } catch (error) {
    if (!(error instanceof NothingFollows)) throw error;
    const block = closeRegion({ b: cx.b, flow: { values: cx.flow.values, exit: stopped }, result: undefined }, []);
    return { name, body: block, results: assumed ?? [], span };
  }
  const value = resultValue(cx, result, assumed, node);
  if (!value) return { name, body: cx.b.finish([]), results: [], span };
  const [wanted] = assumed ?? (value.type.kind === "undefined" ? [] : [value.type]);
  const values = wanted ? [sameType(wanted, value.type) ? value : coerce(cx, value, wanted, node)] : [];
  return { name, body: cx.b.finish(values), results: values.map((v) => v.type), span };
}

/** The result as a value; none where nobody asks for it. */
function resultValue(
  cx: Context,
  result: Operand,
  assumed: readonly Type[] | undefined,
  node: FunctionNode,
): Value | undefined {
  if (!isFunction(result)) return asValue(cx, result, node);
  if (assumed?.length === 0) return undefined;
  const declared = assumed?.[0] ?? declaredResult(cx, node) ?? functionValueType(cx, result);
  const made = declared && functionAs(cx, result, declared, node);
  return made && isValue(made) ? made : refuse(node, "function-value");
}

/** Builds the function that a function value stands for: what it captures becomes parameters after the others. */
export function buildLambda(
  cx: Context,
  { captures, ...building }: Omit<Building, "caller"> & { readonly captures: Captures },
): boolean {
  return build(cx.session, { ...building, caller: { cx, captures } });
}

/**
 * Lowers the function that a program asks for, with parameters of the given types, and behind them what it captures; its
 * name in the module.
 */
export function buildEntry(
  session: Session,
  { fn, cx: around, captures }: Enclosed,
  types: readonly Type[],
  frame: Frame,
  missing: ReadonlyMap<number, undefined | null>,
): string | undefined {
  const name = freshName(session, functionName(fn.node));
  const operands = types.map((type, i) => freshValue(type, parameterName(fn.node.parameters[i])));
  for (const [i, value] of missing) session.missing.set(operands[i] as Value, value);
  const version: Specialisation = { name, results: undefined, assumed: undefined };
  session.specialisations.set(specialisationKey(around, fn, operands, captures, frame), version);
  if (!build(session, { fn, frame, operands, version, caller: { cx: around, captures } })) return undefined;
  if (version.results?.some(holdsCaughtError)) refuse(fn.node, "caught-error", "A result that holds a caught error");
  if (version.results?.some((type) => holdsFunction(session.closures, type))) refuse(fn.node, "function-result");
  return name;
}

/** Equal for calls that one version of a function serves. */
export function specialisationKey(
  cx: Context,
  fn: UserFunction,
  operands: readonly Operand[],
  captures: Captures,
  frame: Frame,
): string {
  return [
    operandKey(fn, cx),
    ...operands.map((o) => operandKey(o, cx)),
    ...[...captures.values, ...captures.functions].map((v) => `${v.id}=${operandKey(cx.read(v), cx)}`),
    ...[...frame.typeArguments].map(([t, type]) => `${identify(t)}:${typeKey(type)}`),
  ].join("|");
}
