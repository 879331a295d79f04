/**
 * Names that a function reads from outside of itself, where the program runs in this very process: the route that holds
 * the running function looks at what a name stands for now. A value becomes a global of its type, a function is known
 * by where its syntax is, and brings the names that it sees itself. What is found by looking takes precedence over what
 * the text says, since modules may have been replaced; a binding that is assigned a second time is refused, since what
 * was read once may not be what the function would find.
 */
import ts from "typescript";
import {
  type Context,
  Frame,
  type FunctionNode,
  type KnownFunction,
  type Operand,
  quote,
  type RuledFunction,
  refuse,
  type Session,
  type UserFunction,
  Variable,
} from "../context.ts";
import { libraryFunction } from "../library/predefined.ts";
import { assignedNames, bare, within } from "../syntax/scan.ts";
import { functionAt } from "../syntax/syntax.ts";
import { isLocal, resolveSymbol, scopeOf } from "./globals.ts";
import { type LiveBinding, type LiveScope, liveModule, type Use } from "./running.ts";

/** Thrown where a function was found in a file that the program has not opened. */
export class NeedsFile extends Error {
  readonly file: string;
  constructor(file: string) {
    super(`the program lacks ${file}`);
    this.file = file;
  }
}

/** A function of the running program, with the names that it sees. */
export function liveFunction(session: Session, node: FunctionNode, scope: LiveScope): UserFunction {
  return { kind: "user", node, frame: isTopLevel(node) ? undefined : liveFrame(session, scope) };
}

function isTopLevel(node: FunctionNode): boolean {
  return !ts.findAncestor(
    node.parent,
    (n) => ts.isFunctionLike(n) || ts.isBlock(n) || ts.isIterationStatement(n, false),
  );
}

function liveFrame(session: Session, scope: LiveScope): Frame {
  const known = session.liveFrames.get(scope);
  if (known) return known;
  const made = new Frame(undefined, undefined, new Variable("result", undefined), session.exitCode());
  made.live = scope;
  session.liveFrames.set(scope, made);
  return made;
}

function scopeAt(cx: Context): LiveScope | undefined {
  let frame: Frame | undefined = cx.frame;
  for (let f: Frame | undefined = frame; f; f = f.parent) {
    if (f.live) return f.live;
    frame = f;
  }
  const file = frame?.node?.getSourceFile().fileName;
  return file === undefined ? undefined : cx.session.live?.module(file);
}

/** True if names are looked up in the running program. */
export function isLive(cx: Context): boolean {
  return cx.session.live !== undefined;
}

/** `name` or `name.member.member`, as a use of the name. */
function useOf(node: ts.Expression): { readonly use: Use; readonly root: ts.Identifier } | undefined {
  const members: string[] = [];
  let at = bare(node);
  while (ts.isPropertyAccessExpression(at) && ts.isIdentifier(at.name) && !at.questionDotToken) {
    members.unshift(at.name.text);
    at = bare(at.expression);
  }
  if (!ts.isIdentifier(at)) return undefined;
  const source = at.getSourceFile();
  return { use: { file: source.fileName, start: at.getStart(source), name: at.text, members }, root: at };
}

/**
 * What `node` stands for in the running program; undefined where no route looks, or nothing is to be seen. Refuses a name
 * that is assigned again.
 */
export function lowerLive(cx: Context, node: ts.Expression): Operand | undefined {
  const found = look(cx, node);
  if (found?.kind !== "value") return found && functionFound(cx, found, node);
  const { globals } = cx.session;
  const { use } = useOf(node) as { use: Use };
  const name = `${use.name}_${found.key}`;
  if (!globals.has(name)) {
    globals.set(name, { name, type: found.type, source: { kind: "import", file: liveModule, exported: found.key } });
  }
  return cx.b.global(name, found.type, use.members.at(-1) ?? use.name);
}

/** As `lowerLive`, but refuses what cannot be seen. Undefined only where no route looks. */
export function requireLive(cx: Context, node: ts.Expression): Operand | undefined {
  if (!isLive(cx)) return undefined;
  return lowerLive(cx, node) ?? refuse(node, "captured-unreadable", quote(node));
}

/** The function that `node` stands for in the running program; undefined for anything else. */
export function lowerLiveFunction(cx: Context, node: ts.Expression): KnownFunction | undefined {
  const found = look(cx, node);
  return found && found.kind !== "value" ? functionFound(cx, found, node) : undefined;
}

function functionFound(
  cx: Context,
  found: Exclude<LiveBinding, { kind: "value" }>,
  node: ts.Expression,
): KnownFunction | undefined {
  if (found.kind === "function") {
    return liveFunction(cx.session, nodeAt(cx.session, found.file, found.position), found.scope);
  }
  if (found.kind === "rule") return ruledFound(cx, found, node);
  return libraryFunction(cx, found.spelling);
}

