/**
 * Full unrolling of short counted loops with literal bounds (Muchnick, Advanced Compiler Design, 17.4.3), where that
 * makes the places of a small local array known, so that scalar replacement can do away with it. A loop of one iteration
 * is always its body, one of none is nothing.
 */

import type { ForInstr } from "../analysis/ranges.ts";
import { freshValue } from "../ir/build.ts";
import * as t from "../ir/type.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { cloneBlock, forEachInstr, mapInstr, mapTerminator } from "../ir/visit.ts";
import { literalsOf, shapeOf } from "./aggregates.ts";

const MAX_TRIPS = 8;
const MAX_INSTRUCTIONS = 160;

/** Unrolls those loops of `func` whose unrolling pays; inner ones first. */
export function unrollLoops(func: Func, _module?: Module): Func {
  const literal = literalsOf(func);
  const small = new Set<Value>();
  forEachInstr(func.body, (instr) => {
    const [made] = instr.results;
    if (made && (instr.op === "array" || instr.op === "allocate") && shapeOf(instr, literal)) small.add(made);
  });
  const replaced = new Map<Value, Value>();
  const value = (v: Value): Value => replaced.get(v) ?? v;

  const indexesSmallArray = (loop: ForInstr): boolean => {
    const varying = new Set<Value>([loop.body.params[0] as Value]);
    let found = false;
    forEachInstr(loop.body, (instr) => {
      if (instr.op === "apply" && instr.args.some((a) => varying.has(a))) varying.add(instr.results[0] as Value);
      if (instr.op !== "load" && instr.op !== "store" && instr.op !== "accumulate") return;
      found ||= small.has(instr.array) && varying.has(instr.index);
    });
    return found;
  };

  /** The values of the index, if the loop is worth writing out. */
  const tripsOf = (loop: ForInstr): readonly number[] | undefined => {
    const start = literal(loop.start);
    const end = literal(loop.end);
    if (start === undefined || end === undefined || loop.body.end.kind === "throw") return undefined;
    const trips: number[] = [];
    for (let i = start; loop.step > 0 ? i < end : i > end; i += loop.step) {
      if (trips.push(i) > MAX_TRIPS) return undefined;
    }
    if (trips.length <= 1) return trips;
    let size = 0;
    forEachInstr(loop.body, () => void size++);
    return size * trips.length <= MAX_INSTRUCTIONS && indexesSmallArray(loop) ? trips : undefined;
  };

  const unroll = (loop: ForInstr, trips: readonly number[]): readonly Instr[] => {
    const out: Instr[] = [];
    const [index, ...params] = loop.body.params as [Value, ...Value[]];
    let carried = loop.inits;
    for (const trip of trips) {
      const at = freshValue(t.number, index.hint);
      out.push({ op: "constant", value: trip, results: [at], span: loop.span });
      const map = new Map<Value, Value>([[index, at], ...params.map((p, i) => [p, carried[i] as Value] as const)]);
      const { body, end } = cloneBlock({ ...loop.body, params: [] }, map);
      out.push(...body);
      if (end.kind === "yield") carried = end.values;
    }
    for (const [i, r] of loop.results.entries()) replaced.set(r, carried[i] as Value);
    return out;
  };

  const rewrite = (block: Block): Block => {
    const body: Instr[] = [];
    for (const original of block.body) {
      const instr = mapInstr(original, value, rewrite);
      const trips = instr.op === "for" ? tripsOf(instr) : undefined;
      if (instr.op === "for" && trips) body.push(...unroll(instr, trips));
      else body.push(instr);
    }
    return { params: block.params, body, end: mapTerminator(block.end, value) };
  };
  return { ...func, body: rewrite(func.body) };
}
