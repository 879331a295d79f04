/**
 * One overloaded call of a function. It is run on copies that hold values, and once on the caller's arguments as they are:
 * so these end as after a plain call, the result is what the function gives, and the two are compared. What cannot be
 * overloaded in JavaScript (`===`, a condition, `typeof`) may lead the overloaded run another way; then there is no
 * derivative, and never that of another function. A function that calls methods of values cannot run on numbers, and one
 * that is not to be checked need not; its result is that of the overloaded run.
 */
import { CotangentError } from "../core/errors.ts";
import { overloadedCalls } from "../core/scalar.ts";
import { RuntimeError } from "../runtime/error.ts";
import { callRuled } from "./ruled.ts";
import { isAsAtEntry, type Lifted, lowerAll, readAlong, settle } from "./structure.ts";
import { Blocked, type Level, marks, type Real, refuse, Value } from "./value.ts";

export type Callable = (...args: unknown[]) => unknown;

/** A function that is called. */
export interface Subject {
  readonly f: Callable;
  /** It runs on numbers, too, and is held to what it gives there. */
  readonly isChecked: boolean;
}

/** A call that has ended. */
export interface Finished<L extends Level> {
  readonly level: L;
  /** The result on numbers. */
  readonly value: unknown;
  readonly lifted: Lifted;
  /** The structure of the value with what `read` gives for each value of the level, and `constant` for others. */
  readonly derivative: (read: (x: Value) => unknown, constant: (x: Real) => unknown) => unknown;
  /** It calls methods of values, so that it can't run on numbers. */
  readonly usedMethods: boolean;
}

/** Opens a level and lifts the arguments to it. */
export type Open<L extends Level> = (isApart: boolean) => { readonly level: L; readonly lifted: Lifted };

interface Attempt<L extends Level> {
  readonly level: L;
  readonly lifted: Lifted;
  readonly result: unknown;
  readonly error: { readonly thrown: unknown } | undefined;
  readonly usedMethods: boolean;
}

function attempt<L extends Level>(f: Callable, open: Open<L>, isApart: boolean): Attempt<L> {
  const outer = { ...marks };
  marks.usedMethods = false;
  marks.refused = undefined;
  overloadedCalls.callRuled = callRuled;
  overloadedCalls.count++;
  const { level, lifted } = open(isApart);
  let result: unknown;
  let error: { readonly thrown: unknown } | undefined;
  try {
    result = f(...lifted.args);
  } catch (thrown) {
    error = { thrown };
  }
  level.close();
  overloadedCalls.count--;
  const { usedMethods, refused } = marks;
  marks.usedMethods = outer.usedMethods;
  marks.refused = outer.refused ?? refused;
  // Whatever the program made of it: it was told that a number would have lost its derivative.
  if (refused) throw refused;
  return { level, lifted, result, error, usedMethods };
}

/** Runs `f`. Throws what it throws, and refuses what has no derivative by overloading. */
export function run<L extends Level>({ f, isChecked }: Subject, args: unknown[], open: Open<L>): Finished<L> {
  const name = f.name || "the function";
  const differs = (): never => refuse("overload-differs", name);
  let made = attempt(f, open, false);
  if (made.error) {
    const { thrown } = made.error;
    const isOurs = thrown instanceof CotangentError || thrown instanceof RuntimeError;
    if (made.usedMethods || !isChecked || isOurs) throw thrown;
    f(...args);
    return differs();
  }
  if (typeof (made.result as { then?: unknown } | undefined)?.then === "function")
    refuse("not-taken", `a promise as the result of an overloaded call of ${name}`);
  const { level } = made;
  const lower = (x: Real): Real => (typeof x !== "number" && x.level === level ? x.primal : x);
  const isAlone = made.usedMethods || !isChecked;
  let value = isAlone ? lowerAll(made.result, lower) : f(...args);
  const { isShared } = made.lifted;
  const after = (): unknown => (isAlone ? lowerAll(made.lifted.args, lower) : args);
  if (isShared && isAsAtEntry(after(), made.lifted.entry)) {
    // One object in several places has a derivative in each, unless the function asks whether two are one.
    const apart = attempt(f, open, true);
    if (!apart.error && isAlike(value, apart)) made = apart;
  }
  const own = made;
  if (isAlone) {
    const lowerOwn = (x: Real): Real => (typeof x !== "number" && x.level === own.level ? x.primal : x);
    value = settle(own.lifted, own.result, lowerOwn);
  }
  const derivative = (read: (x: Value) => unknown, constant: (x: Real) => unknown): unknown =>
    readAlong(
      value,
      own.result,
      (x) => {
        if (!(x instanceof Value) || x.level !== own.level) return constant(x);
        return x instanceof Blocked ? refuse("overload-bits", x.by) : read(x);
      },
      differs,
    );
  // Whether the two runs agree is known before anything is made of the one.
  derivative(
    (x) => x.primal,
    (x) => x,
  );
  return { level: own.level, value, lifted: own.lifted, derivative, usedMethods: own.usedMethods };
}

/** Whether `result` is `value`, with values in the place of numbers. */
function isAlike(value: unknown, { result }: Attempt<Level>): boolean {
  const differs = Symbol("differs");
  try {
    readAlong(
      value,
      result,
      (x) => x,
      () => {
        throw differs;
      },
    );
    return true;
  } catch (error) {
    if (error === differs) return false;
    throw error;
  }
}
