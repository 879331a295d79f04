/** Constructs with functions: local ones that capture and assign, helpers called with several types, recursion. */
import { nested, statement, variable } from "./constructs.ts";
import {
  type Construct,
  indented,
  inner,
  type Maker,
  numberVariable,
  type Scope,
  type Variable,
  withVariables,
} from "./maker.ts";

const closure = (name: string): Variable => variable(name, "(x: number) => number");

/** The scope of the body of a local function: it is called from anywhere, so it counts as in a loop. */
function bodyOf(s: Scope, parameter: string, reads = s.variables): Scope {
  const scope = { ...inner(s), variables: reads, loops: [], loopDepth: s.loopDepth + 1, isInSwitch: false };
  return withVariables({ ...scope, result: "number" }, numberVariable(parameter));
}

function helper(m: Maker, name: string, text: string): void {
  m.used.add(name);
  if (!m.declarations.includes(text)) m.declarations.push(text);
}

const helpers: Readonly<Record<string, string>> = {
  "generic helper": `function firstOf<T extends number[] | Float64Array>(xs: T, scale: number): number {
  let sum = 0;
  for (let i = 0; i < 2; i++) sum += Math.sin(xs[i] * scale);
  return sum;
}`,
  "helper that writes": `function smooth(xs: number[], rate: number): number {
  for (let i = 1; i < xs.length; i++) xs[i] = (1 - rate * rate) * xs[i] * 0.5 + Math.sin(xs[i - 1]);
  return xs[xs.length - 1];
}`,
  "helper with a default": `function blend(a: number, b = 0.5 * a): number {
  return Math.sin(a) * b;
}`,
  "recursive helper": `function fold(x: number, n: number): number {
  if (n <= 0) return Math.cos(x);
  const rest = fold(0.5 * x + 0.1, n - 1);
  return n % 2 === 0 ? rest * x : rest + Math.sin(x);
}`,
  "helper with a function": `function twice(g: (x: number) => number, x: number): number {
  return g(Math.sin(g(x)));
}`,
  "helper that returns an object": `function polar({ u, v }: { u: number; v: number }): { r: number; t: number } {
  return { r: Math.sqrt(1 + u * u + v * v), t: Math.atan2(v, 2 + u * u) };
}`,
  "helper that returns its argument": `function larger(a: number[], b: number[]): number[] {
  return a[0] > b[0] ? a : b;
}`,
};

const call = (name: string, write: (make: Maker, scope: Scope, depth: number) => string | undefined): Construct => ({
  name,
  kind: "number",
  write: (m, s, d) => {
    const text = write(m, s, d);
    if (text !== undefined) helper(m, name, helpers[name] as string);
    return text;
  },
});

