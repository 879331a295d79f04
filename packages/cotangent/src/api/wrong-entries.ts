/**
 * Which entries of a derivative are wrong, by how much, against what. A check along random directions finds that
 * something is wrong; this looks at the Jacobian entry by entry: column by column with the tangents e_j, row by row with
 * the cotangents e_i, and against differences of the function itself, each with its error estimate.
 */
import { copyArguments, displace, mirror, numbersOf } from "../core/tree.ts";

/** The derivatives of a function, for all arguments. */
interface Derivatives {
  readonly value: (...args: unknown[]) => unknown;
  readonly jvp: (primals: unknown[], tangents: unknown) => [unknown, unknown];
  readonly vjp: (...primals: unknown[]) => [unknown, (cotangent: unknown) => unknown];
}

/** An entry of the Jacobian in which a mode and differences disagree. */
export interface WrongEntry {
  /** A number of the result, as code reads it: `result[2]`. */
  readonly output: string;
  /** A number of the arguments: `arguments[0][1]`. */
  readonly input: string;
  readonly difference: number;
  /** The estimated error of `difference`. */
  readonly error: number;
  readonly forward: number;
  readonly reverse: number;
}

/** More numbers than this are not gone through one by one. */
const most = 40;

/** Finds the wrong entries, the worst first. `held`: numbers of the arguments that differences must not move. */
export function findWrongEntries(
  f: Derivatives,
  args: readonly unknown[],
  held: ReadonlySet<number>,
  differentiate: (g: (t: number) => number) => { readonly value: number; readonly error: number },
  tolerance: number,
): readonly WrongEntry[] {
  const result = f.value(...copyArguments(args));
  const inputs = pathsOf(args, "arguments").slice(0, most);
  const outputs = pathsOf(result, "result").slice(0, most);
  const [, pullback] = f.vjp(...copyArguments(args));
  const rows = outputs.map((_, i) => numbersOf(pullback(unit(result, i))));
  const wrong: (WrongEntry & { readonly off: number })[] = [];
  inputs.forEach((input, j) => {
    if (held.has(j)) return;
    const direction = unit(args, j);
    const column = numbersOf(f.jvp(copyArguments(args), direction)[1]);
    const seen = new Map<number, readonly number[]>();
    const at = (t: number): readonly number[] => {
      const known = seen.get(t) ?? evaluate(f, args, direction, t);
      seen.set(t, known);
      return known;
    };
    outputs.forEach((output, i) => {
      const { value: difference, error } = differentiate((t) => at(t)[i] ?? Number.NaN);
      const [forward, reverse] = [column[i] ?? Number.NaN, rows[i]?.[j] ?? Number.NaN];
      const off = Math.max(Math.abs(forward - difference), Math.abs(reverse - difference));
      const size = Math.max(Math.abs(difference), Math.abs(forward), Math.abs(reverse));
      const isExact = Number.isFinite(error) && error <= 1e-2 * Math.max(size, 1e-10);
      if (!isExact || off <= tolerance * size + 10 * error) return;
      wrong.push({ output, input, difference, error, forward, reverse, off });
    });
  });
  return wrong.sort((a, b) => b.off - a.off).map(({ off: _, ...entry }) => entry);
}

/** A line for people. */
export function showWrongEntry({ output, input, difference, error, forward, reverse }: WrongEntry): string {
  const side = (mode: string, value: number): string =>
    `${mode} ${value.toPrecision(8)} (off by ${(value - difference).toPrecision(3)})`;
  return (
    `d ${output} / d ${input}: ${side("forward", forward)}, ${side("reverse", reverse)}, ` +
    `differences ${difference.toPrecision(8)} ± ${error.toExponential(0)}`
  );
}

function evaluate(f: Derivatives, args: readonly unknown[], direction: unknown, t: number): readonly number[] {
  try {
    return numbersOf(f.value(...displace(args, direction, t)));
  } catch {
    return [];
  }
}

/** The mirror of `value` with 1 for one number and 0 for the others. */
function unit(value: unknown, position: number): unknown {
  let next = 0;
  return mirror(value, () => (next++ === position ? 1 : 0));
}

/** How code reads each number of `value`, in the order in which `mirror` meets them. */
function pathsOf(value: unknown, name: string): readonly string[] {
  const found: string[] = [];
  const met = new Set<object>();
  const visit = (x: unknown, path: string): void => {
    if (typeof x === "number") {
      found.push(path);
      return;
    }
    if (typeof x !== "object" || x === null || met.has(x)) return;
    met.add(x);
    const isFloats = x instanceof Float64Array || x instanceof Float32Array;
    if (ArrayBuffer.isView(x) && !isFloats) return;
    if (x instanceof Map) for (const [key, element] of x) visit(element, `${path}.get(${JSON.stringify(key)})`);
    const isList = isFloats || Array.isArray(x);
    for (const [key, element] of Object.entries(x)) visit(element, isList ? `${path}[${key}]` : `${path}.${key}`);
  };
  visit(value, name);
  return found;
}
