/**
 * What maps are for, on the package as users get it: a breakpoint on a line of the program stops in the derivative where
 * that says the line, and stacks name the program's lines.
 */
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, makeProject, packageFolder, runNode } from "./built.ts";

const model = `import { squared } from "./squared.ts";

export function f(xs: number[], rate: number): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const scaled = xs[i]! * rate;
    if (scaled > 1) {
      sum += Math.sin(scaled);
    } else {
      sum += squared(scaled);
    }
  }
  if (sum > 100) {
    throw new RangeError("too large");
  }
  return Math.log(sum);
}

/** Not inlined. */
export function power(x: number, n: number): number {
  if (n < 0) throw new Error("negative");
  return n === 0 ? 1 : x * power(x, n - 1);
}
`;
const squared = `interface Unused {
  a: number;
}

export function squared(x: number): number {
  if (x < -10) {
    throw new RangeError("far below");
  }
  return x * x;
}
export const unused: Unused = { a: 1 };
`;

/** The lines of `text` that contain one of `parts`, from 1. */
function linesOf(text: string, ...parts: readonly string[]): number[] {
  return text.split("\n").flatMap((row, i) => (parts.some((part) => row.includes(part)) ? [i + 1] : []));
}

const projects: string[] = [];
function project(files: Readonly<Record<string, string>>): string {
  const folder = makeProject({
    "package.json": '{ "type": "module" }',
    "model.ts": model,
    "squared.ts": squared,
    ...files,
  });
  projects.push(folder);
  return folder;
}

beforeAll(ensureBuilt, 120_000);
afterAll(() => {
  for (const folder of projects) rmSync(folder, { recursive: true });
});

const app = `
import { grad, jvp, vjp } from "cotangent";
import { f } from "./model.ts";
export const runs = {
  grad: () => grad(f)([0.2, 0.7, 0.9], 2),
  jvp: () => jvp(f)([[0.2, 0.7, 0.9], 2], [[1, 1, 1], 1]),
  vjp: () => vjp(f)([0.2, 0.7, 0.9], 2)[1](1),
};
`;

/**
 * For every derivative and every line of the program that some generated code maps to: sets breakpoints there, runs, and
 * prints at which lines of the program it stopped.
 */
const debug = `
import { readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { createRequire } from "node:module";
const { TraceMap, allGeneratedPositionsFor, LEAST_UPPER_BOUND, originalPositionFor } = createRequire(import.meta.url)(
  ${JSON.stringify(createRequire(import.meta.url).resolve("@jridgewell/trace-mapping"))},
);
const session = new Session();
session.connect();
const scripts = new Map();
session.on("Debugger.scriptParsed", ({ params: { url, scriptId, sourceMapURL } }) => {
  const [, data] = /^data:application\\/json;[^,]*base64,(.*)$/.exec(sourceMapURL) ?? [];
  if (!url.includes("?cotangent=") || !data) return;
  scripts.set(scriptId, { url, map: new TraceMap(Buffer.from(data, "base64").toString(), url) });
});
let stops = new Set();
session.on("Debugger.paused", ({ params }) => {
  const { scriptId, lineNumber, columnNumber } = params.callFrames[0].location;
  const place = originalPositionFor(scripts.get(scriptId).map, { line: lineNumber + 1, column: columnNumber });
  stops.add(place.source + ":" + place.line);
});
session.post("Debugger.enable");
const { runs } = await import("./app.ts");
const found = [];
for (const file of ["model.ts", "squared.ts"]) {
  const source = new URL(file, import.meta.url).href;
  const count = readFileSync(new URL(source), "utf8").split("\\n").length;
  for (let line = 1; line <= count; line++) {
    const breakpoints = [];
    for (const { url, map } of scripts.values()) {
      if (!map.resolvedSources.includes(source)) continue;
      for (const at of allGeneratedPositionsFor(map, { source, line, column: 0, bias: LEAST_UPPER_BOUND })) {
        const where = { url, lineNumber: at.line - 1, columnNumber: at.column };
        session.post("Debugger.setBreakpointByUrl", where, (error, set) => error || breakpoints.push(set.breakpointId));
      }
    }
    for (const [run, call] of Object.entries(runs)) {
      stops = new Set();
      call();
      if (stops.has(source + ":" + line)) found.push(run + " " + file + ":" + line);
    }
    for (const breakpointId of breakpoints) session.post("Debugger.removeBreakpoint", { breakpointId });
  }
}
console.log(JSON.stringify(found));
`;

