/**
 * The tangent of each instruction that has no regions and calls nothing: what follows it in forward mode. A number's
 * tangents obey the chain rule `dy = Σ ∂y/∂aᵢ · daᵢ` (Griewank and Walther, 3.1); memory has a shadow beside it, and
 * what an instruction does to the memory is done to the shadow, place by place and in the same order.
 */

import type { Expression } from "../core/primitive.ts";
import { mul, ne, select, trunc } from "../elementals/index.ts";
import { type BlockBuilder, IrError } from "../ir/build.ts";
import { isPerhapsElement, isReference, isScalar, mayShare, typeKey } from "../ir/type.ts";
import type { Absent, Instr, Type, Value } from "../ir/types.ts";
import { anywhere, either, type Flow, flowOfChoice, isConstant, nowhere, type Test } from "./flow.ts";
import type { TangentFlows } from "./forward-flow.ts";
import { emitInterleavedIndices } from "./forward-zero.ts";
import { tangentHint } from "./names.ts";
import { refuseWithoutDerivative } from "./no-derivative.ts";
import { emitSum, type SignedTerm } from "./partials.ts";
import { tangentFieldsOf, tangentType, tangentTypes } from "./tangent-types.ts";

/** A partial of an elemental that is to be multiplied. */
export interface TangentProduct {
  readonly partial: Expression;
  /** The arguments and the result of the elemental. */
  readonly args: readonly Value[];
  readonly result: Value;
  /** The tangents by which it is multiplied, one per direction, and where anything flows into them. */
  readonly factors: readonly Value[];
  readonly flow: Flow | undefined;
  /** Names of the products. */
  readonly hints: readonly (string | undefined)[];
}

/** Products, and where they are not 0 by choice. */
export interface ChosenTerm extends SignedTerm {
  readonly choice?: Test | undefined;
}

/** What a rule knows of the function it adds to. Values are those of the source function unless said otherwise. */
export interface TangentScope {
  readonly directions: number;
  /** True if the value has tangents of its own. */
  readonly isActive: (value: Value) => boolean;
  /** The counterpart of a number in the function that is being built: an index, a length. */
  readonly number: (b: BlockBuilder, value: Value) => Value;
  /** True of the index of an element; false if it may name another property of an array. */
  readonly isWhole: (index: Value) => boolean;
  /** Whether an optional value is present, in the function that is being built. */
  readonly isPresent: (b: BlockBuilder, value: Value) => Value;
  /** Where anything flows into the tangents of numbers. */
  readonly flows: TangentFlows;
  /** The products of a partial of a primitive with tangents. */
  readonly products: (b: BlockBuilder, product: TangentProduct) => ChosenTerm | undefined;
  /** The tangents of a value (zeros are emitted for one that is not active), as `tangentTypes` lists them. */
  readonly tangents: (b: BlockBuilder, value: Value) => readonly Value[];
  /** Fresh zero tangents for a value. */
  readonly zeros: (b: BlockBuilder, value: Value) => readonly Value[];
  /** The tangents of an elemental's result, where they are not the products of partials with tangents. */
  readonly elemental?:
    | ((b: BlockBuilder, instr: Instr & { op: "apply" }, result: Value) => readonly Value[])
    | undefined;
  /** Fresh zero shadows for structures, shared as the structures are if `shared`. */
  readonly shadows: (b: BlockBuilder, values: readonly Value[], shared: boolean) => readonly Value[];
  readonly define: (value: Value, tangents: readonly Value[]) => void;
}

/** Instructions whose tangent is a rule; the others hold regions or call functions. */
export type PlainInstr = Exclude<Instr, { readonly op: "if" | "for" | "while" | "call" }>;

