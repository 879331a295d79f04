/**
 * Programs that nobody writes by hand, and that a compiler meets all the same: nested or long beyond reason, or with types
 * that grow when they are looked at. Each exports `f`, of one number unless its arguments are given.
 */

const repeat = (n: number, make: (i: number) => string, separator = "\n"): string =>
  Array.from({ length: n }, (_, i) => make(i)).join(separator);

const nested = (n: number, open: string, inner: string, close: string): string =>
  open.repeat(n) + inner + close.repeat(n);

const returning = (expression: string): string =>
  `export function f(x: number): number {\n  return ${expression};\n}\n`;
const running = (body: string, before = ""): string =>
  `${before}export function f(x: number): number {\n  let y = x;\n${body}\n  return y;\n}\n`;

const deep = 10_000;

export interface HostileProgram {
  readonly text: string;
  readonly args?: readonly unknown[];
}

export const hostilePrograms: Readonly<Record<string, () => HostileProgram>> = {
  parentheses: () => ({ text: returning(nested(deep, "(", "x", ")")) }),
  calls: () => ({ text: returning(nested(deep, "Math.sin(", "x", ")")) }),
  ownCalls: () => ({
    text: `const half = (x: number): number => 0.5 * x;\n${returning(nested(deep, "half(", "x", ")"))}`,
  }),
  negations: () => ({ text: returning(nested(deep, "-(", "x", ")")) }),
  arrays: () => ({ text: returning(`${nested(deep, "[", "x", "]")}.length`) }),
  objects: () => ({ text: running(`  const o = ${nested(deep, "{ a: ", "x", " }")};\n  y += o.a ? 1 : 0;`) }),
  blocks: () => ({ text: running(nested(deep, "{", "y *= x;", "}")) }),
  ifs: () => ({ text: running(nested(deep, "if (y > 0) {", "y *= x;", "}")) }),
  elseIfs: () => ({ text: running(`${repeat(deep, (i) => `if (y < ${-i}) y += ${i};`, " else ")}`) }),
  loops: () => ({ text: running(nested(1000, "for (let i = 0; i < 1; i++) {", "y *= x;", "}")) }),
  functions: () => ({ text: returning(`${nested(deep, "((x: number): number => ", "x * x", ")(x)")}`) }),
  conditionals: () => ({ text: returning(repeat(deep, (i) => `x > ${i} ? ${i}`, " : ") + " : x") }),
  templates: () => ({ text: running(`  const s = ${nested(deep, "`a${", "1", "}`")};\n  y += s.length;`) }),
  sum: () => ({ text: returning(repeat(deep, () => "x", " + ")) }),
  product: () => ({ text: returning(repeat(deep, (i) => `(x + ${i})`, " * ")) }),
  logic: () => ({ text: running(`  if (${repeat(deep, (i) => `x > ${i}`, " || ")}) y *= 2;`) }),
  types: () => ({ text: `type T = ${nested(deep, "{ a: ", "number", " }")};\n${returning("x * x")}` }),
  typesUsed: () => ({
    text: `type T = ${nested(2000, "{ a: ", "number", " }")};\nexport function f(t: T): number { return t${".a".repeat(2000)}; }\n`,
    args: [JSON.parse(nested(2000, '{"a":', "2", "}"))],
  }),
  arrayTypes: () => ({
    text: `export function f(x: number, t: number${"[]".repeat(deep)}): number {\n  return x * t.length;\n}\n`,
    args: [1, []],
  }),
  properties: () => ({
    text: `interface T { a: T; v: number }\nexport function f(x: number, t: T): number {\n  return x * t${".a".repeat(deep)}.v;\n}\n`,
  }),
  large: () => ({
    text: `${repeat(20_000, (i) => `/** Says nothing of ${i}. */\nexport const unused${i} = (x: number): number => x * ${i} + Math.sin(x);`)}\n${returning("x * x")}`,
  }),
  largeUsed: () => ({
    text: `${repeat(10_000, (i) => `const c${i} = ${i};`)}\n${running(repeat(10_000, (i) => `  y += 1e-9 * c${i} * x;`))}`,
  }),
  interfaces: () => ({
    text: `interface T0 { v: number }\n${repeat(41, (i) => `interface T${i + 1} { a: T${i}; b: T${i} }`)}\nexport function f(t: T41): number {\n  return t${".a".repeat(41)}.v;\n}\n`,
  }),
  tuples: () => ({
    text: `type Grow<N extends number, T extends number[] = []> = T["length"] extends N ? T : Grow<N, [...T, number]>;\nexport function f(t: Grow<900>): number {\n  return t[0]! * t[1]!;\n}\n`,
  }),
  conditionalTypes: () => ({
    text: `type Deep<T, N extends unknown[] = []> = { value: T; next: Deep<T[], [...N, T]> };\nexport function f(t: Deep<number>): number {\n  return t.value * t.value;\n}\n`,
  }),
  doublingUnion: () => ({
    text: `type D0 = { v: number };\n${repeat(40, (i) => `type D${i + 1} = { k: "a"; a: D${i} } | { k: "b"; a: D${i}; b: D${i} };`)}\nexport function f(x: number, d: D40): number {\n  return d.k === "a" ? x : x * x;\n}\n`,
  }),
  specialisations: () => ({
    text: `function g<T>(x: number, t: T): number {\n  return x > 1 ? x : g(x + 1, [t]);\n}\n${returning("g(x, 1)")}`,
  }),
  closuresWithoutEnd: () => ({
    text: `const go = (x: number, k: (y: number) => number): number => (x > 5 ? k(x) : go(x + 1, (y) => k(y) * x));\n${returning("go(x, (y) => y)")}`,
  }),
  labels: () => ({
    text: running(
      `${repeat(200, (i) => `l${i}: for (let i${i} = 0; i${i} < 1; i${i}++) {`)}\n y *= x; if (y > 100) break l100; if (y > 200) continue l50;\n${"}".repeat(200)}`,
    ),
  }),
  statements: () => ({ text: running(repeat(20_000, (i) => `  y = y * 0.999 + Math.sin(x + ${i});`)) }),
  ifsInARow: () => ({ text: running(repeat(3000, (i) => `  if (x > ${i}) y += x;`)) }),
  returnsInARow: () => ({ text: running(repeat(1000, (i) => `  if (x > ${i + 5}) return y * ${i};`)) }),
  parameters: () => ({
    text: `export function f(${repeat(5000, (i) => `x${i}: number`, ", ")}): number {\n  return ${repeat(50, (i) => `x${i * 100} * x${i}`, " + ")};\n}\n`,
    args: Array.from({ length: 5000 }, (_, i) => i / 5000),
  }),
  localFunctions: () => ({
    text: running(repeat(10_000, (i) => `  const g${i} = (z: number): number => z * x + ${i};\n  y += 1e-6 * g${i}(y);`)),
  }),
  functionsInARow: () => ({
    text: `${repeat(3000, (i) => `function g${i}(z: number): number {\n  return ${i === 0 ? "z" : `g${i - 1}(z * 1.0001) + z`};\n}`)}\n${returning("g2999(x)")}`,
  }),
  literal: () => ({
    text: `${running(`  const a = [${repeat(5000, (i) => `x * ${i}`, ", ")}];\n  for (const v of a) y += v;`)}`,
  }),
  constantLiteral: () => ({
    text: `const a = [${repeat(5000, (i) => `${i}.5`, ", ")}];\n${running("  for (const v of a) y += v * x;")}`,
  }),
  liveAcrossLoop: () => ({
    text: running(
      `${repeat(3000, (i) => `  let v${i} = x * ${i};`)}\n  for (let i = 0; i < 3; i++) {\n${repeat(3000, (i) => `    v${i} = v${i} * 0.5 + y;`)}\n    y = v0 + v2999;\n  }\n  y += ${repeat(3000, (i) => `v${i}`, " + ")};`,
    ),
  }),
  longString: () => ({ text: running(`  const s = "${"a".repeat(1_000_000)}";\n  y *= s.length;`) }),
  longName: () => ({ text: returning("x").replaceAll("x", "x".repeat(100_000)) }),
  switchCases: () => ({
    text: `export function f(x: number, n: number): number {\n  switch (n) {\n${repeat(3000, (i) => `    case ${i}: return x * ${i};`)}\n    default: return x;\n  }\n}\n`,
    args: [2, 7],
  }),
  classes: () => ({
    text: `class C0 { constructor(readonly v: number) {} get(x: number): number { return this.v * x; } }\n${repeat(200, (i) => `class C${i + 1} extends C${i} { override get(x: number): number { return super.get(x) + ${i}; } }`)}\n${returning("new C200(x).get(x)")}`,
  }),
};
