import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

test.each([
  ["the verbs have the types that the editor should show", "verbs.test-d.ts"],
  ["rules have the types that their functions ask for", "rules.test-d.ts"],
  ["a function that arrives as a parameter has them, too", "differentiable.test-d.ts"],
])("%s", { timeout: 120_000 }, (_, name) => {
  const here = dirname(fileURLToPath(import.meta.url));
  const config = join(here, "../../tsconfig.json");
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    dirname(config),
  );
  const file = join(here, name);
  const program = ts.createProgram([file], options);
  const found = program.getSemanticDiagnostics(program.getSourceFile(file));
  expect(
    ts.formatDiagnostics(found, {
      getCanonicalFileName: (f) => f,
      getCurrentDirectory: () => here,
      getNewLine: () => "\n",
    }),
  ).toBe("");
});
