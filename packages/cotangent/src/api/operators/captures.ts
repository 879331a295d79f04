/**
 * Derivatives by what a function captures: `grad(f, { captures: { w } })`. A captured value becomes an argument (the local
 * variables around a function are among its last parameters already, what it reads of modules is lifted to parameters),
 * the operator is applied by these arguments, and a function around the derivative gives it what is captured now:
 *
 *     f(x) = w[0] x        fLifted(x, w) = w[0] x        fGrad(x) = { w: fLiftedGrad(x, w)[0] }
 */
import { openFunctions, reachableFunctions } from "../../analysis/points-to.ts";
import { report } from "../../core/errors.ts";
import { type BlockBuilder, buildFunc } from "../../ir/build.ts";
import { tuple } from "../../ir/type.ts";
import type { Func, Global, Module, RecordDecl, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction, emitCall, paramsOf } from "./around.ts";
import { liftConstants } from "./lift-constants.ts";
import type { Derived, OperatorRequest } from "./request.ts";

/**
 * Applies `apply`, an operator, to `entry` by what `request.captures` names; `captured` are the names of the local
 * variables that are its last parameters. Reports names that the function does not capture.
 */
export function deriveByCaptures(
  module: Module,
  entry: string,
  request: OperatorRequest,
  captured: readonly string[],
  apply: (module: Module, entry: string, request: OperatorRequest) => Derived,
): Derived {
  const func = module.functions.get(entry) as Func;
  const names = request.captures ?? [];
  const { operator } = request;
  if (operator !== "grad" && operator !== "valueAndGrad")
    report("not-taken", func.span, `the option \`captures\` of \`${operator}\``);
  if (request.argnums !== undefined) report("not-taken", func.span, "`argnums` and `captures` at once");
  const globals = names.filter((name) => !captured.includes(name)).map((name) => globalNamed(module, func, name));
  const lifted = liftConstants(module, func, globals);
  const target = lifted?.func ?? func;
  const own = func.body.params.length;
  const positionOf = (name: string): number => {
    const local = captured.indexOf(name);
    if (local >= 0) return own - captured.length + local;
    return own + (lifted?.constants ?? []).indexOf(globalNamed(module, func, name));
  };
  const derived = apply(lifted?.module ?? module, target.name, {
    ...request,
    argnums: names.map(positionOf),
    captures: undefined,
    captured: 0,
  });
  const inner = derived.module.functions.get(derived.name) as Func;
  const named = buildFunc(
    derivedName(derived.module.functions, entry, operator),
    paramsOf(func),
    (b, ...args) => {
      const now = (lifted?.constants ?? []).map((g) => b.global(g.name, g.type));
      const [given] = emitCall(b, inner, [...args, ...now]) as [Value];
      if (operator === "valueAndGrad") {
        const gradient = emitNamed(b, b.getField(given, "1", "gradient"), names);
        const value = b.getField(given, "0", "value");
        return [b.record([value, gradient], tuple(value.type, gradient.type))];
      }
      if (!request.hasAux) return [emitNamed(b, given, names)];
      const gradient = emitNamed(b, b.getField(given, "0", "gradient"), names);
      const aux = b.getField(given, "1", "aux");
      return [b.record([gradient, aux], tuple(gradient.type, aux.type))];
    },
    func.span,
  );
  return { ...derived, module: addFunction(derived.module, named), name: named.name };
}

/** The tuple of gradients as an object that has the names. */
function emitNamed(b: BlockBuilder, gradients: Value, names: readonly string[]): Value {
  const parts = names.map((name, i) => b.getField(gradients, String(i), `${name}Bar`));
  const decl: RecordDecl = {
    name: "Captured",
    isTuple: false,
    fields: names.map((name, i) => ({ name, type: (parts[i] as Value).type })),
  };
  return b.record(parts, { kind: "record", decl });
}

/**
 * What is read of a module by this name in the function and those that it calls. A function with a rule says derivatives by
 * its arguments alone, so that what it reads is refused.
 */
function globalNamed(module: Module, func: Func, name: string): Global {
  const found = new Set<Global>();
  const open = new Set(openFunctions(module, func.name));
  for (const each of reachableFunctions(module, func.name)) {
    forEachInstr(each.body, (instr) => {
      if (instr.op !== "global") return;
      const global = module.globals.get(instr.global) as Global;
      if (instr.results[0]?.hint !== name && global.name !== name) return;
      if (!open.has(each)) report("not-taken", instr.span, `a derivative by \`${name}\`, which a rule reads,`);
      found.add(global);
    });
  }
  const [global, another] = found;
  if (!global || another) return report("capture-not-found", func.span, `\`${name}\``);
  return global;
}
