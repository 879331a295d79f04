/**
 * Recursive functions with small frames. How deep a function calls itself before the stack is exhausted is the size of
 * the stack over the size of its frame, and in the engine's interpreter, where recursion starts out, every local variable
 * has a word of the frame for itself, and taking a tuple apart by its iterator a dozen of them. So in functions that call
 * themselves, by whatever way, what a tape takes and gives is said without variables for its slots, and what a call
 * returns is read where it is used:
 *
 *     const base = tape.grow(1);                            const [y, dy] = f(x);
 *     const kept = tape.values;      =>  tape.push(x);      return [y * y, 2 * y * dy];
 *     kept[base] = x;                                  =>   const results = f(x);
 *                                                           return [results[0] * results[0], …];
 */
import type { Span, Type } from "../ir/types.ts";
import {
  bodiesOf,
  call,
  type Expression,
  expressionsOf,
  forEachRead,
  literal,
  makeVariable,
  mapStatement,
  member,
  partsOf,
  read,
  reads,
  type Statement,
  targetsOf,
  type Variable,
} from "./tree.ts";

type List = readonly Statement[];

/**
 * The body of a recursive function with these parameters, with fewer variables. `writes`: it, or what it calls, writes
 * memory, so that a field may not be what it was.
 */
export function shrinkFrame(body: List, params: readonly Variable[], writes: boolean): List {
  const direct = compareAgain(computeAgain(readParameters(body, params), params), params);
  const shorter = compareAgain(shrinkList(direct, countUsage(direct)), params);
  const again = writes ? shorter : readAgain(shorter, params);
  return readLate(again, countUsage(again)).map((s) => mapStatement(s, callFirst));
}

interface Usage {
  readonly sets: ReadonlyMap<Variable, number>;
  readonly reads: ReadonlyMap<Variable, number>;
  /** Read by functions that are written inside. */
  readonly captured: ReadonlySet<Variable>;
}

function count(counts: Map<Variable, number>, v: Variable): void {
  counts.set(v, (counts.get(v) ?? 0) + 1);
}

function countUsage(list: List): Usage {
  const sets = new Map<Variable, number>();
  const readings = new Map<Variable, number>();
  const captured = new Set<Variable>();
  const look = (e: Expression): void => {
    if (e.kind === "arrow" || e.kind === "closure") forEachRead(e, (v) => captured.add(v));
    partsOf(e).forEach(look);
  };
  const walk = (statements: List): void => {
    for (const s of statements) {
      if (s.kind !== "declare") for (const v of targetsOf(s)) count(sets, v);
      for (const e of expressionsOf(s)) {
        forEachRead(e, (v) => count(readings, v));
        look(e);
      }
      bodiesOf(s).forEach(walk);
    }
  };
  walk(list);
  return { sets, reads: readings, captured };
}

// -------------------------------------------------------------------------------------------- Cheap enough to say again

/** True for a variable of which `stays` holds, or whether it is something that is known. */
function isTestOf(e: Expression, stays: (v: Variable) => boolean): boolean {
  if (e.kind !== "binary" || !comparisons.has(e.operator)) return false;
  const isSide = (side: Expression): boolean =>
    side.kind === "literal" ||
    (side.kind === "variable" && side.variable.type.kind !== "boolean" && stays(side.variable));
  return isSide(e.left) && isSide(e.right);
}
const comparisons = new Set(["===", "!==", "<", "<=", ">", ">="]);

/** Reads parameters that are never set where variables that are set to one, and to nothing else, were read. */
function readParameters(body: List, params: readonly Variable[]): List {
  const { sets } = countUsage(body);
  const stays = (v: Variable): boolean => params.includes(v) && !sets.has(v);
  return sayAgain(body, (e) => {
    const from = e.kind === "assert" ? e.operand : e;
    return from.kind === "variable" && stays(from.variable);
  });
}

/** Makes one operation on parameters again, if it has no name: the engine's compilers make it once all the same. */
function computeAgain(body: List, params: readonly Variable[]): List {
  const { sets } = countUsage(body);
  const stays = (e: Expression): boolean =>
    e.kind === "literal" || (e.kind === "variable" && params.includes(e.variable) && !sets.has(e.variable));
  const isArithmetic = (e: Expression): boolean =>
    e.kind === "binary" && ["+", "-", "*"].includes(e.operator) && stays(e.left) && stays(e.right);
  return sayAgain(body, (e, target) => target.hint === undefined && isArithmetic(e));
}

/** Reads fields of parameters again and again, where nothing is written. */
function readAgain(body: List, params: readonly Variable[]): List {
  const { sets } = countUsage(body);
  const stays = (v: Variable): boolean => params.includes(v) && !sets.has(v);
  return sayAgain(body, (e) => e.kind === "member" && e.object.kind === "variable" && stays(e.object.variable));
}

