/**
 * Giving back `break` and `return` inside loops. The front end turns an early exit into a code that a loop carries:
 *
 *     while (exit === 0 && i < n) {            while (i < n) {
 *       if (x[i] > 1) {                          if (x[i] > 1) return x[i];
 *         result = x[i];                         i += 1;
 *         exit = 7;                            }
 *       } else {                               return 0;
 *         exit = 0;
 *       }
 *       if (exit === 0) i += 1;
 *     }
 *     if (exit === 0) result = 0;
 *     return result;
 *
 * Codes are constants at the end of a path, so what follows is known there: a path on which the code is not 0 skips the
 * rest of the body, fails the test, and goes on after the loop. The rest moves into the one path that runs it, and the
 * others end in `break`, or in the `return` that they lead to. Whatever is not known on every path stays as it is.
 */
import {
  follow,
  followAll,
  forEachSet,
  hasBreak,
  isFinal,
  type Known,
  kept,
  type List,
  learn,
  leaves,
  resolve,
  simplify,
} from "./known.ts";
import {
  bodiesOf,
  choose,
  type Expression,
  expressionsOf,
  forEachRead,
  isLiteral,
  literal,
  negate,
  partsOf,
  reads,
  type Statement,
  type Variable,
} from "./tree.ts";

/** What runs after a list, if that is a few statements that leave; undefined otherwise. */
type After = (known: Known) => List | undefined;

// ----------------------------------------------------------------------------------------------------------- Paths

/** Rewrites the end of every path through `list` that reaches its end. */
function mapEnds(list: List, known: Known, map: (end: List, known: Known) => List): List {
  const now = followAll(list.slice(0, -1), known);
  const last = list.at(-1);
  if (!now) return list;
  if (last?.kind === "if") {
    const then = mapEnds(last.then, learn(last.test, true, now), map);
    const otherwise = mapEnds(last.else, learn(last.test, false, now), map);
    return [...list.slice(0, -1), { ...last, then, else: otherwise }];
  }
  const after = last ? follow(last, now) : now;
  return after ? map(list, after) : list;
}

/** True for statements of which a second copy does no harm. */
function isSlight(s: Statement): boolean {
  return s.kind === "break" || (s.kind === "set" && (s.value.kind === "literal" || s.value.kind === "variable"));
}

function isSlightReturn(s: Statement): boolean {
  return s.kind === "return" && (s.value === undefined || s.value.kind === "variable" || s.value.kind === "literal");
}

function isCode(variable: Variable): boolean {
  return variable.type.kind === "number" || variable.type.kind === "boolean";
}

/** Moves what follows an `if` into its paths, where each knows its exit code and at most one has anything left to do. */
function thread(list: List, known: Known): List {
  const out: Statement[] = [];
  let now = known;
  for (let i = 0; i < list.length; i++) {
    const s = list[i] as Statement;
    if (s.kind === "if" && i + 1 < list.length) {
      const rest = list.slice(i + 1);
      const moved = threadInto(s, rest, now);
      if (moved) return [...out, ...moved];
      if (rest.every((r) => isSlight(r) && commutes(r, s))) return [...out, ...rest, s];
    }
    out.push(s);
    now = follow(s, now) ?? now;
  }
  return out;
}

/** True if `slight` may as well stand before `s`, which then ends its list. */
function commutes(slight: Statement, s: Statement): boolean {
  if (slight.kind !== "set" || hasBreak([s]) || isReadIn(slight.target, [s])) return false;
  let free = true;
  forEachSet([s], (v, value) => {
    if (v === slight.target || reads(slight.value, v) || value?.kind !== "literal") free = false;
  });
  return free;
}

const MOST_THREADED = 12;

function threadInto(s: Statement, rest: List, known: Known): List | undefined {
  const next = rest.find((r) => !isSlight(r));
  if (!next) return undefined;
  const tested = new Set<Variable>();
  if (next.kind === "if") forEachRead(next.test, (v) => tested.add(v));
  else if ((next.kind === "set" || next.kind === "return") && next.value?.kind === "conditional") {
    forEachRead(next.value.test, (v) => tested.add(v));
  }
  if (![...tested].some(isCode)) return undefined;
  // As much as possible: what both paths have in common stays behind.
  const least = rest.indexOf(next) + 1;
  for (let count = rest.length; count >= least; count--) {
    if (count < rest.length && count > least + MOST_THREADED) continue;
    const moved = threadPart(s, rest.slice(0, count), next, known);
    if (moved) return [...moved, ...rest.slice(count)];
  }
  return undefined;
}

