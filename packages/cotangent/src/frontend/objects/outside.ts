/**
 * Objects that cross the border of what is compiled. An instance from outside may be of a class that nobody knows here, so that
 * where methods are called each is looked at when the function begins; one that the program has made is a record, which
 * gets its prototype before code outside can hold it: when it is returned, and when it is stored where it may be found.
 *
 *     f(v) { … v.dot(v) … }      becomes      f(v) { host expectInstance(v, Vec) … }
 *
 * What was taken for granted of fields that objects lack (`absent-fields.ts`) is looked at there, too.
 */
import ts from "typescript";
import { BlockBuilder, freshValue } from "../../ir/build.ts";
import { typeKey } from "../../ir/type.ts";
import type { Block, Func, Global, Instr, Type, Value } from "../../ir/types.ts";
import { forEachInstr, mapInstr } from "../../ir/visit.ts";
import { refuse, type Session } from "../context.ts";
import { hasErrors } from "../control/error-classes.ts";
import type { Expected, ExpectedFields } from "./absent-fields.ts";
import { hasPrivateNames, type InstanceType } from "./classes.ts";
import { refuseKeysByIdentity } from "./maps.ts";

/** What is done to some of the objects in a value, by a function of `cotangent/runtime`. */
interface Crossing {
  readonly how: "expectFields" | "expectInstance" | "becomeInstance";
  /** True if it is for objects of this type. */
  readonly isFor: (type: Type) => boolean;
  /** What it is given besides such an object. */
  readonly given: (type: Type, b: BlockBuilder) => readonly Value[];
}

/** The types of instances in values of a type. */
function instancesIn(session: Session, type: Type): ReadonlySet<InstanceType> {
  const found = new Set<InstanceType>();
  for (const t of typesWithin(type)) {
    const own = session.classes.of(t);
    if (own) found.add(own);
  }
  return found;
}

/** A type, and those of all that its values hold. */
export function typesWithin(type: Type): ReadonlySet<Type> {
  const seen = new Set<Type>();
  const visit = (t: Type): void => {
    if (seen.has(t)) return;
    seen.add(t);
    for (const part of partsOf(t)) visit(part);
  };
  visit(type);
  return seen;
}

function partsOf(type: Type): readonly Type[] {
  if (type.kind === "optional") return [type.of];
  if (type.kind === "array") return [type.element];
  return type.kind === "record" ? type.decl.fields.map((f) => f.type) : [];
}

/** True if a value of this type is an instance of a class, or holds one. */
export function holdsInstance(session: Session, type: Type): boolean {
  return instancesIn(session, type).size > 0;
}

/**
 * Adds to the function `entry` what its instances need at the border, and looks at what was expected of objects there.
 * Refuses those whose classes cannot be told there.
 */
export function crossBorder(
  session: Session,
  entry: string,
  node: ts.Node,
  expected: ReadonlyMap<string, ExpectedFields>,
): void {
  const func = session.functions.get(entry);
  if (!func) return;
  for (const t of func.results) refuseKeysByIdentity(session, t, "in the result", node);
  const { classes, globals } = session;
  // What generated code makes itself comes from nowhere.
  const constants = [...globals.values()].filter((g) => g.source.kind !== "made");
  const outside = [...func.body.params.map((p) => p.type), ...constants.map((g) => g.type)];
  const found = new Set(outside.flatMap((t) => [...instancesIn(session, t)]));
  const outgoing = new Set(func.results.flatMap((t) => [...instancesIn(session, t)]));
  for (const i of [...found, ...outgoing])
    if (hasErrors({ session }, i.family))
      refuse(node, "class-outside", `an error, of the class ${nameOf(i)}, as a value`);
  for (const i of found)
    if (i.family.classes.length > 1 || hasPrivateNames(i.family) || classes.asked.has(i.family))
      refuse(node, "class-outside", `an instance of ${nameOf(i)} in the arguments`);
  const incoming = new Set([...found].filter((i) => classes.called.has(i.family)));
  const made = new Set([...found].filter((i) => classes.made.has(i.family)));
  const border = new Border(session, node);
  for (const i of outgoing) if (i.family.classes.length > 1) border.refuse(i, "in the result");
  const become = border.ofInstances("becomeInstance", made);
  if (made.size > 0)
    for (const [name, f] of session.functions) session.functions.set(name, border.withStores(f, become));
  const before: Crossing[] = [];
  if (incoming.size > 0) before.push(border.ofInstances("expectInstance", incoming));
  if (expected.size > 0) before.push(ofFields(expected));
  if (before.length === 0 && outgoing.size === 0) return;
  const after = border.ofInstances("becomeInstance", outgoing);
  session.functions.set(entry, border.withEnds(entryAlone(session, entry), before, after, constants));
}

