/**
 * The operators of TypeScript on numbers: + - * / % and unary minus (`**` is with the powers), the square, a choice between two numbers, and
 * the barrier `stopGradient`.
 */
import { isLiteral } from "../core/bind.ts";
import type { Term } from "../core/primitive.ts";
import { binary, call, definePrimitive, infix, known, precedence, prefix, unary } from "./define.ts";
import { round } from "./rounding.ts";

const wide = [
  [-8, 8],
  [-8, 8],
] as const;

export const add = binary("add", {
  primal: (a, b) => a + b,
  partials: [() => 1, () => 1],
  spelling: infix("+", precedence.sum),
  domain: wide,
  fold: ([a, b]) => (isLiteral(a as Term, 0) ? b : isLiteral(b as Term, 0) ? a : undefined),
});

export const sub = binary("sub", {
  primal: (a, b) => a - b,
  partials: [() => 1, () => -1],
  spelling: infix("-", precedence.sum),
  domain: wide,
  fold: ([a, b]) => (isLiteral(b as Term, 0) ? a : undefined),
});

export const mul = binary("mul", {
  primal: (a, b) => a * b,
  partials: [(_a, b) => b, (a) => a],
  spelling: infix("*", precedence.product),
  domain: wide,
  fold: ([a, b]) =>
    isLiteral(a as Term, 1)
      ? b
      : isLiteral(b as Term, 1)
        ? a
        : isLiteral(a as Term, -1)
          ? neg(b as Term)
          : isLiteral(b as Term, -1)
            ? neg(a as Term)
            : undefined,
});

export const div = binary("div", {
  primal: (a, b) => a / b,
  partials: [(_a, b) => div(1, b), (_a, b, y) => neg(div(y, b))],
  spelling: infix("/", precedence.product),
  domain: [
    [-8, 8],
    [0.25, 8],
  ],
  singular: [
    [1, 0],
    [-1, 0],
    [0, 0],
  ],
  convention: "at b = 0 as IEEE division has it: d/da = 1/b is infinite; d/db = -y/b is infinite, NaN for 0/0",
  cost: 4,
  fold: ([a, b]) => (isLiteral(b as Term, 1) ? a : undefined),
});

export const rem = binary("rem", {
  primal: (a, b) => a % b,
  // a - y is a whole multiple of b, so the quotient that was subtracted is exact where trunc(a / b) may be one too many.
  partials: [() => 1, (a, b, y) => neg(round(div(sub(a, y), b)))],
  spelling: infix("%", precedence.product),
  domain: [
    [-8, 8],
    [0.25, 4],
  ],
  singular: [
    [6, 2],
    [-6, 2],
    [0, 2],
    [1, 0.1],
  ],
  convention:
    "at its jumps (a a multiple of b) the derivative of the piece that holds the value: d/da = 1, d/db = -(a - y)/b",
  cost: 12,
});

export const neg = unary("neg", {
  primal: (x) => -x,
  partial: () => -1,
  spelling: prefix("-"),
  domain: [-8, 8],
  fold: ([x]) => (typeof x === "object" && x.kind === "apply" && x.primitive === neg ? x.args[0] : undefined),
});

/** Written `x * x`: an infix spelling with one argument, which stands on both sides. */
export const square = unary("square", {
  primal: (x) => x * x,
  partial: (x) => mul(2, x),
  spelling: infix("*", precedence.product),
  domain: [-8, 8],
});

/** `condition ? a : b`, both evaluated. */
export const select = definePrimitive("select", {
  arity: 3,
  takes: ["boolean", "number"],
  gives: "number",
  primal: (condition: boolean, a: number, b: number) => (condition ? a : b),
  partial: (index, [condition]) => {
    const c = condition as Term;
    return index === 0 ? undefined : index === 1 ? select(c, 1, 0) : select(c, 0, 1);
  },
  spelling: { kind: "conditional" },
  fold: ([condition, a, b]) => {
    const choice = known(condition);
    return typeof choice === "boolean" ? (choice ? a : b) : undefined;
  },
});

/** The number itself, through which no derivative flows. The back end writes the argument alone. */
export const stopGradient = unary("stopGradient", {
  primal: (x) => x,
  partial: () => 0,
  spelling: call("stopGradient"),
  convention: "0 everywhere, by definition",
  cost: 0,
});
