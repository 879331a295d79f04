/**
 * Programs that mutants of the transforms are run on: those of the corpus, and random ones of a fixed seed. What comes
 * before the transforms is done once; what they give is observed whole, and compared with what it is without mutation,
 * which the tests have confirmed. How programs are derived, and what is observed: `ways.ts`.
 */
import { transformSync } from "esbuild";
import { primitives } from "../../src/elementals/index.ts";
import { openSource } from "../../src/frontend/program/source.ts";
import * as cotangent from "../../src/index.ts";
import { parse } from "../../src/ir/parse.ts";
import { verifyModule } from "../../src/ir/verify.ts";
import * as runtime from "../../src/runtime/index.ts";
import { programOf } from "../fuzz/program.ts";
import { makeProgram } from "../support/arbitrary-ir.ts";
import { argnumsOf, corpus, corpusFolder, importsOf, loadFile } from "../support/corpus.ts";
import { costOf, measured, measuredWays } from "../support/cost.ts";
import type { Imports } from "../support/engines.ts";
import { lowerFunction } from "../support/engines.ts";
import { distancesAt, flowCases, flowText, notANumber } from "../support/flow-programs.ts";
import type { IrProgram } from "../support/ir/program.ts";
import { irPrograms } from "../support/ir-programs.ts";
import { nestedPrograms } from "../support/nested-programs.ts";
import { makeRandom, numbersOf } from "../support/numbers.ts";
import { refusedPrograms, refusedText } from "../support/refused-programs.ts";
import { makeReady, type Observed, observe, type Program, waysOf, waysOfIr } from "./ways.ts";

/** A program to be derived, at its points, in one way. */
export interface Trial {
  readonly name: string;
  /** What is done before the transforms: once, and not under a mutation. */
  readonly prepare: () => void;
  /** Derives, runs, and gives what comes out. Throws what a broken derivative may throw. */
  readonly observe: () => Observed;
}

const sources = openSource();

/** Programs of the corpus and of flows whose names hold `only`, then `count` random ones; each in every way that fits. */
export async function makeTrials(only: string, count: number): Promise<Trial[]> {
  const chosen = corpus.filter(({ file, name }) => `${file}#${name}`.includes(only));
  const listed = chosen.map(async (program): Promise<Program> => {
    const { file, name, args } = program;
    return {
      name: `${file}#${name}`,
      lower: () => lowerFunction(sources, corpusFolder + file, name),
      points: args,
      argnums: argnumsOf(program),
      imports: await importsOf(program),
    };
  });
  const random = Array.from({ length: count }, (_, n) => [randomProgram(n), randomIr(n)]).flat();
  const apart = [...flowPrograms(), ...refused(), ...(await nested())].filter(({ name }) => name.includes(only));
  const inIr = irPrograms.map(programOfIr).filter(({ name }) => name.includes(only));
  return [...(await Promise.all(listed)), ...apart, ...random, ...inIr].flatMap((program, n) => {
    const ready = makeReady(program);
    const ways = inIr.includes(program) ? waysOfIr : waysOf(n, program.name.startsWith("corners.ts"));
    const derived = ways.map((way) => ({
      name: `${program.name}, ${way.name}`,
      prepare: () => void ready(way.isOptimized),
      observe: () => observe(program, ready(way.isOptimized), way),
    }));
    if (!measured.has(program.name)) return derived;
    const weighed = Object.entries(measuredWays).map(([name, request]) => ({
      name: `${program.name}, cost of ${name}`,
      prepare: () => void ready(true),
      observe: () => ({ numbers: [], cost: costOf(ready(true), { ...request, argnums: program.argnums }) }),
    }));
    return [...derived, ...weighed];
  });
}

/** A program in IR that was written for what transforms make of it. */
export function programOfIr({ name, text, args, argnums }: IrProgram): Program {
  return {
    name: `IR, ${name}`,
    lower: () => {
      const module = parse(text, primitives);
      verifyModule(module);
      return { module, entry: "f" };
    },
    points: [args],
    argnums: argnums ?? args().map((_, i) => i),
    imports: new Map(),
  };
}

