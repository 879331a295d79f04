/** Rest parameters, which generated code takes as an array in the place of the arguments that are gathered in it. */

/** The values before `at`, which may be missing, and those from there on as one list. */
export function gathered(values: readonly unknown[], at: number): readonly unknown[] {
  const before = Array.from({ length: at }, (_, i) => values[i]);
  return [...before, values.slice(at)];
}

/** The other way round: the elements of the last value in its place. */
export function spread(values: readonly unknown[]): readonly unknown[] {
  return [...values.slice(0, -1), ...(values.at(-1) as readonly unknown[])];
}
