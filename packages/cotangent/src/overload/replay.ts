/**
 * A recorded run at other numbers: all calls are evaluated in flat arrays, and then all questions, whose answers must be
 * those that were recorded. Tangents and cotangents go through the same calls. Where numbers are values, the run is done
 * by the operations on them, so that whatever they carry flows through.
 */
import type { CallKind, Calls, Machine } from "./machine.ts";
import { makeMachine } from "./machine.ts";
import { decide, operationOf } from "./operation.ts";
import type { RecordedCalls } from "./recorder.ts";
import { build, eachPlace, OtherShape, type Read, readInto, type Shape } from "./shape.ts";
import { plain, type Real } from "./value.ts";

/** A run, and where its arguments and its result stand in it. */
export interface Run extends RecordedCalls {
  readonly args: readonly Shape[];
  readonly result: Shape;
  /** The function can't run on numbers. */
  readonly needsValues: boolean;
}

/** Numbers at every place. */
export type Values = Float64Array;

/** What may stand where there is no number in a derivative. */
function inactive(value: unknown): unknown {
  return value === undefined ? undefined : typeof value === "number" ? 0 : null;
}

/** A run that can be done again. */
export class Replayer {
  readonly run: Run;
  readonly #base: number;
  readonly #size: number;
  #machine: Machine | undefined;
  #questions: Machine | undefined;
  readonly #found: Float64Array;
  readonly #generate: boolean | undefined;
  #blocked: string | false | undefined;
  #scratch: { readonly values: Values; readonly cotangents: Values; readonly reached: Uint8Array } | undefined;

  constructor(run: Run, generate: boolean | undefined) {
    this.run = run;
    this.#base = run.inputs + run.constants.length;
    this.#size = this.#base + run.calls.kind.length;
    this.#found = new Float64Array(run.answers.length);
    this.#generate = generate;
  }

  /** How many numbers a run has. */
  get size(): number {
    return this.#size;
  }

