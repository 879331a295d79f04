import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import { painter } from "../../src/cli/output.ts";

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cotangent-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(args: readonly string[], input: readonly string[] = [], colors = false) {
  let out = "";
  let err = "";
  const code = await runCommand(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    lines: async function* () {
      yield* input;
    },
    load: (file) => import(file),
    cwd: join(here, "programs"),
    colors: { out: colors, err: colors },
  });
  return { code, out, err };
}

async function evaluate(...args: readonly string[]) {
  const { code, out } = await run(["eval", ...args, "--json"]);
  return { code, answer: JSON.parse(out) };
}

describe("record", () => {
  const file = join(folder, "traced.ts");
  writeFileSync(
    file,
    [
      "export function f(x: number, ws: Float64Array): number {",
      "  let s = 0;",
      "  for (const w of ws) s += w * x;",
      "  return s > 5 ? Math.sqrt(s) : s;",
      "}",
      "export function untyped(x: any, y: any): any { return x * Math.sin(y); }",
      'export function throws(x: number): number { if (x > 0) throw new RangeError("no"); return x; }',
    ].join("\n"),
  );

  test("writes what was recorded, and derivatives of it", async () => {
    const value = await run(["record", `${file}#f`, "--at", "[2,[1,3]]", "--derivative", "value"]);
    expect({ code: value.code, err: value.err }).toEqual({ code: 0, err: "" });
    expect(value.out).toMatch(/const t1 = x1\[0\] \* x0 \+ x1\[1\] \* x0;\n {2}if \(!\(t1 > 5\)\)/);
    expect(value.out).toContain("f goes another way here than was recorded, where gt(8, 5) was true");
    expect(value.out).toContain("  return Math.sqrt(t1);\n}");
  });

  test("of functions that the compiler does not take", async () => {
    const { code, out } = await run(["record", `${file}#untyped`, "--at", "[2,3]", "--argnums", "0,1", "--json"]);
    const made = JSON.parse(out);
    expect(code).toBe(0);
    expect(made).toMatchObject({ name: "untypedGrad", decisions: [], length: 4 });
    const written = join(folder, "untyped.grad.ts");
    expect((await run(["record", `${file}#untyped`, "--at", "[2,3]", "--argnums", "0,1", "-o", written])).code).toBe(0);
    expect(readFileSync(written, "utf8")).toBe(made.text);
    const { untypedGrad } = await import(written);
    expect(untypedGrad(2, 5)).toEqual([Math.sin(5), 2 * Math.cos(5)]);
  });

  test("wrong usage and what the program throws", async () => {
    expect((await run(["record", `${file}#f`])).code).toBe(2);
    expect((await run(["record", `${file}#f`, "--at", "[2]"])).code).toBe(2);
    const thrown = await run(["record", `${file}#throws`, "--at", "[2]", "--json"]);
    expect(thrown.code).toBe(1);
    expect(JSON.parse(thrown.out).error).toMatchObject({ code: "threw", message: "RangeError: no" });
  });
});

test("overloading in either mode", async () => {
  for (const mode of ["forward", "reverse"]) {
    const by = ["--at", "[2,5]", "--engine", "overload", "--argnums", "0,1"];
    const { answer } = await evaluate("model.ts#product", ...by, "--mode", mode);
    expect(answer).toMatchObject({ engine: "overload", mode });
    expect(answer.derivative[1]).toBeCloseTo(1.7163378145367738, 14);
  }
});

