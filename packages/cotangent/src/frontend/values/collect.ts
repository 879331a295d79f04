/**
 * What is taken one after another and gathered. Code of the program may run between two values: that of a generator, of a
 * `next`, or a function that is called with each. So such a function, and what makes entries of pairs, runs for each value
 * as it is taken:
 *
 *     Array.from(g(), f)      made = []; for (const x of g()) made.push(f(x, made.length))
 */
import type ts from "typescript";
import { array } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, type GeneratorCall, type Operand, refuse, unpoisoned, Variable } from "../context.ts";
import { iterate, type Source, type Taking, yieldedType } from "../control/generators.ts";
import { wholeItem } from "../control/iteration.ts";
import type { Stepped } from "../control/iterators.ts";
import { apply, branch, leave } from "../flow.ts";
import { callAny } from "../functions/function-calls.ts";
import { callPrelude } from "../library/methods.ts";
import { tryType } from "../types/types.ts";
import { coerce } from "./coerce.ts";
import { asValue, lowerExpression } from "./expression.ts";
import { lowerElements } from "./spread.ts";

/**
 * Runs `take` for each value of the source, with `held` at hand wherever that runs; `scan` is what runs with it. The first
 * `most` values of as many as `held` then holds, or all.
 */
function eachInto(
  cx: Context,
  source: Source,
  held: Value,
  node: ts.Node,
  take: (inner: Context, held: Value, item: () => Operand, index: Value | undefined) => void,
  { scan = [], most }: { readonly scan?: readonly ts.Node[]; readonly most?: number | undefined } = {},
): void {
  const into = new Variable("items", undefined);
  cx.write(into, held);
  const breakCode = cx.session.exitCode();
  const taking: Taking = {
    node,
    scan,
    hidden: [into],
    breakCode,
    continueCode: cx.session.exitCode(),
    leavesEarly: most !== undefined,
    take: (inner, item, index) => {
      const items = inner.read(into) as Value;
      take(inner, items, item, index);
      if (most === undefined) return;
      const isFull = apply(inner, "ge", [inner.b.length(items), inner.constant(most)]);
      branch(
        inner,
        isFull,
        () => {
          leave(inner, breakCode);
          return undefined;
        },
        () => undefined,
      );
    },
  };
  iterate(cx, source, taking, most === undefined);
  cx.flow.values.delete(into);
}

/** What a generator yields, the first `most` values or all of them, in an array. */
export function collect(cx: Context, source: GeneratorCall | Stepped, node: ts.Node, most?: number): Value {
  const element = source.kind === "stepped" ? tryType(cx, source.item, node) : yieldedType(cx, source);
  if (!element || element.kind === "undefined")
    return refuse(node, "generator-object", "Nothing says the type of what it yields.");
  const made = cx.b.array([], array(element));
  if (most === 0) return made;
  const keep = (inner: Context, items: Value, item: () => Operand): void =>
    inner.b.push(items, coerce(inner, asValue(inner, item(), node), element, node));
  eachInto(cx, source, made, node, keep, { most });
  return made;
}

/** `Array.from(source, map)`: an array of what the function gives for each value, of these elements. */
export function collectMapped(cx: Context, source: Source, map: ts.Expression, element: Type, node: ts.Node): Value {
  const f = unpoisoned(lowerExpression(cx, map), map);
  const made = cx.b.array([], array(element));
  eachInto(
    cx,
    source,
    made,
    node,
    (inner, items, item, index) => {
      const place = inner.b.length(items);
      const given = callAny(inner, f, [wholeItem(inner, source, item, index, node), place], node);
      inner.b.push(items, coerce(inner, asValue(inner, given, map), element, map));
    },
    { scan: [map] },
  );
  return made;
}

/**
 * Puts the entries that an expression gives one after another into a map or an object indexed by strings, which `fill`
 * does with an array of them. A generator may yield one and the same pair again, with other contents.
 */
export function collectEntries(
  cx: Context,
  pairs: ts.Expression,
  make: () => Value,
  fill: string,
  node: ts.CallExpression | ts.NewExpression,
): Value {
  const from = lowerElements(cx, pairs);
  const made = make();
  if (!("kind" in from)) callPrelude(cx, node, fill, [made, from]);
  else
    eachInto(cx, from, made, node, (inner, into, item) => {
      const pair = asValue(inner, item(), node);
      callPrelude(inner, node, fill, [into, inner.b.array([pair], array(pair.type))]);
    });
  return made;
}
