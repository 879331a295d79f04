/**
 * Functions that a module makes when it loads. Compiled code makes them anew where they are called, so that what they are
 * made of must be what it was; what a module exports is read when it is asked for, under the name `default`, too.
 */
import { describe, expect, test } from "vitest";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";
import { codeOf } from "./support/refusals.ts";

type Files = Readonly<Record<string, string>>;

function opened(files: Files): ReturnType<typeof openFiles> {
  const overlay = new Map(Object.entries(files).map(([name, text]) => [`/virtual/${name}`, text]));
  return openFiles([...overlay.keys()], overlay);
}

function refusal(files: Files): string {
  const source = opened(files);
  const [main] = Object.keys(files);
  return codeOf(() => lowerFunction(source, `/virtual/${main}`, "f"));
}

const scale = "const scale = (k: number) => (x: number): number => k * x;";
const entry = "export function f(x: number): number { return made(x); }";

const refused: Readonly<Record<string, Files>> = {
  "of a number that is read of what others may change": {
    "a.ts": `export const settings = { rate: 2 }; ${scale} const made = scale(settings.rate); ${entry}`,
  },
  "of what a function reads there": {
    "b.ts": `export const settings = { rate: 2 }; const rate = (n: number): number => n > 0 ? rate(n - 1) : settings.rate;
      ${scale} const made = scale(rate(3)); ${entry}`,
  },
  "of numbers that others may change": {
    "c.ts": `export const shared = [1, 2];
      const product = (...ks: number[]) => (x: number): number => { for (const k of ks) x *= k; return x; };
      const made = product(...shared); ${entry}`,
  },
  "chosen by what others may change": {
    "d.ts": `export const settings = { rate: 2 }; const made = settings.rate > 1 ? (x: number) => x : (x: number) => x * x; ${entry}`,
  },
  "as a class's": {
    "e.ts": `export const settings = { rate: 2 }; ${scale} class A { static readonly made = scale(settings.rate); }
      export function f(x: number): number { return A.made(x); }`,
  },
  "that counts its calls, and is exported as the default": {
    "f.ts": 'import made from "./counter.ts"; export function f(x: number): number { return made(x); }',
    "counter.ts": "const make = () => { let n = 0; return (x: number): number => x * ++n; }; export default make();",
  },
  "of functions that count their calls": {
    "g.ts": `const make = () => { let n = 0; return (x: number): number => x * ++n; };
      const all = (...fs: ((x: number) => number)[]) => (x: number): number => fs.reduce((s, g) => s + g(x), 0);
      const made = all(make(), Math.sin); ${entry}`,
  },
  "of rows that it writes": {
    "h.ts": `const over = (rows: number[][]) => (x: number): number => { rows[0]![0]! += x; return rows[0]![0]!; };
      const made = over([[1, 2]]); ${entry}`,
  },
};

test.each(Object.entries(refused))("a function made %s is refused", (_, files) => {
  expect(refusal(files)).toMatch(/^(made-function|module-state)$/);
});

test("what nobody can change makes functions that are taken", () => {
  const body = `${scale} const rates = [2, 3]; const made = scale(rates[1]!); ${entry}`;
  expect(refusal({ "i.ts": body })).toBe("none");
});

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  test("the default export is what it is when it is read", async () => {
    const files = {
      "main.ts": `import settings from "./settings.ts";
        export function f(x: number): number { return settings.rate * x + settings.list[0]! * x ** 2; }`,
      "settings.ts": "export default { rate: 2, list: [1, 2] };",
    };
    const settings = { rate: 2, list: [1, 2] };
    const lowered = lowerFunction(opened(files), "/virtual/main.ts", "f");
    const derivative = await engine.derive(
      lowered,
      { operator: "jvp", argnums: [0] },
      new Map([["/virtual/settings.ts", { default: settings }]]),
    );
    expect(derivative([3], [1])).toEqual([15, 8]);
    settings.rate = 5;
    settings.list[0] = 0;
    expect(derivative([3], [1])).toEqual([15, 5]);
  });
});

test("a function whose name becomes another one's, as JavaScript lets it, is refused", () => {
  const text = "function base(x) { return x; }\nconst old = base;\nbase = (x) => 3 * old(x);\n";
  expect(refusal({ "j.js": `${text}/** @param {number} x */\nexport function f(x) { return base(x); }` })).toBe(
    "module-state",
  );
  const own = "/** @param {number} x */\nexport function f(x) { return x; }\nconst old = f;\nf = (x) => 3 * old(x);";
  expect(refusal({ "k.js": own })).not.toBe("none");
});
