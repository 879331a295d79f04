/**
 * The evaluation trace as textbooks draw it (Griewank and Walther, 1.2; Baydin et al. 2018, tables 2 and 3): a row per
 * step, with its value, beside it the tangent of forward mode, and the statements of reverse mode, which are read upwards.
 *
 *     v1 = log(x1)         0.693147    dv1 = dx1 / x1            0.5    x1Bar += v1Bar / x1    5.5
 *     v2 = x1 * x2        10           dv2 = x2 * dx1            5      …
 *
 * A loop is folded: one turn of it is shown. What a row names and is not shown, since another turn computed it, has a row
 * without a right side.
 */
import { report } from "../core/errors.ts";
import { headOf, nameAll, onOneLine } from "./names.ts";
import { type Item, isStep, type Run, type Scope, type Step } from "./steps.ts";
import { sweepForward, sweepReverse } from "./sweeps.ts";
import { cotangentName, tangentName, writeContribution, writeStep, writeTangent } from "./writing.ts";

export interface TraceOptions {
  /** The input whose tangents are shown: by its name (`x1`, `p.x`, `a[2]`), or counted from 0. The first by default. */
  readonly input?: number | string | undefined;
  /** The number of the result whose cotangents are shown, if there are several: by its path (`[2]`, `.x`), or counted. */
  readonly result?: number | string | undefined;
  /** Which turn of loops is shown, from 0; of a loop with fewer turns the last one. The last turns by default. */
  readonly iteration?: number | undefined;
}

/** A derivative of a row: what computes it, and its value. */
export interface DerivativeCell {
  readonly name: string;
  /** The whole statement, or the name alone where nothing shown computes it. */
  readonly text: string;
  readonly value: number;
}

export interface StepRow {
  /** `elsewhere`: computed by a turn that is not shown. */
  readonly kind: "input" | "step" | "elsewhere" | "output";
  readonly depth: number;
  readonly name: string;
  /** The right side; empty for inputs, and for what was computed elsewhere. */
  readonly expression: string;
  readonly value: number;
  /** Undefined where the value does not depend on the chosen input. */
  readonly tangent: DerivativeCell | undefined;
  /** The whole cotangent; undefined where the chosen output does not depend on the value. */
  readonly cotangent: number | undefined;
  /** What the reverse sweep does when it comes here, in its order. */
  readonly statements: readonly DerivativeCell[];
  readonly place: Place | undefined;
}

export interface ScopeRow {
  readonly kind: "call" | "loop" | "branch";
  readonly depth: number;
  /** The callee, the head of the loop, the condition. */
  readonly text: string;
  /** Of a loop: how many turns it made, and which one is shown. */
  readonly turns?: number;
  readonly shown?: number;
  /** Of a branch: the value of the condition. */
  readonly taken?: boolean;
  readonly place: Place | undefined;
}

export type TraceRow = StepRow | ScopeRow;

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export interface Trace {
  readonly function: string;
  readonly rows: readonly TraceRow[];
  /** The input that tangents are by, and the number of the result that cotangents are of. */
  readonly input: string;
  readonly result: string;
  readonly value: number;
  /** The derivative of that number by the input, as forward mode has it. */
  readonly tangent: number;
  /** Its derivative by each number of the arguments, as reverse mode has it. */
  readonly gradient: readonly { readonly name: string; readonly value: number; readonly cotangent: number }[];
}

/** How places of the program are shown. What the library does has a text and no place. */
export interface Source {
  readonly textOf: (span: NonNullable<Step["span"]>) => string | undefined;
  readonly placeOf: (span: NonNullable<Step["span"]>) => Place | undefined;
}

/** Inputs that are all shown, whether a row reads them or not. */
const fewInputs = 12;