/** Compares what does not change where the result is used. */
function compareAgain(body: List, params: readonly Variable[]): List {
  const { sets } = countUsage(body);
  return sayAgain(body, (e) => isTestOf(e, (v) => (sets.get(v) ?? 0) === (params.includes(v) ? 0 : 1)));
}

/** Puts values that are `cheap` where the variables were read that are set to them, once and in no loop. */
function sayAgain(body: List, cheap: (e: Expression, target: Variable) => boolean): List {
  const { sets, captured } = countUsage(body);
  const values = new Map<Variable, Expression>();
  const drop = (list: List): List =>
    list.flatMap((s): List => {
      if (s.kind === "if") return [{ ...s, then: drop(s.then), else: drop(s.else) }];
      if (s.kind !== "set" || sets.get(s.target) !== 1 || captured.has(s.target) || !cheap(s.value, s.target))
        return [s];
      values.set(s.target, s.value);
      // Where the variable was not set, what its value reads may not be set either.
      if (s.target.unsettled)
        forEachRead(s.value, (v) => {
          v.unsettled = true;
        });
      return [];
    });
  const left = drop(body);
  return left.map((s) => mapStatement(s, (e) => (e.kind === "variable" ? values.get(e.variable) : undefined)));
}

/** `f(x) * 2` for `2 * f(x)`, which is the same number: nothing waits for the call. */
function callFirst(e: Expression): Expression | undefined {
  if (e.kind !== "binary" || e.operator !== "*" || e.left.kind !== "literal" || isQuiet(e.right)) return undefined;
  return { ...e, left: e.right, right: e.left };
}

/** Makes values just before the one call that takes them, where nothing can come between. */
function readLate(list: List, usage: Usage): List {
  const out = list.map((s): Statement => {
    return s.kind === "if" ? { ...s, then: readLate(s.then, usage), else: readLate(s.else, usage) } : s;
  });
  for (let i = 0; i < out.length; i++) {
    const s = out[i] as Statement;
    if (s.kind !== "set" || !isOnce(s.target, usage) || !isQuiet(s.value)) continue;
    let at = i + 1;
    for (let next = out[at]; isApart(next, s); next = out[at]) at++;
    const branch = out[at];
    const direct = branch && moveIn(s, [branch]);
    if (direct) {
      out.splice(at, 1, ...direct);
      out.splice(i, 1);
      i--;
      continue;
    }
    if (!isField(s.value, usage)) continue;
    if (branch?.kind !== "if" || !isQuiet(branch.test)) continue;
    const moved = [branch.then, branch.else].map((body) => moveIn(s, body));
    const [then, otherwise] = moved;
    if (!then && !otherwise) continue;
    out[at] = { ...branch, then: then ?? branch.then, else: otherwise ?? branch.else };
    out.splice(i, 1);
    i--;
  }
  return out;
}

/** True for a statement that sets a variable and nothing that `s` reads, or reads what it sets. */
function isApart(next: Statement | undefined, s: Extract<Statement, { kind: "set" }>): boolean {
  return next?.kind === "set" && isQuiet(next.value) && !reads(s.value, next.target) && !reads(next.value, s.target);
}

function isOnce(v: Variable, { sets, reads, captured }: Usage): boolean {
  return sets.get(v) === 1 && reads.get(v) === 1 && !captured.has(v);
}

/** A field of an object that stays the one it is. */
function isField(e: Expression, { sets }: Usage): boolean {
  return e.kind === "member" && e.object.kind === "variable" && (sets.get(e.object.variable) ?? 0) <= 1;
}

/** True if evaluating `e` changes nothing. */
function isQuiet(e: Expression): boolean {
  if (e.kind === "call" && isMath(e)) return e.args.every(isQuiet);
  return e.kind !== "call" && e.kind !== "new" && e.kind !== "closure" && partsOf(e).every(isQuiet);
}

/** `body`, if it begins with a call that takes the variable that `s` sets, with the value in its place. */
function moveIn(s: Extract<Statement, { kind: "set" }>, body: List): List | undefined {
  const [first, ...rest] = body;
  if (!first || bodiesOf(first).length > 0 || first.kind === "write") return undefined;
  const calls = expressionsOf(first).flatMap(callsIn);
  const [only] = calls;
  const at = only?.args.findIndex((a) => reads(a, s.target)) ?? -1;
  // Computed among the arguments it must not take more words than the arguments that are still to come.
  if (calls.length !== 1 || !only || at < 0 || at + wordsOf(s.value) > only.args.length) return undefined;
  return [
    mapStatement(first, (e) => (e.kind === "variable" && e.variable === s.target ? s.value : undefined)),
    ...rest,
  ];
}

