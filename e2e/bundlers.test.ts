/**
 * The example page built by each bundler with the plugin, from an installed package: served under a strict
 * Content-Security-Policy it shows the right gradient, and holds no compiler and no code made from text. Then Vite's
 * development server: a new gradient after an edit, an overlay for a program that is refused, and the way back.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { energy, startOfNet } from "../examples/browser/src/model.ts";
import { launchBrowser, serveFolder, textOf, type Visit, visit } from "./support/browser.ts";
import { fitForBrowsers, folderFacts } from "./support/bundle.ts";
import { makeProject, type Project, pinned, userEnvironment } from "./support/project.ts";

interface Shown {
  readonly energy: number;
  readonly gradient: readonly number[];
}

const pegs = Float64Array.of(-0.5, 0, 0, 0, 0.5, 0);

/** Energy and gradient at the start, by central differences. */
function expectedAtStart(): Shown {
  const positions = startOfNet(pegs);
  const gradient = Array.from(positions, (at, i) => {
    const step = 1e-5;
    const [above, below] = [at + step, at - step].map((moved) => energy(positions.with(i, moved), pegs));
    return (above - below) / (2 * step);
  });
  return { energy: energy(positions, pegs), gradient };
}

async function shownAtStart(opened: Visit): Promise<Shown> {
  return JSON.parse(await textOf(opened, "#start")) as Shown;
}

function expectRight(shown: Shown): void {
  const { energy, gradient } = expectedAtStart();
  expect(shown.energy).toBeCloseTo(energy, 10);
  expect(shown.gradient).toEqual(gradient.map((v) => expect.closeTo(v, 6)));
}

/** For what a page shows some time after an edit. */
const patience = { timeout: 15_000 };

let project: Project;
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
  project = makeProject();
  project.copy("examples/browser", ".");
  project.write({ "package.json": JSON.stringify({ private: true, type: "module" }) });
  const bundlers = [
    "vite",
    "rollup",
    "@rollup/plugin-node-resolve",
    "webpack",
    "webpack-cli",
    "esbuild",
    "esbuild-loader",
  ];
  await project.install(inject("tarball"), ...bundlers.map(pinned));
});

afterAll(async () => {
  await browser?.close();
  project?.remove();
});

describe("built", () => {
  test.each([
    ["Vite", "npx vite build --outDir built/vite"],
    ["Rollup", "npx rollup --config --dir built/rollup"],
    ["webpack", "npx webpack --output-path built/webpack"],
    ["esbuild", "node esbuild.config.js built/esbuild"],
  ])("by %s", async (name, command) => {
    await project.must(command);
    const folder = join(project.folder, "built", name.toLowerCase());
    expect(folderFacts(folder)).toEqual(fitForBrowsers);

    const site = await serveFolder(folder);
    const opened = await visit(browser, site.url);
    try {
      expectRight(await shownAtStart(opened));
      await expect.poll(() => opened.page.locator("#energy").innerText()).toMatch(/^-\d/);
      expect(opened.problems).toEqual([]);
    } finally {
      await opened.close();
      await site.close();
    }
  });
});

describe("Vite's development server", () => {
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    // Where CI is set, Vite prints in colour, even into a pipe.
    const env = { ...userEnvironment(), NO_COLOR: "1" };
    const options = { cwd: project.folder, env, detached: true };
    server = spawn("npx", ["vite", "--host", "127.0.0.1", "--port", "0"], {
      ...options,
      stdio: ["ignore", "pipe", "inherit"],
    });
    url = await new Promise<string>((found, fail) => {
      let printed = "";
      server.stdout!.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        const match = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed);
        if (match) found(match[0]);
      });
      server.on("exit", () => fail(new Error(`vite ended: ${printed}`)));
    });
  });
  afterAll(() => {
    // npx, and what it started.
    if (server?.pid !== undefined) process.kill(-server.pid);
  });

  test("shows a new gradient after an edit of the model", async () => {
    const source = project.read("src/model.ts");
    const opened = await visit(browser, url);
    try {
      const before = await shownAtStart(opened);
      expectRight(before);
      const mass = Number(/const mass = ([\d.]+);/.exec(source)![1]);
      project.write({ "src/model.ts": source.replace("const gravity = 9.81;", "const gravity = 19.81;") });
      // Empty while the page loads anew.
      const first = JSON.stringify(before);
      const isNew = (text: string | null): boolean => text?.startsWith("{") === true && text !== first;
      await expect.poll(async () => isNew(await opened.page.locator("#start").textContent()), patience).toBe(true);
      const after = await shownAtStart(opened);
      const expected = before.gradient.map((v, i) => expect.closeTo(i % 2 === 0 ? v : v - 10 * mass, 9));
      expect(after.gradient).toEqual(expected);
    } finally {
      project.write({ "src/model.ts": source });
      await opened.close();
    }
  });

  test("shows a refusal as overlay with its place and line, and takes it away after the repair", async () => {
    const source = project.read("src/model.ts");
    const opened = await visit(browser, url);
    try {
      expectRight(await shownAtStart(opened));
      const refused = source.replace("let total = 0;", "let total = 0 * Math.random();");
      project.write({ "src/model.ts": refused });
      const overlay = opened.page.locator("vite-error-overlay");
      await expect.poll(() => overlay.count(), patience).toBe(1);
      const parts = await overlay.evaluate((element) => {
        const { shadowRoot } = element as unknown as {
          readonly shadowRoot: { querySelector(s: string): { textContent: string } };
        };
        return [".message-body", ".file", ".frame"].map((name) => shadowRoot.querySelector(name).textContent);
      });
      const line = 1 + refused.split("\n").findIndex((text) => text.includes("Math.random()"));
      expect(parts[0]).toMatch(/math-random: `Math\.random\(\)` draws random numbers/);
      expect(parts[0]).toMatch(/Instead: Draw the numbers outside/);
      expect(parts[1]).toContain(`src/model.ts:${line}:`);
      expect(parts[2]).toContain("let total = 0 * Math.random();");

      project.write({ "src/model.ts": source });
      await expect.poll(() => overlay.count(), patience).toBe(0);
      await expect.poll(() => opened.page.locator("#start").textContent(), patience).toMatch(/^\{/);
      expectRight(await shownAtStart(opened));
    } finally {
      project.write({ "src/model.ts": source });
      await opened.close();
    }
  });
});
