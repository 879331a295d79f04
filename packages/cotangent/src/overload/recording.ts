/**
 * Functions as recorded runs: `record` runs a function once and keeps what it did, and `replay` does it again at other
 * numbers; the function runs only beside it, on numbers, to hold what was replayed to it. A replay that would go another way is refused, or recorded as a way of its own,
 *
 *     const { replay } = record(f, [2, 5]);      grad(replay)(3, 4);
 *
 * for every verb takes a replay like any function: it carries its derivatives (ADOL-C calls such a run a trace, Griewank
 * and Walther, 6.1; the check of decisions is CppAD's of comparisons).
 */
import type { FilePlace } from "../core/errors.ts";
import { holdsOverloaded } from "../core/scalar.ts";
import { copyArguments } from "../core/tree.ts";
import { type Derivatives, registerDerivatives } from "../runtime/registry.ts";
import { overload } from "./engine.ts";
import { FloatList } from "./lists.ts";
import { type Decision, type Recorded, Recorder } from "./recorder.ts";
import { derivativeAt, plainOf, Replayer, type Run, type Values } from "./replay.ts";
import { type Callable, run as callOverloaded, type Open } from "./run.ts";
import { build, eachPlace, listOf, numbersAt, OtherShape, type Shape } from "./shape.ts";
import { Floats, floatsOf, lift, readAlong } from "./structure.ts";
import { plain, type Real, refuse, refuseAt, Value } from "./value.ts";

export type { Decision } from "./recorder.ts";

export interface RecordOptions {
  /** What a replay does that would go another way, or has arguments of another shape: `"refuse"` by default. */
  readonly onBranch?: "refuse" | "record" | undefined;
  /**
   * Whether each replay also runs the function on its numbers, and refuses a result that differs (`overload-differs`): true
   * by default. Without it a replay of code that was not rewritten may be wrong where the code asks what cannot be
   * overloaded: `x === 0`, `if (x)`, `typeof x`. A function that calls methods of values can't run on numbers, and is not
   * checked.
   */
  readonly check?: boolean | undefined;
  /** Whether code may be made from text; by default as the page allows. */
  readonly generate?: boolean | undefined;
}

/** What was recorded of a function. */
export interface Recording<F extends (...args: never[]) => unknown> {
  /** Does what was recorded with other arguments, which it does not change. Carries its derivatives. */
  readonly replay: F;
  /** What the run depends on: of the first way that was recorded. */
  readonly decisions: readonly Decision[];
  /** How many numbers it has computed with: inputs, constants and results. */
  readonly length: number;
  /** How many ways are recorded by now. */
  readonly ways: number;
  /**
   * Runs the function itself and a replay, and refuses results that differ: `overload-differs`; and a function that calls
   * methods of values, which can't run on numbers: `not-taken`.
   */
  readonly verify: (...args: Parameters<F>) => void;
}

const runs = new WeakMap<object, Run>();

/** The first run of a recording, as data; undefined for what `record` here has not made. */
export function recordedRun(recording: object): Run | undefined {
  return runs.get(recording);
}

/** A way that arguments go, and the numbers of the run; `reals` where some of them are values. */
interface Found {
  readonly replayer: Replayer;
  readonly values: Values;
  readonly reals: Real[] | undefined;
}

/** Finds the way of `args`, with numbers in the room that is given for it. */
type Find = (args: readonly unknown[], room: (of: Replayer) => Values) => Found;

const fresh = (of: Replayer): Values => of.room();
const kept = (of: Replayer): Values => of.scratch().values;

/**
 * Runs `f`, which is written with the functions or methods of this package or was rewritten to be, on `args`, and keeps
 * what it does. Refuses what an overloaded call refuses, functions that write their arguments, and one object in two places
 * of them.
 */
