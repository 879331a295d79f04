/** Constructs with values of several kinds: numbers, texts and lists of numbers in one variable, list, field and result. */
import { number, statement } from "./constructs.ts";
import {
  type Construct,
  type Maker,
  numberVariable,
  type Provider,
  type Scope,
  type Variable,
  withVariables,
} from "./maker.ts";
import { constructsOf, loopOf, providersOf, type Union } from "./unions.ts";

const severalIn = (m: Maker, s: Scope, is: (v: Variable) => boolean = () => true): Variable | undefined =>
  m.variable(s, (v) => v.type === "Several" && is(v));

/** A value of one kind. */
function one(m: Maker, s: Scope): string {
  const from = m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);
  return m.pick([m.tame(s, 1), m.leaf(s), '"up"', '"sideways"', from?.name ?? m.numbers(s, 1)]);
}

const mixed: Union = {
  type: "Several",
  hint: "several",
  listHint: "mixed",
  names: {
    value: "value of several kinds",
    variable: "variable of several kinds",
    assigned: "another kind assigned",
    list: "list of several kinds",
    store: "store of another kind",
  },
  one,
  measure: "amount",
  stores: (m, list, value) => [`${list}[${m.below(2)}] = ${value};`, `${list}.push(${value});`],
};

/** Its number, asked for in place. */
const told = (name: string, otherwise: string): string =>
  `(typeof ${name} === "number" ? ${name} : typeof ${name} === "string" ? 0.2 * ${name}.length : ${name}[0] ?? ${otherwise})`;

export const severalKinds: readonly Construct[] = [
  ...constructsOf(mixed),
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
  loopOf(
    mixed,
    "loop over several kinds",
    (sum, it) => [
      `if (Array.isArray(${it})) ${sum} = Math.sin(${it}.reduce((p, q) => p * 0.5 + q, ${sum}));`,
      `else ${sum} += 0.3 * Math.sin(amount(${it}));`,
    ],
    (list) => `${list}.slice()`,
  ),
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

export const severalProviders: readonly Provider[] = providersOf(mixed);
