import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { minifySync } from "rolldown/utils";
import { defineConfig } from "tsdown";
import { indexLibraries } from "./src/frontend/program/library-index.ts";

// TypeScript travels inside the package: the sources import it as `typescript`, and the build turns that import into
// the loading of a copy in `dist/vendor`. A dependency instead would replace the user's own `tsc` in node_modules/.bin.
// The copy is made to load fast: minified, ASCII alone, and by a loader that keeps compiled code. An index of the library
// files, from which a program gets what it needs of them, takes their place.

const { resolve } = createRequire(import.meta.url);
const typescript = dirname(dirname(resolve("typescript")));
const dist = fileURLToPath(new URL("dist", import.meta.url));
const vendor = join(dist, "vendor", "typescript");

const licenses = ["LICENSE.txt", "ThirdPartyNoticeText.txt"];

// What erases types in place would bring a TypeScript of its own as a dependency; bundled it has the one that travels.
const blankSpace = join(dirname(resolve("ts-blank-space/package.json")), "LICENSE");

const loader = fileURLToPath(new URL("src/frontend/program/load-script.ts", import.meta.url));
// By its name in package.json, since chunks may be in any folder.
const loadTypeScript = `
  import { createRequire } from "node:module";
  import { loadScript } from ${JSON.stringify(loader)};
  export default loadScript(createRequire(import.meta.url).resolve("#typescript"));
`;

export default defineConfig({
  entry: {
    index: "src/index.ts",
    node: "src/node.ts",
    "no-build/index": "src/no-build/index.ts",
    "runtime/index": "src/runtime/index.ts",
    "elemental/index": "src/elemental/index.ts",
    "numerical/index": "src/numerical/index.ts",
    symbolic: "src/symbolic.ts",
    inspect: "src/inspect.ts",
    "overload/index": "src/overload/index.ts",
    compiler: "src/compiler.ts",
    register: "src/register.ts",
    "cli/main": "src/cli/main.ts",
    // Loaded by URL, in the thread of the hooks and in the program's.
    "plugin/hooks": "src/plugin/hooks.ts",
    "plugin/support": "src/plugin/support.ts",
    "plugin/index": "src/plugin/index.ts",
  },
  format: "esm",
  // No helper of the bundler may need Node: browsers load some of these chunks.
  platform: "neutral",
  deps: { neverBundle: [/^node:/] },
  target: "node20.19",
  fixedExtension: false,
  dts: true,
  logLevel: "warn",
  copy: [
    ...licenses.map((file) => ({ from: join(typescript, file), to: vendor })),
    { from: blankSpace, to: join(dist, "vendor", "ts-blank-space") },
  ],
  plugins: [
    {
      name: "vendored-typescript",
      resolveId: {
        order: "pre",
        filter: { id: /^typescript$/ },
        handler: (_, importer) =>
          // Without side effects, so that declarations drop the import where they do not use it.
          importer && /\.d\.ts$/.test(importer)
            ? { id: "typescript", external: true, moduleSideEffects: false }
            : { id: "\0typescript" },
      },
      load: { filter: { id: /^\0typescript$/ }, handler: () => loadTypeScript },
    },
  ],
  hooks: {
    "build:done": () => {
      mkdirSync(vendor, { recursive: true });
      vendorCompiler();
      vendorLibraries();
      refuseLeakedTypes();
    },
  },
});

/** Writes TypeScript's compiler in the form that `load-script.ts` takes. */
function vendorCompiler(): void {
  const text = readFileSync(join(typescript, "lib", "typescript.js"), "utf8");
  const { code, errors } = minifySync("typescript.js", text);
  if (errors.length > 0) throw new Error(`TypeScript was not minified: ${errors[0]?.message}`);
  const ascii = code.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const [license] = /^\/\*![\s\S]*?\*\//.exec(text) ?? [];
  if (!license) throw new Error("the licence of TypeScript is not where it was");
  writeFileSync(
    join(vendor, "typescript.js"),
    `${license}\n/* Changed by cotangent: minified, and wrapped in the function that Node wraps modules in. */\n` +
      `(function (exports, require, module, __filename, __dirname) {${ascii}\n})\n`,
  );
}

/** Writes the library files in the form that `library.ts` takes. */
function vendorLibraries(): void {
  for (const [half, index] of Object.entries(indexLibraries(join(typescript, "lib")))) {
    writeFileSync(join(vendor, `lib.${half}.json`), JSON.stringify(index));
  }
}

/** Throws if a declaration file mentions TypeScript's own types: users have no `typescript` that would match them. */
function refuseLeakedTypes(): void {
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts") || name.startsWith("vendor")) continue;
    if (/["']typescript["']/.test(readFileSync(join(dist, name), "utf8"))) {
      throw new Error(`dist/${name} exposes types of TypeScript; keep them out of what the entry points export`);
    }
  }
}
