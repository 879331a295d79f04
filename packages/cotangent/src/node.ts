// What a program imports in Node: the verbs, and a compiler for those that run, loaded when the first one does.
import { createRequire } from "node:module";
import { installCompiler, type RunTimeCompiler } from "./api/at-run-time.ts";

export * from "./index.ts";

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
// Node warns of require() of an ECMAScript module, except where a package calls it: in node_modules, which this file may
// be linked to from.
const require = createRequire(new URL("./node_modules/cotangent.js", import.meta.url));

let compiler: RunTimeCompiler | undefined;

installCompiler((verb, f, options) => {
  compiler ??= (require(`../no-build/index.${extension}`) as { readonly compileAtRunTime: RunTimeCompiler })
    .compileAtRunTime;
  return compiler(verb, f, options);
});
