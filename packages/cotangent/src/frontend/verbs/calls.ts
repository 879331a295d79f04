/**
 * The places of a file where derivatives are asked for: calls of verbs (`grad(f)`), and functions handed to code that
 * differentiates them: to a parameter or property declared `Differentiable<F>`, to `checkDerivatives`, to
 * `differentiable`. The first are replaced by derivatives, the second get theirs registered beside them.
 */
import ts from "typescript";
import type { CotangentError } from "../../core/errors.ts";
import { hostFile, preludeFile } from "../../prelude/index.ts";
import { mentionsOf, outlineOf, type Piece } from "../program/outline.ts";
import { ownModuleFile, slashed } from "../program/own-package.ts";
import { internals, type SourceProgram, syntaxOf } from "../program/source.ts";
import { ruleVerbs } from "../rules/rules.ts";
import {
  type Asked,
  Refusal,
  readApplication,
  readFunction,
  readOptions,
  type Search,
  unwrap,
  verbOf,
} from "./asked.ts";
import { wantedOf } from "./dependencies.ts";
import { expectedOrder, orderOf } from "./differentiable.ts";

export type { Application, Asked, FunctionPlace } from "./asked.ts";

/** A stretch of a file. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** A call of a verb, which its derivative replaces. */
interface VerbSite extends Range {
  readonly kind: "verb";
  readonly verb: string;
  readonly asked: Asked;
}

/** A function that is handed on, by the expression that means it; `start` and `end` are of what the result replaces. */
export interface RegistrationSite extends Range {
  readonly kind: "registration";
  readonly argument: Range;
  /** `{ f }`: the property's name is to be written out. */
  readonly property: string | undefined;
  readonly asked: Asked;
  readonly order: 1 | 2;
  /** The function's result is a number, so that it has a gradient. */
  readonly isScalar: boolean;
}

/** A call that cannot be compiled. */
interface RefusedSite extends Range {
  readonly kind: "refused";
  readonly error: CotangentError;
  /** What it means may be known when the program runs. */
  readonly isOpen: boolean;
}

export type Site = VerbSite | RegistrationSite | RefusedSite;

/**
 * The places in `file` that ask for derivatives by one of `verbs`, exports of the package; outer ones first. The file is
 * opened for the statements that may hold such places, found by names: `specifiers` are the imports they come by.
 */
export function findSites(
  source: SourceProgram,
  file: string,
  specifiers: ReadonlySet<string>,
  verbs: ReadonlySet<string>,
): readonly Site[] {
  const pieces = askingPieces(syntaxOf(source, file), specifiers);
  const opened = internals(source, file, pieces.flatMap(wantedOf));
  const own = opened.program.getSourceFile(ownModuleFile());
  const search: Search = {
    ...opened,
    checker: opened.checker,
    verbs: own ? verbSymbols(opened.checker, own, verbs) : new Map(),
    rules: own ? verbSymbols(opened.checker, own, ruleVerbs) : new Map(),
  };
  const sites: Site[] = [];
  // An explicit stack: generated code nests deeper than calls may.
  const pending: ts.Node[] = pieces.map(({ node }) => node).reverse();
  for (let node = pending.pop(); node; node = pending.pop()) {
    const found = readSites(search, node);
    sites.push(...found);
    // What is inside of a call that is replaced goes with it.
    if (found.some((site) => site.kind === "verb")) continue;
    const children: ts.Node[] = [];
    node.forEachChild((child) => void children.push(child));
    pending.push(...children.reverse());
  }
  return sites;
}

/** The files of the program, installed packages apart, in which the statements of `findSites` can name something. */
export function filesOfSites(source: SourceProgram, file: string, specifiers: ReadonlySet<string>): readonly string[] {
  const pieces = askingPieces(internals(source, file, []).sourceFile(file), specifiers);
  const wanted = pieces.flatMap(wantedOf);
  const opened = internals(source, file, wanted);
  const trees = [...opened.reach([{ file, wanted }]).files.values()].flatMap(({ tree }) => tree ?? []);
  const provided = [preludeFile, hostFile];
  return trees
    .filter((tree) => !opened.program.isSourceFileDefaultLibrary(tree) && !provided.includes(tree.fileName))
    .map((tree) => slashed(tree.fileName))
    .filter((name) => !name.includes("/node_modules/"));
}

/** The statements in which something imported by `specifiers` is mentioned, or something that such a statement declares. */
function askingPieces(tree: ts.SourceFile, specifiers: ReadonlySet<string>): readonly Piece[] {
  const { pieces, imports, isWhole } = outlineOf(tree);
  if (isWhole) return pieces;
  const names = new Set([...imports].flatMap(([name, { specifier }]) => (specifiers.has(specifier) ? [name] : [])));
  const found = new Set<Piece>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const piece of pieces) {
      const isNew = !found.has(piece) && !ts.isImportDeclaration(piece.node);
      if (!isNew || ![...mentionsOf(piece).names].some((name) => names.has(name))) continue;
      found.add(piece);
      for (const name of piece.declares) names.add(name);
    }
  }
  return pieces.filter((piece) => found.has(piece));
}

