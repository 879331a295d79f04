/**
 * Calls of function values: one function per signature looks which function a value is, and calls it. It is built when
 * everything is lowered, and has an arm for each function that is made a value in what is reached.
 */
import type ts from "typescript";
import { functionsOfRule } from "../../analysis/points-to.ts";
import { primitive } from "../../elementals/index.ts";
import { BlockBuilder, freshValue } from "../../ir/build.ts";
import { sameType } from "../../ir/type.ts";
import type { Block, Func, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import { type Context, isFunction, type Operand, quote, refuse, type Session } from "../context.ts";
import { throws } from "../control/thrown.ts";
import { regroup } from "../types/alternatives.ts";
import { type Lambda, type Signature, which } from "../types/signatures.ts";
import { tryCoerce } from "../values/coerce.ts";
import { asValue } from "../values/expression.ts";
import { functionAs } from "./function-values.ts";
import { restOf } from "./rest-arguments.ts";
import { callFunction, freshName } from "./specialize.ts";

/** Calls a function, whether it is known or a value. */
export function callAny(cx: Context, f: Operand, args: readonly Operand[], node: ts.Node): Operand {
  if (isFunction(f)) return callFunction(cx, f, args, node);
  return callValue(cx, asValue(cx, f, node), args, node);
}

/** Calls a function value. */
export function callValue(cx: Context, f: Value, args: readonly Operand[], node: ts.Node): Operand {
  const signature = cx.session.closures.of(f.type);
  if (!signature) return refuse(node, "unknown-callee", quote(node));
  const passed = signature.params.map((type, i) => {
    if (signature.hasRest && i === signature.params.length - 1) return restOf(cx, signature, args.slice(i), node);
    const operand = functionAs(cx, args[i] ?? cx.constant(undefined), type, node);
    const value = asValue(cx, operand, node);
    const passed = tryCoerce(cx, value, type);
    if (!passed) regroup(cx, value.type, type);
    return passed ?? refuse(node, "unknown-callee", quote(node));
  });
  const callee = dispatchName(cx.session, signature);
  if (cx.handlers.length > 0) cx.session.closures.guarded.push({ callee, node });
  const [result] = cx.b.call(callee, [f, ...passed], signature.results, [undefined]);
  return result ?? cx.constant(undefined);
}

/** The name of the function that calls values of a signature. */
function dispatchName(session: Session, { key, type }: Signature): string {
  const place = `call:${key}`;
  const known = session.specialisations.get(place);
  if (known) return known.name;
  const name = freshName(session, `call${type.kind === "record" ? type.decl.name : ""}`);
  session.specialisations.set(place, { name, results: undefined, assumed: undefined });
  return name;
}

/** Builds the functions that call function values, now that all are known which can be called. */
export function buildDispatches(session: Session, entry: string): void {
  const { closures, functions } = session;
  const live = new Set<Lambda>();
  const reached = new Set([entry]);
  const callers = new Map<string, Signature>();
  // What a derivative calls is what its function calls.
  const derivedOf = new Map([...session.derivatives.values()].map((d) => [d.name, d.of]));
  for (const signature of closures.signatures()) {
    const called = session.specialisations.get(`call:${signature.key}`);
    if (called) callers.set(called.name, signature);
  }
  for (let before = -1; before < live.size + reached.size; ) {
    before = live.size + reached.size;
    for (const name of reached) {
      const func = functions.get(name);
      if (func) {
        for (const part of functionsOfRule(func)) reached.add(part);
        forEachInstr(func.body, (instr) => {
          if (instr.op === "call") reached.add(derivedOf.get(instr.callee) ?? instr.callee);
          const constant = instr.op === "global" ? session.globals.get(instr.global)?.source : undefined;
          if (constant?.kind === "made") reached.add(constant.by);
          const made = instr.op === "record" && closures.made.get(instr.results[0] as Value);
          if (made) live.add(made);
        });
      }
      const signature = callers.get(name);
      if (signature)
        for (const l of live) if (l.signature === signature && l.fn.kind !== "primitive") reached.add(l.name);
    }
  }
  for (const [name, signature] of callers) {
    const candidates = [...live].filter((l) => l.signature === signature);
    functions.set(name, dispatch(session, name, signature, candidates));
  }
  for (const { callee, node } of closures.guarded) {
    const func = functions.get(callee);
    if (func && throws(session, func)) refuse(node, "recursion-caught", quote(node));
  }
}

function dispatch(
  session: Session,
  name: string,
  { type, params, results }: Signature,
  lambdas: readonly Lambda[],
): Func {
  const f = freshValue(type, "f");
  const args = params.map((p) => freshValue(p));
  const b = new BlockBuilder([f, ...args]);
  const arm = (into: BlockBuilder, { fn, name: callee, takes, captured }: Lambda): readonly Value[] => {
    const passed = args.slice(0, takes);
    if (fn.kind === "primitive") return results.length === 0 ? [] : [into.apply(fn.primitive, passed)];
    const held = captured.map((c) => {
      const value = into.getField(f, c.field);
      return sameType(value.type, c.type) ? value : into.unwrap(value);
    });
    const func = session.functions.get(callee);
    const made = into.call(callee, [...passed, ...held], func?.results ?? results, []);
    return made.slice(0, results.length);
  };
  const from = (into: BlockBuilder, rest: readonly Lambda[]): Block => {
    const [first, ...others] = rest;
    if (!first) {
      // Nothing that is reached makes such a function.
      const message = into.constant("not a function");
      session.raised.add(message);
      into.throw("TypeError", message);
      return into.finish([]);
    }
    if (others.length === 0) return into.finish(arm(into, first));
    const isFirst = into.apply(primitive("eq"), [into.getField(f, which), into.constant(first.name)]);
    const then = new BlockBuilder([]);
    const otherwise = from(new BlockBuilder([]), others);
    return into.finish(into.ifBlocks(isFirst, then.finish(arm(then, first)), otherwise));
  };
  return { name, body: from(b, lambdas), results, span: undefined };
}
