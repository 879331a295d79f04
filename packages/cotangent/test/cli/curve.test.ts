import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

const curve = (...args: readonly string[]) => runCli("curve", ...args);

const textbook = ["examples/textbook.ts#f", "--at", "[2,5]", "--argnums", "1"];

describe("cotangent curve", () => {
  test("as data: both regimes, held against the exact derivative", async () => {
    const { code, out } = await curve(...textbook, "--json");
    const { points, exact, chosen, slopes } = JSON.parse(out);
    expect({ code, slopes }).toEqual({ code: 0, slopes: { truncation: 2, rounding: -1 } });
    expect(exact).toBeCloseTo(1.7163378145367738, 14);
    const at = (step: number): number =>
      points.reduce((near: { step: number }, p: { step: number }) =>
        Math.abs(Math.log(p.step / step)) < Math.abs(Math.log(near.step / step)) ? p : near,
      ).error;
    expect(Math.log10(at(1e-1) / at(1e-3))).toBeCloseTo(4, 1);
    expect(at(1e-13)).toBeGreaterThan(1e4 * chosen.error);
    expect(new Set(points.map((p: { step: number }) => p.step)).size).toBe(points.length);
  });

  test("as a table, where the chosen step stands among the others", async () => {
    const { code, out } = await curve(...textbook);
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines[0]?.trim().split(/ +/)).toEqual(["step", "difference", "error"]);
    const steps = lines.slice(1, lines.indexOf("")).map((line) => Number.parseFloat(line));
    expect(steps).toEqual(steps.toSorted((a, b) => b - a));
    expect(lines.filter((line) => line.endsWith(" *"))).toHaveLength(1);
  });

  test("as a picture; of higher order and accuracy; on one side", async () => {
    const svg = await curve(...textbook, "--format", "svg", "--order", "2", "--accuracy", "4");
    expect(svg.code).toBe(0);
    expect(svg.out).toMatch(
      /^<svg [\s\S]*truncation, ∝ h⁴[\s\S]*rounding, ∝ 1\/h²[\s\S]*chosen: h = [\s\S]*<\/svg>\n$/,
    );
    expect(svg.out).not.toMatch(/NaN|Infinity/);
    const { out } = await curve(...textbook, "--method", "forward", "--json");
    expect(JSON.parse(out).slopes).toEqual({ truncation: 1, rounding: -1 });
  });

  test("wrong usage", async () => {
    for (const args of [
      ["examples/textbook.ts#f"],
      ["examples/textbook.ts#f", "--at", "[2,5]", "--argnums", "0,1"],
      ["examples/textbook.ts#f", "--at", "[2,5]", "--argnums", "2"],
      ["examples/textbook.ts#f", "--at", "[2,5]", "--order", "x"],
    ])
      expect(await curve(...args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining("error") });
  });
});
