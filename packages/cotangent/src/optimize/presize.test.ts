/** Which lists are made of their length at once. That values and derivatives stay is said of `corpus/loops.ts`. */
import { expect, test } from "vitest";
import { lowerText } from "../../test/support/run-lowered.ts";
import { interpret } from "../ir/interpret.ts";
import { verifyModule } from "../ir/verify.ts";
import { forEachInstr } from "../ir/visit.ts";
import { optimize } from "./pipeline.ts";

/** How many pushes and stores are left of the function `f`. */
function left(body: string): { pushes: number; stores: number } {
  const text = `export function f(x: number, n: number, xs: number[]): number {${body}}`;
  const { module, entry } = lowerText(text);
  const optimized = optimize(module, entry);
  verifyModule(optimized);
  for (const [n, xs] of [
    [3, [1, 2]],
    [2.5, []],
    [-1, [4, 5, 6, 7]],
    [Number.NaN, [3]],
  ] as const)
    expect(interpret(optimized, entry, [0.7, n, [...xs]])).toEqual(interpret(module, entry, [0.7, n, [...xs]]));
  const counts = { pushes: 0, stores: 0 };
  for (const func of optimized.functions.values())
    forEachInstr(func.body, ({ op }) => {
      if (op === "push") counts.pushes++;
      if (op === "store") counts.stores++;
    });
  return counts;
}

const fill = "for (let i = 0; i < n; i++) ys.push(x * i);";
const sum = "let s = 0; for (const y of ys) s = s * 0.5 + y; return s;";

test("a list that a counted loop fills is made of its length", () => {
  expect(left(`const ys: number[] = []; ${fill} ${sum}`)).toEqual({ pushes: 0, stores: 1 });
  expect(left(`const ys = [x, 2]; ys.push(n); ${fill} ${sum}`)).toEqual({ pushes: 0, stores: 4 });
  expect(left(`const ys: number[] = []; for (let i = 5; i > n; i--) ys.push(x * i); ${sum}`)).toEqual({
    pushes: 0,
    stores: 1,
  });
  expect(left(`const ys = [...xs, x]; ${sum}`)).toEqual({ pushes: 1, stores: 1 });
  expect(left(`const ys = xs.slice(1, n); ${sum}`)).toEqual({ pushes: 0, stores: 1 });
});

test("one that is seen meanwhile, or not filled in every turn, grows as it is written", () => {
  const grows = { pushes: 1, stores: 0 };
  expect(left(`const ys: number[] = []; for (let i = 0; i < n; i++) ys.push(ys.length * x); ${sum}`)).toEqual(grows);
  expect(left(`const ys: number[] = []; for (let i = 0; i < n; i++) if (i % 2) ys.push(x); ${sum}`)).toEqual(grows);
  expect(
    left(`const ys: number[] = []; const zs = [ys, xs]; ${fill} ${sum.replace("of ys", "of zs[n > 1 ? 0 : 1]!")}`),
  ).toEqual(grows);
  expect(
    left(`const ys: number[] = []; for (let i = 0; i < n; i++) { if (i > 50) break; ys.push(x); } ${sum}`),
  ).toEqual(grows);
  expect(
    left(
      `const ys: number[] = []; for (let i = 0; i < n; i++) { if (i > 50) throw new Error("many"); ys.push(x); } ${sum}`,
    ),
  ).toEqual(grows);
  expect(left(`const ys: number[] = []; for (let r = 0; r < 2; r++) { ${fill} } ${sum}`).stores).toBe(0);
});
