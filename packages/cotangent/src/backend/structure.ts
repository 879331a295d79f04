/**
 * Operations on whole structures. On flat arrays they are one line of plain TypeScript; on structures that are deep,
 * recursive or may share parts they are calls of the runtime, which walks the structure along its shape.
 */
import { isFloatStorage, shadowType } from "../ir/type.ts";
import type { Type } from "../ir/types.ts";
import {
  binary,
  call,
  type Expression,
  literal,
  makeVariable,
  member,
  read,
  type Statement,
  strength,
} from "./tree.ts";
import { leadsTo } from "./types.ts";

/** What this file needs of the module that is being printed. */
export interface StructureContext {
  /** The local name of an export of the runtime, which is imported. */
  readonly runtime: (name: string) => string;
  /** An expression for the shape of a type. */
  readonly shape: (type: Type) => Expression;
  readonly type: (type: Type) => string;
}

function isNumeric(type: Type): boolean {
  return type.kind === "number" || (type.kind === "optional" && type.of.kind === "number");
}
function isFlatArray(type: Type): boolean {
  return type.kind === "array" && (type.storage !== "Array" || isNumeric(type.element));
}
function holdsNoReference(type: Type): boolean {
  return (
    type.kind === "number" ||
    type.kind === "boolean" ||
    type.kind === "string" ||
    type.kind === "undefined" ||
    type.kind === "function" ||
    (type.kind === "optional" && holdsNoReference(type.of))
  );
}

// -------------------------------------------------------------------------------------------------------- Shadows

/** True if the shadow of a value of this type is printed without the runtime. */
function hasInlineShadow(type: Type, shared: boolean, depth = 2): boolean {
  if (isFlatArray(type)) return true;
  if (shared || depth === 0) return false;
  if (type.kind === "array") return type.storage === "Array" && hasInlineShadow(type.element, shared, depth - 1);
  if (type.kind !== "record" || leadsTo(type.decl, type.decl) || type.decl.fields.some((f) => f.variant)) return false;
  return type.decl.fields.every((f) => holdsNoReference(f.type) || hasInlineShadow(f.type, shared, depth - 1));
}

/** The shadow of one structure that is reached from nowhere else. */
export function shadowExpression(of: Expression, type: Type, shared: boolean, cx: StructureContext): Expression {
  if (hasInlineShadow(type, shared)) return inlineShadow(of, type);
  if (!shared) return call(`${cx.runtime("shadowOf")}<${cx.type(shadowType(type))}>`, of, cx.shape(type));
  return { kind: "index", object: shadowsExpression([of], [type], shared, cx), index: literal(0) };
}

/** The shadows of several structures at once, as a tuple. */
export function shadowsExpression(
  of: readonly Expression[],
  types: readonly Type[],
  shared: boolean,
  cx: StructureContext,
): Expression {
  const results = types.map((t) => cx.type(shadowType(t))).join(", ");
  return call(
    `${cx.runtime("shadowsOf")}<[${results}]>`,
    literal(shared),
    { kind: "array", elements: of },
    { kind: "array", elements: types.map(cx.shape) },
  );
}

function inlineShadow(of: Expression, type: Type): Expression {
  const length = member(of, "length");
  if (type.kind === "array") {
    if (isFloatStorage(type.storage)) return { kind: "new", callee: "Float64Array", args: [length] };
    if (type.storage !== "Array") return literal(null);
    if (isNumeric(type.element)) {
      return call(member({ kind: "new", callee: "Array<number>", args: [length] }, "fill"), literal(0));
    }
    const element = makeVariable(type.element, type.element.kind === "array" ? "row" : "item");
    return call(member(of, "map"), {
      kind: "arrow",
      params: [element],
      typed: false,
      body: inlineShadow(read(element), type.element),
    });
  }
  if (type.kind !== "record") throw new Error(`no inline shadow of ${type.kind}`);
  const fields = type.decl.fields.map((f) => ({
    name: f.name,
    value: isNumeric(f.type)
      ? literal(0)
      : holdsNoReference(f.type)
        ? literal(null)
        : inlineShadow(member(of, f.name), f.type),
  }));
  return type.decl.isTuple ? { kind: "array", elements: fields.map((f) => f.value) } : { kind: "object", fields };
}

