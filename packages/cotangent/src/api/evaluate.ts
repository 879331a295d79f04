/**
 * Generated text as functions that can be called here: types erased, its imports bound to what they name, and the rest
 * run as the body of a function. So it runs wherever the compiler runs, whatever that was loaded by, and the engine
 * sees the runtime's functions as constants.
 */
import { pathToFileURL } from "node:url";
import { inlineMap, type SourceMap } from "../core/source-map.ts";
import { type ModuleParts, takeApart } from "../frontend/program/take-apart.ts";
import type { Global, Module } from "../ir/types.ts";
import * as runtime from "../runtime/index.ts";

export type Callable = (...args: unknown[]) => unknown;

/** How a module that generated code reads constants from is loaded, by its absolute path. */
export type ImportModule = (file: string) => Promise<Readonly<Record<string, unknown>>>;

/** As Node imports a module, or a file of data. */
export const importFile: ImportModule = (file) =>
  import(pathToFileURL(file).href, file.endsWith(".json") ? { with: { type: "json" } } : {});

/** What the engine puts before the body of a function that is made of text, and we before the code. */
const linesBefore = 3;

/** Reads the constants that a program has in modules, which are loaded at once. */
export async function globalsOf(module: Module, load: ImportModule = importFile): Promise<(global: Global) => unknown> {
  const modules = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { source } of module.globals.values())
    if (source.kind === "import" && !modules.has(source.file)) modules.set(source.file, await load(source.file));
  return readGlobals(modules);
}

/** What reads the constants of modules that are loaded; undefined for one that is not there. */
export function readGlobals(
  modules: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): (global: Global) => unknown {
  const member = (of: unknown, name: string): unknown => (of as Record<string, unknown> | undefined)?.[name];
  return ({ source }) =>
    source.kind === "import" ? source.exported.split(".").reduce<unknown>(member, modules.get(source.file)) : undefined;
}

let evaluated = 0;

/**
 * The functions that a generated module exports, by name. Modules other than the runtime are loaded by `load`; throws
 * what they throw. With the `map` of the text, and where the engine follows maps, stacks name lines of the program.
 */
export async function evaluateText(
  text: string,
  load: ImportModule = importFile,
  map?: SourceMap,
): Promise<ReadonlyMap<string, Callable>> {
  const parts = takeApart(text);
  const modules = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { specifier } of parts.imports)
    if (specifier !== runtimeModule) modules.set(specifier, await load(specifier));
  return makeOf(
    parts,
    map,
  )((specifier, imported) => {
    const module = modules.get(specifier);
    if (!module || !(imported in module)) throw new Error(`${specifier} does not export ${imported}`);
    return module[imported];
  });
}

/**
 * As `evaluateText`, of text that imports only from the runtime and from `module`: a function from what the names of the
 * latter stand for, which may be called again with others.
 */
export function evaluateWith(
  text: string,
  module: string,
  map?: SourceMap,
): (give: (imported: string) => unknown) => ReadonlyMap<string, Callable> {
  const make = makeOf(takeApart(text), map);
  return (give) =>
    make((specifier, imported) => {
      if (specifier !== module) throw new Error(`generated code imports ${imported} from ${specifier}`);
      return give(imported);
    });
}

const runtimeModule = "cotangent/runtime";
const runtimeExports: Readonly<Record<string, unknown>> = runtime;

type Give = (specifier: string, imported: string) => unknown;

function makeOf(
  { imports, exports, code }: ModuleParts,
  map: SourceMap | undefined,
): (give: Give) => ReadonlyMap<string, Callable> {
  const names = imports.map((i) => i.local);
  const result = exports.map(({ exported, local }) => `${JSON.stringify(exported)}: ${local}`).join(", ");
  // Maps are found by the address of the code, so that has to be one of its own.
  const address = `//# sourceURL=cotangent://generated/${++evaluated}`;
  const comments = map
    ? `\n${inlineMap({ ...map, mappings: ";".repeat(linesBefore) + map.mappings })}\n${address}`
    : "";
  const run = new Function(...names, `"use strict";\n${code}\nreturn { ${result} };${comments}`);
  return (give) => {
    const values = imports.map(({ specifier, imported }) => {
      if (specifier !== runtimeModule) return give(specifier, imported);
      if (imported in runtimeExports) return runtimeExports[imported];
      throw new Error(`the runtime does not export ${imported}`);
    });
    return new Map(Object.entries(run(...values) as Record<string, Callable>));
  };
}
