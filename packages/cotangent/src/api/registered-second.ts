/**
 * Second derivatives from an engine that multiplies by the Hessian of all arguments: the product by those selected has the
 * tangents of the others 0, and the Hessian's columns are products with unit vectors.
 */
import { mirror, setPart } from "../core/tree.ts";
import type { Arrived } from "./registered-jacobian.ts";
import { pack, positionsOf, select } from "./registered-options.ts";
import { copyTogether, eachPlace, mapNumbers, numbersOf, withNumbers, zeroTree } from "./registered-structure.ts";
import type { Argnums } from "./types.ts";

type Product = (primals: readonly unknown[], tangents: readonly unknown[]) => unknown[];

/** (primals, tangents as `argnums` selects) => the product, as `argnums` selects. */
export function hvp({ known, name }: Arrived, argnums: Argnums = 0): (...args: unknown[]) => unknown {
  const product = known.hessianProduct as Product;
  return (primals, tangents) => {
    const args = primals as unknown[];
    const all = mirror(args, () => 0) as unknown[];
    const given = typeof argnums === "number" ? [tangents] : (tangents as unknown[]);
    select(all, argnums, args, name);
    positionsOf(argnums).forEach((i, n) => {
      all[i] = given[n];
    });
    return pack(select(product(args, all), argnums, args, name), argnums);
  };
}

/** (...args) => the Hessian by the selected arguments. */
export function hessian({ known, name }: Arrived, argnums: Argnums = 0): (...args: unknown[]) => unknown {
  const product = known.hessianProduct as Product;
  return (...args) => {
    const entry = copyTogether(args);
    // Of places that hold one object each is moved by itself.
    const tangents = zeroTree(mirror(args, () => 0) as unknown[]);
    const at = pack(select(tangents, argnums, args, name), argnums);
    const columns: number[][] = [];
    for (const i of positionsOf(argnums)) {
      eachPlace(tangents, i, (owner, key) => {
        setPart(owner, key, 1);
        columns.push(numbersOf(pack(select(product(copyTogether(entry), tangents), argnums, args, name), argnums)));
        setPart(owner, key, 0);
      });
    }
    let place = 0;
    return mapNumbers(at, () => {
      const row = columns.map((column) => column[place] as number);
      place++;
      return withNumbers(at, row.values());
    });
  };
}
