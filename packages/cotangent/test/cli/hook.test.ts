import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, makeProject, packageFolder, type Run, runNode } from "./built.ts";

const model = `
export const factor: number = 3;
const table = [1, 2, 3].map((x) => x / 2);

export function f(x: number, y: number): number {
  return factor * x * Math.sin(y);
}

export const looked = (x: number): number => x * table[2]!;

export default function cube(x: number): number {
  return x ** 3;
}

export class Shapes {
  static area(width: number, height: number): number {
    return width * height;
  }
}

export function norm(x: Float64Array): number {
  let sum = 0;
  for (const e of x) sum += e * e;
  return Math.sqrt(sum);
}
`;

const projects: string[] = [];
function project(files: Readonly<Record<string, string>>): string {
  const folder = makeProject({ "package.json": '{ "type": "module" }', "lib/model.ts": model, ...files });
  projects.push(folder);
  return folder;
}

/** Runs `main.ts` under the hook. */
function run(main: string, files: Readonly<Record<string, string>> = {}, loaders = ["cotangent/register"]): Run {
  const folder = project({ "main.ts": main, ...files });
  return runNode(folder, [...loaders.flatMap((l) => ["--import", l]), "main.ts"]);
}

/** What `main.ts` prints, as JSON. */
function output(main: string, files?: Readonly<Record<string, string>>, loaders?: string[]): unknown {
  const { stdout, stderr } = run(main, files, loaders);
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`printed ${stdout}\n${stderr}`);
  }
}

beforeAll(ensureBuilt, 120_000);
afterAll(() => {
  for (const folder of projects) rmSync(folder, { recursive: true });
});

describe("verb calls", { timeout: 120_000 }, () => {
  test("in every spelling of function and import", () => {
    const main = `
      import { grad as gradient, jvp } from "cotangent";
      import * as ad from "cotangent";
      import cube, { Shapes, f } from "./lib/model.js";
      import * as model from "./lib/model";

      function local(x: number): number {
        return x * x;
      }
      console.log(JSON.stringify([
        gradient(f)(1, Math.PI / 2),
        ad.grad(f, { argnums: [0, 1] })(1, 0),
        jvp(model.f, { argnums: 0 })([2, Math.PI / 2], [1]),
        gradient(cube)(2),
        gradient(Shapes.area, { argnums: 1, mode: "reverse" })(2, 3),
        gradient(local)(3),
        gradient((x: number) => Math.exp(x))(0),
        gradient(model.looked)(1),
        gradient(gradient(cube))(2),
      ]));`;
    expect(output(main)).toEqual([3, [0, 3], [6, 3], 12, 2, 6, 1, 1.5, 12]);
  });

  test("one derivative is compiled once, whoever asks", () => {
    const other = 'import { grad } from "cotangent";\nimport { f } from "./model.ts";\nexport const df = grad(f);\n';
    const main = `
      import { grad } from "cotangent";
      import { f } from "./lib/model.ts";
      import { df } from "./lib/other.ts";
      console.log(JSON.stringify([grad(f) === df, grad(f, { argnums: 1 }) === df]));`;
    expect(output(main, { "lib/other.ts": other })).toEqual([true, false]);
  });

  test("a module may differentiate its own functions while it loads", () => {
    const main = `
      import { grad } from "cotangent";
      const weights = [2, 4].map((x) => x / 2);
      function f(x: number): number {
        return weights[1]! * x * x;
      }
      export const df = grad(f);
      console.log(JSON.stringify(df(3)));`;
    expect(output(main)).toBe(12);
  });

  test("structures, and a pullback called later", () => {
    const main = `
      import { vjp, valueAndGrad } from "cotangent";
      import { norm } from "./lib/model.ts";
      const x = new Float64Array([3, 4]);
      const [value, gradient] = valueAndGrad(norm)(x);
      const [, pullback] = vjp(norm)(x);
      x.fill(0);
      console.log(JSON.stringify([value, gradient instanceof Float64Array, Array.from(gradient), Array.from(pullback(10)[0])]));`;
    const close = (x: number) => expect.closeTo(x, 12);
    expect(output(main)).toEqual([5, true, [close(0.6), close(0.8)], [close(6), close(8)]]);
  });

  test("checkDerivatives gets the compiled derivatives", () => {
    const main = `
      import { checkDerivatives } from "cotangent";
      import { f } from "./lib/model.ts";
      const { ok, directions } = checkDerivatives(f, [1, 2], { directions: 3 });
      console.log(JSON.stringify([ok, directions.length]));`;
    expect(output(main)).toEqual([true, 3]);
  });
});

