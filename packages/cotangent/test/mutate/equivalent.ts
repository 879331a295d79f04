/**
 * Mutants that no test can kill, each with the proof. One is found by what it changes, so that it is not lost when code
 * moves: the file, the text that is replaced, by what, and a text of the line that it is on.
 */

export interface Equivalent {
  readonly file: string;
  readonly from: string;
  readonly by: string;
  /** Text of the line, where `from` alone might be another place. */
  readonly line: string;
  readonly proof: string;
}

export const equivalents: readonly Equivalent[] = [];
