/**
 * Derivatives that become function values: kept in an object, chosen at run time, returned. Such a value is a function
 * that calls the derivative, for the types of arguments that TypeScript says it has, and captures what the function
 * captures that it is a derivative of.
 */
import ts from "typescript";
import { freshValue } from "../../ir/build.ts";
import { typeKey } from "../../ir/type.ts";
import type { Type } from "../../ir/types.ts";
import { AlreadyReported, type Context, type DerivedFunction, isValue, refuse } from "../context.ts";
import type { Lambda, Signature } from "../types/signatures.ts";
import { toType } from "../types/types.ts";
import { asValue } from "../values/expression.ts";
import type { Environment } from "./environment.ts";
import { callDerived } from "./inner-verbs.ts";
import { buildFunction, freshName } from "./specialize.ts";

/** The signature of a derivative by itself. */
export function derivedSignature(cx: Context, fn: DerivedFunction, environment: Environment): Signature {
  const params = parametersOf(cx, fn);
  return cx.session.closures.signature("", { params, results: [built(cx, fn, params, environment).result] });
}

/** The derivative among the functions of a signature; built if there has been none like it. */
export function derivedLambda(
  cx: Context,
  fn: DerivedFunction,
  signature: Signature,
  environment: Environment,
  node: ts.Node,
): Lambda {
  const { closures } = cx.session;
  const key = `${signature.key}|${environment.key}`;
  const known = closures.lambdas.get(key);
  if (known) return known;
  const own = parametersOf(cx, fn);
  const { name, result } = built(cx, fn, own, environment);
  const [wanted] = signature.results;
  const isAlike =
    !signature.hasRest &&
    own.every((t, i) => signature.params[i] && typeKey(t) === typeKey(signature.params[i])) &&
    (!wanted || typeKey(wanted) === typeKey(result));
  if (!isAlike) return refuse(node, "function-value");
  const taken = new Set<string>();
  const captured = environment.values.flatMap((variable, index) => {
    const value = cx.read(variable);
    if (!isValue(value) || (value.type.kind === "undefined" && cx.isKnown(value))) return [];
    const field = closures.slot(signature, variable.name, value.type, taken);
    taken.add(field);
    return [{ index, type: value.type, field }];
  });
  const lambda: Lambda = { signature, fn, name, takes: own.length, captured };
  closures.lambdas.set(key, lambda);
  return lambda;
}

/** The types of the parameters that TypeScript gives to the derivative: those of a tuple, one by one. */
function parametersOf(cx: Context, { node }: DerivedFunction): readonly Type[] {
  const { checker } = cx;
  const [signature] = checker.getTypeAtLocation(node).getCallSignatures();
  if (!signature) return refuse(node, "function-value");
  return signature.parameters.flatMap((p) => {
    const type = checker.getTypeOfSymbolAtLocation(p, node);
    const isRest = p.valueDeclaration && ts.isParameter(p.valueDeclaration) && p.valueDeclaration.dotDotDotToken;
    if (!isRest) return [toType(cx, type, node)];
    if (!checker.isTupleType(type)) return refuse(node, "function-value");
    return checker.getTypeArguments(type as ts.TypeReference).map((t) => toType(cx, t, node));
  });
}

interface Built {
  readonly name: string;
  readonly result: Type;
}

/** The function of IR that calls the derivative with arguments of these types. */
function built(cx: Context, fn: DerivedFunction, params: readonly Type[], environment: Environment): Built {
  const { session } = cx;
  const key = ["derived value", ...params.map(typeKey), environment.key].join("|");
  let version = session.specialisations.get(key);
  if (!version) {
    const name = freshName(session, fn.request.operator);
    version = { name, results: undefined, assumed: undefined };
    session.specialisations.set(key, version);
    const isBuilt = buildFunction(cx, {
      node: fn.node,
      frame: cx.frame,
      version,
      captures: { ...environment, assigned: [] },
      operands: params.map((type) => freshValue(type)),
      hints: params.map(() => undefined),
      lower: (within, own) => [asValue(within, callDerived(within, fn, own, fn.node), fn.node)],
    });
    if (!isBuilt) {
      session.specialisations.delete(key);
      throw new AlreadyReported();
    }
    version.results = session.functions.get(name)?.results ?? [];
  }
  const [result] = version.results ?? [];
  return { name: version.name, result: result ?? refuse(fn.node, "derivative-of-itself", fn.request.operator) };
}
