/**
 * Formulas as a TypeScript function: what occurs more than once is computed once and has a name, so that the code is as
 * large as the graph and not as the tree. It is ordinary code, which can be differentiated again by any engine.
 */
import { precedence } from "../elementals/define.ts";
import { square, stopGradient } from "../elementals/index.ts";
import { type Application, type Formula, isSymbolic, partsOf, type Symbolic } from "./formula.ts";

/** A function to write. */
export interface WrittenFunction {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: string }[];
  /** The result: formulas in lists and objects. */
  readonly result: unknown;
  readonly resultType: string;
}

const atom = 20;
interface Written {
  readonly text: string;
  readonly binding: number;
}

/** The text of a module that exports the function. */
export function toTypeScript({ name, params, result, resultType }: WrittenFunction): string {
  const roots = leaves(result);
  const parts = partsOf(roots);
  const uses = countUses(parts, roots);
  const taken = new Set(params.map((param) => param.name));
  const named = new Map<Symbolic, string>();
  const lines: string[] = [];
  const imports = new Set<string>();
  const written = (formula: Formula): Written => {
    if (!isSymbolic(formula)) return literal(formula);
    const known = named.get(formula);
    if (known !== undefined) return { text: known, binding: atom };
    return formula.kind === "variable" ? { text: formula.name, binding: atom } : apply(formula);
  };
  const apply = (formula: Application): Written => {
    const { primitive, args } = formula;
    const { spelling } = primitive;
    const at = (i: number, level: number): string => operand(written(args[i] as Formula), level);
    if (primitive === stopGradient) {
      imports.add("stopGradient");
      return { text: `stopGradient(${at(0, 0)})`, binding: atom };
    }
    switch (spelling.kind) {
      case "infix": {
        const { operator, precedence: level, rightAssociative = false } = spelling;
        const right = primitive === square ? 0 : 1;
        // A power's base may not be a negation, and its own right side is a power again.
        const [below, above] = rightAssociative ? [precedence.prefix + 1, level] : [level, level + 1];
        return { text: `${at(0, below)} ${operator} ${at(right, above)}`, binding: level };
      }
      case "prefix":
        return { text: `${spelling.operator}${at(0, spelling.precedence + 1)}`, binding: spelling.precedence };
      case "conditional":
        return { text: `${at(0, 3)} ? ${at(1, 3)} : ${at(2, 2)}`, binding: 2 };
      case "call":
        return { text: `${spelling.callee}(${args.map((_, i) => at(i, 0)).join(", ")})`, binding: atom };
      case "method":
      case "property":
      case "element":
        throw new Error(`a formula holds no text: ${primitive.id}`);
      case "runtime":
        imports.add(spelling.name);
        return { text: `${spelling.name}(${args.map((_, i) => at(i, 0)).join(", ")})`, binding: atom };
      default:
        return spelling satisfies never;
    }
  };
  for (const part of parts) {
    if (part.kind === "variable" || !mustBeNamed(part, uses)) continue;
    const name_ = freshName(taken);
    lines.push(`  const ${name_} = ${apply(part).text};`);
    named.set(part, name_);
  }
  const header = [...imports].sort().map((each) => importOf(each));
  const list = params.map((param) => `${param.name}: ${param.type}`).join(", ");
  const body = [...lines, `  return ${structure(result, (f) => written(f).text)};`];
  return [...header, `export function ${name}(${list}): ${resultType} {`, ...body, "}", ""].join("\n");
}

function importOf(name: string): string {
  return `import { ${name} } from "${name === "stopGradient" ? "cotangent" : "cotangent/runtime"}";`;
}

/** Named is what is used twice, and what is written twice where it stands. */
function mustBeNamed(part: Application, uses: ReadonlyMap<Symbolic, number>): boolean {
  return (uses.get(part) ?? 0) > 1;
}

/** How often each part is written, unless it has a name. */
function countUses(parts: readonly Symbolic[], roots: readonly Formula[]): ReadonlyMap<Symbolic, number> {
  const uses = new Map<Symbolic, number>();
  const use = (formula: Formula | undefined, times = 1): void => {
    if (formula !== undefined && isSymbolic(formula)) uses.set(formula, (uses.get(formula) ?? 0) + times);
  };
  for (const root of roots) use(root);
  for (const part of parts) {
    if (part.kind === "application") for (const arg of part.args) use(arg, part.primitive === square ? 2 : 1);
  }
  return uses;
}

function freshName(taken: Set<string>): string {
  for (let i = 1; ; i++) {
    const name = `t${i}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

function operand({ text, binding }: Written, level: number): string {
  return binding >= level ? text : `(${text})`;
}

function literal(value: number | boolean): Written {
  if (typeof value === "boolean") return { text: String(value), binding: atom };
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "NaN" : value > 0 ? "POSITIVE_INFINITY" : "NEGATIVE_INFINITY";
    return { text: `Number.${name}`, binding: atom };
  }
  const text = Object.is(value, -0) ? "-0" : String(value);
  return { text, binding: text.startsWith("-") ? precedence.prefix : atom };
}

function leaves(result: unknown): Formula[] {
  if (typeof result === "number" || isSymbolic(result)) return [result];
  return typeof result === "object" && result !== null ? Object.values(result).flatMap(leaves) : [];
}

function structure(result: unknown, leaf: (formula: Formula) => string): string {
  if (typeof result === "number" || isSymbolic(result)) return leaf(result);
  if (Array.isArray(result)) return `[${result.map((part) => structure(part, leaf)).join(", ")}]`;
  if (typeof result === "object" && result !== null) {
    const fields = Object.entries(result).map(([key, part]) => `${keyText(key)}: ${structure(part, leaf)}`);
    return `{ ${fields.join(", ")} }`;
  }
  return String(result);
}

/** The access to a property, as it is written behind its owner. */
export function memberText(key: string): string {
  return keyText(key) === key ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A property's name as it is written. */
export function keyText(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key);
}
