/** Objects, nested and in arrays; tuples; destructuring; optional fields; default parameters. */

export interface Point {
  x: number;
  y: number;
}

export interface Body {
  name: string;
  mass: number;
  position: Point;
  velocity: Point;
}

/** Kinetic and potential energy of bodies under gravity. */
export function nBodyEnergy(bodies: Body[], gravity: number): number {
  let energy = 0;
  for (let i = 0; i < bodies.length; i++) {
    const { mass, position, velocity } = bodies[i];
    energy += 0.5 * mass * (velocity.x ** 2 + velocity.y ** 2);
    for (let j = i + 1; j < bodies.length; j++) {
      const other = bodies[j];
      const dx = position.x - other.position.x;
      const dy = position.y - other.position.y;
      energy -= (gravity * mass * other.mass) / Math.sqrt(dx * dx + dy * dy + 0.01);
    }
  }
  return energy;
}

/** Leapfrog steps that move the caller's bodies. */
export function orbit(bodies: Body[], dt: number, steps: number): number {
  for (let s = 0; s < steps; s++) {
    for (const body of bodies) {
      let ax = 0;
      let ay = 0;
      for (const other of bodies) {
        if (other === body) continue;
        const dx = other.position.x - body.position.x;
        const dy = other.position.y - body.position.y;
        const r2 = dx * dx + dy * dy;
        const pull = other.mass / (r2 * Math.sqrt(r2));
        ax += pull * dx;
        ay += pull * dy;
      }
      body.velocity.x += dt * ax;
      body.velocity.y += dt * ay;
    }
    for (const { position, velocity } of bodies) {
      position.x += dt * velocity.x;
      position.y += dt * velocity.y;
    }
  }
  return bodies[0].position.x + 2 * bodies[1].position.y;
}

export interface Options {
  damping?: number;
  target?: Point;
  weights?: number[];
  label?: string;
}

export function optionalFields(p: Point, options: Options): number {
  const damping = options.damping ?? 0.5;
  const { target = { x: 1, y: 2 }, label } = options;
  let cost = damping * ((p.x - target.x) ** 2 + (p.y - target.y) ** 2);
  if (options.weights) for (const w of options.weights) cost += w * w * p.x;
  if (label === "heavy") cost *= 2;
  return cost;
}

export type Complex = [number, number];

function multiply([a, b]: Complex, [c, d]: Complex): Complex {
  return [a * c - b * d, a * d + b * c];
}

function add(p: Complex, q: Complex): Complex {
  return [p[0] + q[0], p[1] + q[1]];
}

/** A complex polynomial by Horner's rule, on tuples. */
export function complexPolynomial(z: Complex, coefficients: Complex[]): Complex {
  let value: Complex = [0, 0];
  for (let i = coefficients.length - 1; i >= 0; i--) {
    value = add(multiply(value, z), coefficients[i]);
  }
  return value;
}

