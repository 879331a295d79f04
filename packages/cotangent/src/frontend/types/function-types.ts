/**
 * The types of values that are functions: a signature of one list of parameters and one result, which may lead back to the
 * type itself.
 */
import ts from "typescript";
import { number, optional } from "../../ir/type.ts";
import type { Type } from "../../ir/types.ts";
import { type Context, refuse } from "../context.ts";
import { leadsTo, type Signature } from "./signatures.ts";
import { beginConversion, type Conversion, convert } from "./types.ts";

/** The type of the values that functions of this signature are. Throws a diagnostic for what is not taken. */
export function functionType(cx: Context, signature: ts.Signature, node: ts.Node): Type {
  return convertSignature(beginConversion(cx, node), signature, "").type;
}

/** The type of values that are functions. */
export function convertFunction(c: Conversion, type: ts.Type): Type {
  const { closures } = c.cx.session;
  const known = closures.known(type);
  if (known) return known.type;
  const signature = plainSignature(c, type);
  const { generic } = c;
  const name = type.aliasSymbol?.name ?? type.symbol?.name ?? "";
  const shown = name.startsWith("__") ? "" : name;
  if (c.entered.has(type)) {
    // It leads back to itself, so it is the same as itself only.
    const own = closures.recursive(shown);
    c.open.set(type, own.type);
    return own.type;
  }
  c.generic = false;
  c.entered.add(type);
  const made = convertSignature(c, signature, shown, () => c.open.get(type));
  c.entered.delete(type);
  if (!c.generic) closures.remember(type, made);
  c.generic ||= generic;
  return made.type;
}

/** The signature of a function that has one, and no properties. */
export function plainSignature(c: Conversion, type: ts.Type): ts.Signature {
  const [signature, ...others] = type.getCallSignatures();
  const isPlain =
    others.length === 0 && type.getConstructSignatures().length === 0 && type.getProperties().length === 0;
  return signature && isPlain ? signature : refuse(c.node, "function-value");
}

function convertSignature(
  c: Conversion,
  signature: ts.Signature,
  name: string,
  recursive: () => Type | undefined = () => undefined,
): Signature {
  const parts = signatureParts(c, signature);
  const { closures } = c.cx.session;
  const own = recursive();
  const isOpen = c.entered.size > 1 || [...parts.params, ...parts.results].some((t) => leadsTo(t, c.filling));
  return own ? closures.complete(own, parts) : closures.signature(name, parts, isOpen);
}

/** The types of the parameters and the result of a function. */
export function signatureParts(
  c: Conversion,
  signature: ts.Signature,
): Pick<Signature, "params" | "results" | "hasRest"> {
  const { checker } = c.cx;
  let hasRest = false;
  if (signature.typeParameters?.length) return refuse(c.node, "function-value");
  const params = signature.parameters.flatMap((p): readonly Type[] => {
    const declaration = p.valueDeclaration;
    const parameter = declaration && ts.isParameter(declaration) ? declaration : undefined;
    const type = checker.getTypeOfSymbolAtLocation(p, declaration ?? c.node);
    if (parameter?.dotDotDotToken) {
      // `(...args: Parameters<F>)`, as derivatives have it, is so many parameters.
      if (!checker.isTupleType(type)) {
        const list = assumed(c, type);
        hasRest = true;
        return list.kind === "array" ? [list] : refuse(c.node, "function-value");
      }
      if ((type as ts.TupleTypeReference).target.hasRestElement) return refuse(c.node, "function-value");
      return checker.getTypeArguments(type as ts.TypeReference).map((t) => assumed(c, t));
    }
    const made = assumed(c, type);
    return [parameter?.initializer || parameter?.questionToken ? optional(made) : made];
  });
  const returned = checker.getReturnTypeOfSignature(signature);
  const result = assumed(c, returned);
  return { params, results: result.kind === "undefined" ? [] : [result], hasRest };
}

/** Where types are found by trying, what JavaScript does not say is a number: a call with something else is refused. */
function assumed(c: Conversion, type: ts.Type): Type {
  const isUnsaid = (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
  return isUnsaid && c.cx.session.learning ? number : convert(c, type);
}
