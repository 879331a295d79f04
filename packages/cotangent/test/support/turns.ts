/**
 * Deriving costs most of what tests take, and a program can be derived in some fifty ways. What can fail in one way alone
 * fails at constructs of the language, of which each is in many programs; so with `npm test` programs take ways in turn, and
 * with `npm run ways` each takes all.
 */
import { type Strategy, strategies } from "../../src/core/request.ts";
import { type Engine, engines } from "./engines.ts";

/** True if each program is tried in every way. */
export const everyWay = process.env.WAYS === "all";

/** The entry of `list` whose turn it is with program number `n`, where turns change at every `each`th program. */
export function turn<T>(list: readonly T[], n: number, each = 1): T {
  return list[Math.floor(n / each) % list.length] as T;
}

/**
 * The engines that program number `n` is crossed with. The interpreter on IR as it is and generated code that is optimised
 * have all programs. The two between them share with these what is interpreted and what is printed, so they have every
 * fourth program each: what can fail there alone is the optimiser's IR in the interpreter, and the printer on IR as it is.
 */
export function enginesOf(n: number): readonly Engine[] {
  if (everyWay) return engines;
  const between = n % 2 === 1 ? [1 + (Math.floor(n / 2) % 2)] : [];
  return engines.filter((_, i) => i === 0 || i === 3 || between.includes(i));
}

/** What reverse mode is asked for, in each of its strategies. */
export interface ReverseTurn {
  readonly strategy: Strategy;
  /** Besides `vjp`. */
  readonly grad: boolean;
  readonly hvp: boolean;
}

/**
 * What an engine has of reverse mode with program number `n`. Where residuals live has nothing to do with the engine:
 * generated code that is optimised has both strategies, and the gradient by one, the Hessian times a vector by the other;
 * the interpreter on IR as it is has in turn one of both.
 */
export function reverseTurns(engine: Engine, n: number): readonly ReverseTurn[] {
  if (everyWay) return strategies.map((strategy) => ({ strategy, grad: true, hvp: true }));
  const first = turn(strategies, n, 2);
  if (engine === engines[3])
    return strategies.map((strategy) => ({ strategy, grad: strategy === first, hvp: strategy !== first }));
  const isReference = engine === engines[0];
  return [{ strategy: first, grad: isReference, hvp: isReference && n % 2 === 0 }];
}
