/**
 * Random programs, well-typed by construction: a module that exports one function `f`, and points to call it at. A
 * program is decided by choices alone, so that a seed stands for it; a smaller one that fails too is found by `reduce`.
 */
import fc from "fast-check";
import { makeRandom } from "../support/numbers.ts";
import { control } from "./control.ts";
import { declare, isDeclaration } from "./declarations.ts";
import { derivatives } from "./derivatives.ts";
import { functionValues } from "./function-values.ts";
import { functions } from "./functions.ts";
import { instances } from "./instances.ts";
import { keyed } from "./keyed.ts";
import { kinds } from "./kinds.ts";
import { loops } from "./loops.ts";
import { type Choose, type Construct, Maker, numberVariable, type Scope, type Variable } from "./maker.ts";
import { moving } from "./moving.ts";
import { nullish } from "./nullish.ts";
import { conditions, numbers } from "./numbers.ts";
import { providers } from "./providers.ts";
import { reductions } from "./reduce.ts";
import { severalKinds } from "./several.ts";
import { statements } from "./statements.ts";
import { chapterLength, Steering } from "./steering.ts";
import { arrays, results, structures } from "./structures.ts";

/** Everything that programs are made of. */
const constructs: readonly Construct[] = [
  ...numbers,
  ...conditions,
  ...statements,
  ...loops,
  ...arrays,
  ...structures,
  ...functions,
  ...functionValues,
  ...instances,
  ...moving,
  ...control,
  ...keyed,
  ...kinds,
  ...nullish,
  ...severalKinds,
  ...derivatives,
];

/** The names of all that programs have. */
export const constructNames: readonly string[] = constructs.map(({ name }) => name);

export interface Program {
  readonly text: string;
  /** Lists of arguments, as texts of array literals. */
  readonly points: readonly string[];
  /** The names of the constructs that it has. */
  readonly used: ReadonlySet<string>;
  readonly mutatesInLoop: boolean;
}

interface Parameter {
  readonly variable: Omit<Variable, "name">;
  /** Values at the two points. */
  readonly values: readonly [string, string];
}

const argument = { isAssignable: true, isLocal: false };
const parameters: readonly Parameter[] = [
  { variable: { ...argument, type: "number", least: 0 }, values: ["0.7", "-1.3"] },
  { variable: { ...argument, type: "number", least: 0 }, values: ["1.21", "0.45"] },
  { variable: { ...argument, type: "number[]", least: 3 }, values: ["[0.4, -1.1, 2.2]", "[-0.6, 0.35, 1.7, 0.9]"] },
  { variable: { ...argument, type: "number[]", least: 2 }, values: ["[1.3, 0.2]", "[0.15, -0.85]"] },
  {
    variable: { ...argument, type: "number[][]", least: 2 },
    values: ["[[0.3, 0.9], [-0.4, 1.6]]", "[[1.1, -0.7], [0.25, 0.6]]"],
  },
  {
    variable: { ...argument, type: "Float64Array", least: 2 },
    values: ["Float64Array.of(0.8, -0.3, 0.55)", "Float64Array.of(1.15, 0.65)"],
  },
  {
    variable: { ...argument, type: "Pair", least: 0 },
    values: ["{ u: 0.62, v: -0.37 }", "{ u: -0.9, v: 1.4, w: 0.33 }"],
  },
  {
    variable: { ...argument, type: "Body", least: 0 },
    values: [
      "{ at: { u: 0.21, v: 0.84 }, mass: 1.7 }",
      "{ at: { u: -0.5, v: 0.72, w: 1.05 }, mass: 0.64, other: { u: 0.93, v: -0.11 } }",
    ],
  },
  { variable: { ...argument, type: "Perhaps", least: 0 }, values: ["0.47", "null"] },
  { variable: { ...argument, type: "Perhaps[]", least: 2 }, values: ["[0.58, null, undefined]", "[undefined, -0.86]"] },
  { variable: { ...argument, type: "Several", least: 0 }, values: ["0.83", "[0.4, -1.1]"] },
  {
    variable: { ...argument, type: "Several[]", least: 2 },
    values: ['[0.52, "up", [0.3, 1.2]]', '["sideways", [-0.6, 0.75], -0.94]'],
  },
  {
    variable: { ...argument, type: "Figure", least: 0 },
    values: ['{ kind: "disc", r: 0.66 }', '{ kind: "path", sides: [0.8, -0.35] }'],
  },
];

