/** Methods of numbers that write them into text, where their derivative ends. */
import type ts from "typescript";
import { localeString } from "../../elementals/index.ts";
import type { Value } from "../../ir/types.ts";
import { type Context, type Operand, refuse } from "../context.ts";
import { apply } from "../flow.ts";
import { lowerArguments } from "../functions/call.ts";
import { isOpenNumber, leavingOut } from "../library/builtins.ts";
import { callPrelude } from "../library/methods.ts";
import { asValue, expectNumber } from "./expression.ts";
import { concatenate } from "./literals.ts";

interface Writing {
  readonly primitive: string;
  /** What the argument may be, and what JavaScript calls it. */
  readonly least: number;
  readonly most: number;
  readonly wrong: string;
  /** What a missing argument stands for; undefined where that is a form of its own. */
  readonly missing?: number;
}

const writings: Readonly<Record<string, Writing>> = {
  toFixed: {
    primitive: "numberToFixed",
    least: 0,
    most: 100,
    wrong: "toFixed() digits argument must be between 0 and 100",
    missing: 0,
  },
  toExponential: {
    primitive: "numberToExponential",
    least: 0,
    most: 100,
    wrong: "toExponential() argument must be between 0 and 100",
  },
  toPrecision: {
    primitive: "numberToPrecision",
    least: 1,
    most: 100,
    wrong: "toPrecision() argument must be between 1 and 100",
  },
  toString: {
    primitive: "numberToString",
    least: 2,
    most: 36,
    wrong: "toString() radix must be between 2 and 36",
  },
};

/** `x.toFixed(2)` and its like; undefined for a method that is none of them. */
export function callNumberMethod(cx: Context, node: ts.CallExpression, method: string, x: Value): Operand | undefined {
  const writing = Object.hasOwn(writings, method) ? writings[method] : undefined;
  if (!writing && method !== "toLocaleString") return undefined;
  const [argument, ...others] = lowerArguments(cx, node).map((a, i) => asValue(cx, a, node.arguments[i] ?? node));
  if (others.length > 0) return refuse(node, "method", `${method} with options, of number`);
  if (!writing) {
    if (argument && argument.type.kind !== "string") return refuse(node, "method", `${method} with options, of number`);
    return cx.b.apply(localeString, argument ? [x, argument] : [x]);
  }
  const { primitive, least, most, wrong, missing } = writing;
  const write = ([digits]: readonly Value[]): Value => {
    if (!digits) {
      if (missing !== undefined) return apply(cx, primitive, [x, cx.constant(missing)]);
      return method === "toExponential" ? apply(cx, primitive, [x]) : concatenate(cx, [x]);
    }
    const checked = expectNumber(digits, node.arguments[0] ?? node);
    callPrelude(cx, node, "checkWhole", [checked, cx.constant(least), cx.constant(most), cx.constant(wrong)]);
    return apply(cx, primitive, [x, checked]);
  };
  if (!argument) return write([]);
  return isOpenNumber(argument) ? leavingOut(cx, [argument], 0, write) : write([argument]);
}
