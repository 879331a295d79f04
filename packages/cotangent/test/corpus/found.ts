/** Small programs that failed once, found by the fuzzer and made smaller. */

/** A result one part of which depends on the arguments and another does not. */
export function partlyConstant(x: number): { sum: number; all: number[] } {
  return { sum: x * x, all: Array.from({ length: 3 }, (_, i) => i + 1) };
}
