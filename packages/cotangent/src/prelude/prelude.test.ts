import ts from "typescript";
import { expect, test } from "vitest";
import { hostText, preludeText } from "./index.ts";

test("the prelude is well-typed TypeScript, under the strictest options a program may have", () => {
  const options: ts.CompilerOptions = {
    strict: true,
    noUnusedLocals: true,
    noImplicitReturns: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    types: [],
    noEmit: true,
  };
  const texts = new Map([
    ["/array.ts", preludeText],
    ["/host.d.ts", hostText],
  ]);
  const host = ts.createCompilerHost(options, true);
  const { getSourceFile } = host;
  host.getSourceFile = (file, version) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile.call(host, file, version)
      : ts.createSourceFile(file, text, version, true);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const found = ts.getPreEmitDiagnostics(program).filter((d) => d.file && texts.has(d.file.fileName));
  expect(found.map((d) => ts.flattenDiagnosticMessageText(d.messageText, " "))).toEqual([]);
});