/** Emits the tangent of `instr`, whose primal has just been emitted, and defines the tangents of its active results. */
export function emitTangent(s: TangentScope, b: BlockBuilder, instr: PlainInstr): void {
  const result = instr.results[0] as Value;
  const define = (tangents: readonly Value[]): void => s.define(result, tangents);
  const only = (value: Value): Value => shadowOf(s, b, value);

  switch (instr.op) {
    case "apply":
      emitApply(s, b, instr, result);
      return;
    case "array":
      if (!s.isActive(result)) return;
      define([
        b.array(
          instr.elements.flatMap((e) => s.tangents(b, e)),
          tangentType(result.type, s.directions),
          tangentHint(result.hint),
        ),
      ]);
      return;
    case "allocate":
      if (s.isActive(result)) define([emitAllocate(s, b, instr, result)]);
      return;
    case "record": {
      if (!s.isActive(result)) return;
      const fields = instr.fields.flatMap((f) => {
        const tangents = s.tangents(b, f);
        return tangents.length === 0 ? [b.constant(null)] : tangents;
      });
      define([b.record(fields, tangentType(result.type, s.directions), tangentHint(result.hint))]);
      return;
    }
    case "load":
      emitLoad(s, b, instr, result);
      return;
    case "store":
      if (!s.isActive(instr.array)) return;
      forEachElement(s, b, instr.array, instr.index, instr.value, (shadow, at, v) => b.store(shadow, at, v));
      return;
    case "accumulate":
      if (!s.isActive(instr.array) || !s.isActive(instr.value)) return;
      forEachElement(s, b, instr.array, instr.index, instr.value, (shadow, at, v) => b.accumulate(shadow, at, v));
      return;
    case "push":
      if (s.isActive(instr.array)) for (const v of s.tangents(b, instr.value)) b.push(only(instr.array), v);
      return;
    case "pop":
      emitPop(s, b, instr, result);
      return;
    case "getField": {
      if (!s.isActive(result)) return;
      const shadow = only(instr.record);
      const names = tangentFieldsOf(instr.record.type, instr.field, s.directions);
      define(names.map((name, d) => b.getField(shadow, name, hintOf(s, result, d))));
      return;
    }
    case "setField":
    case "accumulateField": {
      if (!s.isActive(instr.record)) return;
      if (instr.op === "accumulateField" && !s.isActive(instr.value)) return;
      const shadow = only(instr.record);
      const names = tangentFieldsOf(instr.record.type, instr.field, s.directions);
      s.tangents(b, instr.value).forEach((v, d) => {
        if (instr.op === "setField") b.setField(shadow, names[d] as string, v);
        else b.accumulateField(shadow, names[d] as string, v);
      });
      return;
    }
    case "view":
      if (s.isActive(result)) define([emitView(s, b, instr, result)]);
      return;
    case "wrap":
      if (!s.isActive(result)) return;
      if (isScalar(result.type)) {
        define(s.tangents(b, instr.value));
        s.flows.set(result, s.flows.of(instr.value));
      } else define([b.wrap(only(instr.value), absentOf(result.type), tangentHint(result.hint))]);
      return;
    case "unwrap":
      if (!s.isActive(result)) return;
      if (isScalar(result.type)) {
        define(s.tangents(b, instr.value));
        s.flows.set(result, s.flows.of(instr.value));
      } else define([b.unwrap(only(instr.value), tangentHint(result.hint))]);
      return;
    case "constant":
      if (s.isActive(result) && !isScalar(result.type)) define([b.missing(tangentType(result.type, s.directions))]);
      return;
    case "unset":
      // Also where it is not active: zeros of what does not exist could not be made.
      if (s.isActive(result) || isReference(result.type))
        define(tangentTypes(result.type, s.directions).map((t, d) => b.unset(t, hintOf(s, result, d))));
      return;
    case "global":
      if (s.isActive(result) && isReference(result.type)) define(s.zeros(b, result));
      return;
    case "shadow":
      emitShadow(s, b, instr);
      return;
    case "clear":
      if (s.isActive(instr.structure)) b.clear(only(instr.structure), instr.gaps);
      return;
    case "copy": {
      if (!s.isActive(result)) return;
      if (instr.detached || !s.isActive(instr.structure)) {
        // What was one object is one in the copy, and so is what is stored into it later.
        define(mayShare(result.type) ? s.shadows(b, [result], true) : s.zeros(b, result));
      } else {
        const type = tangentType(result.type, s.directions);
        define([b.copy(only(instr.structure), type, tangentHint(result.hint))]);
      }
      return;
    }
    case "addTo":
      if (s.isActive(instr.target) && s.isActive(instr.source))
        b.addTo(only(instr.target), only(instr.source), instr.grown);
      return;
    case "snapshot":
      // Only what has a shadow can have changed in it.
      if (s.isActive(result)) define([b.snapshot(instr.of.filter(s.isActive).map(only), tangentHint(result.hint))]);
      return;
    case "reinstate":
      if (s.isActive(instr.snapshot)) b.reinstate(only(instr.snapshot));
      return;
    case "tape": {
      if (!s.isActive(result)) return;
      const type = tangentType(result.type, s.directions);
      if (type.kind !== "tape") throw new IrError(`a tape with tangents of type ${typeKey(type)}`);
      define([b.tape(type.element, instr.pooled, tangentHint(result.hint))]);
      return;
    }
    case "grow":
    case "shrink": {
      if (!s.isActive(instr.tape)) return;
      // In step with the primal, so that the tangents of slot i are at the interleaved places of i.
      const by = emitScaled(s, b, s.number(b, instr.by), instr.tape.type);
      if (instr.op === "grow") b.grow(only(instr.tape), by);
      else b.shrink(only(instr.tape), by);
      return;
    }
    case "slots":
      if (s.isActive(result)) define([b.slots(only(instr.tape), tangentHint(result.hint))]);
      return;
    case "reader":
      if (s.isActive(result)) define([b.reader(only(instr.tape), tangentHint(result.hint))]);
      return;
    case "release":
      if (s.isActive(instr.tape)) b.release(only(instr.tape));
      return;
    // A function value has no tangent: where one is returned, the derivative has `null` in its place.
    case "closure":
    // No number comes out of these.
    case "text":
    case "present":
    case "isNull":
    case "length":
    case "same":
      return;
    // What the host gives carries no derivative, but a structure may come to hold numbers that do.
    case "host":
      if (result && s.isActive(result)) define(s.zeros(b, result));
      return;
    default:
      instr satisfies never;
  }
}

