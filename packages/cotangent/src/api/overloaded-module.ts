/**
 * A program's module for overloaded values, all of it: it and the modules of the program that it imports are rewritten, made
 * functions, and run here. What is imported from packages is as it is.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inlineMap } from "../core/source-map.ts";
import { transpileToFunctionBody } from "../frontend/program/emit.ts";
import * as overload from "../overload/index.ts";
import type { ImportModule } from "./evaluate.ts";
import { overloadText } from "./overloaded-text.ts";

type Exports = Record<string, unknown>;

interface Read {
  readonly code: string;
  /** The files that its own specifiers lead to. */
  readonly files: ReadonlyMap<string, string>;
}

/** What the engine puts before the body of a function that is made of text. */
const linesBefore = 2;
let loaded = 0;

/** The name under which the module exports what is asked for, exported by it or not. */
const exportedName = (name: string): string => (name === "default" ? name : `__cotangent_target_${name}`);

/**
 * The bindings `names` of the module at the absolute path `file`, `default` for its default export. `importPackage` loads
 * what is no file of the program, by its path or name. Throws what the modules throw.
 */
export async function loadOverloaded<Name extends string>(
  file: string,
  names: readonly Name[],
  importPackage: ImportModule,
): Promise<Readonly<Record<Name, unknown>>> {
  const modules = new Map<string, Read>();
  const packages = new Map<string, Exports>([["cotangent/overload", overload as unknown as Exports]]);
  const read = async (path: string, last: string): Promise<void> => {
    if (modules.has(path)) return;
    const { code, map } = overloadText(path, readFileSync(path, "utf8"));
    const made = transpileToFunctionBody(code + last, { file: path, map });
    const files = new Map<string, string>();
    const comment = inlineMap({ ...made.map, mappings: ";".repeat(linesBefore) + made.map.mappings });
    // Maps are found by the address of the code, so that has to be one of its own.
    const address = `//# sourceURL=cotangent://overloaded/${++loaded}`;
    modules.set(path, { code: `${made.code}\n${comment}\n${address}`, files });
    for (const [, specifier] of made.code.matchAll(/\brequire\("([^"]+)"\)/g)) {
      const found = findFile(path, specifier as string);
      if (found !== undefined) {
        files.set(specifier as string, found);
        await read(found, "");
      } else if (!packages.has(specifier as string)) {
        packages.set(specifier as string, (await importPackage(pathOf(path, specifier as string))) as Exports);
      }
    }
  };
  const asked = names.filter((name) => name !== "default").map((name) => `${name} as ${exportedName(name)}`);
  await read(file, asked.length > 0 ? `\nexport { ${asked.join(", ")} };\n` : "");

  const running = new Map<string, Exports>();
  const run = (path: string): Exports => {
    const known = running.get(path);
    if (known) return known;
    const exports: Exports = {};
    running.set(path, exports);
    const { code, files } = modules.get(path) as Read;
    const require = (specifier: string): unknown => {
      const own = files.get(specifier);
      return own === undefined ? packages.get(specifier) : run(own);
    };
    new Function("require", "exports", code)(require, exports);
    return exports;
  };
  const exports = run(file);
  return Object.fromEntries(names.map((name) => [name, exports[exportedName(name)]])) as Record<Name, unknown>;
}

/** The file of the program that an import leads to, as the hook finds it; undefined for packages. */
function findFile(importer: string, specifier: string): string | undefined {
  if (!/^\.{0,2}\//.test(specifier)) return undefined;
  const path = resolve(dirname(importer), specifier);
  const bare = path.replace(/\.[cm]?jsx?$/, "");
  const candidates = [path, ...[".ts", ".tsx", ".mts", "/index.ts"].flatMap((end) => [bare + end, path + end])];
  return candidates.find((at) => /\.[cm]?tsx?$/.test(at) && statSync(at, { throwIfNoEntry: false })?.isFile());
}

/** What `import` takes for a package as it is seen from a file. */
function pathOf(importer: string, specifier: string): string {
  if (/^\.{0,2}\//.test(specifier)) return resolve(dirname(importer), specifier);
  try {
    return createRequire(pathToFileURL(importer)).resolve(specifier);
  } catch {
    return specifier;
  }
}
