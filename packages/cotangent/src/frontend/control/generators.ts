/**
 * Generators by internal iteration: nothing is suspended. A call of a generator runs nothing; where something takes what
 * it yields, the body is lowered in place, with the taker's code at each `yield`. A taker that leaves (`break`,
 * `return`) leaves by an exit code, and what follows the `yield` does not run, as after JavaScript's `return()`. A
 * generator that is recursive or yields at many places becomes a function instead, which calls the taker as a function
 * value and stops where that gives an exit code:
 *
 *     function inorder(node: Tree, each: (v: number) => number): number { … const exit = each(node.value); … }
 *
 * (Liskov et al., Abstraction Mechanisms in CLU: iterators; Murer et al., Iteration Abstraction in Sather.)
 */
import ts from "typescript";
import { array, number, sameType } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import {
  AlreadyReported,
  type Consumer,
  type Context,
  type Frame,
  type FunctionNode,
  type GeneratorCall,
  isFunction,
  isGenerator,
  isValue,
  type Operand,
  quote,
  refuse,
  running,
  type UserFunction,
  Variable,
} from "../context.ts";
import { absorb, apply, branch, leave } from "../flow.ts";
import { needCells } from "../functions/cells.ts";
import { capturesOf, isRecursive } from "../functions/closures.ts";
import {
  bindParameters,
  functionName,
  learnFromCall,
  lowerFunctionBody,
  makeFrame,
  matchArguments,
  parameterName,
  signatureOf,
} from "../functions/function-body.ts";
import { callValue } from "../functions/function-calls.ts";
import { consumerValue, functionAs, settle } from "../functions/function-values.ts";
import { buildFunction, checkReached, countVersion, freshName, specialisationKey } from "../functions/specialize.ts";
import { heldAs } from "../types/signatures.ts";
import { tryType } from "../types/types.ts";
import { coerce } from "../values/coerce.ts";
import { asValue, lowerExpression } from "../values/expression.ts";
import { eachElement, type Iterated, iterated, wholeItem } from "./iteration.ts";
import { eachStep, type Stepped, steppedThrough } from "./iterators.ts";

// ------------------------------------------------------------------------------------------------------------- Calling

/** How many places that yield are lowered in place: the taker's code is copied to each. */
const mostCopies = 4;
const mostInlined = 2000;

/** Calls a generator: evaluates and binds its parameters, and runs nothing. */
export function makeGenerator(
  cx: Context,
  fn: UserFunction,
  args: readonly Operand[],
  called: ts.Node,
  resultType: ts.Type | undefined,
): GeneratorCall {
  const { node } = fn;
  checkReached(cx.session, node);
  const operands = matchArguments(cx, node, args, called);
  const frame = makeFrame(cx.session, fn);
  learnFromCall(cx, frame, node, operands, called, resultType);
  const isCalled = countYields(node) > mostCopies || isRecursive(cx, fn, operands.filter(isFunction));
  const taken = new Variable("taken", undefined);
  cx.write(taken, cx.constant(false));
  if (!isCalled) {
    const { frame: outer } = cx;
    cx.frame = frame;
    try {
      cx.write(frame.result, undefined);
      bindParameters(cx, node, operands);
    } finally {
      cx.frame = outer;
    }
  }
  return { kind: "generator", fn, frame, operands, isCalled, taken };
}

function countYields(node: FunctionNode): number {
  let count = 0;
  const visit = (n: ts.Node): void => {
    if (ts.isYieldExpression(n)) count++;
    if (!ts.isFunctionLike(n)) n.forEachChild(visit);
  };
  node.body?.forEachChild(visit);
  return count;
}

/** The type of what a generator yields; undefined if nothing says it. */
export function yieldedType(cx: Context, { fn, frame }: GeneratorCall): Type | undefined {
  const signature = signatureOf(cx, fn.node);
  const returned = signature && cx.checker.getReturnTypeOfSignature(signature);
  const [element] = returned ? cx.checker.getTypeArguments(returned as ts.TypeReference) : [];
  const { frame: outer } = cx;
  cx.frame = frame;
  try {
    return element && tryType(cx, element, fn.node);
  } finally {
    cx.frame = outer;
  }
}

// -------------------------------------------------------------------------------------------------------------- Taking

/** What a construct can take values from, one after another. */
export type Source = GeneratorCall | Stepped | Iterated;

