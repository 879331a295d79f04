/**
 * Which step each number in memory comes from. Arrays and objects are known by identity, so all names of one see the same;
 * the elements of a typed array by their place in its buffer, so views do too. What is not listed does not vary.
 */
import { ReferenceTape, type Snapshot, Tape } from "../runtime/index.ts";
import type { Step } from "./steps.ts";

type Cells = Map<string | number, Step>;

export class Provenance {
  readonly #cells = new WeakMap<object, Cells>();
  readonly #saved = new WeakMap<Snapshot, readonly (readonly [object, Cells])[]>();

  get(container: object, key: string | number): Step | undefined {
    const [memory, at] = placeOf(container, key);
    return this.#cells.get(memory)?.get(at);
  }

  set(container: object, key: string | number, step: Step | undefined): void {
    const [memory, at] = placeOf(container, key);
    const cells = this.#cells.get(memory);
    if (!step) cells?.delete(at);
    else if (cells) cells.set(at, step);
    else this.#cells.set(memory, new Map([[at, step]]));
  }

  /** Calls `visit` for every place of two structures of one shape, of which the second was made of the first. */
  static eachPlace(
    left: unknown,
    right: unknown,
    visit: (left: object, right: object, key: string | number) => void,
    seen: Map<object, object> = new Map(),
  ): void {
    if (typeof left !== "object" || left === null || typeof right !== "object" || right === null) return;
    if (seen.get(left) === right) return;
    seen.set(left, right);
    for (const key of keysOf(left)) {
      visit(left, right, key);
      if (!ArrayBuffer.isView(left)) Provenance.eachPlace((left as never)[key], (right as never)[key], visit, seen);
    }
  }

  /** `tape` has grown, and may have moved to other memory. */
  moved(tape: Tape | ReferenceTape, from: object): void {
    if (tape instanceof ReferenceTape || tape.values.buffer === from) return;
    const cells = this.#cells.get(from);
    if (cells) this.#cells.set(tape.values.buffer, new Map(cells));
  }

  remember(snapshot: Snapshot): void {
    const memories = snapshot.objects.map(memoryOf);
    this.#saved.set(
      snapshot,
      memories.map((memory) => [memory, new Map(this.#cells.get(memory))] as const),
    );
  }

  reinstate(snapshot: Snapshot): void {
    for (const [memory, cells] of this.#saved.get(snapshot) ?? []) this.#cells.set(memory, new Map(cells));
  }
}

/** The keys of an array, or of an object's own fields. */
export function keysOf(value: object): Iterable<string | number> {
  return ArrayBuffer.isView(value) || Array.isArray(value) ? (value as unknown[]).keys() : Object.keys(value);
}

function memoryOf(object: object): object {
  if (object instanceof Tape) return object.values.buffer;
  return ArrayBuffer.isView(object) ? object.buffer : object;
}

function placeOf(container: object, key: string | number): readonly [object, string | number] {
  if (!ArrayBuffer.isView(container)) return [container, key];
  const { buffer, byteOffset, BYTES_PER_ELEMENT } = container as Float64Array;
  return [buffer, byteOffset + Number(key) * BYTES_PER_ELEMENT];
}
