/**
 * Implicit functions on overloaded values: x(θ) with R(x, θ) = 0, whatever found x. The equation is run once, on values of a
 * tape at the solution; by the implicit function theorem (Griewank and Walther, 15.1)
 *
 *     ∂R/∂x ∂x/∂θ = -∂R/∂θ
 *
 * A fixed point is the root of `step(x, θ) - x`, a minimiser that of the gradient of its objective, by duals over the tape.
 * Whatever is a value of a level outside is computed with as such, so that the theorem is differentiated there.
 */
import { div, mul, sub } from "../elementals/index.ts";
import { RuntimeError } from "../runtime/error.ts";
import type { CarriedRule } from "../runtime/rules.ts";
import { Bundle, Directions } from "./dual.ts";
import { copied, numbersIn, withNumbers } from "./numbers.ts";
import { operationOf } from "./operation.ts";
import { Tape, type Traced } from "./tape.ts";
import { Blocked, type Level, plain, type Real, refuse, Value } from "./value.ts";

type Callable = (...args: unknown[]) => unknown;

const minus = operationOf(sub);
const times = operationOf(mul);
const over = operationOf(div);

/** A function by its equation. */
export interface Equation {
  readonly verb: "implicitRoot" | "fixedPoint" | "implicitMinimum";
  readonly equation: Callable;
  /** As messages call it. */
  readonly name: string;
}

/** The equation that a rule is. */
export function equationOf({ verb, rule }: CarriedRule, name: string): Equation {
  if (verb !== "implicitRoot" && verb !== "fixedPoint" && verb !== "implicitMinimum")
    throw new Error(`a rule of another kind: ${verb}`);
  return { verb, equation: rule as Callable, name };
}

/**
 * The derivatives of each number of the solution `x` by the numbers of `args` at the places `active`, of which nothing is
 * computed but at these places. Refuses an equation that reads values which it was not given.
 */
export function deriveImplicit(
  of: Equation,
  x: unknown,
  args: readonly unknown[],
  active: readonly number[],
): Real[][] {
  const count = numbersIn(x).length;
  const rows = linearized(of, [x, ...args]);
  if (rows.length !== count) {
    const message = `the equation of ${of.name} gives ${rows.length} numbers for ${count} unknowns`;
    throw new RuntimeError("structure-mismatch", message);
  }
  const system = rows.map((row, i) => {
    const unknowns = row.slice(0, count);
    if (of.verb === "fixedPoint") unknowns[i] = minus.call(unknowns[i] as Real, 1);
    return [...unknowns, ...active.map((j) => minus.call(0, row[count + j] as Real))];
  });
  eliminate(system);
  return system.map((row) => {
    const by: Real[] = [];
    active.forEach((j, n) => {
      by[j] = row[count + n] as Real;
    });
    return by;
  });
}

/** The derivatives of what has to be 0, by each number of `at`: the unknowns first. */
function linearized({ verb, equation, name }: Equation, at: readonly unknown[]): Real[][] {
  const numbers = numbersIn(at);
  const allowed = levelsOf(numbers);
  const tape = new Tape();
  const inputs = numbers.map((x) => tape.input(x));
  const sides = verb === "implicitMinimum" ? new Directions(numbersIn(at[0]).length) : undefined;
  const unit = (k: number): (Real | undefined)[] =>
    Array.from({ length: sides?.count ?? 0 }, (_, i) => (i === k ? 1 : undefined));
  const given = inputs.map((x, k) => (sides && k < sides.count ? new Bundle(sides, x, unit(k)) : x));
  const result = equation(...(withNumbers(at, given.values(), (part) => copied(part)) as unknown[]));
  sides?.close();
  tape.close();
  checkPlain(
    equation(...(withNumbers(at, numbers.map(plain).values(), (part) => copied(part)) as unknown[])),
    result,
    name,
  );
  const found = numbersIn(result).flatMap((y) => {
    const inner = lower(y, sides);
    if (levelsOf([lower(inner, tape)]).some((level) => !allowed.includes(level)))
      refuse("rule-captures", `the equation of ${name}`, "that holds an overloaded value");
    if (!sides) return [y];
    return Array.from({ length: sides.count }, (_, i) => (y === inner ? 0 : ((y as Bundle).tangents[i] ?? 0)));
  });
  return found.map((y) => {
    if (typeof y === "number" || y.level !== tape) return numbers.map(() => 0);
    const cotangents = tape.pull([[y as Traced, 1]]);
    return inputs.map(cotangents);
  });
}

/** `x` without `level`. */
function lower(x: Real, level: Level | undefined): Real {
  if (typeof x === "number" || x.level !== level) return x;
  return x instanceof Blocked ? refuse("overload-bits", x.by) : x.primal;
}

/** The levels that numbers are values of. */
function levelsOf(numbers: readonly Real[]): Level[] {
  const levels: Level[] = [];
  for (let x of numbers) for (; x instanceof Value; x = x.primal) if (!levels.includes(x.level)) levels.push(x.level);
  return levels;
}

/** Refuses an equation that gives something else on values than on numbers. */
function checkPlain(expected: unknown, found: unknown, name: string): void {
  const [numbers, values] = [numbersIn(expected), numbersIn(found)];
  const isSame =
    numbers.length === values.length && numbers.every((x, i) => Object.is(plain(x), plain(values[i] as Real)));
  if (!isSame) refuse("overload-differs", `the equation of ${name}`);
}

/**
 * Makes the left square of a system the identity, by Gaussian elimination with partial pivoting (Golub and Van Loan, 3.4).
 * The choice of pivots is by plain numbers.
 */
function eliminate(rows: Real[][]): void {
  const size = (x: Real | undefined): number => Math.abs(plain(x ?? 0));
  for (let k = 0; k < rows.length; k++) {
    let best = k;
    for (let i = k + 1; i < rows.length; i++) if (size(rows[i]?.[k]) > size(rows[best]?.[k])) best = i;
    [rows[k], rows[best]] = [rows[best] as Real[], rows[k] as Real[]];
    const row = rows[k] as Real[];
    const pivot = row[k] as Real;
    for (let j = k + 1; j < row.length; j++) row[j] = over.call(row[j] as Real, pivot);
    rows.forEach((other, i) => {
      const factor = other[k] as Real;
      if (i === k) return;
      for (let j = k + 1; j < row.length; j++)
        other[j] = minus.call(other[j] as Real, times.call(factor, row[j] as Real));
    });
  }
}