/** Evaluates an expression that something is to iterate over. Refuses what is not taken as such. */
export function lowerSource(cx: Context, node: ts.Expression): Source {
  return iterated(cx, node, (operand) => steppedThrough(cx, operand, node));
}

export interface Taking {
  readonly node: ts.Node;
  readonly scan: readonly ts.Node[];
  readonly hidden: readonly Variable[];
  readonly breakCode: number;
  readonly continueCode: number;
  readonly leavesEarly: boolean;
  readonly take: (cx: Context, item: () => Operand, index: Value | undefined) => void;
}

/** Runs `take` for each value of the source, until it leaves. */
export function iterate(cx: Context, source: Source, taking: Taking, takesAll = false): void {
  if (!("kind" in source)) {
    eachElement(cx, source, taking);
    return;
  }
  if (source.kind === "stepped") {
    eachStep(cx, source, taking, takesAll);
    return;
  }
  const { breakCode, continueCode, hidden, node } = taking;
  const outliving = [...cx.flow.values.keys()];
  take(cx, source, node, {
    node,
    frame: cx.frame,
    targets: [...cx.targets],
    hidden,
    called: undefined,
    take: (inner, item) => {
      taking.take(inner, () => item, undefined);
      absorb(inner, continueCode);
      // The next value is bound to the same names.
      settle(inner, outliving);
    },
  });
  absorb(cx, breakCode);
}

/** Runs a generator, whose values `consumer` takes. */
function take(cx: Context, generator: GeneratorCall, node: ts.Node, consumer: Consumer): void {
  const taken = cx.read(generator.taken);
  const known = isValue(taken) ? cx.known(taken) : undefined;
  // A generator that has been taken from is at its end.
  if (known === true) return;
  if (known !== false) refuse(node, "generator-object", "It may be one that has been taken from already.");
  cx.write(generator.taken, cx.constant(true));
  if (generator.isCalled) callGenerator(cx, generator, node, consumer);
  else runInPlace(cx, generator, node, consumer);
}

function runInPlace(cx: Context, { fn, frame }: GeneratorCall, node: ts.Node, consumer: Consumer): void {
  if (++cx.session.inlined > mostInlined) refuse(node, "specialisation-limit", `\`${functionName(fn.node)}\``);
  const { frame: outer, targets } = cx;
  frame.consumer = consumer;
  cx.frame = frame;
  cx.targets = [];
  cx.inlining.push(fn.node);
  try {
    lowerFunctionBody(cx, fn.node);
    if (cx.failed) throw new AlreadyReported();
    absorb(cx, frame.returnCode);
  } finally {
    cx.inlining.pop();
    cx.targets = targets;
    cx.frame = outer;
  }
}

/** `yield v` and `yield* source`. What the expression evaluates to, nobody has sent. */
export function lowerYield(cx: Context, node: ts.YieldExpression): Operand {
  const { frame } = cx;
  const { consumer } = frame;
  if (!consumer) return refuse(node, "generator-function", "The function around `yield`");
  // What the consumer throws does not arrive in the generator.
  if (isUnderTry(node)) refuse(node, "generator-object", "It yields under `try`.");
  if (node.asteriskToken && node.expression) delegate(cx, node, node.expression, consumer);
  else {
    const item = node.expression ? lowerExpression(cx, node.expression) : cx.constant(undefined);
    give(cx, consumer, item);
  }
  const { exit } = cx.flow;
  const leaves = exit.codes.size !== 1 || !exit.codes.has(0);
  const isStatement = ts.isExpressionStatement(node.parent);
  if (!isStatement && (leaves || node.asteriskToken)) refuse(node, "generator-object", "A value of `yield` is used.");
  return cx.constant(undefined);
}

function isUnderTry(node: ts.Node): boolean {
  for (let n = node; !ts.isFunctionLike(n); n = n.parent) if (ts.isTryStatement(n)) return true;
  return false;
}

/** Runs the consumer's code, in its own surroundings. */
function give(cx: Context, consumer: Consumer, item: Operand): void {
  const { frame, targets } = cx;
  cx.frame = consumer.frame;
  cx.targets = [...consumer.targets];
  try {
    consumer.take(cx, item);
  } finally {
    cx.frame = frame;
    cx.targets = targets;
  }
}

