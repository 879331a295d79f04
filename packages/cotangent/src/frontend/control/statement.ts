/**
 * Statements. What follows an `if` of which one branch certainly leaves is nested into the other branch; what follows a
 * statement that may have left runs under a test of the exit code. An error is remembered and lowering goes on with the
 * next statement, with the variables it would have assigned marked, so that one mistake is reported once.
 */
import ts from "typescript";
import { CotangentError } from "../../core/errors.ts";
import type { Type } from "../../ir/types.ts";
import { AlreadyReported, type Context, NothingFollows, type Operand, quote, refuse } from "../context.ts";
import { absorb, branch, goOn, inRow, leave, type Row, stop, whenRunning } from "../flow.ts";
import { assignVariable, hoistCells, initialise } from "../functions/cells.ts";
import { predefinedMember } from "../library/predefined.ts";
import { isPredefined, resolveSymbol } from "../modules/globals.ts";
import { heldClass } from "../objects/classes.ts";
import { assignedIn, bare, isVar, runsOn } from "../syntax/scan.ts";
import { tryType } from "../types/types.ts";
import { named } from "../values/assignment.ts";
import { lowerExpression } from "../values/expression.ts";
import { type Bind, bindPattern } from "../values/pattern.ts";
import { lowerCondition } from "./condition.ts";
import { lowerForIn, lowerForOf } from "./iteration.ts";
import { lowerFor, lowerWhile } from "./loops.ts";
import { resumable } from "./resume.ts";
import { lowerSwitch } from "./switch.ts";
import { lowerThrow } from "./thrown.ts";
import { lowerTry } from "./try.ts";

const { SyntaxKind: K } = ts;

/** Lowers statements in order, as far as control reaches them. */
export function lowerStatements(cx: Context, statements: readonly ts.Statement[]): void {
  inRow(cx, (row) => lowerInRow(cx, statements, row));
}

function lowerInRow(cx: Context, statements: readonly ts.Statement[], row: Row): void {
  for (let i = 0; i < statements.length; i++) {
    const { codes } = cx.flow.exit;
    if (!codes.has(0)) return;
    if (codes.size > 1) {
      const rest = statements.slice(i);
      whenRunning(cx, () => goOn(cx, row, (inner) => lowerInRow(cx, rest, inner)));
      return;
    }
    const statement = statements[i] as ts.Statement;
    const rest = statements.slice(i + 1);
    let nested = false;
    recovering(cx, statement, () => {
      if (ts.isIfStatement(statement)) nested = lowerIf(cx, statement, rest, row);
      else lowerStatement(cx, statement, []);
      return undefined;
    });
    if (nested) return;
  }
}

/** Runs `lower`; remembers a diagnostic it throws and goes on after the statement. */
function recovering(cx: Context, statement: ts.Statement, lower: () => undefined): void {
  const { b, flow, frame } = cx;
  const { depth } = cx.session;
  try {
    resumable(cx, lower);
  } catch (error) {
    if (error instanceof NothingFollows) {
      stop(cx);
      return;
    }
    if (!(error instanceof CotangentError || error instanceof AlreadyReported)) throw error;
    if (error instanceof CotangentError) cx.session.collect(error);
    cx.b = b;
    cx.flow = flow;
    cx.frame = frame;
    cx.session.depth = depth;
    cx.failed = true;
    markFailed(cx, statement);
  }
}

const failed: Operand = { kind: "poison", code: "reported", detail: "" };

function markFailed(cx: Context, statement: ts.Statement): void {
  for (const symbol of assignedIn(cx, statement)) {
    const variable = cx.frame.find(symbol);
    if (variable && cx.flow.values.has(variable)) cx.write(variable, failed);
  }
  if (ts.isVariableStatement(statement)) {
    for (const d of statement.declarationList.declarations) failNames(cx, d.name);
  }
  if (ts.isReturnStatement(statement)) {
    cx.write(cx.frame.result, failed);
    leave(cx, cx.frame.returnCode);
  }
}

function failNames(cx: Context, name: ts.BindingName): void {
  if (ts.isIdentifier(name)) declareLeaf(cx, name, failed);
  else for (const e of name.elements) if (ts.isBindingElement(e)) failNames(cx, e.name);
}

/** The body of a loop or a branch. */
export function lowerBody(cx: Context, statement: ts.Statement): void {
  if (ts.isBlock(statement)) lowerBlock(cx, statement.statements);
  else lowerStatements(cx, [statement]);
}

/** A block, with the functions that it declares. */
export function lowerBlock(cx: Context, statements: readonly ts.Statement[]): void {
  hoistFunctions(cx, statements);
  lowerStatements(cx, statements);
}

