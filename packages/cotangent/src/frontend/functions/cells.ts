/**
 * Boxes for variables. A variable is no memory: its value is known on every path. Where a function that is not lowered
 * in place assigns a variable of the function around it (a recursive one, one that is stored, the body of a loop over a
 * recursive generator), both must see one place, so the variable becomes a cell, a record of one field, for its whole
 * life. Which variables need that turns out while lowering, which then starts over with what it has learnt; all others
 * stay values. (Assignment conversion: Kranz et al., ORBIT: An Optimizing Compiler for Scheme.)
 */
import ts from "typescript";
import { optional, record } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import {
  AlreadyReported,
  type Context,
  type Frame,
  isValue,
  type Operand,
  quote,
  refuse,
  type Variable,
} from "../context.ts";
import { tryType } from "../types/types.ts";
import { coerce } from "../values/coerce.ts";
import { asValue } from "../values/expression.ts";
import { asDeclared } from "../values/kinds.ts";
import { functionAs } from "./function-values.ts";

/** What earlier attempts found out about a program: the declarations of variables that must be cells. */
export class Cells {
  readonly #declarations = new Set<ts.Node>();
  readonly #early = new Set<ts.Node>();
  has(symbol: ts.Symbol | undefined): boolean {
    return symbol?.valueDeclaration !== undefined && this.#declarations.has(symbol.valueDeclaration);
  }
  /** A function that is made before the variable's declaration has run captures it. */
  isEarly(symbol: ts.Symbol | undefined): boolean {
    return symbol?.valueDeclaration !== undefined && this.#early.has(symbol.valueDeclaration);
  }
  add({ declarations, isEarly }: NeedsCell): void {
    for (const declaration of declarations) {
      this.#declarations.add(declaration);
      if (isEarly) this.#early.add(declaration);
    }
  }
}

/** Thrown where a variable turns out to need a cell: lowering starts over. */
export class NeedsCell extends Error {
  readonly declarations: readonly ts.Node[];
  readonly isEarly: boolean;
  constructor(declarations: readonly ts.Node[], isEarly = false) {
    super("a variable needs a cell");
    this.declarations = declarations;
    this.isEarly = isEarly;
  }
}

/** Have the variables cells? If not, they will in the next attempt. */
export function needCells(variables: readonly Variable[]): void {
  const open = variables.filter((v) => !v.boxed);
  if (open.length === 0) return;
  const declarations = open.flatMap((v) => v.symbol?.valueDeclaration ?? []);
  if (declarations.length < open.length) throw new Error("no variables of the program");
  throw new NeedsCell(declarations);
}

const content = "value";

function cellOf(type: Type): Type {
  return record({ name: "", isTuple: false, fields: [{ name: content, type }] });
}

/** What the variable has now: the content of its cell, if it is one. */
export function readVariable(cx: Context, variable: Variable): Operand | undefined {
  const operand = cx.read(variable);
  return variable.boxed && isValue(operand) ? cx.b.getField(operand, content, variable.name) : operand;
}

/** Assigns the variable. */
export function assignVariable(cx: Context, variable: Variable, operand: Operand, node: ts.Node): void {
  const cell = cx.read(variable);
  if (!variable.boxed || !isValue(cell) || cell.type.kind !== "record") {
    if (variable.boxed && cell !== undefined) throw new AlreadyReported();
    if (variable.boxed) initialise(cx, variable, operand, node);
    else cx.write(variable, asDeclared(cx, operand, variable));
    return;
  }
  const [field] = cell.type.decl.fields;
  if (!field) throw new Error("a cell without a field");
  cx.b.setField(
    cell,
    content,
    coerce(cx, asValue(cx, functionAs(cx, operand, field.type, node), node), field.type, node),
  );
}

/** Begins the life of a variable: each time that control comes to the declaration of a cell, there is a new one. */
export function initialise(cx: Context, variable: Variable, operand: Operand | undefined, node: ts.Node): void {
  if (!variable.boxed) {
    cx.write(variable, asDeclared(cx, operand, variable));
    return;
  }
  if (operand && !isValue(operand) && operand.kind === "poison") {
    cx.write(variable, operand);
    return;
  }
  const { declared } = variable;
  const given = operand && declared ? functionAs(cx, operand, declared, node) : operand;
  const value = given === undefined ? unassigned(cx, variable) : asValue(cx, given, node);
  const known = declared ?? value?.type;
  if (!value || !known || known.kind === "undefined") return refuse(node, "shared-variable", quote(node));
  const type = operand === undefined ? value.type : known;
  cx.write(variable, cx.b.record([coerce(cx, value, type, node)], cellOf(type), variable.name));
}

/**
 * Makes the cells of those variables that these statements declare and that functions capture before: they hold nothing
 * until the declaration runs.
 */
export function hoistCells(cx: Context, statements: readonly ts.Statement[]): void {
  for (const s of statements) {
    if (!ts.isVariableStatement(s)) continue;
    for (const { name } of s.declarationList.declarations) {
      const symbol = ts.isIdentifier(name) ? cx.checker.getSymbolAtLocation(name) : undefined;
      if (!symbol || !cx.session.cells.isEarly(symbol)) continue;
      const declared = tryType(cx, cx.checker.getTypeOfSymbolAtLocation(symbol, name), name);
      initialise(cx, cx.declare(symbol, symbol.name, declared), undefined, name);
    }
  }
}

/** Throws `NeedsCell` for a symbol that is a variable of this frame whose declaration has not run yet. */
export function needEarlyCell(cx: Context, symbol: ts.Symbol, code: ts.Node, frame: Frame | undefined): void {
  const { valueDeclaration: declaration } = symbol;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return;
  if (cx.session.cells.isEarly(symbol) || !ts.isVariableStatement(declaration.parent.parent)) return;
  if (ts.findAncestor(declaration, (n) => n === code)) return;
  for (let f = frame; f; f = f.parent) {
    const { node } = f;
    if (node && ts.findAncestor(declaration, (n) => n === node)) throw new NeedsCell([declaration], true);
  }
}

/** What a variable without an initialiser holds: NaN to arithmetic, and otherwise nothing. */
function unassigned(cx: Context, { declared }: Variable): Value | undefined {
  if (!declared || (declared.kind === "optional" && declared.absent === "null")) return undefined;
  if (declared.kind === "number") return cx.constant(Number.NaN);
  return cx.b.missing(declared.kind === "optional" ? declared : optional(declared));
}

/** `for (let i = …)` has a variable of its own in each iteration, which begins with what the last one ended with. */
export function renew(cx: Context, variable: Variable): void {
  const cell = cx.read(variable);
  if (!variable.boxed || !isValue(cell) || cell.type.kind !== "record") return;
  cx.write(variable, cx.b.record([cx.b.getField(cell, content)], cell.type, variable.name));
}
