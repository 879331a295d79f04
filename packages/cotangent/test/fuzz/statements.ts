/** Constructs that are statements without a loop of their own: declarations, assignments, branches, switches, jumps. */
import { nested, statement } from "./constructs.ts";
import {
  type Construct,
  indented,
  inner,
  type Maker,
  numberVariable,
  type Scope,
  type Variable,
  type Written,
  withVariables,
} from "./maker.ts";
import { element, field, place } from "./numbers.ts";

const one = (line: string, scope?: Scope): Written => ({ lines: [line], ...(scope ? { scope } : {}) });

/** A statement that leaves the place where it stands; undefined if there is nothing to leave. */
function jump(m: Maker, s: Scope): string | undefined {
  const ways: (() => string)[] = [];
  const plain = s.loops.length > 0;
  if (s.result === "entry")
    ways.push(() => {
      m.used.add("early return");
      return `return ${m.result(s)};`;
    });
  if (s.result === "number")
    ways.push(() => {
      m.used.add("early return of a local function");
      return `return ${m.number(s, 1)};`;
    });
  if (plain) {
    for (const word of ["break", "continue"] as const) {
      ways.push(() => {
        m.used.add(word);
        return word === "break" && s.isInSwitch ? `break ${s.loops.at(-1)};` : `${word};`;
      });
      if (s.loops.length > 1)
        ways.push(() => {
          m.used.add(`labelled ${word}`);
          return `${word} ${m.pick(s.loops.slice(0, -1))};`;
        });
    }
  }
  return ways.length > 0 ? m.pick(ways)() : undefined;
}

const declared = (s: Scope, variable: Variable, line: string): Written => one(line, withVariables(s, variable));