/** How `expectFields` of the runtime is told what is expected of a field. */
const fieldMarks: Readonly<Record<Expected, string>> = { there: "!", told: "?", absent: "-" };

/** Looks at the fields of objects. */
function ofFields(expected: ReadonlyMap<string, ExpectedFields>): Crossing {
  return {
    how: "expectFields",
    isFor: (type) => expected.has(typeKey(type)),
    given: (type, b) =>
      [...(expected.get(typeKey(type))?.fields ?? [])].map(([name, what]) => b.constant(`${name}${fieldMarks[what]}`)),
  };
}

/** The entry as nothing in the program calls it: what crosses the border is looked at there, and not in each recursion. */
function entryAlone(session: Session, entry: string): Func {
  const { functions } = session;
  const func = functions.get(entry) as Func;
  let isCalled = false;
  const rename = (inner: string): ((block: Block) => Block) => {
    const visit = (block: Block): Block => {
      const body = block.body.map((instr): Instr => {
        const mapped = mapInstr(instr, (v) => v, visit);
        if (mapped.op !== "call" || mapped.callee !== entry) return mapped;
        isCalled = true;
        return { ...mapped, callee: inner };
      });
      return { ...block, body };
    };
    return visit;
  };
  const inner = freeName(functions, `${entry}Inside`);
  const renamed = [...functions].map(([name, f]) => [name, { ...f, body: rename(inner)(f.body) }] as const);
  if (!isCalled) return func;
  for (const [name, f] of renamed) functions.set(name, f);
  functions.set(inner, { ...(functions.get(entry) as Func), name: inner });
  const params = func.body.params.map((p) => freshValue(p.type, p.hint));
  const b = new BlockBuilder(params, func.span);
  return { ...func, body: b.finish(b.call(inner, params, func.results)) };
}

function freeName(functions: ReadonlyMap<string, Func>, wanted: string): string {
  let name = wanted;
  for (let i = 2; functions.has(name); i++) name = `${wanted}${i}`;
  return name;
}

function nameOf(instance: InstanceType): string {
  return `\`${instance.type.decl.name}\``;
}

/** True if values of this type are, or hold, objects that are crossed. */
function concerns(type: Type, { isFor }: Crossing): boolean {
  return [...typesWithin(type)].some(isFor);
}

class Border {
  readonly #session: Session;
  readonly #node: ts.Node;
  readonly #walks = new Map<Crossing, Map<string, string>>();

  constructor(session: Session, node: ts.Node) {
    this.#session = session;
    this.#node = node;
  }

