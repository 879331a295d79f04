/**
 * What random programs are made by: choices, names, what is in scope, and the table of constructs, of which each program
 * gets a random half (swarm testing: Groce et al., 2012), so that constructs meet in ever other company; a few of them are
 * its goals, which it is sure to have. A construct says how to write itself in a scope; it asks back here for the parts
 * that it is made of. What a goal lacks in scope is declared for it, if one of the providers declares the like.
 */

/** What a construct writes: statements, or an expression of one of these types. */
export type Kind = "statement" | "number" | "condition" | "number[]";

/** A type, as the text that declares it; `integer` is a number that no derivative flows through. */
type TypeText = string;

export interface Variable {
  readonly name: string;
  readonly type: TypeText;
  readonly isAssignable: boolean;
  /** Arrays: how many elements there are at least. */
  readonly least: number;
  /** Made in the program, so that structures may be put into it. */
  readonly isLocal: boolean;
  /** Reads of it are free of surprises, but nothing may be written through it. */
  readonly isFrozen?: boolean;
}

export interface Scope {
  readonly variables: readonly Variable[];
  /** Labels of the loops around in this function, innermost last. */
  readonly loops: readonly string[];
  /** How many loops run around this place, those of callers of a local function included. */
  readonly loopDepth: number;
  /** Is the innermost thing that `break` leaves a switch? */
  readonly isInSwitch: boolean;
  /** What this function returns, as an expression; undefined where nothing may return. */
  readonly result: "entry" | "number" | "none";
  /** How deep statements may still nest. */
  readonly depth: number;
}

/** What a statement leaves behind: its lines, and the scope of what follows. */
export interface Written {
  readonly lines: readonly string[];
  readonly scope?: Scope;
}

export type Construct = { readonly name: string; readonly weight?: number } & (
  | {
      readonly kind: "statement";
      /** The statement, or undefined where it does not fit. Must not ask for parts before that is certain. */
      readonly write: (make: Maker, scope: Scope) => Written | undefined;
    }
  | {
      readonly kind: Exclude<Kind, "statement">;
      readonly write: (make: Maker, scope: Scope, depth: number) => string | undefined;
    }
);

/** A type that variables have: how one is declared, for constructs that look for one and find none, and how it is read. */
export interface Provider {
  /** What is declared, but for the name. */
  readonly variable: Omit<Variable, "name">;
  /** The lines that declare `name`. */
  readonly write: (make: Maker, scope: Scope, name: string) => readonly string[];
  /** Numbers that a variable of this type leads to, as expressions. */
  readonly read: (make: Maker, variable: Variable) => readonly string[];
}

/** A source of choices: an integer from 0 to `below - 1`. */
export type Choose = (below: number) => number;

const leaves = ["0.5", "1", "2", "-0.7", "0.3", "1.25"];

export class Maker {
  /** The names of the constructs that the program has. */
  readonly used = new Set<string>();
  /** Declarations of the module, before the function. */
  readonly declarations: string[] = [];
  /** Does a statement inside of a loop write to memory or to a variable from outside of it? */
  mutatesInLoop = false;
  /** How deep statements of the entry may nest. */
  readonly depth = 3;
  /** How many statements may still be written. */
  budget: number;
  /** Writes an expression that the entry returns. */
  result: (scope: Scope) => string = (scope) => this.number(scope, 1);

  readonly #choose: Choose;
  readonly #table: ReadonlyMap<Kind, readonly Construct[]>;
  readonly #providers: readonly Provider[];
  readonly #weights = new Map<Construct, number>();
  /** Constructs that the program is to have and has not. */
  #goals: readonly Construct[];
  /** Is the next construct that asks the goal itself, which is written whatever the budget is? */
  #isGoal = false;
  /** What was looked for in a scope and not found, last. */
  #missed: ((v: Variable) => boolean) | undefined;
  #names = 0;

  constructor(
    choose: Choose,
    table: readonly Construct[],
    providers: readonly Provider[],
    goals: ReadonlySet<string> = new Set(),
  ) {
    this.#choose = choose;
    this.#providers = providers;
    this.budget = 2 + choose(4);
    const kinds = new Map<Kind, Construct[]>();
    for (const construct of table) {
      const fate = choose(16);
      const factor = fate < 10 && !goals.has(construct.name) ? 0 : 1;
      if (factor === 0) continue;
      this.#weights.set(construct, factor * (construct.weight ?? 1));
      kinds.set(construct.kind, [...(kinds.get(construct.kind) ?? []), construct]);
    }
    this.#table = kinds;
    this.#goals = table.filter(({ name }) => goals.has(name));
  }