/** Function declarations are there before the first statement of their block runs. */
export function hoistFunctions(cx: Context, statements: readonly ts.Statement[]): void {
  hoistCells(cx, statements);
  for (const s of statements) {
    if (ts.isFunctionDeclaration(s) && s.name && s.body) {
      const symbol = cx.checker.getSymbolAtLocation(s.name);
      const fn: Operand = { kind: "user", node: s, frame: cx.frame };
      initialise(cx, cx.declare(symbol, s.name.text), fn, s);
    }
  }
}

/** Lowers an `if`; returns true if it took the statements that follow into one of its branches. */
function lowerIf(cx: Context, node: ts.IfStatement, rest: readonly ts.Statement[], row: Row): boolean {
  return cx.at(node.expression, () => {
    const condition = lowerCondition(cx, node.expression);
    const { thenStatement, elseStatement } = node;
    const thenRuns = runsOn(thenStatement);
    const elseRuns = !elseStatement || runsOn(elseStatement);
    const takesRest = rest.length > 0 && thenRuns !== elseRuns;
    const lower = (within: Row): void =>
      void branch(
        cx,
        condition,
        () => lowerThenRest(cx, thenStatement, takesRest && thenRuns ? rest : [], within),
        () => lowerThenRest(cx, elseStatement, takesRest && elseRuns ? rest : [], within),
      );
    // What follows and is not part of the row finds all of the row done.
    if (takesRest || rest.length === 0) lower(row);
    else inRow(cx, lower);
    return takesRest;
  });
}

function lowerThenRest(
  cx: Context,
  first: ts.Statement | undefined,
  rest: readonly ts.Statement[],
  row: Row,
): undefined {
  const next = (statements: readonly ts.Statement[]): void =>
    goOn(cx, row, (inner) => lowerInRow(cx, statements, inner));
  if (first && ts.isIfStatement(first)) {
    next([first, ...rest]);
    return undefined;
  }
  if (first) lowerBody(cx, first);
  if (rest.length > 0) whenRunning(cx, () => next(rest));
  return undefined;
}

function lowerStatement(cx: Context, node: ts.Statement, labels: readonly string[]): void {
  cx.at(node, () => lowerKind(cx, node, labels));
}

function lowerKind(cx: Context, node: ts.Statement, labels: readonly string[]): void {
  if (ts.isVariableStatement(node)) lowerDeclarations(cx, node.declarationList);
  else if (ts.isExpressionStatement(node)) lowerExpression(cx, node.expression, true);
  else if (ts.isReturnStatement(node)) lowerReturn(cx, node);
  else if (ts.isBlock(node)) lowerBlock(cx, node.statements);
  else if (ts.isIfStatement(node)) inRow(cx, (row) => void lowerIf(cx, node, [], row));
  else if (ts.isForStatement(node)) lowerFor(cx, node, labels);
  else if (ts.isForOfStatement(node)) lowerForOf(cx, node, labels);
  else if (ts.isForInStatement(node)) lowerForIn(cx, node, labels);
  else if (ts.isWhileStatement(node) || ts.isDoStatement(node)) lowerWhile(cx, node, labels);
  else if (ts.isSwitchStatement(node)) lowerSwitch(cx, node, labels);
  else if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) lowerJump(cx, node);
  else if (ts.isLabeledStatement(node)) lowerLabeled(cx, node, labels);
  else if (ts.isThrowStatement(node)) lowerThrow(cx, node);
  else if (ts.isTryStatement(node)) lowerTry(cx, node);
  else lowerRare(node);
}

function lowerRare(node: ts.Statement): undefined {
  switch (node.kind) {
    case K.FunctionDeclaration: // hoisted
    case K.EmptyStatement:
    case K.InterfaceDeclaration:
    case K.TypeAliasDeclaration:
    case K.EnumDeclaration:
    case K.ClassDeclaration:
    case K.DebuggerStatement:
      return;
    case K.WithStatement:
      return refuse(node, "statement", "`with`");
    default:
      return refuse(node, "statement", quote(node));
  }
}

// ------------------------------------------------------------------------------------------------------- Declarations

