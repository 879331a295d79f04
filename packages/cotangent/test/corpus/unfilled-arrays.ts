/** Arrays of a length and without elements, `new Array(n)`, which the program fills in an order of its own. */

interface Complex {
  re: number;
  im: number;
}

function fft(xs: Complex[]): Complex[] {
  const n = xs.length;
  if (n === 1) return [xs[0]!];
  const even = fft(xs.filter((_, i) => i % 2 === 0));
  const odd = fft(xs.filter((_, i) => i % 2 === 1));
  const out: Complex[] = new Array(n);
  for (let k = 0; k < n / 2; k++) {
    const angle = (-2 * Math.PI * k) / n;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const t = { re: c * odd[k]!.re - s * odd[k]!.im, im: c * odd[k]!.im + s * odd[k]!.re };
    out[k] = { re: even[k]!.re + t.re, im: even[k]!.im + t.im };
    out[k + n / 2] = { re: even[k]!.re - t.re, im: even[k]!.im - t.im };
  }
  return out;
}

/** Two halves are filled in one loop. */
export function spectrum(xs: number[]): number {
  const out = fft(xs.map((re) => ({ re, im: 0 })));
  return out.reduce((s, c, k) => s + k * (c.re * c.re + c.im * c.im * 0.5), 0);
}

/** Backwards, by places written out, and by places that are data. */
export function rowsInAnyOrder(x: number[], order: number[]): number {
  const n = order.length;
  const back = new Array<number[]>(n);
  for (let i = n - 1; i >= 0; i--) back[i] = [x[0]! * i, i];
  const placed: number[][] = new Array(2);
  placed[1] = [x[0]!];
  placed[0] = [x[0]! * x[1]!, 1];
  const out = new Array<number[]>(n);
  for (let i = 0; i < n; i++) out[order[i]!] = [x[i % 2]! ** 2];
  let s = back[1]![0]!;
  for (const row of back) s += row[0]! * row[1]!;
  out.forEach((row, i) => {
    s += row[0]! * (i + 1);
  });
  return s * placed.reduce((sum, row) => sum + row[0]!, 0);
}

/** What is missing is asked for before it is made. */
export function madeWhenAsked(x: number): number {
  const kept: number[] = new Array(8);
  const f = (n: number): number => {
    if (kept[n] !== undefined) return kept[n]!;
    const v = n < 2 ? x : f(n - 1) * x + f(n - 2);
    kept[n] = v;
    return v;
  };
  const n = 4;
  const squares = new Array<number>(n);
  for (let i = 0; i < n; i++) squares[i] = x * i ** 2;
  const buckets: number[][] = new Array(5);
  for (let i = 0; i < 9; i++) (buckets[i % 4] ??= []).push(x * i);
  const rows: number[][] = new Array(3);
  for (const i of [2, 0, 2, 1]) {
    if (!rows[i]) rows[i] = [];
    rows[i]!.push(x ** i * 2);
  }
  let s = f(6) * squares.reduce((a, b) => a + b, 0) + rows[2]![1]! * rows[1]![0]! + rows[0]![0]! * rows.length;
  for (let i = 0; i < 5; i++) {
    const bucket = buckets[i];
    if (bucket) s += bucket[0]! * bucket[1]! * bucket.length;
  }
  return s;
}

/** Elements that stay missing, where the type says that they may. */
export function someMissing(x: number): number {
  const rows = new Array<number[] | undefined>(4);
  for (const i of [2, 0, 2, 1]) {
    const row = rows[i];
    if (row === undefined) rows[i] = [x * i];
    else row.push(x);
  }
  let s = 0;
  for (const row of rows) s += row ? row.reduce((a, b) => a + b, 0) * row.length : 1;
  const numbers = new Array<number | undefined>(4);
  numbers[2] = x;
  numbers[0] = x * x;
  for (let i = 0; i < 4; i++) s *= numbers[i] ?? 3;
  return s;
}

class Cell {
  constructor(readonly v: number) {}
  twice(): number {
    return this.v * 2;
  }
}

/** A grid of instances, of which rows change places. */
export function grid(x: number): number {
  const cells: Cell[][] = new Array(2);
  for (let i = 1; i >= 0; i--) {
    cells[i] = new Array(2);
    for (let j = 1; j >= 0; j--) cells[i]![j] = new Cell(x * (i + 2 * j) + 1);
  }
  let s = 1;
  for (const row of cells) for (const cell of row) s *= cell.twice();
  const first = cells[0]!;
  cells[0] = cells[1]!;
  cells[1] = first;
  return s + cells[0]![1]!.v ** 2;
}