function ruledFound(
  cx: Context,
  { verb, key, f, rule, outputs }: LiveBinding & { kind: "rule" },
  node: ts.Expression,
): RuledFunction {
  const { ruledBy } = cx.session;
  const known = ruledBy.get(key);
  if (known) return known;
  const part = (binding: LiveBinding | undefined): KnownFunction | undefined =>
    binding && binding.kind !== "value" ? functionFound(cx, binding, node) : undefined;
  const name = useOf(node)?.root.text ?? "f";
  const made: RuledFunction = {
    kind: "ruled",
    verb,
    node,
    name,
    f: verb === "inactive" ? undefined : part(f),
    declaration: f?.kind === "function" ? nodeAt(cx.session, f.file, f.position) : undefined,
    rule: part(rule),
    outputs,
    host: { file: liveModule, exported: key },
  };
  ruledBy.set(key, made);
  return made;
}

function look(cx: Context, node: ts.Expression): LiveBinding | undefined {
  const scope = isLive(cx) ? scopeAt(cx) : undefined;
  const found = scope && useOf(node);
  if (!found) return undefined;
  const symbol = resolveSymbol(cx, found.root);
  if (symbol && isReassigned(cx, symbol)) refuse(node, "captured-reassigned", quote(found.root));
  return scope.look(found.use);
}

/**
 * The function that the running program has where the text has `known`: usually the same. Refuses where the running
 * program has none.
 */
export function checkLive(cx: Context, known: KnownFunction, node: ts.Expression): KnownFunction {
  if (!isLive(cx) || known.kind !== "user") return known;
  const used = useOf(node)?.root.getSourceFile();
  // What is of the same module, and never assigned, is what it was written as.
  const symbol = used && ts.isIdentifier(bare(node)) ? resolveSymbol(cx, bare(node)) : undefined;
  const isOwn = symbol && known.node.getSourceFile() === used && !cx.session.live?.isScript(used.fileName);
  if (isOwn && !isReassigned(cx, symbol)) return known;
  return lowerLiveFunction(cx, node) ?? refuse(node, "captured-unreadable", quote(node));
}

function nodeAt(session: Session, file: string, position: number): FunctionNode {
  const source = session.internals.program.getSourceFile(file);
  if (!source) throw new NeedsFile(file);
  const node = functionAt(source, position);
  if (!node) throw new Error(`no function at ${file}:${position}`);
  return node;
}

/** True for a name at the top of a script that other scripts may declare again. */
export function isScriptName(cx: Context, symbol: ts.Symbol): boolean {
  const declaration = symbol.declarations?.[0];
  return (
    declaration !== undefined &&
    !isLocal(declaration) &&
    (cx.session.live?.isScript(declaration.getSourceFile().fileName) ?? false)
  );
}

// -------------------------------------------------------------------------------------------------------- Reassigned

interface Assigned {
  readonly symbols: ReadonlySet<ts.Symbol>;
  /** Calls of `eval`, which may assign whatever they see. */
  readonly evals: readonly ts.Node[];
}

const assignedIn = new WeakMap<ts.SourceFile, Assigned>();

/** True if some code assigns the variable after its declaration, or may. */
function isReassigned(cx: Context, symbol: ts.Symbol): boolean {
  const { declarations = [] } = symbol;
  const [declaration] = declarations;
  // Names of scripts are read each time.
  if (!declaration || isScriptName(cx, symbol)) return false;
  if (declarations.filter(ts.isVariableDeclaration).length > 1) return true;
  const isVariable = ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration);
  const isBinding =
    isVariable ||
    ts.isParameter(declaration) ||
    ts.isFunctionDeclaration(declaration) ||
    ts.isFunctionExpression(declaration) ||
    ts.isClassLike(declaration);
  // A property is read each time, and an import is what its module has.
  if (!isBinding) return false;
  if (isVariable && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0) return false;
  const file = declaration.getSourceFile();
  if (file.isDeclarationFile) return false;
  const found = assignedIn.get(file) ?? findAssigned(cx, file);
  assignedIn.set(file, found);
  if (found.symbols.has(symbol) || isRepeated(declaration)) return true;
  const scope = isVariable || ts.isParameter(declaration) ? scopeOf(declaration) : undefined;
  return scope !== undefined && found.evals.some((e) => ts.findAncestor(e, (n) => n === scope));
}

/** `var x = …` inside a loop or a branch: assigned as often as control comes by. */
function isRepeated(declaration: ts.Declaration): boolean {
  if (!ts.isVariableDeclaration(declaration)) return false;
  if (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) return false;
  const { parent } = declaration.parent;
  return (
    !ts.isVariableStatement(parent) || !(ts.isSourceFile(parent.parent) || ts.isFunctionLike(parent.parent.parent))
  );
}

function findAssigned(cx: Context, file: ts.SourceFile): Assigned {
  const symbols = new Set(assignedNames(file).flatMap((name) => resolveSymbol(cx, name) ?? []));
  const evals = [...within(file)].filter(
    (n) => ts.isCallExpression(n) && ts.isIdentifier(n.expression) && n.expression.text === "eval",
  );
  return { symbols, evals };
}
