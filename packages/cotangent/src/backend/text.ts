/**
 * Text that knows where its parts come from. A piece of text is made of strings and of further pieces, and may carry the
 * place of the program that it says; so what is laid out keeps its origin however it is indented, broken or joined, and
 * the map from the output to the program is read off at the end:
 *
 *     from(span of `x * y`, text`${x} * ${y}`)    ->    line 3, column 9 of the output is the program's `x * y`
 */
import type { Span } from "../ir/types.ts";

export interface Text {
  /** The characters. */
  readonly flat: string;
  readonly parts: readonly Piece[];
  /** What it says in the program; as what is around it, if undefined. */
  readonly origin: Span | undefined;
  /** For a variable: what the program calls it, or might. */
  readonly name: string | undefined;
  /** Where several pieces begin at one character, that is this one's; else the innermost's. */
  readonly isFirm: boolean;
  /** True for what says nothing of the program and does nothing: comments, closing braces. */
  readonly isIdle: boolean;
}
export type Piece = string | Text;

/** From a place of the output on, up to the next one, the output says what is at a place of the program. */
export interface Mapping {
  /** In the output, from 0; columns are UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** In the program: an offset into the text of a file. */
  readonly file: string;
  readonly offset: number;
  /** The name of the variable that stands here, before it was made unique. */
  readonly name?: string;
}

/** A piece with nothing to say but what its parts say. All pieces have their fields in this order: engines like that. */
function pieceOf(flat: string, parts: readonly Piece[], origin?: Span, isFirm = false): Text {
  return { flat, parts, origin, name: undefined, isFirm, isIdle: false };
}

export function flat(piece: Piece): string {
  return typeof piece === "string" ? piece : piece.flat;
}

/** A template of pieces. */
export function text(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Text {
  const parts: Piece[] = [];
  for (const [i, s] of strings.entries()) {
    const piece = pieces[i];
    parts.push(s);
    if (piece !== undefined) parts.push(piece);
  }
  return concat(parts);
}

export function concat(pieces: readonly Piece[]): Text {
  const parts: Piece[] = [];
  // Engines copy no characters for sums of strings, but for what is joined at every level of nesting they do.
  let whole = "";
  for (const piece of pieces) {
    const characters = flat(piece);
    if (characters === "") continue;
    parts.push(piece);
    whole += characters;
  }
  return pieceOf(whole, parts);
}

export function join(pieces: readonly Piece[], separator: string): Text {
  return concat(pieces.flatMap((piece, i) => (i === 0 ? [piece] : [separator, piece])));
}

/** `piece` without the white space that its last part ends with. */
export function trimEnd(piece: Piece): Piece {
  if (typeof piece === "string") return piece.trimEnd();
  const last = piece.parts.at(-1);
  return last === undefined ? piece : { ...concat([...piece.parts.slice(0, -1), trimEnd(last)]), origin: piece.origin };
}

/** `piece` as what is said at `origin`; as it is, if that is undefined. `isFirm`: from its first character on. */
export function from(origin: Span | undefined, piece: Piece, isFirm = false): Piece {
  return origin ? pieceOf(flat(piece), [piece], origin, isFirm) : piece;
}

/** Characters that are not mapped, whatever is around them. */
export function idle(characters: string): Piece {
  return { flat: characters, parts: [characters], origin: undefined, name: undefined, isFirm: false, isIdle: true };
}

/** The name of a variable in the output, which the program calls `name`, if it has it. */
export function named(shown: string, name: string | undefined): Piece {
  if (name === undefined) return shown;
  return { flat: shown, parts: [shown], origin: undefined, name, isFirm: false, isIdle: false };
}

/** The last character of `span`: of a function, the brace that closes it. */
export function endOf({ file, end }: Span): Span {
  return { file, start: end - 1, end };
}

/** The map of a text. White space, what is idle, and what has no origin at all are not mapped. */
export function mappingsOf(whole: Piece): readonly Mapping[] {
  const found: Mapping[] = [];
  let line = 0;
  let column = 0;
  /** What the next character says, and whether that is settled. */
  let next: { readonly origin: Span; readonly name: string | undefined; readonly isFirm: boolean } | undefined;
  const begin = (origin: Span | undefined, { name, isFirm }: Text): void => {
    if (!origin) return;
    next = next?.isFirm ? { ...next, name: name ?? next.name } : { origin, name, isFirm };
  };
  const say = (characters: string, isIdle: boolean, around: Span | undefined): void => {
    for (const [i, row] of characters.split("\n").entries()) {
      if (i > 0) {
        line++;
        column = 0;
        // Readers of maps look at one line at a time.
        if (around) next ??= { origin: around, name: undefined, isFirm: false };
      }
      const at = isIdle ? -1 : row.search(/\S/);
      if (next && at >= 0) {
        const { origin, name } = next;
        const { file, start: offset } = origin;
        found.push({ line, column: column + at, file, offset, ...(name === undefined ? {} : { name }) });
        next = undefined;
      }
      column += row.length;
    }
  };
  const walk = (piece: Piece, around: Span | undefined): void => {
    if (typeof piece === "string" || piece.isIdle) {
      say(flat(piece), typeof piece !== "string", around);
      return;
    }
    const origin = piece.origin ?? around;
    const isOwn = piece.origin !== undefined || piece.name !== undefined;
    if (isOwn) begin(origin, piece);
    for (const part of piece.parts) walk(part, origin);
    if (isOwn) next = around && { origin: around, name: undefined, isFirm: false };
  };
  walk(whole, undefined);
  return found.filter((m, i) => !repeats(m, found[i - 1]));
}

/** True if the output says the same place as just before. */
function repeats(m: Mapping, before: Mapping | undefined): boolean {
  if (!before || m.name !== undefined || before.name !== undefined) return false;
  return m.line === before.line && m.file === before.file && m.offset === before.offset;
}
