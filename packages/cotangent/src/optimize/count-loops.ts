/**
 * Counted loops: `while (i < n) { …; i = i + 1 }` becomes `for (i = start; i < n; i += 1)` where the counter starts at an
 * integer, moves by an integer literal, and meets a bound that nothing in the loop changes (Aho, Lam, Sethi and Ullman,
 * Compilers, 9.8: induction variables). The trip count is then known on entry, so a tape can be indexed by the counter.
 * What the counter is after the loop is computed: start + step * ceil((end - start) / step), or start.
 */

import { isPure } from "../analysis/effects.ts";
import { analyzeRanges, type ForInstr, type Ranges } from "../analysis/ranges.ts";
import { add, ceil, div, floor, gt, lt, mul, select, sub } from "../elementals/index.ts";
import { BlockBuilder } from "../ir/build.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr, mapTerminator, operands, regions, terminatorOperands } from "../ir/visit.ts";
import { analyzeMemory, type Memory } from "./memory.ts";

type WhileInstr = Extract<Instr, { op: "while" }>;

/** Replaces by counted loops those `while` loops of `func` that count, and drops carried values that never change. */
export function countLoops(func: Func, module: Module): Func {
  return countWhiles(dropUnchanged(func), module);
}

/** Carried values that every iteration hands on as they came are no carried values. */
function dropUnchanged(func: Func): Func {
  const replaced = new Map<Value, Value>();
  const resolve = (v: Value): Value => {
    const next = replaced.get(v);
    return next ? resolve(next) : v;
  };
  const carried = (instr: ForInstr | WhileInstr): readonly Value[] =>
    instr.op === "for" ? instr.body.params.slice(1) : instr.body.params;
  const isUnchanged = (instr: ForInstr | WhileInstr, i: number): boolean => {
    const { end } = instr.body;
    if (end.kind !== "yield") return false;
    const next = resolve(end.values[i] as Value);
    return next === resolve(carried(instr)[i] as Value) || next === resolve(instr.inits[i] as Value);
  };
  for (let found = true; found; ) {
    found = false;
    forEachInstr(func.body, (instr) => {
      if (instr.op !== "for" && instr.op !== "while") return;
      instr.inits.forEach((init, i) => {
        const param = carried(instr)[i] as Value;
        if (replaced.has(param) || !isUnchanged(instr, i)) return;
        replaced.set(param, init);
        if (instr.op === "while") replaced.set(instr.condition.params[i] as Value, init);
        replaced.set(instr.results[i] as Value, init);
        found = true;
      });
    });
  }
  if (replaced.size === 0) return func;
  const rewrite = (block: Block): Block => ({
    params: block.params,
    body: block.body.map((original) => {
      const instr = mapInstr(original, resolve, rewrite);
      if (instr.op !== "for" && instr.op !== "while") return instr;
      const stays = carried(instr).map((p) => !replaced.has(p));
      const keep = (values: readonly Value[]): readonly Value[] => values.filter((_, i) => stays[i]);
      const { body } = instr;
      const end = body.end.kind === "yield" ? { ...body.end, values: keep(body.end.values) } : body.end;
      const results = keep(instr.results);
      const inits = keep(instr.inits);
      return instr.op === "for"
        ? {
            ...instr,
            results,
            inits,
            body: { ...body, params: [body.params[0] as Value, ...keep(body.params.slice(1))], end },
          }
        : {
            ...instr,
            results,
            inits,
            body: { ...body, params: keep(body.params), end },
            condition: { ...instr.condition, params: keep(instr.condition.params) },
          };
    }),
    end: mapTerminator(block.end, resolve),
  });
  return { ...func, body: rewrite(func.body) };
}

/** How a `while` counts. */
interface Count {
  /** Which carried value is the counter. */
  readonly position: number;
  readonly step: number;
  /** The bound that it is compared with; `closed`: the bound itself still runs. */
  readonly bound: Value;
  readonly closed: boolean;
  /** What is compared is the counter plus this, or less this. */
  readonly shift: Shift | undefined;
  /** Instructions of the condition that the bound needs: they compute the same each time. */
  readonly hoisted: readonly Instr[];
}

interface Shift {
  readonly by: Value;
  readonly isMinus: boolean;
}

const mirrored: Readonly<Record<string, string>> = { lt: "gt", le: "ge", gt: "lt", ge: "le", ne: "ne" };

class Counter {
  readonly #ranges: Ranges;
  readonly #memory: Memory;
  readonly #definitions: ReadonlyMap<Value, Instr>;

  constructor(ranges: Ranges, memory: Memory, definitions: ReadonlyMap<Value, Instr>) {
    this.#ranges = ranges;
    this.#memory = memory;
    this.#definitions = definitions;
  }

