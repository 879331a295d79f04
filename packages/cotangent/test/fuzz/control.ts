/** Constructs of control beyond branches and loops: exceptions, generators, recursion of several kinds, optional values. */
import { nested, number, statement, turn, variable } from "./constructs.ts";
import { declare } from "./declarations.ts";
import {
  type Construct,
  counter,
  indented,
  inner,
  type Maker,
  numberVariable,
  type Scope,
  type Variable,
  withVariables,
} from "./maker.ts";
import { place } from "./numbers.ts";

/** The scope of a body that a loop runs, which nothing leaves early. */
function body(s: Scope, ...variables: readonly Variable[]): Scope {
  return withVariables(turn(s), ...variables);
}

/** A function that changes `place` and is not called before the value of the place is needed. */
const assigned = (m: Maker, s: Scope): string => {
  m.mutates(s);
  return m.variable(s, (v) => v.type === "number" && v.isAssignable)?.name ?? place(m, s);
};

const exceptions: readonly Construct[] = [
  nested("try and catch", (m, s) => ({
    lines: [
      "try {",
      ...indented(m.block(inner(s))),
      `  if (${m.condition(s)}) throw new RangeError("left");`,
      ...indented(m.block(inner(s), 1)),
      "} catch {",
      ...indented(m.block(inner(s), 1)),
      "}",
    ],
  })),
  nested("number thrown", (m, s) => ({
    lines: [
      "try {",
      `  if (${m.condition(s)}) throw ${m.tame(s, 1)};`,
      ...indented(m.block(inner(s), 1)),
      "} catch (e) {",
      '  if (typeof e !== "number") throw e;',
      `  ${assigned(m, s)} += Math.sin(e);`,
      "}",
    ],
  })),
  nested("object thrown", (m, s) => ({
    lines: [
      "try {",
      ...indented(m.block(inner(s), 1)),
      `  if (${m.condition(s)}) throw { by: ${m.tame(s, 1)}, scale: ${m.leaf(s)} };`,
      "} catch (e) {",
      '  if (typeof e !== "object" || e === null || !("by" in e)) throw e;',
      "  const { by, scale } = e as { by: number; scale: number };",
      `  ${assigned(m, s)} = Math.cos(by * scale);`,
      "}",
    ],
  })),
  nested("finally", (m, s) => ({
    lines: [
      "try {",
      ...indented(m.block(inner(s))),
      "} finally {",
      `  ${assigned(m, s)} += ${m.tame(s, 1)};`,
      ...indented(m.block({ ...inner(s), loops: [], result: "none", isInSwitch: false }, 1)),
      "}",
    ],
  })),
  nested("catch and finally", (m, s) => ({
    lines: [
      "try {",
      ...indented(m.block(inner(s), 1)),
      `  if (${m.condition(s)}) throw new TypeError("left");`,
      ...indented(m.block(inner(s), 1)),
      "} catch (e) {",
      `  if (e instanceof TypeError) ${assigned(m, s)} *= Math.cos(${m.leaf(s)});`,
      "} finally {",
      `  ${assigned(m, s)} = Math.sin(${m.number(s, 1)});`,
      "}",
    ],
  })),
  nested("call that throws", (m, s) => {
    declare(m, "checked");
    return {
      lines: [
        "try {",
        `  ${assigned(m, s)} = checked(${m.tame(s, 1)}) * ${m.leaf(s)};`,
        ...indented(m.block(inner(s), 1)),
        `  ${assigned(m, s)} += checked(${m.leaf(s)});`,
        "} catch {",
        `  ${assigned(m, s)} *= 0.5;`,
        "}",
      ],
    };
  }),
];

const generators: readonly Construct[] = [
  nested("for-of over a generator", (m, s) => {
    declare(m, "powers");
    const [x, label] = [m.fresh("e"), m.fresh("loop")];
    const scope = withVariables(
      { ...inner(s), loops: [...s.loops, label], loopDepth: s.loopDepth + 1, isInSwitch: false },
      numberVariable(x, false),
    );
    const lines = m.block(scope);
    const named = lines.some((line) => new RegExp(`(break|continue) ${label};`).test(line));
    const head = `for (const ${x} of powers(${m.tame(s, 1)}, ${1 + m.below(3)})) {`;
    return { lines: [`${named ? `${label}: ` : ""}${head}`, ...indented(lines), "}"] };
  }),
  nested("for-of over a generator that delegates", (m, s) => {
    const xs = m.variable(s, (v) => v.type === "number[]");
    if (!xs) return undefined;
    declare(m, "around");
    const x = m.fresh("e");
    const lines = m.block(body(s, numberVariable(x, false)), 1);
    return { lines: [`for (const ${x} of around(${m.leaf(s)}, ${xs.name}.slice())) {`, ...indented(lines), "}"] };
  }),
  {
    name: "spread of a generator",
    kind: "number[]",
    write: (m, s) => {
      declare(m, "powers");
      return `[...powers(${m.tame(s, 1)}, 2), ${m.leaf(s)}]`;
    },
  },
  nested("local generator", (m, s) => {
    const [g, i, x, sum] = [m.fresh("make"), m.fresh("i"), m.fresh("e"), m.fresh("sum")];
    m.mutates({ ...s, loopDepth: 1 });
    return {
      lines: [
        `function* ${g}(): Generator<number> {`,
        `  for (let ${i} = 0; ${i} < ${1 + m.below(3)}; ${i}++) yield ${m.tame(body(s, counter(i)), 1)};`,
        "}",
        `let ${sum} = ${m.leaf(s)};`,
        `for (const ${x} of ${g}()) ${sum} = Math.sin(${sum} + ${x});`,
      ],
      scope: withVariables(s, numberVariable(sum)),
    };
  }),
];