/** The program that a list of choices stands for. */
function makeProgram(choose: Choose, goals: ReadonlySet<string>): Program {
  const m = new Maker(choose, constructs, providers, goals);
  const chosen = [parameters[0] as Parameter, ...parameters.slice(1).filter(() => m.once(2))];
  const variables = chosen.map(({ variable }, i) => {
    const name = variable.type === "number" ? `x${i}` : `arg${i}`;
    return variable.type === "number" ? numberVariable(name) : { ...variable, name, isAssignable: false };
  });
  for (const { type } of variables) {
    const named = type.replace(/\[\]$/, "");
    if (isDeclaration(named)) declare(m, named);
  }
  let scope: Scope = {
    variables: [numberVariable("spare"), ...variables],
    loops: [],
    loopDepth: 0,
    isInSwitch: false,
    result: "entry",
    depth: m.depth,
  };
  const result = results(m);
  m.result = result.of;
  const lines: string[] = [];
  while (m.budget > 0 || m.hasGoals) {
    const written = m.budget > 0 ? m.statement(scope) : m.pursue(scope);
    if (!written) continue;
    lines.push(...written.lines.map((line) => `  ${line}`));
    scope = written.scope ?? scope;
  }
  lines.push(`  return ${result.of(scope)};`);
  const head = variables.map(({ name, type }) => `${name}: ${type}`).join(", ");
  const body = `export function f(${head}): ${result.type} {\n  let spare = 0.1;\n${lines.join("\n")}\n}\n`;
  const types = [
    "interface Pair { u: number; v: number; w?: number }",
    "interface Body { at: Pair; mass: number; other?: Pair }",
  ];
  const declared = [...types, ...m.declarations];
  return {
    text: `${declared.join("\n")}\n${body}`,
    points: [0, 1].map((i) => `[${chosen.map(({ values }) => values[i]).join(", ")}]`),
    used: m.used,
    mutatesInLoop: m.mutatesInLoop,
  };
}

/** Random programs with some constructs for sure; smaller ones are the same with something left out. */
class ArbitraryProgram extends fc.Arbitrary<Program> {
  readonly #goals: ReadonlySet<string>;
  constructor(goals: ReadonlySet<string>) {
    super();
    this.#goals = goals;
  }
  override generate(random: fc.Random): fc.Value<Program> {
    return new fc.Value(
      makeProgram((below) => random.nextInt(0, below - 1), this.#goals),
      undefined,
    );
  }
  override canShrinkWithoutContext(value: unknown): value is Program {
    return typeof value === "object" && value !== null && "points" in value;
  }
  override shrink(program: Program): fc.Stream<fc.Value<Program>> {
    return fc.stream(
      (function* () {
        for (const text of reductions(program.text)) yield new fc.Value({ ...program, text }, undefined);
      })(),
    );
  }
}

export const arbitraryProgram: fc.Arbitrary<Program> = new ArbitraryProgram(new Set());

/** Programs of a chapter that have been made so far, in order. */
interface Chapter {
  readonly seed: number;
  readonly start: number;
  readonly steering: Steering;
  readonly programs: Program[];
}
let chapter: Chapter | undefined;

/** Program number `n` of `seed`. */
export function programOf(seed: number, n: number): Program {
  const start = n - (n % chapterLength);
  if (chapter?.seed !== seed || chapter.start !== start)
    chapter = { seed, start, steering: new Steering(constructNames), programs: [] };
  const { steering, programs } = chapter;
  while (programs.length <= n - start) {
    // Far apart, so that no two runs share programs.
    const own = (Math.imul(seed, 0x9e3779b1) + start + programs.length) | 0;
    const draws = makeRandom(own);
    const goals = steering.goals((below) => Math.floor((draws() * 0.5 + 0.5) * below));
    const [program] = fc.sample(new ArbitraryProgram(goals), { seed: own, numRuns: 1 }) as [Program];
    steering.note(program.used);
    programs.push(program);
  }
  return programs[n - start] as Program;
}
