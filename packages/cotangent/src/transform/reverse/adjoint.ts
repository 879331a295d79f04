/**
 * The adjoint of each construct, once. Walking a region backwards, every instruction hands the cotangents of its results
 * on to its operands: `aBar += ∂y/∂a · yBar` (Griewank and Walther, 3.2). Cotangents of numbers are values, summed as
 * they come; cotangents in memory are added to shadows.
 *
 *     y = f(a)        aBar += ∂f/∂a · yBar
 *     v = load a, i   accumulate aShadow, i, vBar
 *     store a, i, v   vBar += load aShadow, i;  store aShadow, i, 0;  (store a, i, old, where the plan says so)
 *     loop            the loop backwards, carrying the cotangents of what it carried and of what it read from outside
 */
import type { Activity } from "../../analysis/activity.ts";
import { isDroppable } from "../../analysis/effects.ts";
import type { Plan } from "../../analysis/need.ts";
import type { Ranges } from "../../analysis/ranges.ts";
import type { SweepItem, SweepRegion } from "../../analysis/sweep.ts";
import { emitTrips } from "../../analysis/trips.ts";
import { placeholders } from "../../core/primitive.ts";
import { add, ceil, floor, mul, sub } from "../../elementals/index.ts";
import { BlockBuilder, freshValue } from "../../ir/build.ts";
import { isReference, isScalar, number } from "../../ir/type.ts";
import type { ArrayType, Block, Instr, Module, Type, Value } from "../../ir/types.ts";
import {
  anywhere,
  choiceOf,
  definedIn,
  either,
  emitWhereFlowing,
  type Flow,
  flowing,
  flowOfChoice,
  flowOutside,
  isChosen,
  isConstant,
  nowhere,
  ofBranches,
} from "../flow.ts";
import { cotangentHint } from "../names.ts";
import { refuseWithoutDerivative } from "../no-derivative.ts";
import { emitProducts } from "../partials.ts";
import type { AugmentedFunction } from "./augment.ts";
import { Cotangents, type Taken } from "./cotangents.ts";
import { Flags } from "./flow-flags.ts";
import { IdleLoops } from "./idle.ts";
import { emitLoadOrZero } from "./past-end.ts";
import { emitRuledMirror, type RuledCallAccess } from "./ruled-call.ts";

/** How the mirror gets at values, `by` what of the forward sweep: recorded when planning, from tapes when emitting. */
export interface Access {
  readonly need: (value: Value, by?: Instr) => Value;
  readonly beforeLoop: (b: BlockBuilder, item: SweepItem) => (inner: BlockBuilder, index: Value) => void;
  readonly openBranch: (b: BlockBuilder, region: SweepRegion) => void;
  readonly close: () => void;
}

export interface AdjointContext {
  readonly module: Module;
  readonly activity: Activity;
  readonly access: Access;
  /** `undefined` while planning. */
  readonly plan: Plan | undefined;
  readonly isSplit: boolean;
  readonly ranges: Ranges;
  /** Arrays may get or lose elements, here or where this is called or calls. */
  readonly mayGrow: boolean;
  /** The mirror of a forward half, and the original it came from. */
  readonly callee: (forwardName: string) => { readonly original: string; readonly reverse: string } | undefined;
  /** What the mirror of a called half is handed behind the cotangents: `record` is what the half has kept, if it says. */
  readonly residuals: (forwardName: string, record: (() => Value) | undefined) => readonly Value[];
}

/** Emits the mirror of one function's forward sweep. */
export class Adjoint {
  readonly #func: AugmentedFunction;
  readonly #context: AdjointContext;
  readonly #idle: IdleLoops;
  #at: Instr | undefined;

  constructor(func: AugmentedFunction, context: AdjointContext) {
    this.#func = func;
    this.#context = context;
    this.#idle = new IdleLoops(context.activity, context.plan, (name) => context.callee(name) !== undefined);
  }

  /** The mirror of `region`'s items, last to first. */
  region(b: BlockBuilder, region: SweepRegion, bars: Cotangents): void {
    for (let i = region.items.length - 1; i >= 0; i--) {
      const item = region.items[i] as SweepItem;
      b.span = item.instr.span;
      this.#at = item.instr;
      this.#item(b, item, bars);
    }
    this.#at = region.owner?.instr;
  }

