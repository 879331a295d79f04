/** Constructs with unions of kinds of object: made, told apart, changed, replaced by another kind, in lists and trees. */
import { nested, number, statement, variable } from "./constructs.ts";
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
import { constructsOf, loopOf, providersOf, type Union } from "./unions.ts";

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

const figures: Union = {
  type: "Figure",
  hint: "figure",
  listHint: "figures",
  names: {
    value: "object of some kind",
    variable: "variable of some kind",
    assigned: "object of another kind assigned",
    list: "list of kinds",
    store: "store of a kind",
  },
  one: kind,
  measure: "areaOf",
  stores: (m, list, value) => [`${list}[${m.below(2)}] = ${value};`],
};

export const kinds: readonly Construct[] = [
  ...constructsOf(figures),
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
  loopOf(figures, "loop over kinds", (sum, it) => [`${sum} = Math.sin(${sum} + 0.5 * areaOf(${it}));`]),
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

export const kindProviders: readonly Provider[] = providersOf(figures);
