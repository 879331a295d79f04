/**
 * Constructs with contents found by a key: maps, sets and objects that are indexed by strings, changed, shared and run
 * through while they change; the fields of objects as data; text that steers.
 */
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

const mapType = "Map<number, number>";
const listsType = "Map<string, number[]>";
const setType = "Set<number>";
const tableType = "Record<string, number>";

const of = (m: Maker, s: Scope, type: string): Variable | undefined => m.variable(s, (v) => v.type === type);

const condition = (
  name: string,
  write: (make: Maker, scope: Scope, depth: number) => string | undefined,
): Construct => ({ name, kind: "condition", write });

/** A statement that changes what a variable of a type holds. */
const change = (name: string, type: string, write: (m: Maker, s: Scope, it: string) => string): Construct =>
  statement(name, (m, s) => {
    const it = of(m, s, type);
    if (!it) return undefined;
    m.mutates(s);
    return { lines: [write(m, s, it.name)] };
  });

/** A key of a map: one of few, so that keys meet. */
function key(m: Maker, s: Scope): string {
  const counter = of(m, s, "integer");
  return counter && m.once(2) ? `${counter.name} % 3` : String(m.below(3));
}

/** A name in a table: a literal, text of the program, or text made of a number that steers. */
function name(m: Maker, s: Scope): string {
  const [text, counter] = [of(m, s, "string"), of(m, s, "integer")];
  const ways = ['"up"', '"down"', '"k1"', ...(text ? [text.name] : [])];
  return counter && m.once(3) ? `\`k\${${counter.name} % 2}\`` : m.pick(ways);
}

/** A loop over what may grow as it runs: it ends after a few turns whatever happens. */
function bounded(m: Maker, s: Scope, head: string, ...variables: readonly Variable[]): string[] {
  const turns = m.fresh("turn");
  const body = m.block(withVariables(turn(s), ...variables));
  return [`let ${turns} = 0;`, `for (${head}) {`, `  if (${turns}++ > 4) break;`, ...indented(body), "}"];
}

