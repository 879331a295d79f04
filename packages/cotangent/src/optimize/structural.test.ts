/**
 * The structural passes on random programs that are rich in what they look for: small objects that are written, merged
 * and carried, loops that count and loops that nearly do, arrays that alias, calls that throw. A pass must keep results,
 * final contents of arguments and exceptions, to the bit.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryNumbers, arbitraryProgram } from "../../test/support/arbitrary-ir.ts";
import type { Primitive } from "../core/primitive.ts";
import * as p from "../elementals/index.ts";
import { type BlockBuilder, buildFunc } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import * as t from "../ir/type.ts";
import type { Func, Instr, Module, Type, Value } from "../ir/types.ts";
import { verifyModule } from "../ir/verify.ts";
import { forEachInstr } from "../ir/visit.ts";
import { countLoops } from "./count-loops.ts";
import { inlineCalls } from "./inline.ts";
import { hoistInvariants } from "./licm.ts";
import { scalarReplace } from "./scalar-replace.ts";
import { unrollLoops } from "./unroll.ts";

const point = t.record({
  name: "Point",
  isTuple: false,
  fields: [
    { name: "x", type: t.number },
    { name: "y", type: t.number },
  ],
});
const triple = t.array(t.number);
const floats = t.array(t.number, "Float64Array");
const segment = t.record({
  name: "Segment",
  isTuple: false,
  fields: [
    { name: "from", type: point },
    { name: "at", type: triple },
  ],
});
/** Half of the programs hold no object in another and hand none to a call, so that theirs escape less. */
const calmTypes: readonly Type[] = [t.number, t.number, point, triple, floats];
const wildTypes: readonly Type[] = [...calmTypes, t.number, segment];
const binary: readonly Primitive[] = [p.add, p.sub, p.mul, p.div, p.max];
const unary: readonly Primitive[] = [p.sin, p.neg, p.floor, p.sqrt, p.abs];
const relations: readonly Primitive[] = [p.lt, p.le, p.gt, p.ge];

/** Grows random programs. Arrays have three elements and are read at 0, 1 or 2. */
class Generator {
  readonly #choices: Iterator<number>;
  #budget = 45;
  #depth = 0;
  readonly #callees: readonly string[];
  readonly #isCalm: boolean;
  readonly #types: readonly Type[];

  constructor(choices: Iterator<number>, callees: readonly string[]) {
    this.#choices = choices;
    this.#callees = callees;
    this.#isCalm = this.#below(2) === 0;
    this.#types = this.#isCalm ? calmTypes : wildTypes;
  }

