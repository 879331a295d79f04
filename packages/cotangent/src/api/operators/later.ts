/**
 * A function that an operator gives besides the value, to be called later: the pullback of `vjp`, the pushforward of
 * `linearize`. For callers outside it is a closure over what is kept. Inside of a program it is a function of IR that is
 * handed what is kept as a record, so that operators apply to it as to any other function.
 */
import { type BlockBuilder, buildFunc, type ParamSpec } from "../../ir/build.ts";
import { tuple } from "../../ir/type.ts";
import type { Func, Module, RecordField, Type, Value } from "../../ir/types.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction } from "./around.ts";
import type { Target } from "./target.ts";

/** The name of the later function, and the record type of what it is handed, whose fields are found here. */
export interface LaterRecord {
  readonly name: string;
  readonly kept: Type;
}

interface Later {
  readonly role: "pullback" | "pushforward";
  /** The later function takes `from` and gives `to`. */
  readonly from: { readonly type: Type; readonly hint: string };
  readonly to: Type;
  /** Emits the later function from its argument and what was kept. */
  readonly emit: (b: BlockBuilder, given: Value, kept: readonly Value[]) => Value;
}

/** What `emitWithLater` yields, and the module with the later function in it. */
interface WithLater {
  readonly results: readonly Value[];
  readonly module: Module;
}

/** Emits `value` and what stands for the later function: a pair with a closure, or two results. */
export function emitWithLater(
  b: BlockBuilder,
  module: Module,
  target: Target,
  later: Later,
  value: Value,
  kept: readonly Value[],
  inside: LaterRecord | undefined,
): WithLater {
  const { from, to, role } = later;
  const { span } = target.func;
  if (!inside) {
    const name = derivedName(module.functions, target.entry, role);
    const captured: readonly ParamSpec[] = kept.map((v) => ({ type: v.type, hint: v.hint }));
    const func = buildFunc(
      name,
      [from, ...captured],
      (inner, given, ...rest) => [later.emit(inner, given as Value, rest)],
      span,
    );
    const type: Type = { kind: "function", params: [from.type], results: [to] };
    const closure = b.closure(name, kept, type, role);
    return { results: [b.record([value, closure], tuple(value.type, type))], module: addFunction(module, func) };
  }
  if (inside.kept.kind !== "record") throw new TypeError(`what is kept is a ${inside.kept.kind}`);
  const fields = inside.kept.decl.fields as RecordField[];
  kept.forEach((v, i) => {
    fields.push({ name: `${v.hint ?? "kept"}_${i}`, type: v.type });
  });
  const func: Func = buildFunc(
    inside.name,
    [from, { type: inside.kept, hint: "kept" }],
    (inner, given, held) => {
      const values = fields.map((f, i) => inner.getField(held as Value, f.name, kept[i]?.hint));
      return [later.emit(inner, given as Value, values)];
    },
    span,
  );
  return { results: [value, b.record(kept, inside.kept, "kept")], module: addFunction(module, func) };
}
