/**
 * Every way to differentiate, side by side: the same derivative at the same point, with what each costs. The first way
 * that applies is the one that the others are held against; by how many decimal digits they agree with it is
 *
 *     - log10 ( max |d - d₀| / max |d₀| )
 *
 * over the numbers of the derivative, 16 if all bits are the same or there is no more to tell apart in a double.
 */
import { CotangentError, describe, headlineOf } from "../core/errors.ts";
import { copyArguments, eachPair, numbersOf } from "../core/tree.ts";
import { RuntimeError } from "../runtime/index.ts";
import { bytesKeptBy, timeOf } from "./measure.ts";
import { type Ready, type Subject, type Wanted, type WayName, ways } from "./ways.ts";

/** A way that was used, or why it was not. */
export type Compared = WayName &
  ({ readonly applies: false; readonly refusal: { readonly code: string; readonly message: string } } | Applied);

interface Applied {
  readonly applies: true;
  readonly value: unknown;
  readonly derivative: unknown;
  /** The largest of the errors that the way itself estimates; null where it is exact but for rounding. */
  readonly error: number | null;
  /** Decimal digits in common with the first way. */
  readonly digits: number;
  /** False where it differs by more than rounding, or more than the error that it estimates. */
  readonly agrees: boolean;
  /** Nanoseconds, and as a multiple of the function; null where costs are not measured. */
  readonly nanoseconds: number | null;
  readonly relativeTime: number | null;
  /** Bytes that a pullback keeps; null where there is no reverse sweep that is told apart from the rest. */
  readonly bytesKept: number | null;
  /** Lines of generated code, without comments; null where none is generated. */
  readonly lines: number | null;
}

export interface Comparison {
  readonly name: string;
  /** The gradient of a function with a number as result, else the Jacobian. */
  readonly derivative: "grad" | "jacobian";
  /** The arguments that hold numbers to differentiate by. */
  readonly argnums: number | readonly number[];
  /** Nanoseconds of the function itself; null where costs are not measured. */
  readonly nanoseconds: number | null;
  readonly ways: readonly Compared[];
  /** What the verbs take where nothing else is asked for, and why; null where the compiler refuses. */
  readonly chosen: (WayName & { readonly why: string }) | null;
  /** All ways that apply agree. */
  readonly agree: boolean;
}

/** Options of a comparison. */
export interface CompareOptions {
  /** The arguments to differentiate by, as the verbs take them; by default all that hold numbers. */
  readonly argnums?: number | readonly number[] | undefined;
  /** Whether time and memory are measured, which takes a while; true by default. */
  readonly costs?: boolean | undefined;
}

/** Differentiates `subject` at `args` in every way. Throws what the function throws, and what no way can do. */
export async function compare(
  subject: Subject,
  args: readonly unknown[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const argnums = options.argnums ?? withNumbers(args, subject.name);
  const value = subject.call(...copyArguments(args));
  const operator = typeof value === "number" ? "valueAndGrad" : "jacobian";
  const wanted: Wanted = { operator, argnums, args };
  const nanoseconds = options.costs === false ? null : timeOf(subject.call, args);
  const compared: Compared[] = [];
  let first: unknown;
  for (const { prepare, ...name } of ways) {
    try {
      const ready = await prepare(subject, wanted);
      const applied = await use(ready, wanted, value, nanoseconds, first);
      first ??= applied.derivative;
      compared.push({ ...name, ...applied });
    } catch (error) {
      if (!(error instanceof CotangentError || error instanceof RuntimeError)) throw error;
      const { code } = error;
      const message = error instanceof CotangentError ? headlineOf(error) : error.message;
      compared.push({ ...name, applies: false, refusal: { code, message } });
    }
  }
  return {
    name: subject.name,
    derivative: operator === "jacobian" ? "jacobian" : "grad",
    argnums,
    nanoseconds,
    ways: compared,
    chosen: await choose(subject, wanted),
    agree: compared.every((way) => !way.applies || way.agrees),
  };
}

function withNumbers(args: readonly unknown[], name: string): number | readonly number[] {
  const found = [...args.keys()].filter((i) => numbersOf([args[i]]).length > 0);
  if (found.length === 0)
    throw new CotangentError(describe("value-not-taken", `no argument of ${name} holds a number to differentiate by`));
  return found.length === 1 ? (found[0] as number) : found;
}

async function use(
  { derive, keep, errors, code }: Ready,
  { operator, args }: Wanted,
  plain: unknown,
  functionTime: number | null,
  first: unknown,
): Promise<Applied> {
  const read = (result: unknown): readonly [unknown, unknown] =>
    operator === "jacobian" ? [plain, result] : (result as [unknown, unknown]);
  const [value, derivative] = read(derive(...copyArguments(args)));
  const error = errors ? largest(read(errors(...copyArguments(args)))[1]) : null;
  const { digits, difference, scale } = disagreement(derivative, first ?? derivative);
  // Where the value is NaN a derivative means nothing.
  const isUndefined = numbersOf(plain).some(Number.isNaN);
  const isClose = digits >= leastDigits || (error !== null && !(difference > trusted * error + 1e-9 * scale));
  const nanoseconds = functionTime === null ? null : timeOf(derive, args);
  return {
    applies: true,
    value,
    derivative,
    error,
    digits,
    agrees: isUndefined || (isClose && disagreement(value, plain).digits >= leastDigits),
    nanoseconds,
    relativeTime: functionTime === null || nanoseconds === null ? null : nanoseconds / functionTime,
    bytesKept: keep && functionTime !== null ? await bytesKeptBy(() => keep(...copyArguments(args))) : null,
    lines: code === undefined ? null : countLines(code),
  };
}

/** Ways that are exact agree but for rounding, of which sums that cancel have much. */
const leastDigits = 8;
/** By how many of its own estimates a way may be off. */
const trusted = 10;

function disagreement(
  found: unknown,
  expected: unknown,
): { readonly digits: number; readonly difference: number; readonly scale: number } {
  let difference = 0;
  let scale = 0;
  eachPair(found, expected, (d, e) => {
    if (Object.is(d, e) || d === e) scale = Math.max(scale, Number.isFinite(e) ? Math.abs(e) : 0);
    else {
      const off = Math.abs(d - e);
      difference = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(difference, off);
      scale = Math.max(scale, Math.abs(e) || 0);
    }
  });
  const digits = difference === 0 ? 16 : Math.max(0, Math.min(16, -Math.log10(difference / scale)));
  return { digits: Number.isNaN(digits) ? 0 : Math.round(10 * digits) / 10, difference, scale };
}

function largest(structure: unknown): number {
  return numbersOf(structure).reduce((most, x) => (Number.isNaN(x) ? Number.POSITIVE_INFINITY : Math.max(most, x)), 0);
}

function countLines(code: string): number {
  return code.split("\n").filter((line) => !/^\s*(\/\/|\/\*|\*|$)/.test(line)).length;
}

async function choose({ compile }: Subject, { operator, argnums }: Wanted): Promise<Comparison["chosen"]> {
  try {
    const { derivative } = await compile({ operator, argnums });
    const { mode, strategy, why = "" } = derivative;
    return { engine: "source", mode, strategy, why };
  } catch (error) {
    if (error instanceof CotangentError) return null;
    throw error;
  }
}
