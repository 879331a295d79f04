/**
 * The process that mutants are run in for which there are tests without programs: those of the rule table, first. What a
 * rule says is read when it is defined, so each mutant is another instance of the bundled tests, loaded with the mutation on.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Switch } from "./schemata.ts";

const [, , listFile, bundled] = process.argv as [string, string, string, string];
const shared = globalThis as unknown as { $mutation: Switch };
shared.$mutation = { on: 0, reached: undefined };

for (const n of JSON.parse(readFileSync(listFile, "utf8")) as number[]) {
  process.stdout.write(`start ${n}\n`);
  shared.$mutation.on = n;
  let outcome = "survived the tests";
  try {
    await import(`${pathToFileURL(bundled).href}?mutation=${n}`);
  } catch (error) {
    outcome = `killed: ${(error instanceof Error ? error.message : String(error)).split("\n", 1)[0]}`;
  }
  process.stdout.write(`done ${n} ${outcome}\n`);
}
