/** The types that variables of random programs have: how one of each is declared, and which numbers it leads to. */
import { declare } from "./declarations.ts";
import { keyedProviders } from "./keyed.ts";
import { kindProviders } from "./kinds.ts";
import type { Maker, Provider, Scope, Variable } from "./maker.ts";
import { nullishProviders } from "./nullish.ts";
import { severalProviders } from "./several.ts";

/** The type of functions of one number. */
export const functionType = "(x: number) => number";

type Write = (make: Maker, scope: Scope) => string;
type Read = (make: Maker, variable: Variable) => readonly string[];

const provider = (type: string, least: number, value: Write, read: Read, annotation = type): Provider => ({
  variable: { type, least, isAssignable: false, isLocal: true },
  write: (m, s, name) => [`const ${name}: ${annotation} = ${value(m, s)};`],
  read,
});

const pair: Write = (m, s) => `{ u: ${m.tame(s, 1)}, v: ${m.tame(s, 1)} }`;
const nothing: Read = () => [];

/** An element of an array; the last one, or one that is there for sure. */
const element: Read = (m, { name, least }) =>
  least > 0 ? [`${name}[${m.below(least)}]`, `${name}[${name}.length - 1]`] : [];

export const providers: readonly Provider[] = [
  {
    variable: { type: "number", least: 0, isAssignable: true, isLocal: true },
    write: (m, s, name) => [`let ${name} = ${m.number(s, 1)};`],
    read: (_, { name }) => [name],
  },
  provider("integer", 0, (m) => String(m.below(4)), nothing, "number"),
  provider("boolean", 0, (m, s) => m.condition(s), nothing),
  provider("string", 0, (m, s) => `${m.condition(s)} ? "up" : "down"`, nothing),
  provider("number[]", 3, (m, s) => `[${m.tame(s, 1)}, ${m.leaf(s)}, ${m.leaf(s)}]`, element),
  {
    variable: { type: "number[]", least: 2, isAssignable: true, isLocal: true },
    write: (m, s, name) => [`let ${name}: number[] = ${m.numbers(s, 1)};`],
    read: element,
  },
  provider(
    "number[][]",
    2,
    (m, s) => `[${m.numbers(s, 1)}, [${m.leaf(s)}, ${m.leaf(s)}]]`,
    (m, { name, least }) => (least > 0 ? [`${name}[${m.below(least)}][0]`, `${name}[${m.below(least)}][1]`] : []),
  ),
  provider("Float64Array", 3, (m, s) => `Float64Array.of(${m.tame(s, 1)}, ${m.leaf(s)}, ${m.leaf(s)})`, element),
  provider("Pair", 0, pair, (_, { name }) => [`${name}.u`, `${name}.u * ${name}.v`, `(${name}.w ?? 0.6)`]),
  provider(
    "Body",
    0,
    (m, s) => `{ at: ${pair(m, s)}, mass: ${m.leaf(s)} }`,
    (_, { name }) => [`${name}.at.u * ${name}.mass`, `${name}.at.v`, `(${name}.other?.u ?? 0.2)`],
  ),
  provider(
    "Pair[]",
    2,
    (m, s) => `[${pair(m, s)}, ${pair(m, s)}]`,
    (m, { name }) => [`${name}[${m.below(2)}].u`, `${name}[${m.below(2)}].v`],
  ),
  provider(
    functionType,
    0,
    (m, s) => `(x) => x * ${m.leaf(s)} + ${m.leaf(s)}`,
    (_, { name }) => [`${name}(0.4)`],
  ),
  provider(
    `(${functionType})[]`,
    2,
    (m, s) => `[Math.sin, (x) => x * ${m.leaf(s)}]`,
    (m, { name }) => [`${name}[${m.below(2)}](0.3)`],
  ),
  provider(
    "Options",
    0,
    (m, s) => {
      declare(m, "Options");
      return `{ act: (x) => Math.tanh(x * ${m.leaf(s)}), rate: ${m.leaf(s)} }`;
    },
    (_, { name }) => [`${name}.act(${name}.rate)`],
  ),
  provider(
    "Cell",
    0,
    (m, s) => {
      declare(m, "Cell");
      return `new Cell(${m.tame(s, 1)}, ${m.leaf(s)})`;
    },
    (_, { name }) => [`${name}.value`, `${name}.scaled`],
  ),
  provider(
    "Cell[]",
    2,
    (m, s) => {
      declare(m, "Cell");
      return `[new Cell(${m.tame(s, 1)}), Cell.of(${m.leaf(s)})]`;
    },
    (m, { name }) => [`${name}[${m.below(2)}].value`],
  ),
  provider(
    "Gate",
    0,
    (m, s) => {
      declare(m, "Gate");
      return `${m.condition(s)} ? new SineGate(${m.leaf(s)}) : new CubeGate(${m.leaf(s)}, ${m.leaf(s)})`;
    },
    (_, { name }) => [`${name}.act(0.3)`],
  ),
  provider(
    "Gate[]",
    2,
    (m, s) => {
      declare(m, "Gate");
      return `[new SineGate(${m.leaf(s)}), new CubeGate(${m.leaf(s)}, ${m.leaf(s)})]`;
    },
    (m, { name }) => [`${name}[${m.below(2)}].act(0.5)`],
  ),
  provider(
    "Mode",
    0,
    (m, s) => {
      declare(m, "Mode");
      return `${m.condition(s)} ? Mode.Up : ${m.condition(s)} ? Mode.Down : Mode.Level`;
    },
    nothing,
  ),
  {
    variable: { type: "number | undefined", least: 0, isAssignable: true, isLocal: true },
    write: (m, s, name) => [`let ${name}: number | undefined = ${m.condition(s)} ? ${m.tame(s, 1)} : undefined;`],
    read: (_, { name }) => [`(${name} ?? 0.7)`],
  },
  provider(
    "Tree",
    0,
    (m, s) => {
      declare(m, "Tree");
      const leaf = `{ value: ${m.leaf(s)} }`;
      return `{ value: ${m.tame(s, 1)}, left: ${leaf}, right: { value: ${m.leaf(s)}, left: ${leaf} } }`;
    },
    (_, { name }) => [`${name}.value`, `(${name}.right?.value ?? 0)`],
  ),
  ...keyedProviders,
  ...kindProviders,
  ...nullishProviders,
  ...severalProviders,
];
