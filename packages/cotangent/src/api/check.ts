/**
 * Are these derivatives right? Each is compared with what does not depend on the compiler: differences of the function
 * itself along random directions v, weighted by random w, so that one number stands for all entries of the Jacobian:
 *
 *     d/dt <w, f(x + t v)> at 0  =  <w, J v>  =  <J^T w, v>
 *
 * The left side is extrapolated from central differences with falling steps, which also gives its error estimate
 * (Ridders 1982; Press et al., Numerical Recipes, 5.7). The right equality is the dot-product test: it needs no
 * differences, so it is sharp. Besides: arguments end as the function leaves them, and a pullback gives the same answer
 * twice, whatever has become of arguments and result in between.
 */
import { CotangentError, describe } from "../core/errors.ts";
import { agree, copyArguments, displace, eachPair, innerProduct, mirror, scribble } from "../core/tree.ts";
import { deriveAtRunTime } from "./at-run-time.ts";
import type { AnyFunction, Differentiable } from "./types.ts";
import { findWrongEntries, showWrongEntry, type WrongEntry } from "./wrong-entries.ts";

/** A function with its compiled derivatives, for all arguments. */
export interface CompiledFunctions {
  readonly name: string;
  readonly value: (...args: unknown[]) => unknown;
  readonly jvp: (primals: unknown[], tangents: unknown) => [unknown, unknown];
  readonly vjp: (...primals: unknown[]) => [unknown, (cotangent: unknown) => unknown];
}

export interface CheckOptions {
  /** How many random directions; 5 by default. */
  readonly directions?: number;
  /** Largest relative disagreement with differences that passes beside their own error estimate; 1e-6 by default. */
  readonly tolerance?: number;
  /** Start of the random numbers: the same seed gives the same check. */
  readonly seed?: number;
}

export type Verdict = "ok" | "wrong" | "unsure";

/** One direction. `unsure`: differences are too inexact here to say anything. */
export interface DirectionCheck {
  readonly difference: number;
  /** The estimated error of `difference`. */
  readonly error: number;
  readonly forward: number;
  readonly reverse: number;
  readonly verdict: Verdict;
  /** Relative disagreement of the two modes, and whether it is beyond rounding. */
  readonly dotProduct: number;
  readonly dotProductVerdict: Verdict;
}

export interface CheckReport {
  readonly ok: boolean;
  readonly directions: readonly DirectionCheck[];
  /** The other laws, each by name with its verdict. */
  readonly laws: readonly { readonly law: string; readonly verdict: Verdict }[];
  /** Integers that steer the computation and were held fixed in the differences. */
  readonly held: number;
  /** Where a direction is wrong: the entries of the Jacobian that are, the worst first. */
  readonly entries: readonly WrongEntry[];
}

/**
 * Checks the derivatives of `f` at `args` in both modes; the report if all is well. Throws `derivative-wrong` with the
 * report as a table, or `not-compiled` where no route has compiled the derivatives.
 */
export function checkDerivatives<F extends AnyFunction>(
  f: Differentiable<F>,
  args: Readonly<Parameters<F>>,
  options: CheckOptions = {},
): CheckReport {
  const functions = {
    name: f.name,
    value: f,
    jvp: deriveAtRunTime("jvp", f, undefined),
    vjp: deriveAtRunTime("vjp", f, undefined),
  };
  return checkCompiled(functions as unknown as CompiledFunctions, args, options);
}

/** The check with the derivatives at hand. */
export function checkCompiled(f: CompiledFunctions, args: readonly unknown[], options: CheckOptions = {}): CheckReport {
  const found = examine(f, args, options);
  if (!found.ok) {
    const wrong = describe("derivative-wrong", `the derivatives of ${f.name} are wrong\n\n${formatReport(found)}\n`);
    throw new CotangentError(wrong);
  }
  return found;
}

/** The report on the derivatives of `f` at `args`. Throws what `f` throws. */
export function examine(f: CompiledFunctions, args: readonly unknown[], options: CheckOptions = {}): CheckReport {
  const random = makeRandom(options.seed ?? 1);
  const tolerance = options.tolerance ?? 1e-6;
  const laws = examineLaws(f, args, random);
  let held: Held = { numbers: new Set(), count: 0 };
  let directions = examineDirections(f, args, held, options.directions ?? 5, tolerance, random);
  if (directions.some((d) => d.verdict !== "ok")) {
    held = findSteering(f, args);
    if (held.count > 0) {
      directions = examineDirections(f, args, held, options.directions ?? 5, tolerance, random);
    }
  }
  const wrong = [...laws, ...directions].some((c) => c.verdict === "wrong");
  const ok = !wrong && !directions.some((d) => d.dotProductVerdict === "wrong");
  const isOff = directions.some((d) => d.verdict === "wrong" || d.dotProductVerdict === "wrong");
  const coarse = holdsSingles(args);
  const entries = isOff ? findWrongEntries(f, args, held.numbers, (g) => differentiate(g, coarse), tolerance) : [];
  return { ok, directions, laws, held: held.count, entries };
}

