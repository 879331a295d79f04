/**
 * What the forward sweep keeps for its mirror: the forward sweep's instructions that keep what the plan says, and the
 * mirror's that have it at hand again. What a turn of a loop keeps goes to where the residence of residuals says
 * (`residence.ts`); what a branch keeps is yielded by its `if`, and so becomes a value of the region around; what the
 * function's own region keeps is seen by the mirror as it is, or handed over.
 */
import { inputsOf } from "../../analysis/prices.ts";
import type { Sweep, SweepItem, SweepRegion } from "../../analysis/sweep.ts";
import { add, ne, toNumber } from "../../elementals/index.ts";
import { BlockBuilder, freshValue } from "../../ir/build.ts";
import { sameType } from "../../ir/type.ts";
import type { Block, Instr, Value } from "../../ir/types.ts";
import { cloneBlock, mapInstr } from "../../ir/visit.ts";
import { bodyOf, type Groups, type Place, type Residence, type ResidualContext, type Side } from "./residence.ts";

/** Emits one function's forward sweep, and serves its reverse sweep. */
export class Residuals {
  readonly #sweep: Sweep;
  readonly #context: ResidualContext;
  readonly #residence: Residence;
  readonly #groups = new Map<SweepRegion, Groups>();
  readonly #lifted = new Map<Value, Value>();
  /** What branches yield into a region, and the memory of residuals that is made in it, in order. */
  readonly #added = new Map<SweepRegion, Value[]>();
  #scopes: Map<Value, Value>[] = [];

  /** `residence` is given what makes a value one that a region keeps. */
  constructor(
    sweep: Sweep,
    context: ResidualContext,
    residence: (addKept: (region: SweepRegion, value: Value) => void) => Residence,
  ) {
    this.#sweep = sweep;
    this.#context = context;
    this.#residence = residence((region, value) => this.#add(region, value));
  }

