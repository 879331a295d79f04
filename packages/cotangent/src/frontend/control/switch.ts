/**
 * `switch`. Where no clause falls through into the next, it is a chain of `if … else if`, the default last. Otherwise
 * the number of the clause that control enters is found first, and each clause runs if control entered at it or before.
 */
import ts from "typescript";
import type { Value } from "../../ir/types.ts";
import { type Context, type Operand, running } from "../context.ts";
import { absorb, apply, branch, goOn, inRow, type Row, whenRunning } from "../flow.ts";
import { bare, runsOn } from "../syntax/scan.ts";
import { asValue, lowerValue } from "../values/expression.ts";
import { either, equals } from "./condition.ts";
import { hoistFunctions, lowerStatements } from "./statement.ts";

/** Clauses with the labels that lead to the same statements. */
interface Group {
  readonly tests: readonly ts.CaseClause[];
  readonly isDefault: boolean;
  readonly statements: readonly ts.Statement[];
}

function groupsOf(node: ts.SwitchStatement): readonly Group[] {
  const groups: Group[] = [];
  let tests: ts.CaseClause[] = [];
  let isDefault = false;
  const { clauses } = node.caseBlock;
  clauses.forEach((clause, i) => {
    if (ts.isCaseClause(clause)) tests.push(clause);
    else isDefault = true;
    if (clause.statements.length === 0 && i < clauses.length - 1) return;
    groups.push({ tests, isDefault, statements: clause.statements });
    tests = [];
    isDefault = false;
  });
  return groups;
}

/** True if evaluating it twice or in another order makes no difference. */
function isConstantTest(node: ts.Expression): boolean {
  const inner = bare(node);
  if (ts.isPropertyAccessExpression(inner)) return ts.isIdentifier(inner.expression);
  if (ts.isPrefixUnaryExpression(inner)) return isConstantTest(inner.operand);
  return (
    ts.isLiteralExpression(inner) ||
    ts.isIdentifier(inner) ||
    inner.kind === ts.SyntaxKind.TrueKeyword ||
    inner.kind === ts.SyntaxKind.FalseKeyword ||
    inner.kind === ts.SyntaxKind.NullKeyword
  );
}

export function lowerSwitch(cx: Context, node: ts.SwitchStatement, labels: readonly string[]): void {
  const subject = lowerValue(cx, node.expression, true);
  const groups = groupsOf(node);
  const breakCode = cx.session.exitCode();
  cx.targets.push({ labels, breakCode, continueCode: undefined, frame: cx.frame });
  hoistFunctions(
    cx,
    node.caseBlock.clauses.flatMap((c) => [...c.statements]),
  );
  try {
    const fallsThrough = groups.slice(0, -1).some((g) => g.statements.every(runsOn));
    const simple = groups.every((g) => g.tests.every((c) => isConstantTest(c.expression)));
    if (!fallsThrough && simple) lowerChain(cx, subject, groups);
    else lowerFallthrough(cx, subject, node, groups);
  } finally {
    cx.targets.pop();
  }
  absorb(cx, breakCode);
}

function matches(cx: Context, subject: Value, clause: ts.CaseClause): Value {
  return cx.at(clause.expression, () => equals(cx, subject, lowerValue(cx, clause.expression), clause.expression));
}

function lowerChain(cx: Context, subject: Value, groups: readonly Group[]): void {
  const otherwise = groups.find((g) => g.isDefault);
  // A label beside `default` needs no test: what matches no other clause goes there.
  const tested = groups.filter((g) => !g.isDefault);
  const lowerFrom = (at: number, row: Row): void => {
    const group = tested[at];
    if (!group) {
      if (otherwise) lowerStatements(cx, otherwise.statements);
      return;
    }
    const [test, ...more] = group.tests;
    if (!test) throw new Error("a group of clauses without a test");
    const condition = more.reduce((c, t) => either(cx, c, () => matches(cx, subject, t)), matches(cx, subject, test));
    branch(
      cx,
      condition,
      () => void lowerStatements(cx, group.statements),
      () => void goOn(cx, row, (inner) => lowerFrom(at + 1, inner)),
    );
  };
  inRow(cx, (row) => lowerFrom(0, row));
}

function lowerFallthrough(cx: Context, subject: Value, node: ts.SwitchStatement, groups: readonly Group[]): void {
  const none = groups.length;
  const fallback = groups.findIndex((g) => g.isDefault);
  const entered = cx.declare(undefined, "clause");
  cx.write(entered, cx.constant(fallback < 0 ? none : fallback, "clause"));
  const tests = groups.flatMap((g, i) => g.tests.map((clause) => ({ clause, i })));
  const enterFrom = (at: number, row: Row): void => {
    const test = tests[at];
    if (!test) return;
    branch(
      cx,
      matches(cx, subject, test.clause),
      () => void cx.write(entered, cx.constant(test.i, "clause")),
      () => void goOn(cx, row, (inner) => enterFrom(at + 1, inner)),
    );
  };
  inRow(cx, (row) => enterFrom(0, row));
  const entry = asValue(cx, cx.read(entered) as Operand, node);
  groups.forEach((group, i) => {
    whenRunning(cx, () => {
      const reached = apply(cx, "le", [entry, cx.constant(i)]);
      branch(
        cx,
        reached,
        () => {
          cx.flow.exit = running;
          lowerStatements(cx, group.statements);
          return undefined;
        },
        () => undefined,
      );
    });
  });
}
