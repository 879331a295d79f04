/**
 * Loop-invariant code motion: what computes the same in every iteration is computed once, before the loop (Aho, Lam,
 * Sethi and Ullman, Compilers, 9.5). Loops are treated from the inside out, so a computation climbs as far as it can.
 *
 * Values never change by this. Derivatives must not either: a computation moved out of a loop that runs zero times
 * gets a zero cotangent, and 0 * partial is NaN where the partial is infinite. So out of a loop that is not known to run
 * only such elementals move whose partials are surely finite: `i * d + 1` does, `1 / d` and `exp(d)` do not.
 */

import { effectsOf } from "../analysis/effects.ts";
import { analyzeRanges, type ForInstr } from "../analysis/ranges.ts";
import type { Expression } from "../core/primitive.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr, operands } from "../ir/visit.ts";
import { analyzeMemory, type Writes } from "./memory.ts";

/** How sure it is that an instruction at the top of a loop's region runs. */
interface Certainty {
  /** The region runs at least once whenever the loop is reached. */
  readonly runs: boolean;
  /** ... and it has come to this instruction without a chance to leave by an exception. */
  readonly reached: boolean;
}

/** Elementals whose value is finite if their arguments are (within 2^53). */
const finitePrimitives: ReadonlySet<string> = new Set(["add", "sub", "mul", "neg", "square", "select"]);

/** Moves loop-invariant elementals and reads of unwritten memory in front of the loops of `func`. */
export function hoistInvariants(func: Func, module: Module): Func {
  const ranges = analyzeRanges(func);
  const memory = analyzeMemory(func, module);
  const definitions = new Map<Value, Instr>();
  forEachInstr(func.body, (instr) => {
    for (const r of instr.results) definitions.set(r, instr);
  });
  const parameters = new Set(func.body.params);

  const inactive = new Map<Value, boolean>();
  /** True if no derivative ever flows through `v`. */
  const isInactive = (v: Value): boolean => {
    const known = inactive.get(v);
    if (known !== undefined) return known;
    const d = definitions.get(v);
    const found =
      v.type.kind !== "number" ||
      ranges.isIntegral(v) ||
      d?.op === "constant" ||
      (d?.op === "apply" && d.args.every(isInactive));
    inactive.set(v, found);
    return found;
  };

  /** True if `e` is finite whatever finite or infinite numbers the active arguments are. */
  const isBounded = (e: Expression, args: readonly Value[]): boolean => {
    switch (e.kind) {
      case "literal":
        return Number.isFinite(e.value);
      case "argument": {
        const arg = args[e.index] as Value;
        return arg.type.kind === "boolean" || ranges.isInteger(arg);
      }
      case "result":
        return false;
      case "apply":
        if (e.primitive.gives === "boolean") return true;
        return finitePrimitives.has(e.primitive.id) && e.args.every((a) => isBounded(a, args));
      default:
        return e satisfies never;
    }
  };
  const hasFinitePartials = (instr: Extract<Instr, { op: "apply" }>): boolean =>
    instr.args.every((arg, i) => {
      const partial = instr.primitive.partial(i, instr.args.length);
      return partial === undefined || isInactive(arg) || isBounded(partial, instr.args);
    });

  /** A reference that surely names an object: an element that was read past the end does not. */
  const isSolid = (v: Value): boolean => {
    if (parameters.has(v)) return true;
    const d = definitions.get(v);
    switch (d?.op) {
      case "array":
      case "allocate":
      case "record":
      case "copy":
      case "shadow":
      case "slots":
      case "global":
      case "call":
        return true;
      case "getField":
        return isSolid(d.record);
      default:
        return false;
    }
  };

  const mayMove = (instr: Instr, writes: Writes, { runs, reached }: Certainty): boolean => {
    switch (instr.op) {
      case "constant":
      case "unset":
      case "text":
      case "global":
      case "wrap":
      case "present":
      case "isNull":
      case "same":
        return true;
      case "unwrap":
        return runs && reached;
      case "apply":
        return runs || hasFinitePartials(instr);
      case "load":
      case "length":
        return memory.isUnchanged(instr, writes) && ((runs && reached) || isSolid(instr.array));
      case "getField":
        return memory.isUnchanged(instr, writes) && ((runs && reached) || isSolid(instr.record));
      default:
        return false;
    }
  };

  /** Splits the top of a loop's region into what moves and what stays; `local` are the values that vary. */
  const split = (block: Block, local: Set<Value>, writes: Writes, runs: boolean): { moved: Instr[]; rest: Block } => {
    const moved: Instr[] = [];
    const body: Instr[] = [];
    let reached = true;
    for (const p of block.params) local.add(p);
    for (const instr of block.body) {
      if (!operands(instr).some((v) => local.has(v)) && mayMove(instr, writes, { runs, reached })) {
        moved.push(instr);
        continue;
      }
      body.push(instr);
      for (const r of instr.results) local.add(r);
      if (effectsOf(instr, module).throws) reached = false;
    }
    // A constant is no work: it goes along only with what needs it.
    const needed = new Set(moved.flatMap(operands));
    const stays = (instr: Instr): boolean =>
      (instr.op === "constant" || instr.op === "unset") && !needed.has(instr.results[0] as Value);
    return { moved: moved.filter((i) => !stays(i)), rest: { ...block, body: [...moved.filter(stays), ...body] } };
  };

  const hoistBlock = (block: Block, inside: readonly ForInstr[]): Block => {
    const body: Instr[] = [];
    for (const original of block.body) {
      const within = original.op === "for" ? [...inside, original] : inside;
      const instr = mapInstr(
        original,
        (v) => v,
        (b) => hoistBlock(b, within),
      );
      if (instr.op === "for") {
        const [low, high] = instr.step > 0 ? [instr.start, instr.end] : [instr.end, instr.start];
        const runs = ranges.isBelow(low, high, inside);
        const { moved, rest } = split(instr.body, new Set(), memory.writesOf([instr.body]), runs);
        body.push(...moved, { ...instr, body: rest });
      } else if (instr.op === "while") {
        const writes = memory.writesOf([instr.condition, instr.body]);
        const condition = split(instr.condition, new Set(), writes, true);
        const rest = split(instr.body, new Set(), writes, false);
        body.push(...condition.moved, ...rest.moved, { ...instr, condition: condition.rest, body: rest.rest });
      } else {
        body.push(instr);
      }
    }
    return { ...block, body };
  };
  return { ...func, body: hoistBlock(func.body, []) };
}
