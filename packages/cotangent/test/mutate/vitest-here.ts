/**
 * As much of vitest as the tests of the rule table ask for, in this process: tests are run one after the other as files
 * register them, and the first failure is all that matters. So a mutant costs milliseconds, where a run costs seconds.
 */
import { format } from "node:util";
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from "@vitest/expect";
import * as chai from "chai";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = (value: unknown, message?: string): Chai.Assertion => chai.expect(value, message);

type Body = (...args: never[]) => unknown;

/** A test that failed, and its name. */
class TestFailure extends Error {}

function run(name: string, body: () => unknown): void {
  try {
    body();
  } catch (error) {
    throw new TestFailure(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `%s` and `$name` of a title, filled in. */
function titleOf(title: string, args: unknown): string {
  if (Array.isArray(args)) return format(title, ...(args as unknown[]));
  return title.replace(/\$(\w+)/g, (_, key: string) => String((args as Record<string, unknown>)[key]));
}

export const it = Object.assign((name: string, body: Body) => run(name, body as () => unknown), {
  each:
    (cases: readonly unknown[]) =>
    (name: string, body: Body): void => {
      for (const each of cases) {
        const args = (Array.isArray(each) ? each : [each]) as never[];
        run(titleOf(name, each), () => body(...args));
      }
    },
});

export const test = it;
export const describe = (_name: string, body: () => void): void => body();
