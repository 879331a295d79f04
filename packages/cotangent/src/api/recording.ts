/**
 * A recorded run as a program: the calls that were recorded become instructions, one after the other, and the questions
 * checks, which throw where a replay would go another way. What comes out is a function of IR like any other, so a run of
 * code that source transformation cannot reach is optimised, differentiated by every operator and written as TypeScript.
 */
import { report } from "../core/errors.ts";
import { eq, not } from "../elementals/index.ts";
import { type BlockBuilder, buildFunc } from "../ir/build.ts";
import * as t from "../ir/type.ts";
import type { Module, Type, Value } from "../ir/types.ts";
import { optimize } from "../optimize/pipeline.ts";
import { type Decision, type Recording, recordedRun } from "../overload/recording.ts";
import { operandsOf, type Run } from "../overload/replay.ts";
import type { Shape } from "../overload/shape.ts";
import type { Derivative } from "./compile.ts";
import { applyOperator, type OperatorRequest } from "./operators.ts";
import { type Placement, print } from "./printed.ts";

/** A recorded run, or its derivative, compiled. */
export type CompiledRecording = Pick<Derivative, "text" | "name" | "module" | "entry" | "mode" | "strategy">;

/**
 * Compiles `operator` of the first way that was recorded: a module that exports the function `name`, with the parameters of
 * the function that was recorded. Throws CotangentError, as for a function of a program; `not-taken` for arguments or
 * results that no type says.
 */
export function compileRecording(
  recording: Recording<(...args: never[]) => unknown>,
  request: OperatorRequest,
  placement: Placement = {},
): CompiledRecording {
  const run = recordedRun(recording);
  if (!run) return report("not-taken", undefined, "a recording that another copy of this package made");
  const { name: given } = recording.replay;
  const { name, module } = moduleOf(run, /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(given) ? given : "recorded");
  const simplify = (whole: Module, entry: string): Module => optimize(whole, entry, "before");
  const derived = applyOperator(simplify(module, name), name, { ...request, captured: 0 }, { simplify });
  const finished = optimize(derived.module, derived.name, "after");
  const made = { module: finished, entry: derived.name, name: derived.name };
  const { text } = print({ ...made, origin: undefined }, placement, () => undefined);
  const { mode } = derived;
  return { ...made, text, mode, strategy: mode === "reverse" ? (request.strategy ?? "tape") : null };
}

/** The run as a function of a module, of this name. */
function moduleOf(run: Run, name: string): { readonly name: string; readonly module: Module } {
  const params = run.args.map((shape, i) => ({ type: typeOf(shape, `argument ${i}`), hint: `x${i}` }));
  const func = buildFunc(name, params, (b, ...args) => {
    const places: Value[] = [];
    run.args.forEach((shape, i) => {
      readArgument(b, shape, args[i] as Value, places, name);
    });
    run.constants.forEach((x, i) => {
      places[run.inputs + i] = b.constant(x);
    });
    const operands = (calls: Run["calls"], i: number): Value[] =>
      operandsOf(calls, i).map((place) => places[place] as Value);
    const base = run.inputs + run.constants.length;
    run.calls.kind.forEach((k, i) => {
      const { primitive } = run.calls.kinds[k] as Run["calls"]["kinds"][number];
      places[base + i] = b.apply(primitive, operands(run.calls, i));
    });
    run.questions.kind.forEach((k, i) => {
      const { primitive } = run.questions.kinds[k] as Run["calls"]["kinds"][number];
      const found = b.apply(primitive, operands(run.questions, i));
      const decision = run.decisions[i] as Decision;
      check(b, decision.answer ? found : b.apply(not, [found]), "Error", otherWay(name, decision));
    });
    return [buildResult(b, run.result, places)];
  });
  return { name, module: { functions: new Map([[name, func]]), globals: new Map() } };
}

/** Throws where `holds` does not. */
function check(b: BlockBuilder, holds: Value, error: string, message: string): void {
  b.if(b.apply(not, [holds]), (then) => {
    then.throw(error, then.constant(message));
    return [];
  });
}

