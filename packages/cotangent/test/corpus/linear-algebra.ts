/** Matrices: nested arrays, flat arrays, in place and out of place. */

export type Matrix = number[][];

export function matrixProduct(a: Matrix, b: Matrix): Matrix {
  const out: Matrix = [];
  for (let i = 0; i < a.length; i++) {
    out[i] = [];
    for (let j = 0; j < b[0].length; j++) {
      let sum = 0;
      for (let k = 0; k < b.length; k++) sum += a[i][k] * b[k][j];
      out[i].push(sum);
    }
  }
  return out;
}

export function quadraticForm(a: Float64Array, x: Float64Array): number {
  const n = x.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) row += a[i * n + j] * x[j];
    sum += row * x[i];
  }
  return sum;
}

/** Cholesky's factor in place, in the lower triangle; half the logarithm of the determinant. */
export function choleskyLogDet(a: number[][]): number {
  const n = a.length;
  let logDet = 0;
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) a[j][j] -= a[j][k] * a[j][k];
    if (a[j][j] <= 0) throw new Error("not positive definite");
    a[j][j] = Math.sqrt(a[j][j]);
    logDet += Math.log(a[j][j]);
    for (let i = j + 1; i < n; i++) {
      for (let k = 0; k < j; k++) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  return logDet;
}

/** Solves `a x = b` by elimination with row exchange; `a` and `b` are overwritten, `b` becomes the solution. */
function solveInPlace(a: Float64Array, b: Float64Array, n: number): void {
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i;
    }
    if (pivot !== k) {
      for (let j = 0; j < n; j++) {
        const t = a[k * n + j];
        a[k * n + j] = a[pivot * n + j];
        a[pivot * n + j] = t;
      }
      const t = b[k];
      b[k] = b[pivot];
      b[pivot] = t;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / a[k * n + k];
      for (let j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      b[i] -= factor * b[k];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) b[i] -= a[i * n + j] * b[j];
    b[i] /= a[i * n + i];
  }
}

export function luSolve(a: Float64Array, b: Float64Array): number {
  solveInPlace(a, b, b.length);
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += b[i] * (i + 1);
  return sum;
}

/** Sweeps of Gauss-Seidel on a Poisson problem, in place. */
export function gaussSeidel(u: number[], f: number[], sweeps: number): number {
  const n = u.length;
  for (let s = 0; s < sweeps; s++) {
    for (let i = 1; i < n - 1; i++) {
      u[i] = 0.5 * (u[i - 1] + u[i + 1] + f[i] * u[i]);
    }
  }
  let energy = 0;
  for (const v of u) energy += v * v;
  return energy;
}

function matVec(a: Matrix, x: number[]): number[] {
  const out = new Array<number>(x.length);
  for (let i = 0; i < a.length; i++) {
    let sum = 0;
    for (let j = 0; j < x.length; j++) sum += a[i][j] * x[j];
    out[i] = sum;
  }
  return out;
}

function inner(a: number[], b: number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Conjugate gradients until the residual is small, or for some steps. */
export function conjugateGradients(a: Matrix, b: number[], steps: number): number[] {
  const n = b.length;
  const x = new Array<number>(n).fill(0);
  const r: number[] = [];
  const p: number[] = [];
  for (let i = 0; i < n; i++) {
    r.push(b[i]);
    p.push(b[i]);
  }
  let rr = inner(r, r);
  for (let step = 0; step < steps && rr > 1e-20; step++) {
    const ap = matVec(a, p);
    const alpha = rr / inner(p, ap);
    for (let i = 0; i < n; i++) {
      x[i] += alpha * p[i];
      r[i] -= alpha * ap[i];
    }
    const next = inner(r, r);
    const beta = next / rr;
    for (let i = 0; i < n; i++) p[i] = r[i] + beta * p[i];
    rr = next;
  }
  return x;
}

/** The largest eigenvalue by power iteration: the vector is replaced at every step. */
export function powerIteration(a: Matrix): number {
  let v: number[] = [1, 1, 1];
  let lambda = 0;
  for (let step = 0; step < 12; step++) {
    const w = matVec(a, v);
    lambda = Math.sqrt(inner(w, w));
    for (let i = 0; i < w.length; i++) w[i] /= lambda;
    v = w;
  }
  return lambda;
}

/** Gram and Schmidt: orthonormal rows; the volume that they span. */
export function gramSchmidt(rows: Matrix): number {
  let volume = 1;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    for (let j = 0; j < i; j++) {
      const projection = inner(row, rows[j]);
      for (let k = 0; k < row.length; k++) row[k] -= projection * rows[j][k];
    }
    const length = Math.hypot(row[0], row[1], row[2]);
    volume *= length;
    for (let k = 0; k < row.length; k++) row[k] /= length;
  }
  return volume + rows[0][0] * rows[1][1];
}

/** Thomas's algorithm for three diagonals. */
export function tridiagonalSolve(lower: number[], diagonal: number[], upper: number[], rhs: number[]): number[] {
  const n = diagonal.length;
  const c = new Float64Array(n);
  const d = new Float64Array(n);
  c[0] = upper[0] / diagonal[0];
  d[0] = rhs[0] / diagonal[0];
  for (let i = 1; i < n; i++) {
    const m = diagonal[i] - lower[i] * c[i - 1];
    c[i] = upper[i] / m;
    d[i] = (rhs[i] - lower[i] * d[i - 1]) / m;
  }
  const x: number[] = new Array(n).fill(0);
  x[n - 1] = d[n - 1];
  for (let i = n - 2; i >= 0; i--) x[i] = d[i] - c[i] * x[i + 1];
  return x;
}

export function transposeTrace(a: Matrix): number {
  const t: Matrix = [];
  for (let j = 0; j < a[0].length; j++) t.push([]);
  for (const row of a) for (let j = 0; j < row.length; j++) t[j].push(row[j] * row[j]);
  const product = matrixProduct(a, t);
  let trace = 0;
  for (let i = 0; i < product.length; i++) trace += product[i][i];
  return trace;
}