  literal(v: Value): number | undefined {
    const d = this.#definitions.get(v);
    return d?.op === "constant" && typeof d.value === "number" ? d.value : undefined;
  }

  /** The integer `k` if `v` is `base + k`. */
  #offset(v: Value, base: Value): number | undefined {
    if (v === base) return 0;
    const d = this.#definitions.get(v);
    if (d?.op !== "apply") return undefined;
    const [a, b] = d.args;
    if (!a || !b) return undefined;
    const shift = (from: Value, by: Value, sign: 1 | -1): number | undefined => {
      const k = this.literal(by);
      const rest = k !== undefined && Number.isInteger(k) ? this.#offset(from, base) : undefined;
      return rest === undefined || k === undefined ? undefined : rest + sign * k;
    };
    if (d.primitive === add) return shift(a, b, 1) ?? shift(b, a, 1);
    return d.primitive === sub ? shift(a, b, -1) : undefined;
  }

  /** `counter + by` or `counter - by`, with an integral `by` that does not vary. */
  #shift(
    args: readonly Value[],
    isMinus: boolean,
    varying: ReadonlySet<Value>,
  ): (Shift & { counter: Value }) | undefined {
    const [a, b] = args as [Value, Value];
    const [counter, by] = varying.has(b) && !isMinus ? [b, a] : [a, b];
    if (!varying.has(counter) || varying.has(by) || !this.#ranges.isInteger(by)) return undefined;
    return { counter, by, isMinus };
  }

  match(loop: WhileInstr, inside: readonly ForInstr[]): Count | undefined {
    const { condition, body, inits } = loop;
    if (condition.end.kind !== "yield" || body.end.kind !== "yield") return undefined;
    const [tested] = condition.end.values;
    const test = condition.body.find((i) => tested && i.results.includes(tested));
    if (test?.op !== "apply" || test.args.length !== 2) return undefined;

    const writes = this.#memory.writesOf([condition, body]);
    const isCounter = (v: Value): boolean => condition.params.includes(v) || shifted?.results[0] === v;
    const shifted = condition.body.find(
      (i) =>
        i.op === "apply" &&
        (i.primitive === add || i.primitive === sub) &&
        test.args.some((a) => i.results[0] === a) &&
        i.args.some((a) => condition.params.includes(a)),
    );
    const varying = new Set([...condition.params, ...(shifted?.results ?? [])]);
    const hoisted = condition.body.filter((i) => i !== test && i !== shifted);
    for (const instr of hoisted) {
      if (operands(instr).some((v) => varying.has(v)) || regions(instr).length > 0) return undefined;
      if (!isPure(instr) && !this.#memory.isUnchanged(instr, writes)) return undefined;
    }

    const [left, right] = test.args as [Value, Value];
    const flipped = isCounter(right);
    const [compared, bound] = flipped ? [right, left] : [left, right];
    const shift = shifted?.op === "apply" ? this.#shift(shifted.args, shifted.primitive === sub, varying) : undefined;
    if (shifted && !shift) return undefined;
    const counter = shift ? shift.counter : compared;
    const position = condition.params.indexOf(counter);
    const start = inits[position];
    if (!start || varying.has(bound) || Object.is(this.literal(bound), -0) || !this.#ranges.isIntegral(start)) {
      return undefined;
    }
    const relation = flipped ? mirrored[test.primitive.id] : test.primitive.id;
    const step = this.#offset(body.end.values[position] as Value, body.params[position] as Value);
    if (relation === undefined || step === undefined || step === 0) return undefined;

    const count = { position, step, bound, hoisted, shift };
    switch (relation) {
      case "lt":
      case "le":
        return step > 0 ? { ...count, closed: relation === "le" } : undefined;
      case "gt":
      case "ge":
        return step < 0 ? { ...count, closed: relation === "ge" } : undefined;
      case "ne": {
        // Only a counter that surely comes by the bound stops there.
        if (shift || Math.abs(step) !== 1 || !this.#ranges.isInteger(bound) || !this.#ranges.isInteger(start))
          return undefined;
        const [low, high] = step > 0 ? [start, bound] : [bound, start];
        return this.#ranges.isAtMost(low, high, inside) ? { ...count, closed: false } : undefined;
      }
      default:
        return undefined;
    }
  }
}

function countWhiles(func: Func, module: Module): Func {
  const ranges = analyzeRanges(func);
  const definitions = new Map<Value, Instr>();
  const used = new Set<Value>();
  const use = (block: Block): void => {
    for (const v of terminatorOperands(block.end)) used.add(v);
  };
  use(func.body);
  forEachInstr(func.body, (instr) => {
    for (const r of instr.results) definitions.set(r, instr);
    for (const v of operands(instr)) used.add(v);
    regions(instr).forEach(use);
  });
  const counter = new Counter(ranges, analyzeMemory(func, module), definitions);
  const replaced = new Map<Value, Value>();
  const value = (v: Value): Value => replaced.get(v) ?? v;

  /** The first value past the last one that runs: the bound as it is, or an integer. */
  const emitEnd = (b: BlockBuilder, { bound, closed, step, shift }: Count): Value => {
    if (!closed && !shift) return value(bound);
    const isCeiled = step > 0 !== closed;
    const known = counter.literal(bound);
    const past = closed ? Math.sign(step) : 0;
    const by = shift && counter.literal(shift.by);
    if (known !== undefined && (!shift || by !== undefined)) {
      const whole = isCeiled ? Math.ceil(known) : Math.floor(known);
      return b.constant(whole + past + (shift?.isMinus ? 1 : -1) * (by ?? 0));
    }
    const whole = ranges.isIntegral(bound) ? value(bound) : b.apply(isCeiled ? ceil : floor, [value(bound)]);
    // Constants are added up: `i + 1 <= n` ends at n.
    const extra = past + (by === undefined ? 0 : (shift?.isMinus ? 1 : -1) * by);
    const moved = shift && by === undefined ? b.apply(shift.isMinus ? add : sub, [whole, value(shift.by)]) : whole;
    return extra === 0 ? moved : b.apply(extra > 0 ? add : sub, [moved, b.constant(Math.abs(extra))]);
  };

  const emitFinal = (
    b: BlockBuilder,
    loop: WhileInstr,
    count: Count,
    end: Value,
    inside: readonly ForInstr[],
  ): Value => {
    const { step, position, bound, closed, shift } = count;
    const isWhole = closed || shift !== undefined;
    const { hint } = loop.results[position] as Value;
    const start = value(loop.inits[position] as Value);
    const first = counter.literal(loop.inits[position] as Value);
    const whole = isWhole || ranges.isIntegral(bound) ? end : b.apply(step > 0 ? ceil : floor, [end]);
    // A bound of -0 is met by a counter of 0.
    const isLiteral = closed || counter.literal(bound) !== undefined;
    const isMet = (isLiteral && !shift) || (step > 0 && first !== undefined && first >= 0);
    if (Math.abs(step) === 1 && isMet) {
      const [low, high] = step > 0 ? [start, bound] : [bound, start];
      if (!isWhole && ranges.isAtMost(low, high, inside)) return whole;
      return b.apply(select, [b.apply(step > 0 ? lt : gt, [start, whole]), whole, start], hint);
    }
    const distance = b.apply(sub, [whole, start]);
    const by = b.constant(step);
    const way = Math.abs(step) === 1 ? distance : b.apply(mul, [by, b.apply(ceil, [b.apply(div, [distance, by])])]);
    return b.apply(select, [b.apply(step > 0 ? lt : gt, [start, whole]), b.apply(add, [start, way]), start], hint);
  };

  const rewrite = (block: Block, inside: readonly ForInstr[]): Block => {
    const body: Instr[] = [];
    for (const instr of block.body) {
      const count = instr.op === "while" ? counter.match(instr, inside) : undefined;
      if (instr.op === "while" && count) {
        body.push(...emitFor(instr, count, inside));
        continue;
      }
      const within = instr.op === "for" ? [...inside, instr] : inside;
      body.push(mapInstr(instr, value, (b) => rewrite(b, within)));
    }
    return { params: block.params, body, end: mapTerminator(block.end, value) };
  };

  const emitFor = (loop: WhileInstr, count: Count, inside: readonly ForInstr[]): readonly Instr[] => {
    const { position, step } = count;
    const others = (values: readonly Value[]): readonly Value[] => values.filter((_, i) => i !== position);
    const b = new BlockBuilder([], loop.span);
    for (const instr of count.hoisted) b.append(mapInstr(instr, value, (block) => block));
    const start = value(loop.inits[position] as Value);
    const end = emitEnd(b, count);
    const inner = rewrite(loop.body, inside);
    const index = loop.body.params[position] as Value;
    b.append({
      op: "for",
      span: loop.span,
      start,
      end,
      step,
      inits: others(loop.inits).map(value),
      results: others(loop.results),
      body: {
        params: [index, ...others(loop.body.params)],
        body: inner.body,
        end: inner.end.kind === "yield" ? { ...inner.end, values: others(inner.end.values) } : inner.end,
      },
    });
    const final = loop.results[position] as Value;
    if (used.has(final)) replaced.set(final, emitFinal(b, loop, count, end, inside));
    return b.finish([]).body;
  };
  return { ...func, body: rewrite(func.body, []) };
}
