/** Constructs that move elements, shorten and lengthen arrays, and look at the memory of one array through another. */
import { statement, variable } from "./constructs.ts";
import { type Construct, type Maker, numberVariable, type Scope, type Variable, withVariables } from "./maker.ts";

/** An array that may be changed in length: the caller's own are left as long as they are. */
const own = (m: Maker, s: Scope): Variable | undefined =>
  m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen && v.isLocal);

const written = (m: Maker, s: Scope): Variable | undefined =>
  m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);

const floats = (m: Maker, s: Scope, least = 1): Variable | undefined =>
  m.variable(s, (v) => v.type === "Float64Array" && v.least >= least && !v.isFrozen);

const view = (name: string, least: number): Variable => variable(name, "Float64Array", { least });

/** A statement that changes an array in place. */
const change = (name: string, write: (make: Maker, scope: Scope) => string | undefined): Construct =>
  statement(name, (m, s) => {
    const line = write(m, s);
    if (line === undefined) return undefined;
    m.mutates(s);
    return { lines: [line] };
  });

export const moving: readonly Construct[] = [
  change("sort with a comparator", (m, s) => {
    const xs = written(m, s);
    return xs && `${xs.name}.sort((a, b) => ${m.pick(["a - b", "b - a", "Math.abs(a) - Math.abs(b)"])});`;
  }),
  change("sort of a typed array", (m, s) => {
    const xs = floats(m, s);
    return xs && `${xs.name}.sort();`;
  }),
  change("sort of objects", (m, s) => {
    const pairs = m.variable(s, (v) => v.type === "Pair[]");
    return pairs && `${pairs.name}.sort((p, q) => p.u - q.u);`;
  }),
  change("sort of rows", (m, s) => {
    const rows = m.variable(s, (v) => v.type === "number[][]" && v.least > 0 && v.isLocal);
    return rows && `${rows.name}.sort((p, q) => q[0] - p[0]);`;
  }),
  {
    name: "toSorted",
    kind: "number[]",
    write: (m, s) => {
      const xs = m.variable(s, (v) => v.type === "number[]" && v.least >= 2);
      return xs && `${xs.name}.toSorted((a, b) => a - b)`;
    },
  },
  change("splice", (m, s) => {
    const xs = own(m, s);
    return xs && `${xs.name}.splice(${m.below(2)}, 1, ${m.tame(s, 1)});`;
  }),
  change("splice that takes out", (m, s) => {
    const xs = own(m, s);
    if (!xs) return undefined;
    const to = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    return `if (${xs.name}.length > ${xs.least}) ${to ? `${to.name} += ` : ""}${xs.name}.splice(${m.below(2)}, 1)[0];`;
  }),
  change("splice of rows", (m, s) => {
    const rows = m.variable(s, (v) => v.type === "number[][]" && v.least > 0 && v.isLocal);
    return rows && `${rows.name}.splice(0, 1, ${m.once(2) ? (written(m, s)?.name ?? "[0.5, 2]") : m.numbers(s, 1)});`;
  }),
  change("shift", (m, s) => {
    const xs = own(m, s);
    if (!xs) return undefined;
    const to = m.variable(s, (v) => v.type === "number" && v.isAssignable);
    return `if (${xs.name}.length > ${xs.least}) ${to ? `${to.name} += ${xs.name}.shift() ?? 0` : `${xs.name}.shift()`};`;
  }),
  change("unshift", (m, s) => {
    const xs = own(m, s);
    return xs && `if (${xs.name}.length < 8) ${xs.name}.unshift(${m.tame(s, 1)});`;
  }),
  change("queue", (m, s) => {
    const xs = own(m, s);
    return xs && `${xs.name}.push(Math.sin(${xs.name}.shift() ?? 0) + ${m.leaf(s)});`;
  }),
  change("length set", (m, s) => {
    const xs = own(m, s);
    return xs && `if (${xs.name}.length > ${xs.least}) ${xs.name}.length = ${xs.least};`;
  }),
  change("copyWithin", (m, s) => {
    const xs = m.once(2) ? floats(m, s, 2) : written(m, s);
    return xs && `${xs.name}.copyWithin(${m.pick(["0, 1", "1, 0"])});`;
  }),
  statement(
    "subarray",
    (m, s) => {
      const from = floats(m, s, 2);
      if (!from) return undefined;
      const name = m.fresh("view");
      return m.pick([
        { lines: [`const ${name} = ${from.name}.subarray(1);`], scope: withVariables(s, view(name, from.least - 1)) },
        {
          lines: [`const ${name} = ${from.name}.subarray(0, ${from.least});`],
          scope: withVariables(s, view(name, from.least)),
        },
      ]);
    },
    2,
  ),
  statement("views on one buffer", (m, s) => {
    const [buffer, one, other] = [m.fresh("memory"), m.fresh("view"), m.fresh("view")];
    return {
      lines: [
        `const ${buffer} = new ArrayBuffer(32);`,
        `const ${one} = new Float64Array(${buffer}, 0, 3);`,
        `const ${other} = new Float64Array(${buffer}, 8);`,
        `${one}.fill(${m.tame(s, 1)}, 0, 2);`,
      ],
      scope: withVariables(s, view(one, 3), view(other, 3)),
    };
  }),
  statement("rows of one array", (m, s) => {
    const [all, row, sum, i] = [m.fresh("all"), m.fresh("row"), m.fresh("sum"), m.fresh("i")];
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    return {
      lines: [
        `const ${all} = Float64Array.of(${m.leaf(s)}, ${m.leaf(s)}, ${m.leaf(s)}, ${m.leaf(s)});`,
        `let ${sum} = 0;`,
        `for (let ${i} = 0; ${i} < 3; ${i}++) {`,
        `  const ${row} = ${all}.subarray(${i}, ${i} + 2);`,
        `  ${row}[${m.below(2)}] = Math.sin(${row}[0] * ${m.leaf(s)} + ${row}[1]);`,
        `  ${sum} += ${row}[${m.below(2)}] * ${all}[${i}];`,
        "}",
      ],
      scope: withVariables(s, view(all, 4), numberVariable(sum)),
    };
  }),
];
