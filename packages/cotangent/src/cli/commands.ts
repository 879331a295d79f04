/**
 * The `cotangent` command: its words, in one table that also makes the help. What is behind each word is a function of
 * the options that gives the exit code: 0 ok, 1 the program cannot be differentiated, threw, or a check failed, 2 wrong
 * usage.
 */
import { createReadStream, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Command, CommanderError, Option } from "commander";
import { type CompiledFunctions, examine, formatReport } from "../api/check.ts";
import { type Operator, type Stage, type Strategy, splitTarget, stages } from "../api/compile.ts";
import { engines } from "../api/engines.ts";
import { CotangentError, describe } from "../core/errors.ts";
import { type Mode, modes, strategies } from "../core/request.ts";
import { runBatch } from "./batch.ts";
import { type CompareOptions, compareWays } from "./compare.ts";
import { type CurveCommandOptions, curveFormats, showCurve } from "./curve.ts";
import { type FormulaOptions, formulaFormats, showFormula } from "./formula.ts";
import {
  type ExplainCommandOptions,
  type GraphCommandOptions,
  graphFormatNames,
  showExplanation,
  showGraph,
  showTrace,
  type TraceCommandOptions,
  traceFormatNames,
} from "./inspect.ts";
import { findExport } from "./load.ts";
import {
  describeFailure,
  exitCodeOf,
  type Host,
  jsonText,
  painter,
  shorten,
  showFailure,
  showValue,
  toJson,
  UsageError,
} from "./output.ts";
import { readArgnums, readArguments, readJson } from "./read.ts";
import { type RecordCommandOptions, recordedNames, writeRecording } from "./record.ts";
import {
  checkChoices,
  type DerivativeName,
  derivativeNames,
  Evaluator,
  expectedArguments,
  runUserCode,
} from "./request.ts";

interface CommonOptions {
  readonly json?: boolean;
  readonly argnums?: string;
  readonly mode?: Mode;
  readonly strategy?: Strategy;
  readonly backend?: string;
}
interface TextOptions extends CommonOptions {
  readonly output?: string;
  readonly map?: boolean;
}
interface EvalOptions extends CommonOptions {
  readonly at?: string;
  readonly derivative?: DerivativeName;
  readonly seed?: string;
  readonly order?: string;
  readonly engine?: string;
  readonly batch?: string;
  readonly checkFinite?: boolean;
}

const texts: readonly (readonly [Operator, string])[] = [
  ["grad", "write the gradient of a function as TypeScript"],
  ["jvp", "write the directional derivative as TypeScript: (primals, tangents) => [value, tangent]"],
  ["vjp", "write value and pullback as TypeScript: (...primals) => [value, pullback]"],
  ["jacobian", "write the Jacobian as TypeScript"],
  ["hessian", "write the Hessian as TypeScript"],
];

/** Runs the command with the given arguments and gives the exit code. Never throws. */
export async function runCommand(args: readonly string[], host: Host): Promise<0 | 1 | 2> {
  const isJson = args.includes("--json");
  let code: 0 | 1 | 2 = 0;
  const program = makeProgram(host, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const usage = new UsageError(error.message.replace(/^error: /, ""));
      if (isJson) host.out(`${JSON.stringify(describeFailure(usage))}\n`);
      return 2;
    }
    if (isJson) host.out(`${JSON.stringify(describeFailure(error))}\n`);
    else host.err(`${showFailure(error, host)}\n`);
    return exitCodeOf(error);
  }
}

