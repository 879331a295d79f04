/** The package as users get it, for what cannot be tested on the sources: the command's shim, and hooks in their thread. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const packageFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Is what is built newer than every source? */
function isBuilt(): boolean {
  const built = statSync(join(packageFolder, "dist/plugin/hooks.d.ts"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(packageFolder, "src"), { recursive: true, encoding: "utf8" });
  return Math.max(...sources.map((file) => statSync(join(packageFolder, "src", file)).mtimeMs)) < built;
}

/** Builds the package unless it is built; files of tests that run side by side wait for one of them. */
export function ensureBuilt(): void {
  const lock = join(packageFolder, "node_modules/.cache/building");
  const mostMilliseconds = 120_000;
  while (!isBuilt()) {
    mkdirSync(dirname(lock), { recursive: true });
    // Who built before may have been stopped half way.
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > mostMilliseconds) rmSync(lock, { recursive: true, force: true });
    try {
      mkdirSync(lock);
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      continue;
    }
    try {
      const tsdown = join(dirname(createRequire(import.meta.url).resolve("tsdown/package.json")), "dist/run.mjs");
      execFileSync(process.execPath, [tsdown, "--logLevel", "error"], { cwd: packageFolder });
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
    return;
  }
}

/** A new folder with the given files, in which `cotangent` is installed. */
export function makeProject(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-project-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(packageFolder, join(folder, "node_modules/cotangent"));
  const tsx = dirname(createRequire(import.meta.url).resolve("tsx/package.json"));
  symlinkSync(tsx, join(folder, "node_modules/tsx"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs node in a folder. */
export function runNode(folder: string, args: readonly string[], input = ""): Run {
  const env = { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env, input });
  return { status, stdout, stderr };
}
