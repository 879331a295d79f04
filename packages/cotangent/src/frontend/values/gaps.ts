/**
 * Gaps in arrays. A store past the end of an array leaves elements that are missing, which JavaScript's own methods skip
 * and `for … of` gives as undefined; compiled code knows of numbers only. So a program that may leave gaps, and goes
 * through elements, looks at each when it comes to it. Which programs these are is known at the end of a lowering, which
 * then starts over.
 *
 *     kept[n] = v;    for (const x of kept) …    becomes    for (…) { x = kept[i]; host checkElement(x); … }
 */
import type ts from "typescript";
import { isReference } from "../../ir/type.ts";
import type { ArrayType, Type, Value } from "../../ir/types.ts";
import { type Context, refuse, type Session } from "../context.ts";
import { isPrelude } from "../objects/maps.ts";
import { bare } from "../syntax/scan.ts";
import { appendsInOrder, isFilledNext } from "./filled.ts";

/** What an attempt at lowering found of gaps. */
export interface Gaps {
  /** An earlier one has shown that there may be some where elements are gone through. */
  readonly checked: boolean;
  /** A store may leave some; one may if the array is shortened meanwhile. */
  made: boolean;
  madeIfShortened: boolean;
  /** Elements are gone through, or asked after that are inside of their array. */
  passed: boolean;
  /** Numbers stand in the places of an array that is about to be filled; elements are asked for being missing. */
  stoodIn: boolean;
  asked: boolean;
  /** The same for arrays whose elements may be undefined: a gap looks like one of these, and only methods skip it. */
  readonly missable: { store?: ts.Node; storeIfShortened?: ts.Node; skips: boolean };
}

export function noGaps(checked: boolean): Gaps {
  return {
    checked,
    made: false,
    madeIfShortened: false,
    passed: false,
    stoodIn: false,
    asked: false,
    missable: { skips: false },
  };
}

/** Thrown where a program may come upon gaps: lowering starts over, knowing that. */
export class NeedsChecks extends Error {}

/** True if the program must be lowered again, with a look at each element, and holes where no element is. */
export function mustCheckElements({ gaps, bounds }: Session): boolean {
  const mayPass = gaps.passed && (gaps.made || (gaps.madeIfShortened && bounds.popped));
  return !gaps.checked && (mayPass || (gaps.stoodIn && gaps.asked));
}

/** Refuses gaps that a method would skip, and that can't be told from elements which are undefined. */
export function refuseMissable({ gaps: { missable }, bounds }: Session): void {
  const store = missable.store ?? (bounds.popped ? missable.storeIfShortened : undefined);
  if (missable.skips && store) refuse(store, "unfilled-array", "values that may be undefined");
}

/** An element that the program comes to as it goes through an array. */
export function loadPassing(cx: Context, array: Value, index: Value): Value {
  const { gaps } = cx.session;
  const { type } = array;
  if (type.kind !== "array" || type.storage !== "Array" || type.element.kind === "optional")
    return cx.b.load(array, index);
  gaps.passed = true;
  const element = cx.b.load(array, index);
  if (gaps.checked) cx.b.host("checkElement", [element]);
  return element;
}

/** An element that a method comes to. */
export function loadInMethod(cx: Context, array: Value, index: Value): Value {
  const { type } = array;
  if (type.kind === "array" && type.element.kind === "optional") cx.session.gaps.missable.skips = true;
  return loadPassing(cx, array, index);
}

/** Remembers a store that may be past the end of an array. */
export function noteStore(cx: Context, array: Value, node: ts.Node): void {
  // Methods write where elements are, or behind the last one.
  if (isPrelude(node)) return;
  const { gaps } = cx.session;
  const isOrdered = appendsInOrder(cx, bare(node as ts.Expression));
  if (array.type.kind === "array" && array.type.element.kind === "optional") {
    if (isOrdered) gaps.missable.storeIfShortened ??= node;
    else gaps.missable.store ??= node;
  } else if (isOrdered) gaps.madeIfShortened = true;
  else gaps.made = true;
}

/** True for elements of which one that is missing reads as something that is not there, and as nothing else. */
export function mayHaveHoles(element: Type): boolean {
  if (element.kind === "optional") return element.absent !== "null" && mayHaveHoles(element.of);
  return element.kind === "number" || isReference(element);
}

/** The array `new Array(n)`, without elements, of which one is missing until it is written; with numbers if the loop after it fills it. */
export function makeUnfilled(cx: Context, node: ts.Expression, length: Value, type: ArrayType): Value {
  const { gaps } = cx.session;
  // Methods fill what they make.
  const isOurs = isPrelude(node);
  const isFilled = isOurs || isFilledNext(cx, node);
  if (type.element.kind === "optional") gaps.missable.store ??= node;
  else if (!isFilled) gaps.made = true;
  else if (!isOurs) gaps.madeIfShortened = true;
  if (!isFilled || type.element.kind !== "number" || (gaps.checked && !isOurs)) return cx.b.allocateHoles(length, type);
  if (!isOurs) gaps.stoodIn = true;
  return cx.b.allocate(length, type, cx.constant(Number.NaN));
}