/** The report as a table for people. */
export function formatReport(found: CheckReport): string {
  const header = ["direction", "differences", "± error", "forward", "reverse", "", "dot product", ""];
  const rows = found.directions.map((d, i) => [
    String(i + 1),
    d.difference.toPrecision(10),
    d.error.toExponential(1),
    d.forward.toPrecision(10),
    d.reverse.toPrecision(10),
    d.verdict,
    d.dotProduct.toExponential(1),
    d.dotProductVerdict,
  ]);
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  for (const { law, verdict } of found.laws) lines.push(`${law}: ${verdict}`);
  if (found.held > 0) lines.push(`held fixed, because they steer the computation: ${found.held} integers`);
  if (found.entries.length > 0) lines.push("", "wrong entries of the Jacobian, the worst first:");
  for (const entry of found.entries.slice(0, shownEntries)) lines.push(`  ${showWrongEntry(entry)}`);
  if (found.entries.length > shownEntries) lines.push(`  and ${found.entries.length - shownEntries} more`);
  return lines.join("\n");
}

const shownEntries = 10;

// ------------------------------------------------------------------------------------------------------ Directions

/** Numbers of the arguments, by their position in the walk, that differences must not move. */
interface Held {
  readonly numbers: ReadonlySet<number>;
  readonly count: number;
}

function examineDirections(
  f: CompiledFunctions,
  args: readonly unknown[],
  held: Held,
  count: number,
  tolerance: number,
  random: () => number,
): DirectionCheck[] {
  return Array.from({ length: count }, () => examineDirection(f, args, held, tolerance, random));
}

function examineDirection(
  f: CompiledFunctions,
  args: readonly unknown[],
  held: Held,
  tolerance: number,
  random: () => number,
): DirectionCheck {
  let position = 0;
  const tangents = mirror(args, (x, isSingle) => (held.numbers.has(position++) ? 0 : direct(x, isSingle, random)));
  const result = f.value(...copyArguments(args));
  const weights = mirror(result, () => dyadic(random));

  // Beside a length or an index the function may throw, which says as much as not being a number there.
  const along = (t: number): number => {
    try {
      return innerProduct(weights, f.value(...displace(args, tangents, t))).product;
    } catch {
      return Number.NaN;
    }
  };
  const difference = differentiate(along, holdsSingles(args));

  const [, tangent] = f.jvp(copyArguments(args), tangents);
  const forward = innerProduct(weights, tangent);
  const [, pullback] = f.vjp(...copyArguments(args));
  const reverse = innerProduct(tangents, pullback(weights));

  const scale = Math.max(forward.magnitude, reverse.magnitude);
  const gap = Math.abs(forward.product - reverse.product);
  const size = Math.max(Math.abs(difference.value), Math.abs(forward.product), Math.abs(reverse.product));
  const allowed = tolerance * size + 10 * difference.error;
  const off = Math.max(Math.abs(difference.value - forward.product), Math.abs(difference.value - reverse.product));
  const inexact = !Number.isFinite(difference.error) || difference.error > 1e-2 * Math.max(size, 1e-10);
  const verdict = inexact || !Number.isFinite(size) ? "unsure" : off <= allowed ? "ok" : "wrong";
  return {
    difference: difference.value,
    error: difference.error,
    forward: forward.product,
    reverse: reverse.product,
    verdict,
    dotProduct: scale === 0 ? gap : gap / scale,
    dotProductVerdict: judgeDotProduct(forward.product, reverse.product, gap, scale),
  };
}

function judgeDotProduct(forward: number, reverse: number, gap: number, scale: number): Verdict {
  if (!Number.isFinite(forward) || !Number.isFinite(reverse)) {
    return Number.isFinite(forward) === Number.isFinite(reverse) ? "unsure" : "wrong";
  }
  return gap <= 1e-9 * scale + Number.MIN_VALUE ? "ok" : "wrong";
}

/** A component of a direction: of the order of the number itself, and exactly representable beside it. */
function direct(x: number, isSingle: boolean, random: () => number): number {
  if (!Number.isFinite(x)) return 0;
  const magnitude = 2 ** Math.round(Math.log2(Math.max(Math.abs(x), isSingle ? 2 ** -10 : 2 ** -4)));
  return dyadic(random) * magnitude;
}

/** A random multiple of 1/16 in [-1, 1], not 0. */
function dyadic(random: () => number): number {
  const sixteenths = 1 + Math.floor(random() * 16);
  return (random() < 0.5 ? -sixteenths : sixteenths) / 16;
}

