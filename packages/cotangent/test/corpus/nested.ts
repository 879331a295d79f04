// Programs that ask for derivatives themselves.
import { derivative, grad, hessian, hvp, jacobian, jvp, linearize, taylor, valueAndGrad, vjp } from "cotangent";
import { keptFromTheTop } from "./found.ts";

/** d/dx [x * d/dy (x + y)] is d/dx [x] = 1: nothing takes the one derivative for the other. */
export function notConfused(x: number): number {
  return x * grad((y: number) => x + y)(1);
}

export function curried(x: number): number {
  const inner = (a: number) => grad((b: number) => a * b * b + x * b)(a);
  return grad((a: number) => inner(a) * x)(x) + inner(2);
}

interface Quadratic {
  readonly center: number;
  readonly stiffness: number;
}

function energy(x: number[], { center, stiffness }: Quadratic): number {
  let sum = 0;
  for (const v of x) sum += stiffness * (v - center) ** 2 + 0.1 * v ** 4;
  for (let i = 1; i < x.length; i++) sum += (x[i] - x[i - 1]) ** 2;
  return sum;
}

/** Bilevel optimisation: how good what gradient descent finds is, by the parameters of what it descends. */
export function bilevel(center: number, stiffness: number): number {
  let x = [0.2, -0.4, 1];
  for (let step = 0; step < 8; step++) {
    const slope = grad(energy)(x, { center, stiffness });
    x = x.map((v, i) => v - 0.08 * slope[i]);
  }
  return x.reduce((sum, v) => sum + (v - 0.7) ** 2, 0);
}

/** Two descents, one inside of the other: the inner player answers best, the outer one knows it. */
export function minimax(x0: number, c: number): number {
  const payoff = (x: number, y: number) => x * x + c * x * y - 2 * y * y + Math.sin(x - y);
  const worst = (x: number): number => {
    let y = 0;
    for (let i = 0; i < 6; i++) y += 0.1 * grad(payoff, { argnums: 1 })(x, y);
    return payoff(x, y);
  };
  let x = x0;
  for (let i = 0; i < 4; i++) x -= 0.1 * grad(worst)(x);
  return worst(x);
}

/** A particle that the gradient of a potential steers. */
export function steered(vx: number, vy: number): number {
  const potential = (p: Float64Array) => {
    const r = Math.hypot(p[0], p[1]);
    return 0.3 * r * r - 1 / Math.sqrt(r * r + 0.5) + 0.1 * p[0] * p[1];
  };
  const position = Float64Array.of(1, 0.2);
  const velocity = Float64Array.of(vx, vy);
  for (let t = 0; t < 12; t++) {
    const force = grad(potential)(position);
    for (let i = 0; i < 2; i++) {
      velocity[i] -= 0.05 * force[i];
      position[i] += 0.05 * velocity[i];
    }
  }
  return position[0] * position[1] + velocity[0];
}

/** Newton's method, on a function that arrived as a parameter. */
function newton(f: (x: number) => number, start: number, steps: number): number {
  let x = start;
  for (let i = 0; i < steps; i++) x -= f(x) / grad(f)(x);
  return x;
}

export function rootOf(a: number): number {
  return newton((x) => x ** 3 + a * x - 2, 1.2, 5) * newton(Math.cos, a, 3);
}

export function newtonByHessian(a: number, b: number): number {
  const f = (p: number[]) => (p[0] - a) ** 2 + Math.exp(p[0] * p[1] * 0.3) + (p[1] - b) ** 4 + p[1] ** 2;
  let p = [0.3, 0.1];
  for (let k = 0; k < 3; k++) {
    const g = grad(f)(p);
    const h = hessian(f)(p);
    const det = h[0][0] * h[1][1] - h[0][1] * h[1][0];
    p = [p[0] - (h[1][1] * g[0] - h[0][1] * g[1]) / det, p[1] - (h[0][0] * g[1] - h[1][0] * g[0]) / det];
  }
  return p[0] + 2 * p[1];
}

export function directional(x: number): number {
  const [value, tangent] = jvp((y: number, z: number) => y * y * z * x)([x, 3], [1, x]);
  const [both, row] = valueAndGrad((p: number, q: number) => p * q * q * x, { argnums: [0, 1] })(x, 2);
  return value * tangent + both * row[0] * row[1];
}

/** Pullbacks are function values: kept in a list, called later, and more than once. */
export function pullbacksInList(x: number): number {
  const pullbacks: ((w: number) => number[])[] = [];
  let y = x;
  for (let i = 1; i <= 3; i++) {
    const k = i;
    const [value, pullback] = vjp((u: number) => Math.sin(k * u) + u * x)(y);
    pullbacks.push(pullback);
    y = value;
  }
  let bar = 1;
  for (let i = pullbacks.length - 1; i >= 0; i--) bar = pullbacks[i](bar)[0];
  return bar + pullbacks[0](x)[0];
}

