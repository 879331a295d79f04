/**
 * Random well-typed IR for property tests. A program is a function of a list of choices, so that fast-check shrinks it by
 * shrinking the list; an exhausted list always takes the plainest choice. Numbers stay bounded (each value carries a
 * bound, and what might grow is passed through `sin`), loops are short, indices are within bounds: so every program ends
 * without an exception and every result can be compared.
 */
import fc from "fast-check";
import * as e from "../../src/elementals/index.ts";
import { type BlockBuilder, buildFunc } from "../../src/ir/build.ts";
import { printModule } from "../../src/ir/print.ts";
import * as t from "../../src/ir/type.ts";
import type { Func, Module, RecordDecl, Type, Value } from "../../src/ir/types.ts";

export interface ProgramOptions {
  /** Only functions whose derivative exists everywhere; branches still compare numbers. False by default. */
  readonly smooth?: boolean;
  /** Arrays and records, with stores into them, several names for one, and pushes. True by default. */
  readonly memory?: boolean;
  /** `while` loops besides counted ones. True by default. */
  readonly whileLoops?: boolean;
  /** Helper functions, one of them recursive. True by default. */
  readonly calls?: boolean;
}

/** A program whose function `entry` gives one number. */
export interface RandomProgram {
  readonly module: Module;
  readonly entry: string;
  /** Types of the entry's parameters. */
  readonly params: readonly Type[];
  /** Fresh arguments whose numbers are taken from `numbers` in turn. */
  readonly makeArgs: (numbers: readonly number[]) => unknown[];
}

const vector = t.array(t.number);
const doubles = t.array(t.number, "Float64Array");
const matrix = t.array(vector);
const particle: RecordDecl = {
  name: "Particle",
  isTuple: false,
  fields: [
    { name: "mass", type: t.number },
    { name: "weights", type: vector },
  ],
};
const particleType = t.record(particle);

/** All arrays of random programs have at least this many elements. */
const LENGTH = 3;
/** No number gets larger than this in absolute value. */
const LIMIT = 100;

/** Random programs. */
export function arbitraryProgram(options: ProgramOptions = {}): fc.Arbitrary<RandomProgram> {
  return fc.array(fc.nat(4095), { maxLength: 200, size: "max" }).map((choices) => makeProgram(choices, options));
}

/** Numbers for arguments: bounded, and away from the huge and the tiny. */
export function arbitraryNumbers(): fc.Arbitrary<number[]> {
  return fc.array(
    fc.integer({ min: -2000, max: 2000 }).map((i) => i / 1000),
    { minLength: 1, maxLength: 12 },
  );
}

/** A value of `type` whose numbers come from `next`; arrays have three elements. */
function sampleValue(type: Type, next: () => number): unknown {
  switch (type.kind) {
    case "number":
      return next();
    case "array": {
      const elements = Array.from({ length: LENGTH }, () => sampleValue(type.element, next));
      return type.storage === "Float64Array" ? Float64Array.from(elements as number[]) : elements;
    }
    case "record":
      return Object.fromEntries(type.decl.fields.map((f) => [f.name, sampleValue(f.type, next)]));
    default:
      throw new TypeError(`no sample of type ${t.typeKey(type)}`);
  }
}

/** The program that a list of choices stands for. */
export function makeProgram(choices: readonly number[], options: ProgramOptions = {}): RandomProgram {
  const functions = new Map<string, Func>();
  const choose = new Choices(choices);
  const { calls = true, memory = true } = options;
  const callees: Callee[] = [];
  const add = (name: string, params: readonly Type[]): void => {
    const func = new Generator(choose, options, callees).func(name, params);
    functions.set(name, func);
    callees.push({ name, params });
  };
  if (calls && choose.below(2)) add("helper", memory ? [t.number, vector] : [t.number]);
  if (calls && choose.below(2)) {
    const func = recursive(choose, options, callees);
    functions.set(func.name, func);
    callees.push({ name: func.name, params: [t.number, t.number], counted: true });
  }
  const params = memory
    ? [t.number, t.number, ...[vector, doubles, particleType, matrix].filter(() => choose.below(2) === 1)]
    : [t.number, t.number];
  functions.set("f", new Generator(choose, options, callees).func("f", params));
  const module: Module = { functions, globals: new Map() };
  const program: RandomProgram = {
    module,
    entry: "f",
    params,
    makeArgs: (numbers) => {
      let at = 0;
      return params.map((type) => sampleValue(type, () => numbers[at++ % numbers.length] ?? 0));
    },
  };
  // So that a failing property shows the program as text.
  Object.defineProperty(program, fc.toStringMethod, { value: () => `\n${printModule(module)}` });
  return program;
}

