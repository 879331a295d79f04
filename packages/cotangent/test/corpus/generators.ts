/** Generators: values taken by loops, spreads, patterns and other generators; recursive ones; early ends. */

function* upTo(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
}
function* powersOf(x: number): Generator<number> {
  let v = x;
  while (true) {
    yield v;
    v *= x;
  }
}
function* pair(x: number): Generator<number> {
  yield x;
  if (x > 0) yield x * x;
}
function* chained(x: number): Generator<number> {
  yield* pair(x);
  yield* [x, 2 * x];
  for (const v of pair(-x)) yield v + 1;
}
function* take(values: Generator<number>, n: number): Generator<number> {
  let taken = 0;
  for (const v of values) {
    if (taken++ >= n) return;
    yield v;
  }
}

export function powerSum(x: number): number {
  let sum = 0;
  for (const i of upTo(4)) sum += x ** i;
  for (const v of upTo(0)) sum += v * x;
  return sum;
}

export function leavesGenerator(x: number): number {
  let sum = 0;
  for (const i of upTo(10)) {
    if (i === 1) continue;
    sum += x * i;
    if (sum > 5) break;
  }
  for (const v of powersOf(x)) {
    sum += v;
    if (v > 20 || v < 0.2) return sum * v;
  }
  return sum;
}

export function delegating(x: number): number {
  let sum = 0;
  let k = 1;
  for (const v of chained(x)) sum += v * k++;
  return sum;
}

export function spreadAndTaken(x: number): number {
  const list = [...pair(x), ...upTo(2), x];
  const [first, , third = 7] = chained(x);
  const [a, b] = powersOf(x);
  return list.reduce((p, q, i) => p + q * (i + 1), 0) + Math.max(...pair(x)) + first * third + a * b;
}

export function pipelined(x: number): number {
  let sum = 0;
  for (const v of take(powersOf(x), 3)) sum += v;
  return sum;
}

/** What is taken from twice gives nothing the second time. */
export function takenTwice(x: number): number {
  const values = pair(x);
  let sum = 0;
  for (const v of values) sum += v;
  for (const v of values) sum += 100 * v;
  return sum;
}

/** The loop changes what the generator reads next, and the other way round. */
export function mutuallyMutating(x: number): number {
  const xs = [x, 2 * x, 3];
  function* each(): Generator<number> {
    for (let i = 0; i < xs.length; i++) {
      yield xs[i];
      xs[i] = x * i;
    }
  }
  let sum = 0;
  for (const v of each()) {
    xs[2] += v;
    sum += v * v;
  }
  return sum + xs[0] + xs[1] * xs[2];
}

export function pairsFromGenerator(x: number): number {
  function* indexed(): Generator<[number, number]> {
    for (let i = 0; i < 3; i++) yield [i, x * i + 1];
  }
  let sum = 0;
  for (const [i, v] of indexed()) sum += i * v;
  return sum;
}

export function closuresOverItems(x: number): number {
  const delayed: (() => number)[] = [];
  let last = () => 0;
  for (const v of pair(x)) {
    delayed.push(() => v * x);
    if (v > 1.5) last = () => v;
  }
  return delayed[0]() + last();
}

interface Tree {
  value: number;
  left?: Tree;
  right?: Tree;
}
function* inorder(tree: Tree | undefined): Generator<number> {
  if (!tree) return;
  yield* inorder(tree.left);
  yield tree.value;
  yield* inorder(tree.right);
}

export function treeInOrder(tree: Tree): number {
  let sum = 0;
  let k = 1;
  for (const v of inorder(tree)) sum += v ** 2 * k++;
  return sum;
}

export function treeFirstAbove(tree: Tree, limit: number): number {
  let sum = 0;
  for (const v of inorder(tree)) {
    if (v > limit) return sum * v;
    sum += v;
  }
  return -sum;
}

export function treeLabelled(tree: Tree, x: number): number {
  let sum = 0;
  outer: for (let i = 1; i < 4; i++) {
    for (const v of inorder(tree)) {
      if (v * i > 4) continue outer;
      sum += v * x * i;
      if (sum > 50) break outer;
    }
    sum += i * x;
  }
  return sum;
}