  #below(count: number): number {
    return Math.floor((this.#choices.next().value as number) * count);
  }
  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }
  /** A value of the type that is in scope, or a new one. */
  #get(b: BlockBuilder, scope: Value[], type: Type): Value {
    const found = scope.filter((v) => t.sameType(v.type, type));
    if (found.length > 0 && this.#below(5) > 0) return this.#pick(found);
    const made = this.#make(b, scope, type);
    scope.push(made);
    return made;
  }
  #number(b: BlockBuilder, scope: Value[]): Value {
    return this.#get(b, scope, t.number);
  }
  #make(b: BlockBuilder, scope: Value[], type: Type): Value {
    if (type.kind === "record") {
      return b.record(
        type.decl.fields.map((f) => this.#get(b, scope, f.type)),
        type,
      );
    }
    if (type.kind === "array") {
      if (type.storage !== "Array" && this.#below(2) === 0) return b.allocate(b.constant(3), type);
      return b.array([this.#number(b, scope), this.#number(b, scope), b.constant(4)], type);
    }
    return b.constant(this.#pick([0, 1, 2, 3, -1, 0.5, 2.5]));
  }
  #place(b: BlockBuilder): Value {
    return b.constant(this.#below(3));
  }
  #test(b: BlockBuilder, scope: Value[]): Value {
    return b.apply(this.#pick(relations), [this.#number(b, scope), this.#number(b, scope)]);
  }
  #carried(b: BlockBuilder, scope: Value[]): Value[] {
    return Array.from({ length: this.#below(3) }, () => this.#get(b, scope, this.#pick(this.#types)));
  }
  /** A region in which things happen, yielding values of the given types. */
  #region(b: BlockBuilder, outer: readonly Value[], given: readonly Value[], yields: readonly Type[]): Value[] {
    const scope = [...outer, ...given];
    this.#depth++;
    this.block(b, scope, 2 + this.#below(4));
    this.#depth--;
    return yields.map((type) => this.#get(b, scope, type));
  }

  block(b: BlockBuilder, scope: Value[], steps: number): void {
    for (let i = 0; i < steps && this.#budget > 0; i++) this.#step(b, scope);
  }
  #step(b: BlockBuilder, scope: Value[]): void {
    this.#budget--;
    const array = (): Value => this.#get(b, scope, this.#pick([triple, floats]));
    // Deep nesting would run for long.
    switch (this.#below(this.#depth < 3 ? 16 : 11)) {
      case 0:
      case 1:
        scope.push(b.apply(this.#pick(binary), [this.#number(b, scope), this.#number(b, scope)]));
        return;
      case 2:
        scope.push(b.apply(this.#pick(unary), [this.#number(b, scope)]));
        return;
      case 3:
        scope.push(this.#make(b, scope, this.#pick(this.#types)));
        return;
      case 4:
      case 5:
        scope.push(b.getField(this.#get(b, scope, point), this.#pick(["x", "y"])));
        return;
      case 6:
        b.setField(this.#get(b, scope, point), this.#pick(["x", "y"]), this.#number(b, scope));
        return;
      case 7:
        scope.push(b.load(array(), this.#place(b)), b.length(array()));
        return;
      case 8:
        b.store(array(), this.#place(b), this.#number(b, scope));
        return;
      case 9:
        b.accumulate(array(), this.#place(b), this.#number(b, scope));
        return;
      case 10: {
        if (this.#isCalm) return;
        const s = this.#get(b, scope, segment);
        const field = this.#pick(["from", "at"]);
        scope.push(b.getField(s, field));
        if (this.#below(3) === 0) b.setField(s, field, this.#get(b, scope, field === "at" ? triple : point));
        return;
      }
      case 11: {
        const yields = Array.from({ length: this.#below(3) }, () => this.#pick(this.#types));
        const throws = this.#below(8) === 0;
        const results = b.if(
          this.#test(b, scope),
          (c) => this.#region(c, scope, [], yields),
          (c) => {
            const values = this.#region(c, scope, [], yields);
            if (throws) c.throw("RangeError", c.text([this.#number(c, [...scope])]));
            return values;
          },
        );
        scope.push(...results);
        return;
      }
      case 12: {
        const inits = this.#carried(b, scope);
        const start = b.constant(this.#below(4) - 1);
        const end =
          this.#below(2) === 0 ? b.constant(this.#below(5)) : b.apply(p.min, [this.#number(b, scope), b.constant(3)]);
        const step = this.#below(4) === 0 ? 2 : 1;
        const results = b.for({ start, end, step }, inits, (c, index, ...carried) =>
          this.#region(
            c,
            scope,
            [index as Value, ...carried],
            inits.map((v) => v.type),
          ),
        );
        scope.push(...results);
        return;
      }
      case 13:
        this.#while(b, scope);
        return;
      default: {
        const callee = this.#pick(this.#callees);
        if (callee === undefined) return;
        const give = (type: Type): Value =>
          this.#isCalm ? this.#make(b, [...scope], type) : this.#get(b, scope, type);
        const args = [this.#number(b, scope), give(point), give(triple)];
        scope.push(...b.call(callee, args, [t.number, point]));
      }
    }
  }
  /** A loop that counts, unless its bound varies or its step depends. */
  #while(b: BlockBuilder, scope: Value[]): void {
    const inits = this.#carried(b, scope);
    const up = this.#below(3) > 0;
    const start = b.constant(this.#pick([0, 0, 1, -1, 0.5]));
    const bound = this.#number(b, scope);
    const fixed = b.apply(up ? p.min : p.max, [bound, b.constant(up ? 4 : -4)]);
    const limit = this.#get(b, scope, triple);
    const kind = this.#below(5);
    const written = this.#get(b, scope, point);
    const relation = this.#pick(up ? [p.lt, p.le] : [p.gt, p.ge]);
    const size = this.#pick([1, 1, 2]);
    const results = b.while(
      [start, ...inits],
      (c, counter) => {
        if (kind === 4) c.accumulateField(written, "x", c.constant(1));
        const clipped = kind === 0 ? c.length(limit) : kind === 1 ? c.load(limit, c.constant(1)) : bound;
        const within = c.apply(up ? p.min : p.max, [clipped, c.constant(up ? 4 : -4)]);
        return [c.apply(relation, kind === 2 ? [counter as Value, fixed] : [counter as Value, within])];
      },
      (c, counter, ...carried) => {
        const values = this.#region(
          c,
          scope,
          [counter as Value, ...carried],
          inits.map((v) => v.type),
        );
        return [c.apply(up ? p.add : p.sub, [counter as Value, c.constant(size)]), ...values];
      },
    );
    scope.push(...results);
  }
}

/** Numbers from [0, 1), the same for the same seed. */
function* randomNumbers(seed: number): Numbers {
  for (let state = seed >>> 0; ; ) {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    yield ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  }
}
type Numbers = globalThis.Generator<number, never, undefined>;

function generate(seed: number): Module {
  const choices = randomNumbers(seed);
  const build = (name: string, callees: readonly string[], steps: number): Func => {
    const generator = new Generator(choices, callees);
    return buildFunc(
      name,
      [t.number, point, triple].map((type) => ({ type })),
      (b, ...params) => {
        const scope = [...params];
        generator.block(b, scope, steps);
        const found = (type: Type): Value[] => scope.filter((v) => t.sameType(v.type, type));
        const sum = found(t.number).reduce((s, v) => b.apply(p.add, [s, v]));
        return [sum, found(point).at(-1) as Value];
      },
    );
  };
  const functions = [build("inner", [], 5), build("helper", ["inner"], 6), build("main", ["helper", "inner"], 14)];
  return { functions: new Map(functions.map((f) => [f.name, f])), globals: new Map() };
}

function outcome(module: Module, x: number): unknown {
  const args = [x, { x: 0.75, y: -2 }, [1.5, -0.5, 2]];
  try {
    return { results: interpret(module, "main", args), args };
  } catch (error) {
    if (error instanceof RangeError) return { threw: error.message, args };
    throw error;
  }
}

type Pass = (func: Func, module: Module) => Func;
const onEach =
  (...passes: Pass[]) =>
  (module: Module): Module => {
    let current = module;
    for (const pass of passes) {
      const functions = [...current.functions].map(([name, f]) => [name, pass(f, current)] as const);
      current = { ...current, functions: new Map(functions) };
    }
    return current;
  };
const inline = (module: Module, entry: string): Module => inlineCalls(module, entry);
const rewrites: Record<string, (module: Module, entry: string) => Module> = {
  inlineCalls: inline,
  countLoops: onEach(countLoops),
  scalarReplace: onEach(scalarReplace),
  hoistInvariants: onEach(hoistInvariants),
  unrollLoops: onEach(unrollLoops),
  "all of them": (module, entry) =>
    onEach(countLoops, unrollLoops, scalarReplace, hoistInvariants, scalarReplace)(inline(module, entry)),
};
const names = Object.keys(rewrites);

describe("structural passes keep the meaning of random programs", () => {
  const ops = (module: Module): Instr["op"][] => {
    const found: Instr["op"][] = [];
    for (const f of module.functions.values()) forEachInstr(f.body, (i) => void found.push(i.op));
    return found;
  };
  const touched = new Map<string, number>();
  it.each(names)("%s", (name) => {
    const rewrite = rewrites[name] as (typeof rewrites)[string];
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const before = generate(seed);
        verifyModule(before);
        const after = rewrite(before, "main");
        verifyModule(after);
        if (ops(after).join() !== ops(before).join()) touched.set(name, (touched.get(name) ?? 0) + 1);
        for (const x of [0, 1.5, 3, -2]) expect(outcome(after, x)).toStrictEqual(outcome(before, x));
      }),
      { numRuns: 150 },
    );
    expect(touched.get(name), "programs that the pass changed").toBeGreaterThan(10);
  });
});

describe("structural passes keep the meaning of random well-behaved programs", () => {
  it.each(names)("%s", (name) => {
    const rewrite = rewrites[name] as (typeof rewrites)[string];
    fc.assert(
      fc.property(arbitraryProgram(), arbitraryNumbers(), ({ module, entry, makeArgs }, numbers) => {
        const after = rewrite(module, entry);
        verifyModule(after);
        const [args, rewrittenArgs] = [makeArgs(numbers), makeArgs(numbers)];
        expect(interpret(after, entry, rewrittenArgs)).toStrictEqual(interpret(module, entry, args));
        expect(rewrittenArgs).toStrictEqual(args);
      }),
      { numRuns: 150 },
    );
  });
});
