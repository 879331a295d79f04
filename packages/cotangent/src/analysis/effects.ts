/**
 * What an instruction does besides computing its results: the one table that everything asks before it moves, merges or
 * drops an instruction. Effects are a join-semilattice (five bits, ordered by implication); the effects of a call are
 * the join over all functions reachable from the callee, which is the least fixpoint, so recursion needs no iteration
 * (Nielson, Nielson and Hankin, Principles of Program Analysis, 5.5).
 */
import type { Block, Instr, Module } from "../ir/types.ts";
import { forEachInstr, regions } from "../ir/visit.ts";

export interface Effects {
  /** The result depends on the contents of memory. */
  readonly reads: boolean;
  /** Memory that existed before has other contents afterwards. */
  readonly writes: boolean;
  /** A result is memory with an identity of its own: two such instructions must not become one. */
  readonly allocates: boolean;
  /** May leave the call with an exception. */
  readonly throws: boolean;
  /** The outside world sees it. */
  readonly io: boolean;
}

const none: Effects = { reads: false, writes: false, allocates: false, throws: false, io: false };
const reads: Effects = { ...none, reads: true };
const writes: Effects = { ...none, writes: true };
const updates: Effects = { ...none, reads: true, writes: true };
const allocates: Effects = { ...none, allocates: true };
const allocatesFromMemory: Effects = { ...none, reads: true, allocates: true };
const throws: Effects = { ...none, throws: true };
const everything: Effects = { reads: true, writes: true, allocates: true, throws: true, io: true };

function join(a: Effects, b: Effects): Effects {
  if (a === none || a === b) return b;
  if (b === none) return a;
  return {
    reads: a.reads || b.reads,
    writes: a.writes || b.writes,
    allocates: a.allocates || b.allocates,
    throws: a.throws || b.throws,
    io: a.io || b.io,
  };
}

/** The effects of the instruction alone: without its regions, and without what a callee does. */
function ownEffects(instr: Instr): Effects {
  switch (instr.op) {
    case "constant":
    case "unset":
    case "apply":
    case "text":
    case "global":
    case "wrap":
    case "present":
    case "isNull":
    case "unwrap":
    case "same":
    case "closure":
    case "if":
    case "for":
    case "while":
    case "call":
      return none;
    case "length":
      // The length of a typed array never changes.
      return instr.array.type.kind === "array" && instr.array.type.storage !== "Array" ? none : reads;
    case "load":
    case "getField":
    case "slots":
      return reads;
    case "store":
    case "setField":
    case "release":
      return writes;
    case "push":
    case "pop":
    case "accumulate":
    case "accumulateField":
    case "addTo":
    case "clear":
    case "reinstate":
    case "grow":
    case "shrink":
      return updates;
    case "array":
    case "allocate":
    case "record":
    case "tape":
    // The memory is that of another, but the object is its own.
    case "view":
      return allocates;
    case "copy":
    case "snapshot":
    case "reader":
      return allocatesFromMemory;
    case "shadow":
      // Only a shared shadow looks for views that overlap in part, which it refuses.
      return instr.shared ? { ...allocatesFromMemory, throws: true } : allocatesFromMemory;
    case "host":
      return { ...(instr.imported ? allocatesFromMemory : reads), throws: instr.imported, io: true };
    default:
      return instr satisfies never;
  }
}

function blockEffects(block: Block, callee: (name: string) => Effects): Effects {
  let effects = block.end.kind === "throw" ? throws : none;
  for (const instr of block.body) effects = join(effects, instrEffects(instr, callee));
  return effects;
}

function instrEffects(instr: Instr, callee: (name: string) => Effects): Effects {
  let effects = instr.op === "call" ? callee(instr.callee) : ownEffects(instr);
  for (const region of regions(instr)) effects = join(effects, blockEffects(region, callee));
  return effects;
}

const known = new WeakMap<Module, Map<string, Effects>>();

/** What a call of the named function does; everything, if the module does not have it. */
export function functionEffects(name: string, module: Module): Effects {
  const table = known.get(module) ?? new Map<string, Effects>();
  known.set(module, table);
  const found = table.get(name);
  if (found) return found;
  const reached = new Set([name]);
  let effects: Effects = none;
  for (const next of reached) {
    const func = module.functions.get(next);
    if (!func) {
      effects = everything;
      continue;
    }
    effects = join(
      effects,
      blockEffects(func.body, () => none),
    );
    forEachInstr(func.body, (instr) => {
      if (instr.op === "call") reached.add(instr.callee);
    });
  }
  table.set(name, effects);
  return effects;
}

/** What `instr` does, its regions and callees included. Without a module a call may do everything. */
export function effectsOf(instr: Instr, module?: Module): Effects {
  return instrEffects(instr, (name) => (module ? functionEffects(name, module) : everything));
}

/** True if `instr` computes its results from its operands alone and does nothing else: it can be moved, merged, dropped. */
export function isPure(instr: Instr, module?: Module): boolean {
  const e = effectsOf(instr, module);
  return !(e.reads || e.writes || e.allocates || e.throws || e.io);
}

/** True if `instr` can be dropped when nobody reads its results: it changes nothing that anyone else can see. */
export function isDroppable(instr: Instr, module?: Module): boolean {
  const e = effectsOf(instr, module);
  return !(e.writes || e.throws || e.io);
}