  /** Is there a goal that no part of the program has tried to reach? */
  get hasGoals(): boolean {
    return this.#goals.length > 0;
  }

  /** May a statement with statements in it be written? */
  mayGrow(): boolean {
    const isGoal = this.#isGoal;
    this.#isGoal = false;
    return isGoal || this.budget > 0;
  }

  below(limit: number): number {
    return this.#choose(limit);
  }

  /** True once in `n` times. */
  once(n: number): boolean {
    return this.#choose(n) === 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.#choose(from.length)] as T;
  }

  fresh(prefix: string): string {
    return `${prefix}${++this.#names}`;
  }

  /** A variable that `is` picks; undefined if there is none. Later ones are taken more often. */
  variable(scope: Scope, is: (v: Variable) => boolean): Variable | undefined {
    const found = visible(scope).filter(is);
    if (found.length === 0) {
      this.#missed = is;
      return undefined;
    }
    return this.once(2) ? found[found.length - 1 - this.below(Math.min(3, found.length))] : this.pick(found);
  }

  /** A number of the scope, or a literal. */
  leaf(scope: Scope): string {
    if (this.once(5)) return this.pick(leaves);
    const found = this.variable(scope, (v) => v.type === "number");
    if (!found || this.once(12)) {
      const counter = this.variable(scope, (v) => v.type === "integer");
      if (counter) return `0.1 * ${counter.name}`;
    }
    return found?.name ?? this.pick(leaves);
  }

  number(scope: Scope, depth = 1 + this.below(2)): string {
    if (depth <= 0) return this.leaf(scope);
    return this.#express("number", scope, depth) ?? this.leaf(scope);
  }

  /** A number that does not grow from one turn of a loop to the next. */
  tame(scope: Scope, depth?: number): string {
    const number = this.number(scope, depth);
    if (scope.loopDepth === 0 || this.once(4)) return number;
    return this.pick([`Math.sin(${number})`, `Math.tanh(${number})`, `Math.cos(${number})`]);
  }

  condition(scope: Scope, depth = 1): string {
    return this.#express("condition", scope, depth) ?? `${this.leaf(scope)} > ${this.number(scope, depth - 1)}`;
  }

  /** An expression that gives a new array of at least two numbers. */
  numbers(scope: Scope, depth = 2): string {
    const made = depth > 0 ? this.#express("number[]", scope, depth) : undefined;
    return made ?? `[${this.tame(scope, depth - 1)}, ${this.tame(scope, depth - 1)}]`;
  }

  /** Statements of a block; something of what they declare gets out of it, as a rule. */
  block(scope: Scope, count = 1 + this.below(3)): string[] {
    const lines: string[] = [];
    let inside = scope;
    for (let i = 0; i < count; i++) {
      const { lines: more, scope: next } = this.statement(inside);
      lines.push(...more);
      inside = next ?? inside;
    }
    const known = new Set(scope.variables);
    const reads = inside.variables.filter((v) => !known.has(v)).flatMap((v) => this.reading(v));
    const target = this.variable(scope, (v) => v.type === "number" && v.isAssignable);
    if (reads.length > 0 && target && !/^(break|continue|return)\b/.test(lines.at(-1) ?? "") && !this.once(4)) {
      this.mutates(scope);
      const read = this.pick(reads);
      lines.push(`${target.name} += ${scope.loopDepth > 0 ? `0.5 * Math.sin(${read})` : read};`);
    }
    return lines;
  }

  /** Numbers that a variable leads to, as expressions: what is computed for nobody proves nothing. */
  reading(variable: Variable): readonly string[] {
    return this.#providers.find((p) => p.variable.type === variable.type)?.read(this, variable) ?? [];
  }

