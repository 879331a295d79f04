/** Constructs with unions of kinds of object: made, told apart, changed, replaced by another kind, in lists and trees. */
import { nested, number, statement, turn, variable } from "./constructs.ts";
import { declare } from "./declarations.ts";
import {
  type Construct,
  indented,
  inner,
  type Maker,
  numberVariable,
  type Provider,
  type Scope,
  type Variable,
  withVariables,
} from "./maker.ts";

const figureIn = (m: Maker, s: Scope, is: (v: Variable) => boolean = () => true): Variable | undefined =>
  m.variable(s, (v) => v.type === "Figure" && is(v));

/** An object of one kind. */
function kind(m: Maker, s: Scope): string {
  const from = m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);
  return m.pick([
    `{ kind: "disc", r: ${m.tame(s, 1)} }`,
    `{ kind: "box", w: ${m.tame(s, 1)}, h: ${m.leaf(s)} }`,
    `{ kind: "path", sides: ${from?.name ?? m.numbers(s, 1)} }`,
  ]);
}

/** An object of one of two kinds. The checker is not to know which. */
function figure(m: Maker, s: Scope): string {
  declare(m, "Figure");
  return `(${m.condition(s)} ? ${kind(m, s)} : ${kind(m, s)}) as Figure`;
}

export const kinds: readonly Construct[] = [
  statement("object of some kind", (m, s) => {
    const name = m.fresh("figure");
    return { lines: [`const ${name} = ${figure(m, s)};`], scope: withVariables(s, variable(name, "Figure")) };
  }),
  statement("variable of some kind", (m, s) => {
    const name = m.fresh("figure");
    return {
      lines: [`let ${name} = ${figure(m, s)};`],
      scope: withVariables(s, variable(name, "Figure", { isAssignable: true })),
    };
  }),
  statement("object of another kind assigned", (m, s) => {
    const to = figureIn(m, s, (v) => v.isAssignable);
    if (!to) return undefined;
    m.mutates(s);
    const other = figureIn(m, s);
    return { lines: [`${to.name} = ${other && m.once(3) ? `${other.name} as Figure` : figure(m, s)};`] };
  }),
  statement("list of kinds", (m, s) => {
    const [name, shared] = [m.fresh("figures"), figureIn(m, s)];
    declare(m, "Figure");
    return {
      lines: [`const ${name}: Figure[] = [${shared?.name ?? kind(m, s)}, ${kind(m, s)}, ${kind(m, s)}];`],
      scope: withVariables(s, variable(name, "Figure[]")),
    };
  }),
  statement("store of a kind", (m, s) => {
    const list = m.variable(s, (v) => v.type === "Figure[]");
    if (!list) return undefined;
    m.mutates(s);
    const from = figureIn(m, s);
    return { lines: [`${list.name}[${m.below(2)}] = ${from && m.once(2) ? from.name : kind(m, s)};`] };
  }),
  number("function of kinds", (m, s) => {
    const it = figureIn(m, s);
    return it && `Math.sin(areaOf(${it.name}))`;
  }),
  statement("field of one kind written", (m, s) => {
    const it = figureIn(m, s);
    if (!it) return undefined;
    m.mutates(s);
    return {
      lines: [
        m.pick([
          `if (${it.name}.kind === "disc") ${it.name}.r ${m.pick(["=", "+="])} ${m.tame(s, 1)};`,
          `if ("w" in ${it.name}) ${it.name}.w *= Math.cos(${m.leaf(s)});`,
          `if (${it.name}.kind === "path") ${it.name}.sides[${m.below(2)}] = ${m.tame(s, 1)};`,
        ]),
      ],
    };
  }),
  nested("switch on a kind", (m, s) => {
    const it = figureIn(m, s);
    const to = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    if (!it || !to) return undefined;
    m.mutates(s);
    const clause = { ...inner(s), isInSwitch: true };
    return {
      lines: [
        `switch (${it.name}.kind) {`,
        '  case "disc": {',
        `    ${to.name} += Math.sin(${it.name}.r);`,
        ...indented(indented(m.block(clause, 1))),
        "    break;",
        "  }",
        '  case "box": {',
        `    ${to.name} = Math.cos(${it.name}.w * ${it.name}.h);`,
        "    break;",
        "  }",
        "  default: {",
        ...indented(indented(m.block(clause, 1))),
        "  }",
        "}",
      ],
    };
  }),
  nested("loop over kinds", (m, s) => {
    const list = m.variable(s, (v) => v.type === "Figure[]");
    if (!list) return undefined;
    const [it, sum] = [m.fresh("figure"), m.fresh("sum")];
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const scope = withVariables(turn(s), variable(it, "Figure"));
    return {
      lines: [
        `let ${sum} = ${m.leaf(s)};`,
        `for (const ${it} of ${list.name}) {`,
        `  ${sum} = Math.sin(${sum} + 0.5 * areaOf(${it}));`,
        ...indented(m.block(scope, 1)),
        "}",
      ],
      scope: withVariables(s, numberVariable(sum)),
    };
  }),
  statement("copy of a kind", (m, s) => {
    const from = figureIn(m, s);
    if (!from) return undefined;
    const name = m.fresh("figure");
    return {
      lines: [`const ${name} = { ...${from.name} } as Figure;`],
      scope: withVariables(s, variable(name, "Figure")),
    };
  }),
  number("tree of kinds", (m, s, d) => {
    declare(m, "evaluate");
    const leaf = (): string => m.pick([`{ op: "num", value: ${m.tame(s, 1)} }`, '{ op: "x" }']);
    const [op, other] = [m.pick(["add", "mul"]), m.pick(["sin", "neg"])];
    const tree = `{ op: "${op}", left: { op: "${other}", of: ${leaf()} }, right: ${leaf()} }`;
    return `evaluate(${tree}, ${m.tame(s, d - 1)})`;
  }),
  statement("result or failure", (m, s) => {
    declare(m, "attempted");
    const [name, value] = [m.fresh("outcome"), m.fresh("a")];
    return {
      lines: [
        `const ${name} = attempted(${m.tame(s, 1)});`,
        `let ${value} = ${name}.ok ? ${name}.value : ${name}.off * ${m.leaf(s)};`,
      ],
      scope: withVariables(s, numberVariable(value)),
    };
  }),
];

export const kindProviders: readonly Provider[] = [
  {
    variable: variable("", "Figure"),
    write: (m, s, name) => [`const ${name} = ${figure(m, s)};`],
    read: (_, { name }) => [`Math.sin(areaOf(${name}))`],
  },
  {
    variable: variable("", "Figure", { isAssignable: true }),
    write: (m, s, name) => [`let ${name} = ${figure(m, s)};`],
    read: (_, { name }) => [`Math.sin(areaOf(${name}))`],
  },
  {
    variable: variable("", "Figure[]"),
    write: (m, s, name) => {
      declare(m, "Figure");
      return [`const ${name}: Figure[] = [${kind(m, s)}, ${kind(m, s)}];`];
    },
    read: (m, { name }) => [`Math.sin(areaOf(${name}[${m.below(2)}]))`],
  },
];
