/**
 * The shape that the compiler recognises a `Differentiable` parameter by: the contextual type of the argument has the
 * optional property, whose type says the order. It must survive aliases, unions with undefined, optional parameters,
 * options objects, generics, and two copies of the package.
 */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { expectedOrder } from "../../src/frontend/verbs/differentiable.ts";

const declaration = readFileSync(new URL("../../src/api/types.ts", import.meta.url), "utf8");

const library = (copy: string): string => `
import type { Differentiable } from "${copy}";
export type Objective = Differentiable<(x: number[]) => number>;
type Smooth<P> = Differentiable<(p: P) => number, 2>;
export interface Problem<P> { readonly f: Smooth<P>; readonly x0: P; readonly nested?: { g?: Objective | undefined } }
export declare function minimize(f: Objective, x0: number[]): number[];
export declare function maybe(x0: number[], f?: Objective | null): number[];
export declare function generic<P>(f: Smooth<P>, p0: P): P;
export declare function bounded<F extends Objective>(f: F): F;
export declare function solve<P>(problem: Problem<P>): P;
export declare function all(...fs: Objective[]): void;
export declare function either(f: Objective | string): void;
export declare function intersected(f: Objective & { label?: string }): void;
export declare class Solver { constructor(f: Objective); run(f: Smooth<number>): void }
export declare function plain(f: (x: number[]) => number): void;
export declare function options(o: { f: (x: number[]) => number }): void;
export declare function labelled(x: { readonly order?: 1 }): void;
`;

/** Each use of the name `loss` with the order that is asked for there, or nothing. */
const program = `
import { minimize, maybe, generic, bounded, solve, all, either, intersected, Solver, plain, options } from "./a/library.js";
import { minimize as other, type Objective } from "./b/library.js";
declare const loss: (x: number[]) => number;
declare const scalarLoss: (x: number) => number;
declare const x0: number[];
export const uses = [
  minimize(loss, x0), // 1
  other(loss, x0), // 1
  maybe(x0, loss), // 1
  generic(loss, x0), // 2
  bounded(loss), // 1
  solve({ f: loss, x0 }), // 2
  solve({ f: loss, x0, nested: { g: loss } }), // 2 1
  all(loss, loss), // 1 1
  either(loss), // 1
  intersected(loss), // 1
  new Solver(loss), // 1
  new Solver("" as never).run(scalarLoss), // 2
  plain(loss), //
  options({ f: loss }), //
];
export function handOn(given: Objective) {
  minimize(given, x0); // 1
  const kept: Objective = loss; // 1
  const f = loss; //
  solve({ f, x0 }); // 2
  return [kept, f];
}
`;

test("the compiler knows a parameter that is declared so", { timeout: 60_000 }, () => {
  const files = new Map([
    ["/a/library.d.ts", library("./cotangent.js")],
    ["/b/library.d.ts", library("./cotangent.js")],
    ["/a/cotangent.d.ts", declaration],
    ["/b/cotangent.d.ts", declaration],
    ["/main.ts", program],
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.directoryExists = () => true;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, version) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, version) : ts.createSourceFile(name, text, version, true);
  };
  host.readFile = (name) => files.get(name) ?? readFile(name);
  const opened = ts.createProgram({ rootNames: [...files.keys()], options, host });
  const checker = opened.getTypeChecker();
  const main = opened.getSourceFile("/main.ts") as ts.SourceFile;
  expect(opened.getSemanticDiagnostics(main).map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"))).toEqual(
    [],
  );

  const found = new Map<number, number[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !(ts.isPropertyAssignment(node.parent) && node.parent.name === node)) {
      const order = expectedOrder(checker, node);
      const { line } = main.getLineAndCharacterOfPosition(node.pos + 1);
      if (order) found.set(line, [...(found.get(line) ?? []), order]);
    }
    ts.forEachChild(node, visit);
  };
  visit(main);
  const expected = program.split("\n").flatMap((line, i) =>
    /\/\/ \d/.test(line)
      ? [
          [
            i,
            line
              .replace(/.*\/\/ /, "")
              .split(" ")
              .map(Number),
          ] as const,
        ]
      : [],
  );
  expect([...found]).toEqual(expected);
});