function delegate(cx: Context, node: ts.YieldExpression, from: ts.Expression, consumer: Consumer): void {
  const source = lowerSource(cx, from);
  if ("kind" in source && source.kind === "generator") {
    take(cx, source, node, consumer);
    return;
  }
  iterate(cx, source, {
    node,
    scan: [],
    hidden: [],
    breakCode: cx.session.exitCode(),
    continueCode: cx.session.exitCode(),
    leavesEarly: false,
    take: (inner, item, index) => give(inner, consumer, wholeItem(inner, source, item, index, node)),
  });
}

// ------------------------------------------------------------------------------------------------ Generators as functions

/** Calls a generator as a function, which gives the code that the consumer has left with, or 0. */
function callGenerator(cx: Context, generator: GeneratorCall, node: ts.Node, consumer: Consumer): void {
  const { session } = cx;
  const { fn, frame, operands } = generator;
  const type = yieldedType(cx, generator);
  if (cx.handlers.length > 0)
    refuse(
      node,
      "generator-object",
      `It is recursive, or yields in more than ${mostCopies} places, and is called under \`try\`.`,
    );
  if (!type || operands.some(isGenerator)) {
    refuse(node, "generator-object", "Nothing says the type of what it yields.");
  }
  const chain = consumer.called ? [] : chainOf(consumer);
  const results = chain.flatMap((c) => resultOf(cx, c) ?? []);
  const codes = new Set<number>();
  const each = consumer.called
    ? asValue(cx, cx.read(consumer.called.each) as Operand, node)
    : consumerValue(
        cx,
        chain,
        results.map((r) => r.cell),
        type,
        (inner, item) => {
          for (const c of chain) inner.write(c.frame.result, undefined);
          give(inner, consumer, item);
          return exitOf(inner, node, results, codes);
        },
      );
  const captures = capturesOf(cx, [fn, ...operands.filter(isFunction)]);
  needCells(captures.assigned);
  const passed = [...operands, each];
  const key = `generator|${specialisationKey(cx, fn, passed, captures, frame)}`;
  let version = session.specialisations.get(key);
  if (!version) {
    countVersion(session, fn.node, node);
    version = { name: freshName(session, functionName(fn.node)), results: [number], assumed: [number] };
    session.specialisations.set(key, version);
    const hints = [...fn.node.parameters.map(parameterName), "each"];
    const built = buildFunction(cx, {
      node: fn.node,
      frame,
      version,
      captures,
      operands: passed,
      hints,
      lower: (inner, own) => [bodyOf(inner, fn, frame, own.slice(0, -1), own.at(-1) as Value)],
    });
    if (!built) {
      session.specialisations.delete(key);
      throw new AlreadyReported();
    }
  }
  const values = [...passed, ...captures.values.map((v) => cx.read(v))].filter(
    (o): o is Value => isValue(o) && !(o.type.kind === "undefined" && cx.isKnown(o)),
  );
  const [code] = cx.b.call(version.name, values, [number], ["exit"]);
  if (!code) throw new Error("a generator gives a code");
  if (consumer.called) passOn(cx, consumer, code);
  else takeExit(cx, code, codes, results);
}

/** The consumer, and those to whom its code yields in turn, up to the next that is called as a function. */
function chainOf(consumer: Consumer): readonly Consumer[] {
  const chain = [consumer];
  for (let c = consumer.frame.consumer; c; c = c.called ? undefined : c.frame.consumer) chain.push(c);
  return chain;
}

/** Inside of a generator that is a function: stops if the consumer has left. */
function passOn(cx: Context, { frame, called }: Consumer, code: Value): void {
  if (!called) throw new Error("no generator that is a function");
  if (called.inMemory) cx.b.store(cx.read(called.stop) as Value, cx.constant(0), code);
  else cx.write(called.stop, code);
  branch(
    cx,
    apply(cx, "eq", [code, cx.constant(0)], "goesOn"),
    () => undefined,
    () => {
      leave(cx, frame.returnCode);
      return undefined;
    },
  );
}

