/**
 * Paths: building regions, joining the values and exit codes that two paths bring to one place. A value present on one path
 * only becomes `unset` on the other; numbers and missing values join to an optional number; what cannot join is poison,
 * refused only if it is read afterwards.
 */
import type { Primitive } from "../core/primitive.ts";
import { primitive } from "../elementals/index.ts";
import { BlockBuilder, type ParamSpec } from "../ir/build.ts";
import type { Block, Value } from "../ir/types.ts";
import {
  type Context,
  type Exit,
  type Flow,
  isFunction,
  isGenerator,
  isValue,
  NothingFollows,
  type Operand,
  poison,
  running,
  stopped,
  type Variable,
} from "./context.ts";
import { resumable } from "./control/resume.ts";
import { capturesOf } from "./functions/closures.ts";
import { commonType, functionValueType, tryFunctionAs } from "./functions/function-values.ts";
import { regroup } from "./types/alternatives.ts";
import { showType } from "./types/show.ts";
import { joinMixed, joinValues, tryCoerce } from "./values/coerce.ts";
import { learnFrom } from "./values/learn.ts";

/** What lowering a region gives: its builder, still open, the state at its end, and what it evaluated to. */
export interface Region<T> {
  readonly b: BlockBuilder;
  readonly flow: Flow;
  readonly result: T | undefined;
}

function isDead(flow: Flow): boolean {
  return flow.exit.codes.size === 0;
}

/** After `NothingFollows`: the path has left by the exits that it has, or ends. */
export function stop(cx: Context): void {
  if (cx.flow.exit.codes.has(0)) cx.flow.exit = stopped;
}

/** Lowers into a new region, starting from a copy of `flow`; the context is as before afterwards. */
export function region<T extends Operand | undefined>(
  cx: Context,
  params: readonly ParamSpec[] | readonly Value[],
  flow: Flow,
  lower: () => T,
): Region<T> {
  const { b, flow: outer } = cx;
  cx.b = new BlockBuilder(params, b.span);
  cx.flow = { values: new Map(flow.values), exit: flow.exit };
  try {
    let result: T | undefined;
    try {
      result = resumable(cx, lower);
    } catch (error) {
      if (!(error instanceof NothingFollows)) throw error;
      stop(cx);
    }
    return { b: cx.b, flow: cx.flow, result };
  } finally {
    cx.b = b;
    cx.flow = outer;
  }
}

/** Ends a region with `values`, or, where nothing can follow, with a throw that is never reached. */
export function closeRegion(r: Region<unknown>, values: readonly Value[]): Block {
  if (isDead(r.flow) && !r.b.ended) r.b.throw("Error");
  return r.b.finish(values);
}

export function apply(cx: Context, which: Primitive | string, args: readonly Value[], hint?: string): Value {
  const applied = typeof which === "string" ? primitive(which) : which;
  // Text says what kind of value it is about, and steers: what is known of it decides which paths there are.
  if (applied.takes[0] === "string" && args.every((a) => typeof cx.known(a) === "string"))
    return cx.constant(applied.primal(...args.map((a) => cx.known(a) as never)) as boolean | number | string, hint);
  return cx.b.apply(applied, args, hint);
}

// ------------------------------------------------------------------------------------------------------ Joining paths

function exitValue(cx: Context, r: Region<unknown>): Value {
  const { exit } = r.flow;
  if (exit.value) return exit.value;
  const made = r.b.constant([...exit.codes][0] ?? 0, "exit");
  cx.session.constants.set(made, [...exit.codes][0] ?? 0);
  return made;
}

/** Runs `emit` with instructions going to the end of a region that is not closed yet. */
function within<T>(cx: Context, r: Region<unknown>, emit: () => T): T {
  const { b, flow } = cx;
  cx.b = r.b;
  cx.flow = r.flow;
  try {
    return emit();
  } finally {
    cx.b = b;
    cx.flow = flow;
  }
}

