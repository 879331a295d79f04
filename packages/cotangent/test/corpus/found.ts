/** Small programs that failed once, found by the fuzzer and made smaller. */

/** A result one part of which depends on the arguments and another does not. */
export function partlyConstant(x: number): { sum: number; all: number[] } {
  return { sum: x * x, all: Array.from({ length: 3 }, (_, i) => i + 1) };
}

/** An element that stands in for a field that is missing. */
export function elementInstead(p: { u: number; w?: number }, a: number[]): number {
  return (p.w ?? a[1]) * p.u + (a[5] ?? a[0]);
}