export function record<F extends (...args: never[]) => unknown>(
  f: F,
  args: Readonly<Parameters<F>>,
  options: RecordOptions = {},
): Recording<F> {
  const { onBranch = "refuse", check = true, generate } = options;
  const call = f as unknown as Callable;
  const name = f.name || "the function";
  const first = new Replayer(recordRun(call, name, args), generate);
  const replayers = [first];

  const findWay: Find = (given, room) => {
    let refused: (() => never) | undefined;
    for (const replayer of replayers) {
      const found = tryWay(replayer, given, room(replayer), name);
      if (typeof found !== "function") return found;
      refused ??= found;
    }
    if (onBranch === "refuse") return (refused as () => never)();
    const replayer = new Replayer(recordRun(call, name, given.map(withoutValues)), generate);
    // What comes next is most likely to go the way that was taken last.
    replayers.unshift(replayer);
    const found = tryWay(replayer, given, room(replayer), name);
    return typeof found === "function" ? found() : found;
  };
  const find: Find = (given, room) => {
    const found = findWay(given, room);
    if (check && !found.replayer.run.needsValues) holdTo(call, name, given, found.replayer.result(found.values));
    return found;
  };
  const replay = (...given: unknown[]): unknown => {
    const { replayer, values, reals } = find(given, kept);
    return reals ? replayer.onReals(reals) : replayer.result(values);
  };
  Object.defineProperty(replay, "name", { value: f.name, configurable: true });
  Object.defineProperty(replay, "length", { value: f.length, configurable: true });
  registerDerivatives(replay, derivativesOf(replay, find));

  const recording: Recording<F> = {
    replay: replay as unknown as F,
    decisions: first.run.decisions,
    length: first.size,
    get ways() {
      return replayers.length;
    },
    verify: (...given) => {
      if (first.run.needsValues) refuse("not-taken", `a check of ${name}, which calls methods of values,`);
      holdTo(call, name, given, replay(...given));
    },
  };
  runs.set(recording, first.run);
  return recording;
}

/** Refuses a result that is not what `f` gives on the numbers of `args`. */
function holdTo(f: Callable, name: string, args: readonly unknown[], result: unknown): void {
  const expected = f(...copyArguments(args.map(withoutValues)));
  readAlong(
    expected,
    result,
    (x) => x,
    () => refuse("overload-differs", name),
  );
}

/** `args` on the way of `replayer`; a function that refuses them if they go another one. */
function tryWay(replayer: Replayer, args: readonly unknown[], values: Values, name: string): Found | (() => never) {
  let reals: Real[] | undefined;
  try {
    if (!replayer.read(args, values)) {
      reals = [];
      replayer.read(args, reals);
      plainOf(reals, values);
    }
  } catch (error) {
    if (error instanceof OtherShape) return () => refuse("overload-shape", name, error.message);
    throw error;
  }
  const other = replayer.evaluate(values);
  if (other === undefined) return { replayer, values, reals };
  const operands = replayer.operandsOf(other, values).map(String).join(", ");
  const { question, answer, operands: recorded, place } = replayer.run.decisions[other] as Decision;
  const was = `${question}(${recorded.map(String).join(", ")}) was ${answer}`;
  const where = place === undefined ? "" : `, at ${place}`;
  return () =>
    refuseAt(
      placeIn(place),
      "overload-branch",
      name,
      `\`${question}(${operands})\` is ${!answer}; recorded, \`${was}\`${where}`,
    );
}

/** The place that the text of a decision names. */
function placeIn(text = ""): FilePlace | undefined {
  const [, file, line, column] = /^(.*):(\d+):(\d+)$/.exec(text) ?? [];
  return file === undefined ? undefined : { file, line: Number(line), column: Number(column) };
}

/** A structure with plain numbers in the place of values. */
function withoutValues(x: unknown): unknown {
  const made = new Map<object, unknown>();
  const visit = (part: unknown): unknown => {
    if (part instanceof Value) return plain(part);
    if (typeof part !== "object" || part === null || ArrayBuffer.isView(part)) return part;
    const known = made.get(part);
    if (known !== undefined) return known;
    if (part instanceof FloatList) return floatsOf(part.isSingle, Array.from(part, plain));
    const copy = (Array.isArray(part) ? [] : Object.create(Object.getPrototypeOf(part))) as Record<string, unknown>;
    made.set(part, copy);
    for (const [key, inner] of Object.entries(part)) copy[key] = visit(inner);
    return copy;
  };
  return visit(x);
}

