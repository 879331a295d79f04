/**
 * The functions of `Math` that take numbers. Partials are written in the result where that costs no accuracy, so that
 * a reverse sweep keeps one value and not two, and without intermediate overflow: 1/cosh and not sqrt(1 + sinh^2).
 * Where a primal is NaN (a logarithm below 0, an arcsine beyond 1) the derivative means nothing, whatever it comes out as.
 */

import { isLiteral } from "../core/bind.ts";
import type { Expression, Term } from "../core/primitive.ts";
import { add, div, mul, neg, select, square, sub } from "./arithmetic.ts";
import { and, eq, ge, gt, le } from "./comparison.ts";
import { binary, call, infix, precedence, unary, variadic } from "./define.ts";
import { sign } from "./rounding.ts";

const cheap = 10;
const dear = 20;

export const abs = unary("abs", {
  primal: Math.abs,
  partial: (x) => sign(x),
  spelling: call("Math.abs"),
  singular: [0],
  convention: "0 at 0",
});
export const sqrt = unary("sqrt", {
  primal: Math.sqrt,
  partial: (_x, y) => div(0.5, y),
  spelling: call("Math.sqrt"),
  domain: [0.01, 8],
  singular: [0],
  convention: "Infinity at 0",
  cost: 4,
});
export const cbrt = unary("cbrt", {
  primal: Math.cbrt,
  partial: (_x, y) => div(1, mul(3, square(y))),
  spelling: call("Math.cbrt"),
  domain: [-8, 8],
  singular: [0],
  convention: "Infinity at 0",
  cost: dear,
});

export const pow = binary("pow", {
  primal: (a, b) => a ** b,
  partials: [
    // Guarded only at the origin: a guard for every a at b = 0 would make the second derivative by a and b vanish there.
    (a, b) => select(and(eq(a, 0), eq(b, 0)), 0, mul(b, pow(a, sub(b, 1)))),
    (a, b, y) => select(and(eq(a, 0), gt(b, 0)), 0, mul(y, log(a))),
  ],
  spelling: infix("**", precedence.power, true),
  aliases: [call("Math.pow")],
  isolated: 1,
  domain: [
    [0.25, 4],
    [-3, 3],
  ],
  singular: [
    [0, 2],
    [0, 1],
    [0, 0.5],
    [0, 0],
    [2, 0],
    [-2, 3],
  ],
  convention:
    "d/da = b a**(b - 1), exactly 0 for b = 0 (also at a = 0), Infinity at a = 0 for 0 < b < 1; d/db = a**b ln a, 0 at a = 0 for b > 0, -Infinity at a = b = 0, NaN for a negative base",
  cost: 40,
  fold: ([x, y]) => (isLiteral(y as Term, 1) ? x : undefined),
});

export const exp = unary("exp", { primal: Math.exp, partial: (_x, y) => y, spelling: call("Math.exp"), cost: cheap });
export const expm1 = unary("expm1", {
  primal: Math.expm1,
  // y + 1 would lose all digits for x below -37.
  partial: (x) => exp(x),
  spelling: call("Math.expm1"),
  cost: cheap,
});
export const log = unary("log", {
  primal: Math.log,
  partial: (x) => div(1, x),
  spelling: call("Math.log"),
  domain: [0.05, 8],
  singular: [0],
  convention: "Infinity at 0",
  cost: cheap,
});
export const log1p = unary("log1p", {
  primal: Math.log1p,
  partial: (x) => div(1, add(1, x)),
  spelling: call("Math.log1p"),
  domain: [-0.95, 8],
  singular: [-1],
  convention: "Infinity at -1",
  cost: cheap,
});
export const log2 = unary("log2", {
  primal: Math.log2,
  partial: (x) => div(Math.LOG2E, x),
  spelling: call("Math.log2"),
  domain: [0.05, 8],
  singular: [0],
  convention: "Infinity at 0",
  cost: cheap,
});
export const log10 = unary("log10", {
  primal: Math.log10,
  partial: (x) => div(Math.LOG10E, x),
  spelling: call("Math.log10"),
  domain: [0.05, 8],
  singular: [0],
  convention: "Infinity at 0",
  cost: cheap,
});