export const statements: readonly Construct[] = [
  statement("let", (m, s) => {
    const name = m.fresh("a");
    return declared(s, numberVariable(name), `let ${name} = ${m.number(s)};`);
  }),
  statement("const", (m, s) => {
    const name = m.fresh("c");
    return declared(s, numberVariable(name, false), `const ${name} = ${m.number(s)};`);
  }),
  statement("boolean", (m, s) => {
    const name = m.fresh("is");
    const variable = { name, type: "boolean", isAssignable: false, least: 0, isLocal: true };
    return declared(s, variable, `const ${name} = ${m.condition(s)};`);
  }),
  statement("string", (m, s) => {
    const name = m.fresh("mode");
    const variable = { name, type: "string", isAssignable: false, least: 0, isLocal: true };
    return declared(s, variable, `const ${name}: string = ${m.condition(s)} ? "up" : "down";`);
  }),
  nested("var", (m, s) => {
    const name = m.fresh("h");
    const line = `var ${name} = ${m.number(s)};`;
    return {
      lines: [`if (${m.condition(s)}) {`, `  ${line}`, "} else {", `  ${name} = ${m.number(s, 1)};`, "}"],
      scope: withVariables(s, numberVariable(name)),
    };
  }),
  nested("shadowing", (m, s) => {
    const hidden = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    if (!hidden) return undefined;
    const { name } = hidden;
    const inside = m.fresh("t");
    const kept = `const ${inside} = ${name};`;
    const scope = withVariables(inner(s), numberVariable(inside, false), numberVariable(name));
    m.mutates(s);
    return {
      lines: [kept, "{", `  let ${name} = ${inside} * 0.5;`, ...indented(m.block(scope)), "}"],
      scope: withVariables(s, numberVariable(inside, false)),
    };
  }),
  statement(
    "assignment",
    (m, s) => {
      m.mutates(s);
      return one(`${place(m, s)} = ${m.tame(s)};`);
    },
    3,
  ),
  statement(
    "compound assignment",
    (m, s) => {
      m.mutates(s);
      const target = place(m, s);
      const [sign, value] = m.pick([
        ["+=", m.tame(s)],
        ["-=", m.tame(s)],
        ["*=", `Math.cos(${m.number(s, 1)})`],
        ["/=", `(1.5 + Math.cos(${m.number(s, 1)}))`],
      ] as const);
      return one(`${target} ${sign} ${value};`);
    },
    3,
  ),
  statement("chained assignment", (m, s) => {
    m.mutates(s);
    return one(`${place(m, s)} = ${place(m, s)} = ${m.tame(s)};`);
  }),
  statement("logical assignment", (m, s) => {
    m.mutates(s);
    return one(`${place(m, s)} ${m.pick(["||=", "&&="])} ${m.tame(s)};`);
  }),
  statement(
    "element assignment",
    (m, s) => {
      const target = element(m, s);
      if (!target) return undefined;
      m.mutates(s);
      return one(`${target} ${m.pick(["=", "=", "+=", "*="])} ${m.tame(s)};`);
    },
    4,
  ),
  statement("compound assignment at a moving index", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);
    if (!array) return undefined;
    m.mutates(s);
    const k = m.fresh("k");
    return {
      lines: [
        `let ${k} = 0;`,
        `${array.name}[${k}++] += ${m.tame(s)};`,
        `${array.name}[${k}--] ${m.pick(["=", "*=", "-="])} ${m.tame(s, 1)};`,
      ],
    };
  }),
  statement(
    "field assignment",
    (m, s) => {
      const target = field(m, s);
      if (!target) return undefined;
      m.mutates(s);
      return one(`${target} ${m.pick(["=", "+="])} ${m.tame(s)};`);
    },
    2,
  ),
  statement("swap", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);
    if (!array) return undefined;
    m.mutates(s);
    return one(`[${array.name}[0], ${array.name}[1]] = [${array.name}[1], ${array.name}[0]];`);
  }),
  statement("destructuring of an array", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]" && v.least >= 2);
    if (!array) return undefined;
    const [p, q] = [m.fresh("p"), m.fresh("q")];
    return one(`let [${p}, ${q}] = ${array.name};`, withVariables(s, numberVariable(p), numberVariable(q)));
  }),
  statement("destructuring of an object", (m, s) => {
    const pair = m.variable(s, (v) => v.type === "Pair");
    if (!pair) return undefined;
    const [p, q] = [m.fresh("p"), m.fresh("q")];
    return one(
      `const { u: ${p}, w: ${q} = ${m.leaf(s)} } = ${pair.name};`,
      withVariables(s, numberVariable(p, false), numberVariable(q, false)),
    );
  }),
  nested("if", (m, s) => ({ lines: [`if (${m.condition(s, 2)}) {`, ...indented(m.block(inner(s))), "}"] }), 2),
  nested(
    "if and else",
    (m, s) => ({
      lines: [
        `if (${m.condition(s, 2)}) {`,
        ...indented(m.block(inner(s))),
        "} else {",
        ...indented(m.block(inner(s))),
        "}",
      ],
    }),
    2,
  ),
  nested("switch", (m, s) => ({ lines: switchOn(m, s, "break;") })),
  nested("fallthrough", (m, s) => ({ lines: switchOn(m, s, "") })),
  nested("switch on a string", (m, s) => {
    const mode = m.variable(s, (v) => v.type === "string");
    if (!mode) return undefined;
    const clause = { ...inner(s), isInSwitch: true };
    return {
      lines: [
        `switch (${mode.name} as string) {`,
        '  case "up": {',
        ...indented(indented(m.block(clause, 1))),
        "    break;",
        "  }",
        "  default: {",
        ...indented(indented(m.block(clause, 1))),
        "  }",
        "}",
      ],
    };
  }),
  statement(
    "jump",
    (m, s) => {
      if (s.loops.length === 0 && s.result === "none") return undefined;
      const condition = m.condition(s);
      const way = jump(m, s);
      return way === undefined ? undefined : one(`if (${condition}) ${way}`);
    },
    2,
  ),
  statement("early return", (m, s) =>
    s.result === "entry" ? one(`if (${m.condition(s, 2)}) return ${m.result(s)};`) : undefined,
  ),
  statement("throw", (m, s) => one(`if (${m.leaf(s)} > 1e3) throw new RangeError("too large");`)),
  nested("block", (m, s) => ({ lines: ["{", ...indented(m.block(inner(s))), "}"] })),
];

function switchOn(m: Maker, s: Scope, end: string): string[] {
  const counter = m.variable(s, (v) => v.type === "integer");
  const on = counter && !m.once(3) ? `${counter.name} % 3` : `Math.floor(Math.abs(${m.leaf(s)}) * 2) % 3`;
  const clause = { ...inner(s), isInSwitch: true };
  const clauses = [0, 1, 2].flatMap((i) => {
    const isLast = i === 2;
    const head = isLast && m.once(2) ? "default: {" : `case ${i}: {`;
    return [head, ...indented(m.block(clause, 1)), ...(isLast || !end ? [] : [`  ${end}`]), "}"];
  });
  return [`switch (${on}) {`, ...indented(clauses), "}"];
}