interface Join {
  readonly then: Value;
  readonly otherwise: Value;
}

/** What two operands become where paths meet: themselves, a pair of values of one type to be yielded, or poison. */
function joinOperands(
  cx: Context,
  a: Operand,
  b: Operand,
  then: Region<unknown>,
  otherwise: Region<unknown>,
  name: string,
): Join | Operand | { readonly kind: "constant"; readonly value: undefined | null } {
  if (a === b) return a;
  if (isFunction(a) && isFunction(b) && sameFunction(a, b)) return a;
  if (isGenerator(a) || isGenerator(b)) return poison("generator-object", "Several paths lead to it.");
  if (!isValue(a) || !isValue(b)) {
    if (!isValue(a) && !isFunction(a)) return a;
    if (!isValue(b) && !isFunction(b)) return b;
    const type = commonType(cx, a, b);
    const made = type && {
      then: within(cx, then, () => tryFunctionAs(cx, a, type)),
      otherwise: within(cx, otherwise, () => tryFunctionAs(cx, b, type)),
    };
    if (made?.then && made.otherwise) return { then: made.then, otherwise: made.otherwise };
    return { kind: "poison", code: "unknown-callee", detail: name === "" ? "one of several" : `\`${name}\`` };
  }
  if (a.type.kind === "undefined" && b.type.kind === "undefined") {
    const [left, right] = [cx.known(a), cx.known(b)];
    if (!cx.isKnown(a) || !cx.isKnown(b)) return { then: a, otherwise: b };
    if (left === right) return { kind: "constant", value: left as undefined | null };
    return { kind: "poison", code: "null-and-undefined", detail: name === "" ? "of a value" : `of \`${name}\`` };
  }
  const joined = joinValues(cx, a, b);
  if (!joined) learnFrom(cx.session, a.type, b.type);
  const type = joined ?? joinMixed(cx, a.type, b.type);
  if (!type) {
    regroup(cx, a.type, b.type);
    return { kind: "poison", code: "type-mismatch", detail: `${showType(a.type)} and ${showType(b.type)}` };
  }
  const left = within(cx, then, () => tryCoerce(cx, a, type));
  const right = within(cx, otherwise, () => tryCoerce(cx, b, type));
  if (!left || !right) throw new Error("joined types do not admit their parts");
  return { then: left, otherwise: right };
}

export function sameFunction(a: Operand, b: Operand): boolean {
  if (isValue(a) || isValue(b) || a.kind !== b.kind) return false;
  if (a.kind === "user" && b.kind === "user") return a.node === b.node && a.frame === b.frame;
  if (a.kind === "derived" && b.kind === "derived") {
    if (a.of.kind === "held" || b.of.kind === "held") return a === b;
    return a.node === b.node && sameFunction(a.of, b.of);
  }
  return a.kind === "primitive" && b.kind === "primitive" ? a.primitive === b.primitive : a === b;
}

/**
 * `if (condition) then else otherwise`: lowers both as regions, merges variables and exits into the current flow, and
 * returns what the two evaluate to, joined (undefined if neither has a value).
 */
export function branch(
  cx: Context,
  condition: Value,
  then: () => Operand | undefined,
  otherwise: () => Operand | undefined,
  hint?: string,
): Operand | undefined {
  const fixed = cx.known(condition);
  if (typeof fixed === "boolean") return fixed ? then() : otherwise();
  const before = cx.flow;
  const left = region(cx, [], before, then);
  const right = region(cx, [], before, otherwise);
  return joinRegions(cx, condition, left, right, hint);
}