function otherWay(name: string, { question, operands, answer, place }: Decision): string {
  // Of the place the file's name: the text may be published.
  const at = place === undefined ? "" : ` at ${place.replace(/^.*[\\/]/, "")}`;
  return `${name} goes another way here than was recorded, where ${question}(${operands.join(", ")}) was ${answer}${at}`;
}

// -------------------------------------------------------------------------------------------------------- Structures

function typeOf(shape: Shape, where: string): Type {
  switch (shape.kind) {
    case "number":
      return t.number;
    case "fixed":
      if (typeof shape.value === "string") return t.string;
      if (typeof shape.value === "boolean") return t.boolean;
      return report("not-taken", undefined, `a compiled recording with ${typeof shape.value} in ${where}`);
    case "numbers":
      return t.array(t.number, shape.in);
    case "floats":
      return t.array(t.number, shape.in);
    case "list": {
      const types = shape.parts.map((part) => typeOf(part, where));
      const [first = t.number] = types;
      return types.every((type) => t.sameType(type, first)) ? t.array(first) : t.tuple(...types);
    }
    case "object": {
      if (shape.prototype !== Object.prototype && shape.prototype !== null)
        report("not-taken", undefined, `a compiled recording with an instance of a class in ${where}`);
      const fields = shape.keys.map((name, i) => ({ name, type: typeOf(shape.parts[i] as Shape, where) }));
      return t.record({ name: "", isTuple: false, fields });
    }
    default:
      return shape satisfies never;
  }
}

/** Puts the numbers of an argument at their places, and checks that it has the shape that was recorded. */
function readArgument(b: BlockBuilder, shape: Shape, x: Value, places: Value[], name: string): void {
  const checkLength = (length: number): void =>
    check(b, equal(b, b.length(x), b.constant(length)), "RangeError", `${name} was recorded with ${length} elements`);
  switch (shape.kind) {
    case "number":
      places[shape.place] = x;
      return;
    case "fixed": {
      const recorded = b.constant(shape.value as string | boolean);
      return check(b, equal(b, x, recorded), "Error", `${name} was recorded with ${String(shape.value)}`);
    }
    case "numbers":
      checkLength(shape.length);
      for (let i = 0; i < shape.length; i++) places[shape.from + i] = b.load(x, b.constant(i));
      return;
    case "floats":
      checkLength(shape.places.length);
      return shape.places.forEach((place, i) => {
        places[place] = b.load(x, b.constant(i));
      });
    case "list":
      if (x.type.kind === "array") checkLength(shape.parts.length);
      return shape.parts.forEach((part, i) => {
        const element = x.type.kind === "array" ? b.load(x, b.constant(i)) : b.getField(x, String(i));
        readArgument(b, part, element, places, name);
      });
    case "object":
      return shape.parts.forEach((part, i) => {
        readArgument(b, part, b.getField(x, shape.keys[i] as string), places, name);
      });
    default:
      return shape satisfies never;
  }
}

function buildResult(b: BlockBuilder, shape: Shape, places: readonly Value[]): Value {
  const at = (place: number): Value => places[place] as Value;
  const parts = (of: readonly Shape[]): Value[] => of.map((part) => buildResult(b, part, places));
  const type = typeOf(shape, "the result");
  switch (shape.kind) {
    case "number":
      return at(shape.place);
    case "fixed":
      return b.constant(shape.value as string | boolean);
    case "numbers":
      return b.array(
        Array.from({ length: shape.length }, (_, i) => at(shape.from + i)),
        type,
      );
    case "floats":
      return b.array(shape.places.map(at), type);
    case "list":
      return type.kind === "array" ? b.array(parts(shape.parts), type) : b.record(parts(shape.parts), type);
    case "object":
      return b.record(parts(shape.parts), type);
    default:
      return shape satisfies never;
  }
}

function equal(b: BlockBuilder, left: Value, right: Value): Value {
  return b.apply(eq, [left, right]);
}