/** Writes a run down. Reports `no-result`, `trace-place`, `not-differentiable`. */
export function traceRun(run: Run, source: Source, options: TraceOptions = {}): Trace {
  const name = run.root.kind === "function" ? run.root.name : "";
  const input = choose(run.inputs, options.input, (step) => step.hint ?? "", "input");
  if (run.outputs.length === 0) report("no-result", undefined, `\`${name}\``);
  const output = choose(run.outputs, options.result, ({ place }) => place, "result") as Run["outputs"][number];

  const tangents = sweepForward(run, new Map(input ? [[input, 1]] : []));
  const seeded = isStep(output.source) ? output.source : undefined;
  const { cotangents, contributions } = sweepReverse(run, new Map(seeded ? [[seeded, 1]] : []));

  const folded = fold(run.root, options.iteration);
  const shown = folded.flatMap((line) => (isLine(line) ? [line.step] : []));
  const mentioned = new Set(shown.flatMap(({ operands }) => operands.filter(isStep)));
  if (seeded) mentioned.add(seeded);
  const own = new Set(shown);
  const inputs = run.inputs.filter((step) => run.inputs.length <= fewInputs || mentioned.has(step));
  const elsewhere = [...mentioned].filter((step) => !own.has(step) && step.operation !== undefined);
  const all = [...inputs, ...[...shown.filter(isNumber), ...elsewhere.filter(isNumber)].sort(byNumber)];
  const names = nameAll(all);
  const nameOf = (step: Step): string => names.get(step) ?? step.hint ?? "…";

  const given = new Map<Step, DerivativeCell[]>();
  for (const { of, index, into, total, isFirst } of contributions) {
    if (!own.has(of)) continue;
    const cells = given.get(of) ?? [];
    given.set(of, cells);
    cells.push({
      name: cotangentName(nameOf(into)),
      text: writeContribution(of, index, isFirst, nameOf),
      value: total,
    });
  }

  const row = (step: Step, kind: StepRow["kind"], depth: number): StepRow => {
    const rowName = nameOf(step);
    const tangent = tangents.has(step) ? tangents.get(step) : undefined;
    const right = kind === "step" && tangents.has(step) ? writeTangent(step, tangents.has, nameOf) : undefined;
    const isSeed = kind === "input" && step === input;
    const tangentText = `${tangentName(rowName)}${isSeed ? " = 1" : right === undefined ? "" : ` = ${right}`}`;
    return {
      kind,
      depth,
      name: rowName,
      expression: kind === "step" ? writeStep(step, nameOf) : "",
      value: step.value as number,
      tangent: tangent === undefined ? undefined : { name: tangentName(rowName), text: tangentText, value: tangent },
      cotangent: cotangents.get(step),
      statements: kind === "step" ? (given.get(step) ?? []) : [],
      place: step.span && source.placeOf(step.span),
    };
  };
  const rows: TraceRow[] = inputs.map((step) => row(step, "input", 0));
  const pending = elsewhere.filter(isNumber).sort(byNumber);
  for (const line of folded) {
    if (!isLine(line)) {
      rows.push(scopeRow(line, source));
      continue;
    }
    while (pending[0] && pending[0].number < line.step.number)
      rows.push(row(pending.shift() as Step, "elsewhere", line.depth));
    if (isNumber(line.step)) rows.push(row(line.step, "step", line.depth));
  }
  for (const step of pending) rows.push(row(step, "elsewhere", 0));

  const result = `${names.size > 0 && [...names.values()].includes("y") ? "result" : "y"}${output.place}`;
  const tangent = seeded && tangents.get(seeded);
  rows.push({
    kind: "output",
    depth: 0,
    name: result,
    expression: seeded ? nameOf(seeded) : "",
    value: output.value,
    tangent:
      seeded && tangent !== undefined
        ? { name: tangentName(result), text: `${tangentName(result)} = ${tangentName(nameOf(seeded))}`, value: tangent }
        : undefined,
    cotangent: 1,
    statements: [
      { name: cotangentName(result), text: `${cotangentName(result)} = 1`, value: 1 },
      ...(seeded
        ? [
            {
              name: cotangentName(nameOf(seeded)),
              text: `${cotangentName(nameOf(seeded))} = ${cotangentName(result)}`,
              value: 1,
            },
          ]
        : []),
    ],
    place: undefined,
  });
  return {
    function: name,
    rows,
    input: input?.hint ?? "",
    result,
    value: output.value,
    tangent: tangent ?? 0,
    gradient: run.inputs.map((step) => ({
      name: step.hint ?? "",
      value: step.value as number,
      cotangent: cotangents.get(step) ?? 0,
    })),
  };
}

