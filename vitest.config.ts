import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const here = fileURLToPath(new URL(".", import.meta.url));
const src = `${here}packages/cotangent/src`;

/**
 * Files of tests that change what a process has for all: that register an elemental, install what compiles for verbs at
 * run time, or take `Function` away. They get processes of their own. All others share one for each worker, which loads TypeScript and the
 * compiler once and has them warm: with a process for each file two fifths of the time went into that.
 */
const alone = ["src", "test"].flatMap((folder) => {
  const files = readdirSync(`${here}packages/cotangent/${folder}`, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => `packages/cotangent/${folder}/${file.replaceAll("\\", "/")}`)
    .filter((file) => changesProcess(readFileSync(here + file, "utf8")));
});

function changesProcess(text: string): boolean {
  return /\b(registerPrimitive|installCompiler|globalThis\.Function)\b|\/(node|fuzz\/run|no-build\/\w+)\.ts"|"\.\/run\.ts"/.test(
    text,
  );
}

/** Of files whose times are not known, in a fresh clone, these take longest. */
const longest = /\/test\/(corpus|higher-order)\.test\.ts$/;

/** Starts what takes longest first, so that no worker is left with it when the others have nothing to do. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter((f) => longest.test(f.moduleId)), ...sorted.filter((f) => !longest.test(f.moduleId))];
  }
}

const shared = {
  testTimeout: 30_000,
  // Compiling makes much that lives shortly: a tenth of the time went into moving it about.
  execArgv: ["--max-semi-space-size=64", "--min-semi-space-size=64"],
};

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
    // By default one processor is left idle, which is half of a small machine.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: "one process",
          include: ["packages/cotangent/src/**/*.test.ts", "packages/cotangent/test/**/*.test.ts"],
          exclude: alone,
          isolate: false,
        },
      },
      { extends: true, test: { ...shared, name: "own process", include: alone } },
    ],
  },
});
