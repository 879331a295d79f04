/**
 * Loops. A loop carries the variables that its body assigns: those found in its syntax at first, and, if lowering the
 * body shows others changed (by an inlined closure) or wider types (a number that may become missing), it is lowered
 * again with these until nothing changes. An early exit is a carried code: the loop goes on while it is 0.
 *
 *     for (const x of xs) { if (x < 0) return x; s += x; }
 *     i, s, result, exit = while (i = 0, s, unset, 0) { exit === 0 and i < length xs } do { … }
 */
import ts from "typescript";
import { effectsOf } from "../../analysis/effects.ts";
import { freshValue } from "../../ir/build.ts";
import { number, optional, sameType } from "../../ir/type.ts";
import type { Block, Type, Value } from "../../ir/types.ts";
import {
  type Context,
  type Flow,
  isFunction,
  isGenerator,
  isValue,
  type Operand,
  poison,
  running,
  stopped,
  Variable,
} from "../context.ts";
import { absorb, apply, changed, closeRegion, type Region, region, whenRunning } from "../flow.ts";
import { needCells, renew } from "../functions/cells.ts";
import { assignedByCalls, mentions } from "../functions/closures.ts";
import { canBe, commonType, functionOfType, settle } from "../functions/function-values.ts";
import { assignedIn, bare, isReassigned, leavesEarly } from "../syntax/scan.ts";
import { regroup } from "../types/alternatives.ts";
import { showType } from "../types/show.ts";
import { learnFromCondition } from "../values/bounds.ts";
import { isMissingAs, joinValues, tryCoerce } from "../values/coerce.ts";
import { asValue, lowerExpression } from "../values/expression.ts";
import { both, lowerCondition } from "./condition.ts";
import { lowerBody, lowerDeclarations } from "./statement.ts";

export interface LoopSpec {
  /** Syntax whose assignments the loop carries. */
  readonly scan: readonly ts.Node[];
  /** Variables that no syntax names, such as a counter of ours. */
  readonly hidden: readonly Variable[];
  /** Undefined for a loop without end. */
  readonly condition: (() => Value) | undefined;
  readonly body: () => void;
  readonly update: (() => void) | undefined;
  readonly breakCode: number;
  readonly continueCode: number;
  readonly leavesEarly: boolean;
  /** The body runs before the first test. */
  readonly bodyFirst: boolean;
}

type Carried = Map<Variable, Type | "poison">;

/** Lowers a loop into the current flow. */
export function lowerLoop(cx: Context, spec: LoopSpec): void {
  const carried = firstGuess(cx, spec);
  let early = spec.leavesEarly;
  let flagged = spec.bodyFirst;
  let flag: Variable | undefined;
  const { errors } = cx.session;
  const found = errors.length;
  const { failed } = cx;
  for (;;) {
    if (flagged && !flag && spec.condition) {
      // The condition changes something: it is evaluated before the loop and at the end of each iteration.
      flag = new Variable("goesOn", undefined);
      cx.write(flag, spec.bodyFirst ? cx.constant(true) : spec.condition());
    }
    const tried = attempt(cx, spec, carried, early, flag);
    if (tried === "condition has effects") flagged = true;
    else if (tried === "leaves early") early = true;
    else if (typeof tried === "function") {
      tried();
      if (flag) cx.flow.values.delete(flag);
      return;
    }
    // Lowered again with better knowledge, it reports again what is still wrong.
    errors.length = found;
    cx.failed = failed;
  }
}

function firstGuess(cx: Context, spec: LoopSpec): Carried {
  const carried: Carried = new Map();
  const guess = (v: Variable): void => {
    const now = cx.read(v);
    if (isValue(now) && now.type.kind !== "undefined") carried.set(v, now.type);
    else if ((now === undefined || isValue(now)) && v.declared && v.declared.kind !== "undefined") {
      const fits = !isValue(now) || (v.declared.kind === "optional" && isMissingAs(v.declared.absent, cx.known(now)));
      if (fits) carried.set(v, v.declared);
    }
  };
  for (const v of spec.hidden) guess(v);
  for (const node of spec.scan) {
    for (const symbol of assignedIn(cx, node)) {
      const variable = cx.frame.find(symbol);
      if (variable && !variable.boxed && cx.flow.values.has(variable)) guess(variable);
    }
    for (const variable of assignedByCalls(cx, node)) guess(variable);
  }
  if (spec.leavesEarly && cx.flow.values.has(cx.frame.result)) guess(cx.frame.result);
  return carried;
}

type Failure = "condition has effects" | "leaves early" | "other variables";

