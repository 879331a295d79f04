/**
 * What `rewrite` makes of one application: each identity where it is meant to apply, and where it must not. The formulas are
 * written apart from the table, so that a pattern that says something else is seen.
 */
import { describe, expect, it } from "vitest";
import type { Scalar } from "../core/bind.ts";
import { type Expression, interpretExpression, type Primitive } from "../core/primitive.ts";
import { identities, rewrite, type Stage, type Terms } from "./identities.ts";
import * as table from "./index.ts";

const { abs, add, and, div, eq, hypot, max, min, mul, ne, neg, not, or, pow, select, square, stopGradient, sub } =
  table;

const [x, y, z] = [0, 1, 2].map((index): Expression => ({ kind: "argument", index })) as [
  Expression,
  Expression,
  Expression,
];
const literal = (value: Scalar): Expression => ({ kind: "literal", value: value as number });
const [yes, no] = [literal(true), literal(false)];

/** An application as it stands. */
const of = (primitive: Primitive, ...args: (Expression | number)[]): Expression & { kind: "apply" } => ({
  kind: "apply",
  primitive,
  args: args.map((arg) => (typeof arg === "number" ? literal(arg) : arg)),
});

const formulas = (isShared: boolean): Terms<Expression> => ({
  view: (e) => (e.kind === "apply" ? e : e.kind === "literal" ? { scalar: e.value } : undefined),
  same: (a, b) => a === b,
  isShared: () => isShared,
});

interface How {
  readonly stage?: Stage;
  readonly isShared?: boolean;
  readonly keepsZeroSign?: boolean;
}

/** The title of the identity that applies to `from`, and what it makes of it. */
function applied(from: Expression & { kind: "apply" }, how: How = {}): { title: string; to: Expression } | undefined {
  const { stage = "after", isShared = false, keepsZeroSign = false } = how;
  const found = rewrite(from.primitive, from.args, formulas(isShared), stage, keepsZeroSign ? () => true : undefined);
  if (!found) return undefined;
  const domain = { literal, apply: (primitive: Primitive, args: readonly Expression[]) => of(primitive, ...args) };
  return {
    title: found.identity.title,
    to: interpretExpression<Expression>(found.replacement, domain, found.bindings, undefined),
  };
}

type Example = readonly [title: string, from: Expression & { kind: "apply" }, to: Expression, how?: How];

const examples: readonly Example[] = [
  ["x + 0 = x", of(add, x, 0), x],
  ["x - 0 = x", of(sub, x, 0), x],
  ["0 - x = -x", of(sub, 0, x), of(neg, x)],
  ["x + x = 2 x", of(add, x, x), of(mul, 2, x)],
  ["x + -y = x - y", of(add, x, of(neg, y)), of(sub, x, y)],
  ["x - -y = x + y", of(sub, x, of(neg, y)), of(add, x, y)],
  ["-x - y = -(x + y)", of(sub, of(neg, x), y), of(neg, of(add, x, y))],
  ["-(-x) = x", of(neg, of(neg, x)), x],
  ["-(x - y) = y - x", of(neg, of(sub, x, y)), of(sub, y, x)],
  ["y + c x = y - (-c) x, c < 0", of(add, y, of(mul, -3, x)), of(sub, y, of(mul, 3, x))],
  ["y - c x = y + (-c) x, c < 0", of(sub, y, of(mul, -3, x)), of(add, y, of(mul, 3, x))],
  ["x 1 = x", of(mul, x, 1), x],
  ["x -1 = -x", of(mul, x, -1), of(neg, x)],
  ["x / 1 = x", of(div, x, 1), x],
  ["x / -1 = -x", of(div, x, -1), of(neg, x)],
  ["x -y = -(x y)", of(mul, x, of(neg, y)), of(neg, of(mul, x, y))],
  ["-x y = -(x y)", of(mul, of(neg, x), y), of(neg, of(mul, x, y))],
  ["-x / y = -(x / y)", of(div, of(neg, x), y), of(neg, of(div, x, y))],
  ["x / -y = -(x / y)", of(div, x, of(neg, y)), of(neg, of(div, x, y))],
  ["-(c x) = (-c) x", of(neg, of(mul, 3, x)), of(mul, -3, x)],
  ["-(c / x) = (-c) / x", of(neg, of(div, 3, x)), of(div, -3, x)],
  ["x / 2^k = 2^-k x", of(div, x, 4), of(mul, 0.25, x)],
  ["c (d x) = (c d) x, c or d a power of two", of(mul, 2, of(mul, 3, x)), of(mul, 6, x)],
  ["x x = x^2", of(mul, x, x), of(square, x), { stage: "before" }],
  ["x^2 = x x", of(square, x), of(mul, x, x)],
  ["(-x)^2 = x^2", of(square, of(neg, x)), of(square, x), { stage: "before" }],
  ["|x|^2 = x^2", of(square, of(abs, x)), of(square, x), { stage: "before" }],
  ["x^n as products, |n| <= 4", of(pow, x, 2), of(square, x)],
  ["|-x| = |x|", of(abs, of(neg, x)), of(abs, x)],
  ["||x|| = |x|", of(abs, of(abs, x)), of(abs, x)],
  ["hypot(x) = |x|", of(hypot, x), of(abs, x)],
  ["max(x, x) = x", of(max, x, x), x],
  ["min(x, x) = x", of(min, x, x), x],
  ["stopGradient once", of(stopGradient, of(stopGradient, x)), of(stopGradient, x)],
  ["true ? x : y = x", of(select, yes, x, y), x],
  ["false ? x : y = y", of(select, no, x, y), y],
  ["c ? x : x = x", of(select, x, y, y), y],
  ["!c ? x : y = c ? y : x", of(select, of(not, x), y, z), of(select, x, z, y)],
  ["!!x = x", of(not, of(not, x)), x],
  ["!(x === y) = x !== y", of(not, of(eq, x, y)), of(ne, x, y)],
  ["!(x !== y) = x === y", of(not, of(ne, x, y)), of(eq, x, y)],
  ["x && true = x", of(and, x, yes), x],
  ["x && false = false", of(and, x, no), no],
  ["x || true = true", of(or, x, yes), yes],
  ["x || false = x", of(or, x, no), x],
  ["x && x = x", of(and, x, x), x],
  ["x || x = x", of(or, x, x), x],
];