function bodyOf(cx: Context, fn: UserFunction, frame: Frame, operands: readonly Operand[], each: Value): Value {
  const stop = new Variable("exit", number);
  const receiver = new Variable("each", undefined);
  // Where a loop over another generator yields, the code is known to that generator's consumer.
  const inMemory = yieldsInForOf(fn.node);
  const start = cx.constant(0);
  cx.write(stop, inMemory ? cx.b.array([start], array(number), "exit") : start);
  cx.write(receiver, each);
  const consumer: Consumer = {
    node: fn.node,
    frame,
    targets: [],
    hidden: inMemory ? [receiver, stop] : [receiver],
    called: { each: receiver, stop, inMemory },
    take: (inner, item) => {
      const to = asValue(inner, inner.read(receiver) as Operand, fn.node);
      passOn(inner, consumer, asValue(inner, callValue(inner, to, [item], fn.node), fn.node));
    },
  };
  frame.consumer = consumer;
  cx.write(frame.result, undefined);
  bindParameters(cx, fn.node, operands);
  lowerFunctionBody(cx, fn.node);
  if (cx.failed) throw new AlreadyReported();
  absorb(cx, frame.returnCode);
  const code = asValue(cx, cx.read(stop) as Operand, fn.node);
  return inMemory ? cx.b.load(code, cx.constant(0)) : code;
}

function yieldsInForOf(node: FunctionNode): boolean {
  const visit = (n: ts.Node, inside: boolean): boolean => {
    if (ts.isYieldExpression(n) && inside) return true;
    if (ts.isFunctionLike(n)) return false;
    return ts.forEachChild(n, (child) => visit(child, inside || ts.isForOfStatement(n)) || undefined) ?? false;
  };
  return node.body !== undefined && visit(node.body, false);
}

/** Where code that may `return` leaves the value for the function around it: an array of one. */
interface Result {
  readonly frame: Frame;
  readonly type: Type;
  readonly cell: Variable;
}

function resultOf(cx: Context, { node, frame, called }: Consumer): Result | undefined {
  if (called || frame.node?.asteriskToken || !returnsValue(node)) return undefined;
  const around = frame.node && signatureOf(cx, frame.node);
  const type = around && tryType(cx, cx.checker.getReturnTypeOfSignature(around), node);
  if (!type) return refuse(node, "generator-object", "Nothing says the type of what is returned.");
  if (type.kind === "undefined") return undefined;
  const held = heldAs(type);
  const start =
    held.kind === "optional" ? cx.b.missing(held) : type.kind === "number" ? cx.constant(0) : cx.b.unset(type);
  const cell = new Variable("result", undefined);
  cx.write(cell, cx.b.array([start], array(held), "result"));
  return { frame, type, cell };
}

function returnsValue(node: ts.Node): boolean {
  if (ts.isReturnStatement(node) && node.expression) return true;
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, (child) => returnsValue(child) || undefined) ?? false;
}

/** The code that the consumer leaves with; what it returns goes to the cells. */
function exitOf(cx: Context, node: ts.Node, results: readonly Result[], codes: Set<number>): Value {
  const { exit } = cx.flow;
  for (const code of exit.codes) codes.add(code);
  const code = exit.value ?? cx.constant([...exit.codes][0] ?? 0, "exit");
  cx.flow.exit = running;
  for (const { frame, cell } of results) {
    const place = cx.read(cell);
    if (!isValue(place) || place.type.kind !== "array" || !exit.codes.has(frame.returnCode)) continue;
    const { element } = place.type;
    whereReturned(cx, code, frame, () => {
      const returned = cx.read(frame.result);
      if (!returned) return;
      const value = asValue(cx, functionAs(cx, returned, element, node), node);
      cx.b.store(place, cx.constant(0), coerce(cx, value, element, node));
    });
  }
  return code;
}

/** Goes where the consumer has left to. */
function takeExit(cx: Context, code: Value, codes: ReadonlySet<number>, results: readonly Result[]): void {
  for (const { frame, type, cell } of results) {
    const place = cx.read(cell);
    if (isValue(place) && codes.has(frame.returnCode)) {
      whereReturned(cx, code, frame, () => {
        const held = cx.b.load(place, cx.constant(0));
        cx.write(frame.result, sameType(type, held.type) ? held : cx.b.unwrap(held));
      });
    }
    cx.flow.values.delete(cell);
  }
  const all = new Set([0, ...codes]);
  cx.flow.exit = all.size === 1 ? running : { codes: all, value: code };
}

function whereReturned(cx: Context, code: Value, frame: Frame, lower: () => void): void {
  branch(
    cx,
    apply(cx, "eq", [code, cx.constant(frame.returnCode)]),
    () => {
      lower();
      return undefined;
    },
    () => undefined,
  );
}

/** Refuses a generator where an operand is used otherwise. */
export function refuseGenerator(node: ts.Node): never {
  return refuse(node, "generator-object", `It is used otherwise in ${quote(node)}.`);
}
