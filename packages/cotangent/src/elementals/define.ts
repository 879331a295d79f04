/**
 * Making primitives. One entry holds everything about an operation: its value, its partial derivatives in terms of other
 * primitives, its spelling, where it is defined and what is agreed at its singular points.
 *
 *     const cbrt = unary("cbrt", {
 *       primal: Math.cbrt,
 *       partial: (_x, y) => div(1, mul(3, square(y))),   // dy/dx; y is the result
 *       spelling: call("Math.cbrt"),
 *       domain: [-8, 8], singular: [0], convention: "Infinity at 0",
 *     });
 *
 * A partial runs once, when first asked for, on placeholders: so entries may refer to one another in any order. After
 * ChainRules' `@scalar_rule` and Griewank and Walther, Evaluating Derivatives, table 2.3.
 */
import { argument, bind, type Fold, result, type Scalar, toExpression } from "../core/bind.ts";
import type { Domain, Elemental, Expression, Primitive, ScalarKind, Spelling, Term } from "../core/primitive.ts";

type Interval = readonly [number, number];

/** Precedences of TypeScript's operators, as the back end needs them to set parentheses. */
export const precedence = {
  prefix: 14,
  power: 13,
  product: 12,
  sum: 11,
  shift: 10,
  relation: 9,
  equality: 8,
  bitAnd: 7,
  bitXor: 6,
  bitOr: 5,
  and: 4,
  or: 3,
} as const;

/** Spelled `left operator right`. */
export function infix(operator: string, level: number, rightAssociative = false): Spelling {
  const spelling = { kind: "infix", operator, precedence: level } as const;
  return rightAssociative ? { ...spelling, rightAssociative } : spelling;
}
/** Spelled `operator operand`. */
export function prefix(operator: string): Spelling {
  return { kind: "prefix", operator, precedence: precedence.prefix };
}
/** Spelled `callee(…)`. */
export function call(callee: string): Spelling {
  return { kind: "call", callee };
}

/** A primitive that answers a question about numbers. */
export type Question = Primitive & { readonly gives: "boolean" };

interface Written {
  readonly spelling: Spelling;
  /** Other spellings that the front end reads as this primitive. */
  readonly aliases?: readonly Spelling[];
  /** Price in multiplications; 1 by default. */
  readonly cost?: number;
  /** It tells what its text is made of, see `Primitive`. */
  readonly readsText?: boolean;
  /** The argument that may be at a value alone, see `Primitive`. */
  readonly isolated?: number;
  /** Light folding of calls with a formula among the arguments. */
  readonly fold?: Fold;
}

interface Definition extends Written {
  readonly arity: number | "variadic";
  readonly takes: readonly ScalarKind[];
  readonly gives: Primitive["gives"];
  readonly primal: Primitive["primal"];
  /** The partial derivative by argument `index`, on placeholders; `undefined` if no number flows. */
  readonly partial: (index: number, args: readonly Expression[], y: Expression) => Term | undefined;
  readonly domain?: Domain | undefined;
}

/** The general constructor; the ones below say less. */
export function definePrimitive(id: string, definition: Definition): Primitive {
  const { arity, takes, gives, primal, spelling, aliases = [], domain, cost = 1, readsText = false, fold } = definition;
  const { isolated } = definition;
  /** By the number of arguments, then by the index. */
  const partials: (Expression | undefined)[][] = [];
  const partial = (index: number, count: number): Expression | undefined => {
    if (index < 0 || index >= count || (arity !== "variadic" && count !== arity)) {
      throw new RangeError(`${id} of ${count} arguments has no partial derivative number ${index}`);
    }
    partials[count] ??= [];
    const known = partials[count] as (Expression | undefined)[];
    if (!(index in known)) {
      const term = definition.partial(
        index,
        Array.from({ length: count }, (_, i) => argument(i)),
        result,
      );
      known[index] = term === undefined ? undefined : toExpression(term);
    }
    return known[index];
  };
  const callable = (...args: Term[]): Term => bind(primitive, args, fold);
  const primitive: Primitive = Object.assign(callable, {
    id,
    arity,
    takes,
    gives,
    primal,
    partial,
    isolated,
    spelling,
    aliases,
    domain,
    cost,
    readsText,
  });
  Object.defineProperty(primitive, "name", { value: id });
  return primitive;
}

