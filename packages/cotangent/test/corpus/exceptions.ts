/** `throw`, `try`, `catch` and `finally`, in every position that programs put them in. */

function checkedRoot(x: number): number {
  if (x < 0) throw new RangeError(`negative: ${x}`);
  return Math.sqrt(x);
}

export function rootOr(x: number, fallback: number): number {
  try {
    return checkedRoot(x) * fallback;
  } catch {
    return fallback * fallback;
  }
}

/** What was written before the throw stays written; what comes after it in the expression does not run. */
export function partlyDone(x: number, y: number): number {
  const log: number[] = [];
  const note = (v: number): number => {
    log.push(v);
    return v;
  };
  let total = 1;
  try {
    total = note(x) * checkedRoot(y) + note(x * y);
  } catch (e) {
    if (e instanceof RangeError) total += note(y * y);
  }
  for (const v of log) total += v * v * v;
  return total;
}

export function thrownNumber(x: number, limit: number): number {
  try {
    const y = x * x;
    if (y > limit) throw y * limit;
    return y;
  } catch (e) {
    return (e as number) + x;
  }
}

export function thrownRecord(x: number, y: number): number {
  try {
    if (x > y) throw { reason: "order", by: x - y };
    return x * y;
  } catch (e) {
    const { reason, by } = e as { reason: string; by: number };
    return reason === "order" ? by * by * x : 0;
  }
}

/** Numbers and errors from one block. */
export function twoKinds(x: number, mode: number): number {
  let y = x;
  try {
    if (mode === 1) throw x * x;
    if (mode === 2) throw new TypeError("mode");
    y = y * 3;
  } catch (e) {
    if (typeof e === "number") y = e * y;
    else if (e instanceof TypeError) y = Math.sin(y);
    else throw e;
  } finally {
    y = y + x;
  }
  return y * y;
}

export function sumOfValid(xs: number[]): number {
  let sum = 0;
  let failures = 0;
  for (const x of xs) {
    try {
      sum += checkedRoot(x) * x;
    } catch {
      failures++;
      if (failures > 2) break;
      continue;
    } finally {
      sum += x / 10;
    }
    sum *= 1.1;
  }
  return sum / (1 + failures);
}

/** Leaves two loops by a throw, as by a labelled break. */
export function firstPair(xs: number[], target: number): number {
  let seen = 0;
  try {
    for (let i = 0; i < xs.length; i++) {
      for (let j = i + 1; j < xs.length; j++) {
        seen += xs[i]! * xs[j]!;
        if (xs[i]! + xs[j]! > target) throw new Error("found");
      }
    }
  } catch {
    return seen * 2;
  }
  return seen;
}

export function fromCallbacks(xs: number[]): number {
  const roots: number[] = [];
  try {
    xs.forEach((x) => {
      roots.push(checkedRoot(x) * x);
    });
    return xs.map((x, i) => checkedRoot(x - 0.25) * (roots[i] ?? 0)).reduce((a, b) => a + b, 0);
  } catch {
    let s = 0;
    for (const r of roots) s += r * r;
    return s;
  }
}

export function overriddenReturn(x: number, n: number): number {
  let y = x;
  const run = (): number => {
    for (let i = 0; i < 5; i++) {
      try {
        y *= x;
        if (i === n) return y;
        if (i === 3) throw new Error("three");
      } finally {
        y += i;
        if (i === 2 && n === 2) break;
        if (i === 3) return y * 10;
      }
    }
    return -y;
  };
  return run();
}

export function nested(x: number, y: number): number {
  const trail: number[] = [];
  try {
    try {
      trail.push(checkedRoot(x));
    } catch (e) {
      trail.push(x * x);
      if (y < 0) throw new Error(`again: ${(e as Error).message}`);
    } finally {
      trail.push(y);
    }
    trail.push(checkedRoot(x + 2));
  } catch (e) {
    if (e instanceof Error && e.name === "Error") trail.push(x * y);
    else trail.push(x - y);
  }
  return trail.reduce((s, v, i) => s + v * v * (i + 1), 0);
}

function parse(tokens: number[], at: { i: number }): number {
  const token = tokens[at.i++];
  if (token === undefined) throw new SyntaxError("end");
  return token;
}

/** A reader that throws at its end, under a loop that never ends otherwise. */
export function readAll(tokens: number[]): number {
  const at = { i: 0 };
  let value = 1;
  try {
    while (true) value = value * parse(tokens, at) + parse(tokens, at);
  } catch {
    value += at.i;
  }
  return value;
}

