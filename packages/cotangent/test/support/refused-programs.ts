/**
 * Programs that the transforms refuse, or just do not: what a derivative cannot follow, and beside it what it can. None of
 * them stands in the corpus, whose programs have derivatives in every mode.
 */

export const refusedText = `
import { customVjp } from "cotangent";

interface Held { rows: number[][] }
export function heldRow(h: Held): number { h.rows[0] = h.rows[1]!; return h.rows[0]![0]! * h.rows[1]![0]!; }
export function heldPush(h: Held): number { h.rows.push([h.rows[0]![0]! * 2]); return h.rows[2]![0]! * h.rows[1]![0]!; }
export function heldField(h: Held): number { h.rows = [h.rows[1]!, h.rows[0]!]; return h.rows[0]![0]! * h.rows[1]![0]! ** 2; }
export function heldPop(h: Held): number { const row = h.rows.pop()!; return h.rows[0]![0]! * row[0]!; }
export function deeper(x: number[][][]): number { x[0]![0] = x[0]![1]!; return x[0]![0]![0]! * x[0]![1]![0]!; }
export function oneOfTwo(a: number[][], b: number[][], n: number): number {
  const used = n > 1 ? a : b;
  used[0] = used[1]!;
  return a[0]![0]! * b[0]![0]!;
}
export function ownRows(x: number[][]): number { x[0] = x[1]!; x.push([x[0]![0]! * 3]); return x[0]![0]! * x[2]![0]!; }
export function poppedRows(x: number[][]): number { const row = x.pop()!; return x[0]![0]! * row[0]!; }
export function names(x: number[], labels: string[][]): number { labels[0] = labels[1]!; return x[0]! * labels[0]![0]!.length; }
export function heldNumber(h: { row: number[] }): number { h.row[0] = h.row[1]! ** 2; return h.row[0]! * h.row[1]!; }

export function heldPlaces(h: { at: Int32Array; row: number[] }): number { h.at = new Int32Array(2); return h.row[h.at[1]!]! ** 2 * h.at.length; }
export function secondRows(a: number[], x: number[][]): number { x[0] = x[1]!; return x[0]![0]! * a[0]! * x[1]![0]!; }
export function ownRecord(h: Held, n: number): number {
  const own: Held = { rows: [[2], [3]] };
  own.rows = [[h.rows[1]![0]! ** 2], [4]];
  const used = n > 2 ? h : own;
  return used.rows[0]![0]! * h.rows[0]![0]!;
}
export function ownAllocated(rows: number[][], n: number): number {
  const own = new Array<number[]>(2);
  own[0] = rows[1]!;
  own[1] = rows[0]!;
  const used = n > 2 ? rows : own;
  return used[0]![0]! * used[1]![0]! ** 2;
}

const weigh = customVjp(
  (rows: number[][]) => rows[0]![0]! * rows[1]![0]!,
  (rows) => [rows[0]![0]! * rows[1]![0]!, (bar: number) => [[[rows[1]![0]! * bar], [rows[0]![0]! * bar]]]],
);
export function changedAfterRule(x: number): number {
  const rows = [[x], [x * x]];
  const product = weigh(rows);
  rows[0] = [x * product];
  return rows[0]![0]! * product;
}
export function changedBeforeRule(x: number): number {
  const rows = [[x], [x * x]];
  rows[0] = [x * 3];
  const product = weigh(rows);
  return rows[0]![0]! * product;
}
export function changedInTurns(x: number): number {
  const rows = [[x], [x * x]];
  let sum = 0;
  for (let i = 0; i < 2; i++) {
    rows[0] = [x * i];
    sum += weigh(rows);
  }
  return sum;
}
export function changedInOtherTurns(x: number): number {
  const rows = [[x], [x * x]];
  let sum = 0;
  for (let i = 0; i < 2; i++) rows[0] = [x * (i + 1)];
  for (let i = 0; i < 2; i++) sum += weigh(rows) * i;
  return sum;
}
function exchange(rows: number[][]): number { const first = rows[0]!; rows[0] = rows[1]!; rows[1] = first; return rows.length; }
function exchangeOften(rows: number[][], n: number): number { return n > 0 ? exchangeOften(rows, n - 1) + exchange(rows) : 0; }
export function changedElsewhere(x: number, n: number): number {
  const rows = [[x], [x * x]];
  const product = weigh(rows);
  return rows[0]![0]! * product * exchangeOften(rows, n);
}
export function changedWhile(x: number): number {
  const rows = [[x], [x * x]];
  let sum = x;
  while (sum < 3) {
    rows[0] = [sum];
    sum += weigh(rows) + 1;
  }
  return sum;
}
function sumOf(rows: number[][], n: number): number { return n > 0 ? rows[n - 1]![0]! * 2 + sumOf(rows, n - 1) : 0; }
export function changedAfterCall(x: number): number {
  const rows = [[x], [x * x]];
  const sum = sumOf(rows, 2);
  rows[0] = [x * 3];
  return sum * rows[0]![0]!;
}
function changing(rows: number[][], x: number, n: number): number {
  rows[0] = [x * n];
  const product = weigh(rows);
  return n > 0 ? product + changing(rows, x, n - 1) : product;
}
export function changedInCalls(x: number, n: number): number { return changing([[x], [x * x]], x, n); }
export function steeredByRule(x: number): number {
  const rows = [[x], [x * x]];
  const product = weigh(rows);
  rows[0] = [x * 3];
  return product > 0.1 ? rows[0]![0]! ** 2 : x;
}
const weighBy = customVjp(
  (x: number, rows: number[][]) => x * rows[0]![0]!,
  (x, rows) => [x * rows[0]![0]!, (bar: number) => [rows[0]![0]! * bar, rows.map((row) => row.map(() => 0))]],
);
export function constantChanged(x: number): number {
  const rows = [[2], [3]];
  const product = weighBy(x, rows);
  rows[0] = rows[1]!;
  return product * x * rows[0]![0]!;
}
const doubled = customVjp(
  (x: number[]) => x.map((v) => 2 * v),
  (x) => [x.map((v) => 2 * v), (bar: number[]) => [bar.map((v) => 2 * v)]],
);
export function resultGrown(x: number[]): number { const y = doubled(x); y.push(x[0]!); return y[0]! * y[2]!; }
export function argumentGrown(x: number): number {
  const given = [x, x * x];
  const y = doubled(given);
  given.push(x);
  return y[0]! * y[1]! * given[2]!;
}
export function resultWritten(x: number[]): number { const y = doubled(x); y[0] = x[1]! ** 2; return y[0]! * y[1]!; }
export function copiedThenChanged(x: number): number {
  const rows = [[x], [x * x]];
  const copy = structuredClone(rows);
  rows[0] = rows[1]!;
  return copy[0]![0]! * copy[1]![0]! * rows[0]![0]!;
}
export function copyChanged(x: number): number {
  const rows = [[x], [x * x]];
  const copy = structuredClone(rows);
  copy[0] = rows[1]!;
  return copy[0]![0]! * copy[1]![0]! * rows[0]![0]!;
}
export function copiedObjectChanged(x: number): number {
  const held = { row: [x], at: x };
  const copy = structuredClone(held);
  held.row = [x * x];
  return copy.row[0]! * copy.at * held.row[0]!;
}
export function copiedNumbersGrown(x: number): number {
  const row = [x, x * x];
  const copy = structuredClone(row);
  row.push(x);
  copy.push(x * 3);
  return copy[0]! * copy[2]! * row[2]!;
}
export function copiedRowWritten(x: number): number {
  const rows = [[x], [x * x]];
  const copy = structuredClone(rows);
  copy[0]![0] = x * 3;
  rows[1]![0] = x * 5;
  return copy[0]![0]! * copy[1]![0]! * rows[1]![0]!;
}
export function changedThenCopied(x: number): number {
  const rows = [[x], [x * x]];
  rows[0] = rows[1]!;
  const copy = structuredClone(rows);
  return copy[0]![0]! * copy[1]![0]! * rows[0]![0]!;
}
`;

