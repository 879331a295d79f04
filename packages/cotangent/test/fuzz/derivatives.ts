/**
 * Constructs that ask for derivatives or give them: verbs inside of the program, of functions with captures, and functions
 * with rules. Plain runs answer the verbs by differences, so inner functions are smooth.
 */
import { nested, number, statement } from "./constructs.ts";
import { type Declaration, declare } from "./declarations.ts";
import { type Construct, type Maker, numberVariable, type Scope, withVariables } from "./maker.ts";

/** A function of one number that captures. */
function inside(m: Maker, s: Scope): string {
  const y = m.fresh("y");
  const [a, b] = [m.leaf(s), m.leaf(s)];
  return `(${y}: number) => ${m.pick([
    `${a} * ${y} ** 3 + ${y} * ${b}`,
    `Math.sin(${a} * ${y}) + ${b} * ${y} * ${y}`,
    `Math.tanh(${y} + ${a}) * ${b}`,
  ])}`;
}

const verbs: readonly Construct[] = [
  number("grad inside", (m, s, d) => {
    declare(m, "grad");
    return `grad(${inside(m, s)})(Math.sin(${m.number(s, d - 1)}))`;
  }),
  number("jvp inside", (m, s, d) => {
    declare(m, "jvp");
    return `jvp(${inside(m, s)})([Math.sin(${m.number(s, d - 1)})], [${m.leaf(s)}])[1]`;
  }),
  number("vjp inside", (m, s, d) => {
    declare(m, "vjp");
    return `vjp(${inside(m, s)})(Math.cos(${m.number(s, d - 1)}))[1](${m.leaf(s)})[0]`;
  }),
  number("grad of a closure", (m, s, d) => {
    const f = m.variable(s, (v) => v.type === "(x: number) => number");
    if (!f) return undefined;
    declare(m, "grad");
    const y = m.fresh("y");
    return `grad((${y}: number) => Math.sin(${y}) * ${m.leaf(s)} + ${y} * ${y})(Math.sin(${f.name}(${m.tame(s, d - 1)})))`;
  }),
  statement("gradient by an array", (m, s) => {
    const xs = m.variable(s, (v) => v.type === "number[]" && v.least >= 2);
    if (!xs) return undefined;
    declare(m, "grad");
    const [name, v] = [m.fresh("slope"), m.fresh("v")];
    const body = `${v}[0] * ${v}[1] * ${m.leaf(s)} + Math.sin(${v}[0] + ${m.leaf(s)})`;
    return {
      lines: [`const ${name}: number[] = grad((${v}: number[]) => ${body})(${xs.name}.slice(0, 2));`],
      scope: withVariables(s, { name, type: "number[]", isAssignable: false, least: 2, isLocal: true }),
    };
  }),
  nested("descent", (m, s) => {
    declare(m, "grad");
    const [w, loss, y, i] = [m.fresh("w"), m.fresh("loss"), m.fresh("y"), m.fresh("i")];
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    return {
      lines: [
        `const ${loss} = (${y}: number): number => Math.sin(${y} - ${m.leaf(s)}) + 0.5 * ${y} * ${y};`,
        `let ${w} = Math.sin(${m.number(s, 1)});`,
        `for (let ${i} = 0; ${i} < ${1 + m.below(3)}; ${i}++) ${w} -= 0.2 * grad(${loss})(${w});`,
      ],
      scope: withVariables(s, numberVariable(w)),
    };
  }),
];

const ruled = (name: Declaration & ("squash" | "softly" | "steps"), construct: string): Construct =>
  number(construct, (m, s, d) => {
    declare(m, name);
    return `${name}(${m.tame(s, d - 1)})`;
  });

const rules: readonly Construct[] = [
  ruled("squash", "rule by a pushforward"),
  ruled("softly", "rule by a pullback"),
  ruled("steps", "inactive function"),
  number("rule of an array", (m, s) => {
    const xs = m.variable(s, (v) => v.type === "number[]" && v.least >= 2);
    if (!xs) return undefined;
    declare(m, "energyOf");
    return `energyOf(${xs.name})`;
  }),
  statement("rule that gives an array", (m, s) => {
    const xs = m.variable(s, (v) => v.type === "number[]" && v.least >= 2);
    if (!xs) return undefined;
    declare(m, "bent");
    const name = m.fresh("bent");
    // What a rule takes or gives must not grow or shrink, so mostly copies go in and come out.
    const [given, made] = m.once(8) ? [xs.name, ""] : [`[...${xs.name}]`, ".slice()"];
    return {
      lines: [`const ${name} = bent(${given}, ${m.leaf(s)})${made};`],
      scope: withVariables(s, { name, type: "number[]", isAssignable: false, least: 2, isLocal: true }),
    };
  }),
];

export const derivatives: readonly Construct[] = [...verbs, ...rules];
