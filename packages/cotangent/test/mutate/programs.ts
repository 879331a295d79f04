/**
 * Programs that mutants of the transforms are run on: those of the corpus, and random ones of a fixed seed. What comes
 * before the transforms is done once; what they give is observed whole, and compared with what it is without mutation,
 * which the tests have confirmed.
 */
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { expand } from "../../src/api/expand.ts";
import { applyOperator } from "../../src/api/operators.ts";
import { printTypeScript } from "../../src/backend/typescript.ts";
import { lower } from "../../src/frontend/index.ts";
import { openSource } from "../../src/frontend/program/source.ts";
import * as cotangent from "../../src/index.ts";
import { interpret } from "../../src/ir/interpret.ts";
import type { Global, Module } from "../../src/ir/types.ts";
import { verifyModule } from "../../src/ir/verify.ts";
import { optimize } from "../../src/optimize/pipeline.ts";
import * as runtime from "../../src/runtime/index.ts";
import type { Verb } from "../fuzz/derive.ts";
import { programOf } from "../fuzz/program.ts";
import { corpus, corpusFolder } from "../support/corpus.ts";
import type { AnyFunction } from "../support/engines.ts";
import { makeRandom, numbersAlong, numbersOf, scribble, withNumbers } from "../support/numbers.ts";

/** A program to be derived, at one point, by one verb. */
export interface Trial {
  readonly name: string;
  /** Derives, runs, and gives all numbers that come out. Throws what a broken derivative may throw. */
  readonly observe: () => readonly number[];
}

interface Source {
  readonly name: string;
  readonly file: string;
  readonly entry: string;
  readonly text: string;
  readonly points: readonly (() => unknown[])[];
  readonly argnums: readonly number[] | undefined;
  readonly globals: Readonly<Record<string, unknown>>;
}

const sources = openSource();

/** Derives by `verb`; `printed`: through generated code. */
interface Way {
  readonly verb: Exclude<Verb, "value">;
  readonly isOptimized: boolean;
  readonly isPrinted: boolean;
}

const ways: readonly Way[] = [
  { verb: "vjp", isOptimized: true, isPrinted: false },
  { verb: "jvp", isOptimized: false, isPrinted: false },
  { verb: "grad", isOptimized: false, isPrinted: false },
  { verb: "linearize", isOptimized: true, isPrinted: false },
  { verb: "grad", isOptimized: true, isPrinted: true },
];

/** Programs of the corpus, then `count` random ones; each by every verb that fits. */
export function makeTrials(count: number): Trial[] {
  const listed = corpus.map(({ file, name, args, argnums }): Source => {
    const path = corpusFolder + file;
    const text = readFileSync(path, "utf8");
    return { name: `${file}#${name}`, file: path, entry: name, text, points: args, argnums, globals: exportsOf(text) };
  });
  const random = Array.from({ length: count }, (_, n): Source => {
    const { text, points } = programOf(11, n);
    const path = `/mutants/program${n}.ts`;
    sources.setText(path, text);
    const make = points.map((point) => new Function(`return ${point};`) as () => unknown[]);
    return {
      name: `random ${n}`,
      file: path,
      entry: "f",
      text,
      points: make,
      argnums: undefined,
      globals: exportsOf(text),
    };
  });
  return [...listed, ...random].flatMap((source) => {
    const prepared = prepare(source);
    return ways.map((way) => ({
      name: `${source.name}, ${way.verb}`,
      observe: () => observe(source, prepared, way),
    }));
  });
}

interface Prepared {
  readonly module: Module;
  readonly simple: Module;
  readonly entry: string;
  readonly isScalar: boolean;
}

/** What the front end and the passes before make of a program, once. */
function prepare(source: Source): () => Prepared {
  let made: Prepared | undefined;
  return () => {
    if (made) return made;
    const { module, entry } = lower(sources, { file: source.file, name: source.entry }, expand);
    const isScalar = module.functions.get(entry)?.results[0]?.kind === "number";
    made = { module, entry, simple: optimize(module, entry, "before"), isScalar };
    return made;
  };
}

function exportsOf(text: string): Record<string, unknown> {
  try {
    return evaluate(transformSync(text, { loader: "ts", format: "cjs", target: "es2022" }).code);
  } catch {
    return {};
  }
}

function evaluate(code: string, imported: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const exports: Record<string, unknown> = {};
  const module = { exports };
  const require = (specifier: string): unknown => {
    if (specifier === "cotangent/runtime") return runtime;
    return specifier === "cotangent" ? cotangent : imported;
  };
  new Function("require", "module", "exports", code)(require, module, exports);
  return module.exports;
}

/** The derivative as a function. */
function derive(
  source: Source,
  { module, simple, entry }: Prepared,
  way: Way,
  argnums: readonly number[],
): AnyFunction {
  const derived = applyOperator(way.isOptimized ? simple : module, entry, { operator: way.verb, argnums });
  verifyModule(derived.module);
  const made = way.isOptimized ? optimize(derived.module, derived.name, "after") : derived.module;
  if (way.isPrinted) {
    const { text } = printTypeScript(made, [{ func: derived.name, name: "derived" }]);
    const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "es2022", logLevel: "silent" });
    return evaluate(code, source.globals).derived as AnyFunction;
  }
  const count = made.functions.get(derived.name)?.body.params.length ?? 0;
  const global = ({ name, source: from }: Global): unknown =>
    source.globals[from.kind === "import" ? from.exported : name] ?? source.globals[name];
  return (...args) => {
    const padded = [...args, ...new Array(Math.max(0, count - args.length)).fill(undefined)];
    const results = interpret(made, derived.name, padded, { global });
    return results.length > 1 ? results : results[0];
  };
}

/** Everything that a derivative gives at the points of a program, and what it leaves its arguments as. */
function observe(source: Source, prepared: () => Prepared, way: Way): readonly number[] {
  const ready = prepared();
  const verb = way.verb === "grad" && !ready.isScalar ? "vjp" : way.verb;
  const argnums =
    source.argnums ?? source.points[0]?.().flatMap((arg, i) => (numbersOf(arg).length > 0 ? [i] : [])) ?? [];
  const run = derive(source, ready, { ...way, verb }, argnums);
  return source.points.flatMap((make) => {
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
        return verb satisfies never;
    }
  });
}
