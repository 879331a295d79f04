/**
 * What the forward sweep keeps for the reverse sweep. A value that the reverse sweep uses is either kept or computed
 * again from values at hand; an element that is read again must still be in memory, so each later store that destroys it
 * must keep the old one. All these choices are one minimum cut: every value is a pair of vertices,
 *
 *     source --(price of computing it again; infinite if impossible)--> in(v) --(price of keeping it)--> out(v)
 *     out(operand) --(infinite)--> in(v)          out(v) --(infinite)--> sink, if the reverse sweep uses v
 *
 * and of a store that may destroy what load v read: source --> in(s) --(price of keeping the old element)--> out(s) -->
 * in(v). Prices are multiplications, times the number of runs of the region. The recomputation happens once for each
 * mirrored run, so total work stays within a fixed multiple of the primal. (Enzyme decides by a minimum cut as well:
 * Moses et al., SC 2021. Saving at the store: Hascoët, Naumann and Pascual, "To be recorded" analysis, 2005.)
 *
 * Where: a value of region F that its mirror R needs is made at the top of R. There memory is as it was at the end of F,
 * because what came later has been undone by then; so a load can be repeated if no store after it in F hits its cell.
 */
import { isReference } from "../ir/type.ts";
import type { Func, Instr, Value } from "../ir/types.ts";
import { FlowNetwork } from "./min-cut.ts";
import { inputsOf, keepPrice, recomputePrice } from "./prices.ts";
import { findSpared } from "./spared.ts";
import { enclosing, forEachItem, type Sweep, type SweepItem, type SweepRegion } from "./sweep.ts";

/** What `need` must know of memory. Cells tell apart the classes of memory and the fields in them. */
export interface Memory {
  /** The class of a reference, primal or shadow. */
  readonly classOf: (reference: Value) => string;
  /** Some of its objects come from elsewhere. */
  readonly isExternal: (memoryClass: string) => boolean;
  /** Old elements of this class may be kept and put back. */
  readonly isRestorable: (memoryClass: string) => boolean;
}

export interface Plan {
  /** The values to keep. */
  readonly kept: ReadonlySet<Value>;
  /** The values that the reverse sweep has at hand, kept or computed again. */
  readonly required: ReadonlySet<Value>;
  /** The stores that keep what they destroy. */
  readonly saved: ReadonlySet<SweepItem>;
  /** The classes of memory that saved stores write. */
  readonly restoredClasses: ReadonlySet<string>;
  /** What stands in the way of computing values again that were asked for; of others it is a matter of price. */
  readonly obstacles: ReadonlyMap<Value, Obstacle>;
}

/** Why a value cannot be computed again where the reverse sweep wants it, or only if more is kept. */
export type Obstacle =
  /** It comes from outside of its region: a parameter of a function, or what a loop carries. */
  | { readonly kind: "parameter" }
  /** It is an element that is about to be destroyed. */
  | { readonly kind: "old" }
  /** It comes out of an instruction that is not repeated: a call, a loop, a removal. */
  | { readonly kind: "unrepeatable"; readonly instr: Instr }
  /** It was read from memory that is written later, by `instr`. */
  | { readonly kind: "overwritten"; readonly instr: Instr };

/** A value that is kept, with what people ask about it; see `transform/reverse/kept.ts`. */
export interface Kept {
  readonly value: Value;
  /** The function that it belongs to. */
  readonly func: Func;
  /** What computes it; of an element that is about to be destroyed, what destroys it; none for parameters. */
  readonly instr: Instr | undefined;
  /** The loop whose every turn keeps it; none if each call does. */
  readonly loop: Instr | undefined;
  /** It is the record in which the call `instr` gives back what it keeps itself. */
  readonly isRecord: boolean;
  /** Both sweeps run in one scope, and it is a variable of it. */
  readonly isVariable: boolean;
  /** The instructions whose adjoint uses it. */
  readonly uses: readonly Instr[];
  /** What is computed again from it. */
  readonly feeds: readonly Value[];
  /** Undefined where keeping it costs less than computing it again. */
  readonly obstacle: Obstacle | undefined;
}

