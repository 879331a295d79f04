/**
 * Where this very package lies: its declarations stand for `import … from "cotangent"` in the programs that it compiles.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** `path` with `/` between its parts. */
export function slashed(path: string): string {
  return path.replace(/\\/g, "/");
}

/**
 * The declarations of this package for a module specifier; undefined for the specifier of anything else. A program may
 * lie where no installed copy is found, and where one is found it may be another version than the one that compiles.
 */
export function ownDeclarations(specifier: string): string | undefined {
  const match = /^cotangent(?:\/([a-z/]+))?$/.exec(specifier);
  if (!match) return undefined;
  const name = match[1] ?? "index";
  const candidates = [`src/${name}.ts`, `src/${name}/index.ts`, `dist/${name}.d.ts`, `dist/${name}/index.d.ts`];
  const fromSources = import.meta.url.endsWith("/src/frontend/program/own-package.ts");
  const found = (fromSources ? candidates : candidates.slice(2)).find((file) =>
    existsSync(join(packageDirectory(), file)),
  );
  return found && slashed(join(packageDirectory(), found));
}

/** The file that declares what `cotangent` exports, wherever a program imports it from. */
export function ownModuleFile(): string {
  return ownDeclarations("cotangent") ?? "";
}

/** True for files of this very package, whose calls of its own verbs ask for nothing. */
export function isOwnFile(file: string): boolean {
  return slashed(file).startsWith(`${slashed(packageDirectory())}/`);
}

/** True for files that declare the package's runtime. */
export function isRuntimeFile(file: string): boolean {
  return isOwnFile(file) && slashed(file).includes("/runtime/");
}

let packageRoot: string | undefined;
function packageDirectory(): string {
  if (packageRoot !== undefined) return packageRoot;
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(directory, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === "cotangent") break;
    const parent = dirname(directory);
    if (parent === directory) break;
    directory = parent;
  }
  packageRoot = directory;
  return directory;
}
