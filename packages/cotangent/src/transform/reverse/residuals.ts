/**
 * Where residuals live, on tapes: the forward sweep's instructions that keep what the plan says, and the reverse sweep's
 * that have it at hand again. A counted loop with no other tape traffic inside reserves its slots at once and indexes
 * them by its counter; every other region that runs many times pushes its slots when a run ends and the mirror pops
 * them. What a branch keeps is yielded by its `if`, and so becomes a value of the region around.
 *
 *     for i … {                       base = grow tape, 2 * n;  kept = slots tape
 *       a = …; b = …         =>       for i … { a = …; b = …; kept[base + 2 * i] = a; kept[base + 2 * i + 1] = b }
 *     }                               …
 *                                     base' = shrink tape, 2 * n;  for i backwards { a' = kept[base' + 2 * i]; … }
 */
import { inputsOf, type Plan } from "../../analysis/need.ts";
import { iterationRegion, type Sweep, type SweepItem, type SweepRegion } from "../../analysis/sweep.ts";
import { add, ceil, div, gt, mul, ne, select, stopGradient, sub, toNumber } from "../../elementals/index.ts";
import { BlockBuilder, freshValue } from "../../ir/build.ts";
import { boolean, number, typeKey } from "../../ir/type.ts";
import type { Block, Instr, Type, Value } from "../../ir/types.ts";
import { cloneBlock, mapInstr } from "../../ir/visit.ts";

/** The tapes of one derivative, by kind of element; booleans are kept as numbers. */
export class TapeKinds {
  readonly #kinds = new Map<string, Type>();

