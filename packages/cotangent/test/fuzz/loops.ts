/** Loops of every form. Each ends by a counter of its own that nothing else writes, after a few turns. */

import { nested } from "./constructs.ts";
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

function inside(s: Scope, label: string, ...variables: readonly Variable[]): Scope {
  const scope = { ...inner(s), loops: [...s.loops, label], loopDepth: s.loopDepth + 1, isInSwitch: false };
  return withVariables(scope, ...variables);
}

/** A few turns, none at all sometimes. */
function turns(m: Maker, s: Scope): string {
  if (m.once(8)) {
    m.used.add("loop without a turn");
    return "0";
  }
  const array = m.variable(s, (v) => v.type === "number[]");
  // Arrays that grow in a loop that runs as long as they grow would not end: their length is read once.
  return String(1 + m.below(s.loopDepth > 1 ? 2 : array ? 4 : 3));
}

/** A loop with its label, if anything in it may name that. */
function labelled(label: string, lines: readonly string[], head = 0): string[] {
  const named = lines.some((line) => new RegExp(`(break|continue) ${label};`).test(line));
  return lines.map((line, i) => (named && i === head ? `${label}: ${line}` : line));
}

/** A loop in a loop, of which the inner one is left in this way: `break`, `continue`, or one of them with a label. */
const left = (word: "break" | "continue", isLabelled: boolean): Construct =>
  nested(isLabelled ? `labelled ${word}` : word, (m, s) => {
    const [i, k, outer, label] = [m.fresh("i"), m.fresh("i"), m.fresh("loop"), m.fresh("loop")];
    const around = inside(s, outer, counter(i));
    const within = inside(around, label, counter(k));
    return {
      lines: labelled(outer, [
        `for (let ${i} = 0; ${i} < ${1 + m.below(2)}; ${i}++) {`,
        ...indented([
          ...labelled(label, [
            `for (let ${k} = 0; ${k} < ${1 + m.below(3)}; ${k}++) {`,
            ...indented([
              ...m.block(within, 1),
              `if (${m.condition(within)}) ${word}${isLabelled ? ` ${outer}` : ""};`,
              ...m.block(within, 1),
            ]),
            "}",
          ]),
          ...(m.once(2) ? m.block(around, 1) : []),
        ]),
        "}",
      ]),
    };
  });

