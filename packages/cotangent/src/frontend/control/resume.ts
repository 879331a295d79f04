/**
 * Leaving in the middle of an expression. A call inlined under `try` may throw, so that of `a[i] + f(x) * g(x)` only the
 * part up to `f(x)` runs. What is left of the statement then belongs under a test of the exit code. Lowering is direct,
 * and its rest cannot be had as a value; but it can be done again, like a loop that turned out to carry more. So the
 * rest is found by lowering the statement once more inside the branch that goes on, where the instructions that have
 * been emitted before are passed over: each gives the values that it gave the first time.
 *
 *     y = a[i] + f(x) * g(x)    becomes    %1 = load a[i]; %2, exit = …f…
 *                                          y1, exit1 = if exit === 0 { %3 = …g…; yield %1 + %2 * %3 } else { yield y }
 */
import { BlockBuilder } from "../../ir/build.ts";
import type { Instr, Type, Value } from "../../ir/types.ts";
import { type Context, type Flow, NothingFollows, type Operand, running, type Variable } from "../context.ts";
import { apply, joinRegions, region } from "../flow.ts";

/** Thrown where control may have left in the middle of an expression; caught by the statement or region around. */
class MayHaveLeft extends Error {}

/** A builder whose first instructions have been emitted before. */
class ResumingBuilder extends BlockBuilder {
  readonly #before: readonly Instr[];
  #passed = 0;

  constructor(before: readonly Instr[], span: BlockBuilder["span"]) {
    super([], span);
    this.#before = before;
  }
  override emit(
    instr: Parameters<BlockBuilder["emit"]>[0],
    results: readonly Type[],
    hints?: readonly (string | undefined)[],
  ): readonly Value[] {
    return this.#pass(instr.op, results.length) ?? super.emit(instr, results, hints);
  }
  override append(instr: Instr): void {
    if (!this.#pass(instr.op, instr.results.length)) super.append(instr);
  }
  /** What has been emitted, here or before. */
  get all(): readonly Instr[] {
    return [...this.#before.slice(0, this.#passed), ...this.instructions];
  }
  #pass(op: Instr["op"], results: number): readonly Value[] | undefined {
    const known = this.#before[this.#passed];
    if (!known) return undefined;
    if (known.op !== op || known.results.length !== results)
      throw new Error(`lowered again, ${op} stands where ${known.op} was`);
    this.#passed++;
    return known.results;
  }
}

function emitted(b: BlockBuilder): readonly Instr[] {
  return b instanceof ResumingBuilder ? b.all : b.instructions;
}

/** To be called where control may have left by an exit: nothing more of the expression is lowered on such a path. */
export function checkLeft(cx: Context): void {
  const { codes } = cx.flow.exit;
  if (codes.size === 1 && codes.has(0)) return;
  if (!codes.has(0)) throw new NothingFollows();
  if (cx.resumed === 0) throw new MayHaveLeft();
  cx.resumed--;
  cx.flow.exit = running;
}

/** Runs `lower`; where control may leave in the middle of it, the rest runs under a test of the exit code. */
export function resumable<T extends Operand | undefined>(cx: Context, lower: () => T): T {
  const { flow } = cx;
  return attempt(cx, { lower, values: new Map(flow.values), start: emitted(cx.b).length }, 0);
}

interface Resumable<T> {
  readonly lower: () => T;
  /** The variables at the start. */
  readonly values: Flow["values"];
  /** How many instructions the block had then. */
  readonly start: number;
}

function attempt<T extends Operand | undefined>(cx: Context, what: Resumable<T>, resumed: number): T {
  const { resumed: outer } = cx;
  cx.resumed = resumed;
  try {
    return what.lower();
  } catch (error) {
    if (!(error instanceof MayHaveLeft)) throw error;
  } finally {
    cx.resumed = outer;
  }
  const before = emitted(cx.b).slice(what.start);
  const { exit, values } = cx.flow;
  if (!exit.value) throw new Error("several exits without a value that tells them apart");
  // Variables that came up since come up again.
  const kept = new Map([...values].filter(([v]: readonly [Variable, unknown]) => what.values.has(v)));
  cx.flow = { values: kept, exit };
  const others = new Set([...exit.codes].filter((c) => c !== 0));
  const goesOn = apply(cx, "eq", [exit.value, cx.constant(0)], "goesOn");
  const suspended = cx.flow;
  const rest = region(cx, [], suspended, () => {
    cx.b = new ResumingBuilder(before, cx.b.span);
    cx.flow = { values: new Map(what.values), exit: running };
    return attempt(cx, { ...what, start: 0 }, resumed + 1) as Operand | undefined;
  });
  const left = region(cx, [], suspended, () => {
    cx.flow.exit = { codes: others, value: others.size > 1 ? exit.value : undefined };
    return undefined;
  });
  // What the statement declares is seen by those that follow, which run where the rest has.
  const declared = new Set(cx.frame.variables.values());
  for (const v of rest.flow.values.keys()) if (declared.has(v) && !kept.has(v)) kept.set(v, undefined);
  return joinRegions(cx, goesOn, rest, left) as T;
}
