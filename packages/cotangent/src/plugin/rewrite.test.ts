import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Site } from "../frontend/verbs/calls.ts";
import { derivativeId, readDerivativeId } from "./derivative-id.ts";
import { Rewriter } from "./rewrite.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A project of files on disk, and its rewriter, which names derivative modules by what they hold. */
function project(files: Readonly<Record<string, string>>): {
  rewriter: Rewriter;
  edited: (name: string) => string;
  sites: (name: string) => readonly Site[];
} {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-rewrite-"));
  folders.push(folder);
  writeFileSync(join(folder, "tsconfig.json"), '{ "compilerOptions": { "strict": true, "lib": ["es2024"] } }');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const rewriter = new Rewriter({
    runtime: "runtime",
    overload: "overload",
    derivative: ({ target, applications }) => [target.name, ...applications.map((a) => a.verb)].join("."),
  });
  const path = (name: string): string => join(folder, name).replace(/\\/g, "/");
  const text = (name: string): string => files[name] as string;
  return {
    rewriter,
    edited: (name) => rewriter.userModule(path(name), text(name))?.code ?? text(name),
    sites: (name) => rewriter.sites(path(name), text(name)),
  };
}

describe("edits", () => {
  test("a call of a verb becomes the name of its derivative, under any name of the verb", () => {
    const { edited } = project({
      "main.ts": `import { grad as gradient } from "cotangent";
import * as ad from "cotangent";
export function f(x: number): number { return x * x; }
export const a = gradient(f)(1) + ad.grad(f)(2) + ad.hvp(f)([3], 1);
`,
    });
    expect(edited("main.ts")).toContain(
      "export const a = __cotangent_0(1) + __cotangent_0(2) + __cotangent_1([3], 1);",
    );
    expect(edited("main.ts")).toContain('import { derivative as __cotangent_0 } from "f.grad";');
  });

  test("what says so takes overloaded values, and nothing else does", () => {
    const { edited } = project({
      "main.ts": `import { grad } from "cotangent";
export function f(x: number): number { return x * x; }
export const g = (x: number[]): number => {
  "use overload";
  let s = 0
  for (let i = 0; i < x.length; i++) s += x[i]! ** 2
  return s > 1 && x[0] === 0 ? Math.sqrt(s) : grad(f)(s)
};
export const h = grad(f);
`,
      "whole.ts": `"use overload";
export const twice = (x: number): number => 2 * x;
export class Named { #n = 1; is(o: object) { this.#n += 2; return #n in o && "n" in o; } }
`,
    });
    const [text, o] = [edited("main.ts"), "__cotangent_overload"];
    expect(text).toContain("return x * x; }");
    expect(text).toContain(
      `${o}.less(i, x.length); i = ${o}.step(i, 1)) s = ${o}.plus(s, ${o}.power(x[${o}.key(i)]!, 2))`,
    );
    expect(text).toContain(`return ${o}.greater(s, 1) && ${o}.equal(x[0], 0) ? ${o}.Math.sqrt(s) : grad(f)(s)`);
    expect(text).toContain("export const h = __cotangent_0;");
    expect(text).toContain(`import { rewritten as ${o} } from "overload";`);
    expect(edited("whole.ts")).toContain(`(x: number): number => ${o}.times(2, x);`);
    expect(edited("whole.ts")).toContain(`{ this.#n = ${o}.plus(this.#n, 2); return #n in o && "n" in o; }`);
  });

  test("a function that asks for derivatives runs with them, and is differentiated through them", () => {
    const { edited, rewriter, sites } = project({
      "main.ts": `import { grad } from "cotangent";
export function f(x: number): number { return x * grad((y: number) => x * y)(1); }
export const g = grad(f);
export const h = grad((x: number) => x * grad((y: number) => x + y)(1));
`,
    });
    expect(edited("main.ts")).toContain("{ return x * __cotangent_0(() => ({ x }))(1); }");
    expect(edited("main.ts")).toMatch(/^export const g = __cotangent_\d;\nexport const h = __cotangent_\d;$/m);
    const modules = sites("main.ts").flatMap((site) =>
      site.kind === "verb" && !site.asked.captured ? [rewriter.derivativeModule(site.asked).code] : [],
    );
    expect(modules).toHaveLength(2);
    for (const code of modules) expect(code).not.toMatch(/cotangent["']/);
  });

  test("every line stays where it was", () => {
    const text = `import { grad } from "cotangent";\n\nconst c = [1, 2].map((x) => x);\nconst f = (x: number) =>\n  x * c[0]!;\nexport const g =\n  grad(f);\nexport function make(k: number) {\n  const h = (x: number) => k * x\n  return grad(h);\n}\n`;
    const { edited } = project({ "main.ts": text });
    const [before, after] = [text.split("\n"), edited("main.ts").split("\n")];
    expect(after.slice(0, before.length).map((line) => /^\s*\S*/.exec(line)?.[0])).toEqual(
      before.map((line) => /^\s*\S*/.exec(line.replace("grad(f)", "__cotangent_0"))?.[0]),
    );
  });

  test("verbs that pass through a module of the program", () => {
    const { edited } = project({
      "ad.ts": 'export { grad } from "cotangent";\n',
      "main.ts": 'import { grad } from "./ad";\nexport const g = grad((x: number) => x * x);\n',
    });
    expect(edited("main.ts")).toContain("export const g = __cotangent_0;");
  });

  test("what is captured is given beside the definition, or in the call", () => {
    const { edited } = project({
      "main.ts": `import { grad, jvp } from "cotangent";
export function make(k: number, w: number[]) {
  const scale = (x: number) => k * x;
  function f(x: number): number { return scale(x) * w[0]!; }
  { const k = "another"; return [grad(f), jvp((x: number) => x * w[1]!), k.length]; }
}
`,
    });
    const text = edited("main.ts");
    expect(text).toContain("return scale(x) * w[0]!; }; function __cotangent_captured_0() { return ({ w, k }); }");
    expect(text).toContain("return [__cotangent_0(__cotangent_captured_0), __cotangent_1(() => ({ w })), k.length];");
  });

  test("`this` is captured with what surrounds it", () => {
    const { edited, sites } = project({
      "main.ts": `import { grad } from "cotangent";
export class Model {
  rate = 2;
  steps(k: number) {
    const f = (x: number) => k * this.rate * x;
    function g(x: number): number { return f(x) ** 2; }
    return [grad(f), grad(g), grad((x: number) => x * this.rate)];
  }
  static none = 1;
  static of() { return grad((x: number) => x * this.none); }
}
`,
    });
    const text = edited("main.ts");
    const [given, held] = ["({ this: this })", "({ this: this, k })"];
    expect(text).toContain(`this.rate * x;; const __cotangent_captured_0 = () => ${held};\n`);
    expect(text).toContain(`** 2; }; const __cotangent_captured_1 = () => ${held};\n`);
    expect(text).toContain(`__cotangent_1(__cotangent_captured_1), __cotangent_0(() => ${given})];`);
    expect(sites("main.ts").filter((site) => site.kind === "refused")).toEqual([]);
  });

  test("what a captured function captures must not be hidden where the function asked for is", () => {
    const { sites } = project({
      "main.ts": `import { grad } from "cotangent";
export function make(k: number) {
  const scale = (x: number) => k * x;
  { const k = 2; const f = (x: number): number => scale(x) * k; return grad(f); }
}
`,
    });
    expect(sites("main.ts")).toMatchObject([{ kind: "refused", error: { code: "captured-hidden" } }]);
  });

  test("a function that is handed to what differentiates it brings its derivatives along", () => {
    const { edited } = project({
      "library.ts": `import { type Differentiable, valueAndGrad } from "cotangent";
export type Objective = Differentiable<(x: number[]) => number>;
export function minimize(f: Objective, x0: number[]): number { return valueAndGrad(f)(x0)[0]; }
export function newton(options: { f: Differentiable<(x: number) => number, 2>; x0: number }): number { return options.x0; }
`,
      // Nothing in it names the package.
      "main.ts": `import { minimize, newton } from "./library";
const loss = (x: number[]): number => x[0]! ** 2;
const cubic = (x: number): number => x ** 3;
export const a = minimize(loss, [1]);
export const b = newton({ f: cubic, x0: 1 });
const f = cubic;
export const c = newton({ f, x0: 1 });
export const d = (other: (x: number[]) => number): number => minimize(other, [1]);
`,
    });
    const text = edited("main.ts");
    const firstOrder = "{ valueAndGrad: __cotangent_1, jvp: __cotangent_2, vjp: __cotangent_3 }";
    expect(text).toContain(`minimize(__cotangent_0(loss, ${firstOrder}), [1])`);
    expect(text).toMatch(
      /newton\(\{ f: __cotangent_0\(cubic, \{ valueAndGrad: \w+, jvp: \w+, vjp: \w+, hvp: \w+, hessian: \w+ \}\), x0: 1 \}\)/,
    );
    expect(text).toMatch(/newton\(\{ f: __cotangent_0\(f, \{ valueAndGrad: /);
    expect(text).toContain("minimize(other, [1])");
    // In the library the function arrives, and is asked when the call runs.
    expect(edited("library.ts")).toContain("valueAndGrad(f)(x0)");
  });

  test("differentiable and checkDerivatives register; the result of a verb is registered too", () => {
    const { edited } = project({
      "main.ts": `import { checkDerivatives, differentiable, grad } from "cotangent";
const f = (x: number): number => x ** 3;
export const g = differentiable(f, { order: 2 });
export const report = checkDerivatives(grad(f), [2]);
export const vector = differentiable((x: number): number[] => [x, f(x)]);
`,
    });
    const text = edited("main.ts");
    expect(text).toMatch(
      /export const g = \w+\(f, \{ valueAndGrad: \w+, jvp: \w+, vjp: \w+, hvp: \w+, hessian: \w+ \}\);/,
    );
    expect(text).toMatch(
      /checkDerivatives\(\w+\(__cotangent_\d+, \{ valueAndGrad: \w+, jvp: \w+, vjp: \w+ \}\), \[2\]\)/,
    );
    expect(text).toMatch(
      /export const vector = \w+\(\(x: number\): number\[\] => \[x, f\(x\)\], \{ jvp: \w+, vjp: \w+ \}\);/,
    );
    expect(text).toContain('from "f.grad.jvp"');
  });

  test("generic functions by their instantiation", () => {
    const { rewriter, sites } = project({
      "main.ts": `import { grad } from "cotangent";
function first<T extends number[] | Float64Array>(x: T): number { return x[0]! ** 2; }
export const a = grad(first<Float64Array>);
export const b = grad(first)([1, 2] as number[]);
export const c = grad(first);
`,
    });
    const texts = sites("main.ts").map((site) => {
      if (site.kind !== "verb") throw new Error("a verb was expected");
      try {
        return rewriter.derivativeModule(site.asked).code;
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    expect(texts[0]).toContain("new Float64Array(");
    expect(texts[1]).toContain("new Array(");
    expect(texts[2]).toBe("union-type");
  });
});

describe("what is captured and cannot be", () => {
  test.each([
    ["captured-assigned", "let n = 0; return grad((x: number) => { n += 1; return k * x; });"],
    ["captured-function", "let f = (x: number): number => x; f = Math.sin; return grad((x: number) => f(x) * k);"],
    ["captures-composed", "return grad(jvp((x: number): number => k * x), { argnums: [1] });"],
  ])("%s", (code, body) => {
    const { rewriter, sites } = project({
      "main.ts": `import { grad, jvp } from "cotangent";\nexport function make(k: number): unknown { ${body} }\n`,
    });
    const [site] = sites("main.ts");
    expect(() => rewriter.derivativeModule((site as Extract<Site, { kind: "verb" }>).asked)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

test("a member of an object is known while nothing else than reading is done with the object", () => {
  const { sites } = project({
    "ops.ts": "export const ops = { f: (x: number): number => x, g: (x: number): number => x };\n",
    "main.ts": `import { grad } from "cotangent";
import { ops } from "./ops";
[ops["f"]] = [(x: number) => 5 * x];
export const a = grad(ops.f);
export const b = grad(ops.g);
const own = { f: (x: number): number => x };
export const c = grad(own.f);
let other = { f: (x: number): number => x };
export const d = grad(other.f);
const seen = { f: (x: number): number => x };
Object.assign(seen, {});
export const e = [own, other].map((o) => grad(o.f)).concat(grad(seen.f));
`,
  });
  const found = sites("main.ts").map((s) => s.kind);
  expect(found).toEqual(["refused", "refused", "refused", "refused", "refused", "refused"]);
  const { sites: ofRead } = project({
    "main.ts": `import { grad } from "cotangent";
const own = { f: (x: number): number => x, g: [1] };
export const c = grad(own.f);
export const { g } = own;
export const n = { ...own };
`,
  });
  expect(ofRead("main.ts").map((s) => s.kind)).toEqual(["verb"]);
});

describe("ids", () => {
  test("an id reads back as its request, whatever a bundler adds", () => {
    const request = {
      target: { file: "/a b/m.ts", name: "ops.square", instance: undefined, position: undefined },
      applications: [
        { verb: "grad", options: { argnums: [0, 1] } },
        { verb: "jvp", options: {} },
      ],
    };
    const id = derivativeId(request);
    expect(id).toMatch(/^\/a b\/m\.ts\?cotangent=ops\.square\.grad\.jvp\.[\w-]+\.js$/);
    expect(readDerivativeId(id)).toEqual(request);
    expect(readDerivativeId(`${id}&t=17`)).toEqual(request);
    expect(readDerivativeId("/a/m.ts?v=1")).toBeUndefined();
  });
  test("the order of options does not matter", () => {
    const target = { file: "/m.ts", name: "f" };
    const one = derivativeId({ target, applications: [{ verb: "grad", options: { mode: "reverse", argnums: 1 } }] });
    const two = derivativeId({ target, applications: [{ verb: "grad", options: { argnums: 1, mode: "reverse" } }] });
    expect(one).toBe(two);
  });
});

test("a bundler's text of a file holds until the file changes, whichever module is asked for first", () => {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-rewrite-"));
  folders.push(folder);
  const file = join(folder, "model.ts").replace(/\\/g, "/");
  const model = (factor: number): string => `export function f(x: number): number { return ${factor} * x; }\n`;
  writeFileSync(file, model(2));
  const rewriter = new Rewriter({ runtime: "runtime", overload: "overload", derivative: derivativeId });
  const target = { file, name: "f", position: 0, instance: undefined };
  const derivative = (): string => {
    rewriter.refresh();
    return rewriter.derivativeModule({ target, applications: [{ verb: "grad", options: {} }] }).code;
  };
  rewriter.setText(file, model(3));
  expect(derivative()).toContain("3 * dx");
  writeFileSync(file, `${model(5)}\n`);
  expect(derivative()).toContain("5 * dx");
});
