/** Constructs with what may be null, undefined or a number: told apart, taken together, in variables, lists and fields. */
import { nested, number, statement, variable } from "./constructs.ts";
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

const nullishIn = (m: Maker, s: Scope, is: (v: Variable) => boolean = () => true): Variable | undefined =>
  m.variable(s, (v) => v.type === "Perhaps" && is(v));

const perhaps: Union = {
  type: "Perhaps",
  hint: "perhaps",
  listHint: "gaps",
  names: {
    value: "number, null or undefined",
    variable: "variable missing in two ways",
    assigned: "missing in another way assigned",
    list: "list missing in two ways",
    store: "store of what is missing",
  },
  one: (m, s) => m.pick([m.tame(s, 1), m.leaf(s), "null", "undefined"]),
  // What is null or undefined and nothing else is no value of a conditional.
  other: (m, s) => m.tame(s, 1),
  measure: "orNone",
  stores: (m, list, value) => [`${list}[${m.below(2)}] = ${value};`, `${list}.push(${value});`],
};

export const nullish: readonly Construct[] = [
  ...constructsOf(perhaps),
  number("null or undefined or", (m, s, d) => {
    const it = nullishIn(m, s);
    const told = it && `(${it.name} === null ? ${m.leaf(s)} : ${it.name} === undefined ? ${m.leaf(s)} : ${it.name})`;
    return told && m.pick([`(${it.name} ?? ${m.number(s, d - 1)})`, told, `Math.sin(orNone(${it.name}))`]);
  }),
  number("missing values compared", (m, s) => {
    const [a, b] = [nullishIn(m, s), nullishIn(m, s)];
    return a && b && `(${a.name} ${m.pick(["===", "!=="])} ${b.name} ? ${m.leaf(s)} : ${m.leaf(s)})`;
  }),
  statement("filled with what is missing", (m, s) => {
    const it = nullishIn(m, s);
    if (!it) return undefined;
    const name = m.fresh("gaps");
    const fill = m.pick(["null", it.name]);
    return {
      lines: [`const ${name}: Perhaps[] = new Array(${2 + m.below(2)}).fill(${fill});`],
      scope: withVariables(s, variable(name, "Perhaps[]")),
    };
  }),
  nested("test for null", (m, s) => {
    const it = nullishIn(m, s);
    const to = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    if (!it || !to) return undefined;
    m.mutates(s);
    const test = m.pick([`${it.name} === null`, `${it.name} == null`, `${it.name} !== undefined`]);
    return {
      lines: [
        `if (${test}) {`,
        `  ${to.name} = Math.sin(${to.name} + (${it.name} ?? ${m.leaf(s)}));`,
        ...indented(m.block(inner(s), 1)),
        "}",
      ],
    };
  }),
  statement("null where nothing was", (m, s) => {
    const it = nullishIn(m, s, (v) => v.isAssignable);
    if (!it) return undefined;
    m.mutates(s);
    return { lines: [m.pick([`${it.name} ??= ${m.leaf(s)};`, `${it.name} ||= null;`, `${it.name} &&= undefined;`])] };
  }),
  loopOf(
    perhaps,
    "loop over gaps",
    (sum, it) => [
      `if (${it} === undefined) ${sum} *= 0.5;`,
      `else if (${it} !== null) ${sum} = Math.sin(${sum} + ${it});`,
    ],
    (list) => `${list}.slice()`,
  ),
  statement("gaps left out", (m, s) => {
    const list = m.variable(s, (v) => v.type === "Perhaps[]");
    if (!list) return undefined;
    const name = m.fresh("there");
    return {
      lines: [
        `let ${name} = ${list.name}.filter((v): v is number => v != null).reduce((p, v) => Math.sin(p + v), ${m.leaf(s)});`,
      ],
      scope: withVariables(s, numberVariable(name)),
    };
  }),
];

export const nullishProviders: readonly Provider[] = providersOf(perhaps);
