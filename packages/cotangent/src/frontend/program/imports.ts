/** What the imports of a program's files lead to, for those who resolve imports by other rules. */
import ts from "typescript";
import { slashed } from "./own-package.ts";
import { internals, type SourceProgram } from "./source.ts";

/** An import as written in a file, and the file that it leads to. */
export interface Import {
  readonly specifier: string;
  readonly importer: string;
  readonly file: string;
}

/** The imports between files with code, of those `files` of the program that `file` is part of. Types are left out. */
export function importsAmong(source: SourceProgram, file: string, files: readonly string[]): readonly Import[] {
  const { program, checker } = internals(source, file, []);
  return files.flatMap((importer) => {
    const tree = program.getSourceFile(importer);
    if (!tree || tree.isDeclarationFile) return [];
    return tree.statements.flatMap((statement) => {
      const specifier = runningSpecifier(statement);
      const module = specifier && checker.getSymbolAtLocation(specifier)?.declarations?.[0]?.getSourceFile();
      if (!module || module.isDeclarationFile) return [];
      return [{ specifier: specifier.text, importer, file: slashed(module.fileName) }];
    });
  });
}

function runningSpecifier(statement: ts.Statement): ts.StringLiteral | undefined {
  const isImport = ts.isImportDeclaration(statement);
  if (!isImport && !ts.isExportDeclaration(statement)) return undefined;
  const isTypeOnly = isImport
    ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    : statement.isTypeOnly;
  const { moduleSpecifier } = statement;
  return !isTypeOnly && moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier : undefined;
}
