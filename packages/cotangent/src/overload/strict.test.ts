/** Overloading on a page that forbids code from text (a Content-Security-Policy without `unsafe-eval`). */
import { afterAll, describe, expect, test, vi } from "vitest";
import { grad, hessian } from "../api/verbs.ts";
import { call, primitives, unary } from "../elementals/index.ts";

describe("where no code may be made from text", () => {
  const given = globalThis.Function;
  afterAll(() => {
    globalThis.Function = given;
  });
  test("operations are of closures", async () => {
    vi.resetModules();
    globalThis.Function = (() => {
      throw new EvalError("forbidden");
    }) as never;
    const fresh = await import("./index.ts");
    const f = (x: number): number => fresh.mul(fresh.functionOf(slow)(x) as number, x);
    expect(f(2)).toBe(2 * Math.sin(2));
    expect(grad(f, { engine: fresh.overload })(2)).toBe(2 * Math.cos(2) + Math.sin(2));
    expect(hessian(f, { engine: fresh.overload })(0)).toBe(2);
    expect(grad(fresh.record(f, [1]).replay)(2)).toBe(2 * Math.cos(2) + Math.sin(2));
  });
  const sine = (x: number): number => Math.sin(x);
  const slow = unary("uncompiled", { primal: sine, partial: (x) => cosine(x), spelling: call("uncompiled") });
  const cosine = primitives.get("cos")!;
});
