/**
 * Rest parameters of the function that is differentiated: verbs take and give one argument after the other, select by
 * position, and say what is not there. That the numbers are right is said of `corpus/rest-arguments.ts`.
 */
import { describe, expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";
import { corpusFolder } from "./support/corpus.ts";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";
import { typeErrors } from "./support/generated.ts";

const file = `${corpusFolder}rest-arguments.ts`;
const source = openFiles([file]);
const product = lowerFunction(source, file, "productFrom");
const sum = lowerFunction(source, file, "weighedSum");
const rows = lowerFunction(source, file, "writtenRows");

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  test("gradients by arguments at any position", async () => {
    const first = await engine.derive(sum, { operator: "grad" });
    expect(first(3, 5)).toBe(6);
    const second = await engine.derive(product, { operator: "grad", argnums: 2 });
    expect(second(2, 3, 5)).toBe(6);
    expect(second(2, 3, 5, 7)).toBe(42);
    expect(() => second(2, 3)).toThrow(/argument 2 is not given/);
    const both = await engine.derive(product, { operator: "valueAndGrad", argnums: [2, 0] });
    expect(both(2, 3, 5, 7)).toEqual([210, [42, 105]]);
  });

  test("maps take and give all arguments", async () => {
    const vjp = await engine.derive(product, { operator: "vjp" });
    const [value, pullback] = vjp(2, 3, 5) as [number, AnyFunction];
    expect([value, pullback(2), vjp.length >= 0]).toEqual([30, [30, 20, 12], true]);
    const [, alone] = vjp(2) as [number, AnyFunction];
    expect(alone(1)).toEqual([1]);
    const jvp = await engine.derive(product, { operator: "jvp" });
    expect(jvp([2, 3, 5], [1, 0, 1])).toEqual([30, 21]);
    const linearized = await engine.derive(sum, { operator: "linearize" });
    const [, pushforward] = linearized(1, 2) as [number, AnyFunction];
    expect(pushforward([1, 1])).toBe(10);
  });

  test("second derivatives and outputs", async () => {
    const hvp = await engine.derive(product, { operator: "hvp", argnums: [0, 1] });
    expect(hvp([2, 3, 5], [1, 1])).toEqual([5, 5]);
    const hessian = await engine.derive(product, { operator: "hessian", argnums: [0, 2] });
    expect(hessian(2, 3, 5)).toEqual([
      [0, 3],
      [3, 0],
    ]);
    const out = await engine.derive(rows, { operator: "jvp", argnums: [0], outputs: [1] });
    expect(out([2, [1, 3]], [1])).toEqual([[[10, 3]], [[7, 0]]]);
  });
});

test("derivatives of derivatives, and what is refused", () => {
  const program = openProgram();
  const again = program.derive(`${file}#productFrom`, [
    { operator: "grad", argnums: 1 },
    { operator: "grad", argnums: 2 },
  ]);
  expect(again.text).toContain("...rest: number[]");
  const tuple = program.derive(`${file}#productFrom`, { operator: "jvp" });
  expect(tuple.text).toContain("(primals: [number, ...number[]], tangents: [number, ...number[]])");
  expect(typeErrors([again.text])).toEqual([]);
  expect(typeErrors([tuple.text])).toEqual([]);
  expect(typeErrors([program.derive(`${file}#mapsGathered`, { operator: "vjp" }).text])).toEqual([]);
  const ask = (requests: Parameters<typeof program.derive>[1]) => () => program.derive(`${file}#productFrom`, requests);
  expect(ask([{ operator: "jvp" }, { operator: "jvp" }])).toThrow(/a function with a rest parameter/);
  expect(ask({ operator: "grad", argnums: 100_000 })).toThrow(/there is no argument|has no argument/);
  expect(ask({ operator: "grad", argnums: -1 })).toThrow(/there is no argument -1/);
});
