/**
 * The verbs by differences: what a plain run of a program that asks for derivatives is answered by, so that its values
 * can be compared with compiled ones. A function is run on copies, and once more on the arguments themselves.
 */
import type { RunTimeCompiler } from "../../src/api/at-run-time.ts";
import { numbersOf, withNumbers } from "./numbers.ts";

type Callable = (...args: unknown[]) => unknown;
interface Options {
  readonly argnums?: number | readonly number[];
}

/** The function of the selected arguments' numbers alone, run on copies; what it captures is as it is. */
function flat(f: Callable, args: readonly unknown[], selected: readonly number[]): (x: readonly number[]) => unknown {
  return (x) => {
    const copies = args.map((a) => (typeof a === "object" ? structuredClone(a) : a));
    withNumbers(
      selected.map((i) => args[i]),
      x,
    ).forEach((value, n) => {
      copies[selected[n] as number] = value;
    });
    return f(...copies);
  };
}

/** Central differences of fourth order, of all numbers of the result, in the direction of each number. */
function columns(at: (x: readonly number[]) => unknown, x: readonly number[]): number[][] {
  return x.map((xi, i) => {
    const h = 2 ** -10 * Math.max(1, Math.abs(xi));
    const shifted = (d: number): number[] => numbersOf(at(x.map((v, j) => (i === j ? v + d : v))));
    const [a, b, c, d] = [shifted(-2 * h), shifted(-h), shifted(h), shifted(2 * h)] as [
      number[],
      number[],
      number[],
      number[],
    ];
    return a.map((ak, k) => (ak - 8 * (b[k] as number) + 8 * (c[k] as number) - (d[k] as number)) / (12 * h));
  });
}

function argsBehind(verb: string, given: readonly unknown[]): readonly unknown[] {
  return verb === "jvp" || verb === "hvp" ? (given[0] as unknown[]) : given;
}

export const differenceVerbs: RunTimeCompiler = (verb, fn, options) => {
  const f = fn as Callable;
  const isMap = verb === "jvp" || verb === "vjp" || verb === "linearize";
  const derived = (...given: unknown[]): unknown => {
    const args = argsBehind(verb, given);
    const argnums = (options as Options | undefined)?.argnums ?? (isMap ? [...args.keys()] : 0);
    const selected = typeof argnums === "number" ? [argnums] : argnums;
    const before = structuredClone(selected.map((i) => args[i]));
    const pack = (list: readonly unknown[]): unknown => (typeof argnums === "number" ? list[0] : list);
    const x = numbersOf(before);
    const at = flat(
      f,
      args.map((a) => (typeof a === "object" ? structuredClone(a) : a)),
      selected,
    );
    const slopes = (of: (x: readonly number[]) => unknown) => columns(of, x);
    const gradient = (of: number[]): unknown => pack(withNumbers(before, of));
    const along = (v: unknown, of: number[][]): number[] =>
      (of[0] ?? []).map((_, k) => numbersOf(v).reduce((s, vi, i) => s + vi * ((of[i] as number[])[k] as number), 0));
    const isFirst = verb !== "hessian" && verb !== "hvp";
    const first = isFirst ? slopes(at) : [];
    const second = isFirst ? [] : columns((y) => columns(at, y).map((column) => column[0] as number), x);
    const value = f(...args);
    switch (verb) {
      case "grad":
        return gradient(first.map((column) => column[0] as number));
      case "valueAndGrad":
        return [value, gradient(first.map((column) => column[0] as number))];
      case "jvp":
        return [value, withNumbers(value, along(given[1], first))];
      case "linearize":
        return [value, (tangents: unknown) => withNumbers(value, along(tangents, first))];
      case "vjp":
        return [
          value,
          (w: unknown) =>
            withNumbers(
              before,
              first.map((column) => column.reduce((s, c, k) => s + c * (numbersOf(w)[k] as number), 0)),
            ),
        ];
      case "hvp":
        return gradient(along(given[1], second));
      case "jacobian": {
        const count = numbersOf(value).length;
        const rows = Array.from({ length: count }, (_, k) => gradient(first.map((column) => column[k] as number)));
        return typeof value === "number" ? rows[0] : rows;
      }
      case "hessian": {
        const rows = x.map((_, k) => gradient(second.map((column) => column[k] as number)));
        return typeof before[0] === "number" ? rows[0] : rows;
      }
      default:
        throw new Error(`${verb} by differences`);
    }
  };
  return derived as never;
};
