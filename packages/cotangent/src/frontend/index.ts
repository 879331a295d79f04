/**
 * From a TypeScript program to IR: names a function, lowers it and all that it reaches. The way in for other layers;
 * types of TypeScript stop here.
 */
import ts from "typescript";
import { CotangentError, report, reportAll } from "../core/errors.ts";
import type { Module, Type } from "../ir/types.ts";
import type { Instance } from "./asked.ts";
import { type CapturedTypes, type Enclosed, enclose } from "./captured.ts";
import { AlreadyReported, Context, type FunctionNode, refuse, Session, type UserFunction } from "./context.ts";
import { entryTypes } from "./entry-types.ts";
import { makeFrame } from "./function-body.ts";
import { functionOf } from "./globals.ts";
import { Learning, Lesson } from "./learn.ts";
import { liveFunction, NeedsFile } from "./live.ts";
import type { Running } from "./running.ts";
import { type Internals, internals, openSource, type SourceProgram, typescriptError } from "./source.ts";
import { buildEntry, checkReached } from "./specialize.ts";
import { functionAt } from "./syntax.ts";

export { openSource, type SourceProgram };

export interface LowerTarget {
  readonly file: string;
  /** A top-level function or function-valued constant, `default`, or `Class.staticMethod`. */
  readonly name: string;
  /** Where the function's syntax starts, for a function that no name reaches. */
  readonly position?: number | undefined;
  /** An expression that instantiates the function, if it is generic: `norm<Float64Array>`, or a call of its derivative. */
  readonly instance?: Instance | undefined;
  /** The types of the parameters, where a route knows better than the declaration. */
  readonly types?: readonly Type[] | undefined;
  /** The same for variables that a function inside another one captures, by name. */
  readonly capturedTypes?: CapturedTypes | undefined;
  /** The running program, where the function is one of it. */
  readonly running?: Running | undefined;
}

export interface Lowering {
  readonly module: Module;
  /** The name of the target's IR function. */
  readonly entry: string;
  /** The local variables around the target that it reads: its last parameters, in this order. */
  readonly captured: readonly string[];
  /** The parameters whose types are the declared ones, whatever the values. */
  readonly declared: readonly boolean[];
}

/**
 * Lowers the target and every function it reaches. Throws `CotangentError`, with all diagnostics in `all`, for what
 * cannot be lowered, and for TypeScript's own errors in the code that is reached.
 */
export function lower(source: SourceProgram, target: LowerTarget): Lowering {
  try {
    return lowerRepeatedly(source, target);
  } catch (error) {
    // The parser, the checker and lowering descend into the program; what is too deep for the stack is refused.
    if (error instanceof RangeError && /call stack/.test(error.message))
      report("too-deep", { file: source.resolvePath(target.file), start: 0, end: 0 }, "the stack is exhausted");
    throw error;
  }
}

const mostAttempts = 100;

/** Lowers until nothing that was assumed turns out to be wrong. */
function lowerRepeatedly(source: SourceProgram, target: LowerTarget): Lowering {
  const learning = target.running && new Learning();
  let trusted = true;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    try {
      const found = lowerOnce(source, target, trusted, learning);
      if (found) return found;
      trusted = false;
    } catch (error) {
      if (error instanceof Lesson && learning) error.learn(learning);
      else if (error instanceof NeedsFile) internals(source, error.file);
      else throw error;
    }
  }
  const place = { file: source.resolvePath(target.file), start: target.position ?? 0, end: target.position ?? 0 };
  return report("too-deep", place, `types are not settled after ${mostAttempts} attempts`);
}

