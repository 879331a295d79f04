/** What a verb that runs is asked for, read from its options, and the part of a pullback's result that they select. */

import { reportAtRunTime } from "../core/report-at-run-time.ts";
import { modes, type Operator, strategies } from "../core/request.ts";
import type { Engine } from "../runtime/registry.ts";
import { countNumbers } from "./registered-structure.ts";
import type { Argnums, Mode } from "./types.ts";

/** Options that are understood; those of `jvp`, `vjp` and `linearize` mean all arguments if there are no `argnums`. */
export interface Asked {
  readonly argnums: Argnums | undefined;
  readonly mode: Mode;
  /** What computes the derivatives, if it was named and is not the compiler. */
  readonly engine: Engine | undefined;
  /** Of `derivative` and `taylor`. */
  readonly order: number;
}

/** What every verb is by default, asked for by name. */
const defaults: Readonly<Record<string, unknown>> = {
  hasAux: false,
  strategy: "tape",
  backend: "js",
  engine: "source",
};

/**
 * The options, unless there is one among them that changes what is to be computed otherwise than by these. Where reverse
 * mode keeps what it needs is a choice that engines do not have, so that whichever is asked for changes nothing of theirs.
 */
export function readOptions(verb: Operator, options: unknown): Asked | undefined {
  const given = typeof options === "object" && options !== null ? (options as Readonly<Record<string, unknown>>) : {};
  const { argnums, mode = "auto", order, ...rest } = given;
  if (order !== undefined && verb !== "derivative" && verb !== "taylor") return undefined;
  const engine = engineOf(rest);
  const others = engine
    ? { ...rest, engine: undefined, strategy: isStrategy(rest.strategy) ? undefined : rest.strategy }
    : rest;
  const isDefault = Object.entries(others).every(([name, value]) => value === undefined || value === defaults[name]);
  if (!isDefault || !(argnums === undefined || isArgnums(argnums)) || !isMode(mode)) return undefined;
  return { argnums, mode, engine, order: (order ?? 1) as number };
}

/** The engine that options name; the compiler is none. */
export function engineOf(options: unknown): Engine | undefined {
  const { engine } = (options ?? {}) as { readonly engine?: unknown };
  return isEngine(engine) ? engine : undefined;
}

function isEngine(value: unknown): value is Engine {
  return typeof value === "object" && value !== null && "derivativesOf" in value;
}

function isMode(value: unknown): value is Mode {
  return (modes as readonly unknown[]).includes(value);
}

function isStrategy(value: unknown): boolean {
  return (strategies as readonly unknown[]).includes(value);
}

function isArgnums(value: unknown): value is Argnums {
  const isPosition = (x: unknown): boolean => Number.isInteger(x) && (x as number) >= 0;
  return Array.isArray(value) ? value.every(isPosition) && new Set(value).size === value.length : isPosition(value);
}

/** The positions that `argnums` names. */
export function positionsOf(argnums: Argnums): readonly number[] {
  return typeof argnums === "number" ? [argnums] : argnums;
}

/** True if every argument that holds numbers is selected; `derivatives` has the structure of each. */
export function coversAll(derivatives: readonly unknown[], argnums: Argnums): boolean {
  const positions = positionsOf(argnums);
  return derivatives.every((part, i) => positions.includes(i) || countNumbers(part) === 0);
}

/**
 * The parts of `all`, which has one for each parameter of the function `name`, that `argnums` selects, in its order.
 * Reports arguments that do not exist, and a selection among `args` that holds no numbers.
 */
export function select(
  all: readonly unknown[],
  argnums: Argnums,
  args: readonly unknown[],
  name: string,
): readonly unknown[] {
  const positions = positionsOf(argnums);
  const beyond = positions.find((i) => i >= all.length);
  if (beyond !== undefined) {
    const count = all.length === 1 ? "1 parameter" : `${all.length} parameters`;
    reportAtRunTime("argument-out-of-range", `${name} has ${count}: there is no argument ${beyond}`);
  }
  const isInactive = (i: number): boolean => (all[i] ?? null) === null && (args[i] ?? null) !== null;
  if (positions.length > 0 && positions.every(isInactive)) {
    reportAtRunTime("argument-holds-no-numbers", String(positions[0]));
  }
  return positions.map((i) => all[i]);
}

/** `parts` as the verbs give them: bare if one argument is selected by number. */
export function pack(parts: readonly unknown[], argnums: Argnums): unknown {
  return typeof argnums === "number" ? parts[0] : parts;
}
