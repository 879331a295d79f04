/** Functions around functions: what an operator needs to put one of its own about the user's. */
import type { BlockBuilder, ParamSpec } from "../../ir/build.ts";
import type { Func, Module, Value } from "../../ir/types.ts";

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

/** `module` with `func` in it. */
export function addFunction(module: Module, func: Func): Module {
  return { ...module, functions: new Map(module.functions).set(func.name, func) };
}