const maps: readonly Construct[] = [
  statement("map from keys", (m, s) => {
    const it = m.fresh("map");
    const first = m.once(2) ? "" : `[[0, ${m.tame(s, 1)}], [2, ${m.leaf(s)}]]`;
    return { lines: [`const ${it} = new ${mapType}(${first});`], scope: withVariables(s, variable(it, mapType)) };
  }),
  change("entry set", mapType, (m, s, it) => `${it}.set(${key(m, s)}, ${m.tame(s, 1)});`),
  change("entry updated", mapType, (m, s, it) => {
    const at = key(m, s);
    return `${it}.set(${at}, 0.5 * (${it}.get(${at}) ?? ${m.leaf(s)}) + ${m.tame(s, 1)});`;
  }),
  change("entry deleted", mapType, (m, s, it) => `${it}.delete(${key(m, s)});`),
  change("map cleared", mapType, (m, s, it) => `if (${m.condition(s)}) ${it}.clear();`),
  statement("alias of a map", (m, s) => {
    const [one, other] = [of(m, s, mapType), of(m, s, mapType)];
    if (!one || !other) return undefined;
    const it = m.fresh("map");
    const value = one === other ? one.name : `${m.condition(s)} ? ${one.name} : ${other.name}`;
    return { lines: [`const ${it} = ${value};`], scope: withVariables(s, variable(it, mapType)) };
  }),
  statement("copy of a map", (m, s) => {
    const from = of(m, s, mapType);
    if (!from) return undefined;
    const it = m.fresh("map");
    return {
      lines: [`const ${it} = new ${mapType}(${from.name});`],
      scope: withVariables(s, variable(it, mapType)),
    };
  }),
  number("value at a key", (m, s, d) => {
    const it = of(m, s, mapType);
    return it && `(${it.name}.get(${key(m, s)}) ?? ${m.number(s, d - 1)})`;
  }),
  number("values of a map", (m, s) => {
    const it = of(m, s, mapType);
    return it && `[...${it.name}.values()].reduce((p, q) => 0.5 * p + Math.sin(q), ${m.leaf(s)})`;
  }),
  number("size", (m, s) => {
    const it = m.variable(s, (v) => v.type === mapType || v.type === setType);
    return it && `0.2 * ${it.name}.size`;
  }),
  condition("has a key", (m, s) => {
    const it = of(m, s, mapType);
    return it && `${it.name}.has(${key(m, s)})`;
  }),
  nested("for-of over a map", (m, s) => {
    const it = of(m, s, mapType);
    if (!it) return undefined;
    const [k, v] = [m.fresh("k"), m.fresh("e")];
    return {
      lines: bounded(
        m,
        s,
        `const [${k}, ${v}] of ${it.name}`,
        { ...numberVariable(k, false), type: "integer" },
        numberVariable(v, false),
      ),
    };
  }),
  statement("forEach of a map", (m, s) => {
    const it = of(m, s, mapType);
    const sum = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    if (!it || !sum) return undefined;
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const [k, v] = [m.fresh("k"), m.fresh("e")];
    return { lines: [`${it.name}.forEach((${v}, ${k}) => {`, `  ${sum.name} += Math.sin(${v}) * ${k};`, "});"] };
  }),
  statement("map of arrays", (m, s) => {
    const it = m.fresh("lists");
    const shared = m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);
    const first = shared?.name ?? m.numbers(s, 1);
    return {
      lines: [`const ${it} = new ${listsType}([["up", ${first}], ["down", ${m.numbers(s, 1)}]]);`],
      scope: withVariables(s, variable(it, listsType)),
    };
  }),
  change("array put into a map", listsType, (m, s, it) => {
    const from = m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);
    return `${it}.set(${m.pick(['"up"', '"down"', '"k1"'])}, ${from?.name ?? m.numbers(s, 1)});`;
  }),
  statement("array of a map written", (m, s) => {
    const it = of(m, s, listsType);
    if (!it) return undefined;
    m.mutates(s);
    const row = m.fresh("row");
    return {
      lines: [
        `const ${row} = ${it.name}.get(${name(m, s)});`,
        `if (${row}) ${row}[${m.below(2)}] ${m.pick(["=", "+="])} ${m.tame(s, 1)};`,
      ],
    };
  }),
  number("memo", (m, s, d) => {
    declare(m, "memoised");
    return `memoised(${m.tame(s, d - 1)}, ${1 + m.below(4)}, new Map())`;
  }),
];

const sets: readonly Construct[] = [
  statement("set of numbers", (m, s) => {
    const it = m.fresh("set");
    return {
      lines: [`const ${it} = new ${setType}([1, ${m.tame(s, 1)}]);`],
      scope: withVariables(s, variable(it, setType)),
    };
  }),
  change("element added", setType, (m, s, it) => `if (${it}.size < 6) ${it}.add(${m.tame(s, 1)});`),
  change("element deleted", setType, (m, s, it) => `${it}.delete(${m.leaf(s)});`),
  condition("has an element", (m, s) => {
    const it = of(m, s, setType);
    return it && `${it.name}.has(${m.leaf(s)})`;
  }),
  nested("for-of over a set", (m, s) => {
    const it = of(m, s, setType);
    if (!it) return undefined;
    const e = m.fresh("e");
    return { lines: bounded(m, s, `const ${e} of ${it.name}`, numberVariable(e, false)) };
  }),
];

