import { describe, expect, test } from "vitest";
import { readScript } from "./script.ts";

// Where V8 says that a function starts: at its list of parameters, an arrow function at its start.
const script = `function f(a, { b: c, d = 1 }) { return a.x.y(c) + d; }
const o = { m(x) { return x; }, async n() {}, get g() { return 1; } };
const arrow = async x => x * (0, lib.f)(x), other = (y, [z]) => y * z;
class A { constructor(q) {} static s(x) { return x; } }
class B {}
`;
const read = readScript(script, "script.js");

describe("functions", () => {
  test.each([
    ["(a, {", "function", 3, 2],
    ["(x) { return x; }, async", "method", 1, 1],
    ["() {}", "method", 0, 0],
    ["() { return 1", "accessor", 0, 0],
    ["async x", "arrow", 1, 1],
    ["(y, [z])", "arrow", 2, 2],
    ["(q)", "class", 1, 1],
    ["(x) { return x; } }", "method", 1, 1],
    ["class B", "class", 0, 0],
  ])("at %s", (head, form, binders, parameters) => {
    const fn = read.functionAt(script.indexOf(head));
    expect(fn).toMatchObject({ form, parameters });
    expect(fn?.binders.length).toBe(binders);
  });

  test("nowhere else", () => {
    const heads = [...script].map((_, i) => i).filter((i) => read.functionAt(i));
    expect(heads.length).toBe(9);
  });

  test("the innermost around a place", () => {
    expect(read.functionAround(script.indexOf("y * z"))?.form).toBe("arrow");
    expect(read.functionAround(script.indexOf("const o"))).toBeUndefined();
  });
});

test("names are read with what is read off them", () => {
  const named = read.names.map(({ name, members }) => [name, ...members].join("."));
  expect(named).toContain("a.x.y");
  expect(named).toContain("lib.f");
  expect(named).not.toContain("b");
  expect(named).not.toContain("m");
});

test("offsets and places are one another's inverse, with every kind of line end", () => {
  const lines = readScript("a;\r\nb;\nc;\u2028d;", "script.js");
  expect([lines.offsetAt(1, 0), lines.offsetAt(2, 0), lines.offsetAt(3, 0)]).toEqual([4, 7, 10]);
  expect(lines.placeAt(10)).toEqual({ line: 3, character: 0 });
});
