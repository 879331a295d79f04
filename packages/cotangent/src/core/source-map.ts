/**
 * A source map as data: version 3 of the format (ECMA-426), which browsers, Node and bundlers read. Routes hand it on;
 * `api/source-map` makes it, `frontend/program/emit` composes it with TypeScript's own.
 */
export interface SourceMap {
  readonly version: 3;
  readonly file?: string;
  readonly sources: readonly string[];
  readonly sourcesContent: readonly (string | null)[];
  readonly names: readonly string[];
  readonly mappings: string;
  /** Positions in `sources` of code that is not the user's, which debuggers step over. */
  readonly ignoreList?: readonly number[];
}

/** A map as a comment that ends generated text. */
export function inlineMap(map: SourceMap): string {
  return `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${toBase64(JSON.stringify(map))}`;
}

function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
