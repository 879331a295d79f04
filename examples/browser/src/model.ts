/**
 * A net that hangs from three pegs: knots with a mass, joined by springs. Its whole physics is one function, the energy;
 * the forces on the knots are minus its gradient. Positions are [x0, y0, x1, y1, …] row by row, y pointing down.
 */

export const columns = 17;
export const rows = 11;
const spacing = 1 / 16;

const gravity = 9.81;
const mass = 0.008;
const stiffness = 60;
/** Diagonals keep the meshes square, more or less. */
const shear = 6;
const grip = 400;

/** What a spring holds that is `length` long and would rather be `rest`. */
function spring(length: number, rest: number, constant: number): number {
  const stretch = length - rest;
  return 0.5 * constant * stretch * stretch;
}

/** The energy of the net with its knots at `positions`, held at three knots of its top row by `pegs`. */
export function energy(positions: Float64Array, pegs: Float64Array): number {
  const distance = (a: number, b: number): number => {
    const dx = positions[2 * a] - positions[2 * b];
    const dy = positions[2 * a + 1] - positions[2 * b + 1];
    return Math.sqrt(dx * dx + dy * dy);
  };
  const diagonal = spacing * Math.SQRT2;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const knot = row * columns + column;
      total -= mass * gravity * positions[2 * knot + 1];
      const isLast = column === columns - 1;
      if (!isLast) total += spring(distance(knot, knot + 1), spacing, stiffness);
      if (row === rows - 1) continue;
      total += spring(distance(knot, knot + columns), spacing, stiffness);
      if (isLast) continue;
      total += spring(distance(knot, knot + columns + 1), diagonal, shear);
      total += spring(distance(knot + 1, knot + columns), diagonal, shear);
    }
  }
  for (let i = 0; i < 3; i++) {
    const knot = (i * (columns - 1)) / 2;
    const dx = positions[2 * knot] - pegs[2 * i];
    const dy = positions[2 * knot + 1] - pegs[2 * i + 1];
    total += 0.5 * grip * (dx * dx + dy * dy);
  }
  return total;
}

/** Where the net is let go: taut, a little wider than its springs like. */
export function startOfNet(pegs: Float64Array): Float64Array {
  const positions = new Float64Array(2 * rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const knot = row * columns + column;
      positions[2 * knot] = pegs[0] + (column / (columns - 1)) * (pegs[4] - pegs[0]);
      positions[2 * knot + 1] = pegs[1] + row * spacing * 0.9;
    }
  }
  return positions;
}
