/** Loops of every form, left in every way. */

/** Newton's square root: stops when it is good enough, so the number of steps depends on the data. */
export function newtonSqrt(a: number): number {
  let x = a > 1 ? a : 1;
  while (Math.abs(x * x - a) > 1e-12) {
    x = 0.5 * (x + a / x);
  }
  return x;
}

export function exponentialSeries(x: number): number {
  let term = 1;
  let sum = 1;
  let n = 0;
  do {
    n++;
    term *= x / n;
    sum += term;
  } while (Math.abs(term) > 1e-16 && n < 100);
  return sum;
}

export function harmonicSum(x: number, n: number): number {
  let sum = 0;
  for (let i = 1; i <= n; i++) sum += Math.sin(i * x) / i;
  return sum;
}

export function forOfSum(values: number[], power: number): number {
  let sum = 0;
  for (const value of values) {
    if (value < 0) continue;
    sum += value ** power;
  }
  return sum;
}

/** Two numbers that swap places at every turn. */
export function fibonacciLike(a: number, b: number, n: number): number {
  for (let i = 0; i < n; i++) {
    [a, b] = [b, a + 0.5 * Math.sin(b)];
  }
  return a * b;
}

export function triangular(x: number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j <= i; j++) {
      sum += x[i] * x[j] * (i - j + 1);
    }
  }
  return sum;
}

/** Nested loops, each with values of its own to carry. */
export function nestedCarried(x: number, y: number): number {
  let outer = x;
  let total = 0;
  for (let i = 0; i < 3; i++) {
    let inner = outer * y;
    for (let j = 0; j < 2 + i; j++) {
      inner = Math.tanh(inner + j * outer);
      total += inner * inner;
    }
    outer += inner;
  }
  return total + outer;
}

export function labelledBreak(grid: number[][], limit: number): number {
  let sum = 0;
  search: for (let i = 0; i < grid.length; i++) {
    for (let j = 0; j < grid[i].length; j++) {
      if (grid[i][j] < 0) continue search;
      if (sum > limit) break search;
      sum += grid[i][j] * (i + 1) + sum * 0.1 * grid[i][j];
    }
    sum *= 1.5;
  }
  return sum;
}

/** Returns from inside two loops, with what it has by then. */
export function firstCrossing(xs: number[], ys: number[], level: number): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    for (let j = 0; j < ys.length; j++) {
      sum += xs[i] * ys[j];
      if (sum > level) {
        return (sum - level) * xs[i] + j;
      }
    }
    sum *= 0.9;
  }
  return -sum;
}

export function bisectThenPolish(a: number): number {
  let low = 0;
  let high = a + 1;
  for (let i = 0; i < 8; i++) {
    const middle = (low + high) / 2;
    if (middle * middle * middle < a) low = middle;
    else high = middle;
  }
  let x = (low + high) / 2;
  for (;;) {
    const next = x - (x * x * x - a) / (3 * x * x);
    const done = Math.abs(next - x) < 1e-13;
    x = next;
    if (done) break;
  }
  return x;
}

export function countDown(x: number): number {
  let product = 1;
  for (let i = 5; i > 0; i -= 2) product *= x + i;
  let k = 4;
  while (k-- > 0) product += k * x * x;
  return product;
}

/** `var` belongs to the function: read before and after the loop that declares it. */
export function hoisted(x: number): number {
  if (x > 0) {
    var scale: number | undefined = x * x;
  }
  for (var i = 0; i < 3; i++) {
    var last = (scale ?? 1) * (i + 1);
  }
  return last! * i + x;
}

export function exitsInsideBranches(x: number[], tolerance: number): number {
  let best = x[0];
  let i = 0;
  while (true) {
    if (i >= x.length) {
      break;
    } else if (x[i] > tolerance) {
      best = best * 0.5 + x[i];
      if (best > 3 * tolerance) break;
    } else {
      i += 2;
      best -= x[i - 2] / 3;
      continue;
    }
    i++;
  }
  return best * best;
}

/** An empty loop, a loop that runs once, and a bound that changes while it runs. */
export function movingBound(x: number): number {
  let sum = x;
  for (let i = 0; i < 0; i++) sum *= 1000;
  let n = 3;
  for (let i = 0; i < n; i++) {
    sum += Math.cos(i * x);
    if (i === 1) n = 6;
  }
  return sum;
}

export function logisticMap(r: number, x0: number, steps: number): number {
  let x = x0;
  for (let step = 0; step < steps; step += 1) x = r * x * (1 - x);
  return x;
}

