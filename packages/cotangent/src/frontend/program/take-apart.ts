/**
 * Generated code as parts that can be run where nothing can be imported from text: what it imports and exports, and
 * JavaScript for the rest. Blanks take the place of types and of all else that is left out, so that every place of the code
 * is where it was, and the map of the text is that of the code. The back end writes a small part of TypeScript; what is not
 * of it is refused, since that can only be a defect of ours.
 */
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

/** What is left out of a text; a type that goes over several lines has the parenthesis before it at its end. */
interface Erased {
  readonly start: number;
  readonly end: number;
  readonly last?: string;
}

/** Takes a generated module apart. Throws TypeError for what generated code does not have. */
export function takeApart(text: string): ModuleParts {
  const source = ts.createSourceFile("generated.ts", text, ts.ScriptTarget.ES2022, false, ts.ScriptKind.TS);
  const imports: ImportedName[] = [];
  const exports: ExportedName[] = [];
  const erased: Erased[] = [];
  const kept: ts.Node[] = [];
  const erase = (node: ts.Node): void => void erased.push({ start: node.getStart(source), end: node.end });
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      imports.push(...importedNames(statement));
      erase(statement);
    } else if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    ) {
      for (const { name, propertyName } of statement.exportClause.elements) {
        exports.push({ exported: name.text, local: (propertyName ?? name).text });
      }
      erase(statement);
    } else if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) {
      throw new TypeError("generated code exports functions by name");
    } else {
      kept.push(statement);
      if (!ts.isFunctionDeclaration(statement) || !statement.name) continue;
      const modifier = statement.modifiers?.find((m) => m.kind === ts.SyntaxKind.ExportKeyword);
      if (!modifier) continue;
      exports.push({ exported: statement.name.text, local: statement.name.text });
      erase(modifier);
    }
  }
  return { imports, exports, code: without(text, [...erased, ...typesIn(kept, source)]) };
}

function without(text: string, erased: readonly Erased[]): string {
  let code = "";
  let from = 0;
  for (const { start, end, last = "" } of [...erased].sort((a, b) => a.start - b.start)) {
    const blank = text.slice(start, end - last.length).replace(/[^\n]/g, " ");
    code += text.slice(from, start) + blank + last;
    from = end;
  }
  return code + text.slice(from);
}

/** Where types are in statements, and nothing but types. */
function typesIn(statements: readonly ts.Node[], { text }: ts.SourceFile): readonly Erased[] {
  const found: Erased[] = [];
  // An explicit stack: generated code nests deeper than calls may.
  const pending = [...statements];
  const after = (end: number, mark: string): number => text.indexOf(mark, end) + mark.length;
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      found.push({ start: node.pos, end: node.end });
      continue;
    }
    if (isForeign(node)) throw new TypeError(`generated code has no ${ts.SyntaxKind[node.kind]}`);
    if (ts.isAsExpression(node) || ts.isNonNullExpression(node)) {
      found.push({ start: node.expression.end, end: node.end });
      pending.push(node.expression);
      continue;
    }
    const lists = node as {
      readonly typeParameters?: ts.NodeArray<ts.Node>;
      readonly typeArguments?: ts.NodeArray<ts.Node>;
    };
    for (const list of [lists.typeParameters, lists.typeArguments])
      if (list) found.push({ start: list.pos - 1, end: after(list.end, ">") });
    if (ts.isParameter(node) || ts.isVariableDeclaration(node)) {
      const end = node.type?.end ?? (ts.isParameter(node) ? node.questionToken?.end : undefined);
      if (end !== undefined) found.push({ start: node.name.end, end });
    } else if (ts.isFunctionLike(node) && node.type) {
      const closed = after(node.parameters.end, ")");
      // No line may end between the parameters of an arrow function and its arrow.
      const isLong = ts.isArrowFunction(node) && text.slice(closed, node.type.end).includes("\n");
      found.push({ start: isLong ? closed - 1 : closed, end: node.type.end, ...(isLong && { last: ")" }) });
    }
    node.forEachChild((child) => {
      if (!ts.isTypeNode(child) && !ts.isTypeParameterDeclaration(child)) pending.push(child);
    });
  }
  return found;
}

/** Syntax of TypeScript that runs, or that stands in other places than those that are looked at. */
function isForeign(node: ts.Node): boolean {
  return (
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isClassLike(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isImportEqualsDeclaration(node) ||
    (ts.isFunctionLike(node) && !ts.isTypeNode(node) && !("body" in node && node.body))
  );
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
