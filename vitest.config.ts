import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const here = fileURLToPath(new URL(".", import.meta.url));
const src = `${here}packages/cotangent/src`;

/**
 * Files of tests that change what a process has for all: that register an elemental, install what compiles for verbs at
 * run time, take `Function` away, or collect all garbage, which takes as long as the process is large. They get processes of
 * their own. All others share one for each worker, which loads TypeScript and the compiler once and has them warm: with a
 * process for each file two fifths of the time went into that.
 */
const alone = ["src", "test"].flatMap((folder) => {
  const files = readdirSync(`${here}packages/cotangent/${folder}`, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => `packages/cotangent/${folder}/${file.replaceAll("\\", "/")}`)
    .filter((file) => changesProcess(readFileSync(here + file, "utf8")));
});

function changesProcess(text: string): boolean {
  return /\b(registerPrimitive|installCompiler|globalThis\.Function)\b|--expose-gc|\/(node|fuzz\/run|no-build\/\w+)\.ts"|"\.\/run\.ts"/.test(
    text,
  );
}

const ownProcess = "own process";

/**
 * The file that takes longest, a quarter of all, and one that collects all garbage again and again to see what is kept,
 * which takes as long as the process is large.
 */
const first = /\/test\/(corpus|compare)\.test\.ts$/;
/** Of files whose times are not known, in a fresh clone, this one comes next. */
const long = /\/test\/higher-order\.test\.ts$/;

function turnOf({ moduleId, project }: TestSpecification): number {
  if (first.test(moduleId)) return 0;
  if (project.name === ownProcess) return 1;
  return long.test(moduleId) ? 2 : 3;
}

/**
 * What takes longest first, so that no worker is left with it when the others have nothing to do. Files of one project
 * stand together: a process that files share ends when the next file in the row wants one of its own, and all that was
 * warm in it is lost.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => turnOf(a) - turnOf(b));
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
      { extends: true, test: { ...shared, name: ownProcess, include: alone } },
    ],
  },
});
