/**
 * Whether anything has flowed into the cotangents that a mirrored loop carries: booleans beside them, where what the loop
 * carries is one of several values (`../flow.ts`).
 */
import { type BlockBuilder, freshValue } from "../../ir/build.ts";
import { boolean } from "../../ir/type.ts";
import type { Value } from "../../ir/types.ts";
import { anywhere, either, emitFlow, type Flow } from "../flow.ts";

/** Booleans that a mirrored loop carries: whether anything has flowed into a cotangent that it carries. */
export class Flags {
  readonly params: Value[] = [];
  readonly inits: Value[] = [];
  readonly nexts: Value[] = [];
  readonly #b: BlockBuilder;
  readonly #inner: BlockBuilder;

  constructor(b: BlockBuilder, inner: BlockBuilder) {
    this.#b = b;
    this.#inner = inner;
  }

  /** A flag for what the loop carries: where anything flows into it at the beginning of the mirrored body. */
  open(): Flow {
    return [[{ value: freshValue(boolean, "flows"), is: true }]];
  }

  /** Says of an open flag where anything flows before the first turn, and at the end of each. */
  close(flag: Flow, before: Flow | undefined, next: Flow | undefined): void {
    this.params.push(paramOf(flag));
    this.inits.push(emitFlow(this.#b, before));
    this.nexts.push(emitFlow(this.#inner, next));
  }

  /** Where anything flows into a sum over all turns to which each adds where `own` says. */
  sum(before: Flow | undefined, own: Flow | undefined): Flow | undefined {
    if (!before || !own) return anywhere;
    const flag = this.open();
    this.close(flag, before, either(flag, own));
    return flag;
  }

  /** The flow that a flag says after the loop; `results` are those of the flags. */
  after(flow: Flow | undefined, results: readonly Value[]): Flow | undefined {
    return flow && [[{ value: results[this.params.indexOf(paramOf(flow))] as Value, is: true }]];
  }
}

function paramOf(flag: Flow): Value {
  return flag[0]?.[0]?.value as Value;
}