describe("breakpoints", { timeout: 120_000 }, () => {
  test("stop in the derivatives, at the line that they are set on", () => {
    const folder = project({ "app.ts": app, "debug.mjs": debug });
    const { stdout, stderr } = runNode(folder, ["--import", "cotangent/register", "debug.mjs"]);
    expect(stderr).toBe("");
    const lines = [
      ...linesOf(model, "let sum", "for (", "const scaled", "if (scaled", "sum +=", "if (sum", "return Math").map(
        (line) => `model.ts:${line}`,
      ),
      ...linesOf(squared, "if (x", "return x").map((line) => `squared.ts:${line}`),
    ];
    const expected = ["grad", "jvp", "vjp"].flatMap((run) => lines.map((line) => `${run} ${line}`));
    expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(expected));
  });
});

/** The places of a stack that are in the program's files, innermost first. */
function placesIn(stack: string): string[] {
  return [...stack.matchAll(/\((?:.*[/\\])?((?:model|squared)\.ts:\d+):\d+\)/g)].map(([, place]) => place as string);
}

describe("stacks", { timeout: 120_000 }, () => {
  const [helperLine] = linesOf(squared, "throw");
  const [ownLine, recursiveLine] = linesOf(model, "throw");
  const [callLine] = linesOf(model, "x * power");
  const [headLine] = linesOf(model, "function f");

  test.each([[["cotangent/register"]], [["tsx", "cotangent/register"]]])(
    "under the hook name the program's lines: %j",
    (loaders) => {
      const folder = project({
        "main.ts": `
import { grad, jvp, vjp } from "cotangent";
import { f, power } from "./model.ts";
interface Erased { a: number }
const stacks: string[] = [];
for (const run of [() => grad(f)([-20], 1), () => grad(f)([-5, -5], 2), () => vjp(f)([-5, -5], 2), () => grad(power)(2, 1.5), () => jvp(f)([[-20], 1], [[1], 0])]) {
  try {
    run();
  } catch (error) {
    stacks.push((error as Error).stack!);
  }
}
console.log(JSON.stringify(stacks));
grad(f)([-20], 1);
`,
      });
      const { stdout, stderr } = runNode(folder, [...loaders.flatMap((l) => ["--import", l]), "main.ts"]);
      const [inHelper, inFunction, inPrimal, inRecursion, inTangent] = (JSON.parse(stdout) as string[]).map(placesIn);
      expect(inHelper?.[0]).toBe(`squared.ts:${helperLine}`);
      expect(inFunction?.[0]).toBe(`model.ts:${ownLine}`);
      expect(inPrimal?.[0]).toBe(`model.ts:${ownLine}`);
      expect(inRecursion?.slice(0, 3)).toEqual([
        `model.ts:${recursiveLine}`,
        `model.ts:${callLine}`,
        `model.ts:${callLine}`,
      ]);
      // What the derivative does by itself is the function's as a whole.
      expect(inTangent).toEqual([`squared.ts:${helperLine}`, `model.ts:${headLine}`]);
      // Node shows the line itself.
      expect(stderr).toContain(`squared.ts:${helperLine}\n    throw new RangeError("far below");`);
    },
  );

  const command = join(packageFolder, "bin/cotangent.js");

  test("of the command name the program's lines", () => {
    const requests = [{}, { derivative: "value" }, { derivative: "jvp", seed: [1] }, { derivative: "vjp" }].map(
      (request) => JSON.stringify({ target: "model.ts#f", at: [[-20], 1], ...request }),
    );
    const folder = project({});
    const { stdout } = runNode(folder, [command, "eval", "--batch", "-"], requests.join("\n"));
    const answers = stdout.trim().split("\n");
    expect(answers).toHaveLength(requests.length);
    const error = {
      code: "threw",
      message: "RangeError: far below",
      file: join(folder, "squared.ts"),
      line: helperLine,
    };
    for (const answer of answers) expect(JSON.parse(answer).error).toMatchObject(error);
  });

  test("the command shows the place to people, too", () => {
    const { stderr } = runNode(project({}), [command, "eval", "model.ts#power", "--at", "[2,1.5]"]);
    expect(stderr).toMatch(/^model\.ts:\d+:\d+ - error threw: the program threw Error: negative\n$/);
  });

  test("a module that throws while it loads is named by its own line", () => {
    const folder = project({
      "broken.ts":
        'const fail = (): number => {\n  throw new Error("early");\n};\nexport const k: number = fail();\nexport const f = (x: number): number => k * x;\n',
    });
    const { stdout } = runNode(folder, [command, "eval", "broken.ts#f", "--at", "[1]", "--json"]);
    expect(JSON.parse(stdout).error).toMatchObject({ code: "threw", file: join(folder, "broken.ts"), line: 2 });
  });
});