/** Lowers the loop once; the function that puts it into the current block, or what to do differently. */
function attempt(
  cx: Context,
  spec: LoopSpec,
  carried: Carried,
  early: boolean,
  flag: Variable | undefined,
): (() => void) | Failure {
  const before = cx.flow;
  if (flag) carried.set(flag, { kind: "boolean" });
  const variables = [...carried].filter((entry): entry is [Variable, Type] => entry[1] !== "poison");
  const makeParams = (): Value[] => [
    ...variables.map(([v, type]) => freshValue(type, v.name)),
    ...(early ? [freshValue(number, "exit")] : []),
  ];
  const startWith = (params: readonly Value[]): Flow => {
    const values = new Map(before.values);
    for (const [v, type] of carried) if (type === "poison") values.set(v, poisonOf(v, before.values.get(v)));
    variables.forEach(([v], i) => {
      values.set(v, params[i]);
    });
    return { values, exit: running };
  };

  const conditionParams = makeParams();
  const conditionStart = startWith(conditionParams);
  const condition = region(cx, conditionParams, conditionStart, () => {
    const own = flag ? asValue(cx, cx.read(flag) as Operand, undefined as never) : undefined;
    if (!early || flag) return own ?? spec.condition?.() ?? cx.constant(true);
    const goesOn = apply(cx, "eq", [conditionParams.at(-1) as Value, cx.constant(0)], "goesOn");
    return spec.condition ? both(cx, goesOn, spec.condition) : goesOn;
  });
  if (!flag && hasEffects(cx, condition, conditionStart)) return "condition has effects";
  const forever =
    spec.condition === undefined ||
    (condition.result !== undefined && !early && cx.known(condition.result) === true && !flag);
  const conditionBlock = closeRegion(condition, condition.result ? [condition.result] : []);

  const params = makeParams();
  learnFromCondition(conditionBlock, params);
  const body = region(cx, params, startWith(params), () => {
    spec.body();
    absorb(cx, spec.continueCode);
    whenRunning(cx, () => spec.update?.());
    if (flag && spec.condition) {
      const { condition: test } = spec;
      const goesOn = cx.flow.exit.codes.size > 1;
      // Under `try` the test itself may leave.
      if (goesOn || !cx.flow.exit.codes.has(0) || cx.handlers.length > 0) cx.write(flag, cx.constant(false));
      whenRunning(cx, () => cx.write(flag, test()));
    }
    return undefined;
  });
  const codes = body.flow.exit.codes;
  if (!early && [...codes].some((c) => c !== 0)) return "leaves early";
  if (widen(cx, before, startWith(params), body, carried)) return "other variables";

  return () => finish(cx, spec, { variables, carried, early, forever, flag, conditionBlock, body });
}

function poisonOf(variable: Variable, was: Operand | undefined): Operand {
  if (isFunction(was)) return poison("unknown-callee", `\`${variable.name}\`, which changes in a loop`);
  if (isGenerator(was)) return poison("generator-object", `It changes in a loop: \`${variable.name}\`.`);
  return poison("type-mismatch", `of \`${variable.name}\` in a loop`);
}

function hasEffects(cx: Context, condition: Region<Value>, start: Flow): boolean {
  if (changed(start, condition.flow).length > 0 || [...condition.flow.exit.codes].some((c) => c !== 0)) return true;
  const module = { functions: cx.session.functions, globals: cx.session.globals };
  return condition.b.instructions.some((i) => {
    const e = effectsOf(i, module);
    return e.writes || e.io;
  });
}

/** Adds to `carried` what the body turned out to change, with types wide enough. True if anything was added. */
function widen(cx: Context, before: Flow, start: Flow, body: Region<unknown>, carried: Carried): boolean {
  if (body.flow.exit.codes.size === 0) return false;
  let added = false;
  for (const [variable, was] of before.values) {
    const type = carried.get(variable);
    if (type === "poison") continue;
    const now = body.flow.values.get(variable);
    if (now === start.values.get(variable) || now === undefined) continue;
    const wanted = widest(cx, was, type, now);
    if (wanted === "same" || (wanted !== "poison" && type !== undefined && sameType(wanted, type))) continue;
    carried.set(variable, wanted);
    added = true;
  }
  return added;
}