const tables: readonly Construct[] = [
  statement("table", (m, s) => {
    const it = m.fresh("table");
    const first = m.once(3) ? "{}" : `{ up: ${m.tame(s, 1)}, k1: ${m.leaf(s)} }`;
    return { lines: [`const ${it}: ${tableType} = ${first};`], scope: withVariables(s, variable(it, tableType)) };
  }),
  change("store in a table", tableType, (m, s, it) => `${it}[${name(m, s)}] = ${m.tame(s, 1)};`),
  change("update of a table", tableType, (m, s, it) => {
    const at = name(m, s);
    return `${it}[${at}] = Math.sin(${it}[${at}] ?? ${m.leaf(s)}) + ${m.tame(s, 1)};`;
  }),
  change("first store in a table", tableType, (m, s, it) => `${it}[${name(m, s)}] ??= ${m.tame(s, 1)};`),
  change("name deleted", tableType, (m, s, it) => `delete ${it}[${name(m, s)}];`),
  statement("spread of a table", (m, s) => {
    const from = of(m, s, tableType);
    if (!from) return undefined;
    const it = m.fresh("table");
    return {
      lines: [`const ${it}: ${tableType} = { ...${from.name}, down: ${m.tame(s, 1)} };`],
      scope: withVariables(s, variable(it, tableType)),
    };
  }),
  number("value of a name", (m, s, d) => {
    const it = of(m, s, tableType);
    return it && `(${it.name}[${name(m, s)}] ?? ${m.number(s, d - 1)})`;
  }),
  number("values of a table", (m, s) => {
    const it = of(m, s, tableType);
    return it && `Object.values(${it.name}).reduce((p, q) => 0.5 * p + Math.sin(q), ${m.leaf(s)})`;
  }),
  condition("name in a table", (m, s) => {
    const it = of(m, s, tableType);
    return it && `${name(m, s)} in ${it.name}`;
  }),
  statement("for-in over a table", (m, s) => {
    const it = of(m, s, tableType);
    const sum = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    if (!it || !sum) return undefined;
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const k = m.fresh("key");
    return {
      lines: [
        `for (const ${k} in ${it.name}) {`,
        `  ${sum.name} = 0.5 * ${sum.name} + Math.sin(${it.name}[${k}]);`,
        ...(m.once(2) ? [`  ${it.name}[${k}] = ${m.leaf(s)};`] : []),
        "}",
      ],
    };
  }),
  statement("entries of a table", (m, s) => {
    const it = of(m, s, tableType);
    const sum = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    if (!it || !sum) return undefined;
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const [k, v] = [m.fresh("key"), m.fresh("e")];
    return {
      lines: [
        `for (const [${k}, ${v}] of Object.entries(${it.name})) ${sum.name} += ${k} === "up" ? ${v} * ${v} : 0.5 * ${v};`,
      ],
    };
  }),
];

const fields: readonly Construct[] = [
  number("Object.values of an object", (m, s) => {
    const it = of(m, s, "Spot");
    return it && `Object.values(${it.name}).reduce((p, q, i) => p + q * (i + ${m.leaf(s)}), 0)`;
  }),
  change("field named at run time", "Spot", (m, s, it) => {
    const at = `${m.condition(s)} ? "x" : "${m.pick(["y", "z"])}"`;
    return `${it}[${at}] ${m.pick(["=", "+="])} ${m.tame(s, 1)};`;
  }),
  change("Object.assign", "Spot", (m, s, it) => `Object.assign(${it}, { ${m.pick(["x", "z"])}: ${m.tame(s, 1)} });`),
  statement("Object.keys", (m, s) => {
    const it = of(m, s, "Spot");
    const sum = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    if (!it || !sum) return undefined;
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const k = m.fresh("key");
    const head = m.pick([`const ${k} of Object.keys(${it.name})`, `const ${k} in ${it.name}`]);
    return {
      lines: [
        `for (${head}) {`,
        `  ${sum.name} += ${it.name}[${k} as keyof Spot] * ${m.leaf(s)};`,
        ...(m.once(2) ? [`  ${it.name}[${k} as keyof Spot] *= 0.5;`] : []),
        "}",
      ],
    };
  }),
  statement("rest of an object", (m, s) => {
    const it = of(m, s, "Spot");
    if (!it) return undefined;
    const [first, rest, sum] = [m.fresh("p"), m.fresh("rest"), m.fresh("a")];
    return {
      lines: [
        `const { x: ${first}, ...${rest} } = ${it.name};`,
        `${rest}.y = ${m.tame(s, 1)};`,
        `let ${sum} = ${first} * ${rest}.z + ${rest}.y;`,
      ],
      scope: withVariables(s, numberVariable(sum)),
    };
  }),
];

