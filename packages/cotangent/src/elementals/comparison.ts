/**
 * Questions: comparisons of scalars, logic on truth values, and what kind of number a number is. They steer, and carry
 * no derivative. `and` and `or` evaluate both sides; where the right side must not run, the front end makes an `if`.
 */
import type { Scalar } from "../core/bind.ts";
import type { Term } from "../core/primitive.ts";
import { call, inactive, infix, known, precedence, predicate, prefix } from "./define.ts";

/** `===` on any two scalars of one kind. */
export const eq = predicate("eq", {
  takes: ["any"],
  primal: (a: Scalar, b: Scalar) => a === b,
  spelling: infix("===", precedence.equality),
  aliases: [infix("==", precedence.equality)],
});
/** `!==` on any two scalars of one kind. */
export const ne = predicate("ne", {
  takes: ["any"],
  primal: (a: Scalar, b: Scalar) => a !== b,
  spelling: infix("!==", precedence.equality),
  aliases: [infix("!=", precedence.equality)],
});
/** `<` on two numbers or two texts, and so its like. */
export const lt = predicate("lt", {
  takes: ["any"],
  primal: (a: number, b: number) => a < b,
  spelling: infix("<", precedence.relation),
});
export const le = predicate("le", {
  takes: ["any"],
  primal: (a: number, b: number) => a <= b,
  spelling: infix("<=", precedence.relation),
});
export const gt = predicate("gt", {
  takes: ["any"],
  primal: (a: number, b: number) => a > b,
  spelling: infix(">", precedence.relation),
});
export const ge = predicate("ge", {
  takes: ["any"],
  primal: (a: number, b: number) => a >= b,
  spelling: infix(">=", precedence.relation),
});

/** The same value: NaN is itself, and 0 is not -0. */
export const is = predicate("is", {
  takes: ["any"],
  primal: (a: Scalar, b: Scalar) => Object.is(a, b),
  spelling: call("Object.is"),
});

export const not = predicate("not", {
  arity: 1,
  takes: ["boolean"],
  primal: (a: boolean) => !a,
  spelling: prefix("!"),
});
export const and = predicate("and", {
  takes: ["boolean"],
  primal: (a: boolean, b: boolean) => a && b,
  spelling: infix("&&", precedence.and),
  fold: ([a, b]) => junction(a as Term, b as Term, true),
});
export const or = predicate("or", {
  takes: ["boolean"],
  primal: (a: boolean, b: boolean) => a || b,
  spelling: infix("||", precedence.or),
  fold: ([a, b]) => junction(a as Term, b as Term, false),
});

/** `a` and `b` where one is known: the other one if it is `neutral`, else itself. */
function junction(a: Term, b: Term, neutral: boolean): Term | undefined {
  if (typeof known(a) === "boolean") return a === neutral ? b : a;
  if (typeof known(b) === "boolean") return b === neutral ? a : b;
  return undefined;
}

export const isNotANumber = predicate("isNaN", {
  arity: 1,
  primal: Number.isNaN as (x: number) => boolean,
  spelling: call("Number.isNaN"),
});
/** No number, NaN or missing: `isNaN` makes a number of what it is asked of, which what is read past the end of an array is not. */
export const isNoNumber = predicate("isNoNumber", {
  arity: 1,
  primal: (x: number) => Number.isNaN(Number(x)),
  spelling: call("isNaN"),
});
/** What JavaScript takes for true where a number stands as a condition: neither 0 nor NaN, nor missing. */
export const isTrue = predicate("isTrue", {
  arity: 1,
  primal: Boolean as (x: number) => boolean,
  spelling: call("Boolean"),
});
export const isFiniteNumber = predicate("isFinite", {
  arity: 1,
  primal: Number.isFinite as (x: number) => boolean,
  spelling: call("Number.isFinite"),
  aliases: [call("isFinite")],
});
export const isInteger = predicate("isInteger", {
  arity: 1,
  primal: Number.isInteger as (x: number) => boolean,
  spelling: call("Number.isInteger"),
});
export const isSafeInteger = predicate("isSafeInteger", {
  arity: 1,
  primal: Number.isSafeInteger as (x: number) => boolean,
  spelling: call("Number.isSafeInteger"),
});

/** A truth value as 0 or 1. */
export const toNumber = inactive("toNumber", {
  arity: 1,
  takes: ["boolean"],
  primal: (a: boolean) => Number(a),
  spelling: call("Number"),
});
