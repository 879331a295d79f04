import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("packages/cotangent/src", import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run on the sources, whatever `dist` holds. The same names as in packages/cotangent/tsconfig.json.
    alias: [
      { find: /^cotangent$/, replacement: `${src}/index.ts` },
      { find: /^cotangent\/runtime$/, replacement: `${src}/runtime/index.ts` },
      { find: /^cotangent\/overload$/, replacement: `${src}/overload/index.ts` },
      { find: /^cotangent\/(compiler|register)$/, replacement: `${src}/$1.ts` },
    ],
  },
  test: {
    include: ["packages/cotangent/src/**/*.test.ts", "packages/cotangent/test/**/*.test.ts"],
    testTimeout: 30_000,
    // Compiling makes much that lives shortly: a tenth of the time went into moving it about.
    execArgv: ["--max-semi-space-size=64"],
    // By default one processor is left idle, which is half of a small machine.
    maxWorkers: "100%",
  },
});
