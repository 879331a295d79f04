import { expect, test } from "vitest";
import { stopGradient } from "./stop-gradient.ts";

test("a number is itself", () => {
  expect(stopGradient(2.5)).toBe(2.5);
});

test("a structure is copied to any depth, with its sharing and its classes", () => {
  class Point {
    readonly x: number;
    constructor(x: number) {
      this.x = x;
    }
  }
  const shared = [1, 2];
  const value = { a: shared, b: shared, v: new Float32Array([1, 2]), p: new Point(3), s: "text" };
  const copied = stopGradient(value);
  expect(copied).toEqual(value);
  expect(copied.a).not.toBe(shared);
  expect(copied.b).toBe(copied.a);
  expect(copied.v).not.toBe(value.v);
  expect(copied.p).toBeInstanceOf(Point);
});
