import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cachedDataVersionTag } from "node:v8";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepCompiledCode, loadScript } from "./load-script.ts";

// A script of the form that the build gives TypeScript's compiler.
const text = `(function (exports, require, module, __filename, __dirname) {
  module.exports = { double: (x) => 2 * x, folder: __dirname, sep: require("node:path").sep };
})`;

let folder: string;
let script: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cotangent-load-"));
  script = join(folder, "script.js");
  cache = join(folder, "cache");
  writeFileSync(script, text);
});

afterEach(() => rmSync(folder, { recursive: true }));

const load = (...directories: string[]): { double: (x: number) => number; folder: string } =>
  loadScript(script, directories) as { double: (x: number) => number; folder: string };

/** Loads it, says that it was used, and waits for what is done then. */
async function loadAndKeep(...directories: string[]): Promise<void> {
  expect(load(...directories).double(21)).toBe(42);
  keepCompiledCode();
  await new Promise((done) => setImmediate(done));
}

test("a script is loaded as Node would load the module", () => {
  expect(load().double(21)).toBe(42);
  expect(load().folder).toBe(folder);
});

test("compiled code is kept for the next time, in one file", async () => {
  await loadAndKeep(cache);
  const [name, ...others] = readdirSync(cache);
  expect(others).toEqual([]);
  const kept = readFileSync(join(cache, name!));
  await loadAndKeep(cache);
  expect(readFileSync(join(cache, name!))).toEqual(kept);
});

test.each([
  ["damaged", (kept: Buffer) => kept.map((byte, i) => (i > 100 && i % 7 === 0 ? byte ^ 0xff : byte))],
  ["cut off", (kept: Buffer) => kept.subarray(0, kept.length >> 1)],
  ["empty", () => Buffer.alloc(0)],
])("a cache that is %s is not used, and replaced", async (_, spoil) => {
  await loadAndKeep(cache);
  const file = join(cache, readdirSync(cache)[0]!);
  const kept = readFileSync(file);
  writeFileSync(file, spoil(kept));
  await loadAndKeep(cache);
  expect(readFileSync(file).length).toBe(kept.length);
});

test("a cache of another engine is refused, and replaced", async () => {
  // The flags that an engine runs with are in its mark, as its version is.
  const program = `
    const { loadScript, keepCompiledCode } = await import(${JSON.stringify(new URL("load-script.ts", import.meta.url).href)});
    loadScript(${JSON.stringify(script)}, [${JSON.stringify(cache)}]);
    keepCompiledCode();`;
  const here = fileURLToPath(new URL(".", import.meta.url));
  const flags = ["--no-opt", "--import", "tsx", "--input-type=module"];
  execFileSync(process.execPath, [...flags, "-e", program], { cwd: here });
  const [name] = readdirSync(cache);
  const foreign = readFileSync(join(cache, name!));
  // As if its name did not tell.
  const own = join(cache, name!.replace(/\d+\.cache$/, `${cachedDataVersionTag()}.cache`));
  writeFileSync(own, foreign);
  await loadAndKeep(cache);
  expect(readFileSync(own)).not.toEqual(foreign);
});

test("where one place cannot be written, the next one is", async () => {
  const blocked = join(folder, "blocked");
  writeFileSync(blocked, "a file where a folder should be");
  await loadAndKeep(blocked, cache);
  expect(readdirSync(cache)).toHaveLength(1);
});

test("where nothing can be written, nothing is kept, and no rest stays behind", async () => {
  const blocked = join(folder, "blocked");
  writeFileSync(blocked, "a file where a folder should be");
  await loadAndKeep(blocked);
  await loadAndKeep(blocked);
  expect(readdirSync(folder).sort()).toEqual(["blocked", "script.js"]);
});
