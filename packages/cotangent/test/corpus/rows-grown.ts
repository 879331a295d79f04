/** Rows of arguments, and lists in their fields, that get longer and shorter: derivatives have the lengths at entry. */

const weighed = (rows: number[][]): number => rows.flat().reduce((sum, v, i) => sum + v * v * (i + 1), 0);

export function pushedRow(x: number, rows: number[][]): number {
  const row = rows[0]!;
  if (row.length < 9) row.push(x);
  return row.reduce((sum, v) => sum + v * v, 0);
}

export function movedAndGrown(x: number, rows: number[][]): number {
  rows[0]!.unshift(x, 2 * x);
  rows[1]!.splice(0, 1, x, rows[0]![2]!, 3);
  return weighed(rows);
}

export function swappedAndGrown(x: number, rows: number[][]): number {
  const first = rows[0]!;
  rows[0] = rows[1]!;
  rows[1] = first;
  rows[0]!.push(x * first[0]!);
  first.push(7 * x, rows[0]![2]!);
  return weighed(rows);
}

export function rowsAdded(x: number, rows: number[][]): number {
  rows.push([x, rows[0]![0]!]);
  rows[0]!.push(rows[2]![1]!);
  rows[2]!.push(3 * x);
  return weighed(rows);
}

export function rowTakenAway(x: number, rows: number[][]): number {
  const row = rows.pop()!;
  row.push(x);
  rows[0]!.push(...row);
  return weighed(rows);
}

export function cutAndGrown(x: number, o: { rows: { v: number[] }[] }): number {
  for (const { v } of o.rows) {
    v.length = 1;
    v.push(x, v[0]! * x);
  }
  return o.rows.reduce((sum, { v }) => sum + v.reduce((p, q) => p * 0.5 + q * q, 0), 0);
}

export function sortedAndTurned(x: number, rows: number[][]): number {
  rows[0]!.sort((p, q) => q - p);
  rows[0]!.push(x);
  rows.reverse();
  rows[0]!.push(4 * x);
  return weighed(rows);
}

export function oneOfTwoLists(x: number, o: { first?: number[]; second: number[] }): number {
  (o.first ?? o.second).push(x);
  return weighed([o.first ?? [1], o.second]);
}