/** As `branch`, with both sides lowered as regions that start from the current flow. */
export function joinRegions(
  cx: Context,
  condition: Value,
  left: Region<Operand | undefined>,
  right: Region<Operand | undefined>,
  hint?: string,
): Operand | undefined {
  const before = cx.flow;
  const pairs: Join[] = [];
  const hints: (string | undefined)[] = [];
  const finishers: ((results: readonly Value[]) => void)[] = [];
  const single = isDead(left.flow) ? right : isDead(right.flow) ? left : undefined;
  const names = namesAfter(cx, before, [left.flow, right.flow]);

  const yieldPair = (pair: Join, name: string | undefined, use: (result: Value) => void): void => {
    const index = pairs.push(pair) - 1;
    hints.push(name);
    finishers.push((results) => use(results[index] as Value));
  };
  // A function that captures variables of a path is a value where the path ends.
  const leaving = (o: Operand | undefined, r: Region<unknown>): Operand | undefined => {
    if (!isFunction(o)) return o;
    return within(cx, r, () => {
      const { values, functions } = capturesOf(cx, [o]);
      if ([...values, ...functions].every((v) => names.has(v))) return o;
      const type = functionValueType(cx, o);
      return (type && tryFunctionAs(cx, o, type)) ?? o;
    });
  };
  const place = (
    a: Operand | undefined,
    b: Operand | undefined,
    name: string,
    set: (o: Operand | undefined) => void,
  ): void => {
    if (single) {
      const only = leaving(single === left ? a : b, single);
      if (isValue(only) && !(only.type.kind === "undefined" && cx.isKnown(only)))
        yieldPair({ then: only, otherwise: only }, name, set);
      else if (isValue(only)) finishers.push(() => set(cx.constant(cx.known(only) as undefined | null)));
      else set(only);
      return;
    }
    if (a === undefined && b === undefined) {
      set(undefined);
      return;
    }
    if (a === undefined || b === undefined) {
      const present = leaving(a ?? b, a ? left : right) as Operand;
      if (!isValue(present)) {
        set(present);
        return;
      }
      if (present.type.kind === "undefined" && cx.isKnown(present)) {
        finishers.push(() => set(cx.constant(cx.known(present) as undefined | null)));
        return;
      }
      const filler = within(cx, a ? right : left, () => cx.b.unset(present.type, name));
      yieldPair(a ? { then: present, otherwise: filler } : { then: filler, otherwise: present }, name, set);
      return;
    }
    const joined = joinOperands(cx, a, b, left, right, name);
    if ("then" in joined) yieldPair(joined, name, set);
    else if ("kind" in joined && joined.kind === "constant") finishers.push(() => set(cx.constant(joined.value)));
    else set(joined as Operand);
  };

  const values = new Map(before.values);
  let exit: Exit = running;
  let result: Operand | undefined;
  if (!(isDead(left.flow) && isDead(right.flow))) {
    for (const variable of names) {
      const was = before.values.get(variable);
      const a = left.flow.values.get(variable);
      const b = right.flow.values.get(variable);
      const unchanged = single ? (single === left ? a : b) === was : a === was && b === was;
      if (!unchanged) place(a, b, variable.name, (o) => values.set(variable, o));
    }
    if (left.result !== undefined || right.result !== undefined) {
      // A path that left by an exit brings no value.
      place(left.result, right.result, hint ?? "", (o) => {
        result = o;
      });
    }
    const codes = new Set([...left.flow.exit.codes, ...right.flow.exit.codes]);
    if (codes.size === 1) exit = { codes, value: undefined };
    else {
      const pair = single
        ? { then: exitValue(cx, single), otherwise: exitValue(cx, single) }
        : { then: exitValue(cx, left), otherwise: exitValue(cx, right) };
      yieldPair(pair, "exit", (value) => {
        exit = { codes, value };
      });
    }
  } else exit = stopped;

  const results = cx.b.ifBlocks(
    condition,
    closeRegion(
      left,
      pairs.map((p) => p.then),
    ),
    closeRegion(
      right,
      pairs.map((p) => p.otherwise),
    ),
    hints.map((h) => h || undefined),
  );
  for (const finish of finishers) finish(results);
  cx.flow = { values, exit };
  return result;
}