export function lowerDeclarations(cx: Context, list: ts.VariableDeclarationList): void {
  if (
    (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Using ||
    (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing
  ) {
    refuse(list, "statement", "`using`");
  }
  for (const d of list.declarations) {
    if (!d.initializer) declareUninitialised(cx, d, list);
    else if (heldClass(d)) continue;
    else if (ts.isObjectBindingPattern(d.name) && takeFromPredefined(cx, d.name, d.initializer)) continue;
    else {
      const operand = lowerExpression(cx, d.initializer);
      bindPattern(cx, d.name, operand, leafDeclarer(cx));
    }
  }
}

/** `const { sin, PI } = Math`: true if `from` is such a predefined object. */
function takeFromPredefined(cx: Context, pattern: ts.ObjectBindingPattern, from: ts.Expression): boolean {
  const object = bare(from);
  if (!ts.isIdentifier(object) || !isPredefined(cx, resolveSymbol(cx, object))) return false;
  for (const e of pattern.elements) {
    const key = e.propertyName ?? e.name;
    const member = ts.isIdentifier(key) ? predefinedMember(cx, object.text, key.text) : undefined;
    if (!member || !ts.isIdentifier(e.name)) refuse(e, "library-function", quote(e));
    declareLeaf(cx, e.name, member as Operand);
  }
  return true;
}

function declareUninitialised(cx: Context, d: ts.VariableDeclaration, list: ts.VariableDeclarationList): void {
  // `var x;` after an assignment leaves x as it is.
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  if (isVar || !ts.isIdentifier(d.name)) return;
  const symbol = cx.checker.getSymbolAtLocation(d.name);
  const declared = d.type && symbol ? declaredType(cx, symbol, d.name) : undefined;
  // The cell is there already, holding nothing.
  if (cx.session.cells.isEarly(symbol)) return;
  const variable = cx.declare(symbol, d.name.text, declared);
  const startsMissing =
    !d.type || (declared?.kind === "optional" && declared.absent !== "null") || declared?.kind === "undefined";
  // `let x!: number` promises a value wherever x matters.
  const promised = d.exclamationToken && declared ? cx.b.unset(declared, d.name.text) : undefined;
  initialise(cx, variable, startsMissing ? cx.constant(undefined, d.name.text) : promised, d.name);
}

function declaredType(cx: Context, symbol: ts.Symbol, node: ts.Node): Type | undefined {
  return tryType(cx, cx.checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration ?? node), node);
}

/** For patterns in declarations: their leaves are names. */
export function leafDeclarer(cx: Context): Bind {
  return (leaf) => (operand) => declareLeaf(cx, leaf, operand);
}

/** Binds a name that a declaration introduces. */
function declareLeaf(cx: Context, leaf: ts.Node, operand: Operand): void {
  if (!ts.isIdentifier(leaf)) throw new Error("a declaration binds names");
  const symbol = cx.checker.getSymbolAtLocation(leaf);
  const existing = symbol && cx.frame.variables.get(symbol);
  const isConst = (ts.getCombinedNodeFlags(leaf.parent as ts.Declaration) & ts.NodeFlags.Const) !== 0;
  const variable =
    existing ?? cx.declare(symbol, leaf.text, !isConst && symbol ? declaredType(cx, symbol, leaf) : undefined);
  const given = named(operand, { kind: "variable", variable });
  // `var x = …` assigns the one variable of the function.
  if (existing && (isVar(leaf.parent as ts.Declaration) || cx.session.cells.isEarly(symbol)))
    assignVariable(cx, variable, given, leaf);
  else initialise(cx, variable, given, leaf);
}

// --------------------------------------------------------------------------------------------------------------- Exits

function lowerReturn(cx: Context, node: ts.ReturnStatement): void {
  returnOperand(cx, node.expression ? lowerExpression(cx, node.expression) : cx.constant(undefined));
}

/** Leaves the function with a result. */
export function returnOperand(cx: Context, operand: Operand): void {
  whenRunning(cx, () => {
    cx.write(cx.frame.result, operand);
    leave(cx, cx.frame.returnCode);
  });
}

function lowerJump(cx: Context, node: ts.BreakStatement | ts.ContinueStatement): void {
  const label = node.label?.text;
  const isBreak = ts.isBreakStatement(node);
  const target = cx.targets.findLast((t) => {
    if (t.frame !== cx.frame) return false;
    if (label !== undefined) return t.labels.includes(label);
    return isBreak ? !t.blockOnly : t.continueCode !== undefined;
  });
  const code = target && (isBreak ? target.breakCode : target.continueCode);
  if (code === undefined) refuse(node, "statement", quote(node));
  leave(cx, code);
}

function lowerLabeled(cx: Context, node: ts.LabeledStatement, labels: readonly string[]): void {
  const all = [...labels, node.label.text];
  const inner = node.statement;
  if (ts.isIterationStatement(inner, false) || ts.isLabeledStatement(inner) || ts.isSwitchStatement(inner)) {
    lowerStatement(cx, inner, all);
    return;
  }
  const breakCode = cx.session.exitCode();
  cx.targets.push({ labels: all, breakCode, continueCode: undefined, frame: cx.frame, blockOnly: true });
  try {
    lowerBody(cx, inner);
  } finally {
    cx.targets.pop();
  }
  absorb(cx, breakCode);
}
