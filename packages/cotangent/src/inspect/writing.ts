/**
 * What a step computes, and what it gives its tangent and the cotangents of its operands, as text in the user's names:
 * `x1 * x2`, `x2 * dx1`, `cos(x2) * v3Bar`. The formulas are those of the rule table with what is known put in, so that
 * `x ** 2` has the partial `2 * x`; of a choice only the side is written that the run took.
 */

import { toExpression } from "../core/bind.ts";
import { cotangentHint, tangentHint } from "../core/derived-names.ts";
import { type Expression, interpretExpression, type Primitive, type Term } from "../core/primitive.ts";
import { precedence } from "../elementals/define.ts";
import { and, div, mul, neg, or, select, square, stopGradient } from "../elementals/index.ts";
import { isStep, type Operand, type Step } from "./steps.ts";
import { evaluateAt, partialOf, scalarOf } from "./sweeps.ts";

/** Text, and how strongly it binds: to set parentheses by. */
export interface Written {
  readonly text: string;
  readonly binding: number;
}

/** The binding of what needs no parentheses. */
export const atom = 20;

/** A number for people: six digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value) || Object.is(value, -0)) return Object.is(value, -0) ? "-0" : String(value);
  return String(Number(value.toPrecision(6)));
}

/** What does not vary, as it is. */
export function writeKnown(value: unknown): Written {
  if (typeof value === "number") {
    const text = formatNumber(value);
    return { text, binding: text.startsWith("-") ? precedence.prefix : atom };
  }
  return { text: typeof value === "string" ? JSON.stringify(value) : String(value), binding: atom };
}

function operand({ text, binding }: Written, level: number): string {
  return binding >= level ? text : `(${text})`;
}

/** `primitive` of operands that are written already. */
export function writeApplication(primitive: Primitive, args: readonly Written[]): Written {
  const [first, second, third] = args as readonly [Written, Written, Written];
  if (primitive === square) return { text: `${operand(first, atom)} ** 2`, binding: precedence.power };
  if (primitive === stopGradient) return { text: `stopGradient(${first.text})`, binding: atom };
  const { spelling } = primitive;
  const list = (of: readonly Written[]): string => of.map(({ text }) => text).join(", ");
  switch (spelling.kind) {
    case "infix": {
      const { operator, precedence: level, rightAssociative } = spelling;
      const [left, right] = rightAssociative ? [atom, level] : [level, level + 1];
      return { text: `${operand(first, left)} ${operator} ${operand(second, right)}`, binding: level };
    }
    case "prefix":
      return { text: `${spelling.operator}${operand(first, atom)}`, binding: spelling.precedence };
    case "call":
      return { text: `${spelling.callee.replace(/^(Math|Number)\./, "")}(${list(args)})`, binding: atom };
    case "runtime":
      return { text: `${spelling.name}(${list(args)})`, binding: atom };
    case "method":
      return { text: `${operand(first, atom)}.${spelling.name}(${list(args.slice(1))})`, binding: atom };
    case "property":
      return { text: `${operand(first, atom)}.${spelling.name}`, binding: atom };
    case "element":
      return { text: `${operand(first, atom)}[${second.text}]`, binding: atom };
    case "conditional":
      return { text: `${operand(first, 3)} ? ${second.text} : ${third.text}`, binding: 2 };
    default:
      return spelling satisfies never;
  }
}

/** The name of a step, as the table that is written has it. */
export type NameOf = (step: Step) => string;

function writeOperand(part: Operand, nameOf: NameOf): Written {
  return isStep(part) ? { text: nameOf(part), binding: atom } : writeKnown(part.known);
}

/** The right side of a step: `x1 * x2`. Empty for an input. */
export function writeStep(step: Step, nameOf: NameOf): string {
  const { operation } = step;
  if (operation === undefined) return "";
  const parts = step.operands.map((part) => writeOperand(part, nameOf));
  return operation === "store" ? (parts[0]?.text ?? "") : writeApplication(operation, parts).text;
}

/** What is known of a step when its derivative is written. */
interface Site {
  readonly operands: readonly Written[];
  readonly result: Written;
  /** The number that operand `index` is, if it does not vary. */
  readonly knownAt: (index: number) => number | undefined;
  /** Which side a choice takes, if that is known. */
  readonly choose: (condition: Expression) => boolean | undefined;
}

function siteOf(step: Step, nameOf: NameOf): Site {
  const values = step.operands.map(scalarOf);
  return {
    operands: step.operands.map((part) => writeOperand(part, nameOf)),
    result: { text: nameOf(step), binding: atom },
    knownAt: (index) => {
      const part = step.operands[index] as Operand;
      return isStep(part) || typeof part.known !== "number" ? undefined : part.known;
    },
    choose: (condition) => Boolean(evaluateAt(condition, values, step.value as number)),
  };
}

