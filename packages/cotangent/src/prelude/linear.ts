/**
 * A small dense linear system, for the implicit function theorem: Gaussian elimination with partial pivoting (Golub and
 * Van Loan, 3.4). The choice of pivots steers and carries no derivative; nothing is left out for being zero, since its
 * derivative may not be.
 */
export const linearText = `
/** The x with a x = b; a by rows. */
export function solveLinear(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const m = a.slice();
  const x = b.slice();
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(m[i * n + k]!) > Math.abs(m[pivot * n + k]!)) pivot = i;
    }
    if (pivot !== k) {
      for (let j = k; j < n; j++) {
        const held = m[k * n + j]!;
        m[k * n + j] = m[pivot * n + j]!;
        m[pivot * n + j] = held;
      }
      const held = x[k]!;
      x[k] = x[pivot]!;
      x[pivot] = held;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = m[i * n + k]! / m[k * n + k]!;
      for (let j = k + 1; j < n; j++) m[i * n + j] = m[i * n + j]! - factor * m[k * n + j]!;
      x[i] = x[i]! - factor * x[k]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let j = i + 1; j < n; j++) sum -= m[i * n + j]! * x[j]!;
    x[i] = sum / m[i * n + i]!;
  }
  return x;
}
`;
