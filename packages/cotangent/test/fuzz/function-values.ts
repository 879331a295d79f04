/** Constructs with functions as values: chosen at run time, stored, returned, composed, with captures that they share. */
import { nested, number, statement, variable } from "./constructs.ts";
import { declare } from "./declarations.ts";
import { type Construct, type Maker, numberVariable, type Scope, type Variable, withVariables } from "./maker.ts";
import { functionType } from "./providers.ts";

const functionIn = (m: Maker, s: Scope): Variable | undefined => m.variable(s, (v) => v.type === functionType);

/** A function of one number: one in scope, one of Math, or one that captures. */
function functionValue(m: Maker, s: Scope): string {
  const f = functionIn(m, s);
  const x = m.fresh("x");
  return m.pick([f?.name ?? "Math.sin", "Math.tanh", `(${x}: number): number => ${x} * ${m.leaf(s)} + ${m.leaf(s)}`]);
}

export const functionValues: readonly Construct[] = [
  statement("function chosen at run time", (m, s) => {
    const name = m.fresh("f");
    const value = `${m.condition(s)} ? ${functionValue(m, s)} : ${functionValue(m, s)}`;
    return {
      lines: [`const ${name}: ${functionType} = ${value};`],
      scope: withVariables(s, variable(name, functionType)),
    };
  }),
  statement("list of functions", (m, s) => {
    const [name, type] = [m.fresh("fs"), `(${functionType})[]`];
    return {
      lines: [`const ${name}: ${type} = [${functionValue(m, s)}, ${functionValue(m, s)}];`],
      scope: withVariables(s, variable(name, type)),
    };
  }),
  statement("store of a function", (m, s) => {
    const list = m.variable(s, (v) => v.type === `(${functionType})[]`);
    if (!list) return undefined;
    m.mutates(s);
    return { lines: [`${list.name}[${m.below(2)}] = ${functionValue(m, s)};`] };
  }),
  number("call of a function in a list", (m, s, d) => {
    const list = m.variable(s, (v) => v.type === `(${functionType})[]`);
    if (!list) return undefined;
    const i = m.variable(s, (v) => v.type === "integer");
    return `${list.name}[${i ? `${i.name} % 2` : m.below(2)}](${m.tame(s, d - 1)})`;
  }),
  number("curried function", (m, s, d) => {
    declare(m, "scaledBy");
    return `scaledBy(${m.leaf(s)})(${m.leaf(s)})(${m.tame(s, d - 1)})`;
  }),
  statement("function returned", (m, s) => {
    declare(m, "scaledBy");
    const name = m.fresh("f");
    return {
      lines: [`const ${name} = scaledBy(${m.tame(s, 1)})(${m.leaf(s)});`],
      scope: withVariables(s, variable(name, functionType)),
    };
  }),
  statement("composition", (m, s) => {
    declare(m, "compose");
    const name = m.fresh("f");
    return {
      lines: [`const ${name} = compose(${functionValue(m, s)}, ${functionValue(m, s)});`],
      scope: withVariables(s, variable(name, functionType)),
    };
  }),
  statement("function in an object", (m, s) => {
    declare(m, "Options");
    const name = m.fresh("options");
    return {
      lines: [`const ${name}: Options = { act: ${functionValue(m, s)}, rate: ${m.tame(s, 1)} };`],
      scope: withVariables(s, variable(name, "Options")),
    };
  }),
  number("call of a function in an object", (m, s, d) => {
    const options = m.variable(s, (v) => v.type === "Options");
    return options && `${options.name}.act(${m.tame(s, d - 1)} * ${options.name}.rate)`;
  }),
  statement("function replaced", (m, s) => {
    const f = functionIn(m, s);
    if (!f) return undefined;
    const [name, x] = [m.fresh("f"), m.fresh("x")];
    return {
      lines: [
        `let ${name}: ${functionType} = ${f.name};`,
        `if (${m.condition(s)}) ${name} = (${x}) => ${f.name}(${x}) * ${m.leaf(s)};`,
      ],
      scope: withVariables(s, variable(name, functionType, { isAssignable: true })),
    };
  }),
  nested("function wrapped in a loop", (m, s) => {
    const [name, g, x, i] = [m.fresh("f"), m.fresh("g"), m.fresh("x"), m.fresh("i")];
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    return {
      lines: [
        `let ${name}: ${functionType} = ${functionValue(m, s)};`,
        `for (let ${i} = 0; ${i} < ${1 + m.below(3)}; ${i}++) {`,
        `  const ${g} = ${name};`,
        `  ${name} = (${x}) => Math.sin(${g}(${x}) + ${i} * ${m.leaf(s)});`,
        "}",
      ],
      scope: withVariables(s, variable(name, functionType)),
    };
  }),
  statement("functions that share what they change", (m, s) => {
    declare(m, "counter");
    const [name, sum] = [m.fresh("counter"), m.fresh("a")];
    m.mutates({ ...s, loopDepth: 1 });
    return {
      lines: [
        `const ${name} = counter(${m.tame(s, 1)});`,
        `for (let k = 0; k < ${1 + m.below(3)}; k++) ${name}.next(0.3 * k + ${m.leaf(s)});`,
        `let ${sum} = ${name}.next(${m.leaf(s)}) + ${name}.get();`,
      ],
      scope: withVariables(s, numberVariable(sum)),
    };
  }),
  statement("delayed functions of a loop", (m, s) => {
    const [list, i, sum] = [m.fresh("delayed"), m.fresh("i"), m.fresh("a")];
    m.mutates({ ...s, loopDepth: 1 });
    return {
      lines: [
        `const ${list}: (() => number)[] = [];`,
        `for (let ${i} = 0; ${i} < ${1 + m.below(3)}; ${i}++) ${list}.push(() => Math.sin(${i} * ${m.leaf(s)}));`,
        `let ${sum} = 0;`,
        `for (const g of ${list}) ${sum} += g();`,
      ],
      scope: withVariables(s, numberVariable(sum)),
    };
  }),
];
