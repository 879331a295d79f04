/**
 * Dense Jacobians from registered derivatives: by rows J^T e_i, one pullback for each number of the output, or by
 * columns J e_j, one pushforward for each number of the input. The function runs on the caller's arguments once, in the
 * forward sweep of the pullback; every other run is on copies of what they held at entry.
 */

import { reportAtRunTime } from "../core/report-at-run-time.ts";
import { isScalar } from "../core/scalar.ts";
import { setPart } from "../core/tree.ts";
import type { Derivatives } from "../runtime/registry.ts";
import { type Asked, coversAll, pack, positionsOf, select } from "./registered-options.ts";
import {
  copyTogether,
  countNumbers,
  eachPlace,
  isPlain,
  mapNumbers,
  numbersAlong,
  numbersOf,
  withNumbers,
  zeroTree,
} from "./registered-structure.ts";
import type { Argnums, Mode } from "./types.ts";

type Pullback = (cotangent: unknown) => unknown[];

/** A function as it arrived. */
export interface Arrived {
  readonly name: string;
  readonly known: Derivatives;
  /** How many parameters it has at least. */
  readonly arity: number;
}

/** The value, and its Jacobian by the selected arguments, in the structure that the verb gives. */
interface Differentiated {
  readonly value: unknown;
  readonly jacobian: unknown;
}

/** One call whose Jacobian is asked for. */
interface Run {
  readonly arrived: Arrived;
  readonly args: readonly unknown[];
  /** The arguments with the contents at entry; copied again for each run. */
  readonly entry: readonly unknown[];
  readonly value: unknown;
  readonly pullback: Pullback;
  readonly argnums: Argnums;
}

/** Differentiates one call. Reports what `argnums` selects wrongly, and what forward mode cannot give exactly. */
export function differentiate(
  arrived: Arrived,
  args: readonly unknown[],
  { argnums = 0, mode }: Asked,
): Differentiated {
  const runsOnce = arrived.known.valueAndGrad !== undefined && mode !== "forward";
  const entry = runsOnce ? args : copyTogether(args);
  const [value, pullback] = arrived.known.vjp(...args) as [unknown, Pullback];
  const run: Run = { arrived, args, entry, value, pullback, argnums };
  if (mode !== "forward" && isScalar(value)) return { value, jacobian: selected(run, pullback(1)) };
  // Only the structure is wanted of this cotangent, and the value has that of its own.
  const back = pullback(value);
  selected(run, back);
  const isForward = chooseMode(run, back, mode) === "forward";
  return { value, jacobian: isForward ? byColumns(run, back) : byRows(run, back) };
}

function selected({ argnums, args, arrived }: Run, back: readonly unknown[]): unknown {
  return pack(select(back, argnums, args, arrived.name), argnums);
}

/** The sweep with the fewer runs. Columns are exact for certain only where no argument is left out. */
function chooseMode(run: Run, back: readonly unknown[], mode: Mode): "forward" | "reverse" {
  if (mode !== "auto") return mode;
  const inputs = positionsOf(run.argnums).reduce((sum, i) => sum + countNumbers(back[i]), 0);
  return coversAll(back, run.argnums) && inputs < numbersOf(run.value).length ? "forward" : "reverse";
}

/** One more run, from the contents at entry: the tangent of the output. */
function push({ arrived, entry }: Run, tangents: readonly unknown[]): unknown {
  return (arrived.known.jvp(copyTogether(entry), tangents) as [unknown, unknown])[1];
}

/** How many columns an engine is asked for at once. */
const atOnce = 8;

/** The tangents of the output along several directions. */
function pushAll(run: Run, directions: readonly unknown[][]): readonly unknown[] {
  const { pushforwards } = run.arrived.known;
  if (!pushforwards || directions.length < 2) return directions.map((tangents) => push(run, tangents));
  return pushforwards(copyTogether(run.entry), directions) as unknown[];
}

function byRows(run: Run, back: readonly unknown[]): unknown {
  const seeds = { output: zeroTree(isPlain(run.value) ? run.value : push(run, zeroTree(back))) };
  const rows: unknown[] = [];
  eachPlace(seeds, "output", (owner, key) => {
    setPart(owner, key, 1);
    rows.push(selected(run, run.pullback(seeds.output)));
    setPart(owner, key, 0);
  });
  const inOrder = rows.values();
  return mapNumbers(seeds.output, () => inOrder.next().value);
}

function byColumns(run: Run, back: readonly unknown[]): unknown {
  const tangents = zeroTree(back) as unknown[];
  const isExact = coversAll(back, run.argnums);
  let output: unknown;
  const columns: number[][] = [];
  let pending: unknown[][] = [];
  const flush = (): void => {
    for (const pushed of pushAll(run, pending)) {
      output = pushed;
      if (!isExact) checkExact("jacobian", run.arrived, run.value, output);
      columns.push(numbersOf(output));
    }
    pending = [];
  };
  for (const i of positionsOf(run.argnums)) {
    eachPlace(tangents, i, (owner, key) => {
      setPart(owner, key, 1);
      // A copy: parts of the tangent of the input may be parts of the output's.
      pending.push(copyTogether(tangents));
      setPart(owner, key, 0);
      if (pending.length === atOnce) flush();
    });
  }
  flush();
  output ??= push(run, tangents);
  const at = selected(run, tangents);
  let place = 0;
  return mapNumbers(output, () => {
    const row = columns.map((column) => column[place] as number);
    place++;
    return withNumbers(at, row.values());
  });
}

/**
 * Reports a tangent that is NaN where the value is none: arguments that are left out have tangents of zero, and zero
 * times an infinite partial is NaN, which is not in the derivative by the selected arguments alone.
 */
export function checkExact(verb: string, { name, known }: Arrived, value: unknown, tangent: unknown): void {
  const values = numbersAlong(tangent, value);
  if (!numbersOf(tangent).some((t, i) => Number.isNaN(t) && !Number.isNaN(values[i]))) return;
  const call = `${verb}(${name}) at a point where an argument that is left out has an infinite partial`;
  reportAtRunTime("not-registered", call, Object.keys(known).join(", "));
}
