/**
 * What running functions see, as the front end asks for it: a name is read from the scopes of the function object, under
 * the name that it has in the text that runs. All that was looked at for one compilation is remembered in order, so that
 * a function that another call made at the same place can be seen to be alike: the same functions, values of the same
 * types.
 */
import { types } from "node:util";
import { CotangentError, describe, report } from "../core/errors.ts";
import type { Live, LiveBinding, LiveScope, Use } from "../frontend/modules/running.ts";
import type { Type } from "../ir/types.ts";
import { type CarriedRule, ruleOf, standIn } from "../runtime/rules.ts";
import { inspect, type Scope } from "./inspect.ts";
import { type Place, type ProgramText, placeKey, placeOf } from "./place.ts";
import { type Check, checkFor, typeOfValue } from "./value-types.ts";

/** A function of this process that has a text. */
export interface Located {
  readonly f: object;
  readonly place: Place;
  readonly scopes: readonly Scope[];
}

/** What derivatives are of, which have no text of their own. */
export type IsDerived = (f: object) => boolean;

const places = new WeakMap<object, Place>();

/** The function with its place and its scopes as they are now. Reports `source-unseen`. */
export function locate(f: object, name: string): Located {
  const inspected = inspect(f);
  if (!inspected) return report("source-unseen", undefined, name);
  const place = places.get(f) ?? placeOf(inspected.script, inspected.line, inspected.column);
  if (!place) return report("source-unseen", undefined, name);
  places.set(f, place);
  if (place.fn.form === "class") return report("source-unseen", undefined, `${name}, a class,`);
  return { f, place, scopes: inspected.scopes };
}

/** A name as the text that runs has it, and what is read off it: first the import of a module, then properties. */
interface RunningName {
  readonly name: string;
  readonly holder: readonly string[];
  readonly members: readonly string[];
  /** Only what the top level of the module declares is meant. */
  readonly isTopLevel: boolean;
  /** What is meant is what the function there was made of, which carries a rule: the function in it, or the rule. */
  readonly parts?: readonly ("f" | "rule")[];
}

type Seen =
  | { readonly kind: "nothing" }
  | { readonly kind: "function"; readonly place: Place }
  | { readonly kind: "predefined"; readonly value: unknown }
  | { readonly kind: "rule"; readonly value: object; readonly key: string }
  | { readonly kind: "value"; readonly type: Type; readonly check: Check; readonly key: string };

/** One look: at a name as a function sees it, and what was there. `owner` is the look that found the function. */
interface Look {
  readonly owner: number;
  readonly name: RunningName;
  readonly seen: Seen;
}

/** The looks of one compilation. */
export type Looks = readonly Look[];

/** A value that the derivative is bound to. */
export interface BoundValue {
  readonly key: string;
  readonly value: unknown;
  readonly check: Check;
  /** Reads it anew, where it may be assigned. */
  readonly read: (() => unknown) | undefined;
}

/** What a compilation found, of one function object. */
export interface Surroundings {
  readonly values: readonly BoundValue[];
  /** Functions that may have been replaced. */
  readonly functions: readonly { readonly value: unknown; readonly read: () => unknown }[];
}

const mathNames = new Map<unknown, string>(
  Object.getOwnPropertyNames(Math)
    .filter((n) => typeof Math[n as keyof Math] === "function")
    .map((n) => [Math[n as keyof Math] as unknown, `Math.${n}`]),
);

const entryOwner = -1;

/** Looks around from a function, for one compilation. */
export class Environment implements Live {
  readonly entry: LiveScope;
  readonly #looks: Look[] = [];
  readonly #values: BoundValue[] = [];
  readonly #functions: { readonly value: unknown; readonly read: () => unknown }[] = [];
  readonly #homes = new Map<string, { readonly running: string; readonly scope: LiveScope }>();
  readonly #scopes = new Map<object, LiveScope>();
  readonly #register: (text: ProgramText) => void;
  readonly #isDerived: IsDerived;

  /** `register` is told each text that functions are found in. */
  constructor(located: Located, register: (text: ProgramText) => void, isDerived: IsDerived) {
    this.#register = register;
    this.#isDerived = isDerived;
    this.entry = this.#scopeOf(located, entryOwner);
  }

