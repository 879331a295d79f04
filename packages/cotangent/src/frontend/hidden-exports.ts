/**
 * What a module keeps to itself and generated code may have to read: constants that are computed when the module loads.
 * They are exported under names that nobody else uses. Exports are live bindings, so this copies nothing and runs
 * nothing; the line is added behind the text, so that every place in the file stays where it was.
 */
import ts from "typescript";

const prefix = "__cotangent_";

/** `text` with its private computed constants exported, or `text` itself if it has none. */
export function exposeConstants(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, false);
  if (source.isDeclarationFile) return text;
  const names = source.statements.flatMap((statement) =>
    ts.isVariableStatement(statement) ? privateNames(statement) : [],
  );
  if (names.length === 0) return text;
  return `${text}\nexport { ${names.map((name) => `${name} as ${prefix}${name}`).join(", ")} };\n`;
}

function privateNames(statement: ts.VariableStatement): string[] {
  const isHidden = statement.modifiers?.some(
    (m) => m.kind === ts.SyntaxKind.ExportKeyword || m.kind === ts.SyntaxKind.DeclareKeyword,
  );
  if (isHidden) return [];
  return statement.declarationList.declarations.flatMap((d) =>
    isSelfContained(d.initializer) ? [] : boundNames(d.name),
  );
}

/** A function or a scalar literal: generated code contains it and never imports it. */
function isSelfContained(initializer: ts.Expression | undefined): boolean {
  if (!initializer) return true;
  return (
    ts.isFunctionLike(initializer) ||
    ts.isClassExpression(initializer) ||
    ts.isNumericLiteral(initializer) ||
    ts.isStringLiteralLike(initializer)
  );
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}
