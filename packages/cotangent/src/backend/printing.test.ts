import { describe, expect, it } from "vitest";
import { runGenerated, typeErrors } from "../../test/support/generated.ts";
import type { Primitive } from "../core/primitive.ts";
import { primitives } from "../elementals/index.ts";
import { buildFunc } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import { parse } from "../ir/parse.ts";
import * as t from "../ir/type.ts";
import type { Module, Value } from "../ir/types.ts";
import { printTypeScript } from "./typescript.ts";

const p = (id: string): Primitive => primitives.get(id) as Primitive;

function moduleOf(func: ReturnType<typeof buildFunc>): Module {
  return { functions: new Map([[func.name, func]]), globals: new Map() };
}

/** The returned expression of a function of three numbers. */
function expressionText(
  build: (b: Parameters<Parameters<typeof buildFunc>[2]>[0], x: Value, y: Value, z: Value) => Value,
): string {
  const params = ["x", "y", "z"].map((hint) => ({ type: t.number, hint }));
  const func = buildFunc("f", params, (b, x, y, z) => [build(b, x as Value, y as Value, z as Value)]);
  const { text } = printTypeScript(moduleOf(func), [{ func: "f", name: "f" }]);
  const args = [0.7, -1.3, 2.5];
  expect(runGenerated(text).f?.(...args)).toEqual(interpret(moduleOf(func), "f", args)[0]);
  return /return (.*);/.exec(text)?.[1] ?? text;
}

describe("expressions", () => {
  it("have parentheses where the meaning needs them, and where a reader does", () => {
    expect(expressionText((b, x, y, z) => b.apply(p("sub"), [x, b.apply(p("sub"), [y, z])]))).toBe("x - (y - z)");
    expect(expressionText((b, x, y, z) => b.apply(p("sub"), [b.apply(p("sub"), [x, y]), z]))).toBe("x - y - z");
    expect(expressionText((b, x, y, z) => b.apply(p("mul"), [b.apply(p("add"), [x, y]), z]))).toBe("(x + y) * z");
    expect(expressionText((b, x, y, z) => b.apply(p("mul"), [b.apply(p("div"), [x, y]), z]))).toBe("(x / y) * z");
    expect(expressionText((b, x, y, z) => b.apply(p("pow"), [x, b.apply(p("pow"), [y, z])]))).toBe("x ** y ** z");
    expect(expressionText((b, x, y, z) => b.apply(p("pow"), [b.apply(p("pow"), [x, y]), z]))).toBe("(x ** y) ** z");
    expect(expressionText((b, x, y) => b.apply(p("pow"), [b.apply(p("neg"), [x]), y]))).toBe("(-x) ** y");
    expect(expressionText((b, x, y) => b.apply(p("pow"), [x, b.apply(p("neg"), [y])]))).toBe("x ** -y");
    expect(expressionText((b, x) => b.apply(p("pow"), [b.constant(-2), x]))).toBe("(-2) ** x");
    expect(expressionText((b, x) => b.apply(p("neg"), [b.apply(p("neg"), [x])]))).toBe("-(-x)");
    expect(expressionText((b, x) => b.apply(p("sub"), [x, b.constant(-0)]))).toBe("x - -0");
    expect(
      expressionText(
        (b, x) => b.apply(p("neg"), [b.constant(-1)]) && b.apply(p("mul"), [x, b.apply(p("neg"), [b.constant(-1)])]),
      ),
    ).toBe("x * -(-1)");
    expect(expressionText((b, x) => b.apply(p("square"), [x]))).toBe("x * x");
    expect(expressionText((b, x) => b.apply(p("bitOr"), [b.apply(p("add"), [x, x]), b.constant(0)]))).toBe(
      "(x + x) | 0",
    );
    expect(expressionText((b, x, y) => b.apply(p("stopGradient"), [b.apply(p("add"), [x, y])]))).toBe("x + y");
  });

  it("write conditions as they are meant", () => {
    expect(
      expressionText((b, x, y) => b.apply(p("select"), [b.apply(p("not"), [b.apply(p("eq"), [x, y])]), x, y])),
    ).toBe("x !== y ? x : y");
    expect(
      expressionText((b, x, y) => b.apply(p("select"), [b.apply(p("not"), [b.apply(p("lt"), [x, y])]), x, y])),
    ).toBe("!(x < y) ? x : y");
    expect(
      expressionText(
        (b, x, y) =>
          b.if(
            b.apply(p("lt"), [x, y]),
            () => [b.constant(true)],
            (e) => [e.apply(p("gt"), [x, y])],
          )[0] as Value,
      ),
    ).toBe("x < y || x > y");
  });

  it("write numbers exactly", () => {
    for (const [value, text] of [
      [1e21, "1e+21"],
      [Number.NaN, "NaN"],
      [Number.NEGATIVE_INFINITY, "-Infinity"],
      [5e-324, "5e-324"],
      [Math.PI, "Math.PI"],
    ] as const) {
      expect(expressionText((b) => b.constant(value))).toBe(text);
    }
    expect(expressionText((b) => b.constant(-0))).toBe("-0");
  });
});