function choose<T>(
  from: readonly T[],
  wanted: number | string | undefined,
  nameOf: (one: T) => string,
  what: string,
): T | undefined {
  const found =
    typeof wanted === "string" ? from.find((one) => nameOf(one) === wanted) : (from[wanted ?? 0] as T | undefined);
  if (found === undefined && wanted !== undefined) {
    const names = from.slice(0, 20).map((one, i) => nameOf(one) || String(i));
    const rest = from.length > names.length ? ", …" : "";
    report("trace-place", undefined, `${what} ${wanted}`, `${what}s are ${names.join(", ")}${rest}`);
  }
  return found;
}

const byNumber = (a: Step, b: Step): number => a.number - b.number;

/** Text that a number was written into is carried along, and shown nowhere. */
function isNumber(step: Step): boolean {
  return typeof step.value === "number";
}

interface Line {
  readonly step: Step;
  readonly depth: number;
}
interface Head {
  readonly scope: Scope;
  readonly depth: number;
  readonly shown?: number;
}

function isLine(line: Line | Head): line is Line {
  return "step" in line;
}

/** What is shown of a run, in order: inputs are not. Loops, calls and branches in which nothing varies are left out. */
function fold(root: Scope, iteration: number | undefined): readonly (Line | Head)[] {
  const lines: (Line | Head)[] = [];
  const visit = (items: readonly Item[], depth: number): void => {
    for (const item of items) {
      if (isStep(item)) {
        if (item.operation !== undefined) lines.push({ step: item, depth });
        continue;
      }
      const scope = item;
      if (scope.kind === "loop") {
        if (!holdsSteps(scope)) continue;
        const shown = Math.min(iteration ?? scope.turns - 1, scope.turns - 1);
        lines.push({ scope, depth, shown });
        const turn = scope.items[shown];
        if (turn && !isStep(turn)) visit(turn.items, depth + 1);
      } else if (scope.kind === "branch") {
        lines.push({ scope, depth });
        visit(scope.items, depth + 1);
      } else if (holdsSteps(scope)) {
        lines.push({ scope, depth });
        visit(scope.items, depth + 1);
      }
    }
  };
  visit(root.items, 0);
  return lines;
}

function holdsSteps(scope: Scope): boolean {
  return scope.items.some((item) => isStep(item) || holdsSteps(item));
}

function scopeRow({ scope, depth, shown }: Head, source: Source): ScopeRow {
  const span = "span" in scope ? scope.span : undefined;
  const text = (span && source.textOf(span)) ?? "";
  const place = span && source.placeOf(span);
  switch (scope.kind) {
    case "loop":
      return { kind: "loop", depth, text: headOf(text) || "loop", turns: scope.turns, shown: shown ?? 0, place };
    case "branch":
      return { kind: "branch", depth, text: onOneLine(text) || "condition", taken: scope.taken, place };
    case "call": {
      // What the library calls is named by what the user gave it.
      const callee = place || !scope.origin ? text : (source.textOf(scope.origin) ?? text);
      return { kind: "call", depth, text: onOneLine(callee) || `${scope.callee}(…)`, place };
    }
    case "function":
    case "turn":
      throw new Error(`a ${scope.kind} has no row`);
    default:
      return scope satisfies never;
  }
}
