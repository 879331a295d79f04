import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../core/bind.ts";
import { type Expression, interpretExpression, isFlat, type Primitive } from "../core/primitive.ts";
import { canGenerate } from "./formula-text.ts";
import { atan2, eq, max, mul, pow, primitives, select, sqrt, sub, unary } from "./index.ts";
import { directionsKernel, partialKernel, tangentKernel } from "./kernels.ts";

const variants = [...primitives.values()]
  .filter((p) => p.domain !== undefined)
  .flatMap((p) =>
    (p.arity === "variadic" ? [1, 2, 3] : [p.arity]).map((arity) => ({ name: `${p.id}/${arity}`, p, arity })),
  );

/** The table's partial by its definition: the formula, read as numbers. */
function partialOf(p: Primitive, index: number, x: readonly number[]): number {
  const literal = (value: number): number | boolean => value;
  return interpretExpression<number | boolean>(
    p.partial(index, x.length) as Expression,
    { literal, apply: (q, args) => evaluate(q, args) },
    x,
    evaluate(p, x),
  ) as number;
}

describe.each([true, false])("kernels, from text: %s", (generate) => {
  it.each(variants)("$name: partials, tangents along any of the arguments, and many directions", ({ p, arity }) => {
    const all = Array.from({ length: arity }, (_, i) => i);
    const subsets = Array.from({ length: 2 ** arity }, (_, bits) => all.filter((i) => bits & (1 << i)));
    const partials = all.map((i) => partialKernel(p, arity, i, { generate }));
    const made = subsets.map((active) => ({
      active,
      tangent: tangentKernel(p, arity, active, { generate }),
      directions: directionsKernel(p, arity, active, { generate }),
    }));
    const singular = p.domain?.singular.filter((x) => x.length === arity) ?? [];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(fc.double({ min: -4, max: 4 }), { minLength: arity, maxLength: arity }),
          ...singular.map((x) => fc.constant([...x])),
        ),
        (x) => {
          const y = evaluate(p, x) as number;
          const own = all.map((i) => partialOf(p, i, x));
          expect(partials.map((partial) => partial(...x, y))).toEqual(own);
          for (const { active, tangent, directions } of made) {
            const along = active.map((i) => [1.5 - i, -0.25, 3 + i]);
            const out = new Float64Array(5).fill(7);
            directions(out, 1, 4, ...x, y, ...along.map((list) => [0, ...list]));
            expect([out[0], out[4]]).toEqual([7, 7]);
            for (let d = 0; d < 3; d++) {
              const one = tangent(...x, y, ...along.map((list) => list[d] as number));
              expect(out[d + 1]).toBe(one);
              const terms = active
                .map((i, k) => (isFlat(p, i, arity) ? 0 : (own[i] as number) * (along[k]?.[d] as number)))
                .filter((term) => term !== 0);
              const scale = terms.reduce((sum, term) => sum + Math.abs(term), 0);
              if (!Number.isFinite(scale)) continue;
              const error = one - terms.reduce((sum, term) => sum + term, 0);
              expect(Math.abs(error)).toBeLessThanOrEqual(1e-15 * scale + Number.MIN_VALUE);
            }
          }
        },
      ),
      { numRuns: 40, seed: 3 },
    );
  });

  it("a branch that is not taken adds nothing, whatever its factor", () => {
    expect(tangentKernel(max, 2, [0, 1], { generate })(2, 1, 2, 5, Infinity)).toBe(5);
    expect(tangentKernel(select, 3, [1, 2], { generate })(true as never, 1, 2, 1, 5, Infinity)).toBe(5);
  });
  it("a slope of 0 by convention leaves open what it is multiplied by", () => {
    expect(tangentKernel(atan2, 2, [0, 1], { generate })(0, 0, 0, 3, 4)).toBe(0);
    expect(tangentKernel(atan2, 2, [0, 1], { generate })(0, 0, 0, Infinity, Infinity)).toBeNaN();
  });
  it("a constant exponent has no part in the derivative", () => {
    expect(tangentKernel(pow, 2, [0], { generate })(-3, 2, 9, 1)).toBe(-6);
  });
  it("refuses an argument through which no number flows", () => {
    expect(() => partialKernel(eq, 2, 0, { generate })).toThrow(RangeError);
  });
  it("a new primitive has its kernels, whatever it is spelled", () => {
    const logistic = unary("logistic", {
      primal: (x) => 1 / (1 + Math.exp(-x)),
      partial: (_x, y) => mul(y, sub(1, y)),
      spelling: { kind: "call", callee: "Math.nothing" },
    });
    const nested = unary("nested", {
      primal: (x) => Math.log1p(Math.exp(x)),
      partial: (x) => logistic(x),
      spelling: { kind: "runtime", name: "nested" },
    });
    expect(tangentKernel(logistic, 1, [0], { generate })(0, 0.5, 2)).toBe(0.5);
    expect(partialKernel(nested, 1, 0, { generate })(0, Math.LN2)).toBe(0.5);
  });
});

it("finds out whether text may become a function", () => {
  expect(canGenerate()).toBe(true);
  expect(partialKernel(sqrt, 1, 0)(4, 2)).toBe(0.25);
});
