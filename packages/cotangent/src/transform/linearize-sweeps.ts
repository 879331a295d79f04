/**
 * The two sweeps of one function, built side by side: see `linearize`. Each region of the source becomes a region of the
 * first sweep and, if tangents change in it, one of the second.
 */
import { report } from "../core/errors.ts";
import { add, eq, ge, gt, le, lt, mul, ne, neg, sub } from "../elementals/index.ts";
import { BlockBuilder, freshValue, IrError } from "../ir/build.ts";
import { array, holdsNumbers, isReference, number, tape } from "../ir/type.ts";
import type { Block, Func, Instr, Type, Value } from "../ir/types.ts";
import { cloneBlock, forEachInstr, mapInstr } from "../ir/visit.ts";
import { TangentFlows } from "./forward-flow.ts";
import { emitTangent, type TangentScope } from "./forward-rules.ts";
import { emitKept } from "./linearize-kept.ts";
import { emitRecordedProducts } from "./linearize-products.ts";
import { freshCursor, isIdle, SweepPair } from "./linearize-tape.ts";
import { emitZeroPair } from "./linearize-zero.ts";
import { tangentHint } from "./names.ts";
import { tangentTypes } from "./tangent-types.ts";

/** Which parameters come with tangents, and which results leave with them. */
export interface Signature {
  readonly params: readonly boolean[];
  readonly results: readonly boolean[];
}
/** The names of the two sweeps of a function. */
export interface Sweeps {
  readonly first: string;
  readonly second: string;
}
export interface LinearizationContext {
  readonly isActive: (value: Value) => boolean;
  /** The sweeps of a function with the given signature. */
  readonly derive: (name: string, signature: Signature) => Sweeps;
  readonly source: (name: string) => Func;
  /** The signature with which a function is called. */
  readonly signatureOf: (name: string) => Signature;
}

export const slotsType: Type = array(number, "Float64Array");

/** Formulas that cost less to compute again than to record and read. */
const cheap: ReadonlySet<unknown> = new Set([add, sub, mul, neg, lt, le, gt, ge, eq, ne]);

/** Builds both sweeps of one function. */
export class FunctionLinearization implements TangentScope {
  readonly directions = 1;
  /** Their tests are values of the first sweep. */
  readonly flows: TangentFlows;
  readonly #transform: LinearizationContext;
  readonly #primals = new Map<Value, Value>();
  readonly #tangents = new Map<Value, readonly Value[]>();
  readonly #definitions = new Map<Value, Instr>();
  /** How many regions are around the definition of a value. */
  readonly #depths = new Map<Value, number>();
  /** The regions around the present place, innermost last, with what the second sweep knows there of the source. */
  readonly #levels: { readonly pair: SweepPair; readonly known: Map<Value, Value> }[] = [];
  readonly #tape: Value = freshValue(tape(number), "tape");

  constructor(transform: LinearizationContext) {
    this.#transform = transform;
    this.flows = new TangentFlows(this.isActive);
  }

  get #pair(): SweepPair {
    return (this.#levels.at(-1) as { pair: SweepPair }).pair;
  }

