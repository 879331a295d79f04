/**
 * What a lowering depends on: the top-level statements that its function can reach by names, what their imports lead to,
 * and what is said of their names elsewhere. Two programs in which that is the same lower the function to the same IR,
 * but for places: statements that did not change may have moved.
 */
import ts from "typescript";
import { rememberText } from "../../core/errors.ts";
import type { Span } from "../../ir/types.ts";
import { hostFile, preludeFile } from "../../prelude/index.ts";
import { writtenNames } from "../modules/module-state.ts";
import type { Running } from "../modules/running.ts";
import { mentionsOf, outlineOf, type Piece } from "../program/outline.ts";
import { everything, localName, type ReachedFile, type Wanted } from "../program/reach.ts";
import { type Internals, internals, type SourceProgram, syntaxOf } from "../program/source.ts";
import { bare } from "../syntax/scan.ts";
import type { Instance } from "./asked.ts";

/** A function of a program, by name or by where its syntax starts. */
export interface LowerTarget {
  readonly file: string;
  /** A top-level function or function-valued constant, `default`, or `Class.staticMethod`. */
  readonly name: string;
  /** Where the function's syntax starts, for a function that no name reaches. */
  readonly position?: number | undefined;
  /** An expression that instantiates the function, if it is generic: `norm<Float64Array>`, or a call of its derivative. */
  readonly instance?: Instance | undefined;
  /** The running program, where the function is one of it. */
  readonly running?: Running | undefined;
}