export const functions: readonly Construct[] = [
  call("generic helper", (m, s, d) => {
    const array = m.variable(s, (v) => (v.type === "number[]" || v.type === "Float64Array") && v.least >= 2);
    return array && `firstOf(${array.name}, ${m.tame(s, d - 1)})`;
  }),
  call("helper that writes", (m, s) => {
    const array = m.variable(s, (v) => v.type === "number[]" && v.least >= 2 && !v.isFrozen);
    if (!array) return undefined;
    m.mutates(s);
    return `smooth(${array.name}, ${m.leaf(s)})`;
  }),
  call("helper with a default", (m, s, d) =>
    m.once(2) ? `blend(${m.number(s, d - 1)})` : `blend(${m.leaf(s)}, ${m.number(s, d - 1)})`,
  ),
  call("recursive helper", (m, s, d) => `fold(${m.tame(s, d - 1)}, ${m.below(4)})`),
  call("helper with a function", (m, s, d) => {
    const f = m.variable(s, (v) => v.type === "(x: number) => number");
    const x = m.fresh("x");
    return `twice(${f && m.once(2) ? f.name : `(${x}) => ${x} * ${m.leaf(s)}`}, ${m.tame(s, d - 1)})`;
  }),
  call("helper that returns an object", (m, s) => {
    const pair = m.variable(s, (v) => v.type === "Pair");
    return `polar(${pair?.name ?? `{ u: ${m.leaf(s)}, v: ${m.leaf(s)} }`}).${m.pick(["r", "t"])}`;
  }),
  statement("helper that returns its argument", (m, s) => {
    const fits = (v: Variable): boolean => v.type === "number[]" && v.least >= 2 && !v.isFrozen;
    const one = m.variable(s, fits);
    const other = one && m.variable(s, (v) => fits(v) && v.name !== one.name);
    if (!one || !other) return undefined;
    const name = m.fresh("larger");
    helper(m, "helper that returns its argument", helpers["helper that returns its argument"] as string);
    const least = Math.min(one.least, other.least);
    return {
      lines: [`const ${name} = larger(${one.name}, ${other.name});`],
      scope: withVariables(s, { name, type: "number[]", isAssignable: false, least, isLocal: false }),
    };
  }),
  statement("arrow function", (m, s) => {
    const [f, x] = [m.fresh("f"), m.fresh("x")];
    const body = m.tame(bodyOf(s, x), 2);
    return {
      lines: [`const ${f} = (${x}: number): number => ${body};`],
      scope: withVariables(s, closure(f)),
    };
  }),
  nested(
    "closure with a body",
    (m, s) => {
      const [f, x] = [m.fresh("f"), m.fresh("x")];
      const scope = bodyOf(s, x);
      const lines = [...m.block(scope), `return ${m.tame(scope, 1)};`];
      return {
        lines: [`const ${f} = (${x}: number): number => {`, ...indented(lines), "};"],
        scope: withVariables(s, closure(f)),
      };
    },
    2,
  ),
  nested("early return of a local function", (m, s) => {
    const [f, x] = [m.fresh("f"), m.fresh("x")];
    const scope = bodyOf(s, x);
    const early = `if (${m.condition(scope)}) return ${m.tame(scope, 1)};`;
    const lines = [...m.block(scope, 1), early, ...m.block(scope, 1), `return ${m.tame(scope, 1)};`];
    return {
      lines: [`const ${f} = (${x}: number): number => {`, ...indented(lines), "};"],
      scope: withVariables(s, closure(f)),
    };
  }),
  nested("closure that counts", (m, s) => {
    const [f, x, state] = [m.fresh("f"), m.fresh("x"), m.fresh("state")];
    m.mutates({ ...s, loopDepth: 1 });
    return {
      lines: [
        `let ${state} = ${m.number(s, 1)};`,
        `const ${f} = (${x}: number): number => {`,
        `  ${state} = Math.sin(${state} + ${x});`,
        `  return ${state} * ${m.leaf(s)};`,
        "};",
      ],
      scope: withVariables(s, numberVariable(state), closure(f)),
    };
  }),
  nested("local recursion", (m, s) => {
    const [f, x] = [m.fresh("g"), m.fresh("x")];
    const fixed = s.variables.filter((v) => !v.isAssignable || v.type !== "number");
    const scope = bodyOf(s, x, fixed);
    return {
      lines: [
        `const ${f} = (${x}: number, n: number): number => {`,
        `  if (n <= 0) return ${m.leaf({ ...scope, variables: scope.variables })};`,
        `  return Math.sin(${x}) * ${f}(${x} * 0.7 + 0.2, n - 1) + ${m.leaf(scope)};`,
        "};",
        `const ${f}At = (${x}: number): number => ${f}(${x}, ${1 + m.below(3)});`,
      ],
      scope: withVariables(s, closure(`${f}At`)),
    };
  }),
  nested("local function declaration", (m, s) => {
    const [f, x] = [m.fresh("g"), m.fresh("x")];
    const scope = bodyOf(s, x);
    const lines = [...m.block(scope, 1), `return ${m.tame(scope, 1)};`];
    return {
      lines: [`function ${f}(${x}: number): number {`, ...indented(lines), "}"],
      scope: withVariables(s, closure(f)),
    };
  }),
];