export interface Quaternion {
  readonly w: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const product = (a: Quaternion, b: Quaternion): Quaternion => ({
  w: a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
  x: a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
  y: a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
  z: a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
});

export function rotate(q: Quaternion, v: readonly [number, number, number]): [number, number, number] {
  const norm = Math.hypot(q.w, q.x, q.y, q.z);
  const unit: Quaternion = { w: q.w / norm, x: q.x / norm, y: q.y / norm, z: q.z / norm };
  const inverse: Quaternion = { w: unit.w, x: -unit.x, y: -unit.y, z: -unit.z };
  const { x, y, z } = product(product(unit, { w: 0, x: v[0], y: v[1], z: v[2] }), inverse);
  return [x, y, z];
}

export function defaultParameters(x: number, rate = x / 2, { bias = 1, power = 2 } = {}): number {
  return rate * x ** power + bias;
}

export function destructuring(
  {
    a,
    inner: {
      b,
      list: [first, , ...rest],
    },
  }: { a: number; inner: { b: number; list: number[] } },
  [p, q]: [number, number],
): number {
  const total = { p, q, sum: p + q };
  const { sum, product: area = 1 } = { ...total, sum: total.sum * a, product: p * q };
  return sum * first + rest[0] * area - rest.length * b * b;
}

/** Fields overwritten after use, through two names for one object. */
export function twoNamesForOne(p: Point): number {
  const q = p;
  const before = p.x * q.y;
  q.x = before * p.y;
  p.y += q.x * before;
  return p.x * q.y + before;
}

/** A reference that changes what it names. */
export function chase(points: Point[], start: Point): number {
  let current = start;
  let length = 0;
  for (const next of points) {
    length += Math.hypot(next.x - current.x, next.y - current.y);
    if (next.x > current.x) current = next;
    else current = { x: current.x * 0.5, y: next.y };
  }
  return length + current.x * current.y;
}

export interface Layer {
  weights: number[][];
  biases: number[];
  activation: "tanh" | "linear";
}

export function network(layers: Layer[], input: number[]): number[] {
  let values = input;
  for (const { weights, biases, activation } of layers) {
    const next: number[] = [];
    for (let i = 0; i < biases.length; i++) {
      let sum = biases[i];
      for (let j = 0; j < values.length; j++) sum += weights[i][j] * values[j];
      next.push(activation === "tanh" ? Math.tanh(sum) : sum);
    }
    values = next;
  }
  return values;
}

export interface Summary {
  mean: number;
  variance: number;
  label: string;
  significant: boolean;
  range: [number, number];
}

/** A result with fields that carry no derivative beside fields that do. */
export function summarize(values: number[]): Summary {
  let sum = 0;
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    sum += v;
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const mean = sum / values.length;
  let variance = 0;
  for (const v of values) variance += (v - mean) ** 2;
  variance /= values.length - 1;
  return { mean, variance, label: `of ${values.length}`, significant: mean * mean > variance, range: [low, high] };
}

export interface Cell {
  value: number;
  next: Cell | null;
}

/** A linked list, walked with a pointer that may be null. */
export function linkedList(x: number, n: number): number {
  let head: Cell | null = null;
  for (let i = 0; i < n; i++) head = { value: x * (i + 1), next: head };
  let sum = 0;
  for (let cell: Cell | null = head; cell !== null; cell = cell.next) {
    sum = sum * 0.5 + cell.value * cell.value;
  }
  return sum;
}

export interface Phase {
  q: number;
  p: number;
}
export interface Pendulum {
  start: Phase;
  rest: Phase;
  damping: number;
}
const kicked = (s: Phase, h: number): Phase => ({ q: s.q + h * s.p, p: s.p - h * Math.sin(s.q) });

/** A state that comes from outside and is replaced in every turn, in some of them by another one from outside. */
export function swinging(system: Pendulum, steps: number): number {
  let s = system.start;
  let before = s;
  for (let i = 0; i < steps; i++) {
    before = s;
    s = i % 4 === 3 ? system.rest : kicked(s, system.damping);
    if (s.q > 1) [s, before] = [before, s];
  }
  return s.q * s.p + before.q - 0.5 * system.start.p;
}

/** The same, but the object that the state begins with is changed under way, and the state is asked which one it is. */
export function pushed(system: Pendulum, steps: number): number {
  let s = system.start;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    system.start.q += 0.1 * s.p;
    sum += s.q * s.p;
    if (i > 0) s = kicked(s, system.damping);
    if (s === system.start) sum *= 1.1;
  }
  return sum + s.q;
}

const shoved = (s: Phase): number => {
  s.p *= 0.9;
  return s.p;
};
/** A call changes what the state began with. */
export function shovedAlong(start: Phase, steps: number): number {
  let s = start;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    sum += shoved(start) * s.q + s.p;
    s = i > 1 ? kicked(s, 0.2) : start;
  }
  return sum + s.p;
}

export interface Body2 {
  at: Phase;
  by: Phase;
}
/** Records in records, replaced whole and by halves; nothing is replaced if there are no turns. */
export function nestedStates(body: Body2, steps: number): Phase {
  let b = body;
  for (let i = 0; i < steps; i++) {
    const at = kicked(b.at, 0.3);
    b = i % 2 === 0 ? { at, by: b.at } : { at: b.by, by: kicked(at, b.by.q) };
  }
  return { q: b.at.q * b.by.p, p: b.at.p + b.by.q };
}

/** One name at two depths: what is written elsewhere may be either object, as far as names tell. */
export function nameWithinName(box: { value: { value: number } }, scales: number[]): number {
  scales[0]! *= 2;
  return box.value.value * scales[0]! + box.value.value ** 2;
}

export function listsOfOneName(tree: { parts: { parts: { size: number }[] }[] }, k: number): number {
  const first = tree.parts[0]!.parts[0]!;
  first.size *= k;
  return tree.parts.reduce((sum, { parts }) => sum + parts.reduce((s, { size }, i) => s + size ** (i + 2), 0), 0);
}
