/**
 * The names of a file that can matter to where it asks for derivatives. An interface that asks for one gradient imports
 * a whole framework; what decides is what comes from modules that offer to differentiate, and what may be handed to it.
 */
import ts from "typescript";
import { isBinding, isMember, mentionsOf, outlineOf, type Piece } from "./outline.ts";

/** Names of the file's own scope; none if nothing in it can ask. `offers` tells whether a module it imports does. */
export function namesForSites(file: ts.SourceFile, offers: (specifier: string) => boolean): ReadonlySet<string> {
  const { pieces, imports } = outlineOf(file);
  const offering = new Map<string, boolean>();
  const asking = new Set<string>();
  for (const [name, { specifier }] of imports) {
    if (!offering.has(specifier)) offering.set(specifier, offers(specifier));
    if (offering.get(specifier)) asking.add(name);
  }
  const asks = askingPieces(pieces, asking);
  const names = new Set<string>();
  for (const piece of asks) for (const name of mattering(piece.node, asking)) names.add(name);
  return names;
}

/** The pieces that mention an asking name, or a name that such a piece declares, which is added to them. */
function askingPieces(pieces: readonly Piece[], asking: Set<string>): ReadonlySet<Piece> {
  const found = new Set<Piece>();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const piece of pieces) {
      if (found.has(piece) || ![...mentionsOf(piece).names].some((name) => asking.has(name))) continue;
      found.add(piece);
      for (const name of piece.declares) asking.add(name);
    }
  }
  return found;
}

/**
 * What a piece mentions, but for what is only called or shown outside of functions: that decides about no function that
 * is handed on, nor about its type, unless it asks itself.
 */
function mattering(piece: ts.Node, asking: ReadonlySet<string>): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node, isInside: boolean): void => {
    if (ts.isIdentifier(node)) {
      if (isBinding(node) || isMember(node)) return;
      if (isInside || asking.has(node.text) || !isOnlyCalled(node)) names.add(node.text);
      return;
    }
    node.forEachChild((child) => visit(child, isInside || ts.isFunctionLike(node)));
  };
  visit(piece, false);
  return names;
}

function isOnlyCalled(name: ts.Identifier): boolean {
  let at: ts.Node = name;
  while (ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at) at = at.parent;
  const { parent } = at;
  if (ts.isJsxOpeningLikeElement(parent) || ts.isJsxClosingElement(parent)) return parent.tagName === at;
  return (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === at;
}
