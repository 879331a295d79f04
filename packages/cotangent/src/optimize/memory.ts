/**
 * What a region writes, told apart by type: a store to an array may change every array of the same type, and none of
 * another. Objects that are made here and touched only by direct loads and stores (private objects) are told apart by
 * identity instead. So "nothing in the loop writes it" is a question about a set (Diwan, McKinley and Moss, Type-Based
 * Alias Analysis, 1998).
 */
import { typeKey } from "../ir/type.ts";
import type { Block, Func, Instr, Module, Type, Value } from "../ir/types.ts";
import { forEachInstr, operands, terminatorOperands } from "../ir/visit.ts";

/** Everything that a region may write. */
export interface Writes {
  /** Memory of every kind, private objects aside. */
  readonly anything: boolean;
  /** Elements of arrays of these types, fields of records as `type.field`, lengths as `type.length`. */
  readonly places: ReadonlySet<string>;
  /** Private objects of which something is written, and those of which the length changes. */
  readonly objects: ReadonlySet<Value>;
  readonly resized: ReadonlySet<Value>;
}

export interface Memory {
  /** What running `blocks` may write, callees included. */
  readonly writesOf: (blocks: readonly Block[]) => Writes;
  /**
   * True if a load, `getField` or `length` reads the same whenever it runs, as far as `writes` go; false for other
   * instructions that read memory.
   */
  readonly isUnchanged: (instr: Instr, writes: Writes) => boolean;
}

const elementsKey = (type: Type): string => `${typeKey(type)}[]`;
const lengthKey = (type: Type): string => `${typeKey(type)}.length`;
const fieldKey = (type: Type, field: string): string => `${typeKey(type)}.${field}`;

/** The object that `instr` touches directly, if all it does with it is to read or write its own elements or fields. */
function directTarget(instr: Instr): Value | undefined {
  switch (instr.op) {
    case "load":
    case "store":
    case "accumulate":
    case "push":
    case "pop":
    case "length":
      return instr.array;
    case "getField":
    case "setField":
    case "accumulateField":
      return instr.record;
    default:
      return undefined;
  }
}

/** The objects made in `func` that only direct loads and stores, and the final return, ever mention. */
function collectPrivate(func: Func): Set<Value> {
  const made = new Set<Value>();
  const shared = new Set<Value>();
  const visitBlock = (block: Block, isBody: boolean): void => {
    if (!isBody) for (const v of terminatorOperands(block.end)) shared.add(v);
  };
  visitBlock(func.body, true);
  forEachInstr(func.body, (instr) => {
    if (instr.op === "array" || instr.op === "allocate" || instr.op === "record") made.add(instr.results[0] as Value);
    const target = directTarget(instr);
    const [first, ...rest] = operands(instr);
    if (first && first !== target) shared.add(first);
    for (const v of rest) shared.add(v);
    if (instr.op === "if") {
      visitBlock(instr.then, false);
      visitBlock(instr.else, false);
    } else if (instr.op === "for" || instr.op === "while") {
      visitBlock(instr.body, false);
    }
  });
  for (const v of shared) made.delete(v);
  return made;
}

/** Every number inside a structure of this type. */
function addNumbersWithin(type: Type, places: Set<string>, open: Set<Type> = new Set()): void {
  if (open.has(type)) return;
  open.add(type);
  switch (type.kind) {
    case "optional":
      addNumbersWithin(type.of, places, open);
      return;
    case "array":
      places.add(elementsKey(type));
      addNumbersWithin(type.element, places, open);
      return;
    case "record":
      for (const f of type.decl.fields) {
        places.add(fieldKey(type, f.name));
        addNumbersWithin(f.type, places, open);
      }
      return;
    default:
  }
}

/** Answers for `func` and its callees in `module`; `func` may be newer than the module's function of that name. */
export function analyzeMemory(func: Func, module: Module): Memory {
  const privates = new Map<Func, Set<Value>>();
  const privateOf = (f: Func): Set<Value> => {
    const known = privates.get(f) ?? collectPrivate(f);
    privates.set(f, known);
    return known;
  };
  const reached = new Map<string, Set<string>>();
  const calleesOf = (name: string): Set<string> => {
    const known = reached.get(name);
    if (known) return known;
    const all = new Set([name]);
    for (const next of all) {
      const callee = module.functions.get(next);
      if (callee) forEachInstr(callee.body, (i) => void (i.op === "call" && all.add(i.callee)));
    }
    reached.set(name, all);
    return all;
  };

  const writesOf = (blocks: readonly Block[]): Writes => {
    const places = new Set<string>();
    const objects = new Set<Value>();
    const resized = new Set<Value>();
    const called = new Set<string>();
    let anything = false;
    const visitIn =
      (owner: Func) =>
      (instr: Instr): void => {
        const own = privateOf(owner);
        const target = directTarget(instr);
        const touch = (key: (type: Type) => string, into: Set<Value>): void => {
          if (!target) return;
          if (!own.has(target)) places.add(key(target.type));
          else if (owner === func) into.add(target);
        };
        switch (instr.op) {
          case "store":
          case "accumulate":
            touch(elementsKey, objects);
            return;
          case "push":
          case "pop":
            touch(elementsKey, objects);
            touch(lengthKey, resized);
            return;
          case "setField":
          case "accumulateField":
            touch((type) => fieldKey(type, instr.field), objects);
            return;
          case "clear":
            addNumbersWithin(instr.structure.type, places);
            return;
          case "addTo":
            addNumbersWithin(instr.target.type, places);
            return;
          // What a tape's slots show changes with the tape; a released one may be taken by somebody else.
          case "reinstate":
          case "grow":
          case "release":
            anything = true;
            return;
          case "call":
            called.add(instr.callee);
            return;
          default:
        }
      };
    for (const block of blocks) forEachInstr(block, visitIn(func));
    for (const name of new Set([...called].flatMap((c) => [...calleesOf(c)]))) {
      const callee = module.functions.get(name);
      if (callee) forEachInstr(callee.body, visitIn(callee));
      else anything = true;
    }
    return { anything, places, objects, resized };
  };

  const isUnchanged = (instr: Instr, writes: Writes): boolean => {
    const own = privateOf(func);
    switch (instr.op) {
      case "load":
        if (own.has(instr.array)) return !writes.objects.has(instr.array);
        return !writes.anything && !writes.places.has(elementsKey(instr.array.type));
      case "length":
        if (instr.array.type.kind === "array" && instr.array.type.storage !== "Array") return true;
        if (own.has(instr.array)) return !writes.resized.has(instr.array);
        return !writes.anything && !writes.places.has(lengthKey(instr.array.type));
      case "getField":
        if (own.has(instr.record)) return !writes.objects.has(instr.record);
        return !writes.anything && !writes.places.has(fieldKey(instr.record.type, instr.field));
      default:
        return false;
    }
  };
  return { writesOf, isUnchanged };
}
