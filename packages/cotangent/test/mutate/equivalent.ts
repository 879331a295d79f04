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

/**
 * Of an error of our own, which only another defect can cause, the condition is made weaker: it is thrown less often, and
 * never where it was not. `before` and `after`: the text around what is replaced.
 */
export function weakensAssertion(
  { from, by }: Pick<Equivalent, "from" | "by">,
  before: string,
  after: string,
): boolean {
  if (by === "") return /^if \([^{}]*\)\s+throw new (Ir)?Error\([^;]*;$/.test(from);
  if (!/if \($/.test(before) || !/^\)\s+throw new (Ir)?Error\(/.test(after)) return false;
  const [left, right, ...more] = from.split(" || ");
  return more.length === 0 && right !== undefined && [left, right, `(${left}) && (${right})`].includes(by);
}

/**
 * Of applications alone it is asked which primitive they apply: only they have a field `primitive`, of anything else it reads
 * undefined, which is none. So whether it is an application decides nothing beside that.
 */
export function asksOnlyPrimitive({ from, by }: Pick<Equivalent, "from" | "by">): boolean {
  const asked = /^(\w+)\.(?:op|kind) (===|!==) "apply" (&&|\|\|) (\1\.primitive \2 \w+)$/.exec(from);
  return asked !== null && (asked[2] === "===") === (asked[3] === "&&") && by === asked[4];
}

/**
 * The arguments of an elemental of IR change places that gives the same to the last bit either way (IEEE 754 for sums and
 * products; which of two NaNs comes out no program can see). One of them is a value that is there, a constant or a length, so
 * that it does not matter which is emitted first. `before`: the text before what is replaced.
 */
export function swapsCommuting(
  { operator, from }: Pick<Equivalent, "from"> & { readonly operator: string },
  before: string,
): boolean {
  const plain = String.raw`(?:[\w.#]+(?:\[[^\]]*\])?(?: as Value)?|[\w.#]+\.(?:constant|length)\([\w.#]*\))`;
  const hasPlain = new RegExp(`^\\[${plain}, |, ${plain}\\]$`).test(from);
  return operator === "elements swapped" && hasPlain && /\.apply\((add|mul|and|or|eq|ne), $/.test(before);
}

/** It is left out where what is emitted next comes from: the derivative is the same, of which maps know another place. */
export function setsOnlySpan({ from, by }: Pick<Equivalent, "from" | "by">): boolean {
  return by === "" && /^b\.span = [\w.]+;$/.test(from);
}

/** Of what is open (`open: readonly RecordDecl[]`) only members are asked for, whose order decides nothing. */
export function reordersOpen({ from, by }: Pick<Equivalent, "from" | "by">): boolean {
  const added = /^\[\.\.\.open, ([\w.]+)\]$/.exec(from)?.[1];
  return added !== undefined && by === `[${added}, ...open]`;
}

/** No step is 0 (`verify`). */
export function asksWhetherStepIsZero({ from, by }: Pick<Equivalent, "from" | "by">): boolean {
  const step = /^((?:instr\.)?step) > 0$/.exec(from)?.[1];
  return step !== undefined && by === `(${step}) >= (0)`;
}

export const equivalents: readonly Equivalent[] = [
  ...[
    { from: 'instr.op === "if"', by: '(instr.op) !== ("if")' },
    { from: 'instr.op === "if"', by: '!(instr.op === "if")' },
  ].map((change) => ({
    ...change,
    file: "transform/reverse/adjoint.ts",
    line: 'else if (instr.op === "if")',
    proof:
      "It guards an error of our own, which does not come: in shadow code inside of an `if` nothing is saved (`need`), and what " +
      "is no `if` has nothing inside.",
  })),
  {
    file: "transform/reverse/tape.ts",
    from: 'instr.op === "call" && isForward(instr.callee)',
    by: "isForward(instr.callee)",
    line: "const isTraffic",
    proof:
      "Beside calls only what is no forward half has a callee, host functions and function values; others have none.",
  },
  {
    file: "transform/reverse/ruled-call.ts",
    from: "!pullback || !forward",
    by: "!forward",
    line: "rule-circular",
    proof: "Without a pullback there is no forward half.",
  },
  ...["this.#context.access.close();", "this.#scopes.pop();"].map((from) => ({
    file: from.includes("access") ? "transform/reverse/adjoint.ts" : "transform/reverse/residuals.ts",
    from,
    by: "",
    line: from,
    proof:
      "The scope of a region holds values of that region alone, each of which has one name in the mirror; they are asked for in " +
      "the mirror of the region and of those inside, which is emitted once. A scope that stays open is never asked for more.",
  })),
  ...[
    { from: "this.#scopes.length - 1", by: "(this.#scopes.length) + (1)" },
    { from: "this.#scopes.length - 1", by: "this.#scopes.length" },
    { from: "1", by: "0" },
  ].map((change) => ({
    ...change,
    file: "transform/reverse/residuals.ts",
    line: "for (let i = this.#scopes.length - 1; i >= 0; i--)",
    proof: "Past the last scope there is none, in which nothing is found.",
  })),
  {
    file: "transform/reverse/residuals.ts",
    from: "old && this.#context.plan.saved.has(item)",
    by: "this.#context.plan.saved.has(item)",
    line: "emitOld(b, instr, old)",
    proof: "What destroys an element or a field has an `old` (`oldOf`); of the rest `emitOld` emits nothing.",
  },
  {
    file: "transform/reverse/residuals.ts",
    from: "if (root.isDirect) return;",
    by: "",
    line: "if (root.isDirect) return;",
    proof:
      "Values of a region that both sweeps share have no vertices (`need`): none is kept there, or computed again.",
  },

  {
    file: "transform/reverse/past-end.ts",
    from: 'v !== undefined && made.get(v)?.op === "length"',
    by: 'made.get(v)?.op === "length"',
    line: "const isLength",
    proof: "Results are values, never undefined, so that a map by results has nothing at undefined.",
  },
  {
    file: "transform/reverse/past-end.ts",
    from: "[by.then, by.else]",
    by: "[by.else, by.then]",
    line: "comesFrom(end.values[place] as Value, index)",
    proof: "Of two answers without effects one is enough, whichever is asked for first.",
  },
  {
    file: "transform/reverse/past-end.ts",
    from: 'instr.op !== "if" || test?.op !== "apply"',
    by: 'test?.op !== "apply"',
    line: "test.primitive !== eq",
    proof: "Of what is no `if` the test is undefined, as the line before says, and undefined has no `op`.",
  },
  {
    file: "transform/reverse/past-end.ts",
    from: "[isLength(right) ? left : undefined, isLength(left) ? right : undefined]",
    by: "[isLength(left) ? right : undefined, isLength(right) ? left : undefined]",
    line: "for (const index of",
    proof: "What is found is a set, of which only members are asked for: each index adds the same, in either order.",
  },
  {
    file: "transform/reverse/past-end.ts",
    from: 'at?.op !== "constant" || typeof at.value !== "number"',
    by: 'at?.op !== "constant"',
    line: "return false",
    proof: "An index is of type number (`verify`), and so is the value of a constant that is one.",
  },
  {
    file: "transform/reverse/past-end.ts",
    from: 'instr.op === "store" && isBeyondKnown(instr, made)',
    by: "isBeyondKnown(instr, made)",
    line: "found.add(instr)",
    proof: "Only of stores is asked whether they are among what is found; others that are found are never asked for.",
  },
  {
    file: "transform/reverse/augment.ts",
    from: "inner.end = block.end;",
    by: "",
    line: "inner.end = block.end",
    proof: "In shadow code an `if` gives nothing (`emitReach`, `#push`), as a region does that has just been opened.",
  },
  {
    file: "transform/reverse/augment.ts",
    from: 'instr.op === "store" && this.#pastEnd?.has(instr)',
    by: "this.#pastEnd?.has(instr)",
    line: "this.#pastEnd?.has(instr) && this.hasShadow(instr.array)",
    proof: "`findPastEnd` finds stores alone.",
  },
  {
    file: "transform/reverse/augment.ts",
    from: 'instr.op === "for" && literalTrips(instr, this.#definition)',
    by: "literalTrips(instr, this.#definition)",
    line: "const runs = region.runs",
    proof: "A `while` has no bounds: that of nothing is no literal, so that the count of its turns is not a number.",
  },
  {
    file: "transform/forward-zero.ts",
    from: "1",
    by: "0",
    line: "if (directions === 1) return [index]",
    proof:
      "With one direction every index counts as whole (`isWhole`), so what is left is index · 1, which is index, also of " +
      "NaN and the infinities; optimised, the multiplication is not there.",
  },
  ...["transform/forward.ts", "transform/linearize.ts"].map((file) => ({
    file,
    from: "holdsNumbers(value.type) && this.#isActive(value)",
    by: "this.#isActive(value)",
    line: 'return value.type.kind === "snapshot"',
    proof:
      "Activity is of numbers, and of references that lead to memory of active numbers (`analyzeActivity`, `isActive`); from " +
      "a value whose type holds no numbers none can be reached, so that it is false of it.",
  })),
  {
    file: "transform/reverse/residuals.ts",
    from: "old && this.#context.plan.saved.has(item)",
    by: "(old) || (this.#context.plan.saved.has(item))",
    line: "emitOld(b, instr, old)",
    proof:
      "Only what has an `old` is ever saved. Of the rest, what is there is loaded and read by nobody: a load has no effect, " +
      "and the optimiser leaves it out.",
  },
  {
    file: "transform/linearize-tape.ts",
    from: "if (this.#offset === 0) return this.#cursor;",
    by: "",
    line: "if (this.#offset === 0) return this.#cursor;",
    proof: "Without it the place is the cursor + 0, which is the cursor, a whole number that is not negative.",
  },
  {
    file: "elementals/comparison.ts",
    from: "Object.is(a, b)",
    by: "Object.is(b, a)",
    line: "primal: (a: Scalar, b: Scalar) => Object.is(a, b)",
    proof: "SameValue is symmetric (ECMAScript, 7.2.9).",
  },
  ...[
    { from: "orders(each.pattern).slice(1)", by: "orders(each.pattern)" },
    { from: "1", by: "0" },
  ].map((change) => ({
    ...change,
    file: "elementals/identities.ts",
    line: "enter(each, orders(each.pattern).slice(1))",
    proof:
      "Patterns as they are written are entered once more, behind themselves. Whether one applies depends on the arguments of " +
      "`rewrite` alone, so that one which is tried again is refused again.",
  })),
  {
    file: "elementals/identities.ts",
    from: "terms.same(bound, term)",
    by: "terms.same(term, bound)",
    line: "if (bound !== undefined)",
    proof: "To be the same is symmetric: `===` of values of IR, `Object.is` of formulas.",
  },
  {
    file: "elementals/identities.ts",
    from: "false",
    by: "true",
    line: "      return false;",
    proof: 'This stands under `case "result"`, where nothing comes: no pattern holds the placeholder for the result.',
  },
  {
    file: "transform/flow.ts",
    from: "withoutOpposite(other, tests)",
    by: "withoutOpposite(tests, other)",
    line: "cases.find((other)",
    proof:
      "A case has a test once (`where`). Of two with as many tests that share all but one each has one that the other has " +
      "not, and one is the opposite of the other whichever comes first; otherwise both calls give undefined.",
  },
  {
    file: "transform/flow.ts",
    from: 'made.op !== "if" || made.condition !== test.value',
    by: "made.condition !== test.value",
    line: 'made.op !== "if"',
    proof:
      "Beside `if` only `while` has a field `condition`, a block, and no other instruction has one: it is no value, so " +
      "that it differs from that of the test.",
  },
  {
    file: "transform/flow.ts",
    from: 'e?.kind === "literal" && e.value === 0',
    by: "e.value === 0",
    line: "const isNone",
    proof: "`select` has three arguments, so that `e` is there; of expressions only literals have a field `value`.",
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
