/**
 * Derivatives of derivatives: every scalar program of the corpus has one Hessian, whichever mode is applied to whichever
 * (forward over reverse, reverse over reverse, reverse over forward, forward over forward), and programs of one number
 * have one third and fourth derivative for every choice of modes. First derivatives and forward over reverse are
 * checked against differences in `corpus.test.ts`; here compositions are checked against one another.
 */
import { describe, expect, test } from "vitest";
import { applyOperator, type OperatorRequest } from "../src/api/operators.ts";
import { CotangentError } from "../src/core/errors.ts";
import { verifyModule } from "../src/ir/verify.ts";
import { optimize } from "../src/optimize/pipeline.ts";
import { argnumsOf, type CorpusProgram, corpus, corpusFolder, importsOf, loadProgram } from "./support/corpus.ts";
import {
  type AnyFunction,
  evaluateDerived,
  type Lowered,
  lowerFunction,
  openFiles,
  preparedOnce,
} from "./support/engines.ts";
import { makeRandom, numbersAlong, numbersOf, withNumbers } from "./support/numbers.ts";
import { everyWay } from "./support/turns.ts";

const files = [...new Set(corpus.map(({ file }) => corpusFolder + file))];
const source = openFiles(files);

const modes = ["forward", "reverse"] as const;
type Mode = (typeof modes)[number];

/** All lists of `count` modes. */
function choices(count: number): readonly (readonly Mode[])[] {
  if (count === 0) return [[]];
  return choices(count - 1).flatMap((list) => modes.map((mode) => [...list, mode]));
}

/** What has been made of the program that was composed last, by the operators applied: choices of modes begin alike. */
let composed: { readonly program: CorpusProgram; readonly of: Map<string, Lowered> } | undefined;

/** The operators applied one after the other, in the form that another one is applied to. */
function applied(program: CorpusProgram, requests: readonly OperatorRequest[]): Lowered {
  if (composed?.program !== program) composed = { program, of: new Map() };
  const { of } = composed;
  const key = JSON.stringify(requests);
  const known = of.get(key);
  if (known) return known;
  const made =
    requests.length === 0
      ? lowerFunction(source, corpusFolder + program.file, program.name)
      : apply(applied(program, requests.slice(0, -1)), { ...(requests.at(-1) as OperatorRequest), again: true });
  const ready = preparedOnce(made, true);
  of.set(key, ready);
  return ready;
}

function apply({ module, entry }: Lowered, request: OperatorRequest): Lowered {
  const derived = applyOperator(module, entry, request);
  verifyModule(derived.module);
  return { module: derived.module, entry: derived.name, border: derived.border };
}

/** The operators applied one after the other, as a function. */
async function compose(program: CorpusProgram, requests: readonly OperatorRequest[]): Promise<AnyFunction> {
  const inner = applied(program, requests.slice(0, -1));
  const made = apply(inner, { ...(requests.at(-1) as OperatorRequest), again: false });
  return evaluateDerived({ ...made, module: optimize(made.module, made.entry, "after") }, await importsOf(program));
}

function expectAgreement(found: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  expect(found.length, what).toBe(expected.length);
  const scale = expected.reduce((biggest, x) => (Number.isFinite(x) ? Math.max(biggest, Math.abs(x)) : biggest), 1e-6);
  expected.forEach((x, i) => {
    const y = found[i] as number;
    const same = Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * scale;
    if (!same) expect.fail(`${what}: ${found.join(", ")} where others give ${expected.join(", ")}`);
  });
}

/** Arguments of recursive types have no dense Hessian; products with it have their structure. */
const recursive: ReadonlySet<string> = new Set(
  ["Energy", "Visitor", "InOrder", "FirstAbove", "Labelled", "NestedYields", "Product", "OfBoth"].map(
    (n) => `tree${n}`,
  ),
);
/** Recursive unions have no dense Hessian either. */
const recursiveUnions: ReadonlySet<string> = new Set(["expression", "treeSum", "total"]);
/** Refused when it runs: an argument has another length at the end than at entry, so reverse over forward has none. */
const otherLength: ReadonlySet<string> = new Set(["growingArgument"]);

/** Undefined where reverse mode refuses what the inner derivative does to structures; no other refusal passes. */
async function composeOrRefuse(
  program: CorpusProgram,
  requests: readonly OperatorRequest[],
): Promise<AnyFunction | undefined> {
  try {
    return await compose(program, requests);
  } catch (error) {
    const isRearranged = error instanceof CotangentError && /^a change to the structure of/.test(error.message);
    if (isRearranged && requests.at(-1)?.mode === "reverse") return undefined;
    throw error;
  }
}

async function isScalar(program: CorpusProgram): Promise<boolean> {
  const f = await loadProgram(program);
  return program.args.every((make) => typeof f(...make()) === "number");
}

/** A gradient's mode, and that of its Jacobian. */
type Composition = readonly [inner: Mode, outer: Mode, strategy?: "closure"];

const compositionName = ([inner, outer, strategy]: Composition): string =>
  `${outer} over ${inner}${strategy ? " by closures" : ""}`;

/**
 * Every second program, in turn: second derivatives of each one that is smooth are held to differences in `corpus.test.ts`
 * (forward over reverse), and first ones in both modes. What composing can break besides fails at constructs of the
 * language, of which each is in many programs. With `npm run ways` it is each program.
 */
function inTurn<T>(programs: readonly T[]): readonly T[] {
  return everyWay ? programs : programs.filter((_, n) => n % 2 === 0);
}

