/**
 * From a TypeScript program to IR: names a function, lowers it and all that it reaches. The way in for other layers;
 * types of TypeScript stop here.
 */
import ts from "typescript";
import { writtenGlobal } from "../analysis/module-writes.ts";
import { CotangentError, report, reportAll } from "../core/errors.ts";
import type { Module } from "../ir/types.ts";
import {
  AlreadyReported,
  Context,
  type FunctionNode,
  quote,
  type RuledFunction,
  refuse,
  Session,
  type UserFunction,
} from "./context.ts";
import { Cells, NeedsCell } from "./functions/cells.ts";
import { makeFrame } from "./functions/function-body.ts";
import { buildDispatches } from "./functions/function-calls.ts";
import type { InnerDerivative } from "./functions/inner-verbs.ts";
import { buildEntry, checkReached } from "./functions/specialize.ts";
import { functionOf } from "./modules/globals.ts";
import { changedElsewhere } from "./modules/kept.ts";
import { liveFunction, NeedsFile } from "./modules/live.ts";
import { refuseUnrepeatable } from "./modules/made-constants.ts";
import { isReassigned } from "./modules/module-state.ts";
import { liveModule, type Running } from "./modules/running.ts";
import { expectedFields } from "./objects/absent-fields.ts";
import { crossBorder } from "./objects/outside.ts";
import { mustKnowOrder, NeedsOrder, refuseReordered } from "./objects/properties.ts";
import {
  completeProgram,
  type Internals,
  internals,
  openSource,
  type SourceProgram,
  typescriptError,
} from "./program/source.ts";
import { lowerRuledEntry, ruledBySymbol } from "./rules/rules.ts";
import { functionAt } from "./syntax/syntax.ts";
import { Alternatives, Regrouped } from "./types/alternatives.ts";
import { Closures } from "./types/signatures.ts";
import { mustCheckElements, NeedsChecks, noGaps, refuseMissable } from "./values/gaps.ts";
import { Learning, Lesson } from "./values/learn.ts";
import { NeedsPresence, noReads, settlePresence } from "./values/presence.ts";
import { type Enclosed, enclose } from "./verbs/captured.ts";
import {
  type Dependencies,
  dependenciesOf,
  type LowerTarget,
  openFor,
  type Wish,
  wishOf,
} from "./verbs/dependencies.ts";
import { entryTypes } from "./verbs/entry-types.ts";

export {
  type Dependencies,
  dependenciesOf,
  type LowerTarget,
  type Move,
  moveBetween,
  stay,
  wishOf,
} from "./verbs/dependencies.ts";
export type { InnerDerivative };
export { openSource, type SourceProgram };

interface Lowered {
  readonly module: Module;
  /** The name of the target's IR function. */
  readonly entry: string;
  /** The local variables around the target that it reads: its last parameters, in this order. */
  readonly captured: readonly string[];
  /** The parameters whose types are the declared ones, whatever the values. */
  readonly declared: readonly boolean[];
}

/** A program whose derivatives of its own are called, and not made yet. */
interface Unexpanded extends Lowered {
  readonly derivatives: readonly InnerDerivative[];
}

export interface Lowering extends Lowered {
  readonly dependencies: Dependencies;
}

/** Makes the derivatives that a program itself asks for, in its module. */
export type Expand = (module: Module, entry: string, derivatives: readonly InnerDerivative[]) => Module;

/**
 * Lowers the target and every function it reaches; `expand` makes the derivatives that they ask for. Throws `CotangentError`, with all diagnostics in `all`, for what
 * cannot be lowered, and for TypeScript's own errors in the code that is reached.
 */
export function lower(source: SourceProgram, target: LowerTarget, expand: Expand = refuseDerivatives): Lowering {
  try {
    const wish = wishOf(source, target);
    const { derivatives, ...made } = lowerWith(source, target, wish);
    const module = derivatives.length === 0 ? made.module : expand(made.module, made.entry, derivatives);
    return { ...made, module, dependencies: dependenciesOf(source, target, wish) };
  } catch (error) {
    // The parser, the checker and lowering descend into the program; what is too deep for the stack is refused.
    if (error instanceof RangeError && /call stack/.test(error.message))
      report("too-deep", { file: source.resolvePath(target.file), start: 0, end: 0 }, "the stack is exhausted");
    throw error;
  }
}

function refuseDerivatives(_module: Module, _entry: string, derivatives: readonly InnerDerivative[]): never {
  const [first] = derivatives;
  return report("not-taken", first?.span, `\`${first?.request.operator}\` inside a program, without its transforms`);
}

const mostAttempts = 100;