const LENGTH = "length";

interface Write {
  readonly sweep: Sweep;
  readonly item: SweepItem;
  readonly memoryClass: string;
}

/** Decides for all functions of one reverse derivative. `recursive`: functions that may be running twice at a time. */
export function planResiduals(
  sweeps: readonly Sweep[],
  needs: ReadonlyMap<Sweep, ReadonlySet<Value>>,
  memory: Memory,
  recursive: (sweep: Sweep) => boolean,
): Plan {
  const first = new Planner(sweeps, needs, memory, recursive, new Set());
  const plan = first.plan();
  const spared = findSpared(sweeps, plan, first.inputs);
  return spared.size === 0 ? plan : new Planner(sweeps, needs, memory, recursive, spared).plan();
}

class Planner {
  readonly #sweeps: readonly Sweep[];
  readonly #needs: ReadonlyMap<Sweep, ReadonlySet<Value>>;
  readonly #memory: Memory;
  readonly #recursive: (sweep: Sweep) => boolean;
  readonly #network = new FlowNetwork();
  readonly #vertices = new Map<Value, { in: number; out: number }>();
  readonly #stores = new Map<SweepItem, { in: number; out: number; write: Write }>();
  /** Writes by cell. */
  readonly #writes = new Map<string, Write[]>();
  /** Cells that a call of a function may write, its callees included. */
  readonly #cellsWritten = new Map<string, Set<string>>();
  /** Classes whose arrays lose elements: only there can a push come to lie where another element was. */
  readonly #poppedClasses = new Set<string>();
  /** The classes of objects that hold references to a class. */
  readonly #holders = new Map<string, string[]>();
  readonly #names = new Map<Sweep, ReadonlyMap<string, readonly Value[]>>();
  readonly #obstacles = new Map<Value, Obstacle>();
  /** Values that are not to be kept, whatever it costs. */
  readonly #spared: ReadonlySet<Value>;
  /** What each value that may be kept is computed from, as far as the reverse sweep does not have that anyway. */
  readonly inputs = new Map<Value, Value[]>();

  constructor(
    sweeps: readonly Sweep[],
    needs: ReadonlyMap<Sweep, ReadonlySet<Value>>,
    memory: Memory,
    recursive: (sweep: Sweep) => boolean,
    spared: ReadonlySet<Value>,
  ) {
    this.#spared = spared;
    this.#sweeps = sweeps;
    this.#needs = needs;
    this.#memory = memory;
    this.#recursive = recursive;
    this.#collectWrites();
  }

