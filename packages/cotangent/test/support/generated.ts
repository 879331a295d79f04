/** Running and type-checking generated TypeScript in tests. */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import * as runtime from "../../src/runtime/index.ts";

/** Strips the types of a module, runs it, and gives what it exports. `imports`: other modules, by specifier. */
export function runGenerated(
  text: string,
  imports: Record<string, unknown> = {},
): Record<string, (...args: unknown[]) => unknown> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, verbatimModuleSyntax: false },
  });
  const load = (specifier: string): unknown => {
    if (specifier === "cotangent/runtime") return runtime;
    if (!(specifier in imports)) throw new Error(`generated code imports ${specifier}`);
    return imports[specifier];
  };
  const exports: Record<string, (...args: unknown[]) => unknown> = {};
  new Function("require", "exports", outputText)(load, exports);
  return exports;
}

const folder = fileURLToPath(new URL(".", import.meta.url));
const runtimeFile = fileURLToPath(new URL("../../src/runtime/index.ts", import.meta.url));

/** What `tsc --strict` says about generated modules, all checked as one program: one message per fault. */
export function typeErrors(texts: readonly string[]): readonly string[] {
  const files = new Map(texts.map((text, i) => [`${folder}generated-${i}.ts`, text]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: [],
    paths: { "cotangent/runtime": [runtimeFile] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host });
  return [...files.keys()].flatMap((name) => {
    const file = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map((d) => {
      const line = file && d.start !== undefined ? file.text.slice(0, d.start).split("\n").length : 0;
      return `${ts.flattenDiagnosticMessageText(d.messageText, "\n")} (line ${line})\n${files.get(name)}`;
    });
  });
}