/**
 * The compositions of the program that is number `n` of those in turn. Reverse over reverse, of which most can be wrong, each
 * of them has, by tapes or by closures, and one of the three others, which so meets each of the two at one program in six.
 * With `npm run ways` each program has all.
 */
function compositionsOf(n: number): readonly Composition[] {
  const byTape: Composition = ["reverse", "reverse"];
  const byClosure: Composition = ["reverse", "reverse", "closure"];
  if (everyWay) return [...withForward, byTape, byClosure];
  return [...withForward.filter((_, i) => i === Math.floor(n / 2) % 3), n % 2 === 0 ? byTape : byClosure];
}

const withForward: readonly Composition[] = [
  ["forward", "forward"],
  ["reverse", "forward"],
  ["forward", "reverse"],
];

describe("Hessians agree across compositions", () => {
  // Maps are made into what generated code has, and back, at the border of the outermost derivative; its border is not that
  // of an inner one. `hessian` of them is in `maps-outside.test.ts`, composed verbs are refused.
  const candidates = corpus.filter(
    ({ name, file }) =>
      !["kept-by-name.ts", "kinds-outside.ts"].includes(file) &&
      name !== "mapsGathered" &&
      !otherLength.has(name) &&
      !recursive.has(name) &&
      !recursiveUnions.has(name),
  );
  const programs = inTurn(candidates);
  test.each(programs.map((program, n) => [program.name, program, n] as const))("%s", async (_, program, n) => {
    if (!(await isScalar(program))) return;
    const argnums = argnumsOf(program);
    const found: (readonly [name: string, points: readonly number[][]])[] = [];
    const own = compositionsOf(n);
    // Where reverse mode is refused what is left is compared.
    for (const composition of [...own, ...withForward.filter((c) => !own.includes(c))]) {
      if (found.length > 1 && !own.includes(composition)) continue;
      const [inner, outer, strategy] = composition;
      const [gradient, jacobian] = [
        { operator: "grad", argnums, mode: inner, ...(strategy ? { strategy } : {}) },
        { operator: "jacobian", argnums, mode: outer, ...(strategy ? { strategy } : {}) },
      ] as const satisfies readonly OperatorRequest[];
      const hessian = await composeOrRefuse(program, [gradient, jacobian]);
      if (hessian)
        found.push([compositionName(composition), program.args.map((make) => numbersOf(hessian(...make())))]);
    }
    expect(found.length).toBeGreaterThan(1);
    const [[reference, expected], ...others] = found as [(typeof found)[number], ...typeof found];
    for (const [name, points] of others)
      points.forEach((numbers, p) => {
        const what = `${name} beside ${reference}, point ${p}`;
        expectAgreement(numbers, expected[p] as number[], program.tolerance ?? 1e-8, what);
      });
  });

  test("each composition has its turn", () => {
    const names = programs.flatMap((_, n) => compositionsOf(n).map(compositionName));
    expect(new Set(names).size).toBe(5);
  });
});

describe("a Hessian times a vector is the same by rows and by columns", () => {
  const programs = corpus.filter(({ name }) => recursive.has(name));
  test.each(programs.map((program) => [program.name, program] as const))("%s", async (_, program) => {
    const argnums = argnumsOf(program);
    const gradient: OperatorRequest = { operator: "grad", argnums, mode: "reverse" };
    const columns = await compose(program, [gradient, { operator: "jvp", argnums }]);
    const rows = await compose(program, [gradient, { operator: "vjp", argnums }]);
    for (const [p, make] of program.args.entries()) {
      const args = make();
      const random = makeRandom(p + 1);
      const selected = argnums.map((i) => args[i]);
      const v = withNumbers(selected, numbersOf(selected).map(random), true);
      const [, product] = columns(make(), v) as [unknown, unknown];
      const [, pullback] = rows(...make()) as [unknown, (w: unknown) => unknown];
      const expected = numbersAlong(product, selected);
      expectAgreement(numbersAlong(pullback(v), selected), expected, 1e-8, `point ${p}`);
      expectAgreement(numbersAlong(pullback(v), selected), expected, 1e-8, `point ${p}, second call`);
    }
  });
});

describe("orders 3 and 4 agree for every choice of modes", () => {
  // Loops that leave early, mutation, closures, recursion, classes, exceptions.
  const names = ["polynomial", "stack", "counters", "privateState", "treeOfInstances", "retried", "captures", "mutual"];
  const programs = corpus.filter(({ name }) => names.includes(name));
  test.each(programs.map((program) => [program.name, program] as const))("%s", async (_, program) => {
    const argnums = program.args[0]?.().findIndex((a) => typeof a === "number") ?? 0;
    const expected = new Map<number, readonly number[]>();
    // The highest order is the slowest to compile by far: modes in turn, and each alone.
    const highest = choices(4).filter(
      (c) => c.every((m, i) => (m === c[0]) === (i % 2 === 0)) || new Set(c).size === 1,
    );
    for (const choice of [...choices(3), ...highest]) {
      const derivative = await compose(
        program,
        choice.map((mode) => ({ operator: "grad", argnums, mode })),
      );
      const numbers = program.args.map((make) => derivative(...make()) as number);
      const others = expected.get(choice.length);
      if (!others) expected.set(choice.length, numbers);
      else expectAgreement(numbers, others, 1e-7, choice.join(", then "));
    }
  });
});
