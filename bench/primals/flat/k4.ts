/** Lorenz's system by the classical Runge-Kutta method. Parameters: the start x, y, z, then sigma, rho, beta. */
export function lorenz(parameters: Float64Array, step: number, steps: number): number {
  let x = parameters[0];
  let y = parameters[1];
  let z = parameters[2];
  const sigma = parameters[3];
  const rho = parameters[4];
  const beta = parameters[5];
  const half = 0.5 * step;
  const sixth = step / 6;
  for (let i = 0; i < steps; i++) {
    const a1 = sigma * (y - x);
    const b1 = x * (rho - z) - y;
    const c1 = x * y - beta * z;

    const x2 = x + half * a1;
    const y2 = y + half * b1;
    const z2 = z + half * c1;
    const a2 = sigma * (y2 - x2);
    const b2 = x2 * (rho - z2) - y2;
    const c2 = x2 * y2 - beta * z2;

    const x3 = x + half * a2;
    const y3 = y + half * b2;
    const z3 = z + half * c2;
    const a3 = sigma * (y3 - x3);
    const b3 = x3 * (rho - z3) - y3;
    const c3 = x3 * y3 - beta * z3;

    const x4 = x + step * a3;
    const y4 = y + step * b3;
    const z4 = z + step * c3;
    const a4 = sigma * (y4 - x4);
    const b4 = x4 * (rho - z4) - y4;
    const c4 = x4 * y4 - beta * z4;

    x += sixth * (a1 + 2 * (a2 + a3) + a4);
    y += sixth * (b1 + 2 * (b2 + b3) + b4);
    z += sixth * (c1 + 2 * (c2 + c3) + c4);
  }
  return x + 2 * y + 3 * z;
}
