import { describe, expect, it } from "vitest";
import type { Span } from "../ir/types.ts";
import { from, idle, join, type Mapping, mappingsOf, named, type Piece, text, trimEnd } from "./text.ts";

const at = (start: number): Span => ({ file: "f.ts", start, end: start + 1 });

/** Mappings as "line:column offset name". */
function shown(piece: Piece): string[] {
  return mappingsOf(piece).map(
    ({ line, column, offset, name }: Mapping) => `${line}:${column} ${offset}${name === undefined ? "" : ` ${name}`}`,
  );
}

describe("text", () => {
  it("says what a piece says, and after it what is around", () => {
    const sum = from(at(10), text`a + ${from(at(14), "b * c")} + d`);
    expect(sum).toMatchObject({ flat: "a + b * c + d" });
    expect(shown(sum)).toEqual(["0:0 10", "0:4 14", "0:10 10"]);
  });

  it("gives a first character to the innermost piece, or to a statement", () => {
    const value = from(at(10), text`${from(at(20), "a")} + b`);
    expect(shown(text`x = ${value};`)).toEqual(["0:4 20", "0:6 10"]);
    expect(shown(from(at(1), text`  ${value};`, true))).toEqual(["0:2 1", "0:4 10", "0:7 1"]);
  });

  it("maps neither white space nor what is idle", () => {
    const body = from(at(5), "  x++;", true);
    const loop = from(at(1), join([idle("// why"), "for (;;) {", body, idle("}")], "\n"), true);
    expect(shown(join([loop, "done();"], "\n"))).toEqual(["1:0 1", "2:2 5"]);
  });

  it("says again on every line what is around", () => {
    const call = from(at(3), join(["f(", text`  ${from(at(5), "x + y")},`, "  1,", ")"], "\n"));
    expect(shown(call)).toEqual(["0:0 3", "1:2 5", "1:7 3", "2:2 3", "3:0 3"]);
  });

  it("names variables where it is known what is around", () => {
    const set = from(at(3), text`const ${named("x2", "x")} = ${named("t1", undefined)};`);
    expect(shown(set)).toEqual(["0:0 3", "0:6 3 x", "0:9 3"]);
    expect(shown(named("x2", "x"))).toEqual([]);
  });

  it("is cut at its end, origin kept", () => {
    const cut = trimEnd(from(at(3), text`a = `));
    expect(cut).toMatchObject({ flat: "a =", origin: at(3) });
  });
});
