/**
 * Verbs inside a program: `grad(f)` in a function that is itself compiled, and perhaps differentiated. What a verb gives
 * is a function known at compile time. Where it is called, f becomes a function of IR whose last parameters are what f
 * captures, and the call a call of a derivative of that function which is named here and made later, innermost first, by
 * those who may transform (`api/expand.ts`). It is a derivative by the arguments; but what f captures are arguments of
 * it as well, so that a derivative of the whole flows through them:
 *
 *     grad((x) => x * grad((y) => x + y)(1))(2)        inner(y, x) = x + y,   outer(x) = x * innerGrad(1, x)
 *
 * and nothing confuses the two, since no number carries a mark of whose derivative it is (Siskind and Pearlmutter,
 * Perturbation Confusion and Referential Transparency, 2005).
 */
import ts from "typescript";
import { functionEffects } from "../../analysis/effects.ts";
import { reachableFunctions } from "../../analysis/points-to.ts";
import { analyzeParameterMemory } from "../../analysis/writes.ts";
import { type Operator, type OperatorRequest, operatorsInside, requestOf as readRequest } from "../../core/request.ts";
import { crosses } from "../../ir/border.ts";
import { buildFunc } from "../../ir/build.ts";
import { derivativeType, jacobianType, packType } from "../../ir/derivative-type.ts";
import { array, holdsNumbers, number, sameType, tuple } from "../../ir/type.ts";
import type { Func, RecordField, Span, Type, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import {
  AlreadyReported,
  type Context,
  codeOf,
  type DerivedFunction,
  type HeldFunction,
  isFunction,
  isValue,
  type KnownFunction,
  type Operand,
  quote,
  refuse,
  spanOf,
  Variable,
} from "../context.ts";
import { mayThrow } from "../control/thrown.ts";
import { showType } from "../types/show.ts";
import { holdsUnion } from "../types/unions.ts";
import { tryCoerce } from "../values/coerce.ts";
import { asValue, lowerExpression } from "../values/expression.ts";
import { Refusal, readOptions } from "../verbs/asked.ts";
import { needCells } from "./cells.ts";
import { capturesOf } from "./closures.ts";
import { environmentOf } from "./environment.ts";
import { functionName } from "./function-body.ts";
import { callValue } from "./function-calls.ts";
import { functionRecord } from "./function-values.ts";
import { buildFunction, callFunction, enterFunction, freshName, isPassed, operandKey } from "./specialize.ts";
import { asUsersHave, usersType } from "./users-tuples.ts";

/** A derivative that the module calls by `name`, of its function `of`; made by whoever may transform. */
export interface InnerDerivative {
  readonly name: string;
  readonly of: string;
  readonly request: OperatorRequest;
  readonly result: Type;
  /**
   * Of `vjp` and `linearize`: the function that the later call is, which takes a tuple of tangents or a cotangent, and
   * the record that it takes besides, whose fields are what is kept.
   */
  readonly later: { readonly name: string; readonly kept: Type } | undefined;
  readonly span: Span | undefined;
}

/** The verbs that are taken inside of a program. */
const taken: ReadonlySet<string> = new Set(operatorsInside);

/** What a call of a verb of the package gives; undefined for a name that is no verb. */
export function lowerVerb(cx: Context, node: ts.CallExpression, verb: string): Operand | undefined {
  const isHandedOn = verb === "differentiable";
  if (!isHandedOn && !taken.has(verb)) return undefined;
  const [argument] = node.arguments;
  const f = argument && lowerExpression(cx, argument);
  if (!f) return refuse(node, "function-not-static", quote(node));
  if (isHandedOn) return f;
  const of = isFunction(f) ? f : heldFunction(cx, f, node);
  return { kind: "derived", of, request: requestOf(node, verb as Operator), node };
}

/** A function value, in a variable from which it is taken as a capture. */
function heldFunction(cx: Context, f: Operand, node: ts.CallExpression): HeldFunction {
  if (!isValue(f) || !cx.session.closures.of(f.type)) return refuse(node, "function-not-static", quote(node));
  const variable = new Variable("f", f.type);
  cx.write(variable, f);
  return { kind: "held", variable };
}

function requestOf(node: ts.CallExpression, operator: Operator): OperatorRequest {
  const notTaken = (what: string): never => refuse(node, "not-taken", what);
  const options = optionsOf(node, operator);
  for (const name of ["checkFinite", "captures"])
    if (options[name]) notTaken(`the option \`${name}\` of \`${operator}\` inside of a program`);
  return readRequest(operator, options, notTaken);
}

function optionsOf(node: ts.CallExpression, verb: string): Readonly<Record<string, unknown>> {
  try {
    return readOptions(node.arguments[1], verb);
  } catch (error) {
    throw error instanceof Refusal ? error.error : error;
  }
}

// --------------------------------------------------------------------------------------------------------------- Calls

/** Calls a derivative. Control may have left by an exit, if the function throws under `try`. */
export function callDerived(cx: Context, fn: DerivedFunction, operands: readonly Operand[], called: ts.Node): Operand {
  const { operator } = fn.request;
  if (operator === "jvp" || operator === "hvp") {
    const [primals, tangents] = operands;
    if (!isValue(primals) || !isValue(tangents)) return refuse(called, "type-mismatch", quote(called));
    return callOf(cx, fn, componentsOf(cx, fn, primals, called), tangents, called);
  }
  return callOf(cx, fn, operands, undefined, called);
}

function callOf(
  cx: Context,
  fn: DerivedFunction,
  operands: readonly Operand[],
  tangents: Value | undefined,
  called: ts.Node,
): Operand {
  const inner = innerFunction(cx, fn, operands);
  if (cx.handlers.length > 0) throwFirst(cx, fn, inner, operands, called);
  const { derivative, by } = derivativeOf(cx, fn, inner, called);
  const { b } = cx;
  const passed = [...inner.args, ...inner.captured];
  const args = tangents ? [packed(cx, passed), givenTangents(cx, fn, tangents, by, called)] : passed;
  const { later } = derivative;
  if (!later) {
    const [result] = b.call(derivative.name, args, [derivative.result], [undefined]);
    return asUsersHave(b, result as Value);
  }
  const [value, kept] = b.call(derivative.name, args, [derivative.result, later.kept], [undefined, "kept"]);
  return pairWith(cx, fn, value as Value, laterFunction(cx, fn, derivative, by), kept as Value);
}

function callees({ body }: Func): readonly string[] {
  const found: string[] = [];
  forEachInstr(body, (instr) => {
    if (instr.op === "call") found.push(instr.callee);
  });
  return found;
}

interface Inner {
  readonly name: string;
  readonly args: readonly Value[];
  /** Which of the operands are among them: functions and values known to be missing are not. */
  readonly places: readonly boolean[];
  /** What the function captures: its last parameters. */
  readonly captured: readonly Value[];
  readonly result: Type;
}

/** The function that a verb is applied to, as a function of IR of these operands and of what it captures. */
function innerFunction(cx: Context, fn: DerivedFunction, operands: readonly Operand[]): Inner {
  const { session } = cx;
  const functions = [fn.of, ...operands.filter(isFunction)];
  const { assigned } = capturesOf(cx, functions);
  needCells(assigned);
  const environment = environmentOf(cx, functions);
  const captures = { ...environment, assigned };
  const places = operands.map((o) => (isFunction(o) ? "function" : operandKey(o, cx)));
  const key = ["inner", ...places, environment.key].join("|");
  let version = session.specialisations.get(key);
  if (!version) {
    version = { name: freshName(session, baseName(fn.of)), results: undefined, assumed: undefined };
    session.specialisations.set(key, version);
    const isBuilt = buildFunction(cx, {
      node: fn.node,
      frame: cx.frame,
      version,
      captures,
      operands,
      hints: operands.map(() => undefined),
      lower: (within, own) => {
        const { of } = fn;
        const place = fn.node.expression;
        const result =
          of.kind === "held"
            ? callValue(within, asValue(within, within.read(of.variable) as Operand, place), own, place)
            : enterFunction(within, of, own, place);
        return [asValue(within, result, fn.node)];
      },
    });
    if (!isBuilt) {
      session.specialisations.delete(key);
      throw new AlreadyReported();
    }
    version.results = session.functions.get(version.name)?.results ?? [];
  }
  const [result] = version.results ?? refuse(fn.node, "derivative-of-itself", `\`${fn.node.expression.getText()}\``);
  if (!result || !holdsNumbers(result)) return refuse(fn.node, "no-result", baseName(fn.of));
  const passed = (all: readonly (Operand | undefined)[]): readonly Value[] =>
    all.filter((o): o is Value => isPassed(session, o));
  return {
    name: version.name,
    args: passed(operands),
    places: operands.map((o) => isPassed(session, o)),
    captured: passed(captures.values.map((v) => cx.read(v))),
    result,
  };
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The name, for people, of the function that a verb is applied to. */
function baseName(fn: KnownFunction | HeldFunction): string {
  switch (fn.kind) {
    case "user": {
      const name = functionName(fn.node);
      return name === "anonymous" ? "inner" : name;
    }
    case "primitive":
      return fn.primitive.id;
    case "ruled":
      return fn.name;
    case "held":
      return fn.variable.name;
    case "derived":
      return `${baseName(fn.of)}${capitalized(fn.request.operator)}`;
    default:
      return fn satisfies never;
  }
}

/**
 * A function that throws leaves for `catch` before its derivative is asked for, which throws by itself where it would:
 * it runs once more, for that.
 */
function throwFirst(
  cx: Context,
  fn: DerivedFunction,
  inner: Inner,
  operands: readonly Operand[],
  called: ts.Node,
): void {
  const base = codeOf(fn);
  if (base.kind !== "user" || !mayThrow(cx, base, operands.filter(isFunction))) {
    cx.session.closures.guarded.push({ callee: inner.name, node: called });
    return;
  }
  const { functions, globals } = cx.session;
  const module = { functions, globals };
  // What function values do is not known yet.
  const isOpen = reachableFunctions(module, inner.name).some((func) => callees(func).some((c) => !functions.has(c)));
  if (
    functionEffects(inner.name, module).writes &&
    (isOpen || analyzeParameterMemory(module, inner.name).writesGiven())
  )
    refuse(
      called,
      "not-taken",
      `The derivative, under \`try\`, of a function that throws and writes: ${quote(called)}`,
    );
  callFunction(cx, base, operands, called);
}

// --------------------------------------------------------------------------------------------------------- Derivatives

interface Wanted {
  readonly derivative: InnerDerivative;
  /** The types of the derivatives by each argument that is selected. */
  readonly by: readonly Type[];
}

function derivativeOf(cx: Context, fn: DerivedFunction, inner: Inner, called: ts.Node): Wanted {
  const { session } = cx;
  const params = inner.args.map((v) => v.type);
  const selected = selectedOf(fn, inner, called);
  const by = selected.map((i) => derivativeType(params[i] as Type));
  if ([...params, inner.result].some((type) => holdsUnion(session.unions, type)))
    refuse(called, "union-type", `that ${quote(fn.node)} takes or gives`);
  // Inside, the derivative of a map is no map.
  if ([...selected.map((i) => params[i] as Type), inner.result].some((type) => crosses(type)))
    refuse(called, "map-outside", `a map, set or indexed object that ${quote(fn.node)} is by, or gives,`);
  const key = `derivative|${inner.name}|${JSON.stringify(fn.request)}`;
  const known = session.derivatives.get(key);
  if (known) return { derivative: known, by };
  const { operator } = fn.request;
  const name = freshName(session, `${inner.name}${capitalized(operator)}`);
  session.specialisations.set(key, { name, results: undefined, assumed: undefined });
  const isLater = operator === "vjp" || operator === "linearize";
  const laterName = `${inner.name}${operator === "vjp" ? "Pullback" : "Pushforward"}Of${capitalized(name)}`;
  const kept = session.closures.kept(name);
  const derivative: InnerDerivative = {
    name,
    of: inner.name,
    request: { ...fn.request, argnums: isBareIn(fn) ? selected[0] : selected, captured: inner.captured.length },
    result: resultOf(fn, by, inner.result),
    later: isLater ? { name: laterName, kept } : undefined,
    span: spanOf(fn.node),
  };
  session.derivatives.set(key, derivative);
  return { derivative, by };
}

/** The arguments that a derivative is by, in order, as positions among the parameters of the function of IR. */
function selectedOf(fn: DerivedFunction, { places }: Inner, called: ts.Node): readonly number[] {
  const selected = fn.request.argnums ?? (isMap(fn) ? [...places.keys()] : 0);
  return (typeof selected === "number" ? [selected] : selected).map((i) => {
    if (places[i] === undefined) {
      const count = places.length === 1 ? "1 argument" : `${places.length} arguments`;
      refuse(called, "argument-out-of-range", `${quote(fn.node)} is called with ${count}: there is no argument ${i}`);
    }
    if (!places[i]) refuse(called, "argument-holds-no-numbers", String(i));
    return places.slice(0, i).filter(Boolean).length;
  });
}

function isMap({ request: { operator } }: DerivedFunction): boolean {
  return operator === "jvp" || operator === "vjp" || operator === "linearize";
}

/** The derivative is by one argument, and has its structure: no tuple. */
function isBareIn(fn: DerivedFunction): boolean {
  return typeof (fn.request.argnums ?? 0) === "number" && !isMap(fn);
}

/** The type of the result of a derivative, as the operator makes it; of `vjp` and `linearize` that of the value. */
function resultOf(fn: DerivedFunction, selected: readonly Type[], result: Type): Type {
  const { operator, outputs, hasAux } = fn.request;
  if (outputs || hasAux) refuse(fn.node, "not-taken", `\`${outputs ? "outputs" : "hasAux"}\` inside a program`);
  const by = packType(selected, isBareIn(fn));
  switch (operator) {
    case "grad":
    case "hvp":
      return by;
    case "valueAndGrad":
      return tuple(result, by);
    case "jvp":
      return tuple(result, derivativeType(result));
    case "jacobian":
      return jacobianType(result, by);
    case "hessian":
      return jacobianType(by, by);
    case "derivative":
      return jacobianType(result, number);
    case "taylor":
      return jacobianType(result, array(number));
    case "vjp":
    case "linearize":
      return result;
    case "value":
    case "gradInto":
    case "valueAndGradInto":
      return refuse(fn.node, "not-taken", `A call of \`${operator}\` inside a differentiated function`);
    default:
      return operator satisfies never;
  }
}

// -------------------------------------------------------------------------------------------------------------- Tuples

/** The components of a tuple, which is an array where they are all of one type. */
function componentsOf(cx: Context, fn: DerivedFunction, value: Value, called: ts.Node): readonly Value[] {
  const { type } = value;
  if (type.kind === "record" && type.decl.isTuple) return type.decl.fields.map((f) => cx.b.getField(value, f.name));
  const count = ts.isCallExpression(called) ? lengthOfPrimals(cx, fn, called) : undefined;
  if (type.kind !== "array" || count === undefined) return refuse(called, "spread-argument");
  return Array.from({ length: count }, (_, i) => cx.b.load(value, cx.constant(i)));
}

/** How many arguments a tuple of them has: as is written in the call, else one for each parameter. */
function lengthOfPrimals(cx: Context, fn: DerivedFunction, called: ts.CallExpression): number | undefined {
  const [list] = called.arguments;
  if (called !== fn.node && list && ts.isArrayLiteralExpression(list)) return list.elements.length;
  const [f] = fn.node.arguments;
  return f && cx.checker.getTypeAtLocation(f).getCallSignatures()[0]?.parameters.length;
}

function packed(cx: Context, values: readonly Value[]): Value {
  return cx.b.record(values, tuple(...values.map((v) => v.type)));
}

/** The tangents of the selected arguments, as the operator takes them. */
function givenTangents(cx: Context, fn: DerivedFunction, given: Value, by: readonly Type[], called: ts.Node): Value {
  if (isBareIn(fn)) return convert(cx, given, by[0] as Type, called);
  return fromTuple(cx, given, by, called);
}

/** A tuple as operators have it, from one as programs have it. */
function fromTuple(cx: Context, given: Value, types: readonly Type[], node: ts.Node): Value {
  const { type } = given;
  const at = (i: number): Value =>
    type.kind === "record"
      ? cx.b.getField(given, (type.decl.fields[i] as RecordField).name)
      : cx.b.load(given, cx.constant(i));
  const fits = type.kind === "array" || (type.kind === "record" && type.decl.fields.length === types.length);
  if (!fits) return refuse(node, "type-mismatch", `${showType(type)} and ${showType(tuple(...types))}`);
  return packed(
    cx,
    types.map((t, i) => convert(cx, at(i), t, node)),
  );
}

function convert(cx: Context, value: Value, type: Type, node: ts.Node): Value {
  return tryCoerce(cx, value, type) ?? refuse(node, "type-mismatch", `${showType(value.type)} and ${showType(type)}`);
}

// ------------------------------------------------------------------------------------- Pullbacks and pushforwards

/** The function value that `vjp` or `linearize` gives besides the value; `kept` is what it captures. */
function pairWith(cx: Context, fn: DerivedFunction, value: Value, lambda: LaterFunction, kept: Value): Value {
  const isPullback = fn.request.operator === "vjp";
  const later = functionRecord(cx, lambda, [kept], isPullback ? "pullback" : "pushforward");
  return cx.b.record([value, later], tuple(value.type, later.type));
}

type LaterFunction = Parameters<typeof functionRecord>[1];

function laterFunction(
  cx: Context,
  fn: DerivedFunction,
  derivative: InnerDerivative,
  by: readonly Type[],
): LaterFunction {
  const { session } = cx;
  const { closures } = session;
  const { later, result } = derivative;
  if (!later) throw new Error(`${derivative.name} gives no function`);
  const known = closures.lambdas.get(later.name);
  if (known) return known;
  const selected = tuple(...by);
  const isPullback = fn.request.operator === "vjp";
  const [from, to] = isPullback ? [derivativeType(result), selected] : [selected, derivativeType(result)];
  const signature = closures.signature("", { params: [usersType(from)], results: [usersType(to)] });
  const field = closures.slot(signature, "kept", later.kept, new Set());
  const name = freshName(session, `${later.name}Value`);
  session.specialisations.set(`later:${name}`, { name, results: [usersType(to)], assumed: undefined });
  const lambda: LaterFunction = {
    signature,
    fn,
    name,
    takes: 1,
    captured: [{ index: 0, type: later.kept, field }],
  };
  session.functions.set(
    name,
    buildFunc(
      name,
      [
        { type: usersType(from), hint: isPullback ? "cotangent" : "tangents" },
        { type: later.kept, hint: "kept" },
      ],
      (b, given, kept) => {
        const own = from.kind === "record" && from.decl.isTuple && !sameType(usersType(from), from);
        const packedGiven = own
          ? b.record(
              from.decl.fields.map((_, i) => b.load(given as Value, b.constant(i))),
              from,
            )
          : (given as Value);
        const [back] = b.call(later.name, [packedGiven, kept as Value], [to]);
        return [asUsersHave(b, back as Value)];
      },
      spanOf(fn.node),
    ),
  );
  closures.lambdas.set(later.name, lambda);
  return lambda;
}
