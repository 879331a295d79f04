/**
 * Functions with a rule that write their arguments. For everything around it such a function stays one operation that
 * writes nothing: it works on copies of what it writes, and gives these beside its result. The call is a function around
 * that operation, which puts the new contents into the caller's arrays and objects, by stores whose derivatives are known.
 *
 *     f(x, y) writes x      func fWriting(x, y) { r, x2 = call f(x, y);  x[i] = x2[i] for all i;  return r }
 *
 * Which arguments a function writes it says itself: `customVjp(f, rule, { outputs: ["result", 0] })`.
 */
import type ts from "typescript";
import { holdsNumbers, isReference, sameType } from "../../ir/type.ts";
import type { Func, Type, Value } from "../../ir/types.ts";
import type { RuleOutputs } from "../../runtime/rules.ts";
import { type Context, type RuledFunction, refuse } from "../context.ts";
import { showType } from "../types/show.ts";
import { Refusal, readOptions } from "../verbs/asked.ts";

/** The outputs that the options of a call of `customVjp` or `customJvp` name. Refuses what is no literal list of them. */
export function readOutputs(options: ts.Expression | undefined, verb: string): RuleOutputs | undefined {
  if (!options) return undefined;
  let outputs: unknown;
  try {
    ({ outputs } = readOptions(options, verb));
  } catch (error) {
    throw error instanceof Refusal ? error.error : error;
  }
  if (outputs === undefined) return undefined;
  const isList =
    Array.isArray(outputs) &&
    outputs.length > 0 &&
    new Set(outputs).size === outputs.length &&
    outputs.every((o) => o === "result" || (Number.isInteger(o) && o >= 0));
  return isList ? (outputs as RuleOutputs) : refuse(options, "options-not-literal", `\`${verb}\``);
}

/** The arguments that `fn` writes, by their positions. */
export function writtenBy({ outputs }: RuledFunction): readonly number[] {
  return (outputs ?? []).filter((o) => o !== "result");
}

/**
 * The argument that the function gives back, where its result is no output; undefined where it gives nothing. Refuses any
 * other result.
 */
export function givenBack(fn: RuledFunction, types: readonly Type[], result: Type): number | undefined {
  if (!fn.outputs || fn.outputs.includes("result") || result.kind === "undefined") return undefined;
  const [only, ...others] = writtenBy(fn).filter((i) => types[i] && sameType(types[i], result));
  if (only !== undefined && others.length === 0) return only;
  return refuse(fn.node, "rule-result", `\`${fn.name}\` gives ${showType(result)}, which its outputs do not name`);
}

/** Refuses outputs that are no arguments, or hold what cannot be put back. */
export function checkOutputs(fn: RuledFunction, types: readonly Type[]): void {
  for (const i of writtenBy(fn)) {
    const type = types[i];
    if (!type) return refuse(fn.node, "argument-out-of-range", `\`${fn.name}\` has no argument ${i}`);
    if (!isReference(type) || !canBePutBack(type, []))
      return refuse(fn.node, "rule-result", `\`${fn.name}\` writes argument ${i}, ${showType(type)}`);
  }
}

function canBePutBack(type: Type, open: readonly Type[]): boolean {
  switch (type.kind) {
    case "array":
      return canBePutBack(type.element, open);
    case "record": {
      const isOpen = open.some((t) => t.kind === "record" && t.decl === type.decl);
      return !isOpen && type.decl.fields.every((f) => !f.variant && canBePutBack(f.type, [...open, type]));
    }
    case "optional":
      return !isReference(type.of);
    default:
      return true;
  }
}

/**
 * Emits the call of the operation `primal`, with what it writes put into the arguments; what the call gives. `back` is the
 * argument that it gives back.
 */
export function emitWriting(
  cx: Context,
  fn: RuledFunction,
  primal: Func,
  own: readonly Value[],
  back: number | undefined,
): readonly Value[] {
  const { b } = cx;
  const written = writtenBy(fn);
  const others = own.filter((v, i) => isReference(v.type) && !written.includes(i));
  const name = cx.constant(fn.name);
  b.host("checkApart", [name, cx.constant(written.length), ...written.map((i) => own[i] as Value), ...others]);
  const results = b.call(primal.name, own, primal.results);
  let given: Value | undefined;
  fn.outputs?.forEach((o, n) => {
    const result = results[n] as Value;
    if (o === "result") {
      given = result;
      return;
    }
    b.host("checkLengths", [name, own[o] as Value, result]);
    putBack(cx, own[o] as Value, result);
  });
  const value = back === undefined ? given : (own[back] as Value);
  return value ? [value] : [];
}

/** Emits stores of the contents of `source` into `target`, a structure of the same lengths. */
function putBack(cx: Context, target: Value, source: Value): void {
  const { type } = source;
  const { b } = cx;
  if (type.kind === "array") {
    b.for({ start: b.constant(0), end: b.length(source), step: 1 }, [], (inner, i) => {
      const at = i as Value;
      const element = inner.load(source, at);
      if (!isReference(element.type)) inner.store(target, at, element);
      else within(cx, inner, () => putBack(cx, inner.load(target, at), element));
      return [];
    });
  } else if (type.kind === "record") {
    for (const { name, type: field } of type.decl.fields) {
      if (field.kind === "undefined") continue;
      const part = b.getField(source, name);
      if (isReference(field)) putBack(cx, b.getField(target, name), part);
      else b.setField(target, name, part);
    }
  }
}

function within(cx: Context, b: Context["b"], emit: () => void): void {
  const outer = cx.b;
  cx.b = b;
  emit();
  cx.b = outer;
}

/** True if a derivative can flow through one of the results. */
export function holdsAnyNumbers(results: readonly Type[]): boolean {
  return results.some((type) => holdsNumbers(type));
}
