/**
 * Giving back what structured IR has normalised away: an early return arrives as a branch that sets the result which is
 * returned at the very end, a counting loop that may be left early as a `while`. Recognised on the tree, in their exact
 * form only; anything else stays as it is, which is always right. Exits from loops are in `exits`.
 */
import { restoreExits } from "./exits.ts";
import { leaves } from "./known.ts";
import {
  bodiesOf,
  type Expression,
  expressionsOf,
  forEachRead,
  negate,
  partsOf,
  reads,
  type Statement,
  targetsOf,
  type Variable,
} from "./tree.ts";

type List = readonly Statement[];

/** The body of a function, tidied. */
export function tidy(body: List): List {
  return restoreFor(shorten(dropUnread(flatten(settleAll(restoreExits(body))))));
}

// -------------------------------------------------------------------------------------------------- Early returns

/** The most variables that a return may name to be repeated in several branches. */
const MOST_RETURNED = 6;

/** True if the expression calls nothing and makes nothing, so that it may be evaluated somewhat later. */
function isPlain(e: Expression): boolean {
  return (
    e.kind !== "call" && e.kind !== "new" && e.kind !== "arrow" && e.kind !== "closure" && partsOf(e).every(isPlain)
  );
}

function replaceVariable(e: Expression, variable: Variable, by: Expression): Expression | undefined {
  if (e.kind === "variable") return e.variable === variable ? by : e;
  if (e.kind !== "array") return reads(e, variable) ? undefined : e;
  const elements = e.elements.map((x) => replaceVariable(x, variable, by));
  return elements.some((x) => x === undefined) ? undefined : { ...e, elements: elements as Expression[] };
}

function countReads(e: Expression, variable: Variable): number {
  let count = 0;
  forEachRead(e, (v) => {
    if (v === variable) count++;
  });
  return count;
}

/** Moves the return at the end of `list` into the branches before it, and what is set just before into the return. */
function settle(list: List): List {
  const last = list.at(-1);
  if (last?.kind !== "return" || !last.value) return list;
  let returned = last.value;
  const before = [...list.slice(0, -1)];
  const taken = before.at(-1);
  if (taken?.kind === "spread" && isTakenWhole(taken, returned))
    return [...before.slice(0, -1), { ...last, span: last.span ?? taken.span, value: taken.value }];
  for (let set = before.at(-1); set?.kind === "set"; set = before.at(-1)) {
    const { target, value } = set;
    if (!reads(returned, target) && isSafe(value)) {
      // The call ends here.
      before.pop();
      continue;
    }
    const isAll = returned.kind === "variable" && returned.variable === target;
    if (!isAll && (!isPlain(value) || countReads(returned, target) !== 1)) break;
    const next = replaceVariable(returned, target, value);
    if (!next) break;
    returned = next;
    before.pop();
  }
  const end: Statement = { ...last, value: returned };
  const branch = before.at(-1);
  if (branch?.kind === "if" && isShort(returned) && areSettled(branch, returned)) {
    before.pop();
    const finish = (inner: List): List => (leaves(inner) ? inner : settle([...inner, end]));
    return [...before, { ...branch, then: finish(branch.then), else: finish(branch.else) }];
  }
  return [...before, end];
}

/** `const [a, b] = f(); return [a, b];` */
function isTakenWhole({ targets }: Extract<Statement, { kind: "spread" }>, returned: Expression): boolean {
  if (returned.kind !== "array" || returned.elements.length !== targets.length) return false;
  return returned.elements.every((e, i) => e.kind === "variable" && e.variable === targets[i]);
}

/** As `settle`, in every list. */
function settleAll(list: List): List {
  return settle(list).map((s): Statement => {
    if (s.kind === "if") return { ...s, then: settleAll(s.then), else: settleAll(s.else) };
    return s.kind === "for" || s.kind === "while" ? { ...s, body: settleAll(s.body) } : s;
  });
}

function isShort(returned: Expression): boolean {
  if (returned.kind === "variable") return true;
  return (
    returned.kind === "array" &&
    returned.elements.length <= MOST_RETURNED &&
    returned.elements.every((e) => e.kind === "variable" || e.kind === "literal")
  );
}

