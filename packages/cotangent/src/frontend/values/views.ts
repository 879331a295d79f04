/**
 * Views: typed arrays that lie in the memory of others. `a.subarray(s, e)` is the instruction `view`, whose result is of
 * the class of `a`. A buffer is the one array that spans it, in a box, so that views on it are views of that array:
 *
 *     new ArrayBuffer(8 * n)              { whole: new Float64Array(n) }
 *     new Float64Array(buffer, 8 * s, k)  view whole from s to s + k
 *
 * That says all there is to say while all views of a buffer have elements of one kind; other programs are refused.
 */
import ts from "typescript";
import { array, number, record } from "../../ir/type.ts";
import type { ArrayType, RecordDecl, Storage, Type, Value } from "../../ir/types.ts";
import { typedArrays } from "../../runtime/typed-arrays.ts";
import { type Context, quote, refuse } from "../context.ts";
import { apply } from "../flow.ts";
import { argumentValue } from "../functions/call.ts";
import { callPrelude } from "../library/methods.ts";
import { recordLength } from "./bounds.ts";
import { expectNumber } from "./expression.ts";

/** The typed array that a constructor or type of this name is. */
export function typedStorage(name: string): Storage | undefined {
  return Object.hasOwn(typedArrays, name) ? (name as Storage) : undefined;
}

/** How many bytes an element of a typed array has; undefined for other names. */
export function bytesPerElement(name: string): number | undefined {
  const storage = typedStorage(name);
  return storage && storage !== "Array" ? typedArrays[storage].BYTES_PER_ELEMENT : undefined;
}

const bufferDecls = new Map<Storage, RecordDecl>();
const boxes = new Set<RecordDecl>();

function bufferType(storage: Storage): Type & { kind: "record" } {
  let decl = bufferDecls.get(storage);
  if (!decl) {
    decl = { name: "ArrayBuffer", isTuple: false, fields: [{ name: "whole", type: array(number, storage) }] };
    bufferDecls.set(storage, decl);
    boxes.add(decl);
  }
  return record(decl) as Type & { kind: "record" };
}

/** True for the type of a buffer. */
export function isBuffer(type: Type): boolean {
  return type.kind === "record" && boxes.has(type.decl);
}

/** Where arrays that were made here begin in their buffers, in elements, and the array that spans the buffer. */
const places = new WeakMap<Value, { readonly whole: Value; readonly start: Value | undefined }>();

/** Remembers that an array has a buffer of its own. */
export function recordOwnBuffer(made: Value): Value {
  places.set(made, { whole: made, start: undefined });
  return made;
}

/** `object.subarray(start, end)`. */
export function lowerSubarray(cx: Context, node: ts.CallExpression, object: Value): Value {
  cx.session.overlap.views = true;
  const given = (i: number): Value | undefined => {
    const value = argumentValue(cx, node, i);
    return value && value.type.kind !== "undefined" ? expectNumber(value, node.arguments[i] as ts.Node) : undefined;
  };
  const start = given(0);
  const end = given(1);
  const made = cx.b.view(object, start ?? cx.constant(0), end);
  const place = places.get(object);
  // Where a start is counted from the end or past it, only the run knows.
  const isPlain = !start || (typeof cx.known(start) === "number" && (cx.known(start) as number) === 0);
  if (place && isPlain) places.set(made, place);
  return made;
}

// ------------------------------------------------------------------------------------------------------------- Buffers

/** `new ArrayBuffer(bytes)`, made of the elements that the views on it have. */
export function makeBuffer(cx: Context, node: ts.NewExpression): Value {
  const bytes = argumentValue(cx, node, 0);
  if (!bytes || node.arguments?.length !== 1) return refuse(node, "buffer", quote(node));
  const storage = storageOfViews(cx, node);
  const whole = cx.b.allocate(inElements(cx, expectNumber(bytes, node), storage), array(number, storage));
  recordOwnBuffer(whole);
  return cx.b.record([whole], bufferType(storage));
}