/** `Math.sin(x)` */
function isMath(e: Extract<Expression, { kind: "call" }>): boolean {
  return e.callee.kind === "verbatim" && e.callee.text.startsWith("Math.");
}

/** How many words of the frame evaluating `e` takes: the left operand waits for the right one (Sethi and Ullman, 1970). */
function wordsOf(e: Expression): number {
  if (e.kind === "call") return Math.max(...e.args.map((a, i) => 2 + i + wordsOf(a)), 2 + e.args.length);
  return Math.max(0, ...partsOf(e).map((part, i) => i + wordsOf(part)), partsOf(e).length - 1);
}

/** The calls in `e` that may change something. */
function callsIn(e: Expression): readonly Extract<Expression, { kind: "call" }>[] {
  const inner = partsOf(e).flatMap(callsIn);
  return e.kind === "call" && !isMath(e) ? [e, ...inner] : inner;
}

function shrinkList(list: List, usage: Usage): List {
  const out: Statement[] = [];
  let rest: List = list;
  while (rest.length > 0) {
    const [first, ...others] = rest as [Statement, ...Statement[]];
    const shorter = readTuple(first, others, usage) ?? useTapes(rest, usage);
    if (shorter) {
      out.push(...shorter.done);
      rest = shorter.rest;
      continue;
    }
    // What a loop does again and again is said as elsewhere: it asks once whether a tape has room.
    out.push(
      first.kind === "if"
        ? { ...first, then: shrinkList(first.then, usage), else: shrinkList(first.else, usage) }
        : first,
    );
    rest = others;
  }
  return out;
}

interface Shorter {
  readonly done: List;
  /** What is left to look at. */
  readonly rest: List;
}

// ----------------------------------------------------------------------------------------------------------- Tuples

/** A returned tuple as one variable, whose elements are read where they are used. */
function readTuple(s: Statement, rest: List, usage: Usage): Shorter | undefined {
  if (s.kind !== "spread") return undefined;
  const after = countUsage(rest).reads;
  const tuple = makeVariable({ kind: "undefined" }, "results");
  const elements = new Map<Variable, Expression>();
  const done: Statement[] = [{ kind: "set", target: tuple, value: s.value, span: s.span }];
  s.targets.forEach((target, i) => {
    if (!target) return;
    const element: Expression = { kind: "index", object: read(tuple), index: literal(i) };
    const isHere = usage.sets.get(target) === 1 && usage.reads.get(target) === after.get(target);
    if (isHere && !usage.captured.has(target)) elements.set(target, element);
    else done.push({ kind: "set", target, value: element, span: s.span });
  });
  return {
    done,
    rest: rest.map((r) => mapStatement(r, (e) => (e.kind === "variable" ? elements.get(e.variable) : undefined))),
  };
}

// ------------------------------------------------------------------------------------------------------------ Tapes

/** Slots that were reserved at the end of a tape, or given back. */
interface Slots {
  readonly tape: Expression;
  readonly method: "grow" | "shrink";
  readonly count: number;
  readonly span: Span | undefined;
}

/**
 * Statements at the beginning of `list` that reserve slots and write them, or give slots back whose elements are read
 * afterwards, by `push` and `pop`; undefined if there are none, or they do more.
 */
function useTapes(list: List, usage: Usage): Shorter | undefined {
  const bases = new Map<Variable, Slots>();
  const memories = new Map<Variable, Expression>();
  const inOrder: Slots[] = [];
  const isOwn = (v: Variable): boolean => usage.sets.get(v) === 1 && !usage.captured.has(v);
  let end = 0;
  for (const s of list) {
    if (s.kind !== "set" || !isOwn(s.target)) break;
    const slots = slotsOf(s.value, s.span);
    if (slots) {
      bases.set(s.target, slots);
      inOrder.push(slots);
    } else if (isMemory(s.value)) memories.set(s.target, s.value.object);
    else break;
    end++;
  }
  const [first] = inOrder;
  if (!first || inOrder.some((slots) => slots.method !== first.method)) return undefined;
  const rest = list.slice(end);
  const all = { bases, memories, usage };
  return first.method === "grow" ? pushes(rest, inOrder, all) : pops(rest, inOrder, all);
}

interface Found {
  readonly bases: ReadonlyMap<Variable, Slots>;
  readonly memories: ReadonlyMap<Variable, Expression>;
  readonly usage: Usage;
}

/** `tape.grow(2)`, `tape.shrink(2)` */
function slotsOf(e: Expression, span: Span | undefined): Slots | undefined {
  if (e.kind !== "call" || e.callee.kind !== "member" || !isTape(e.callee.object)) return undefined;
  const { name: method, object: tape } = e.callee;
  const [by] = e.args;
  if ((method !== "grow" && method !== "shrink") || by?.kind !== "literal" || typeof by.value !== "number")
    return undefined;
  return { tape, method, count: by.value, span };
}

