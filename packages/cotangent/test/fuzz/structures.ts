/**
 * Constructs with arrays and objects: making, growing, sharing and handing on. Sharing is where derivatives go wrong:
 * rows held by lists and written later, arrays that two names hold, the previous turn's array in this one.
 */
import { nested, statement, turn } from "./constructs.ts";
import { declare } from "./declarations.ts";
import {
  type Construct,
  indented,
  inner,
  type Maker,
  type Scope,
  type Variable,
  visible,
  withVariables,
} from "./maker.ts";
import { paren } from "./numbers.ts";

const made = (
  name: string,
  write: (make: Maker, scope: Scope, depth: number) => string | undefined,
  weight = 1,
): Construct => ({ name, kind: "number[]", write, weight });

const array = (name: string, least: number, isLocal = true): Variable => ({
  name,
  type: "number[]",
  isAssignable: false,
  least,
  isLocal,
});

const numbersIn = (m: Maker, s: Scope, is: (v: Variable) => boolean = () => true): Variable | undefined =>
  m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && is(v));

/** An object of type Pair. */
function pair(m: Maker, s: Scope): string {
  const w = m.once(2) ? `, w: ${m.tame(s, 1)}` : "";
  return `{ u: ${m.tame(s, 1)}, v: ${m.tame(s, 1)}${w} }`;
}

/** The same array of numbers under another name: it has as many elements at least. */
function alias(s: Scope, from: string, name: string, least: number, isFrozen = false) {
  const variable = { ...array(name, least, false), isFrozen };
  return { lines: [`const ${name} = ${from};`], scope: withVariables(s, variable) };
}

export const arrays: readonly Construct[] = [
  made("made of a constant", (m) => {
    declare(m, "computed");
    return m.pick(["NODES.map((v) => v + 0.1)", "[...OTHERS]", "NODES.slice(1)"]);
  }),
  made("array literal", (m, s, d) => `[${m.tame(s, d - 1)}, ${m.tame(s, d - 1)}, ${m.tame(s, d - 1)}]`, 3),
  made("map", (m, s) => {
    const from = numbersIn(m, s);
    return from && `${from.name}.map((v) => ${m.pick(["Math.sin(v)", `0.5 * v + ${m.leaf(s)}`, `v * ${m.leaf(s)}`])})`;
  }),
  made("map with an index", (m, s) => {
    const from = numbersIn(m, s);
    return from && `${from.name}.map((v, i) => v * Math.cos(i) + ${m.leaf(s)})`;
  }),
  made("slice", (m, s) => {
    const from = numbersIn(m, s);
    return from && `${from.name}.slice()`;
  }),
  made("concat", (m, s, d) => {
    const from = numbersIn(m, s);
    return from && `${from.name}.slice(0, 2).concat(${m.numbers(s, d - 1)})`;
  }),
  made("spread", (m, s) => {
    const from = numbersIn(m, s);
    return from && `[${m.leaf(s)}, ...${from.name}.slice(0, 3)]`;
  }),
  made("toReversed", (m, s) => {
    const from = numbersIn(m, s);
    return from && `${from.name}.toReversed()`;
  }),
  made("with", (m, s) => {
    const from = numbersIn(m, s);
    return from && `${from.name}.with(${m.below(2)}, ${m.tame(s, 1)})`;
  }),
  made("flatMap", (m, s) => {
    const from = numbersIn(m, s);
    return from && `${from.name}.slice(0, 2).flatMap((v) => [v, ${m.leaf(s)} * v])`;
  }),
  made("flat", (m, s) => {
    const rows = m.variable(s, (v) => v.type === "number[][]" && v.least > 0);
    return rows && `${rows.name}.flat()`;
  }),
  made("Array.from", (m, s) => `Array.from({ length: ${2 + m.below(2)} }, (_, i) => ${m.leaf(s)} * (i + 1))`),
  made("new Array and fill", (m, s) => `new Array<number>(${2 + m.below(2)}).fill(${m.tame(s, 1)})`),
];

