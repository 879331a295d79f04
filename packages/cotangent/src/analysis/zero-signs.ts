/**
 * Which values may show somewhere whether they are 0 or -0. Most of what a program does with a zero is the same for both;
 * but some elementals tell them apart, and arithmetic hands the sign on to them:
 *
 *     Math.atan2(y + 0, -1)      pi or -pi by the sign of `y + 0`, which is not that of `y`
 *     1 / (0 - y)                an infinity of that sign
 *
 * So arithmetic that only decides the sign of a zero (`y + 0`) may be left out of other values alone. What the outermost
 * function returns shows nothing: values agree to rounding there. The set is the least one that holds what is told apart
 * and, backwards, what that was made of (Nielson, Nielson and Hankin, Principles of Program Analysis, 2.4).
 */
import { valueAt } from "../core/bind.ts";
import type { Primitive, ScalarKind } from "../core/primitive.ts";
import { isReference } from "../ir/type.ts";
import type { Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { eachFlow, flowInside, partOf, type Spot } from "./flows.ts";
import { analyzePointsTo, ELEMENT, openFunctions, reachableFunctions } from "./points-to.ts";

/** Answers for a module and one entry. */
export interface ZeroSigns {
  /** It shows somewhere whether the number is 0 or -0. */
  readonly isShown: (value: Value) => boolean;
  /** `made` is part of what a rewriting puts into the place of `original`. */
  readonly enter: (made: Value, original: Value) => void;
}

const answers = new WeakMap<Module, Map<string, ZeroSigns>>();

/** Analyses what `entry` reaches, when it is first asked. */
export function zeroSignsOf(module: Module, entry: string): ZeroSigns {
  const known = answers.get(module) ?? new Map<string, ZeroSigns>();
  answers.set(module, known);
  const found = known.get(entry) ?? answer(module, entry);
  known.set(entry, found);
  return found;
}

function answer(module: Module, entry: string): ZeroSigns {
  let shown: ReadonlySet<Spot> | undefined;
  const originals = new Map<Value, Value>();
  const isShown = (value: Value): boolean => {
    const original = originals.get(value);
    if (original) return isShown(original);
    shown ??= findShown(module, entry);
    return shown.has(value);
  };
  return { isShown, enter: (made, original) => void originals.set(made, original) };
}

function findShown(module: Module, entry: string): ReadonlySet<Spot> {
  const functions = new Set(openFunctions(module, entry));
  const pointsTo = analyzePointsTo(module, entry);
  const before = new Map<Spot, Spot[]>();
  const shown = new Set<Spot>();
  const flow = (from: Spot, to: Spot): void => {
    const known = before.get(to);
    if (known) known.push(from);
    else before.set(to, [from]);
  };
  const elements = (array: Value): Spot => partOf(pointsTo.classOf(array), ELEMENT);
  const showInside = (value: Value): void => {
    if (!isReference(value.type)) shown.add(value);
    else flowInside(pointsTo, value, value, (part) => void shown.add(part));
  };
  const step = (instr: Instr): void => {
    switch (instr.op) {
      case "apply":
        instr.args.forEach((arg, i) => {
          if (arg.type.kind === "boolean" || arg.type.kind === "string") return;
          const given = use(instr.primitive, i, instr.args.length);
          if (given === "tells") shown.add(arg);
          else if (given === "hands on") flow(arg, instr.results[0] as Value);
        });
        return;
      case "for":
        return flow(instr.start, instr.body.params[0] as Value);
      case "accumulate":
        return flow(instr.value, elements(instr.array));
      case "accumulateField":
        return flow(instr.value, partOf(pointsTo.classOf(instr.record), instr.field));
      case "addTo":
        if (isReference(instr.source.type)) flowInside(pointsTo, instr.source, instr.target, flow);
        return;
      // What other code is given, nobody knows what it does with it.
      case "host":
        if (instr.imported) instr.args.forEach(showInside);
        return;
      case "call":
        if (module.functions.get(instr.callee)?.rule) instr.args.forEach(showInside);
        return;
      default:
    }
  };
  eachFlow(module, [...functions], pointsTo, flow);
  for (const func of functions) forEachInstr(func.body, step);
  for (const func of reachableFunctions(module, entry)) {
    if (functions.has(func)) continue;
    forEachInstr(func.body, ({ results }) => {
      for (const r of results) shown.add(r);
    });
  }
  for (const spot of shown) for (const from of before.get(spot) ?? []) shown.add(from);
  return shown;
}

/** What becomes of the sign of a zero: nobody sees it, the result has it if it is zero, or the result is another one. */
type Use = "hides" | "hands on" | "tells";
const uses = new Map<string, Use>();

/** What `primitive` does with the sign of argument `index`, a number: found out by asking it. */
function use(primitive: Primitive, index: number, arity: number): Use {
  // Of many arguments one stands for the others.
  const count = primitive.arity === "variadic" ? Math.min(arity, 2) : arity;
  const place = Math.min(index, count - 1);
  const key = `${primitive.id} ${place} ${count}`;
  const known = uses.get(key) ?? ask(primitive, place, count);
  uses.set(key, known);
  return known;
}

const asked: Readonly<Record<ScalarKind, readonly (number | boolean | string)[]>> = {
  number: [-Infinity, -2.5, -1, -0, 0, 1, 2.5, Infinity, Number.NaN],
  any: [-1, -0, 0, 1, Number.NaN],
  boolean: [true, false],
  string: ["", "0", "en"],
};

function ask(primitive: Primitive, place: number, count: number): Use {
  let found: Use = "hides";
  let rows: (number | boolean | string)[][] = [[]];
  for (let i = 0; i < count; i++) {
    const values = i === place ? [0] : asked[primitive.takes[Math.min(i, primitive.takes.length - 1)] as ScalarKind];
    rows = rows.flatMap((row) => values.map((v) => [...row, v]));
  }
  for (const row of rows) {
    const [a, b] = [outcome(primitive, row), outcome(primitive, row.with(place, -0))];
    if (Object.is(a, b)) continue;
    if (a !== 0 || b !== 0) return "tells";
    found = "hands on";
  }
  return found;
}

/** The value, or undefined where there is none: of a number in so many digits as cannot be. */
function outcome(primitive: Primitive, args: readonly (number | boolean | string)[]): unknown {
  try {
    return valueAt(primitive, args);
  } catch {
    return undefined;
  }
}
