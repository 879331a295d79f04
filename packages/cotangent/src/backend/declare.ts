/**
 * Where variables are declared: in the innermost list of statements that holds every mention of them, with `const` where
 * they are set once, at the place where they are first set; with a bare `let` before the first statement that mentions
 * them if that sets them only inside.
 */
import {
  bodiesOf,
  type Declares,
  type Expression,
  expressionsOf,
  forEachRead,
  partsOf,
  reads,
  type Statement,
  targetsOf,
  type Variable,
} from "./tree.ts";

/** The variables that a statement, or a list of statements, mentions. */
type Mentions = ReadonlyMap<Statement | readonly Statement[], ReadonlySet<Variable>>;

/** Returns `body` with every variable declared but those of `declared` (parameters). */
export function declareVariables(body: readonly Statement[], declared: readonly Variable[]): readonly Statement[] {
  const sets = new Map<Variable, number>();
  const mentions = new Map<Statement | readonly Statement[], Set<Variable>>();
  const bound = new Set<Variable>(declared);
  const collect = (s: Statement): Set<Variable> => {
    const all = new Set<Variable>();
    mentions.set(s, all);
    for (const v of targetsOf(s)) {
      all.add(v);
      if (s.kind !== "declare") sets.set(v, (sets.get(v) ?? 0) + 1);
    }
    if (s.kind === "for") bound.add(s.index);
    for (const e of expressionsOf(s)) {
      bindParameters(e, bound);
      forEachRead(e, (v) => all.add(v));
    }
    for (const list of bodiesOf(s)) {
      const within = new Set<Variable>();
      for (const inner of list) for (const v of collect(inner)) within.add(v);
      mentions.set(list, within);
      for (const v of within) all.add(v);
    }
    return all;
  };
  for (const s of body) collect(s);
  return declareIn(body, { mentions, sets, bound });
}

function bindParameters(e: Expression, bound: Set<Variable>): void {
  if (e.kind === "arrow") for (const p of e.params) bound.add(p);
  for (const part of partsOf(e)) bindParameters(part, bound);
}

interface Facts {
  readonly mentions: Mentions;
  readonly sets: ReadonlyMap<Variable, number>;
  /** Declared already, here or further out. */
  readonly bound: Set<Variable>;
}

/** True if every mention of `v` in `s` is in one of its lists. */
function isInside(s: Statement, v: Variable, mentions: Mentions): boolean {
  if (targetsOf(s).includes(v) || expressionsOf(s).some((e) => reads(e, v))) return false;
  return bodiesOf(s).filter((list) => mentions.get(list)?.has(v)).length === 1;
}

function declareIn(list: readonly Statement[], facts: Facts): readonly Statement[] {
  const { mentions, sets, bound } = facts;
  const count = new Map<Variable, number>();
  for (const s of list) for (const v of mentions.get(s) ?? []) count.set(v, (count.get(v) ?? 0) + 1);
  const out: Statement[] = [];
  for (const s of list) {
    // The variables that belong to this list and are met here for the first time.
    const fresh = [...(mentions.get(s) ?? [])].filter(
      (v) => !bound.has(v) && !((count.get(v) ?? 0) === 1 && isInside(s, v, mentions)),
    );
    for (const v of fresh) bound.add(v);
    const targets = targetsOf(s);
    const declares = (): Declares => (targets.every((v) => sets.get(v) === 1) ? "const" : "let");
    if (s.kind === "declare") {
      if (fresh.length > 0) out.push({ ...s, variables: fresh });
      continue;
    }
    if (s.kind === "functions") {
      const others = fresh.filter((v) => !targets.includes(v));
      if (others.length > 0) out.push({ kind: "declare", variables: others });
      out.push(s);
      continue;
    }
    const own =
      (s.kind === "set" || s.kind === "spread") && targets.every((v) => fresh.includes(v) && !reads(s.value, v));
    const bare = own ? fresh.filter((v) => !targets.includes(v)) : fresh;
    if (bare.length > 0) out.push({ kind: "declare", variables: bare });
    if (own && targets.length > 0) out.push({ ...s, declares: declares() });
    else out.push(declareInside(s, facts));
  }
  return out;
}

function declareInside(s: Statement, facts: Facts): Statement {
  switch (s.kind) {
    case "if":
      return { ...s, then: declareIn(s.then, facts), else: declareIn(s.else, facts) };
    case "for":
    case "while":
      return { ...s, body: declareIn(s.body, facts) };
    default:
      return s;
  }
}
