/** Curves, surfaces, splines and layouts. */

export type Vec2 = [number, number];

/** De Casteljau: a point of a Bezier curve by repeated interpolation in place. */
export function bezier(points: Vec2[], t: number): Vec2 {
  const work: Vec2[] = [];
  for (const [x, y] of points) work.push([x, y]);
  for (let n = work.length - 1; n > 0; n--) {
    for (let i = 0; i < n; i++) {
      work[i][0] = (1 - t) * work[i][0] + t * work[i + 1][0];
      work[i][1] = (1 - t) * work[i][1] + t * work[i + 1][1];
    }
  }
  return work[0];
}

/** De Boor: a B-spline at `x`, with the knot span searched for. */
export function deBoor(x: number, knots: number[], control: number[], degree: number): number {
  let k = degree;
  while (k < control.length - 1 && knots[k + 1] <= x) k++;
  const d: number[] = [];
  for (let j = 0; j <= degree; j++) d.push(control[j + k - degree]);
  for (let r = 1; r <= degree; r++) {
    for (let j = degree; j >= r; j--) {
      const left = knots[j + k - degree];
      const alpha = (x - left) / (knots[j + 1 + k - r] - left);
      d[j] = (1 - alpha) * d[j - 1] + alpha * d[j];
    }
  }
  return d[degree];
}

/** A natural cubic spline through points, evaluated between them. */
export function cubicSpline(xs: number[], ys: number[], at: number): number {
  const n = xs.length;
  const m = new Float64Array(n);
  const c = new Float64Array(n);
  const d = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    const h0 = xs[i] - xs[i - 1];
    const h1 = xs[i + 1] - xs[i];
    const pivot = 2 * (h0 + h1) - h0 * c[i - 1];
    c[i] = h1 / pivot;
    d[i] = (6 * ((ys[i + 1] - ys[i]) / h1 - (ys[i] - ys[i - 1]) / h0) - h0 * d[i - 1]) / pivot;
  }
  for (let i = n - 2; i > 0; i--) m[i] = d[i] - c[i] * m[i + 1];
  let k = 0;
  while (k < n - 2 && xs[k + 1] < at) k++;
  const h = xs[k + 1] - xs[k];
  const a = (xs[k + 1] - at) / h;
  const b = 1 - a;
  return a * ys[k] + b * ys[k + 1] + (((a ** 3 - a) * m[k] + (b ** 3 - b) * m[k + 1]) * h * h) / 6;
}

export function bilinear(grid: number[][], x: number, y: number): number {
  const i = Math.min(Math.floor(y), grid.length - 2);
  const j = Math.min(Math.floor(x), grid[0].length - 2);
  const u = x - j;
  const v = y - i;
  const top = grid[i][j] * (1 - u) + grid[i][j + 1] * u;
  const bottom = grid[i + 1][j] * (1 - u) + grid[i + 1][j + 1] * u;
  return top * (1 - v) + bottom * v;
}

export function polygonArea(vertices: { x: number; y: number }[]): number {
  let twice = 0;
  let perimeter = 0;
  for (let i = 0, j = vertices.length - 1; i < vertices.length; j = i++) {
    const p = vertices[j];
    const q = vertices[i];
    twice += p.x * q.y - q.x * p.y;
    perimeter += Math.hypot(q.x - p.x, q.y - p.y);
  }
  return Math.abs(twice) / 2 / perimeter;
}

/** Springs along the edges, repulsion between all pairs. */
export function layoutEnergy(
  positions: Float64Array,
  edges: readonly (readonly [number, number])[],
  rest: number,
): number {
  const n = positions.length / 2;
  const distance = (a: number, b: number): number => {
    const dx = positions[2 * a] - positions[2 * b];
    const dy = positions[2 * a + 1] - positions[2 * b + 1];
    return Math.sqrt(dx * dx + dy * dy);
  };
  let energy = 0;
  for (const [a, b] of edges) {
    const stretch = distance(a, b) - rest;
    energy += stretch * stretch;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) energy += 0.1 / distance(i, j);
  }
  return energy;
}

/** Where a ray first meets a sphere; a miss leaves a default. */
export function rayThroughSpheres(
  origin: [number, number, number],
  direction: [number, number, number],
  spheres: { center: [number, number, number]; radius: number }[],
): number {
  let nearest = Infinity;
  for (const { center, radius } of spheres) {
    let b = 0;
    let c = -radius * radius;
    let a = 0;
    for (let k = 0; k < 3; k++) {
      const offset = origin[k] - center[k];
      a += direction[k] * direction[k];
      b += offset * direction[k];
      c += offset * offset;
    }
    const discriminant = b * b - a * c;
    if (discriminant <= 0) continue;
    const t = (-b - Math.sqrt(discriminant)) / a;
    if (t > 0 && t < nearest) nearest = t;
  }
  return nearest === Infinity ? -1 : nearest;
}

/** A hanging chain: lengths of the links and heights. */
export function chainEnergy(angles: number[], linkLength: number): number {
  let x = 0;
  let y = 0;
  let potential = 0;
  for (const angle of angles) {
    x += linkLength * Math.cos(angle);
    y += linkLength * Math.sin(angle);
    potential += y;
  }
  return potential + 10 * (x - 3) ** 2 + 10 * y ** 2;
}

/** The hand of a robot arm as nested objects. */
export function forwardKinematics(joints: { angle: number; length: number }[]): {
  hand: { x: number; y: number };
  heading: number;
} {
  const hand = { x: 0, y: 0 };
  let heading = 0;
  for (const joint of joints) {
    heading += joint.angle;
    hand.x += joint.length * Math.cos(heading);
    hand.y += joint.length * Math.sin(heading);
  }
  return { hand, heading };
}
