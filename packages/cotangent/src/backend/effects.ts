/**
 * What may be printed past what. `analysis/effects` says which instructions read and write; here memory is told apart a
 * little more finely, by what the types show: an element of a `Float64Array` is never an element of a `number[]`, a field
 * `x` never a field `y`, and storing an element, which is within bounds, changes no length.
 */
import { effectsOf } from "../analysis/effects.ts";
import type { Instr, Module, Type } from "../ir/types.ts";
import type { Reading } from "./idiom.ts";

/** Kinds of memory; `all` if it may be any. */
type Places = ReadonlySet<string> | "all";

export interface Footprint {
  readonly reads: Places;
  readonly writes: Places;
  /** Ends in an exception, or is seen outside: keeps its order among its like, and among writes. */
  readonly speaks: boolean;
}

const none: ReadonlySet<string> = new Set();
export const nothing: Footprint = { reads: none, writes: none, speaks: false };

function elementPlace(type: Type): string {
  // Typed arrays may be views of one buffer, whatever their kind.
  return type.kind === "array" && type.storage !== "Array" ? "typed" : "elements";
}

/** The one kind of memory that an instruction touches, if it is one. */
function placeOf(instr: Instr): string | undefined {
  switch (instr.op) {
    case "load":
    case "store":
    case "accumulate":
      return elementPlace(instr.array.type);
    case "getField":
    case "setField":
    case "accumulateField":
      return `.${instr.field}`;
    case "length":
      return "length";
    case "grow":
    case "shrink":
    case "slots":
      return "tape";
    default:
      return undefined;
  }
}

/** What instructions do, their regions included; found once of each, since what holds them asks again. */
export function makeFootprints(module: Module, reading: Reading): (instr: Instr) => Footprint {
  const known = new Map<Instr, Footprint>();
  const footprint = (instr: Instr): Footprint => {
    const found = known.get(instr) ?? find(instr);
    known.set(instr, found);
    return found;
  };
  const find = (instr: Instr): Footprint => {
    const effects = effectsOf(instr, module);
    const speaks = effects.throws || effects.io;
    if (!effects.reads && !effects.writes && !speaks) return nothing;
    const regions = reading.regions(instr);
    if (regions.length > 0) {
      const inner = regions.flatMap((r) => r.body.map(footprint));
      return { ...inner.reduce(joinFootprints, nothing), speaks };
    }
    const place = placeOf(instr);
    const places: Places = place === undefined ? "all" : new Set([place]);
    return { reads: effects.reads ? places : none, writes: effects.writes ? places : none, speaks };
  };
  return footprint;
}

function union(a: Places, b: Places): Places {
  if (a === "all" || b === "all") return "all";
  return a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b]);
}
function isEmpty(places: Places): boolean {
  return places !== "all" && places.size === 0;
}
function overlap(a: Places, b: Places): boolean {
  if (isEmpty(a) || isEmpty(b)) return false;
  return a === "all" || b === "all" || [...a].some((p) => b.has(p));
}

export function joinFootprints(a: Footprint, b: Footprint): Footprint {
  if (a === nothing) return b;
  if (b === nothing) return a;
  return { reads: union(a.reads, b.reads), writes: union(a.writes, b.writes), speaks: a.speaks || b.speaks };
}

export function hasWrites(f: Footprint): boolean {
  return !isEmpty(f.writes);
}

/** True if the two do something else when their order is turned round. */
export function clash(a: Footprint, b: Footprint): boolean {
  if (a.speaks && (b.speaks || hasWrites(b))) return true;
  if (b.speaks && hasWrites(a)) return true;
  return overlap(a.writes, b.reads) || overlap(a.writes, b.writes) || overlap(a.reads, b.writes);
}

/** True if it neither reads nor changes anything: it may be printed anywhere, or not at all. */
export function isSilent(f: Footprint): boolean {
  return isEmpty(f.reads) && !hasWrites(f) && !f.speaks;
}