/** Lowers until nothing that was assumed turns out to be wrong, and nothing lacking. */
function lowerWith(source: SourceProgram, target: LowerTarget, first: Wish): Unexpanded {
  let learning = target.running && new Learning();
  let unsaid: CotangentError | undefined;
  const cells = new Cells();
  const alternatives = new Alternatives();
  let closures = new Closures();
  let trusted = true;
  const caught = new Set<string>();
  let lists = false;
  let checked = false;
  const present = new Set<ts.Node>();
  let wish = first;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    try {
      const classes = caught.size;
      const known = { trusted, learning, caught, cells, closures, alternatives, lists, checked, present };
      const found = lowerOnce(source, target, wish, known);
      if (found) return found;
      // Function values have more fields than was known, or records, or errors more classes; else it is proofs of bounds
      // that failed.
      if (alternatives.grown) closures = new Closures();
      if (alternatives.grown || closures.grown || caught.size > classes) continue;
      trusted = false;
    } catch (error) {
      closures = new Closures();
      if (alternatives.grown || error instanceof Regrouped) continue;
      if (error instanceof Lesson && learning) error.learn(learning);
      else if (error instanceof NeedsCell) cells.add(error);
      else if (error instanceof NeedsOrder) lists = true;
      else if (error instanceof NeedsChecks) checked = true;
      else if (error instanceof NeedsPresence) for (const read of error.reads) present.add(read);
      else if (error instanceof NeedsFile) internals(source, error.file);
      else if (!learning && isUnsaid(error)) {
        // Nothing says what an array will hold; what is put into it does.
        learning = new Learning();
        unsaid = error;
      } else {
        // What TypeScript has to say is said of the program as it sees it, with nothing left out.
        const isTypeScripts = error instanceof CotangentError && error.all.some((e) => e.code.startsWith("TS"));
        if (!isTypeScripts || !completeProgram(source)) throw unsaid ? besides(unsaid, error) : error;
        wish = wishOf(source, target);
      }
    }
  }
  if (unsaid) throw unsaid;
  const place = { file: source.resolvePath(target.file), start: target.position ?? 0, end: target.position ?? 0 };
  return report("too-deep", place, `types are not settled after ${mostAttempts} attempts`);
}

/** True if the type of what an array holds was all that was lacking. */
function isUnsaid(error: unknown): error is CotangentError {
  return error instanceof CotangentError && error.all.some(({ code }) => code === "empty-array");
}

/** What was lacking, and what is refused with it assumed: another matter, it may be, that would be refused with it said. */
function besides(unsaid: CotangentError, error: unknown): unknown {
  if (isUnsaid(error)) return unsaid;
  if (!(error instanceof CotangentError)) return error;
  return new CotangentError({ ...unsaid, message: unsaid.message }, [...unsaid.all.slice(1), error]);
}

/** What one attempt knows from those before. */
interface Known {
  readonly trusted: boolean;
  readonly learning: Learning | undefined;
  readonly caught: Set<string>;
  readonly cells: Cells;
  readonly closures: Closures;
  /** The program lists fields of objects, so that it matters in which order these have them. */
  readonly lists: boolean;
  /** The program may come upon gaps in arrays, so that it looks at each element. */
  readonly checked: boolean;
  /** What is read as being there, and asked after later. */
  readonly present: ReadonlySet<ts.Node>;
  readonly alternatives: Alternatives;
}

/**
 * Undefined if something was taken for granted that does not hold, since the program shortens an array or has views, if
 * records of function values lack fields, or if an error was thrown again before all classes that it may be of were known.
 */