describe("trace", () => {
  test("as a table, as data, and into a file", async () => {
    const table = await run(["trace", "model.ts#product", "--at", "[2,5]"]);
    expect({ code: table.code, err: table.err }).toEqual({ code: 0, err: "" });
    expect(table.out).toMatch(/^v2 = x1 \* x2 +10 +dv2 = x2 \* dx1 +5 +x2Bar \+= x1 \* v2Bar +1\.71634$/m);
    const { out } = await run(["trace", "model.ts#product", "--at", "[2,5]", "--input", "x2", "--json"]);
    const made = JSON.parse(out);
    expect(made.tangent).toBeCloseTo(1.7163378145367738, 14);
    expect(made.rows[2]).toMatchObject({ name: "v1", place: { line: 2 } });
    const file = join(folder, "trace.svg");
    const drawn = await run(["trace", "model.ts#product", "--at", "[2,5]", "--format", "svg", "-o", file]);
    expect({ code: drawn.code, out: drawn.out }).toEqual({ code: 0, out: "" });
    expect(readFileSync(file, "utf8")).toMatch(/^<svg.*<\/svg>\n$/s);
  });

  test("wrong usage and what the program throws", async () => {
    expect((await run(["trace", "model.ts#product"])).code).toBe(2);
    expect((await run(["trace", "model.ts#product", "--at", "[2]"])).code).toBe(2);
    expect((await run(["trace", "model.ts#product", "--at", "[2,5]", "--iteration", "-1"])).code).toBe(2);
    const missing = await run(["trace", "model.ts#product", "--at", "[2,5]", "--input", "z"]);
    expect(missing.code).toBe(2);
    expect(missing.err).toContain("there is no input z: inputs are x1, x2");
    const thrown = await run(["trace", "model.ts#guarded", "--at", "[-2]"]);
    expect(thrown.code).toBe(1);
    expect(thrown.err).toContain("the program threw RangeError: negative: -2");
  });
});

