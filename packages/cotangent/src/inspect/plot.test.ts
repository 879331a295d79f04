import { describe, expect, test } from "vitest";
import { errorCurveSvg } from "./error-curve.ts";
import { type Axis, type Curve, plotSvg, raised } from "./plot.ts";

const linear: Axis = { label: "x", scale: "linear" };
const logarithmic: Axis = { label: "y", scale: "logarithmic" };
const curveOf = (points: Curve["points"]): Curve => ({ label: "a < b", colour: "forward", drawn: "line", points });

/** The centres of the dots of the curve, without that of the legend. */
function dots(svg: string): number[][] {
  return [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="2.2"/g)]
    .slice(1)
    .map(([, x, y]) => [Number(x), Number(y)]);
}

describe("a plot", () => {
  test("equal factors are equal distances on a logarithmic axis, equal differences on a linear one", () => {
    const svg = plotSvg({
      title: "t",
      x: linear,
      y: logarithmic,
      curves: [
        curveOf([
          [0, 1e-3],
          [2, 1],
          [4, 1e3],
        ]),
      ],
    });
    const [first, second, third] = dots(svg) as [number[], number[], number[]];
    expect(second[0]! - first[0]!).toBeCloseTo(third[0]! - second[0]!, 0);
    expect(second[1]! - first[1]!).toBeCloseTo(third[1]! - second[1]!, 0);
    expect(third[1]).toBeLessThan(first[1]!);
    for (const tick of ["10⁻³", "10³", ">1<", ">2<"]) expect(svg).toContain(tick);
    expect(svg).toContain("a &lt; b");
  });
  test("what has no place is left out", () => {
    const points = [
      [1, 0],
      [2, 5],
      [3, Number.NaN],
      [4, Number.POSITIVE_INFINITY],
      [5, 50],
      [6, -1],
    ] as const;
    const svg = plotSvg({
      title: "t",
      x: linear,
      y: logarithmic,
      curves: [curveOf(points)],
      marks: [{ x: 1, y: 0, label: "nowhere" }],
    });
    expect(dots(svg)).toHaveLength(2);
    expect(svg).not.toMatch(/NaN|Infinity|nowhere/);
  });
  test.each([
    ["no points", []],
    ["one point", [[3, 7]]],
    [
      "a constant",
      [
        [1, 2],
        [2, 2],
      ],
    ],
    [
      "tiny and huge numbers",
      [
        [1e-300, 1e-300],
        [1e300, 1e300],
      ],
    ],
  ] as const)("%s", (_, points) => {
    for (const axis of [linear, logarithmic]) {
      const svg = plotSvg({ title: "t", x: axis, y: axis, curves: [curveOf(points)] });
      expect(dots(svg)).toHaveLength(points.length);
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
  });
  test("exponents", () => {
    expect(raised(-12)).toBe("⁻¹²");
  });
});

test("a curve without an error has nothing to draw, and is drawn", () => {
  const points = [1, 0.1, 0.01].map((step) => ({ step, error: 0 }));
  const svg = errorCurveSvg({ points, chosen: points[0]!, slopes: { truncation: 2, rounding: -1 } });
  expect(dots(svg)).toHaveLength(0);
  expect(svg).not.toMatch(/NaN|Infinity|chosen/);
});
