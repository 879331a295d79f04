/**
 * The hooks that Node runs, in a thread of their own, for every import (node:module, "Customization Hooks"). `resolve`
 * finds TypeScript where Node looks for JavaScript; `load` gives rewritten TypeScript and derivative modules. What is
 * neither is passed on, so that other hooks work beside these.
 */
import { statSync } from "node:fs";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type DerivativeRequest, derivativeId, readDerivativeId } from "./derivative-id.ts";
import type { Imports } from "./edits.ts";
import type { HookServer } from "./serve.ts";

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const imports: Required<Imports> = {
  runtime: new URL(`../runtime/index.${extension}`, import.meta.url).href,
  overload: new URL(`../overload/index.${extension}`, import.meta.url).href,
  support: new URL(`./support.${extension}`, import.meta.url).href,
  derivative: (request) => toUrl(derivativeId(request)),
};

/** Paths as URLs, queries staying as they are. */
function toUrl(id: string): string {
  const at = id.indexOf("?");
  return pathToFileURL(id.slice(0, at)).href + id.slice(at);
}

function readRequest(url: string): DerivativeRequest | undefined {
  const request = url.startsWith("file:") ? readDerivativeId(url) : undefined;
  const file = request && fileURLToPath(request.target.file).replace(/\\/g, "/");
  return request && file ? { ...request, target: { ...request.target, file } } : undefined;
}

let server: Promise<HookServer> | undefined;

/** The compiler takes a moment to load: only when there is something to rewrite. */
function loadServer(): Promise<HookServer> {
  server ??= import("./serve.ts").then(({ HookServer }) => new HookServer(imports));
  return server;
}

/** What an extension written in an import may stand for in the sources, first choice first. */
const sourceExtensions: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
};

/** Finds `./f` and `./f.js` as `./f.ts`; everything else is Node's business. */
export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  const isPath = /^(\.{0,2}\/|file:)/.test(specifier);
  if (!isPath || readRequest(specifier)) {
    return readRequest(specifier) ? { url: specifier, shortCircuit: true } : nextResolve(specifier, context);
  }
  const url = new URL(specifier, context.parentURL ?? pathToFileURL(`${process.cwd()}/`));
  if (url.protocol !== "file:") return nextResolve(specifier, context);
  const found = findSource(fileURLToPath(withoutQuery(url)));
  if (found === undefined) return nextResolve(specifier, context);
  const { search, hash } = url;
  return { url: `${pathToFileURL(found).href}${search}${hash}`, format: "module", shortCircuit: true };
};

function findSource(path: string): string | undefined {
  if (isTypeScript(path)) return isFile(path) ? path : undefined;
  const dot = path.lastIndexOf(".");
  const known = dot > path.lastIndexOf("/") ? sourceExtensions[path.slice(dot)] : undefined;
  const candidates = known
    ? known.map((e) => path.slice(0, dot) + e)
    : [".ts", ".tsx", ".mts", "/index.ts", "/index.tsx"].map((e) => path.replace(/\/$/, "") + e);
  // A file that is there as it is written is meant, but for JavaScript beside the TypeScript that it was made from.
  if (!known && isFile(path)) return undefined;
  return candidates.find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isTypeScript(path: string): boolean {
  return /\.(ts|tsx|mts)$/.test(path) && !/\.d\.m?ts$/.test(path);
}

function withoutQuery(url: URL): URL {
  const bare = new URL(url);
  bare.search = "";
  bare.hash = "";
  return bare;
}

/** Gives derivative modules, and TypeScript as JavaScript with its verb calls compiled. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const request = readRequest(url);
  if (request) {
    return { format: "module", source: (await loadServer()).derivativeModule(request), shortCircuit: true };
  }
  if (!url.startsWith("file:")) return nextLoad(url, context);
  const path = fileURLToPath(withoutQuery(new URL(url)));
  if (!isTypeScript(path)) return nextLoad(url, context);
  return { format: "module", source: (await loadServer()).userModule(path), shortCircuit: true };
};
