/**
 * Common subexpressions by scoped value numbering (Briggs, Cooper and Simpson, Value Numbering, 1997): two instructions
 * with the same key compute the same, and the second one goes where the first one is in scope, which in a structured
 * program is dominance. The key of a read of memory has in it the version of the place that is read:
 *
 *     load a, i           has the key  load a i @ version of the elements of arrays of a type like that of `a`
 *     store b, j, x       gives those a new version, as does every construct around it, when it begins and ends
 *
 * Objects made here that only direct reads and writes mention are places of their own. Nothing that allocates is merged.
 */
import { effectsOf } from "../analysis/effects.ts";
import type { Primitive } from "../core/primitive.ts";
import { add, and, eq, mul, ne, or } from "../elementals/index.ts";
import { placeKey, typeKey } from "../ir/type.ts";
import type { Block, Func, Instr, Module, Type, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr, mapTerminator, operands, regions, terminatorOperands } from "../ir/visit.ts";

/** Not `max` and `min`: where the arguments are equal, derivatives go by their order. */
const symmetric: ReadonlySet<Primitive> = new Set([add, mul, eq, ne, and, or]);

/** Computes once in `func` what is computed again where the first result is still in scope and still right. */
export function mergeCommon(func: Func, module: Module): Func {
  return { ...func, body: new Numbering(func, module).block(func.body) };
}

/** The places of memory that get a new version; undefined for all. */
type Places = ReadonlySet<string> | undefined;
const nowhere: ReadonlySet<string> = new Set();

class Numbering {
  readonly #module: Module;
  readonly #privates: ReadonlySet<Value>;
  readonly #written = new Map<Instr, Places>();
  readonly #typeKeys = new Map<Type, string>();
  readonly #placeKeys = new Map<Type, string>();
  readonly #replaced = new Map<Value, Value>();
  readonly #known = new Map<string, readonly Value[]>();
  #entered: string[] = [];
  /** Versions by place, of what has none yet, and of memory as a whole. */
  #versions = new Map<string, number>();
  #least = 0;
  #whole = 0;
  #clock = 0;

  constructor(func: Func, module: Module) {
    this.#module = module;
    this.#privates = collectPrivates(func);
  }

  #value = (v: Value): Value => this.#replaced.get(v) ?? v;

  block = (block: Block): Block => {
    const outer = this.#entered;
    this.#entered = [];
    const body: Instr[] = [];
    for (const original of block.body) {
      const instr = this.#instr(original);
      if (instr) body.push(instr);
    }
    const end = mapTerminator(block.end, this.#value);
    for (const key of this.#entered) this.#known.delete(key);
    this.#entered = outer;
    return { params: block.params, body, end };
  };

  /** The instruction as it stays, if it does. */
  #instr(original: Instr): Instr | undefined {
    const written = this.#writtenBy(original);
    if (regions(original).length > 0) {
      const isLoop = original.op !== "if";
      if (isLoop) this.#renew(written);
      const instr = mapInstr(original, this.#value, this.#region);
      this.#renew(written);
      return instr;
    }
    const instr = mapInstr(original, this.#value, this.block);
    this.#renew(written);
    const key = this.#keyOf(instr);
    if (key === undefined) return instr;
    const found = this.#known.get(key);
    if (!found) {
      this.#known.set(key, instr.results);
      this.#entered.push(key);
      return instr;
    }
    for (const [i, r] of instr.results.entries()) this.#replaced.set(r, found[i] as Value);
    return undefined;
  }

  /** Rewrites a region; what it writes counts for itself alone until the construct ends. */
  #region = (region: Block): Block => {
    const [versions, least, whole] = [this.#versions, this.#least, this.#whole];
    this.#versions = new Map(versions);
    const made = this.block(region);
    this.#versions = versions;
    this.#least = least;
    this.#whole = whole;
    return made;
  };

  #renew(places: Places): void {
    if (places?.size === 0) return;
    this.#whole = ++this.#clock;
    if (places) {
      for (const place of places) this.#versions.set(place, this.#clock);
      return;
    }
    this.#versions.clear();
    this.#least = this.#clock;
  }

  #versionOf(place: string): number {
    return this.#versions.get(place) ?? this.#least;
  }

  // ------------------------------------------------------------------------------------------------------ Keys

  #typeKey(type: Type): string {
    const known = this.#typeKeys.get(type) ?? typeKey(type);
    this.#typeKeys.set(type, known);
    return known;
  }

