/**
 * The page of errors, which messages name: written from the table of diagnostics and from the programs of `test/errors`,
 * so that it cannot say anything else than the compiler does.
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { UsageError } from "../cli/output.ts";
import type { RuntimeErrorCode } from "../runtime/error.ts";
import { type DiagnosticEntry, diagnostics } from "./diagnostics.ts";

const cases = new URL("../../test/errors/", import.meta.url);

/** What has a code, and is not a diagnostic of the compiler: the types hold the lists. */
const whileRunning: Readonly<Record<RuntimeErrorCode, DiagnosticEntry>> = {
  "inactive-writes": {
    title: "an inactive function has written into an argument",
    why: "It is called with copies, through which no derivative flows, so the program would not see what it wrote.",
    instead: "Let it return what it computes.",
  },
  "not-finite": {
    title: "a number is NaN or infinite",
    why: "The derivative was asked for with `checkFinite: true`, and this is the first primal, tangent or cotangent that is not finite.",
    instead:
      "Look at the place and the operands that the message names: a pole, a logarithm of 0, a division by 0, an overflow.",
  },
  "overlapping-views": {
    title: "two arguments share a part of their memory",
    why: "The function stores into one of them, and which elements of the other that changes is known only now.",
    instead: "Pass a copy of one (`x.slice()`). An `out` must not overlap an argument, or itself, at all.",
  },
  "rule-overlaps": {
    title: "what a function with a rule writes or gives is reached in two ways",
    why: "It shares memory with another argument, or holds one array or object in two places; the rule has the derivatives of each place on its own.",
    instead: "Pass, or give, a copy of one (`x.slice()`).",
  },
  "stack-exhausted": {
    title: "calls are nested deeper than the stack has room for",
    why: "A derivative calls itself as the function does, and a call of it takes up to three times the room. What recursion 5 000 deep of an ordinary function needs is there under Node's defaults.",
    instead:
      "Run with a larger stack (`node --stack-size=4000`, in kilobytes, and `ulimit -s` at least as much, or a worker with `resourceLimits.stackSizeMb`), or write the recursion as a loop.",
  },
  "structure-mismatch": {
    title: "two structures that should have the same shape differ",
    why: "A tangent, a cotangent, an `out` or a captured array has other lengths or fields than what it belongs to.",
    instead:
      "Give it the shape of the argument or result: `jvp` and `linearize` take a list of tangents, one for each argument. An array inside an argument keeps its length.",
  },
  "array-gap": {
    title: "an element that the program goes through is missing",
    why: "A store past the end of an array leaves elements out. Methods of arrays skip those, and `for … of` gives undefined, which is no number.",
    instead:
      "Fill the array before: `new Array(n).fill(0)`, or compare elements with `undefined` in a loop over indices.",
  },
  "missing-value": {
    title: "what the program reads as being there is missing, and is asked after further on",
    why: "An element past the end of an array, a name that an object lacks and what `!` asserts are undefined in JavaScript, whatever their types say. Compiled code takes the types for true, so that a question further on (`?? 0`, `=== undefined`) would get another answer.",
    instead:
      "Ask where it is read (`xs[i] ?? 0`), or give the place that it goes to a type that admits it (`number | undefined`).",
  },
  "instance-class": {
    title: "an instance of another class was passed",
    why: "The derivative was compiled for the methods of the class that the parameter declares; an instance of a class that extends it may have others, and so may one with a member of its own.",
    instead:
      "Pass an instance of the declared class (a plain object of its fields stands for one), or declare what is passed.",
  },
  "unexpected-fields": {
    title: "an object was passed that has, or lacks, a field that matters",
    why: "The program spreads the object over other fields, or asks which it has. The derivative was compiled for objects with the fields of the declared type, where one that holds undefined looks like a missing one.",
    instead:
      "Leave a field out rather than set it to `undefined`, and pass no fields that the type does not name, or name them in the type.",
  },
};
const ofTheCommand: Readonly<Record<UsageError["code"] | "threw" | "internal", DiagnosticEntry>> = {
  usage: {
    title: "the command was called in a way that it does not take",
    why: "An option or a value is missing, unknown or of the wrong form; the message says which. The exit code is 2.",
    instead: "See `cotangent --help`, or `cotangent COMMAND --help`.",
  },
  "not-built": {
    title: "what was asked for does not exist yet",
    why: "The design has a place for it, and this version does not have it. The exit code is 2.",
    instead: "Leave the option out; docs/limitations.md says what there is.",
  },
  threw: {
    title: "the program threw an exception",
    why: "The differentiated function, or the module that it is in, threw while it ran.",
    instead: "Run the function itself at the same arguments.",
  },
  internal: {
    title: "a defect of cotangent",
    why: "Only an error in the compiler itself can cause this.",
    instead: "Please report it, with the program.",
  },
};

function entry(code: string, { title, why, instead }: DiagnosticEntry, example = ""): string {
  // Titles that are nothing but a detail say nothing here.
  const message = title === "{}" ? "" : `\n**${sentence(title.replaceAll("{}", "…"))}**\n`;
  return `### ${code}\n${message}\n- Why: ${why}\n- Instead: ${instead}\n${example}`;
}

