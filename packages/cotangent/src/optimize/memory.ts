/**
 * What a region writes, told apart by type, by origin and by points-to class. A store to an array may change every array
 * of a like type and none of another (Diwan, McKinley and Moss, Type-Based Alias Analysis, 1998). Objects made at two
 * places are two, and none is anything that was at hand before it was made. Objects that only direct loads and stores
 * ever mention (private objects) nobody else can reach. So "nothing in the loop writes it" is a question about sets.
 */
import { analyzePointsTo, type PointsTo } from "../analysis/points-to.ts";
import { placeKey } from "../ir/type.ts";
import type { Block, Func, Instr, Module, Type, Value } from "../ir/types.ts";
import { forEachInstr, operands, regions, terminatorOperands } from "../ir/visit.ts";

/** What a region may write of the memory that was there before it ran. */
export interface Writes {
  /** Memory of every kind, private objects aside. */
  readonly anything: boolean;
  /**
   * By references of unknown origin: elements of arrays of this type, fields of records as `type.field`, lengths as
   * `type.length`; and the references through which they are written.
   */
  readonly places: ReadonlyMap<string, ReadonlySet<Value>>;
  /** The same somewhere inside structures that are written as a whole. */
  readonly within: ReadonlySet<string>;
  /** The same for objects that the function made, each by itself. */
  readonly objects: ReadonlyMap<Value, ReadonlySet<string>>;
}

export interface Memory {
  /** What running `blocks` may write, callees included. */
  readonly writesOf: (blocks: readonly Block[]) => Writes;
  /**
   * True if a load, `getField` or `length` of an object from before the region reads the same whenever it runs, as far
   * as `writes` go; false for other instructions that read memory.
   */
  readonly isUnchanged: (instr: Instr, writes: Writes) => boolean;
}

const elementsKey = (type: Type): string => `${placeKey(type)}[]`;
const lengthKey = (type: Type): string => `${placeKey(type)}.length`;
const fieldKey = (type: Type, field: string): string => `${placeKey(type)}.${field}`;

/** An array that holds numbers, not references. */
function isFlat(type: Type): boolean {
  return type.kind === "array" && type.element.kind === "number";
}

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
    case "clear":
      return isFlat(instr.structure.type) ? instr.structure : undefined;
    case "addTo":
      return isFlat(instr.target.type) ? instr.target : undefined;
    default:
      return undefined;
  }
}

interface Origins {
  /** References to objects that the function itself made. */
  readonly made: ReadonlySet<Value>;
  /** Those that only direct loads and stores, and the final return, ever mention. */
  readonly privates: ReadonlySet<Value>;
  /** True if `value` was there when `object` was made, so that it is something else. */
  readonly isOlder: (value: Value, object: Value) => boolean;
}

/** When a value is defined, counting definitions in program order, and the last definition that it is in scope of. */
interface Life {
  readonly from: number;
  until: number;
}

function collectLives(func: Func): ReadonlyMap<Value, Life> {
  const lives = new Map<Value, Life>();
  let clock = 0;
  const walk = (block: Block): void => {
    const own: Life[] = [];
    const define = (v: Value): void => {
      const life = { from: clock++, until: Number.POSITIVE_INFINITY };
      lives.set(v, life);
      own.push(life);
    };
    block.params.forEach(define);
    for (const instr of block.body) {
      regions(instr).forEach(walk);
      instr.results.forEach(define);
    }
    for (const life of own) life.until = clock;
  };
  walk(func.body);
  return lives;
}