class Choices {
  readonly #choices: readonly number[];
  #at = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  get exhausted(): boolean {
    return this.#at >= this.#choices.length;
  }

  /** From 0 up to and without `limit`. */
  below(limit: number): number {
    return (this.#choices[this.#at++] ?? 0) % limit;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

interface Callee {
  readonly name: string;
  readonly params: readonly Type[];
  /** The last parameter bounds the depth of a recursion. */
  readonly counted?: boolean;
}

/** The values in scope; an inner region extends a copy. */
interface Scope {
  readonly numbers: Value[];
  readonly references: Value[];
  /** Integers from 0 below `LENGTH`. */
  readonly indices: Value[];
}

function inner(scope: Scope): Scope {
  return { numbers: [...scope.numbers], references: [...scope.references], indices: [...scope.indices] };
}

/** `down(x, n) = n > 0 ? down(step(x), n - 1) combined with x : x`. */
function recursive(choose: Choices, options: ProgramOptions, callees: readonly Callee[]): Func {
  return buildFunc(
    "down",
    [
      { type: t.number, hint: "x" },
      { type: t.number, hint: "n" },
    ],
    (b, x, n) => {
      const zero = b.constant(0);
      return b.if(
        b.apply(e.gt, [n as Value, zero], "more"),
        (then) => {
          const generator = new Generator(choose, options, callees);
          const scope: Scope = { numbers: [x as Value], references: [], indices: [] };
          generator.statements(then, scope, 1, 2);
          const less = then.apply(e.sub, [n as Value, then.constant(1)], "less");
          const [below] = then.call("down", [generator.squashed(then, scope), less], [t.number], ["below"]);
          return [then.apply(e.sin, [then.apply(e.add, [below as Value, x as Value])])];
        },
        () => [x as Value],
        ["y"],
      );
    },
  );
}

class Generator {
  readonly #choose: Choices;
  readonly #options: Required<ProgramOptions>;
  readonly #callees: readonly Callee[];
  readonly #bounds = new Map<Value, number>();

  constructor(choose: Choices, options: ProgramOptions, callees: readonly Callee[]) {
    this.#choose = choose;
    this.#options = { smooth: false, memory: true, whileLoops: true, calls: true, ...options };
    this.#callees = callees;
  }

  func(name: string, params: readonly Type[]): Func {
    const specs = params.map((type, i) => ({ type, hint: "xyabcd"[i] }));
    return buildFunc(name, specs, (b, ...values) => {
      const scope: Scope = { numbers: [], references: [], indices: [] };
      for (const value of values) (value.type.kind === "number" ? scope.numbers : scope.references).push(value);
      this.statements(b, scope, 3, 12);
      // What memory holds in the end counts, too.
      const read = scope.references.slice(0, 3).map((reference) => this.#loadFrom(b, scope, reference));
      const all = [...read, scope.numbers.at(-1) as Value, this.#number(scope)];
      return [all.reduce((sum, value) => b.apply(e.add, [sum, value], "sum"))];
    });
  }

  /** Appends up to `most` statements, whose regions nest at most `depth` deep. */
  statements(b: BlockBuilder, scope: Scope, depth: number, most: number): void {
    const count = 1 + this.#choose.below(most);
    for (let i = 0; i < count && !this.#choose.exhausted; i++) this.#statement(b, scope, depth);
  }

  /** Some number in scope, at most 1 in absolute value. */
  squashed(b: BlockBuilder, scope: Scope): Value {
    return b.apply(e.sin, [this.#number(scope)]);
  }

  #statement(b: BlockBuilder, scope: Scope, depth: number): void {
    const kinds = ["apply", "apply", "apply", "constant"];
    if (this.#options.memory) kinds.push("array", "record", "load", "load", "write", "write", "write", "alias");
    if (this.#options.calls && this.#callees.length > 0) kinds.push("call");
    if (depth > 0) kinds.push("if", "for", "for", "optional");
    if (depth > 0 && this.#options.whileLoops) kinds.push("while");
    const statements: Record<string, () => void> = {
      apply: () => scope.numbers.push(this.#apply(b, scope)),
      constant: () => scope.numbers.push(this.#bounded(b.constant((this.#choose.below(41) - 20) / 8), 2.5)),
      array: () => scope.references.push(this.#array(b, scope)),
      record: () => {
        const weights = this.#reference(b, scope, vector);
        scope.references.push(b.record([this.#number(scope), weights], particleType, "p"));
      },
      load: () => {
        const from = this.#choose.of(scope.references);
        if (from) scope.numbers.push(this.#loadFrom(b, scope, from));
      },
      write: () => this.#write(b, scope),
      alias: () => this.#alias(b, scope),
      call: () => this.#call(b, scope),
      if: () => this.#if(b, scope, depth),
      for: () => this.#for(b, scope, depth),
      while: () => this.#while(b, scope, depth),
      optional: () => this.#optional(b, scope, depth),
    };
    statements[this.#choose.of(kinds)]?.();
  }

  // --------------------------------------------------------------------------------------------------- Numbers

  #bounded(value: Value, bound: number): Value {
    this.#bounds.set(value, bound);
    return value;
  }

  #bound(value: Value): number {
    return this.#bounds.get(value) ?? LIMIT;
  }

  /** A number in scope, recent ones more often. */
  #number(scope: Scope): Value {
    const { numbers } = scope;
    const back = this.#choose.of([0, 0, 0, 1, 1, 2, 3, 5]);
    return numbers[Math.max(0, numbers.length - 1 - back)] as Value;
  }

  /** `value`, or its sine if it might be large. */
  #tame(b: BlockBuilder, value: Value, bound: number): Value {
    return bound <= LIMIT ? this.#bounded(value, bound) : this.#bounded(b.apply(e.sin, [value]), 1);
  }

  #apply(b: BlockBuilder, scope: Scope): Value {
    const x = this.#number(scope);
    const y = this.#number(scope);
    const [boundX, boundY] = [this.#bound(x), this.#bound(y)];
    const unary = (primitive: Parameters<BlockBuilder["apply"]>[0], bound: number): Value =>
      this.#tame(b, b.apply(primitive, [x]), bound);
    const formulas: (() => Value)[] = [
      () => this.#tame(b, b.apply(e.add, [x, y]), boundX + boundY),
      () => this.#tame(b, b.apply(e.mul, [x, y]), boundX * boundY),
      () => this.#tame(b, b.apply(e.sub, [x, y]), boundX + boundY),
      () => unary(e.sin, 1),
      () => unary(e.cos, 1),
      () => unary(e.tanh, 1),
      () => unary(e.neg, boundX),
      () => this.#tame(b, b.apply(e.exp, [b.apply(e.sin, [x])]), Math.E),
      () => {
        const one = b.constant(1);
        const below = b.apply(e.add, [b.apply(e.mul, [y, y]), one]);
        return this.#tame(b, b.apply(e.div, [x, below]), boundX);
      },
      () => {
        const one = b.constant(1);
        return this.#tame(b, b.apply(e.sqrt, [b.apply(e.add, [b.apply(e.mul, [x, x]), one])]), boundX + 1);
      },
      () => this.#tame(b, b.apply(e.atan2, [x, b.constant(2)]), 4),
    ];
    if (!this.#options.smooth) {
      formulas.push(
        () => unary(e.abs, boundX),
        () => unary(e.floor, boundX + 1),
        () => this.#tame(b, b.apply(e.max, [x, y]), Math.max(boundX, boundY)),
        () => this.#tame(b, b.apply(e.select, [this.#condition(b, scope), x, y]), Math.max(boundX, boundY)),
      );
    }
    return this.#choose.of(formulas)();
  }

  #condition(b: BlockBuilder, scope: Scope): Value {
    const compare = this.#choose.of([e.lt, e.gt, e.le, e.ge]);
    const condition = b.apply(compare, [this.#number(scope), this.#number(scope)], "c");
    return this.#choose.below(4) === 0 ? b.apply(e.not, [condition]) : condition;
  }

  // ---------------------------------------------------------------------------------------------------- Memory

  #index(b: BlockBuilder, scope: Scope): Value {
    const { indices } = scope;
    const pick = this.#choose.below(indices.length + 1);
    return indices[pick - 1] ?? b.constant(this.#choose.below(LENGTH));
  }

  #array(b: BlockBuilder, scope: Scope): Value {
    switch (this.#choose.below(4)) {
      case 0:
        return b.array([this.#number(scope), this.#number(scope), this.#number(scope)], vector, "r");
      case 1:
        return b.allocate(b.constant(LENGTH), doubles, undefined, "r");
      case 2:
        return b.allocate(b.constant(LENGTH), vector, this.#number(scope), "r");
      default: {
        // A row may occur twice.
        const rows = [1, 2, 3].map(() => this.#reference(b, scope, vector));
        return b.array(rows, matrix, "m");
      }
    }
  }

  /** Some reference of this type in scope, or a new one. */
  #reference(b: BlockBuilder, scope: Scope, type: Type): Value {
    const known = scope.references.filter((v) => t.sameType(v.type, type));
    const found = known[this.#choose.below(known.length + 1)];
    if (found) return found;
    if (t.sameType(type, particleType))
      return b.record([this.#number(scope), this.#reference(b, scope, vector)], type, "p");
    const numbers = [this.#number(scope), this.#number(scope), this.#number(scope)];
    return b.array(numbers, vector, "v");
  }

  #vectorOf(b: BlockBuilder, scope: Scope, reference: Value): Value {
    if (reference.type.kind === "record") return b.getField(reference, "weights");
    const isMatrix = reference.type.kind === "array" && reference.type.element.kind === "array";
    return isMatrix ? b.load(reference, this.#index(b, scope), "row") : reference;
  }

  #loadFrom(b: BlockBuilder, scope: Scope, reference: Value): Value {
    if (reference.type.kind === "record" && this.#choose.below(2)) return b.getField(reference, "mass");
    return b.load(this.#vectorOf(b, scope, reference), this.#index(b, scope), "e");
  }

  #write(b: BlockBuilder, scope: Scope): void {
    const target = this.#choose.of(scope.references);
    if (!target) return;
    const { type } = target;
    const isMatrix = type.kind === "array" && type.element.kind === "array";
    const writes: (() => void)[] = [];
    if (type.kind === "record") {
      writes.push(
        () => b.setField(target, "mass", this.#number(scope)),
        () => b.accumulateField(target, "mass", this.squashed(b, scope)),
        () => b.setField(target, "weights", this.#reference(b, scope, vector)),
      );
    } else {
      if (isMatrix) writes.push(() => b.store(target, this.#index(b, scope), this.#reference(b, scope, vector)));
      const array = this.#vectorOf(b, scope, target);
      writes.push(
        () => b.store(array, this.#index(b, scope), this.#number(scope)),
        () => b.accumulate(array, this.#index(b, scope), this.squashed(b, scope)),
      );
      if (array.type.kind === "array" && array.type.storage === "Array") {
        writes.push(
          () => b.push(array, this.#number(scope)),
          () => {
            b.push(array, this.#number(scope));
            scope.numbers.push(b.pop(array, "top"));
          },
        );
      }
    }
    this.#choose.of(writes)();
  }

  /** One of two references of a type, by a condition: a second name for it. */
  #alias(b: BlockBuilder, scope: Scope): void {
    const first = this.#choose.of(scope.references);
    if (!first) return;
    const second = this.#choose.of(scope.references.filter((v) => t.sameType(v.type, first.type)));
    const [name] = b.if(
      this.#condition(b, scope),
      () => [first],
      () => [second],
      ["either"],
    );
    scope.references.push(name as Value);
  }

  // --------------------------------------------------------------------------------------------------- Control

  #call(b: BlockBuilder, scope: Scope): void {
    const { name, params, counted } = this.#choose.of(this.#callees);
    const args = params.map((type, i) => {
      if (counted && i === params.length - 1) return b.constant(this.#choose.below(4));
      return type.kind === "number" ? this.squashed(b, scope) : this.#reference(b, scope, type);
    });
    const [result] = b.call(name, args, [t.number], ["y"]);
    scope.numbers.push(this.#tame(b, result as Value, LIMIT + 1));
  }

  #if(b: BlockBuilder, scope: Scope, depth: number): void {
    const branch = (block: BlockBuilder): readonly Value[] => {
      const within = inner(scope);
      this.statements(block, within, depth - 1, 4);
      return [this.#number(within)];
    };
    const [y] = b.if(this.#condition(b, scope), branch, branch, ["y"]);
    scope.numbers.push(y as Value);
  }

  #for(b: BlockBuilder, scope: Scope, depth: number): void {
    const down = this.#choose.below(4) === 0;
    const count = this.#choose.below(LENGTH + 1);
    // A triangular loop ends at the index of the one around it.
    const bound = this.#choose.below(3) === 0 ? scope.indices.at(-1) : undefined;
    const range = down
      ? { start: b.constant(LENGTH - 1), end: b.constant(LENGTH - 1 - count), step: -1, index: "k" }
      : { start: b.constant(0), end: bound ?? b.constant(count), step: 1 + this.#choose.below(2), index: "i" };
    const inits = [1, 2].slice(this.#choose.below(2)).map(() => this.#number(scope));
    const results = b.for(
      range,
      inits,
      (body, i, ...carried) => {
        const within = inner(scope);
        within.indices.push(i as Value);
        within.numbers.push(i as Value, ...carried);
        this.statements(body, within, depth - 1, 4);
        return carried.map(() => this.#number(within));
      },
      inits.map(() => "s"),
    );
    scope.numbers.push(...results);
  }

  /** Runs until a number computed on the way is small, at most four times. The test may write, too. */
  #while(b: BlockBuilder, scope: Scope, depth: number): void {
    const most = b.constant(this.#choose.below(5));
    const results = b.while(
      [this.#number(scope), b.constant(0, "k")],
      (test, x, k) => {
        if (this.#options.memory && this.#choose.below(3) === 0) this.#write(test, inner(scope));
        const inTime = test.apply(e.lt, [k as Value, most]);
        const large = test.apply(e.gt, [test.apply(e.mul, [x as Value, x as Value]), test.constant(0.01)]);
        return [test.apply(e.and, [inTime, large])];
      },
      (body, x, k) => {
        const within = inner(scope);
        within.numbers.push(x as Value);
        this.statements(body, within, depth - 1, 3);
        const half = body.apply(e.mul, [this.#number(within), body.constant(0.5)]);
        return [half, body.apply(e.add, [k as Value, body.constant(1)])];
      },
      ["x", "k"],
    );
    scope.numbers.push(results[0] as Value);
  }

  /** A number that may be missing, and what to take in its place. */
  #optional(b: BlockBuilder, scope: Scope, depth: number): void {
    const type = t.optional(t.number);
    const [maybe] = b.if(
      this.#condition(b, scope),
      (then) => [then.wrap(this.#number(scope))],
      (otherwise) => [otherwise.missing(type)],
      ["maybe"],
    );
    const [y] = b.if(
      b.present(maybe as Value),
      (then) => [then.unwrap(maybe as Value)],
      (otherwise) => {
        const within = inner(scope);
        this.statements(otherwise, within, depth - 1, 2);
        return [this.#number(within)];
      },
      ["y"],
    );
    scope.numbers.push(y as Value);
  }
}