export const loops: readonly Construct[] = [
  left("break", false),
  left("continue", false),
  left("break", true),
  left("continue", true),
  nested("loop without a turn", (m, s) => {
    const [i, label] = [m.fresh("i"), m.fresh("loop")];
    const body = m.block(inside(s, label, counter(i)));
    return {
      lines: labelled(label, [`for (let ${i} = 0; ${i} < ${m.pick(["0", "-1"])}; ${i}++) {`, ...indented(body), "}"]),
    };
  }),
  nested(
    "for",
    (m, s) => {
      const [i, label] = [m.fresh("i"), m.fresh("loop")];
      const body = m.block(inside(s, label, counter(i)));
      return {
        lines: labelled(label, [`for (let ${i} = 0; ${i} < ${turns(m, s)}; ${i}++) {`, ...indented(body), "}"]),
      };
    },
    4,
  ),
  nested("for over an array's indices", (m, s) => {
    const array = m.variable(s, (v) => (v.type === "number[]" || v.type === "Float64Array") && v.least > 0);
    if (!array) return undefined;
    const [i, n, label] = [m.fresh("i"), m.fresh("n"), m.fresh("loop")];
    // What pops there must leave what the index counts on, so the least length is the bound.
    const bound = m.once(2) ? `${array.least}` : n;
    const body = m.block(inside(s, label, counter(i)));
    const head = bound === n ? [`const ${n} = ${array.name}.length;`] : [];
    return {
      lines: labelled(
        label,
        [...head, `for (let ${i} = 0; ${i} < ${bound}; ${i}++) {`, ...indented(body), "}"],
        head.length,
      ),
    };
  }),
  nested("for downwards", (m, s) => {
    const [i, label] = [m.fresh("i"), m.fresh("loop")];
    const body = m.block(inside(s, label, counter(i)));
    return { lines: labelled(label, [`for (let ${i} = ${turns(m, s)}; ${i} > 0; ${i}--) {`, ...indented(body), "}"]) };
  }),
  nested("for with a step", (m, s) => {
    const [i, label] = [m.fresh("i"), m.fresh("loop")];
    const body = m.block(inside(s, label, counter(i)));
    return { lines: labelled(label, [`for (let ${i} = 1; ${i} <= 6; ${i} += 2) {`, ...indented(body), "}"]) };
  }),
  nested("for without a condition", (m, s) => {
    const [i, label] = [m.fresh("i"), m.fresh("loop")];
    const end = `  if (${i} >= ${1 + m.below(3)}) break;`;
    const body = m.block(inside(s, label, counter(i)));
    return { lines: labelled(label, [`for (let ${i} = 0; ; ${i}++) {`, end, ...indented(body), "}"]) };
  }),
  nested("while", (m, s) => {
    const [i, label] = [m.fresh("k"), m.fresh("loop")];
    const also = m.once(2) ? ` && ${paren(m.condition(s))}` : "";
    const body = m.block(inside(s, label, counter(i)));
    return {
      lines: labelled(label, [`let ${i} = 0;`, `while (${i}++ < ${turns(m, s)}${also}) {`, ...indented(body), "}"], 1),
    };
  }),
  nested("do", (m, s) => {
    const [i, label] = [m.fresh("k"), m.fresh("loop")];
    const body = m.block(inside(s, label, counter(i)));
    const also = m.once(2) ? ` && ${paren(m.condition(s))}` : "";
    return {
      lines: labelled(
        label,
        [`let ${i} = 0;`, "do {", ...indented(body), `} while (++${i} < ${turns(m, s)}${also});`],
        1,
      ),
    };
  }),
  nested(
    "for-of",
    (m, s) => {
      const array = m.variable(s, (v) => v.type === "number[]" || v.type === "Float64Array");
      if (!array) return undefined;
      const [x, label] = [m.fresh("e"), m.fresh("loop")];
      const body = m.block(inside(s, label, numberVariable(x, false)));
      // A copy, since a loop over an array that it makes grow does not end.
      return { lines: labelled(label, [`for (const ${x} of ${array.name}.slice()) {`, ...indented(body), "}"]) };
    },
    2,
  ),
  nested("for-of over an array that is written", (m, s) => {
    const array = m.variable(s, (v) => v.type === "Float64Array" && !v.isFrozen);
    if (!array) return undefined;
    const [x, label] = [m.fresh("e"), m.fresh("loop")];
    m.mutates(inside(s, label));
    const write = `  ${array.name}[${m.below(array.least)}] += 0.5 * ${x};`;
    const body = m.block(inside(s, label, numberVariable(x)), 1);
    return { lines: labelled(label, [`for (let ${x} of ${array.name}) {`, write, ...indented(body), "}"]) };
  }),
  nested("for-of over entries", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]" && v.isLocal);
    if (!array) return undefined;
    const [i, x, label] = [m.fresh("i"), m.fresh("e"), m.fresh("loop")];
    const body = m.block(inside(s, label, counter(i), numberVariable(x, false)));
    return {
      lines: labelled(label, [`for (const [${i}, ${x}] of ${array.name}.slice().entries()) {`, ...indented(body), "}"]),
    };
  }),
  nested("for-of over rows", (m, s) => {
    const rows = m.variable(s, (v) => v.type === "number[][]");
    if (!rows) return undefined;
    const [row, label] = [m.fresh("row"), m.fresh("loop")];
    const variable = { name: row, type: "number[]", isAssignable: false, least: 2, isLocal: false };
    const body = m.block(inside(s, label, { ...variable, isFrozen: rows.isFrozen ?? false }));
    return { lines: labelled(label, [`for (const ${row} of ${rows.name}.slice()) {`, ...indented(body), "}"]) };
  }),
  nested("for-of over objects", (m, s) => {
    const pairs = m.variable(s, (v) => v.type === "Pair[]");
    if (!pairs) return undefined;
    const [pair, label] = [m.fresh("pair"), m.fresh("loop")];
    const body = m.block(inside(s, label, { name: pair, type: "Pair", isAssignable: false, least: 0, isLocal: false }));
    return { lines: labelled(label, [`for (const ${pair} of ${pairs.name}.slice()) {`, ...indented(body), "}"]) };
  }),
  nested("forEach", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]" || v.type === "Float64Array");
    if (!array) return undefined;
    const [x, i] = [m.fresh("e"), m.fresh("i")];
    const scope = withVariables(inner(s), numberVariable(x, false), counter(i));
    const body = m.block({ ...scope, loops: [], loopDepth: s.loopDepth + 1, isInSwitch: false, result: "none" });
    return { lines: [`${array.name}.slice().forEach((${x}, ${i}) => {`, ...indented(body), "});"] };
  }),
];

const paren = (text: string): string => (text.startsWith("(") || text.startsWith("!") ? text : `(${text})`);
