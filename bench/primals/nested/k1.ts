/** Rosenbrock's valley, over a list of points of the valley's chain. */
export interface Link {
  position: number;
}

export function rosenbrock(chain: Link[]): number {
  let sum = 0;
  for (let i = 0; i < chain.length - 1; i++) {
    const { position } = chain[i];
    const t = chain[i + 1].position - position * position;
    const u = 1 - position;
    sum += 100 * t * t + u * u;
  }
  return sum;
}
