/**
 * Giving back what structured IR has normalised away. An early return arrives as a branch that sets the result which is
 * returned at the very end; a `break` as a branch at the end of a loop's body that sets an exit code which the loop's test
 * reads. Both are recognised on the tree, in their exact form only; anything else stays as it is, which is always right.
 */
import {
  type Expression, expressionsOf, forEachRead, isLiteral, negate, partsOf, reads, type Statement, type Variable, bodiesOf,
} from "./tree.ts";

type List = readonly Statement[];

/** The body of a function, tidied. */
export function tidy(body: List): List {
  return flatten(settle(breakLoops(body)));
}

// -------------------------------------------------------------------------------------------------- Early returns

/** The most variables that a return may name to be repeated in several branches. */
const MOST_RETURNED = 6;

function leaves(list: List): boolean {
  const last = list.at(-1);
  if (!last) return false;
  if (last.kind === "return" || last.kind === "throw" || last.kind === "break") return true;
  return last.kind === "if" && leaves(last.then) && leaves(last.else);
}

/** True if the expression calls nothing and makes nothing, so that it may be evaluated somewhat later. */
function isPlain(e: Expression): boolean {
  return e.kind !== "call" && e.kind !== "new" && e.kind !== "arrow" && partsOf(e).every(isPlain);
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
  const before = list.slice(0, -1);
  for (let set = before.at(-1); set?.kind === "set"; set = before.at(-1)) {
    const { target, value } = set;
    const isAll = returned.kind === "variable" && returned.variable === target;
    if (!isAll && (!isPlain(value) || countReads(returned, target) !== 1)) break;
    const next = replaceVariable(returned, target, value);
    if (!next) break;
    returned = next;
    before.pop();
  }
  const end: Statement = { ...last, value: returned };
  const branch = before.at(-1);
  if (branch?.kind === "if" && isShort(returned) && isSettled(branch.then, returned) && isSettled(branch.else, returned)) {
    before.pop();
    const finish = (inner: List): List => (leaves(inner) ? inner : settle([...inner, end]));
    return [...before, { ...branch, then: finish(branch.then), else: finish(branch.else) }];
  }
  return [...before, end];
}

function isShort(returned: Expression): boolean {
  if (returned.kind === "variable") return true;
  return returned.kind === "array" && returned.elements.length <= MOST_RETURNED &&
    returned.elements.every((e) => e.kind === "variable" || e.kind === "literal");
}

/** True if the branch leaves, or ends with setting something that is returned. */
function isSettled(list: List, returned: Expression): boolean {
  const last = list.at(-1);
  if (!last) return false;
  if (leaves(list)) return true;
  if (last.kind === "set") return reads(returned, last.target);
  return last.kind === "if" && isSettled(last.then, returned) && isSettled(last.else, returned);
}

/** Takes the other branch out of an `if` that leaves, and drops what cannot be reached. */
function flatten(list: List): List {
  const out: Statement[] = [];
  const queue = [...list];
  for (let s = queue.shift(); s; s = queue.shift()) {
    if (s.kind === "for" || s.kind === "while") {
      out.push({ ...s, body: flatten(s.body) });
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

// ---------------------------------------------------------------------------------------------------------- Breaks

function breakLoops(list: List): List {
  const inner = list.map((s): Statement => {
    if (s.kind === "if") return { ...s, then: breakLoops(s.then), else: breakLoops(s.else) };
    return s.kind === "for" || s.kind === "while" ? { ...s, body: breakLoops(s.body) } : s;
  });
  return inner;
}

void expressionsOf; void isLiteral; void bodiesOf;
