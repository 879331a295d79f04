/** Recursion that people write, whose depth is the last argument. */
interface Link {
  value: number;
  next: Link | null;
}

function chained(n: number, x: number): Link | null {
  let head: Link | null = null;
  for (let i = 0; i < n; i++) head = { value: x + i * 1e-4, next: head };
  return head;
}

function sumLinks(node: Link | null): number {
  if (node === null) return 0;
  return Math.sin(node.value) + 0.5 * sumLinks(node.next);
}
export function linkedList(x: number, n: number): number {
  return sumLinks(chained(n, x));
}

interface Branch {
  weight: number;
  left?: Branch;
  right?: Branch;
}

function grown(n: number, x: number): Branch {
  let tree: Branch = { weight: x };
  for (let i = 1; i < n; i++)
    tree = i % 2 ? { weight: x * 0.9, left: tree } : { weight: x, right: tree, left: { weight: x } };
  return tree;
}

function energy(tree: Branch): number {
  let total = tree.weight * tree.weight;
  if (tree.left) total += 0.3 * energy(tree.left);
  if (tree.right) total += 0.4 * energy(tree.right);
  return total;
}
export function tree(x: number, n: number): number {
  return energy(grown(n, x));
}

function accumulate(n: number, x: number, sum: number): number {
  return n === 0 ? sum : accumulate(n - 1, x, sum + Math.sin(x * sum));
}
export function accumulator(x: number, n: number): number {
  return accumulate(n, x, x);
}

function even(n: number, x: number): number {
  return n === 0 ? x : Math.sin(odd(n - 1, x));
}
function odd(n: number, x: number): number {
  return n === 0 ? x * x : x * even(n - 1, x) + 0.1;
}
export function mutual(x: number, n: number): number {
  return even(n, x);
}

export function inClosure(x: number, n: number): number {
  const go = (k: number): number => (k === 0 ? x : Math.tanh(x + 0.5 * go(k - 1)));
  return go(n);
}

class Stage {
  constructor(
    readonly rate: number,
    readonly next: Stage | undefined,
  ) {}
  value(x: number): number {
    return this.next ? Math.cos(this.rate * this.next.value(x) + x) : x;
  }
}
export function inMethod(x: number, n: number): number {
  let stage = new Stage(x, undefined);
  for (let i = 0; i < n; i++) stage = new Stage(x * 0.9, stage);
  return stage.value(x);
}

export function writesOnTheWayBack(x: number, n: number): number {
  const xs: number[] = [];
  const fill = (i: number): number => {
    if (i >= n) return x;
    xs.push(x * i * 1e-3);
    const rest = fill(i + 1);
    xs[i] = xs[i]! * 0.5;
    return rest * 0.9 + xs[i]!;
  };
  return fill(0);
}

export function loopsInside(x: number, n: number): number {
  const f = (k: number): number => {
    let s = 0;
    for (let i = 0; i < 3; i++) s += Math.sin(x * i);
    if (k > 0) s += 0.5 * f(k - 1);
    return s;
  };
  return f(n);
}

/** Both results of the call are read, on both sides of another call, and one of them is changed in between. */
export function pairs(x: number, n: number): number {
  const both = (k: number): [number, number] => {
    if (k <= 0) return [x, x * x];
    let [a, b] = both(k - 1);
    const [c, d] = k % 3 === 0 ? both(k - 3) : [a, b];
    a += d * 0.1;
    if (c > 0) b = a * c;
    return [Math.sin(a + b), a - c * d];
  };
  const [p, q] = both(n);
  return p * q;
}

/** What is kept of a branch that is not taken, of a field that the call replaces, and of a test that is made again. */
export function replaced(x: number, n: number): number {
  const head = chained(n + 1, x)!;
  const go = (node: Link, k: number): number => {
    const { next } = node;
    const before = node.value;
    const isLast = next === null;
    if (!isLast && k > 0) {
      const inner = go(next, k - 1);
      next.value = inner * before;
      if (k % 2 === 0) node.next = null;
      return inner + before * next.value;
    }
    node.value = before * before;
    return isLast ? before : node.value;
  };
  return go(head, n) * head.value;
}

/** What is handed down unchanged, and what only seems to be: changed at every call, swapped, different from call to call. */
export function handedDown(x: number, n: number): number {
  const sum = (k: number, scale: number, shift: number, table: number[]): number =>
    k <= 0 ? shift : table[k % 3]! * scale + Math.sin(shift * sum(k - 1, scale, shift, table));
  const swap = (k: number, a: number, b: number): number => (k <= 0 ? a - 2 * b : a * b + 0.1 * swap(k - 1, b, a));
  let total = 0;
  let scale = x;
  for (let i = 0; i < 3; i++) {
    const table = [x * i, scale, i];
    total += sum(n, scale, x * 0.5, table) + swap(n, x, scale);
    scale *= x;
    table[1] = 0;
  }
  return total + (x > 0 ? sum(2, x, scale, [x, 1, 2]) : swap(3, scale, 1));
}

function ping(k: number, x: number, y: number, seen: number[]): number {
  if (k <= 0) return x * y;
  seen.push(x * k);
  return Math.sin(x) * pong(k - 1, y, x, seen);
}
function pong(k: number, y: number, x: number, seen: number[]): number {
  if (k <= 0) return x - y;
  seen[0] = seen[0]! * y;
  return ping(k - 2, x, y, seen) + 0.5 * pong(k - 1, y, x, seen) * seen[0]!;
}
/** Two functions that hand the same to each other in another order, called in a loop, in which what they share changes. */
export function pingPong(x: number, n: number): number {
  const seen = [x];
  let s = 0;
  for (let i = 0; i < 2; i++) {
    s += ping(n, x, x * x, seen);
    if (s > 0) s += 0.1 * pong(n, x * x, x, seen);
  }
  return s + seen[0]! + seen.length;
}

/** A field is read before and after a call that changes it, and one that does not change is read again. */
export function fieldsBetween(x: number, n: number): number {
  const node = { rate: x, fixed: 0.7 * x, next: 1 };
  const go = (k: number, at: { rate: number; fixed: number; next: number }): number => {
    if (k <= 0) return at.rate;
    const { rate, fixed } = at;
    const inner = go(k - 1, at);
    at.rate = at.rate * 0.9 + inner * 0.01;
    return rate * inner + fixed * fixed + at.rate;
  };
  return go(n, node) * node.rate;
}
