/**
 * Mutants that no test can kill, each with the proof. One is found by what it changes, so that it is not lost when code
 * moves: the file, the text that is replaced, by what, and a text of the line that it is on.
 */

export interface Equivalent {
  readonly file: string;
  readonly from: string;
  readonly by: string;
  /** Text of the line, where `from` alone might be another place. */
  readonly line: string;
  readonly proof: string;
}

const negation = { file: "elementals/arithmetic.ts", line: "x.primitive === neg ? x.args[0]" } as const;
const onlyApplications =
  "x is a number, a boolean or an expression, never undefined. Only an expression that is an application has a field " +
  "`primitive`; of anything else it reads undefined, which is not `neg`, so the tests before it decide nothing.";

export const equivalents: readonly Equivalent[] = [
  {
    file: "elementals/comparison.ts",
    from: "Object.is(a, b)",
    by: "Object.is(b, a)",
    line: "primal: (a: Scalar, b: Scalar) => Object.is(a, b)",
    proof: "SameValue is symmetric (ECMAScript, 7.2.9).",
  },
  {
    ...negation,
    from: 'typeof x === "object" && x.kind === "apply" && x.primitive === neg',
    by: "x.primitive === neg",
    proof: onlyApplications,
  },
  {
    ...negation,
    from: 'typeof x === "object" && x.kind === "apply"',
    by: '(typeof x === "object") || (x.kind === "apply")',
    proof: onlyApplications,
  },
  {
    ...negation,
    from: 'typeof x === "object" && x.kind === "apply"',
    by: 'typeof x === "object"',
    proof: onlyApplications,
  },
  {
    ...negation,
    from: 'typeof x === "object" && x.kind === "apply"',
    by: 'x.kind === "apply"',
    proof: onlyApplications,
  },
];