/** Undefined if proofs of bounds were used that do not hold, since the program shortens an array somewhere. */
function lowerOnce(
  source: SourceProgram,
  target: LowerTarget,
  trusted: boolean,
  learning: Learning | undefined,
): Lowering | undefined {
  // Once all files are open: what is opened later makes another program.
  if (target.instance) internals(source, target.instance.file);
  const opened = internals(source, target.file);
  const session = new Session(source, opened);
  session.bounds.trusted = trusted;
  learning?.restart();
  session.learning = learning;
  session.live = target.running?.live;
  const file = source.resolvePath(target.file);
  const fn =
    target.position === undefined
      ? findTarget(session, opened, file, target.name)
      : functionFrom(opened, file, target.position);
  const entry = lowerEntry(session, fn.node, target);
  // What is a hole and what was written cannot be told apart later, so a program that asks is refused.
  if (session.unfilled && session.testsElements) refuse(session.unfilled, "unfilled-array", "numbers");
  reportAll(session.errors);
  if (entry === undefined) throw new Error(`${target.name} was not lowered, and nothing said why`);
  if (session.bounds.used && session.bounds.popped) return undefined;
  return { module: { functions: session.functions, globals: session.globals }, ...entry };
}

function lowerEntry(
  session: Session,
  node: FunctionNode,
  { types: given, instance, capturedTypes, running }: LowerTarget,
): Omit<Lowering, "module"> | undefined {
  try {
    if (node.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword))
      refuse(node, "async-function", "The function");
    if (node.asteriskToken) refuse(node, "generator-function", "The function");
    checkReached(session, node);
    const enclosed = running ? open(session, node, running) : enclose(session, node, capturedTypes);
    const frame = makeFrame(session, enclosed.fn);
    const cx = new Context(session, frame);
    const { types, declared, missing } = entryTypes(cx, node, { given, instance, values: running?.values });
    const entry = buildEntry(session, enclosed, types, frame, missing);
    if (entry === undefined) return undefined;
    return { entry, captured: enclosed.captures.values.map((v) => v.name), declared };
  } catch (error) {
    if (error instanceof CotangentError) session.collect(error);
    else if (!(error instanceof AlreadyReported)) throw error;
    return undefined;
  }
}

/** A function of the running program: what it captures is looked up there. */
function open(session: Session, node: FunctionNode, { live }: Running): Enclosed {
  const fn = liveFunction(session, node, live.entry);
  return {
    fn,
    cx: new Context(session, makeFrame(session, fn)),
    captures: { values: [], functions: [], assigned: [] },
  };
}

// ---------------------------------------------------------------------------------------------------------- The target

function findTarget(session: Session, opened: Internals, file: string, name: string): UserFunction {
  const sourceFile = opened.sourceFile(file);
  const syntactic = opened.program.getSyntacticDiagnostics(sourceFile);
  if (syntactic.length > 0) reportAll(syntactic.map(typescriptError));
  const [first = name, member] = name.split(".");
  const top = topLevel(opened, sourceFile, first);
  const symbol =
    member === undefined
      ? top
      : (top?.exports?.get(ts.escapeLeadingUnderscores(member)) ?? memberOf(opened, top, member));
  const cx = new Context(
    session,
    makeFrame(session, { kind: "user", node: undefined as unknown as FunctionNode, frame: undefined }),
  );
  const found = symbol && functionOf(cx, symbol);
  if (found?.kind === "user") return found;
  return report("function-not-found", undefined, `\`${name}\` in ${file}`);
}

function functionFrom(opened: Internals, path: string, position: number): UserFunction {
  const node = functionAt(opened.sourceFile(path), position);
  return node
    ? { kind: "user", node, frame: undefined }
    : report("function-not-found", undefined, `at ${path}:${position}`);
}

function topLevel(opened: Internals, file: ts.SourceFile, name: string): ts.Symbol | undefined {
  const { checker } = opened;
  const module = checker.getSymbolAtLocation(file);
  const exported = module && checker.getExportsOfModule(module).find((s) => s.name === name);
  const symbol = exported ?? localsOf(file)?.get(ts.escapeLeadingUnderscores(name));
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function localsOf(file: ts.SourceFile): ts.SymbolTable | undefined {
  return (file as ts.SourceFile & { readonly locals?: ts.SymbolTable }).locals;
}

/** A member of an object constant: `ops.square`. */
function memberOf(opened: Internals, holder: ts.Symbol | undefined, member: string): ts.Symbol | undefined {
  const declaration = holder?.valueDeclaration;
  if (!holder || !declaration || !ts.isVariableDeclaration(declaration)) return undefined;
  return opened.checker.getTypeOfSymbolAtLocation(holder, declaration).getProperty(member);
}
