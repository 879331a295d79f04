import { expect, test } from "vitest";
import { openProgram } from "../../api/compile.ts";

function refusal(text: string): unknown {
  const program = openProgram({ cwd: "/fields", sources: { "/fields/input.ts": text } });
  try {
    program.derive("/fields/input.ts#f", { operator: "grad" });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

test("a field declared with `!` that the constructor leaves unset is undefined, and would be NaN", () => {
  expect(
    refusal(`
class A { m!: number; look(): number { return this.m === undefined ? 7 : this.m; } }
export function f(x: number): number { return new A().look() * x; }`),
  ).toBe("field-before-set");
  expect(
    refusal(`
class A { m!: number; constructor(x: number) { if (x > 2) this.m = 3; } }
export function f(x: number): number { return (new A(x).m ?? 5) * x; }`),
  ).toBe("field-before-set");
});

test("one that is set by then is taken", () => {
  expect(
    refusal(`
class A { m!: number; constructor(x: number) { this.init(x); } init(x: number): void { this.m = x * x; } }
export function f(x: number): number { return new A(x).m * x; }`),
  ).toBeUndefined();
});