/** The variables that are known where paths meet: those before, and those of paths whose rest is lowered later. */
function namesAfter(cx: Context, before: Flow, paths: readonly Flow[]): ReadonlySet<Variable> {
  const unfinished = paths.filter(({ exit }) => [...exit.codes].some((c) => cx.session.postponed.has(c)));
  return new Set([before, ...unfinished].flatMap(({ values }) => [...values.keys()]));
}

/** Lowers what runs only if control has not left by an exit: directly, under a test of the exit code, or not at all. */
export function whenRunning(cx: Context, lower: () => void): void {
  whenLeft(cx, 0, lower);
}

/** Lowers what runs only if control has left with `code`, and is then running again. */
function whenLeft(cx: Context, code: number, lower: () => void): void {
  const { exit } = cx.flow;
  if (!exit.codes.has(code)) return;
  if (exit.codes.size === 1 || !exit.value) {
    cx.flow.exit = running;
    lower();
    return;
  }
  const others = new Set([...exit.codes].filter((c) => c !== code));
  const isHere = apply(cx, "eq", [exit.value, cx.constant(code)], code === 0 ? "goesOn" : "isLeft");
  branch(
    cx,
    isHere,
    () => {
      cx.flow.exit = running;
      lower();
      return undefined;
    },
    () => {
      cx.flow.exit = others.size === 1 ? { codes: others, value: undefined } : { codes: others, value: exit.value };
      return undefined;
    },
  );
}

/**
 * Branches in the other branch of one another: `else if`, clauses, what follows an `if` that returns. Such a row of tests
 * may be as long as a list, and regions in regions only as deep as stacks allow. So after some of them control leaves with
 * a code of its own, and the rest is lowered after the first of the row, under a test of that code.
 */
export interface Row {
  readonly depth: number;
  readonly postponed: { readonly code: number; readonly lower: (row: Row) => void }[];
}

/** The most branches in one another that a row is made of. */
const DEEPEST_ROW = 64;

/** Lowers a row of branches, `lower` its first one. */
export function inRow(cx: Context, lower: (row: Row) => void): void {
  const row: Row = { depth: 0, postponed: [] };
  lower(row);
  for (let next = row.postponed.shift(); next; next = row.postponed.shift()) {
    const { code, lower: rest } = next;
    cx.session.postponed.delete(code);
    whenLeft(cx, code, () => rest(row));
  }
}

/** Lowers the next branch of a row, inside of the present one or later. */
export function goOn(cx: Context, row: Row, lower: (row: Row) => void): void {
  if (row.depth < DEEPEST_ROW) {
    lower({ depth: row.depth + 1, postponed: row.postponed });
    return;
  }
  const code = cx.session.exitCode();
  row.postponed.push({ code, lower });
  cx.session.postponed.add(code);
  leave(cx, code);
}

/** Control that left with `code` runs on from here. */
export function absorb(cx: Context, code: number): void {
  const { codes, value } = cx.flow.exit;
  if (!codes.has(code)) return;
  const left = new Set([...codes].map((c) => (c === code ? 0 : c)));
  if (left.size === 1) {
    cx.flow.exit = { codes: left, value: undefined };
    return;
  }
  if (!value) throw new Error("several exits without a value that tells them apart");
  const here = apply(cx, "eq", [value, cx.constant(code)]);
  cx.flow.exit = { codes: left, value: apply(cx, "select", [here, cx.constant(0), value], "exit") };
}

/** Leaves with `code`. */
export function leave(cx: Context, code: number): void {
  cx.flow.exit = { codes: new Set([code]), value: undefined };
}

/** The variables that have other values in `after` than in `before`, among those declared before. */
export function changed(before: Flow, after: Flow): readonly Variable[] {
  return [...before.values].filter(([v, was]) => after.values.get(v) !== was).map(([v]) => v);
}
