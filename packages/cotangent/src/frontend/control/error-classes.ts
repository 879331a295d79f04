/**
 * Classes of the program that extend a built-in class of errors. Their instances are records as those of other classes
 * (`classes.ts`), with the fields `message` and `name` that the built-in constructor sets; what is thrown and caught is the
 * record, with its class and all its fields. Where one leaves the function that is differentiated, an error of the built-in
 * class is thrown with its message: the class of the program may not be there for generated code to import.
 */
import ts from "typescript";
import { string } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, isValue, type Operand, refuse, stopped } from "../context.ts";
import { branch } from "../flow.ts";
import { isPredefined } from "../modules/globals.ts";
import { ancestry, type Family, type InstanceType } from "../objects/classes.ts";
import { isOneOf } from "../objects/members.ts";
import { textPart } from "../values/literals.ts";

/** The built-in classes of errors, whose constructors take a message. */
export const errorClasses: ReadonlySet<string> = new Set([
  "Error",
  "RangeError",
  "TypeError",
  "SyntaxError",
  "EvalError",
  "ReferenceError",
  "URIError",
]);

/** The fields that the built-in constructor sets, as all errors have them. */
export const errorFields: readonly { readonly name: string; readonly type: Type }[] = [
  { name: "message", type: string },
  { name: "name", type: string },
];

/** The built-in class of errors that the class, or a class that it extends, extends; undefined for any other class. */
export function errorBase(cx: Pick<Context, "session">, node: ts.ClassLikeDeclaration): string | undefined {
  const { checker } = cx.session;
  const root = ancestry(checker, node).at(-1);
  const [clause] = root?.heritageClauses?.find((h) => h.token === ts.SyntaxKind.ExtendsKeyword)?.types ?? [];
  const base = clause?.expression;
  if (!base || !ts.isIdentifier(base) || !errorClasses.has(base.text)) return undefined;
  return isPredefined(cx, checker.getSymbolAtLocation(base)) ? base.text : undefined;
}

/** True if some class of the family is of errors. */
export function hasErrors(cx: Pick<Context, "session">, { classes }: Family): boolean {
  return classes.some((c) => errorBase(cx, c) !== undefined);
}

/** What the built-in constructor makes of its arguments: the message. */
export function errorMessage(cx: Context, args: readonly Operand[], node: ts.Node): Value {
  const [first, ...others] = args;
  if (others.length > 0) refuse(node, "thrown-value");
  if (first === undefined) return cx.constant("");
  if (!isValue(first)) return refuse(node, "thrown-value");
  if (first.type.kind === "undefined" && cx.known(first) === undefined && cx.isKnown(first)) return cx.constant("");
  if (first.type.kind === "string") return first;
  if (first.type.kind !== "optional" || first.type.absent !== "undefined")
    return cx.b.text([textPart(cx, first, node)]);
  const made = branch(
    cx,
    cx.b.present(first),
    () => errorMessage(cx, [cx.b.unwrap(first)], node),
    () => cx.constant(""),
  );
  return isValue(made) ? made : refuse(node, "thrown-value");
}

/** `error instanceof RangeError`, for an instance of a class of the program. */
export function isBuiltInError(cx: Context, error: Value, { family }: InstanceType, wanted: string): Value {
  const isOf = (c: ts.ClassLikeDeclaration): boolean => {
    const base = errorBase(cx, c);
    return base !== undefined && (wanted === "Error" || base === wanted);
  };
  return isOneOf(cx, error, family, family.classes.filter(isOf));
}

/** Throws an instance that nothing in the function catches. */
export function throwOut(cx: Context, error: Value, { family }: InstanceType): void {
  const message = cx.b.getField(error, "message");
  const among = (bases: readonly string[]): undefined => {
    const [first = "Error", ...others] = bases;
    const raise = (): undefined => {
      cx.b.throw(first, message);
      cx.flow.exit = stopped;
    };
    if (others.length === 0) return raise();
    const wanted = family.classes.filter((c) => errorBase(cx, c) === first);
    branch(cx, isOneOf(cx, error, family, wanted), raise, () => among(others));
  };
  among([...new Set(family.classes.flatMap((c) => errorBase(cx, c) ?? []))]);
}
