/** `cotangent compare`: a derivative by every engine and in every mode, as a table. */
import { resolve } from "node:path";
import Table from "cli-table3";
import { splitTarget } from "../api/compile.ts";
import { type Compared, type Comparison, compare } from "../compare/compare.ts";
import { copyArguments } from "../core/tree.ts";
import { findExport } from "./load.ts";
import { frameless, type Host, painter, showValue, toJson, UsageError } from "./output.ts";
import { readArgnums, readArguments, readJson } from "./read.ts";
import { Evaluator, expectedArguments, runUserCode } from "./request.ts";

/** Options of the command. */
export interface CompareOptions {
  readonly at?: string;
  readonly argnums?: string;
  readonly json?: boolean;
}

/** Compares the ways to differentiate `target`: 1 if two of them disagree. Throws UsageError, CotangentError, ThrownError. */
export async function compareWays(target: string, options: CompareOptions, host: Host): Promise<0 | 1> {
  if (options.at === undefined) throw new UsageError("--at is needed: the arguments, as a JSON list");
  const evaluator = new Evaluator(host);
  const plain = await evaluator.compile(target, "value");
  const args = readArguments(readJson(options.at, "--at", host.cwd), expectedArguments(plain.derivative), "--at");
  const { file, name } = splitTarget(target);
  const call = (await findExport(host.load, resolve(host.cwd, file), name)) ?? plain.call;
  runUserCode(() => call(...copyArguments(args)), plain.derivative);
  const subject = {
    name,
    call,
    compile: ({ operator, ...request }: Parameters<Parameters<typeof compare>[0]["compile"]>[0]) =>
      evaluator.compile(target, operator, request),
    overloaded: () => evaluator.overloaded(target),
  };
  const argnums = options.argnums === undefined ? undefined : readArgnums(options.argnums);
  const found = await compare(subject, args, { argnums });
  host.out(options.json ? `${JSON.stringify(asJson(found))}\n` : `${show(found, host)}\n`);
  return found.agree ? 0 : 1;
}

function asJson(found: Comparison): object {
  const ways = found.ways.map((way) =>
    way.applies
      ? { ...way, value: toJson(way.value), derivative: toJson(way.derivative), error: toJson(way.error) }
      : way,
  );
  return { ...found, ways };
}

/** Longer derivatives, and values half as long, are shown once, below the table. */
const widest = 48;

function show(found: Comparison, host: Host): string {
  const paint = painter(host.colors.out);
  const applied = found.ways.filter((way) => way.applies);
  const isShort = applied.every(
    ({ value, derivative }) => showValue(value).length <= widest / 2 && showValue(derivative).length <= widest,
  );
  const results = isShort ? ["value", found.derivative] : [];
  const head = ["engine", ...results, "digits", "± error", "time", "kept", "lines"];
  const table = new Table({
    ...frameless,
    head: head.map(paint.dim),
    colAligns: head.map((_, column) => (column <= results.length ? "left" : "right")),
  });
  for (const way of found.ways) {
    if (!way.applies) continue;
    const digits = way.agrees ? paint.green(`${way.digits}`) : paint.red(`${way.digits}`);
    table.push([
      nameOf(way),
      ...(isShort ? [showValue(way.value), showValue(way.derivative)] : []),
      digits,
      way.error === null ? "" : way.error.toExponential(1),
      way.relativeTime === null ? "" : `${significant(way.relativeTime)} ×`,
      way.bytesKept === null ? "" : bytes(way.bytesKept),
      way.lines === null ? "" : `${way.lines}`,
    ]);
  }
  const [first] = applied;
  const lines = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  if (!isShort && first) {
    const [value, derivative] = [showValue(first.value), showValue(first.derivative)];
    lines.push(
      "",
      `${paint.dim("value".padEnd(10))}${value}`,
      `${paint.dim(found.derivative.padEnd(10))}${derivative}`,
    );
  }
  for (const way of found.ways)
    if (!way.applies) lines.push("", `${nameOf(way)} does not apply: ${way.refusal.message} (${way.refusal.code})`);
  for (const way of applied)
    if (!way.agrees)
      lines.push("", `${nameOf(way)} ${paint.red("disagrees")} with ${nameOf(first as Compared)}${hintOf(way)}`);
  lines.push("", paint.dim(explain(found)));
  return lines.join("\n");
}

/** What to think of where a way disagrees. */
function hintOf({ engine }: Compared): string {
  if (engine !== "numerical") return ".";
  return ": differences mean little at a kink or a pole, or by a number that only steers (--argnums leaves it out).";
}

function explain({ name, chosen, nanoseconds, argnums }: Comparison): string {
  const by = typeof argnums === "number" ? `argument ${argnums}` : `arguments ${argnums.join(", ")}`;
  const lines = [
    `By ${by}. digits: decimal digits in common with the first; time: as a multiple of ${name}, ${duration(nanoseconds ?? 0)};`,
    "kept: bytes that a pullback keeps alive; lines: of generated code.",
  ];
  if (chosen) lines.push(`By default: ${nameOf(chosen)}, since ${chosen.why}.`);
  return lines.join("\n");
}

function nameOf({ engine, mode, strategy }: Pick<Compared, "engine" | "mode" | "strategy">): string {
  return [engine, ...(mode === null ? [] : [mode]), ...(strategy === null ? [] : [strategy])].join(" ");
}

function significant(x: number): string {
  return x < 10 ? x.toPrecision(2) : `${Math.round(x)}`;
}

function bytes(count: number): string {
  return count < 10_000
    ? `${count} B`
    : count < 1e7
      ? `${Math.round(count / 1e3)} kB`
      : `${Math.round(count / 1e6)} MB`;
}

function duration(nanoseconds: number): string {
  const units = [
    ["ns", 1],
    ["µs", 1e3],
    ["ms", 1e6],
    ["s", 1e9],
  ] as const;
  const [unit, size] = units.findLast(([, least]) => nanoseconds >= least) ?? units[0];
  return `${significant(nanoseconds / size)} ${unit}`;
}