  get #calls(): Machine {
    this.#machine ??= makeMachine(this.run.calls.kinds, { generate: this.#generate });
    return this.#machine;
  }

  /** Room for one run, with its constants. */
  room(): Values {
    const values = new Float64Array(this.#size);
    values.set(this.run.constants, this.run.inputs);
    return values;
  }

  /** Room that the next call of this takes again. */
  scratch(): { readonly values: Values; readonly cotangents: Values; readonly reached: Uint8Array } {
    this.#scratch ??= {
      values: this.room(),
      cotangents: new Float64Array(this.#size),
      reached: new Uint8Array(this.#size),
    };
    return this.#scratch;
  }

  /** Reads arguments; false if a number among them is a value. Throws OtherShape. */
  read(args: readonly unknown[], into: Real[] | Values): boolean {
    let arePlain = true;
    const { length } = this.run.args;
    if (args.length > length && args.slice(length).some((x) => x !== undefined))
      throw new OtherShape(`${args.length} arguments, where it was recorded with ${length}`);
    this.run.args.forEach((shape, i) => {
      arePlain = readInto(shape, args[i], into) && arePlain;
    });
    return arePlain;
  }

  /** Evaluates everything; the number of the first question that is answered otherwise, or undefined. */
  evaluate(values: Values): number | undefined {
    const { calls, questions, answers } = this.run;
    this.#calls.evaluate(calls, values, values, this.#base);
    if (answers.length === 0) return undefined;
    this.#questions ??= makeMachine(questions.kinds, { generate: this.#generate });
    this.#questions.evaluate(questions, values, this.#found, 0);
    for (let i = 0; i < answers.length; i++) if (this.#found[i] !== answers[i]) return i;
    return undefined;
  }

  /** What question `i` is asked of. */
  operandsOf(i: number, values: Values): number[] {
    return operandsOf(this.run.questions, i).map((place) => values[place] as number);
  }

  result(values: Values): unknown {
    return build(this.run.result, { at: (place) => values[place] as number, fixed: (x) => x, isValue: true });
  }

  /** The operation on bits that the result is made of, if there is one: then it has no derivative. */
  get blockedBy(): string | undefined {
    this.#blocked ??= this.#findBlocked() ?? false;
    return this.#blocked || undefined;
  }

  /** Cotangents at all places, added to the seeds that are there. */
  pull(values: Values, cotangents: Values, reached: Uint8Array): void {
    this.#calls.pull(this.run.calls, values, cotangents, reached, this.#base);
  }

  /** The cotangents of the inputs from the cotangent 1 of a place, in room that the next call takes again. */
  pullOne(values: Values, place: number): Values {
    const { cotangents, reached } = this.scratch();
    cotangents.fill(0);
    cotangents[place] = 1;
    this.#calls.pullAll(this.run.calls, values, cotangents, this.#base);
    for (let i = 0; i < this.run.inputs; i++) {
      if (!Number.isNaN(cotangents[i])) continue;
      // It may be from what no cotangent reaches, times an infinite partial.
      cotangents.fill(0);
      reached.fill(0);
      cotangents[place] = 1;
      reached[place] = 1;
      this.pull(values, cotangents, reached);
      break;
    }
    return cotangents;
  }

  /** The structure of the result with its tangents, from those of the arguments. */
  push(values: Values, tangents: readonly unknown[]): unknown {
    const along = new Float64Array(this.#size);
    const moved = new Uint8Array(this.#size);
    this.run.args.forEach((shape, i) => {
      eachPlace(shape, tangents[i], (place, v) => {
        if (typeof v !== "number" || v === 0) return;
        along[place] = v;
        moved[place] = 1;
      });
    });
    this.#calls.push(this.run.calls, values, along, moved, this.#base);
    return build(this.run.result, derivativeAt(along));
  }

  /** The result on numbers or values, by the operations. The answers are known to be the recorded ones. */
  onReals(reals: Real[]): unknown {
    const { inputs, constants, calls, questions } = this.run;
    constants.forEach((x, i) => {
      reals[inputs + i] = x;
    });
    const ask = (calls: Calls, i: number): readonly [CallKind, Real[]] => [
      calls.kinds[calls.kind[i] as number] as CallKind,
      operandsOf(calls, i).map((place) => reals[place] as Real),
    ];
    for (let i = 0; i < calls.kind.length; i++) {
      const [{ primitive }, operands] = ask(calls, i);
      reals[this.#base + i] = operationOf(primitive).call(...operands);
    }
    for (let i = 0; i < questions.kind.length; i++) {
      const [{ primitive }, operands] = ask(questions, i);
      decide(primitive, operands);
    }
    return build(this.run.result, { at: (place) => reals[place] as Real, fixed: (x) => x, isValue: true });
  }

  #findBlocked(): string | undefined {
    const { calls, result } = this.run;
    const reached = new Uint8Array(this.#size);
    eachPlace(result, undefined, (place) => {
      reached[place] = 1;
    });
    for (let i = calls.kind.length - 1; i >= 0; i--) {
      if (reached[this.#base + i] === 0) continue;
      const { primitive, count, active } = calls.kinds[calls.kind[i] as number] as CallKind;
      const operands = operandsOf(calls, i);
      if (operands.some((place, j) => !this.#isConstant(place) && primitive.partial(j, count) === undefined))
        return primitive.id;
      for (const j of active) reached[operands[j] as number] = 1;
    }
    return undefined;
  }

  #isConstant(place: number): boolean {
    return place >= this.run.inputs && place < this.#base;
  }
}

/** Derivatives out of a list of them. */
export function derivativeAt(list: Values): Read<number> {
  return { at: (place) => list[place] as number, fixed: inactive, isValue: false };
}

/** The places that call `i` takes. */
export function operandsOf({ kinds, kind, first, operands }: Calls, i: number): number[] {
  const { count } = kinds[kind[i] as number] as CallKind;
  const from = first[i] as number;
  return Array.from(operands.subarray(from, from + count));
}

/** Plain numbers in the place of reals. */
export function plainOf(reals: readonly Real[], values: Values): void {
  reals.forEach((x, i) => {
    values[i] = plain(x);
  });
}