function lowerOnce(
  source: SourceProgram,
  target: LowerTarget,
  wish: Wish,
  { trusted, learning, caught, cells, closures, alternatives, lists, checked, present }: Known,
): Unexpanded | undefined {
  const opened = openFor(source, wish);
  const session = new Session(source, opened, cells, closures, alternatives);
  const classes = caught.size;
  session.caught = { classes: caught, rethrown: false };
  session.bounds.trusted = trusted;
  session.keys = { ...session.keys, lists };
  session.gaps = noGaps(checked);
  session.presence = noReads(present);
  learning?.restart();
  closures.restart();
  alternatives.restart();
  session.learning = learning;
  session.live = target.running?.live;
  const file = source.resolvePath(target.file);
  const fn = attempt(session, () =>
    target.position === undefined
      ? findTarget(session, opened, file, target.name)
      : functionFrom(opened, file, target.position),
  );
  const entry =
    fn?.kind === "ruled"
      ? attempt(session, () => lowerRuledEntry(session, fn))
      : fn && lowerEntry(session, fn.node, target);
  if (closures.grown || alternatives.grown) return undefined;
  if (mustKnowOrder(session)) throw new NeedsOrder();
  if (mustCheckElements(session)) throw new NeedsChecks();
  refuseMissable(session);
  if (session.errors.length === 0) refuseReordered(session);
  reportAll(session.errors);
  if (entry === undefined || fn === undefined) throw new Error(`${target.name} was not lowered, and nothing said why`);
  if (session.caught.rethrown && caught.size > classes) return undefined;
  const { bounds, overlap } = session;
  if ((bounds.used && bounds.popped) || (overlap.ignored && overlap.views)) return undefined;
  const lowered = session.functions.get(entry.entry);
  const constants = [...session.globals.values()].filter((g) => g.source.kind !== "made").map((g) => g.type);
  const params = lowered?.body.params.map((p) => p.type) ?? [];
  const foreign = [...session.functions.values()].flatMap((f) => (f.rule ? f.results : []));
  // Derivatives of a function with a rule are not made of its body, where its arguments would be looked at.
  const expected = expectedFields(
    session,
    [...constants, ...params],
    lowered?.rule ? [...foreign, ...params] : foreign,
  );
  crossBorder(session, entry.entry, fn.node, expected);
  buildDispatches(session, entry.entry);
  markRest(session, entry.entry, fn.node);
  const module = { functions: session.functions, globals: session.globals };
  refuseUnrepeatable(session, module);
  const makers = [...session.made.values()].flatMap(({ by }) => by ?? []);
  for (const name of [entry.entry, ...makers]) settlePresence(session, module, name);
  // What a running function captures is looked at by the route that has it.
  const ofModules = [...session.globals.values()].filter(
    ({ source: from }) => from.kind !== "import" || from.file !== liveModule,
  );
  const written = writtenGlobal(module, entry.entry, ofModules);
  if (written) report("module-state", written.instr.span, `\`${written.name}\``);
  const changed = changedElsewhere(session.internals, session.copied);
  if (changed) refuse(changed.node, "module-state", quote(changed.node));
  return { module, ...entry, derivatives: [...session.derivatives.values()] };
}

/** Says of the function that is asked for that code outside gives its last parameter as so many arguments. */
function markRest(session: Session, entry: string, node: ts.Node): void {
  const func = session.functions.get(entry);
  const hasRest = ts.isFunctionLike(node) && node.parameters.some((p) => ts.isParameter(p) && p.dotDotDotToken);
  if (func && !func.rule && hasRest) session.functions.set(entry, { ...func, rest: func.body.params.length - 1 });
}

function lowerEntry(
  session: Session,
  node: FunctionNode,
  { instance, running }: LowerTarget,
): Omit<Lowered, "module"> | undefined {
  return attempt(session, () => {
    if (node.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword))
      refuse(node, "async-function", "The function");
    if (node.asteriskToken) refuse(node, "generator-function", "The function");
    checkReached(session, node);
    const name = !running && ts.isFunctionDeclaration(node) ? node.name : undefined;
    const symbol = name && session.checker.getSymbolAtLocation(name);
    if (symbol && isReassigned(session.internals, symbol)) refuse(name, "module-state", quote(name));
    const enclosed = running ? open(session, node, running) : enclose(session, node);
    session.entry = enclosed.fn;
    const frame = makeFrame(session, enclosed.fn);
    const cx = new Context(session, frame);
    const rest = node.parameters.find((p) => p.dotDotDotToken);
    if (rest && enclosed.captures.values.length > 0) refuse(rest, "rest-parameter", quote(rest.name));
    const { types, declared, missing } = entryTypes(cx, node, { instance, values: running?.values });
    const entry = buildEntry(session, enclosed, types, frame, missing);
    if (entry === undefined) return undefined;
    return { entry, captured: enclosed.captures.values.map((v) => v.symbol?.name ?? v.name), declared };
  });
}

/** What `lower` gives; undefined if it was refused, which the session has collected. */
function attempt<T>(session: Session, lower: () => T): T | undefined {
  try {
    return lower();
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

function findTarget(session: Session, opened: Internals, file: string, name: string): UserFunction | RuledFunction {
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
  const ruled = symbol && ruledBySymbol(cx, symbol);
  if (ruled) return ruled;
  return report("function-not-found", undefined, `\`${name}\` in ${file}${namesOfFunctions(opened, sourceFile)}`);
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

/** What might have been meant: a few functions that the file has at its top, in words. */
function namesOfFunctions({ checker }: Internals, file: ts.SourceFile): string {
  const names = [...(localsOf(file)?.values() ?? [])].flatMap(({ name, declarations }) => {
    const [at] = declarations ?? [];
    const isOne = at && (ts.isFunctionDeclaration(at) || ts.isVariableDeclaration(at));
    return isOne && checker.getTypeAtLocation(at).getCallSignatures().length > 0 ? [name] : [];
  });
  if (names.length === 0) return "";
  const most = 8;
  return `, which has ${names.slice(0, most).join(", ")}${names.length > most ? ", …" : ""}`;
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
