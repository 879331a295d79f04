// What a program imports in Node: the verbs, and a compiler for those that run, loaded when the first one does.
import { createRequire } from "node:module";
import { installCompiler, type RunTimeCompiler, requestOf } from "./api/at-run-time.ts";

export * from "./index.ts";

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
// Node warns of require() of an ECMAScript module, except where a package calls it: in node_modules, which this file may
// be linked to from.
const require = createRequire(new URL("./node_modules/cotangent.js", import.meta.url));

interface Loaded {
  readonly makeCompiler: (known: typeof requestOf) => RunTimeCompiler;
}

let compiler: RunTimeCompiler | undefined;

installCompiler((verb, f, options) => {
  compiler ??= (require(`../no-build/index.${extension}`) as Loaded).makeCompiler(requestOf);
  return compiler(verb, f, options);
});