// -------------------------------------------------------------------------------------------------------- Recording

function recordRun(f: Callable, name: string, args: readonly unknown[]): Run {
  const open: Open<Recorder> = (isApart) => {
    const level = new Recorder(name);
    return { level, lifted: lift(args, (x) => level.input(x), undefined, isApart) };
  };
  // On copies, so that the caller's arguments stay as they are whatever the function does.
  const named = Object.defineProperty((...given: unknown[]) => f(...given), "name", { value: name }) as Callable;
  const { level, value, lifted, derivative, usedMethods } = callOverloaded(
    { f: named, isChecked: true },
    copyArguments(args),
    open,
  );
  if (lifted.isShared) refuse("not-taken", `a recorded run of ${name} with one object in two places of its arguments`);
  const shapes = args.map((arg, i) => shapeOfArgument(arg, lifted.entry[i], lifted.args[i], name));
  // Objects, since a list of them never becomes one of floats.
  const operand = (x: Real): Operand => ({ operand: level.operandOf(x) });
  const operands = derivative(operand, operand);
  const result = shapeOfResult(value, operands, ({ operand }) => level.placeOf(operand), name);
  return { ...level.finish(), args: shapes, result, needsValues: usedMethods };
}

/** The shape of an argument that went in as `entry`. Refuses one that is another now, `final`. */
function shapeOfArgument(arg: unknown, entry: unknown, final: unknown, name: string): Shape {
  const isWritten = (): never => refuse("not-taken", `a recorded run of ${name}, which writes its arguments`);
  if (entry instanceof Value) {
    if (final !== entry) isWritten();
    return { kind: "number", place: (entry as Recorded).place };
  }
  if (typeof arg !== "object" || arg === null) return { kind: "fixed", value: arg };
  if (entry instanceof Floats) {
    const list = final as readonly Real[];
    if (list.length !== entry.elements.length || entry.elements.some((x, i) => list[i] !== x)) isWritten();
    const places = entry.elements.map((x) => (x as Recorded).place);
    return numbersAt(places, entry.isSingle ? "Float32Array" : "Float64Array");
  }
  if (ArrayBuffer.isView(arg)) {
    const [before, after] = [arg, final] as unknown as [Uint8Array, Uint8Array];
    if (after.some((x, i) => !Object.is(x, before[i]))) isWritten();
    return { kind: "fixed", value: before.slice() };
  }
  refuseKeyed(arg, `the arguments of a recorded run of ${name}`);
  const [fields, ofEntry, ofFinal] = [arg, entry, final] as Record<string, unknown>[] as [Fields, Fields, Fields];
  const keys = Object.keys(fields);
  if (Object.keys(ofFinal).length !== keys.length || !keys.every((key) => key in ofFinal)) isWritten();
  const part = (key: string): Shape => shapeOfArgument(fields[key], ofEntry[key], ofFinal[key], name);
  if (!Array.isArray(arg))
    return { kind: "object", prototype: Object.getPrototypeOf(arg), keys, parts: keys.map(part) };
  if (keys.length !== arg.length) refuse("not-taken", `a recorded run of ${name} with a list that has gaps`);
  return listOf(keys.map(part));
}

type Fields = Record<string, unknown>;

function refuseKeyed(x: object, where: string): void {
  if (x instanceof Map || x instanceof Set) refuse("not-taken", `a map or set in ${where}`);
}

interface Operand {
  readonly operand: number;
}