function hintOf(s: TangentScope, value: Value, direction: number): string | undefined {
  return tangentHint(value.hint, direction, s.directions);
}

function absentOf(type: Type): Absent {
  return type.kind === "optional" ? type.absent : "undefined";
}

/** The shadow of a reference that has one, or one of zeros for one that has none. */
function shadowOf(s: TangentScope, b: BlockBuilder, value: Value): Value {
  const [shadow, ...rest] = s.tangents(b, value);
  if (!shadow || rest.length > 0) throw new IrError(`no shadow for a ${typeKey(value.type)}`);
  return shadow;
}

/** `count` slots or elements hold this many tangents: as many if they are references, k times as many if numbers. */
function emitScaled(s: TangentScope, b: BlockBuilder, count: Value, container: Type): Value {
  const isInterleaved = (container.kind === "array" || container.kind === "tape") && isScalar(container.element);
  return s.directions === 1 || !isInterleaved ? count : b.apply(mul, [count, b.constant(s.directions)]);
}

function emitApply(s: TangentScope, b: BlockBuilder, instr: PlainInstr & { op: "apply" }, result: Value): void {
  const { primitive, args } = instr;
  if (primitive.gives !== "number") return;
  if (s.elemental) {
    if (s.isActive(result)) s.define(result, s.elemental(b, instr, result));
    return;
  }
  const hints = Array.from({ length: s.directions }, (_, d) => hintOf(s, result, d));
  const active = args.map((a, i) => ({ a, i })).filter(({ a }) => a.type.kind === "number" && s.isActive(a));
  const terms: SignedTerm[] = [];
  let flows: Flow | undefined = nowhere;
  for (const { a, i } of active) {
    const partial = primitive.partial(i, args.length);
    if (!s.isActive(result)) continue;
    if (partial === undefined) refuseWithoutDerivative(instr);
    const flow = s.flows.of(a);
    const product = { partial, args, result, factors: s.tangents(b, a), hints: active.length === 1 ? hints : [] };
    const term = s.products(b, { ...product, flow: isConstant(partial) ? anywhere : flow });
    if (!term) continue;
    terms.push(i === primitive.isolated ? emitAlong(b, product.factors, term) : term);
    flows = either(flows, flowOfChoice(term.choice, flow));
  }
  const sum = emitSum(b, terms, hints);
  if (sum) s.define(result, sum);
  s.flows.set(result, flows);
}

