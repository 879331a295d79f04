/**
 * The type of a function that is a value of the program. Each signature has one record type: which function it is, by
 * name, and in further fields what such functions capture. Different functions use the same fields where the types
 * agree, since a record is one of them only. Fields are added while a program is lowered, so one lowering may find that
 * records made earlier lack some; the next one starts with all of them. (Reynolds, Definitional Interpreters for
 * Higher-Order Programming Languages: defunctionalisation.)
 */
import type ts from "typescript";
import { holds, isReference, number, optional, record, typeKey } from "../../ir/type.ts";
import type { RecordDecl, RecordField, Type, Value } from "../../ir/types.ts";
import type { KnownFunction } from "../context.ts";
import { Tables } from "../objects/maps.ts";
import { Unions } from "./unions.ts";

/** The field that says which function it is. */
export const which = "kind";

export interface Signature {
  readonly key: string;
  readonly type: Type;
  readonly params: readonly Type[];
  /** One type, or none for a function that returns nothing. */
  readonly results: readonly Type[];
  /** The first parameter is the object that the function is called on, see `receivers.ts`. */
  readonly isMember?: boolean;
  /** The last parameter is an array of all arguments from there on. */
  readonly hasRest?: boolean;
}

/** A function that has become a value: its name among the functions of its signature, and where its captures are. */
export interface Lambda {
  readonly signature: Signature;
  readonly fn: KnownFunction;
  readonly name: string;
  /** How many of the parameters it takes. */
  readonly takes: number;
  /** Fields that hold captured values: the one at `index`, among all that are captured. */
  readonly captured: readonly { readonly index: number; readonly type: Type; readonly field: string }[];
}

interface Slots {
  readonly signature: Signature;
  readonly fields: RecordField[];
}

/** The signatures of a program's function values, and the functions that have become values in this lowering. */
export class Closures {
  /** Fields were added, so that records made before lack them. */
  grown = false;
  readonly lambdas = new Map<string, Lambda>();
  /** Calls under `try`, of functions that must not throw when all that they call is known. */
  readonly guarded: { readonly callee: string; readonly node: ts.Node }[] = [];
  /** Which function a record is that was made. */
  readonly made = new WeakMap<Value, Lambda>();
  /** Maps, sets and unions, which signatures are made of, too: one lowering goes on with those of the one before. */
  readonly tables = new Tables();
  readonly unions = new Unions();
  readonly #byKey = new Map<string, Slots>();
  readonly #byType = new Map<ts.Type, Signature>();
  readonly #slots = new Map<RecordDecl, Slots>();
  readonly #kept = new Map<string, Type>();

