/**
 * Programs that nobody writes by hand, and that a compiler meets all the same: nested or long beyond reason, or with types
 * that grow when they are looked at. Each exports `f`.
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

export const hostilePrograms: Readonly<Record<string, () => string>> = {
  parentheses: () => returning(nested(deep, "(", "x", ")")),
  calls: () => returning(nested(deep, "Math.sin(", "x", ")")),
  arrays: () => returning(`${nested(deep, "[", "x", "]")}.length`),
  blocks: () => running(nested(deep, "{", "y *= x;", "}")),
  ifs: () => running(nested(deep, "if (y > 0) {", "y *= x;", "}")),
  elseIfs: () => running(`${repeat(deep, (i) => `if (y < ${-i}) y += ${i};`, " else ")}`),
  functions: () => returning(`${nested(deep, "((x: number): number => ", "x * x", ")(x)")}`),
  conditionals: () => returning(`${repeat(deep, (i) => `x > ${i} ? ${i}`, " : ")} : x`),
  templates: () => running(`  const s = ${nested(deep, "`a${", "1", "}`")};\n  y += s.length;`),
  sum: () => returning(repeat(2000, () => "x", " + ")),
  product: () => returning(repeat(1000, (i) => `(x + ${i})`, " * ")),
  logic: () => running(`  if (${repeat(deep, (i) => `x > ${i}`, " || ")}) y *= 2;`),
  types: () => `type T = ${nested(deep, "{ a: ", "number", " }")};\n${returning("x * x")}`,
  typesUsed: () =>
    `type T = ${nested(2000, "{ a: ", "number", " }")};\nexport function f(t: T): number { return t${".a".repeat(2000)}; }\n`,
  arrayTypes: () =>
    `export function f(x: number, t: number${"[]".repeat(deep)}): number {\n  return x * t.length;\n}\n`,
  properties: () =>
    `interface T { a: T; v: number }\nexport function f(x: number, t: T): number {\n  return x * t${".a".repeat(deep)}.v;\n}\n`,
  large: () =>
    `${repeat(20_000, (i) => `/** Says nothing of ${i}. */\nexport const unused${i} = (x: number): number => x * ${i} + Math.sin(x);`)}\n${returning("x * x")}`,
  interfaces: () =>
    `interface T0 { v: number }\n${repeat(41, (i) => `interface T${i + 1} { a: T${i}; b: T${i} }`)}\nexport function f(t: T41): number {\n  return t${".a".repeat(41)}.v;\n}\n`,
  conditionalTypes: () =>
    `type Deep<T, N extends unknown[] = []> = { value: T; next: Deep<T[], [...N, T]> };\nexport function f(t: Deep<number>): number {\n  return t.value * t.value;\n}\n`,
  doublingUnion: () =>
    `type D0 = { v: number };\n${repeat(40, (i) => `type D${i + 1} = { k: "a"; a: D${i} } | { k: "b"; a: D${i}; b: D${i} };`)}\nexport function f(x: number, d: D40): number {\n  return d.k === "a" ? x : x * x;\n}\n`,
  specialisations: () =>
    `function g<T>(x: number, t: T): number {\n  return x > 1 ? x : g(x + 1, [t]);\n}\n${returning("g(x, 1)")}`,
  closuresWithoutEnd: () =>
    `const go = (x: number, k: (y: number) => number): number => (x > 5 ? k(x) : go(x + 1, (y) => k(y) * x));\n${returning("go(x, (y) => y)")}`,
  statements: () => running(repeat(1000, (i) => `  y = y * 0.999 + Math.sin(x + ${i});`)),
  functionsInARow: () =>
    `${repeat(3000, (i) => `function g${i}(z: number): number {\n  return ${i === 0 ? "z" : `g${i - 1}(z * 1.0001) + z`};\n}`)}\n${returning("g2999(x)")}`,
  literal: () => `${running(`  const a = [${repeat(1000, (i) => `x * ${i}`, ", ")}];\n  for (const v of a) y += v;`)}`,
  constantLiteral: () =>
    `const a = [${repeat(5000, (i) => `${i}.5`, ", ")}];\n${running("  for (const v of a) y += v * x;")}`,
  longString: () => running(`  const s = "${"a".repeat(1_000_000)}";\n  y *= s.length;`),
  longElseIfs: () => running(`${repeat(500, (i) => `if (y < ${-i}) y += ${i};`, " else ")}`),
  earlyReturns: () => running(repeat(500, (i) => `  if (y < ${-i}) return y * ${i};`)),
  manyLive: () =>
    running(
      `${repeat(500, (i) => `  let v${i} = x * ${i};`)}\n  for (let k = 0; k < x; k++) {\n${repeat(500, (i) => `    v${i} = v${i} * v${i} + y;`)}\n  }\n  y = ${repeat(500, (i) => `v${i}`, " + ")};`,
    ),
  switchCases: () =>
    `export function f(x: number, n: number): number {\n  switch (n) {\n${repeat(1000, (i) => `    case ${i}: return x * ${i};`)}\n    default: return x;\n  }\n}\n`,
};
