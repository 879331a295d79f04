/** `cotangent curve`: the error of single differences against their step, as a table, a picture and data. */
import Table from "cli-table3";
import { CotangentError } from "../core/errors.ts";
import { copyArguments } from "../core/tree.ts";
import { errorCurveSvg } from "../inspect/error-curve.ts";
import { type ErrorCurve, errorCurve } from "../numerical/curve.ts";
import type { Side } from "../numerical/stencil.ts";
import { frameless, type Host, toJson, UsageError, writeOut } from "./output.ts";
import { readArguments, readJson } from "./read.ts";
import { Evaluator, expectedArguments, runUserCode } from "./request.ts";

export const curveFormats = ["text", "svg", "json"] as const;

/** Options of the command. */
export interface CurveCommandOptions {
  readonly at?: string;
  readonly argnums?: string;
  readonly method?: Side;
  readonly accuracy?: string;
  readonly order?: string;
  readonly format?: (typeof curveFormats)[number];
  readonly output?: string;
  readonly json?: boolean;
}

/** Writes the curve for one argument of `target`, a number. Throws UsageError, CotangentError, and ThrownError. */
export async function showCurve(target: string, options: CurveCommandOptions, host: Host): Promise<0> {
  if (options.at === undefined) throw new UsageError("--at is needed: the arguments, as a JSON list");
  const evaluator = new Evaluator(host);
  const { derivative, call } = await evaluator.compile(target, "value");
  const args = readArguments(readJson(options.at, "--at", host.cwd), expectedArguments(derivative), "--at");
  const argument = readCount("--argnums", options.argnums, 0);
  const order = readCount("--order", options.order, 1);
  const x = args[argument];
  if (typeof x !== "number") throw new UsageError(`argument ${argument} is no number; --argnums takes one that is`);
  const along = (t: number): number => {
    const value = call(...copyArguments(args.with(argument, t)));
    if (typeof value !== "number") throw new UsageError("the curve is of a function whose result is a number");
    return value;
  };
  const exact = await exactDerivative(evaluator, target, args, argument, order);
  const found = runUserCode(
    () =>
      errorCurve(along, x, {
        order,
        ...(options.method ? { method: options.method } : {}),
        ...(options.accuracy === undefined ? {} : { accuracy: readCount("--accuracy", options.accuracy, 2) }),
        ...(exact === undefined ? {} : { exact }),
      }),
    derivative,
  );
  const format = options.json ? "json" : (options.format ?? "text");
  writeOut(written(found, format, derivative.name), options, host);
  return 0;
}

/** By the compiler, where it takes the function; else the curve is held against extrapolated differences. */
async function exactDerivative(
  evaluator: Evaluator,
  target: string,
  args: readonly unknown[],
  argument: number,
  order: number,
): Promise<number | undefined> {
  try {
    const { call, derivative } = await evaluator.compile(target, "derivative", { argnums: argument, order });
    const found = runUserCode(() => call(...copyArguments(args)), derivative);
    return typeof found === "number" && Number.isFinite(found) ? found : undefined;
  } catch (error) {
    if (error instanceof CotangentError) return undefined;
    throw error;
  }
}

function readCount(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new UsageError(`${option} takes one number, not ${text}`);
  return Number(text);
}

function written(found: ErrorCurve, format: (typeof curveFormats)[number], name: string): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(toJson(found))}\n`;
    case "svg":
      return errorCurveSvg(found, `error of differences of ${name} against their step`);
    case "text":
      return asTable(found);
    default:
      return format satisfies never;
  }
}

function asTable({ points, chosen, exact, slopes }: ErrorCurve): string {
  const table = new Table({
    ...frameless,
    head: ["step", "difference", "error"],
    colAligns: ["right", "right", "right"],
  });
  const row = ({ step, difference, error }: ErrorCurve["points"][number], mark = ""): string[] => [
    step.toExponential(1),
    `${difference}`,
    `${error.toExponential(1)}${mark}`,
  ];
  // The chosen step among the others, which fall.
  for (const point of points.filter(({ step }) => step > chosen.step)) table.push(row(point));
  table.push(row(chosen, " *"));
  for (const point of points.filter(({ step }) => step <= chosen.step)) table.push(row(point));
  const lines = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  const { truncation, rounding } = slopes;
  return [
    ...lines,
    "",
    `against ${exact}; truncation falls with h^${truncation}, rounding grows with h^${rounding}, * the step that balances both`,
    "",
  ].join("\n");
}
