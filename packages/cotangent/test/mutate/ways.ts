/**
 * The ways in which programs are derived while mutants are run: the verbs and strategies that reach one part of the
 * transforms each, derivatives of derivatives, and derivatives by some of the arguments. Those that cost most go in turn.
 */
import { transformSync } from "esbuild";
import { applyOperator, type OperatorRequest } from "../../src/api/operators.ts";
import { printTypeScript } from "../../src/backend/typescript.ts";
import type { Strategy } from "../../src/core/request.ts";
import type { Module } from "../../src/ir/types.ts";
import { verifyModule } from "../../src/ir/verify.ts";
import { optimize } from "../../src/optimize/pipeline.ts";
import * as runtime from "../../src/runtime/index.ts";
import type { Cost } from "../support/cost.ts";
import { type AnyFunction, type Imports, interpretDerived, type Lowered, preparedOnce } from "../support/engines.ts";
import { figuresOf } from "../support/figures.ts";
import { makeRandom, numbersAlong, numbersOf, scribble, withNumbers } from "../support/numbers.ts";

export interface Program {
  readonly name: string;
  readonly lower: () => Lowered;
  readonly points: readonly (() => unknown[])[];
  readonly argnums: readonly number[];
  readonly imports: Imports;
}

type Request = Omit<OperatorRequest, "argnums">;

export interface Way {
  readonly name: string;
  /** Applied one after the other. */
  readonly requests: readonly Request[];
  readonly isOptimized: boolean;
  /** Through generated code. */
  readonly isPrinted: boolean;
  /** Whether what is made is looked at too, and not only what it gives. */
  readonly isListed: boolean;
  /** By which of the arguments. */
  readonly by: (argnums: readonly number[]) => readonly number[];
}

/** What comes out of a trial: all numbers of value, derivative and final arguments, or what the derivative costs. */
export interface Observed {
  readonly numbers: readonly number[];
  readonly cost?: Cost;
  readonly figures?: string;
}

function way(name: string, requests: readonly Request[], how: Partial<Omit<Way, "name" | "requests">> = {}): Way {
  return { name, requests, isOptimized: true, isPrinted: false, isListed: false, by: (argnums) => argnums, ...how };
}

const raw = { isOptimized: false };
const first = { by: (argnums: readonly number[]) => (argnums.length > 1 ? argnums.slice(0, 1) : []) };
const last = { by: (argnums: readonly number[]) => (argnums.length > 1 ? argnums.slice(-1) : []) };

const always: readonly Way[] = [
  way("vjp", [{ operator: "vjp" }]),
  way("vjp by closures", [{ operator: "vjp", strategy: "closure" }]),
  way("jvp, not optimised", [{ operator: "jvp" }], raw),
  way("grad, not optimised", [{ operator: "grad" }], raw),
  way("linearize", [{ operator: "linearize" }]),
  way("grad, printed", [{ operator: "grad" }], { isPrinted: true }),
  way("jacobian, not optimised", [{ operator: "jacobian", mode: "forward" }], raw),
];

