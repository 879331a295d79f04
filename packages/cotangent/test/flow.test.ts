/**
 * What was not taken contributes nothing, also where the derivative of what was computed for it is infinite: reverse mode
 * gives what forward mode does. Where a cotangent is 0 since a factor is, the derivative is not known to be 0, and is NaN.
 */
import { expect, test } from "vitest";
import type { OperatorRequest } from "../src/api/operators.ts";
import { strategies } from "../src/core/request.ts";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";
import { distancesAt, flowCases, flowText, notANumber } from "./support/flow-programs.ts";
import { numbersOf, withNumbers } from "./support/numbers.ts";

const file = "/flow/program.ts";
const source = openFiles([file], new Map([[file, flowText]]));

const all = engines.map((engine) => [engine.name, engine] as const);

test.each(all)("%s", async (_, engine) => {
  const derive = async (name: string, argnums: readonly number[], request: Partial<OperatorRequest>) =>
    engine.derive(lowerFunction(source, file, name), { operator: "grad", argnums, ...request });
  const reverse = strategies.map((strategy) => ({ mode: "reverse", strategy }) as const);
  for (const [name, args, expected] of flowCases)
    for (const request of [{ mode: "forward" } as const, ...reverse]) {
      const argnums = [...args.keys()].filter((i) => name !== "masked" || i === 0);
      const grad = await derive(name, argnums, request);
      expect(numbersOf(grad(...args)), `${name} at ${args}, ${JSON.stringify(request)}`).toEqual(expected);
    }
  for (const [name, args, expected] of flowCases) {
    const linearize = await engine.derive(lowerFunction(source, file, name), {
      operator: "linearize",
      argnums: [...args.keys()],
    });
    const [, pushforward] = linearize(...args) as [number, (tangents: unknown) => number];
    const slopes = expected.map((_, i) =>
      pushforward(
        withNumbers(
          args,
          expected.map((_, j) => Number(i === j)),
          true,
        ),
      ),
    );
    expect(slopes, `${name} at ${args}, linearized`).toEqual(expected);
    if (expected.length > 1 || args.length > 1) continue;
    const taylor = await engine.derive(lowerFunction(source, file, name), { operator: "taylor", order: 2 });
    const [, slope] = taylor(...args) as number[];
    expect(slope, `${name} at ${args}, by coefficients`).toBeCloseTo(expected[0] as number, 12);
  }
  const [name, [points]] = distancesAt;
  const forward = numbersOf((await derive(name, [0], { mode: "forward" }))(points));
  expect(forward.every(Number.isFinite)).toBe(true);
  for (const request of reverse) {
    const found = numbersOf((await derive(name, [0], request))(points));
    found.forEach((x, i) => {
      expect(x).toBeCloseTo(forward[i] as number, 10);
    });
    for (const [name, [x]] of notANumber)
      expect(numbersOf((await derive(name, [0], request))(x)), name).toEqual([Number.NaN]);
  }
});