const argument = "a change to the structure of an argument in reverse mode";
const ruled = "a change to the structure of what a function with a rule takes or gives in reverse mode";
const copied = "a change to the structure of what was copied whole, or of the copy, in reverse mode";

interface RefusedProgram {
  readonly name: string;
  readonly args: () => unknown[];
  readonly argnums: readonly number[];
  /** What reverse mode says; nothing, if it takes the program. */
  readonly message?: string;
}
const program = (name: string, args: () => unknown[], message?: string, argnums = [0]): RefusedProgram => ({
  name,
  args,
  argnums,
  ...(message && { message }),
});
const held = (): unknown[] => [{ rows: [[0.7], [1.3]] }];

export const refusedPrograms: readonly RefusedProgram[] = [
  program("heldRow", held, argument),
  program("heldPush", held, argument),
  program("heldField", held, argument),
  program("heldPop", held, argument),
  program("deeper", () => [[[[0.7], [1.3]]]], argument),
  program("oneOfTwo", () => [[[0.7], [1.3]], [[0.4], [2]], 2], argument, [0, 1]),
  program("ownRows", () => [[[0.7], [1.3]]]),
  program("poppedRows", () => [[[0.7], [1.3]]]),
  program("names", () => [[0.7], [["a"], ["bcd"]]]),
  program("heldNumber", () => [{ row: [0.7, 1.3] }]),
  program("heldPlaces", () => [{ at: new Int32Array(1), row: [0.7] }]),
  program("secondRows", () => [[0.7], [[0.4], [1.3]]], undefined, [0, 1]),
  program("ownRecord", () => [{ rows: [[0.7], [1.3]] }, 1]),
  program("ownAllocated", () => [[[0.7], [1.3]], 1]),
  program("changedWhile", () => [0.7], ruled),
  program("changedAfterCall", () => [0.7]),
  program("changedInCalls", () => [0.7, 2], ruled),
  program("steeredByRule", () => [0.7]),
  program("constantChanged", () => [0.7]),
  program("copiedRowWritten", () => [0.7]),
  program("changedAfterRule", () => [0.7], ruled),
  program("changedBeforeRule", () => [0.7]),
  program("changedInTurns", () => [0.7], ruled),
  program("changedInOtherTurns", () => [0.7]),
  program("changedElsewhere", () => [0.7, 3], ruled),
  program("resultGrown", () => [[0.7, 1.3]], ruled),
  program("argumentGrown", () => [0.7]),
  program("resultWritten", () => [[0.7, 1.3]], ruled),
  program("copiedThenChanged", () => [0.7], copied),
  program("copyChanged", () => [0.7], copied),
  program("copiedObjectChanged", () => [0.7], copied),
  program("copiedNumbersGrown", () => [0.7]),
  program("changedThenCopied", () => [0.7]),
];