// --------------------------------------------------------------------------------------------------------- Copies

/** A deep copy of `of` as a structure of type `to`, which differs from `from` in the storage of arrays at most. */
export function copyExpression(of: Expression, from: Type, to: Type, cx: StructureContext): Expression {
  if (isFlatArray(from) && from.kind === "array" && to.kind === "array") {
    if (from.storage === to.storage) return call(member(of, "slice"));
    if (to.storage === "Array") return call("Array.from", of);
    return { kind: "new", callee: to.storage, args: [of] };
  }
  if (from.kind === "array" && from.storage === "Array" && holdsNoReference(from.element))
    return call(member(of, "slice"));
  if (holdsNoReference(from)) return of;
  return call(`${cx.runtime("copy")}<${cx.type(to)}>`, of, cx.shape(to));
}

// -------------------------------------------------------------------------------------------------------- Clearing

function hasInlineClear(type: Type, gaps: boolean, depth = 2): boolean {
  if (isFlatArray(type)) return true;
  // The runtime passes over what is unset.
  if (gaps || depth === 0) return false;
  if (type.kind === "array") return hasInlineClear(type.element, gaps, depth - 1);
  if (type.kind !== "record" || leadsTo(type.decl, type.decl) || type.decl.fields.some((f) => f.variant)) return false;
  return type.decl.fields.every((f) => holdsNoReference(f.type) || hasInlineClear(f.type, gaps, depth - 1));
}

/** Sets every number of a shadow to zero. */
export function clearStatements(of: Expression, type: Type, gaps: boolean, cx: StructureContext): readonly Statement[] {
  if (hasInlineClear(type, gaps)) return inlineClear(of, type);
  return [{ kind: "run", expression: call(cx.runtime("clear"), of, cx.shape(type)) }];
}

function inlineClear(of: Expression, type: Type): readonly Statement[] {
  if (isFlatArray(type)) return [{ kind: "run", expression: call(member(of, "fill"), literal(0)) }];
  if (type.kind === "array") {
    const index = makeVariable({ kind: "number" }, "i");
    const body = inlineClear({ kind: "index", object: of, index: read(index) }, type.element);
    return [
      {
        kind: "for",
        index,
        start: literal(0),
        test: binary("<", strength.relational, read(index), member(of, "length")),
        step: 1,
        body,
      },
    ];
  }
  if (type.kind !== "record") throw new Error(`no inline clearing of ${type.kind}`);
  return type.decl.fields.flatMap((f): readonly Statement[] => {
    const target = member(of, f.name);
    if (isNumeric(f.type)) return [{ kind: "write", target, value: literal(0), adds: false }];
    return holdsNoReference(f.type) ? [] : inlineClear(target, f.type);
  });
}

// --------------------------------------------------------------------------------------------------------- Adding

/**
 * Adds a structure to another one of the same shape. By the runtime, whatever the type: it refuses structures that do
 * not match, where a loop would add a part and say nothing.
 */
export function addToStatement(
  target: Expression,
  source: Expression,
  type: Type,
  grown: boolean,
  cx: StructureContext,
): Statement {
  const added = call(cx.runtime(grown ? "addGrown" : "addTo"), target, source, cx.shape(type));
  return { kind: "run", expression: added };
}

/** True if the text mentions the operand once, so that any expression may stand in its place. */
export function mentionsOnce(op: "shadow" | "clear" | "copy" | "addTo", type: Type): boolean {
  if (op === "copy" || op === "addTo") return true;
  return op === "shadow"
    ? type.kind === "array" || !hasInlineShadow(type, false)
    : isFlatArray(type) || !hasInlineClear(type, false);
}