/** `expression` with the operands in it that are known, and without the choices that are. */
function reduce(expression: Expression, { knownAt, choose }: Site): Expression {
  const resolved = (e: Expression): Term => {
    switch (e.kind) {
      case "literal":
        return e.value;
      case "result":
        return e;
      case "argument":
        return knownAt(e.index) ?? e;
      case "apply": {
        const [condition, whenTrue, whenFalse] = e.args as [Expression, Expression, Expression];
        if (e.primitive !== select) return fold(e.primitive, e.args.map(resolved));
        const known = choose(condition) ?? resolved(condition);
        if (typeof known === "boolean") return resolved(known ? whenTrue : whenFalse);
        return fold(select, [known, resolved(whenTrue), resolved(whenFalse)]);
      }
      default:
        return e satisfies never;
    }
  };
  const found = resolved(expression);
  return typeof found === "boolean" ? expression : toExpression(found);
}

/** The application, computed if all is known, and as far as truth values are. */
function fold(primitive: Primitive, args: readonly Term[]): Term {
  const known = args.find((arg) => typeof arg === "boolean");
  const open = args.find((arg) => typeof arg !== "boolean");
  if (known === undefined || open === undefined) return primitive(...args);
  if (primitive === and) return known && open;
  if (primitive === or) return known || open;
  throw new TypeError(`${primitive.id} of a known truth value has no text`);
}

interface Signed {
  readonly negative: boolean;
  readonly written: Written;
}

/** A partial derivative times `factor`; undefined where the partial is zero wherever it exists. */
function writeTerm(partial: Expression, factor: string, site: Site): Signed | undefined {
  if (partial.kind === "literal" && partial.value === 0) return undefined;
  const { operands, result } = site;
  const write = (expression: Expression): Written =>
    interpretExpression<Written>(expression, { literal: writeKnown, apply: writeApplication }, operands, result);
  const times = (expression: Expression): Signed => {
    const bare: Written = { text: factor, binding: atom };
    if (expression.kind === "literal") {
      const { value } = expression;
      if (Math.abs(value) === 1) return { negative: value < 0, written: bare };
      return { negative: value < 0, written: writeApplication(mul, [writeKnown(Math.abs(value)), bare]) };
    }
    if (expression.kind === "apply") {
      const [first, second] = expression.args as [Expression, Expression];
      if (expression.primitive === neg) {
        const inner = times(first);
        return { negative: !inner.negative, written: inner.written };
      }
      if (expression.primitive === div && first.kind === "literal" && Math.abs(first.value) === 1)
        return { negative: first.value < 0, written: writeApplication(div, [bare, write(second)]) };
    }
    return { negative: false, written: writeApplication(mul, [write(expression), bare]) };
  };
  return times(reduce(partial, site));
}

/**
 * The partial derivative of `primitive` by operand `index`, alone, of operands that are written already; `knownAt` says which
 * of them are numbers that do not vary. Empty where there is none.
 */
export function writePartial(
  primitive: Primitive,
  index: number,
  operands: readonly Written[],
  result: Written,
  knownAt: Site["knownAt"],
): string {
  const partial = primitive.partial(index, operands.length);
  if (!partial) return "";
  const site: Site = { operands, result, knownAt, choose: () => undefined };
  return interpretExpression<Written>(
    reduce(partial, site),
    { literal: writeKnown, apply: writeApplication },
    operands,
    result,
  ).text;
}

/** The right side of the tangent of a step, of those operands that have one; undefined if none counts. */
export function writeTangent(step: Step, varies: (step: Step) => boolean, nameOf: NameOf): string | undefined {
  const site = siteOf(step, nameOf);
  let text: string | undefined;
  step.operands.forEach((part, i) => {
    if (!isStep(part) || !varies(part)) return;
    const term = writeTerm(partialOf(step, i), tangentName(nameOf(part)), site);
    if (!term) return;
    const { negative, written } = term;
    const shown = operand(written, precedence.product);
    text = text === undefined ? `${negative ? "-" : ""}${shown}` : `${text} ${negative ? "-" : "+"} ${shown}`;
  });
  return text;
}

/** The statement by which a step gives its cotangent to an operand: `x1Bar += x2 * v2Bar`. */
export function writeContribution(of: Step, index: number, isFirst: boolean, nameOf: NameOf): string {
  const target = cotangentName(nameOf(of.operands[index] as Step));
  const term = writeTerm(partialOf(of, index), cotangentName(nameOf(of)), siteOf(of, nameOf)) ?? {
    negative: false,
    written: { text: "0", binding: atom },
  };
  const shown = operand(term.written, precedence.product);
  if (isFirst) return `${target} = ${term.negative ? "-" : ""}${shown}`;
  return `${target} ${term.negative ? "-=" : "+="} ${shown}`;
}

/** `dx`, `da[2]`, `dp.x`. */
export function tangentName(name: string): string {
  return name.replace(/^[\p{ID_Continue}$]+|^…/u, (head) => tangentHint(head) as string);
}

/** `xBar`, `aBar[2]`, `pBar.x`. */
export function cotangentName(name: string): string {
  return name.replace(/^[\p{ID_Continue}$]+|^…/u, (head) => cotangentHint(head) as string);
}