describe("names", () => {
  it("avoid words of the language, names of the module and each other", () => {
    const hints = ["class", "a b", "1st", "f", "x", "x", "x1", "x1", "Math", "from"];
    const func = buildFunc(
      "f",
      hints.map((hint) => ({ type: t.number, hint })),
      (_b, ...values) => [values[0] as Value],
    );
    const { text } = printTypeScript(moduleOf(func), [{ func: "f", name: "f" }]);
    const names = [...text.matchAll(/^ {2}(\S+): number,$/gm)].map((m) => m[1]);
    expect(names).toEqual(["class2", "aB", "_1st", "f2", "x", "x2", "x1", "x1_2", "Math2", "from"]);
    expect(typeErrors([text])).toEqual([]);
  });

  it("of exports are kept, and what is called along with them is not exported", () => {
    const module = parse(
      "func f.reverse(x: number) -> number {\n  y = call takeTape(x)\n  return y\n}\nfunc takeTape(x: number) -> number {\n  t: tape<number> = tape.pooled\n  release t\n  return x\n}\n".replace(
        "f.reverse",
        '"f.reverse"',
      ),
      primitives,
    );
    const { text } = printTypeScript(module, [
      { func: "f.reverse", name: "pullback", about: "The pullback of f." },
      { func: "f.reverse", name: "again" },
    ]);
    expect(text).toContain("/** The pullback of f. */\nexport function pullback(x: number): number {");
    expect(text).toContain("export { pullback as again };");
    expect(text).toContain('import { giveTape, takeTape as takeTape2 } from "cotangent/runtime";');
    expect(typeErrors([text])).toEqual([]);
  });
});

describe("closures", () => {
  it("keep what they captured when its variable goes on changing", () => {
    const module = parse(
      `func f(n: number) -> (number) => (number) {
  %1 = const 0
  %2 = const 2
  none: (number) => (number) = closure plus(%1)
  s, g = for i from %1 to n step 1 with s = n, g = none {
    g: (number) => (number) = closure plus(s)
    s = mul s, %2
    yield s, g
  }
  return g
}

func plus(x: number, y: number) -> number {
  %1 = add x, y
  return %1
}
`,
      primitives,
    );
    const { text } = printTypeScript(module, [{ func: "f", name: "f" }]);
    const made = runGenerated(text).f?.(3) as (x: number) => number;
    expect(made(1)).toBe(13);
    expect(typeErrors([text])).toEqual([]);
  });
});

describe("comments", () => {
  it("show the original line once, where the statement does not say the same", () => {
    const source = "  const y = 2 * x;";
    const span = { file: "f.ts", start: 0, end: 5 };
    const func = buildFunc(
      "f",
      [{ type: t.array(t.number, "Float64Array"), hint: "xBar" }],
      (b, xBar) => {
        b.accumulate(xBar as Value, b.constant(0), b.constant(2));
        b.accumulate(xBar as Value, b.constant(1), b.constant(2));
        return [];
      },
      span,
    );
    const spanned = { ...func, body: { ...func.body, body: func.body.body.map((i) => ({ ...i, span })) } };
    const { text } = printTypeScript(moduleOf(spanned), [{ func: "f", name: "f" }], { source: () => source });
    expect(text).toBe(`/** From \`const y = 2 * x;\`. */
export function f(xBar: Float64Array): void {
  // const y = 2 * x;
  xBar[0] += 2;
  xBar[1] += 2;
}
`);
  });
});
