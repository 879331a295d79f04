/**
 * Simplification: what is known is computed, the identities of `elementals/identities` are applied, and control whose
 * course is known goes (Muchnick, Advanced Compiler Design, 12.1 and 18.1).
 *
 *     if true { A } else { B }  =>  A            for (i = 0; i < 0; …) { A }  =>  nothing
 *     if !c { A } else { B }    =>  if c { B } else { A }
 *     if c { …; yield x } else { …; yield x }  =>  x, the branches for their effects only
 *
 * One walk in program order, in which every operand is already simple; it is repeated while it finds something, because
 * what a loop carries is known only after its body. What becomes unused stays, for dead code elimination to take away.
 */
import type { ZeroSigns } from "../analysis/zero-signs.ts";
import { type Scalar, valueAt } from "../core/bind.ts";
import { type Expression, interpretExpression, type Primitive } from "../core/primitive.ts";
import { rewrite, type Stage, type Terms } from "../elementals/identities.ts";
import { and, eq, gt, lt, ne, not, or } from "../elementals/index.ts";
import { freshValue } from "../ir/build.ts";
import * as t from "../ir/type.ts";
import type { Block, Func, Instr, Span, Terminator, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr, mapTerminator, operands, regions, terminatorOperands } from "../ir/visit.ts";

const MAX_ROUNDS = 6;

type IfInstr = Extract<Instr, { op: "if" }>;
type ForInstr = Extract<Instr, { op: "for" }>;
type WhileInstr = Extract<Instr, { op: "while" }>;
type Loop = ForInstr | WhileInstr;

/** Simplifies `func`: `before` prepares it for a transform, `after` for reading. Without `signs` -0 is as good as 0. */
export function simplify(func: Func, stage: Stage, signs?: ZeroSigns): Func {
  let current = func;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const simplifier = new Simplifier(current, stage, signs);
    current = { ...current, body: simplifier.block(current.body) };
    if (!simplifier.hasChanged) break;
  }
  return current;
}

function countUses(func: Func): Map<Value, number> {
  const uses = new Map<Value, number>();
  const use = (v: Value): void => void uses.set(v, (uses.get(v) ?? 0) + 1);
  const useEnd = (block: Block): void => terminatorOperands(block.end).forEach(use);
  forEachInstr(func.body, (instr) => {
    operands(instr).forEach(use);
    regions(instr).forEach(useEnd);
  });
  useEnd(func.body);
  return uses;
}

/** Comparisons that are true only of values that differ. */
const differing: ReadonlySet<Primitive> = new Set([lt, gt, ne]);

class Simplifier {
  hasChanged = false;
  readonly #stage: Stage;
  readonly #signs: ZeroSigns | undefined;
  readonly #uses: Map<Value, number>;
  readonly #replaced = new Map<Value, Value>();
  readonly #definitions = new Map<Value, Instr>();
  /** What the branch that is being rewritten knows of truth values. */
  readonly #facts = new Map<Value, boolean>();
  /** Pairs of values that it knows to differ. */
  readonly #apart: (readonly [Value, Value])[] = [];
  readonly #visible = new Set<Value>();
  #defined: Value[] = [];
  #out: Instr[] = [];
  readonly #terms: Terms<Value>;

  constructor(func: Func, stage: Stage, signs: ZeroSigns | undefined) {
    this.#stage = stage;
    this.#signs = signs;
    this.#uses = countUses(func);
    this.#terms = {
      view: (v) => {
        const fact = this.#facts.get(v);
        if (fact !== undefined) return { scalar: fact };
        const d = this.#definitions.get(v);
        return d?.op === "constant" ? { scalar: d.value } : d?.op === "apply" ? d : undefined;
      },
      same: (a, b) => a === b,
      isShared: (v) => (this.#uses.get(v) ?? 0) > 1,
    };
  }

  #value = (v: Value): Value => this.#replaced.get(v) ?? v;

