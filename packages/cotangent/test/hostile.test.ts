/** Programs that nobody writes by hand end in an answer or an error with a code, soon, and never in a crash. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { hostilePrograms } from "./support/hostile-programs.ts";

interface Outcome {
  readonly name: string;
  readonly outcome: string;
  readonly milliseconds: number;
}

const probe = fileURLToPath(new URL("support/hostile-probe.ts", import.meta.url));
/** Far more than each takes, for a machine that has other things to do. */
const soon = 30_000;
const outcomes = new Map<string, Outcome>();

beforeAll(async () => {
  const flags = ["--max-old-space-size=1500", "--import", "tsx", probe];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  for (const line of stdout.trim().split("\n")) {
    const outcome = JSON.parse(line) as Outcome;
    outcomes.set(outcome.name, outcome);
  }
}, 300_000);

/** Those that have an answer must not be refused one day because a walk over them has become too deep or too long. */
const answered = [
  "sum",
  "product",
  "large",
  "interfaces",
  "doublingUnion",
  "statements",
  "literal",
  "constantLiteral",
  "longElseIfs",
  "earlyReturns",
  "manyLive",
  "switchCases",
];

test.each(Object.keys(hostilePrograms))("%s", (name) => {
  const { outcome, milliseconds } = outcomes.get(name) as Outcome;
  expect(outcome).toMatch(/^(?!internal)[\w-]+$/);
  if (answered.includes(name)) expect(outcome).toBe("answered");
  expect(milliseconds).toBeLessThan(soon);
});