function collectOrigins(func: Func): Origins {
  const made = new Set<Value>();
  const shared = new Set<Value>();
  const share = (block: Block): void => {
    for (const v of terminatorOperands(block.end)) shared.add(v);
  };
  forEachInstr(func.body, (instr) => {
    switch (instr.op) {
      case "array":
      case "allocate":
      case "record":
      case "copy":
        made.add(instr.results[0] as Value);
        break;
      case "shadow":
        // Shared shadows of one object are one.
        if (!instr.shared) for (const r of instr.results) made.add(r);
        break;
      default:
    }
    const target = directTarget(instr);
    const [first, ...rest] = operands(instr);
    if (first && first !== target) shared.add(first);
    for (const v of rest) shared.add(v);
    regions(instr).forEach(share);
  });
  const privates = new Set([...made].filter((v) => !shared.has(v)));
  const lives = collectLives(func);
  const isOlder = (value: Value, object: Value): boolean => {
    const [a, b] = [lives.get(value), lives.get(object)];
    return a !== undefined && b !== undefined && a.from < b.from && b.from < a.until;
  };
  return { made, privates, isOlder };
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
  const functions = new Map(module.functions).set(func.name, func);
  let pointsTo: PointsTo | undefined;
  /** The last resort, and the dearest, so not before it is needed. */
  const mayAlias = (a: Value, b: Value): boolean => {
    pointsTo ??= analyzePointsTo({ ...module, functions }, func.name);
    return pointsTo.classOf(a) === pointsTo.classOf(b);
  };
  const origins = new Map<Func, Origins>();
  const originsOf = (f: Func): Origins => {
    const known = origins.get(f) ?? collectOrigins(f);
    origins.set(f, known);
    return known;
  };
  const reached = new Map<string, Set<string>>();
  const calleesOf = (name: string): Set<string> => {
    const known = reached.get(name);
    if (known) return known;
    const all = new Set([name]);
    for (const next of all) {
      const callee = functions.get(next);
      if (callee) forEachInstr(callee.body, (i) => void (i.op === "call" && all.add(i.callee)));
    }
    reached.set(name, all);
    return all;
  };

  const writesOf = (blocks: readonly Block[]): Writes => {
    const places = new Map<string, Set<Value>>();
    const within = new Set<string>();
    const objects = new Map<Value, Set<string>>();
    const called = new Set<string>();
    const local = new Set<Value>();
    let anything = false;
    /** Notes what `instr` writes; `isNew` tells the objects that did not exist before the region ran. */
    const note = (instr: Instr, made: ReadonlySet<Value>, isNew: (v: Value) => boolean): void => {
      const target = directTarget(instr);
      const touch = (...keys: readonly ((type: Type) => string)[]): void => {
        if (!target || isNew(target)) return;
        for (const keyOf of keys) {
          const key = keyOf(target.type);
          if (made.has(target)) objects.set(target, (objects.get(target) ?? new Set()).add(key));
          else places.set(key, (places.get(key) ?? new Set()).add(target));
        }
      };
      switch (instr.op) {
        case "store":
        case "accumulate":
          touch(elementsKey);
          return;
        case "push":
        case "pop":
          touch(elementsKey, lengthKey);
          return;
        case "setField":
        case "accumulateField":
          touch((type) => fieldKey(type, instr.field));
          return;
        case "clear":
          if (target) touch(elementsKey);
          else addNumbersWithin(instr.structure.type, within);
          return;
        case "addTo":
          if (target) touch(elementsKey);
          else addNumbersWithin(instr.target.type, within);
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
    const { made } = originsOf(func);
    for (const block of blocks) {
      forEachInstr(block, (instr) => {
        for (const r of instr.results) if (made.has(r)) local.add(r);
      });
    }
    for (const block of blocks) forEachInstr(block, (instr) => note(instr, made, (v) => local.has(v)));
    for (const name of new Set([...called].flatMap((c) => [...calleesOf(c)]))) {
      const callee = functions.get(name);
      if (!callee) {
        anything = true;
        continue;
      }
      const { made: madeThere } = originsOf(callee);
      forEachInstr(callee.body, (instr) => note(instr, madeThere, (v) => madeThere.has(v)));
    }
    return { anything, places, within, objects };
  };

  const isUnchanged = (instr: Instr, writes: Writes): boolean => {
    const { made, privates, isOlder } = originsOf(func);
    const isKept = (object: Value, key: string): boolean => {
      if (writes.objects.get(object)?.has(key)) return false;
      if (privates.has(object)) return true;
      if (writes.anything || writes.within.has(key)) return false;
      const isTouched = (written: Value): boolean => {
        const isOther = made.has(written) && (made.has(object) || isOlder(object, written));
        return !isOther && mayAlias(object, written);
      };
      const objects = [...writes.objects].filter(([, keys]) => keys.has(key)).map(([written]) => written);
      return ![...objects, ...(writes.places.get(key) ?? [])].some(isTouched);
    };
    switch (instr.op) {
      case "load":
        return isKept(instr.array, elementsKey(instr.array.type));
      case "length": {
        const { type } = instr.array;
        return (type.kind === "array" && type.storage !== "Array") || isKept(instr.array, lengthKey(type));
      }
      case "getField":
        return isKept(instr.record, fieldKey(instr.record.type, instr.field));
      default:
        return false;
    }
  };
  return { writesOf, isUnchanged };
}