function threadPart(s: Statement, rest: List, next: Statement, known: Known): List | undefined {
  let busy = 0;
  let decided = true;
  mapEnds([s], known, (end, here) => {
    const resolved = resolve(rest, here).list;
    const isNext = (r: Statement): boolean =>
      r === next || ((r.kind === "set" || r.kind === "return") && r.kind === next.kind && r.value === next.value);
    if (resolved.some(isNext)) decided = false;
    if (resolved.some((r) => !isSlight(r) && !isSlightReturn(r))) busy++;
    return end;
  });
  if (!decided || busy > 1) return undefined;
  return mapEnds([s], known, (end, here) => [...end, ...resolve(rest, here).list]);
}

/**
 * Writes `code = c ? 5 : 0` as an `if`, so that its paths know the code. A code is a variable that is compared with
 * constants and not used otherwise.
 */
function splitCodes(body: List): List {
  const used = new Set<Variable>();
  const use = (e: Expression): void => {
    if (e.kind === "variable") used.add(e.variable);
    else if (e.kind === "binary" && (e.operator === "===" || e.operator === "!==") && e.right.kind === "literal") {
      if (e.left.kind !== "variable") use(e.left);
    } else partsOf(e).forEach(use);
  };
  const collect = (list: List): void => {
    for (const s of list) {
      const isCopy = s.kind === "set" && (s.value.kind === "variable" || s.value.kind === "conditional");
      if (isCopy && s.value.kind === "conditional") use(s.value.test);
      else if (!isCopy) expressionsOf(s).forEach(use);
      bodiesOf(s).forEach(collect);
    }
  };
  collect(body);
  const split = (list: List): List =>
    list.map((s): Statement => {
      if (s.kind === "if") return { ...s, then: split(s.then), else: split(s.else) };
      if (s.kind === "for" || s.kind === "while") return { ...s, body: split(s.body) };
      if (s.kind !== "set" || used.has(s.target) || s.target.type.kind !== "number") return s;
      const value = simplify(s.value, new Map());
      if (value.kind !== "conditional" || value.then.kind !== "literal" || value.else.kind !== "literal")
        return { ...s, value };
      const set = (to: Expression): List => [{ ...s, value: to }];
      return { kind: "if", test: value.test, then: set(value.then), else: set(value.else) };
    });
  return split(body);
}

// ----------------------------------------------------------------------------------------------------------- Loops

function conjuncts(test: Expression): readonly Expression[] {
  return test.kind === "binary" && test.operator === "&&"
    ? [...conjuncts(test.left), ...conjuncts(test.right)]
    : [test];
}

/** The variable whose value alone decides `test`: `v`, `v === 0`. */
function codeOf(test: Expression): Variable | undefined {
  if (test.kind === "variable") return test.variable;
  const isComparison = test.kind === "binary" && test.operator === "===" && test.right.kind === "literal";
  return isComparison && test.left.kind === "variable" ? test.left.variable : undefined;
}

/** The longest sequence that may stand in the place of a `break`. */
const FEW = 2;

/** `list`, which ends the call, if it is short; what it sets and does not read is left out. */
function shortEnd(list: List): List | undefined {
  if (!isFinal(list)) return undefined;
  const needed = list.filter((s, i) => {
    const after = list.slice(i + 1);
    if (s.kind === "functions") return s.functions.some(({ name }) => isReadIn(name, after));
    return s.kind !== "set" || !isSlight(s) || isReadIn(s.target, after);
  });
  // A function has one place.
  const isMovable = (s: Statement): boolean => bodiesOf(s).length === 0 && s.kind !== "functions";
  return needed.length <= FEW && needed.every(isMovable) ? needed : undefined;
}

function isReadIn(variable: Variable, list: List): boolean {
  return list.some(
    (s) => expressionsOf(s).some((e) => reads(e, variable)) || bodiesOf(s).some((b) => isReadIn(variable, b)),
  );
}

function countReads(variable: Variable, list: List): number {
  let count = 0;
  const visit = (v: Variable): void => {
    if (v === variable) count++;
  };
  for (const s of list) {
    for (const e of expressionsOf(s)) forEachRead(e, visit);
    for (const body of bodiesOf(s)) count += countReads(variable, body);
  }
  return count;
}

type While = Extract<Statement, { kind: "while" }>;

/**
 * The most statements, each counted as often as it is deep, of a function whose exits are looked for: every level looks
 * at what is inside of it. Beyond that a reader is not served anyway.
 */
