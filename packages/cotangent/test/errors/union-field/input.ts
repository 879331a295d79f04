type Signal = { kind: "list"; values: number[] } | { kind: "samples"; values: Float64Array };

export function f(signals: Signal[]): number {
  let sum = 0;
  for (const signal of signals) if (signal.kind === "samples") sum += signal.values[0] ** 2;
  return sum;
}
