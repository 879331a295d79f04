import { customVjp } from "cotangent";

/** Exchanges the rows, and not what is in them. */
const exchange = customVjp(
  (rows: number[][]) => {
    const first = rows[0]!;
    rows[0] = rows[1]!;
    rows[1] = first;
  },
  ([first, second]) => [[[second!, first!]], ([bar]) => [[bar[1]!, bar[0]!]]],
  { outputs: [0] },
);

export function f(x: number): number {
  const rows = [[x], [2 * x]];
  exchange(rows);
  return rows[0]![0]!;
}