  refuse(instance: InstanceType, where: string): never {
    return refuse(this.#node, "class-outside", `an instance of ${nameOf(instance)} ${where}`);
  }

  /** The function with its arguments looked at when it begins, and its result made what it is declared to be. */
  withEnds(
    func: Func,
    before: readonly Crossing[],
    after: Crossing,
    constants: readonly { readonly name: string; readonly type: Type }[],
  ): Func {
    const b = new BlockBuilder(func.body.params, func.span);
    for (const crossing of before) {
      for (const p of func.body.params) this.#walk(b, p, crossing);
      for (const { name, type } of constants)
        if (concerns(type, crossing)) this.#walk(b, b.global(name, type), crossing);
    }
    for (const instr of func.body.body) b.append(instr);
    const { end } = func.body;
    if (end.kind === "yield") for (const v of end.values) this.#walk(b, v, after);
    return { ...func, body: { ...b.finish([]), end } };
  }

  /** Looks at instances of these classes, or makes objects instances of them. */
  ofInstances(how: "expectInstance" | "becomeInstance", of: ReadonlySet<InstanceType>): Crossing {
    const instance = (type: Type): InstanceType | undefined => {
      const found = this.#session.classes.of(type);
      return found && of.has(found) ? found : undefined;
    };
    return {
      how,
      isFor: (type) => instance(type) !== undefined,
      given: (type, b) => [this.#class(b, instance(type) as InstanceType)],
    };
  }

  /** The function with prototypes given to what it stores, which code outside may find. */
  withStores(func: Func, become: Crossing): Func {
    const visit = (block: Block): Block => {
      const b = new BlockBuilder(block.params, func.span);
      for (const instr of block.body) {
        b.span = instr.span;
        const value = storedBy(instr);
        if (value) this.#walk(b, value, become);
        b.append(mapInstr(instr, (v) => v, visit));
      }
      return { ...b.finish([]), end: block.end };
    };
    let stores = false;
    forEachInstr(func.body, (instr) => {
      const value = storedBy(instr);
      stores ||= value !== undefined && concerns(value.type, become);
    });
    return stores ? { ...func, body: visit(func.body) } : func;
  }

  /** Crosses every object in `value` that is concerned; what leads back to its own type is gone through by a function. */
  #walk(b: BlockBuilder, value: Value, crossing: Crossing): void {
    const { type } = value;
    if (!concerns(type, crossing)) return;
    switch (type.kind) {
      case "optional":
        b.if(b.present(value), (inner) => {
          this.#walk(inner, inner.unwrap(value), crossing);
          return [];
        });
        return;
      case "array":
        b.for({ start: b.constant(0), end: b.length(value), step: 1 }, [], (inner, index) => {
          this.#walk(inner, inner.load(value, index as Value), crossing);
          return [];
        });
        return;
      case "record": {
        const isRecursive = type.decl.fields.some((f) => typesWithin(f.type).has(type));
        if (isRecursive) b.call(this.#function(type, crossing), [value], []);
        else this.#record(b, value, crossing);
        return;
      }
      default:
        throw new Error(`a ${type.kind} that holds objects`);
    }
  }

  #record(b: BlockBuilder, value: Value, crossing: Crossing): void {
    if (crossing.isFor(value.type)) b.host(crossing.how, [value, ...crossing.given(value.type, b)]);
    if (value.type.kind !== "record") return;
    for (const f of value.type.decl.fields)
      if (concerns(f.type, crossing)) this.#walk(b, b.getField(value, f.name), crossing);
  }

  #function(type: Type & { readonly kind: "record" }, crossing: Crossing): string {
    const { functions } = this.#session;
    const walks = this.#walks.get(crossing) ?? new Map<string, string>();
    this.#walks.set(crossing, walks);
    const known = walks.get(typeKey(type));
    if (known !== undefined) return known;
    const name = freeName(functions, `${crossing.how === "becomeInstance" ? "become" : "expect"}${type.decl.name}`);
    walks.set(typeKey(type), name);
    const value = freshValue(type, "value");
    const b = new BlockBuilder([value]);
    const func = (body: Block): Func => ({ name, body, results: [], span: undefined });
    // Holds the name while the body, which may call it, is made.
    functions.set(name, func(new BlockBuilder([value]).finish([])));
    this.#record(b, value, crossing);
    functions.set(name, func(b.finish([])));
    return name;
  }

  /** The class itself, which generated code imports. */
  #class(b: BlockBuilder, instance: InstanceType): Value {
    const { globals, internals, live } = this.#session;
    const [declaration] = instance.family.classes;
    const file = declaration?.getSourceFile();
    const { checker } = internals;
    const symbol = declaration?.name && checker.getSymbolAtLocation(declaration.name);
    const module = file && checker.getSymbolAtLocation(file);
    const exported =
      module &&
      checker
        .getExportsOfModule(module)
        .find((e) => (e.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(e) : e) === symbol);
    if (!file || !exported || live) return this.refuse(instance, "that code outside has: its class is not exported");
    const type: Type = { kind: "function", params: [], results: [] };
    const source = { kind: "import", file: file.fileName, exported: exported.name } as const;
    let name = instance.type.decl.name;
    const isAnother = ({ source: s }: Global): boolean =>
      s.kind !== "import" || s.file !== source.file || s.exported !== source.exported;
    for (let i = 2; globals.has(name) && isAnother(globals.get(name) as Global); i++)
      name = `${instance.type.decl.name}${i}`;
    globals.set(name, { name, type, source });
    return b.global(name, type);
  }
}

/** The structure that an instruction puts into memory that was there before. */
function storedBy(instr: Instr): Value | undefined {
  return instr.op === "store" || instr.op === "setField" || instr.op === "push" ? instr.value : undefined;
}
