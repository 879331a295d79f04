// Values of several kinds in arguments, results and constants of modules: rows of a table, options, expressions.

type Cell = number | string | null;

/** Rows as they are read from a file: the weighted squares of what is left over. */
export function residuals(w: number[], rows: Record<string, number | string>[]): number {
  let sum = 0;
  for (const row of rows) {
    const y = typeof row.y === "number" ? row.y : Number(row.y);
    const x = row.x;
    if (typeof x !== "number") continue;
    sum += (row.group === "a" ? 1 : 2) * (w[0]! * x + w[1]! * x * x - y) ** 2;
  }
  return sum / rows.length;
}

/** What is missing is filled in, in the caller's list. */
export function filledIn(x: number, cells: Cell[]): number {
  let sum = 0;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (typeof cell === "number") {
      cells[i] = cell * x;
      sum += cell * x * x;
    } else if (cell === null) {
      cells[i] = Math.sin(x);
      sum += x;
    } else cells[i] = `${cell}!`;
  }
  return sum;
}

/** One number for all, or one for each. */
export function penalty(x: number[], weight: number | number[]): number {
  if (typeof weight === "number") return x.reduce((sum, v) => sum + weight * v * v, 0);
  return x.reduce((sum, v, i) => sum + weight[i]! * v * v, 0);
}

export type Expr = number | string | { op: "+" | "*"; left: Expr; right: Expr };

export function evaluate(e: Expr, env: Record<string, number>): number {
  if (typeof e === "number") return e;
  if (typeof e === "string") return env[e]!;
  const [left, right] = [evaluate(e.left, env), evaluate(e.right, env)];
  return e.op === "+" ? left + right : left * right;
}

export type Nested = number | Nested[];

export function mapNested(nested: Nested, x: number): Nested {
  return typeof nested === "number" ? nested * nested * x : nested.map((part) => mapNested(part, x));
}

export interface Reading {
  at: number | string;
  values: (number | number[])[];
}

/** Lists are changed in the place of the caller's. */
export function readings(a: Reading, b: Reading): number {
  let sum = 0;
  for (const { at, values } of [a, b]) {
    const scale = typeof at === "number" ? at : at.length;
    for (const value of values) {
      if (typeof value === "number") sum += value * value * scale;
      else {
        value[0]! *= scale;
        sum += value.reduce((all, v) => all + v, 0);
      }
    }
  }
  return sum;
}

export function described(x: number, k: number): (number | string | { size: number; name: string })[] {
  return k > 0 ? [x * x, "square", { size: x * k, name: "scaled" }] : ["none", Math.exp(x)];
}

export function scaledBy(x: number, factor: Map<string, number | number[]>): Map<string, number | number[]> {
  const scaled = new Map<string, number | number[]>();
  for (const [name, f] of factor) scaled.set(name, typeof f === "number" ? f * x : f.map((part) => part * x * x));
  return scaled;
}

export function manyKinds(x: number, ...rest: (number | string | boolean)[]): number {
  let sum = x;
  for (const r of rest) sum += typeof r === "number" ? r * r * x : typeof r === "string" ? r.length * x : r ? x * x : 0;
  return sum;
}

export const settings: Record<string, number | string> = { rate: 2, name: "fast", limit: 4 };
const steps: (number | [number, number])[] = [1, [2, 3], 4];

export function bySettings(x: number): number {
  let sum = 0;
  for (const value of Object.values(settings)) sum += typeof value === "number" ? value * x * x : value.length * x;
  for (const step of steps) sum += typeof step === "number" ? step * x : step[0] * x ** step[1];
  return sum;
}

/** The derivative by a list in single precision is one. */
export function single(x: number, weight: number | Float32Array): number {
  return typeof weight === "number" ? weight * x : weight.reduce((sum, w) => sum + Math.sin(w * x), 0);
}
