/**
 * Functions with rules of their own on overloaded values. The rule is run on what the arguments are without the innermost
 * level among them, and is asked for the whole matrix of its derivatives, by rows or by columns; each number that the
 * function gives is then one operation of all that it was given:
 *
 *     row k of ∂y/∂x  =  pullback(e_k)          column j  =  the tangent along e_j
 *
 * Rows and columns that are made of values of a level outside are such values, so that the rule is differentiated there.
 */

import { holdsOverloaded } from "../core/scalar.ts";
import { callInactive } from "../runtime/inactive.ts";
import type { CarriedRule } from "../runtime/rules.ts";
import { checkApart } from "../runtime/written.ts";
import { Direction, Directions } from "./dual.ts";
import { deriveImplicit, type Equation, equationOf } from "./implicit.ts";
import { copied, isReal, numbersIn, withNumbers } from "./numbers.ts";
import type { Operation } from "./operation.ts";
import { Tape } from "./tape.ts";
import { Blocked, type Level, plain, type Real, refuse, Value } from "./value.ts";

type Callable = (...args: unknown[]) => unknown;
type Fields = Readonly<Record<string, unknown>>;

/** 1 at the `at`-th number of `x`, 0 at the others, null for what holds none. */
function unit(x: unknown, at: number): unknown {
  const numbers = numbersIn(x).map((_, i) => (i === at ? 1 : 0));
  return withNumbers(x, numbers.values(), () => null);
}

/** The values and the derivatives of each of their numbers by each number of the arguments that is among `active`. */
interface Known {
  readonly values: readonly unknown[];
  readonly rows: readonly (readonly Real[])[];
}

function askPullback({ rule, outputs }: CarriedRule, primals: readonly unknown[]): Known {
  const [given, pullback] = (rule as Callable)(...primals.map(copied)) as [unknown, Callable];
  const values = (outputs ? given : [given]) as readonly unknown[];
  const rows = numbersIn(values).map((_, k) => {
    const seeds = unit(values, k) as unknown[];
    return numbersIn(primals, pullback(outputs ? seeds : seeds[0]));
  });
  return { values, rows };
}

function askTangent({ rule, outputs }: CarriedRule, primals: readonly unknown[], active: readonly number[]): Known {
  let values: readonly unknown[] = [];
  const columns = active.map((j) => {
    const [given, tangent] = (rule as Callable)(primals.map(copied), unit(primals, j)) as [unknown, unknown];
    values = (outputs ? given : [given]) as readonly unknown[];
    return numbersIn(values, outputs ? tangent : [tangent]);
  });
  const rows = numbersIn(values).map((_, k) => {
    const row: Real[] = [];
    active.forEach((j, n) => {
      row[j] = columns[n]?.[k] ?? 0;
    });
    return row;
  });
  return { values, rows };
}

function askEquation(
  carried: CarriedRule,
  of: Equation,
  primals: readonly unknown[],
  active: readonly number[],
): Known {
  const x = holdsOverloaded(primals)
    ? callRuled(carried, of.name, primals)
    : callInactive(carried.f as Callable, ...primals);
  return { values: [x], rows: deriveImplicit(of, x, primals, active) };
}

function ask(carried: CarriedRule, name: string, primals: readonly unknown[], active: readonly number[]): Known {
  const { verb } = carried;
  if (verb === "customVjp") return askPullback(carried, primals);
  if (verb === "customJvp") return askTangent(carried, primals, active);
  return askEquation(carried, equationOf(carried, name), primals, active);
}

/** Whether `x` carries nothing of `level`, nor of a level inside of it. */
function isOutside(x: Real, level: Level): boolean {
  return !(x instanceof Value) || x.level.id < level.id;
}

/** What the function `name` with a rule gives for arguments that hold values; writes the arguments that are outputs. */
export function callRuled(carried: CarriedRule, name: string, args: readonly unknown[]): unknown {
  const { outputs } = carried;
  const numbers = numbersIn(args);
  let level: Level | undefined;
  for (const x of numbers) if (x instanceof Value && (!level || x.level.id > level.id)) level = x.level;
  // Series and recordings would need more of a rule than first derivatives at one point.
  const isFirst = level instanceof Direction || level instanceof Directions || level instanceof Tape;
  if (!level || !isFirst) return refuse("rule-engine", `\`${name}\``, "by overloading, in series or recorded");
  const own = level;
  const written = (outputs ?? []).filter((o) => o !== "result");
  const others = args.filter((_, i) => !written.includes(i));
  if (written.length > 0) checkApart(name, written.length, ...written.map((i) => args[i]), ...others);
  const active: number[] = [];
  numbers.forEach((x, i) => {
    if (!(x instanceof Value) || x.level !== own) return;
    if (x instanceof Blocked) refuse("overload-bits", x.by);
    active.push(i);
  });
  const lowered = numbers.map((x) => (x instanceof Value && x.level === own ? x.primal : x));
  const primals = withNumbers(args, lowered.values(), (part) => part) as readonly unknown[];
  const { values, rows } = ask(carried, name, primals, active);
  if (![...numbersIn(values), ...rows.flat()].every((x) => isOutside(x, own)))
    refuse("rule-captures", `\`${name}\``, "that holds an overloaded value");
  for (const value of values) checkApart(name, 1, value);
  const made = numbersIn(values).map((y, k) => {
    const operation = { partial: (i: number) => rows[k]?.[i] ?? 0 } as unknown as Operation;
    return own.combine(operation, active, numbers, lowered, y);
  });
  const results = withNumbers(values, made.values(), (part) => part) as readonly unknown[];
  if (!outputs) return results[0];
  outputs.forEach((o, n) => {
    if (o !== "result") put(args[o], results[n]);
  });
  return outputs.includes("result") ? results[outputs.indexOf("result")] : args[givenBack(carried, primals)];
}

/** The argument that the function gives back; -1 if it gives nothing. */
function givenBack({ f, outputs }: CarriedRule, primals: readonly unknown[]): number {
  const given = primals.map((p) => withNumbers(p, numbersIn(p).map(plain).values(), (part) => part));
  const result = (f as Callable)(...given);
  return outputs?.find((o): o is number => o !== "result" && given[o] === result) ?? -1;
}

/** Writes the contents of `made` into `target`, which keeps its arrays and objects. */
function put(target: unknown, made: unknown): void {
  if (typeof target !== "object" || target === null) return;
  const [to, from] = [target as Record<string, unknown>, made as Fields];
  if ("length" in to && to.length !== from.length)
    throw new RangeError("a rule makes an array that its function writes longer or shorter");
  for (const key of Object.keys(from)) {
    const part = from[key];
    if (isReal(part) || typeof part !== "object" || part === null) to[key] = part;
    else put(to[key], part);
  }
}
