/** Constructs with classes: instances made, changed through methods and accessors, shared, chosen at run time. */
import { nested, number, statement, turn, variable } from "./constructs.ts";
import { declare } from "./declarations.ts";
import {
  type Construct,
  indented,
  type Maker,
  numberVariable,
  type Scope,
  type Variable,
  withVariables,
} from "./maker.ts";

const cellIn = (m: Maker, s: Scope): Variable | undefined => m.variable(s, (v) => v.type === "Cell");
const gateIn = (m: Maker, s: Scope): Variable | undefined => m.variable(s, (v) => v.type === "Gate");

/** An expression that gives an instance of Cell. */
function cell(m: Maker, s: Scope): string {
  declare(m, "Cell");
  return m.pick([`new Cell(${m.tame(s, 1)})`, `new Cell(${m.leaf(s)}, ${m.tame(s, 1)})`, `Cell.of(${m.tame(s, 1)})`]);
}

export const instances: readonly Construct[] = [
  statement(
    "instance",
    (m, s) => {
      const name = m.fresh("cell");
      return { lines: [`const ${name} = ${cell(m, s)};`], scope: withVariables(s, variable(name, "Cell")) };
    },
    2,
  ),
  statement("alias of an instance", (m, s) => {
    const [one, other] = [cellIn(m, s), cellIn(m, s)];
    if (!one || !other) return undefined;
    const name = m.fresh("cell");
    const value = one === other ? one.name : `${m.condition(s)} ? ${one.name} : ${other.name}`;
    return { lines: [`const ${name} = ${value};`], scope: withVariables(s, variable(name, "Cell")) };
  }),
  statement("array of instances", (m, s) => {
    const [name, shared] = [m.fresh("cells"), cellIn(m, s)];
    return {
      lines: [`const ${name}: Cell[] = [${cell(m, s)}, ${shared?.name ?? cell(m, s)}];`],
      scope: withVariables(s, variable(name, "Cell[]", { least: 2 })),
    };
  }),
  statement("store of an instance", (m, s) => {
    const cells = m.variable(s, (v) => v.type === "Cell[]");
    if (!cells) return undefined;
    m.mutates(s);
    const from = cellIn(m, s);
    return { lines: [`${cells.name}[${m.below(2)}] = ${from && m.once(2) ? from.name : cell(m, s)};`] };
  }),
  statement("instance in an array", (m, s) => {
    const cells = m.variable(s, (v) => v.type === "Cell[]");
    if (!cells) return undefined;
    const [name, i] = [m.fresh("cell"), m.variable(s, (v) => v.type === "integer")];
    return {
      lines: [`const ${name} = ${cells.name}[${i ? `${i.name} % 2` : m.below(2)}];`],
      scope: withVariables(s, variable(name, "Cell")),
    };
  }),
  statement("field of an instance written", (m, s) => {
    const it = cellIn(m, s);
    if (!it) return undefined;
    m.mutates(s);
    return { lines: [`${it.name}.value ${m.pick(["=", "+=", "*="])} ${m.tame(s, 1)};`] };
  }),
  statement("setter", (m, s) => {
    const it = cellIn(m, s);
    if (!it) return undefined;
    m.mutates(s);
    return { lines: [`${it.name}.scaled ${m.pick(["=", "+="])} ${m.tame(s, 1)};`] };
  }),
  number("getter", (m, s) => {
    const it = cellIn(m, s);
    return it && `${it.name}.scaled`;
  }),
  number("method call", (m, s, d) => {
    const it = cellIn(m, s);
    if (!it) return undefined;
    m.mutates(s);
    return `${it.name}.turn(${m.tame(s, d - 1)}).${m.pick(["value", "scaled"])}`;
  }),
  number("chain of method calls", (m, s) => {
    const it = cellIn(m, s);
    if (!it) return undefined;
    m.mutates(s);
    return `${it.name}.turn(${m.leaf(s)}).turn(${it.name}.value).value`;
  }),
  number("this in an arrow function", (m, s) => {
    const [it, xs] = [cellIn(m, s), m.variable(s, (v) => v.type === "number[]")];
    return it && xs && `${it.name}.over(${xs.name})`;
  }),
  statement("instance of a class chosen at run time", (m, s) => {
    declare(m, "Gate");
    const name = m.fresh("gate");
    const value = `${m.condition(s)} ? new SineGate(${m.tame(s, 1)}) : new CubeGate(${m.tame(s, 1)}, ${m.leaf(s)})`;
    return { lines: [`const ${name}: Gate = ${value};`], scope: withVariables(s, variable(name, "Gate")) };
  }),
  number("virtual call", (m, s, d) => {
    const gate = gateIn(m, s);
    return gate && `${gate.name}.act(${m.tame(s, d - 1)})`;
  }),
  number("virtual call that changes fields", (m, s, d) => {
    const gate = gateIn(m, s);
    if (!gate) return undefined;
    m.mutates(s);
    return `${gate.name}.learn(${m.tame(s, d - 1)})`;
  }),
  {
    name: "instanceof",
    kind: "condition",
    write: (m, s) => {
      const gate = gateIn(m, s);
      return gate && `${gate.name} instanceof ${m.pick(["SineGate", "CubeGate"])}`;
    },
  },
  nested("loop over instances of several classes", (m, s) => {
    const gates = m.variable(s, (v) => v.type === "Gate[]");
    if (!gates) return undefined;
    const [gate, sum] = [m.fresh("gate"), m.fresh("sum")];
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const scope = withVariables(turn(s), variable(gate, "Gate"));
    return {
      lines: [
        `let ${sum} = ${m.leaf(s)};`,
        `for (const ${gate} of ${gates.name}) {`,
        `  ${sum} = ${gate}.learn(0.5 * ${sum});`,
        ...indented(m.block(scope, 1)),
        "}",
      ],
      scope: withVariables(s, numberVariable(sum)),
    };
  }),
];