function holdsSingles(args: readonly unknown[]): boolean {
  let found = false;
  mirror(args, (x, isSingle) => {
    found ||= isSingle;
    return x;
  });
  return found;
}

/**
 * The derivative of `g` at 0 with an error estimate: Ridders' table of central differences, extrapolated in h^2, with
 * the entry of least estimated error. `coarse`: the argument has only single precision.
 */
export function differentiate(g: (t: number) => number, coarse = false): { value: number; error: number } {
  const steps = coarse ? 6 : 11;
  let best = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  let previous: number[] = [];
  // Powers of two, so that x + h v rounds as little as it can.
  for (let i = 0, h = coarse ? 2 ** -4 : 2 ** -5; i < steps; i++, h /= 2) {
    const high = g(h);
    const low = g(-h);
    const row = [(high - low) / (2 * h)];
    const rounding = ((Math.abs(high) + Math.abs(low)) * 2 ** -52) / (2 * h);
    for (let j = 0, factor = 4; j < previous.length; j++, factor *= 4) {
      const extrapolated = row[j]! + (row[j]! - previous[j]!) / (factor - 1);
      const error = Math.max(Math.abs(extrapolated - row[j]!), Math.abs(extrapolated - previous[j]!)) + rounding;
      row.push(extrapolated);
      if (error < best.error) best = { value: extrapolated, error };
    }
    previous = row;
  }
  return best;
}

/**
 * The integers among the arguments that steer, so that differences by them say nothing. Either their derivative is
 * exactly zero, and the function is constant on one side of them and jumps, or is not defined, on the other, or is
 * constant on both and jumps at the integer, as where that is the case of a switch: a number that enters smoothly is
 * never found so. Or the function is defined at the integer alone, as where that is a stride.
 */
function findSteering(f: CompiledFunctions, args: readonly unknown[]): Held {
  const integers: number[] = [];
  let count = 0;
  mirror(args, (x) => {
    if (Number.isInteger(x)) integers.push(count);
    count++;
    return 0;
  });
  const numbers = new Set<number>();
  const result = f.value(...copyArguments(args));
  const evaluate = (tangents: unknown, t: number): unknown => {
    try {
      return f.value(...displace(args, tangents, t));
    } catch {
      return undefined;
    }
  };
  for (const integer of integers.slice(0, 256)) {
    let position = 0;
    const tangents = mirror(args, () => (position++ === integer ? 1 : 0));
    const [, tangent] = f.jvp(copyArguments(args), tangents);
    let isFlat = true;
    eachPair(tangent, tangent, (t) => {
      isFlat &&= t === 0;
    });
    const below = evaluate(tangents, -1e-6);
    const above = evaluate(tangents, 1e-6);
    const jumpsBelow = !agree(below, result, 0);
    const jumpsAbove = !agree(above, result, 0);
    const isConstantBeside =
      agree(below, evaluate(tangents, -5e-7), 0) && agree(above, evaluate(tangents, 5e-7), 0) && isDefined(result);
    const isDefinedHereAlone = isDefined(result) && !isDefined(below) && !isDefined(above);
    const steers = jumpsBelow !== jumpsAbove || (jumpsBelow && isConstantBeside);
    if ((isFlat && steers) || isDefinedHereAlone) numbers.add(integer);
  }
  return { numbers, count: numbers.size };
}

/** Whether every number of a result is one; a function that threw has the result undefined. */
function isDefined(result: unknown): boolean {
  let found = result !== undefined;
  eachPair(result, result, (x) => {
    found &&= !Number.isNaN(x);
  });
  return found;
}

// ------------------------------------------------------------------------------------------------------------ Laws

function examineLaws(f: CompiledFunctions, args: readonly unknown[], random: () => number): CheckReport["laws"] {
  const judge = (holds: boolean): Verdict => (holds ? "ok" : "wrong");
  const plain = copyArguments(args);
  const value = f.value(...plain);

  const forwardArgs = copyArguments(args);
  const [forwardValue] = f.jvp(
    forwardArgs,
    mirror(args, () => 1),
  );

  const reverseArgs = copyArguments(args);
  const [reverseValue, pullback] = f.vjp(...reverseArgs);
  const sameValue = agree(value, forwardValue, 1e-9) && agree(value, reverseValue, 1e-9);
  const weights = mirror(value, () => dyadic(random));
  const first = copyArguments([pullback(weights)]);
  const untouched = agree(plain, forwardArgs, 1e-9) && agree(plain, reverseArgs, 1e-9);
  scribble(reverseArgs);
  scribble(reverseValue);
  const second = [pullback(weights)];
  return [
    { law: "the value is the function's", verdict: judge(sameValue) },
    { law: "arguments end as after a plain call", verdict: judge(untouched) },
    { law: "a pullback called twice answers the same", verdict: judge(agree(first, second, 0)) },
  ];
}

/** Mulberry32: small, and the same on every machine. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
