/** The sums of cotangents that the mirror of a region makes. */
import { add, neg, sub } from "../../elementals/index.ts";
import type { BlockBuilder } from "../../ir/build.ts";
import type { Value } from "../../ir/types.ts";
import { anywhere, either, type Flow } from "../flow.ts";
import { cotangentHint } from "../names.ts";

/** The sum of the cotangents of a result, if there are any, and where anything flows into it. */
export interface Taken {
  readonly bar: Value | undefined;
  readonly flow: Flow | undefined;
}

/** Cotangents of numbers, summed as contributions arrive. */
export class Cotangents {
  readonly #sums = new Map<Value, Value>();
  readonly #flows = new Map<Value, Flow | undefined>();

  /** `flow`: where the contribution is one. */
  add(b: BlockBuilder, of: Value, contribution: Value, isNegative = false, flow: Flow | undefined = anywhere): void {
    const sum = this.#sums.get(of);
    const hint = cotangentHint(of.hint);
    this.#flows.set(of, sum ? either(this.#flows.get(of), flow) : flow);
    if (!sum) this.#sums.set(of, isNegative ? b.apply(neg, [contribution], hint) : contribution);
    else this.#sums.set(of, b.apply(isNegative ? sub : add, [sum, contribution], hint));
  }
  get(of: Value): Value | undefined {
    return this.#sums.get(of);
  }
  /** Where anything flows into the sum that there is. */
  flowOf(of: Value): Flow | undefined {
    return this.#flows.get(of);
  }
  /** Replaces the sum. */
  set(of: Value, sum: Value, flow: Flow | undefined = anywhere): void {
    this.#sums.set(of, sum);
    this.#flows.set(of, flow);
  }
  /** The sum, which is complete where the value is defined. */
  take(of: Value): Value | undefined {
    const sum = this.#sums.get(of);
    this.#sums.delete(of);
    return sum;
  }
  takeFlowing(of: Value): Taken {
    return { bar: this.take(of), flow: this.flowOf(of) };
  }
  get open(): readonly Value[] {
    return [...this.#sums.keys()];
  }
}
