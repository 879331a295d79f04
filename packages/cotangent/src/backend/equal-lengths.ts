/**
 * Which parameters of a function are at least as long as another when it is called: shadows, if all its calls are in the
 * text, and hand it an array with the shadow just made of it.
 *
 *     const xBar = new Array(x.length).fill(0);  fReverse(x, xBar, 1)        xBar is as long as x
 */
import { effectsOf } from "../analysis/effects.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { regions } from "../ir/visit.ts";

/** By the parameter that is a shadow: what it is the shadow of. */
export type Originals = ReadonlyMap<Value, Value>;

/** The shadows among the parameters of `functions`, none of which are those that `isCalledFromElsewhere`. */
export function findOriginals(
  functions: readonly Func[],
  module: Module,
  isCalledFromElsewhere: (func: Func) => boolean,
): Originals {
  const calls = new Map<string, (readonly (readonly [number, number])[])[]>();
  const closed = new Set<string>();
  const walk = (block: Block): void => {
    let shadows = new Map<Value, Value>();
    for (const instr of block.body) {
      if (instr.op === "shadow") instr.of.forEach((v, i) => shadows.set(instr.results[i] as Value, v));
      if (instr.op === "closure") closed.add(instr.callee);
      if (instr.op === "call") calls.set(instr.callee, [...(calls.get(instr.callee) ?? []), pairsOf(instr, shadows)]);
      // What has been written may have another length.
      if (effectsOf(instr, module).writes) shadows = new Map();
      for (const region of regions(instr)) walk(region);
    }
  };
  for (const func of functions) walk(func.body);
  const found = new Map<Value, Value>();
  for (const func of functions) {
    const [first = [], ...others] = calls.get(func.name) ?? [];
    if (isCalledFromElsewhere(func) || closed.has(func.name)) continue;
    for (const [shadow, original] of first) {
      if (!others.every((pairs) => pairs.some(([s, o]) => s === shadow && o === original))) continue;
      found.set(func.body.params[shadow] as Value, func.body.params[original] as Value);
    }
  }
  return found;
}

/** Which arguments of a call are shadows of which others. */
function pairsOf(
  { args }: Instr & { op: "call" },
  shadows: ReadonlyMap<Value, Value>,
): readonly (readonly [shadow: number, original: number])[] {
  return args.flatMap((arg, i) => {
    const original = args.indexOf(shadows.get(arg) as Value);
    return original < 0 ? [] : [[i, original] as const];
  });
}