function verbSymbols(
  checker: ts.TypeChecker,
  own: ts.SourceFile,
  verbs: ReadonlySet<string>,
): ReadonlyMap<ts.Symbol, string> {
  const module = checker.getSymbolAtLocation(own);
  const exported = module ? checker.getExportsOfModule(module) : [];
  return new Map(
    exported
      .filter(({ name }) => verbs.has(name))
      .map((symbol) => {
        const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
        return [isAlias ? checker.getAliasedSymbol(symbol) : symbol, symbol.name] as const;
      })
      // Nobody has named the others, so that they may not be open, and all look the same.
      .filter(([symbol]) => symbol.declarations !== undefined),
  );
}

function readSites(search: Search, node: ts.Node): readonly Site[] {
  const readers = [readHandedOn, readDifferentiable, readVerb];
  return readers.flatMap((read): readonly Site[] => {
    try {
      const site = read(search, node);
      return site ? [site] : [];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const isOpen = error.error.code === "function-not-static" || error.error.code === "options-not-literal";
      return [{ kind: "refused", ...rangeOf(node), error: error.error, isOpen }];
    }
  });
}

function rangeOf(node: ts.Node): Range {
  return { start: node.getStart(), end: node.end };
}

function readVerb(search: Search, call: ts.Node): VerbSite | undefined {
  const verb = ts.isCallExpression(call) ? verbOf(search, call) : undefined;
  if (!ts.isCallExpression(call) || verb === undefined || registering.has(verb)) return undefined;
  const [argument] = call.arguments;
  // A function that brings its derivatives along is asked for them when the call runs.
  if (argument && !isFunctionSyntax(argument) && orderOf(search.checker, search.checker.getTypeAtLocation(argument)))
    return undefined;
  // So is an engine that is a value.
  if (namesEngine(call.arguments[1])) return undefined;
  return { kind: "verb", ...rangeOf(call), verb, asked: readApplication(search, call, verb) };
}

/** Whether options say `engine` and something else than the name of one. */
function namesEngine(options: ts.Expression | undefined): boolean {
  const literal = options && unwrap(options);
  if (!literal || !ts.isObjectLiteralExpression(literal)) return false;
  return literal.properties.some((property) => {
    if (!property.name || !ts.isIdentifier(property.name) || property.name.text !== "engine") return false;
    return (
      ts.isShorthandPropertyAssignment(property) ||
      (ts.isPropertyAssignment(property) &&
        !ts.isStringLiteralLike(unwrap(property.initializer)) &&
        !isUndefined(property.initializer))
    );
  });
}

function isUndefined(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === "undefined";
}

/** Verbs that hand their function on. */
const registering: ReadonlySet<string> = new Set(["checkDerivatives", "differentiable"]);

function readDifferentiable(search: Search, call: ts.Node): RegistrationSite | undefined {
  if (!ts.isCallExpression(call) || verbOf(search, call) !== "differentiable") return undefined;
  const [argument, second] = call.arguments;
  if (!argument) return undefined;
  const { order = 1 } = readOptions(second, "differentiable");
  if (order !== 1 && order !== 2) throw new Refusal(second as ts.Node, "options-not-literal", "`differentiable`");
  return registration(search, argument, { ...rangeOf(call), order, property: undefined });
}

// ---------------------------------------------------------------------------------------------- Functions handed on

/** A function where something `Differentiable` is expected; undefined for anything else. */
function readHandedOn(search: Search, node: ts.Node): RegistrationSite | undefined {
  const { parent } = node;
  if (!parent) return undefined;
  if (ts.isShorthandPropertyAssignment(node)) {
    const order = expectedOrder(search.checker, node.name);
    return order && tryRegistration(search, node.name, { ...rangeOf(node), order, property: node.name.text });
  }
  const isHandedOn =
    ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) &&
      parent.arguments?.some((argument) => argument === node)) ||
    ((ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) &&
      parent.initializer === node) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isJsxExpression(parent) ||
    ts.isReturnStatement(parent) ||
    (ts.isArrowFunction(parent) && parent.body === node);
  if (!isHandedOn || !mayBeFunction(node as ts.Expression)) return undefined;
  const order = expectedOrder(search.checker, node as ts.Expression);
  return order && tryRegistration(search, node as ts.Expression, { ...rangeOf(node), order, property: undefined });
}

function mayBeFunction(node: ts.Expression): boolean {
  const inner = unwrap(node);
  return (
    isFunctionSyntax(inner) ||
    ts.isIdentifier(inner) ||
    ts.isPropertyAccessExpression(inner) ||
    ts.isCallExpression(inner) ||
    ts.isExpressionWithTypeArguments(inner)
  );
}

function isFunctionSyntax(node: ts.Expression): boolean {
  const inner = unwrap(node);
  return ts.isArrowFunction(inner) || ts.isFunctionExpression(inner);
}

/** A registration, unless the function is not known here: it may bring its derivatives along already. */
function tryRegistration(search: Search, argument: ts.Expression, at: RegisterAt): RegistrationSite | undefined {
  try {
    return registration(search, argument, at);
  } catch (error) {
    if (error instanceof Refusal && error.error.code === "function-not-static") return undefined;
    throw error;
  }
}

type RegisterAt = Range & Pick<RegistrationSite, "order" | "property">;

function registration(search: Search, argument: ts.Expression, at: RegisterAt): RegistrationSite {
  const asked = readFunction(search, argument, argument);
  const [signature] = search.checker.getTypeAtLocation(argument).getCallSignatures();
  const result = signature && search.checker.getReturnTypeOfSignature(signature);
  const isScalar = result !== undefined && (result.flags & ts.TypeFlags.NumberLike) !== 0;
  return { kind: "registration", ...at, argument: rangeOf(argument), asked, isScalar };
}