interface Unary extends Written {
  readonly primal: (x: number) => number;
  /** dy/dx; `y` is the result. */
  readonly partial: (x: Expression, y: Expression) => Term;
  readonly domain?: Interval;
  readonly singular?: readonly number[];
  readonly convention?: string;
}

/** A function of one number. */
export function unary(id: string, definition: Unary): Elemental<1> {
  const { domain = [-4, 4], singular = [], convention = "" } = definition;
  return definePrimitive(id, {
    ...definition,
    arity: 1,
    takes: ["number"],
    gives: "number",
    partial: (_index, [x], y) => definition.partial(x as Expression, y),
    domain: { intervals: [domain], singular: singular.map((x) => [x]), convention },
  }) as Elemental<1>;
}

interface Binary extends Written {
  readonly primal: (a: number, b: number) => number;
  /** dy/da and dy/db; `y` is the result. */
  readonly partials: readonly [
    (a: Expression, b: Expression, y: Expression) => Term,
    (a: Expression, b: Expression, y: Expression) => Term,
  ];
  readonly domain?: readonly [Interval, Interval];
  readonly singular?: readonly (readonly [number, number])[];
  readonly convention?: string;
}

/** A function of two numbers. */
export function binary(id: string, definition: Binary): Elemental<2> {
  const {
    domain = [
      [-4, 4],
      [-4, 4],
    ],
    singular = [],
    convention = "",
  } = definition;
  return definePrimitive(id, {
    ...definition,
    arity: 2,
    takes: ["number"],
    gives: "number",
    partial: (index, [a, b], y) =>
      (definition.partials[index] as Binary["partials"][0])(a as Expression, b as Expression, y),
    domain: { intervals: domain, singular, convention },
  }) as Elemental<2>;
}

interface Variadic extends Written {
  readonly primal: (...args: number[]) => number;
  /** dy/dx for one of the arguments; `y` is the result. */
  readonly partial: (x: Expression, y: Expression, index: number, args: readonly Expression[]) => Term;
  readonly domain?: Interval;
  readonly singular?: readonly (readonly number[])[];
  readonly convention?: string;
}

/** A function of one or more numbers. */
export function variadic(id: string, definition: Variadic): Elemental<"variadic"> {
  const { domain = [-4, 4], singular = [], convention = "" } = definition;
  return definePrimitive(id, {
    ...definition,
    arity: "variadic",
    takes: ["number"],
    gives: "number",
    partial: (index, args, y) => definition.partial(args[index] as Expression, y, index, args),
    domain: { intervals: [domain], singular, convention },
  }) as Elemental<"variadic">;
}

interface Inactive<P> extends Written {
  readonly primal: P;
  readonly arity?: number;
  readonly takes?: readonly ScalarKind[];
}

/** A question with a yes or no: carries no derivative. Two numbers unless said otherwise. */
export function predicate(id: string, definition: Inactive<(...args: never[]) => boolean>): Question {
  return definePrimitive(id, {
    arity: 2,
    takes: ["number"],
    ...definition,
    gives: "boolean",
    partial: () => undefined,
  }) as Question;
}

/** A number that carries no derivative: arithmetic on integers and their bits, a truth value as a number. */
export function inactive(id: string, definition: Inactive<(...args: never[]) => number>): Primitive {
  return definePrimitive(id, { arity: 2, takes: ["number"], ...definition, gives: "number", partial: () => undefined });
}

interface OfText extends Written {
  /** Where it is always called with all arguments. */
  readonly arity?: number;
  readonly takes: readonly ScalarKind[];
  readonly gives: Primitive["gives"];
  /** The text that it gives says its number, which thereby depends on it. */
  readonly writes?: boolean;
  /** Arguments that may be left out from the end are optional in JavaScript. */
  readonly primal: (...args: never[]) => number | boolean | string;
}

/**
 * A function of text. Numbers among its arguments are cut off to integers, so that by them its derivative is 0 between
 * the jumps; through text none flows. It is called with as many arguments as the program gives.
 */
export function ofText(id: string, { writes = false, ...definition }: OfText): Primitive {
  const { takes } = definition;
  return definePrimitive(id, {
    arity: "variadic",
    cost: 4,
    ...definition,
    partial: (index) => (!writes && takes[Math.min(index, takes.length - 1)] === "number" ? 0 : undefined),
  });
}

/** The argument of `fold` as a known scalar, if it is one. */
export function known(term: Term | undefined): Scalar {
  return typeof term === "object" ? (term.kind === "literal" ? term.value : undefined) : term;
}
