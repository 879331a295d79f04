/**
 * A program of the corpus with what plain calls say of it: its value and final arguments at each point, and derivatives by
 * differences. Made once for all tests of the program, with its lowering; `made` in `engines.ts` keeps what is derived.
 */
import { expect } from "vitest";
import type { SourceProgram } from "../../src/frontend/program/source.ts";
import { argnumsOf, type CorpusFunction, type CorpusProgram, corpusFolder, importsOf, loadProgram } from "./corpus.ts";
import { differenceHessianProduct, differenceJacobian, type Estimate } from "./differences.ts";
import { type Imports, type Lowered, lowerFunction } from "./engines.ts";
import { makeRandom, numbersOf, withNumbers } from "./numbers.ts";

/** A point of a program with what is known of it from plain calls. */
interface Point {
  readonly make: () => unknown[];
  /** The selected arguments' numbers. */
  readonly x: readonly number[];
  /** Calls `f` with other numbers in the selected arguments. */
  readonly at: (x: readonly number[]) => unknown;
  readonly value: unknown;
  readonly argsAfter: readonly unknown[];
  /** Columns of the Jacobian. */
  readonly jacobian: readonly Estimate[][];
  /** A direction, the same for every test. */
  readonly v: readonly number[];
  /** The Hessian times `v`; only of scalar programs that are smooth. */
  readonly hessianProduct: () => readonly Estimate[];
}

export interface Prepared {
  readonly f: CorpusFunction;
  readonly argnums: readonly number[];
  readonly points: readonly Point[];
  readonly imports: Imports;
  readonly lowered: () => Lowered;
}

function preparePoint(
  program: CorpusProgram,
  f: CorpusFunction,
  argnums: readonly number[],
  make: () => unknown[],
  p: number,
): Point {
  const select = (args: unknown[]) => argnums.map((i) => args[i]);
  const at = (x: readonly number[]): unknown => {
    const args = make();
    withNumbers(select(args), x).forEach((value, i) => {
      args[argnums[i] as number] = value;
    });
    return f(...args);
  };
  const argsAfter = make();
  const value = structuredClone(f(...argsAfter));
  const x = numbersOf(select(make()));
  const jacobian = differenceJacobian((at_) => numbersOf(at(at_)), x, program.tolerance !== undefined);
  const v = x.map(makeRandom(p + 1));
  const hessianProduct = once(() => differenceHessianProduct((moved) => at(moved) as number, x, v));
  return { make, x, at, value, argsAfter, jacobian, v, hessianProduct };
}

/** What `make` gives or throws, asked for once. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | { error: unknown } | undefined;
  return () => {
    if (!made) {
      try {
        made = { value: make() };
      } catch (error) {
        made = { error };
      }
    }
    if ("error" in made) throw made.error;
    return made.value;
  };
}

/** Prepares a program of the opened `source`. */
export async function prepare(program: CorpusProgram, source: SourceProgram): Promise<Prepared> {
  const f = await loadProgram(program);
  const argnums = argnumsOf(program);
  return {
    f,
    argnums,
    points: program.args.map((make, p) => preparePoint(program, f, argnums, make, p)),
    imports: await importsOf(program),
    lowered: once(() => lowerFunction(source, corpusFolder + program.file, program.name)),
  };
}

/** Fails unless `found` is `expected` up to what the differences are uncertain by. */
export function expectClose(
  found: readonly number[],
  expected: readonly Estimate[],
  tolerance: number,
  what: string,
): void {
  expect(found.length, `${what}: how many numbers`).toBe(expected.length);
  const scale = expected.reduce((biggest, { value }) => Math.max(biggest, Math.abs(value)), 1e-3);
  expected.forEach(({ value, error }, i) => {
    const off = Math.abs((found[i] as number) - value);
    if (!(off <= tolerance * scale + 10 * error)) {
      const list = expected.map((e) => e.value.toPrecision(8)).join(", ");
      expect.fail(`${what}: ${found.map((v) => v.toPrecision(8)).join(", ")} where differences give ${list}`);
    }
  });
}

/** `J v` by differences. */
export function timesVector(jacobian: readonly Estimate[][], v: readonly number[]): Estimate[] {
  return (jacobian[0] ?? []).map((_, k) => ({
    value: jacobian.reduce((sum, column, j) => sum + (column[k] as Estimate).value * (v[j] as number), 0),
    error: jacobian.reduce((sum, column, j) => sum + (column[k] as Estimate).error * Math.abs(v[j] as number), 0),
  }));
}

/** `J^T w` by differences. */
export function timesCovector(jacobian: readonly Estimate[][], w: readonly number[]): Estimate[] {
  return jacobian.map((column) => ({
    value: column.reduce((sum, { value }, k) => sum + value * (w[k] as number), 0),
    error: column.reduce((sum, { error }, k) => sum + error * Math.abs(w[k] as number), 0),
  }));
}

/** Values agree to rounding: optimised code may add in another order. */
export function expectSame(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  expect(a.length, `${what}: how many numbers`).toBe(b.length);
  const scale = b.reduce((biggest, x) => (Number.isFinite(x) ? Math.max(biggest, Math.abs(x)) : biggest), 1e-300);
  b.forEach((x, i) => {
    const y = a[i] as number;
    const same = Object.is(x, y) || x === y || Math.abs(x - y) <= 1e-12 * scale;
    if (!same) expect.fail(`${what}: ${a.join(", ")} where Node gives ${b.join(", ")}`);
  });
  const zeros = b.map(() => 0);
  expect(withNumbers(found, zeros), `${what}: structure`).toEqual(withNumbers(expected, zeros));
}
