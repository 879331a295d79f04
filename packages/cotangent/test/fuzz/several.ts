/** Constructs with values of several kinds: numbers, texts and lists of numbers in one variable, list, field and result. */
import { nested, number, statement, turn, variable } from "./constructs.ts";
import { declare } from "./declarations.ts";
import {
  type Construct,
  indented,
  type Maker,
  numberVariable,
  type Provider,
  type Scope,
  type Variable,
  withVariables,
} from "./maker.ts";

const severalIn = (m: Maker, s: Scope, is: (v: Variable) => boolean = () => true): Variable | undefined =>
  m.variable(s, (v) => v.type === "Several" && is(v));

/** A value of one kind. */
function one(m: Maker, s: Scope): string {
  const from = m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);
  return m.pick([m.tame(s, 1), m.leaf(s), '"up"', '"sideways"', from?.name ?? m.numbers(s, 1)]);
}

/** A value of one of two kinds. The checker is not to know which. */
function several(m: Maker, s: Scope): string {
  declare(m, "Several");
  return `(${m.condition(s)} ? ${one(m, s)} : ${one(m, s)}) as Several`;
}

/** Its number, asked for in place. */
const told = (name: string, otherwise: string): string =>
  `(typeof ${name} === "number" ? ${name} : typeof ${name} === "string" ? 0.2 * ${name}.length : ${name}[0] ?? ${otherwise})`;

export const severalKinds: readonly Construct[] = [
  statement("value of several kinds", (m, s) => {
    const name = m.fresh("several");
    return { lines: [`const ${name} = ${several(m, s)};`], scope: withVariables(s, variable(name, "Several")) };
  }),
  statement("variable of several kinds", (m, s) => {
    const name = m.fresh("several");
    return {
      lines: [`let ${name}: Several = ${several(m, s)};`],
      scope: withVariables(s, variable(name, "Several", { isAssignable: true })),
    };
  }),
  statement("another kind assigned", (m, s) => {
    const to = severalIn(m, s, (v) => v.isAssignable);
    if (!to) return undefined;
    m.mutates(s);
    const other = severalIn(m, s);
    return { lines: [`${to.name} = ${other && m.once(3) ? `${other.name} as Several` : several(m, s)};`] };
  }),
  statement("list of several kinds", (m, s) => {
    const [name, shared] = [m.fresh("mixed"), severalIn(m, s)];
    declare(m, "Several");
    return {
      lines: [`const ${name}: Several[] = [${shared?.name ?? one(m, s)}, ${one(m, s)}, ${one(m, s)}];`],
      scope: withVariables(s, variable(name, "Several[]")),
    };
  }),
  statement("store of another kind", (m, s) => {
    const list = m.variable(s, (v) => v.type === "Several[]");
    if (!list) return undefined;
    m.mutates(s);
    const from = severalIn(m, s);
    const value = from && m.once(2) ? from.name : one(m, s);
    return { lines: [m.pick([`${list.name}[${m.below(2)}] = ${value};`, `${list.name}.push(${value});`])] };
  }),
  statement("list of one kind written", (m, s) => {
    const it = severalIn(m, s);
    if (!it) return undefined;
    m.mutates(s);
    return {
      lines: [
        `if (typeof ${it.name} === "object") ${it.name}[${m.below(2)}] ${m.pick(["=", "+=", "*="])} Math.sin(${m.leaf(s)});`,
      ],
    };
  }),
  number("kind asked for", (m, s) => {
    const it = severalIn(m, s);
    return it && m.pick([told(it.name, "0.3"), `Math.sin(amount(${it.name}))`]);
  }),
  nested("loop over several kinds", (m, s) => {
    const list = m.variable(s, (v) => v.type === "Several[]");
    if (!list) return undefined;
    const [it, sum] = [m.fresh("several"), m.fresh("sum")];
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const scope = withVariables(turn(s), variable(it, "Several"));
    return {
      lines: [
        `let ${sum} = ${m.leaf(s)};`,
        `for (const ${it} of ${list.name}.slice()) {`,
        `  if (Array.isArray(${it})) ${sum} = Math.sin(${it}.reduce((p, q) => p * 0.5 + q, ${sum}));`,
        `  else ${sum} += 0.3 * Math.sin(amount(${it}));`,
        ...indented(m.block(scope, 1)),
        "}",
      ],
      scope: withVariables(s, numberVariable(sum)),
    };
  }),
  statement("kinds made one", (m, s) => {
    const list = m.variable(s, (v) => v.type === "Several[]");
    if (!list) return undefined;
    const name = m.fresh("amounts");
    return {
      lines: [
        `let ${name} = ${list.name}.filter((v) => typeof v !== "string").reduce<number>((p, v) => Math.sin(p + amount(v)), ${m.leaf(s)});`,
      ],
      scope: withVariables(s, numberVariable(name)),
    };
  }),
];

export const severalProviders: readonly Provider[] = [
  {
    variable: variable("", "Several"),
    write: (m, s, name) => [`const ${name} = ${several(m, s)};`],
    read: (_, { name }) => [`Math.sin(amount(${name}))`],
  },
  {
    variable: variable("", "Several", { isAssignable: true }),
    write: (m, s, name) => [`let ${name}: Several = ${several(m, s)};`],
    read: (_, { name }) => [`Math.sin(amount(${name}))`],
  },
  {
    variable: variable("", "Several[]"),
    write: (m, s, name) => {
      declare(m, "Several");
      return [`const ${name}: Several[] = [${one(m, s)}, ${one(m, s)}];`];
    },
    read: (m, { name }) => [`Math.sin(amount(${name}[${m.below(2)}]))`],
  },
];
