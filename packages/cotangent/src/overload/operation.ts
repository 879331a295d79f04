/**
 * A primitive of the table as an operation on reals. Numbers go to its primal; otherwise the innermost level among the
 * arguments says what the result carries, from the table's partials, which are read on reals in turn. So one entry of the
 * table serves every kind of value at every depth of nesting. What is made here needs no code made from text; where that is
 * allowed, `compile.ts` puts a faster function in the place of `call`.
 */
import { type Expression, interpretExpression, isFlat, type Primitive } from "../core/primitive.ts";
import { select } from "../elementals/index.ts";
import { type Kernel, partialKernel } from "../elementals/kernels.ts";
import { Blocked, type Level, plain, type Real, refuse, Value } from "./value.ts";

/** What a partial is read as. */
type Term = Real | boolean;

/** A primitive on reals. */
export class Operation {
  readonly primitive: Primitive;
  /** Computes it. Truth values where the primitive takes and gives them. */
  call: (...args: Real[]) => Real;
  /** Its partials as functions of numbers, by the number of arguments; an operation mostly has the same. */
  #kernels: readonly (Kernel | undefined)[] = [];

  constructor(primitive: Primitive) {
    this.primitive = primitive;
    this.call = callOf(this);
  }

  /** Its partial derivative by argument `index`; undefined where no number flows. */
  partial(index: number, args: readonly Real[], y: Real): Real | undefined {
    const { primitive } = this;
    const count = args.length;
    const expression = primitive.partial(index, count);
    if (expression === undefined) return undefined;
    if (count > 2 || typeof y !== "number" || !args.every((x) => typeof x === "number"))
      return interpretExpression<Term>(expression as Expression, reals, args, y) as Real;
    if (this.#kernels.length !== count) this.#kernels = args.map((_, i) => kernelOf(primitive, count, i));
    const kernel = this.#kernels[index] as Kernel;
    const [a, b] = args as [number, number];
    return count === 1 ? kernel(a, y) : kernel(a, b, y);
  }
}

function kernelOf(primitive: Primitive, count: number, i: number): Kernel | undefined {
  return primitive.partial(i, count) && partialKernel(primitive, count, i);
}

/** What an operation does, without code made from text. */
function callOf(operation: Operation): Operation["call"] {
  const { primitive } = operation;
  if (primitive.gives === "boolean") return (...args: Real[]) => decide(primitive, args) as never;
  const primal = primitive.primal as (...args: unknown[]) => number;
  switch (primitive.arity) {
    case 1:
      return (x) => (typeof x === "number" ? primal(x) : perform(operation, [x]));
    case 2:
      return (x, z) => (typeof x === "number" && typeof z === "number" ? primal(x, z) : perform(operation, [x, z]));
    default:
      return (...args) => perform(operation, args);
  }
}

const operations = new WeakMap<Primitive, Operation>();

/** The operation that `primitive` is. */
export function operationOf(primitive: Primitive): Operation {
  let known = operations.get(primitive);
  if (!known) {
    known = new Operation(primitive);
    operations.set(primitive, known);
  }
  return known;
}

/** Reads formulas of the table on reals. */
const reals = {
  literal: (value: number): Term => value,
  apply: (primitive: Primitive, args: readonly Term[]): Term =>
    primitive === select ? (args[0] ? args[1] : args[2])! : operationOf(primitive).call(...(args as never[])),
};

/** The innermost level among `args`; undefined if all are plain. */
function levelOf(args: readonly unknown[]): Level | undefined {
  let level: Level | undefined;
  for (const x of args) if (x instanceof Value && (!level || x.level.id > level.id)) level = x.level;
  if (level && !level.isOpen) refuse("overload-outlived");
  return level;
}

/** Computes `operation`. What is neither number nor value is a number as JavaScript makes it one. */
export function perform(operation: Operation, given: readonly unknown[]): Real {
  const { primitive } = operation;
  const level = levelOf(given);
  if (!level) return primitive.primal(...(given as never[])) as number;
  const args = given.map(toReal);
  const intercepted = level.intercept(operation, args);
  if (intercepted !== undefined) return intercepted;
  const primals: Real[] = [];
  const active: number[] = [];
  let by: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const x = args[i] as Real;
    if (typeof x === "number" || x.level !== level) {
      primals.push(x);
      continue;
    }
    primals.push(x.primal);
    if (primitive.partial(i, args.length) === undefined) by = primitive.id;
    else if (!isFlat(primitive, i, args.length)) {
      if (x instanceof Blocked) by = x.by;
      active.push(i);
    }
  }
  const y = operation.call(...(primals as never[]));
  if (by !== undefined) return new Blocked(level, y, by);
  return active.length === 0 ? y : level.combine(operation, active, args, primals, y);
}

function toReal(x: unknown): Real {
  return typeof x === "number" || x instanceof Value ? x : Number(x);
}

/** The answer to a question, which the plain numbers alone decide; every level among the arguments is told. */
export function decide(question: Primitive, args: readonly unknown[]): boolean {
  let at = args;
  for (let level = levelOf(at); level; level = levelOf(at)) {
    const own = level;
    level.note(question, at as readonly Real[], question.primal(...(at.map(numberOf) as never[])) as boolean);
    at = at.map((x) => (x instanceof Value && x.level === own ? x.primal : x));
  }
  return question.primal(...(at as never[])) as boolean;
}

function numberOf(x: unknown): unknown {
  return x instanceof Value ? plain(x) : x;
}
