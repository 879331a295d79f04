/**
 * Formulas as people write them: plain text in TypeScript's operators, and LaTeX. Written out as the tree that they are;
 * how large that is says `sizeOf`. Names and precedences come from the rule table, so that a new elemental can be written
 * at once; only what LaTeX has a sign for is listed here.
 */
import type { Primitive } from "../core/primitive.ts";
import { precedence } from "../elementals/define.ts";
import { abs, add, cbrt, div, exp, hypot, log, mul, neg, pow, select, sqrt, square, sub } from "../elementals/index.ts";
import { type Application, type Formula, isSymbolic } from "./formula.ts";

/** Text, and how strongly it binds: to set parentheses by. */
interface Written {
  readonly text: string;
  readonly binding: number;
}

const atom = 20;

type Writer = (formula: Formula) => Written;

/** `formula` as plain text: `log(x1) + x1 * x2 - sin(x2)`. */
export function toText(formula: Formula): string {
  return write(formula, textOf).text;
}

/** `formula` as LaTeX: `\ln x_{1} + x_{1} x_{2} - \sin x_{2}`. */
export function toLatex(formula: Formula): string {
  return write(formula, latexOf).text;
}

function write(
  formula: Formula,
  ofApplication: (formula: Application, visit: Writer) => Written,
  latex = ofApplication === latexOf,
): Written {
  const visit: Writer = (f) => write(f, ofApplication, latex);
  if (isSymbolic(formula)) {
    if (formula.kind === "variable") return { text: latex ? latexName(formula.name) : formula.name, binding: atom };
    return ofApplication(formula, visit);
  }
  const text = latex ? latexNumber(formula) : String(formula);
  return { text, binding: text.startsWith("-") ? precedence.prefix : /[e\\]/.test(text) ? precedence.product : atom };
}

/** The text of an operand, in parentheses unless it binds at least as strongly as `level`. */
function operand(
  { text, binding }: Written,
  level: number,
  [open, close]: readonly [open: string, close: string] = ["(", ")"],
): string {
  return binding >= level ? text : `${open}${text}${close}`;
}

function textOf(formula: Application, visit: Writer): Written {
  const { primitive, args } = formula;
  const written = args.map(visit);
  const [a, b, c] = written as [Written, Written, Written];
  if (primitive === square) return { text: `${operand(a, atom)}^2`, binding: precedence.power };
  if (primitive === pow) return { text: `${operand(a, atom)}^${operand(b, atom)}`, binding: precedence.power };
  const { spelling } = primitive;
  switch (spelling.kind) {
    case "infix": {
      const level = spelling.precedence;
      return { text: `${operand(a, level)} ${spelling.operator} ${operand(b, level + 1)}`, binding: level };
    }
    case "prefix":
      return { text: `${spelling.operator}${operand(a, spelling.precedence)}`, binding: spelling.precedence };
    case "conditional":
      return { text: `${operand(a, 3)} ? ${operand(b, 3)} : ${operand(c, 3)}`, binding: 2 };
    case "method":
    case "property":
    case "element":
    case "call":
    case "runtime":
      return { text: `${plainName(primitive)}(${written.map(({ text }) => text).join(", ")})`, binding: atom };
    default:
      return spelling satisfies never;
  }
}

/** `sin` for what is spelled `Math.sin`. */
function plainName({ spelling, id }: Primitive): string {
  if (spelling.kind === "runtime") return spelling.name;
  return spelling.kind === "call" ? spelling.callee.replace(/^Math\./, "") : id;
}

// ------------------------------------------------------------------------------------------------------------- LaTeX

const parentheses = ["\\left(", "\\right)"] as const;
/** Functions that LaTeX has a command for, by their name here. */
const commands: ReadonlySet<string> = new Set("sin cos tan sinh cosh tanh max min".split(" "));
/** Functions that have another name there. */
const renamed: Readonly<Record<string, string>> = {
  asin: "\\arcsin",
  acos: "\\arccos",
  atan: "\\arctan",
  log2: "\\log_{2}",
  log10: "\\log_{10}",
};
const relations: Readonly<Record<string, string>> = {
  "===": "=",
  "!==": "\\neq",
  "<=": "\\leq",
  ">=": "\\geq",
  "&&": "\\land",
  "||": "\\lor",
};

