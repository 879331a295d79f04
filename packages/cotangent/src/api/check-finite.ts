/**
 * Where did the NaN come from? A derivative in which every number is looked at as soon as it is made: the first that is
 * not finite, a primal, a tangent or a cotangent, ends the call with its place in the program and what it was made of.
 *
 *     y = log x      =>      y = log x;  host checkFinite(y, "y", "model.ts:3:10 `Math.log(x)`", "x", x)
 */
import { reachableFunctions } from "../analysis/points-to.ts";
import { locate } from "../core/errors.ts";
import { BlockBuilder } from "../ir/build.ts";
import type { Block, Func, Instr, Module, Span, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr, operands } from "../ir/visit.ts";

/** The text at a place of the program, if it is at hand. */
type TextAt = (span: Span) => string | undefined;

/** `module` with the checks in everything that `entry` runs. */
export function insertFiniteChecks(module: Module, entry: string, textAt: TextAt): Module {
  const functions = new Map(module.functions);
  for (const func of reachableFunctions(module, entry)) functions.set(func.name, checked(func, textAt));
  return { ...module, functions };
}

function checked(func: Func, textAt: TextAt): Func {
  const chosen = onlyChosen(func);
  const block = ({ params, body, end }: Block): Block => {
    const b = new BlockBuilder(params);
    for (const instr of body) {
      b.append(mapInstr(instr, (v) => v, block));
      const [result] = instr.results;
      if (!result || !makesNumber(instr) || chosen.has(result)) continue;
      b.span = instr.span;
      emitCheck(b, instr, result, textAt);
    }
    return { params, body: b.finish([]).body, end };
  };
  return { ...func, body: block(func.body) };
}

function makesNumber(instr: Instr): boolean {
  if (instr.results[0]?.type.kind !== "number") return false;
  return instr.op === "apply" || (instr.op === "host" && instr.imported);
}

/** What is computed on both sides of a choice, one of which is thrown away: it may be anything there. */
function onlyChosen(func: Func): ReadonlySet<Value> {
  const chosen = new Set<Value>();
  const others = new Set<Value>();
  forEachInstr(func.body, (instr) => {
    if (instr.op === "apply" && instr.primitive.id === "select") {
      const [test, ...sides] = instr.args;
      for (const side of sides) chosen.add(side);
      if (test) others.add(test);
    } else for (const v of operands(instr)) others.add(v);
  });
  for (const v of others) chosen.delete(v);
  return chosen;
}

function emitCheck(b: BlockBuilder, instr: Instr, result: Value, textAt: TextAt): void {
  const made = operands(instr).filter((v) => v.type.kind === "number");
  const named = made.flatMap((v, i) => [b.constant(v.hint ?? `operand ${i + 1}`), v]);
  const place = b.constant(showPlace(instr.span, textAt));
  b.host("checkFinite", [result, b.constant(describe(result)), place, ...named]);
}

/** A tangent, a cotangent or a value, told by its name. */
function describe({ hint }: Value): string {
  if (hint === undefined) return "an intermediate value";
  const kind = /Bar\d*$/.test(hint) ? "the cotangent" : /^d([A-Z]|.\d*$)/.test(hint) ? "the tangent" : "the value";
  return `${kind} \`${hint}\``;
}

function showPlace(span: Span | undefined, textAt: TextAt): string {
  const place = span && locate(span);
  if (!span || !place) return "in generated code";
  const text = textAt(span);
  return `at ${place.file}:${place.line}:${place.column}${text === undefined ? "" : `, \`${text}\``}`;
}