/** Gradients of gradients, and derivatives of one argument alone, at one program in so many. */
const inTurn: readonly (readonly Way[])[] = [
  [
    way("reverse over reverse", [
      { operator: "grad", mode: "reverse" },
      { operator: "jacobian", mode: "reverse" },
    ]),
    way("vjp by closures, by the first, not optimised", [{ operator: "vjp", strategy: "closure" }], {
      ...first,
      ...raw,
    }),
    way("jvp by the last", [{ operator: "jvp" }], last),
  ],
  [
    way("hvp", [{ operator: "hvp" }]),
    way("third derivative", [{ operator: "derivative", order: 3 }]),
    way("vjp by the first, not optimised", [{ operator: "vjp" }], { ...first, ...raw }),
    way("linearize by the last, not optimised", [{ operator: "linearize" }], { ...last, ...raw }),
  ],
  [
    way("reverse over reverse by closures", [
      { operator: "grad", mode: "reverse", strategy: "closure" },
      { operator: "jacobian", mode: "reverse", strategy: "closure" },
    ]),
    way("taylor, not optimised", [{ operator: "taylor", order: 2 }], raw),
    way("vjp by the last", [{ operator: "vjp" }], last),
  ],
  [
    way("reverse over forward", [
      { operator: "grad", mode: "forward" },
      { operator: "jacobian", mode: "reverse" },
    ]),
    way("linearize of a gradient", [{ operator: "grad", mode: "reverse" }, { operator: "linearize" }]),
    way("jacobian by the last", [{ operator: "jacobian", mode: "forward" }], last),
  ],
  [
    way("Jacobian of a gradient", [
      { operator: "grad", mode: "reverse" },
      { operator: "jacobian", mode: "forward" },
    ]),
    way("vjp by closures, by the last", [{ operator: "vjp", strategy: "closure" }], last),
    way("grad by the first, printed", [{ operator: "grad" }], { ...first, isPrinted: true }),
  ],
];

const listed = { isOptimized: false, isListed: true };
const reverseMode = (strategy: Strategy): readonly Request[] => [
  { operator: "grad", mode: "reverse", strategy },
  { operator: "jacobian", mode: "reverse", strategy },
];

/** The ways of programs in IR: what is made of them is looked at, as the transforms make it. */
export const waysOfIr: readonly Way[] = [
  way("jvp", [{ operator: "jvp" }], listed),
  way("jvp by the first", [{ operator: "jvp" }], { ...listed, ...first }),
  way("jacobian", [{ operator: "jacobian", mode: "forward" }], listed),
  way("linearize", [{ operator: "linearize" }], listed),
  way("linearize by the last", [{ operator: "linearize" }], { ...listed, ...last }),
  way("vjp", [{ operator: "vjp" }], listed),
  way("vjp by the first", [{ operator: "vjp" }], { ...listed, ...first }),
  way("vjp by closures", [{ operator: "vjp", strategy: "closure" }], listed),
  way("vjp by closures, by the last", [{ operator: "vjp", strategy: "closure" }], { ...listed, ...last }),
  way("grad", [{ operator: "grad" }], listed),
  way("grad by closures", [{ operator: "grad", strategy: "closure" }], listed),
  way("hvp", [{ operator: "hvp" }], listed),
  way("reverse over reverse", reverseMode("tape"), listed),
  way("reverse over reverse by closures", reverseMode("closure"), listed),
  way(
    "reverse over forward",
    [
      { operator: "grad", mode: "forward" },
      { operator: "jacobian", mode: "reverse" },
    ],
    listed,
  ),
  way("linearize of a gradient", [{ operator: "grad", mode: "reverse" }, { operator: "linearize" }], listed),
  way("taylor", [{ operator: "taylor", order: 2 }], listed),
];

/** The ways of program number `n`: all, if it `reachesCorners`. */
export function waysOf(n: number, reachesCorners: boolean): readonly Way[] {
  return [...always, ...(reachesCorners ? inTurn.flat() : (inTurn[n % inTurn.length] as readonly Way[]))];
}

/** What the front end and the passes before make of a program, once each. */
export function makeReady(program: Program): (isOptimized: boolean) => Lowered {
  let lowered: Lowered | undefined;
  return (isOptimized) => {
    lowered ??= program.lower();
    return preparedOnce(lowered, isOptimized);
  };
}

/** The way does not fit the program. */
export class NotFitting extends Error {}

