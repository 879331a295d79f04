/**
 * The records in which called functions return what they keep, where residuals belong to the call. A recursive function's
 * record holds the record of the call inside, so its type leads back to itself: it is known by its name, and its fields
 * are filled in when it is known what is kept. A function that keeps nothing returns no record.
 */
import type { Plan } from "../../analysis/need.ts";
import { record } from "../../ir/type.ts";
import type { RecordField, Type, Value } from "../../ir/types.ts";
import type { AugmentedFunction } from "./augment.ts";

/** The records of one derivative, by the names of the forward halves that return them. */
export class Records {
  readonly #types = new Map<string, Type & { kind: "record" }>();
  readonly #fields = new Map<string, RecordField[]>();
  #empty: ReadonlySet<string> = new Set();

  /** The type of the record of the forward half `half` of the function `original`. */
  type(half: string, original: string): Type {
    const known = this.#types.get(half);
    if (known) return known;
    const fields: RecordField[] = [];
    const made = record({
      name: `${original.charAt(0).toUpperCase()}${original.slice(1)}Kept`,
      isTuple: false,
      nominal: half,
      fields,
    });
    if (made.kind !== "record") throw new Error("a record is a record");
    this.#types.set(half, made);
    this.#fields.set(half, fields);
    return made;
  }

  /** What the forward half returns its residuals in; undefined if it has none. */
  of(half: string): Type | undefined {
    return this.#empty.has(half) ? undefined : this.#types.get(half);
  }

  /** Decides which halves keep nothing, and gives the plan without their records. */
  settle(plan: Plan, functions: readonly AugmentedFunction[]): Plan {
    const owner = new Map<Value, string>();
    for (const f of functions)
      for (const [instr, value] of f.recordOf) if (instr.op === "call") owner.set(value, instr.callee);
    const full = new Set<string>();
    for (let before = -1; before < full.size; ) {
      before = full.size;
      for (const f of functions) {
        const keeps = [...f.home.keys()].some(
          (v) => plan.kept.has(v) && (!owner.has(v) || full.has(owner.get(v) as string)),
        );
        if (keeps) full.add(f.functionName);
      }
    }
    this.#empty = new Set([...this.#types.keys()].filter((half) => !full.has(half)));
    const stays = (v: Value): boolean => !this.#empty.has(owner.get(v) ?? "");
    return {
      ...plan,
      kept: new Set([...plan.kept].filter(stays)),
      required: new Set([...plan.required].filter(stays)),
    };
  }

  /** Fills in the fields of a record: one for each of `kept`, in order. */
  complete(half: string, kept: readonly Value[]): void {
    const fields = this.#fields.get(half);
    if (!fields) throw new Error(`${half} has no record`);
    const taken = new Set<string>();
    for (const { hint, type } of kept) {
      let name = hint ?? "t1";
      for (let n = 2; taken.has(name); n++) name = hint === undefined ? `t${n}` : `${hint}_${n}`;
      taken.add(name);
      fields.push({ name, type });
    }
  }
}
