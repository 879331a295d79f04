/**
 * Loops whose condition does something are turned so that it does it in the body: `while (c()) b()` becomes
 * `let go = c(); while (go) { b(); go = c(); }`. What remains as a condition only reads.
 */
import { effectsOf } from "../analysis/effects.ts";
import { reachableFunctions } from "../analysis/points-to.ts";
import { freshValue } from "../ir/build.ts";
import { boolean } from "../ir/type.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { cloneBlock, forEachInstr, mapInstr } from "../ir/visit.ts";

/** Rotates the loops of the functions reachable from `entry` whose conditions write memory. */
export function rotateLoops(module: Module, entry: string): Module {
  const functions = new Map(module.functions);
  for (const func of reachableFunctions(module, entry)) {
    let isTurned = false;
    forEachInstr(func.body, (instr) => {
      isTurned ||= hasActingCondition(instr, module);
    });
    if (isTurned) functions.set(func.name, rotateFunction(func, module));
  }
  return { ...module, functions };
}

function hasActingCondition(instr: Instr, module: Module): instr is Instr & { op: "while" } {
  if (instr.op !== "while" || instr.condition.end.kind === "throw") return false;
  return instr.condition.body.some((i) => effectsOf(i, module).writes);
}

function rotateFunction(func: Func, module: Module): Func {
  const block = (b: Block): Block => ({
    ...b,
    body: b.body.flatMap((instr) => {
      const mapped = mapInstr(instr, (v) => v, block);
      return hasActingCondition(mapped, module) ? rotate(mapped) : [mapped];
    }),
  });
  return { ...func, body: block(func.body) };
}

function rotate(loop: Instr & { op: "while" }): readonly Instr[] {
  const before = inlined(loop.condition, loop.inits);
  const { body } = loop;
  const go = freshValue(boolean, "go");
  if (body.end.kind === "throw") {
    const condition = flagCondition(loop.condition);
    return [
      ...before.body,
      { ...loop, ...carrying(loop, before.go), condition, body: { ...body, params: [...body.params, go] } },
    ];
  }
  const after = inlined(loop.condition, body.end.values);
  const turned: Block = {
    params: [...body.params, go],
    body: [...body.body, ...after.body],
    end: { kind: "yield", values: [...body.end.values, after.go] },
  };
  return [
    ...before.body,
    { ...loop, ...carrying(loop, before.go), condition: flagCondition(loop.condition), body: turned },
  ];
}

function carrying(loop: Instr & { op: "while" }, go: Value): { inits: readonly Value[]; results: readonly Value[] } {
  return { inits: [...loop.inits, go], results: [...loop.results, freshValue(boolean, "go")] };
}

/** A copy of the condition's instructions with `values` for its parameters, and the truth value that it yields. */
function inlined(condition: Block, values: readonly Value[]): { body: readonly Instr[]; go: Value } {
  const map = new Map<Value, Value>();
  const copy = cloneBlock(condition, map);
  const back = new Map(copy.params.map((p, i) => [p, values[i] as Value]));
  const value = (v: Value): Value => back.get(v) ?? v;
  const replace = (b: Block): Block => ({
    ...b,
    body: b.body.map((i) => mapInstr(i, value, replace)),
    end:
      b.end.kind === "yield"
        ? { ...b.end, values: b.end.values.map(value) }
        : { ...b.end, message: b.end.message && value(b.end.message) },
  });
  const done = replace(copy);
  return { body: done.body, go: (done.end.kind === "yield" ? done.end.values[0] : undefined) as Value };
}

function flagCondition(condition: Block): Block {
  const params = [...condition.params.map((p) => freshValue(p.type, p.hint)), freshValue(boolean, "go")];
  return { params, body: [], end: { kind: "yield", values: [params.at(-1) as Value] } };
}
