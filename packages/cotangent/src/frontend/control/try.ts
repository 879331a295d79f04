/**
 * `try`, `catch`, `finally`. The block runs with a place for what it throws; each kind of value thrown has an exit code,
 * and `catch` is lowered once for each kind that can arrive, so that `e` has one type in it. `finally` runs on whatever
 * exit there is: the exit is put aside, and taken up again unless the block leaves by one of its own. Errors that the
 * engine raises by itself (a property of undefined, a full stack) are not seen by `catch`.
 *
 *     try { y = f(x); } catch (e) { y = e; } finally { n++; }
 *     y, thrown, exit = …;  y1, exit1 = if exit === caught { y = thrown } …;  n + 1;  if (exit1 === thrownAgain) …
 */
import ts from "typescript";
import { type Context, type Exit, isValue, running } from "../context.ts";
import { apply, branch } from "../flow.ts";
import { packageFunction } from "../functions/call.ts";
import { bindPattern } from "../values/pattern.ts";
import { leafDeclarer, lowerBlock } from "./statement.ts";
import { handling, throwValue } from "./thrown.ts";

export function lowerTry(cx: Context, node: ts.TryStatement): void {
  const { tryBlock, catchClause, finallyBlock } = node;
  if (isGuard(cx, node)) {
    lowerBlock(cx, tryBlock.statements);
    return;
  }
  const caught = (): void => {
    if (!catchClause) {
      lowerBlock(cx, tryBlock.statements);
      return;
    }
    const { kinds } = handling(cx, () => lowerBlock(cx, tryBlock.statements));
    const binding = catchClause.variableDeclaration;
    const outliving = new Set(cx.flow.values.keys());
    for (const { code, variable } of kinds.values()) {
      // Each kind of value has variables of its own, which the names mean in turn.
      for (const v of [...cx.flow.values.keys()]) if (!outliving.has(v)) cx.flow.values.delete(v);
      const value = cx.read(variable);
      whenLeft(cx, code, () => {
        if (binding) {
          if (!isValue(value)) throw new Error("what is thrown has no value");
          bindPattern(cx, binding.name, value, leafDeclarer(cx));
        }
        lowerBlock(cx, catchClause.block.statements);
      });
      cx.flow.values.delete(variable);
    }
  };
  if (!finallyBlock) {
    caught();
    return;
  }
  const { kinds } = handling(cx, caught);
  const { exit } = cx.flow;
  if (exit.codes.size > 0) {
    cx.flow.exit = running;
    lowerBlock(cx, finallyBlock.statements);
    cx.flow.exit = takenUp(cx, exit, cx.flow.exit);
  }
  for (const { code, variable } of kinds.values()) {
    const value = cx.read(variable);
    whenLeft(cx, code, () => {
      if (!isValue(value)) throw new Error("what is thrown has no value");
      throwValue(cx, value, node);
    });
    cx.flow.values.delete(variable);
  }
}

/** What generated code puts around an entry, `catch (error) { throw stackError(error); }`, sees errors of the engine alone. */
function isGuard(cx: Context, { catchClause, finallyBlock }: ts.TryStatement): boolean {
  const [only, ...others] = catchClause?.block.statements ?? [];
  if (finallyBlock || others.length > 0 || !only || !ts.isThrowStatement(only)) return false;
  if (!ts.isCallExpression(only.expression)) return false;
  const own = packageFunction(cx, only.expression.expression);
  return own?.module === "cotangent/runtime" && own.name === "stackError";
}

/** The exit that was put aside, where `finally` has run to its end; else the one that it left by. */
function takenUp(cx: Context, before: Exit, own: Exit): Exit {
  if (!own.codes.has(0)) return own;
  if (own.codes.size === 1) return before;
  const codes = new Set([...before.codes, ...[...own.codes].filter((c) => c !== 0)]);
  if (!own.value) throw new Error("several exits without a value that tells them apart");
  const ended = apply(cx, "eq", [own.value, cx.constant(0)]);
  const value = before.value ?? cx.constant([...before.codes][0] ?? 0, "exit");
  return { codes, value: apply(cx, "select", [ended, value, own.value], "exit") };
}

/** Lowers what runs where control has left with `code`, and goes on from there. */
function whenLeft(cx: Context, code: number, lower: () => void): void {
  const { codes, value } = cx.flow.exit;
  if (!codes.has(code)) return;
  const others = new Set([...codes].filter((c) => c !== code));
  if (others.size === 0 || !value) {
    cx.flow.exit = running;
    lower();
    return;
  }
  branch(
    cx,
    apply(cx, "eq", [value, cx.constant(code)], "isCaught"),
    () => {
      cx.flow.exit = running;
      lower();
      return undefined;
    },
    () => {
      cx.flow.exit = { codes: others, value: others.size > 1 ? value : undefined };
      return undefined;
    },
  );
}