function widest(cx: Context, was: Operand | undefined, type: Type | undefined, now: Operand): Type | "poison" | "same" {
  if (isFunction(now) || isFunction(was)) return widestFunction(cx, was, type, now);
  // Something was refused on the way to it, which has been said: the variable is no other for that.
  if (!isValue(now) && now.kind === "poison" && now.code === "reported") return "same";
  if (!isValue(now)) return isValue(was) || was === undefined || was !== now ? "poison" : "same";
  if (was !== undefined && !isValue(was)) return "poison";
  if (type) {
    if (sameType(type, now.type)) return type;
    const fits =
      type.kind === "optional" &&
      (sameType(type.of, now.type) || (now.type.kind === "undefined" && isMissingAs(type.absent, cx.known(now))));
    if (fits) return type;
    if (now.type.kind === "undefined")
      return type.kind === "optional" ? "poison" : optional(type, cx.known(now) === null ? "null" : "undefined");
    if (now.type.kind === "optional" && sameType(now.type.of, type)) return now.type;
    regroup(cx, type, now.type);
    return "poison";
  }
  if (!was) return now.type.kind === "undefined" ? "same" : now.type;
  if (was.type.kind === "undefined" && now.type.kind === "undefined")
    return cx.known(was) === cx.known(now) ? "same" : "poison";
  const joined = joinValues(cx, was, now);
  if (!joined) regroup(cx, was.type, now.type);
  return joined ?? "poison";
}

/** As `widest`, where one of the operands is a function. */
function widestFunction(
  cx: Context,
  was: Operand | undefined,
  type: Type | undefined,
  now: Operand,
): Type | "poison" | "same" {
  if (was === now && !type) return "same";
  if (type && isFunction(now)) return canBe(cx, now, type) ? type : "poison";
  if (type && isValue(now) && sameType(now.type, type)) return type;
  const common = was === undefined ? commonType(cx, now, now) : commonType(cx, was, now);
  return common ?? "poison";
}

interface Finished {
  readonly variables: readonly (readonly [Variable, Type])[];
  readonly carried: Carried;
  readonly early: boolean;
  readonly forever: boolean;
  readonly flag: Variable | undefined;
  readonly conditionBlock: Block;
  readonly body: Region<unknown>;
}

function finish(cx: Context, spec: LoopSpec, loop: Finished): void {
  const { variables, carried, early, forever, flag, body } = loop;
  const inits = variables.map(([v, type]) => {
    const now = cx.read(v);
    const made = entryValue(cx, now, type, v.name);
    if (!made) throw new Error(`${v.name} does not fit ${showType(type)}`);
    return made;
  });
  if (early) inits.push(cx.constant(0, "exit"));
  const yields = body.flow.exit.codes.size === 0 ? [] : yieldsOf(cx, body, variables, early);
  const hints = [...variables.map(([v]) => v.name), ...(early ? ["exit"] : [])];
  const results = cx.b.whileBlocks(inits, loop.conditionBlock, closeRegion(body, yields), hints);
  variables.forEach(([v], i) => {
    cx.write(v, results[i]);
  });
  for (const [v, type] of carried) if (type === "poison") cx.write(v, poisonOf(v, cx.read(v)));

  const codes = new Set(body.flow.exit.codes);
  if (forever) codes.delete(0);
  else if (!(spec.bodyFirst && flag)) codes.add(0);
  if (codes.size === 0) cx.flow.exit = stopped;
  else cx.flow.exit = { codes, value: codes.size > 1 ? (results.at(-1) as Value) : undefined };
  absorb(cx, spec.breakCode);
}

function yieldsOf(
  cx: Context,
  body: Region<unknown>,
  variables: readonly (readonly [Variable, Type])[],
  early: boolean,
): Value[] {
  const { b, flow } = cx;
  cx.b = body.b;
  cx.flow = body.flow;
  try {
    const values = variables.map(([v, type]) => {
      const now = body.flow.values.get(v);
      const made = entryValue(cx, now, type, v.name);
      if (!made) throw new Error(`${v.name} outgrew its type in a loop`);
      return made;
    });
    const { exit } = body.flow;
    if (early) values.push(exit.value ?? cx.constant([...exit.codes][0] ?? 0, "exit"));
    return values;
  } finally {
    cx.b = b;
    cx.flow = flow;
  }
}

/** What a variable has, as a value that the loop carries. */
function entryValue(cx: Context, now: Operand | undefined, type: Type, name: string): Value | undefined {
  if (isValue(now)) return tryCoerce(cx, now, type);
  return isFunction(now) ? functionOfType(cx, now, type) : cx.b.unset(type, name);
}

// ------------------------------------------------------------------------------------------------- Loops of the program

/** What `break` and `continue` lead to while `lower` runs. */
export function asTarget(
  cx: Context,
  labels: readonly string[],
  lower: (breakCode: number, continueCode: number) => void,
): void {
  const breakCode = cx.session.exitCode();
  const continueCode = cx.session.exitCode();
  cx.targets.push({ labels, breakCode, continueCode, frame: cx.frame });
  try {
    lower(breakCode, continueCode);
  } finally {
    cx.targets.pop();
  }
}

