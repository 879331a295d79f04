/**
 * Which numbers a derivative flows through: those that depend on an active input (varied) and that an output depends
 * on (useful). A value that is not both has no tangent and no cotangent; memory in which no such number is ever kept
 * has no shadow (Griewank and Walther, 6.2; Hascoët and Pascual, The Tapenade Tool, 2013). Both directions are least
 * fixpoints over all functions at once, memory being told apart by class and by element or field.
 */
import { isFlat, type Primitive } from "../core/primitive.ts";
import { holdsNumbers, isFloatStorage, isReference, shadowType } from "../ir/type.ts";
import type { Block, Func, Instr, Module, Type, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { analyzePointsTo, ELEMENT, type MemoryClass, openFunctions, type PointsTo } from "./points-to.ts";

export interface Activity {
  /**
   * Of a number (or optional number): its derivative may be nonzero. Of a reference: a shadow travels with it, because
   * it reaches memory that holds active numbers.
   */
  readonly isActive: (value: Value) => boolean;
  /** True for a number that may depend on an active input, whether an output depends on it or not. */
  readonly isVaried: (value: Value) => boolean;
  /** The same of the numbers kept under `name` in objects of this class. */
  readonly isVariedCell: (owner: MemoryClass, name: string) => boolean;
  /** True for text that a number may have been written into which depends on an active input. Text is never active. */
  readonly holdsActiveText: (value: Value) => boolean;
  /** Numbers kept under `name` (a field, or `ELEMENT`) in objects of this class may be active. */
  readonly isActiveCell: (owner: MemoryClass, name: string) => boolean;
  /** Objects of this class have shadows. */
  readonly hasShadow: (owner: MemoryClass) => boolean;
  readonly pointsTo: PointsTo;
}

/** A set of numbers: values, and memory by class and name. */
class NumberSet {
  readonly values = new Set<Value>();
  readonly cells = new Set<string>();
  changed = false;

  addValue(value: Value): void {
    if (this.values.has(value)) return;
    this.values.add(value);
    this.changed = true;
  }
  addCell(owner: MemoryClass, name: string): void {
    const key = cellKey(owner, name);
    if (this.cells.has(key)) return;
    this.cells.add(key);
    this.changed = true;
  }
}

type Cell = readonly [MemoryClass, string];

function cellKey(owner: MemoryClass, name: string): string {
  return `${owner.id}:${name}`;
}

function isNumeric(type: Type): boolean {
  return type.kind === "number" || (type.kind === "optional" && isNumeric(type.of));
}

/** Text, which keeps what has been written into it: it can be varied, never useful. */
function isText(type: Type): boolean {
  return type.kind === "string" || (type.kind === "optional" && isText(type.of));
}

/**
 * Analyses the functions reachable from `entry`, whose parameters marked in `active` are the inputs and whose results are
 * the outputs. With `wholeResults` a result in which some numbers are active has a shadow in all its parts, as what is given
 * to a function with a rule has.
 */
export function analyzeActivity(
  module: Module,
  entry: string,
  active: readonly boolean[],
  { wholeResults = false }: { readonly wholeResults?: boolean } = {},
): Activity {
  const pointsTo = analyzePointsTo(module, entry);
  const functions = openFunctions(module, entry);
  const entryFunc = module.functions.get(entry);
  if (!entryFunc) throw new RangeError(`no function ${entry}`);

  const varied = new NumberSet();
  const useful = new NumberSet();
  const cellsOf =
    (isKept: (type: Type) => boolean) =>
    (value: Value): Cell[] => {
      const found: Cell[] = [];
      for (const [owner, type] of containers(value.type, pointsTo.classOf(value), pointsTo)) {
        if (type.kind === "array" && isKept(type.element) && !cutsOff(type)) found.push([owner, ELEMENT]);
        if (type.kind === "record") for (const f of type.decl.fields) if (isKept(f.type)) found.push([owner, f.name]);
      }
      return found;
    };
  const cells = cellsOf(isNumeric);
  const texts = cellsOf(isText);
  const addAll = (set: NumberSet, value: Value): void => {
    if (isNumeric(value.type)) set.addValue(value);
    else if (isReference(value.type) && holdsNumbers(value.type)) for (const [c, n] of cells(value)) set.addCell(c, n);
  };

  entryFunc.body.params.forEach((p, i) => {
    if (active[i]) addAll(varied, p);
  });
  const forward = new Flow(module, pointsTo, varied, cells, texts);
  fixpoint(varied, functions, (block) => forward.down(block));

  if (entryFunc.body.end.kind === "yield") for (const v of entryFunc.body.end.values) addAll(useful, v);
  const backward = new Flow(module, pointsTo, useful, cells, texts);
  fixpoint(useful, functions, (block) => backward.up(block));

  const isActiveCell = (owner: MemoryClass, name: string): boolean => {
    const key = cellKey(owner, name);
    return varied.cells.has(key) && useful.cells.has(key);
  };
  const activeClasses = new Set<number>();
  for (const key of varied.cells) if (useful.cells.has(key)) activeClasses.add(Number(key.slice(0, key.indexOf(":"))));
  const shadowed = new Map<number, boolean>();
  const hasShadow = (owner: MemoryClass): boolean => {
    let known = shadowed.get(owner.id);
    if (known === undefined) {
      known = [...pointsTo.reachable(owner)].some((c) => activeClasses.has(c.id));
      shadowed.set(owner.id, known);
    }
    return known;
  };
  const whole = [...takenWhole(module, functions), ...(wholeResults ? yields(entryFunc.body) : [])];
  const parts = whole
    .filter((v) => isReference(v.type) && hasShadow(pointsTo.classOf(v)))
    .flatMap((v) => [...pointsTo.reachable(pointsTo.classOf(v))]);
  for (const part of parts) activeClasses.add(part.id);
  shadowed.clear();
  return {
    isActive: (value) =>
      isNumeric(value.type)
        ? varied.values.has(value) && useful.values.has(value)
        : // Arrays of integers have no shadow, also where all parts of a result have one.
          isReference(value.type) && shadowType(value.type).kind !== "undefined" && hasShadow(pointsTo.classOf(value)),
    isVaried: (value) => isNumeric(value.type) && varied.values.has(value),
    isVariedCell: (owner, name) => varied.cells.has(cellKey(owner, name)),
    holdsActiveText: (value) => isText(value.type) && varied.values.has(value),
    isActiveCell,
    hasShadow,
    pointsTo,
  };
}

/**
 * What is given to functions with a rule, which says derivatives by every part of it, and what is copied or added: to the
 * shadows in one step, in which none of their parts may be missing or have stayed behind.
 */
function takenWhole(module: Module, functions: readonly Func[]): readonly Value[] {
  const taken: Value[] = [];
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      if (instr.op === "call" && module.functions.get(instr.callee)?.rule) taken.push(...instr.args);
      if (instr.op === "copy" && !instr.detached) taken.push(instr.structure);
      if (instr.op === "addTo") taken.push(instr.target, instr.source);
    });
  return taken;
}

