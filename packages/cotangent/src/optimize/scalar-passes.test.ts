/**
 * The scalar passes on random programs rich in what they look for: conditions asked twice and negated, branches known or
 * equal, loops that do not run or carry values unchanged, computations and reads repeated around writes, objects that
 * nobody reads. Each pass must keep results, final contents of arguments and exceptions.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Primitive } from "../core/primitive.ts";
import * as p from "../elementals/index.ts";
import { BlockBuilder } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import * as t from "../ir/type.ts";
import type { Block, Func, Module, Type, Value } from "../ir/types.ts";
import { verifyModule } from "../ir/verify.ts";
import { mergeCommon } from "./cse.ts";
import { dropDead } from "./dce.ts";
import { simplify } from "./simplify.ts";

const floats = t.array(t.number, "Float64Array");
const cell = t.record({ name: "Cell", isTuple: false, fields: [{ name: "v", type: t.number }] });
// Exact on halves of small integers, so that relaxed identities show only in the sign of a zero.
const binary: readonly Primitive[] = [p.add, p.sub, p.mul, p.max];
const unary: readonly Primitive[] = [p.neg, p.abs, p.square, p.floor];
const relations: readonly Primitive[] = [p.lt, p.le, p.eq, p.ne];
const logic: readonly Primitive[] = [p.and, p.or];

const simple = [
  ...["constant", "binary", "binary", "unary", "relation", "logic", "select", "make"],
  ...["load", "load", "load", "load", "store", "store", "getField", "getField", "setField"],
];
const statements = [...simple, "if", "if", "if", "if", "for", "for", "for", "while", "while"];

interface Scope {
  readonly numbers: readonly Value[];
  readonly truths: readonly Value[];
  readonly arrays: readonly Value[];
  readonly cells: readonly Value[];
}

class Generator {
  readonly #choices: Iterator<number>;
  #budget = 60;

  constructor(choices: Iterator<number>) {
    this.#choices = choices;
  }

  #below(n: number): number {
    const next = this.#choices.next();
    return next.done ? 0 : Math.floor(next.value * n);
  }
  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T;
  }
  /** Mostly one of the latest, so that what is computed is also used. */
  #recent<T>(from: readonly T[]): T {
    return this.#below(3) === 0 ? this.#pick(from) : this.#pick(from.slice(-4));
  }
  /** Keeps numbers small, so that they stay exact. */
  #tame(b: BlockBuilder, v: Value): Value {
    return b.apply(p.rem, [v, b.constant(64)]);
  }

  block(b: BlockBuilder, outer: Scope, yields: readonly Type[], depth: number): readonly Value[] {
    const scope = {
      numbers: [...outer.numbers],
      truths: [...outer.truths],
      arrays: [...outer.arrays],
      cells: [...outer.cells],
    };
    for (let count = 1 + this.#below(6); count > 0 && this.#budget > 0; count--) this.#statement(b, scope, depth);
    if (depth < 3 && this.#below(12) === 0) {
      b.throw(this.#pick(["RangeError", "TypeError"]));
      return [];
    }
    if (depth === 3) scope.numbers.push(this.#digest(b, scope));
    return yields.map((type) => this.#recent<Value>(type.kind === "number" ? scope.numbers : scope.truths));
  }

  /** A number that depends on everything in scope, and on what local objects hold. */
  #digest(b: BlockBuilder, { numbers, truths, arrays, cells }: Scope): Value {
    const held = [
      ...arrays.flatMap((a) => [0, 1].map((i) => b.load(a, b.constant(i)))),
      ...cells.map((c) => b.getField(c, "v")),
    ];
    let sum = b.constant(0);
    for (const v of [...numbers, ...truths.map((v) => b.apply(p.toNumber, [v])), ...held]) {
      if (this.#below(4) < 3) sum = this.#tame(b, b.apply(p.add, [b.apply(p.mul, [sum, b.constant(3)]), v]));
    }
    return sum;
  }

  #statement(b: BlockBuilder, scope: { [K in keyof Scope]: Value[] }, depth: number): void {
    this.#budget--;
    const { numbers, truths, arrays, cells } = scope;
    const index = (): Value => b.constant(this.#below(2));
    switch (this.#pick(depth > 0 ? statements : simple)) {
      case "constant":
        numbers.push(b.constant(this.#pick([0, 1, -1, 2, -2, 0.5, 3])));
        return;
      case "binary":
        numbers.push(this.#tame(b, b.apply(this.#pick(binary), [this.#recent(numbers), this.#recent(numbers)])));
        return;
      case "unary":
        numbers.push(b.apply(this.#pick(unary), [this.#tame(b, this.#recent(numbers))]));
        return;
      case "relation":
        truths.push(b.apply(this.#pick(relations), [this.#recent(numbers), this.#recent(numbers)]));
        return;
      case "logic":
        truths.push(
          this.#below(2) === 0
            ? b.apply(p.not, [this.#recent(truths)])
            : b.apply(this.#pick(logic), [this.#recent(truths), this.#recent(truths)]),
        );
        return;
      case "select":
        numbers.push(b.apply(p.select, [this.#recent(truths), this.#recent(numbers), this.#recent(numbers)]));
        return;
      case "load":
        numbers.push(b.load(this.#recent(arrays), index()));
        return;
      case "store":
        if (this.#below(2) === 0) b.store(this.#recent(arrays), index(), this.#recent(numbers));
        else b.accumulate(this.#recent(arrays), index(), this.#pick([...numbers.slice(0, 3)]));
        return;
      case "make":
        if (this.#below(2) === 0) arrays.push(b.allocate(b.constant(2), floats));
        else cells.push(b.record([this.#recent(numbers)], cell));
        return;
      case "getField":
        numbers.push(b.getField(this.#recent(cells), "v"));
        return;
      case "setField":
        b.setField(this.#recent(cells), "v", this.#recent(numbers));
        return;
      case "if": {
        const types: readonly Type[] = [t.number, t.boolean, t.number].slice(0, this.#below(4));
        const condition = this.#recent(truths);
        const [then, otherwise] = [0, 1].map(() => this.#region([], scope, types, depth - 1)) as [Block, Block];
        if (then.end.kind === "throw" && otherwise.end.kind === "throw") {
          b.ifBlocks(condition, then, { params: [], body: [], end: { kind: "yield", values: [] } });
          return;
        }
        for (const v of b.ifBlocks(condition, then, otherwise)) (v.type.kind === "number" ? numbers : truths).push(v);
        return;
      }
      case "for": {
        const inits = [this.#recent(numbers), this.#recent(truths), this.#recent(numbers)].slice(0, this.#below(4));
        const [start, end] = [b.constant(this.#below(3)), b.constant(this.#below(4))];
        const types = inits.map((v) => v.type);
        const body = this.#region([t.number, ...types], scope, types, depth - 1);
        for (const v of b.forBlock(start, end, 1, inits, body)) (v.type.kind === "number" ? numbers : truths).push(v);
        return;
      }
      case "while": {
        // Runs at most three times: the first carried value counts.
        const inits = [b.constant(0), this.#recent(truths), this.#recent(numbers)];
        const types = inits.map((v) => v.type);
        const limit = this.#below(4);
        const test = new BlockBuilder(types.map((type) => ({ type })));
        const [count, truth, other] = test.params as [Value, Value, Value];
        const inside = {
          numbers: [...numbers, count, other],
          truths: [...truths, truth],
          arrays: [...arrays],
          cells: [...cells],
        };
        this.#statement(test, inside, 0);
        const more = this.#below(5) === 0 ? test.constant(false) : test.apply(p.lt, [count, test.constant(limit)]);
        const body = this.#region(types, scope, types.slice(1), depth - 1, (made, params) => [
          made.apply(p.add, [params[0] as Value, made.constant(1)]),
        ]);
        for (const v of b.whileBlocks(inits, test.finish([more]), body)) {
          (v.type.kind === "number" ? numbers : truths).push(v);
        }
        return;
      }
      default:
    }
  }

  #region(
    params: readonly Type[],
    outer: Scope,
    yields: readonly Type[],
    depth: number,
    first: (b: BlockBuilder, params: readonly Value[]) => readonly Value[] = () => [],
  ): Block {
    const b = new BlockBuilder(params.map((type) => ({ type })));
    const [numbers, truths] = [outer.numbers, outer.truths].map((list) => [...list]) as [Value[], Value[]];
    for (const v of b.params) (v.type.kind === "number" ? numbers : truths).push(v);
    const leading = first(b, b.params);
    // The values carried unchanged are worth having often.
    const made = this.block(b, { ...outer, numbers, truths }, yields, depth);
    const carried = b.params.slice(b.params.length - yields.length);
    const rest = made.map((v, i) => (carried.length === yields.length && this.#below(4) === 0 ? (carried[i] ?? v) : v));
    return b.finish([...leading, ...rest.map((v, i) => (v.type.kind === yields[i]?.kind ? v : (made[i] as Value)))]);
  }
}

function makeProgram(choices: readonly number[]): Module {
  const b = new BlockBuilder([t.number, t.number, t.boolean, floats, floats, cell].map((type) => ({ type })));
  const [x, y, truth, first, second, held] = b.params as [Value, Value, Value, Value, Value, Value];
  const scope = { numbers: [x, y], truths: [truth], arrays: [first, second], cells: [held] };
  const results = [t.number, t.number, t.boolean];
  const values = new Generator(choices[Symbol.iterator]()).block(b, scope, results, 3);
  const func: Func = { name: "f", body: b.finish(values), results, span: undefined };
  return { functions: new Map([["f", func]]), globals: new Map() };
}

type Outcome = { readonly result: unknown; readonly memory: unknown };

/** What a call shows, also when both arrays are one. */
function run(module: Module, numbers: readonly number[], truth: boolean, isShared: boolean): Outcome {
  const half = numbers.map((v) => v / 2);
  const first = Float64Array.from(half.slice(2, 4));
  const second = isShared ? first : Float64Array.from(half.slice(4, 6));
  const held = { v: half[6] };
  let result: unknown;
  try {
    result = interpret(module, "f", [half[0], half[1], truth, first, second, held]);
  } catch (error) {
    result = (error as Error).name;
  }
  const plain = (v: unknown): unknown => (typeof v === "number" ? v + 0 : v);
  return {
    result: Array.isArray(result) ? result.map(plain) : result,
    memory: [...first, ...second, held.v].map(plain),
  };
}

const passes: readonly (readonly [string, (func: Func, module: Module) => Func])[] = [
  ["simplify before", (func) => simplify(func, "before")],
  ["simplify after", (func) => simplify(func, "after")],
  ["mergeCommon", mergeCommon],
  ["dropDead", dropDead],
  ["all", (func, module) => dropDead(simplify(mergeCommon(simplify(func, "after"), module), "after"), module)],
];

describe("scalar passes on random programs", () => {
  it.each(passes)("%s keeps the meaning", (_name, pass) => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9_999), { minLength: 20, maxLength: 250, size: "max" }),
        fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 7, maxLength: 7 }),
        fc.boolean(),
        fc.boolean(),
        (choices, numbers, truth, isShared) => {
          const module = makeProgram(choices.map((n) => n / 10_000));
          verifyModule(module);
          const func = module.functions.get("f") as Func;
          const better: Module = { ...module, functions: new Map([["f", pass(func, module)]]) };
          verifyModule(better);
          expect(run(better, numbers, truth, isShared)).toEqual(run(module, numbers, truth, isShared));
        },
      ),
      { numRuns: 800 },
    );
  });
});