/** Products with tangents, as 0 along tangents that are 0. */
function emitAlong(b: BlockBuilder, tangents: readonly Value[], { negative, values }: SignedTerm): SignedTerm {
  const zero = b.constant(0);
  const along = (v: Value, d: number): Value =>
    b.apply(select, [b.apply(ne, [tangents[d] as Value, zero]), v, zero], v.hint);
  return { negative, values: values.map(along) };
}

function emitAllocate(s: TangentScope, b: BlockBuilder, instr: PlainInstr & { op: "allocate" }, result: Value): Value {
  const type = tangentType(result.type, s.directions);
  const hint = tangentHint(result.hint);
  const count = s.number(b, instr.length);
  const length = emitScaled(s, b, count, result.type);
  const { fill } = instr;
  if (instr.holes && type.kind === "array" && type.element.kind !== "number")
    return b.allocateHoles(length, type, hint);
  if (!fill || (isScalar(fill.type) && !s.isActive(fill))) return b.allocate(length, type, undefined, hint);
  const tangents = s.tangents(b, fill);
  if (tangents.length === 1) return b.allocate(length, type, tangents[0], hint);
  const shadow = b.allocate(length, type, undefined, hint);
  b.for({ start: b.constant(0), end: count, step: 1 }, [], (inner, i) => {
    const places = emitInterleavedIndices(inner, i, s.directions);
    for (const [d, v] of tangents.entries()) inner.store(shadow, places[d] as Value, v);
    return [];
  });
  return shadow;
}

/** The same elements of the shadow; where tangents are interleaved, from one whole element to another. */
function emitView(s: TangentScope, b: BlockBuilder, instr: PlainInstr & { op: "view" }, result: Value): Value {
  const place = (index: Value): Value => {
    const at = s.number(b, index);
    return s.directions === 1 ? at : emitScaled(s, b, b.apply(trunc, [at]), instr.array.type);
  };
  const end = instr.end && place(instr.end);
  return b.view(shadowOf(s, b, instr.array), place(instr.start), end, tangentHint(result.hint));
}

function emitLoad(s: TangentScope, b: BlockBuilder, instr: PlainInstr & { op: "load" }, result: Value): void {
  if (!s.isActive(result)) return;
  const shadow = shadowOf(s, b, instr.array);
  const index = s.number(b, instr.index);
  if (!isScalar(result.type)) {
    s.define(result, [
      b.load(shadow, index, tangentHint(result.hint), isPerhapsElement(result.type, instr.array.type)),
    ]);
    return;
  }
  const loads = (inner: BlockBuilder): readonly Value[] =>
    emitInterleavedIndices(inner, index, s.directions, s.isWhole(instr.index)).map((at, d) =>
      inner.load(shadow, at, hintOf(s, result, d)),
    );
  if (result.type.kind === "number") s.define(result, loads(b));
  else {
    const hints = Array.from({ length: s.directions }, (_, d) => hintOf(s, result, d));
    const zeros = (inner: BlockBuilder): readonly Value[] => hints.map(() => inner.constant(0));
    s.define(result, b.if(s.isPresent(b, result), loads, zeros, hints));
  }
}

function emitPop(s: TangentScope, b: BlockBuilder, instr: PlainInstr & { op: "pop" }, result: Value): void {
  if (!s.isActive(instr.array)) return;
  const shadow = shadowOf(s, b, instr.array);
  const count = isScalar(result.type) ? s.directions : 1;
  // The last direction was pushed last.
  const popped = Array.from({ length: count }, (_, n) => b.pop(shadow, hintOf(s, result, count - 1 - n))).reverse();
  if (s.isActive(result)) s.define(result, popped);
}

function emitShadow(s: TangentScope, b: BlockBuilder, instr: PlainInstr & { op: "shadow" }): void {
  const active = instr.results.filter(s.isActive);
  const shadows = s.shadows(b, active, instr.shared);
  for (const [i, r] of active.entries()) s.define(r, [shadows[i] as Value]);
}

function forEachElement(
  s: TangentScope,
  b: BlockBuilder,
  array: Value,
  index: Value,
  value: Value,
  put: (shadow: Value, at: Value, tangent: Value) => void,
): void {
  const shadow = shadowOf(s, b, array);
  const tangents = s.tangents(b, value);
  const places = emitInterleavedIndices(b, s.number(b, index), tangents.length, s.isWhole(index));
  for (const [d, v] of tangents.entries()) put(shadow, places[d] as Value, v);
}
