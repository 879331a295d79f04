import { customVjp } from "cotangent";

const normalize = customVjp(
  (x: number[]) => {
    const sum = x.reduce((s, v) => s + v, 0);
    for (let i = 0; i < x.length; i++) x[i]! /= sum;
    return sum;
  },
  (x) => [x.reduce((s, v) => s + v, 0), (bar) => [x.map(() => bar)]],
);

export function f(x: number[]): number {
  return normalize(x) + x[0]!;
}
