/** Small programs that failed once, found by the fuzzer and made smaller. */

/** A result one part of which depends on the arguments and another does not. */
export function partlyConstant(x: number): { sum: number; all: number[] } {
  return { sum: x * x, all: Array.from({ length: 3 }, (_, i) => i + 1) };
}

/** An element that stands in for a field that is missing. */
export function elementInstead(p: { u: number; w?: number }, a: number[]): number {
  return (p.w ?? a[1]) * p.u + (a[5] ?? a[0]);
}

/** The places that a pattern assigns to are looked up before the defaults run that change where they are. */
export function placesBeforeDefaults(x: number, y: number): number {
  let i = 0;
  const b = [0, 0, 0, 0];
  const from: { p?: number; q?: number } = { q: y };
  ({ p: b[i++] = ((i = 2), x * 3), q: b[i] = 5 } = from);
  const none: [number | undefined, number] = [undefined, x];
  [b[i++] = (i = 1), b[i]] = none;
  const first = { k: 0 };
  const second = { k: 0 };
  let at = first;
  const empty: { r?: number } = {};
  ({ r: at.k = ((at = second), x * y) } = empty);
  return b[0] * 100 + b[1] * 10 + b[2] * x + i + first.k * 7 + second.k * 3;
}

/** The exponents are kept beside the bases, and only steer: below 0 there is no derivative by them. */
export function wholeExponents(x: number): number {
  let [s, v] = [0, x];
  for (let i = 0; i < 4; i++) {
    s += v ** (i + 1);
    v = v * 1.1;
  }
  return s;
}

function smoothed(xs: number[], rate: number): number {
  for (let i = 1; i < xs.length; i++) xs[i] = (1 - rate * rate) * xs[i] * 0.5 + Math.sin(xs[i - 1]);
  return xs[xs.length - 1];
}
/** An object is thrown that nobody reads; making it changes an array. */
export function thrownAndUnread(x: number, a: number[]): number {
  let unread = x;
  try {
    if (x > 0.5) throw { by: smoothed(a, x), scale: x };
  } catch (e) {
    const { by, scale } = e as { by: number; scale: number };
    unread = by * scale;
  }
  return a[0] * x + a[1] * a[2];
}

/** Data beside numbers that vary, kept by calls inside of one another: `y ** w` below 0 has no derivative by w. */
export function dataAmongResiduals(x: number[], w: number): number {
  const step = (s: number, n: number): number =>
    n === 0 ? s : step(Math.sin(s * x[0]!) * x[1]! ** w + s * Math.sqrt(w), n - 1);
  return step(1, 3);
}

/** Data that a loop overwrites, and whose old values the mirror puts back. */
export function dataOverwritten(x: number[], ws: number[]): number {
  const data = ws.map((w) => ({ w, root: Math.sqrt(w) }));
  let s = 1;
  for (const q of data) {
    s = Math.sin(s * x[0]!) * x[1]! ** q.w + q.root * s * x[0]!;
    data[0]!.w += 1;
  }
  return s;
}

/** Arrays grow after they were copied, and so do the copies: their shadows are longer than what was copied. */
export function copiesThatGrow(x: number[]): number {
  const row = { values: x.map((v) => v * v), scale: x[0]! };
  const copied = structuredClone(row);
  const list = structuredClone(copied.values);
  row.values.push(row.scale * 2);
  list.push(list[0]! * 3);
  list.pop();
  list.push(list[1]! * row.values[x.length]!);
  let s = 0;
  for (const v of [...row.values, ...copied.values, ...list]) s += v * Math.sin(v) * copied.scale;
  return s;
}

interface Fit {
  at: number[];
  values: number[];
  name: string;
}
function fitOf(x: number): Fit {
  return { at: [1, 2], values: [x, x * x], name: "fit" };
}

/** A copy of a record of which one part is data: the original's shadow lacks it. */
export function copyOfParts(x: number): number {
  const fit = fitOf(x);
  const copied = structuredClone(fit);
  copied.values[0]! *= x;
  return copied.at.reduce((s, k, i) => s + k * copied.values[i]! * fit.values[i]!, 0);
}

/** Constants that a record came to hold after it was made: copied with it, they have derivatives of 0 there. */
export function copiedAfterGrowth(x: number): number {
  const table = { at: [] as number[], rows: [] as number[][], values: [] as number[] };
  for (let i = 1; i < 4; i++) {
    table.at.push(i);
    table.rows.push([i, 2]);
    table.values.push(i * x * x);
  }
  const copied = structuredClone(table);
  return copied.values.reduce((s, v, i) => s + v * copied.at[i]! * copied.rows[i]![0]!, 0);
}

/** A result of which one part is integers that were stored one by one: all its parts have shadows, but this one. */
export function integersInResult(x: number): { values: number[]; at: Int32Array } {
  const at = new Int32Array(4);
  const values: number[] = [];
  for (let i = 0; i < 3; i++) {
    at[i] = at[i]! + 2 * i;
    at[at[i]! & 3] = i;
    values.push(x ** (i + 1));
  }
  return { values, at };
}

/** Values kept under numbers as they come: the array has holes for a while, and its shadow had no place for them. */
export function keptFromTheTop(p: number, q: number): number {
  const kept: number[] = [];
  const f = (n: number): number => {
    const known = kept[n];
    if (known !== undefined) return known;
    const v = n < 2 ? p * q : f(n - 1) * p + f(n - 2);
    kept[n] = v;
    return v;
  };
  return f(8);
}

