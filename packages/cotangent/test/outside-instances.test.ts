/**
 * Instances at the border: what comes in is of the class that was compiled, or the derivative is refused when it is called;
 * what goes out has its prototype, wherever code outside may find it.
 */
import { describe, expect, test } from "vitest";
import * as instances from "./corpus/instances.ts";
import { corpusFolder } from "./support/corpus.ts";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";

const file = `${corpusFolder}instances.ts`;
const source = openFiles([file]);
const { Vec, Tree, Temperature } = instances;

class Longer extends Vec {
  override dot(o: instances.Vec): number {
    return 2 * super.dot(o);
  }
}
/** Looks the same to the checker. */
class Other {
  x = 1;
  y = 2;
}

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  const derive = (name: string, operator: "grad" | "vjp" | "jvp" | "value"): Promise<AnyFunction> =>
    engine.derive(lowerFunction(source, file, name), { operator }, new Map([[file, { ...instances }]]));

  test("a gradient is a plain object of the fields", async () => {
    const gradient = (await derive("distance", "grad"))(new Vec(3, 4), new Vec(0, 0)) as object;
    expect(Object.getPrototypeOf(gradient)).toBe(Object.prototype);
    expect(gradient).toEqual({ x: expect.closeTo(0.7, 12), y: expect.closeTo(1, 12) });
  });

  test.each([
    ["distance", () => [new Longer(1, 2), new Vec(1, 1)]],
    ["distance", () => [new Vec(1, 2), new Longer(1, 1)]],
    ["distance", () => [new Other(), new Vec(1, 1)]],
    ["distance", () => [Object.assign(new Vec(1, 2), { dot: () => 7 }), new Vec(1, 1)]],
    ["weighted", () => [[new Vec(1, 2), new Longer(1, 2)], 2]],
    ["total", () => [new Tree(1, [new Tree(2), new Temperature(1) as unknown as instances.Tree])]],
    ["total", () => [new Tree(1, [Object.assign(new Tree(2), { sum: () => 7 })])]],
  ] as const)("%s refuses instances with other methods", async (name, args) => {
    for (const operator of ["grad", "vjp", "value"] as const) {
      const derived = await derive(name, operator);
      expect(() => derived(...args())).toThrow(expect.objectContaining({ code: "instance-class" }));
    }
  });

  test("plain objects of the fields stand for instances", async () => {
    const gradient = await derive("distance", "grad");
    const plain = gradient({ x: 1, y: 2 }, Object.assign(Object.create(null), { x: 0.3, y: -1 }));
    expect(plain).toEqual(gradient(new Vec(1, 2), new Vec(0.3, -1)));
  });

  test("results are instances, and so is what is put into arguments", async () => {
    const { first, all } = (await derive("several", "value"))(new Vec(1, 2), 3) as ReturnType<typeof instances.several>;
    expect([first, ...all].map((v) => v instanceof Vec && v.norm > 0)).toEqual([true, true, true]);
    const [tree] = (await derive("planted", "vjp"))(1.5) as [instances.Tree];
    expect(tree.children[1]?.children[0]).toBeInstanceOf(Tree);
    expect(tree.sum()).toBeCloseTo(instances.planted(1.5).sum(), 12);
    const list = [new Vec(1, 2)];
    (await derive("replaced", "jvp"))([list, 2], [[{ x: 1, y: 0 }], 0]);
    expect(list.map((v) => v.constructor)).toEqual([Vec, Vec]);
  });
});
