/**
 * The functions of the table for overloaded values, and the same as methods: made from the table, so that an entry there is
 * a function, a method and a type here. Given plain numbers they are what they are in JavaScript.
 */
import type { Elemental, Primitive } from "../core/primitive.ts";
import type { Question } from "../elementals/define.ts";
import { ofScalars } from "../elementals/index.ts";
import { compileOperation } from "./compile.ts";
import { decide, operationOf } from "./operation.ts";
import { Constant, marks, type Real, Value } from "./value.ts";

type Table = typeof ofScalars;

/** Plain numbers give a plain number. */
export interface OfOne {
  (x: number): number;
  (x: Real): Real;
}
export interface OfTwo {
  (x: number, y: number): number;
  (x: Real, y: Real): Real;
}
export interface OfSeveral {
  (...args: number[]): number;
  (...args: Real[]): Real;
}

/** The names of what takes numbers: truth values and choices are JavaScript's own. */
type Named = { [K in keyof Table]: Table[K] extends Elemental<1 | 2 | "variadic"> | Question ? K : never }[keyof Table];
type Name = Exclude<Named, "and" | "or" | "not">;

type FunctionOf<P> =
  P extends Elemental<1>
    ? OfOne
    : P extends Elemental<2>
      ? OfTwo
      : P extends Question
        ? (...args: Real[]) => boolean
        : OfSeveral;
type MethodOf<P> =
  P extends Elemental<1>
    ? () => Value
    : P extends Elemental<2>
      ? (other: Real) => Value
      : P extends Question
        ? (...others: Real[]) => boolean
        : (...others: Real[]) => Value;

/** Every function by its name in the table. */
export type Functions = { readonly [K in Name]: FunctionOf<Table[K]> };
/** Every method by its name in the table. */
export type Methods = { readonly [K in Name]: MethodOf<Table[K]> };

type OnReals = (...args: Real[]) => Real | boolean;

/** The function that `primitive`, of numbers, is on reals; also of one that was registered later. */
export function functionOf(primitive: Primitive): OnReals {
  if (primitive.gives === "boolean") return (...args) => decide(primitive, args);
  const operation = operationOf(primitive);
  compileOperation(operation);
  return operation.call as OnReals;
}

function isOfNumbers(primitive: Primitive): boolean {
  return primitive.takes.every((kind) => kind === "number" || kind === "any") && primitive.gives !== "string";
}

const made: Record<string, OnReals> = {};
for (const [name, primitive] of Object.entries<Primitive>(ofScalars)) {
  if (!isOfNumbers(primitive)) continue;
  const call = functionOf(primitive);
  made[name] = call;
  const method = function (this: Value, ...others: Real[]): Value | boolean {
    marks.usedMethods = true;
    const result = call(this, ...others);
    return typeof result === "number" ? new Constant(result) : result;
  };
  Object.defineProperty(Value.prototype, name, { value: method, configurable: true });
}

/** The functions of the table: `functions.sin(x)`. */
export const functions: Functions = made as never;

/** `c ? a : b`, which JavaScript has for values too. */
export function select<A extends Real, B extends Real>(condition: boolean, a: A, b: B): A | B {
  return condition ? a : b;
}

/** A number as a value, so that it has methods: what is computed of constants alone is constant. */
export function constant(x: number): Value {
  return new Constant(x);
}
