/**
 * Reverse mode: from a function to its cotangents, for all of the IR (Griewank and Walther, 3.2 to 3.4). In four steps:
 * the forward sweep is built with shadows beside references (`reverse/augment`); its mirror is emitted once in order to
 * see what it needs; `analysis/need` decides what is kept and what is computed again; then both sweeps are emitted, with
 * residuals on tapes or with the call that keeps them (`reverse/residuals`, `reverse/residence`, `reverse/adjoint`).
 *
 *     func f(x: number, n: number) -> number       func fReverse(x, n, yBar: number) -> number, number, number
 *       s = for i … with s = 1                        (n's cotangent is 0 and left out if n is inactive)
 *         s1 = mul s, x                               for i …: keep s; s1 = mul s, x
 *       return s                                      for i backwards: sBar1 = mul x, sBar; xBar += mul s, sBar
 *
 * Combined motion: one function, whose own region both sweeps share. Split motion: a forward half that returns its
 * residuals and a reverse half that may run any number of times on them; it puts nothing back in memory, so that it
 * finds everything as it was each time. Functions that are called keep their residuals on the tapes of their caller.
 */
import { analyzeActivity } from "../analysis/activity.ts";
import { type Kept, type Memory, type Plan, planResiduals } from "../analysis/need.ts";
import { openFunctions } from "../analysis/points-to.ts";
import { analyzeRanges, type Ranges } from "../analysis/ranges.ts";
import type { Sweep, SweepRegion } from "../analysis/sweep.ts";
import type { Strategy } from "../core/request.ts";
import { BlockBuilder, freshValue } from "../ir/build.ts";
import { holdsNumbers, isReference, isScalar, number, shadowType, tape } from "../ir/type.ts";
import type { Func, Module, Type, Value } from "../ir/types.ts";
import { callsOf, forEachInstr } from "../ir/visit.ts";
import { cotangentHint, derivedName } from "./names.ts";
import { refuseReadText } from "./no-derivative.ts";
import { plainTapes } from "./plain-tapes.ts";
import { type Access, Adjoint } from "./reverse/adjoint.ts";
import { type AugmentedFunction, augment } from "./reverse/augment.ts";
import { ClosureResidence } from "./reverse/closure.ts";
import { Cotangents } from "./reverse/cotangents.ts";
import { describeKept, noteUse, type Uses } from "./reverse/kept.ts";
import { emitOwnContainer, findRearranged } from "./reverse/layout.ts";
import { refuseRearranged } from "./reverse/rearranged.ts";
import { Records } from "./reverse/record.ts";
import { ElementKinds, findKeepers, type ResidualContext } from "./reverse/residence.ts";
import { Residuals } from "./reverse/residuals.ts";
import { findSteering } from "./reverse/steering.ts";
import { TapeResidence, type Tapes } from "./reverse/tape.ts";
import { rotateLoops } from "./rotate.ts";

export interface ReverseOptions {
  /** The parameters to differentiate by. */
  readonly active: readonly boolean[];
  readonly motion: "combined" | "split";
  /**
   * The derivative is itself differentiated. Then combined motion restores no memory that the caller sees, but keeps
   * what was in it, since putting back the contents of whole structures at the end has no adjoint.
   */
  readonly again?: boolean;
  /** Where residuals live; on tapes by default. */
  readonly strategy?: Strategy | undefined;
  /** Is told what is kept, and why. */
  readonly onKept?: ((kept: readonly Kept[]) => void) | undefined;
}

/**
 * Adds the reverse derivative of `entry` to the module. A shadow is passed for each active parameter that is a structure
 * of numbers; an optional number counts as a number.
 *
 * Combined: `name` takes the parameters, these shadows, and the cotangents of the results that are numbers; it returns
 * the results, then the cotangents of the active parameters that are numbers. Split: `name.forward` takes the parameters
 * and shadows and returns the results, the shadows of results that are structures of numbers, and residuals;
 * `name.reverse` takes the cotangents of number results and the residuals and returns the cotangents of active numbers.
 */
export function reverse(module: Module, entry: string, options: ReverseOptions): { module: Module; name: string } {
  return new Reversal(rotateLoops(plainTapes(module, entry), entry), entry, options).run();
}

function isStructure(type: Type): boolean {
  return isReference(type) && holdsNumbers(type);
}

interface Part {
  readonly func: Func;
  readonly augmented: AugmentedFunction;
  readonly forwardName: string;
  readonly reverseName: string;
  readonly isEntry: boolean;
}

