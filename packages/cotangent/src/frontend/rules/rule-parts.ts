/**
 * What the rule of a function becomes: the functions that an IR function's `Rule` names, around the user's own code. Here
 * the two worlds meet: tuples, pairs, structures of gradients and pullbacks as function values on one side, numbers and
 * shadows as transforms take them on the other. What does not fit is refused at the user's rule.
 */
import type ts from "typescript";
import { primitive } from "../../elementals/index.ts";
import { derivativeType } from "../../ir/derivative-type.ts";
import {
  array,
  holdsNumbers,
  isReference,
  mayShare,
  number,
  sameType,
  sameUpToStorage,
  shadowType,
  tuple,
} from "../../ir/type.ts";
import type { Func, Rule, Type, Value } from "../../ir/types.ts";
import { type Context, type KnownFunction, type RuledFunction, refuse } from "../context.ts";
import { callAny } from "../functions/function-calls.ts";
import { callFunction } from "../functions/specialize.ts";
import { callPrelude } from "../library/methods.ts";
import { showType } from "../types/show.ts";
import { tryType } from "../types/types.ts";
import { tryCoerce } from "../values/coerce.ts";
import { asValue } from "../values/expression.ts";
import { writtenBy } from "./rule-outputs.ts";
import { buildPart, parameters } from "./rules.ts";

/** Builds what the rule of `fn` becomes, for the types that the function `primal` takes and gives. */
export function buildRule(cx: Context, fn: RuledFunction, primal: Func, called: ts.Node): Rule {
  switch (fn.verb) {
    case "customJvp":
      return buildTangent(cx, fn, primal, called);
    case "customVjp":
      return buildPullback(cx, fn, primal, called);
    case "implicitRoot":
    case "fixedPoint":
    case "implicitMinimum":
      return buildImplicit(cx, fn, primal, called);
    case "inactive":
      throw new Error("an inactive function has no rule");
    default:
      return fn.verb satisfies never;
  }
}

// -------------------------------------------------------------------------------------------------------- The tangent

/** `(primals, tangents) => [value, tangent]` as a function of numbers and shadows. */
function buildTangent(cx: Context, fn: RuledFunction, primal: Func, called: ts.Node): Rule {
  const types = primal.body.params.map((p) => p.type);
  const active = types.flatMap((type, i) => (holdsNumbers(type) ? [i] : []));
  const written = writtenBy(fn);
  const tangent = buildPart(cx, fn, "Tangent", {
    params: [
      ...parameters(types),
      ...active.map((i) => ({ type: shadowType(types[i] as Type), hint: `dx${i === 0 ? "" : i}` })),
    ],
    lower: (inner, own) => {
      const primals = own.slice(0, types.length);
      const tangents = primals.map((p, i) =>
        active.includes(i)
          ? stored(inner, own[types.length + active.indexOf(i)] as Value, derivativeType(p.type))
          : inner.constant(null),
      );
      const rule = fn.rule as KnownFunction;
      // What the function writes, its rule may write.
      const kept = (v: Value, i: number): Value => (written.includes(i) && isReference(v.type) ? inner.b.copy(v) : v);
      const given = [primals, tangents].map((list, i) => pack(inner, list.map(kept), rule, i, called));
      const pair = asValue(inner, callFunction(inner, rule, given, called), called);
      const [value, derivative] = takeApart(inner, fn, pair, 2, "a pair [value, tangent]") as [Value, Value];
      const values = outputsIn(inner, fn, value);
      const derivatives = outputsIn(inner, fn, derivative);
      return [
        ...values.map((v, n) => ownValue(inner, fn, primal.results[n] as Type, v)),
        ...values.flatMap((v, n) =>
          holdsNumbers(primal.results[n] as Type) ? [ownTangent(inner, fn, v, derivatives[n] as Value)] : [],
        ),
      ];
    },
  });
  return { tangent };
}

/** A tuple of values, of the type that a parameter of the rule declares. */
function pack(cx: Context, values: readonly Value[], rule: KnownFunction, index: number, node: ts.Node): Value {
  const parameter = rule.kind === "user" ? rule.node.parameters[index] : undefined;
  return packAs(cx, values, parameter && tryType(cx, cx.checker.getTypeAtLocation(parameter), parameter), node);
}

/** A tuple of values, of the type `declared` if they fit it. */
function packAs(cx: Context, values: readonly Value[], declared: Type | undefined, node: ts.Node): Value {
  if (declared?.kind === "record" && declared.decl.isTuple && declared.decl.fields.length === values.length) {
    const fitting = values.map((v, i) => tryCoerce(cx, v, declared.decl.fields[i]?.type ?? v.type));
    if (fitting.every((v) => v !== undefined)) return cx.b.record(fitting, declared);
  }
  const [first] = values;
  if (!first) return refuse(node, "empty-array");
  const isUniform = values.every((v) => sameType(v.type, first.type)) && first.type.kind !== "undefined";
  return isUniform ? cx.b.array(values, array(first.type)) : cx.b.record(values, tuple(...values.map((v) => v.type)));
}

