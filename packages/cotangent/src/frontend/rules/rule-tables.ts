/**
 * Rules for functions as their own package has them. `useRules(table)` at the top of a module says that calls in it of the
 * functions that the entries of a table were made of are calls of the entries:
 *
 *     import { bump } from "bessel";              // bessel-rules: export const rules = { bump: customVjp(bump, …) }
 *     import { rules } from "bessel-rules";
 *     useRules(rules);                            // from here on `bump(x)` has the rule
 *
 * What a call means is then seen in its own module, as an import is, and no call can miss a rule that was registered
 * somewhere else. A call in another module is differentiated as ever, or refused, and not wrong either.
 */
import ts from "typescript";
import { type Context, quote, type RuledFunction, refuse } from "../context.ts";
import { packageFunction } from "../functions/call.ts";
import { useRulesName } from "../program/outline.ts";
import { bare } from "../syntax/scan.ts";
import { makeRuled, ruleVerb } from "./rules.ts";

type Checked = Pick<Context, "checker">;

const tables = new WeakMap<ts.SourceFile, { readonly checker: ts.TypeChecker; readonly entries: Entries }>();

/** The calls that make functions with rules, by the functions that they are made of. */
type Entries = ReadonlyMap<ts.Symbol, ts.CallExpression>;

/**
 * The call that made the function with a rule which stands for the function `symbol` where `node` mentions it; undefined if
 * none does. Refuses tables that cannot be read.
 */
export function ruleInUse(cx: Checked, symbol: ts.Symbol, node: ts.Expression): ts.CallExpression | undefined {
  const file = node.getSourceFile();
  const known = tables.get(file);
  const { entries } = known?.checker === cx.checker ? known : { entries: readTables(cx, file) };
  tables.set(file, { checker: cx.checker, entries });
  const found = entries.get(symbol);
  return found && !isMadeOf(cx, node) ? found : undefined;
}

/** The function with a rule that stands for the function `symbol` where `node` mentions it, if one does. */
export function ruledInUse(cx: Context, symbol: ts.Symbol, node: ts.Expression): RuledFunction | undefined {
  const call = ruleInUse(cx, symbol, node);
  return call && makeRuled(cx, call, verbOf(cx, call) as NonNullable<ReturnType<typeof verbOf>>);
}

/** True for what a function with a rule is made of, which is the function itself. */
function isMadeOf(cx: Checked, node: ts.Expression): boolean {
  const { parent } = node;
  return ts.isCallExpression(parent) && parent.arguments[0] === node && verbOf(cx, parent) !== undefined;
}

function verbOf(cx: Checked, call: ts.CallExpression): ReturnType<typeof ruleVerb> {
  return ruleVerb(packageFunction(cx, bare(call.expression))?.name ?? "");
}

function readTables(cx: Checked, file: ts.SourceFile): Entries {
  const entries = new Map<ts.Symbol, ts.CallExpression>();
  for (const statement of file.statements) {
    const call = ts.isExpressionStatement(statement) ? bare(statement.expression) : undefined;
    if (!call || !ts.isCallExpression(call)) continue;
    if (packageFunction(cx, bare(call.expression))?.name !== useRulesName) continue;
    for (const table of call.arguments) {
      const before = entries.size;
      for (const made of callsIn(cx, table)) {
        const original = originalOf(cx, made);
        if (original) entries.set(original, made);
      }
      if (entries.size === before) refuse(table, "rule-table", quote(table));
    }
  }
  return entries;
}

/** The calls that make functions with rules, in a table: an object or a list of them, a constant of one, or a module. */
function callsIn(cx: Checked, table: ts.Expression, open: readonly ts.Symbol[] = []): readonly ts.CallExpression[] {
  const inner = bare(table);
  if (ts.isCallExpression(inner)) return verbOf(cx, inner) ? [inner] : [];
  if (ts.isArrayLiteralExpression(inner))
    return inner.elements.flatMap((e) => callsIn(cx, ts.isSpreadElement(e) ? e.expression : e, open));
  if (ts.isObjectLiteralExpression(inner)) {
    return inner.properties.flatMap((p) => {
      if (ts.isPropertyAssignment(p)) return callsIn(cx, p.initializer, open);
      if (ts.isSpreadAssignment(p)) return callsIn(cx, p.expression, open);
      return ts.isShorthandPropertyAssignment(p) ? callsOf(cx, symbolAt(cx, p.name), open) : [];
    });
  }
  return callsOf(cx, symbolAt(cx, inner), open);
}

function callsOf(cx: Checked, symbol: ts.Symbol | undefined, open: readonly ts.Symbol[]): readonly ts.CallExpression[] {
  if (!symbol || open.includes(symbol)) return [];
  const within = [...open, symbol];
  if (symbol.flags & ts.SymbolFlags.ValueModule)
    return cx.checker.getExportsOfModule(symbol).flatMap((e) => callsOf(cx, behindAlias(cx, e), within));
  return (symbol.declarations ?? []).flatMap((declaration) => {
    const isConstant =
      ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
    const value = isConstant || ts.isPropertyAssignment(declaration) ? declaration.initializer : undefined;
    const exported = ts.isExportAssignment(declaration) ? declaration.expression : undefined;
    const expression = value ?? exported;
    return expression ? callsIn(cx, expression, within) : [];
  });
}

/** The function that a call makes a function with a rule of, `inactive` or not. */
function originalOf(cx: Checked, call: ts.CallExpression): ts.Symbol | undefined {
  const [first] = call.arguments;
  const inner = first && bare(first);
  if (inner && ts.isCallExpression(inner)) return verbOf(cx, inner) === "inactive" ? originalOf(cx, inner) : undefined;
  return inner && symbolAt(cx, inner);
}

function symbolAt(cx: Checked, node: ts.Expression): ts.Symbol | undefined {
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return undefined;
  const name = ts.isIdentifier(node) ? node : node.name;
  const isShorthand = ts.isShorthandPropertyAssignment(name.parent) && name.parent.name === name;
  const symbol = isShorthand
    ? cx.checker.getShorthandAssignmentValueSymbol(name.parent)
    : cx.checker.getSymbolAtLocation(name);
  return symbol && behindAlias(cx, symbol);
}

function behindAlias({ checker }: Checked, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