  build(names: Sweeps, source: Func, signature: Signature): readonly [Func, Func] {
    forEachInstr(source.body, (instr) => {
      for (const r of instr.results) this.#definitions.set(r, instr);
    });
    const slots = freshValue(slotsType, "slots");
    const cursor = freshCursor();
    const params = source.body.params.map((p) => this.#copy(p, 0));
    const tangents = this.#tangentParams(source.body.params, signature.params);
    const pair = new SweepPair(
      new BlockBuilder([...params, this.#tape]),
      new BlockBuilder([...tangents, slots, cursor]),
      { tape: this.#tape, slots },
      cursor,
    );
    this.#levels.push({ pair, known: new Map() });
    const bare = source.body.params.filter((p, i) => this.isActive(p) && !signature.params[i] && isReference(p.type));
    for (const p of bare) this.define(p, this.zeros(this.#pair.second, p));
    this.#block(source.body);
    const { first, second } = this.#pair;
    const ends = source.body.end.kind === "yield" ? source.body.end.values : [];
    const behind = ends.flatMap((v, i) => (signature.results[i] ? this.tangents(second, v) : []));
    this.#pair.flush();
    const place = second.ended ? cursor : this.#pair.place();
    const types = source.results.flatMap((type, i) => (signature.results[i] ? tangentTypes(type, 1) : []));
    const firstBody = first.finish(ends.map(this.#primal));
    const secondBody = second.finish([...behind, place]);
    return [
      { name: names.first, body: firstBody, results: source.results, span: source.span },
      { name: names.second, body: secondBody, results: [...types, number], span: source.span },
    ];
  }

  // -------------------------------------------------------------------------------- What the rules of tangents ask for

  readonly isActive = (value: Value): boolean => this.#transform.isActive(value);

  readonly #primal = (value: Value): Value => {
    const found = this.#primals.get(value);
    if (!found) throw new IrError(`value ${value.hint ?? value.id} is used before its definition`);
    return found;
  };

  readonly define = (value: Value, tangents: readonly Value[]): void => {
    this.#tangents.set(value, tangents);
  };

  readonly tangents = (b: BlockBuilder, value: Value): readonly Value[] =>
    this.#tangents.get(value) ?? this.zeros(b, value);

  readonly number = (_b: BlockBuilder, value: Value): Value => this.#scalar(value);

  readonly isPresent = (_b: BlockBuilder, value: Value): Value => {
    const { first } = this.#pair;
    return this.#pair.recordFlag(first.present(this.#primal(value)));
  };

  readonly zeros = (_b: BlockBuilder, value: Value): readonly Value[] => emitZeroPair(this.#pair, this.#primal(value));

  readonly shadows = (_b: BlockBuilder, values: readonly Value[], shared: boolean): readonly Value[] => {
    if (shared && values.length > 0)
      report(
        "not-taken",
        this.#pair.first.span,
        "linearize of a function that writes into a copy of constants in which one object may stand twice, or of a gradient of one that writes its arguments",
      );
    return values.flatMap((v) => this.zeros(_b, v));
  };

  readonly isWhole = (): boolean => true;

  readonly products: TangentScope["products"] = (b, product) =>
    emitRecordedProducts({ pair: this.#pair, primal: this.#primal, scalar: (v) => this.#scalar(v) }, b, product);

  // ---------------------------------------------------------------------------------------- Scalars of the first sweep

  /** A number or truth value of the source in the second sweep: known there, computed again, or recorded. */
  #scalar(value: Value): Value {
    const known = this.#lookup(value) ?? this.#recompute(value);
    if (known) return known;
    // Once, where it is defined, and not in each run of a loop within.
    const home = this.#levels[this.#depths.get(value) as number];
    if (!home) throw new IrError(`value ${value.hint ?? value.id} is used outside its region`);
    const primal = this.#primal(value);
    const read = value.type.kind === "boolean" ? home.pair.recordFlag(primal) : home.pair.record(primal);
    home.known.set(value, read);
    return read;
  }

  #lookup(value: Value): Value | undefined {
    for (let i = this.#levels.length - 1; i >= 0; i--) {
      const found = this.#levels[i]?.known.get(value);
      if (found) return found;
    }
    return undefined;
  }
  #know(value: Value, read: Value): void {
    this.#levels.at(-1)?.known.set(value, read);
  }

  #recompute(value: Value): Value | undefined {
    const instr = this.#definitions.get(value);
    const { second } = this.#pair;
    if (!instr || !this.#isRecomputable(value, 3)) return undefined;
    let made: Value | undefined;
    if (instr.op === "constant") made = second.constant(instr.value, value.hint);
    if (instr.op === "apply")
      made = second.apply(
        instr.primitive,
        instr.args.map((a) => this.#scalar(a)),
        value.hint,
      );
    if (made) this.#know(value, made);
    return made;
  }

  #isRecomputable(value: Value, depth: number): boolean {
    if (this.#lookup(value)) return true;
    const instr = this.#definitions.get(value);
    if (instr?.op === "constant") return typeof instr.value === "number" || typeof instr.value === "boolean";
    if (instr?.op !== "apply" || depth === 0 || !cheap.has(instr.primitive)) return false;
    return instr.args.every((a) => this.#isRecomputable(a, depth - 1));
  }

  // ----------------------------------------------------------------------------------------------------------- Regions

  #copy(value: Value, depth = this.#levels.length - 1): Value {
    const made = freshValue(value.type, value.hint);
    this.#primals.set(value, made);
    this.#depths.set(value, depth);
    return made;
  }

  /** Fresh tangents of the marked values, defined as theirs. */
  #tangentParams(values: readonly Value[], flags: readonly boolean[]): readonly Value[] {
    return values.flatMap((v, i) => {
      if (!flags[i]) return [];
      const made = tangentTypes(v.type, 1).map((type) => freshValue(type, tangentHint(v.hint)));
      this.define(v, made);
      return made;
    });
  }

  #block(source: Block): void {
    for (const instr of source.body) {
      this.#pair.first.span = instr.span;
      this.#pair.second.span = instr.span;
      this.#instr(instr);
    }
    if (source.end.kind !== "throw") return;
    this.#pair.first.span = source.end.span;
    this.#pair.first.throw(source.end.error, source.end.message && this.#primal(source.end.message));
    // Never reached: the first sweep has thrown.
    this.#pair.second.throw("Error");
  }

  /** Runs `build` in a region of both sweeps that lies within the present one. */
  #within<T>(pair: SweepPair, build: () => T): T {
    this.#levels.push({ pair, known: new Map() });
    const made = build();
    this.#levels.pop();
    return made;
  }

  #yields(source: Block, flags: readonly boolean[]): { first: readonly Value[]; second: readonly Value[] } {
    if (source.end.kind === "throw") return { first: [], second: [] };
    const { values } = source.end;
    return {
      first: values.map(this.#primal),
      second: values.flatMap((v, i) => (flags[i] ? this.tangents(this.#pair.second, v) : [])),
    };
  }

  #instr(instr: Instr): void {
    switch (instr.op) {
      case "if":
        this.#if(instr);
        return;
      case "for":
        this.#for(instr);
        return;
      case "while":
        this.#while(instr);
        return;
      case "call":
        this.#call(instr);
        return;
      default: {
        const copied = mapInstr(instr, this.#primal, (block) => block);
        this.#pair.first.append({ ...copied, results: instr.results.map((r) => this.#copy(r)) });
        emitTangent(this, this.#pair.second, instr);
      }
    }
  }

  #if(instr: Instr & { op: "if" }): void {
    const outer = this.#pair;
    const flags = instr.results.map(this.isActive);
    const cursor = freshCursor();
    const branches = [instr.then, instr.else].map((source) => {
      const pair = outer.within({ first: [], second: [] }, cursor);
      return this.#within(pair, () => {
        this.#block(source);
        const yields = this.#yields(source, flags);
        pair.flush();
        return { pair, yields };
      });
    });
    const hasRecords = branches.some(({ pair }) => pair.hasRecords);
    const blocks = branches.map(({ pair, yields }) => ({
      first: pair.first.finish(yields.first),
      second: pair.second.finish(pair.second.ended || !hasRecords ? yields.second : [...yields.second, pair.place()]),
    }));
    const [then, otherwise] = blocks as [(typeof blocks)[0], (typeof blocks)[0]];
    const isNeeded = hasRecords || !isIdle(then.second) || !isIdle(otherwise.second);
    const condition = isNeeded ? this.#scalar(instr.condition) : undefined;
    outer.flush();
    const tested = this.#primal(instr.condition);
    const branch = this.flows.branch(instr, tested, [then.first, otherwise.first]);
    outer.first.append({
      ...instr,
      condition: tested,
      then: branch.blocks[0],
      else: branch.blocks[1],
      results: [...instr.results.map((r) => this.#copy(r)), ...branch.flags],
    });
    if (!condition) return;
    if (hasRecords) outer.defineCursor(cursor);
    const next = hasRecords ? [freshCursor()] : [];
    outer.second.append({
      ...instr,
      condition,
      then: then.second,
      else: otherwise.second,
      results: [...this.#tangentParams(instr.results, flags), ...next],
    });
    if (next[0]) outer.continueAt(next[0]);
  }

  #for(instr: Instr & { op: "for" }): void {
    const outer = this.#pair;
    const [index, ...carried] = instr.body.params as [Value, ...Value[]];
    const flags = carried.map((p, i) => this.isActive(p) || this.isActive(instr.results[i] as Value));
    const inits = instr.inits.flatMap((v, i) => (flags[i] ? this.tangents(outer.second, v) : []));
    const cursor = freshCursor();
    const counter = freshValue(index.type, index.hint);
    const own = instr.body.params.map((p) => this.#copy(p, this.#levels.length));
    const behind = this.#tangentParams(carried, flags);
    const flows = this.flows.openLoop(instr);
    // Whether the loop needs a cursor shows only when its body is built.
    const pair = outer.within({ first: [...own, ...flows.params], second: [counter, ...behind, cursor] }, cursor);
    const yields = this.#within(pair, () => {
      this.#know(index, counter);
      this.#block(instr.body);
      const ends = this.#yields(instr.body, flags);
      pair.flush();
      return ends;
    });
    const first = pair.first.finish([...yields.first, ...flows.nexts(pair.first)]);
    const { hasRecords } = pair;
    const ended = pair.second.ended;
    let second = pair.second.finish(ended || !hasRecords ? yields.second : [...yields.second, pair.place()]);
    if (!hasRecords) second = { ...second, params: second.params.slice(0, -1) };

    const isNeeded = hasRecords || !isIdle(second);
    const range = isNeeded ? { start: this.#scalar(instr.start), end: this.#scalar(instr.end) } : undefined;
    outer.flush();
    outer.first.append({
      ...instr,
      start: this.#primal(instr.start),
      end: this.#primal(instr.end),
      inits: [...instr.inits.map(this.#primal), ...flows.inits(outer.first)],
      body: first,
      results: [...instr.results.map((r) => this.#copy(r)), ...flows.results()],
    });
    if (range) this.#secondLoop(instr, { ...range, step: instr.step }, inits, second, flags, hasRecords);
  }

  /** Appends the loop of the second sweep; the tangents of the results of `instr` are what it carries. */
  #secondLoop(
    instr: Instr,
    range: { start: Value; end: Value; step: number },
    inits: readonly Value[],
    body: Block,
    flags: readonly boolean[],
    hasRecords: boolean,
  ): void {
    const { second } = this.#pair;
    const begin = hasRecords ? [this.#pair.place()] : [];
    const next = hasRecords ? [freshCursor()] : [];
    const results = [...this.#tangentParams(instr.results, flags), ...next];
    second.append({ op: "for", ...range, inits: [...inits, ...begin], body, results, span: second.span });
    if (next[0]) this.#pair.continueAt(next[0]);
  }

  /** A while loop runs again as a counted one: the first sweep counts, and records the count ahead of the loop. */
  #while(instr: Instr & { op: "while" }): void {
    const outer = this.#pair;
    const { params } = instr.body;
    const flags = params.map((p, i) => this.isActive(p) || this.isActive(instr.results[i] as Value));
    const inits = instr.inits.flatMap((v, i) => (flags[i] ? this.tangents(outer.second, v) : []));
    const cursor = freshCursor();
    const runs = freshValue(number, "runs");
    const own = params.map((p) => this.#copy(p, this.#levels.length));
    const behind = this.#tangentParams(params, flags);
    const flows = this.flows.openLoop(instr);
    const pair = outer.within(
      { first: [...own, runs, ...flows.params], second: [freshValue(number, "i"), ...behind, cursor] },
      cursor,
    );

    const yields = this.#within(pair, () => {
      this.#block(instr.body);
      const ends = this.#yields(instr.body, flags);
      pair.flush();
      return ends;
    });
    const { hasRecords } = pair;
    const count = pair.first.ended ? [] : [pair.first.apply(add, [runs, pair.first.constant(1)], "runs")];
    const ended = pair.second.ended;
    let second = pair.second.finish(ended || !hasRecords ? yields.second : [...yields.second, pair.place()]);
    if (!hasRecords) second = { ...second, params: second.params.slice(0, -1) };
    const first = pair.first.finish([...yields.first, ...count, ...flows.nexts(pair.first)]);
    const isNeeded = hasRecords || !isIdle(second);

    // `rotateLoops` has left conditions that change nothing, so they have no part in the second sweep.
    const tested = cloneBlock(instr.condition, this.#primals);
    const condition = { ...tested, params: [...tested.params, freshValue(number, "runs"), ...flows.fresh()] };
    const slot = isNeeded ? outer.reserve("runs") : undefined;
    outer.flush();
    const total = freshValue(number, "runs");
    outer.first.append({
      ...instr,
      inits: [...instr.inits.map(this.#primal), outer.first.constant(0), ...flows.inits(outer.first)],
      condition,
      body: first,
      results: [...instr.results.map((r) => this.#copy(r)), total, ...flows.results()],
    });
    if (!slot) return;
    slot.fill(total);
    const range = { start: outer.second.constant(0), end: slot.read, step: 1 };
    this.#secondLoop(instr, range, inits, second, flags, hasRecords);
  }

  /** The rule gives tangents together with values, so it runs in the second sweep, on arguments as they are now. */
  #ruled(instr: Instr & { op: "call" }, { name, results, rule }: Func): void {
    const { first, second } = this.#pair;
    const args = instr.args.map(this.#primal);
    first.append({ ...instr, args, results: instr.results.map((r) => this.#copy(r)) });
    if (!instr.results.some(this.isActive)) return;
    const kept = args.map(
      (a, i) =>
        (a.type.kind === "number" ? this.#scalar(instr.args[i] as Value) : emitKept(this.#pair, a)) ??
        report("rule-linearize", instr.span, `\`${name}\``),
    );
    const tangents = instr.args.flatMap((a) => (holdsNumbers(a.type) ? this.tangents(second, a) : []));
    const callee = rule?.tangent ?? report("rule-circular", instr.span, `\`${name}\``);
    const flags = results.map((type) => holdsNumbers(type));
    const behind = this.#tangentParams(instr.results, flags);
    const values = results.map((type) => freshValue(type));
    second.append({ ...instr, callee, args: [...kept, ...tangents], results: [...values, ...behind] });
  }

  #call(instr: Instr & { op: "call" }): void {
    const outer = this.#pair;
    const original = this.#transform.source(instr.callee);
    if (original.rule) return this.#ruled(instr, original);
    const signature = this.#transform.signatureOf(instr.callee);
    const args = instr.args.map(this.#primal);
    const isPlain = !signature.params.includes(true) && !signature.results.includes(true);
    if (isPlain) {
      outer.first.append({ ...instr, args, results: instr.results.map((r) => this.#copy(r)) });
      return;
    }
    const sweeps = this.#transform.derive(instr.callee, signature);
    const tangents = instr.args.flatMap((a, i) => (signature.params[i] ? this.tangents(outer.second, a) : []));
    outer.flush();
    const results = instr.results.map((r) => this.#copy(r));
    outer.first.append({ ...instr, callee: sweeps.first, args: [...args, this.#tape], results });
    const next = freshCursor();
    outer.second.append({
      ...instr,
      callee: sweeps.second,
      args: [...tangents, outer.slots, outer.place()],
      results: [...this.#tangentParams(instr.results, signature.results), next],
    });
    outer.continueAt(next);
  }
}