describe("TypeScript", { timeout: 120_000 }, () => {
  const main = `
    import { grad } from "cotangent";
    import { f } from "./lib/model";
    import type { Nothing } from "./lib/types.ts";
    enum Color { Red = 2, Green }
    function twice(method: () => number, _context: ClassMethodDecoratorContext) {
      return function (this: unknown): number { return 2 * method.call(this); };
    }
    class Counter {
      @twice count(): number { return 4; }
    }
    const nothing: Nothing | undefined = undefined;
    console.log(JSON.stringify([Color.Green, new Counter().count(), nothing ?? null, grad(f)(1, Math.PI / 2)]));`;
  const expected = [3, 8, null, 3];
  const files = { "lib/types.ts": "export interface Nothing {}\n" };

  test("enums, decorators, type imports", () => {
    expect(output(main, files)).toEqual(expected);
  });

  test.each([[["tsx", "cotangent/register"]], [["cotangent/register", "tsx"]]])("beside tsx: %j", (loaders) => {
    expect(output(main, files, loaders)).toEqual(expected);
  });

  test("in a package without a type", () => {
    expect(output(main, { ...files, "package.json": "{}" })).toEqual(expected);
  });

  test("stack traces name the source's lines", () => {
    const { status, stderr } = run(
      'interface A {\n  a: number;\n}\nexport const a: A = { a: 1 };\nthrow new Error("here");\n',
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/main\.ts:5:7/);
  });

  test("what a module keeps to itself: classes, maps, tables that it fills", () => {
    const main = `
      import { grad } from "cotangent";
      class Point {
        constructor(readonly x: number, readonly y: number) {}
        plus(o: Point): Point { return new Point(this.x + o.x, this.y + o.y); }
        get square(): number { return this.x ** 2 + this.y ** 2; }
      }
      const origin = new Point(1, 2);
      const rates = new Map([["a", 3]]);
      const named = new Map([...rates.keys()].map((name, i) => [name, i + 4] as const));
      const factorials: number[] = [1];
      for (let i = 1; i < 6; i++) factorials.push(factorials[i - 1]! * i);
      const f = (p: Point): number => p.plus(origin).square;
      const g = (x: number): number => x * rates.get("a")! * named.get("a")!;
      const h = (x: number): number => x ** 2 / factorials[4]!;
      console.log(JSON.stringify([grad(f)(new Point(2, 0)), grad(g)(1), grad(h)(6)]));
    `;
    expect(output(main)).toEqual([{ x: 6, y: 4 }, 12, 0.5]);
  });

  test("require() of TypeScript is refused with a message", () => {
    const { status, stderr } = run(
      'import { createRequire } from "node:module";\ncreateRequire(import.meta.url)("./lib/model.ts");\n',
    );
    expect(status).toBe(1);
    expect(stderr).toContain("required-commonjs");
    expect(stderr).toContain("Use `import`");
  });
});

