import { describe, expect, it } from "vitest";
import type { Expression, Primitive, Spelling } from "../core/primitive.ts";
import * as arithmetic from "./arithmetic.ts";
import * as comparison from "./comparison.ts";
import { type Identity, identities } from "./identities.ts";
import * as rounding from "./rounding.ts";
import * as text from "./text.ts";
import * as transcendental from "./transcendental.ts";

const names = (arity: number): readonly string[] => (arity === 1 ? ["x"] : ["a", "b", "c"]);
const CALL = 17;

/** `spelling` around texts, each with the precedence of what it shows. */
function write(spelling: Spelling, args: readonly (readonly [string, number])[]): readonly [string, number] {
  const within = (index: number, level: number): string => {
    const [text, own] = args[index] ?? (args[0] as readonly [string, number]);
    return own < level ? `(${text})` : text;
  };
  switch (spelling.kind) {
    case "infix": {
      const { operator, precedence, rightAssociative = false } = spelling;
      // The base of a power has no prefix operator.
      const left = operator === "**" ? 15 : precedence + (rightAssociative ? 1 : 0);
      const isSymmetric = operator === "+" || operator === "*" || rightAssociative;
      return [`${within(0, left)} ${operator} ${within(1, isSymmetric ? precedence : precedence + 1)}`, precedence];
    }
    case "prefix":
      return [`${spelling.operator}${within(0, spelling.precedence + 1)}`, spelling.precedence];
    case "call":
      return [`${spelling.callee.replace("Math.", "")}(${args.map(([text]) => text).join(", ")})`, CALL];
    case "runtime":
      return [`${spelling.name}(${args.map(([text]) => text).join(", ")})`, CALL];
    case "method":
      return [
        `${within(0, CALL)}.${spelling.name}(${args
          .slice(1)
          .map(([text]) => text)
          .join(", ")})`,
        CALL,
      ];
    case "property":
      return [`${within(0, CALL)}.${spelling.name}`, CALL];
    case "element":
      return [`${within(0, CALL)}[${within(1, 0)}]`, CALL];
    case "conditional":
      return [`${within(0, 3)} ? ${within(1, 3)} : ${within(2, 3)}`, 2];
    default:
      return spelling satisfies never;
  }
}

const constants = new Map([
  [Math.LOG2E, "LOG2E"],
  [Math.LOG10E, "LOG10E"],
]);

function show(e: Expression, arity: number): readonly [string, number] {
  switch (e.kind) {
    case "literal":
      return [constants.get(e.value) ?? String(e.value), e.value < 0 ? 14 : CALL];
    case "argument":
      return [names(arity)[e.index] ?? `x${e.index}`, CALL];
    case "result":
      return ["y", CALL];
    case "apply":
      return write(
        e.primitive.spelling,
        e.args.map((arg) => show(arg, arity)),
      );
    default:
      return e satisfies never;
  }
}

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;

function spelled(spelling: Spelling, arity: number): string {
  const args = names(arity)
    .slice(0, arity)
    .map((name) => [name, CALL] as const);
  return spelling.kind === "call"
    ? `${spelling.callee}(${args.map(([name]) => name).join(", ")})`
    : write(spelling, args)[0];
}

function activeRow(p: Primitive): string {
  // A variadic primitive is shown with two arguments.
  const arity = p.arity === "variadic" ? 2 : p.arity;
  const derivatives = Array.from({ length: arity }, (_, i) => {
    const partial = p.partial(i, arity);
    const by = arity === 1 ? "" : `d/d${names(arity)[i]} = `;
    return partial ? `${by}${show(partial, arity)[0]}` : undefined;
  });
  const intervals = p.domain?.intervals.map(([lo, hi]) => `[${lo}, ${hi}]`).join(" × ") ?? "";
  const written = spelled(p.spelling, arity) + (p.arity === "variadic" ? ", …" : "");
  const shown = derivatives.filter((d) => d !== undefined).map(code);
  return `| ${p.id} | ${code(written)} | ${shown.join("<br>")} | ${intervals} | ${p.domain?.convention ?? ""} |`;
}

function inactiveRow(p: Primitive): string {
  const arity = p.arity === "variadic" ? p.takes.length : p.arity;
  const written = [p.spelling, ...p.aliases].map((s) => code(spelled(s, arity)));
  return `| ${p.id} | ${written.join(", ")} | ${p.gives} |`;
}

function identityRow({ title, relaxes = "", stage }: Identity): string {
  return `| ${code(title)} | ${relaxes}${stage ? `${relaxes && "; "}only ${stage} a transform` : ""} |`;
}

const isActive = (p: Primitive): boolean =>
  p.takes[0] !== "string" &&
  p.partial(p.arity === "variadic" ? 0 : p.arity - 1, p.arity === "variadic" ? 1 : p.arity) !== undefined;

function document(): string {
  const table = [arithmetic, transcendental, rounding, comparison, text].flatMap((group) => Object.values(group));
  return `# Primitives

Written from the table in \`packages/cotangent/src/elementals\` by \`docs.test.ts\` beside it
(\`npx vitest run docs.test.ts -u\`); not to be edited by hand.

## With derivatives

Arguments are \`x\`, or \`a\` and \`b\`; the result is \`y\`, and derivatives are written with it where a reverse sweep then
keeps less. "Sampled" is where tests compare with differences; it is no limit. The last column says what the derivative is
where it does not exist, or is infinite. A zero tangent or cotangent times an infinite derivative is NaN, as IEEE arithmetic
has it: a zero that is a product says nothing of what it was multiplied by, and annihilates nothing. What was not taken does:
the side of a choice or a branch that was not taken contributes nothing, neither to what was computed for it before
(\`Math.max(1, Math.sqrt(x))\` at 0) nor to what is computed of the choice (\`Math.sqrt(Math.max(x, 0))\` at -1), as far as no
array, no object and no call that is not inlined is between the two; under overloading this holds for branches, not for
\`max\` and \`min\`. Where the value is NaN (a logarithm below 0, an arcsine beyond 1) the derivative means nothing.

| primitive | written | derivative | sampled | at singular points |
|---|---|---|---|---|
${table.filter(isActive).map(activeRow).join("\n")}

## Without derivatives

Through these no derivative flows. As functions of numbers they are constant between their jumps. Those of text take as
many arguments as JavaScript has them optional.

| primitive | written | gives |
|---|---|---|
${table
  .filter((p) => !isActive(p))
  .map(inactiveRow)
  .join("\n")}

## Identities

What the optimiser, too, holds to be equal. Values keep every bit, derivatives stay, except for what the second column
says. Not among them: \`0 x = 0\` and \`x - x = 0\` (wrong for NaN and infinities), \`x ** 0.5 = sqrt(x)\` (wrong for -0 and
-Infinity), and any reordering of sums. The optimiser gives up the sign of a zero only where nothing tells it (\`atan2\`,
\`Object.is\`, a denominator, the base of a power); formulas give it up anywhere.

| identity | gives up |
|---|---|
${identities.map(identityRow).join("\n")}
`;
}

describe("docs/primitives.md", () => {
  it("says what the table says", async () => {
    await expect(document()).toMatchFileSnapshot("../../../../docs/primitives.md");
  });
});