export function pullbackOfLoop(x: number, w: number[]): number {
  const [value, pullback] = vjp((u: number[]) => {
    let s = x;
    for (let i = 0; i < u.length; i++) s = Math.sin(s * u[i]) + u[i] * x;
    return s;
  })(w);
  const [bar] = pullback(value);
  const [again] = pullback(x);
  return bar[0] * again[1] + value;
}

export function linearized(x: number): number {
  const [value, push] = linearize((y: number, z: number) => Math.sin(y * x) * z)(x, 2);
  return value * push([1, x]) + push([x, 0]);
}

export function rowsOfJacobian(x: number[]): number {
  const field = (p: number[]) => [p[0] * p[1], Math.sin(p[0]) + x[0] * p[1]];
  const j = jacobian(field)(x);
  const product = hvp((p: number[]) => field(p)[0] * field(p)[1])([x], x);
  return j[0][0] * j[1][1] - j[0][1] * j[1][0] + product[0] * product[1];
}

/** Two derivatives of one function by different surroundings, and one chosen when the program runs. */
export function chosenDerivative(x: number): number {
  const slopes: ((y: number) => number)[] = [];
  for (const k of [1, 2, 3]) slopes.push(grad((y: number) => Math.sin(k * y) * x));
  const pick = x > 1 ? grad((y: number) => y ** 3 * x) : Math.sin;
  return slopes[0](x) * slopes[2](0.3) + pick(x);
}

/** What the inner function captures changes between its calls. */
export function capturedChanges(x: number): number {
  let k = x;
  const slope = grad((y: number) => k * y * y + k ** 2 * y);
  const first = slope(1);
  k = k * x + 1;
  const second = slope(x);
  return first * second;
}

/** The inner function writes what it captures, and what it is given. */
export function innerWrites(x: number): number {
  const log = [0, 0];
  let calls = 0;
  const f = (v: number[]) => {
    calls++;
    log[0] += v[0] * x;
    v[1] = v[0] * v[1] + x;
    return v[0] * v[1] + log[0];
  };
  const v = [x, 2];
  const g = grad(f)(v);
  return g[0] * g[1] + v[1] + log[0] * calls;
}

/** One array is an argument of the inner function and captured by it. */
export function capturedToo(x: number): number {
  const v = [x, x * x];
  const f = (u: number[]) => u[0] * v[1] + v[0] * u[1] * u[1];
  const g = grad(f)(v);
  return g[0] * g[1];
}

export function inBranches(x: number, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (i === 3) break;
    total += i % 2 === 0 ? grad((y: number) => (y > 1 ? y * y * x : Math.sqrt(y) * x))(x + i) : x;
  }
  return total;
}

class Spring {
  readonly k: number;
  readonly rest: number;
  constructor(k: number, rest: number) {
    this.k = k;
    this.rest = rest;
  }
  energy(length: number): number {
    return 0.5 * this.k * (length - this.rest) ** 2;
  }
  force(length: number): number {
    return -grad((l: number) => this.energy(l))(length);
  }
}

export function springs(k: number, length: number): number {
  const chain = [new Spring(k, 1), new Spring(k * k, length)];
  return chain.reduce((sum, s) => sum * s.force(length * 1.5), 1);
}

function guarded(x: number): number {
  if (x < 0) throw new RangeError("negative");
  return Math.sqrt(x) * x;
}

/** Under `try`: what the function throws is caught, and no derivative is asked for. */
export function underTry(x: number): number {
  let total = 0;
  for (const shift of [0, -5, 1]) {
    try {
      total += grad((y: number) => guarded(y + shift) * x)(x);
    } catch (error) {
      total += error instanceof RangeError ? 10 * x * x : 0;
    }
  }
  return total;
}

function power(x: number, n: number): number {
  return n === 0 ? 1 : x * power(x, n - 1);
}

export function ofRecursion(x: number): number {
  return grad(power)(x, 4) * grad(grad((y: number) => power(y * x, 3)))(x);
}

/** Taylor arithmetic inside of what is differentiated. */
export function highOrders(x: number): number {
  const [, , third] = taylor((y: number) => Math.exp(y * x) / y, { order: 2 })(x);
  return derivative((y: number) => y ** 5 * x, { order: 3 })(x) + third * derivative(Math.sin)(x);
}

function chosen(flag: boolean, k: number): (y: number) => number {
  return flag ? (y) => y * y * k : (y) => Math.sin(y * k);
}

/** Derivatives of functions that are only known when the program runs. */
export function ofChosen(x: number): number {
  return grad(chosen(x > 1, x))(x) + grad(chosen(x < 1, x * x))(x);
}

interface Problem {
  readonly name: string;
  readonly loss: (w: number[]) => number;
}

function minimise({ loss }: Problem, start: number[]): number[] {
  let w = start;
  for (let i = 0; i < 3; i++) {
    const slope = grad(loss)(w);
    w = w.map((v, j) => v - 0.1 * slope[j]);
  }
  return w;
}

export function problems(x: number): number {
  const all: Problem[] = [
    { name: "a", loss: (w) => w[0] ** 2 * x + w[1] },
    { name: "b", loss: (w) => Math.sin(w[0] * w[1] * x) },
  ];
  let sum = 0;
  for (const p of all) {
    const w = minimise(p, [x, 0.5]);
    sum += w[0] * w[1];
  }
  return sum;
}

