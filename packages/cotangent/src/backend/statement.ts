/**
 * Blocks as statements. Values that got a variable are set where they are defined; at the end of a region its results are
 * copied into the variables of the instruction that it belongs to. Copies that happen together are put in an order that
 * reads every variable before it is overwritten, with a temporary where they go round in a circle.
 */
import { functionEffects } from "../analysis/effects.ts";
import { analyzeRanges } from "../analysis/ranges.ts";
import { BlockBuilder } from "../ir/build.ts";
import { isVariantNumber } from "../ir/type.ts";
import type { Block, Func, Instr, Module, Span, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { hasWrites } from "./effects.ts";
import type { Originals } from "./equal-lengths.ts";
import {
  closureExpression,
  type FunctionContext,
  hostExpression,
  instrExpression,
  presentWhen,
  valueExpression,
  withPresent,
} from "./expression.ts";
import { addToStatement, clearStatements, shadowExpression, shadowsExpression } from "./structure.ts";
import {
  binary,
  call,
  type Expression,
  forEachRead,
  isLiteral,
  literal,
  makeVariable,
  member,
  negate,
  read,
  reads,
  type Statement,
  strength,
  type Variable,
} from "./tree.ts";
import { carriedOf } from "./variables.ts";

type ForInstr = Extract<Instr, { op: "for" }>;
type WhileInstr = Extract<Instr, { op: "while" }>;

export interface StatementContext extends FunctionContext {
  readonly guards: Guards;
  readonly isInLoop: boolean;
  /** The functions that are written before an instruction. */
  readonly innerFunctions: (instr: Instr) => readonly Statement[];
  /** True if the value's variable is set in several places. */
  readonly changes: (value: Value) => boolean;
}

/** How an `accumulate` must test its index. */
type Guard = "none" | "below" | "present";
export type Guards = ReadonlyMap<Instr, Guard>;

/** Finds, for every `accumulate` of `func`, the cheapest test that keeps it within bounds. `given`: among its parameters. */
export function findGuards(func: Func, module: Module, given: Originals): Guards {
  const guards = new Map<Instr, Guard>();
  const zero = new BlockBuilder();
  const least = zero.constant(0);
  const ranges = analyzeRanges({ ...func, body: { ...func.body, body: [...zero.finish([]).body, ...func.body.body] } });
  /** Lengths by array, and shadows that were made as long as their arrays. */
  const lengths: { readonly value: Value; readonly array: Value }[] = [];
  const originals = new Map<Value, Value>();
  let shrinks = false;
  let grows = false;
  /** Arrays that the function makes, which no parameter is. */
  const own = new Set<Value>();
  forEachInstr(func.body, (instr) => {
    if (instr.op === "array" || instr.op === "allocate" || instr.op === "shadow")
      for (const r of instr.results) own.add(r);
    if (instr.op === "length") lengths.push({ value: instr.results[0] as Value, array: instr.array });
    else if (instr.op === "shadow") {
      instr.of.forEach((v, i) => {
        originals.set(instr.results[i] as Value, v);
      });
    } else if (instr.op === "pop" || instr.op === "reinstate") shrinks = true;
    else if (instr.op === "push") grows ||= !own.has(instr.array);
    else if (instr.op === "call" && functionEffects(instr.callee, module).writes) shrinks = true;
  });
  if (!grows) for (const [shadow, original] of given) originals.set(shadow, original);
  const isLong = (length: Value, array: Value): boolean => {
    const measured = lengths.find((l) => l.value === length)?.array;
    return measured === array || (measured !== undefined && originals.get(array) === measured);
  };
  const walk = (block: Block, inside: readonly ForInstr[]): void => {
    for (const instr of block.body) {
      if (instr.op === "accumulate") guards.set(instr, guardOf(instr, inside));
      else if (instr.op === "if") for (const b of [instr.then, instr.else]) walk(b, inside);
      else if (instr.op === "for") walk(instr.body, [...inside, instr]);
      else if (instr.op === "while") for (const b of [instr.condition, instr.body]) walk(b, inside);
    }
  };
  const guardOf = (instr: Extract<Instr, { op: "accumulate" }>, inside: readonly ForInstr[]): Guard => {
    const { array, index } = instr;
    // Typed arrays ignore stores out of bounds by themselves.
    if (array.type.kind === "array" && array.type.storage !== "Array") return "none";
    if (!ranges.isInteger(index) || !ranges.isAtMost(least, index, inside)) return "present";
    // Arrays that nothing shortens are at least as long as they ever were.
    const isBounded = !shrinks && lengths.some((l) => isLong(l.value, array) && ranges.isBelow(index, l.value, inside));
    return isBounded ? "none" : "below";
  };
  walk(func.body, []);
  return guards;
}

interface Copy {
  readonly target: Variable;
  readonly value: Expression;
}

/** Sets all targets to their values at once. */
function copyTogether(copies: readonly Copy[], span: Span | undefined): readonly Statement[] {
  let left = copies.filter((c) => !(c.value.kind === "variable" && c.value.variable === c.target));
  const out: Statement[] = [];
  while (left.length > 0) {
    const free = left.find((c) => left.every((other) => other === c || !reads(other.value, c.target)));
    if (free) {
      out.push({ kind: "set", target: free.target, value: free.value, span });
      left = left.filter((c) => c !== free);
      continue;
    }
    // A circle: one value is put aside, the one that most others wait for.
    const [aside] = [...left].sort((a, b) => weight(b.value) - weight(a.value)) as [Copy];
    const kept = makeVariable(aside.target.type, aside.target.hint && `${aside.target.hint}Next`);
    out.push({ kind: "set", target: kept, value: aside.value, span });
    left = left.map((c) => (c === aside ? { target: c.target, value: read(kept) } : c));
  }
  return out;
}

function weight(e: Expression): number {
  let count = 0;
  forEachRead(e, () => {
    count++;
  });
  return count;
}

/** The statements of a block, and of its end: `finish` says what becomes of the values that it yields. */
export function blockStatements(
  block: Block,
  cx: StatementContext,
  finish: (values: readonly Value[]) => readonly Statement[],
): readonly Statement[] {
  const out: Statement[] = [];
  for (const instr of block.body) {
    out.push(...cx.innerFunctions(instr));
    if (cx.placement.isSkipped(instr) || cx.placement.isInPlace(instr)) continue;
    for (const s of instrStatements(instr, cx)) out.push("span" in s ? s : { ...s, span: instr.span });
  }
  if (block.end.kind === "yield") out.push(...finish(block.end.values));
  else {
    const { error, message, span } = block.end;
    out.push({ kind: "throw", error, message: message && valueExpression(message, cx), span });
  }
  return out;
}

function instrStatements(instr: Instr, cx: StatementContext): readonly Statement[] {
  const say = (v: Value): Expression => valueExpression(v, cx);
  const [result] = instr.results;
  switch (instr.op) {
    case "store":
      return [{ kind: "write", target: element(instr.array, instr.index, cx), value: say(instr.value), adds: false }];
    case "accumulate":
      return accumulation(instr, cx);
    case "setField":
    case "accumulateField": {
      const adds = instr.op === "accumulateField";
      const target = member(say(instr.record), instr.field);
      const write: Statement = { kind: "write", target, value: say(instr.value), adds };
      if (!adds || !isVariantNumber(instr.record.type, instr.field)) return [write];
      const test = binary("!==", strength.equality, target, literal(undefined));
      return [{ kind: "if", test, then: [{ ...write, span: instr.span }], else: [] }];
    }
    case "push":
      return [{ kind: "run", expression: call(member(say(instr.array), "push"), say(instr.value)) }];
    case "clear":
      return clearStatements(say(instr.structure), instr.structure.type, instr.gaps, cx.module);
    case "addTo":
      return [addToStatement(say(instr.target), say(instr.source), instr.target.type, instr.grown, cx.module)];
    case "reinstate":
      return [{ kind: "run", expression: call(cx.module.runtime("reinstate"), say(instr.snapshot)) }];
    case "release": {
      const isNumeric = instr.tape.type.kind === "tape" && instr.tape.type.element.kind === "number";
      return [
        {
          kind: "run",
          expression: call(cx.module.runtime(isNumeric ? "giveTape" : "giveReferences"), say(instr.tape)),
        },
      ];
    }
    case "host":
      if (result && cx.placement.isUsed(result)) break;
      return [{ kind: "run", expression: hostExpression(instr, cx) }];
    case "pop":
      if (result && !cx.placement.isUsed(result))
        return [{ kind: "run", expression: call(member(say(instr.array), "pop")) }];
      break;
    case "shadow":
      if (instr.of.length === 1) break;
      return shadowStatements(instr, cx);
    case "call": {
      const called = cx.module.called(instr.callee, instr.args.map(say));
      const targets = instr.results.map((r) => (cx.placement.isUsed(r) ? cx.variable(r) : undefined));
      if (targets.every((t) => t === undefined)) return [{ kind: "run", expression: called }];
      if (targets.length === 1) break;
      if (!cx.isInLoop) return [{ kind: "spread", targets, value: called }];
      // Taking a tuple apart by its iterator costs too much where it happens again and again.
      const tuple = makeVariable({ kind: "undefined" }, "results");
      return [
        { kind: "set", target: tuple, value: called },
        ...targets.flatMap((target, i): readonly Statement[] =>
          target ? [{ kind: "set", target, value: { kind: "index", object: read(tuple), index: literal(i) } }] : [],
        ),
      ];
    }
    case "closure":
      return closureStatements(instr, cx);
    case "if":
      if (cx.placement.isConditional(instr)) break;
      return ifStatements(instr, cx);
    case "for":
      return forStatements(instr, cx);
    case "while":
      return whileStatements(instr, cx);
    default:
      break;
  }
  if (!result) throw new Error(`${instr.op} has no result and is no statement`);
  return [{ kind: "set", target: cx.variable(result), value: instrExpression(instr, cx) }];
}

/** A function value that keeps what its captures are now: those in variables that change are put aside. */
function closureStatements(instr: Extract<Instr, { op: "closure" }>, cx: StatementContext): readonly Statement[] {
  const kept: Statement[] = [];
  const captures = instr.captures.map((v): Expression => {
    const said = valueExpression(v, cx);
    if (said.kind !== "variable" || !cx.changes(v)) return said;
    const copy = makeVariable(v.type, v.hint);
    kept.push({ kind: "set", target: copy, value: said });
    return read(copy);
  });
  const target = cx.variable(instr.results[0] as Value);
  return [...kept, { kind: "set", target, value: closureExpression(instr, captures, cx) }];
}

function element(array: Value, index: Value, cx: FunctionContext): Expression {
  return { kind: "index", object: valueExpression(array, cx), index: valueExpression(index, cx) };
}

function accumulation(instr: Extract<Instr, { op: "accumulate" }>, cx: StatementContext): readonly Statement[] {
  const target = element(instr.array, instr.index, cx);
  const add: Statement = {
    kind: "write",
    target,
    value: valueExpression(instr.value, cx),
    adds: true,
    span: instr.span,
  };
  const index = valueExpression(instr.index, cx);
  switch (cx.guards.get(instr)) {
    case "none":
      return [add];
    case "below": {
      const test = binary("<", strength.relational, index, member(valueExpression(instr.array, cx), "length"));
      return [{ kind: "if", test, then: [add], else: [] }];
    }
    default: {
      // An element that is there, whatever kind of number the index is.
      const test = binary("!==", strength.equality, target, literal(undefined));
      return [{ kind: "if", test, then: [add], else: [] }];
    }
  }
}

function shadowStatements(instr: Extract<Instr, { op: "shadow" }>, cx: StatementContext): readonly Statement[] {
  const types = instr.of.map((v) => v.type);
  const used = instr.results.map((r) => (cx.placement.isUsed(r) ? cx.variable(r) : undefined));
  if (!instr.shared) {
    return instr.of.flatMap((v, i): readonly Statement[] => {
      const target = used[i];
      if (!target) return [];
      return [{ kind: "set", target, value: shadowExpression(valueExpression(v, cx), v.type, false, cx.module) }];
    });
  }
  const value = shadowsExpression(
    instr.of.map((v) => valueExpression(v, cx)),
    types,
    true,
    cx.module,
  );
  return [{ kind: "spread", targets: used, value }];
}

/** What must still run of a value that nobody reads: an expression in place may call or pop. */
function discarded(value: Value, cx: StatementContext): readonly Statement[] {
  const acts = (v: Value): boolean => {
    const made = cx.reading.definition(v);
    if (!made || !cx.placement.isInPlace(made)) return false;
    const own = cx.placement.footprint(made);
    return hasWrites(own) || own.speaks || cx.reading.operands(made).some(acts);
  };
  return acts(value) ? [{ kind: "run", expression: valueExpression(value, cx) }] : [];
}

/** Copies what a region yields into the variables that wait for it; placeholders are left out. */
function copiesTo(targets: readonly Value[], span: Span | undefined, cx: StatementContext) {
  return (values: readonly Value[]): readonly Statement[] => {
    const copies: Copy[] = [];
    const rest: Statement[] = [];
    values.forEach((value, i) => {
      const target = targets[i] as Value;
      if (!cx.placement.isUsed(target)) {
        rest.push(...discarded(value, cx));
        return;
      }
      const variable = cx.variable(target);
      if (cx.reading.definition(value)?.op === "unset") variable.unsettled = true;
      else copies.push({ target: variable, value: valueExpression(value, cx) });
    });
    return [...rest, ...copyTogether(copies, span)];
  };
}

function ifStatements(instr: Extract<Instr, { op: "if" }>, cx: StatementContext): readonly Statement[] {
  const idiom = cx.reading.idiom(instr);
  if (idiom?.kind === "append") {
    const target = element(idiom.array, idiom.index, cx);
    return [{ kind: "write", target, value: valueExpression(idiom.value, cx), adds: false }];
  }
  const finish = copiesTo(instr.results, undefined, cx);
  const test = valueExpression(instr.condition, cx);
  const then = withPresent(presentWhen(instr.condition, true, cx), cx, () => blockStatements(instr.then, cx, finish));
  const otherwise = withPresent(presentWhen(instr.condition, false, cx), cx, () =>
    blockStatements(instr.else, cx, finish),
  );
  if (then.length === 0 && otherwise.length === 0) return [];
  if (then.length === 0) return [{ kind: "if", test: negate(test), then: otherwise, else: [] }];
  return [{ kind: "if", test, then, else: otherwise }];
}

/** Gives the carried variables of a loop their first values. */
function enterLoop(instr: ForInstr | WhileInstr, cx: StatementContext): readonly Statement[] {
  const carried = carriedOf(instr);
  const bare: Variable[] = [];
  const copies: Copy[] = [];
  const rest: Statement[] = [];
  carried.forEach((param, i) => {
    const init = instr.inits[i] as Value;
    if (!isLoopValueUsed(instr, i, cx)) {
      rest.push(...discarded(init, cx));
      return;
    }
    const target = cx.variable(param);
    if (cx.reading.definition(init)?.op === "unset") {
      target.unsettled = true;
      bare.push(target);
    } else copies.push({ target, value: valueExpression(init, cx) });
  });
  const declared: readonly Statement[] = bare.length > 0 ? [{ kind: "declare", variables: bare }] : [];
  return [...declared, ...rest, ...copyTogether(copies, undefined)];
}

function isLoopValueUsed(instr: ForInstr | WhileInstr, i: number, cx: StatementContext): boolean {
  const { isUsed } = cx.placement;
  const inTest = instr.op === "while" && isUsed(instr.condition.params[i] as Value);
  return inTest || isUsed(carriedOf(instr)[i] as Value) || isUsed(instr.results[i] as Value);
}

/** The body of a loop, its carried variables set to their next values at the end. */
function bodyStatements(instr: ForInstr | WhileInstr, cx: StatementContext): readonly Statement[] {
  const carried = carriedOf(instr);
  return blockStatements(instr.body, cx, (values) => {
    const copies: Copy[] = [];
    const rest: Statement[] = [];
    values.forEach((value, i) => {
      if (!isLoopValueUsed(instr, i, cx)) {
        rest.push(...discarded(value, cx));
        return;
      }
      const target = cx.variable(carried[i] as Value);
      if (cx.reading.definition(value)?.op === "unset") return;
      copies.push({ target, value: valueExpression(value, cx) });
    });
    return [...rest, ...copyTogether(copies, undefined)];
  });
}

function forStatements(instr: ForInstr, cx: StatementContext): readonly Statement[] {
  const index = cx.variable(instr.body.params[0] as Value);
  return [
    ...enterLoop(instr, cx),
    {
      kind: "for",
      index,
      start: valueExpression(instr.start, cx),
      test: countingTest(instr, read(index), cx),
      step: instr.step,
      body: bodyStatements(instr, { ...cx, isInLoop: true }),
      span: instr.span,
    },
  ];
}

function countingTest(instr: ForInstr, index: Expression, cx: FunctionContext): Expression {
  const end = valueExpression(instr.end, cx);
  // Counting down to 0 reads better with 0 in it.
  if (instr.step === -1 && isLiteral(end, -1)) return binary(">=", strength.relational, index, literal(0));
  return binary(instr.step > 0 ? "<" : ">", strength.relational, index, end);
}

function whileStatements(instr: WhileInstr, outside: StatementContext): readonly Statement[] {
  const before = enterLoop(instr, outside);
  const cx = { ...outside, isInLoop: true };
  const isExpression = instr.condition.body.every((i) => cx.placement.isSkipped(i) || cx.placement.isInPlace(i));
  if (isExpression && instr.condition.end.kind === "yield") {
    const [test] = instr.condition.end.values as [Value];
    return [
      ...before,
      { kind: "while", test: valueExpression(test, cx), body: bodyStatements(instr, cx), span: instr.span },
    ];
  }
  const test = blockStatements(instr.condition, cx, ([value]) => [
    { kind: "if", test: negate(valueExpression(value as Value, cx)), then: [{ kind: "break" }], else: [] },
  ]);
  return [
    ...before,
    { kind: "while", test: literal(true), body: [...test, ...bodyStatements(instr, cx)], span: instr.span },
  ];
}
