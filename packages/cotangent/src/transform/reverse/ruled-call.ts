/**
 * A call whose adjoint is given: the forward half of the rule gives residuals beside the results, which are kept like any
 * other value, and the mirror hands them back with the cotangents of the results.
 *
 *     y = call f(x)    =>    y, r = call f.forward(x)        ⋮        xBar += call f.back(yBar, r)
 */
import { report } from "../../core/errors.ts";
import { ne } from "../../elementals/index.ts";
import { type BlockBuilder, freshValue } from "../../ir/build.ts";
import { holdsNumbers, shadowType } from "../../ir/type.ts";
import type { Func, Instr, Module, RecordDecl, Rule, Type, Value } from "../../ir/types.ts";
import { cotangentHint } from "../names.ts";

/** A call that a rule gives the adjoint of. */
export interface RuledCall {
  readonly original: Func;
  /** The function that gives the cotangents of the arguments. */
  readonly back: string;
  readonly residuals: readonly Value[];
}

/** The call of the forward half in the place of `instr`, a call of `original`, and what its mirror must know. */
export function ruledCall(
  module: Module,
  instr: Instr & { op: "call" },
  original: Func,
): { readonly call: Instr & { op: "call" }; readonly ruled: RuledCall } {
  const { pullback } = original.rule as Rule;
  const forward = pullback && module.functions.get(pullback.forward);
  if (!pullback || !forward) return report("rule-circular", instr.span, `\`${original.name}\``);
  const residuals = forward.results.slice(original.results.length).map((type) => freshValue(type, "residual"));
  const call = { ...instr, callee: forward.name, results: [...instr.results, ...residuals] };
  return { call, ruled: { original, back: pullback.back, residuals } };
}

/** How the mirror gets at what it needs and where it puts what it has. */
export interface RuledCallAccess {
  readonly need: (value: Value) => Value;
  /** The shadow of a structure, in the mirror; none if it has none. */
  readonly shadow: (value: Value) => Value | undefined;
  /** The sum of the cotangents of a number, taken; none if there are none. */
  readonly takeBar: (value: Value) => Value | undefined;
  readonly addBar: (b: BlockBuilder, value: Value, bar: Value) => void;
  /** Arrays of the program may have got or lost elements since the call. */
  readonly mayGrow: boolean;
  /** Shadows are used again by another run of the mirror. */
  readonly isSplit: boolean;
}

function isNumeric({ type }: Value): boolean {
  return type.kind === "number" || (type.kind === "optional" && type.of.kind === "number");
}

/** Emits the mirror of a ruled call. */
export function emitRuledMirror(
  b: BlockBuilder,
  instr: Instr & { op: "call" },
  { original, back, residuals }: RuledCall,
  access: RuledCallAccess,
): void {
  const results = instr.results.slice(0, original.results.length);
  const bars = results.flatMap((r) => {
    if (isNumeric(r)) return [access.takeBar(r) ?? b.constant(0)];
    if (!holdsNumbers(r.type)) return [];
    return [access.shadow(r) ?? (b.shadow([access.need(r)])[0] as Value)];
  });
  const args = instr.args.filter((a) => holdsNumbers(a.type));
  const made = b.call(
    back,
    [...bars, ...residuals.map(access.need)],
    args.map((a) => shadowType(a.type)),
    args.map((a) => cotangentHint(a.hint)),
  );
  args.forEach((arg, i) => {
    const bar = made[i] as Value;
    if (isNumeric(arg)) return access.addBar(b, arg, bar);
    const shadow = access.shadow(arg);
    if (shadow) emitAddInto(b, shadow, bar, access.mayGrow);
  });
  if (!access.isSplit) return;
  for (const r of results) {
    const shadow = access.shadow(r);
    if (shadow) b.clear(shadow, true);
  }
}

/**
 * Emits the addition of the cotangent that a rule gives to the shadow of an argument, place by place: two places may hold
 * one object, on either side, and each counts. The shadow may have grown since, where arrays do.
 */
function emitAddInto(b: BlockBuilder, target: Value, source: Value, mayGrow: boolean): void {
  const { type } = source;
  switch (type.kind) {
    case "array": {
      if (!mayGrow) emitLengthCheck(b, target, source);
      b.for({ start: b.constant(0), end: b.length(source), step: 1 }, [], (inner, i) => {
        const at = i as Value;
        const element = inner.load(source, at);
        if (isNumeric(element)) inner.accumulate(target, at, element);
        else if (element.type.kind !== "undefined") emitAddInto(inner, inner.load(target, at), element, mayGrow);
        return [];
      });
      return;
    }
    case "record":
      if (isRecursive(type)) return b.addTo(target, source, mayGrow);
      for (const { name, type: field } of type.decl.fields) {
        if (field.kind === "undefined") continue;
        const part = b.getField(source, name);
        if (isNumeric(part)) b.accumulateField(target, name, part);
        else emitAddInto(b, b.getField(target, name), part, mayGrow);
      }
      return;
    case "optional":
      b.if(b.present(source), (inner) => {
        emitAddInto(inner, inner.unwrap(target), inner.unwrap(source), mayGrow);
        return [];
      });
      return;
    default:
      return;
  }
}

function emitLengthCheck(b: BlockBuilder, target: Value, source: Value): void {
  b.if(b.apply(ne, [b.length(target), b.length(source)]), (then) => {
    then.throw("RangeError", then.constant("a rule gives a cotangent of another length than its argument has"));
    return [];
  });
}

function isRecursive(type: Type, open: readonly RecordDecl[] = []): boolean {
  switch (type.kind) {
    case "optional":
      return isRecursive(type.of, open);
    case "array":
      return isRecursive(type.element, open);
    case "record":
      return open.includes(type.decl) || type.decl.fields.some((f) => isRecursive(f.type, [...open, type.decl]));
    default:
      return false;
  }
}