describe("what cannot be compiled", { timeout: 120_000 }, () => {
  test("points at the place in the user's file, with the line", () => {
    const { status, stderr } = run(`import { grad } from "cotangent";
const noisy = (x: number): number => {
  return x * Math.random();
};
console.log(grad(noisy)(1));
`);
    expect(status).toBe(1);
    expect(stderr).toMatch(/main\.ts:3:14 - error math-random: /);
    expect(stderr).toContain("3    return x * Math.random();\n                ~~~~~~~~~~~~~\n");
    expect(stderr).toContain("Instead: ");
  });

  test("only where it is called: the rest of the program runs", () => {
    const main = `import { grad } from "cotangent";
export const noisy = grad((x: number): number => x * Math.random());
console.log(JSON.stringify(grad((x: number) => x * x)(3)));
`;
    expect(output(main)).toBe(6);
  });

  test("a captured variable that the function assigns", () => {
    const { status, stderr } = run(`import { grad } from "cotangent";
export const count = () => {
  let n = 0;
  return grad((x: number): number => { n += 1; return n * x; });
};
count()(1);
`);
    expect(status).toBe(1);
    expect(stderr).toMatch(/main\.ts:4:\d+ - error captured-assigned: `n`/);
    expect(stderr).toContain("Instead: ");
  });
});

describe("functions inside functions", { timeout: 120_000 }, () => {
  test("`this` of the method around is what it is when the derivative is called", () => {
    const main = `
      import { grad, hessian, jvp, valueAndGrad } from "cotangent";
      class Trainer {
        weights = [0.5, -0.25];
        calls = 0;
        private readonly penalties = new Map([["ridge", 0.5]]);
        constructor(private rate: number) {}
        private predict(w: number[], x: number[]) { this.calls++; return w.reduce((s, v, i) => s + v * x[i]!, 0); }
        loss(w: number[], x: number[], y: number): number {
          return (this.predict(w, x) - y) ** 2 + (this.penalties.get("ridge") ?? 0) * w[0]! ** 2;
        }
        train(x: number[], y: number) {
          for (let i = 0; i < 2; i++) {
            const [, slope] = valueAndGrad((w: number[]) => this.loss(w, x, y))(this.weights);
            this.weights = this.weights.map((v, j) => v - this.rate * slope[j]!);
          }
          return [this.weights, this.calls];
        }
        slope() { return grad((x: number) => x * x * this.rate); }
        beside() {
          const power = (x: number) => x ** 3 * this.rate;
          function twice(x: number): number { return 2 * power(x); }
          const [f, g] = [grad(power), grad(twice)];
          this.rate = 10;
          return [f(1), g(1), hessian(power)(1), jvp(twice)([1], [0.5]), this.slope()(1)];
        }
      }
      class Scratch {
        x = 1;
        run() { return [grad((k: number) => { this.x = k * k; return this.x * k; })(3), this.x]; }
      }
      const trainer = new Trainer(0.25);
      console.log(JSON.stringify([trainer.train([1, 2], 1), trainer.beside(), new Scratch().run()]));
    `;
    expect(output(main)).toEqual([
      [[-0.03125, -0.625], 2],
      [30, 60, 60, [20, 30], 20],
      [27, 9],
    ]);
  });

  test("captures stay captures, in every verb", () => {
    const main = `
      import { grad, gradInto, hessian, hvp, jvp, valueAndGrad, vjp } from "cotangent";
      function outer(k: number, w: Float64Array) {
        const scale = (x: number): number => k * x;
        function inner(x: number, y: number = 2): number { return scale(x) * x * y + w[0]! * x; }
        const slope = grad(inner);
        const before = slope(3);
        k = 10;
        return [before, slope(3), jvp(inner)([3, 2], [1, 0]), vjp(inner)(3, 2)[1](1), hvp(inner)([3, 2], 1),
          hessian(inner, { argnums: [0, 1] })(3, 2), grad((x: number) => inner(x) * k)(1),
          valueAndGrad(inner, { argnums: [1] })(3, 2), grad(grad(inner))(3)];
      }
      function recursive(k: number) {
        function power(n: number, x: number): number { return n <= 0 ? 1 : k * x * power(n - 1, x); }
        return grad(power, { argnums: 1 });
      }
      function scratch(n: number) {
        const buffer = new Float64Array(n);
        return grad((x: number): number => {
          for (let i = 0; i < n; i++) buffer[i] = x * i;
          let sum = 0;
          for (const b of buffer) sum += b * b;
          return sum;
        });
      }
      const each = [1, 2].map((k) => grad((x: number) => k * x * x)(3));
      for (const k of [4]) each.push(grad((x: number) => k * x * x)(3));
      const out = [0];
      const three = (n: number) => gradInto((x: number[]): number => n * x[0]! ** 2)(out, [5]);
      three(3);
      console.log(JSON.stringify([outer(2, new Float64Array([5])), recursive(3)(2, 2), scratch(4)(1), each, out]));
    `;
    expect(output(main)).toEqual([
      [
        29,
        125,
        [195, 125],
        [125, 90],
        40,
        [
          [40, 60],
          [60, 0],
        ],
        450,
        [195, [90]],
        40,
      ],
      36,
      28,
      [6, 12, 24],
      [30],
    ]);
  });
});

