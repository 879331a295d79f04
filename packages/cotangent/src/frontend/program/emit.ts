/**
 * From TypeScript to what an engine runs: types erased, enums and decorators turned into code, with the map back to the
 * source. And a module taken apart, so that generated code can be run where nothing can be imported from text.
 */
import remapping, { type SourceMapInput } from "@jridgewell/remapping";
import ts from "typescript";
import type { SourceMap } from "../../core/source-map.ts";

export interface TranspileOptions {
  /** The path of the text, which the source map names by its last part. */
  readonly file: string;
  /** The map of the text, if that was made of others: the result maps to those. */
  readonly map?: SourceMap | undefined;
  readonly experimentalDecorators?: boolean;
}

/** JavaScript and the map from it to what it was made of. */
export interface Transpiled {
  /** Without a comment that names the map. */
  readonly code: string;
  readonly map: SourceMap;
}

/** JavaScript (an ECMAScript module) for a TypeScript module. Types are not checked; imports that only types need are left out. */
export function transpile(text: string, options: TranspileOptions): Transpiled {
  const { file, map, experimentalDecorators = false } = options;
  return emit(text, file, map, {
    moduleDetection: ts.ModuleDetectionKind.Force,
    experimentalDecorators,
    emitDecoratorMetadata: experimentalDecorators,
    ...(file.endsWith("x") ? { jsx: ts.JsxEmit.ReactJSX } : {}),
  });
}

/** The same as the body of a function of `require` and `exports`. */
export function transpileToFunctionBody(text: string, { file, map }: TranspileOptions): Transpiled {
  return emit(text, file, map, { module: ts.ModuleKind.CommonJS, moduleDetection: ts.ModuleDetectionKind.Force });
}

function emit(text: string, file: string, map: SourceMap | undefined, options: ts.CompilerOptions): Transpiled {
  const { outputText, sourceMapText } = ts.transpileModule(text, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      inlineSources: true,
      ...options,
    },
  });
  if (sourceMapText === undefined) throw new Error(`${file} was transpiled without a map`);
  const own = JSON.parse(sourceMapText) as SourceMap;
  return {
    code: outputText.slice(0, outputText.lastIndexOf("//# sourceMappingURL=")),
    map: map ? compose(own, map) : own,
  };
}

/** The map to what `inner` maps to, from a text that `outer` maps to the one that `inner` is of. */
function compose(outer: SourceMap, inner: SourceMap): SourceMap {
  // Its types ask for lists that may be changed; they are not.
  const input = (map: SourceMap): SourceMapInput => map as SourceMapInput;
  const text = remapping(input(outer), (_, { depth }) => (depth === 1 ? input(inner) : undefined)).toString();
  return JSON.parse(text) as SourceMap;
}

/** A name that a module imports, with the name it has there. */
interface ImportedName {
  readonly specifier: string;
  readonly imported: string;
  readonly local: string;
}

/** A name that a module exports, with the name of what it exports. */
interface ExportedName {
  readonly exported: string;
  readonly local: string;
}

/** A module as parts: what it imports by name, what it exports, and JavaScript for the rest, with its map. */
export interface ModuleParts extends Transpiled {
  readonly imports: readonly ImportedName[];
  readonly exports: readonly ExportedName[];
}

/**
 * Takes a generated module apart, which has the given map. Throws TypeError for a form of import or export that
 * generated code does not have.
 */
export function takeApart(text: string, map?: SourceMap): ModuleParts {
  const file = "generated.ts";
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, false, ts.ScriptKind.TS);
  const imports: ImportedName[] = [];
  const exports: ExportedName[] = [];
  let kept = "";
  let from = 0;
  // Blanks take the place of what is left out, so that the map holds for the rest.
  const blank = (start: number, end: number): void => {
    kept += text.slice(from, start) + text.slice(start, end).replace(/[^\n]/g, " ");
    from = end;
  };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      imports.push(...importedNames(statement));
      blank(statement.getStart(source), statement.end);
    } else if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    ) {
      for (const { name, propertyName } of statement.exportClause.elements) {
        exports.push({ exported: name.text, local: (propertyName ?? name).text });
      }
      blank(statement.getStart(source), statement.end);
    } else if (ts.isFunctionDeclaration(statement) && statement.name) {
      const modifier = statement.modifiers?.find((m) => m.kind === ts.SyntaxKind.ExportKeyword);
      if (!modifier) continue;
      exports.push({ exported: statement.name.text, local: statement.name.text });
      blank(modifier.getStart(source), modifier.end);
    } else if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) {
      throw new TypeError("generated code exports functions by name");
    }
  }
  kept += text.slice(from);
  const emitted = emit(kept, file, map, {});
  return { imports, exports, ...emitted, code: emitted.code.replace(/^export \{\};$/m, "") };
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