export const sin = unary("sin", { primal: Math.sin, partial: (x) => cos(x), spelling: call("Math.sin"), cost: dear });
export const cos = unary("cos", {
  primal: Math.cos,
  partial: (x) => neg(sin(x)),
  spelling: call("Math.cos"),
  cost: dear,
});
export const tan = unary("tan", {
  primal: Math.tan,
  partial: (_x, y) => add(1, square(y)),
  spelling: call("Math.tan"),
  domain: [-1.5, 1.5],
  cost: dear,
});
/** sqrt(1 - x^2) without cancellation near 1. */
const cosineOfArcsine = (x: Expression): Term => sqrt(mul(sub(1, x), add(1, x)));
export const asin = unary("asin", {
  primal: Math.asin,
  partial: (x) => div(1, cosineOfArcsine(x)),
  spelling: call("Math.asin"),
  domain: [-0.99, 0.99],
  singular: [-1, 1],
  convention: "Infinity at -1 and 1",
  cost: dear,
});
export const acos = unary("acos", {
  primal: Math.acos,
  partial: (x) => div(-1, cosineOfArcsine(x)),
  spelling: call("Math.acos"),
  domain: [-0.99, 0.99],
  singular: [-1, 1],
  convention: "-Infinity at -1 and 1",
  cost: dear,
});
export const atan = unary("atan", {
  primal: Math.atan,
  partial: (x) => div(1, add(1, square(x))),
  spelling: call("Math.atan"),
  domain: [-8, 8],
  cost: dear,
});
/**
 * A radius to divide by, for a quotient of 0 where the radius is 0. That 0 is a convention and no known slope, so it must not
 * be `c ? 0 : slope`, which transforms take for "contributes nothing": hypot(sqrt(x), 0)**2 is x, also at 0.
 */
const divisorOf = (radius: Term): Term => select(eq(radius, 0), Number.POSITIVE_INFINITY, radius);
/** The angle of the point (b, a): the first argument is the ordinate. */
export const atan2 = binary("atan2", {
  primal: Math.atan2,
  // Dividing twice by the radius keeps its square from overflowing or vanishing.
  partials: [
    (a, b) => {
      const radius = divisorOf(hypot(a, b));
      return div(div(b, radius), radius);
    },
    (a, b) => {
      const radius = divisorOf(hypot(a, b));
      return neg(div(div(a, radius), radius));
    },
  ],
  spelling: call("Math.atan2"),
  domain: [
    [0.1, 4],
    [-4, 4],
  ],
  singular: [
    [0, 0],
    [0, 1],
    [1, 0],
  ],
  convention: "0 in both arguments at (0, 0); smooth across the cut (a = 0, b < 0), where only the value jumps",
  cost: dear,
});

export const sinh = unary("sinh", {
  primal: Math.sinh,
  partial: (x) => cosh(x),
  spelling: call("Math.sinh"),
  cost: dear,
});
export const cosh = unary("cosh", {
  primal: Math.cosh,
  partial: (x) => sinh(x),
  spelling: call("Math.cosh"),
  cost: dear,
});
export const tanh = unary("tanh", {
  primal: Math.tanh,
  partial: (_x, y) => sub(1, square(y)),
  spelling: call("Math.tanh"),
  cost: dear,
});
export const asinh = unary("asinh", {
  primal: Math.asinh,
  partial: (x) => div(1, hypot(1, x)),
  spelling: call("Math.asinh"),
  domain: [-8, 8],
  cost: dear,
});
export const acosh = unary("acosh", {
  primal: Math.acosh,
  partial: (x) => div(1, mul(sqrt(sub(x, 1)), sqrt(add(x, 1)))),
  spelling: call("Math.acosh"),
  domain: [1.01, 8],
  singular: [1],
  convention: "Infinity at 1",
  cost: dear,
});
export const atanh = unary("atanh", {
  primal: Math.atanh,
  partial: (x) => div(1, mul(sub(1, x), add(1, x))),
  spelling: call("Math.atanh"),
  domain: [-0.99, 0.99],
  singular: [-1, 1],
  convention: "Infinity at -1 and 1",
  cost: dear,
});

/** The length of a vector of one or more components. */
export const hypot = variadic("hypot", {
  primal: Math.hypot,
  partial: (x, y) => div(x, divisorOf(y)),
  spelling: call("Math.hypot"),
  singular: [[0], [0, 0], [0, 0, 0], [0, 2]],
  convention: "0 in every argument where all are 0",
  cost: dear,
});
/** The front end folds `Math.max` of more arguments from the left. */
export const max = binary("max", {
  primal: Math.max,
  partials: [(a, b) => select(ge(a, b), 1, 0), (a, b) => select(ge(a, b), 0, 1)],
  spelling: call("Math.max"),
  singular: [
    [0, 0],
    [1, 1],
    [-2, -2],
  ],
  convention: "at a tie the first argument takes all, as in `a >= b ? a : b`",
  cost: 2,
});
/** The front end folds `Math.min` of more arguments from the left. */
export const min = binary("min", {
  primal: Math.min,
  partials: [(a, b) => select(le(a, b), 1, 0), (a, b) => select(le(a, b), 0, 1)],
  spelling: call("Math.min"),
  singular: [
    [0, 0],
    [1, 1],
    [-2, -2],
  ],
  convention: "at a tie the first argument takes all, as in `a <= b ? a : b`",
  cost: 2,
});
