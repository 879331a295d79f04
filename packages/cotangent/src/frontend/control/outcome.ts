/**
 * A recursive function that may throw, called under `try`. It cannot be put in place of the call, so it is compiled a
 * second time, to return what `throw` would bring: a status (0 for a result, k for the k-th kind of value thrown), a
 * value of each kind, and the result. The caller branches on the status, as it does after a call put in place.
 *
 *     f(n) { if (n < 0) throw n; return f(n - 1) }    becomes    f(n) -> status, thrown, result
 */
import type ts from "typescript";
import { number, typeKey } from "../../ir/type.ts";
import type { Func, Type, Value } from "../../ir/types.ts";
import {
  type Context,
  type FunctionNode,
  type Handler,
  isFunction,
  isValue,
  NothingFollows,
  type Operand,
  refuse,
  type Specialisation,
  spanOf,
} from "../context.ts";
import { apply, branch, stop } from "../flow.ts";
import { takeResult } from "../functions/function-body.ts";
import { coerce } from "../values/coerce.ts";
import { asValue } from "../values/expression.ts";
import { resumable } from "./resume.ts";
import { handling, leaveTo } from "./thrown.ts";

/**
 * The function that gives an outcome, its body lowered by `lower`. Undefined if something in it was refused, or if it
 * throws more than `version` says: then it says more, and what went by it has been taken back.
 */
export function lowerOutcome(
  cx: Context,
  version: Specialisation,
  node: FunctionNode,
  lower: () => undefined,
): Func | undefined {
  const { specialisations, functions, closures } = cx.session;
  const before = new Set(specialisations.keys());
  const values = new Set(closures.lambdas.keys());
  const handler = handling(cx, () => {
    try {
      resumable(cx, lower);
    } catch (error) {
      if (!(error instanceof NothingFollows)) throw error;
      stop(cx);
    }
  });
  if (cx.failed) return undefined;
  const made = closeOutcome(cx, version, handler, node);
  if (made) {
    version.results = made.results.slice(1 + (version.thrown?.length ?? 0));
    return made;
  }
  for (const [key, { name }] of specialisations) {
    if (before.has(key)) continue;
    specialisations.delete(key);
    functions.delete(name);
  }
  for (const key of [...closures.lambdas.keys()]) if (!values.has(key)) closures.lambdas.delete(key);
  return undefined;
}

/** The function, whose body has been lowered with `handler`; undefined if it throws more than was assumed. */
function closeOutcome(cx: Context, version: Specialisation, handler: Handler, node: FunctionNode): Func | undefined {
  const result = outcomeResult(cx, version, node);
  const kinds = [...handler.kinds.values()];
  const values = kinds.map(({ variable }) => cx.read(variable));
  const known = version.thrown ?? [];
  const keys = new Set(known.map(typeKey));
  const types = [...known];
  for (const key of handler.kinds.keys()) {
    const value = values[[...handler.kinds.keys()].indexOf(key)];
    if (!keys.has(key) && isValue(value)) types.push(value.type);
  }
  version.thrown = types;
  if (types.length > known.length) return undefined;
  const { codes, value: exit } = cx.flow.exit;
  const position = (code: number): number => {
    const key = [...handler.kinds].find(([, k]) => k.code === code)?.[0];
    return key === undefined ? 0 : types.findIndex((t) => typeKey(t) === key) + 1;
  };
  const [first = 0, ...others] = codes;
  let status = cx.constant(position(first), "status");
  for (const code of others) {
    const here = apply(cx, "eq", [exit as Value, cx.constant(code)]);
    status = apply(cx, "select", [here, cx.constant(position(code)), status], "status");
  }
  const thrown = types.map((type) => {
    const kind = handler.kinds.get(typeKey(type));
    const value = kind && cx.read(kind.variable);
    return isValue(value) ? value : cx.b.unset(type, "thrown");
  });
  const all = [status, ...thrown, ...result];
  return { name: version.name, body: cx.b.finish(all), results: all.map((v) => v.type), span: spanOf(node) };
}

function outcomeResult(cx: Context, { assumed }: Specialisation, node: FunctionNode): readonly Value[] {
  let result: Operand;
  try {
    result = takeResult(cx, node);
  } catch (error) {
    if (!(error instanceof NothingFollows)) throw error;
    return (assumed ?? []).map((type) => cx.b.unset(type, "result"));
  }
  if (isFunction(result)) return refuse(node, "function-value");
  const value = asValue(cx, result, node);
  const wanted = assumed ? assumed[0] : value.type.kind === "undefined" ? undefined : value.type;
  return wanted ? [coerce(cx, value, wanted, node)] : [];
}

/** Calls a function of an outcome; control may have left afterwards. */
export function callOutcome(
  cx: Context,
  version: Specialisation,
  args: readonly Value[],
  results: readonly Type[],
  called: ts.Node,
): Operand {
  const { thrown = [] } = version;
  const handler = cx.handlers.at(-1);
  if (!handler) throw new Error("an outcome that nothing asks for");
  const [status, ...values] = cx.b.call(
    version.name,
    args,
    [number, ...thrown, ...results],
    ["status", ...thrown.map(() => "thrown"), undefined],
  );
  const dispatch = (k: number): undefined => {
    const value = values[k];
    if (k >= thrown.length || !value) return;
    const here = apply(cx, "eq", [status as Value, cx.constant(k + 1)], "isThrown");
    branch(
      cx,
      here,
      () => {
        leaveTo(cx, handler, value, called);
        return undefined;
      },
      () => dispatch(k + 1),
    );
  };
  dispatch(0);
  return values[thrown.length] ?? cx.constant(undefined);
}
