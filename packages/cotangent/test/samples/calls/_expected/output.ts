import offset from "./constants.ts";
import { weights } from "./constants.ts";

const scale: number = 2.5;
const table: Float64Array = new Float64Array([1, 2, 3]);

export function main(x: number, y: number): [number, (a0: number) => number] {
  const [a, b] = split(x, y);
  const [, d] = split(a, y);
  const t1 = a * scale + d + offset + table[0] * weights[0];
  console.log(t1, b);
  const f: (a0: number) => number = (x2: number) => shifted(x2, a);
  const [, t2] = split(t1, t1);
  return [t2, f];
}

export function split(x: number, y: number): [number, number] {
  const t1 = Math.sin(x) - x ** y - (-x) ** 2;
  return [t1, y - t1];
}

export function shifted(x: number, by: number): number {
  return x + by;
}

export function inLoop(x: number, n: number): number {
  let s = x;
  for (let i = 0; i < n; i++) {
    const results = split(s, i);
    const a = results[0];
    const b = results[1];
    s = a * b;
  }
  return s;
}