// ------------------------------------------------------------------------------------------------------- The pullback

/** `(...args) => [value, pullback]` as a forward half that gives the pullback as a residual, and a call of it. */
function buildPullback(cx: Context, fn: RuledFunction, primal: Func, called: ts.Node): Rule {
  const types = primal.body.params.map((p) => p.type);
  let pullbackType: Type | undefined;
  const forward = buildPart(cx, fn, "Forward", {
    params: parameters(types),
    lower: (inner, own) => {
      const copies = own.map((v) => (isReference(v.type) ? inner.b.copy(v) : v));
      const pair = asValue(inner, callFunction(inner, fn.rule as KnownFunction, copies, called), called);
      const [value, pullback] = takeApart(inner, fn, pair, 2, "a pair [value, pullback]") as [Value, Value];
      pullbackType = pullback.type;
      if (!inner.session.closures.of(pullbackType))
        return refuseResult(fn, pair, "a pair [value, pullback], the pullback a function");
      const values = outputsIn(inner, fn, value).map((v, n) => ownValue(inner, fn, primal.results[n] as Type, v));
      return [...values, pullback];
    },
  });
  const active = types.flatMap((type, i) => (holdsNumbers(type) ? [i] : []));
  const varying = primal.results.filter((type) => holdsNumbers(type));
  const back = buildPart(cx, fn, "Back", {
    params: [
      ...varying.map((type) => ({ type: shadowType(type), hint: "yBar" })),
      { type: (pullbackType as Type | undefined) ?? (primal.results[0] as Type), hint: "pullback" },
    ],
    lower: (inner, own) => {
      const cotangents = own.slice(0, -1);
      const pullback = own.at(-1) as Value;
      const given = giveCotangents(inner, fn, primal, cotangents, pullback, called);
      const all = asValue(inner, callAny(inner, pullback, [given], called), called);
      const parts = takeApart(inner, fn, all, types.length, `a list of ${types.length}, one for each argument`);
      return active.map((i) => {
        const wanted = shadowType(types[i] as Type);
        const part = stored(inner, parts[i] as Value, wanted);
        if (sameType(part.type, wanted)) return part;
        return refuseResult(fn, part, `the cotangent of argument ${i}, ${showType(derivativeType(types[i] as Type))}`);
      });
    },
  });
  return { pullback: { forward, back } };
}

/** The cotangent that a pullback takes: that of the result, or the list of those of the outputs, its own to write. */
function giveCotangents(
  cx: Context,
  fn: RuledFunction,
  primal: Func,
  cotangents: readonly Value[],
  pullback: Value,
  called: ts.Node,
): Value {
  const left = [...cotangents];
  const all = primal.results.map((type) =>
    holdsNumbers(type) ? stored(cx, left.shift() as Value, derivativeType(type)) : cx.constant(null),
  );
  if (!fn.outputs) return all[0] as Value;
  const own = all.map((v) => (isReference(v.type) ? cx.b.copy(v) : v));
  return packAs(cx, own, cx.session.closures.of(pullback.type)?.params[0], called);
}

// ------------------------------------------------------------------------------------------------ Implicit functions

/** `(x, ...args) => …` that is 0, x itself, or least at the result: as a function of numbers that is 0, or least. */
function buildImplicit(cx: Context, fn: RuledFunction, primal: Func, called: ts.Node): Rule {
  const result = primal.results[0] as Type;
  const isVector = result.kind === "array" && result.element.kind === "number" && holdsNumbers(result);
  if (!isVector && result.kind !== "number")
    return refuse(
      fn.node,
      "rule-result",
      `\`${fn.name}\` gives ${showType(result)}, not a number or a list of numbers`,
    );
  const isMinimum = fn.verb === "implicitMinimum";
  const residual = buildPart(cx, fn, isMinimum ? "Objective" : "Residual", {
    params: [{ type: result, hint: "x" }, ...parameters(primal.body.params.map((p) => p.type))],
    lower: (inner, own) => {
      const value = asValue(inner, callFunction(inner, fn.rule as KnownFunction, own, called), called);
      if (isMinimum) return [value.type.kind === "number" ? value : refuseResult(fn, value, "what is least, a number")];
      const start = fn.verb === "fixedPoint" ? (own[0] as Value) : undefined;
      if (!isVector) {
        if (value.type.kind !== "number") return refuseResult(fn, value, "what is solved, a number");
        return [start ? inner.b.apply(primitive("sub"), [value, start]) : value];
      }
      if (value.type.kind !== "array" || value.type.element.kind !== "number" || !holdsNumbers(value.type))
        return refuseResult(fn, value, "what is solved, a list of numbers");
      return [vectorOf(inner, fn, value, own[0] as Value, start)];
    },
  });
  const vector = array(number, "Float64Array");
  const solve = isVector
    ? buildPart(cx, fn, "Solve", {
        params: [
          { type: vector, hint: "matrix" },
          { type: vector, hint: "side" },
        ],
        lower: (inner, own) => [asValue(inner, callPrelude(inner, called, "solveLinear", own), called)],
      })
    : undefined;
  return { implicit: { kind: isMinimum ? "minimum" : "root", residual, solve } };
}

