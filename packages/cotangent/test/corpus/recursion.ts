/** Functions that call themselves and one another. */

export function powerBySquaring(x: number, n: number): number {
  if (n === 0) return 1;
  if (n % 2 === 1) return x * powerBySquaring(x, n - 1);
  const half = powerBySquaring(x, n / 2);
  return half * half;
}

export function fibonacciWeights(x: number, n: number): number {
  return n < 2 ? x + n : Math.sin(fibonacciWeights(x, n - 1)) + x * fibonacciWeights(x, n - 2);
}

function evenTerm(x: number, n: number): number {
  return n <= 0 ? x : x * oddTerm(x + 0.1, n - 1);
}

function oddTerm(x: number, n: number): number {
  return n <= 0 ? 1 : Math.cos(x) + evenTerm(x, n - 1);
}

export function mutual(x: number): number {
  return evenTerm(x, 5) * oddTerm(x, 2);
}

function simpson(a: number, b: number, k: number): number {
  const at = (t: number) => Math.exp(-k * t * t);
  return ((b - a) / 6) * (at(a) + 4 * at((a + b) / 2) + at(b));
}

/** Adaptive quadrature: how deep it goes depends on the data. */
export function adaptiveIntegral(a: number, b: number, k: number): number {
  const middle = (a + b) / 2;
  const whole = simpson(a, b, k);
  const left = simpson(a, middle, k);
  const right = simpson(middle, b, k);
  if (Math.abs(left + right - whole) < 1e-6) return left + right;
  return adaptiveIntegral(a, middle, k) + adaptiveIntegral(middle, b, k);
}

export interface Tree {
  value: number;
  left?: Tree;
  right?: Tree;
}

export function treeEnergy(tree: Tree, decay: number): number {
  let sum = tree.value * tree.value;
  if (tree.left) sum += decay * treeEnergy(tree.left, decay) + tree.value * tree.left.value;
  if (tree.right !== undefined) sum += decay * treeEnergy(tree.right, decay);
  return sum;
}

/** Laplace's expansion, with the minor built by pushing. */
export function determinant(m: number[][]): number {
  if (m.length === 1) return m[0][0];
  let sum = 0;
  for (let k = 0; k < m.length; k++) {
    const minor: number[][] = [];
    for (let i = 1; i < m.length; i++) {
      const row: number[] = [];
      for (let j = 0; j < m.length; j++) if (j !== k) row.push(m[i][j]);
      minor.push(row);
    }
    sum += (k % 2 === 0 ? 1 : -1) * m[0][k] * determinant(minor);
  }
  return sum;
}

/** Recursion that writes into the caller's array. */
function smooth(x: number[], from: number, to: number): void {
  if (to - from < 2) return;
  const middle = (from + to) >> 1;
  smooth(x, from, middle);
  smooth(x, middle, to);
  x[middle] = 0.5 * (x[middle - 1] * x[middle] + x[from]);
}

export function smoothed(x: number[]): number {
  smooth(x, 0, x.length);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * (i + 1);
  return sum;
}

function grown(list: number[], x: number, n: number): number {
  if (n <= 0) return x;
  list.push(x * x * n);
  return grown(list, x, n - 1) + x;
}

/** What is copied whole gets longer elsewhere, and so does a copy. */
export function grownElsewhere(x: number, list: number[]): number {
  const copy = structuredClone(list);
  const another = structuredClone(list);
  const sum = grown(list, x, 2) + grown(another, x, 1);
  const total = (of: readonly number[]): number => of.reduce((a, b, i) => a + b * b * (i + 1), 0);
  return total(copy) * total(list) + total(another) * sum;
}
