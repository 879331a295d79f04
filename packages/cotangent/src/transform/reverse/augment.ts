/**
 * The forward sweep with its shadows. Beside every reference to memory that holds active numbers travels a reference to
 * its shadow: what a container holds, its shadow holds the shadow of; what a loop carries, it carries with its shadow;
 * so two names for one array have one shadow, and none is ever looked up. Shadows are all zero in this sweep. A shadow
 * array never shrinks here, so that the mirror can reach every slot it will need by index.
 *
 *     row = load rows, i          =>    row = load rows, i
 *                                       rowBar = load rowsBar, i
 *     push xs, v                  =>    n = length xs;  push xs, v;  push xsBar, 0
 *
 * (The two channels of Mooncake.jl: numbers by value, memory by shadow.)
 */
import type { Activity } from "../../analysis/activity.ts";
import { effectsOf } from "../../analysis/effects.ts";
import type { RegionKind, Sweep, SweepItem, SweepRegion } from "../../analysis/sweep.ts";
import { add, eq } from "../../elementals/index.ts";
import { BlockBuilder, freshValue } from "../../ir/build.ts";
import { fieldType, isPerhapsElement, isReference, number, shadowType } from "../../ir/type.ts";
import type { ArrayType, Block, Func, Instr, Module, Type, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import { cotangentHint } from "../names.ts";
import { emitReach, findPastEnd } from "./past-end.ts";
import { refuseInReverse } from "./refuse.ts";
import { type RuledCall, ruledCall } from "./ruled-call.ts";

const GUESSED_TRIPS = 16; // of a loop whose trip count is not a literal

export interface AugmentedFunction extends Sweep {
  /** The shadow that travels beside an active reference. */
  readonly shadowOf: ReadonlyMap<Value, Value>;
  /** The shadow parameters, in the order of the reference parameters that have one. */
  readonly shadowParams: readonly Value[];
  /** Of a push or pop: the index of the element that comes or goes. Of a while loop: how often it ran. */
  readonly indexOf: ReadonlyMap<Instr, Value>;
  /** Of a call of a function with a rule: what its mirror does. */
  readonly ruledCalls: ReadonlyMap<Instr, RuledCall>;
  /** The record of what a called forward half keeps. */
  readonly recordOf: ReadonlyMap<Instr, Value>;
}

export interface AugmentContext {
  readonly module: Module;
  readonly activity: Activity;
  /** Name of the forward half of a callee, and its original. */
  readonly forwardName: (callee: string) => string;
  /** The type of the record in which the forward half of a callee returns what it keeps, if it does. */
  readonly recordType: (callee: string) => Type | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Builds the forward sweep of `func`. Throws a coded error for what has no adjoint. */
export function augment(func: Func, context: AugmentContext): AugmentedFunction {
  return new Augmenter(context).function(func);
}

class Augmenter {
  readonly #context: AugmentContext;
  readonly #activity: Activity;
  readonly #shadowOf = new Map<Value, Value>();
  readonly #home = new Map<Value, SweepRegion>();
  readonly #definition = new Map<Value, SweepItem>();
  readonly #indexOf = new Map<Instr, Value>();
  readonly #ruledCalls = new Map<Instr, RuledCall>();
  readonly #recordOf = new Map<Instr, Value>();
  readonly #poppedClasses = new Set<number>();
  #pastEnd?: ReadonlySet<Instr>;

  constructor(context: AugmentContext) {
    this.#context = context;
    this.#activity = context.activity;
    for (const func of context.module.functions.values()) {
      forEachInstr(func.body, (instr) => {
        if (instr.op === "pop") this.#poppedClasses.add(this.#classId(instr.array));
      });
    }
  }

  #classId(value: Value): number {
    return this.#activity.pointsTo.classOf(value).id;
  }

  function(func: Func): AugmentedFunction {
    this.#pastEnd = findPastEnd(func);
    const shadowParams: Value[] = [];
    for (const p of func.body.params) {
      if (!this.hasShadow(p)) continue;
      const shadow = freshValue(shadowType(p.type), cotangentHint(p.hint));
      this.#shadowOf.set(p, shadow);
      shadowParams.push(shadow);
    }
    const root = this.#open("function", undefined, undefined, [...func.body.params, ...shadowParams], 1);
    this.#block(func.body, root);
    if (func.body.end.kind === "yield") {
      const extra = func.body.end.values.filter((v) => this.hasShadow(v)).map((v) => this.shadow(v));
      root.end = { kind: "yield", values: [...func.body.end.values, ...extra] };
    }
    return {
      functionName: func.name,
      root,
      home: this.#home,
      definition: this.#definition,
      shadowOf: this.#shadowOf,
      shadowParams,
      indexOf: this.#indexOf,
      ruledCalls: this.#ruledCalls,
      recordOf: this.#recordOf,
    };
  }

  readonly hasShadow = (value: Value): boolean => isReference(value.type) && this.#activity.isActive(value);
  shadow(value: Value): Value {
    const shadow = this.#shadowOf.get(value);
    if (!shadow) throw new Error(`no shadow for ${value.hint ?? value.id}`);
    return shadow;
  }

  #open(
    kind: RegionKind,
    parent: SweepRegion | undefined,
    owner: SweepItem | undefined,
    params: readonly Value[],
    runs: number,
  ): SweepRegion {
    const region: SweepRegion = {
      kind,
      parent,
      owner,
      params,
      items: [],
      runs,
      isDirect: false,
      end: { kind: "yield", values: [] },
    };
    for (const p of params) this.#home.set(p, region);
    return region;
  }
  #item(region: SweepRegion, instr: Instr, isShadowCode: boolean, old?: Value): Mutable<SweepItem> {
    const item: Mutable<SweepItem> = { region, position: region.items.length, instr, inner: [], isShadowCode, old };
    region.items.push(item);
    this.#define(item, instr.results);
    if (old) this.#define(item, [old]);
    return item;
  }
  #define(item: SweepItem, values: readonly Value[]): void {
    for (const v of values) {
      this.#home.set(v, item.region);
      this.#definition.set(v, item);
    }
  }
  /** Appends shadow code to a region. */
  #shadowCode(region: SweepRegion, like: Instr, emit: (b: BlockBuilder) => void): void {
    const b = new BlockBuilder([], like.span);
    emit(b);
    for (const instr of b.finish([]).body) {
      const item = this.#item(region, instr, true, oldOf(instr));
      if (instr.op === "if") {
        for (const block of [instr.then, instr.else]) {
          const inner = this.#open("branch", region, item, [], region.runs);
          inner.end = block.end;
          for (const i of block.body) this.#item(inner, i, true, oldOf(i));
          item.inner.push(inner);
        }
      }
    }
  }
  #setShadow(of: Value, shadow: Value): void {
    this.#shadowOf.set(of, shadow);
  }

  #block(block: Block, region: SweepRegion): void {
    region.end = block.end;
    for (const instr of block.body) this.#instr(instr, region);
  }

  /** The shadow of `value` as a container's shadow holds it; nothing reads it where the value has none. */
  #held(b: BlockBuilder, value: Value): Value {
    if (this.hasShadow(value)) return this.shadow(value);
    const type = shadowType(value.type);
    return type.kind === "number" ? b.constant(0) : type.kind === "undefined" ? b.constant(undefined) : b.unset(type);
  }

  #instr(instr: Instr, region: SweepRegion): void {
    switch (instr.op) {
      case "if":
      case "for":
      case "while":
        return this.#control(instr, region);
      case "call":
        return this.#call(instr, region);
      case "push":
        return this.#push(instr, region);
      case "pop": {
        const [result] = instr.results as [Value];
        this.#item(region, instr, false, oldOf(instr));
        this.#shadowCode(region, instr, (b) => {
          const index = b.length(instr.array);
          this.#indexOf.set(instr, index);
          if (this.hasShadow(result))
            this.#setShadow(result, b.load(this.shadow(instr.array), index, cotangentHint(result.hint)));
        });
        return;
      }
      case "closure":
        if (instr.captures.some((c) => this.#activity.isActive(c)))
          refuseInReverse(instr, "a function value that captures active values");
        this.#item(region, instr, false);
        return;
      case "snapshot":
      case "reinstate":
        return refuseInReverse(instr, "putting back what arguments held (`snapshot`)");
      case "tape":
      case "grow":
      case "shrink":
      case "slots":
      case "reader":
      case "release":
        throw new Error(`${instr.op} where tapes are plain memory`);
      default: {
        this.#item(region, instr, false, oldOf(instr));
        // Of several structures that are made at once, some may have no shadow.
        const shadowed = instr.results.find(this.hasShadow);
        if (shadowed) this.#shadowCode(region, instr, (b) => this.#shadowResult(b, instr, shadowed));
        else this.#shadowCode(region, instr, (b) => this.#shadowWrite(b, instr));
      }
    }
  }

  /** The shadow of the reference that `instr` makes or finds. */
  #shadowResult(b: BlockBuilder, instr: Instr, result: Value): void {
    const hint = cotangentHint(result.hint);
    const type = shadowType(result.type);
    switch (instr.op) {
      case "array":
        this.#setShadow(
          result,
          instr.elements.some((e) => isReference(e.type))
            ? b.array(
                instr.elements.map((e) => this.#held(b, e)),
                type,
                hint,
              )
            : (b.shadow([result], false, [hint])[0] as Value),
        );
        return;
      case "allocate":
        this.#setShadow(
          result,
          instr.fill && isReference(instr.fill.type)
            ? b.allocate(b.length(result), type, this.#held(b, instr.fill), hint)
            : instr.holes && isReference((type as ArrayType).element)
              ? b.allocateHoles(b.length(result), type, hint)
              : (b.shadow([result], false, [hint])[0] as Value),
        );
        return;
      case "record": {
        const fields = instr.fields.map((f) => this.#held(b, f));
        this.#setShadow(result, b.record(fields, type, hint));
        return;
      }
      case "load": {
        const isPerhaps = isPerhapsElement(result.type, instr.array.type);
        this.#setShadow(result, b.load(this.shadow(instr.array), instr.index, hint, isPerhaps));
        return;
      }
      case "view":
        this.#setShadow(result, b.view(this.shadow(instr.array), instr.start, instr.end, hint));
        return;
      case "getField":
        this.#setShadow(result, b.getField(this.shadow(instr.record), instr.field, hint));
        return;
      case "wrap":
        this.#setShadow(
          result,
          b.wrap(this.shadow(instr.value), result.type.kind === "optional" ? result.type.absent : "undefined", hint),
        );
        return;
      case "unwrap":
        this.#setShadow(result, b.unwrap(this.shadow(instr.value), hint));
        return;
      case "constant":
        this.#setShadow(result, b.missing(type, hint));
        return;
      case "unset":
        this.#setShadow(result, b.unset(type, hint));
        return;
      // Whole structures made at once: sharing inside them is sharing of their shadows.
      case "host":
      case "copy":
      case "shadow":
        b.shadow(instr.results, true).forEach((s, i) => {
          this.#setShadow(instr.results[i] as Value, s);
        });
        return;
      case "global":
        if (this.#activity.pointsTo.classOf(result).external) {
          this.#setShadow(result, b.shadow([result], false, [hint])[0] as Value);
          return;
        }
        break;
      default:
    }
    throw new Error(`no shadow for the result of ${instr.op}`);
  }

  /** Keeps the shadow of a container in step when a reference is put into the container. */
  #shadowWrite(b: BlockBuilder, instr: Instr): void {
    if (instr.op === "store" && isReference(instr.value.type) && this.hasShadow(instr.array)) {
      b.store(this.shadow(instr.array), instr.index, this.#held(b, instr.value));
    } else if (instr.op === "setField" && isReference(instr.value.type) && this.hasShadow(instr.record)) {
      b.setField(this.shadow(instr.record), instr.field, this.#held(b, instr.value));
    } else if (instr.op === "store" && this.#pastEnd?.has(instr) && this.hasShadow(instr.array))
      emitReach(b, this.shadow(instr.array), instr.index);
  }

  #push(instr: Instr & { op: "push" }, region: SweepRegion): void {
    this.#shadowCode(region, instr, (b) => this.#indexOf.set(instr, b.length(instr.array)));
    this.#item(region, instr, false);
    if (!this.hasShadow(instr.array)) return;
    const shadow = this.shadow(instr.array);
    const index = this.#indexOf.get(instr) as Value;
    this.#shadowCode(region, instr, (b) => {
      const held = this.#held(b, instr.value);
      if (!this.#poppedClasses.has(this.#classId(instr.array))) return b.push(shadow, held);
      // The slot may still be there from an element that was popped; a number's is zero, a reference's is stale.
      b.if(
        b.apply(eq, [index, b.length(shadow)]),
        (then) => {
          then.push(shadow, held);
          return [];
        },
        (otherwise) => {
          if (isReference(instr.value.type)) otherwise.store(shadow, index, held);
          return [];
        },
      );
    });
  }

  #call(instr: Instr & { op: "call" }, region: SweepRegion): void {
    const { module, forwardName, recordType } = this.#context;
    const callee = module.functions.get(instr.callee);
    if (!callee) throw new Error(`no function ${instr.callee}`);
    if (callee.rule) return this.#ruled(instr, callee, region);
    if (this.#isPlain(instr)) {
      this.#item(region, instr, false);
      return;
    }
    if (region.kind === "condition")
      throw new Error(`${instr.callee} has an adjoint and is called in a loop condition`);
    const shadows: Value[] = [];
    this.#shadowCode(region, instr, (b) => {
      callee.body.params.forEach((p, i) => {
        if (this.hasShadow(p)) shadows.push(this.#held(b, instr.args[i] as Value));
      });
    });
    const extra: Value[] = [];
    for (const r of instr.results) if (this.hasShadow(r)) extra.push(this.#freshShadow(r));
    const type = recordType(instr.callee);
    const record = type && freshValue(type, `${instr.callee}Back`);
    const made = this.#item(
      region,
      {
        ...instr,
        callee: forwardName(instr.callee),
        args: [...instr.args, ...shadows],
        results: [...instr.results, ...extra, ...(record ? [record] : [])],
      },
      false,
    );
    if (record) this.#recordOf.set(made.instr, record);
  }

  /** A call of a function with a rule. What it gives is memory of its own, with a shadow of its own. */
  #ruled(instr: Instr & { op: "call" }, original: Func, region: SweepRegion): void {
    if (!instr.results.some((r) => this.#activity.isActive(r))) this.#item(region, instr, false);
    else {
      const { call, ruled } = ruledCall(this.#context.module, instr, original);
      this.#item(region, call, false);
      this.#ruledCalls.set(call, ruled);
    }
    for (const r of instr.results) {
      if (!this.hasShadow(r)) continue;
      const hint = cotangentHint(r.hint);
      this.#shadowCode(region, instr, (b) => this.#setShadow(r, b.shadow([r], true, [hint])[0] as Value));
    }
  }

  /** A call that has no adjoint: no active number comes out of it, as a result or in memory. */
  #isPlain(instr: Instr & { op: "call" }): boolean {
    return !instr.results.some((r) => this.#activity.isActive(r)) && !effectsOf(instr, this.#context.module).writes;
  }

  /** The shadow of a reference that a region receives or yields. */
  #freshShadow(of: Value): Value {
    const shadow = freshValue(shadowType(of.type), cotangentHint(of.hint));
    this.#shadowOf.set(of, shadow);
    return shadow;
  }

  #control(instr: Instr & { op: "if" | "for" | "while" }, region: SweepRegion): void {
    // What a loop carries, yields and results in is of one class, so all have shadows or none.
    const shadowed = instr.results.map((r) => this.hasShadow(r));
    const select = (values: readonly Value[]): Value[] => values.filter((_, i) => shadowed[i]);
    if (instr.op === "if") {
      const results = [...instr.results, ...select(instr.results).map((r) => this.#freshShadow(r))];
      const item = this.#item(region, { ...instr, results }, false);
      for (const block of [instr.then, instr.else]) {
        const inner = this.#open("branch", region, item, [], region.runs / 2);
        item.inner.push(inner);
        this.#block(block, inner);
        if (block.end.kind === "yield") {
          inner.end = {
            kind: "yield",
            values: [...block.end.values, ...select(block.end.values).map((v) => this.shadow(v))],
          };
        }
      }
      return;
    }
    const runs = region.runs * ((instr.op === "for" && literalTrips(instr, this.#definition)) || GUESSED_TRIPS);
    const inits = [...instr.inits, ...select(instr.inits).map((v) => this.shadow(v))];
    const results = [...instr.results, ...select(instr.results).map((r) => this.#freshShadow(r))];
    const carry = (params: readonly Value[]): Value[] => [
      ...params,
      ...select(params).map((p) => this.#freshShadow(p)),
    ];
    if (instr.op === "for") {
      const [index, ...carried] = instr.body.params;
      const item = this.#item(region, { ...instr, inits, results }, false);
      const body = this.#open("for", region, item, [index as Value, ...carry(carried)], runs);
      item.inner.push(body);
      this.#block(instr.body, body);
      if (instr.body.end.kind === "yield") {
        body.end = {
          kind: "yield",
          values: [...instr.body.end.values, ...select(instr.body.end.values).map((v) => this.shadow(v))],
        };
      }
      return;
    }
    // The mirror of a while loop is a counted loop, so the loop counts its turns.
    const [k, conditionK, count] = [freshValue(number, "k"), freshValue(number, "k"), freshValue(number, "count")];
    this.#shadowCode(region, instr, (b) => inits.push(b.constant(0)));
    const item = this.#item(region, { ...instr, inits, results: [...results, count] }, false);
    this.#indexOf.set(item.instr, count);
    const condition = this.#open("condition", region, item, [...carry(instr.condition.params), conditionK], runs);
    item.inner.push(condition);
    this.#block(instr.condition, condition);
    const body = this.#open("while", region, item, [...carry(instr.body.params), k], runs);
    item.inner.push(body);
    this.#block(instr.body, body);
    if (instr.body.end.kind === "yield") {
      const values = [...instr.body.end.values, ...select(instr.body.end.values).map((v) => this.shadow(v))];
      this.#shadowCode(body, instr, (b) => values.push(b.apply(add, [k, b.constant(1)])));
      body.end = { kind: "yield", values };
    }
  }
}

/** The trip count of a loop with literal bounds; NaN of others. */
function literalTrips(instr: Instr & { op: "for" }, definition: ReadonlyMap<Value, SweepItem>): number {
  const literal = (v: Value): number => {
    const made = definition.get(v)?.instr;
    return made?.op === "constant" ? (made.value as number) : Number.NaN;
  };
  return Math.max(0, Math.ceil((literal(instr.end) - literal(instr.start)) / instr.step));
}

/** The value that holds the old element where `instr` destroys one. */
function oldOf(instr: Instr): Value | undefined {
  switch (instr.op) {
    case "store":
    case "accumulate":
      return freshValue(instr.array.type.kind === "array" ? instr.array.type.element : number, "old");
    case "setField":
    case "accumulateField":
      return freshValue(fieldType(instr.record.type, instr.field), "old");
    case "pop":
      return instr.results[0];
    default:
      return undefined;
  }
}