function makeProgram(host: Host, finish: (code: 0 | 1 | 2) => void): Command {
  const program = new Command("cotangent")
    .description("Differentiates ordinary TypeScript: exact derivatives as readable code.")
    .version(host.version ?? "of sources", "-V, --version", "display the version")
    .exitOverride()
    .configureOutput({ writeOut: host.out, writeErr: host.err })
    .showHelpAfterError("Run with --help for usage.");

  for (const [operator, description] of texts) {
    withModes(addTarget(program.command(operator), description))
      .option("-o, --output <file>", "write to this file instead of standard output")
      .option("--map", "write a source map beside it, for tools that follow maps of sources, as esbuild does")
      .action(async (target: string, options: TextOptions) => finish(await writeText(operator, target, options, host)));
  }
  withModes(program.command("eval").description("evaluate a function's derivative at a point"))
    .argument("[target]", "FILE#FUNCTION")
    .option("--at <json>", "the arguments: a JSON list with one entry per parameter, or @FILE")
    .addOption(new Option("--derivative <name>", "what to evaluate (default: grad)").choices(derivativeNames))
    .option("--seed <json>", "the tangent (jvp, hvp) or cotangent (vjp), or @FILE")
    .option("--order <n>", "the order of derivative and taylor (default: 1)")
    .option(
      "--engine <name>",
      `the way to differentiate: source (the default), ${Object.keys(engines).join(", ")} or overload`,
    )
    .option("--check-finite", "stop at the first number that is NaN or infinite, and say where it comes from")
    .option("--batch <file>", "answer one JSON request a line; - reads standard input")
    .action(async (target: string | undefined, options: EvalOptions) => finish(await evaluate(target, options, host)));
  withModes(addTarget(program.command("record"), "record a run, and write it or its derivative as TypeScript"))
    .option("--at <json>", "the arguments that are run: a JSON list with one entry per parameter, or @FILE")
    .addOption(new Option("--derivative <name>", "what to write (default: grad)").choices(recordedNames))
    .option("-o, --output <file>", "write to this file instead of standard output")
    .action(async (target: string, options: RecordCommandOptions) =>
      finish(await writeRecording(target, options, host)),
    );
  addTarget(program.command("check"), "compare derivatives with differences, and by the dot-product test")
    .option("--at <json>", "the arguments: a JSON list with one entry per parameter, or @FILE")
    .action(async (target: string, options: EvalOptions) => finish(await check(target, options, host)));
  addTarget(program.command("compare"), "differentiate by every engine and in every mode, side by side")
    .option("--at <json>", "the arguments: a JSON list with one entry per parameter, or @FILE")
    .option("--argnums <list>", "which arguments to differentiate by (default: all that hold numbers)")
    .action(async (target: string, options: CompareOptions) => finish(await compareWays(target, options, host)));
  addTarget(program.command("curve"), "show the error of differences against their step, and the step that is chosen")
    .option("--at <json>", "the arguments: a JSON list with one entry per parameter, or @FILE")
    .option("--argnums <position>", "the argument to differentiate by, a number (default: 0)")
    .addOption(new Option("--method <side>", "where the function is read").choices(["central", "forward", "backward"]))
    .option("--order <n>", "the order of the derivative (default: 1)")
    .option("--accuracy <n>", "the order of the difference (default: 2, or 1 on one side)")
    .addOption(new Option("--format <format>", "how to write it (default: text)").choices(curveFormats))
    .option("-o, --output <file>", "write to this file instead of standard output")
    .action(async (target: string, options: CurveCommandOptions) => finish(await showCurve(target, options, host)));
  addTarget(program.command("formula"), "write a scalar function's derivatives as formulas")
    .option("--at <json>", "arguments that say how long lists are, and what else is known; or @FILE")
    .option("--argnums <list>", "which arguments to differentiate by")
    .addOption(new Option("--format <format>", "how to write them (default: text)").choices(formulaFormats))
    .action((target: string, options: FormulaOptions) => finish(showFormula(target, options, host)));
  addTarget(program.command("trace"), "write the elementary steps of a run, with tangents and cotangents")
    .option("--at <json>", "the arguments: a JSON list with one entry per parameter, or @FILE")
    .option("--input <place>", "the number that tangents are by: its name (x1, p.x, a[2]), or counted from 0")
    .option("--result <place>", "the number of the result that cotangents are of, if there are several: [2], .x")
    .option("--iteration <turn>", "which turn of loops to show, from 0 (default: the last)")
    .addOption(new Option("--format <format>", "how to write it (default: text)").choices(traceFormatNames))
    .option("-o, --output <file>", "write to this file instead of standard output")
    .action(async (target: string, options: TraceCommandOptions) => finish(await showTrace(target, options, host)));
  addTarget(program.command("graph"), "draw the computational graph of a function")
    .option("--partials", "say the partial derivatives at the edges")
    .addOption(new Option("--format <format>", "how to draw it (default: svg)").choices(graphFormatNames))
    .option("-o, --output <file>", "write to this file instead of standard output")
    .action(async (target: string, options: GraphCommandOptions) => finish(await showGraph(target, options, host)));
  withStrategy(addTarget(program.command("explain"), "say what the reverse sweep keeps, and why"))
    .option("-o, --output <file>", "write to this file instead of standard output")
    .action((target: string, options: ExplainCommandOptions) => finish(showExplanation(target, options, host)));
  addTarget(program.command("ir"), "show the intermediate representation as text")
    .addOption(new Option("--after <stage>", "which stage of compilation to show (default: the last)").choices(stages))
    .action((target: string, options: CommonOptions & { readonly after?: Stage }) =>
      finish(showIr(target, options, host)),
    );
  return program;
}

function addTarget(command: Command, description: string): Command {
  return command
    .description(description)
    .argument("<target>", "FILE#FUNCTION, FILE#default or FILE#Class.staticMethod")
    .option("--json", "write JSON to standard output");
}

function withModes(command: Command): Command {
  if (!command.options.some((o) => o.long === "--json")) command.option("--json", "write JSON to standard output");
  command
    .option("--argnums <list>", "which arguments: 0 gives a bare structure, 0,1 or '[0]' a list")
    .addOption(new Option("--mode <mode>", "the direction of the sweep").choices(modes));
  return withStrategy(command).addOption(
    new Option("--backend <backend>", "what the code runs on").choices(["js", "wasm"]),
  );
}

function withStrategy(command: Command): Command {
  return command.addOption(
    new Option("--strategy <strategy>", "where reverse mode keeps residuals").choices(strategies),
  );
}

// ------------------------------------------------------------------------------------------------------------- Text

