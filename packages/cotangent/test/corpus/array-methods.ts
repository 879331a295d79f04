/** JavaScript's array library: what moves, sorts, cuts and lists elements. */

/** A queue of work that is refilled from what it gives. */
export function queue(x: number[], rounds: number): number {
  const waiting = x.map((v) => v * v);
  let total = 0;
  for (let r = 0; r < rounds; r++) {
    const next = waiting.shift();
    if (next === undefined) break;
    total += Math.sin(next) * (r + 1);
    if (r % 2 === 0) waiting.push(next * x[0]);
  }
  return total + waiting.length;
}

export function shiftArgument(x: number[]): number {
  const first = x.shift() ?? 0;
  const none = x.length > 5 ? x.shift() : undefined;
  x[0] = x[0] * first;
  return x[0] * x[x.length - 1] + (none ?? first);
}

export function unshifted(x: number[]): number {
  const list = [x[0] * 2];
  const length = list.unshift(x[1], x[0] * x[1]);
  list.unshift(...x);
  list.unshift();
  let sum = length;
  for (const [i, v] of list.entries()) sum += v * v * (i + 1);
  return sum;
}

export function spliced(x: number[], at: number, count: number): number {
  const list = x.map((v) => 2 * v);
  const removed = list.splice(at, count, x[0] * x[1], x[1] ** 2);
  const tail = list.splice(-1);
  let sum = 0;
  list.forEach((v, i) => {
    sum += v * (i + 1);
  });
  return sum + removed.reduce((s, v) => s + v * v, 0) * tail[0];
}

/** Rows are moved about, and written under their old names. */
export function splicedRows(x: number[][]): number {
  const rows = x.map((row) => row.slice());
  const first = rows[0];
  const [taken] = rows.splice(1, 1);
  rows.push(taken);
  first[0] *= taken[0];
  taken[0] = Math.cos(first[0]);
  let sum = 0;
  for (const [i, row] of rows.entries()) sum += (i + 2) * row[0] * row[1];
  return sum;
}

export function sortedDescending(x: number[]): number {
  const sorted = x.map((v) => v * v).sort((a, b) => b - a);
  return sorted.reduce((s, v, i) => s + v / (i + 1), 0);
}

export function sortInPlace(x: number[], weights: number[]): number {
  x.sort((a, b) => a - b);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] ** 2 * weights[i];
  return sum;
}

interface Particle {
  mass: number;
  position: number[];
}

/** Objects in an order by a key; the sorted list and the unsorted one hold the same objects. */
export function sortedParticles(particles: Particle[]): number {
  const byMass = particles.toSorted((a, b) => a.mass - b.mass || b.position[0] - a.position[0]);
  const scratch = particles.map((p) => ({ mass: p.mass, position: [...p.position] }));
  const order = [...scratch].sort((a, b) => b.mass - a.mass);
  order[0].position[0] *= 2;
  let sum = 0;
  byMass.forEach((p, rank) => {
    sum += (rank + 1) * p.mass * p.position[0];
  });
  for (const p of scratch) sum += p.mass ** 2 * p.position[0];
  return sum;
}

