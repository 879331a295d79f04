/** The types of instances, from the checker's types of classes. */
import ts from "typescript";
import { optional } from "../../ir/type.ts";
import type { Type } from "../../ir/types.ts";
import { type Context, Frame, refuse, Variable } from "../context.ts";
import { errorBase } from "../control/error-classes.ts";
import {
  baseOf,
  extendsSomething,
  type FieldNode,
  type InstanceType,
  isDecorated,
  mergeFields,
} from "../objects/classes.ts";
import { localType } from "./types.ts";

/** The type of instances that the checker calls `type`. Throws a diagnostic for classes that are not taken. */
export function instanceTypeOf(
  cx: Context,
  type: ts.Type,
  node: ts.Node,
  convert: (type: ts.Type) => Type,
): InstanceType | undefined {
  const declaration = classBehind(cx, type);
  if (!declaration) return undefined;
  const { alternatives, classes, internals } = cx.session;
  const group = alternatives.of(type);
  if (!group.members.every((kind) => classOf(kind) ?? isDeclared(kind)))
    refuse(node, "union-type", `\`${group.members.map((kind) => cx.checker.typeToString(kind)).join(" | ")}\``);
  const family = classes.family(internals, alternatives, declaration);
  const isGeneric = family.classes.some((c) => (c.typeParameters?.length ?? 0) > 0);
  if (isGeneric && (family.classes.length > 1 || group.members.length > 1))
    refuse(node, "generic-hierarchy", `\`${declaration.name?.text ?? "a class"}\``);
  const decorated = family.classes.find(isDecorated);
  if (decorated) refuse(node, "class-decorated", `\`${classes.nameOf(decorated, family)}\``);
  for (const c of family.classes)
    if (extendsSomething(c) && !baseOf(cx.checker, c) && !errorBase(cx, c))
      refuse(node, "class-base", `\`${classes.nameOf(c, family)}\``);
  const typeArguments = new Map<ts.Type, Type>();
  if (isGeneric && classOf(type)) {
    const given = cx.checker.getTypeArguments(type as ts.TypeReference);
    declaration.typeParameters?.forEach((p, i) => {
      const argument = given[i];
      if (argument) typeArguments.set(cx.checker.getTypeAtLocation(p), convert(argument));
    });
  }
  const made = classes.instanceType(family, typeArguments, () => {
    const { frame } = cx;
    cx.frame = new Frame(undefined, undefined, new Variable("result", undefined), 0);
    for (const [p, t] of typeArguments) cx.frame.typeArguments.set(p, t);
    try {
      return mergeFields(cx, family, (field) => fieldType(cx, field), node);
    } finally {
      cx.frame = frame;
    }
  });
  alternatives.lay(isGeneric ? { ...group, isApart: true } : group, made.type.decl);
  return made;
}

/** True for a type of instances of a class that the program declares. */
export function isInstanceKind(type: ts.Type): boolean {
  return classOf(type) !== undefined;
}

/** The class, declared by the program, whose instances are of this type. */
function classOf(type: ts.Type): ts.ClassLikeDeclaration | undefined {
  const declaration = type.getSymbol()?.valueDeclaration;
  const isClass = declaration && ts.isClassLike(declaration) && !declaration.getSourceFile().isDeclarationFile;
  return isClass ? declaration : undefined;
}

/** The class of the type's values, or a class that stands behind the interface that the type is. */
function classBehind(cx: Context, type: ts.Type): ts.ClassLikeDeclaration | undefined {
  const own = classOf(type);
  if (own) return own;
  return cx.session.alternatives
    .of(type)
    .members.map(classOf)
    .find((c) => c !== undefined);
}

/** A type that is declared; an object that a literal makes has one of its own. */
function isDeclared(type: ts.Type): boolean {
  return type.symbol !== undefined && (type.symbol.flags & ts.SymbolFlags.ObjectLiteral) === 0;
}

function fieldType(cx: Context, field: FieldNode): Type {
  const type = localType(cx, cx.checker.getTypeAtLocation(field), field);
  return field.questionToken ? optional(type) : type;
}
