/**
 * Derivatives that were written to a file, in a browser, under a strict Content-Security-Policy: no plugin is needed,
 * any bundler takes the text as it takes any other.
 */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser, serveFolder, textOf, visit } from "./support/browser.ts";
import { bundleFacts, fitForBrowsers, folderFacts } from "./support/bundle.ts";
import { makeProject, type Project, pinned } from "./support/project.ts";

const files = {
  // The second sum is read back by the reverse sweep: its derivative keeps a tape, and so imports the runtime.
  "model.ts": `
export function loss(x: Float64Array): number {
  let a = 1;
  for (let i = 0; i < x.length; i++) a = Math.sin(a * x[i]!) + x[i]! * a;
  return a;
}
`,
  "main.ts": `
import { lossGrad } from "./loss.grad.ts";
document.querySelector("#gradient")!.textContent = JSON.stringify(Array.from(lossGrad(Float64Array.of(0.5, 2, 1.5))));
`,
  "index.html": `<!doctype html>
<link rel="icon" href="data:,"><title>Gradient</title><pre id="gradient"></pre>
<script type="module" src="./main.ts"></script>
`,
};

function gradientByHand(x: readonly number[]): number[] {
  const kept: number[] = [];
  let a = 1;
  for (const xi of x) {
    kept.push(a);
    a = Math.sin(a * xi) + xi * a;
  }
  const gradient: number[] = [];
  let bar = 1;
  for (let i = x.length - 1; i >= 0; i--) {
    const [xi, before] = [x[i], kept[i]];
    gradient[i] = bar * (before * Math.cos(before * xi) + before);
    bar *= xi * Math.cos(before * xi) + xi;
  }
  return gradient;
}

describe("a derivative written by the command, in a browser", () => {
  let project: Project;
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
    project = makeProject(files);
    await project.install(inject("tarball"), pinned("esbuild"), pinned("vite"));
    await project.must("npx cotangent grad model.ts#loss -o loss.grad.ts");
  });
  afterAll(async () => {
    await browser?.close();
    project?.remove();
  });

  test.each([
    ["esbuild", "npx esbuild main.ts --bundle --minify --format=esm --outfile=built-esbuild/main.js"],
    ["vite", "npx vite build --outDir built-vite --base ./"],
  ])("bundled by %s", async (bundler, command) => {
    await project.must(command);
    const folder = join(project.folder, `built-${bundler}`);
    if (bundler === "esbuild") {
      project.write({ "built-esbuild/index.html": files["index.html"].replace("main.ts", "main.js") });
    }
    expect(folderFacts(folder)).toEqual(fitForBrowsers);

    const site = await serveFolder(folder);
    const opened = await visit(browser, site.url);
    try {
      const gradient = JSON.parse(await textOf(opened, "#gradient"));
      expect(gradient).toEqual(gradientByHand([0.5, 2, 1.5]).map((v) => expect.closeTo(v, 12)));
      expect(opened.problems).toEqual([]);
    } finally {
      await opened.close();
      await site.close();
    }
  });
});

describe("the harness itself", () => {
  test("the policy forbids code made from text, and a page says so", async () => {
    const project = makeProject({
      "page/index.html": '<!doctype html><link rel="icon" href="data:,"><script type="module" src="main.js"></script>',
      "page/main.js": "new Function('return 1')();",
    });
    const [browser, site] = [await launchBrowser(), await serveFolder(join(project.folder, "page"))];
    try {
      const opened = await visit(browser, site.url);
      await expect.poll(() => opened.problems.join("\n")).toMatch(/unsafe-eval/);
    } finally {
      await browser.close();
      await site.close();
      project.remove();
    }
  });

  test.each([
    ["eval('1')", { evaluates: ["eval"] }],
    ["globalThis.eval('1')", { evaluates: ["eval"] }],
    ["new Function('return 1')", { evaluates: ["Function"] }],
    ["const f = { eval }", { evaluates: ["eval"] }],
    ["const messages = { eval: 'is not taken' }", {}],
    ["setTimeout('f()', 1)", { evaluates: ["a timer with text"] }],
    ["import { readFileSync } from 'node:fs'", { imports: ["node:fs"] }],
    ["export * from 'node:fs'", { imports: ["node:fs"] }],
    ["await import('node:fs')", { imports: ["node:fs"] }],
    ["require('fs')", { imports: ["fs"] }],
    ["a.createSourceFile(b)", { compiler: ["createSourceFile"] }],
    ["throw new Error('`eval` is not taken: new Function(…)')", {}],
  ])("%s", (text, facts) => {
    expect(bundleFacts(text)).toEqual({ ...fitForBrowsers, ...facts });
  });
});