/** In conditions, arguments, elements and updates. */
export function oddPlaces(xs: number[], y: number): number {
  const need = (v: number): number => {
    if (v > 2) throw v * y;
    return v;
  };
  let s = 0;
  let i = 0;
  try {
    while (need(xs[i]!) < 1.5) {
      xs[i] = xs[i]! * y;
      s += need(xs[i]!) > 1 ? need(xs[i]! + 0.5) : -y;
      xs[i++]! += need(xs[i]! * s);
    }
    s += [need(s), need(s * s)][1]!;
  } catch (e) {
    s += e as number;
  }
  return s + xs[0]! * xs[1]!;
}

export function newton(start: number, a: number): number {
  const step = (x: number, k: number): number => {
    const slope = 3 * x * x;
    if (slope < 1e-3) throw new RangeError("flat");
    if (k > 30) throw new Error("too many");
    return x - (x * x * x - a) / slope;
  };
  let x = start;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      for (let k = 0; k < 12; k++) x = step(x, k);
      return x;
    } catch (e) {
      x = e instanceof RangeError ? x + 1 : a;
    }
  }
  return Number.NaN;
}

/** Changes an argument, then fails; the caller sees the change. */
export function halfway(xs: Float64Array, limit: number): number {
  let done = 0;
  try {
    for (let i = 0; i < xs.length; i++) {
      xs[i] = xs[i]! * xs[i]!;
      if (xs[i]! > limit) throw new Error("limit");
      done += xs[i]!;
    }
  } finally {
    xs[0] = done;
  }
  return done;
}

export function halfwayCaught(xs: Float64Array, limit: number): number {
  try {
    return halfway(xs, limit);
  } catch (e) {
    return xs[0]! * (e instanceof Error ? 2 : 1) + limit;
  }
}

/** `try` in a function that is called, with its own result on each way out. */
function safeDivide(a: number, b: number): number | undefined {
  try {
    if (Math.abs(b) < 1e-6) throw new RangeError("zero");
    return a / b;
  } catch {
    return undefined;
  }
}

export function divisions(xs: number[], y: number): number {
  let s = 0;
  for (const x of xs) s += safeDivide(y, x) ?? y * y;
  return s;
}

/** The error is kept, and thrown where the loop is over. */
export function retried(x: number, times: number): number {
  let failure: Error | undefined;
  let y = x;
  for (let i = 0; i < times; i++) {
    try {
      y = checkedRoot(y - 1) * 2;
      failure = undefined;
    } catch (e) {
      failure = e as Error;
      y = y + 2 * x;
    }
  }
  try {
    if (failure) throw failure;
    return y;
  } catch (e) {
    return y * ((e as Error).name === "RangeError" ? 3 : 5);
  }
}

interface Expression {
  readonly op: "number" | "add" | "divide" | "root";
  readonly value?: number;
  readonly parts?: readonly Expression[];
}

function evaluate(e: Expression, scale: number): number {
  if (e.op === "number") return (e.value ?? 0) * scale;
  let result = e.op === "add" ? 0 : 1;
  for (const [i, part] of (e.parts ?? []).entries()) {
    const v = evaluate(part, scale);
    if (e.op === "add") result += v;
    else if (e.op === "root") result *= checkedRoot(v);
    else if (i === 0) result = v;
    else if (v === 0) throw result * scale;
    else result /= v;
  }
  return result;
}

/** A recursive function that throws from any depth, errors and numbers. */
export function evaluated(e: Expression, scale: number): number {
  try {
    return evaluate(e, scale) ** 2;
  } catch (problem) {
    if (typeof problem === "number") return problem * 3;
    if (problem instanceof RangeError) return scale * scale;
    throw problem;
  }
}

/** Recursion that catches what its own deeper calls throw. */
export function bisected(low: number, high: number, y: number, depth: number): number {
  const middle = (low + high) / 2;
  if (depth === 0) throw middle * y;
  try {
    return bisected(low, middle, y, depth - 1);
  } catch (e) {
    if (middle > 1.2) throw (e as number) + middle * y;
    return (e as number) * middle;
  }
}

function even(n: number, x: number): number {
  if (n === 0) return x;
  if (x > 8) throw new RangeError("large");
  return odd(n - 1, x * 1.5);
}
function odd(n: number, x: number): number {
  if (n === 0) throw x * x;
  return even(n - 1, x + 1) * x;
}

export function mutualThrows(x: number, n: number): number {
  let total = 0;
  for (let k = 0; k < n; k++) {
    try {
      total += even(k, x);
    } catch (e) {
      total += typeof e === "number" ? e : x;
    }
  }
  return total;
}