  #placeKey(type: Type): string {
    const known = this.#placeKeys.get(type) ?? placeKey(type);
    this.#placeKeys.set(type, known);
    return known;
  }

  /** What two instructions that compute the same have in common; undefined if `instr` must stay. */
  #keyOf(instr: Instr): string | undefined {
    const ids = (values: readonly Value[]): string => values.map((v) => v.id).join(" ");
    const result = (): string => this.#typeKey((instr.results[0] as Value).type);
    switch (instr.op) {
      case "constant": {
        const text = Object.is(instr.value, -0) ? "-0" : String(instr.value);
        return `constant ${result()} ${text}`;
      }
      case "apply": {
        const { primitive, args } = instr;
        const ordered = symmetric.has(primitive) ? args.toSorted((a, b) => a.id - b.id) : args;
        return `apply ${primitive.id} ${ids(ordered)}`;
      }
      case "text":
        return `text ${ids(instr.parts)}`;
      case "global":
        return `global ${instr.global}`;
      case "wrap":
        return `wrap ${instr.value.id} ${result()}`;
      case "present":
      case "isNull":
      case "unwrap":
        return `${instr.op} ${instr.value.id}`;
      case "same":
        return `same ${ids([instr.left, instr.right].toSorted((a, b) => a.id - b.id))}`;
      case "length": {
        const { type } = instr.array;
        const isFixed = type.kind === "array" && type.storage !== "Array";
        return `length ${instr.array.id} @ ${isFixed ? 0 : this.#versionOf(this.#lengthPlace(instr.array))}`;
      }
      case "load":
        return `load ${result()} ${ids([instr.array, instr.index])} @ ${this.#versionOf(this.#elements(instr.array))}`;
      case "getField": {
        const version = this.#versionOf(this.#field(instr.record, instr.field));
        return `getField ${instr.record.id} ${instr.field} @ ${version}`;
      }
      case "slots":
        return `slots ${instr.tape.id} @ ${this.#whole}`;
      case "call": {
        const { writes, allocates, io } = effectsOf(instr, this.#module);
        if (writes || allocates || io) return undefined;
        return `call ${instr.callee} ${ids(instr.args)} @ ${this.#whole}`;
      }
      default:
        return undefined;
    }
  }

  // ---------------------------------------------------------------------------------------------------- Places

  #owner(object: Value): string {
    return this.#privates.has(object) ? `#${object.id}` : this.#placeKey(object.type);
  }
  #elements(array: Value): string {
    return `${this.#owner(array)}[]`;
  }
  #lengthPlace(array: Value): string {
    return `${this.#owner(array)}.length`;
  }
  #field(record: Value, field: string): string {
    return `${this.#owner(record)}.${field}`;
  }

  #writtenBy(instr: Instr): Places {
    if (this.#written.has(instr)) return this.#written.get(instr);
    const written = regions(instr).length > 0 ? this.#writtenWithin(instr) : this.#writtenDirectly(instr);
    this.#written.set(instr, written);
    return written;
  }

  #writtenWithin(instr: Instr): Places {
    const all = new Set<string>();
    for (const region of regions(instr)) {
      for (const inner of region.body) {
        const written = this.#writtenBy(inner);
        if (!written) return undefined;
        for (const place of written) all.add(place);
      }
    }
    return all;
  }

  #writtenDirectly(instr: Instr): Places {
    switch (instr.op) {
      case "store":
      case "accumulate":
        return new Set([this.#elements(this.#value(instr.array))]);
      case "push":
      case "pop":
        return new Set([this.#elements(this.#value(instr.array)), this.#lengthPlace(this.#value(instr.array))]);
      case "setField":
      case "accumulateField":
        return new Set([this.#field(this.#value(instr.record), instr.field)]);
      default:
        return effectsOf(instr, this.#module).writes ? undefined : nowhere;
    }
  }
}

/** The objects made in `func` that nothing but direct reads and writes, and the return, mentions. */
function collectPrivates(func: Func): ReadonlySet<Value> {
  const made = new Set<Value>();
  const shared = new Set<Value>();
  const share = (v: Value): void => void shared.add(v);
  forEachInstr(func.body, (instr) => {
    switch (instr.op) {
      case "array":
      case "allocate":
      case "record":
      case "copy":
        for (const r of instr.results) made.add(r);
        break;
      case "shadow":
        // Shared shadows of one object are one.
        if (!instr.shared) for (const r of instr.results) made.add(r);
        break;
      default:
    }
    const isDirect = directOps.has(instr.op);
    operands(instr).forEach((v, i) => {
      if (!isDirect || i > 0) share(v);
    });
    for (const region of regions(instr)) terminatorOperands(region.end).forEach(share);
  });
  return new Set([...made].filter((v) => !shared.has(v)));
}

const directOps: ReadonlySet<Instr["op"]> = new Set([
  "load",
  "store",
  "accumulate",
  "length",
  "push",
  "pop",
  "getField",
  "setField",
  "accumulateField",
]);
