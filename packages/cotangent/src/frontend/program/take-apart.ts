/**
 * Generated code as parts that can be run where nothing can be imported from text: what it imports and exports, and
 * JavaScript for the rest. Blanks take the place of types and of all else that is left out, so that every place of the code
 * is where it was, and the map of the text is that of the code.
 */
import { blankSourceFile } from "ts-blank-space";
import ts from "typescript";

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

/** A module as parts: what it imports by name, what it exports, and JavaScript for the rest. */
export interface ModuleParts {
  readonly imports: readonly ImportedName[];
  readonly exports: readonly ExportedName[];
  /** As long as the text, with everything where it was. */
  readonly code: string;
}

/** Takes a generated module apart. Throws TypeError for what generated code does not have. */
export function takeApart(text: string): ModuleParts {
  const source = ts.createSourceFile("generated.ts", text, ts.ScriptTarget.ES2022, false, ts.ScriptKind.TS);
  const imports: ImportedName[] = [];
  const exports: ExportedName[] = [];
  const left: ts.Node[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      imports.push(...importedNames(statement));
      left.push(statement);
    } else if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    ) {
      for (const { name, propertyName } of statement.exportClause.elements) {
        exports.push({ exported: name.text, local: (propertyName ?? name).text });
      }
      left.push(statement);
    } else if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) {
      throw new TypeError("generated code exports functions by name");
    } else if (ts.isFunctionDeclaration(statement) && statement.name) {
      const modifier = statement.modifiers?.find((m) => m.kind === ts.SyntaxKind.ExportKeyword);
      if (!modifier) continue;
      exports.push({ exported: statement.name.text, local: statement.name.text });
      left.push(modifier);
    }
  }
  const erased = blankSourceFile(source, (node) => {
    throw new TypeError(`generated code has no ${ts.SyntaxKind[node.kind]}`);
  });
  return { imports, exports, code: without(erased, left, source) };
}

/** `text` with blanks in the place of `nodes`, which are in order. */
function without(text: string, nodes: readonly ts.Node[], source: ts.SourceFile): string {
  let code = "";
  let from = 0;
  for (const node of nodes) {
    const start = node.getStart(source);
    code += text.slice(from, start) + text.slice(start, node.end).replace(/[^\n]/g, " ");
    from = node.end;
  }
  return code + text.slice(from);
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