describe("an identity", () => {
  for (const [title, from, to, how] of examples)
    it(title, () => {
      expect(applied(from, how)).toEqual({ title, to });
    });
  it("has an example", () => {
    expect(examples.map(([title]) => title)).toEqual(identities.map(({ title }) => title));
  });

  it("does not apply where it would compute again what is used elsewhere too", () => {
    const titles = examples.flatMap(([title, from, , how]) =>
      applied(from, { ...how, isShared: true })?.title === title ? [] : [title],
    );
    expect(titles).toEqual([
      "-x - y = -(x + y)",
      "y + c x = y - (-c) x, c < 0",
      "y - c x = y + (-c) x, c < 0",
      "x -y = -(x y)",
      "-x y = -(x y)",
      "-x / y = -(x / y)",
      "x / -y = -(x / y)",
      "-(c x) = (-c) x",
      "-(c / x) = (-c) / x",
      "c (d x) = (c d) x, c or d a power of two",
      "!(x === y) = x !== y",
      "!(x !== y) = x === y",
    ]);
  });
  it("keeps the sign of zero where it is asked for", () => {
    const titles = examples.flatMap(([title, from, , how]) =>
      applied(from, { ...how, keepsZeroSign: true })?.title === title ? [] : [title],
    );
    expect(titles).toEqual(["x + 0 = x", "x - 0 = x", "0 - x = -x", "-x - y = -(x + y)", "-(x - y) = y - x"]);
  });
});