export function median(x: number[]): number {
  const sorted = [...x].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function typedSorts(x: Float64Array): number {
  const sorted = x.toSorted();
  const backwards = x.slice().sort((a, b) => b - a);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += sorted[i] * backwards[i] * (i + 1) + x[i];
  return sum;
}

export function copiedWithin(x: number[]): number {
  const a = x.map((v) => v * 3);
  a.copyWithin(1, 0, 2);
  a.copyWithin(0, -2);
  const b = Float64Array.from(x).copyWithin(2, 0);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += a[i] ** 2 * (i + 1) + b[i] ** 3;
  return sum;
}

export function flattened(x: number[][][]): number {
  const once = x.flat();
  const all = x.flat(2);
  once[0][0] = 1;
  return all.reduce((s, v, i) => s + v * v * (i + 1), 0) + x.flat(Infinity).length + x[0][0][0];
}

export function copies(x: number[]): number {
  const a = x.with(-1, x[0] * 2);
  const b = a.toSpliced(1, 1, x[0], x[1]);
  const c = b.toReversed();
  const d = x.fill(x[0] * x[1], 1, -1);
  return c.reduce((s, v, i) => s + v * (i + 1), 0) + d.reduce((p, v) => p * v, 1);
}

export function found(x: number[], from: number): number {
  const marks = [3, 1, 2, 1, 3];
  const i = marks.indexOf(1, from);
  const j = marks.lastIndexOf(3, -2);
  const has = marks.includes(3, 1) && !marks.includes(2, -2);
  const last = x.findLast((v) => v < 1) ?? 2;
  const k = x.findLastIndex((v) => v > 0);
  return x[Math.max(i, 0)] * x[j] * last + (has ? x[k] ** 2 : 0) + (x.at(-1) ?? 0) * (x.at(7) ?? 1);
}

export function truncated(x: number[]): number {
  const list = x.map((v) => v ** 2);
  list.length = 2;
  list.push(x[0]);
  x.length--;
  return list.reduce((s, v, i) => s + v * (i + 1), 0) * x[x.length - 1];
}

function weighted(scale: number, ...parts: number[]): number {
  let sum = 0;
  parts.forEach((p, i) => {
    sum += p * p * (i + 1);
  });
  return scale * sum;
}
function pairProduct(a: number, b: number): number {
  return a * b * b;
}

export function spreadArguments(x: number[], pair: [number, number]): number {
  const far = Math.hypot(...x) + Math.max(...x, pair[0]) + Math.hypot(pair[0], ...x);
  const list: number[] = [];
  list.push(...x, pair[1], ...x);
  return (
    far +
    weighted(2, ...x) +
    weighted(pair[0], pair[1], ...x, 3) +
    pairProduct(...pair) +
    weighted(...pair) +
    list.length
  );
}

export function iterators(x: number[]): number {
  const pairs = [...x.entries()];
  let sum = 0;
  for (const [i, v] of pairs) sum += (i + 1) * v * v;
  for (const i of [...x.keys()].reverse()) sum += x[i] * i;
  const halves = Array.from(x.values(), (v) => v / 2);
  const labels = Array.from(x.entries()).map(([i, v]) => i * v);
  return sum * halves[0] + labels.reduce((s, v) => s + v, 0) + Array.of(...x, 2).length;
}

/** Callbacks that change the array that they run over. */
export function changedByCallback(x: number[]): number {
  const list = x.map((v) => v);
  let sum = 0;
  list.forEach((v, i, all) => {
    sum += v * (i + 1);
    if (i + 1 < all.length) all[i + 1] = all[i + 1] * v;
    if (i === 0) all.push(v * 10);
  });
  const right = list.reduceRight((s, v, i, all) => s * 0.5 + v * all[0] + i, 0);
  return sum + right + (list.some((v, i) => v > 100 && i > 0) ? 1 : list[list.length - 1]);
}

export function swapped(x: number[]): number {
  [x[0], x[1]] = [x[1] * 2, x[0]];
  const [first, ...rest] = x;
  [rest[0], rest[rest.length - 1]] = [rest[rest.length - 1], rest[0]];
  return first * rest.reduce((s, v, i) => s + v * v * (i + 1), 0);
}

export function overlappingSet(x: Float64Array): number {
  const a = x.slice();
  a.set(
    x.map((v) => v * v),
    0,
  );
  a.set([x[0], x[1] * 2], 1);
  a.set(a.slice(0, 2), 1);
  return a.reduce((s, v, i) => s + v * (i + 1), 0);
}

export function joined(x: number[], names: string[]): number {
  const text = names.join("");
  const list = [1, 2, 3].join();
  return text === "ab" ? x[0] ** 2 : list === "1,2,3" ? x[0] ** 3 : 0;
}

/** Comparators that are no orders, and one that counts and writes: which elements are compared when shows in the result. */
export function sortedInNoOrder(x: number[], n: number): number {
  const items: { value: number; rank: number }[] = [];
  for (let i = 0; i < n; i++) items.push({ value: x[i % x.length]! * i, rank: (i * i) % 7 });
  items.sort((a, b) => (a.rank > b.rank ? 1 : -1));
  let asked = 0;
  const gappy = [x[0]!, Number.NaN, ...x].sort((a, b) => {
    asked++;
    x[0]! += 0.01 * asked * x[1]!;
    return a - b;
  });
  const typed = Float64Array.from(x).sort((a, b) => (Math.abs(a) > 1 ? Math.sign(a - b) : 1));
  let sum = asked * x[0]!;
  for (let i = 0; i < n; i++) sum += items[i]!.value * (i + 1);
  for (let i = 0; i < gappy.length; i++) sum += Number.isNaN(gappy[i]!) ? 10 * i : gappy[i]! ** 2 * i;
  for (let i = 0; i < typed.length; i++) sum += typed[i]! ** 3 * i;
  return sum;
}

/** What a callback of `flatMap` gives is an element unless it is a list: text is none, and typed arrays are not. */
export function flatMapOfAll(x: number): number {
  const texts = ["ab", "c"].flatMap((t) => t);
  const numbers = [1, x].flatMap((v) => v * x);
  const objects = [x, 2].flatMap((v) => ({ v }));
  const floats = [x, 3].flatMap((v) => Float64Array.of(v, v * x));
  const lists = [x, 3].flatMap((v) => (v > 1.1 ? [v, v * v] : []));
  const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b * b, 0);
  return texts.length * sum(numbers) + objects[0]!.v * floats[1]![1]! * floats.length + sum(lists);
}
