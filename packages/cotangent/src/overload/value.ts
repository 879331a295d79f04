/**
 * Numbers that carry more than their value. Each belongs to a level, the one differentiation that it was made for; what it
 * stands for is its primal, a number or a value of a level outside of this one. An operation belongs to the innermost
 * level among its arguments, for which all others are constants:
 *
 *     d/dx [ x · d/dy (x + y) ] = 1        x + y is an operation of y's level, in which x is a constant
 *
 * Levels are numbered as they are opened, so that none is taken for another (perturbation confusion: Siskind and
 * Pearlmutter 2008). JavaScript has no overloaded operators, so a value that meets one refuses to be a plain number.
 */
import { CotangentError, type DiagnosticCode, describeInFull, type FilePlace } from "../core/errors.ts";
import type { Primitive } from "../core/primitive.ts";
import { scalarBrand } from "../core/scalar.ts";
import type { Methods } from "./functions.ts";
import type { Operation } from "./operation.ts";

/** A number, overloaded or not. */
export type Real = number | Value;

/** What has happened since the present call of a function began. */
export const marks: { usedMethods: boolean; refused: CotangentError | undefined } = {
  usedMethods: false,
  refused: undefined,
};

/** Throws the diagnostic `code`. It is remembered, since the program may catch it. */
export function refuse(code: DiagnosticCode, ...details: readonly string[]): never {
  return refuseAt(undefined, code, ...details);
}

/** As `refuse`, of a known place of the program. */
export function refuseAt(at: FilePlace | undefined, code: DiagnosticCode, ...details: readonly string[]): never {
  const error = new CotangentError({ ...describeInFull(code, ...details), at });
  marks.refused ??= error;
  throw error;
}

let opened = 0;

/** One differentiation. */
export abstract class Level {
  readonly id: number = opened++;
  isOpen = true;
  /** What cannot be cloned, so that `structuredClone` of a value throws and does not make an object of fields. */
  readonly clone: () => void = () => {};

  /** No value of the level takes part in an operation from now on. */
  close(): void {
    this.isOpen = false;
  }

  /**
   * The value of `operation` at this level: `primals` are the arguments without it, `y` the result of those, `active` the
   * places of the arguments of this level through which something flows, at least one.
   */
  abstract combine(
    operation: Operation,
    active: readonly number[],
    args: readonly Real[],
    primals: readonly Real[],
    y: Real,
  ): Real;

  /** What `operation` is at this level instead of a computation; undefined: nothing else. */
  intercept(_operation: Operation, _args: readonly Real[]): Real | undefined {
    return undefined;
  }

  /** Told of each answer that values of this level gave to a question. */
  note(_question: Primitive | undefined, _args: readonly Real[], _answer: number | boolean): void {}
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are those of the table, put there by `functions.ts`
export abstract class Value {
  abstract readonly level: Level;
  abstract readonly primal: Real;

  /** What this value is a plain number for, JavaScript does not say; it must not be one. */
  [Symbol.toPrimitive](hint: string): never {
    return refuse("overload-plain", hint === "string" ? "text" : "number");
  }
  toJSON(): never {
    return refuse("overload-plain", "number");
  }
  toFixed(): never {
    return refuse("overload-plain", "text");
  }
  toPrecision(): never {
    return refuse("overload-plain", "text");
  }
  toExponential(): never {
    return refuse("overload-plain", "text");
  }
  toLocaleString(): never {
    return refuse("overload-plain", "text");
  }
  toString(): never {
    return refuse("overload-plain", "text");
  }
  valueOf(): never {
    return refuse("overload-plain", "number");
  }
  /** Constructors of typed arrays look for it, and would make an empty array. */
  get length(): never {
    return refuse("overload-plain", "number");
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `${this.constructor.name}(${plain(this)})`;
  }
}
export interface Value extends Methods {}

/** The number that `x` stands for, whatever it carries. Nobody is told. */
export function plain(x: Real): number {
  let at = x;
  while (typeof at !== "number") at = at.primal;
  return at;
}

/** The plain number of `x`, through which no derivative flows. */
export function value(x: Real): number {
  let at = x;
  while (typeof at !== "number") {
    at.level.note(undefined, [at], plain(at));
    at = at.primal;
  }
  return at;
}

Object.defineProperty(Value.prototype, scalarBrand, {
  value(this: Value) {
    return value(this);
  },
});

/** A number that something flows into which no derivative can be had of. It may steer, and must not be the result. */
export class Blocked extends Value {
  readonly level: Level;
  readonly primal: Real;
  readonly by: string;
  constructor(level: Level, primal: Real, by: string) {
    super();
    this.level = level;
    this.primal = primal;
    this.by = by;
  }
}

/** Where constants are values, so that they have methods. */
class Ground extends Level {
  combine(
    _operation: Operation,
    _active: readonly number[],
    _args: readonly Real[],
    _primals: readonly Real[],
    y: Real,
  ) {
    return y;
  }
}
const ground = new Ground();

/** A number with methods. */
export class Constant extends Value {
  readonly level = ground;
  readonly primal: number;
  constructor(primal: number) {
    super();
    this.primal = primal;
  }
}