const further: readonly [title: string, from: Expression & { kind: "apply" }, to: Expression][] = [
  // Commuted.
  ["x + 0 = x", of(add, 0, x), x],
  ["x + -y = x - y", of(add, of(neg, y), x), of(sub, x, y)],
  ["y + c x = y - (-c) x, c < 0", of(add, of(mul, x, -3), y), of(sub, y, of(mul, 3, x))],
  ["y - c x = y + (-c) x, c < 0", of(sub, y, of(mul, x, -3)), of(add, y, of(mul, 3, x))],
  ["x 1 = x", of(mul, 1, x), x],
  ["-(c x) = (-c) x", of(neg, of(mul, x, 3)), of(mul, -3, x)],
  ["c (d x) = (c d) x, c or d a power of two", of(mul, of(mul, x, 3), 2), of(mul, 6, x)],
  ["x && true = x", of(and, yes, x), x],
  // What stands in the order of the pattern comes before what must be turned round.
  ["y + c x = y - (-c) x, c < 0", of(add, of(neg, x), of(mul, -3, y)), of(sub, of(neg, x), of(mul, 3, y))],
  // Powers of two, of which the reciprocal is exact, and products that are.
  ["x / 2^k = 2^-k x", of(div, x, -4), of(mul, -0.25, x)],
  ["x / 2^k = 2^-k x", of(div, x, 2 ** -1023), of(mul, 2 ** 1023, x)],
  ["x / 2^k = 2^-k x", of(div, x, 2 ** 1023), of(mul, 2 ** -1023, x)],
  ["c (d x) = (c d) x, c or d a power of two", of(mul, 3, of(mul, 2, x)), of(mul, 6, x)],
  ["c (d x) = (c d) x, c or d a power of two", of(mul, 3, of(mul, 5, 2)), of(mul, 6, 5)],
  ["c (d x) = (c d) x, c or d a power of two", of(mul, 2 ** -1000, of(mul, 2 ** -22, x)), of(mul, 2 ** -1022, x)],
  ["x^n as products, |n| <= 4", of(pow, x, 0), literal(1)],
  ["x^n as products, |n| <= 4", of(pow, x, -0), literal(1)],
  ["x^n as products, |n| <= 4", of(pow, x, 1), x],
  ["x^n as products, |n| <= 4", of(pow, x, 3), of(mul, of(square, x), x)],
  ["x^n as products, |n| <= 4", of(pow, x, 4), of(square, of(square, x))],
  ["x^n as products, |n| <= 4", of(pow, x, -1), of(div, 1, x)],
  ["x^n as products, |n| <= 4", of(pow, x, -4), of(div, 1, of(square, of(square, x)))],
];

const kept: readonly [what: string, from: Expression & { kind: "apply" }, how?: How][] = [
  ["x + 1", of(add, x, 1)],
  ["x + y", of(add, x, y)],
  ["x - x, which may be NaN", of(sub, x, x)],
  ["y + 3 x", of(add, y, of(mul, 3, x))],
  ["y - 3 x", of(sub, y, of(mul, 3, x))],
  ["y + x z", of(add, y, of(mul, x, z))],
  ["y - x z", of(sub, y, of(mul, x, z))],
  ["y + 0 x", of(add, y, of(mul, 0, x))],
  ["0 x, which may be NaN", of(mul, 0, x)],
  ["-(x y)", of(neg, of(mul, x, y))],
  ["-(x / y)", of(neg, of(div, x, y))],
  ["-(x / 3)", of(neg, of(div, x, 3))],
  ["x / y", of(div, x, y)],
  ["x / 3", of(div, x, 3)],
  ["3 / 4", of(div, 3, 4)],
  ["x / 2^-1024", of(div, x, 2 ** -1024)],
  ["x (y z)", of(mul, x, of(mul, y, z))],
  ["2 (y z)", of(mul, 2, of(mul, y, z))],
  ["x (2 y)", of(mul, x, of(mul, 2, y))],
  ["3 (5 x)", of(mul, 3, of(mul, 5, x))],
  ["2^1000 (2^1000 x)", of(mul, 2 ** 1000, of(mul, 2 ** 1000, x))],
  ["2^-1000 (2^-23 x)", of(mul, 2 ** -1000, of(mul, 2 ** -23, x))],
  ["x x after", of(mul, x, x)],
  ["x^2 before", of(square, x), { stage: "before" }],
  ["x ** 5", of(pow, x, 5)],
  ["x ** -5", of(pow, x, -5)],
  ["x ** 0.5", of(pow, x, 0.5)],
  ["x ** NaN", of(pow, x, Number.NaN)],
  ["x ** y", of(pow, x, y)],
  ["hypot(x, y)", of(hypot, x, y)],
  ["max(x, y)", of(max, x, y)],
  ["x ? y : z", of(select, x, y, z)],
  ["!x", of(not, x)],
  ["x && y", of(and, x, y)],
  ["x || y", of(or, x, y)],
];

describe("rewriting", () => {
  it.each(further)("%s, too", (title, from, to) => {
    expect(applied(from)).toEqual({ title, to });
  });
  for (const [what, from, how] of kept)
    it(`leaves ${what}`, () => {
      expect(applied(from, how)).toBeUndefined();
    });
});
