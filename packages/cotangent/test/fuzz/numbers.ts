/** Constructs that are expressions: numbers and conditions, from Math to elements, fields and assignments inside of them. */
import { number } from "./constructs.ts";
import { declare } from "./declarations.ts";
import type { Construct, Maker, Scope, Variable } from "./maker.ts";

const condition = (
  name: string,
  write: (make: Maker, scope: Scope, depth: number) => string | undefined,
  weight = 1,
): Construct => ({ name, kind: "condition", write, weight });

const isArray = (v: Variable): boolean => v.type === "number[]" || v.type === "Float64Array";

/** An index that is inside of the array: a literal, or made of a counter or of a number of the program. */
function index(make: Maker, scope: Scope, array: Variable): string {
  const least = Math.max(array.least, 1);
  const counter = make.variable(scope, (v) => v.type === "integer");
  if (counter && make.once(2)) {
    if (make.once(2)) return `(${counter.name} + ${make.below(3)}) % ${array.name}.length`;
    return `${counter.name} % ${least}`;
  }
  if (make.once(6)) {
    make.used.add("index from a number");
    return `Math.floor(Math.abs(${make.leaf(scope)}) * 3) % ${least}`;
  }
  return make.once(5) ? `${array.name}.length - 1` : `${make.below(least)}`;
}

/** An element of an array in scope that may be written. */
export function element(make: Maker, scope: Scope): string | undefined {
  if (make.once(3)) {
    const rows = make.variable(scope, (v) => v.type === "number[][]" && v.least > 0 && !v.isFrozen);
    if (rows) {
      make.used.add("nested element");
      return `${rows.name}[${index(make, scope, rows)}][${make.below(2)}]`;
    }
  }
  const array = make.variable(scope, (v) => isArray(v) && v.least > 0 && !v.isFrozen);
  return array && `${array.name}[${index(make, scope, array)}]`;
}

const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  Pair: ["u", "v"],
  Body: ["at.u", "at.v", "mass"],
};

/** A field of an object in scope that holds a number. */
export function field(make: Maker, scope: Scope): string | undefined {
  const object = make.variable(scope, (v) => v.type in fieldsOf && !v.isFrozen);
  return object && `${object.name}.${make.pick(fieldsOf[object.type] as readonly string[])}`;
}

/** Somewhere that a number can be assigned to. */
export function place(make: Maker, scope: Scope): string {
  const local = (): string | undefined =>
    make.variable(scope, (v) => v.type === "number" && v.isAssignable && v.name !== "this")?.name;
  const found = make.pick([local, local, () => element(make, scope), () => field(make, scope)])();
  return found ?? local() ?? "spare";
}

const compare = ["<", ">", "<=", ">="];