/** True if both branches gain by returning themselves, or a short one does. */
function areSettled(branch: Extract<Statement, { kind: "if" }>, returned: Expression): boolean {
  const then = isSettled(branch.then, returned);
  const otherwise = isSettled(branch.else, returned);
  return (
    (then && otherwise) ||
    (then && isBrief(branch.then, branch.else)) ||
    (otherwise && isBrief(branch.else, branch.then))
  );
}
function isBrief(list: List, other: List): boolean {
  return list.length <= 2 && other.length > 0 && list.every((s) => bodiesOf(s).length === 0);
}

/** True if the branch leaves, or ends with setting something that is returned. */
function isSettled(list: List, returned: Expression): boolean {
  const last = list.at(-1);
  if (!last) return false;
  if (leaves(list)) return true;
  if (last.kind === "set") return reads(returned, last.target);
  if (last.kind === "spread") return targetsOf(last).every((v) => reads(returned, v));
  return last.kind === "if" && isSettled(last.then, returned) && isSettled(last.else, returned);
}

/** Takes the other branch out of an `if` that leaves, and drops what cannot be reached. */
function flatten(list: List): List {
  const out: Statement[] = [];
  const queue = [...list];
  for (let s = queue.shift(); s; s = queue.shift()) {
    if (s.kind === "for" || s.kind === "while") {
      const loop: Statement = { ...s, body: flatten(s.body) };
      out.push(loop);
      if (leaves([loop])) return out;
      continue;
    }
    if (s.kind !== "if") {
      out.push(s);
      if (leaves([s])) return out;
      continue;
    }
    if (leaves(s.then)) {
      out.push({ ...s, then: flatten(s.then), else: [] });
      queue.unshift(...s.else);
    } else if (s.else.length > 0 && leaves(s.else)) {
      out.push({ ...s, test: negate(s.test), then: flatten(s.else), else: [] });
      queue.unshift(...s.then);
    } else {
      out.push({ ...s, then: flatten(s.then), else: flatten(s.else) });
    }
    if (leaves([s])) {
      // Both branches leave: what follows was never reached.
      return [...out, ...flatten(queue.splice(0, leaves(s.then) ? s.else.length : s.then.length))];
    }
  }
  return out;
}

// ------------------------------------------------------------------------------------------------- Unread variables

/** True if evaluating `e` changes nothing: it may be dropped. */
function isSafe(e: Expression): boolean {
  if (e.kind === "call")
    return e.callee.kind === "verbatim" && e.callee.text.startsWith("Math.") && e.args.every(isSafe);
  return e.kind !== "new" && partsOf(e).every(isSafe);
}

/** Drops what is set and never read. */
function dropUnread(body: List): List {
  for (let now = body; ; ) {
    const read = new Set<Variable>();
    const collect = (list: List): void => {
      for (const s of list) {
        for (const e of expressionsOf(s)) {
          // `x = x + 1` reads x for itself alone.
          forEachRead(e, (v) => {
            if (!(s.kind === "set" && s.target === v && isSafe(s.value))) read.add(v);
          });
        }
        for (const inner of bodiesOf(s)) collect(inner);
      }
    };
    collect(now);
    let dropped = false;
    const drop = (list: List): List =>
      list.flatMap((s): List => {
        if (s.kind === "set" && !read.has(s.target)) {
          dropped = true;
          return isSafe(s.value) ? [] : [{ kind: "run", expression: s.value, span: s.span }];
        }
        if (s.kind === "declare") {
          const variables = s.variables.filter((v) => read.has(v));
          return variables.length > 0 ? [{ ...s, variables }] : [];
        }
        if (s.kind === "if") return [{ ...s, then: drop(s.then), else: drop(s.else) }];
        return s.kind === "for" || s.kind === "while" ? [{ ...s, body: drop(s.body) }] : [s];
      });
    now = drop(now);
    if (!dropped) return now;
  }
}