  statement(scope: Scope): Written {
    this.budget--;
    if (this.hasGoals && this.once(2)) {
      const reached = this.pursue(scope);
      if (reached) return reached;
    }
    const found = this.budget < -20 ? undefined : this.#draw("statement", (c) => c.write(this, scope, 0) as Written);
    return found ?? { lines: [this.#assignment(scope)] };
  }

  /** Writes one of the goals, and what it needs before it; undefined if none of that fits here. */
  pursue(scope: Scope): Written | undefined {
    const goal = this.pick(this.#goals);
    this.#goals = this.#goals.filter((g) => g !== goal);
    const lines: string[] = [];
    let inside = scope;
    for (let attempt = 0; attempt < 4; attempt++) {
      this.#missed = undefined;
      this.#isGoal = true;
      const made = this.#noting(goal, () => this.#asStatement(goal, inside));
      this.#isGoal = false;
      if (made) return { lines: [...lines, ...made.lines], scope: made.scope ?? inside };
      const missed = this.#missed as ((v: Variable) => boolean) | undefined;
      const fit = this.#providers.filter(({ variable }) => missed?.({ ...variable, name: "" }));
      if (fit.length === 0) break;
      const { variable, write } = this.pick(fit);
      const name = this.fresh(variable.type === "number" ? "a" : "given");
      lines.push(...write(this, inside, name));
      inside = withVariables(inside, { ...variable, name });
    }
    // What does not fit into a block or a function inside may fit below it.
    if (scope.depth < this.depth) this.#goals = [...this.#goals, goal];
    return lines.length > 0 ? { lines, scope: inside } : undefined;
  }

  #asStatement(goal: Construct, scope: Scope): Written | undefined {
    if (goal.kind === "statement") return goal.write(this, scope);
    const text = goal.write(this, scope, 1);
    if (text === undefined) return undefined;
    const name = this.fresh("g");
    switch (goal.kind) {
      case "number": {
        const target = this.once(2) ? this.variable(scope, (v) => v.type === "number" && v.isAssignable) : undefined;
        if (!target) return { lines: [`let ${name} = ${text};`], scope: withVariables(scope, numberVariable(name)) };
        this.mutates(scope);
        return { lines: [`${target.name} = ${scope.loopDepth > 0 ? `Math.sin(${text})` : text};`] };
      }
      case "condition":
        return {
          lines: [`const ${name} = ${text} ? ${this.number(scope, 1)} : ${this.leaf(scope)};`],
          scope: withVariables(scope, numberVariable(name, false)),
        };
      case "number[]": {
        const variable = { name, type: "number[]", isAssignable: false, least: 2, isLocal: true };
        return { lines: [`const ${name}: number[] = ${text};`], scope: withVariables(scope, variable) };
      }
      default:
        return goal satisfies never;
    }
  }

  /** Notes that a statement in `scope` changes what a later turn of a loop may see. */
  mutates(scope: Scope): void {
    if (scope.loopDepth > 0) this.mutatesInLoop = true;
  }

  #assignment(scope: Scope): string {
    this.mutates(scope);
    const target = this.variable(scope, (v) => v.type === "number" && v.isAssignable)?.name;
    return target ? `${target} = ${this.tame(scope, 1)};` : `${this.number(scope, 1)};`;
  }

  #express(kind: Exclude<Kind, "statement">, scope: Scope, depth: number): string | undefined {
    return this.#draw(kind, (c) => c.write(this, scope, depth) as string);
  }

  /** What a construct of `kind` gives; another one if it does not fit. */
  #draw<T>(kind: Kind, write: (c: Construct) => T | undefined): T | undefined {
    const candidates = [...(this.#table.get(kind) ?? [])];
    for (let attempt = 0; attempt < 8 && candidates.length > 0; attempt++) {
      const total = candidates.reduce((sum, c) => sum + (this.#weights.get(c) as number), 0);
      let at = this.below(total);
      const index = candidates.findIndex((c) => {
        at -= this.#weights.get(c) as number;
        return at < 0;
      });
      const [construct] = candidates.splice(index, 1) as [Construct];
      const made = this.#noting(construct, () => write(construct));
      if (made !== undefined) return made;
    }
    return undefined;
  }

  /** What `write` gives; notes that the program has `construct`, or that it has nothing of what was tried. */
  #noting<T>(construct: Construct, write: () => T | undefined): T | undefined {
    const before = [...this.used];
    const made = write();
    if (made !== undefined) this.used.add(construct.name);
    else {
      this.used.clear();
      for (const name of before) this.used.add(name);
    }
    return made;
  }
}

/** The variables that names in `scope` reach: of each name the last one. */
export function visible(scope: Scope): readonly Variable[] {
  const byName = new Map(scope.variables.map((v) => [v.name, v]));
  return [...byName.values()];
}

/** `scope` with more variables. */
export function withVariables(scope: Scope, ...variables: readonly Variable[]): Scope {
  return { ...scope, variables: [...scope.variables, ...variables] };
}

export function numberVariable(name: string, isAssignable = true): Variable {
  return { name, type: "number", isAssignable, least: 0, isLocal: true };
}

export function counter(name: string): Variable {
  return { name, type: "integer", isAssignable: false, least: 0, isLocal: true };
}

/** The scope inside of braces. */
export function inner(scope: Scope): Scope {
  return { ...scope, depth: scope.depth - 1 };
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