/** The containers in a structure with the classes they are in. Objects of several types may share a class. */
function containers(type: Type, owner: MemoryClass, pointsTo: PointsTo): (readonly [MemoryClass, Type])[] {
  const found: (readonly [MemoryClass, Type])[] = [];
  // By identity, of which a type has finitely many: what leads back to itself does so by way of a record.
  const seen = new Map<MemoryClass, Set<object>>();
  const walk = (t: Type, c: MemoryClass | undefined): void => {
    if (!c) return;
    if (t.kind === "optional") return walk(t.of, c);
    const types = seen.get(c) ?? new Set();
    seen.set(c, types);
    const identity = t.kind === "record" ? t.decl : t;
    if (!isReference(t) || types.has(identity)) return;
    types.add(identity);
    found.push([c, t]);
    if (t.kind === "array") walk(t.element, pointsTo.contentsOf(c, ELEMENT));
    if (t.kind === "record") for (const f of t.decl.fields) walk(f.type, pointsTo.contentsOf(c, f.name));
  };
  walk(type, owner);
  return found;
}

function fixpoint(set: NumberSet, functions: readonly Func[], pass: (block: Block) => void): void {
  do {
    set.changed = false;
    for (const f of functions) pass(f.body);
  } while (set.changed);
}

/** A store into an array of integers cuts off the fraction, as `trunc` does, and has derivative 0 between its jumps. */
function cutsOff(type: Type): boolean {
  return type.kind === "array" && type.storage !== "Array" && !isFloatStorage(type.storage);
}