export interface Dependencies {
  /** Absolute paths of the files that contribute. */
  readonly files: readonly string[];
  /** All that matters, as text. */
  readonly facts: readonly string[];
  /** Where the statements start that facts are about, by file, in order. */
  readonly places: ReadonlyMap<string, readonly Place[]>;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** What is wanted of a file, and the statement that is meant if that is not by a name. */
interface Root {
  readonly file: string;
  readonly wanted: readonly Wanted[];
  readonly piece: Piece | undefined;
}

/** What a target needs to be opened, and a name for it that stays when statements move. */
export interface Wish {
  readonly key: string;
  /** The function first, then the expression that instantiates it. */
  readonly roots: readonly [Root, ...Root[]];
}

/** Finds out what to open for a target. Throws `file-not-found`. */
export function wishOf(source: SourceProgram, { file, name, position, instance }: LowerTarget): Wish {
  const path = source.resolvePath(file);
  const at = instance ? [rootAt(source, instance.file, instance.start)] : [];
  if (position === undefined) {
    const [first = name] = name.split(".");
    const wanted: readonly Wanted[] = [localName(first), { kind: "export", name: first }];
    return { key: JSON.stringify([path, name, instance]), roots: [{ file: path, wanted, piece: undefined }, ...at] };
  }
  const root = rootAt(source, path, position);
  const { piece } = root;
  const tree = syntaxOf(source, path);
  const unnamed = outlineOf(tree).pieces.filter((p) => p.declares.length === 0);
  const place = piece
    ? [piece.declares, unnamed.indexOf(piece), position - piece.node.getStart(tree)]
    : [position, "nowhere"];
  return { key: JSON.stringify([path, name, ...place, instance]), roots: [root, ...at] };
}

/** What is wanted of a file for the sake of the code at an offset. */
function rootAt(source: SourceProgram, file: string, position: number): Root {
  const { pieces } = outlineOf(syntaxOf(source, file));
  const piece = pieces.find(({ node }) => node.pos <= position && position < node.end);
  return { file, wanted: piece ? wantedOf(piece) : [], piece };
}

/** What to open of its file for a statement. */
export function wantedOf(piece: Piece): readonly Wanted[] {
  const { names, specifiers } = mentionsOf(piece);
  if (specifiers.length > 0) return [everything];
  return [...(piece.declares.length > 0 ? piece.declares : names)].map(localName);
}

/** The program with all that is wanted. */
export function openFor(source: SourceProgram, { roots }: Wish): Internals {
  const [{ file, wanted }, ...others] = roots;
  // Once all files are open: what is opened later makes another program.
  for (const other of others) internals(source, other.file, other.wanted);
  return internals(source, file, wanted);
}

/** The dependencies of a target in the program as it is now. */
export function dependenciesOf(
  source: SourceProgram,
  target: LowerTarget,
  wish = wishOf(source, target),
): Dependencies {
  const opened = openFor(source, wish);
  const reached = [...opened.reach(wish.roots).files.values()].filter((file) => file.tree);
  const meant = wish.roots.flatMap(({ piece }) => piece ?? []);
  const facts: string[] = [];
  const places = new Map<string, Place[]>();
  for (const file of reached.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const tree = file.tree as ts.SourceFile;
    if (isProvided(opened, tree)) continue;
    const pieces = [...new Set([...file.pieces, ...meant.filter(({ node }) => node.parent === tree)])];
    pieces.sort((a, b) => a.index - b.index);
    facts.push(tree.fileName, ...factsOf(file, tree), ...pieces.map((p) => textOf(p, tree)));
    places.set(
      slash(tree.fileName),
      pieces.map(({ node }) => ({ start: node.getStart(tree), end: node.end })),
    );
    rememberText(slash(tree.fileName), tree.text);
  }
  for (const tree of opened.program.getSourceFiles()) {
    if (!isProvided(opened, tree)) facts.push(...factsForAll(tree));
  }
  return { files: [...places.keys()], facts, places };
}

/** Says where a place is now. */
export type Move = (span: Span) => Span;

/** The move of what has not moved. */
export const stay: Move = (span) => span;

/** Undefined if what depends on one is not the same as what depends on the other; else where its places are now. */
export function moveBetween(before: Dependencies, now: Dependencies): Move | undefined {
  if (before.facts.length !== now.facts.length) return undefined;
  if (!before.facts.every((fact, i) => fact === now.facts[i])) return undefined;
  const isStill = [...before.places].every(([file, places]) =>
    places.every(({ start }, i) => start === now.places.get(file)?.[i]?.start),
  );
  if (isStill) return stay;
  return (span) => {
    const i = before.places.get(span.file)?.findIndex(({ start, end }) => start <= span.start && span.end <= end) ?? -1;
    const [from, to] = [before.places.get(span.file)?.[i], now.places.get(span.file)?.[i]];
    if (!from || !to || from.start === to.start) return span;
    const by = to.start - from.start;
    return { ...span, start: span.start + by, end: span.end + by };
  };
}

function isProvided({ program }: Internals, file: ts.SourceFile): boolean {
  return file.fileName === preludeFile || file.fileName === hostFile || program.isSourceFileDefaultLibrary(file);
}

function slash(path: string): string {
  return path.replace(/\\/g, "/");
}

function textOf({ node }: Piece, file: ts.SourceFile): string {
  const above = file.text.slice(node.pos, node.getStart(file));
  // Comments before a statement say nothing, but these.
  return /@ts-|<reference/.test(above) ? node.getFullText(file) : node.getText(file);
}

/** What a file says of the names that are reached, besides declaring them. */
function factsOf(file: ReachedFile, tree: ts.SourceFile): string[] {
  const { imports, exports, isWhole, pieces } = outlineOf(tree);
  // Whether a constant is copied depends on what is done with it anywhere in its file (`modules/kept.ts`).
  const seen = new Set([...exports.values()].flatMap((to) => ("local" in to ? [to.local] : [])));
  const held = [...file.pieces]
    .filter(({ node }) => holdsObject(node))
    .flatMap((piece) => piece.declares.filter((name) => !seen.has(name)));
  const isUsedElsewhere = pieces.some((p) => !file.pieces.has(p) && held.some((name) => mentionsOf(p).names.has(name)));
  if (isWhole || isUsedElsewhere) return [tree.text];
  const names = [...file.names].sort();
  const exported = [...exports].filter(([, to]) => "local" in to && file.names.has(to.local));
  return [
    JSON.stringify(names.flatMap((name) => imports.get(name) ?? [])),
    JSON.stringify([...file.edges].sort()),
    JSON.stringify(exported),
  ];
}

/** True for the declaration of a variable that an array or an object is made for. */
function holdsObject(node: ts.Statement): boolean {
  return (
    ts.isVariableStatement(node) &&
    node.declarationList.declarations.some(({ initializer }) => {
      const made = initializer && bare(initializer);
      return (
        made && (ts.isArrayLiteralExpression(made) || ts.isObjectLiteralExpression(made) || ts.isNewExpression(made))
      );
    })
  );
}

/** What a file says to all others: declarations for all, and writes to variables that it imports or exports. */
function factsForAll(file: ts.SourceFile): string[] {
  const { always, isWhole, declared, imports } = outlineOf(file);
  const own = isWhole ? [file.text] : always.map((piece) => textOf(piece, file));
  if (file.isDeclarationFile) return own;
  const written = [...writtenNames(file)].filter((name) => declared.has(name) || imports.has(name)).sort();
  return written.length === 0 ? own : [...own, JSON.stringify([file.fileName, written])];
}
