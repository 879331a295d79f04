/**
 * What is known of variables at a place of the generated code: values that were set on all ways to it, and what the tests on
 * the way say. TypeScript's own analysis knows as much, and reports comparisons that can't come out true.
 */
import {
  bodiesOf,
  choose,
  type Expression,
  isLiteral,
  type Literal,
  literal,
  type Statement,
  targetsOf,
  type Variable,
} from "./tree.ts";

export type List = readonly Statement[];
/** What variables are known to be. */
export type Known = ReadonlyMap<Variable, Literal>;

/** `e` with what is known put in, as far as that decides something. */
export function simplify(e: Expression, known: Known): Expression {
  switch (e.kind) {
    case "variable": {
      const value = known.get(e.variable);
      return known.has(e.variable) ? literal(value) : e;
    }
    case "unary": {
      if (e.operator !== "!") return e;
      const operand = simplify(e.operand, known);
      return operand.kind === "literal" ? literal(!operand.value) : e;
    }
    case "binary": {
      const left = simplify(e.left, known);
      if (e.operator === "&&" || e.operator === "||") {
        if (left.kind === "literal")
          return (e.operator === "&&") === Boolean(left.value) ? simplify(e.right, known) : left;
        const right = simplify(e.right, known);
        if (right.kind === "literal" && Boolean(right.value) === (e.operator === "&&")) return left;
        return { ...e, left, right };
      }
      if (e.operator !== "===" && e.operator !== "!==") return e;
      const right = simplify(e.right, known);
      if (right.kind !== "literal") return e;
      if (left.kind === "literal") return literal((left.value === right.value) === (e.operator === "==="));
      if (left.kind !== "conditional" || left.then.kind !== "literal" || left.else.kind !== "literal") return e;
      const compare = (value: Literal): Expression => literal((value === right.value) === (e.operator === "==="));
      return choose(left.test, compare(left.then.value), compare(left.else.value));
    }
    case "conditional": {
      const test = simplify(e.test, known);
      if (test.kind === "literal") return simplify(test.value ? e.then : e.else, known);
      if (test === e.test) return e;
      if (test.kind === "unary" && test.operator === "!")
        return { ...e, test: test.operand, then: e.else, else: e.then };
      return { ...e, test };
    }
    default:
      return e;
  }
}

function breaksItself(list: List): boolean {
  return list.some((s) => s.kind === "break" || (s.kind === "if" && (breaksItself(s.then) || breaksItself(s.else))));
}

export function hasBreak(list: List): boolean {
  return list.some((s) => s.kind === "break" || bodiesOf(s).some(hasBreak));
}

/** True if nothing that `list` sets is ever seen by what follows it. */
export function isFinal(list: List): boolean {
  const last = list.at(-1);
  return (last?.kind === "return" || last?.kind === "throw") && !hasBreak(list);
}

/** What `list` sets variables to, as far as what follows can see. */
export function forEachSet(list: List, visit: (variable: Variable, value: Expression | undefined) => void): void {
  if (isFinal(list)) return;
  for (const s of list) {
    for (const v of targetsOf(s)) if (s.kind !== "declare") visit(v, s.kind === "set" ? s.value : undefined);
    for (const body of bodiesOf(s)) forEachSet(body, visit);
  }
}

/** What is known after `s`, on all ways through it: undefined if nothing follows it. */
export function follow(s: Statement, known: Known): Known | undefined {
  switch (s.kind) {
    case "set": {
      const value = simplify(s.value, known);
      return value.kind === "literal" ? withValue(known, s.target, value.value) : without(known, s.target);
    }
    case "if":
      return common(followAll(s.then, learn(s.test, true, known)), followAll(s.else, learn(s.test, false, known)));
    case "while": {
      const again = kept(s, known);
      const tested = isLiteral(s.test, true) ? undefined : learn(s.test, false, again);
      return knownAtBreaks(s.body, learn(s.test, true, again)).reduce(common, tested);
    }
    case "return":
    case "throw":
    case "break":
      return undefined;
    default:
      return kept(s, known);
  }
}

