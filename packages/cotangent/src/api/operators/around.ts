/** Functions around functions: what an operator needs to put one of its own about the user's. */
import type { BlockBuilder, ParamSpec } from "../../ir/build.ts";
import type { Func, Module, Value } from "../../ir/types.ts";
import { cloneBlock } from "../../ir/visit.ts";

/** Parameters like those of `func`. */
export function paramsOf(func: Func): readonly ParamSpec[] {
  return func.body.params.map((p) => ({ type: p.type, hint: p.hint }));
}

/** Emits a call of `func`; its results have the names that they have there. */
export function emitCall(b: BlockBuilder, func: Func, args: readonly Value[]): readonly Value[] {
  const values = func.body.end.kind === "yield" ? func.body.end.values : [];
  return b.call(
    func.name,
    args,
    func.results,
    values.map((v) => v.hint),
  );
}

/** Emits what `func` does instead of a call of it, unless it always throws. */
export function emitInPlace(b: BlockBuilder, func: Func, args: readonly Value[]): readonly Value[] {
  const { body } = func;
  if (body.end.kind === "throw") return emitCall(b, func, args);
  const given = new Map(body.params.map((p, i) => [p, args[i] as Value]));
  const copy = cloneBlock({ ...body, params: [] }, given);
  for (const instr of copy.body) b.append(instr);
  return copy.end.kind === "yield" ? copy.end.values : [];
}

/** `module` with `func` in it. */
export function addFunction(module: Module, func: Func): Module {
  return { ...module, functions: new Map(module.functions).set(func.name, func) };
}