/** How many steps to escape steers; what is left then flows. */
export function escapeValue(cx: number, cy: number): number {
  let x = 0;
  let y = 0;
  let n = 0;
  while (x * x + y * y < 16 && n < 40) {
    const t = x * x - y * y + cx;
    y = 2 * x * y + cy;
    x = t;
    ++n;
  }
  return n - Math.log2(Math.log(x * x + y * y));
}

/** All that its derivative needs follows from the counters and from data: branches, factors, elements, inner bounds. */
export function steeredByCounters(x: number, weights: number[], n: number): number {
  let s = x;
  for (let i = 0; i < n; i++) {
    const c = Math.cos(i);
    if (i % 3 === 0) continue;
    for (let k = i % 4; k >= 0; k--) {
      if ((i * k) % 5 === 3) s = s * c + c * c * x;
      else s -= 0.1 * x * Math.exp(-k) * weights[(i + k) % weights.length]!;
      if (k > 2 && i > 6) break;
    }
  }
  return s;
}

/** One loop of two needs what it carries; the weights are overwritten in the end, after they have been read. */
export function partlyByCounters(x: number, weights: number[], n: number): number {
  let s = x;
  for (let i = 0; i < n; i++) {
    let t = 0;
    for (let k = 0; k < 3; k++) t += s * Math.sin(i - k) * weights[k]!;
    s = Math.sin(t + s);
  }
  for (let k = 0; k < 3; k++) s += weights[k]! * Math.cos(k) * x;
  weights[1] = s;
  let i = 0;
  while (i < n) {
    s *= 1 + 0.1 * Math.cos(i) * weights[1]!;
    i += 2;
  }
  return s;
}

/** Loops through which no derivative flows: what they overwrite was read by one that has an adjoint, and is put back. */
export function betweenActiveLoops(x: number, n: number): number {
  const w = [1, 2, 3];
  const order = new Int32Array([0, 1, 2]);
  let s = 0;
  for (let r = 0; r < n; r++) {
    for (let i = 0; i < w.length; i++) s += x ** 2 * w[order[i]!]! * Math.sin(s);
    for (let i = 0; i < w.length; i++) w[i] = w[i]! * 0.5 + i;
    let k = 0;
    while (order[0] !== (r + 1) % 3 && k < 3) {
      const first = order[0]!;
      for (let i = 1; i < order.length; i++) order[i - 1] = order[i]!;
      order[2] = first;
      k++;
    }
  }
  return s;
}

/** Lists of numbers that loops fill by pushes: with elements before and after, in turns of both ways, not at all. */
export function filledByPushes(x: number[], n: number): number {
  const ahead = [x[0]!, 2];
  const back: number[] = [];
  for (let i = 0; i < n; i++) {
    ahead.push(x[i % x.length]! * i);
    back.push(Math.sin(ahead.length));
  }
  ahead.push(x[1]! ** 2);
  const down: number[] = [];
  for (let i = x.length - 1; i >= 0; i--) down.push(x[i]! * x[0]!);
  const from: number[] = [x[1]!];
  for (let i = 2; i < n; i++) from.push(down[i % down.length]! * i);
  const rows: number[][] = [];
  for (let r = 0; r < 3; r++) {
    const row: number[] = [];
    for (let i = r; i < 3; i++) row.push(x[0]! ** r * i);
    for (let i = 0; i < r; i++) row.push(x[1]! * i);
    rows.push(row);
  }
  const none: number[] = [];
  for (let i = n; i < 0; i++) none.push(x[0]!);
  const sum = (list: readonly number[]): number => list.reduce((a, b, i) => a + b * Math.cos(i), list.length);
  return sum(ahead) * sum(back) + sum(down) * sum(from) + rows.reduce((a, row) => a + sum(row), sum(none));
}

/** Loops whose every turn throws: what comes after one has seen none. */
export function turnsThatThrow(x: number, y: number): number {
  let s = x * x;
  while (s < 0) {
    s = s + y;
    throw new RangeError("negative");
  }
  let total = 0;
  for (let i = 0; i < 3; i++) {
    let p = s * y + i;
    do {
      if (p > 0) break;
      p = p * x;
      throw new RangeError("not positive");
    } while (p < 9);
    while (p > 1e6) {
      p = Math.sqrt(p) * x;
      throw new RangeError("large");
    }
    total += Math.sin(p) * p;
  }
  return total * s;
}

const replacements = [0.5, 1.5, 2.5];

/** What a turn puts into the place of x does not depend on anything. */
export function overwrittenByConstants(x: number, turns: number): number {
  for (let i = 0; i < turns; i++) x = replacements[i]!;
  return x * x;
}

export function overwrittenByElements(x: number, y: number): number {
  const left = [1, 2, 3];
  for (let i = 0; x < 2 && i < 3; i++) x = left.pop()!;
  return x * y;
}
