/**
 * The README as a newcomer reads it: every snippet of code and of shell in it is run, in a project into which the
 * package was installed as the README says. A snippet needs no entry here unless it speaks of files that it does not
 * show, or says what comes out.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { makeProject, type Project, pinned, repository } from "./support/project.ts";

const readme = readFileSync(join(repository, "README.md"), "utf8");

interface Snippet {
  /** "ts", "js", "sh", or "" for what is shown and not run. */
  readonly language: string;
  readonly text: string;
}

const snippets: readonly Snippet[] = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
  language,
  text,
}));

interface Entry {
  /** Words of the snippet that no other has. */
  readonly of: string;
  /** Files that the snippet takes for granted. */
  readonly files?: Readonly<Record<string, string>>;
  /** Runs the snippet, where neither Node nor the shell does. */
  readonly run?: string;
  /** Where else it is run, or held to what is shown, and by which words there one can see that. */
  readonly elsewhere?: { readonly file: string; readonly words: readonly string[] };
  /** Checks what was printed, all of it. */
  readonly prints?: (printed: string, project: Project) => void | Promise<void>;
}

const loss = `
export function loss(x: number[]): number {
  let sum = 0;
  for (const xi of x) sum += (xi - 3) ** 2;
  return sum;
}
`;

const entries: readonly Entry[] = [
  {
    of: "valueAndGrad(sqrt)(2)",
    prints: (printed) => {
      const numbers = [...printed.matchAll(/-?\d[\d.e-]*/g)].map(Number);
      expect(numbers).toEqual([expect.closeTo(Math.SQRT2, 12), expect.closeTo(Math.SQRT1_2 / 2, 12)]);
    },
  },
  // What these do takes a clone, and minutes.
  { of: "npm ci && npm start", elsewhere: { file: ".ci/run", words: ["npm ci", "npm start", "npm test"] } },
  {
    of: "// vite.config.ts",
    files: {
      "index.html": '<!doctype html><title>A page</title><script type="module" src="./page.ts"></script>\n',
      "page.ts": `import { grad } from "cotangent";\nimport { loss } from "./loss.ts";\ndocument.title = String(grad(loss)([1])[0]);\n`,
      "loss.ts": loss,
    },
    run: "npx vite build && cat dist/assets/*.js",
    prints: (printed) => expect(printed).not.toMatch(/not-compiled/),
  },
  { of: "const scale = (k) => (x) => k * x * x;", prints: (printed) => expect(printed).toBe("12\n") },
  {
    of: "node --import cotangent/register app.ts",
    files: {
      "app.ts": `import { grad } from "cotangent";\nimport { loss } from "./loss.ts";\nconsole.log(grad(loss)([1, 5]));\n`,
      "loss.ts": loss,
    },
    prints: (printed) => expect(printed).toBe("[ -4, 4 ]\n"),
  },
  {
    of: "npx cotangent grad model.ts#loss",
    files: { "model.ts": loss, "examples/textbook.ts": readFileSync(join(repository, "examples/textbook.ts"), "utf8") },
    prints: (printed, project) => {
      expect(project.read("loss.grad.ts")).toMatch(/^export function lossGrad\(x: number\[\]\): number\[\] \{$/m);
      expect(printed).toMatch(/^value +11\.652071455223084\ngrad +\[5\.5, 1\.7163378145367738\]$/m);
      expect(printed).toMatch(/^passed$/m);
    },
  },
  { of: 'openProgram().derive("model.ts#loss"', files: { "model.ts": loss } },
  {
    of: "export function minimize(",
    files: {
      "main.ts": `import { minimize } from "./snippet.ts";\nimport { loss } from "./loss.ts";\nconsole.log(minimize(loss, [1, 5]).map((xi) => xi.toFixed(6)));\n`,
      "loss.ts": loss,
    },
    run: "node --import cotangent/register main.ts",
    prints: (printed) => expect(printed).toBe("[ '3.000000', '3.000000' ]\n"),
  },
  {
    of: "error math-random:",
    elsewhere: {
      file: "packages/cotangent/test/cli/readme.test.ts",
      words: ["the README's refusal is what the command prints"],
    },
  },
];

const tsconfig = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "dom"],
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  },
};

describe("README.md", () => {
  let project: Project;
  beforeAll(async () => {
    project = makeProject({ "tsconfig.json": JSON.stringify(tsconfig) });
    await project.install("typescript@6.0.3", pinned("vite"));
  });
  afterAll(() => project.remove());

  test("has the snippets that are spoken of here, each once", () => {
    for (const { of } of entries) expect(snippets.filter(({ text }) => text.includes(of))).toHaveLength(1);
  });

  test("says how to install the package", async () => {
    const command = snippets.find(({ text }) => text.startsWith("npm install "))!.text;
    expect(command).toBe("npm install cotangent\n");
    // By its file: what is to be published is not there yet.
    await project.install(inject("tarball"));
  });

  const rest = snippets.filter(({ text }) => !text.startsWith("npm install "));
  test.each(rest.map((snippet) => [snippet.text.trim().split("\n")[0], snippet] as const))("%s", async (_, snippet) => {
    const { language, text } = snippet;
    const entry = entries.find(({ of }) => text.includes(of));
    if (entry?.elsewhere) {
      const { file, words } = entry.elsewhere;
      const there = readFileSync(join(repository, file), "utf8");
      for (const word of words) expect(there).toContain(word);
      return;
    }
    if (entry?.files) project.write(entry.files);
    let printed: string;
    if (language === "ts") {
      const name = /^\/\/ (\S+\.ts)$/m.exec(text.split("\n")[0])?.[1] ?? "snippet.ts";
      project.write({ [name]: text });
      await project.must(`npx tsc -p . --noEmit`);
      printed = await project.must(entry?.run ?? `node --import cotangent/register ${name}`);
    } else if (language === "js") {
      project.write({ "snippet.js": text });
      printed = await project.must(entry?.run ?? "node snippet.js");
    } else if (language === "sh") {
      printed = await project.must(`set -e\n${text}`);
    } else {
      throw new Error(`nothing is known of this snippet, which is neither a program nor shell:\n${text}`);
    }
    await entry?.prints?.(printed, project);
  });
});