async function writeText(operator: Operator, target: string, options: TextOptions, host: Host): Promise<0> {
  checkChoices(options);
  if (options.map && options.output === undefined)
    throw new UsageError("--map is written beside --output, which is missing");
  const program = new Evaluator(host).programOf(target);
  const argnums = options.argnums === undefined ? undefined : readArgnums(options.argnums);
  const outFile = resolve(host.cwd, options.output ?? splitTarget(target).file);
  const derivative = program.derive(
    target,
    { operator, argnums, mode: options.mode, strategy: options.strategy },
    { outFile },
  );
  const { name, mode, strategy } = derivative;
  const text = options.map ? `${derivative.text}//# sourceMappingURL=${basename(outFile)}.map\n` : derivative.text;
  if (options.output !== undefined) writeOutput(outFile, text);
  if (options.map) writeOutput(`${outFile}.map`, `${JSON.stringify(derivative.map)}\n`);
  if (options.json) {
    const file = options.output === undefined ? null : outFile;
    host.out(`${JSON.stringify({ name, text, file, mode, strategy })}\n`);
  } else if (options.output === undefined) {
    host.out(text);
  } else {
    host.err(`wrote ${name} to ${shorten(outFile, host.cwd)}\n`);
  }
  return 0;
}

function writeOutput(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`--output: ${(error as Error).message}`);
  }
}

// ------------------------------------------------------------------------------------------------------------- Eval

async function evaluate(target: string | undefined, options: EvalOptions, host: Host): Promise<0 | 1> {
  const evaluator = new Evaluator(host);
  if (options.batch !== undefined) {
    if (target !== undefined) throw new UsageError("with --batch, targets are named by the requests");
    const lines = options.batch === "-" ? host.lines() : readLines(resolve(host.cwd, options.batch));
    return (await runBatch(lines, evaluator, host)) ? 0 : 1;
  }
  if (target === undefined) throw new UsageError("a target is needed: FILE#FUNCTION");
  const read = (text: string | undefined, option: string): unknown =>
    text === undefined ? undefined : readJson(text, option, host.cwd);
  if (options.at === undefined) throw new UsageError("--at is needed: the arguments, as a JSON list");
  const { derivative = "grad", engine, mode, strategy, backend } = options;
  const answer = await evaluator.evaluate({
    target,
    at: read(options.at, "--at"),
    seed: read(options.seed, "--seed"),
    argnums: options.argnums === undefined ? undefined : readArgnums(options.argnums),
    derivative,
    order: options.order === undefined ? undefined : readOrder(options.order),
    engine,
    mode,
    strategy,
    backend,
    checkFinite: options.checkFinite,
  });
  if (options.json) {
    host.out(`${jsonText(answer)}\n`);
    return 0;
  }
  const paint = painter(host.colors.out);
  const label = (text: string): string => paint.dim(`${text.padEnd(9)} `);
  host.out(`${label("value")}${showValue(answer.value)}\n`);
  if (derivative !== "value") host.out(`${label(derivative)}${showValue(answer.derivative)}\n`);
  return 0;
}

function readOrder(text: string): number {
  const order = Number(text);
  if (Number.isInteger(order) && order >= 1) return order;
  throw new UsageError(`--order must be a positive integer, not ${text}`);
}

async function* readLines(file: string): AsyncIterable<string> {
  try {
    yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new UsageError(`--batch: ${(error as Error).message}`);
  }
}

// ------------------------------------------------------------------------------------------------------------ Check

async function check(target: string, options: EvalOptions, host: Host): Promise<0 | 1> {
  if (options.at === undefined) throw new UsageError("--at is needed: the arguments, as a JSON list");
  const evaluator = new Evaluator(host);
  const plain = await evaluator.compile(target, "value");
  const args = readArguments(readJson(options.at, "--at", host.cwd), expectedArguments(plain.derivative), "--at");
  const { call: jvp } = await evaluator.compile(target, "jvp");
  const { call: vjp } = await evaluator.compile(target, "vjp");
  const { file, name } = splitTarget(target);
  const own = await findExport(host.load, resolve(host.cwd, file), name);
  const functions = { name, value: own ?? plain.call, jvp, vjp } as unknown as CompiledFunctions;
  const report = runUserCode(() => examine(functions, args), plain.derivative);
  if (options.json) {
    const failure = report.ok
      ? {}
      : describeFailure(new CotangentError(describe("derivative-wrong", `the derivatives of ${name} are wrong`)));
    host.out(`${JSON.stringify({ ...(toJson(report) as object), ...failure })}\n`);
  } else {
    const paint = painter(host.colors.out);
    const table = formatReport(report)
      .replace(/\bok\b/g, paint.green("ok"))
      .replace(/\bwrong\b/g, paint.red("wrong"));
    host.out(`${table}\n${report.ok ? paint.green("passed") : paint.red("failed")}\n`);
  }
  return report.ok ? 0 : 1;
}

// --------------------------------------------------------------------------------------------------------------- IR

function showIr(target: string, options: CommonOptions & { readonly after?: Stage }, host: Host): 0 {
  const text = new Evaluator(host).programOf(target).ir(target, options.after ? { after: options.after } : {});
  host.out(options.json ? `${JSON.stringify({ text })}\n` : text.endsWith("\n") ? text : `${text}\n`);
  return 0;
}