export function lowerWhile(cx: Context, node: ts.WhileStatement | ts.DoStatement, labels: readonly string[]): void {
  asTarget(cx, labels, (breakCode, continueCode) => {
    lowerLoop(cx, {
      scan: [node],
      hidden: [],
      condition: endless(node.expression) ? undefined : () => lowerCondition(cx, node.expression),
      body: () => lowerBody(cx, node.statement),
      update: undefined,
      breakCode,
      continueCode,
      leavesEarly: leavesEarly(node.statement),
      bodyFirst: ts.isDoStatement(node),
    });
  });
}

function endless(condition: ts.Expression): boolean {
  const inner = bare(condition);
  return inner.kind === ts.SyntaxKind.TrueKeyword || (ts.isNumericLiteral(inner) && Number(inner.text) !== 0);
}

export function lowerFor(cx: Context, node: ts.ForStatement, labels: readonly string[]): void {
  const { initializer, condition, incrementor } = node;
  if (initializer && ts.isVariableDeclarationList(initializer)) lowerDeclarations(cx, initializer);
  else if (initializer) lowerExpression(cx, initializer);
  const renewed = initializer && ts.isVariableDeclarationList(initializer) ? cellsIn(cx, initializer) : [];
  if (initializer && ts.isVariableDeclarationList(initializer)) keepFirst(cx, initializer);
  for (const v of renewed) renew(cx, v);
  const outliving = [...cx.flow.values.keys()];
  asTarget(cx, labels, (breakCode, continueCode) => {
    lowerLoop(cx, {
      scan: [node.statement, ...(condition ? [condition] : []), ...(incrementor ? [incrementor] : [])],
      hidden: renewed,
      condition: condition && !endless(condition) ? () => lowerCondition(cx, condition) : undefined,
      body: () => lowerBody(cx, node.statement),
      update:
        incrementor || renewed.length > 0
          ? () => {
              if (renewed.length > 0) settle(cx, outliving);
              for (const v of renewed) renew(cx, v);
              if (incrementor) lowerExpression(cx, incrementor);
            }
          : undefined,
      breakCode,
      continueCode,
      leavesEarly: leavesEarly(node.statement),
      bodyFirst: false,
    });
  });
}

/** Functions in `for (let i = 0, f = () => i; …)` see the variables of no iteration, but those of the beginning. */
function keepFirst(cx: Context, list: ts.VariableDeclarationList): void {
  const declared = list.declarations.flatMap(({ name }) => {
    const symbol = ts.isIdentifier(name) ? cx.checker.getSymbolAtLocation(name) : undefined;
    const variable = symbol && cx.frame.variables.get(symbol);
    return symbol && variable ? [{ symbol, variable }] : [];
  });
  const held = declared.filter(({ variable }) => isFunction(cx.read(variable)));
  if (held.length === 0) return;
  const captured = new Set(
    list.declarations.flatMap((d) => (d.initializer ? mentions(cx.checker, d.initializer) : [])),
  );
  needCells(declared.filter((d) => captured.has(d.symbol) && isReassigned(cx, d.symbol)).map((d) => d.variable));
  settle(
    cx,
    held.map((h) => h.variable),
  );
}

/** The cells among the variables of `for (let …)`. */
function cellsIn(cx: Context, list: ts.VariableDeclarationList): readonly Variable[] {
  if ((list.flags & ts.NodeFlags.Let) === 0) return [];
  const found: Variable[] = [];
  const names = (name: ts.BindingName): void => {
    const symbol = ts.isIdentifier(name) ? cx.checker.getSymbolAtLocation(name) : undefined;
    const variable = symbol && cx.frame.variables.get(symbol);
    if (variable?.boxed) found.push(variable);
    if (!ts.isIdentifier(name)) for (const e of name.elements) if (ts.isBindingElement(e)) names(e.name);
  };
  for (const d of list.declarations) names(d.name);
  return found;
}

/** Runs `body` for 0, 1, … below `count`, which is evaluated once: loops that a construct implies. */
export function countedLoop(
  cx: Context,
  _node: ts.Node,
  count: () => Value,
  body: (index: Value) => void,
  carries: readonly Variable[] = [],
): void {
  const end = count();
  const counter = new Variable("i", number);
  cx.write(counter, cx.constant(0, "i"));
  const at = (): Value => cx.read(counter) as Value;
  lowerLoop(cx, {
    scan: [],
    hidden: [counter, ...carries],
    condition: () => apply(cx, "lt", [at(), end]),
    body: () => body(at()),
    update: () => cx.write(counter, apply(cx, "add", [at(), cx.constant(1)], "i")),
    breakCode: cx.session.exitCode(),
    continueCode: cx.session.exitCode(),
    leavesEarly: false,
    bodyFirst: false,
  });
  cx.flow.values.delete(counter);
}
