/**
 * Taylor arithmetic: from the Taylor coefficients of the arguments of an elemental those of its result (Griewank and
 * Walther, 13.2). No elemental has a rule of its own for that: its partials are enough. From y = f(x, …) follows
 * y' = ∑ f_i x_i', where f_i is a formula in x and y that is made of elementals in turn; so coefficient by coefficient
 *
 *     k y_k = ∑_i ∑_{j=1..k} j x_{i,j} f_{i,k-j}
 *
 * in which y_k needs those of x up to k and those of f_i up to k - 1 only, and these need y up to k - 1. A `Series` gives
 * its coefficients when they are asked for and keeps them, so that sin and cos, each in the partial of the other, cost
 * one convolution each. Products and quotients, which all formulas are made of, have the recurrences of power series.
 * What a coefficient is, a value of IR or a number, is the business of the `Arithmetic`.
 */
import { type Expression, interpretExpression, isFlat, type Primitive } from "../core/primitive.ts";
import { add, div, mul, ne, neg, or, select } from "./index.ts";

/** The domain that coefficients are computed in. */
export interface Arithmetic<T> {
  readonly literal: (value: number) => T;
  readonly apply: (primitive: Primitive, args: readonly T[]) => T;
}

/** A coefficient; undefined where it is known to be zero. */
export type Coefficient<T> = T | undefined;

/** A power series in one variable, known as far as somebody has asked. */
export interface Series<T> {
  readonly id: number;
  readonly zeroth: T;
  /** No coefficient but the zeroth. */
  readonly isConstant: boolean;
  /** The coefficient `k`, from 1. */
  readonly at: (k: number) => Coefficient<T>;
}

/** The series of one elemental operation; `refuse` is called where no number flows. */
export class Expansion<T> {
  readonly #arithmetic: Arithmetic<T>;
  readonly #refuse: () => never;
  readonly #literals = new Map<number, Series<T>>();
  readonly #applied = new Map<string, Series<T>>();
  readonly #derived = new Map<Series<T>, Map<number, Coefficient<T>>>();
  #count = 0;

  constructor(arithmetic: Arithmetic<T>, refuse: () => never) {
    this.#arithmetic = arithmetic;
    this.#refuse = refuse;
  }

  /** The series of an argument. */
  given(value: T, coefficients: readonly Coefficient<T>[]): Series<T> {
    const isConstant = coefficients.every((c) => c === undefined);
    return { id: this.#count++, zeroth: value, isConstant, at: (k) => coefficients[k - 1] };
  }

  #literal(value: number): Series<T> {
    let known = this.#literals.get(value);
    if (!known) {
      known = this.given(this.#arithmetic.literal(value), []);
      this.#literals.set(value, known);
    }
    return known;
  }

  /** The series of `primitive` of `args`; `zeroth` is its value, if that is at hand. The same for the same arguments. */
  applied(primitive: Primitive, args: readonly Series<T>[], zeroth?: T): Series<T> {
    const key = `${primitive.id} ${args.map((a) => a.id).join(" ")}`;
    const known = this.#applied.get(key);
    if (known) return known;
    const value =
      zeroth ??
      this.#arithmetic.apply(
        primitive,
        args.map((a) => a.zeroth),
      );
    const isConstant = primitive.gives !== "number" || args.every((a) => a.isConstant);
    const found = new Map<number, Coefficient<T>>();
    let next: ((k: number) => Coefficient<T>) | undefined;
    const made: Series<T> = {
      id: this.#count++,
      zeroth: value,
      isConstant,
      at: (k) => {
        if (isConstant) return undefined;
        if (!found.has(k)) {
          next ??= this.#recurrence(primitive, args, made);
          found.set(k, next(k));
        }
        return found.get(k);
      },
    };
    this.#applied.set(key, made);
    return made;
  }

  /** What gives each coefficient of y = primitive(args) from earlier ones. */
  #recurrence(primitive: Primitive, args: readonly Series<T>[], y: Series<T>): (k: number) => Coefficient<T> {
    const [first, second, third] = args as [Series<T>, Series<T>, Series<T>];
    if (primitive === mul) return (k) => this.#product(first, second, k);
    if (primitive === div) return (k) => this.#quotient(first, second, y, k);
    if (primitive === select) return (k) => this.#choice(first.zeroth, second.at(k), third.at(k));
    const terms = args.flatMap((x, i) => {
      if (x.isConstant) return [];
      const partial = primitive.partial(i, args.length) ?? this.#refuse();
      if (isFlat(primitive, i, args.length)) return [];
      const term = this.#term(partial, x, args, y);
      return [i === primitive.isolated ? this.#along(x, term) : term];
    });
    return (k) => this.#sum(terms.map((term) => term(k)));
  }