/** Where a primitive that gives a number or text has no derivative, the dependence counts: transforms refuse it. */
function carries(primitive: Primitive, index: number, arity: number): boolean {
  const partial = primitive.partial(index, arity);
  return partial === undefined ? primitive.gives !== "boolean" : !isFlat(primitive, index, arity);
}

function yields(block: Block): readonly Value[] {
  return block.end.kind === "yield" ? block.end.values : [];
}

/**
 * One pass of either direction over a block. Each number-to-number dependence of the language is stated once, as a
 * pair (what, depends on what); the direction decides how a pair is read.
 */
class Flow {
  readonly #module: Module;
  readonly #pointsTo: PointsTo;
  readonly #set: NumberSet;
  readonly #cells: (value: Value) => Cell[];
  readonly #texts: (value: Value) => Cell[];
  #isDown = true;

  constructor(
    module: Module,
    pointsTo: PointsTo,
    set: NumberSet,
    cells: (value: Value) => Cell[],
    texts: (value: Value) => Cell[],
  ) {
    this.#module = module;
    this.#pointsTo = pointsTo;
    this.#set = set;
    this.#cells = cells;
    this.#texts = texts;
  }

  /** What can be in the set: numbers, and on the way down the text that they have been written into. */
  #isKept(type: Type): boolean {
    return isNumeric(type) || (this.#isDown && isText(type));
  }

  /** From arguments to results. */
  down(block: Block): void {
    this.#isDown = true;
    for (const instr of block.body) this.#visit(instr);
  }
  /** From results to arguments. */
  up(block: Block): void {
    this.#isDown = false;
    for (let i = block.body.length - 1; i >= 0; i--) this.#visit(block.body[i] as Instr);
  }
  #region(block: Block): void {
    if (this.#isDown) this.down(block);
    else this.up(block);
  }