  #add(region: SweepRegion, value: Value): void {
    const known = this.#added.get(region);
    if (known) known.push(value);
    else this.#added.set(region, [value]);
  }

  // ------------------------------------------------------------------------------------------------ Forward sweep

  readonly #forward: Side = { sweep: "forward", find: (value) => value };

  /** Appends the root region to `b`. */
  emitForward(b: BlockBuilder): void {
    for (const item of this.#sweep.root.items) this.#item(b, item);
  }

  /** The values of the function's own region that are kept, in the order in which the mirror is given them. */
  keptAtRoot(): readonly Value[] {
    return this.#keptValues(this.#sweep.root);
  }

  /** Keeps what the function's own region keeps, before it returns. */
  keepRoot(b: BlockBuilder): void {
    const groups = this.#group(this.#sweep.root);
    emitKeepAll(b, groups, this.#residence.root(b, groups, "forward"));
  }

  #keptValues(region: SweepRegion): readonly Value[] {
    const own = [...region.params, ...region.items.flatMap(definedBy)].filter((v) => this.#context.plan.kept.has(v));
    return [...new Set([...own, ...(this.#added.get(region) ?? [])])];
  }

  #group(region: SweepRegion): Groups {
    const byKind = new Map<number, Value[]>();
    for (const v of this.#keptValues(region)) {
      const kind = this.#context.kinds.indexOf(v);
      const group = byKind.get(kind);
      if (group) group.push(v);
      else byKind.set(kind, [v]);
    }
    const groups = [...byKind].map(([kind, values]) => ({ kind, values }));
    this.#groups.set(region, groups);
    return groups;
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
      case "while":
        return this.#while(b, item, instr);
      case "call":
        b.append(this.#context.isForward(instr.callee) ? this.#residence.call(instr) : instr);
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
        const lifted = freshValue(this.#residence.liftedType(v.type, item.region), v.hint);
        this.#lifted.set(v, lifted);
        if (this.#context.steering.has(v)) this.#context.steering.add(lifted);
        results.push(lifted);
        this.#add(item.region, lifted);
      }
    }
    const blocks = sides.map(({ region, inner }, own) => {
      const extra = sides.flatMap((s, i) => s.kept.map((v) => this.#yieldKept(inner, v, i === own)));
      return region.end.kind === "yield" ? inner.finish([...region.end.values, ...extra]) : finish(inner, region);
    }) as [Block, Block];
    b.append({ ...instr, results, then: blocks[0], else: blocks[1] });
  }

  /** What a branch yields for a value that one of the two keeps: the value, if it is its own. */
  #yieldKept(b: BlockBuilder, value: Value, isOwn: boolean): Value {
    const { type } = this.#lifted.get(value) as Value;
    if (isOwn) return sameType(type, value.type) ? value : b.wrap(value);
    return type.kind === "optional" ? b.missing(type) : b.unset(type);
  }

  #for(b: BlockBuilder, item: SweepItem, instr: Instr & { op: "for" }): void {
    const [body] = item.inner as [SweepRegion];
    b.append({ ...instr, body: this.#turn(b, item, body) });
  }

  #while(b: BlockBuilder, item: SweepItem, instr: Instr & { op: "while" }): void {
    const [condition, body] = item.inner as [SweepRegion, SweepRegion];
    const test = new BlockBuilder(condition.params, instr.span);
    for (const i of condition.items) this.#item(test, i);
    b.append({ ...instr, condition: finish(test, condition), body: this.#turn(b, item, body) });
  }

  /** The body of a loop that is about to be appended to `b`. */
  #turn(b: BlockBuilder, item: SweepItem, body: SweepRegion): Block {
    this.#residence.enter(b, item, this.#forward);
    const inner = new BlockBuilder(body.params, item.instr.span);
    for (const i of body.items) this.#item(inner, i);
    if (body.end.kind === "yield") {
      const groups = this.#group(body);
      const places = this.#residence.turns(b, item, groups, this.#forward);
      emitKeepAll(inner, groups, places(inner, body.params[0] as Value));
    }
    return finish(inner, body);
  }

  // ------------------------------------------------------------------------------------------------ Reverse sweep

  readonly #mirror: Side = { sweep: "mirror", find: (value) => this.need(value) };

  /** Opens the mirror of the root; `given` are the values of `keptAtRoot`, or nothing if `keepRoot` has kept them. */
  openRoot(b: BlockBuilder, given: readonly Value[] | undefined): void {
    const { root } = this.#sweep;
    const scope = new Map<Value, Value>();
    this.#scopes = [scope];
    if (root.isDirect) return;
    if (given) this.keptAtRoot().forEach((v, i) => scope.set(v, given[i] as Value));
    else {
      const groups = this.#groups.get(root) ?? [];
      this.#readAll(b, groups, this.#residence.root(b, groups, "mirror"), scope);
    }
    this.#provide(b, root, scope);
  }

  /** Before the mirror of a loop: where its residuals are. The result is called at the top of the mirrored body. */
  beforeLoop(b: BlockBuilder, item: SweepItem): (inner: BlockBuilder, index: Value) => void {
    const body = bodyOf(item);
    const groups = this.#groups.get(body) as Groups;
    this.#residence.enter(b, item, this.#mirror);
    const places = this.#residence.turns(b, item, groups, this.#mirror);
    return (inner, index) => {
      const scope = new Map<Value, Value>();
      this.#scopes.push(scope);
      scope.set((item.instr.op === "for" ? body.params[0] : body.params.at(-1)) as Value, index);
      this.#readAll(inner, groups, places(inner, index), scope);
      this.#provide(inner, body, scope);
    };
  }

  /** Opens the mirror of a branch. */
  openBranch(b: BlockBuilder, region: SweepRegion): void {
    const scope = new Map<Value, Value>();
    for (const v of this.#keptValues(region)) {
      const lifted = this.need(this.#lifted.get(v) as Value);
      scope.set(v, sameType(lifted.type, v.type) ? lifted : b.unwrap(lifted, v.hint));
    }
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

  /** Reads the values of `groups` from their places into `scope`. */
  #readAll(b: BlockBuilder, groups: Groups, places: readonly Place[], scope: Map<Value, Value>): void {
    groups.forEach(({ values }, i) => {
      const { memory, at } = places[i] as Place;
      values.forEach((v, j) => scope.set(v, emitKept(b, memory, at, j, v)));
    });
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

/** Writes the values of `groups` to their places. */
function emitKeepAll(b: BlockBuilder, groups: Groups, places: readonly Place[]): void {
  groups.forEach(({ values }, i) => {
    const { memory, at } = places[i] as Place;
    values.forEach((v, j) => emitKeep(b, memory, at, j, v));
  });
}

function emitKeep(b: BlockBuilder, slots: Value, at: Value, offset: number, value: Value): void {
  const stored = value.type.kind === "boolean" ? b.apply(toNumber, [value]) : value;
  b.store(slots, offset === 0 ? at : b.apply(add, [at, b.constant(offset)]), stored);
}

function emitKept(b: BlockBuilder, slots: Value, at: Value, offset: number, value: Value): Value {
  const index = offset === 0 ? at : b.apply(add, [at, b.constant(offset)]);
  const raw = b.load(slots, index, value.hint);
  return value.type.kind === "boolean" ? b.apply(ne, [raw, b.constant(0)], value.hint) : raw;
}
