/**
 * Formulas, each kept once. Parts that are equal are the same object, so a formula is a graph in which a part may occur
 * many times: what a derivative repeats is written down once, which is all that there is to expression swell and its cure.
 *
 *     f = s * s,  s = sin(x):   as a tree 2 * 2 + 1 operations and variables, as a graph 3
 *
 * A new formula is simplified by the identities that the optimiser uses, at its root: its parts were, when they were made.
 */
import { evaluate, type Scalar } from "../core/bind.ts";
import { type Expression, interpretExpression, type Primitive } from "../core/primitive.ts";
import { rewrite, type Terms } from "../elementals/identities.ts";

/** A scalar known, or as a formula over variables. */
export type Formula = number | boolean | Symbolic;
export type Symbolic = Variable | Application;

export interface Variable {
  readonly kind: "variable";
  /** Formulas are numbered in the order in which they were made: parts come before what they are part of. */
  readonly number: number;
  readonly name: string;
}

export interface Application {
  readonly kind: "application";
  readonly number: number;
  readonly primitive: Primitive;
  readonly args: readonly Formula[];
}

/** True for what is not a known number or truth value. */
export function isSymbolic(value: unknown): value is Symbolic {
  return value instanceof Node;
}

/** What every formula that is not known is made by, so that it is told apart from the program's own objects. */
class Node {}

/** Makes the formulas of one problem. */
export class Formulas {
  readonly #known = new Map<string, Symbolic>();

  variable(name: string): Variable {
    return this.#keep(`variable ${name}`, { kind: "variable", name }) as Variable;
  }

  /** `primitive` of `args`: its value if they are known, else a formula as simple as identities make it. */
  apply(primitive: Primitive, args: readonly Formula[]): Formula {
    if (!args.some(isSymbolic)) return evaluate(primitive, args as readonly Scalar[]);
    const found = rewrite(primitive, args, terms, "before");
    if (found) return this.read(found.replacement, found.bindings, undefined);
    const key = `${primitive.id} ${args.map((arg) => (isSymbolic(arg) ? `#${arg.number}` : literalKey(arg))).join(" ")}`;
    return this.#keep(key, { kind: "application", primitive, args });
  }

  /** A formula of the rule table, with these arguments and result in its places. */
  read(expression: Expression, args: readonly Formula[], result: Formula | undefined): Formula {
    const domain = {
      literal: (value: number): Formula => value,
      apply: (primitive: Primitive, of: readonly Formula[]): Formula => this.apply(primitive, of),
    };
    return interpretExpression<Formula>(expression, domain, args, result);
  }

  #keep(key: string, made: Omit<Variable, "number"> | Omit<Application, "number">): Symbolic {
    const known = this.#known.get(key);
    if (known) return known;
    const formula = Object.assign(new Node(), made, { number: this.#known.size }) as unknown as Symbolic;
    this.#known.set(key, formula);
    return formula;
  }
}

function literalKey(value: number | boolean): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** How identities look at formulas. A formula may always be used elsewhere too; then it is there twice, and kept once. */
const terms: Terms<Formula> = {
  view: (term) => {
    if (!isSymbolic(term)) return { scalar: term };
    return term.kind === "application" ? { primitive: term.primitive, args: term.args } : undefined;
  },
  same: Object.is,
  isShared: () => false,
};

/** The parts of `formulas` that are not known, each once, parts before what they are part of. */
export function partsOf(formulas: readonly Formula[]): readonly Symbolic[] {
  const found = new Set<Symbolic>();
  const pending = formulas.filter(isSymbolic);
  for (let formula = pending.pop(); formula; formula = pending.pop()) {
    if (found.has(formula)) continue;
    found.add(formula);
    if (formula.kind === "application") pending.push(...formula.args.filter(isSymbolic));
  }
  return [...found].sort((a, b) => a.number - b.number);
}

/** How large formulas are: operations and variables, written out as a tree and kept as a graph. */
export interface Size {
  readonly tree: number;
  readonly graph: number;
}

/** The size of several formulas together. The tree of what swells may be infinite as far as a number can say. */
export function sizeOf(formulas: readonly Formula[]): Size {
  const parts = partsOf(formulas);
  const trees = new Map<Symbolic, number>();
  const treeOf = (formula: Formula): number => (isSymbolic(formula) ? (trees.get(formula) as number) : 1);
  for (const part of parts) {
    trees.set(part, part.kind === "variable" ? 1 : part.args.reduce((sum: number, arg) => sum + treeOf(arg), 1));
  }
  return { tree: formulas.reduce((sum: number, formula) => sum + treeOf(formula), 0), graph: parts.length };
}

/** The numbers that `formulas` are where the variables have these values, by name. */
export function evaluateFormulas(
  formulas: readonly Formula[],
  numberOf: (name: string) => number,
): readonly (number | boolean)[] {
  const values = new Map<Symbolic, number | boolean>();
  const read = (formula: Formula): number | boolean =>
    isSymbolic(formula) ? (values.get(formula) as number | boolean) : formula;
  for (const part of partsOf(formulas)) {
    values.set(part, part.kind === "variable" ? numberOf(part.name) : evaluate(part.primitive, part.args.map(read)));
  }
  return formulas.map(read);
}