const texts: readonly Construct[] = [
  statement("text", (m, s) => {
    const it = m.fresh("text");
    const value = m.pick(['"up-down"', `\`k\${${key(m, s)}}\``, `${m.condition(s)} ? "up" : "k1"`]);
    return { lines: [`const ${it}: string = ${value};`], scope: withVariables(s, variable(it, "string")) };
  }),
  condition("method of text", (m, s) => {
    const it = of(m, s, "string");
    if (!it) return undefined;
    return `${it.name}.${m.pick(['startsWith("u")', 'includes("o")', 'endsWith("1")', 'slice(0, 1) === "k"'])}`;
  }),
  number("length of text", (m, s) => {
    const it = of(m, s, "string");
    return it && `0.1 * ${it.name}.length`;
  }),
  statement("characters", (m, s) => {
    const it = of(m, s, "string");
    const sum = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    if (!it || !sum) return undefined;
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const c = m.fresh("char");
    return {
      lines: [
        `for (const ${c} of ${it.name}) ${sum.name} = ${c} === "u" ? Math.sin(${sum.name}) : ${sum.name} + ${m.leaf(s)};`,
      ],
    };
  }),
  statement("words", (m, s) => {
    const sum = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    if (!sum) return undefined;
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const word = m.fresh("word");
    return {
      lines: [
        `for (const ${word} of "sin 0.5 half".split(" ")) {`,
        `  if (${word} === "sin") ${sum.name} = Math.sin(${sum.name});`,
        `  else if (${word} === "half") ${sum.name} *= ${m.leaf(s)};`,
        `  else ${sum.name} += Number(${word}) * ${m.leaf(s)};`,
        "}",
      ],
    };
  }),
];

export const keyed: readonly Construct[] = [...maps, ...sets, ...tables, ...fields, ...texts];

const given = (type: string, value: (m: Maker, s: Scope) => string, read: Provider["read"]): Provider => ({
  variable: { type, least: 0, isAssignable: false, isLocal: true },
  write: (m, s, it) => [`const ${it}: ${type} = ${value(m, s)};`],
  read,
});

export const keyedProviders: readonly Provider[] = [
  given(
    mapType,
    (m, s) => `new Map([[0, ${m.tame(s, 1)}], [1, ${m.leaf(s)}]])`,
    (m, { name: it }) => [`(${it}.get(${m.below(3)}) ?? 0.4)`, `[...${it}.values()].reduce((p, q) => 0.5 * p + q, 0)`],
  ),
  given(
    listsType,
    (m, s) => `new Map([["up", ${m.numbers(s, 1)}], ["down", [${m.leaf(s)}, ${m.leaf(s)}]]])`,
    (_, { name: it }) => [`(${it}.get("up")?.[0] ?? 0.2)`, `(${it}.get("down")?.[1] ?? 0.6)`],
  ),
  given(
    setType,
    (m, s) => `new Set([${m.tame(s, 1)}, 2])`,
    (_, { name: it }) => [`[...${it}].reduce((p, q) => 0.5 * p + q, 0)`],
  ),
  given(
    tableType,
    (m, s) => `{ up: ${m.tame(s, 1)}, down: ${m.leaf(s)} }`,
    (_, { name: it }) => [`(${it}["up"] ?? 0.3)`, `Object.values(${it}).reduce((p, q) => 0.5 * p + q, 0)`],
  ),
  given(
    "Spot",
    (m, s) => {
      declare(m, "Spot");
      return `{ x: ${m.tame(s, 1)}, y: ${m.leaf(s)}, z: ${m.tame(s, 1)} }`;
    },
    (_, { name: it }) => [`${it}.x * ${it}.z`, `${it}.y`],
  ),
];
