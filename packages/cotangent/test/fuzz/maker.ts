/**
 * What random programs are made by: choices, names, what is in scope, and the table of constructs, of which each program
 * gets a random half (swarm testing: Groce et al., 2012), so that constructs meet in ever other company. A construct says
 * how to write itself in a scope; it asks back here for the parts that it is made of.
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
  /** How many statements may still be written. */
  budget: number;
  /** Writes an expression that the entry returns. */
  result: (scope: Scope) => string = (scope) => this.number(scope, 1);

  readonly #choose: Choose;
  readonly #table: ReadonlyMap<Kind, readonly Construct[]>;
  readonly #weights = new Map<Construct, number>();
  #names = 0;

  constructor(choose: Choose, table: readonly Construct[]) {
    this.#choose = choose;
    this.budget = 5 + choose(10);
    const kinds = new Map<Kind, Construct[]>();
    for (const construct of table) {
      // Some of those that are in are in favour, so that every pair of constructs meets often.
      const fate = choose(16);
      const factor = fate < 7 ? 0 : fate < 14 ? 1 : 6;
      if (factor === 0) continue;
      this.#weights.set(construct, factor * (construct.weight ?? 1));
      kinds.set(construct.kind, [...(kinds.get(construct.kind) ?? []), construct]);
    }
    this.#table = kinds;
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
    if (found.length === 0) return undefined;
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

  number(scope: Scope, depth = scope.loopDepth > 0 ? 2 : 3): string {
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

  block(scope: Scope, count = 1 + this.below(3)): string[] {
    const lines: string[] = [];
    let inside = scope;
    for (let i = 0; i < count; i++) {
      const { lines: more, scope: next } = this.statement(inside);
      lines.push(...more);
      inside = next ?? inside;
    }
    return lines;
  }

  statement(scope: Scope): Written {
    this.budget--;
    const found = this.budget < -20 ? undefined : this.#draw("statement", (c) => c.write(this, scope, 0) as Written);
    return found ?? { lines: [this.#assignment(scope)] };
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
      const before = [...this.used];
      const made = write(construct);
      if (made !== undefined) {
        this.used.add(construct.name);
        return made;
      }
      this.used.clear();
      for (const name of before) this.used.add(name);
    }
    return undefined;
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
