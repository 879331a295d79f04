/**
 * Constants of modules that a function reads beside arguments that it writes. A constant has no shadow, so an argument
 * that is the constant itself would change behind the derivative's back: that is refused when the derivative is called.
 */
import { reachableFunctions } from "../../analysis/points-to.ts";
import { buildFunc } from "../../ir/build.ts";
import { isReference, sameType } from "../../ir/type.ts";
import type { Func, Global, Module, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import { derivedName } from "../../transform/names.ts";
import { emitCall, paramsOf } from "./around.ts";
import type { ParameterMemory } from "./writes.ts";

/** `func` behind a test that no argument it writes is a constant that it reads; undefined where none could be. */
export function guardConstants(module: Module, func: Func, { written }: ParameterMemory): Func | undefined {
  if (written.size === 0) return undefined;
  const read = constantsRead(module, func.name);
  const pairs = [...written].flatMap((i) =>
    read.filter((g) => sameType(g.type, (func.body.params[i] as Value).type)).map((g) => [i, g] as const),
  );
  if (pairs.length === 0) return undefined;
  return buildFunc(
    derivedName(module.functions, func.name, "guarded"),
    paramsOf(func),
    (b, ...args) => {
      for (const [i, { name, type }] of pairs) {
        b.if(b.same(args[i] as Value, b.global(name, type)), (inner) => {
          inner.throw(
            "RangeError",
            inner.constant(`the argument ${i}, which is written, must not be the constant ${name}`),
          );
          return [];
        });
      }
      return emitCall(b, func, args);
    },
    func.span,
  );
}

/** The arrays and objects of modules that generated code imports for `entry`. */
function constantsRead(module: Module, entry: string): readonly Global[] {
  const names = new Set<string>();
  for (const func of reachableFunctions(module, entry)) {
    forEachInstr(func.body, (instr) => {
      if (instr.op === "global") names.add(instr.global);
    });
  }
  return [...module.globals.values()].filter(
    (g) => names.has(g.name) && g.source.kind === "import" && isReference(g.type),
  );
}
