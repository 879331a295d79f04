/**
 * Random programs, well-typed by construction: a module that exports one function `f`, and points to call it at. A
 * program is decided by choices alone, so that a seed stands for it; a smaller one that fails too is found by `reduce`.
 */
import fc from "fast-check";
import { functions } from "./functions.ts";
import { loops } from "./loops.ts";
import { type Choose, type Construct, Maker, numberVariable, type Scope, type Variable } from "./maker.ts";
import { conditions, numbers } from "./numbers.ts";
import { reductions } from "./reduce.ts";
import { statements } from "./statements.ts";
import { arrays, results, structures } from "./structures.ts";

/** Everything that programs are made of. */
export const constructs: readonly Construct[] = [
  ...numbers,
  ...conditions,
  ...statements,
  ...loops,
  ...arrays,
  ...structures,
  ...functions,
];

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
];

/** The program that a list of choices stands for. */
function makeProgram(choose: Choose): Program {
  const m = new Maker(choose, constructs);
  const chosen = [parameters[0] as Parameter, ...parameters.slice(1).filter(() => m.once(2))];
  const variables = chosen.map(({ variable }, i) => {
    const name = variable.type === "number" ? `x${i}` : `arg${i}`;
    return variable.type === "number" ? numberVariable(name) : { ...variable, name, isAssignable: false };
  });
  let scope: Scope = { variables, loops: [], loopDepth: 0, isInSwitch: false, result: "entry", depth: 3 };
  const result = results(m);
  m.result = result.of;
  const lines: string[] = [];
  while (m.budget > 0) {
    const { lines: more, scope: next } = m.statement(scope);
    lines.push(...more.map((line) => `  ${line}`));
    scope = next ?? scope;
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

/** Random programs; smaller ones are the same with something left out. */
class ArbitraryProgram extends fc.Arbitrary<Program> {
  override generate(random: fc.Random): fc.Value<Program> {
    return new fc.Value(
      makeProgram((below) => random.nextInt(0, below - 1)),
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

export const arbitraryProgram: fc.Arbitrary<Program> = new ArbitraryProgram();

/** Program number `n` of `seed`. */
export function programOf(seed: number, n: number): Program {
  // Far apart, so that no two runs share programs.
  const [program] = fc.sample(arbitraryProgram, { seed: (Math.imul(seed, 0x9e3779b1) + n) | 0, numRuns: 1 });
  return program as Program;
}