/** Ways to put an array of a loop into what lives on, so that it is overwritten a turn later. */
function handOver(m: Maker, s: Scope): Construct["name"] {
  m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
  return m.pick(["list", "turn", "both"]);
}

export const structures: readonly Construct[] = [
  statement(
    "array",
    (m, s) => {
      const name = m.fresh("xs");
      return { lines: [`const ${name}: number[] = ${m.numbers(s)};`], scope: withVariables(s, array(name, 2)) };
    },
    3,
  ),
  statement("array variable", (m, s) => {
    const name = m.fresh("ys");
    const variable = { ...array(name, 2), isAssignable: true };
    return { lines: [`let ${name}: number[] = ${m.numbers(s)};`], scope: withVariables(s, variable) };
  }),
  statement("assignment of an array", (m, s) => {
    const target = numbersIn(m, s, (v) => v.isAssignable);
    if (!target) return undefined;
    m.mutates(s);
    const other = numbersIn(m, s, (v) => v.least >= target.least && !v.isFrozen);
    const value = other && m.once(2) ? other.name : m.numbers(s);
    return { lines: [`${target.name} = ${value};`] };
  }),
  statement("rows", (m, s) => {
    const name = m.fresh("rows");
    const variable = { name, type: "number[][]", isAssignable: false, least: 2, isLocal: true };
    return {
      lines: [`const ${name}: number[][] = [${m.numbers(s, 1)}, ${m.numbers(s, 1)}];`],
      scope: withVariables(s, variable),
    };
  }),
  statement("rows that share", (m, s) => {
    const from = numbersIn(m, s, (v) => !v.isFrozen);
    if (!from) return undefined;
    const name = m.fresh("rows");
    const variable = { name, type: "number[][]", isAssignable: false, least: 2, isLocal: true };
    return {
      lines: [`const ${name}: number[][] = [${from.name}, ${m.pick([from.name, m.numbers(s, 1)])}];`],
      scope: withVariables(s, variable),
    };
  }),
  statement("alias of an array", (m, s) => {
    const from = numbersIn(m, s);
    return from && alias(s, from.name, m.fresh("same"), from.least, from.isFrozen ?? false);
  }),
  statement("alias by a condition", (m, s) => {
    const one = numbersIn(m, s);
    const other = one && numbersIn(m, s, (v) => v.name !== one.name);
    if (!one || !other) return undefined;
    const frozen = (one.isFrozen ?? false) || (other.isFrozen ?? false);
    const from = `${m.condition(s)} ? ${one.name} : ${other.name}`;
    return alias(s, from, m.fresh("either"), Math.min(one.least, other.least), frozen);
  }),
  statement("alias of a row", (m, s) => {
    const rows = m.variable(s, (v) => v.type === "number[][]" && v.least > 0);
    if (!rows) return undefined;
    const counter = m.variable(s, (v) => v.type === "integer");
    const at = counter ? `${counter.name} % ${rows.least}` : String(m.below(rows.least));
    return alias(s, `${rows.name}[${at}]`, m.fresh("row"), 2, rows.isFrozen ?? false);
  }),
  statement("store of a row", (m, s) => {
    const rows = m.variable(s, (v) => v.type === "number[][]" && v.isLocal);
    if (!rows) return undefined;
    m.mutates(s);
    const from = numbersIn(m, s, (v) => !v.isFrozen);
    return { lines: [`${rows.name}[${m.below(rows.least)}] = ${from && m.once(2) ? from.name : m.numbers(s, 1)};`] };
  }),
  statement(
    "push",
    (m, s) => {
      const to = m.variable(s, (v) => v.type === "number[]" && !v.isFrozen && (v.isLocal || s.loopDepth === 0));
      if (!to) return undefined;
      m.mutates(s);
      return { lines: [`if (${to.name}.length < 9) ${to.name}.push(${m.tame(s, 1)});`] };
    },
    2,
  ),
  statement("pop", (m, s) => {
    const from = numbersIn(m, s, (v) => !v.isFrozen && v.isLocal);
    if (!from) return undefined;
    m.mutates(s);
    const target = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    const pop = `${from.name}.pop()`;
    const used = target ? `${target.name} += ${pop} ?? 0` : pop;
    return { lines: [`if (${from.name}.length > ${from.least}) ${used};`] };
  }),
  statement("list of rows that grows", (m, s) => {
    const rows = m.variable(s, (v) => v.type === "number[][]" && v.isLocal);
    if (!rows) return undefined;
    m.mutates(s);
    const from = numbersIn(m, s, (v) => !v.isFrozen);
    return { lines: [`if (${rows.name}.length < 5) ${rows.name}.push(${from?.name ?? m.numbers(s, 1)});`] };
  }),
  statement("fill", (m, s) => {
    const to = m.variable(s, (v) => (v.type === "number[]" || v.type === "Float64Array") && !v.isFrozen);
    if (!to) return undefined;
    m.mutates(s);
    return { lines: [`${to.name}.fill(${m.tame(s, 1)}${m.once(2) ? ", 1" : ""});`] };
  }),
  statement("reverse in place", (m, s) => {
    const to = numbersIn(m, s, (v) => !v.isFrozen);
    if (!to) return undefined;
    m.mutates(s);
    return { lines: [`${to.name}.reverse();`] };
  }),
  statement("typed array", (m, s) => {
    const name = m.fresh("buffer");
    const variable = { name, type: "Float64Array", isAssignable: false, least: 2, isLocal: true };
    const value = m.once(2) ? "new Float64Array(3)" : `Float64Array.from(${m.numbers(s, 1)})`;
    return { lines: [`const ${name} = ${value};`], scope: withVariables(s, variable) };
  }),
  statement("set of a typed array", (m, s) => {
    const to = m.variable(s, (v) => v.type === "Float64Array" && !v.isFrozen);
    const from = numbersIn(m, s);
    if (!to || !from) return undefined;
    m.mutates(s);
    return { lines: [`${to.name}.set(${from.name}.slice(0, ${m.below(2) + 1}));`] };
  }),
  statement("integer array", (m, s) => {
    const [order, to] = [m.fresh("order"), numbersIn(m, s, (v) => !v.isFrozen)];
    if (!to) return undefined;
    m.mutates(s);
    return {
      lines: [`const ${order} = Int32Array.of(1, 0);`, `${to.name}[${order}[${m.below(2)}]] = ${m.tame(s, 1)};`],
    };
  }),
  statement(
    "object",
    (m, s) => {
      const name = m.fresh("pair");
      const variable = { name, type: "Pair", isAssignable: false, least: 0, isLocal: true };
      return { lines: [`const ${name}: Pair = ${pair(m, s)};`], scope: withVariables(s, variable) };
    },
    2,
  ),
  statement("object spread", (m, s) => {
    const from = m.variable(s, (v) => v.type === "Pair");
    if (!from) return undefined;
    const name = m.fresh("pair");
    const variable = { name, type: "Pair", isAssignable: false, least: 0, isLocal: true };
    return {
      lines: [`const ${name}: Pair = { ...${from.name}, ${m.pick(["u", "v", "w"])}: ${m.tame(s, 1)} };`],
      scope: withVariables(s, variable),
    };
  }),
  statement("alias of an object", (m, s) => {
    const from = m.variable(s, (v) => v.type === "Pair");
    const body = m.variable(s, (v) => v.type === "Body");
    if (!from && !body) return undefined;
    const name = m.fresh("it");
    const value = body && m.once(2) ? `${body.name}.at` : (from?.name ?? `${body?.name}.at`);
    const variable = { name, type: "Pair", isAssignable: false, least: 0, isLocal: false };
    return { lines: [`const ${name}: Pair = ${value};`], scope: withVariables(s, variable) };
  }),
  statement("optional field written", (m, s) => {
    const to = m.variable(s, (v) => v.type === "Pair" && v.isLocal);
    if (!to) return undefined;
    m.mutates(s);
    return { lines: [`${to.name}.w = ${m.once(4) ? "undefined" : m.tame(s, 1)};`] };
  }),
  statement("nested object", (m, s) => {
    const name = m.fresh("body");
    const from = m.variable(s, (v) => v.type === "Pair" && v.isLocal);
    const variable = { name, type: "Body", isAssignable: false, least: 0, isLocal: true };
    const at = from && m.once(2) ? from.name : pair(m, s);
    const other = m.once(2) ? `, other: ${from?.name ?? pair(m, s)}` : "";
    return {
      lines: [`const ${name}: Body = { at: ${at}, mass: ${m.tame(s, 1)}${other} };`],
      scope: withVariables(s, variable),
    };
  }),
  statement("store of an object", (m, s) => {
    const to = m.variable(s, (v) => v.type === "Body" && v.isLocal);
    const from = m.variable(s, (v) => v.type === "Pair" && v.isLocal);
    if (!to || !from) return undefined;
    m.mutates(s);
    return { lines: [`${to.name}.${m.pick(["at", "other"])} = ${m.pick([from.name, pair(m, s)])};`] };
  }),
  statement("array of objects", (m, s) => {
    const name = m.fresh("pairs");
    const from = m.variable(s, (v) => v.type === "Pair" && v.isLocal);
    const variable = { name, type: "Pair[]", isAssignable: false, least: 2, isLocal: true };
    return {
      lines: [`const ${name}: Pair[] = [${from?.name ?? pair(m, s)}, ${pair(m, s)}];`],
      scope: withVariables(s, variable),
    };
  }),
  statement("object in an array", (m, s) => {
    const pairs = m.variable(s, (v) => v.type === "Pair[]");
    if (!pairs) return undefined;
    const name = m.fresh("it");
    const variable = { name, type: "Pair", isAssignable: false, least: 0, isLocal: false };
    const counter = m.variable(s, (v) => v.type === "integer");
    const at = counter ? `${counter.name} % 2` : String(m.below(2));
    return { lines: [`const ${name} = ${pairs.name}[${at}];`], scope: withVariables(s, variable) };
  }),
  statement("tuple", (m, s) => {
    const [name, p, q] = [m.fresh("pair"), m.fresh("p"), m.fresh("q")];
    return {
      lines: [
        `const ${name}: [number, number[]] = [${m.tame(s, 1)}, ${m.numbers(s, 1)}];`,
        `let [${p}, ${q}] = ${name};`,
      ],
      scope: withVariables(
        s,
        { name: p, type: "number", isAssignable: true, least: 0, isLocal: true },
        array(q, 2, false),
      ),
    };
  }),
  nested("linked list", (m, s) => {
    const [head, node, i, sum] = [m.fresh("head"), m.fresh("node"), m.fresh("i"), m.fresh("sum")];
    declare(m, "Link");
    m.mutates({ ...s, loopDepth: 1 });
    return {
      lines: [
        `let ${head}: Link | undefined = undefined as Link | undefined;`,
        `for (let ${i} = 0; ${i} < ${1 + m.below(3)}; ${i}++) ${head} = { value: ${m.tame(s, 1)}, next: ${head} };`,
        `let ${sum} = 0;`,
        `for (let ${node} = ${head}; ${node}; ${node} = ${node}.next) {`,
        ...(m.once(2) ? [`  ${node}.value *= ${m.leaf(s)};`] : []),
        `  ${sum} = 0.5 * ${sum} + Math.sin(${node}.value);`,
        "}",
      ],
      scope: withVariables(s, { name: sum, type: "number", isAssignable: true, least: 0, isLocal: true }),
    };
  }),
  nested(
    "array of a turn that outlives it",
    (m, s) => {
      const [list, previous, i, now, label] = ["list", "previous", "i", "now", "loop"].map((n) => m.fresh(n)) as [
        string,
        string,
        string,
        string,
        string,
      ];
      const way = handOver(m, s);
      const scope = withVariables(
        { ...inner(s), loops: [...s.loops, label], loopDepth: s.loopDepth + 1, isInSwitch: false },
        { name: i, type: "integer", isAssignable: false, least: 0, isLocal: true },
        { name: list, type: "number[][]", isAssignable: false, least: 0, isLocal: true },
        array(previous, 2),
        array(now, 2),
      );
      const first = m.numbers(s, 1);
      const value = m.numbers({ ...scope, variables: scope.variables.slice(0, -1) }, 1);
      const body = m.block(scope).filter((line) => !line.includes(label));
      return {
        lines: [
          `const ${list}: number[][] = [];`,
          `let ${previous}: number[] = ${first};`,
          `for (let ${i} = 0; ${i} < ${2 + m.below(2)}; ${i}++) {`,
          `  const ${now}: number[] = ${m.once(4) ? previous : value};`,
          ...indented(body),
          ...(way === "turn" ? [] : [`  ${list}.push(${now});`]),
          `  ${previous}[${m.below(2)}] = ${m.tame(scope, 1)};`,
          ...(way === "list" ? [] : [`  ${previous} = ${now};`]),
          "}",
          `for (const row of ${list}) ${previous}[0] += Math.sin(row[0] * row[1]);`,
        ],
        scope: withVariables(s, array(previous, 2, false)),
      };
    },
    2,
  ),
  nested("two buffers in turn", (m, s) => {
    const [here, there, i, kept] = ["here", "there", "i", "kept"].map((n) => m.fresh(n)) as [
      string,
      string,
      string,
      string,
    ];
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const scope = withVariables(
      turn(s),
      { name: i, type: "integer", isAssignable: false, least: 0, isLocal: true },
      array(here, 2),
      array(there, 2),
    );
    return {
      lines: [
        `let ${here}: number[] = [${m.leaf(s)}, ${m.leaf(s)}];`,
        `let ${there}: number[] = [0, 0];`,
        `for (let ${i} = 0; ${i} < ${2 + m.below(3)}; ${i}++) {`,
        `  ${there}[0] = Math.sin(${here}[1]) + ${m.leaf(scope)};`,
        `  ${there}[1] = ${here}[0] * ${m.leaf(scope)};`,
        ...indented(m.block(scope, 1)),
        ...m.pick([
          [`  [${here}, ${there}] = [${there}, ${here}];`],
          [`  const ${kept} = ${here};`, `  ${here} = ${there};`, `  ${there} = ${kept};`],
        ]),
        "}",
      ],
      scope: withVariables(s, array(here, 2, false), array(there, 2, false)),
    };
  }),
];

/** What the entry returns, and its type. */
export function results(m: Maker): { readonly type: string; readonly of: (scope: Scope) => string } {
  const total = (scope: Scope): string => {
    const parts = visible(scope).flatMap((v) => {
      const reads = m.reading(v);
      return reads.length > 0 && !m.once(5) ? [m.pick(reads)] : [];
    });
    return [m.number(scope, 1), ...parts]
      .map((part, i) => (i === 0 ? paren(part) : `${(0.4 + 0.1 * (i % 7)).toFixed(1)} * ${part}`))
      .join(" + ");
  };
  const whole = (scope: Scope): string =>
    m.variable(scope, (v) => v.type === "number[]" && !v.isFrozen)?.name ?? m.numbers(scope, 1);
  return m.pick([
    { type: "number", of: total },
    { type: "number", of: total },
    { type: "number[]", of: (s) => `[${total(s)}, ${m.number(s, 1)}]` },
    { type: "number[]", of: whole },
    { type: "Pair", of: (s) => `{ u: ${total(s)}, v: ${m.leaf(s)} }` },
    { type: "{ sum: number; all: number[] }", of: (s) => `{ sum: ${total(s)}, all: ${whole(s)} }` },
  ]);
}