function latexOf({ primitive, args }: Application, visit: Writer): Written {
  const written = args.map(visit);
  const [a, b, c] = written as [Written, Written, Written];
  const all = written.map(({ text }) => text);
  const at = (w: Written, level: number): string => operand(w, level, parentheses);
  switch (primitive) {
    case square:
      return { text: `${at(a, atom)}^{2}`, binding: precedence.power };
    case pow:
      return { text: `${at(a, atom)}^{${b.text}}`, binding: precedence.power };
    case mul: {
      // Between two numbers a product needs its sign.
      const [left, right] = [at(a, precedence.product), at(b, precedence.product + 1)];
      const sign = /^\d/.test(right) ? " \\cdot " : " ";
      return { text: `${left}${sign}${right}`, binding: precedence.product };
    }
    case div:
      return { text: `\\frac{${a.text}}{${b.text}}`, binding: precedence.power };
    case add:
      return { text: `${a.text} + ${at(b, precedence.sum)}`, binding: precedence.sum };
    case sub:
      return { text: `${a.text} - ${at(b, precedence.sum + 1)}`, binding: precedence.sum };
    case neg:
      return { text: `-${at(a, precedence.product)}`, binding: precedence.sum };
    case sqrt:
      return { text: `\\sqrt{${a.text}}`, binding: atom };
    case cbrt:
      return { text: `\\sqrt[3]{${a.text}}`, binding: atom };
    case exp:
      return { text: `e^{${a.text}}`, binding: precedence.power };
    case abs:
      return { text: `\\left|${a.text}\\right|`, binding: atom };
    case hypot:
      return { text: `\\sqrt{${written.map((w) => `${at(w, atom)}^{2}`).join(" + ")}}`, binding: atom };
    case select:
      return {
        text: `\\begin{cases}${b.text} & \\text{if } ${a.text}\\\\${c.text} & \\text{otherwise}\\end{cases}`,
        binding: 0,
      };
    default:
  }
  const { spelling } = primitive;
  if (spelling.kind === "infix") {
    const level = spelling.precedence;
    const operator = relations[spelling.operator] ?? (spelling.operator === "%" ? "\\bmod" : spelling.operator);
    return { text: `${at(a, level)} ${operator} ${at(b, level + 1)}`, binding: level };
  }
  if (spelling.kind === "prefix") return { text: `\\lnot ${at(a, precedence.prefix)}`, binding: precedence.prefix };
  const name = plainName(primitive);
  const command =
    primitive === log ? "\\ln" : (renamed[name] ?? (commands.has(name) ? `\\${name}` : `\\operatorname{${name}}`));
  return { text: `${command}\\left(${all.join(", ")}\\right)`, binding: precedence.power };
}

/** `x1` as `x_{1}`, `p.mass[2]` as `p.\\mathit{mass}_{2}`. */
export function latexName(name: string): string {
  return name.replace(/\[(\d+)\]|[\p{L}$_][\p{L}\p{N}$_]*/gu, (part, index: string | undefined) => {
    if (index !== undefined) return `_{${index}}`;
    const [, stem = part, digits] = /^(.*?\D)(\d+)$/.exec(part) ?? [];
    const shown = stem.length > 1 ? `\\mathit{${stem.replace(/[$_]/g, "\\$&")}}` : stem;
    return digits === undefined ? shown : `${shown}_{${digits}}`;
  });
}

function latexNumber(value: number | boolean): string {
  if (value === Number.POSITIVE_INFINITY) return "\\infty";
  if (value === Number.NEGATIVE_INFINITY) return "-\\infty";
  const [mantissa, exponent] = String(value).split("e");
  return exponent === undefined ? String(value) : `${mantissa} \\cdot 10^{${Number(exponent)}}`;
}