  get looks(): Looks {
    return this.#looks;
  }
  get surroundings(): Surroundings {
    return { values: this.#values, functions: this.#functions };
  }
  module(file: string): LiveScope | undefined {
    return this.#homes.get(file)?.scope;
  }
  isScript(file: string): boolean {
    return this.#scripts.has(file);
  }
  readonly #scripts = new Set<string>();
  readonly #keys = new Map<object, string>();

  #scopeOf(located: Located, owner: number): LiveScope {
    const known = this.#scopes.get(located.f);
    if (known) return known;
    const { source, running } = located.place;
    const made: LiveScope = { look: (use) => this.#look(located, owner, use, false) };
    this.#scopes.set(located.f, made);
    const home = this.#homes.get(source.file);
    if (home && home.running !== running.id)
      report("source-unseen", undefined, `functions of ${source.file}, which is loaded twice,`);
    const module: LiveScope = { look: (use) => this.#look(located, owner, use, true) };
    if (!home) this.#homes.set(source.file, { running: running.id, scope: module });
    if (source.isScript) this.#scripts.add(source.file);
    this.#register(source);
    return made;
  }

  #look(located: Located, owner: number, use: Use, isTopLevel: boolean): LiveBinding | undefined {
    const name = runningName(located, use, isTopLevel);
    return name && this.#lookAt(located, owner, use, name);
  }

  #lookAt(located: Located, owner: number, use: Use, name: RunningName): LiveBinding | undefined {
    const read = readName(located.scopes, name);
    const seen = this.#see(read, use, located);
    const index = this.#looks.push({ owner, name, seen }) - 1;
    const again = read?.isVolatile ? () => readName(located.scopes, name)?.value : undefined;
    if (again && (seen.kind === "function" || seen.kind === "predefined"))
      this.#functions.push({ value: read?.value, read: again });
    switch (seen.kind) {
      case "nothing":
        return undefined;
      case "rule": {
        const { key, value } = seen;
        this.#values.push({ key, value, check: (v) => v === value, read: again });
        const { verb, f, rule, outputs } = ruleOf(value) as CarriedRule;
        const part = (of: object | undefined, part: "f" | "rule"): LiveBinding | undefined =>
          of && this.#lookAt(located, owner, use, { ...name, parts: [...(name.parts ?? []), part] });
        const open = isOpen(f) ? part(f, "f") : undefined;
        return { kind: "rule", verb, key, f: open, rule: part(rule, "rule"), outputs };
      }
      case "predefined":
        return { kind: "predefined", spelling: mathNames.get(seen.value) as string };
      case "function": {
        const found = locate((read as Read).value as object, `\`${use.name}\``);
        const scope = this.#scopeOf(found, index);
        return { kind: "function", file: seen.place.source.file, position: seen.place.position, scope };
      }
      case "value": {
        const { key, type, check } = seen;
        this.#values.push({ key, value: (read as Read).value, check, read: again });
        return { kind: "value", type, key };
      }
      default:
        return seen satisfies never;
    }
  }

  /** The same for the same function. */
  #keyOf(f: object): string {
    const known = this.#keys.get(f);
    if (known !== undefined) return known;
    const key = `f${this.#keys.size}`;
    this.#keys.set(f, key);
    return key;
  }

  #see(read: Read | undefined, use: Use, { place }: Located): Seen {
    // A variable without a value yet cannot be told from one that is undefined.
    if (!read || read.value === undefined) return { kind: "nothing" };
    const { value } = read;
    if (typeof value === "function") {
      if (mathNames.has(value)) return { kind: "predefined", value };
      if (this.#isDerived(value)) return refuse(use, place, "not-taken", `\`${use.name}\`, a derivative`);
      if (ruleOf(value)) return { kind: "rule", value, key: this.#keyOf(value) };
      if (!inspect(value)) return { kind: "nothing" };
      const found = atUse(use, place, () => locate(value, `\`${use.name}\``));
      return { kind: "function", place: found.place };
    }
    const type = atUse(use, place, () => typeOfValue(value, `\`${[use.name, ...use.members].join(".")}\``));
    if (type === undefined || type === null) return { kind: "nothing" };
    return { kind: "value", type, check: checkFor(type), key: `v${this.#looks.length}` };
  }
}