function productDown(x: number, n: number): number {
  if (n) return x;
  const rest = productDown(1, n - 1);
  return rest * x;
}

/** A recursive function that is called in one branch of a conditional alone: it was written nowhere. */
export function recursionOnDemand(x: number, xs: number[]): number {
  const some = xs.some((v) => v > x) ? productDown(x, 3) : 0.5;
  const kept = [some, x];
  kept.push(1);
  return kept[0] * x + kept[1];
}

function halves(xs: number[], from: number, to: number): number {
  if (to) return xs[from]!;
  return halves(xs, from - 1, 1);
}

/** A recursive function that is written behind a loop which may leave the function. */
export function calledBehindExits(x: number, xs: number[]): number {
  for (let i = 0; i < xs.length - 1; i++) {
    for (let k = 0; k < 2; k++) if (xs[k]! > 1) return x * xs[k]!;
  }
  for (let i = 0; ; i++) {
    xs[1]! -= x * halves(xs, 1, 0);
    break;
  }
  return xs[1]! * x;
}

function multiplied(xs: number[], x: number, n: number): void {
  if (n === 0) xs[0]! *= x * xs[1]!;
  else multiplied(xs, x, n - 1);
}

/** What goes back through a call is multiplied with a choice: the call is made however that comes out. */
export function chosenBeforeCall(x: number, y: number): number {
  const xs = [y, Math.cos(y)];
  multiplied(xs, Math.sin(y), 2);
  if (x < 5) multiplied(xs, Math.max(0.5, x), 1);
  return xs[0]!;
}

/** Elements and names that are not there, where the program asks for them by truth, in an assignment, or hands them on. */
export function askedForMissing(x: number[], rows: number[][]): number {
  const names: Record<string, number> = { a: 0.6 * x[0] };
  const first = (i: number): number | undefined => {
    const found: number | undefined = x[i];
    return found;
  };
  const orOne = (v = 1): number => v * x[0];
  const boxed = (v: number | undefined): { v?: number | undefined } => ({ v });
  let sum = (first(9) ?? 2) * (first(1) ?? 3) + orOne(names.a) + orOne(names.missing);
  for (let i = 0, v; (v = x[i]) !== undefined; i++) sum += v * v;
  for (let i = 0; i < 6; i++) {
    const v = x[i];
    if (!v) break;
    sum += Math.sin(v);
  }
  for (let i = -1; i < 3; i++) {
    const row = rows[i];
    if (!row) continue;
    for (let k = 0; k < 3; k++) {
      const v = row[k];
      sum += (v || 0.5) * x[0];
    }
  }
  const named = names.other;
  const late: number | undefined = x[7];
  const box = boxed(late);
  return sum * (named === undefined ? x[1] : named) + (box.v ?? x[0]) + orOne(late);
}

/** A function out of a map, called where it is found. */
export function calledAsFound(x: number): number {
  const table = new Map<string, (t: number) => number>([["twice", (t) => t * x * 2]]);
  const queue = [() => x * x, () => x + 1];
  return table.get("twice")!(3) * queue.shift()!() + queue[0]!();
}

/** What is asserted to be there, and asked for all the same. */
export function assertedAndAsked(x: number[]): number {
  const table = new Map([["a", { value: x[0] }]]);
  const stack = [x[0], x[1]];
  let sum = 1;
  for (const name of ["a", "b"]) {
    const found = table.get(name)!;
    if (!found) sum += x[1];
    else sum *= found.value;
  }
  for (;;) {
    const top = stack.pop()!;
    if (top === undefined) break;
    sum += top ** 3;
    if (Math.abs(top) > 0.31) stack.push(top * 0.5);
  }
  const cast = x[8] as number;
  return sum * (cast ?? x[0]);
}

/** An index before the first element, where an array has a property and no element. */
export function besideElements(x: number[]): number {
  const sums: number[] = [];
  sums[-1] = x[1] * 2;
  for (let i = 0; i < x.length; i++) sums[i] = sums[i - 1] * x[i];
  let sum = sums[-1] * sums.length;
  for (const s of sums) sum += s * x[0];
  return sum;
}

/** A number that is stored where no element is: a property, apart from all elements, whichever way the index is known. */
export function besideWholeNumbers(x: number[], at: number): number[] {
  const a = [x[0] * 2, x[1] * x[0]];
  a[0.5] = x[1] * 3;
  a[at] = x[0] * x[0];
  a[-at] = x[1] * x[1];
  const seen = new Float64Array(2);
  seen[at] = x[0];
  seen[1] = x[1];
  return [a[0] * a[0.5], a[1] * a[at], a[-at] + a.length, seen[0] + seen[1]];
}

/** The same of indices that are no finite numbers. */
export function besideAllNumbers(x: number[], at: number): number[] {
  const a = [x[0] * 2, x[1] * x[0]];
  a[at / 0] = x[1] * 3;
  a[-at / 0] = x[0] * x[0];
  a[Number.NaN] = x[1] * x[1];
  a[Math.sqrt(-at)] *= x[0];
  return [a[0] * a[at / 0], a[1] * a[-at / 0], a[Number.NaN] + a.length];
}
