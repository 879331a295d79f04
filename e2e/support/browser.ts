/**
 * A real browser and a strict server for it. Every page is served under a Content-Security-Policy that admits scripts
 * of the site's own files and nothing else: no `eval`, no `new Function`, no inline script, no other origin.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const strictPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Starts headless Chromium. Throws, with how to install it, if there is none: a missing browser is a failure. */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `no browser at ${executablePath}: install it (Debian: apt-get update && apt-get install -y chromium),` +
        " or name one in CHROMIUM_PATH",
    );
  }
  return chromium.launch({
    executablePath,
    headless: true,
    // Root has no sandbox. The rest keeps the browser from asking for anything that the page does not.
    chromiumSandbox: false,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Site {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".map": "application/json",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** Serves the files of a folder on a free port, under `policy`. */
export async function serveFolder(folder: string, policy: string = strictPolicy): Promise<Site> {
  const server = createServer(async ({ url = "/" }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    try {
      const body = await readFile(file);
      const type = types[extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, "content-security-policy": policy }).end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

export interface Visit {
  readonly page: Page;
  /** What went wrong on the page so far: exceptions, console errors (violated policies are among them), failed requests. */
  readonly problems: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a page, in a context of its own. */
export async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => problems.push(`request: ${request.url()}: ${request.failure()?.errorText}`));
  await page.goto(url);
  return { page, problems, close: () => context.close() };
}

/** The text of the element that `selector` finds, folded away or not, once it has one. Throws, with the page's problems, after a while. */
export async function textOf({ page, problems }: Visit, selector: string): Promise<string> {
  try {
    const found = page.locator(selector).filter({ hasText: /\S/ }).first();
    return (await found.textContent({ timeout: 15_000 })) ?? "";
  } catch (error) {
    throw new Error(`${(error as Error).message}\nproblems of the page:\n${problems.join("\n") || "none"}`);
  }
}