export const numbers: readonly Construct[] = [
  number("arithmetic", (m, s, d) => `(${m.number(s, d - 1)} ${m.pick(["+", "-", "*", "*"])} ${m.number(s, d - 1)})`, 6),
  number("minus", (m, s, d) => `-${paren(m.number(s, d - 1))}`),
  number("division", (m, s, d) => {
    const below = m.leaf(s);
    return `${paren(m.number(s, d - 1))} / (1.5 + ${paren(below)} * ${paren(below)})`;
  }),
  number("power", (m, s, d) => `(${paren(m.tame(s, d - 1))} ** ${m.pick(["2", "3"])})`),
  number("active power", (m, s, d) => `Math.pow(1.5 + Math.sin(${m.number(s, d - 1)}), ${m.leaf(s)})`),
  number("smooth Math", (m, s, d) => `Math.${m.pick(["sin", "cos", "tanh", "atan"])}(${m.number(s, d - 1)})`, 3),
  number("exp", (m, s, d) => `Math.exp(-Math.abs(${m.number(s, d - 1)}))`),
  number("sqrt", (m, s, d) => `Math.sqrt(1 + ${paren(m.leaf(s))} ** 2 + Math.abs(${m.number(s, d - 1)}))`),
  number("log", (m, s, d) => `Math.log(2 + Math.sin(${m.number(s, d - 1)}))`),
  number("max and min", (m, s, d) => `Math.${m.pick(["max", "min"])}(${m.number(s, d - 1)}, ${m.number(s, d - 1)})`),
  number("hypot", (m, s, d) => `Math.hypot(1, ${m.number(s, d - 1)}, ${m.leaf(s)})`),
  number("atan2", (m, s, d) => `Math.atan2(${m.number(s, d - 1)}, 1.5 + Math.cos(${m.leaf(s)}))`),
  number("conditional", (m, s, d) => `(${m.condition(s, d - 1)} ? ${m.number(s, d - 1)} : ${m.number(s, d - 1)})`, 2),
  number("guarded pole", (m, s) => {
    const x = m.leaf(s);
    return `(${paren(x)} > 0 ? Math.sqrt(${x}) : 0)`;
  }),
  number("or", (m, s, d) => {
    const x = m.variable(s, (v) => v.type === "number");
    return x && `(${x.name} || ${m.number(s, d - 1)})`;
  }),
  number(
    "element",
    (m, s) => {
      const array = m.variable(s, (v) => isArray(v) && v.least > 0);
      return array && `${array.name}[${index(m, s, array)}]`;
    },
    4,
  ),
  number("index from a number", (m, s) => {
    const array = m.variable(s, (v) => isArray(v) && v.least > 0);
    return array && `${array.name}[Math.floor(Math.abs(${m.leaf(s)}) * 3) % ${array.least}]`;
  }),
  number("nested element", (m, s) => {
    const rows = m.variable(s, (v) => v.type === "number[][]" && v.least > 0);
    return rows && `${rows.name}[${index(m, s, rows)}][${m.below(2)}]`;
  }),
  number("length", (m, s) => {
    const array = m.variable(s, (v) => isArray(v));
    return array && `0.25 * ${array.name}.length`;
  }),
  number("missing element", (m, s, d) => {
    const array = m.variable(s, (v) => v.type === "number[]");
    return array && `(${array.name}[${m.below(6)}] ?? ${m.number(s, d - 1)})`;
  }),
  number("at", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]" && v.least > 0);
    return array && `(${array.name}.at(${m.pick(["-1", "0", "5"])}) ?? 0.5)`;
  }),
  number("field", (m, s) => field(m, s), 2),
  number("optional field", (m, s, d) => {
    const pair = m.variable(s, (v) => v.type === "Pair");
    return pair && `(${pair.name}.w ?? ${m.number(s, d - 1)})`;
  }),
  number("optional chain", (m, s, d) => {
    const body = m.variable(s, (v) => v.type === "Body");
    return body && `(${body.name}.other?.u ?? ${m.number(s, d - 1)})`;
  }),
  number("assignment as value", (m, s, d) => {
    m.mutates(s);
    return `(${place(m, s)} = ${m.tame(s, d - 1)})`;
  }),
  number("compound assignment as value", (m, s, d) => {
    m.mutates(s);
    const target = place(m, s);
    return `(${target} ${m.pick(["+=", "-="])} ${m.tame(s, d - 1)})`;
  }),
  number("increment as value", (m, s) => {
    m.mutates(s);
    const target = place(m, s);
    return m.pick([`${target}++`, `(--${target})`]);
  }),
  number("comma", (m, s, d) => {
    m.mutates(s);
    return `(${place(m, s)} = ${m.tame(s, d - 1)}, ${m.number(s, d - 1)})`;
  }),
  number("reduce", (m, s, d) => {
    const array = m.variable(s, (v) => isArray(v));
    if (!array) return undefined;
    const [sum, x] = [m.fresh("sum"), m.fresh("v")];
    return `${array.name}.reduce((${sum}, ${x}) => ${sum} + ${x} * ${m.leaf(s)}, ${m.number(s, d - 1)})`;
  }),
  number("chain of methods", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]");
    if (!array) return undefined;
    const [x, y, sum] = [m.fresh("v"), m.fresh("v"), m.fresh("sum")];
    const body = m.pick([`Math.sin(${x})`, `${x} * ${m.leaf(s)}`, `${x} ** 2`]);
    return `${array.name}.map((${x}) => ${body}).filter((${y}) => ${y} > ${m.leaf(s)}).reduce((${sum}, ${y}) => ${sum} + ${y}, 0)`;
  }),
  number("reduceRight", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]");
    return array && `${array.name}.reduceRight((h, v) => 0.5 * h + v, ${m.leaf(s)})`;
  }),
  number("find", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]");
    return array && `(${array.name}.find((v) => v > ${m.leaf(s)}) ?? ${m.leaf(s)})`;
  }),
  number("spread of max", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]" && v.least > 0);
    return array && `Math.max(...${array.name})`;
  }),
  number(
    "closure call",
    (m, s, d) => {
      const f = m.variable(s, (v) => v.type === "(x: number) => number");
      return f && `${f.name}(${m.tame(s, d - 1)})`;
    },
    3,
  ),
  number("immediate call", (m, s, d) => {
    const x = m.fresh("x");
    return `((${x}: number) => ${x} * ${m.leaf(s)} + Math.cos(${x}))(${m.number(s, d - 1)})`;
  }),
  number("number from a condition", (m, s, d) => `(${m.condition(s, d - 1)} ? 1 : 0) * ${m.leaf(s)}`),
  number("bits", (m, s) => {
    const i = m.variable(s, (v) => v.type === "integer");
    return i && `((${i.name} & 1) === 0 ? ${m.leaf(s)} : -${paren(m.leaf(s))})`;
  }),
  number("remainder", (m, s, d) => `(${paren(m.number(s, d - 1))} % 1.7)`),
  number("rounding", (m, s, d) => `(${m.leaf(s)} + Math.${m.pick(["floor", "round", "sign"])}(${m.number(s, d - 1)}))`),
  number("imul and clz", (m, s) => {
    const i = m.variable(s, (v) => v.type === "integer");
    return i && `0.01 * (Math.imul(${i.name} + 3, 5) % 7)`;
  }),
  number("module constant", (m) => {
    declare(m, "constants");
    return m.pick(["RATE", "WEIGHTS[0]", "WEIGHTS[2]"]);
  }),
  number("computed constant", (m) => {
    declare(m, "computed");
    return m.pick([
      "NODES[1]",
      "FIRST",
      "OTHERS[2]",
      '(NAMED.get("k2") ?? 0.5)',
      "OTHERS.reduce((p, q) => p - q, FIRST)",
    ]);
  }),
];

