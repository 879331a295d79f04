/**
 * A call whose adjoint is given: the forward half of the rule gives residuals beside the results, which are kept like any
 * other value, and the mirror hands them back with the cotangents of the results.
 *
 *     y = call f(x)    =>    y, r = call f.forward(x)        ⋮        xBar += call f.back(yBar, r)
 */
import { report } from "../../core/errors.ts";
import { type BlockBuilder, freshValue } from "../../ir/build.ts";
import { holdsNumbers, shadowType } from "../../ir/type.ts";
import type { Func, Instr, Module, Value } from "../../ir/types.ts";
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
  const { pullback } = original.rule ?? {};
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
    if (shadow) b.addTo(shadow, bar);
  });
  if (!access.isSplit) return;
  for (const r of results) {
    const shadow = access.shadow(r);
    if (shadow) b.clear(shadow);
  }
}
