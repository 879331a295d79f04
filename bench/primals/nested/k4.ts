/** Lorenz's system by the classical Runge-Kutta method, on points as objects. */
export interface Point {
  x: number;
  y: number;
  z: number;
}

export interface System {
  start: Point;
  sigma: number;
  rho: number;
  beta: number;
}

function flow({ sigma, rho, beta }: System, { x, y, z }: Point): Point {
  return { x: sigma * (y - x), y: x * (rho - z) - y, z: x * y - beta * z };
}

function move(p: Point, direction: Point, step: number): Point {
  return { x: p.x + step * direction.x, y: p.y + step * direction.y, z: p.z + step * direction.z };
}

export function lorenz(system: System, step: number, steps: number): number {
  let p = system.start;
  const mean = (a: number, b: number, c: number, d: number) => a + 2 * (b + c) + d;
  for (let i = 0; i < steps; i++) {
    const k1 = flow(system, p);
    const k2 = flow(system, move(p, k1, 0.5 * step));
    const k3 = flow(system, move(p, k2, 0.5 * step));
    const k4 = flow(system, move(p, k3, step));
    p = move(
      p,
      { x: mean(k1.x, k2.x, k3.x, k4.x), y: mean(k1.y, k2.y, k3.y, k4.y), z: mean(k1.z, k2.z, k3.z, k4.z) },
      step / 6,
    );
  }
  return p.x + 2 * p.y + 3 * p.z;
}
