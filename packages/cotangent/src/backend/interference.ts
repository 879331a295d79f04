/**
 * Which values cannot share a variable. Each row says which values are live where a value is defined, 32 to a word, and
 * words without any are left out: programs with thousands of values that live at once have millions of pairs.
 */
import type { Value } from "../ir/types.ts";

/** A set of small numbers. */
export class Bits {
  readonly #words: Map<number, number>;

  constructor(from?: Bits) {
    this.#words = new Map(from ? from.#words : undefined);
  }
  add(n: number): void {
    this.#words.set(n >> 5, (this.#words.get(n >> 5) ?? 0) | (1 << (n & 31)));
  }
  delete(n: number): void {
    const left = (this.#words.get(n >> 5) ?? 0) & ~(1 << (n & 31));
    if (left === 0) this.#words.delete(n >> 5);
    else this.#words.set(n >> 5, left);
  }
  has(n: number): boolean {
    return ((this.#words.get(n >> 5) ?? 0) & (1 << (n & 31))) !== 0;
  }
  addAll(other: Bits): void {
    for (const [at, word] of other.#words) this.#words.set(at, (this.#words.get(at) ?? 0) | word);
  }
  meets(other: Bits): boolean {
    const [few, many] = this.#words.size < other.#words.size ? [this, other] : [other, this];
    for (const [at, word] of few.#words) if (((many.#words.get(at) ?? 0) & word) !== 0) return true;
    return false;
  }
}

/** Values that share a variable, and the classes of values that may not. */
export class Classes {
  readonly #parent = new Map<Value, Value>();
  readonly #numbers = new Map<Value, number>();
  /** Of the representatives of classes: what is in the class, and what is live where one of it is defined. */
  readonly #members = new Map<Value, Bits>();
  readonly #rows = new Map<Value, Bits>();

  find(v: Value): Value {
    let root = v;
    for (let next = this.#parent.get(root); next; next = this.#parent.get(root)) root = next;
    if (root !== v) this.#parent.set(v, root);
    return root;
  }
  /** The number of the class, as long as it is not merged with another. */
  number(v: Value): number {
    const root = this.find(v);
    const known = this.#numbers.get(root);
    if (known !== undefined) return known;
    const made = this.#numbers.size;
    this.#numbers.set(root, made);
    this.#membersOf(root).add(made);
    return made;
  }
  /** `v` is defined where the classes with the numbers `live` are live. */
  interfere(v: Value, live: Bits): void {
    this.#rowOf(this.find(v)).addAll(live);
  }
  areApart(a: Value, b: Value): boolean {
    const [x, y] = [this.find(a), this.find(b)];
    return this.#rowOf(x).meets(this.#membersOf(y)) || this.#rowOf(y).meets(this.#membersOf(x));
  }
  /** Merges the class of `from` into that of `to`. */
  merge(from: Value, to: Value): void {
    const gone = this.find(from);
    const root = this.find(to);
    if (gone === root) return;
    this.#membersOf(root).addAll(this.#membersOf(gone));
    this.#rowOf(root).addAll(this.#rowOf(gone));
    this.#members.delete(gone);
    this.#rows.delete(gone);
    this.#parent.set(gone, root);
  }

  #membersOf(root: Value): Bits {
    return bitsOf(this.#members, root);
  }
  #rowOf(root: Value): Bits {
    return bitsOf(this.#rows, root);
  }
}

function bitsOf(table: Map<Value, Bits>, root: Value): Bits {
  const known = table.get(root);
  if (known) return known;
  const made = new Bits();
  table.set(root, made);
  return made;
}