export function followAll(list: List, known: Known): Known | undefined {
  let now: Known | undefined = known;
  for (const s of list) now &&= follow(s, now);
  return now;
}

/** True if the variable is known to have that value. */
function has(known: Known, variable: Variable, value: Literal): boolean {
  return known.has(variable) && Object.is(known.get(variable), value);
}

// What is known is immutable, and most statements leave it as it is: it is copied where it changes.

function withValue(known: Known, variable: Variable, value: Literal): Known {
  return has(known, variable, value) ? known : new Map(known).set(variable, value);
}

function without(known: Known, variable: Variable): Known {
  if (!known.has(variable)) return known;
  const after = new Map(known);
  after.delete(variable);
  return after;
}

/** What holds on both of two ways. */
function common(one: Known | undefined, other: Known | undefined): Known | undefined {
  if (!one || !other || one === other) return one ?? other;
  let both: Known = one;
  for (const [variable, value] of one) if (!has(other, variable, value)) both = without(both, variable);
  return both;
}

/** What stays known however often `s` runs. */
export function kept(s: Statement, known: Known): Known {
  if (known.size === 0) return known;
  let after = known;
  forEachSet([s], (variable, value) => {
    // Set to what it was.
    if (value?.kind === "literal" && has(after, variable, value.value)) return;
    after = without(after, variable);
  });
  return after;
}

/** What is known at each `break` of the loop that has this body. */
function knownAtBreaks(list: List, known: Known): readonly Known[] {
  const found: Known[] = [];
  let now: Known | undefined = known;
  for (const s of list) {
    if (!now) break;
    if (s.kind === "break") found.push(now);
    if (s.kind === "if") {
      found.push(
        ...knownAtBreaks(s.then, learn(s.test, true, now)),
        ...knownAtBreaks(s.else, learn(s.test, false, now)),
      );
    } else if (s.kind === "guard" && hasBreak([s])) found.push(kept(s, now));
    now = follow(s, now);
  }
  return found;
}

export function leaves(list: List): boolean {
  const last = list.at(-1);
  if (!last) return false;
  if (last.kind === "return" || last.kind === "throw" || last.kind === "break") return true;
  // A loop without end that nothing breaks.
  if (last.kind === "while") return isLiteral(last.test, true) && !breaksItself(last.body);
  return last.kind === "if" && leaves(last.then) && leaves(last.else);
}

/** `list` where `known` holds: tests that are decided give way to the branch that is taken. */
export function resolve(list: List, known: Known): { readonly list: List; readonly known: Known } {
  const out: Statement[] = [];
  let now = known;
  for (let i = 0; i < list.length; i++) {
    const s = list[i] as Statement;
    if (s.kind === "if") {
      const test = simplify(s.test, now);
      if (test.kind === "literal") {
        const rest = resolve([...(test.value ? s.then : s.else), ...list.slice(i + 1)], now);
        return { list: [...out, ...rest.list], known: rest.known };
      }
    }
    const isValued = s.kind === "set" || (s.kind === "return" && s.value);
    out.push(isValued ? ({ ...s, value: simplify(s.value as Expression, now) } as Statement) : s);
    const after = follow(s, now);
    if (!after) break;
    now = after;
  }
  return { list: out, known: now };
}

/** What a test that came out this way says. */
export function learn(test: Expression, truth: boolean, known: Known): Known {
  if (test.kind === "unary" && test.operator === "!") return learn(test.operand, !truth, known);
  if (test.kind === "variable" && test.variable.type.kind === "boolean") return withValue(known, test.variable, truth);
  if (test.kind !== "binary") return known;
  if (test.operator === (truth ? "&&" : "||")) return learn(test.right, truth, learn(test.left, truth, known));
  const equal = test.operator === (truth ? "===" : "!==");
  if (equal && test.left.kind === "variable" && test.right.kind === "literal") {
    return withValue(known, test.left.variable, test.right.value);
  }
  return known;
}