/** The numbers of `value`, less those of `start`, in an array of as many as there are unknowns. */
function vectorOf(cx: Context, fn: RuledFunction, value: Value, unknowns: Value, start: Value | undefined): Value {
  const { b } = cx;
  const length = b.length(value);
  b.if(b.apply(primitive("ne"), [length, b.length(unknowns)]), (then) => {
    then.throw("TypeError", then.constant(`${fn.name} has not as many equations as unknowns`));
    return [];
  });
  const made = b.allocate(length, array(number, "Float64Array"));
  b.for({ start: b.constant(0), end: length, step: 1 }, [], (inner, i) => {
    const at = i as Value;
    const element = inner.load(value, at);
    const less = start && inner.apply(primitive("sub"), [element, inner.load(start, at)]);
    inner.store(made, at, less ?? element);
    return [];
  });
  return made;
}

// -------------------------------------------------------------------------------------------------------- Conversions

/** The same numbers in arrays of the storage of `type`. */
function stored(cx: Context, value: Value, type: Type): Value {
  if (sameType(value.type, type)) return value;
  const isCopy = sameType(shadowType(value.type), shadowType(type)) && sameUpToStorage(value.type, type);
  return isReference(type) && isCopy ? cx.b.copy(value, type) : value;
}

/** The parts of a list of known length. Refuses what is none. */
function takeApart(cx: Context, fn: RuledFunction, list: Value, count: number, wanted: string): readonly Value[] {
  const { type } = list;
  const { b } = cx;
  if (type.kind === "record" && type.decl.isTuple && type.decl.fields.length === count)
    return type.decl.fields.map((f) => b.getField(list, f.name));
  if (type.kind !== "array" || type.storage !== "Array") return refuseResult(fn, list, wanted);
  const isOther = b.apply(primitive("ne"), [b.length(list), b.constant(count)]);
  b.if(isOther, (then) => {
    then.throw("TypeError", then.constant(`the rule of ${fn.name} must give ${wanted}`));
    return [];
  });
  return Array.from({ length: count }, (_, i) => b.load(list, b.constant(i)));
}

/** What a rule gives for each result of the function, of the value or its tangent. */
function outputsIn(cx: Context, fn: RuledFunction, value: Value): readonly Value[] {
  if (!fn.outputs) return [value];
  return takeApart(cx, fn, value, fn.outputs.length, `a list of ${fn.outputs.length}, one for each output`);
}

function refuseResult(fn: RuledFunction, { type }: Value, wanted: string): never {
  return refuse(fn.rule?.kind === "user" ? fn.rule.node : fn.node, "rule-result", `${showType(type)} for ${wanted}`);
}

/** The value that a rule gives, as memory that nothing else reaches. */
function ownValue(cx: Context, fn: RuledFunction, type: Type, value: Value): Value {
  const fitting = tryCoerce(cx, value, type);
  if (!fitting) return refuseResult(fn, value, `the value, where \`${fn.name}\` gives ${showType(type)}`);
  emitTreeCheck(cx, fn, fitting);
  return isReference(type) ? cx.b.copy(fitting) : fitting;
}

/**
 * Emits a check that `result` holds no array or object in two of its places: a rule takes cotangents and gives tangents of
 * each place on its own, and what is shared would count twice.
 */
export function emitTreeCheck(cx: Context, fn: RuledFunction, result: Value): void {
  if (mayShare(result.type)) cx.b.host("checkApart", [cx.constant(fn.name), cx.constant(1), result]);
}

/** The tangent that a rule gives, as a shadow of `value` of its own. */
function ownTangent(cx: Context, fn: RuledFunction, value: Value, tangent: Value): Value {
  const wanted = shadowType(value.type);
  const fitting = stored(cx, tangent, wanted);
  if (!sameType(fitting.type, wanted))
    return refuseResult(fn, tangent, `the tangent, ${showType(derivativeType(value.type))}`);
  if (!isReference(wanted)) return fitting;
  const [own] = cx.b.shadow([value]);
  cx.b.addTo(own as Value, fitting);
  return own as Value;
}