  readonly #isActive = (value: Value): boolean => this.#context.activity.isActive(value);
  readonly #need = (value: Value): Value => this.#context.access.need(value, this.#at);
  /** The shadow of a reference, in the mirror; none if the reference has none. */
  #shadow(of: Value): Value | undefined {
    const shadow = this.#func.shadowOf.get(of);
    return shadow && this.#need(shadow);
  }

  #item(b: BlockBuilder, item: SweepItem, bars: Cotangents): void {
    const { instr } = item;
    if (!item.isShadowCode) this.#instr(b, item, bars);
    else if (instr.op === "if") {
      for (const region of item.inner) {
        if (region.items.some((i) => this.#context.plan?.saved.has(i))) {
          throw new Error("a guarded shadow store cannot be undone");
        }
      }
    }
    if (this.#context.plan?.saved.has(item)) this.#restore(b, item);
  }

  /** Puts the old element back. */
  #restore(b: BlockBuilder, { instr, old }: SweepItem): void {
    switch (instr.op) {
      case "store":
      case "accumulate":
        b.store(this.#need(instr.array), this.#need(instr.index), this.#need(old as Value));
        return;
      case "setField":
      case "accumulateField":
        b.setField(this.#need(instr.record), instr.field, this.#need(old as Value));
        return;
      case "push":
        b.pop(this.#need(instr.array));
        return;
      case "pop":
        b.push(this.#need(instr.array), this.#need(old as Value));
        return;
      default:
        throw new Error(`${instr.op} cannot be undone`);
    }
  }

  #instr(b: BlockBuilder, item: SweepItem, bars: Cotangents): void {
    const { instr } = item;
    const [result] = instr.results;
    switch (instr.op) {
      case "apply": {
        const yBar = bars.take(result as Value);
        if (yBar) this.#apply(b, instr, yBar, bars.flowOf(result as Value), bars);
        return;
      }
      case "wrap":
      case "unwrap": {
        const yBar = bars.take(result as Value);
        if (yBar) bars.add(b, instr.value, yBar, false, bars.flowOf(result as Value));
        return;
      }
      case "load": {
        const vBar = bars.take(result as Value);
        if (vBar) b.accumulate(this.#shadow(instr.array) as Value, this.#need(instr.index), vBar);
        return;
      }
      case "getField": {
        const vBar = bars.take(result as Value);
        if (vBar) b.accumulateField(this.#shadow(instr.record) as Value, instr.field, vBar);
        return;
      }
      case "store":
      case "accumulate":
        return this.#fromElement(b, instr.array, instr.index, instr.value, bars, instr.op === "store");
      case "push":
        return this.#fromElement(b, instr.array, this.#func.indexOf.get(instr) as Value, instr.value, bars, true);
      case "pop": {
        const vBar = bars.take(result as Value);
        const index = this.#func.indexOf.get(instr) as Value;
        if (vBar) b.accumulate(this.#shadow(instr.array) as Value, this.#need(index), vBar);
        return;
      }
      case "setField":
      case "accumulateField":
        return this.#fromField(b, instr.record, instr.field, instr.value, bars, instr.op === "setField");
      case "array":
        instr.elements.forEach((e, i) => {
          if (isNumeric(e)) this.#fromMade(b, result as Value, i, e, bars);
        });
        return;
      case "record": {
        const { decl } = (result as Value).type as Type & { kind: "record" };
        decl.fields.forEach((f, i) => {
          const value = instr.fields[i] as Value;
          this.#fromField(b, result as Value, f.name, value, bars, this.#context.isSplit);
        });
        return;
      }
      case "allocate":
        return this.#allocate(b, instr, result as Value, bars);
      case "copy": {
        const made = this.#shadow(result as Value);
        const from = this.#shadow(instr.structure);
        if (made && from && !instr.detached) this.#addWhole(b, from, made);
        if (made && this.#context.isSplit) b.clear(made, true);
        return;
      }
      case "addTo": {
        const to = this.#shadow(instr.target);
        const from = this.#shadow(instr.source);
        if (to && from) this.#addWhole(b, from, to);
        return;
      }
      case "clear": {
        const shadow = this.#shadow(instr.structure);
        if (shadow) b.clear(shadow, true);
        return;
      }
      case "shadow":
      case "host":
        if (this.#context.isSplit)
          for (const r of instr.results) if (this.#func.shadowOf.has(r)) b.clear(this.#shadow(r) as Value, true);
        return;
      case "if":
        return this.#if(b, item, instr, bars);
      case "for":
      case "while":
        return this.#loop(b, item, instr, bars);
      case "call":
        return this.#call(b, instr, bars);
      case "constant":
      case "unset":
      case "text":
      case "global":
      case "present":
      case "isNull":
      case "view":
      case "length":
      case "same":
      case "closure":
      case "snapshot":
      case "reinstate":
      case "tape":
      case "grow":
      case "shrink":
      case "slots":
      case "reader":
      case "release":
        for (const r of instr.results) bars.take(r);
        return;
      default:
        instr satisfies never;
    }
  }

  /** Records may have parts without a shadow on one side only. */
  #addWhole(b: BlockBuilder, target: Value, source: Value): void {
    b.addTo(target, source, this.#context.mayGrow || target.type.kind !== "array" || isReference(target.type.element));
  }
  #apply(b: BlockBuilder, instr: Instr & { op: "apply" }, yBar: Value, flow: Flow | undefined, bars: Cotangents): void {
    const { primitive, args } = instr;
    args.forEach((a, i) => {
      if (!this.#isActive(a)) return;
      const partial = primitive.partial(i, args.length);
      if (partial === undefined) refuseWithoutDerivative(instr);
      const used = placeholders(partial);
      const given = args.map((v, j) => (used.args.has(j) ? this.#need(v) : v));
      const y = used.result ? this.#need(instr.results[0] as Value) : undefined;
      const guard = isConstant(partial) ? undefined : flow;
      const term = emitProducts(b, partial, given, y, [guard ? flowing(b, yBar, guard) : yBar]);
      if (!term) return;
      const product = term.values[0] as Value;
      const contribution = guard ? emitWhereFlowing(b, guard, product, cotangentHint(a.hint)) : product;
      bars.add(b, a, contribution, term.negative, flowOfChoice(choiceOf(b, partial, product), flow));
    });
  }

  /** A number that was put into an element: takes the element's cotangent, and leaves none if it replaced what was there. */
  #fromElement(b: BlockBuilder, array: Value, index: Value, value: Value, bars: Cotangents, isReplaced: boolean): void {
    const shadow = this.#shadow(array);
    if (!shadow || !isNumeric(value)) return;
    const at = this.#need(index);
    if (this.#isActive(value)) {
      const hint = cotangentHint(value.hint);
      // Only a store into a growable array is known to be inside of it.
      const isInside = isReplaced && (array.type as ArrayType).storage === "Array";
      bars.add(b, value, isInside ? b.load(shadow, at, hint) : emitLoadOrZero(b, shadow, at, hint));
    }
    if (isReplaced) b.store(shadow, at, b.constant(0));
  }
  #fromField(b: BlockBuilder, record: Value, field: string, value: Value, bars: Cotangents, isReplaced: boolean): void {
    const shadow = this.#shadow(record);
    if (!shadow || !isNumeric(value)) return;
    if (this.#isActive(value)) bars.add(b, value, b.getField(shadow, field, cotangentHint(value.hint)));
    if (isReplaced) b.setField(shadow, field, b.constant(0));
  }
  #fromMade(b: BlockBuilder, array: Value, index: number, value: Value, bars: Cotangents): void {
    const shadow = this.#shadow(array);
    if (!shadow || (!this.#isActive(value) && !this.#context.isSplit)) return;
    const at = b.constant(index);
    if (this.#isActive(value)) bars.add(b, value, b.load(shadow, at, cotangentHint(value.hint)));
    if (this.#context.isSplit) b.store(shadow, at, b.constant(0));
  }
  #allocate(b: BlockBuilder, instr: Instr & { op: "allocate" }, result: Value, bars: Cotangents): void {
    const shadow = this.#shadow(result);
    if (!shadow || isReference((result.type as ArrayType).element)) return;
    const { fill } = instr;
    if (fill && this.#isActive(fill)) {
      const [sum] = b.for(
        { start: b.constant(0), end: this.#need(instr.length), step: 1 },
        [b.constant(0)],
        (inner, i, total) => [inner.apply(add, [total as Value, inner.load(shadow, i as Value)])],
        [cotangentHint(fill.hint)],
      );
      bars.add(b, fill, sum as Value);
    }
    if (this.#context.isSplit) b.clear(shadow);
  }

  /** The cotangents of results, which are `values`, as far as they have one. */
  #handOn(b: BlockBuilder, values: readonly Value[], taken: readonly Taken[], bars: Cotangents): void {
    values.forEach((v, i) => {
      const { bar, flow } = taken[i] as Taken;
      if (bar && this.#isActive(v)) bars.add(b, v, bar, false, flow);
    });
  }

  #if(b: BlockBuilder, item: SweepItem, instr: Instr & { op: "if" }, bars: Cotangents): void {
    const taken = instr.results.map((r) => bars.takeFlowing(r));
    const run = (inner: BlockBuilder, region: SweepRegion, own: Cotangents): void => {
      this.#context.access.openBranch(inner, region);
      if (region.end.kind === "yield") this.#handOn(inner, region.end.values, taken, own);
      this.region(inner, region, own);
      this.#context.access.close();
    };
    const live = item.inner.filter((r) => r.end.kind === "yield");
    if (live.length === 0) return;
    if (live.length === 1) return run(b, live[0] as SweepRegion, bars);
    const sides = item.inner.map((region) => {
      const inner = new BlockBuilder([], instr.span);
      const own = new Cotangents();
      run(inner, region, own);
      return { inner, own };
    });
    const outside = [...new Set(sides.flatMap((s) => s.own.open))];
    // Branches add to the sum that there is, so that a branch with nothing to add leaves it alone.
    const yields = sides.map(({ inner, own }) =>
      outside.map((v) => {
        const contribution = own.get(v);
        const before = bars.get(v);
        if (!contribution) return before ?? inner.constant(0);
        return before ? inner.apply(add, [before, contribution], cotangentHint(v.hint)) : contribution;
      }),
    );
    const blocks = sides.map(({ inner }, i) => inner.finish(yields[i] as Value[])) as [Block, Block];
    // What only has values at hand, for an adjoint that turned out to be none, is not worth a branch.
    // While planning nothing is at hand yet: what stands in a branch then is there to stay, be it only pops of a tape.
    const { plan, module } = this.#context;
    const isIdle = (block: Block): boolean => block.body.every((i) => plan !== undefined && isDroppable(i, module));
    if (outside.length === 0 && blocks.every(isIdle)) return;
    const condition = this.#need(instr.condition);
    const sums = b.ifBlocks(
      condition,
      blocks[0],
      blocks[1],
      outside.map((v) => cotangentHint(v.hint)),
    );
    const inside = definedIn(blocks);
    outside.forEach((v, i) => {
      const [whenTrue, whenFalse] = sides.map(({ own }) => (own.get(v) ? flowOutside(own.flowOf(v), inside) : nowhere));
      const here = ofBranches(condition, whenTrue, whenFalse);
      bars.set(v, sums[i] as Value, bars.get(v) ? either(bars.flowOf(v), here) : here);
    });
  }

  #loop(b: BlockBuilder, item: SweepItem, instr: Instr & { op: "for" | "while" }, bars: Cotangents): void {
    const body = item.inner.at(-1) as SweepRegion;
    const taken = instr.results.map((r) => bars.takeFlowing(r));
    if (this.#idle.has(item)) return;
    // What comes after one whose every turn throws has seen no turn of it.
    if (body.end.kind === "throw") return this.#handOn(b, instr.inits, taken, bars);
    const carried = instr.op === "for" ? body.params.slice(1) : body.params;
    const active = carried.flatMap((p, i) => (isNumeric(p) && this.#isActive(p) ? [i] : []));
    const enter = this.#context.access.beforeLoop(b, item);

    const index = freshValue(number, instr.op === "for" ? body.params[0]?.hint : "k");
    const carriedBars = active.map((i) => freshValue(number, cotangentHint(carried[i]?.hint)));
    const inner = new BlockBuilder([], instr.span);
    enter(inner, index);
    const own = new Cotangents();
    const yielded = body.end.values;
    // What is another value after some turns, and the same after others, is not reached by what comes after all turns.
    const flags = new Flags(b, inner);
    const instructions = body.items.map(({ instr }) => instr);
    const chosen = active.map((i) => (isChosen(instructions, yielded[i] as Value) ? flags.open() : anywhere));
    active.forEach((i, j) => {
      const next = yielded[i] as Value;
      if (this.#isActive(next)) own.add(inner, next, carriedBars[j] as Value, false, chosen[j]);
    });
    this.region(inner, body, own);
    this.#context.access.close();
    const nextBars = active.map((i, j) => {
      const bar = own.take(carried[i] as Value);
      const flow = chosen[j];
      if (flow)
        flags.close(flow, taken[i]?.bar ? taken[i].flow : nowhere, bar ? own.flowOf(carried[i] as Value) : nowhere);
      return bar ?? inner.constant(0);
    });

    const outside = own.open;
    const sums = outside.map((v) => freshValue(number, cotangentHint(v.hint)));
    const nextSums = outside.map((v, i) =>
      inner.apply(add, [sums[i] as Value, own.get(v) as Value], cotangentHint(v.hint)),
    );
    const sumFlows = outside.map((v) => flags.sum(bars.get(v) ? bars.flowOf(v) : nowhere, own.flowOf(v)));
    const block = inner.finish([...nextBars, ...nextSums, ...flags.nexts]);
    const inits = [
      ...active.map((i) => taken[i]?.bar ?? b.constant(0)),
      ...outside.map((v) => bars.get(v) ?? b.constant(0)),
      ...flags.inits,
    ];
    const range = this.#backwards(b, instr);
    const results = b.forBlock(
      range.start,
      range.end,
      range.step,
      inits,
      { ...block, params: [index, ...carriedBars, ...sums, ...flags.params] },
      [...carriedBars, ...sums, ...flags.params].map((v) => v.hint),
    );
    const after = (flow: Flow | undefined): Flow | undefined => flags.after(flow, results.slice(-flags.params.length));
    outside.forEach((v, i) => bars.set(v, results[active.length + i] as Value, after(sumFlows[i])));
    active.forEach((i, j) => {
      const init = instr.inits[i] as Value;
      if (this.#isActive(init)) bars.add(b, init, results[j] as Value, false, after(chosen[j]));
    });
  }

  /** The range of the mirrored loop: the same indices, last to first. */
  #backwards(b: BlockBuilder, instr: Instr & { op: "for" | "while" }): { start: Value; end: Value; step: number } {
    if (instr.op === "while") {
      const count = this.#need(this.#func.indexOf.get(instr) as Value);
      return { start: b.apply(sub, [count, b.constant(1)]), end: b.constant(-1), step: -1 };
    }
    const start = this.#need(instr.start);
    const end = this.#need(instr.end);
    const isIntegral = this.#context.ranges.isIntegral(instr.end);
    const step = b.constant(instr.step);
    if (Math.abs(instr.step) === 1) {
      const bound = isIntegral ? end : b.apply(instr.step > 0 ? ceil : floor, [end]);
      return { start: b.apply(sub, [bound, step]), end: b.apply(sub, [start, step]), step: -instr.step };
    }
    const turns = b.apply(sub, [emitTrips(b, instr, this.#context.ranges, this.#need), b.constant(1)]);
    return {
      start: b.apply(add, [start, b.apply(mul, [turns, step])]),
      end: b.apply(sub, [start, step]),
      step: -instr.step,
    };
  }

  #accessFor(bars: Cotangents): RuledCallAccess {
    return {
      need: (v) => this.#need(v),
      shadow: (v) => this.#shadow(v),
      takeBar: (v) => bars.take(v),
      addBar: (b, v, bar) => {
        if (this.#isActive(v)) bars.add(b, v, bar);
      },
      mayGrow: this.#context.mayGrow,
      isSplit: this.#context.isSplit,
    };
  }

  #call(b: BlockBuilder, instr: Instr & { op: "call" }, bars: Cotangents): void {
    const ruled = this.#func.ruledCalls.get(instr);
    if (ruled) return emitRuledMirror(b, instr, ruled, this.#accessFor(bars));
    const callee = this.#context.callee(instr.callee);
    if (!callee) return; // No active number comes out of it.
    const original = this.#context.module.functions.get(callee.original);
    if (!original) throw new Error(`no function ${callee.original}`);
    const seeds = original.results.flatMap((type, i) => {
      const bar = bars.take(instr.results[i] as Value);
      return isScalar(type) ? [bar ?? b.constant(0)] : [];
    });
    const activeParams = original.body.params.flatMap((p, i) => (isNumeric(p) && this.#isActive(p) ? [i] : []));
    const record = this.#func.recordOf.get(instr);
    const kept = this.#context.residuals(instr.callee, record && (() => this.#need(record)));
    const back = b.call(
      callee.reverse,
      [...seeds, ...kept],
      activeParams.map(() => number),
      activeParams.map((i) => cotangentHint(instr.args[i]?.hint)),
    );
    activeParams.forEach((i, j) => {
      const arg = instr.args[i] as Value;
      if (this.#isActive(arg)) bars.add(b, arg, back[j] as Value);
    });
  }
}

function isNumeric(value: Value): boolean {
  return isScalar(value.type);
}
