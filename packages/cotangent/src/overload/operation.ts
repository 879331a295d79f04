/**
 * A primitive of the table as an operation on reals. Numbers go to its primal; otherwise the innermost level among the
 * arguments says what the result carries, from the table's partials, which are read on reals in turn. So one entry of the
 * table serves every kind of value at every depth of nesting. What is made here needs no code made from text; where that is
 * allowed, `compile.ts` puts a faster function in the place of `call`.
 */
import { type Expression, interpretExpression, isFlat, type Primitive } from "../core/primitive.ts";
import { select } from "../elementals/index.ts";
import { Blocked, type Level, plain, type Real, refuse, Value } from "./value.ts";

/** What a partial is read as. */
type Term = Real | boolean;

/** A primitive on reals. */
export class Operation {
  readonly primitive: Primitive;
  /** Computes it. Truth values where the primitive takes and gives them. */
  call: (...args: Real[]) => Real;

  constructor(primitive: Primitive) {
    this.primitive = primitive;
    this.call =
      primitive.gives === "boolean"
        ? (...args: Real[]) => decide(primitive, args) as never
        : (...args: Real[]) => perform(this, args);
  }

  /** Its partial derivative by argument `index`; undefined where no number flows. */
  partial(index: number, args: readonly Real[], y: Real): Real | undefined {
    const expression = this.primitive.partial(index, args.length);
    return expression && (interpretExpression<Term>(expression as Expression, reals, args, y) as Real);
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
  const args = given.map((x) => (typeof x === "number" || x instanceof Value ? x : Number(x)));
  const intercepted = level.intercept(operation, args);
  if (intercepted !== undefined) return intercepted;
  const isOwn = (x: Real): x is Value => typeof x !== "number" && x.level === level;
  const primals = args.map((x) => (isOwn(x) ? x.primal : x));
  const y = operation.call(...(primals as never[]));
  const active: number[] = [];
  let by: string | undefined;
  args.forEach((x, i) => {
    if (!isOwn(x)) return;
    if (primitive.partial(i, args.length) === undefined) by = primitive.id;
    else if (!isFlat(primitive, i, args.length)) {
      if (x instanceof Blocked) by = x.by;
      active.push(i);
    }
  });
  if (by !== undefined) return new Blocked(level, y, by);
  return active.length === 0 ? y : level.combine(operation, active, args, primals, y);
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
