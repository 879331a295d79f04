/**
 * Random programs as text: numbers, an array, a record, closures that assign, loops of every form left in every way,
 * switches that fall through. Every loop ends by a counter of its own, so every program ends.
 */
import fc from "fast-check";

interface Scope {
  /** Variables that may be assigned. */
  readonly variables: readonly string[];
  /** Variables that may be read besides. */
  readonly constants: readonly string[];
  readonly closures: readonly string[];
  /** Labels of the loops around, innermost last; their number makes names unique. */
  readonly loops: readonly string[];
  readonly inClosure: boolean;
  readonly inSwitch: boolean;
  readonly depth: number;
}

/** A choice among the numbers below a bound. */
type Choose = (below: number) => number;

function pick<T>(choose: Choose, from: readonly T[]): T {
  return from[choose(from.length)] as T;
}

const small = ["0", "1", "2", "0.5", "-1", "3", "1.25"];

function number(c: Choose, s: Scope, depth = 3): string {
  if (depth === 0) return c(3) === 0 ? pick(c, small) : pick(c, [...s.variables, ...s.constants]);
  const inner = (): string => number(c, s, depth - 1);
  switch (c(15)) {
    case 0:
    case 1:
      return `(${inner()} + ${inner()})`;
    case 2:
      return `(${inner()} - ${inner()})`;
    case 3:
    case 4:
      return `(${inner()} * ${inner()})`;
    case 5:
      return `Math.sin(${inner()})`;
    case 6:
      return `Math.max(${inner()}, ${inner()})`;
    case 7:
      return `(${condition(c, s, depth - 1)} ? ${inner()} : ${inner()})`;
    case 8:
      return `(xs[${index(c, s)}] ?? ${inner()})`;
    case 9:
      return pick(c, ["o.u", "o.v", "xs.length", "(o.w ?? 4)"]);
    case 10:
      return s.closures.length > 0 ? `${pick(c, s.closures)}(${inner()})` : inner();
    case 11:
      return c(2) === 0 ? `(${pick(c, s.variables)} = ${inner()})` : `${pick(c, s.variables)}${pick(c, ["++", "--"])}`;
    case 12:
      return `(${pick(c, s.variables)} || ${inner()})`;
    default:
      return number(c, s, 0);
  }
}

function index(c: Choose, s: Scope): string {
  return c(2) === 0 ? String(c(4)) : `Math.abs(Math.trunc(${pick(c, [...s.variables, ...s.constants])})) % 5`;
}

function condition(c: Choose, s: Scope, depth = 2): string {
  const inner = (): string => condition(c, s, depth - 1);
  if (depth > 0) {
    const kind = c(6);
    if (kind === 0) return `(${inner()} && ${inner()})`;
    if (kind === 1) return `(${inner()} || ${inner()})`;
    if (kind === 2) return `(!${inner()})`;
  }
  // `+ 0`, since the checker knows what a variable was last assigned, and refuses comparisons that it can decide.
  return `(${pick(c, [...s.variables, ...s.constants])} + 0 ${pick(c, [">=", ">", "<=", "===", "!=="])} ${number(c, s, 1)})`;
}

function block(c: Choose, s: Scope, count = 1 + c(3)): string {
  let scope = s;
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const { text, next } = statement(c, scope);
    lines.push(text);
    scope = next;
  }
  return lines.join("\n");
}

let names = 0;

function jump(c: Choose, s: Scope): string {
  const ways = [`return ${s.inClosure ? number(c, s, 1) : `[${number(c, s, 1)}, 7]`};`];
  const loop = s.loops.at(-1);
  if (loop !== undefined)
    ways.push("continue;", "break;", `break ${pick(c, s.loops)};`, `continue ${pick(c, s.loops)};`);
  else if (s.inSwitch) ways.push("break;");
  return pick(c, ways);
}

