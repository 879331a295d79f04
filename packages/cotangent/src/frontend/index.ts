/**
 * From a TypeScript program to IR: names a function, lowers it and all that it reaches. The way in for other layers;
 * types of TypeScript stop here.
 */
import ts from "typescript";
import { CotangentError, report, reportAll } from "../core/errors.ts";
import { optional, unit } from "../ir/type.ts";
import type { Module, Type } from "../ir/types.ts";
import type { Instance } from "./asked.ts";
import { enclose } from "./captured.ts";
import { AlreadyReported, Context, type FunctionNode, refuse, Session, type UserFunction } from "./context.ts";
import { type Dependencies, dependenciesOf, type LowerTarget, openFor, type Wish, wishOf } from "./dependencies.ts";
import { makeFrame } from "./function-body.ts";
import { functionOf } from "./globals.ts";
import { completeProgram, type Internals, openSource, type SourceProgram, typescriptError } from "./source.ts";
import { buildEntry, checkReached } from "./specialize.ts";
import { learnTypeArguments, toType } from "./types.ts";

export {
  type Dependencies,
  dependenciesOf,
  type LowerTarget,
  type Move,
  moveBetween,
  stay,
  wishOf,
} from "./dependencies.ts";
export { openSource, type SourceProgram };

interface Lowered {
  readonly module: Module;
  /** The name of the target's IR function. */
  readonly entry: string;
  /** The local variables around the target that it reads: its last parameters, in this order. */
  readonly captured: readonly string[];
}

export interface Lowering extends Lowered {
  readonly dependencies: Dependencies;
}

/**
 * Lowers the target and every function it reaches. Throws `CotangentError`, with all diagnostics in `all`, for what
 * cannot be lowered, and for TypeScript's own errors in the code that is reached.
 */
export function lower(source: SourceProgram, target: LowerTarget): Lowering {
  try {
    const wish = wishOf(source, target);
    const made = lowerWith(source, target, wish);
    return { ...made, dependencies: dependenciesOf(source, target, wish) };
  } catch (error) {
    // The parser, the checker and lowering descend into the program; what is too deep for the stack is refused.
    if (error instanceof RangeError && /call stack/.test(error.message))
      report("too-deep", { file: source.resolvePath(target.file), start: 0, end: 0 }, "the stack is exhausted");
    throw error;
  }
}

function lowerWith(source: SourceProgram, target: LowerTarget, wish: Wish): Lowered {
  try {
    const trusting = lowerOnce(source, target, wish, true);
    return trusting ?? (lowerOnce(source, target, wish, false) as Lowered);
  } catch (error) {
    // What TypeScript has to say is said of the program as it sees it, with nothing left out.
    const isTypeScripts = error instanceof CotangentError && error.all.some((e) => e.code.startsWith("TS"));
    if (!isTypeScripts || !completeProgram(source)) throw error;
    return lowerWith(source, target, wishOf(source, target));
  }
}

/** Undefined if proofs of bounds were used that do not hold, since the program shortens an array somewhere. */
function lowerOnce(source: SourceProgram, target: LowerTarget, wish: Wish, trusted: boolean): Lowered | undefined {
  const opened = openFor(source, wish);
  const session = new Session(source, opened);
  session.bounds.trusted = trusted;
  const file = source.resolvePath(target.file);
  const fn =
    target.position === undefined
      ? findTarget(session, opened, file, target.name)
      : functionAt(opened, file, target.position);
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
  { instance }: LowerTarget,
): Omit<Lowered, "module"> | undefined {
  try {
    if (node.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword))
      refuse(node, "async-function", "The function");
    if (node.asteriskToken) refuse(node, "generator-function", "The function");
    checkReached(session, node);
    const enclosed = enclose(session, node);
    const frame = makeFrame(session, enclosed.fn);
    const cx = new Context(session, frame);
    const types = instanceTypes(cx, node, instance) ?? node.parameters.map((p) => entryType(cx, p));
    node.parameters.forEach((p, i) => {
      const type = types[i];
      if (type) learnTypeArguments(cx, frame, cx.checker.getTypeAtLocation(p), type);
    });
    const entry = buildEntry(session, enclosed, types, frame);
    return entry === undefined ? undefined : { entry, captured: enclosed.captures.values.map((v) => v.name) };
  } catch (error) {
    if (error instanceof CotangentError) session.collect(error);
    else if (!(error instanceof AlreadyReported)) throw error;
    return undefined;
  }
}

/** The IR types of the parameters as an expression instantiates them; undefined if there is none. */
function instanceTypes(cx: Context, node: FunctionNode, instance: Instance | undefined): readonly Type[] | undefined {
  const file = instance && cx.session.internals.sourceFile(instance.file);
  if (!file) return undefined;
  const { checker } = cx;
  const ofNode = (at: ts.Node): readonly Type[] | undefined => {
    if (at.end < instance.end || at.pos > instance.start) return undefined;
    if (at.getStart(file) === instance.start && at.end === instance.end) {
      if (ts.isExpressionWithTypeArguments(at)) {
        const [signature] = checker.getTypeAtLocation(at).getCallSignatures();
        return signature?.parameters.map((p) => toType(cx, checker.getTypeOfSymbolAtLocation(p, at), at));
      }
      const isComplete = ts.isCallExpression(at) && at.arguments.length === node.parameters.length;
      if (isComplete && !at.arguments.some(ts.isSpreadElement))
        return at.arguments.map((a) => toType(cx, checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(a)), a));
    }
    return ts.forEachChild(at, ofNode);
  };
  return ofNode(file);
}

/** The IR type of a parameter of the entry. */
function entryType(cx: Context, p: ts.ParameterDeclaration): Type {
  const name = `\`${p.name.getText()}\``;
  if (name === "`this`") return refuse(p, "this-value");
  if (p.dotDotDotToken) return refuse(p, "rest-parameter", name);
  const declared = cx.checker.getTypeAtLocation(p);
  const present = cx.checker.getNonNullableType(declared);
  if (present.getCallSignatures().length > 0) return refuse(p, "function-parameter", name);
  const type = toType(cx, declared, p);
  if (type.kind === "undefined") return unit;
  const missable = p.initializer !== undefined || p.questionToken !== undefined;
  if (missable && type.kind === "optional" && type.absent === "null")
    return refuse(p, "null-and-undefined", `of ${name}`);
  return missable ? optional(type) : type;
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

/** The function whose syntax starts at an offset; the innermost, if several do. */
function functionAt(opened: Internals, path: string, position: number): UserFunction {
  const file = opened.sourceFile(path);
  let found: FunctionNode | undefined;
  const visit = (node: ts.Node): void => {
    if (position < node.pos || position >= node.end) return;
    const isFunction =
      ts.isFunctionDeclaration(node) ||
      ts.isFunctionExpression(node) ||
      ts.isArrowFunction(node) ||
      ts.isMethodDeclaration(node);
    if (isFunction && node.getStart(file) === position) found = node;
    node.forEachChild(visit);
  };
  visit(file);
  return found
    ? { kind: "user", node: found, frame: undefined }
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