  #replace(v: Value, by: Value): void {
    this.#replaced.set(v, by);
    this.#uses.set(by, (this.#uses.get(by) ?? 0) + (this.#uses.get(v) ?? 0));
    this.hasChanged = true;
  }

  #define(v: Value): void {
    this.#visible.add(v);
    this.#defined.push(v);
  }

  #append(instr: Instr): void {
    this.#out.push(instr);
    for (const r of instr.results) {
      this.#definitions.set(r, instr);
      this.#define(r);
    }
  }

  /** The scalar that `v` surely is, in a box, because a missing value is one, too. */
  #known(v: Value): { readonly scalar: Scalar } | undefined {
    const view = this.#terms.view(v);
    return view?.primitive ? undefined : view;
  }

  #constant(value: Scalar, span: Span | undefined, type = scalarType(value), hint?: string): Value {
    const made = freshValue(type, hint);
    this.#append({ op: "constant", value, results: [made], span });
    return made;
  }

  /** Appends an instruction that gives another value in the place of `result`. */
  #made(instr: Instr, result: Value): Value {
    const made = freshValue(result.type, result.hint);
    this.#append({ ...instr, results: [made] });
    return made;
  }

  /** Rewrites a block as one of its own. */
  block = (block: Block): Block => {
    const [out, defined] = [this.#out, this.#defined];
    this.#out = [];
    this.#defined = [];
    block.params.forEach((p) => {
      this.#define(p);
    });
    const end = this.#body(block);
    const made: Block = { params: block.params, body: this.#out, end };
    for (const v of this.#defined) this.#visible.delete(v);
    this.#out = out;
    this.#defined = defined;
    return made;
  };

  /** Rewrites the instructions of `block` to the end of the current one, and gives how it ends. */
  #body(block: Block): Terminator {
    for (const instr of block.body) {
      const end = this.#instr(instr);
      if (end) return end;
    }
    return mapTerminator(block.end, this.#value);
  }

  /** Puts a region in the place of the instruction around it, whose results it yields. */
  #splice(block: Block, results: readonly Value[]): Terminator | undefined {
    const end = this.#body(block);
    this.hasChanged = true;
    if (end.kind === "throw") return end;
    for (const [i, r] of results.entries()) this.#replace(r, end.values[i] as Value);
    return undefined;
  }

  /** Appends what becomes of `instr`; gives the end of the block if nothing after it can run. */
  #instr(original: Instr): Terminator | undefined {
    switch (original.op) {
      case "if":
        return this.#if(original);
      case "for":
      case "while":
        return this.#loop(original);
      default: {
        const instr = mapInstr(original, this.#value, this.block);
        const [result] = instr.results;
        const by = result && this.#simpler(instr, result);
        if (by) this.#replace(result, by);
        else this.#append(instr);
        return undefined;
      }
    }
  }

  /** What gives the result of `instr` in a simpler way. */
  #simpler(instr: Instr, result: Value): Value | undefined {
    const definition = (v: Value): Instr | undefined => this.#definitions.get(v);
    switch (instr.op) {
      case "apply":
        return this.#simplerApply(instr.primitive, instr.args, result, instr.span);
      case "text": {
        const known = instr.parts.map((v) => this.#known(v));
        if (!known.every((k) => k !== undefined)) return undefined;
        return this.#constant(known.map((k) => String(k.scalar)).join(""), instr.span, result.type, result.hint);
      }
      case "present": {
        const made = definition(instr.value);
        if (made?.op === "wrap") {
          if (made.value.type.kind !== "optional") return this.#constant(true, instr.span, result.type, result.hint);
          return this.#made({ ...instr, value: made.value }, result);
        }
        if (made?.op !== "constant") return undefined;
        return this.#constant(made.value != null, instr.span, result.type, result.hint);
      }
      case "isNull": {
        const made = definition(instr.value);
        if (made?.op === "wrap" && made.value.type.kind !== "optional")
          return this.#constant(false, instr.span, result.type, result.hint);
        if (made?.op !== "constant") return undefined;
        return this.#constant(made.value === null, instr.span, result.type, result.hint);
      }
      case "unwrap": {
        const made = definition(instr.value);
        return made?.op === "wrap" && made.value.type.kind !== "optional" ? made.value : undefined;
      }
      case "same":
        return instr.left === instr.right ? this.#constant(true, instr.span, result.type, result.hint) : undefined;
      case "length":
        return this.#simplerLength(instr.array, result, instr.span);
      default:
        return undefined;
    }
  }

  #simplerApply(
    primitive: Primitive,
    args: readonly Value[],
    result: Value,
    span: Span | undefined,
  ): Value | undefined {
    const [left, right] = args as readonly [Value, Value];
    if ((primitive === eq || primitive === ne) && this.#areApart(left, right))
      return this.#constant(primitive === ne, span, result.type, result.hint);
    const known = args.map((a) => this.#known(a));
    if (known.every((k) => k !== undefined)) {
      const scalars = known.map((k) => k.scalar);
      const value = valueAt(primitive, scalars);
      // A character past the end of a text is no text, and stays as it is written.
      return typeof value === primitive.gives ? this.#constant(value, span, result.type, result.hint) : undefined;
    }
    const found = rewrite(primitive, args, this.#terms, this.#stage, () => this.#signs?.isShown(result) ?? false);
    if (!found) return undefined;
    return this.#formula(found.replacement, found.bindings, result, span);
  }

  #areApart(a: Value, b: Value): boolean {
    return this.#apart.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
  }

  /** Appends a formula on values, whose value takes the name and the uses of `result`. */
  #formula(formula: Expression, bindings: readonly Value[], result: Value, span: Span | undefined): Value {
    const made = (v: Value): Value => {
      this.#signs?.enter(v, result);
      return v;
    };
    const domain = {
      literal: (value: number): Value => this.#constant(value, span),
      apply: (primitive: Primitive, args: readonly Value[]): Value =>
        this.#apply(primitive, args, made(freshValue({ kind: primitive.gives })), span),
    };
    const read = (e: Expression): Value => interpretExpression(e, domain, bindings, undefined);
    if (formula.kind === "literal") return this.#constant(formula.value, span, result.type, result.hint);
    if (formula.kind !== "apply") return read(formula);
    return this.#apply(formula.primitive, formula.args.map(read), made(freshValue(result.type, result.hint)), span);
  }

  #apply(primitive: Primitive, args: readonly Value[], result: Value, span: Span | undefined): Value {
    const by = this.#simplerApply(primitive, args, result, span);
    if (by) return by;
    for (const a of args) this.#uses.set(a, (this.#uses.get(a) ?? 0) + 1);
    this.#append({ op: "apply", primitive, args, results: [result], span });
    return result;
  }

  /** The length of a typed array is what it was made with. */
  #simplerLength(array: Value, result: Value, span: Span | undefined): Value | undefined {
    const isFixed = (v: Value): boolean => v.type.kind === "array" && v.type.storage !== "Array";
    if (!isFixed(array)) return undefined;
    const made = this.#definitions.get(array);
    switch (made?.op) {
      case "array":
        return this.#constant(made.elements.length, span, result.type, result.hint);
      case "allocate": {
        const known = this.#known(made.length)?.scalar;
        const isNatural = Number.isInteger(known) && (known as number) >= 0;
        return isNatural || this.#definitions.get(made.length)?.op === "length" ? made.length : undefined;
      }
      case "copy":
      case "shadow": {
        const of = made.op === "copy" ? made.structure : made.of[made.results.indexOf(array)];
        if (!of || !isFixed(of)) return undefined;
        const length = freshValue(result.type, result.hint);
        const by = this.#simplerLength(of, length, span);
        if (by) return by;
        this.#append({ op: "length", array: of, results: [length], span });
        return length;
      }
      default:
        return undefined;
    }
  }

  // -------------------------------------------------------------------------------------------------- Branches

  #if(original: IfInstr): Terminator | undefined {
    let condition = this.#value(original.condition);
    const known = this.#known(condition);
    if (known) return this.#splice(known.scalar ? original.then : original.else, original.results);
    let [first, second] = [original.then, original.else];
    for (;;) {
      const negated = this.#definitions.get(condition);
      if (negated?.op !== "apply" || negated.primitive !== not) break;
      condition = negated.args[0] as Value;
      [first, second] = [second, first];
      this.hasChanged = true;
    }
    const then = this.#branch(first, condition, true);
    const otherwise = this.#branch(second, condition, false);
    if (then.end.kind === "throw" && otherwise.end.kind === "throw") {
      // No result can come of it, and nothing after it runs.
      if (original.results.length === 0) {
        this.#append({ ...original, condition, then, else: otherwise });
        return undefined;
      }
      const nothing: Block = { params: [], body: [], end: { kind: "yield", values: [] } };
      this.#append({ ...original, condition, results: [], then, else: nothing });
      this.hasChanged = true;
      for (const instr of otherwise.body) this.#append(instr);
      return otherwise.end;
    }
    const merged: IfInstr = { ...original, condition, then, else: otherwise };
    const kept: number[] = [];
    for (const [i, r] of merged.results.entries()) {
      const by = this.#mergedYield(merged, i, r);
      if (by) this.#replace(r, by);
      else kept.push(i);
    }
    this.#append(kept.length === merged.results.length ? merged : keepResults(merged, kept));
    return undefined;
  }

  #branch(block: Block, condition: Value, outcome: boolean): Block {
    const learned: Value[] = [];
    const apart = this.#apart.length;
    const pending: (readonly [Value, boolean])[] = [[condition, outcome]];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const [v, truth] = next;
      if (this.#known(v)) continue;
      this.#facts.set(v, truth);
      learned.push(v);
      const d = this.#definitions.get(v);
      if (d?.op !== "apply") continue;
      if (d.primitive === eq ? !truth : truth && differing.has(d.primitive))
        this.#apart.push(d.args as readonly [Value, Value]);
      if (d.primitive === not) pending.push([d.args[0] as Value, !truth]);
      if (d.primitive === (truth ? and : or)) for (const a of d.args) pending.push([a, truth]);
    }
    const made = this.block(block);
    for (const v of learned) this.#facts.delete(v);
    this.#apart.length = apart;
    return made;
  }

  /** What result `i` of an `if` is, whichever branch runs. */
  #mergedYield(instr: IfInstr, i: number, result: Value): Value | undefined {
    const [a, b] = [instr.then.end, instr.else.end].map((end) => (end.kind === "yield" ? end.values[i] : undefined));
    const either = a ?? b;
    if (!either) return undefined;
    if ((!a || !b || a === b) && this.#visible.has(either)) return either;
    if (!a || !b) return undefined;
    const [x, y] = [this.#definitions.get(a), this.#definitions.get(b)];
    if (x?.op === "unset" && this.#visible.has(b)) return b;
    if (y?.op === "unset" && this.#visible.has(a)) return a;
    if (x?.op !== "constant" || y?.op !== "constant") return undefined;
    if (Object.is(x.value, y.value)) return this.#constant(x.value, instr.span, result.type, result.hint);
    if (x.value === true && y.value === false) return instr.condition;
    if (x.value === false && y.value === true) {
      return this.#apply(not, [instr.condition], freshValue(result.type, result.hint), instr.span);
    }
    return undefined;
  }

  // ----------------------------------------------------------------------------------------------------- Loops

  #loop(original: Loop): Terminator | undefined {
    const inits = original.inits.map(this.#value);
    if (original.op === "for") {
      const [start, end] = [this.#known(this.#value(original.start)), this.#known(this.#value(original.end))];
      const [a, b] = [start?.scalar, end?.scalar];
      if (typeof a === "number" && typeof b === "number" && !(original.step > 0 ? a < b : a > b)) {
        for (const [i, r] of original.results.entries()) this.#replace(r, inits[i] as Value);
        return undefined;
      }
    } else if (neverRuns(original)) {
      for (const [i, p] of original.condition.params.entries()) this.#replace(p, inits[i] as Value);
      const end = this.#splice({ ...original.condition, end: { kind: "yield", values: inits } }, original.results);
      return end;
    }
    const kept: number[] = [];
    const params = carriedParams(original);
    const { end } = original.body;
    for (const [i, init] of inits.entries()) {
      const next = end.kind === "yield" ? end.values[i] : undefined;
      const bodyParam = params.at(-1)?.[i];
      if (next && (next === bodyParam || this.#value(next) === init)) {
        for (const list of params) this.#replace(list[i] as Value, init);
        this.#replace(original.results[i] as Value, init);
      } else kept.push(i);
    }
    const loop = kept.length === inits.length ? original : keepCarried(original, kept);
    this.#append(mapInstr(loop, this.#value, this.block));
    return undefined;
  }
}

function scalarType(value: Scalar): Value["type"] {
  return typeof value === "number"
    ? t.number
    : typeof value === "boolean"
      ? t.boolean
      : typeof value === "string"
        ? t.string
        : t.unit;
}

function neverRuns(loop: WhileInstr): boolean {
  const { body, end } = loop.condition;
  if (end.kind !== "yield") return false;
  const test = body.find((i) => i.results.includes(end.values[0] as Value));
  return test?.op === "constant" && test.value === false;
}

function carriedParams(loop: Loop): readonly (readonly Value[])[] {
  return loop.op === "for" ? [loop.body.params.slice(1)] : [loop.condition.params, loop.body.params];
}

function keepYields(block: Block, kept: readonly number[]): Block {
  const { end } = block;
  return end.kind === "yield" ? { ...block, end: { ...end, values: pick(end.values, kept) } } : block;
}

function keepResults(instr: IfInstr, kept: readonly number[]): IfInstr {
  const results = pick(instr.results, kept);
  return { ...instr, results, then: keepYields(instr.then, kept), else: keepYields(instr.else, kept) };
}

function keepCarried(loop: Loop, kept: readonly number[]): Loop {
  const results = pick(loop.results, kept);
  const inits = pick(loop.inits, kept);
  if (loop.op === "for") {
    const [index, ...rest] = loop.body.params;
    const params = [index as Value, ...pick(rest, kept)];
    return { ...loop, results, inits, body: { ...keepYields(loop.body, kept), params } };
  }
  const condition = { ...loop.condition, params: pick(loop.condition.params, kept) };
  const body = { ...keepYields(loop.body, kept), params: pick(loop.body.params, kept) };
  return { ...loop, results, inits, condition, body };
}

function pick(values: readonly Value[], kept: readonly number[]): readonly Value[] {
  return kept.map((i) => values[i] as Value);
}