describe("what a name stands for", { timeout: 120_000 }, () => {
  test("is the function that runs, or the call is refused", () => {
    const main = `
      import { grad } from "cotangent";
      type F = (x: number) => number;
      const found: Record<string, unknown> = {};
      const t = (name: string, run: () => unknown) => {
        try { found[name] = run(); } catch (error) { found[name] = (error as { code?: string }).code; }
      };
      const cube: F = (x) => x ** 3;
      const objects = [{ f: (x: number): number => x * x }, { f: (x: number): number => x ** 3 }];
      t("objects of one type", () => objects.map((o) => grad(o.f)(2)));
      let replaced = { f: (x: number): number => x * x };
      replaced = { f: cube };
      t("a holder that is replaced", () => grad(replaced.f)(2));
      function given(o = { f: (x: number): number => x * x }) { return grad(o.f)(2); }
      t("a parameter", () => given({ f: cube }));
      const known = { f: (x: number): number => x * x };
      const alias: { f: F } = known;
      alias.f = cube;
      t("an alias", () => [grad(known.f)(2)]);
      t("an alias, in a body", () => grad((x: number) => known.f(x))(2));
      class Fixed { static rate = 3; static readonly list = [5]; static loss(x: number): number { return Fixed.rate * x * Fixed.list[0]!; } }
      t("static members", () => grad(Fixed.loss)(2));
      class Changed { static rate = 0.1; static list = [1]; static f: F = (x) => x * x;
        static scaled(x: number): number { return Changed.rate * x; }
        static listed(x: number): number { return Changed.list[0]! * x; } }
      Changed.rate = 0.5; Changed.list[0] = 9; Changed.f = cube;
      t("a static number", () => grad(Changed.scaled)(1));
      t("a static list", () => grad(Changed.listed)(1));
      t("a static function", () => grad((x: number) => Changed.f(x))(2));
      namespace Space { export const held = { k: 2 }; export const g = (x: number) => held.k * x; }
      Space.held.k = 8;
      t("a namespace", () => grad(Space.g)(1));
      t("another scope", () => {
        const k = 50;
        const make = (k: number) => ({ f: (x: number) => k * x });
        return [grad(make(3).f)(1), k];
      });
      t("the head of a loop", () => {
        const k = 100;
        for (const k = 3, f = (x: number) => k * x; ; ) return grad(f)(2);
        return k;
      });
      function __cotangent_0(a: number) { return 42 * a; }
      t("a name like ours", () => grad(cube)(2) + 0 * __cotangent_0(1));
      console.log(JSON.stringify(found));
    `;
    expect(output(main)).toEqual({
      "objects of one type": [4, 12],
      "a holder that is replaced": 12,
      "a parameter": 12,
      "an alias": [12],
      "an alias, in a body": "module-state",
      "static members": 15,
      "a static number": "module-state",
      "a static list": "module-state",
      "a static function": "module-state",
      "a namespace": "private-constant",
      "another scope": [3, 50],
      "the head of a loop": 3,
      "a name like ours": 12,
    });
  });
});