function isTape(e: Expression): boolean {
  return e.kind === "variable" && e.variable.type.kind === "tape";
}

/** `tape.values` */
function isMemory(e: Expression): e is Extract<Expression, { kind: "member" }> {
  return e.kind === "member" && e.name === "values" && isTape(e.object);
}

/** The slot that `e` is, as `kept[base + 1]` or `tape.values[base + 1]`, of those that were found. */
function slotAt(e: Expression, { bases, memories }: Found): { readonly slots: Slots; readonly at: number } | undefined {
  if (e.kind !== "index") return undefined;
  const { object, index } = e;
  const tape =
    object.kind === "variable" ? memories.get(object.variable) : isMemory(object) ? object.object : undefined;
  const [base, at] =
    index.kind === "binary" && index.operator === "+" && index.right.kind === "literal"
      ? [index.left, index.right.value]
      : [index, 0];
  const slots = base.kind === "variable" ? bases.get(base.variable) : undefined;
  if (tape?.kind !== "variable" || slots?.tape.kind !== "variable" || typeof at !== "number") return undefined;
  return tape.variable === slots.tape.variable && at < slots.count ? { slots, at } : undefined;
}

/** True if nothing but the slots that were found reads the variables found. */
function areAllRead(found: Found, count: ReadonlyMap<Variable, number>): boolean {
  const { bases, memories, usage } = found;
  return [...bases.keys(), ...memories.keys()].every((v) => (usage.reads.get(v) ?? 0) === (count.get(v) ?? 0));
}

function pushes(rest: List, inOrder: readonly Slots[], found: Found): Shorter | undefined {
  const counted = new Map<Variable, number>();
  const written = new Map(inOrder.map((slots) => [slots, 0]));
  const done: Statement[] = [];
  for (const s of rest) {
    const slot = s.kind === "write" && !s.adds ? slotAt(s.target, found) : undefined;
    if (!slot || s.kind !== "write") break;
    // In the order of the slots, and none of them twice.
    if (written.get(slot.slots) !== slot.at) return undefined;
    written.set(slot.slots, slot.at + 1);
    forEachRead(s.target, (v) => count(counted, v));
    done.push({ kind: "run", expression: call(member(slot.slots.tape, "push"), s.value), span: s.span });
  }
  const isWhole = inOrder.every((slots) => written.get(slots) === slots.count);
  return isWhole && areAllRead(found, counted) ? { done, rest: rest.slice(done.length) } : undefined;
}

function pops(rest: List, inOrder: readonly Slots[], found: Found): Shorter | undefined {
  const counted = new Map<Variable, number>();
  let isWritten = false;
  const look = (e: Expression): void => {
    if (slotAt(e, found)) forEachRead(e, (v) => count(counted, v));
    else partsOf(e).forEach(look);
  };
  const walk = (list: List): void => {
    for (const s of list) {
      expressionsOf(s).forEach(look);
      if (s.kind === "write" && slotAt(s.target, found)) isWritten = true;
      bodiesOf(s).forEach(walk);
    }
  };
  walk(rest);
  if (isWritten || !areAllRead(found, counted)) return undefined;

  const values = new Map(inOrder.map((slots): [Slots, Variable[]] => [slots, []]));
  // Variables that are set to an element before anything else happens stand for it.
  const taken = new Set<Statement>();
  for (const s of rest) {
    if (s.kind !== "set" || !isQuiet(s.value)) break;
    const slot = found.usage.sets.get(s.target) === 1 ? slotAt(s.value, found) : undefined;
    const of = slot && values.get(slot.slots);
    if (!of || of[slot.at]) continue;
    of[slot.at] = s.target;
    taken.add(s);
  }
  const left = rest
    .filter((s) => !taken.has(s))
    .map((s) =>
      mapStatement(s, (e) => {
        const slot = slotAt(e, found);
        const of = slot && values.get(slot.slots);
        if (!of) return undefined;
        of[slot.at] ??= makeVariable(elementType(slot.slots.tape), undefined);
        return read(of[slot.at] as Variable);
      }),
    );
  const done = inOrder.flatMap((slots): readonly Statement[] => {
    const { span } = slots;
    const pop = call(member(slots.tape, "pop"));
    return Array.from({ length: slots.count }, (_, i): Statement => {
      const target = values.get(slots)?.[slots.count - 1 - i];
      return target ? { kind: "set", target, value: pop, span } : { kind: "run", expression: pop, span };
    });
  });
  return { done, rest: left };
}

function elementType(tape: Expression): Type {
  if (tape.kind !== "variable" || tape.variable.type.kind !== "tape") throw new Error("slots are of a tape");
  return tape.variable.type.element;
}