describe("graph", () => {
  test.each([
    ["svg", /^<svg[\s\S]*v2 = x1 \* x2/],
    ["dot", /^digraph "product" \{[\s\S]*n0 -> n2;/],
    ["mermaid", /^flowchart TD\n {2}n0\(\["x1"\]\)/],
    ["json", /^\{"function":"product","nodes":\[/],
  ])("as %s", async (format, expected) => {
    const { code, out } = await run(["graph", "model.ts#product", "--format", format]);
    expect(code).toBe(0);
    expect(out).toMatch(expected);
  });
});

test("explain, in words and as data", async () => {
  const { code, out } = await run(["explain", "model.ts#product"]);
  expect({ code, out }).toEqual({ code: 0, out: "the reverse sweep of product keeps nothing\n" });
  expect((await run(["explain", "model.ts#product", "--json"])).out).toBe('{"function":"product","entries":[]}\n');
});

describe("eval", () => {
  test("a rest parameter takes what is left of the arguments", async () => {
    const file = join(folder, "rest.ts");
    writeFileSync(file, "export const f = (a: number, ...xs: number[]): number => xs.reduce((s, x) => s * x, a);");
    const by = ["--at", "[2,3,5]", "--argnums", "0,2"];
    expect((await evaluate(`${file}#f`, ...by)).answer).toMatchObject({ value: 30, derivative: [15, 6] });
    const forward = await evaluate(`${file}#f`, ...by, "--derivative", "jvp", "--seed", "[1,1]");
    expect(forward.answer).toMatchObject({ value: 30, derivative: 21 });
    const numerical = await evaluate(`${file}#f`, ...by, "--engine", "complex");
    expect(numerical.answer).toMatchObject({ value: 30, derivative: [15, 6] });
    expect((await run(["trace", `${file}#f`, "--at", "[2,3,5]"])).out).toContain("xs");
  });

  test.each(["forward", "reverse", "auto"])("a gradient in %s mode", async (mode) => {
    const { code, answer } = await evaluate("model.ts#product", "--at", "[2,5]", "--argnums", "0,1", "--mode", mode);
    expect(code).toBe(0);
    expect(answer).toMatchObject({ engine: "source", backend: "js" });
    expect(answer.mode).toBe(mode === "auto" ? answer.mode : mode);
    expect(answer.strategy).toBe(answer.mode === "reverse" ? "tape" : null);
    expect(answer.value).toBeCloseTo(11.652071455223084, 14);
    expect(answer.derivative[0]).toBeCloseTo(5.5, 14);
    expect(answer.derivative[1]).toBeCloseTo(1.7163378145367738, 14);
  });

  test.each(["grad", "vjp", "hessian", "hvp"])("%s with each strategy", async (derivative) => {
    const answers = [];
    for (const strategy of ["tape", "closure"]) {
      const seed = derivative === "hvp" ? "[1,2]" : "1";
      const options = ["--argnums", "0,1", "--mode", "reverse", "--derivative", derivative, "--seed", seed];
      const { code, answer } = await evaluate("model.ts#product", "--at", "[2,5]", ...options, "--strategy", strategy);
      expect({ code, strategy: answer.strategy }).toEqual({ code: 0, strategy });
      answers.push(answer.derivative);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  test("derivatives of any order by a number, and Taylor coefficients", async () => {
    const at = ["model.ts#product", "--at", "[2,5]"];
    const third = await evaluate(...at, "--derivative", "derivative", "--order", "3", "--argnums", "1");
    expect(third.code).toBe(0);
    expect(third.answer).toMatchObject({ engine: "source", mode: "forward", strategy: null, backend: "js" });
    expect(third.answer.derivative).toBeCloseTo(Math.cos(5), 13);
    const first = await evaluate(...at, "--derivative", "derivative");
    expect(first.answer.derivative).toBeCloseTo(5.5, 14);
    const { answer } = await evaluate(...at, "--derivative", "taylor", "--order", "2");
    expect(answer.derivative).toEqual([answer.value, expect.closeTo(5.5, 14), expect.closeTo(-1 / 8, 14)]);
    for (const engine of ["overload", "symbolic", "numerical"]) {
      const other = await evaluate(...at, "--derivative", "taylor", "--order", "2", "--engine", engine);
      expect(other.answer).toMatchObject({ engine, mode: engine === "overload" ? "forward" : null });
      const digits = engine === "numerical" ? 9 : 13;
      expect(other.answer.derivative).toEqual([answer.value, 5.5, -1 / 8].map((c) => expect.closeTo(c, digits)));
      const again = await evaluate(...at, "--derivative", "derivative", "--order", "2", "--engine", engine);
      expect(again.answer.derivative).toBeCloseTo(-1 / 4, digits);
    }
    const line = { target: "model.ts#product", at: [2, 5], derivative: "taylor", order: 2 };
    const { out } = await run(["eval", "--batch", "-"], [JSON.stringify(line)]);
    expect(JSON.parse(out).derivative).toEqual(answer.derivative);
  });

  test.each([
    [
      ["--engine", "numerical", "--strategy", "closure"],
      [null, null],
    ],
    [
      ["--engine", "numerical", "--mode", "reverse"],
      [null, null],
    ],
    [
      ["--engine", "overload", "--mode", "forward", "--strategy", "closure"],
      ["forward", null],
    ],
    [
      ["--derivative", "taylor", "--mode", "reverse"],
      ["forward", null],
    ],
    [
      ["--strategy", "closure", "--mode", "forward"],
      ["forward", null],
    ],
    [
      ["--strategy", "closure", "--mode", "reverse"],
      ["reverse", "closure"],
    ],
    [
      ["--derivative", "value", "--mode", "forward", "--strategy", "closure"],
      [null, null],
    ],
  ])("with %s reports what ran", async (options, [mode, strategy]) => {
    const found = await evaluate("model.ts#product", "--at", "[2,5]", ...(options as string[]));
    expect(found.code).toBe(0);
    expect(found.answer).toMatchObject({ mode, strategy });
  });

  test.each([
    ["an order of another derivative", ["--order", "2"], 2, /asked for of derivative and taylor, not of grad/],
    ["no order", ["--derivative", "taylor", "--order", "x"], 2, /order must be a positive integer, not x/],
    ["several arguments", ["--derivative", "derivative", "--argnums", "0,1"], 2, /takes a single position/],
    ["an order that is too high", ["--derivative", "taylor", "--order", "65"], 2, /an order from 1 to 64, not 65/],
    ["an engine of first derivatives", ["--derivative", "taylor", "--engine", "complex"], 2, /complex has no taylor/],
    [
      "an order without a difference",
      ["--derivative", "taylor", "--engine", "numerical", "--order", "11"],
      2,
      /`taylor` by differences takes an order from 1 to 10, not 11/,
    ],
  ])("refuses %s", async (_, options, code, message) => {
    const found = await evaluate("model.ts#product", "--at", "[2,5]", ...options);
    expect(found.code).toBe(code);
    expect(found.answer.error.message).toMatch(message);
  });

  test("argnums: bare by default, a list where one is asked for", async () => {
    expect((await evaluate("model.ts#product", "--at", "[2,5]")).answer.derivative).toBeCloseTo(5.5, 14);
    const { answer } = await evaluate("model.ts#product", "--at", "[2,5]", "--argnums", "[0]");
    expect(answer.derivative).toEqual([expect.closeTo(5.5, 14)]);
  });

  test("the value alone, and what does not apply", async () => {
    const { answer } = await evaluate("model.ts#product", "--at", "[2,5]", "--derivative", "value");
    expect(answer).toEqual({
      value: expect.closeTo(11.652071455223084, 14),
      derivative: null,
      engine: "source",
      mode: null,
      strategy: null,
      backend: "js",
    });
  });

  test("typed arrays are lists, and trailing defaults may be missing", async () => {
    const { answer } = await evaluate("model.ts#norm", "--at", "[[3,4]]");
    expect(answer).toMatchObject({ value: 5, derivative: [expect.closeTo(0.6, 14), expect.closeTo(0.8, 14)] });
    const scaled = await evaluate("model.ts#norm", "--at", "[[3,4],2]");
    expect(scaled.answer.value).toBe(10);
  });

  test("not-finite numbers are strings, both ways", async () => {
    const { answer } = await evaluate("model.ts#product", "--at", '["Infinity",0]');
    expect(answer.value).toBe("NaN");
  });

  test("jvp has the result's structure, vjp the arguments'", async () => {
    const at = ["--at", "[[2,0]]"];
    const jvp = await evaluate("model.ts#polar", ...at, "--derivative", "jvp", "--seed", "[1,0]");
    expect(jvp.answer.derivative).toEqual({ x: 1, y: 0 });
    const vjp = await evaluate("model.ts#polar", ...at, "--derivative", "vjp", "--seed", '{"x":1,"y":1}');
    expect(vjp.answer.derivative).toEqual([1, 2]);
    const listed = await evaluate("model.ts#product", "--at", "[2,5]", "--derivative", "vjp", "--argnums", "1,0");
    expect(listed.answer.derivative).toEqual([expect.closeTo(1.7163378145367738, 14), expect.closeTo(5.5, 14)]);
  });

  test("jacobian, hessian and hvp", async () => {
    const jacobian = await evaluate("model.ts#polar", "--at", "[[2,0]]", "--derivative", "jacobian");
    expect(jacobian.answer.derivative).toEqual({ x: [1, expect.closeTo(0, 14)], y: [0, 2] });
    const at = ["model.ts#product", "--at", "[2,5]", "--argnums", "0,1"];
    const hessian = await evaluate(...at, "--derivative", "hessian");
    const [[a, b], [c, d]] = hessian.answer.derivative;
    expect([a, b, c, d]).toEqual([-0.25, 1, 1, Math.sin(5)].map((x) => expect.closeTo(x, 14)));
    const hvp = await evaluate(...at, "--derivative", "hvp", "--seed", "[1,2]");
    expect(hvp.answer.derivative).toEqual([expect.closeTo(1.75, 14), expect.closeTo(1 + 2 * Math.sin(5), 14)]);
  });

  test("default exports and static methods are targets", async () => {
    expect((await evaluate("model.ts#default", "--at", "[2]")).answer.derivative).toBeCloseTo(12, 13);
    const { answer } = await evaluate("model.ts#Shapes.area", "--at", "[2,3]", "--argnums", "0,1");
    expect(answer.derivative).toEqual([3, 2]);
  });

  test("arguments may come from a file", async () => {
    writeFileSync(join(folder, "at.json"), "[2, 5]");
    const { answer } = await evaluate("model.ts#product", "--at", `@${join(folder, "at.json")}`);
    expect(answer.derivative).toBeCloseTo(5.5, 14);
  });

  test("a constant that its module computes is read from there", async () => {
    const { answer } = await evaluate("model.ts#shown", "--at", "[3]");
    expect(answer).toMatchObject({ value: 3, derivative: 2 });
  });

  test("for people", async () => {
    const { code, out, err } = await run(["eval", "model.ts#norm", "--at", "[[3,4],10]"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe("value     50\ngrad      [6, 8]\n");
  });
});

describe("failures", () => {
  test("what cannot be differentiated: exit 1, with the place and the line", async () => {
    const { code, out, err } = await run(["eval", "model.ts#noisy", "--at", "[1]"]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^model\.ts:\d+:14 - error math-random: /);
    expect(err).toContain("return x * Math.random();\n");
    expect(err).toMatch(/~{13}/);
    expect(err).toContain("Instead: ");
  });

  test("in colours where they are wanted", async () => {
    const { err } = await run(["eval", "model.ts#noisy", "--at", "[1]"], [], true);
    const paint = painter(true);
    for (const part of [
      `${paint.cyan("model.ts")}:`,
      ` - ${paint.red("error")} ${paint.dim("math-random:")} `,
      `         ${paint.red("~".repeat("Math.random()".length))}\n`,
    ]) {
      expect(err).toContain(part);
    }
    const plain = await run(["eval", "model.ts#noisy", "--at", "[1]"]);
    expect(stripVTControlCharacters(err)).toBe(plain.err);
  });

  test("the same as JSON", async () => {
    const { code, answer } = await evaluate("model.ts#noisy", "--at", "[1]");
    expect(code).toBe(1);
    const text = readFileSync(join(here, "programs/model.ts"), "utf8").split("\n");
    const line = 1 + text.findIndex((l) => l.includes("Math.random()"));
    const place = { line, column: 14, file: join(here, "programs/model.ts") };
    const docs = "cotangent/docs/errors.md#math-random";
    expect(answer.error).toMatchObject({ code: "math-random", ...place, docs });
    expect(answer.errors).toEqual([answer.error]);
  });

  test("a private constant of which nobody knows what it has become is refused", async () => {
    const { code, answer } = await evaluate("model.ts#hidden", "--at", "[1]");
    expect({ code, error: answer.error.code }).toEqual({ code: 1, error: "private-constant" });
  });

  test("a seed that does not fit: exit 1, in words of its own", async () => {
    const args = ["eval", "model.ts#polar", "--at", "[[1,2]]", "--derivative", "jvp", "--seed", "[1,0,0]"];
    const { code, err } = await run(args);
    expect(code).toBe(1);
    expect(err).toMatch(/error structure-mismatch: an array of 3 was given[\s\S]*See: .*errors\.md#structure-mismatch/);
  });

  test("a throw of the program: exit 1, code threw", async () => {
    const { code, answer } = await evaluate("model.ts#guarded", "--at", "[-1]");
    expect(code).toBe(1);
    expect(answer.error).toMatchObject({ code: "threw", message: "RangeError: negative: -1" });
  });

  test.each([
    [["eval", "model.ts#product"], /--at is needed/],
    [["eval", "model.ts#product", "--at", "[1]"], /one entry per parameter \(2\)/],
    [["eval", "model.ts#product", "--at", "[1,"], /not JSON/],
    [["eval", "model.ts#product", "--at", '[1,"x"]'], /--at\[1\] must be a number/],
    [["eval", "model.ts", "--at", "[1]"], /FILE#FUNCTION/],
    [["eval", "nowhere.ts#f", "--at", "[1]"], /no file/],
    [["eval", "model.ts#nothing", "--at", "[1]"], /no function `nothing` in .*model\.ts, which has (?:.*, )?product/],
    [["eval", "model.ts#polar", "--at", "[1,2]"], /one entry per parameter \(1\), not 2; the list .* '\[\[…\]\]'/],
    [["eval", "model.ts#product", "--at", "[1,2]", "--argnums", "2"], /there is no argument 2/],
    [["eval", "model.ts#product", "--at", "[1,2]", "--argnums", "x"], /--argnums/],
    [["eval", "model.ts#product", "--at", "[1,2]", "--derivative", "third"], /--derivative/],
    [["eval", "model.ts#product", "--at", "[1,2]", "--derivative", "jvp"], /--seed is needed/],
    [["eval", "model.ts#polar", "--at", "[[1,2]]", "--derivative", "vjp"], /--seed is needed/],
    [["eval", "model.ts#product", "--at", "[1,2]", "--backend", "wasm"], /not built yet/],
    [["grad", "model.ts#product", "--strategy", "stack"], /--strategy/],
    [["grad", "model.ts#product", "--map"], /--output/],
    [["grad"], /target/],
    [["divine", "model.ts#product"], /divine/],
  ])("wrong usage, exit 2: %j", async (args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    const json = await run([...args, "--json"]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out).error.message).toMatch(message);
  });
});

describe("text", () => {
  test.each(["grad", "jvp", "vjp", "jacobian", "hessian"])("%s is written as TypeScript", async (command) => {
    const { code, out, err } = await run([command, "model.ts#product"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^export function \w+\(.*\).*\{$/m);
  });

  test("--map writes the map beside the text, which names it", async () => {
    const file = join(folder, "norm.grad.ts");
    const { code } = await run(["grad", "model.ts#norm", "-o", file, "--map"]);
    expect(code).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/\n}\n\/\/# sourceMappingURL=norm\.grad\.ts\.map\n$/);
    const { file: of, sources, sourcesContent } = JSON.parse(readFileSync(`${file}.map`, "utf8"));
    expect(of).toBe("norm.grad.ts");
    expect(sources.map((source: string) => join(folder, source))).toEqual([join(here, "programs/model.ts")]);
    expect(sourcesContent).toEqual([readFileSync(join(here, "programs/model.ts"), "utf8")]);
  });

  test("-o writes a file that imports relative to itself", async () => {
    const file = join(folder, "shown.grad.ts");
    const { code, out } = await run(["grad", "model.ts#shown", "-o", file]);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(/^import \{ table \} from "\.\.?\/.*programs\/model\.ts";$/m);
  });

  test("--json tells what was made", async () => {
    const { out } = await run(["grad", "model.ts#product", "--mode", "forward", "--json"]);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({ file: null, mode: "forward", strategy: null });
    expect(answer.text).toContain(`export function ${answer.name}(`);
  });

  test("ir shows stages", async () => {
    const { code, out } = await run(["ir", "model.ts#product", "--after", "lower"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^func product\(x1: number, x2: number\) -> number \{$/m);
  });
});

describe("check", () => {
  test("right derivatives pass, with a table", async () => {
    const { code, out } = await run(["check", "model.ts#norm", "--at", "[[3,4]]"]);
    expect(code).toBe(0);
    expect(out).toMatch(/direction\s+differences\s+± error\s+forward\s+reverse/);
    expect(out).toContain("a pullback called twice answers the same: ok");
    expect(out.trimEnd()).toMatch(/passed$/);
  });

  test("as JSON", async () => {
    const { code, out } = await run(["check", "model.ts#product", "--at", "[2,5]", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, held: 0 });
  });
});

describe("batch", () => {
  test("answers in order, with ids, and goes on after a bad line", async () => {
    const { code, out } = await run(
      ["eval", "--batch", "-"],
      [
        JSON.stringify({ id: 1, target: "model.ts#product", at: [2, 5], argnums: [0, 1] }),
        "not json",
        "",
        JSON.stringify({ id: "b", target: "model.ts#noisy", at: [1] }),
        JSON.stringify({ id: 3, target: "model.ts#norm", at: [[3, 4]], repeat: 3 }),
        JSON.stringify({ id: 4, target: "model.ts#norm", at: [[3, 4]], surprise: true }),
        JSON.stringify({ id: 5, target: "model.ts#product", at: [2, 5], derivative: "jvp", seed: 1 }),
      ],
    );
    expect(code).toBe(1);
    const answers = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map((a) => a.id)).toEqual([1, null, "b", 3, 4, 5]);
    expect(answers[0].derivative[0]).toBeCloseTo(5.5, 14);
    expect(answers[1].error.code).toBe("usage");
    expect(answers[2].error.code).toBe("math-random");
    expect(answers[3].times).toHaveLength(3);
    for (const time of answers[3].times) expect(Number.isInteger(time)).toBe(true);
    expect(answers[3].compile).toBeGreaterThan(0);
    expect(answers[4].error.message).toContain("surprise");
    expect(answers[5].derivative).toBeCloseTo(5.5, 14);
  });

  test("all well: exit 0; a file that is not there: exit 2", async () => {
    const file = join(folder, "requests.jsonl");
    writeFileSync(file, `${JSON.stringify({ id: 1, target: "model.ts#product", at: [2, 5] })}\n`);
    expect((await run(["eval", "--batch", file])).code).toBe(0);
    expect((await run(["eval", "--batch", join(folder, "none.jsonl")])).code).toBe(2);
  });
});