/** The shape of a result: `operands` has at each of its numbers what stands for that. */
function shapeOfResult(value: unknown, operands: unknown, placeOf: (at: Operand) => number, name: string): Shape {
  const open = new Set<object>();
  const visit = (value: unknown, operands: unknown): Shape => {
    if (typeof value === "number") return { kind: "number", place: placeOf(operands as Operand) };
    if (typeof value === "function") refuse("not-taken", `a function in the result of a recorded run of ${name}`);
    if (typeof value !== "object" || value === null) return { kind: "fixed", value };
    if (open.has(value)) refuse("not-taken", `a result that leads back to itself, of a recorded run of ${name}`);
    if (ArrayBuffer.isView(value)) {
      if (!(value instanceof Float64Array || value instanceof Float32Array))
        refuse("not-taken", `an array of integers in the result of a recorded run of ${name}`);
      const places = (operands as readonly Operand[]).map(placeOf);
      return numbersAt(places, value instanceof Float32Array ? "Float32Array" : "Float64Array");
    }
    refuseKeyed(value, `the result of a recorded run of ${name}`);
    const [fields, ofOperands] = [value, operands] as [Fields, Fields];
    const keys = Object.keys(fields);
    open.add(value);
    const parts = keys.map((key) => visit(fields[key], ofOperands[key]));
    open.delete(value);
    if (!Array.isArray(value)) return { kind: "object", prototype: Object.getPrototypeOf(value), keys, parts };
    if (keys.length !== value.length)
      refuse("not-taken", `a list with gaps in the result of a recorded run of ${name}`);
    return listOf(parts);
  };
  return visit(value, operands);
}

// ------------------------------------------------------------------------------------------------------ Derivatives

/** The derivatives of a replay: of first order through its calls, others by overloading it. */
function derivativesOf(replay: Callable, find: Find): Derivatives {
  const others = overload.derivativesOf(replay);
  const checked = (args: readonly unknown[], room: (of: Replayer) => Values): Found => {
    const found = find(args, room);
    const { blockedBy } = found.replayer;
    return blockedBy === undefined ? found : refuse("overload-bits", blockedBy);
  };
  return {
    ...others,
    gradients: (...args: unknown[]) => {
      const { replayer, values, reals } = checked(args, kept);
      if (reals) return others.gradients?.(...args);
      const { run } = replayer;
      if (run.result.kind !== "number") return refuse("result-not-scalar", `\`${replay.name}\``);
      const cotangents = replayer.pullOne(values, run.result.place);
      return [replayer.result(values), run.args.map((shape) => build(shape, derivativeAt(cotangents)))];
    },
    vjp: (...primals: unknown[]) => {
      const { replayer, values, reals } = checked(primals, fresh);
      if (reals) return others.vjp(...primals);
      const { run } = replayer;
      const pullback = (cotangent: unknown): unknown => {
        const cotangents = new Float64Array(replayer.size);
        const reached = new Uint8Array(replayer.size);
        eachPlace(run.result, cotangent, (place, w) => {
          if (w instanceof Value) refuse("overload-plain", "cotangent of a replay");
          if (typeof w !== "number" || w === 0) return;
          cotangents[place]! += w;
          reached[place] = 1;
        });
        replayer.pull(values, cotangents, reached);
        return run.args.map((shape) => build(shape, derivativeAt(cotangents)));
      };
      return [replayer.result(values), pullback];
    },
    jvp: (primals: unknown[], tangents: unknown[]) => {
      const { replayer, values, reals } = checked(primals, kept);
      if (reals || holdsOverloaded(tangents)) return others.jvp(primals, tangents);
      return [replayer.result(values), replayer.push(values, tangents)];
    },
    pushforwards: (primals: unknown[], directions: readonly unknown[][]) => {
      const { replayer, values, reals } = checked(primals, kept);
      if (reals || holdsOverloaded(directions)) return others.pushforwards?.(primals, directions);
      return directions.map((tangents) => replayer.push(values, tangents));
    },
    linearize: (...primals: unknown[]) => {
      const { replayer, values, reals } = checked(primals, fresh);
      if (reals) return others.linearize?.(...primals);
      const pushforward = (tangents: unknown[]): unknown => {
        if (holdsOverloaded(tangents)) refuse("overload-plain", "tangent of a replay");
        return replayer.push(values, tangents);
      };
      return [replayer.result(values), pushforward];
    },
  };
}
