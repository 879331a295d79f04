/**
 * The level of a recorded run: every operation on its values is written down, also where no derivative flows, and every
 * question that their plain numbers answered, with the answer and the place of the program that asked. So what is recorded
 * is the run with all that it depends on, and holds for other numbers as long as these give the same answers:
 *
 *     x > 0 ? log(x) : x        at 2:        (x > 0) was true,  v1 = log(v0)
 *
 * Numbers that come from elsewhere are constants of it.
 */
import type { Primitive } from "../core/primitive.ts";
import { is } from "../elementals/index.ts";
import type { CallKind, Calls } from "./machine.ts";
import type { Operation } from "./operation.ts";
import { Constant, Level, type Real, refuse, Value } from "./value.ts";

/** A question that a run depends on. */
export interface Decision {
  /** The question as the table has it: `lt`, `eq`; `is` where the plain number was asked for. */
  readonly question: string;
  readonly operands: readonly number[];
  readonly answer: boolean;
  /** The place of the program that asked, as the engine shows it: file, line and column. */
  readonly place: string | undefined;
}

/** A run, in one list of places: inputs, constants, then the results of the calls. */
export interface RecordedCalls {
  readonly inputs: number;
  readonly constants: Float64Array;
  readonly calls: Calls;
  /** Questions, which have no places, and how they were answered: 1 for yes. */
  readonly questions: Calls;
  readonly answers: Uint8Array;
  readonly decisions: readonly Decision[];
}

/** A number of a recorded run. */
export class Recorded extends Value {
  readonly level: Recorder;
  readonly primal: number;
  readonly place: number;
  constructor(level: Recorder, primal: number, place: number) {
    super();
    this.level = level;
    this.primal = primal;
    this.place = place;
  }
}

/** Calls as they are written down. */
class Growing {
  readonly #kinds = new Map<string, number>();
  readonly #list: CallKind[] = [];
  readonly kind: number[] = [];
  readonly first: number[] = [];
  readonly operands: number[] = [];

  /** Operands are places; constants are below 0. */
  append(primitive: Primitive, operands: readonly number[]): void {
    const count = operands.length;
    const active = operands.flatMap((place, i) => (place >= 0 && hasDerivative(primitive, i, count) ? [i] : []));
    const key = [primitive.id, count, ...active].join();
    const known = this.#kinds.get(key) ?? this.#list.push({ primitive, count, active }) - 1;
    this.#kinds.set(key, known);
    this.kind.push(known);
    this.first.push(this.operands.length);
    for (const place of operands) this.operands.push(place);
  }

  finish(placeOf: (operand: number) => number): Calls {
    return {
      kinds: this.#list,
      kind: Uint16Array.from(this.kind),
      first: Int32Array.from(this.first),
      operands: Int32Array.from(this.operands, placeOf),
    };
  }
}

function hasDerivative(primitive: Primitive, i: number, count: number): boolean {
  const partial = primitive.partial(i, count);
  return partial !== undefined && !(partial.kind === "literal" && partial.value === 0);
}

/** A level whose operations and answers are written down. */
export class Recorder extends Level {
  readonly #calls = new Growing();
  readonly #questions = new Growing();
  readonly #decisions: Decision[] = [];
  readonly #constants: number[] = [];
  readonly #known = new Map<number | string, number>();
  readonly #name: string;
  #inputs = 0;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  /** An input; all come before the first operation. */
  input(primal: Real): Recorded {
    if (typeof primal !== "number") return this.#refuse("of which a derivative is under way");
    return new Recorded(this, primal, this.#inputs++);
  }

  combine(): never {
    throw new Error("a recorder takes every operation as it is");
  }

  override intercept({ primitive }: Operation, args: readonly Real[]): Real {
    const y = primitive.primal(...(args.map((x) => this.#numberOf(x)) as never[])) as number;
    this.#calls.append(
      primitive,
      args.map((x) => this.operandOf(x)),
    );
    return new Recorded(this, y, this.#inputs + this.#calls.kind.length - 1);
  }

  override note(question: Primitive | undefined, args: readonly Real[], answer: number | boolean): void {
    // Who asks for the plain number may do anything with it: it has to be the same one.
    const isAsked = question === undefined;
    const operands = isAsked ? [...args, answer as number] : args;
    const decision = isAsked ? is : question;
    this.#questions.append(
      decision,
      operands.map((x) => this.operandOf(x)),
    );
    this.#decisions.push({
      question: decision.id,
      operands: operands.map((x) => this.#numberOf(x)),
      answer: isAsked || (answer as boolean),
      place: placeOfCaller(),
    });
  }

  finish(): RecordedCalls {
    const placeOf = (operand: number): number => this.placeOf(operand);
    return {
      inputs: this.#inputs,
      constants: Float64Array.from(this.#constants),
      calls: this.#calls.finish(placeOf),
      questions: this.#questions.finish(placeOf),
      answers: Uint8Array.from(this.#decisions, ({ answer }) => Number(answer)),
      decisions: this.#decisions,
    };
  }

  /** The place of an operand, when all are known: constants come between the inputs and the calls. */
  placeOf(operand: number): number {
    if (operand < 0) return this.#inputs - operand - 1;
    return operand < this.#inputs ? operand : operand + this.#constants.length;
  }

  /** What stands for a number while constants are still found: its place, or below 0 for a constant. */
  operandOf(x: Real): number {
    if (x instanceof Recorded && x.level === this) return x.place;
    const constant = this.#numberOf(x);
    const key = Object.is(constant, -0) ? "-0" : constant;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = -this.#constants.push(constant);
    this.#known.set(key, made);
    return made;
  }

  #numberOf(x: unknown): number {
    if (typeof x === "number") return x;
    if (x instanceof Constant || (x instanceof Recorded && x.level === this)) return x.primal;
    return this.#refuse(x instanceof Value ? "of which a derivative is under way" : "compared with what is no number");
  }

  #refuse(what: string): never {
    return refuse("not-taken", `a recorded run of ${this.#name} with a number ${what}`);
  }
}

// Where a bundle is no module it has no address, and then no place is told.
const { url = "" } = import.meta as { readonly url?: string };
/** The folder that this package runs from: of all that is built, or of this file where it runs from its sources. */
const here = url.slice(0, url.includes("/dist/") ? url.lastIndexOf("/dist/") + 6 : url.lastIndexOf("/") + 1);

/** Where the program called what is at work: the innermost frame of the stack that is not this package's. */
function placeOfCaller(): string | undefined {
  const lines = (new Error().stack ?? "").split("\n").slice(1);
  for (const line of lines) {
    // Code made from text, of which the engine does not say where it is from.
    if (/<anonymous>:|cotangent:\/\//.test(line)) return undefined;
    const at = /\(?((?:file:\/\/|https?:\/\/|\/|[A-Za-z]:\\).*:\d+:\d+)\)?$/.exec(line)?.[1];
    if (at !== undefined && !at.includes(here) && !at.includes(here.replace(/^file:\/\//, ""))) {
      return at.replace(/^file:\/\//, "");
    }
  }
  return undefined;
}
