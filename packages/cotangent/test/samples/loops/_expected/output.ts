export function newton(a: number): number {
  let x = a;
  while (Math.abs(x * x - a) > 1e-12) {
    x = (x + a / x) / 2;
  }
  return x;
}

export function fibonacci(n: number): number {
  let a = 0;
  let b = 1;
  for (let i = 0; i < n; i++) {
    const bNext = a + b;
    a = b;
    b = bNext;
  }
  return a;
}

export function swap(a: number, b: number, n: number): [number, number] {
  let x = a;
  let y = b;
  for (let i = 0; i < n; i++) {
    const xNext = y;
    y = x;
    x = xNext;
  }
  return [x, y];
}

export function search(x: number[], limit: number): number {
  const n = x.length;
  for (let i = 0; i < n; i++) {
    const e = x[i];
    if (e > limit) return e * e;
  }
  return -limit;
}

export function countDown(x: number[]): number {
  let s = 0;
  for (let i = x.length - 1; i >= 0; i--) {
    s = s * x[i] - 1;
  }
  return s;
}

export function lastIndex(n: number): number {
  let last = 0;
  for (let i = 0; i < n; i += 2) {
    last = i;
  }
  return last;
}
