/**
 * Constants that code computes when its module loads, and that nobody else has: generated code computes them as well, by a
 * function of its own that runs once.
 *
 *     const weights = Array.from({ length: 4 }, (_, i) => Math.exp(-i));
 *
 * The two are the same only if nothing that the function reads may have changed in between, and if nothing happens in it
 * that would happen twice. That is looked at when all functions that it runs are there.
 */
import ts from "typescript";
import { reachableFunctions } from "../../analysis/points-to.ts";
import { isReference } from "../../ir/type.ts";
import type { Instr, Module, Span, Type } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import {
  type Context,
  Frame,
  NothingFollows,
  type Operand,
  quote,
  refuse,
  type Session,
  type Specialisation,
  spanOf,
  Variable,
} from "../context.ts";
import { buildFunction, freshName } from "../functions/specialize.ts";
import { coerce } from "../values/coerce.ts";
import { asValue, lowerExpression } from "../values/expression.ts";

/** A constant that a function of the program makes, where it was read first. */
export interface MadeConstant {
  /** The function; undefined while it is being lowered. */
  readonly by: string | undefined;
  readonly node: ts.Expression;
  readonly declaration: ts.Node;
}

/** Where a `var`, a static member or a member of a namespace is read. */
export interface UnsetRead {
  readonly node: ts.Expression;
  readonly declaration: ts.Declaration;
}

/** A function that code makes when its module loads, where generated code makes it anew, and by which instructions. */
export interface MadeFunction {
  readonly node: ts.Expression;
  readonly declaration: ts.Node;
  readonly instrs: readonly Instr[];
}

/** What `initializer` gives, a function that the program reads at `node`: `const twice = scaleBy(2)`. */
export function makeFunction(cx: Context, initializer: ts.Expression, node: ts.Expression): Operand {
  const { b, session } = cx;
  const before = b.emitted.length;
  const made = lowerExpression(cx, initializer);
  session.madeFunctions.push({ node, declaration: initializer, instrs: b.emitted.slice(before) });
  return made;
}

/** Notes where a constant is read that is undefined, and no error, until the module has come to its declaration. */
export function noteRead({ session }: Context, declaration: ts.Declaration, node: ts.Expression): void {
  const isVar = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) === 0;
  const isMember = ts.isPropertyDeclaration(declaration) || ts.findAncestor(declaration, ts.isModuleBlock);
  if (isVar || isMember) session.unset.push({ node, declaration });
}

/** True while a function that makes a constant is being lowered. */
export function isMaking({ made }: Session): boolean {
  return [...made.values()].some(({ by }) => by === undefined);
}

/** How a constant is made. */
export interface Recipe {
  /** The code that makes it. */
  readonly node: ts.Node;
  readonly lower: (cx: Context) => Operand;
}

/** The function that makes a constant of `type`. Refuses what cannot be made a second time. */
export function makerOf(cx: Context, symbol: ts.Symbol, type: Type, node: ts.Expression, recipe: Recipe): string {
  const { session } = cx;
  const known = session.made.get(symbol);
  if (known) return known.by ?? refuse(node, "private-constant", quote(node));
  const declaration = recipe.node;
  session.made.set(symbol, { by: undefined, node, declaration });
  const name = freshName(session, `make${symbol.name.charAt(0).toUpperCase()}${symbol.name.slice(1)}`);
  const version: Specialisation = { name, results: undefined, assumed: undefined };
  session.specialisations.set(`constant:${name}`, version);
  const before = session.errors.length;
  let isBuilt = false;
  try {
    isBuilt = build(cx, version, recipe, type);
  } finally {
    if (isBuilt) session.made.set(symbol, { by: name, node, declaration });
    else session.made.delete(symbol);
  }
  if (isBuilt) return name;
  session.errors.length = before;
  return refuse(node, "private-constant", quote(node));
}

/** False if something in it was refused. */
function build(around: Context, version: Specialisation, { node, lower }: Recipe, type: Type): boolean {
  const { session } = around;
  try {
    return buildFunction(around, {
      node,
      frame: new Frame(undefined, undefined, new Variable("result", undefined), session.exitCode()),
      version,
      captures: { values: [], functions: [], assigned: [] },
      operands: [],
      hints: [],
      lower: (cx) => [coerce(cx, asValue(cx, lower(cx), node), type, node)],
    });
  } catch (error) {
    if (error instanceof NothingFollows) return false;
    throw error;
  }
}

/** Refuses constants and functions whose making does something besides, or reads what others may have changed. */
export function refuseUnrepeatable({ made, madeFunctions, unset }: Session, module: Module): void {
  const check = (declaration: ts.Node, code: readonly Code[], refuseThis: () => never): void => {
    // When the module makes it, what is declared below has no value.
    const below = unset.filter((read) => isBelow(read.declaration, declaration));
    const spans = below.length > 0 ? code.flatMap(spansOf) : [];
    if (below.some((read) => spans.some((span) => covers(span, read.node)))) refuseThis();
    for (const { instrs } of code) if (instrs.some((instr) => !isRepeatable(instr, module))) refuseThis();
  };
  for (const { by, node, declaration } of made.values())
    check(declaration, calledBy(module, by as string), () => refuse(node, "private-constant", quote(node)));
  for (const { instrs, node, declaration } of madeFunctions) {
    const own = withInner(instrs);
    const called = own.flatMap((instr) => (instr.op === "call" ? calledBy(module, instr.callee) : []));
    // The code of functions that are only made runs later.
    const code = [{ instrs: own.filter(({ op }) => op !== "closure") }, ...called];
    check(declaration, code, () => refuse(node, "made-function", quote(node)));
  }
}

/** Instructions that run, of a function or of a part of one. */
interface Code {
  readonly instrs: readonly Instr[];
  readonly span?: Span | undefined;
}

function calledBy(module: Module, name: string): readonly Code[] {
  return reachableFunctions(module, name).map(({ body, span }) => ({ instrs: withInner(body.body), span }));
}

/** The instructions and those inside of them. */
function withInner(instrs: readonly Instr[]): readonly Instr[] {
  const found: Instr[] = [];
  forEachInstr({ params: [], body: instrs, end: { kind: "yield", values: [] } }, (instr) => void found.push(instr));
  return found;
}

function isBelow(a: ts.Node, b: ts.Node): boolean {
  return a.getSourceFile() === b.getSourceFile() && a.end > b.end;
}

/** The places of the program that a function was lowered from. */
function spansOf({ instrs, span }: Code): readonly Span[] {
  return [span, ...instrs.map((instr) => instr.span)].filter((s) => s !== undefined);
}

function covers(span: Span, node: ts.Node): boolean {
  const { file, start, end } = spanOf(node);
  return span.file === file && span.start <= start && end <= span.end;
}

function isRepeatable(instr: Instr, { functions, globals }: Module): boolean {
  switch (instr.op) {
    case "host":
      return !instr.imported && !instr.callee.startsWith("console.");
    case "global": {
      const global = globals.get(instr.global);
      // Members of what is exported may be assigned by anybody.
      return global?.source.kind !== "import" || !(isReference(global.type) || global.source.exported.includes("."));
    }
    // Derivatives that the program asks for are made later.
    case "call":
    case "closure":
      return functions.has(instr.callee);
    default:
      return true;
  }
}
