/**
 * What a module keeps to itself and generated code may have to read: constants that are computed when the module loads,
 * and classes, by which instances are told. They are exported under names that nobody else uses. Exports are live bindings, so this copies nothing and runs
 * nothing; the line is added behind the text, so that every place in the file stays where it was.
 */
import ts from "typescript";

const prefix = "__cotangent_";

/** True for a name under which a hidden export is. */
export function isHiddenName(name: string): boolean {
  return name.startsWith(prefix);
}

/** Where this finds nothing, a file need not be parsed. */
const declares = /\b(?:const|let|var|using|class)\b/;

/**
 * The statement that exports the private computed constants and the private classes of a module, or nothing if it has none. A file with JSX is
 * left alone: development servers refresh components in place only where a module exports nothing else.
 */
export function hiddenExports(file: string, text: string): string {
  if (file.endsWith("x") || !declares.test(text)) return "";
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, false);
  const isScript = /\.c?js$/.test(file) && !ts.isExternalModule(source);
  if (source.isDeclarationFile || isScript) return "";
  const names = source.statements.flatMap(privateNames);
  return names.length === 0 ? "" : `\nexport { ${names.map((name) => `${name} as ${prefix}${name}`).join(", ")} };\n`;
}

/** `text` with its hidden exports behind it. */
export function withHiddenExports(file: string, text: string): string {
  return text + hiddenExports(file, text);
}

function privateNames(statement: ts.Statement): string[] {
  if (!ts.isVariableStatement(statement) && !ts.isClassDeclaration(statement)) return [];
  const isHidden = statement.modifiers?.some(
    (m) => m.kind === ts.SyntaxKind.ExportKeyword || m.kind === ts.SyntaxKind.DeclareKeyword,
  );
  if (isHidden) return [];
  if (ts.isClassDeclaration(statement)) return statement.name ? [statement.name.text] : [];
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