  /** A new lowering begins. */
  restart(): void {
    this.grown = false;
    this.lambdas.clear();
    this.guarded.length = 0;
  }
  known(type: ts.Type): Signature | undefined {
    return this.#byType.get(type);
  }
  remember(type: ts.Type, signature: Signature): void {
    this.#byType.set(type, signature);
  }
  /** The type of what a derivative keeps for later: the same in every attempt, its fields are not known before the end. */
  kept(name: string): Type {
    const known = this.#kept.get(name);
    if (known) return known;
    const made = record({ name: "Kept", isTuple: false, fields: [], nominal: `kept by ${name}` });
    this.#kept.set(name, made);
    return made;
  }
  signatures(): readonly Signature[] {
    return [...this.#byKey.values()].map((s) => s.signature);
  }
  /** The signature of these types; one of its own if `open`, since types that are not complete are not to be compared. */
  signature(
    name: string,
    { params, results, hasRest = false }: Pick<Signature, "params" | "results" | "hasRest">,
    open = false,
  ): Signature {
    const text = `(${hasRest ? "..." : ""}${params.map(typeKey).join(",")})=>${results.map(typeKey).join(",")}`;
    const key = open ? `${text}#${this.#byKey.size}` : text;
    return this.#byKey.get(key)?.signature ?? this.#add(name, key, { params, results, hasRest }).signature;
  }
  /** A signature whose parameters and results are still to be found, since they lead back to it. */
  recursive(name: string): Signature {
    return this.#add(name, `#${this.#byKey.size}`, { params: [], results: [] }).signature;
  }
  /** The signature of a member of objects, which is given the object; its parameters are still to be found. */
  member(key: string, name: string): Signature {
    return (
      this.#byKey.get(key)?.signature ?? this.#add(name, key, { params: [], results: [], isMember: true }).signature
    );
  }
  /** Gives such a signature its parameters and results. */
  complete(type: Type, parts: Pick<Signature, "params" | "results" | "hasRest">): Signature {
    const slots = type.kind === "record" ? this.#slots.get(type.decl) : undefined;
    if (!slots) throw new Error("no signature of function values");
    Object.assign(slots.signature, parts);
    return slots.signature;
  }
  #add(name: string, key: string, parts: Omit<Signature, "key" | "type">): Slots {
    const fields: RecordField[] = [{ name: which, type: { kind: "string" } }];
    const decl: RecordDecl = { name: name || "Callback", isTuple: false, fields, nominal: key };
    const signature: Signature = { key, type: record(decl), ...parts };
    const slots: Slots = { signature, fields };
    this.#byKey.set(key, slots);
    this.#slots.set(decl, slots);
    return slots;
  }
  /** The signature of a function value of this type; undefined for any other type. */
  of(type: Type): Signature | undefined {
    return type.kind === "record" ? this.#slots.get(type.decl)?.signature : undefined;
  }
  /** Of two types of functions the one that takes more arguments, if functions of the other can be called by it. */
  widest(a: Type, b: Type): Type | undefined {
    const [left, right] = [this.of(a), this.of(b)];
    if (!left || !right || left.isMember || right.isMember) return undefined;
    const isLonger = left.hasRest === right.hasRest ? left.params.length >= right.params.length : left.hasRest;
    const [longer, shorter] = isLonger ? [left, right] : [right, left];
    if (longer.hasRest && shorter.hasRest) return undefined;
    const fits =
      shorter.params.every((p, i) => typeKey(p) === typeKey(argumentType(longer, i) as Type)) &&
      longer.results.map(typeKey).join() === shorter.results.map(typeKey).join();
    return fits ? longer.type : undefined;
  }
  fields({ type }: Signature): readonly RecordField[] {
    return type.kind === "record" ? type.decl.fields : [];
  }
  /** A field for a captured value of this type, which none of `taken` is. */
  slot({ type }: Signature, wanted: string, captured: Type, taken: ReadonlySet<string>): string {
    const slots = type.kind === "record" ? this.#slots.get(type.decl) : undefined;
    if (!slots) throw new Error("no signature of function values");
    const held = heldAs(captured);
    const free = slots.fields.filter(
      (f) => f.name !== which && !taken.has(f.name) && typeKey(f.type) === typeKey(held),
    );
    const found = free.find((f) => f.name === wanted) ?? free[0];
    if (found) return found.name;
    let name = reserved.has(wanted) ? `${wanted}Captured` : wanted;
    for (let i = 2; slots.fields.some((f) => f.name === name); i++) name = `${wanted}${i}`;
    slots.fields.push({ name, type: held });
    this.grown = true;
    return name;
  }
}

/** The type of an argument of functions of this signature; undefined if they take fewer. */
function argumentType({ params, hasRest }: Signature, index: number): Type | undefined {
  const last = params.length - 1;
  const rest = hasRest && index >= last ? params[last] : undefined;
  return rest?.kind === "array" ? rest.element : params[index];
}

const reserved: ReadonlySet<string> = new Set([which, "name", "length", "prototype", "__proto__"]);

/** The type of the field that holds a captured value: functions that capture less leave references out. */
export function heldAs(type: Type): Type {
  return isReference(type) ? optional(type) : type;
}

/** The types that a function of the table has, which takes numbers. */
export function numbersToNumber(closures: Closures, arity: number): Signature {
  return closures.signature("", { params: new Array<Type>(arity).fill(number), results: [number] });
}

/** True if a function value is in values of this type, at any depth. */
export function holdsFunction(closures: Closures, type: Type): boolean {
  return holds(type, (t) => closures.of(t) !== undefined);
}

/** True for a type that is said by records among these; what has a name of its own is said by that. */
export function leadsTo(type: Type, records: ReadonlySet<Type>, seen = new Set<Type>()): boolean {
  if (type.kind === "optional") return leadsTo(type.of, records, seen);
  if (type.kind === "array") return leadsTo(type.element, records, seen);
  if (type.kind !== "record" || type.decl.nominal !== undefined || seen.has(type)) return false;
  seen.add(type);
  return records.has(type) || type.decl.fields.some((f) => leadsTo(f.type, records, seen));
}