  /** `to` is computed from `from`. */
  #value(to: Value, from: Value): void {
    if (!this.#isKept(to.type) || !this.#isKept(from.type)) return;
    const [source, target] = this.#isDown ? [from, to] : [to, from];
    if (this.#set.values.has(source)) this.#set.addValue(target);
  }
  #values(to: readonly Value[], from: readonly Value[]): void {
    to.forEach((t, i) => {
      const f = from[i];
      if (f) this.#value(t, f);
    });
  }
  /** Memory receives `value`. */
  #write(owner: Value, name: string, value: Value): void {
    if (!this.#isKept(value.type) || cutsOff(owner.type)) return;
    const cell = this.#pointsTo.classOf(owner);
    const has = this.#set.cells.has(cellKey(cell, name));
    if (this.#isDown && this.#set.values.has(value)) this.#set.addCell(cell, name);
    if (!this.#isDown && has) this.#set.addValue(value);
  }
  /** `value` is read from memory. */
  #read(value: Value, owner: Value, name: string): void {
    if (!this.#isKept(value.type) || cutsOff(owner.type)) return;
    const cell = this.#pointsTo.classOf(owner);
    if (this.#isDown && this.#set.cells.has(cellKey(cell, name))) this.#set.addValue(value);
    if (!this.#isDown && this.#set.values.has(value)) this.#set.addCell(cell, name);
  }
  /** Every number of `to` may come from every number of `from`, each a number or a structure. */
  #any(to: Value, from: Value): void {
    if (this.#isDown) this.#anyText(to, from);
    const [source, target] = this.#isDown ? [from, to] : [to, from];
    if (!holdsNumbers(source.type) || !holdsNumbers(target.type)) return;
    const has = isNumeric(source.type)
      ? this.#set.values.has(source)
      : this.#cells(source).some(([c, n]) => this.#set.cells.has(cellKey(c, n)));
    if (!has) return;
    if (isNumeric(target.type)) this.#set.addValue(target);
    else for (const [c, n] of this.#cells(target)) this.#set.addCell(c, n);
  }
  /** The text in `to` may say any number and hold any text of `from`. */
  #anyText(to: Value, from: Value): void {
    const has = this.#isKept(from.type)
      ? this.#set.values.has(from)
      : isReference(from.type) &&
        [...this.#cells(from), ...this.#texts(from)].some(([c, n]) => this.#set.cells.has(cellKey(c, n)));
    if (!has) return;
    if (isText(to.type)) this.#set.addValue(to);
    else if (isReference(to.type)) for (const [c, n] of this.#texts(to)) this.#set.addCell(c, n);
  }
  /** Every number of structure `to` may come from any number of structure `from`. */
  #structure(to: Value, from: Value): void {
    if (isNumeric(to.type)) return this.#value(to, from);
    if (this.#isDown && isText(to.type)) return this.#value(to, from);
    if (!isReference(to.type)) return;
    if (this.#isDown) this.#anyText(to, from);
    if (!holdsNumbers(to.type)) return;
    const [source, target] = this.#isDown ? [from, to] : [to, from];
    if (!this.#cells(source).some(([c, n]) => this.#set.cells.has(cellKey(c, n)))) return;
    for (const [c, n] of this.#cells(target)) this.#set.addCell(c, n);
  }

  #visit(instr: Instr): void {
    const result = instr.results[0] as Value;
    switch (instr.op) {
      case "apply":
        instr.args.forEach((a, i) => {
          if (carries(instr.primitive, i, instr.args.length)) this.#value(result, a);
        });
        return;
      case "text":
        for (const part of instr.parts) if (this.#isDown) this.#anyText(result, part);
        return;
      case "wrap":
      case "unwrap":
        this.#value(result, instr.value);
        return;
      case "array":
        for (const e of instr.elements) this.#write(result, ELEMENT, e);
        return;
      case "allocate":
        if (instr.fill) this.#write(result, ELEMENT, instr.fill);
        return;
      case "record": {
        const { type } = result;
        if (type.kind !== "record") return;
        type.decl.fields.forEach((f, i) => this.#write(result, f.name, instr.fields[i] as Value));
        return;
      }
      case "load":
      case "pop":
        this.#read(result, instr.array, ELEMENT);
        return;
      case "store":
      case "accumulate":
      case "push":
        this.#write(instr.array, ELEMENT, instr.value);
        return;
      case "getField":
        this.#read(result, instr.record, instr.field);
        return;
      case "setField":
      case "accumulateField":
        this.#write(instr.record, instr.field, instr.value);
        return;
      case "copy":
        if (!instr.detached) this.#structure(result, instr.structure);
        return;
      case "addTo":
        this.#structure(instr.target, instr.source);
        return;
      case "if":
        this.#region(instr.then);
        this.#region(instr.else);
        this.#values(instr.results, yields(instr.then));
        this.#values(instr.results, yields(instr.else));
        return;
      case "for":
      case "while": {
        const params = instr.op === "for" ? instr.body.params.slice(1) : instr.body.params;
        const step = (): void => {
          this.#values(params, instr.inits);
          this.#values(params, yields(instr.body));
          this.#values(instr.results, params);
          if (instr.op === "while") this.#values(instr.condition.params, params);
        };
        step();
        this.#region(instr.body);
        if (instr.op === "while") this.#region(instr.condition);
        step();
        return;
      }
      case "call": {
        const callee = this.#module.functions.get(instr.callee);
        if (!callee) throw new RangeError(`no function ${instr.callee}`);
        if (callee.rule) {
          for (const r of instr.results) for (const a of instr.args) this.#any(r, a);
          return;
        }
        this.#values(callee.body.params, instr.args);
        this.#values(instr.results, yields(callee.body));
        return;
      }
      case "closure": {
        const callee = this.#module.functions.get(instr.callee);
        if (callee && instr.captures.length > 0) {
          this.#values(callee.body.params.slice(-instr.captures.length), instr.captures);
        }
        return;
      }
      // A snapshot and its reinstatement put back what the same cells held; the rest moves no number into another.
      case "snapshot":
      case "reinstate":
      case "constant":
      case "unset":
      case "global":
      case "present":
      case "isNull":
      case "view":
      case "length":
      case "same":
      case "shadow":
      case "clear":
      case "tape":
      case "grow":
      case "shrink":
      case "slots":
      case "reader":
      case "release":
      case "host":
        return;
      default:
        instr satisfies never;
    }
  }
}
