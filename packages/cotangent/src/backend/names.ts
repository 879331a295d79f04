/**
 * Names in the output: unique where they can be seen, taken from hints, never a word of the language. Two loops side by
 * side may both count with `i`; a name is taken again only where the other one cannot be seen.
 */
import { bodiesOf, type Expression, expressionsOf, partsOf, type Statement, targetsOf, type Variable } from "./tree.ts";

/** Words that cannot be names in a module, and global names that generated code refers to. */
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield " +
    "Array Boolean Error EvalError Float32Array Float64Array Infinity Int16Array Int32Array Int8Array Map Math NaN Number " +
    "Object RangeError Record ReferenceError Set String SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array " +
    "Uint8ClampedArray console globalThis isFinite isNaN"
  ).split(" "),
);

/** A valid identifier that resembles `text`; empty if nothing of it is left. */
export function toIdentifier(text: string): string {
  const words = text.split(/[^\p{ID_Continue}$]+/u).filter((w) => w !== "");
  const joined = words.map((w, i) => (i === 0 ? w : w.charAt(0).toUpperCase() + w.slice(1))).join("");
  return /^[\p{ID_Start}$_]/u.test(joined) ? joined : joined && `_${joined}`;
}

/** A set of names in use, on top of those of the scopes around it. */
export class Scope {
  readonly #names = new Set<string>();
  readonly #next = new Map<string, number>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }
  has(name: string): boolean {
    return this.#names.has(name) || (this.#outer ? this.#outer.has(name) : reserved.has(name));
  }
  /** Takes a name as it is. */
  take(name: string): string {
    this.#names.add(name);
    return name;
  }
  /** Takes `wanted` if it is free, else a name like it: `x2`, `x1_2`. */
  claim(wanted: string): string {
    const base = toIdentifier(wanted) || "t";
    if (!this.has(base)) return this.take(base);
    return this.#number(/\d$/.test(base) ? `${base}_` : base, 2);
  }
  /** Takes the next free name of the row t1, t2, …. */
  claimTemporary(): string {
    return this.#number("t", 1);
  }

  #number(stem: string, first: number): string {
    let n = this.#after(stem) ?? first;
    while (this.has(`${stem}${n}`)) n++;
    this.#next.set(stem, n + 1);
    return this.take(`${stem}${n}`);
  }
  /** Where to go on counting: names below are taken here or further out. */
  #after(stem: string): number | undefined {
    return this.#next.get(stem) ?? (this.#outer ? this.#outer.#after(stem) : undefined);
  }
}

function nameVariable(variable: Variable, scope: Scope): void {
  if (variable.name !== "") return;
  variable.name = variable.hint === undefined ? scope.claimTemporary() : scope.claim(variable.hint);
}

/** Names the variables of a function: parameters first, then from the outside in. */
export function nameVariables(params: readonly Variable[], body: readonly Statement[], module: Scope): void {
  const scope = new Scope(module);
  for (const p of params) nameVariable(p, scope);
  nameList(body, scope);
}

function nameList(list: readonly Statement[], scope: Scope): void {
  // Names of this scope before those of the scopes inside, which must not hide them.
  for (const s of list) {
    const declares =
      s.kind === "declare" ||
      s.kind === "functions" ||
      ((s.kind === "set" || s.kind === "spread") && s.declares !== undefined);
    if (declares) for (const v of targetsOf(s)) nameVariable(v, scope);
  }
  for (const s of list) {
    if (s.kind === "guard") nameVariable(s.thrown, new Scope(scope));
    for (const e of expressionsOf(s)) nameArrows(e, scope);
    for (const body of bodiesOf(s)) {
      const inner = new Scope(scope);
      if (s.kind === "for") nameVariable(s.index, inner);
      nameList(body, inner);
    }
  }
}

function nameArrows(e: Expression, scope: Scope): void {
  let inner = scope;
  if (e.kind === "arrow") {
    inner = new Scope(scope);
    for (const p of e.params) nameVariable(p, inner);
  }
  if (e.kind === "closure") {
    inner = new Scope(scope);
    for (const p of e.params) nameVariable(p, inner);
    nameList(e.body, inner);
  }
  for (const part of partsOf(e)) nameArrows(part, inner);
}