  #collectWrites(): void {
    const calls = new Map<string, Set<string>>();
    for (const sweep of this.#sweeps) {
      forEachItem(sweep.root, ({ instr }) => {
        this.#collectHolders(instr);
        if (instr.op === "pop") this.#poppedClasses.add(this.#memory.classOf(instr.array));
      });
    }
    for (const sweep of this.#sweeps) {
      const own = new Set<string>();
      const callees = new Set<string>();
      forEachItem(sweep.root, (item) => {
        if (item.instr.op === "call") callees.add(item.instr.callee);
        for (const [memoryClass, name] of this.#cellsOf(item.instr)) {
          const cell = `${memoryClass}/${name}`;
          own.add(cell);
          addTo(this.#writes, cell, { sweep, item, memoryClass });
        }
      });
      this.#cellsWritten.set(sweep.functionName, own);
      calls.set(sweep.functionName, callees);
    }
    for (let changed = true; changed; ) {
      changed = false;
      for (const [caller, callees] of calls) {
        const into = this.#cellsWritten.get(caller) as Set<string>;
        const before = into.size;
        for (const callee of callees) for (const cell of this.#cellsWritten.get(callee) ?? []) into.add(cell);
        changed ||= into.size > before;
      }
    }
  }

  /** The cells that an instruction writes itself, as (class, name). */
  #cellsOf(instr: Instr): readonly (readonly [string, string])[] {
    switch (instr.op) {
      case "store":
      case "accumulate":
        return [[this.#memory.classOf(instr.array), "[]"]];
      case "push":
      case "pop": {
        const c = this.#memory.classOf(instr.array);
        return this.#poppedClasses.has(c)
          ? [
              [c, "[]"],
              [c, LENGTH],
            ]
          : [[c, LENGTH]];
      }
      case "setField":
      case "accumulateField":
        return [[this.#memory.classOf(instr.record), instr.field]];
      case "clear":
        return this.#structureCells(instr.structure);
      case "addTo":
        return this.#structureCells(instr.target);
      default:
        return [];
    }
  }
  #structureCells(structure: Value): readonly (readonly [string, string])[] {
    if (!isReference(structure.type)) return [];
    const c = this.#memory.classOf(structure);
    if (structure.type.kind === "array") return [[c, "[]"]];
    return structure.type.kind === "record" ? structure.type.decl.fields.map((f) => [c, f.name] as const) : [];
  }

  plan(): Plan {
    const { sink } = this.#network;
    for (const sweep of this.#sweeps) {
      for (const value of this.#needs.get(sweep) ?? []) {
        const v = this.#vertex(sweep, value);
        if (v) this.#network.edge(v.out, sink, Number.POSITIVE_INFINITY);
      }
    }
    const source = this.#network.sourceSide();
    const kept = new Set<Value>();
    const required = new Set<Value>();
    for (const [value, v] of this.#vertices) {
      if (source.has(v.out)) continue;
      required.add(value);
      if (source.has(v.in)) kept.add(value);
    }
    const saved = new Set<SweepItem>();
    const restoredClasses = new Set<string>();
    for (const [item, s] of this.#stores) {
      if (source.has(s.out)) continue;
      saved.add(item);
      restoredClasses.add(s.write.memoryClass);
      if (item.old) {
        kept.add(item.old);
        required.add(item.old);
      }
    }
    return { kept, required, saved, restoredClasses, obstacles: this.#obstacles };
  }

  /** The vertices of a value; `undefined` where the reverse sweep has it anyway. Works off a list: chains can be long. */
  #vertex(sweep: Sweep, value: Value): { in: number; out: number } | undefined {
    const pending: Value[] = [];
    const open = (v: Value): { in: number; out: number } | undefined => {
      const known = this.#vertices.get(v);
      if (known) return known;
      const home = sweep.home.get(v);
      if (!home) throw new Error(`${v.hint ?? v.id} is not a value of ${sweep.functionName}`);
      if (home.isDirect || isMirrored(home, v)) return undefined;
      const made = { in: this.#network.vertex(), out: this.#network.vertex() };
      this.#vertices.set(v, made);
      pending.push(v);
      return made;
    };
    const first = open(value);
    for (let v = pending.pop(); v; v = pending.pop()) this.#connect(sweep, v, open);
    return first;
  }

  #connect(sweep: Sweep, value: Value, open: (v: Value) => { in: number; out: number } | undefined): void {
    const vertex = this.#vertices.get(value) as { in: number; out: number };
    const home = sweep.home.get(value) as SweepRegion;
    const item = sweep.definition.get(value);
    const keeping = this.#spared.has(value) ? Number.POSITIVE_INFINITY : keepPrice(value.type, home);
    this.#network.edge(vertex.in, vertex.out, keeping);
    const price = item && value !== item.old ? recomputePrice(item.instr) : Number.POSITIVE_INFINITY;
    this.#network.edge(this.#network.source, vertex.in, Math.max(price * home.runs, 1e-3));
    if (!item) return void this.#obstacles.set(value, { kind: "parameter" });
    if (price === Number.POSITIVE_INFINITY) {
      const { instr } = item;
      return void this.#obstacles.set(value, value === item.old ? { kind: "old" } : { kind: "unrepeatable", instr });
    }
    const inputs: Value[] = [];
    this.inputs.set(value, inputs);
    for (const operand of inputsOf(item.instr)) {
      const o = open(operand);
      if (!o) continue;
      this.#network.edge(o.out, vertex.in, Number.POSITIVE_INFINITY);
      inputs.push(operand);
    }
    const cell = this.#readCell(item.instr);
    if (cell !== undefined) this.#connectMemory(sweep, item, cell, vertex.in, open);
  }

  #readCell(instr: Instr): string | undefined {
    switch (instr.op) {
      case "load":
        return `${this.#memory.classOf(instr.array)}/[]`;
      case "length":
        return instr.array.type.kind === "array" && instr.array.type.storage !== "Array"
          ? undefined
          : `${this.#memory.classOf(instr.array)}/${LENGTH}`;
      case "getField":
        return `${this.#memory.classOf(instr.record)}/${instr.field}`;
      default:
        return undefined;
    }
  }

  #connectMemory(
    sweep: Sweep,
    load: SweepItem,
    cell: string,
    into: number,
    open: (v: Value) => { in: number; out: number } | undefined,
  ): void {
    const never = (instr: Instr): void => {
      for (const result of load.instr.results) this.#obstacles.set(result, { kind: "overwritten", instr });
      this.#network.edge(this.#network.source, into, Number.POSITIVE_INFINITY);
    };
    // A call after the load, in the same run of the region, may overwrite the cell.
    for (const later of load.region.items.slice(load.position + 1)) {
      if (this.#callsWriter(later, cell)) return never(later.instr);
    }
    // A missing element is missing by the length as well.
    const isOptional = load.instr.op === "load" && load.instr.results[0]?.type.kind === "optional";
    const cells = isOptional ? [cell, cell.replace("/[]", `/${LENGTH}`)] : [cell];
    for (const write of cells.flatMap((c) => this.#writes.get(c) ?? [])) {
      const relation = this.#relation(sweep, load, write);
      if (relation === "none") continue;
      if (relation === "kill" || !this.#isSavable(write)) return never(write.item.instr);
      for (const result of load.instr.results)
        if (!this.#obstacles.has(result)) this.#obstacles.set(result, { kind: "overwritten", instr: write.item.instr });
      const store = this.#store(write, write.sweep === sweep ? open : (v) => this.#vertex(write.sweep, v));
      this.#network.edge(store.out, into, Number.POSITIVE_INFINITY);
    }
  }

  #callsWriter(item: SweepItem, cell: string): boolean {
    if (item.instr.op === "call") return this.#cellsWritten.get(item.instr.callee)?.has(cell) ?? false;
    return item.inner.some((region) => region.items.some((i) => this.#callsWriter(i, cell)));
  }

  #isSavable(write: Write): boolean {
    const { instr, region } = write.item;
    if (instr.op === "clear" || instr.op === "addTo" || region.owner?.isShadowCode) return false;
    return this.#memory.isRestorable(write.memoryClass);
  }

  #store(write: Write, open: (v: Value) => { in: number; out: number } | undefined): { in: number; out: number } {
    const known = this.#stores.get(write.item);
    if (known) return known;
    const { region, instr, old } = write.item;
    const made = { in: this.#network.vertex(), out: this.#network.vertex(), write };
    this.#stores.set(write.item, made);
    this.#network.edge(this.#network.source, made.in, Number.POSITIVE_INFINITY);
    this.#network.edge(made.in, made.out, old ? keepPrice(old.type, region) : region.runs);
    // Putting the old element back takes its place: the array and the index, or the record.
    const place = "array" in instr ? [instr.array] : "record" in instr ? [instr.record] : [];
    const around = enclosing(region).flatMap((r) => (r.owner ? steeredBy(r.owner.instr) : []));
    for (const v of [...("index" in instr ? [...place, instr.index] : place), ...around]) {
      const o = open(v);
      if (o) this.#network.edge(o.out, made.out, Number.POSITIVE_INFINITY);
    }
    return made;
  }

  /**
   * How a write stands to a load of the same cell: `kill` if it follows in the same run of the load's region, `save` if
   * it can follow later, so that it will have been undone when the load is repeated, `none` if it cannot follow.
   */
  #relation(sweep: Sweep, load: SweepItem, write: Write): "kill" | "save" | "none" {
    if (write.sweep !== sweep) return "save";
    const around = enclosing(load.region);
    let at: SweepItem = write.item;
    while (!around.includes(at.region)) at = at.region.owner as SweepItem;
    const common = at.region;
    const depth = around.indexOf(common);
    const from = depth === 0 ? load : (around[depth - 1]?.owner as SweepItem);
    if (at.position > from.position) return depth === 0 ? "kill" : "save";
    if (this.#recursive(sweep)) return "save";
    for (const region of enclosing(common)) {
      if ((region.kind === "for" || region.kind === "while") && this.#outlives(sweep, write.memoryClass, region))
        return "save";
    }
    return "none";
  }

  /**
   * Some object of the class may be seen by more than one run of `region`: it is made outside, named outside, carried
   * from one turn to the next, or held by an object of which the same is true.
   */
  #outlives(sweep: Sweep, memoryClass: string, region: SweepRegion): boolean {
    const seen = new Set<string>();
    const pending = [memoryClass];
    for (let c = pending.pop(); c !== undefined; c = pending.pop()) {
      if (seen.has(c)) continue;
      seen.add(c);
      if (this.#memory.isExternal(c)) return true;
      for (const name of this.#namesIn(sweep).get(c) ?? []) {
        const home = sweep.home.get(name) as SweepRegion;
        if (region.params.includes(name) || !enclosing(home).includes(region)) return true;
      }
      pending.push(...(this.#holders.get(c) ?? []));
    }
    return false;
  }

  /** The references of a function, by class. */
  #namesIn(sweep: Sweep): ReadonlyMap<string, readonly Value[]> {
    const known = this.#names.get(sweep);
    if (known) return known;
    const names = new Map<string, Value[]>();
    for (const value of sweep.home.keys()) {
      if (isReference(value.type)) addTo(names, this.#memory.classOf(value), value);
    }
    this.#names.set(sweep, names);
    return names;
  }

  /** Notes which classes an instruction puts into objects of which other class. */
  #collectHolders(instr: Instr): void {
    const held = (holder: Value, values: readonly Value[]): void => {
      for (const v of values) {
        if (isReference(v.type)) addTo(this.#holders, this.#memory.classOf(v), this.#memory.classOf(holder));
      }
    };
    const result = instr.results[0] as Value;
    switch (instr.op) {
      case "array":
        return held(result, instr.elements);
      case "record":
        return held(result, instr.fields);
      case "allocate":
        return held(result, instr.fill ? [instr.fill] : []);
      case "store":
      case "push":
        return held(instr.array, [instr.value]);
      case "setField":
        return held(instr.record, [instr.value]);
      case "load":
      case "pop":
        return held(instr.array, [result]);
      case "getField":
        return held(instr.record, [result]);
      default:
    }
  }
}

function addTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

/** What the mirror of a branch or loop reads in order to go the same way back: of a while loop how often it ran. */
function steeredBy(instr: Instr): readonly Value[] {
  if (instr.op === "if") return [instr.condition];
  return instr.op === "for" ? [instr.start, instr.end] : instr.results.slice(-1);
}

/** The mirror has its own: the index of a counted loop, the turn of a while loop. */
function isMirrored(home: SweepRegion, value: Value): boolean {
  return (home.kind === "for" && value === home.params[0]) || (home.kind === "while" && value === home.params.at(-1));
}