  /** What `expression`, the partial by x, adds to each coefficient of y. A branch that is not taken adds nothing. */
  #term(expression: Expression, x: Series<T>, args: readonly Series<T>[], y: Series<T>): (k: number) => Coefficient<T> {
    if (expression.kind === "literal" && expression.value === 0) return () => undefined;
    if (expression.kind === "literal" && expression.value === 1) return (k) => x.at(k);
    if (expression.kind === "literal" && expression.value === -1) return (k) => this.#negated(x.at(k));
    if (expression.kind === "apply" && expression.primitive === neg) {
      const inner = this.#term(expression.args[0] as Expression, x, args, y);
      return (k) => this.#negated(inner(k));
    }
    if (expression.kind === "apply" && expression.primitive === select) {
      const [condition, whenTrue, whenFalse] = expression.args as [Expression, Expression, Expression];
      const { zeroth } = this.#read(condition, args, y);
      const [left, right] = [this.#term(whenTrue, x, args, y), this.#term(whenFalse, x, args, y)];
      return (k) => this.#choice(zeroth, left(k), right(k));
    }
    const partial = this.#read(expression, args, y);
    if (partial.isConstant) return (k) => this.#times(x.at(k), partial.zeroth);
    return (k) => {
      const products = Array.from({ length: k }, (_, i) => {
        const j = i + 1;
        return this.#times(this.#derivative(x, j), j === k ? partial.zeroth : partial.at(k - j));
      });
      const sum = this.#sum(products);
      return k === 1 || !sum ? sum : this.#arithmetic.apply(div, [sum, this.#arithmetic.literal(k)]);
    };
  }

  /** A term of x that is nothing as long as x stays where it is. */
  #along(x: Series<T>, term: (k: number) => Coefficient<T>): (k: number) => Coefficient<T> {
    const { apply, literal } = this.#arithmetic;
    return (k) => {
      const moves = Array.from({ length: k }, (_, j) => x.at(j + 1)).flatMap((c) => c ?? []);
      if (moves.length === 0) return undefined;
      const hasMoved = moves.map((c) => apply(ne, [c, literal(0)])).reduce((any, next) => apply(or, [any, next]));
      return this.#choice(hasMoved, term(k), undefined);
    };
  }

  #read(expression: Expression, args: readonly Series<T>[], y: Series<T>): Series<T> {
    const apply = (primitive: Primitive, of: readonly Series<T>[]): Series<T> => this.applied(primitive, of);
    return interpretExpression<Series<T>>(expression, { literal: (value) => this.#literal(value), apply }, args, y);
  }

  /** j x_j: the coefficient j - 1 of the derivative of x. */
  #derivative(x: Series<T>, j: number): Coefficient<T> {
    if (j === 1) return x.at(1);
    const known = this.#derived.get(x) ?? new Map<number, Coefficient<T>>();
    this.#derived.set(x, known);
    if (!known.has(j)) known.set(j, this.#times(x.at(j), this.#arithmetic.literal(j)));
    return known.get(j);
  }

  #product(left: Series<T>, right: Series<T>, k: number): Coefficient<T> {
    if (left.isConstant) return this.#times(right.at(k), left.zeroth);
    if (right.isConstant) return this.#times(left.at(k), right.zeroth);
    const products = Array.from({ length: k + 1 }, (_, j) =>
      this.#times(j === 0 ? left.zeroth : left.at(j), j === k ? right.zeroth : right.at(k - j)),
    );
    return this.#sum(products);
  }

  /** From y right = left: y_k = (left_k - ∑_{j=1..k} right_j y_{k-j}) / right_0. */
  #quotient(left: Series<T>, right: Series<T>, y: Series<T>, k: number): Coefficient<T> {
    const products = Array.from({ length: k }, (_, i) => {
      const j = i + 1;
      return this.#times(right.at(j), j === k ? y.zeroth : y.at(k - j));
    });
    const numerator = this.#sum([left.at(k), this.#negated(this.#sum(products))]);
    return numerator && this.#arithmetic.apply(div, [numerator, right.zeroth]);
  }

  #choice(condition: T, whenTrue: Coefficient<T>, whenFalse: Coefficient<T>): Coefficient<T> {
    if (!whenTrue && !whenFalse) return undefined;
    const zero = whenTrue && whenFalse ? undefined : this.#arithmetic.literal(0);
    return this.#arithmetic.apply(select, [condition, (whenTrue ?? zero) as T, (whenFalse ?? zero) as T]);
  }
  #times(a: Coefficient<T>, b: Coefficient<T>): Coefficient<T> {
    return a && b && this.#arithmetic.apply(mul, [a, b]);
  }
  #negated(a: Coefficient<T>): Coefficient<T> {
    return a && this.#arithmetic.apply(neg, [a]);
  }
  #sum(terms: readonly Coefficient<T>[]): Coefficient<T> {
    return terms.reduce(
      (sum, term) => (sum && term ? this.#arithmetic.apply(add, [sum, term]) : (sum ?? term)),
      undefined,
    );
  }
}
