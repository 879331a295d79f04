/**
 * What functions see of the activations around them, told apart by its structure: the same code in two activations, or in
 * one that is lowered a second time, has equal keys and the same captures in the same order. So one function of IR serves
 * both.
 */
import type ts from "typescript";
import { typeKey } from "../../ir/type.ts";
import {
  type Context,
  type Frame,
  type HeldFunction,
  isFunction,
  type KnownFunction,
  type UserFunction,
  type Variable,
} from "../context.ts";
import { identify, mentions } from "./closures.ts";
import { operandKey } from "./specialize.ts";

export interface Environment {
  /** The same for functions that are the same code in the same surroundings. */
  readonly key: string;
  /** The captured variables that hold values, directly and through the functions that are captured, in an order of the syntax. */
  readonly values: readonly Variable[];
  /** Those that hold known functions. */
  readonly functions: readonly Variable[];
  /** What is mentioned and declared further on. */
  readonly undeclared: readonly { readonly symbol: ts.Symbol; readonly by: UserFunction }[];
}

/** The environment of functions together. */
export function environmentOf(cx: Context, of: readonly (KnownFunction | HeldFunction)[]): Environment {
  const parts: string[] = [];
  const values: Variable[] = [];
  const functions: Variable[] = [];
  const undeclared: { symbol: ts.Symbol; by: UserFunction }[] = [];
  const frames = new Map<Frame, number>();
  const numberOf = (frame: Frame): number => {
    const known = frames.get(frame);
    if (known !== undefined) return known;
    frames.set(frame, frames.size);
    for (const [t, type] of frame.typeArguments) parts.push(`${identify(t)}=${typeKey(type)}`);
    return frames.size - 1;
  };
  const placeOf = (variable: Variable): number => {
    if (!values.includes(variable)) values.push(variable);
    return values.indexOf(variable);
  };
  const seen = new Set<string>();
  const visitCode = (code: UserFunction): void => {
    for (let frame = code.frame; frame; frame = frame.parent) numberOf(frame);
    const place = `fn${identify(code.node)}@${code.frame ? numberOf(code.frame) : ""}`;
    parts.push(place);
    if (seen.has(place)) return;
    seen.add(place);
    for (const symbol of mentions(cx.checker, code.node)) {
      const found = ownerOf(code.frame, symbol);
      if (!found || !cx.flow.values.has(found.variable)) {
        undeclared.push({ symbol, by: code });
        continue;
      }
      const { variable, frame } = found;
      const at = `${identify(symbol)}@${numberOf(frame)}`;
      const operand = cx.read(variable);
      if (isFunction(operand)) {
        parts.push(`${at}:`);
        if (!functions.includes(variable)) functions.push(variable);
        visit(operand);
      } else parts.push(`${at}:${placeOf(variable)}=${operandKey(operand, cx)}`);
    }
  };
  const visit = (fn: KnownFunction | HeldFunction): void => {
    if (fn.kind === "derived") {
      parts.push(`${identify(fn.node)}${JSON.stringify(fn.request)}`);
      visit(fn.of);
    } else if (fn.kind === "held") parts.push(`held${placeOf(fn.variable)}=${operandKey(cx.read(fn.variable), cx)}`);
    else if (fn.kind === "user") visitCode(fn);
    else parts.push(operandKey(fn, cx));
  };
  of.forEach(visit);
  return { key: parts.join("|"), values, functions, undeclared };
}

function ownerOf(frame: Frame | undefined, symbol: ts.Symbol): { variable: Variable; frame: Frame } | undefined {
  for (let f = frame; f; f = f.parent) {
    const variable = f.variables.get(symbol);
    if (variable) return { variable, frame: f };
  }
  return undefined;
}