function statement(c: Choose, s: Scope): { text: string; next: Scope } {
  const inner = { ...s, depth: s.depth - 1 };
  const simple = (): string => {
    switch (c(7)) {
      case 0:
        return `xs[${c(3)}] = ${number(c, s, 2)};`;
      case 1:
        return `if (xs.length < 6) xs.push(${number(c, s, 1)});`;
      case 2:
        return `o.${pick(c, ["u", "v", "w"])} = ${number(c, s, 2)};`;
      case 3:
        return `${pick(c, s.variables)} ${pick(c, ["+=", "-=", "*="])} ${number(c, s, 2)};`;
      default:
        return `${pick(c, s.variables)} = ${number(c, s)};`;
    }
  };
  if (s.depth === 0) return { text: c(4) === 0 ? `if ${condition(c, s)} ${jump(c, s)}` : simple(), next: s };
  const name = `n${names++}`;
  switch (c(12)) {
    case 0:
      return { text: `if ${condition(c, s)} {\n${block(c, inner)}\n} else {\n${block(c, inner)}\n}`, next: s };
    case 1:
      return { text: `if ${condition(c, s)} {\n${block(c, inner, 1)}\n${jump(c, s)}\n}`, next: s };
    case 2: {
      const body = { ...inner, constants: [...s.constants, name], loops: [...s.loops, `l${name}`], inSwitch: false };
      return {
        text: `l${name}: for (let ${name} = 0; ${name} < ${1 + c(4)}; ${name}++) {\n${block(c, body)}\n}`,
        next: s,
      };
    }
    case 3: {
      const body = { ...inner, constants: [...s.constants, name], loops: [...s.loops, `l${name}`], inSwitch: false };
      const head = `let ${name} = 0;\nl${name}: `;
      const test = `${name}++ < ${1 + c(4)}${c(2) === 0 ? ` && ${condition(c, body, 1)}` : ""}`;
      if (c(2) === 0) return { text: `${head}while (${test}) {\n${block(c, body)}\n}`, next: s };
      return { text: `${head}do {\n${block(c, body)}\n} while (${test});`, next: s };
    }
    case 4: {
      const body = { ...inner, constants: [...s.constants, name], loops: [...s.loops, `l${name}`], inSwitch: false };
      return { text: `l${name}: for (const ${name} of xs.slice()) {\n${block(c, body)}\n}`, next: s };
    }
    case 5: {
      const clause = { ...inner, inSwitch: true };
      const clauses = Array.from({ length: 1 + c(3) }, (_, i) => {
        const end = c(2) === 0 ? (s.loops.length > 0 || c(2) === 0 ? "break;" : jump(c, clause)) : "";
        return `case ${i}: ${c(4) === 0 ? "" : `{\n${block(c, clause, 1)}\n${end}\n}`}`;
      });
      if (c(2) === 0) clauses.splice(c(clauses.length + 1), 0, `default: {\n${block(c, clause, 1)}\n}`);
      return { text: `switch (Math.trunc(${number(c, s, 1)})) {\n${clauses.join("\n")}\n}`, next: s };
    }
    case 6: {
      if (s.inClosure) return { text: simple(), next: s };
      const body = { ...inner, constants: [...s.constants, `p${name}`], loops: [], inClosure: true, inSwitch: false };
      const text = `const ${name} = (p${name}: number): number => {\n${block(c, body)}\nreturn ${number(c, body, 1)};\n};`;
      return { text, next: { ...s, closures: [...s.closures, name] } };
    }
    case 7:
      return { text: `let ${name} = ${number(c, s)};`, next: { ...s, variables: [...s.variables, name] } };
    default:
      return { text: simple(), next: s };
  }
}

/** A program with a function `f(x, y, xs, o)`, decided by one number. */
export const arbitraryProgram: fc.Arbitrary<string> = fc.nat(2 ** 31 - 1).map((seed) => {
  let state = seed;
  names = 0;
  // Park and Miller's generator, so that one number stands for a whole program.
  const choose: Choose = (below) => {
    state = (state * 48_271 + 1) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * below);
  };
  const scope: Scope = {
    variables: ["a", "b"],
    constants: ["x", "y"],
    closures: [],
    loops: [],
    inClosure: false,
    inSwitch: false,
    depth: 3,
  };
  const body = block(choose, scope, 5);
  return `interface O { u: number; v: number; w?: number }
export function f(x: number, y: number, xs: number[], o: O): number[] {
let a = x;
let b = 1;
${body}
return [a, b, xs.length];
}`;
});
