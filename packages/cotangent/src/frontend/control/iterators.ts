/**
 * Objects that say themselves how they are iterated over, by `[Symbol.iterator]`. Where it is a generator, its body runs
 * where something takes what it yields (`generators.ts`); where it gives an object with a `next`, that is called once for
 * each value, as the language does:
 *
 *     for (const v of list) …      it = list[Symbol.iterator](); for (;;) { r = it.next(); if (r.done) break; v = r.value; … }
 *
 * An iterator with a `return`, which the language calls where a loop is left early or throws, is refused unless all of it
 * is taken.
 */
import type ts from "typescript";
import { boolean, optional, record } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import {
  type Context,
  type GeneratorCall,
  isGenerator,
  isValue,
  type Operand,
  quote,
  refuse,
  unpoisoned,
} from "../context.ts";
import { branch, leave } from "../flow.ts";
import { callAny } from "../functions/function-calls.ts";
import { iteratorName } from "../objects/classes.ts";
import { callMember, isMember } from "../objects/members.ts";
import { receivingMethodOf } from "../objects/receivers.ts";
import { excludesMissing } from "../types/types.ts";
import { asValue } from "../values/expression.ts";
import { truthOf } from "./condition.ts";
import type { Taking } from "./generators.ts";
import { lowerLoop } from "./loops.ts";

/** An object that gives one value after another by its `next`, and what the checker says they are. */
export interface Stepped {
  readonly kind: "stepped";
  readonly object: Value;
  readonly item: ts.Type;
}

/** What the operand is taken from, if it is a generator or an object that says how it is iterated over. */
export function steppedThrough(
  cx: Context,
  operand: Operand,
  node: ts.Expression,
): GeneratorCall | Stepped | undefined {
  if (isGenerator(operand)) return operand;
  if (!isValue(operand) || !hasMethod(cx, operand, iteratorName)) return undefined;
  const made = unpoisoned(call(cx, operand, iteratorName, node), node);
  if (isGenerator(made)) return made;
  const item = itemType(cx, cx.checker.getTypeAtLocation(node));
  if (!isValue(made) || !item || !hasMethod(cx, made, "next")) return refuse(node, "for-of", quote(node));
  return { kind: "stepped", object: made, item };
}

/** Runs `taking` for each value, until there is none or it leaves. */
export function eachStep(cx: Context, { object, item }: Stepped, taking: Taking, takesAll = false): void {
  const { node } = taking;
  if (!takesAll && hasMethod(cx, object, "return")) refuse(node, "for-of", "an iterator with a method `return`");
  lowerLoop(cx, {
    scan: taking.scan,
    hidden: taking.hidden,
    condition: undefined,
    body: () => {
      const result = asValue(cx, call(cx, object, "next", node), node);
      const done = fieldOf(cx, result, "done");
      branch(
        cx,
        done ? truthOf(cx, done, node) : cx.constant(false),
        () => {
          leave(cx, taking.breakCode);
          return undefined;
        },
        () => {
          const value = fieldOf(cx, result, "value") ?? cx.constant(undefined);
          const isThere = value.type.kind === "optional" && excludesMissing(item);
          const given = isThere ? cx.b.unwrap(value) : value;
          taking.take(cx, () => given, undefined);
          return undefined;
        },
      );
    },
    update: undefined,
    breakCode: taking.breakCode,
    continueCode: taking.continueCode,
    leavesEarly: true,
    bodyFirst: false,
  });
}

function fieldOf(cx: Context, object: Value, name: string): Value | undefined {
  const { type } = object;
  const isField = type.kind === "record" && type.decl.fields.some((f) => f.name === name);
  return isField ? cx.b.getField(object, name) : undefined;
}

function hasMethod(cx: Context, object: Value, name: string): boolean {
  if (isMember(cx, object.type, name, "method")) return true;
  return object.type.kind === "record" && object.type.decl.fields.some((f) => f.name === name);
}

function call(cx: Context, object: Value, name: string, node: ts.Node): Operand {
  if (isMember(cx, object.type, name, "method")) return callMember(cx, object, name, "method", [], node);
  const held = cx.b.getField(object, name);
  const isGiven = receivingMethodOf(cx, object, name) !== undefined;
  return callAny(cx, held.type.kind === "optional" ? cx.b.unwrap(held) : held, isGiven ? [object] : [], node);
}

/** The type of the values that are taken from something of this type, where its iterator's `next` says it. */
function itemType(cx: Context, type: ts.Type): ts.Type | undefined {
  const resultOf = (of: ts.Type | undefined, name: string): ts.Type | undefined => {
    const property = of && cx.checker.getPropertiesOfType(of).find((p) => p.name === name || p.name.startsWith(name));
    const found = property && cx.checker.getTypeOfSymbol(property).getCallSignatures()[0];
    return found && cx.checker.getReturnTypeOfSignature(found);
  };
  const result = resultOf(resultOf(type, "__@iterator"), "next");
  if (!result) return undefined;
  const values = (result.isUnion() ? result.types : [result]).flatMap((r) => {
    const [done, value] = ["done", "value"].map((n) => cx.checker.getPropertyOfType(r, n));
    const isEnd = done && cx.checker.typeToString(cx.checker.getTypeOfSymbol(done)) === "true";
    return value && !isEnd ? [cx.checker.getTypeOfSymbol(value)] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

/** The library's `IteratorResult` of values of a type: a record as literals of it are. */
export function iteratorResult(value: Type): Type {
  const fields = [
    { name: "done", type: optional(boolean) },
    { name: "value", type: optional(value) },
  ];
  return record({ name: "IteratorResult", isTuple: false, fields });
}
