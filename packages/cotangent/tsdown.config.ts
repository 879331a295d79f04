import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";

// TypeScript travels inside the package: the sources import it as `typescript`, and the build turns that import into
// `#typescript`, which package.json maps to a copy in `dist/vendor`. A dependency instead would replace the user's own
// `tsc` in node_modules/.bin. The copy keeps the lib files beside the compiler, which looks for them there.

const typescript = dirname(dirname(createRequire(import.meta.url).resolve("typescript")));
const dist = fileURLToPath(new URL("dist", import.meta.url));
const vendor = join(dist, "vendor", "typescript");

const libFiles = readdirSync(join(typescript, "lib")).filter((name) => /^lib\.(.+\.)?d\.ts$/.test(name));
const vendored = ["LICENSE.txt", "ThirdPartyNoticeText.txt", "lib/typescript.js", ...libFiles.map((f) => `lib/${f}`)];

export default defineConfig({
  entry: {
    index: "src/index.ts",
    node: "src/node.ts",
    "no-build/index": "src/no-build/index.ts",
    "runtime/index": "src/runtime/index.ts",
    compiler: "src/compiler.ts",
    register: "src/register.ts",
    "cli/main": "src/cli/main.ts",
    // Loaded by URL, in the thread of the hooks and in the program's.
    "plugin/hooks": "src/plugin/hooks.ts",
    "plugin/support": "src/plugin/support.ts",
    "plugin/index": "src/plugin/index.ts",
  },
  format: "esm",
  platform: "node",
  target: "node20.19",
  fixedExtension: false,
  dts: true,
  logLevel: "warn",
  copy: vendored.map((file) => ({ from: join(typescript, file), to: vendor })),
  plugins: [
    {
      name: "vendored-typescript",
      resolveId: {
        order: "pre",
        filter: { id: /^typescript$/ },
        // Without side effects, so that declarations drop the import where they do not use it.
        handler: () => ({ id: "#typescript", external: true, moduleSideEffects: false }),
      },
    },
  ],
  hooks: {
    "build:done": () => {
      // The package is of type "module", the compiler's file is not.
      writeFileSync(join(vendor, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
      refuseLeakedTypes();
    },
  },
});

/** Throws if a declaration file mentions TypeScript's own types: users have no `typescript` that would match them. */
function refuseLeakedTypes(): void {
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts") || name.startsWith("vendor")) continue;
    if (/["']#?typescript["']/.test(readFileSync(join(dist, name), "utf8"))) {
      throw new Error(`dist/${name} exposes types of TypeScript; keep them out of what the entry points export`);
    }
  }
}