class NegativeError extends Error {
  constructor(readonly by: number) {
    super(`negative by ${by}`);
    this.name = "NegativeError";
  }
}
class AppError extends Error {
  constructor(
    message: string,
    public code: number,
  ) {
    super(message);
  }
  scaled(k: number): number {
    return this.code * k;
  }
}
class DomainError extends AppError {
  override name = "DomainError";
  constructor(public at: number) {
    super("domain", at * 2);
  }
}
class FarError extends RangeError {
  extra = 3;
}

function ownErrors(x: number, k: number): number {
  if (k === 0) throw new DomainError(x * x);
  if (k === 1) throw new AppError("app", x);
  if (k === 2) throw new FarError();
  if (k === 3) throw new TypeError("type");
  if (k === 4) throw x * 5;
  return x;
}

/** Errors of the program's own classes, told apart by class, by built-in class, and by what they say. */
export function kindsOfErrors(x: number): number {
  let s = 0;
  for (let k = 0; k < 6; k++) {
    try {
      s += ownErrors(x * (k + 1), k);
    } catch (e) {
      if (e instanceof DomainError) s += e.at * 2 + e.scaled(x) + (e.name === "DomainError" ? x : 0);
      else if (e instanceof AppError) s += e.code * 3 + (e.message === "app" && e.name === "Error" ? x : 0);
      else if (e instanceof RangeError)
        s += (e instanceof FarError ? e.extra : 1) * x + (e.message === "" ? x ** 3 : 0);
      else if (e instanceof Error) s += e.name === "TypeError" ? x * s : 0;
      else s += (e as number) * x;
    } finally {
      s *= 1.1;
    }
  }
  return s;
}

/** Caught, looked at, and thrown again as it is or as another; kept after the `catch`. */
export function errorsThrownAgain(x: number): number {
  const kept: NegativeError[] = [];
  const root = (v: number): number => {
    if (v < 0) throw new NegativeError(v);
    return Math.sqrt(v);
  };
  const inner = (v: number): number => {
    try {
      return root(v);
    } catch (e) {
      if (e instanceof NegativeError && e.by < -5) throw new DomainError(e.by * x);
      throw e;
    }
  };
  let s = 0;
  for (const v of [x, -x, -10 * x]) {
    try {
      s += inner(v);
    } catch (e) {
      if (e instanceof NegativeError) kept.push(e);
      s += e instanceof DomainError ? e.at : x;
    }
  }
  return kept.reduce((t, e) => t + e.by ** 2, s);
}

class Pile {
  #items: number[] = [];
  push(v: number): void {
    this.#items.push(v);
  }
  pop(): number {
    const v = this.#items.pop();
    if (v === undefined) throw new AppError("empty", this.#items.length);
    return v;
  }
}
const popped = (p: Pile): number => p.pop() * 2;

/** A method throws, two calls further in; a loop ends by it. */
export function thrownByMethods(x: number): number {
  const p = new Pile();
  for (const v of [x, x * x, Math.sin(x)]) p.push(v);
  let s = 1;
  try {
    for (;;) s = s * x + popped(p);
  } catch (e) {
    if (!(e instanceof AppError)) throw e;
    return s * (e.code + x);
  }
}

/** The name of a `catch` is another variable in each clause that runs, and functions keep it. */
export function caughtAndKept(x: number): number {
  const later: (() => number)[] = [];
  for (const k of [1, 2, 3]) {
    try {
      if (k === 1) throw x * 2;
      if (k === 2) throw new NegativeError(x * x);
      throw { a: x };
    } catch (e) {
      const w = x * k;
      if (typeof e === "number") later.push(() => e + w);
      else if (e instanceof Error) later.push(() => (e as NegativeError).by * w);
      else {
        const { a } = e as { a: number };
        later.push(() => a * w);
      }
    }
  }
  return later.reduce((s, f) => s * x + f(), 0);
}

/** What was thrown, asked by what it has: a number, an object, or an error, which has a message and no `by`. */
export function toldByProperty(x: number, y: number): number {
  let s = 0;
  try {
    try {
      if (x > 1) throw x * y;
      if (y > 1) throw { by: x, scale: y };
      if (x < 0) throw new RangeError("negative");
      s = x;
    } catch (e) {
      if (typeof e !== "object" || e === null) throw e;
      if ("by" in e) {
        const { by, scale } = e as { by: number; scale: number };
        s = Math.cos(by * scale);
      } else s = "message" in e ? x * 3 : x * 5;
    }
  } catch (e) {
    if (typeof e !== "number") throw e;
    s = e * e;
  }
  return s;
}
