/** Arrays whose elements move: spliced, sorted, shifted, shortened; and lists of arguments that are spread. */

export function spliced(xs: number[]): number {
  const a = [...xs];
  const removed = a.splice(1, 2, a[0]! * a[1]!, 7);
  a.unshift(a.pop()!);
  const first = a.shift()!;
  a.reverse();
  return a.reduce((s, v, i) => s + v * (i + 1), 0) * first + removed.reduce((s, v) => s * v, 1);
}

export function sortedInPlace(xs: number[]): number {
  xs.sort((a, b) => b - a);
  return xs.reduce((s, x, i) => s + x * x * (i + 1), Math.hypot(...xs));
}

interface Item {
  key: number;
  weight: number;
}
/** Objects keep their identity when they are sorted. */
export function sortedItems(items: Item[]): number {
  const order = items.toSorted((a, b) => a.key - b.key);
  let s = 0;
  for (const [i, item] of order.entries()) {
    item.weight *= i + 1;
    s += item.weight * item.key;
  }
  return s + items[0]!.weight ** 2;
}

export function sortedTyped(xs: Float64Array): number {
  const sorted = xs.slice().sort();
  xs[0]! *= 3;
  const mid = sorted.length >> 1;
  return sorted[mid]! * sorted[0]! + xs[0]! * sorted[sorted.length - 1]!;
}

/** A queue in a loop, with a length that is set. */
export function queue(x: number, turns: number): number {
  const q = [x, 2 * x, x * x];
  let s = 0;
  for (let i = 0; i < turns; i++) {
    const v = q.shift()!;
    s += v * (i + 1);
    q.push(Math.sin(v) + s * 0.1);
    if (q.length > 2 && i % 2 === 0) q.length = 2;
    q.unshift(s * 0.01);
    q.copyWithin(0, 1, 2);
  }
  return s + q.toSpliced(0, 1, s, x).reduce((a, b) => a + b * b, 0);
}

const area = (...sides: number[]): number => sides.reduce((p, q) => p * q, 1);
export function spreadArguments(xs: number[], y: number): number {
  const pair: [number, number] = [y, xs[0]!];
  const hypotenuse = (a: number, b: number): number => Math.hypot(a, b);
  return area(...xs, y) + area(y, ...xs.slice(1), ...xs) + hypotenuse(...pair);
}

/** Rows are moved, and written afterwards through both names. */
export function movedRows(rows: number[][], x: number): number {
  const work = rows.map((r) => [...r]);
  const [top] = work;
  const taken = work.splice(0, 1, [x, x * x], [1, x]);
  work.sort((a, b) => a[0]! - b[0]!);
  top![0]! *= x;
  taken[0]![1]! += top![0]!;
  work[0]![1]! *= taken[0]![1]!;
  return work.flat().reduce((s, v, i) => s + v * (i + 1), 0) + top![1]!;
}

/** Results that hold arrays which were longer before. */
export function shortened(xs: number[]): { sums: number[]; rows: number[][] } {
  const sums = [0];
  const rows = [[xs[0]!], xs.map((x) => x * x), xs.map((x) => Math.sin(x))];
  for (const x of xs) sums.push(sums.at(-1)! + x * x);
  sums.shift();
  sums.pop();
  rows[2]!.length = 1;
  const last = rows.pop()!;
  last.push(rows[1]!.pop()! * last[0]!);
  rows.splice(0, 1, last);
  return { sums, rows };
}

export function cutBack(xs: number[]): number[] {
  const powers = [1];
  for (const x of xs) powers.push(powers.at(-1)! * x);
  while (powers.length > 2) powers[0]! += powers.pop()! ** 2;
  return powers;
}