/** The kind of the views that are made on the variable that the buffer is assigned to. */
function storageOfViews(cx: Context, node: ts.NewExpression): Exclude<Storage, "Array"> {
  const { parent } = node;
  const variable =
    ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)
      ? cx.checker.getSymbolAtLocation(parent.name)
      : undefined;
  const found = new Set<Exclude<Storage, "Array">>();
  const visit = (n: ts.Node): void => {
    if (ts.isNewExpression(n) && ts.isIdentifier(n.expression)) {
      const storage = typedStorage(n.expression.text);
      const [from] = n.arguments ?? [];
      const isOnIt = from && ts.isIdentifier(from) && cx.checker.getSymbolAtLocation(from) === variable;
      if (storage && storage !== "Array" && isOnIt) found.add(storage);
    }
    n.forEachChild(visit);
  };
  const around = ts.findAncestor(node, ts.isFunctionLike);
  if (variable && around) visit(around);
  if (found.size > 1)
    return refuse(node, "buffer", `views with elements of different kinds (${[...found].join(", ")})`);
  return [...found][0] ?? "Float64Array";
}

/** A number of bytes in elements. */
function inElements(cx: Context, bytes: Value, storage: Exclude<Storage, "Array">): Value {
  const size = typedArrays[storage].BYTES_PER_ELEMENT;
  const known = cx.known(bytes);
  if (typeof known === "number") return cx.constant(known / size);
  const made = cx.b.instructions.find((i) => i.results.includes(bytes));
  if (made?.op === "apply" && made.primitive.id === "mul") {
    const [a, b] = made.args as readonly [Value, Value];
    if (cx.known(b) === size) return a;
    if (cx.known(a) === size) return b;
  }
  return apply(cx, "div", [bytes, cx.constant(size)]);
}

/** `new X(buffer)`, `new X(buffer, byteOffset)`, `new X(buffer, byteOffset, length)`. */
export function viewOfBuffer(cx: Context, node: ts.NewExpression, buffer: Value, type: ArrayType): Value {
  cx.session.overlap.views = true;
  const whole = cx.b.getField(buffer, "whole");
  if (whole.type.kind !== "array" || whole.type.storage !== type.storage || type.storage === "Array")
    return refuse(node, "buffer", `a view with other elements than its buffer was made for, \`${type.storage}\``);
  const bytes = argumentValue(cx, node, 1);
  const count = argumentValue(cx, node, 2);
  const start = bytes ? inElements(cx, expectNumber(bytes, node), type.storage) : cx.constant(0);
  const end = count ? apply(cx, "add", [start, expectNumber(count, node)]) : undefined;
  const length = cx.b.length(whole);
  if (bytes || count) callPrelude(cx, node, "checkView", [length, start, end ?? length]);
  const made = cx.b.view(whole, start, end);
  places.set(made, { whole, start });
  if (count) recordLength(cx, made, count);
  return made;
}

/** `buffer`, `byteOffset`, `byteLength`, `BYTES_PER_ELEMENT` of a typed array, or of a buffer; undefined for other names. */
export function readViewProperty(cx: Context, value: Value, name: string, node: ts.Node): Value | undefined {
  const { type } = value;
  if (isBuffer(type)) {
    const whole = cx.b.getField(value, "whole");
    return name === "byteLength" ? readViewProperty(cx, whole, name, node) : refuse(node, "buffer", `\`${name}\``);
  }
  if (type.kind !== "array" || type.storage === "Array") return undefined;
  switch (name) {
    case "BYTES_PER_ELEMENT":
      return cx.constant(typedArrays[type.storage].BYTES_PER_ELEMENT);
    case "byteLength":
      return apply(cx, "mul", [cx.b.length(value), cx.constant(typedArrays[type.storage].BYTES_PER_ELEMENT)]);
    case "byteOffset": {
      const place = places.get(value) ?? refuse(node, "buffer", `${quote(node)} of an array that was not made here`);
      return place.start
        ? apply(cx, "mul", [place.start, cx.constant(typedArrays[type.storage].BYTES_PER_ELEMENT)])
        : cx.constant(0);
    }
    case "buffer": {
      const place = places.get(value) ?? refuse(node, "buffer", `${quote(node)} of an array that was not made here`);
      return cx.b.record([place.whole], bufferType(type.storage));
    }
    default:
      return undefined;
  }
}