export function secondOfListed(x: number): number {
  const list: ((y: number) => number)[] = [(y) => y ** 3 * x, Math.sin];
  let sum = 0;
  for (const f of list) sum += grad(grad(f))(x) + hessian(f)(x) * vjp(f)(x)[1](2)[0];
  return sum;
}

/** The inner function is recursive and captures; its loops leave early; it throws and catches. */
export function innerControl(x: number): number {
  const rec = (y: number, n: number): number => (n <= 0 ? y : x * rec(y * y, n - 1) + y);
  const early = (y: number): number => {
    let s = 0;
    outer: for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        if (s > 3) break outer;
        if (j > i) continue outer;
        s += y * x * (i + j);
      }
    }
    return s * y;
  };
  const caught = (y: number): number => {
    try {
      if (y > 1) throw y * x;
      return y;
    } catch (e) {
      return typeof e === "number" ? e * y : 0;
    }
  };
  return grad(rec)(x, 3) * grad(early)(x) + grad(caught)(x) * grad(caught)(0.5);
}

/** The branch that is not taken has no finite derivative. */
export function innerGuards(x: number): number {
  const f = (y: number) => (y > 0 ? Math.sqrt(y) : 0) + (y < 10 ? y * x : Math.log(-y));
  return grad(f)(0) + grad(f)(x);
}

/** Memory under two names, written at each run. */
export function innerAliases(x: number): number {
  const buffer = new Float64Array(4);
  const same = buffer;
  const f = (y: number) => {
    for (let i = 0; i < 4; i++) same[i] = y * (i + 1) * x;
    return buffer[0] * buffer[3] + buffer[2];
  };
  const slope = grad(f)(x);
  return slope + buffer[1];
}

/** The function has memory of its own and is inlined; after what it throws the rest of the expression does not run. */
export function underTryInline(x: number): number {
  const f = (y: number): number => {
    const a = [y, y * x];
    a.push(y);
    a[0] = a[1] * 2;
    if (y > 5) throw new Error("big");
    return a[0] * a[2];
  };
  let sum = 0;
  for (const v of [x, 9]) {
    try {
      sum += grad(f)(v);
    } catch {
      sum += 3 * x;
    }
  }
  return sum;
}

/** What is left of a statement after what may throw is lowered again, and its pullback is the one of the first time. */
export function pullbackUnderTry(x: number): number {
  let scale = 0.5;
  const bent = (k: number): number => {
    const slope = vjp((y: number) => Math.sin(scale * y) + k * y * y)(k)[1](1.25)[0];
    scale += slope * 0.1;
    return Math.tanh(slope);
  };
  const checked = (k: number): number => {
    if (k > 3) throw new Error("far");
    return k * k;
  };
  const both = (k: number): number => bent(k) + checked(bent(k) * k);
  let sum = 0;
  try {
    sum += both(x * x) * checked(x) + both(x);
  } catch {
    sum *= scale;
  }
  return sum + scale * x;
}

/** The tangents of both directions have the holes that the array has for a while. */
export function innerHoles(x: number): number {
  const [byP, byQ] = grad(keptFromTheTop, { argnums: [0, 1], mode: "forward" })(x, x * 0.3);
  return byP * byQ;
}

/** The pullback keeps how many turns there were, which does not depend on the numbers. */
export function pulledBack(x: number[], scale: number): number {
  const f = (p: number[]): number[] => p.map((v, i) => v * p[(i + 1) % p.length] * scale);
  const [y, back] = vjp(f)(x);
  const [first] = back(y);
  const [second] = back(first.map((v) => v * scale));
  return first.reduce((sum, v, i) => sum + v * second[i], 0);
}

/** A pushforward of a loop, which keeps what it multiplies by: it is differentiated in its turn. */
export function pushedThroughLoop(x: number, n: number): number {
  const [value, push] = linearize((y: number) => {
    let s = y;
    for (let i = 0; i < n; i++) s = Math.sin(s) * y + s * 0.3 * x;
    return s;
  })(x);
  return value * push([2]) + push([x]);
}
/** In a loop, of lists. */
export function pushedInTurns(x: number[], n: number): number {
  let sum = 0;
  for (let k = 1; k < n; k++) {
    const [value, push] = linearize((y: number[]) => {
      let s = y[0]! * k;
      while (s * s < 20) s = s * s + Math.abs(y[1]!) + 1;
      return s * y[0]!;
    })(x);
    sum += value * push([[k, x[0]!]]);
  }
  return sum;
}
/** Handed on by a branch. */
export function pushedByChoice(x: number, n: number): number {
  const made = linearize((y: number) => {
    let s = y;
    for (let i = 0; i < n; i++) s = Math.sin(s) * y;
    return s;
  })(x);
  const push = n > 1 ? made[1] : ([t]: readonly [y: number]) => t * x;
  return made[0] * push([2]);
}