const recursions: readonly Construct[] = [
  number("mutual recursion", (m, s, d) => {
    declare(m, "parity");
    return `even(${m.tame(s, d - 1)}, ${m.below(4)})`;
  }),
  number("recursion that writes an array", (m, s) => {
    const xs = m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);
    if (!xs) return undefined;
    declare(m, "halves");
    m.mutates(s);
    return `halves(${xs.name}, 0, ${xs.name}.length)`;
  }),
  number("recursion over a tree", (m, s, d) => {
    const tree = m.variable(s, (v) => v.type === "Tree");
    if (!tree) return undefined;
    declare(m, "treeSum");
    m.mutates(s);
    return `treeSum(${tree.name}, ${m.tame(s, d - 1)})`;
  }),
  {
    name: "recursion that returns an array",
    kind: "number[]",
    write: (m, s) => {
      declare(m, "unfold");
      return `unfold(${m.tame(s, 1)}, ${m.below(4)})`;
    },
  },
  statement("tree", (m, s) => {
    declare(m, "Tree");
    const [name, sub] = [m.fresh("tree"), m.fresh("tree")];
    return {
      lines: [
        `const ${sub}: Tree = { value: ${m.tame(s, 1)} };`,
        `const ${name}: Tree = { value: ${m.leaf(s)}, left: ${sub}, right: { value: ${m.tame(s, 1)}, right: ${sub} } };`,
      ],
      scope: withVariables(s, variable(sub, "Tree"), variable(name, "Tree")),
    };
  }),
  statement("store into a tree", (m, s) => {
    const tree = m.variable(s, (v) => v.type === "Tree");
    if (!tree) return undefined;
    m.mutates(s);
    return {
      lines: [
        m.pick([
          `${tree.name}.value = ${m.tame(s, 1)};`,
          `${tree.name}.left = { value: ${m.tame(s, 1)} };`,
          `if (${tree.name}.left) ${tree.name}.left.value *= ${m.leaf(s)};`,
        ]),
      ],
    };
  }),
];

const optional: readonly Construct[] = [
  statement("optional number", (m, s) => {
    const name = m.fresh("maybe");
    return {
      lines: [`let ${name}: number | undefined = ${m.condition(s)} ? ${m.tame(s, 1)} : undefined;`],
      scope: withVariables(s, variable(name, "number | undefined", { isAssignable: true })),
    };
  }),
  statement("optional number assigned", (m, s) => {
    const maybe = m.variable(s, (v) => v.type === "number | undefined" && v.isAssignable);
    if (!maybe) return undefined;
    m.mutates(s);
    return {
      lines: [
        m.pick([`${maybe.name} = undefined;`, `${maybe.name} = ${m.tame(s, 1)};`, `${maybe.name} ??= ${m.leaf(s)};`]),
      ],
    };
  }),
  nested("test for undefined", (m, s) => {
    const maybe = m.variable(s, (v) => v.type === "number | undefined");
    return (
      maybe && {
        lines: [`if (${maybe.name} !== undefined) {`, `  ${assigned(m, s)} += Math.sin(${maybe.name});`, "}"],
      }
    );
  }),
  number("optional number or", (m, s, d) => {
    const maybe = m.variable(s, (v) => v.type === "number | undefined");
    return maybe && `(${maybe.name} ?? ${m.number(s, d - 1)})`;
  }),
];

const others: readonly Construct[] = [
  nested("switch on an enum", (m, s) => {
    const mode = m.variable(s, (v) => v.type === "Mode");
    if (!mode) return undefined;
    const clause = { ...inner(s), isInSwitch: true };
    const cases = ["Up", "Down"].flatMap((member) => [
      `  case Mode.${member}: {`,
      ...indented(indented(m.block(clause, 1))),
      "    break;",
      "  }",
    ]);
    return { lines: [`switch (${mode.name} as Mode) {`, ...cases, "  default:", `    ${assigned(m, s)} += 0.2;`, "}"] };
  }),
  nested("labelled block", (m, s) => {
    const label = m.fresh("block");
    return {
      lines: [
        `${label}: {`,
        ...indented(m.block(inner(s), 1)),
        `  if (${m.condition(s)}) break ${label};`,
        ...indented(m.block(inner(s), 1)),
        "}",
      ],
    };
  }),
  number("spread of arguments", (m, s) => {
    const xs = m.variable(s, (v) => v.type === "number[]" && v.least >= 2);
    if (!xs) return undefined;
    declare(m, "area");
    return `Math.sin(area(...${xs.name}.slice(0, 2), ${m.leaf(s)}))`;
  }),
  statement("object assigned", (m, s) => {
    const from = m.variable(s, (v) => v.type === "Pair" && v.isLocal);
    if (!from) return undefined;
    const name = m.fresh("state");
    m.mutates({ ...s, loopDepth: 1 });
    return {
      lines: [
        `let ${name}: Pair = ${from.name};`,
        `for (let k = 0; k < ${1 + m.below(3)}; k++) {`,
        `  if (${m.once(2) ? "k > 0" : m.condition(s)}) ${name} = { ...${name}, u: Math.sin(${name}.v + ${m.leaf(s)}) };`,
        `  else ${name}.v *= ${m.leaf(s)};`,
        "}",
      ],
      scope: withVariables(s, { ...variable(name, "Pair"), isLocal: false }),
    };
  }),
];

export const control: readonly Construct[] = [...exceptions, ...generators, ...recursions, ...optional, ...others];