/** Leaves out what does nothing; `if` with a statement to run, `?:` with a value to choose. */
function shorten(list: List): List {
  return list.flatMap((s): List => {
    if (s.kind === "for" || s.kind === "while") return [{ ...s, body: shorten(s.body) }];
    if (s.kind === "set" && s.value.kind === "conditional") {
      const { test, then, else: otherwise } = s.value;
      // `n = c ? 6 : n`
      if (isRead(otherwise, s.target)) return [{ kind: "if", test, then: [{ ...s, value: then }], else: [] }];
      if (isRead(then, s.target))
        return [{ kind: "if", test: negate(test), then: [{ ...s, value: otherwise }], else: [] }];
    }
    if (s.kind !== "if") return [s];
    const then = shorten(s.then);
    const otherwise = shorten(s.else);
    const [a, b] = [then[0], otherwise[0]];
    if (
      then.length === 1 &&
      otherwise.length === 1 &&
      a?.kind === "set" &&
      b?.kind === "set" &&
      a.target === b.target
    ) {
      const isChoice = a.value.kind === "literal" && b.value.kind === "literal";
      if (isChoice) return [{ ...a, value: { kind: "conditional", test: s.test, then: a.value, else: b.value } }];
    }
    if (then.length > 0) return [{ ...s, then, else: otherwise }];
    if (otherwise.length > 0) return [{ ...s, test: negate(s.test), then: otherwise, else: [] }];
    return isSafe(s.test) ? [] : [{ ...s, then, else: otherwise }];
  });
}

function isRead(e: Expression, variable: Variable): boolean {
  return e.kind === "variable" && e.variable === variable;
}

// --------------------------------------------------------------------------------------------------- Counted loops

interface Increment {
  readonly statement: Statement;
  readonly index: Variable;
  readonly value: Extract<Expression, { kind: "binary" }>;
}

/** The statement at the end of `body` that changes a counter; others may follow that set variables without it. */
function incrementOf(body: List): Increment | undefined {
  for (let i = body.length - 1; i >= 0; i--) {
    const s = body[i] as Statement;
    if (s.kind !== "set" || !isSafe(s.value)) return undefined;
    const { target: index, value } = s;
    const isStep = value.kind === "binary" && isRead(value.left, index) && value.right.kind === "literal";
    if (!isStep) continue;
    const rest = body.slice(i + 1);
    if (rest.every((r) => expressionsOf(r).every((e) => !reads(e, index)))) return { statement: s, index, value };
  }
  return undefined;
}

/** Gives `for` back to loops that count: `i = 0; while (i < n && …) { …; i = i + 1 }`. */
function restoreFor(body: List): List {
  const sets = new Map<Variable, number>();
  const readsOf = new Map<Variable, number>();
  const collect = (list: List, set: Map<Variable, number>, read: Map<Variable, number>): void => {
    for (const s of list) {
      for (const v of targetsOf(s)) set.set(v, (set.get(v) ?? 0) + 1);
      for (const e of expressionsOf(s)) forEachRead(e, (v) => read.set(v, (read.get(v) ?? 0) + 1));
      for (const inner of bodiesOf(s)) collect(inner, set, read);
    }
  };
  collect(body, sets, readsOf);

  const count = (s: Statement, before: Statement[]): Statement | undefined => {
    if (s.kind !== "while") return undefined;
    const found = incrementOf(s.body);
    if (!found) return undefined;
    const { index, value } = found;
    const step = value.right.kind === "literal" && typeof value.right.value === "number" ? value.right.value : 0;
    const counts =
      value.left.kind === "variable" && value.left.variable === index && Number.isInteger(step) && step > 0;
    if (!counts || (value.operator !== "+" && value.operator !== "-") || !reads(s.test, index)) return undefined;
    if (sets.get(index) !== 2) return undefined;
    const inside = new Map<Variable, number>();
    collect([s], new Map(), inside);
    if (inside.get(index) !== readsOf.get(index)) return undefined;
    const place = before.findLastIndex((b) => b.kind === "set" && b.target === index);
    const start = before[place];
    if (start?.kind !== "set") return undefined;
    // What stands between the start and the loop must not matter to the start.
    const between = before.slice(place + 1);
    if (!between.every((b) => b.kind === "set" && isSafe(b.value) && !reads(start.value, b.target))) return undefined;
    if (!isSafe(start.value)) return undefined;
    before.splice(place, 1);
    const signed = value.operator === "+" ? step : -step;
    return {
      kind: "for",
      index,
      start: start.value,
      test: s.test,
      step: signed,
      body: s.body.filter((inner) => inner !== found.statement),
      span: s.span,
    };
  };

  const walk = (list: List): List => {
    const out: Statement[] = [];
    for (const s of list) {
      if (s.kind === "if") out.push({ ...s, then: walk(s.then), else: walk(s.else) });
      else if (s.kind === "for" || s.kind === "while") {
        const inner: Statement = { ...s, body: walk(s.body) };
        out.push(count(inner, out) ?? inner);
      } else out.push(s);
    }
    return out;
  };
  return walk(body);
}
