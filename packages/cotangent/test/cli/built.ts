/** The package as users get it, for what cannot be tested on the sources: the command's shim, and hooks in their thread. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const packageFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Builds the package unless what is built is newer than every source. */
export function ensureBuilt(): void {
  const built = statSync(join(packageFolder, "dist/plugin/hooks.d.ts"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(packageFolder, "src"), { recursive: true, encoding: "utf8" });
  const newest = Math.max(...sources.map((file) => statSync(join(packageFolder, "src", file)).mtimeMs));
  if (newest < built) return;
  const tsdown = join(dirname(createRequire(import.meta.url).resolve("tsdown/package.json")), "dist/run.mjs");
  execFileSync(process.execPath, [tsdown, "--logLevel", "error"], { cwd: packageFolder });
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
