/** The forward sweep of a reverse derivative as text of IR. */
import { expect } from "vitest";
import { analyzeActivity } from "../../src/analysis/activity.ts";
import type { SweepItem, SweepRegion } from "../../src/analysis/sweep.ts";
import { primitives } from "../../src/elementals/index.ts";
import { parse } from "../../src/ir/parse.ts";
import { printFunc } from "../../src/ir/print.ts";
import type { Block, Func, Instr } from "../../src/ir/types.ts";
import { type AugmentContext, type AugmentedFunction, augment } from "../../src/transform/reverse/augment.ts";

type Given = Partial<Pick<AugmentContext, "recordType">> & { readonly active?: readonly boolean[] };

/** The forward sweep of `f`, where the parameters are `active`: all, if it is not said. */
export function sweepOf(text: string, { active, recordType = () => undefined }: Given = {}): AugmentedFunction {
  const module = parse(text, primitives);
  const func = module.functions.get("f") as Func;
  const found = analyzeActivity(module, "f", active ?? func.body.params.map(() => true), { wholeResults: true });
  return augment(func, { module, activity: found, forwardName: (callee) => `${callee}.forward`, recordType });
}

/** The sweep as text of IR; whatever it says of itself beside that must be what the text says. */
export function textOf(sweep: AugmentedFunction): string {
  const { root, home, definition, functionName: name } = sweep;
  const blockOf = (region: SweepRegion): Block => {
    for (const p of region.params) expect(home.get(p)).toBe(region);
    for (const p of region.params) expect(definition.has(p)).toBe(false);
    const { params, items, end } = region;
    return { params, body: items.map((item, i) => instrOf(region, item, i)), end };
  };
  const instrOf = (region: SweepRegion, item: SweepItem, position: number): Instr => {
    expect([item.region, item.position]).toEqual([region, position]);
    for (const v of item.old ? [...item.instr.results, item.old] : item.instr.results)
      expect([home.get(v), definition.get(v)]).toEqual([region, item]);
    for (const inner of item.inner) expect([inner.parent, inner.owner, inner.isDirect]).toEqual([region, item, false]);
    const { instr } = item;
    const [first, second] = item.inner.map(blockOf) as [Block, Block];
    if (instr.op === "if") return { ...instr, then: first, else: second };
    if (instr.op === "for") return { ...instr, body: first };
    return instr.op === "while" ? { ...instr, condition: first, body: second } : instr;
  };
  const results = root.end.kind === "yield" ? root.end.values.map((v) => v.type) : [];
  return printFunc({ name, body: blockOf(root), results, span: undefined });
}
