import { expect, it } from "vitest";
import { checkOut } from "./written.ts";

it("what a gradient is written into is looked at with each argument that comes, and may be missing", () => {
  const [out, x] = [
    { a: [1], b: [2] },
    { a: [3], b: [4] },
  ];
  checkOut(1, out, x, 5);
  checkOut(1, out, x, 5);
  checkOut(1, undefined, x);
  expect(() => checkOut(1, out, { ...x, b: out.a })).toThrow("overlap an argument");
  expect(() => checkOut(2, out, { a: out.b }, x)).toThrow("in two places");
  expect(() => checkOut(1, out, x, [out.b])).toThrow("overlap an argument");
  expect(() => checkOut(1, out, out)).toThrow("overlap an argument");
  expect(() => checkOut(2, x, x)).toThrow("in two places");
  checkOut(1, out, x);
});