class Reversal {
  readonly #module: Module;
  readonly #entry: Func;
  readonly #options: ReverseOptions;
  readonly #activity;
  readonly #name: string;
  readonly #parts: Part[] = [];
  /** Forward halves of called functions. */
  readonly #callees = new Map<string, Part>();
  readonly #recursive = new Set<string>();
  /** Where residuals belong to the call. */
  readonly #records: Records | undefined;
  readonly #rearranged: ReadonlySet<Value>;
  /** Numbers of all sweeps that do not vary. */
  readonly #steering: Set<Value>;
  readonly #ranges = new Map<Func, Ranges>();

  constructor(module: Module, entry: string, options: ReverseOptions) {
    this.#module = module;
    const func = module.functions.get(entry);
    if (!func) throw new RangeError(`no function ${entry}`);
    this.#entry = func;
    this.#options = options;
    this.#records = options.strategy === "closure" ? new Records() : undefined;
    // A pullback seeds every number of the shadow of a result.
    this.#activity = analyzeActivity(module, entry, options.active, { wholeResults: options.motion === "split" });
    refuseReadText(module, entry, this.#activity.holdsActiveText);
    this.#name = derivedName(module.functions, entry, "reverse");
    this.#rearranged = findRearranged(module, func, this.#activity);
    this.#augmentAll();
    this.#steering = new Set(
      this.#parts.flatMap((part) => [
        ...findSteering(this.#module, part.func, part.augmented, this.#activity, this.#rangesOf(part)),
      ]),
    );
  }

  get #isSplit(): boolean {
    return this.#options.motion === "split";
  }

  #augmentAll(): void {
    const functions = openFunctions(this.#module, this.#entry.name);
    const called = new Set<string>();
    for (const f of functions) {
      forEachInstr(f.body, (instr) => {
        if (instr.op === "call") called.add(instr.callee);
      });
      if (callsOf(f).some((c) => openFunctions(this.#module, c).includes(f))) this.#recursive.add(f.name);
    }
    const halves = (name: string): { forwardName: string; reverseName: string } => ({
      forwardName: `${this.#name}.${name}.forward`,
      reverseName: `${this.#name}.${name}.reverse`,
    });
    const make = (func: Func, isEntry: boolean): Part => {
      const names = isEntry
        ? { forwardName: this.#isSplit ? `${this.#name}.forward` : this.#name, reverseName: `${this.#name}.reverse` }
        : halves(func.name);
      if (!isEntry) this.#records?.type(names.forwardName, func.name);
      refuseRearranged(func, isEntry && !this.#recursive.has(func.name), this.#module, this.#activity);
      const augmented = augment(func, {
        module: this.#module,
        activity: this.#activity,
        forwardName: (callee) => halves(callee).forwardName,
        recordType: (callee) => this.#records?.type(halves(callee).forwardName, callee),
      });
      return { func, augmented: { ...augmented, functionName: names.forwardName }, isEntry, ...names };
    };
    this.#parts.push(make(this.#entry, true));
    if (!this.#isSplit) (this.#parts[0] as Part).augmented.root.isDirect = true;
    for (const f of functions) {
      if (!called.has(f.name)) continue;
      const part = make(f, false);
      this.#parts.push(part);
      this.#callees.set(part.forwardName, part);
    }
  }

  #rangesOf(part: Part): Ranges {
    let known = this.#ranges.get(part.func);
    if (!known) {
      known = analyzeRanges(part.func);
      this.#ranges.set(part.func, known);
    }
    return known;
  }

  get #mayGrow(): boolean {
    return this.#parts.some(({ augmented }) => [...augmented.indexOf.keys()].some(({ op }) => op !== "while"));
  }

  /** The seeds of a mirror: the cotangents of its number results. */
  #seed(b: BlockBuilder, part: Part, bars: Cotangents, seeds: readonly Value[]): void {
    const { end } = part.func.body;
    if (end.kind === "throw") return;
    let next = 0;
    for (const v of end.values) {
      if (!isScalar(v.type)) continue;
      const seed = seeds[next++];
      if (seed && this.#activity.isActive(v)) bars.add(b, v, seed);
    }
  }
  #seedParams(part: Part): readonly Value[] {
    const hints = part.func.body.end.kind === "yield" ? part.func.body.end.values : [];
    return part.func.results.flatMap((type, i) =>
      isScalar(type) ? [freshValue(number, cotangentHint(hints[i]?.hint) ?? "yBar")] : [],
    );
  }

  /** `tapes`: those that the mirror is handed. */
  #adjoint(part: Part, access: Access, plan: Plan | undefined, tapes: readonly Value[]): Adjoint {
    return new Adjoint(part.augmented, {
      module: this.#module,
      activity: this.#activity,
      access,
      plan,
      isSplit: this.#isSplit,
      ranges: this.#rangesOf(part),
      mayGrow: this.#mayGrow,
      callee: (name) => {
        const callee = this.#callees.get(name);
        return callee && { original: callee.func.name, reverse: callee.reverseName };
      },
      residuals: (half, record) => (record && (!plan || this.#records?.of(half)) ? [record()] : tapes),
    });
  }

  run(): { module: Module; name: string } {
    const uses: Uses = new Map();
    const planned = this.#plan(uses);
    const plan =
      this.#records?.settle(
        planned,
        this.#parts.map((p) => p.augmented),
      ) ?? planned;
    this.#options.onKept?.(describeKept(this.#parts, plan, uses));
    const kinds = this.#kindsOf(this.#records ? [] : this.#onTapes(plan));
    const functions = new Map(this.#module.functions);
    for (const part of this.#parts) {
      for (const func of part.isEntry ? this.#emitEntry(part, plan, kinds) : this.#emitCallee(part, plan, kinds)) {
        functions.set(func.name, func);
      }
    }
    return { module: { ...this.#module, functions }, name: this.#name };
  }

  #kindsOf(values: readonly Value[]): ElementKinds {
    return new ElementKinds(values, (v) => this.#steering.has(v));
  }

  // ---------------------------------------------------------------------------------------------------- Planning

  #plan(uses: Uses): Plan {
    const needs = new Map<Sweep, Set<Value>>();
    for (const part of this.#parts) {
      const needed = new Set<Value>();
      const access: Access = {
        need: (value, by) => {
          needed.add(value);
          if (by) noteUse(uses, value, by);
          return value;
        },
        beforeLoop: (_b, item) => {
          // The mirror of a counted loop reads its bounds.
          if (item.instr.op === "for") for (const v of [item.instr.start, item.instr.end]) needed.add(v);
          return () => {};
        },
        openBranch: () => {},
        close: () => {},
      };
      const b = new BlockBuilder();
      const bars = new Cotangents();
      this.#seed(
        b,
        part,
        bars,
        part.func.results.map(() => b.constant(1)),
      );
      this.#adjoint(part, access, undefined, []).region(b, part.augmented.root, bars);
      needs.set(part.augmented, needed);
    }
    return planResiduals(
      this.#parts.map((p) => p.augmented),
      needs,
      this.#memory(),
      (sweep) => this.#parts.some((p) => p.augmented === sweep && (this.#recursive.has(p.func.name) || !p.isEntry)),
    );
  }

  #memory(): Memory {
    const { pointsTo } = this.#activity;
    const primalOf = new Map<Value, Value>();
    for (const { augmented } of this.#parts)
      for (const [primal, shadow] of augmented.shadowOf) primalOf.set(shadow, primal);
    const external = new Set<string>();
    const classOf = (reference: Value): string => {
      const primal = primalOf.get(reference);
      const owner = pointsTo.classOf(primal ?? reference);
      const name = primal ? `${owner.id}'` : String(owner.id);
      if (owner.external) external.add(name);
      return name;
    };
    const visible = this.#options.again ? this.#visibleClasses() : new Set<string>();
    return {
      classOf,
      isExternal: (name) => external.has(name),
      isRestorable: (name) => !this.#isSplit && !visible.has(name),
    };
  }

  /** The memory that the caller sees after a call: what arguments and results lead to. */
  #visibleClasses(): ReadonlySet<string> {
    const { pointsTo } = this.#activity;
    const { params, end } = this.#entry.body;
    const seen = [...params, ...(end.kind === "yield" ? end.values : [])].filter((v) => isReference(v.type));
    return new Set(seen.flatMap((v) => [...pointsTo.reachable(pointsTo.classOf(v))].map((c) => String(c.id))));
  }

  /** What is kept elsewhere than in the entry's own region. */
  #onTapes(plan: Plan): readonly Value[] {
    return [...plan.kept].filter((v) =>
      this.#parts.some((part) => {
        let region: SweepRegion | undefined = part.augmented.home.get(v);
        while (region?.kind === "branch") region = region.parent;
        return region !== undefined && !(part.isEntry && region.kind === "function");
      }),
    );
  }

  // ---------------------------------------------------------------------------------------------------- Emission

  /** `tapes`: those of the forward sweep, and room for those of the mirror, if functions share tapes. */
  #residuals(part: Part, plan: Plan, tapes: Tapes): Residuals {
    const sweep = part.augmented;
    const keepers = findKeepers(sweep, plan);
    const context: ResidualContext = {
      plan,
      // What belongs to a call is of kinds of its own.
      kinds: this.#records ? this.#kindsOf([]) : tapes.kinds,
      isForward: (callee) => this.#callees.has(callee),
      ranges: this.#rangesOf(part),
      steering: this.#steering,
      keeps: (body) => keepers.has(body),
    };
    const records = this.#records;
    return new Residuals(sweep, context, (addKept) =>
      records
        ? new ClosureResidence({
            ...context,
            sweep,
            addKept,
            isRepeatable: this.#isSplit,
            keepsRecord: (half) => records.of(half) !== undefined,
          })
        : new TapeResidence(context, tapes),
    );
  }

  /** The shadows that the entry is given, and those it makes for other structures that it computes in. */
  #entryShadows(part: Part, b: BlockBuilder): readonly Value[] {
    const given: Value[] = [];
    part.func.body.params.forEach((p, i) => {
      const own = part.augmented.shadowOf.get(p);
      if (this.#options.active[i] && isStructure(p.type)) given.push(this.#given(b, p, own));
      else if (own) b.append({ op: "shadow", of: [p], shared: false, results: [own], span: part.func.span });
    });
    return given;
  }

  #given(b: BlockBuilder, param: Value, own: Value | undefined): Value {
    const fresh = (): Value => freshValue(shadowType(param.type), cotangentHint(param.hint));
    if (!own || !this.#rearranged.has(param)) return own ?? fresh();
    const given = fresh();
    emitOwnContainer(b, own, given);
    return given;
  }

  /** The cotangents of the parameters that are active numbers, as the entry or a callee returns them. */
  #paramBars(b: BlockBuilder, part: Part, bars: Cotangents): readonly Value[] {
    const isActive = (p: Value, i: number): boolean =>
      part.isEntry ? this.#options.active[i] === true : this.#activity.isActive(p);
    return part.func.body.params.flatMap((p, i) =>
      isScalar(p.type) && isActive(p, i) ? [bars.get(p) ?? b.constant(0)] : [],
    );
  }

  #emitEntry(part: Part, plan: Plan, kinds: ElementKinds): readonly Func[] {
    return this.#isSplit ? this.#emitSplit(part, plan, kinds) : [this.#emitCombined(part, plan, kinds)];
  }

  #emitCombined(part: Part, plan: Plan, kinds: ElementKinds): Func {
    const { func, augmented } = part;
    const seeds = this.#seedParams(part);
    const b = new BlockBuilder([], func.span);
    const shadows = this.#entryShadows(part, b);
    const params = [...func.body.params, ...shadows, ...seeds];
    const tapes = kinds.elements.map((type) => b.tape(type, true));
    const residuals = this.#residuals(part, plan, { kinds, forward: tapes, mirror: tapes });
    residuals.emitForward(b);
    if (func.body.end.kind === "throw") {
      return {
        name: part.forwardName,
        body: { ...b.finish([]), params, end: func.body.end },
        results: [...func.results],
        span: func.span,
      };
    }
    // The mirror puts old elements back; what the caller sees is the end of the forward sweep.
    const { pointsTo } = this.#activity;
    const isRestored = (p: Value): boolean =>
      isReference(p.type) &&
      [...pointsTo.reachable(pointsTo.classOf(p))].some((c) => plan.restoredClasses.has(String(c.id)));
    const visible = func.body.params.filter(isRestored);
    const results = func.body.end.values;
    const returned = results.filter((r) => isRestored(r) && !visible.includes(r));
    const ends = [...visible, ...returned];
    const snapshot = ends.length > 0 ? b.snapshot(ends, "end") : undefined;
    residuals.openRoot(b, undefined);
    const bars = new Cotangents();
    this.#seed(b, part, bars, seeds);
    this.#adjoint(part, residuals, plan, tapes).region(b, augmented.root, bars);
    b.span = func.span;
    if (snapshot) b.reinstate(snapshot);
    for (const t of tapes) b.release(t);
    const values = [...results, ...this.#paramBars(b, part, bars)];
    return {
      name: part.forwardName,
      body: { ...b.finish(values), params },
      results: values.map((v) => v.type),
      span: func.span,
    };
  }

  #emitSplit(part: Part, plan: Plan, kinds: ElementKinds): readonly Func[] {
    const { func, augmented } = part;
    const b = new BlockBuilder([], func.span);
    const params = [...func.body.params, ...this.#entryShadows(part, b)];
    const tapes = kinds.elements.map((type) => b.tape(type, false));
    const shared: Tapes = { kinds, forward: tapes, mirror: [] };
    const residuals = this.#residuals(part, plan, shared);
    residuals.emitForward(b);
    if (func.body.end.kind === "throw") {
      const body = { ...b.finish([]), params, end: func.body.end };
      const never = new BlockBuilder(this.#seedParams(part), func.span);
      never.throw("Error");
      return [
        { name: part.forwardName, body, results: [], span: func.span },
        { name: part.reverseName, body: never.finish([]), results: [], span: func.span },
      ];
    }
    const results = func.body.end.values;
    const shadows = results
      .filter((r) => isStructure(r.type))
      .map((r) => augmented.shadowOf.get(r) ?? (b.shadow([r], false)[0] as Value));
    const kept = residuals.keptAtRoot();
    const values = [...results, ...shadows, ...tapes, ...kept];
    const forward = {
      name: part.forwardName,
      body: { ...b.finish(values), params },
      results: values.map((v) => v.type),
      span: func.span,
    };

    const seeds = this.#seedParams(part);
    const tapeParams = kinds.elements.map((type) => freshValue(tape(type), "tape"));
    const keptParams = kept.map((v) => freshValue(v.type, v.hint));
    const r = new BlockBuilder([...seeds, ...tapeParams, ...keptParams], func.span);
    const readers = tapeParams.map((t) => r.reader(t));
    shared.mirror = readers;
    residuals.openRoot(r, keptParams);
    const bars = new Cotangents();
    this.#seed(r, part, bars, seeds);
    this.#adjoint(part, residuals, plan, readers).region(r, augmented.root, bars);
    const back = this.#paramBars(r, part, bars);
    return [
      forward,
      { name: part.reverseName, body: r.finish(back), results: back.map((v) => v.type), span: func.span },
    ];
  }

  #emitCallee(part: Part, plan: Plan, kinds: ElementKinds): readonly Func[] {
    const { func, augmented } = part;
    const tapeParams = (): Value[] => kinds.elements.map((type) => freshValue(tape(type), "tape"));
    const shared: Tapes = { kinds, forward: tapeParams(), mirror: tapeParams() };
    const residuals = this.#residuals(part, plan, shared);
    const b = new BlockBuilder([...augmented.root.params, ...shared.forward], func.span);
    residuals.emitForward(b);
    const record = this.#records?.of(part.forwardName);
    const { end } = augmented.root;
    let kept: Value | undefined;
    if (record) {
      const fields = end.kind === "yield" ? residuals.keptAtRoot() : [];
      this.#records?.complete(part.forwardName, fields);
      if (end.kind === "yield") kept = b.record(fields, record, "kept");
    } else if (!this.#records) residuals.keepRoot(b);
    const results = end.kind === "yield" ? [...end.values, ...(kept ? [kept] : [])] : [];
    const forward: Func = {
      name: part.forwardName,
      body: { ...b.finish([]), end: end.kind === "yield" ? { kind: "yield", values: results } : end },
      results: end.kind === "yield" ? results.map((v) => v.type) : [...func.results, ...(record ? [record] : [])],
      span: func.span,
    };
    const seeds = this.#seedParams(part);
    const given = record && freshValue(record, "kept");
    const r = new BlockBuilder([...seeds, ...shared.mirror, ...(given ? [given] : [])], func.span);
    const fieldsOf = (of: Value): Value[] =>
      record?.kind === "record" ? record.decl.fields.map((f) => r.getField(of, f.name, f.name)) : [];
    residuals.openRoot(r, given ? fieldsOf(given) : undefined);
    const bars = new Cotangents();
    this.#seed(r, part, bars, seeds);
    this.#adjoint(part, residuals, plan, shared.mirror).region(r, augmented.root, bars);
    const values = this.#paramBars(r, part, bars);
    return [
      forward,
      { name: part.reverseName, body: r.finish(values), results: values.map((v) => v.type), span: func.span },
    ];
  }
}
