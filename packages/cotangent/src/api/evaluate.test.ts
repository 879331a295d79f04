import { expect, test } from "vitest";
import { evaluateText } from "./evaluate.ts";

test("types are erased and exports are found under their names", async () => {
  const functions = await evaluateText(
    "type Pair = [number, number];\nfunction half(x: number): number {\n  return x / 2;\n}\n" +
      "export function twice([x, y]: Pair): number {\n  return 2 * (half(x) + y);\n}\nexport { half as default };\n",
  );
  expect(functions.get("twice")?.([4, 1])).toBe(6);
  expect(functions.get("default")?.(4)).toBe(2);
});

test("the runtime is at hand, other modules are loaded once by their path", async () => {
  const functions = await evaluateText(
    'import { takeTape, type Tape } from "cotangent/runtime";\nimport first, { scale as s } from "/model.ts";\n' +
      "export function f(x: number): number {\n  const tape: Tape = takeTape();\n  return tape ? first + s * x : 0;\n}\n",
    async (file) => ({ default: file.length, scale: 3 }),
  );
  expect(functions.get("f")?.(2)).toBe(15);
});

test("a name that a module does not export is an error", async () => {
  const text = 'import { gone } from "/model.ts";\nexport function f(): number {\n  return gone;\n}\n';
  await expect(evaluateText(text, async () => ({}))).rejects.toThrow("does not export gone");
});
