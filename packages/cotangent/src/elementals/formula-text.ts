/**
 * Formulas as the text of JavaScript: what is asked of a domain is written down, a constant for each part, equal parts once,
 *
 *     0.5 / y · d        const v0 = 0.5 / y; const v1 = v0 * d;
 *
 * Spellings are the table's where they are JavaScript's own, and calls of the table's functions elsewhere. That makes code
 * from text, which a strict Content-Security-Policy forbids; whether it does is asked here.
 */
import type { Interpretation, Primitive } from "../core/primitive.ts";

let isAllowed: boolean | undefined;

/** True if this page or process lets functions be made from text. Tried once. */
export function canGenerate(): boolean {
  if (isAllowed === undefined) {
    try {
      isAllowed = new Function("return true")() as boolean;
    } catch {
      isAllowed = false;
    }
  }
  return isAllowed;
}

/** The functions and objects that a text refers to, by the names that it has for them: `p0`, `p1`, …. */
export class References {
  readonly #list: unknown[] = [];

  nameOf(what: unknown): string {
    const found = this.#list.indexOf(what);
    return `p${found < 0 ? this.#list.push(what) - 1 : found}`;
  }

  /** The function of `params` with this body. */
  compile(params: readonly string[], body: string): unknown {
    const names = this.#list.map((_, i) => `p${i}`);
    const make = new Function(...names, `"use strict"; return (${params.join(", ")}) => {\n${body}\n};`);
    return make(...this.#list);
  }
}

/** Formulas as constants of a function's body, equal ones once; those that depend on a direction apart, for its loop. */
export class Writer implements Interpretation<string> {
  readonly before: string[] = [];
  readonly inside: string[] = [];
  readonly #known = new Map<string, string>();
  readonly #varying = new Set<string>();
  readonly references: References;

  constructor(references: References = new References()) {
    this.references = references;
  }

  /** Says that `text` depends on the direction. */
  inLoop(text: string): string {
    this.#varying.add(text);
    return text;
  }

  readonly literal = (value: number): string =>
    Object.is(value, -0) || value < 0 ? `(${signedText(value)})` : `${value}`;

  readonly apply = (primitive: Primitive, args: readonly string[]): string => {
    const text = this.spell(primitive, args);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const name = `v${this.#known.size}`;
    this.#known.set(text, name);
    const isVarying = args.some((arg) => this.#varying.has(arg));
    if (isVarying) this.#varying.add(name);
    (isVarying ? this.inside : this.before).push(`const ${name} = ${text};`);
    return name;
  };

  /** Arguments are names and literals, which need no parentheses. */
  protected spell({ spelling, primal }: Primitive, args: readonly string[]): string {
    const [first, second = first, third] = args;
    switch (spelling.kind) {
      case "infix":
        return `${first} ${spelling.operator} ${second}`;
      case "prefix":
        return `${spelling.operator}${first}`;
      case "conditional":
        return `${first} ? ${second} : ${third}`;
      case "call":
        if (spelling.callee.startsWith("Math.") && Reflect.get(Math, spelling.callee.slice(5)) === primal)
          return `${spelling.callee}(${args.join(", ")})`;
        return `${this.references.nameOf(primal)}(${args.join(", ")})`;
      case "runtime":
      case "method":
      case "property":
      case "element":
        return `${this.references.nameOf(primal)}(${args.join(", ")})`;
      default:
        return spelling satisfies never;
    }
  }
}

function signedText(value: number): string {
  return Object.is(value, -0) ? "-0" : `${value}`;
}