test("a constant of a module that is given as an argument which the function writes", { timeout: 120_000 }, () => {
  const main = `
    import { grad, vjp } from "cotangent";
    import { scaled, table } from "./lib/scaled.js";
    const messages = [() => grad(scaled)(table), () => vjp(scaled)(table)].map((run) => {
      try { return run(); } catch (error) { return (error as Error).message; }
    });
    console.log(JSON.stringify([grad(scaled)([1, 2]), ...messages]));
  `;
  const scaled = `export const table = [1, 2].map((x) => x);
export function scaled(a: number[]): number { a[0] = 2 * a[0]!; return table[0]! * a[1]! * a[0]!; }
`;
  const refusal = "the argument 0, which is written, must not be the constant table";
  expect(output(main, { "lib/scaled.ts": scaled })).toEqual([[4, 2], refusal, refusal]);
});

test("a pullback reads constants of modules as they were", { timeout: 120_000 }, () => {
  const main = `
    import { linearize, vjp } from "cotangent";
    import { loss, poke, w } from "./lib/weighted.js";
    const [, pull] = vjp(loss)(3);
    const [, push] = linearize(loss)(3);
    poke(w);
    console.log(JSON.stringify([pull(1), push([1])]));
  `;
  const weighted = `export const w = [1, 2].map((x) => x);
export function poke(a: number[]): void { a[0] = 50; }
export function loss(x: number): number { return w[0]! * x; }
`;
  expect(output(main, { "lib/weighted.ts": weighted })).toEqual([[1], 1]);
});

describe("what is known only when the program runs", { timeout: 120_000 }, () => {
  test("a function that is a parameter, and options that are not literal", () => {
    const main = `
      import { grad } from "cotangent";
      const make = (g: (x: number) => number) => grad(g);
      const at = Number(process.argv.length > 1);
      console.log(JSON.stringify([make((x) => x ** 3)(2), grad((x: number, y: number) => x * y, { argnums: at })(2, 3)]));
    `;
    expect(output(main)).toEqual([12, 2]);
  });
});

describe("the command, as installed", { timeout: 120_000 }, () => {
  const command = join(packageFolder, "bin/cotangent.js");

  test("JSON alone on standard output, the program's own console on standard error", () => {
    const folder = project({
      "noisy.ts": 'export function f(x: number): number {\n  console.log("x is", x);\n  return x * x;\n}\n',
    });
    const { status, stdout, stderr } = runNode(folder, [command, "eval", "noisy.ts#f", "--at", "[3]", "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ value: 9, derivative: 6 });
    expect(stderr).toMatch(/^x is 3$/m);
  });

  test("loads modules of the program for the constants that they compute", () => {
    const folder = project({
      "model.ts":
        'import { half } from "./half.js";\nexport const table: number[] = [2, 4].map(half);\nexport function f(x: number): number {\n  return table[1]! * x;\n}\n',
      "half.ts": "export const half = (x: number): number => x / 2;\n",
    });
    const { stdout, stderr } = runNode(folder, [command, "eval", "model.ts#f", "--at", "[3]"]);
    expect({ stdout, stderr }).toEqual({ stdout: "value     6\ngrad      2\n", stderr: "" });
  });

  test("a batch comes in on standard input", () => {
    const folder = project({});
    const request = { id: 1, target: "lib/model.ts#norm", at: [[3, 4]] };
    const { status, stdout } = runNode(folder, [command, "eval", "--batch", "-"], `${JSON.stringify(request)}\n`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: 1, value: 5 });
  });

  test("check compares with the function itself", () => {
    const { status, stdout } = runNode(project({}), [command, "check", "lib/model.ts#norm", "--at", "[[3,4]]"]);
    expect(stdout).toContain("passed");
    expect(status).toBe(0);
  });
});
