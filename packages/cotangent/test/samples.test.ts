/** Generated code is read in review: for every folder of `test/samples`, its IR printed as TypeScript. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { printTypeScript } from "../src/backend/typescript.ts";
import { primitives } from "../src/elementals/index.ts";
import { parse } from "../src/ir/parse.ts";
import { verifyModule } from "../src/ir/verify.ts";
import { typeErrors } from "./support/generated.ts";

const folder = fileURLToPath(new URL("samples/", import.meta.url));
const samples = readdirSync(folder).filter((name) => readdirSync(folder + name).includes("input.ir"));

function print(sample: string): string {
  const module = parse(readFileSync(`${folder}${sample}/input.ir`, "utf8"), primitives);
  verifyModule(module);
  return printTypeScript(
    module,
    [...module.functions.keys()].map((name) => ({ func: name, name })),
  ).text;
}

describe("printed IR", () => {
  it.each(samples)("%s", async (sample) => {
    await expect(print(sample)).toMatchFileSnapshot(`${folder}${sample}/_expected/output.ts`);
  });

  it("passes the type checker", () => {
    const texts = samples.map((s) =>
      print(s)
        .replace('import offset from "./constants.ts";', "declare const offset: number;")
        .replace('import { weights } from "./constants.ts";', "declare const weights: number[];"),
    );
    expect(typeErrors(texts)).toEqual([]);
  });
});