const MOST_LOOKED_AT = 30_000;

function looksAt(list: List, depth: number): number {
  let sum = list.length * depth;
  for (const s of list) for (const body of bodiesOf(s)) sum += looksAt(body, depth + 1);
  return sum;
}

/** The body of a function with its early exits given back. */
export function restoreExits(given: List): List {
  if (looksAt(given, 1) > MOST_LOOKED_AT) return given;
  const body = splitCodes(given);
  /** True if nothing but `test` reads the variable. */
  const isOnlyTest = (variable: Variable, s: While): boolean =>
    countReads(variable, body) === countReads(variable, [{ ...s, body: [] }]);

  /** `known` holds before the list, `after` says what runs after it. */
  const restore = (list: List, known: Known, after: After): List => {
    const out: Statement[] = [];
    let queue = thread(list, known);
    let now = known;
    // What follows the statement at i learns on which ways it is reached: a loop no longer changes its code, a code that
    // is not 0 has left. (TypeScript knows that too, and reports comparisons that can't come out true.)
    const inform = (i: number): void => {
      const known = follow(out.at(-1) as Statement, now);
      if (known) queue = [...queue.slice(0, i + 1), ...thread(resolve(queue.slice(i + 1), known).list, known)];
    };
    for (let i = 0; i < queue.length; i++) {
      const s = queue[i] as Statement;
      const line = queue;
      const rest = (): List => line.slice(i + 1);
      const afterThis: After = (here) => {
        const left = resolve(rest(), here);
        if (leaves(left.list)) return shortEnd(left.list);
        const further = left.list.every(isSlight) ? after(left.known) : undefined;
        return further && shortEnd([...left.list, ...further]);
      };
      if (s.kind === "if") {
        const then = restore(s.then, learn(s.test, true, now), afterThis);
        const otherwise = restore(s.else, learn(s.test, false, now), afterThis);
        out.push({ ...s, then, else: otherwise });
        if (leaves(then) !== leaves(otherwise)) inform(i);
      } else if (s.kind === "for") {
        out.push({ ...s, body: restore(s.body, kept(s, now), () => undefined) });
      } else if (s.kind === "while") {
        const loop = restoreLoop(s, now, afterThis);
        out.push(loop);
        inform(i);
      } else if (s.kind === "set" && isLiteral(s.value, now.get(s.target)) && now.has(s.target)) {
        // It is that already.
        continue;
      } else out.push(s);
      now = follow(out.at(-1) as Statement, now) ?? now;
    }
    return out;
  };

  const restoreLoop = (s: While, known: Known, after: After): While => {
    // True at the start of every iteration, if true before the loop and wherever an iteration ends without leaving.
    const codes = conjuncts(s.test).filter((c) => codeOf(c) !== undefined && isLiteral(simplify(c, known), true));
    const inside = codes.reduce((now, test) => learn(test, true, now), kept(s, known));
    const leave: After = (here) => (isLiteral(simplify(s.test, here), false) ? after(here) : undefined);
    const restored = restore(s.body, inside, leave);
    if (codes.length === 0) return { ...s, body: restored };
    let settled = true;
    const ended = mapEnds(restored, inside, (end, here) => {
      const open = codes.filter((c) => !isLiteral(simplify(c, here), true));
      if (open.some((c) => isLiteral(simplify(c, here), false))) {
        const follows = after(here);
        if (!follows) return [...end, { kind: "break" }];
        const needed = end.findLastIndex((e) => !isSlight(e) || (e.kind === "set" && isReadIn(e.target, follows)));
        return [...end.slice(0, needed + 1), ...follows];
      }
      const [code] = open;
      if (!code) return end;
      const last = end.at(-1);
      const isSetHere = code.kind === "variable" && last?.kind === "set" && last.target === code.variable;
      if (open.length > 1 || !isSetHere) {
        settled = false;
        return end;
      }
      const leaving = (test: Expression): Statement => ({
        kind: "if",
        test: negate(test),
        then: [{ kind: "break" }],
        else: [],
      });
      return isOnlyTest(code.variable, s) ? [...end.slice(0, -1), leaving(last.value)] : [...end, leaving(code)];
    });
    if (!settled) return { ...s, body: restored };
    const others = conjuncts(s.test).filter((c) => !codes.includes(c));
    const test = others.length === 0 ? literal(true) : others.reduce((a, b) => choose(a, b, literal(false)));
    return { ...s, test, body: ended };
  };

  return restore(body, new Map(), () => undefined);
}
