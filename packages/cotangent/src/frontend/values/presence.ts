/**
 * What is read as being there, and may be missing: an element past the end whose type says `number`, a name that an object
 * lacks, what `!` asserts. Compiled code takes the program by its types, under which such a value is never asked after; where
 * one goes on to a place that asks all the same, it is looked at when it is read. Which these are is known at the end of a
 * lowering, which then starts over.
 *
 *     const o = { rate: rates[i] };   o.rate ?? 1    becomes    … = rates[i]; host checkPresent(…, "rates[i]"); …
 */
import ts from "typescript";
import { askedLater } from "../../analysis/asked-later.ts";
import type { Module, Value } from "../../ir/types.ts";
import { type Context, isValue, type Operand, quote, type Session } from "../context.ts";
import { isPrelude } from "../objects/maps.ts";

/** What an attempt at lowering found of such reads. */
export interface Presence {
  /** Reads that are looked at, as earlier attempts have shown. */
  readonly checked: ReadonlySet<ts.Node>;
  /** What is read as being there. */
  readonly reads: Map<Value, ts.Node>;
  /** What is asked after though it is always there by its type. */
  readonly asked: Set<Value>;
  /** Arrays of which each element is asked after so. */
  readonly askedInside: Set<Value>;
  /** What arithmetic makes a number of and leaves as it is: NaN of what is missing, which nobody computes. */
  readonly madeNumbers: Set<Value>;
}

export function noReads(checked: ReadonlySet<ts.Node>): Presence {
  return {
    checked,
    reads: new Map(),
    asked: new Set(),
    askedInside: new Set(),
    madeNumbers: new Set(),
  };
}

/** Thrown where reads are asked after later: lowering starts over, knowing them. */
export class NeedsPresence extends Error {
  readonly reads: readonly ts.Node[];
  constructor(reads: readonly ts.Node[]) {
    super("what is read is asked after later");
    this.reads = reads;
  }
}

/** `value`, which the program reads at `node` as being there: where it is asked after later, it is looked at. */
export function readAsPresent(cx: Context, value: Value, node: ts.Node, isCertain = (): boolean => false): Value {
  if (isPrelude(node)) return value;
  const { gaps, presence } = cx.session;
  if (!isAskedLater(cx, node)) presence.reads.set(value, node);
  else if (gaps.checked || !isCertain()) cx.b.host("checkPresent", [value, cx.constant(describe(node))]);
  // What is inside of an array is there if the array has no gaps.
  else gaps.passed = true;
  return value;
}

/** True of what is read as being there, where an earlier attempt has shown that it is asked after. */
export function isAskedLater(cx: Context, node: ts.Node): boolean {
  return cx.session.presence.checked.has(node);
}

function describe(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line, character } = ts.getLineAndCharacterOfPosition(file, node.getStart(file));
  return `${quote(node)}, in line ${line + 1}, column ${character + 1}`;
}

/** The program asks whether something is there that by its type always is. */
export function noteAsked(cx: Context, operand: Operand): void {
  if (isValue(operand) && !cx.isKnown(operand)) cx.session.presence.asked.add(operand);
}

/** A method does with elements that are missing what it does with no others: sorts them last, or writes nothing for them. */
export function noteElementsAsked(cx: Context, array: Value): void {
  cx.session.presence.askedInside.add(array);
}

/** `+value` and its like, which are left out. */
export function noteMadeNumber(cx: Context, value: Value): void {
  if (!cx.isKnown(value)) cx.session.presence.madeNumbers.add(value);
}

/** Throws `NeedsPresence` if something is asked after that was read as being there, and not looked at. */
export function settlePresence({ presence }: Session, module: Module, entry: string): void {
  const { reads, asked: values, askedInside: inside, madeNumbers } = presence;
  const found = askedLater(module, entry, new Set(reads.keys()), { values, inside, madeNumbers });
  if (found.length > 0) throw new NeedsPresence(found.map((read) => reads.get(read) as ts.Node));
}