export const conditions: readonly Construct[] = [
  condition("comparison", (m, s, d) => `${m.leaf(s)} ${m.pick(compare)} ${m.number(s, d - 1)}`, 4),
  condition("and", (m, s, d) => (d > 0 ? `(${m.condition(s, d - 1)} && ${m.condition(s, d - 1)})` : undefined)),
  condition("or of conditions", (m, s, d) =>
    d > 0 ? `(${m.condition(s, d - 1)} || ${m.condition(s, d - 1)})` : undefined,
  ),
  condition("not", (m, s, d) => (d > 0 ? `!(${m.condition(s, d - 1)})` : undefined)),
  condition("condition on a counter", (m, s) => {
    const i = m.variable(s, (v) => v.type === "integer");
    return i && `${i.name} % ${2 + m.below(2)} === ${m.below(2)}`;
  }),
  condition("boolean variable", (m, s) => m.variable(s, (v) => v.type === "boolean")?.name),
  condition("some and every", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]");
    return array && `${array.name}.${m.pick(["some", "every"])}((v) => v > ${m.leaf(s)})`;
  }),
  condition("comparison of strings", (m, s) => {
    const mode = m.variable(s, (v) => v.type === "string");
    return mode && `(${mode.name} as string) === ${m.pick(['"up"', '"down"'])}`;
  }),
];

/** Text that may stand as an operand of anything. */
export function paren(text: string): string {
  return /^[\w.[\]]+$/.test(text) ? text : `(${text})`;
}
