/**
 * Derivatives of the corpus as text that a strict project takes: where the type checker sees less of a program than the
 * compiler does (an element that is there, a throw that is never reached), more of it (the sides of `a && b`), or a name of
 * the program's that generated code has, too.
 */
import { expect, test } from "vitest";
import { type OperatorRequest, openProgram } from "../src/compiler.ts";
import { corpusFolder } from "./support/corpus.ts";
import { typeErrors } from "./support/generated.ts";

const derivatives: readonly (readonly [file: string, name: string, request: OperatorRequest])[] = [
  ["strings.ts", "scanned", { operator: "grad", argnums: 1 }],
  ["strings.ts", "scanned", { operator: "vjp", strategy: "closure" }],
  ["loops.ts", "bisectThenPolish", { operator: "vjp" }],
  ["records.ts", "nestedStates", { operator: "vjp" }],
  ["exceptions.ts", "bisected", { operator: "linearize" }],
  ["types.ts", "exhaustive", { operator: "vjp" }],
  ["types.ts", "exhaustive", { operator: "grad" }],
  ["options.ts", "updated", { operator: "vjp" }],
  ["options.ts", "updated", { operator: "grad" }],
  ["nullish.ts", "threeWays", { operator: "vjp" }],
  ["nullish.ts", "rewritten", { operator: "vjp", strategy: "closure" }],
  ["nullish.ts", "assignedInLoops", { operator: "vjp" }],
  ["nullish.ts", "handedOn", { operator: "jvp", argnums: [0, 1] }],
  ["rows-grown.ts", "swappedAndGrown", { operator: "vjp", argnums: [0, 1] }],
];

test("what is generated passes `tsc --strict`", () => {
  const program = openProgram({ files: [...new Set(derivatives.map(([file]) => corpusFolder + file))] });
  const texts = derivatives.map(
    ([file, name, request]) => program.derive(`${corpusFolder}${file}#${name}`, request).text,
  );
  expect(typeErrors(texts)).toEqual([]);
});
