/**
 * Shapes of IR that TypeScript has a shorter way to say, so that the instructions inside them need no text of their own:
 *
 *     if (i === length(a)) push(a, v) else store(a, i, v)      a[i] = v
 *     if (present(x)) unwrap(x) else 0                         x ?? 0
 */
import type { Block, Instr, Value } from "../ir/types.ts";
import { operands, regions } from "../ir/visit.ts";

type Idiom =
  | { readonly kind: "append"; readonly array: Value; readonly index: Value; readonly value: Value }
  | { readonly kind: "default"; readonly optional: Value; readonly otherwise: Value };

type IfInstr = Extract<Instr, { op: "if" }>;

/** Recognises idioms; `definition` gives the instruction that made a value. */
function idiomOf(instr: Instr, definition: (value: Value) => Instr | undefined): Idiom | undefined {
  if (instr.op !== "if") return undefined;
  return appendIdiom(instr, definition) ?? defaultIdiom(instr, definition);
}

function only(block: Block): Instr | undefined {
  return block.body.length === 1 && block.end.kind === "yield" ? block.body[0] : undefined;
}

function appendIdiom(instr: IfInstr, definition: (value: Value) => Instr | undefined): Idiom | undefined {
  const push = only(instr.then);
  const store = only(instr.else);
  if (push?.op !== "push" || store?.op !== "store" || instr.results.length > 0) return undefined;
  if (push.array !== store.array || push.value !== store.value) return undefined;
  const test = definition(instr.condition);
  if (test?.op !== "apply" || test.primitive.id !== "eq") return undefined;
  const isLength = (v: Value | undefined): boolean => {
    const made = v && definition(v);
    return made?.op === "length" && made.array === push.array;
  };
  const [a, b] = test.args;
  // The length must be the one at this moment, which holds if nothing can come between: both were made just for the test.
  const matches = (a === store.index && isLength(b)) || (b === store.index && isLength(a));
  return matches ? { kind: "append", array: store.array, index: store.index, value: store.value } : undefined;
}

function defaultIdiom(instr: IfInstr, definition: (value: Value) => Instr | undefined): Idiom | undefined {
  const test = definition(instr.condition);
  const unwrap = only(instr.then);
  const then = instr.then.end;
  const otherwise = instr.else.end;
  if (test?.op !== "present" || unwrap?.op !== "unwrap" || test.value !== unwrap.value) return undefined;
  if (then.kind !== "yield" || otherwise.kind !== "yield" || then.values.length !== 1) return undefined;
  if (then.values[0] !== unwrap.results[0]) return undefined;
  const [value] = otherwise.values;
  if (!value || instr.else.body.some((made) => made.op !== "constant")) return undefined;
  return { kind: "default", optional: unwrap.value, otherwise: value };
}

/** How the printer reads instructions: idioms stand for what they say, without the parts they are made of. */
export interface Reading {
  readonly idiom: (instr: Instr) => Idiom | undefined;
  readonly operands: (instr: Instr) => readonly Value[];
  readonly regions: (instr: Instr) => readonly Block[];
  readonly definition: (value: Value) => Instr | undefined;
}

/** Reads all of `body`. */
export function readIdioms(body: Block): Reading {
  const made = new Map<Value, Instr>();
  const idioms = new Map<Instr, Idiom>();
  const definition = (value: Value): Instr | undefined => made.get(value);
  const walk = (block: Block): void => {
    let before: Instr[] = [];
    for (const instr of block.body) {
      for (const r of instr.results) made.set(r, instr);
      regions(instr).forEach(walk);
      const idiom = idiomOf(instr, definition);
      if (idiom && (idiom.kind === "default" || isFresh(instr, before))) idioms.set(instr, idiom);
      before = [...before.slice(-4), instr];
    }
  };
  walk(body);
  return {
    idiom: (instr) => idioms.get(instr),
    definition,
    operands: (instr) => {
      const idiom = idioms.get(instr);
      if (!idiom) return operands(instr);
      return idiom.kind === "append" ? [idiom.array, idiom.index, idiom.value] : [idiom.optional, idiom.otherwise];
    },
    regions: (instr) => (idioms.has(instr) ? [] : regions(instr)),
  };
}

/** True if the length that the test of an append reads was taken immediately before it, up to pure instructions. */
function isFresh(instr: Instr, before: readonly Instr[]): boolean {
  if (instr.op !== "if") return false;
  const test = before.findLastIndex((i) => i.results[0] === instr.condition);
  if (test < 0) return false;
  const args = operands(before[test] as Instr);
  const length = before.findLastIndex((i) => i.op === "length" && args.includes(i.results[0] as Value));
  const between = before.slice(length + 1);
  return (
    length >= 0 &&
    between.every((i) => i.op === "apply" || i.op === "constant" || i.op === "load" || i.op === "getField")
  );
}
