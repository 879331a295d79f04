/**
 * What the transforms make of programs in IR, before anything is simplified: that the derivatives are right, by differences
 * and by one another, and how they are said. Which instructions each function has that is made, how many, and which names
 * is written down and read in review: a step that is done twice, or for nothing, gives the right numbers, too.
 */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CotangentError } from "../src/core/errors.ts";
import { interpret } from "../src/ir/interpret.ts";
import { programOfIr } from "./mutate/programs.ts";
import { makeReady, NotFitting, observe, type Program, waysOfIr } from "./mutate/ways.ts";
import { irPrograms } from "./support/ir-programs.ts";
import { dot, makeRandom, numbersOf, withNumbers } from "./support/numbers.ts";

/** What each way gives that fits the program and is not refused, by its name; and what is written down of it. */
function derive(program: Program): { numbers: Map<string, readonly number[]>; text: string } {
  const ready = makeReady(program);
  const numbers = new Map<string, readonly number[]>();
  let text = "";
  for (const way of waysOfIr) {
    try {
      const found = observe(program, ready(false), way);
      numbers.set(way.name, found.numbers);
      text += `  ${way.name}: ${found.figures}\n`;
    } catch (error) {
      if (error instanceof CotangentError) text += `  ${way.name}: refused, ${error.code}\n`;
      else if (!(error instanceof NotFitting)) throw error;
    }
  }
  return { numbers, text: `${program.name}\n${text}` };
}

function expectNear(found: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  const size = Math.max(1, ...expected.map(Math.abs));
  const near =
    found.length === expected.length && found.every((x, i) => Math.abs(x - Number(expected[i])) <= tolerance * size);
  if (!near) expect.fail(`${what}: ${found.join(", ")} instead of ${expected.join(", ")}`);
}

const derived = irPrograms.map((given) => {
  const program = programOfIr(given);
  return { program, isRough: given.isRough, ...derive(program) };
});

test.each(derived)("derivatives of $program.name", ({ program, isRough, numbers }) => {
  const { module, entry } = program.lower();
  const [make] = program.points as [() => unknown[]];
  const run = (args: unknown[]): number[] => {
    const results = interpret(module, entry, args);
    return numbersOf(results.length > 1 ? results : results[0]);
  };
  const given = program.argnums.map((i) => make()[i]);
  const random = makeRandom(3);
  const v = numbersOf(given).map(() => random());
  /** What the program gives at a step along `v`. */
  const along = (step: number): number[] => {
    const moved = withNumbers(
      given,
      numbersOf(given).map((x, i) => x + step * (v[i] as number)),
    ) as unknown[];
    return run(make().map((arg, i) => (program.argnums.includes(i) ? moved[program.argnums.indexOf(i)] : arg)));
  };
  const args = make();
  const value = run(args);
  const count = numbersOf(args).length;
  const [near, far] = [1e-4, 2e-4].map((h) => {
    const [up, down] = [along(h), along(-h)];
    return up.map((x, i) => (x - (down[i] as number)) / (2 * h));
  }) as [number[], number[]];
  const differences = near.map((x, i) => (4 * x - (far[i] as number)) / 3);
  const jvp = numbers.get("jvp");
  const jv = jvp?.slice(value.length, 2 * value.length) ?? differences;
  if (jvp) expectNear(jvp.slice(0, value.length), value, 1e-12, "value");
  if (!isRough) expectNear(jv, differences, 1e-6, "jvp against differences");

  // Tangents of single precision are rounded; where forward mode refuses, differences stand for it.
  const exact = isRough || !jvp ? 1e-6 : 1e-9;
  const linearize = numbers.get("linearize");
  if (linearize) {
    for (const at of [0, 1])
      expectNear(
        linearize.slice(value.length + count).slice(at * jv.length, (at + 1) * jv.length),
        jv,
        1e-9,
        "linearize",
      );
  }
  const again = makeRandom(3);
  const w = value.map(() => again());
  for (const name of ["vjp", "vjp by closures"]) {
    const bars = numbers.get(name)?.slice(value.length + count);
    if (!bars) continue;
    const half = bars.length / 2;
    expectNear(bars.slice(half), bars.slice(0, half), 0, `${name}, once more`);
    // A number that is missing has a cotangent, 0, and no tangent.
    if (half === v.length) expectNear([dot(bars.slice(0, half), v)], [dot(w, jv)], exact, `${name} against jvp`);
  }
  const ways = ["reverse over reverse", "reverse over reverse by closures", "reverse over forward"];
  const [hessian = [], ...others] = ways.map((name) => numbers.get(name)?.slice(0, v.length ** 2) ?? []);
  const hvp = numbers.get("hvp")?.slice(0, v.length);
  if (!hvp || hessian.length === 0) return;
  const times = v.map((_, i) => dot(hessian.slice(i * v.length, (i + 1) * v.length), v));
  expectNear(times, hvp, exact, "reverse over reverse against forward over reverse");
  for (const other of others) if (other.length > 0) expectNear(other, hessian, 1e-9, "second derivatives");
});

test("derivatives have so many instructions, and these names", () => {
  const figures = fileURLToPath(new URL("derived/figures.txt", import.meta.url));
  return expect(derived.map(({ text }) => text).join("\n")).toMatchFileSnapshot(figures);
});