/** What flows where partial derivatives are infinite: the numbers are compared with what they are without mutation, NaN too. */
function flowPrograms(): Program[] {
  const path = "/mutants/flow.ts";
  const listed: readonly (readonly [string, readonly unknown[], ...unknown[]])[] = [
    ...flowCases,
    ...notANumber,
    distancesAt,
  ];
  return [...new Set(listed.map(([name]) => name))].map((name) => {
    const points = listed.filter((each) => each[0] === name).map(([, args]) => args);
    return {
      name: `flow.ts#${name}`,
      lower: () => {
        sources.setText(path, flowText);
        return lowerFunction(sources, path, name);
      },
      points: points.map((args) => () => structuredClone(args) as unknown[]),
      argnums: (points[0] ?? []).flatMap((arg, i) => (numbersOf(arg).length > 0 ? [i] : [])),
      imports: new Map(),
    };
  });
}

/** What is refused, in which a mutant may do something, and what just is not. */
function refused(): Program[] {
  const path = "/mutants/refused.ts";
  const imports: Imports = new Map([[path, exportsOf(refusedText)]]);
  return refusedPrograms.map(({ name, args, argnums }) => ({
    name: `refused.ts#${name}`,
    lower: () => {
      sources.setText(path, refusedText);
      return lowerFunction(sources, path, name);
    },
    points: [args],
    argnums,
    imports,
  }));
}

/** Programs that ask for derivatives themselves: what linearization keeps is differentiated in them. */
async function nested(): Promise<Program[]> {
  const file = "nested.ts";
  const exports = (await loadFile(file)) as Record<string, unknown>;
  return nestedPrograms.map(([name, args]) => ({
    name: `${file}#${name}`,
    lower: () => lowerFunction(sources, corpusFolder + file, name),
    points: [() => structuredClone(args) as unknown[]],
    argnums: args.flatMap((arg, i) => (numbersOf(arg).length > 0 ? [i] : [])),
    imports: new Map([[corpusFolder + file, exports]]),
  }));
}

function randomProgram(n: number): Program {
  const { text, points } = programOf(11, n);
  const path = `/mutants/program${n}.ts`;
  const made = points.map((point) => new Function(`return ${point};`) as () => unknown[]);
  const imports: Imports = new Map([[path, exportsOf(text)]]);
  return {
    name: `random ${n}`,
    lower: () => {
      sources.setText(path, text);
      return lowerFunction(sources, path, "f");
    },
    points: made,
    argnums: (made[0]?.() ?? []).flatMap((arg, i) => (numbersOf(arg).length > 0 ? [i] : [])),
    imports,
  };
}

/** A random program that no front end has made: IR has more than what comes of text, tests of loops that write. */
function randomIr(n: number): Program {
  const random = makeRandom(n + 1);
  const next = (): number => Math.floor((random() + 1) * 2048);
  const { module, entry, params, makeArgs } = makeProgram(Array.from({ length: 150 }, next));
  return {
    name: `random IR ${n}`,
    lower: () => {
      verifyModule(module);
      return { module, entry };
    },
    points: [() => makeArgs([0.5, -1.25, 1.5, 0.75]), () => makeArgs([-0.3, 0.8, 1.1, -1.7, 0.6])],
    argnums: params.map((_, i) => i),
    imports: new Map(),
  };
}

/** What a random program exports: constants that derivatives of it import. */
function exportsOf(text: string): Record<string, unknown> {
  const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "es2022" });
  const module = { exports: {} as Record<string, unknown> };
  const require = (specifier: string): unknown => (specifier === "cotangent" ? cotangent : runtime);
  new Function("require", "module", "exports", code)(require, module, module.exports);
  return module.exports;
}