/** The derivative of `ready` in this way as IR, and the verb that it answers. */
function derive(
  ready: Lowered,
  { requests, isOptimized }: Way,
  argnums: readonly number[],
): Lowered & { verb: string } {
  const [result, ...others] = ready.module.functions.get(ready.entry)?.results ?? [];
  const isScalar = result?.kind === "number" && others.length === 0;
  const takesNumbers = (operator: string): boolean => operator === "grad" || operator === "hvp";
  if (!isScalar && (requests.length > 1 || requests[0]?.operator === "hvp")) throw new NotFitting();
  let made: Lowered = ready;
  let verb = "";
  for (const [i, given] of requests.entries()) {
    const again = i < requests.length - 1;
    const operator = takesNumbers(given.operator) && !isScalar ? "vjp" : given.operator;
    verb = operator;
    const simplify = (module: Module, entry: string): Module => optimize(module, entry, "before");
    const derived = applyOperator(
      made.module,
      made.entry,
      { ...given, operator, again, argnums: operator === "derivative" || operator === "taylor" ? argnums[0] : argnums },
      isOptimized ? { simplify } : {},
    );
    verifyModule(derived.module);
    const cleaned = isOptimized ? optimize(derived.module, derived.name, again ? "before" : "after") : derived.module;
    made = { module: cleaned, entry: derived.name, border: derived.border };
  }
  return { ...made, verb };
}

function asFunction(derived: Lowered, way: Way, imports: Imports): AnyFunction {
  if (!way.isPrinted) return interpretDerived(derived, imports);
  const { text } = printTypeScript(derived.module, [{ func: derived.entry, name: "derived", border: derived.border }]);
  const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "es2022", logLevel: "silent" });
  const module = { exports: {} as Record<string, unknown> };
  const require = (specifier: string): unknown =>
    specifier === "cotangent/runtime" ? runtime : imports.get(specifier);
  new Function("require", "module", "exports", code)(require, module, module.exports);
  return module.exports.derived as AnyFunction;
}

/** Everything that a derivative gives at the points of a program, and what it leaves its arguments as. */
export function observe(program: Program, ready: Lowered, way: Way): Observed {
  const takesOne = way.requests.some(({ operator }) => operator === "derivative" || operator === "taylor");
  const candidates = takesOne
    ? program.argnums.filter((i) => program.points.every((make) => typeof make()[i] === "number")).slice(0, 1)
    : program.argnums;
  const argnums = way.by(candidates);
  if (argnums.length === 0) throw new NotFitting();
  const derived = derive(ready, way, argnums);
  const run = asFunction(derived, way, program.imports);
  const numbers = program.points.flatMap((make) => numbersAt(run, derived.verb, make, argnums));
  return way.isListed ? { numbers, figures: figuresOf(derived, ready) } : { numbers };
}

function numbersAt(
  run: AnyFunction,
  verb: string,
  make: () => unknown[],
  argnums: readonly number[],
): readonly number[] {
  const random = makeRandom(3);
  const args = make();
  const selected = (): unknown[] => {
    const fresh = make();
    return argnums.map((i) => fresh[i]);
  };
  const alike = (value: unknown): unknown =>
    withNumbers(
      value,
      numbersOf(value).map(() => random()),
      true,
    );
  switch (verb) {
    case "jvp": {
      const [value, tangent] = (run as (...a: unknown[]) => [unknown, unknown])(args, selected().map(alike));
      return [...numbersOf(value), ...numbersAlong(tangent, value), ...numbersOf(args)];
    }
    case "hvp":
      return [...numbersOf(run(args, selected().map(alike))), ...numbersOf(args)];
    case "linearize":
    case "vjp": {
      const [value, second] = run(...args) as [unknown, (given: unknown) => unknown];
      const kept = [...numbersOf(value), ...numbersOf(args)];
      const given = verb === "vjp" ? alike(value) : selected().map(alike);
      scribble(value);
      scribble(args);
      return [...kept, ...numbersOf(second(given)), ...numbersOf(second(given))];
    }
    case "grad":
      return [...numbersAlong(run(...args), selected()), ...numbersOf(args)];
    default:
      return [...numbersOf(run(...args)), ...numbersOf(args)];
  }
}
