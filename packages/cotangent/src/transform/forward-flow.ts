/**
 * Where anything flows into the tangents of a function's numbers (`flow.ts`), found while its derivative is built. Values
 * are those of the source; the tests of a flow are values of what is built from it.
 */
import { BlockBuilder, freshValue } from "../ir/build.ts";
import { boolean } from "../ir/type.ts";
import type { Block, Instr, Span, Value } from "../ir/types.ts";
import { definedIn, emitFlow, type Flow, flowOutside, isChosen, nowhere, ofBranches } from "./flow.ts";

export class TangentFlows {
  readonly #isActive: (value: Value) => boolean;
  readonly #flows = new Map<Value, Flow>();

  constructor(isActive: (value: Value) => boolean) {
    this.#isActive = isActive;
  }

  /** Where anything flows into the tangents of a number: anywhere, unless something else has been said. */
  of(value: Value): Flow | undefined {
    return this.#isActive(value) ? this.#flows.get(value) : nowhere;
  }

  set(value: Value, flow: Flow | undefined): void {
    if (flow) this.#flows.set(value, flow);
  }

  /**
   * Sets the flows of the results of a branch on `condition`, whose blocks have become `blocks`. What only a block knows of
   * a flow it yields as a boolean: gives the blocks with these, and the results that take them.
   */
  branch(source: Instr & { op: "if" }, condition: Value, [then, otherwise]: readonly [Block, Block]): FlowingBranch {
    const inside = definedIn([then, otherwise]);
    const flags: Value[] = [];
    const blocks: [Block, Block] = [then, otherwise];
    source.results.forEach((result, i) => {
      const flows = [source.then, source.else].map(({ end }) =>
        end.kind === "yield" ? this.of(end.values[i] as Value) : nowhere,
      );
      const [whenTrue, whenFalse] = flows;
      const isKnown = flows.every((flow) => !flow || flowOutside(flow, inside) === flow);
      if (isKnown) return this.set(result, ofBranches(condition, whenTrue, whenFalse));
      flows.forEach((flow, side) => {
        blocks[side] = withFlag(blocks[side] as Block, flow, source.span);
      });
      const made = freshValue(boolean, "flows");
      flags.push(made);
      this.set(result, flag(made));
    });
    return { blocks, flags };
  }

  /**
   * Opens a loop. Where what it carries is one of several values, and not all of them bring something from the beginning, a
   * boolean is carried beside it.
   */
  openLoop({ body, inits, results }: Instr & { op: "for" | "while" }): CarriedFlows {
    const { end } = body;
    const carried = body.params.slice(body.params.length - results.length);
    const places =
      end.kind === "yield"
        ? carried.flatMap((param, i) => {
            if (param.type.kind !== "number" || !this.#isActive(param)) return [];
            const isFlagged = this.of(inits[i] as Value) && isChosen(body.body, end.values[i] as Value);
            return isFlagged
              ? [{ param, result: results[i] as Value, init: inits[i] as Value, next: end.values[i] as Value }]
              : [];
          })
        : [];
    return new CarriedFlows(this, places);
  }
}

/** The blocks of a branch that yield what is known in them alone, and results for that. */
export interface FlowingBranch {
  readonly blocks: readonly [Block, Block];
  readonly flags: readonly Value[];
}

/** A block that yields besides whether anything flows. */
function withFlag(block: Block, flow: Flow | undefined, span: Span | undefined): Block {
  const { end } = block;
  if (end.kind !== "yield") return block;
  const b = new BlockBuilder([], span);
  const made = emitFlow(b, flow);
  return { ...block, body: [...block.body, ...b.instructions], end: { ...end, values: [...end.values, made] } };
}

/** Something that a loop carries, before, in and after it. */
interface Place {
  readonly param: Value;
  readonly result: Value;
  readonly init: Value;
  readonly next: Value;
}

/** Booleans that a loop carries behind all else: whether anything has flowed into a tangent that it carries. */
export class CarriedFlows {
  readonly params: readonly Value[];
  readonly #flows: TangentFlows;
  readonly #places: readonly Place[];

  constructor(flows: TangentFlows, places: readonly Place[]) {
    this.#flows = flows;
    this.#places = places;
    this.params = this.fresh();
    places.forEach(({ param }, i) => {
      flows.set(param, flag(this.params[i] as Value));
    });
  }

  /** Parameters or results for the booleans. */
  fresh(): readonly Value[] {
    return this.#places.map(() => freshValue(boolean, "flows"));
  }

  /** What they are before the first turn. */
  inits(b: BlockBuilder): readonly Value[] {
    return this.#places.map(({ init }) => emitFlow(b, this.#flows.of(init)));
  }

  /** What they are after a turn, at the end of the body. */
  nexts(b: BlockBuilder): readonly Value[] {
    return this.#places.map(({ next }) => emitFlow(b, this.#flows.of(next)));
  }

  /** Results of the loop for the booleans, which say where anything flows into its results. */
  results(): readonly Value[] {
    const made = this.fresh();
    this.#places.forEach(({ result }, i) => {
      this.#flows.set(result, flag(made[i] as Value));
    });
    return made;
  }
}

const flag = (value: Value): Flow => [[{ value, is: true }]];
