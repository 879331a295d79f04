/**
 * Generated code as input: the calls of `cotangent/runtime` that the back end writes for tapes and whole structures are
 * read back as the instructions they were, so that a derivative can be differentiated again. The shapes among their
 * arguments say what the types say, and are not looked at.
 */
import ts from "typescript";
import { sameType, shadowType, tuple } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, type Operand, quote, refuse } from "../context.ts";
import { bare } from "../syntax/scan.ts";
import { showType } from "../types/show.ts";
import { toType } from "../types/types.ts";
import { lowerNumber, lowerValue } from "../values/expression.ts";

type Lower = (cx: Context, node: ts.CallExpression) => Operand;

/** The instruction that a call of the runtime's function `name` is; undefined if it is not one of those. */
export function runtimeCall(name: string): Lower | undefined {
  return Object.hasOwn(calls, name) ? calls[name] : undefined;
}

function argument(node: ts.CallExpression, index: number): ts.Expression {
  return node.arguments[index] ?? refuse(node, "library-function", quote(node));
}

function tapeOf(cx: Context, node: ts.Expression): Value {
  const value = lowerValue(cx, node);
  return value.type.kind === "tape" ? value : refuse(node, "type-mismatch", `${showType(value.type)} and Tape`);
}

/** The type that the call has in TypeScript. */
function typeOfCall(cx: Context, node: ts.Expression): Type {
  return toType(cx, cx.checker.getTypeAtLocation(node), node);
}

/** An empty tape. */
export function makeTape(cx: Context, node: ts.Expression, pooled: boolean): Value {
  const type = typeOfCall(cx, node);
  return type.kind === "tape" ? cx.b.tape(type.element, pooled) : refuse(node, "library-function", quote(node));
}

function structures(cx: Context, node: ts.Expression): readonly Value[] {
  const list = bare(node);
  if (!ts.isArrayLiteralExpression(list)) return refuse(node, "library-function", quote(node));
  return list.elements.map((e) => lowerValue(cx, e));
}

function done(cx: Context): Value {
  return cx.constant(undefined);
}

const calls: Readonly<Record<string, Lower>> = {
  withoutMissing: (cx, node) => lowerValue(cx, argument(node, 0)),
  takeTape: (cx, node) => makeTape(cx, node, true),
  takeReferences: (cx, node) => makeTape(cx, node, true),
  giveTape: (cx, node) => {
    cx.b.release(tapeOf(cx, argument(node, 0)));
    return done(cx);
  },
  giveReferences: (cx, node) => {
    cx.b.release(tapeOf(cx, argument(node, 0)));
    return done(cx);
  },
  reader: (cx, node) => cx.b.reader(tapeOf(cx, argument(node, 0))),
  shadowOf: (cx, node) => cx.b.shadow([lowerValue(cx, argument(node, 0))])[0] as Value,
  shadowsOf: (cx, node) => {
    const shared = cx.known(lowerValue(cx, argument(node, 0)));
    if (typeof shared !== "boolean") return refuse(node, "library-function", quote(node));
    const of = structures(cx, argument(node, 1));
    return cx.b.record(cx.b.shadow(of, shared), tuple(...of.map((v) => shadowType(v.type))));
  },
  clear: (cx, node) => {
    cx.b.clear(lowerValue(cx, argument(node, 0)), true);
    return done(cx);
  },
  copy: (cx, node) => {
    const structure = lowerValue(cx, argument(node, 0));
    return cx.b.copy(structure, typeOfCall(cx, node));
  },
  addTo: (cx, node) => lowerAddTo(cx, node, false),
  addGrown: (cx, node) => lowerAddTo(cx, node, true),
  checkKeys: (cx, node) => lowerCheck(cx, node, "checkKeys"),
  expectFields: (cx, node) => lowerCheck(cx, node, "expectFields"),
  expectLength: (cx, node) => lowerCheck(cx, node, "expectLength"),
  snapshot: (cx, node) => cx.b.snapshot(structures(cx, argument(node, 0))),
  reinstate: (cx, node) => {
    cx.b.reinstate(lowerValue(cx, argument(node, 0)));
    return done(cx);
  },
};

function lowerCheck(cx: Context, node: ts.CallExpression, check: "checkKeys" | "expectFields" | "expectLength"): Value {
  cx.b.host(
    check,
    node.arguments.map((a) => lowerValue(cx, a)),
  );
  return done(cx);
}

function lowerAddTo(cx: Context, node: ts.CallExpression, grown: boolean): Value {
  const target = lowerValue(cx, argument(node, 0));
  const source = lowerValue(cx, argument(node, 1));
  if (!sameType(target.type, source.type))
    refuse(node, "type-mismatch", `${showType(target.type)} and ${showType(source.type)}`);
  cx.b.addTo(target, source, grown);
  return done(cx);
}

/** A method of a tape. */
export function callTapeMethod(cx: Context, node: ts.CallExpression, method: string, tape: Value): Value {
  switch (method) {
    case "grow":
      return cx.b.grow(tape, lowerNumber(cx, argument(node, 0)));
    case "shrink":
      return cx.b.shrink(tape, lowerNumber(cx, argument(node, 0)));
    case "push": {
      const value = lowerValue(cx, argument(node, 0));
      const at = cx.b.grow(tape, cx.constant(1));
      cx.b.store(cx.b.slots(tape), at, value);
      return done(cx);
    }
    case "pop": {
      const at = cx.b.shrink(tape, cx.constant(1));
      return cx.b.load(cx.b.slots(tape), at);
    }
    default:
      return refuse(node, "method", method);
  }
}
