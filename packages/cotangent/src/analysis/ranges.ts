/**
 * Which numbers are integers, and which are surely below which. Integrality is the greatest fixpoint of rules like
 * `integral(a) and integral(b) => integral(a + b)`: every value is taken to be integral until a definition says
 * otherwise, so counters that go round a loop stay integral. Order is proved by following difference bounds
 * `a <= b + k` (Pratt, Two Easy Theories Whose Combination is Hard, 1977) that definitions and enclosing loops give.
 * Integers are taken to stay within 2^53, where double arithmetic on them is exact.
 */
import type { Block, Func, Instr, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";

export type ForInstr = Extract<Instr, { op: "for" }>;

export interface Ranges {
  /** An integer, or an infinity or NaN that rounding one gave. False for values that `func` did not have. */
  readonly isIntegral: (value: Value) => boolean;
  /** An integer, and finite. */
  readonly isInteger: (value: Value) => boolean;
  /** Proves `left < right` at a point within the loops `inside` (innermost last); false if it finds no proof. */
  readonly isBelow: (left: Value, right: Value, inside: readonly ForInstr[]) => boolean;
  /** Proves `left <= right`, likewise. */
  readonly isAtMost: (left: Value, right: Value, inside: readonly ForInstr[]) => boolean;
}

/** The integrality of the result of an elemental, given that of its arguments; `finite`: of a finite integer. */
function integralResult(id: string, args: readonly boolean[], finite: boolean): boolean {
  switch (id) {
    case "add":
    case "sub":
    case "mul":
    case "neg":
    case "square":
    case "abs":
    case "sign":
    case "max":
    case "min":
    case "stopGradient":
      return args.every(Boolean);
    case "rem":
      return !finite && args.every(Boolean);
    case "floor":
    case "ceil":
    case "round":
    case "trunc":
      return !finite || args.every(Boolean);
    case "select":
      return args[1] === true && args[2] === true;
    case "bitAnd":
    case "bitOr":
    case "bitXor":
    case "bitNot":
    case "shl":
    case "shr":
    case "ushr":
    case "clz32":
    case "imul":
    case "toNumber":
    case "textLength":
    case "textIndexOf":
    case "textLastIndexOf":
      return true;
    default:
      return false;
  }
}

function isIntegerLoad(instr: Extract<Instr, { op: "load" }>): boolean {
  const { type } = instr.array;
  return type.kind === "array" && /^(Int|Uint)/.test(type.storage);
}

/** The numbers of `func` that are not known to be integers. */
function collectFractional(func: Func, finite: boolean): Set<Value> {
  const fractional = new Set<Value>(func.body.params);
  let changed = true;
  const mark = (value: Value | undefined, because: boolean): void => {
    if (!value || !because || fractional.has(value)) return;
    fractional.add(value);
    changed = true;
  };
  const markAll = (values: readonly (Value | undefined)[], from: readonly Value[]): void => {
    for (const [i, v] of from.entries()) mark(values[i], fractional.has(v));
  };
  const yields = (block: Block): readonly Value[] => (block.end.kind === "yield" ? block.end.values : []);
  const visit = (instr: Instr): void => {
    switch (instr.op) {
      case "constant":
        mark(instr.results[0], !Number.isInteger(instr.value));
        return;
      case "unset":
      case "length":
      case "grow":
      case "shrink":
        return;
      case "apply": {
        const args = instr.args.map((a) => !fractional.has(a));
        mark(instr.results[0], !integralResult(instr.primitive.id, args, finite));
        return;
      }
      case "load":
        mark(instr.results[0], !isIntegerLoad(instr));
        return;
      case "if":
        walk(instr.then);
        walk(instr.else);
        markAll(instr.results, yields(instr.then));
        markAll(instr.results, yields(instr.else));
        return;
      case "for":
      case "while": {
        const params = instr.op === "for" ? instr.body.params.slice(1) : instr.body.params;
        markAll(params, instr.inits);
        if (instr.op === "while") {
          markAll(instr.condition.params, params);
          walk(instr.condition);
        }
        walk(instr.body);
        markAll(params, yields(instr.body));
        markAll(instr.results, params);
        return;
      }
      default:
        for (const r of instr.results) mark(r, true);
    }
  };
  const walk = (block: Block): void => block.body.forEach(visit);
  while (changed) {
    changed = false;
    walk(func.body);
  }
  return fractional;
}

/** A value, or a known number. */
type Term = Value | number;
/** `term + offset` bounds something from above or below; `strict`: and is never equal to it. */
interface Bound {
  readonly term: Term;
  readonly offset: number;
  readonly strict: boolean;
}

const MAX_DEPTH = 6;

/** Facts about the numbers of `func`. */
export function analyzeRanges(func: Func): Ranges {
  const definitions = new Map<Value, Instr>();
  const counters = new Map<Value, ForInstr>();
  const numbers = new Set<Value>();
  const meet = (v: Value): void => {
    if (v.type.kind === "number") numbers.add(v);
  };
  func.body.params.forEach(meet);
  forEachInstr(func.body, (instr) => {
    for (const r of instr.results) {
      definitions.set(r, instr);
      meet(r);
    }
    if (instr.op === "for" || instr.op === "while") instr.body.params.forEach(meet);
    if (instr.op === "while") instr.condition.params.forEach(meet);
    if (instr.op === "for") counters.set(instr.body.params[0] as Value, instr);
  });
  const fractional = collectFractional(func, false);
  const fractionalOrInfinite = collectFractional(func, true);
  const isIntegral = (v: Value): boolean => numbers.has(v) && !fractional.has(v);
  const isInteger = (v: Value): boolean => numbers.has(v) && !fractionalOrInfinite.has(v);

  const termOf = (v: Value): Term => {
    const d = definitions.get(v);
    return d?.op === "constant" && typeof d.value === "number" ? d.value : v;
  };
  const isWhole = (t: Term): boolean => (typeof t === "number" ? Number.isInteger(t) : isInteger(t));
  const bound = (v: Value, offset: number, strict: boolean): Bound => ({ term: termOf(v), offset, strict });

  /** `v = term + offset`, if `v` is defined so. */
  const shifted = (v: Value): Bound | undefined => {
    const d = definitions.get(v);
    if (d?.op !== "apply" || !isInteger(v)) return undefined;
    const [a, b] = d.args.map(termOf);
    if (a === undefined || b === undefined) return undefined;
    if (d.primitive.id === "add" && typeof b === "number") return { term: a, offset: b, strict: false };
    if (d.primitive.id === "add" && typeof a === "number") return { term: b, offset: a, strict: false };
    if (d.primitive.id === "sub" && typeof b === "number") return { term: a, offset: -b, strict: false };
    return undefined;
  };
  const sameTerm = (a: Value, b: Term): boolean => termOf(a) === b;

  const above = (t: Term, inside: readonly ForInstr[]): Bound[] => {
    const bounds: Bound[] = [];
    if (typeof t !== "number") {
      const shift = shifted(t);
      if (shift) bounds.push(shift);
      const loop = counters.get(t);
      if (loop) bounds.push(loop.step > 0 ? bound(loop.end, 0, true) : bound(loop.start, 0, false));
    }
    for (const loop of inside) {
      const [low, high] = loop.step > 0 ? [loop.start, loop.end] : [loop.end, loop.start];
      if (sameTerm(low, t)) bounds.push(bound(high, 0, true));
    }
    return bounds;
  };
  const below = (t: Term, inside: readonly ForInstr[]): Bound[] => {
    const bounds: Bound[] = [];
    if (typeof t !== "number") {
      const shift = shifted(t);
      if (shift) bounds.push(shift);
      if (definitions.get(t)?.op === "length") bounds.push({ term: 0, offset: 0, strict: false });
      const loop = counters.get(t);
      if (loop) bounds.push(loop.step > 0 ? bound(loop.start, 0, false) : bound(loop.end, 0, true));
    }
    for (const loop of inside) {
      const [low, high] = loop.step > 0 ? [loop.start, loop.end] : [loop.end, loop.start];
      if (sameTerm(high, t)) bounds.push(bound(low, 0, true));
    }
    return bounds;
  };

  /** Proves `a <= b + k`, or `a < b + k`. */
  const prove = (a: Term, b: Term, k: number, strict: boolean, inside: readonly ForInstr[], depth: number): boolean => {
    if (strict && isWhole(a) && isWhole(b)) return prove(a, b, k - 1, false, inside, depth);
    if (a === b && !Number.isNaN(a)) return strict ? k > 0 : k >= 0;
    if (typeof a === "number" && typeof b === "number") return strict ? a < b + k : a <= b + k;
    if (depth === 0) return false;
    // Between integers, strictly below is at least one below.
    const gap = (fact: Bound, of: Term): number => (fact.strict && isWhole(fact.term) && isWhole(of) ? 1 : 0);
    return (
      above(a, inside).some((f) => {
        const g = gap(f, a);
        return prove(f.term, b, k - f.offset + g, strict && (g > 0 || !f.strict), inside, depth - 1);
      }) ||
      below(b, inside).some((f) => {
        const g = gap(f, b);
        return prove(a, f.term, k + f.offset + g, strict && (g > 0 || !f.strict), inside, depth - 1);
      })
    );
  };

  return {
    isIntegral,
    isInteger,
    isBelow: (left, right, inside) => prove(termOf(left), termOf(right), 0, true, inside, MAX_DEPTH),
    isAtMost: (left, right, inside) => prove(termOf(left), termOf(right), 0, false, inside, MAX_DEPTH),
  };
}
