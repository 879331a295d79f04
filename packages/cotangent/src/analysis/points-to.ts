/**
 * Which references may name the same memory. Two references are in one class if an assignment, a merge, a call or a
 * container connects them (Steensgaard, Points-to Analysis in Almost Linear Time, 1996); the classes of a container's
 * elements and fields are kept apart by name. Objects that come from outside may all be one another as soon as the
 * program writes to one of them, so then the classes of equal type from outside are merged; a program that writes to
 * nothing it is given pays nothing for that. So it is with the parts of a copy: what was one object is one in the copy.
 */
import { isReference, placeKey, typeKey } from "../ir/type.ts";
import type { Block, Func, Instr, Module, RecordDecl, Type, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";

/** The name of an array's elements among the contents of a class; a record's are its fields' names. */
export const ELEMENT = "[]";
const SLOTS = "(slots)";
const HELD = "(held)";

/** A set of objects that may alias. Compare after `find`, which `classOf` does. */
export interface MemoryClass {
  readonly id: number;
  /** The instructions that make its objects. */
  readonly sites: ReadonlySet<Instr>;
  /** Some of its objects were not made by the analysed functions. */
  readonly external: boolean;
}

/** More records than this in one structure from outside share a class by their layout. */
const MOST_PLACES = 1000;

/** The records of one structure: how many have a class, and the first of each layout. */
interface Places {
  count: number;
  readonly first: Map<RecordDecl, Cell>;
}

class Cell implements MemoryClass {
  readonly id: number;
  sites = new Set<Instr>();
  external = false;
  written = false;
  contents = new Map<string, Cell>();
  types = new Map<string, Type>();
  #parent: Cell | undefined;

  constructor(id: number) {
    this.id = id;
  }
  find(): Cell {
    let root: Cell = this;
    while (root.#parent) root = root.#parent;
    for (let c: Cell = this; c !== root; ) {
      const next: Cell = c.#parent as Cell;
      c.#parent = root;
      c = next;
    }
    return root;
  }
  adopt(parent: Cell): void {
    this.#parent = parent;
  }
}

export interface PointsTo {
  /** The class of a reference (or optional reference). Throws for other values. */
  readonly classOf: (value: Value) => MemoryClass;
  /** The class of what an element or field of `owner` refers to; `undefined` if nothing was ever put there. */
  readonly contentsOf: (owner: MemoryClass, name: string) => MemoryClass | undefined;
  /** The class and everything reachable from it. */
  readonly reachable: (from: MemoryClass) => ReadonlySet<MemoryClass>;
}

/** Analyses the functions reachable from `entry`; the entry's reference parameters come from outside. */
export function analyzePointsTo(module: Module, entry: string): PointsTo {
  const cells = new Map<Value, Cell>();
  const all: Cell[] = [];
  const globals = new Map<string, Cell>();
  const copies: Value[] = [];

  const fresh = (): Cell => {
    const cell = new Cell(all.length);
    all.push(cell);
    return cell;
  };
  const cellOf = (value: Value): Cell => {
    let cell = cells.get(value);
    if (!cell) {
      cell = fresh();
      cell.types.set(typeKey(value.type), value.type);
      cells.set(value, cell);
    }
    return cell.find();
  };
  const content = (owner: Cell, name: string): Cell => {
    const root = owner.find();
    let inner = root.contents.get(name);
    if (!inner) {
      inner = fresh();
      root.contents.set(name, inner);
    }
    return inner.find();
  };
  const unify = (a: Cell, b: Cell): void => {
    const pending: [Cell, Cell][] = [[a, b]];
    for (let pair = pending.pop(); pair; pair = pending.pop()) {
      const into = pair[0].find();
      const from = pair[1].find();
      if (into === from) continue;
      from.adopt(into);
      for (const s of from.sites) into.sites.add(s);
      into.external ||= from.external;
      into.written ||= from.written;
      for (const [k, type] of from.types) into.types.set(k, type);
      for (const [name, inner] of from.contents) {
        const known = into.contents.get(name);
        if (known) pending.push([known, inner]);
        else into.contents.set(name, inner);
      }
    }
  };
  const holdsReference = (value: Value): boolean => isReference(value.type) || value.type.kind === "snapshot";
  const link = (a: Value, b: Value): void => {
    if (holdsReference(a) && holdsReference(b)) unify(cellOf(a), cellOf(b));
  };
  const linkContent = (owner: Value, name: string, value: Value): void => {
    if (isReference(value.type)) unify(content(cellOf(owner), name), cellOf(value));
  };
  const yields = (block: Block): readonly Value[] => (block.end.kind === "yield" ? block.end.values : []);
  const linkAll = (as: readonly Value[], bs: readonly Value[]): void => {
    as.forEach((a, i) => {
      const b = bs[i];
      if (b) link(a, b);
    });
  };

  const functions = openFunctions(module, entry);
  const transfer = (instr: Instr): void => {
    const [result] = instr.results;
    switch (instr.op) {
      case "array":
        cellOf(result as Value).sites.add(instr);
        for (const e of instr.elements) linkContent(result as Value, ELEMENT, e);
        return;
      case "allocate":
        cellOf(result as Value).sites.add(instr);
        if (instr.fill) linkContent(result as Value, ELEMENT, instr.fill);
        return;
      case "record": {
        cellOf(result as Value).sites.add(instr);
        const { type } = result as Value;
        if (type.kind !== "record") return;
        type.decl.fields.forEach((f, i) => linkContent(result as Value, f.name, instr.fields[i] as Value));
        return;
      }
      case "tape":
        cellOf(result as Value).sites.add(instr);
        return;
      case "copy":
        makeStructure(cellOf(result as Value), (result as Value).type, instr);
        copies.push(result as Value);
        return;
      case "shadow":
        instr.results.forEach((r) => makeStructure(cellOf(r), r.type, instr));
        if (instr.shared) mergeEqualTypes(instr.results.flatMap((r) => [...reach(cellOf(r))]));
        return;
      case "snapshot":
        instr.of.forEach((v) => {
          if (isReference(v.type)) unify(content(cellOf(result as Value), HELD), cellOf(v));
        });
        return;
      case "global": {
        if (!isReference((result as Value).type)) return;
        const known = globals.get(instr.global);
        if (known) unify(known, cellOf(result as Value));
        else globals.set(instr.global, cellOf(result as Value));
        return;
      }
      case "wrap":
      case "unwrap":
        link(result as Value, instr.value);
        return;
      case "view":
        link(result as Value, instr.array);
        return;
      case "load":
        linkContent(instr.array, ELEMENT, result as Value);
        return;
      case "pop":
        cellOf(instr.array).written = true;
        linkContent(instr.array, ELEMENT, result as Value);
        return;
      case "store":
      case "push":
        cellOf(instr.array).written = true;
        linkContent(instr.array, ELEMENT, instr.value);
        return;
      case "accumulate":
        cellOf(instr.array).written = true;
        return;
      case "getField":
        linkContent(instr.record, instr.field, result as Value);
        return;
      case "setField":
        cellOf(instr.record).written = true;
        linkContent(instr.record, instr.field, instr.value);
        return;
      case "accumulateField":
        cellOf(instr.record).written = true;
        return;
      case "clear":
        for (const c of reach(cellOf(instr.structure))) c.written = true;
        return;
      case "addTo":
        if (isReference(instr.target.type)) for (const c of reach(cellOf(instr.target))) c.written = true;
        return;
      case "reinstate":
        for (const c of reach(cellOf(instr.snapshot))) c.written = true;
        return;
      case "slots":
        cellOf(result as Value);
        unify(content(cellOf(instr.tape), SLOTS), cellOf(result as Value));
        return;
      case "reader":
        cellOf(result as Value).sites.add(instr);
        unify(content(cellOf(instr.tape), SLOTS), content(cellOf(result as Value), SLOTS));
        return;
      case "if":
        linkAll(instr.results, yields(instr.then));
        linkAll(instr.results, yields(instr.else));
        return;
      case "for":
        linkAll(instr.inits, instr.body.params.slice(1));
        linkAll(instr.results, instr.body.params.slice(1));
        linkAll(instr.body.params.slice(1), yields(instr.body));
        return;
      case "while":
        linkAll(instr.inits, instr.body.params);
        linkAll(instr.inits, instr.condition.params);
        linkAll(instr.results, instr.inits);
        linkAll(instr.inits, yields(instr.body));
        return;
      case "call": {
        const callee = module.functions.get(instr.callee);
        if (!callee) return;
        if (callee.rule) {
          for (const r of instr.results) if (isReference(r.type)) makeStructure(cellOf(r), r.type, instr);
          return;
        }
        linkAll(callee.body.params, instr.args);
        linkAll(instr.results, yields(callee.body));
        return;
      }
      case "closure": {
        const callee = module.functions.get(instr.callee);
        if (callee) linkAll(callee.body.params.slice(-instr.captures.length), instr.captures);
        return;
      }
      case "constant":
      case "unset":
        if (result && isReference(result.type)) cellOf(result);
        return;
      case "apply":
      case "text":
      case "present":
      case "isNull":
      case "length":
      case "same":
      case "grow":
      case "shrink":
      case "release":
        return;
      case "host":
        if (result && isReference(result.type)) makeStructure(cellOf(result), result.type, instr);
        return;
      default:
        instr satisfies never;
    }
  };

  const reach = (from: Cell): Set<Cell> => {
    const seen = new Set<Cell>();
    const pending = [from.find()];
    for (let c = pending.pop(); c; c = pending.pop()) {
      if (seen.has(c)) continue;
      seen.add(c);
      for (const inner of c.contents.values()) pending.push(inner.find());
    }
    return seen;
  };
  const mergeEqualTypes = (among: readonly Cell[]): boolean => {
    const first = new Map<string, Cell>();
    let changed = false;
    for (const cell of among) {
      for (const key of [...cell.find().types.values()].flatMap(likenesses)) {
        const other = first.get(key);
        if (!other) first.set(key, cell);
        else if (other.find() !== cell.find()) {
          unify(other, cell);
          changed = true;
        }
      }
    }
    return changed;
  };
  // Structures from outside, or made whole by one instruction, get a class per container in their type; where a type has
  // more places for records than that is good for, a class per record.
  const makeStructure = (
    cell: Cell,
    type: Type,
    site: Instr | undefined,
    open: readonly Type[] = [],
    made: Places = { count: 0, first: new Map() },
  ): void => {
    if (type.kind === "optional") return makeStructure(cell, type.of, site, open, made);
    if (!isReference(type)) return;
    if (type.kind === "record") {
      const first = made.first.get(type.decl);
      if (first && made.count >= MOST_PLACES) return unify(cell, first);
      if (!first) made.first.set(type.decl, cell);
      made.count++;
    }
    const root = cell.find();
    root.types.set(typeKey(type), type);
    if (site) root.sites.add(site);
    else root.external = true;
    if (open.some((t) => t.kind === "record" && type.kind === "record" && t.decl === type.decl)) return;
    const inner: readonly [string, Type][] =
      type.kind === "array"
        ? [[ELEMENT, type.element]]
        : type.kind === "record"
          ? type.decl.fields.map((f) => [f.name, f.type] as const)
          : [];
    for (const [name, t] of inner) {
      if (isReference(t)) makeStructure(content(root, name), t, site, [...open, type], made);
    }
  };

  for (const func of functions) forEachInstr(func.body, transfer);
  const entryFunc = module.functions.get(entry);
  for (const p of entryFunc?.body.params ?? []) if (isReference(p.type)) makeStructure(cellOf(p), p.type, undefined);
  for (const [name, cell] of globals) {
    const type = module.globals.get(name)?.type;
    if (type) makeStructure(cell, type, undefined);
  }
  const outside = (): Cell[] => [...new Set(all.map((c) => c.find()))].filter((c) => c.external);
  const spread = (): void => {
    for (const c of outside()) for (const inner of c.contents.values()) inner.find().external = true;
  };
  let settled = false;
  while (!settled) {
    const before = outside().length;
    spread();
    settled = outside().length === before;
    if (outside().some((c) => c.written) && mergeEqualTypes(outside())) settled = false;
    for (const copy of copies) {
      const parts = [...reach(cellOf(copy))];
      if (parts.some((c) => c.written) && mergeEqualTypes(parts)) settled = false;
    }
  }

  return {
    classOf: (value) => {
      if (!isReference(value.type)) throw new TypeError(`a ${typeKey(value.type)} has no memory class`);
      return cellOf(value);
    },
    contentsOf: (owner, name) => (owner as Cell).find().contents.get(name)?.find(),
    reachable: (from) => reach(from as Cell),
  };
}

/**
 * Keys of which two types share one if one object may be both: objects of different types may be the same if they have a
 * field in common, since types do not say what else an object has, and what may be missing may be there.
 */
function likenesses(type: Type): readonly string[] {
  if (type.kind === "optional") return likenesses(type.of);
  if (type.kind === "array" && type.storage === "Array") return likenesses(type.element).map((key) => `[${key}]`);
  if (type.kind !== "record") return [typeKey(type)];
  const { fields, isTuple } = type.decl;
  return [typeKey(type), ...fields.map((f) => (isTuple ? `#${f.name}:${placeKey(f.type)}` : `.${f.name}`))];
}

/** True if one object may be known under both types. */
export function mayBeOneObject(a: Type, b: Type): boolean {
  const keys = likenesses(a);
  return likenesses(b).some((key) => keys.includes(key));
}

/** The functions that a call of `entry` may run, and those that their rules name, the entry first. */
export function reachableFunctions(module: Module, entry: string): readonly Func[] {
  return reach(
    module,
    entry,
    () => true,
    (global) => makerOf(module, global),
  );
}

/**
 * The functions that a call of `entry` may run whose bodies analyses and transforms look into, the entry first: not those
 * with a rule, which are one operation to them, nor what only those run.
 */
export function openFunctions(module: Module, entry: string): readonly Func[] {
  return reach(module, entry, (func) => func.rule === undefined);
}

/** The functions that the rule of `func` names. */
export function functionsOfRule({ rule }: Func): readonly string[] {
  const { tangent, pullback, implicit } = rule ?? {};
  const named = [tangent, pullback?.forward, pullback?.back, implicit?.residual, implicit?.solve];
  return named.filter((name) => name !== undefined);
}

/** The function that makes a constant of the module, if one does. */
function makerOf(module: Module, global: string): readonly string[] {
  const source = module.globals.get(global)?.source;
  return source?.kind === "made" ? [source.by] : [];
}

function reach(
  module: Module,
  entry: string,
  isEntered: (func: Func) => boolean,
  behind: (global: string) => readonly string[] = () => [],
): readonly Func[] {
  const found = new Map<string, Func>();
  const pending = [entry];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const func = module.functions.get(name);
    if (!func || found.has(name) || !(name === entry || isEntered(func))) continue;
    found.set(name, func);
    pending.push(...functionsOfRule(func));
    forEachInstr(func.body, (instr) => {
      if (instr.op === "call" || instr.op === "closure") pending.push(instr.callee);
      if (instr.op === "global") pending.push(...behind(instr.global));
    });
  }
  return [...found.values()];
}