  constructor(kept: Iterable<Value>) {
    for (const v of kept) this.#kinds.set(typeKey(elementOf(v.type)), elementOf(v.type));
  }
  get elements(): readonly Type[] {
    return [...this.#kinds.values()];
  }
  indexOf(type: Type): number {
    return [...this.#kinds.keys()].indexOf(typeKey(elementOf(type)));
  }
}

function elementOf(type: Type): Type {
  return type.kind === "boolean" ? number : type;
}

interface Layout {
  /** Slots are reserved before the loop and indexed by its counter. */
  readonly isIndexed: boolean;
  readonly groups: readonly { readonly kind: number; readonly values: readonly Value[] }[];
}

export interface ResidualContext {
  readonly plan: Plan;
  readonly kinds: TapeKinds;
  /** Names of the forward halves, whose calls are handed the tapes. */
  readonly isForward: (callee: string) => boolean;
  readonly isIntegral: (value: Value) => boolean;
}

/** Emits one function's forward sweep, and serves its reverse sweep. */
export class Residuals {
  readonly #sweep: Sweep;
  readonly #context: ResidualContext;
  readonly #layouts = new Map<SweepRegion, Layout>();
  readonly #lifted = new Map<Value, Value>();
  /** What branches yield into a region, in order. */
  readonly #liftedInto = new Map<SweepRegion, Value[]>();
  readonly #keptIn = new Map<SweepRegion, number>();
  #scopes: Map<Value, Value>[] = [];
  #forwardTapes: readonly Value[] = [];
  #reverseTapes: readonly Value[] = [];

  constructor(sweep: Sweep, context: ResidualContext) {
    this.#sweep = sweep;
    this.#context = context;
    for (const v of context.plan.kept) {
      const home = sweep.home.get(v);
      if (!home) continue;
      const region = iterationRegion(home);
      if (!region.isDirect) this.#keptIn.set(region, (this.#keptIn.get(region) ?? 0) + 1);
    }
  }

  // ------------------------------------------------------------------------------------------------ Forward sweep

  /** Appends the root region to `b`, which may hold the making of the tapes. */
  emitForward(b: BlockBuilder, tapes: readonly Value[]): void {
    this.#forwardTapes = tapes;
    for (const item of this.#sweep.root.items) this.#item(b, item);
  }

  /** The values of the function's own region that are kept, in the order in which the mirror is given them. */
  keptAtRoot(): readonly Value[] {
    return this.#keptValues(this.#sweep.root);
  }

  /** Pushes what the function's own region keeps, before it returns. */
  pushRoot(b: BlockBuilder): void {
    const { root } = this.#sweep;
    const layout = this.#layout(root, false);
    this.#push(b, layout);
  }

  #keptValues(region: SweepRegion): readonly Value[] {
    const own = [...region.params, ...region.items.flatMap(definedBy)].filter((v) => this.#context.plan.kept.has(v));
    return [...new Set([...own, ...(this.#liftedInto.get(region) ?? [])])];
  }

  #layout(region: SweepRegion, isIndexed: boolean): Layout {
    const byKind = new Map<number, Value[]>();
    for (const v of this.#keptValues(region)) {
      const kind = this.#context.kinds.indexOf(v.type);
      const group = byKind.get(kind);
      if (group) group.push(v);
      else byKind.set(kind, [v]);
    }
    const layout = { isIndexed, groups: [...byKind].map(([kind, values]) => ({ kind, values })) };
    this.#layouts.set(region, layout);
    return layout;
  }

  #item(b: BlockBuilder, item: SweepItem): void {
    const { instr, old } = item;
    b.span = instr.span;
    if (old && this.#context.plan.saved.has(item)) emitOld(b, instr, old);
    switch (instr.op) {
      case "if":
        return this.#if(b, item, instr);
      case "for":
        return this.#for(b, item, instr);
      case "while": {
        const [condition, body] = item.inner as [SweepRegion, SweepRegion];
        const test = new BlockBuilder(condition.params, instr.span);
        for (const i of condition.items) this.#item(test, i);
        const inner = new BlockBuilder(body.params, instr.span);
        for (const i of body.items) this.#item(inner, i);
        this.#push(inner, this.#layout(body, false));
        b.append({ ...instr, condition: finish(test, condition), body: finish(inner, body) });
        return;
      }
      case "call":
        b.append(
          this.#context.isForward(instr.callee) ? { ...instr, args: [...instr.args, ...this.#forwardTapes] } : instr,
        );
        return;
      default:
        b.append(instr);
    }
  }

  #if(b: BlockBuilder, item: SweepItem, instr: Instr & { op: "if" }): void {
    const sides = item.inner.map((region) => {
      const inner = new BlockBuilder(region.params, instr.span);
      for (const i of region.items) this.#item(inner, i);
      return { region, inner, kept: region.end.kind === "yield" ? this.#keptValues(region) : [] };
    });
    const results = [...instr.results];
    for (const { kept } of sides) {
      for (const v of kept) {
        const lifted = freshValue(v.type, v.hint);
        this.#lifted.set(v, lifted);
        results.push(lifted);
        const into = this.#liftedInto.get(item.region);
        if (into) into.push(lifted);
        else this.#liftedInto.set(item.region, [lifted]);
      }
    }
    const blocks = sides.map(({ region, inner }, own) => {
      const extra = sides.flatMap((s, i) => (i === own ? s.kept : s.kept.map((v) => inner.unset(v.type))));
      return region.end.kind === "yield" ? inner.finish([...region.end.values, ...extra]) : finish(inner, region);
    }) as [Block, Block];
    b.append({ ...instr, results, then: blocks[0], else: blocks[1] });
  }

  #for(b: BlockBuilder, item: SweepItem, instr: Instr & { op: "for" }): void {
    const [body] = item.inner as [SweepRegion];
    const inner = new BlockBuilder(body.params, instr.span);
    for (const i of body.items) this.#item(inner, i);
    const isIndexed = !this.#hasTraffic(body);
    const layout = this.#layout(body, isIndexed);
    if (!isIndexed) this.#push(inner, layout);
    else if (layout.groups.length > 0) {
      const count = emitTrips(b, instr.start, instr.end, instr.step, this.#context.isIntegral(instr.end));
      for (const { kind, values } of layout.groups) {
        const tape = this.#forwardTapes[kind] as Value;
        const base = b.grow(tape, emitTimes(b, count, values.length), "base");
        const slots = b.slots(tape, "kept");
        const at = emitSlot(inner, base, body.params[0] as Value, instr.start, instr.step, values.length);
        values.forEach((v, j) => emitKeep(inner, slots, at, j, v));
      }
    }
    b.append({ ...instr, body: finish(inner, body) });
  }

  #push(b: BlockBuilder, layout: Layout): void {
    for (const { kind, values } of layout.groups) {
      const tape = this.#forwardTapes[kind] as Value;
      const base = b.grow(tape, b.constant(values.length), "base");
      const slots = b.slots(tape, "kept");
      values.forEach((v, j) => emitKeep(b, slots, base, j, v));
    }
  }

  /** Other slots come and go on the tapes while `region` runs. */
  #hasTraffic(region: SweepRegion): boolean {
    return region.items.some(
      (item) =>
        (item.instr.op === "call" && this.#context.isForward(item.instr.callee)) ||
        item.inner.some((r) => (r.kind !== "branch" && this.#keptIn.has(r)) || this.#hasTraffic(r)),
    );
  }

  // ------------------------------------------------------------------------------------------------ Reverse sweep

  /** Opens the mirror of the root; `given` are the values of `keptAtRoot`, or nothing if they are on the tapes. */
  openRoot(b: BlockBuilder, tapes: readonly Value[], given: readonly Value[] | undefined): void {
    this.#reverseTapes = tapes;
    const { root } = this.#sweep;
    const scope = new Map<Value, Value>();
    this.#scopes = [scope];
    if (root.isDirect) return;
    if (given) this.keptAtRoot().forEach((v, i) => scope.set(v, given[i] as Value));
    else this.#pop(b, this.#layouts.get(root), scope);
    this.#provide(b, root, scope);
  }

  /** Before the mirror of a counted loop: where its slots are. `atTurn` is called at the top of the mirrored body. */
  beforeLoop(b: BlockBuilder, item: SweepItem): (inner: BlockBuilder, index: Value) => void {
    const { instr } = item;
    const body = item.inner.at(-1) as SweepRegion;
    const layout = this.#layouts.get(body);
    const places = new Map<number, { base: Value; slots: Value }>();
    let start: Value | undefined;
    if (layout?.isIndexed && instr.op === "for" && layout.groups.length > 0) {
      start = this.need(instr.start);
      const count = emitTrips(b, start, this.need(instr.end), instr.step, this.#context.isIntegral(instr.end));
      for (const { kind, values } of layout.groups) {
        const tape = this.#reverseTapes[kind] as Value;
        const base = b.shrink(tape, emitTimes(b, count, values.length), "base");
        places.set(kind, { base, slots: b.slots(tape, "kept") });
      }
    }
    return (inner, index) => {
      const scope = new Map<Value, Value>();
      this.#scopes.push(scope);
      if (instr.op === "for") scope.set(body.params[0] as Value, index);
      else scope.set(body.params.at(-1) as Value, index);
      if (layout && !layout.isIndexed) this.#pop(inner, layout, scope);
      for (const { kind, values } of layout?.isIndexed ? layout.groups : []) {
        const { base, slots } = places.get(kind) as { base: Value; slots: Value };
        const step = instr.op === "for" ? instr.step : 1;
        const at = emitSlot(inner, base, index, start as Value, step, values.length);
        values.forEach((v, j) => scope.set(v, this.#kept(inner, slots, at, j, v)));
      }
      this.#provide(inner, body, scope);
    };
  }

  /** Opens the mirror of a branch. */
  openBranch(b: BlockBuilder, region: SweepRegion): void {
    const scope = new Map<Value, Value>();
    for (const v of this.#keptValues(region)) scope.set(v, this.need(this.#lifted.get(v) as Value));
    this.#scopes.push(scope);
    this.#provide(b, region, scope);
  }

  close(): void {
    this.#scopes.pop();
  }

  /** The value in the reverse sweep of a value of the forward sweep. */
  need(value: Value): Value {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i]?.get(value);
      if (found) return found;
    }
    const home = this.#sweep.home.get(value);
    if (home?.isDirect || (!home && this.#sweep.root.isDirect)) return value;
    throw new Error(`${value.hint ?? value.id} is not at hand in the reverse sweep of ${this.#sweep.functionName}`);
  }

  #pop(b: BlockBuilder, layout: Layout | undefined, scope: Map<Value, Value>): void {
    for (const { kind, values } of layout?.groups ?? []) {
      const tape = this.#reverseTapes[kind] as Value;
      const base = b.shrink(tape, b.constant(values.length), "base");
      const slots = b.slots(tape, "kept");
      values.forEach((v, j) => scope.set(v, this.#kept(b, slots, base, j, v)));
    }
  }

  /**
   * Reads what was kept. A tape holds numbers that vary beside others that only steer, and to whatever differentiates the
   * sweep again they all vary: of a whole number, whose derivative is 0, it is told so. Else `x ** n` with x below 0 would
   * ask for the derivative by n, which is NaN.
   */
  #kept(b: BlockBuilder, slots: Value, at: Value, offset: number, value: Value): Value {
    const read = emitKept(b, slots, at, offset, value);
    const isSteering = value.type.kind === "number" && this.#context.isIntegral(value);
    return isSteering ? b.apply(stopGradient, [read], value.hint) : read;
  }

  /** Computes again what the plan says, in the order of the forward sweep. */
  #provide(b: BlockBuilder, region: SweepRegion, scope: Map<Value, Value>): void {
    const { required, kept } = this.#context.plan;
    for (const item of region.items) {
      if (!definedBy(item).some((v) => required.has(v) && !kept.has(v) && !scope.has(v))) continue;
      const { instr } = item;
      b.span = instr.span;
      const inside = new Map<Value, Value>();
      for (const v of inputsOf(instr)) inside.set(v, this.need(v));
      const results = instr.results.map((r) => freshValue(r.type, r.hint));
      b.append({
        ...mapInstr(
          instr,
          (v) => inside.get(v) ?? v,
          (block) => cloneBlock(block, new Map(inside)),
        ),
        results,
      });
      instr.results.forEach((r, i) => {
        if (!scope.has(r)) scope.set(r, results[i] as Value);
      });
    }
  }
}

function definedBy(item: SweepItem): readonly Value[] {
  return item.old && !item.instr.results.includes(item.old) ? [...item.instr.results, item.old] : item.instr.results;
}

function finish(b: BlockBuilder, region: SweepRegion): Block {
  const block = b.finish([]);
  return { ...block, end: region.end };
}

/** Reads the element that `instr` is about to destroy. */
function emitOld(b: BlockBuilder, instr: Instr, old: Value): void {
  if (instr.op === "store" || instr.op === "accumulate") {
    b.append({ op: "load", array: instr.array, index: instr.index, results: [old], span: instr.span });
  } else if (instr.op === "setField" || instr.op === "accumulateField") {
    b.append({ op: "getField", record: instr.record, field: instr.field, results: [old], span: instr.span });
  }
}

/** The number of turns of a counted loop. */
export function emitTrips(b: BlockBuilder, start: Value, end: Value, step: number, isIntegral: boolean): Value {
  const distance = step > 0 ? b.apply(sub, [end, start]) : b.apply(sub, [start, end]);
  const steps = Math.abs(step) === 1 ? distance : b.apply(div, [distance, b.constant(Math.abs(step))]);
  const whole = isIntegral && Math.abs(step) === 1 ? steps : b.apply(ceil, [steps]);
  // A bound that is not a number is a loop that never runs; `max` would hand the NaN on.
  return b.apply(select, [b.apply(gt, [whole, b.constant(0)]), whole, b.constant(0)], "count");
}

function emitTimes(b: BlockBuilder, count: Value, width: number): Value {
  return width === 1 ? count : b.apply(mul, [b.constant(width), count]);
}

/** base + width * ((index - start) / step) */
function emitSlot(b: BlockBuilder, base: Value, index: Value, start: Value, step: number, width: number): Value {
  const distance = b.apply(sub, step > 0 ? [index, start] : [start, index]);
  const turn = Math.abs(step) === 1 ? distance : b.apply(div, [distance, b.constant(Math.abs(step))]);
  return b.apply(add, [base, emitTimes(b, turn, width)], "at");
}

function emitKeep(b: BlockBuilder, slots: Value, at: Value, offset: number, value: Value): void {
  const stored = value.type.kind === "boolean" ? b.apply(toNumber, [value]) : value;
  b.store(slots, offset === 0 ? at : b.apply(add, [at, b.constant(offset)]), stored);
}

function emitKept(b: BlockBuilder, slots: Value, at: Value, offset: number, value: Value): Value {
  const index = offset === 0 ? at : b.apply(add, [at, b.constant(offset)]);
  const raw = b.load(slots, index, value.hint);
  return value.type === boolean || value.type.kind === "boolean" ? b.apply(ne, [raw, b.constant(0)], value.hint) : raw;
}
