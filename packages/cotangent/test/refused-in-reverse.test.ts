/**
 * Changes of structures that reverse mode cannot go back through are refused, by name and place, and never passed over; what
 * differs from them in what matters is taken, and gives what forward mode gives.
 */
import { expect, test } from "vitest";
import { strategies } from "../src/core/request.ts";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";
import { numbersOf } from "./support/numbers.ts";
import { refusedPrograms, refusedText } from "./support/refused-programs.ts";

const file = "/refused/program.ts";
const source = openFiles([file], new Map([[file, refusedText]]));
const [, optimised] = engines;

test.each(refusedPrograms)("$name", async ({ name, args, argnums, message }) => {
  const derive = async (request: object): Promise<readonly number[]> => {
    const engine = optimised as (typeof engines)[number];
    const grad = await engine.derive(lowerFunction(source, file, name), { operator: "grad", argnums, ...request });
    return numbersOf(grad(...args()));
  };
  const forward = await derive({ mode: "forward" });
  expect(forward.length).toBeGreaterThan(0);
  for (const strategy of strategies) {
    const reverse = derive({ mode: "reverse", strategy });
    if (message) await expect(reverse).rejects.toMatchObject({ code: "not-taken", message, span: { file } });
    else
      (await reverse).forEach((x, i) => {
        expect(x).toBeCloseTo(forward[i] as number, 10);
      });
  }
});
