/**
 * From TypeScript to what an engine runs: types erased, enums and decorators turned into code, with the map back to the
 * source. And a module taken apart, so that generated code can be run where nothing can be imported from text.
 */
import ts from "typescript";

export interface TranspileOptions {
  /** The path that the source map names. */
  readonly file: string;
  readonly compilerOptions?: { readonly experimentalDecorators?: boolean; readonly jsx?: boolean };
}

/** JavaScript (an ECMAScript module) for a TypeScript module, with an inline source map. Types are not checked. */
export function transpile(text: string, { file, compilerOptions = {} }: TranspileOptions): string {
  const { outputText } = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: false,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleDetection: ts.ModuleDetectionKind.Force,
      experimentalDecorators: compilerOptions.experimentalDecorators ?? false,
      emitDecoratorMetadata: compilerOptions.experimentalDecorators ?? false,
      ...(file.endsWith("x") ? { jsx: ts.JsxEmit.ReactJSX } : {}),
      inlineSourceMap: true,
      inlineSources: true,
    },
  });
  return outputText;
}

/** A name that a module imports, with the name it has there. */
export interface ImportedName {
  readonly specifier: string;
  readonly imported: string;
  readonly local: string;
}

/** A name that a module exports, with the name of what it exports. */
export interface ExportedName {
  readonly exported: string;
  readonly local: string;
}

/** A module as parts: what it imports by name, what it exports, and JavaScript for the rest. */
export interface ModuleParts {
  readonly imports: readonly ImportedName[];
  readonly exports: readonly ExportedName[];
  readonly code: string;
}

/** Takes a generated module apart. Throws TypeError for a form of import or export that generated code does not have. */
export function takeApart(text: string): ModuleParts {
  const source = ts.createSourceFile("generated.ts", text, ts.ScriptTarget.ES2022, false, ts.ScriptKind.TS);
  const imports: ImportedName[] = [];
  const exports: ExportedName[] = [];
  let kept = "";
  let from = 0;
  const skip = (start: number, end: number): void => {
    kept += text.slice(from, start);
    from = end;
  };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      imports.push(...importedNames(statement));
      skip(statement.getStart(source), statement.end);
    } else if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    ) {
      for (const { name, propertyName } of statement.exportClause.elements) {
        exports.push({ exported: name.text, local: (propertyName ?? name).text });
      }
      skip(statement.getStart(source), statement.end);
    } else if (ts.isFunctionDeclaration(statement) && statement.name) {
      const modifier = statement.modifiers?.find((m) => m.kind === ts.SyntaxKind.ExportKeyword);
      if (!modifier) continue;
      exports.push({ exported: statement.name.text, local: statement.name.text });
      skip(modifier.getStart(source), modifier.end);
    } else if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) {
      throw new TypeError("generated code exports functions by name");
    }
  }
  kept += text.slice(from);
  const { outputText } = ts.transpileModule(kept, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  return { imports, exports, code: outputText.replace(/^export \{\};$/m, "") };
}

function importedNames(statement: ts.ImportDeclaration): ImportedName[] {
  const { importClause, moduleSpecifier } = statement;
  const specifier = (moduleSpecifier as ts.StringLiteral).text;
  if (!importClause || importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const found = importClause.name ? [{ specifier, imported: "default", local: importClause.name.text }] : [];
  const { namedBindings } = importClause;
  if (!namedBindings) return found;
  if (!ts.isNamedImports(namedBindings)) throw new TypeError("generated code imports by name");
  const named = namedBindings.elements.filter((e) => !e.isTypeOnly);
  return [
    ...found,
    ...named.map((e) => ({ specifier, imported: (e.propertyName ?? e.name).text, local: e.name.text })),
  ];
}
