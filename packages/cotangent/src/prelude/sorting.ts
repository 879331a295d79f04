/**
 * Sorts (ECMA-262 23.1.3.30). A permutation of indices is found first, and then the elements are put in its order: the
 * comparisons steer and carry no derivative.
 *
 * A comparator that is no order (`a > b ? 1 : -1` of equals, a difference that is NaN) or that counts its calls shows which
 * elements are compared when, which the standard leaves open. Here it is as in V8, so that values are those of Node:
 * Timsort for arrays (Tim Peters, listsort.txt of CPython), and for typed arrays merging from the top down. Merges that go
 * up and down are one here, told apart by `step`; so are the searches in both runs, since what is asked is always whether
 * an element of the second comes before one of the first.
 */
export const sortingText = `
type Compare<T> = (a: T, b: T) => number;
/** How many of n elements of a run, from its position from on, come before key, an element of the other run. */
function gallop<T>(
  xs: readonly T[], compare: Compare<T>, run: Int32Array, from: number, n: number, step: number, key: number,
  isFirst: boolean,
): number {
  let low = 0;
  let high = n;
  let probe = 0;
  let isGalloping = true;
  while (low < high) {
    const item = run[from + step * probe]!;
    const before = compare(xs[isFirst ? key : item] as T, xs[isFirst ? item : key] as T) < 0;
    if (before === (step > 0 !== isFirst)) low = probe + 1;
    else {
      high = probe;
      isGalloping = false;
    }
    isGalloping = isGalloping && 2 * probe + 1 < n;
    probe = isGalloping ? 2 * probe + 1 : low + ((high - low - (step > 0 ? 0 : 1)) >> 1);
  }
  return low;
}
/**
 * Merges runs that lie side by side, the shorter one's end last, from below (step 1) or above. It goes in turns: odd ones
 * gallop, even ones take one element, of the first run if half of the turn is even. 9 and 11 take what is in its place at
 * both ends, 6 or 8 what is next then; 0 asks which is, until one run has won so many times, 1 to 4 gallop through both
 * while that takes many. How many wins are wanted is given and returned.
 */
function mergeRuns<T>(
  xs: readonly T[], compare: Compare<T>, order: Int32Array, runs: Int32Array, start: number, middle: number, end: number,
  wins: number,
): number {
  for (let i = start; i < end; i++) runs[i] = order[i]!;
  const low = new Int32Array([start, middle]);
  const high = new Int32Array([middle, end]);
  const won = new Int32Array(2);
  let step = 1;
  let wanted = wins;
  let kept = wins;
  let turn = 9;
  while (turn >= 0) {
    const first = step > 0 ? low[0]! : high[0]! - 1;
    const second = step > 0 ? low[1]! : high[1]! - 1;
    let side = (turn >> 1) & 1;
    let n = 1;
    if (turn === 0) side = compare(xs[runs[second]!] as T, xs[runs[first]!] as T) < 0 === step > 0 ? 1 : 0;
    else if (turn % 2 === 1) {
      const [from, key] = side === 0 ? [first, second] : [second, first];
      n = gallop(xs, compare, runs, from, high[side]! - low[side]!, step, runs[key]!, side === 0);
    }
    for (let k = 0; k < n; k++) {
      if (step < 0) high[side]! -= 1;
      const next = step > 0 ? low : high;
      order[next[0]! + next[1]! - middle] = runs[next[side]!]!;
      if (step > 0) low[side]! += 1;
    }
    const rest1 = high[0]! - low[0]!;
    const rest2 = high[1]! - low[1]!;
    if (turn >= 9) {
      if (rest1 === 0 || rest2 === 0) return wins;
      step = turn === 9 || rest1 > rest2 ? -1 : 1;
      turn = turn === 9 ? 11 : step > 0 ? 6 : 8;
    } else if (step > 0 ? rest2 === 0 || rest1 <= 1 : rest1 === 0 || rest2 <= 1) turn = -1;
    else if (turn === 0) {
      won[side]! += 1;
      won[1 - side] = 0;
      if (won[side]! >= wanted) {
        kept = wanted;
        turn = 1;
      }
    } else if (turn < 4) {
      if (turn !== 2) won[side] = n;
      turn += 1;
    } else if (turn === 4 && (won[0]! >= 7 || won[1]! >= 7)) {
      wanted = Math.max(1, wanted - 1);
      kept = wanted;
      turn = 1;
    } else {
      if (turn === 4) {
        wanted += 1;
        kept = wanted;
      }
      won[0] = 0;
      won[1] = 0;
      turn = 0;
    }
  }
  let at = low[0]! + low[1]! - middle;
  for (let side = 1; side >= 0; side--) for (let k = low[side]!; k < high[side]!; k++) order[at++] = runs[k]!;
  return kept;
}
/** Makes a run of order[low] and what follows: what rises by itself or is turned round, and more of it put where it belongs. */
function runFrom<T>(xs: readonly T[], compare: Compare<T>, order: Int32Array, low: number, least: number): number {
  const end = order.length;
  if (low + 1 === end) return 1;
  const falls = compare(xs[order[low + 1]!] as T, xs[order[low]!] as T) < 0;
  let n = 2;
  while (low + n < end && compare(xs[order[low + n]!] as T, xs[order[low + n - 1]!] as T) < 0 === falls) n += 1;
  if (falls) {
    for (let i = low, j = low + n - 1; i < j; i++, j--) {
      const item = order[i]!;
      order[i] = order[j]!;
      order[j] = item;
    }
  }
  for (; n < Math.min(least, end - low); n++) {
    const item = order[low + n]!;
    let left = low;
    let right = low + n;
    while (left < right) {
      const middle = left + ((right - left) >> 1);
      if (compare(xs[item] as T, xs[order[middle]!] as T) < 0) right = middle;
      else left = middle + 1;
    }
    for (let i = low + n; i > left; i--) order[i] = order[i - 1]!;
    order[left] = item;
  }
  return n;
}
function indices(n: number): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return order;
}
/** Runs are merged as they are found, so that each is longer than the two before it together; at the end all are. */
function orderOf<T>(xs: readonly T[], compare: Compare<T>): Int32Array {
  const n = xs.length;
  const order = indices(n);
  const runs = new Int32Array(n);
  let least = n;
  let odd = 0;
  for (; least >= 64; least >>= 1) odd |= least & 1;
  const starts = new Int32Array(90);
  let count = 0;
  let wins = 7;
  let end = 0;
  while (end < n) {
    starts[count] = end;
    end += runFrom(xs, compare, order, end, least + odd);
    starts[++count] = end;
    while (count > 1) {
      const last = end - starts[count - 1]!;
      const before = starts[count - 1]! - starts[count - 2]!;
      const third = count > 2 ? starts[count - 2]! - starts[count - 3]! : Infinity;
      const isUneven =
        third <= before + last || (count > 3 && starts[count - 3]! - starts[count - 4]! <= third + before);
      if (!isUneven && before > last && end < n) break;
      const at = third < last ? count - 2 : count - 1;
      wins = mergeRuns(xs, compare, order, runs, starts[at - 1]!, starts[at]!, starts[at + 1]!, wins);
      if (at < count - 1) starts[at] = starts[at + 1]!;
      count -= 1;
      starts[count] = end;
    }
  }
  return order;
}
export function toSorted<T>(xs: readonly T[], compare: Compare<T>): T[] {
  const items: T[] = [];
  for (let i = 0; i < xs.length; i++) items.push(xs[i] as T);
  const order = orderOf(items, compare);
  const out: T[] = [];
  for (let i = 0; i < order.length; i++) out.push(items[order[i]!] as T);
  return out;
}
function inTextOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
export function toSortedTexts(xs: string[]): string[] {
  return toSorted(xs, inTextOrder);
}
export function sortTexts(xs: string[]): string[] {
  return sort(xs, inTextOrder);
}
export function sort<T>(xs: T[], compare: Compare<T>): T[] {
  const sorted = toSorted(xs, compare);
  for (let i = 0; i < sorted.length; i++) replace(xs, i, sorted[i] as T);
  return xs;
}
function mergeHalves(
  xs: readonly number[], compare: Compare<number>, from: Int32Array, into: Int32Array, low: number, high: number,
): void {
  const middle = low + ((high - low) >> 1);
  if (middle - low > 1) mergeHalves(xs, compare, into, from, low, middle);
  if (high - middle > 1) mergeHalves(xs, compare, into, from, middle, high);
  let i = low;
  let j = middle;
  for (let at = low; at < high; at++) {
    if (i < middle && (j >= high || !(compare(xs[from[i]!]!, xs[from[j]!]!) > 0))) into[at] = from[i++]!;
    else into[at] = from[j++]!;
  }
}
export function toSortedTyped(xs: readonly number[], compare: Compare<number>): number[] {
  const items: number[] = [];
  for (let i = 0; i < xs.length; i++) items.push(xs[i]!);
  const order = indices(items.length);
  if (items.length > 1) mergeHalves(items, compare, indices(items.length), order, 0, items.length);
  const out: number[] = [];
  for (let i = 0; i < order.length; i++) out.push(items[order[i]!]!);
  return out;
}
export function sortTyped(xs: number[], compare: Compare<number>): number[] {
  const sorted = toSortedTyped(xs, compare);
  for (let i = 0; i < sorted.length; i++) xs[i] = sorted[i]!;
  return xs;
}
/** The order of typed arrays: -0 before 0, NaN last. */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a !== a || b !== b) return a === a ? -1 : b === b ? 1 : 0;
  return a === 0 && Object.is(a, -0) !== Object.is(b, -0) ? (Object.is(a, -0) ? -1 : 1) : 0;
}
export function sortNumbers(xs: number[]): number[] {
  return sortTyped(xs, compareNumbers);
}
export function toSortedNumbers(xs: readonly number[]): number[] {
  return toSortedTyped(xs, compareNumbers);
}
`;
