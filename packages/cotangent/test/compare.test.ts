import { describe, expect, test } from "vitest";
import { engines } from "../src/api/engines.ts";
import { type Compared, compareEngines } from "../src/compare/index.ts";
import { runCli } from "./support/run-cli.ts";

const compare = (...args: readonly string[]) => runCli("compare", ...args);

function nameOf({ engine, mode, strategy }: Compared): string {
  return [engine, mode, strategy].filter((part) => part !== null).join(" ");
}

const source = ["source reverse tape", "source reverse closure", "source forward"];

describe("cotangent compare", () => {
  test("all agree on the textbook function", { timeout: 60_000 }, async () => {
    const { code, out } = await compare("examples/textbook.ts#f", "--at", "[2,5]", "--json");
    const answer = JSON.parse(out);
    expect({ code, agree: answer.agree, argnums: answer.argnums }).toEqual({ code: 0, agree: true, argnums: [0, 1] });
    expect(answer.ways.map(nameOf)).toEqual([...source, "overload", ...Object.keys(engines)]);
    for (const way of answer.ways) {
      expect(way).toMatchObject({ applies: true, agrees: true });
      expect(way.value).toBeCloseTo(11.652071455223084, 13);
      expect(way.derivative).toEqual([expect.closeTo(5.5, 12), expect.closeTo(1.7163378145367738, 12)]);
      expect(way.relativeTime).toBeGreaterThan(0);
    }
    const numerical = answer.ways.find(({ engine }: Compared) => engine === "numerical");
    expect(numerical.error).toBeGreaterThan(0);
    expect(numerical.error).toBeLessThan(1e-11);
    expect(answer.ways[0].lines).toBeGreaterThan(3);
    expect(answer.ways[0].bytesKept).toBeGreaterThan(0);
    expect(answer.chosen).toEqual({
      engine: "source",
      mode: "reverse",
      strategy: "tape",
      why: "the result is one number, which is differentiated by several",
    });
  });

  test("as a table", { timeout: 60_000 }, async () => {
    const { code, out } = await compare("examples/textbook.ts#f", "--at", "[2,5]");
    expect(code).toBe(0);
    const [head, ...lines] = out.split("\n");
    expect(head?.split(/ {2,}/)).toEqual(["engine", "value", "grad", "digits", "± error", "time", "kept", "lines"]);
    source.forEach((name, i) =>
      expect(lines[i]).toMatch(new RegExp(`^${name} +11\\.65207\\d+ +\\[5\\.5, 1\\.71633\\d+\\]`)),
    );
    expect(out).toContain("By default: source reverse tape, since");
  });

  test("wrong usage, and what the program throws", async () => {
    expect((await compare("examples/textbook.ts#f")).code).toBe(2);
    expect(await compare("examples/textbook.ts#nothing", "--at", "[1]")).toMatchObject({ code: 2, out: "" });
  });
});

test("where ways disagree the table says which, and the exit code is 1", async () => {
  const { code, out } = await compare(`${import.meta.dirname}/cli/programs/model.ts#clipped`, "--at", "[2]");
  expect(code).toBe(1);
  expect(out).toMatch(/^numerical disagrees with source reverse tape: differences mean little at a kink/m);
  expect(out).not.toMatch(/^(overload|symbolic) disagrees/m);
});

describe("compareEngines", () => {
  const ways = async <A extends unknown[]>(f: (...args: A) => unknown, args: A) => {
    const found = await compareEngines(f, args as never, { costs: false });
    return { found, by: new Map(found.ways.map((way) => [nameOf(way), way])) };
  };

  test("a function of this process, with what it captures; an engine that does not apply says why", async () => {
    const least = 1e-12;
    const root = (a: number): number => {
      let x = a;
      while (Math.abs(x * x - a) > least) x = (x + a / x) / 2;
      return x;
    };
    const { found, by } = await ways(root, [2]);
    expect(found).toMatchObject({ name: "root", derivative: "grad", argnums: 0, agree: true });
    expect(by.get("source forward")).toMatchObject({ applies: true, derivative: expect.closeTo(Math.SQRT1_2 / 2, 12) });
    expect(found.chosen).toMatchObject({ mode: "forward", why: "there is a single number to differentiate by" });
    expect(by.get("symbolic")).toMatchObject({
      applies: false,
      refusal: { code: "symbolic-control", message: expect.stringContaining("a variable decides") },
    });
    expect(by.get("numerical")).toMatchObject({ applies: true, agrees: true });
  });

  test("Jacobians; arguments are those that hold numbers, and end as they were", async () => {
    const f = (x: Float64Array, bend: boolean): number[] => {
      x[0] = 2 * x[0]!;
      return Array.from(x, (v) => (bend ? Math.sin(v) : v * v));
    };
    const x = new Float64Array([1, 2]);
    const { found, by } = await ways(f, [x, true]);
    expect(found).toMatchObject({ derivative: "jacobian", argnums: 0, agree: true });
    expect([...x]).toEqual([1, 2]);
    const { derivative } = by.get("source reverse closure") as { derivative: Float64Array[] };
    expect([...derivative[0]!]).toEqual([expect.closeTo(2 * Math.cos(2), 14), 0]);
  });

  test("where the compiler refuses, engines that need no source still answer", async () => {
    const hidden = (x: number): number => x * (Reflect.apply(Math.sin, undefined, [x]) as number);
    const { found, by } = await ways(hidden, [1]);
    expect(found.chosen).toBeNull();
    for (const name of source) expect(by.get(name)).toMatchObject({ applies: false });
    expect(by.get("numerical")).toMatchObject({ derivative: expect.closeTo(Math.sin(1) + Math.cos(1), 10) });
  });

  test("what is captured and exported constants are known to engines that run the program", async () => {
    const weights = [2, 3];
    const { found, by } = await ways((x: number) => weights[1]! * x * x, [5]);
    expect(by.get("symbolic")).toMatchObject({ applies: true, derivative: 30 });
    expect(found.agree).toBe(true);
  });

  test("at a jump differences are off, by less than they say", async () => {
    const { found, by } = await ways((x: number) => Math.floor(x) * x, [2]);
    expect(by.get("numerical")).toMatchObject({ agrees: true });
    expect((by.get("numerical") as { digits: number }).digits).toBeLessThan(2);
    expect(found.agree).toBe(true);
  });

  test("where the value is NaN there is nothing to agree on", async () => {
    const { found } = await ways((x: number) => Math.log(x), [-1]);
    expect(found.agree).toBe(true);
  });

  test("what the function throws, and arguments without numbers", async () => {
    const f = (x: number): number => {
      if (x > 1) throw new RangeError("too large");
      return x;
    };
    await expect(compareEngines(f, [2])).rejects.toThrow("too large");
    await expect(compareEngines((s: boolean) => (s ? 1 : 2), [true])).rejects.toThrow("no argument of");
  });
});