/** What another function, made at the same place, finds by the same looks; undefined if it differs. */
export function lookAgain(looks: Looks, entry: Located): Surroundings | undefined {
  const values: BoundValue[] = [];
  const functions: { readonly value: unknown; readonly read: () => unknown }[] = [];
  const found: (Located | undefined)[] = [];
  for (const { owner, name, seen } of looks) {
    const from = owner === entryOwner ? entry : (found[owner] as Located);
    const read = readName(from.scopes, name);
    const again = read?.isVolatile ? () => readName(from.scopes, name)?.value : undefined;
    if (again && typeof read?.value === "function") functions.push({ value: read.value, read: again });
    let other: Located | undefined;
    switch (seen.kind) {
      case "nothing":
        if (read?.value !== undefined && (typeof read.value !== "function" || inspect(read.value))) return undefined;
        break;
      case "predefined":
        if (read?.value !== seen.value) return undefined;
        break;
      case "rule": {
        const { key, value } = seen;
        if (read?.value !== value) return undefined;
        values.push({ key, value, check: (v) => v === value, read: again });
        break;
      }
      case "function":
        other = typeof read?.value === "function" ? tryLocate(read.value) : undefined;
        if (!other || placeKey(other.place) !== placeKey(seen.place)) return undefined;
        break;
      case "value":
        if (!read || !seen.check(read.value)) return undefined;
        values.push({ key: seen.key, value: read.value, check: seen.check, read: again });
        break;
      default:
        return seen satisfies never;
    }
    found.push(other);
  }
  return { values, functions };
}

function tryLocate(f: object): Located | undefined {
  try {
    return locate(f, "");
  } catch (error) {
    if (error instanceof CotangentError) return undefined;
    throw error;
  }
}

// ---------------------------------------------------------------------------------------------------------- Names

function runningName({ place }: Located, use: Use, isTopLevel: boolean): RunningName | undefined {
  const { source, running } = place;
  if (use.file !== source.file) return undefined;
  const found = running.nameAt(source, use.start);
  if (found) return { ...found, members: use.members, isTopLevel };
  return source === running.own ? undefined : { name: use.name, holder: [], members: use.members, isTopLevel };
}

interface Read {
  readonly value: unknown;
  /** It may be assigned without the text of the function saying so. */
  readonly isVolatile: boolean;
}

/** True for a function that has a text, or that the table of elementals has. */
function isOpen(f: object): boolean {
  return mathNames.has(f) || ruleOf(f) !== undefined || tryLocate(f) !== undefined;
}

function readName(scopes: readonly Scope[], name: RunningName): Read | undefined {
  const read = readWhole(scopes, name);
  const partOf = (value: unknown, part: "f" | "rule"): unknown =>
    typeof value === "function" ? ruleOf(value)?.[part] : undefined;
  if (!read || typeof read.value !== "function") return read;
  // What that was made of is the function itself.
  const meant: unknown = standIn(read.value) ?? read.value;
  return { ...read, value: (name.parts ?? []).reduce(partOf, meant) };
}

function readWhole(scopes: readonly Scope[], { name, holder, members, isTopLevel }: RunningName): Read | undefined {
  const own = scopes.filter((s) => s.kind === "local" || s.kind === "module");
  const scope = (isTopLevel ? [...own].reverse() : own).find((s) => name in s.variables);
  const root: Read | undefined = scope ? { value: scope.variables[name], isVolatile: false } : readGlobal(scopes, name);
  if (!root) return undefined;
  let { value, isVolatile } = root;
  for (const [i, member] of [...holder, ...members].entries()) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
    isVolatile ||= i >= holder.length && !isNamespace(value);
    value = (value as Readonly<Record<string, unknown>>)[member];
  }
  return { value, isVolatile };
}

function isNamespace(value: object): boolean {
  return types.isModuleNamespaceObject(value);
}

const getters = new Map<string, () => unknown>();

/** A name of the global scope, or of scripts. */
function readGlobal(scopes: readonly Scope[], name: string): Read | undefined {
  const script = scopes.some((s) => s.kind === "script" && name in s.variables);
  if (!script && !(name in globalThis)) return undefined;
  try {
    const get = getters.get(name) ?? (new Function(`return ${name};`) as () => unknown);
    getters.set(name, get);
    return { value: get(), isVolatile: true };
  } catch {
    return undefined;
  }
}

// -------------------------------------------------------------------------------------------------------- Reports

/** Reports from `find` are about the use of a name. */
function atUse<T>(use: Use, place: Place, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof CotangentError) || error.span) throw error;
    const { code, message, reason, remedy } = error;
    throw new CotangentError({ code, message, reason, remedy, span: spanOf(use, place) });
  }
}

function refuse(use: Use, place: Place, code: "not-taken", detail: string): never {
  throw new CotangentError({ ...describe(code, detail), span: spanOf(use, place) });
}

function spanOf(use: Use, place: Place): { file: string; start: number; end: number } {
  return { file: place.source.file, start: use.start, end: use.start + use.name.length };
}