const sentence = (text: string): string => (/^[a-z]/.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text);

/** The program that is refused, and the message up to what the entry says already. */
function exampleOf(code: string, after = /\n\n {2}Why: [\s\S]*$/): string {
  const read = (name: string): string => readFileSync(new URL(`${code}/${name}`, cases), "utf8").trimEnd();
  if (!existsSync(new URL(`${code}/input.ts`, cases))) return "";
  const shown = read("expected.txt").replace(after, "");
  return `\n\`\`\`ts\n${read("input.ts")}\n\`\`\`\n\n\`\`\`\n${shown}\n\`\`\`\n`;
}

const list = (entries: Readonly<Record<string, DiagnosticEntry>>): string =>
  Object.entries(entries)
    .map(([code, e]) => entry(code, e, exampleOf(code)))
    .join("\n");

/** The sections of the page, each from this code of the table on. */
const sections: readonly (readonly [title: string, from: keyof typeof diagnostics])[] = [
  ["Finding the function", "file-not-found"],
  ["Types and values", "any-type"],
  ["Functions", "async-function"],
  ["Classes, and objects with members of their own", "this-value"],
  ["Functions with rules", "rule-private"],
  ["Formulas", "symbolic-control"],
  ["Traces", "trace-length"],
  ["The complex step", "complex-continuation"],
  ["Operator overloading", "overload-plain"],
  ["Statements and exceptions", "recursion-caught"],
  ["Fields as data, maps and sets", "for-in"],
  ["Expressions", "await"],
  ["What a module remembers", "module-state"],
  ["What is asked for", "no-result"],
  ["Where derivatives are compiled, and what functions capture", "not-compiled"],
];

/** The entries of the table by section, in its order. */
function sectionsOfTable(): [title: string, entries: Record<string, DiagnosticEntry>][] {
  const found: [string, Record<string, DiagnosticEntry>][] = [];
  for (const [code, e] of Object.entries<DiagnosticEntry>(diagnostics)) {
    const next = sections[found.length];
    if (next?.[1] === code) found.push([next[0], {}]);
    found.at(-1)![1][code] = e;
  }
  expect(found.map(([title]) => title)).toEqual(sections.map(([title]) => title));
  return found;
}

const index = (codes: readonly string[]): string => codes.map((code) => `[${code}](#${code})`).join(" · ");

function document(): string {
  return `# Errors

Every message of \`cotangent\`, by its code. Written from \`packages/cotangent/src/core/diagnostics.ts\` by \`docs.test.ts\`
beside it (\`npx vitest run core/docs.test.ts -u\`); not to be edited by hand.

A message names the place, shows the line, says why the program is refused and what to write instead. All that is wrong
is shown at once:

\`\`\`
${readFileSync(new URL("several/expected.txt", cases), "utf8").trimEnd()}
\`\`\`

In a program, each is a \`CotangentError\` with the fields \`code\`, \`message\`, \`reason\`, \`remedy\`, \`file\`, \`line\`,
\`column\` and \`docs\`; \`all\` lists the others found with it. With \`--json\` the command writes them as
\`{ "error": { "code", "message", "file", "line", "column", "docs" }, "errors": […] }\`.

${sectionsOfTable()
  .map(([title, entries]) => `- ${title}: ${index(Object.keys(entries))}`)
  .join("\n")}
- While derivatives run: ${index(Object.keys(whileRunning))}
- The command: ${index(Object.keys(ofTheCommand))}

${sectionsOfTable()
  .map(([title, entries]) => `## ${title}\n\n${list(entries)}`)
  .join("\n")}
## TypeScript's own errors

Code that a differentiated function reaches must be right by TypeScript, too. Its errors are shown in the same way, with
its code:
${exampleOf("type-error", /$^/)}
## While derivatives run

${list(whileRunning)}
## The command

${list(ofTheCommand)}`;
}

const limitations = new URL("../../../../docs/limitations.md", import.meta.url);
const [opening, closing] = ["<!-- refusals: written by docs.test.ts -->", "<!-- end of refusals -->"];

/** Every refusal and its reason, as docs/limitations.md lists them. */
function refusals(): string {
  const lines = Object.entries<DiagnosticEntry>(diagnostics)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { title, why }]) => {
      const what = title === "{}" ? "" : ` ${sentence(title.replaceAll("{}", "…"))}.`;
      return `- [\`${code}\`](errors.md#${code}):${what} ${why}`;
    });
  return `${opening}\n\n${lines.join("\n")}\n\n${closing}`;
}

describe("docs/limitations.md", () => {
  it("lists every refusal of the table", async () => {
    const text = readFileSync(limitations, "utf8");
    const [from, to] = [text.indexOf(opening), text.indexOf(closing)];
    expect(from, opening).toBeGreaterThan(0);
    const whole = text.slice(0, from) + refusals() + text.slice(to + closing.length);
    await expect(whole).toMatchFileSnapshot("../../../../docs/limitations.md");
  });
});

describe("docs/errors.md", () => {
  it("says what the table says", async () => {
    await expect(document()).toMatchFileSnapshot("../../../../docs/errors.md");
  });
});