function* weighted(tree: Tree | undefined): Generator<number> {
  if (!tree) return;
  for (const v of weighted(tree.left)) yield v * 2;
  yield tree.value;
  for (const v of weighted(tree.right)) {
    if (v > 100) return;
    yield v * tree.value;
  }
}
export function treeNestedYields(tree: Tree, limit: number): number {
  let sum = 0;
  let k = 1;
  for (const v of weighted(tree)) {
    sum += v * k++;
    if (sum > limit) return sum * v;
  }
  return sum;
}

export function treeProduct(tree: Tree): number {
  const [first] = inorder(tree);
  return [...inorder(tree)].reduce((a, b) => a * b, first);
}

export function manyYields(x: number): number {
  function* steps(): Generator<number> {
    yield x;
    yield 2 * x;
    yield 3;
    yield x * x;
    yield x ** 3;
    yield 1;
  }
  let sum = 0;
  for (const v of steps()) {
    if (v === 3) continue;
    sum += v;
    if (sum > 100) return sum;
  }
  return sum;
}

export function halvings(x: number): number {
  function* halves(k: number): Generator<number> {
    if (k === 0) {
      yield x;
      return;
    }
    for (const p of halves(k - 1)) {
      yield p * 2;
      yield p + x;
    }
  }
  let sum = 0;
  for (const p of halves(2)) sum += p * p;
  return sum;
}

/** A function that `Array.from` is given runs for each value as it is taken, and sees what the generator did until then. */
export function mappedAsTaken(x: number, y: number): number {
  let n = x;
  const buffer = [0];
  function* values(): Generator<number[]> {
    for (let i = 1; i <= 3; i++) {
      n *= y;
      buffer[0] = n * i;
      yield buffer;
    }
  }
  const mapped = Array.from(values(), ([v], i) => v * n + i);
  return mapped.reduce((sum, v) => sum * 0.5 + v, 0) + n;
}

/** The same pair each time, with other contents. */
export function entriesAsTaken(x: number, y: number): number {
  const pair: [string, number] = ["a", x];
  function* pairs(): Generator<[string, number]> {
    yield pair;
    pair[0] = "b";
    pair[1] *= y;
    yield pair;
  }
  const map = new Map(pairs());
  pair[0] = "c";
  const record: Record<string, number> = Object.fromEntries(pairs());
  return (map.get("a") ?? 0) * 2 + (map.get("b") ?? 0) * 3 + (record.c ?? 0) * 5 + (record.b ?? 0) * 7;
}

/** What is iterated over grows while it is. */
export function mappedWhileGrowing(xs: number[]): number {
  const list = xs.slice();
  const doubled = Array.from(list, (v, i) => {
    if (list.length < 5) list.push(v * 2);
    return v * (i + 1);
  });
  const map = new Map(xs.map((x, i) => [i, x]));
  const values = Array.from(map, ([k, v]) => {
    if (map.size < 5) map.set(k + 10, v * v);
    return v * k;
  });
  return doubled.reduce((a, b) => a + b, 0) + values.reduce((a, b) => a + b * b, 0);
}

function* rowsByName(rows: Map<string, number[]>): Generator<[string, number[]]> {
  yield* rows;
}

/** What is delegated to gives pairs: of a map, of an array's entries, of a set's. */
export function delegatedEntries(xs: number[]): number {
  const rows = new Map([
    ["a", xs],
    ["bb", xs.map((v) => v * v)],
  ]);
  const counted = function* () {
    yield* xs.entries();
    yield* xs;
  };
  const twice = function* () {
    yield* new Set(xs).entries();
  };
  let sum = 0;
  for (const [name, row] of rowsByName(rows)) sum += name.length * row[0];
  for (const item of counted()) sum = 0.9 * sum + (typeof item === "number" ? item : item[0] * item[1]);
  for (const [a, b] of twice()) sum += a * b;
  return sum;
}
