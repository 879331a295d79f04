/**
 * The derivatives that a program itself asks for, made in its module before anything else looks at it: innermost first,
 * since a derivative of a function that asks for derivatives is a derivative of a function that calls them. Each is a
 * function like any other afterwards, so the transform of the whole sees ordinary code, and what an inner function
 * captured of the outer one is an argument that derivatives flow through (`frontend/functions/inner-verbs.ts`).
 */
import { reachableFunctions } from "../analysis/points-to.ts";
import { report } from "../core/errors.ts";
import type { InnerDerivative } from "../frontend/index.ts";
import { sameType, typeKey } from "../ir/type.ts";
import type { Func, Module } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { optimize } from "../optimize/pipeline.ts";
import { addFunction } from "./operators/around.ts";
import { applyOperator } from "./operators.ts";
import { refuseRules } from "./refuse-rules.ts";

/** The module with all derivatives that `entry` comes to. Reports one that needs itself. */
export function expand(module: Module, entry: string, derivatives: readonly InnerDerivative[]): Module {
  const expansion = new Expansion(module, derivatives);
  expansion.reach(entry);
  return expansion.module;
}

/** A pass for functions that `entry` reaches; the others stay as they are. */
function simplify(module: Module, entry: string): Module {
  const { functions } = optimize(module, entry, "before");
  return { ...module, functions: new Map([...module.functions, ...functions]) };
}

class Expansion {
  module: Module;
  readonly #waiting: Map<string, InnerDerivative>;
  readonly #begun = new Set<InnerDerivative>();

  constructor(module: Module, derivatives: readonly InnerDerivative[]) {
    this.module = module;
    // A pullback is made together with the forward sweep that it belongs to.
    this.#waiting = new Map(
      derivatives.flatMap((d) => [[d.name, d] as const, ...(d.later ? [[d.later.name, d] as const] : [])]),
    );
  }

  /** Makes the derivatives that a call of `name` may call. */
  reach(name: string): void {
    for (;;) {
      const next = reachableFunctions(this.module, name).flatMap((func) => this.#calledBy(func))[0];
      if (!next) return;
      if (this.#begun.has(next)) report("derivative-of-itself", next.span, `\`${next.request.operator}\``);
      this.#begun.add(next);
      this.reach(next.of);
      this.#make(next);
    }
  }

  #calledBy(func: Func): readonly InnerDerivative[] {
    const found: InnerDerivative[] = [];
    forEachInstr(func.body, (instr) => {
      const derivative = instr.op === "call" ? this.#waiting.get(instr.callee) : undefined;
      if (derivative) found.push(derivative);
    });
    return found;
  }

  #make(derivative: InnerDerivative): void {
    const { name, of, request, later, result } = derivative;
    refuseRules(optimize(this.module, of, "before"));
    const derived = applyOperator(simplify(this.module, of), of, { ...request, again: true }, { simplify, later });
    const made = derived.module.functions.get(derived.name) as Func;
    if (!made.results[0] || !sameType(made.results[0], result))
      throw new Error(`${name} gives ${made.results.map((t) => typeKey(t)).join()}, and not ${typeKey(result)}`);
    const functions = new Map(derived.module.functions);
    functions.delete(derived.name);
    this.module = addFunction({ ...derived.module, functions }, { ...made, name });
    this.#waiting.delete(name);
    if (later) this.#waiting.delete(later.name);
  }
}
