import { type PivotedCholesky, pivotedCholesky, pivotedSolve } from './pivoted-cholesky.js';

/** A factored symmetric matrix, after the scaling that makes its diagonal ±1. */
export interface SymmetricFactor {
  readonly size: number;
  readonly kind: 'definite' | 'indefinite';
  /** Unknowns that take part. */
  readonly rank: number;
  /** Square root of the ratio of pivots, an estimate of the condition of J where the matrix is JᵀJ. */
  readonly conditionEstimate: number;
  /** x of M x = b; with a smaller rank, the basic solution. */
  solve(b: Float64Array): Float64Array;
}

/** Pivots below this share of the largest are round-off of a Gram matrix in float64. */
export const RANK_TOLERANCE = 1e-13;

/**
 * Factors a symmetric M, row-major `[n][n]`, by pivoted Cholesky where it is semidefinite, and else by LU. Undefined where it
 * is indefinite and singular as well.
 *
 * @param scales d of the column scaling M = d M′ d, by default the square roots of the diagonal
 */
export function symmetricFactor(
  matrix: Float64Array,
  n: number,
  scales: Float64Array = diagonalScales(matrix, n),
): SymmetricFactor | undefined {
  const scaled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) scaled[i * n + j] = matrix[i * n + j] / (scales[i] * scales[j]);
  }
  const cholesky = pivotedCholesky(scaled, n, RANK_TOLERANCE);
  if (!cholesky.indefinite) return definite(cholesky, scales);
  const solve = luSolver(scaled, n);
  if (!solve) return undefined;
  return {
    size: n,
    kind: 'indefinite',
    rank: n,
    conditionEstimate: Math.sqrt(solve.pivotRatio),
    solve: (b) => unscale(solve(unscale(b, scales)), scales),
  };
}

/** √M_jj; 1 where that is 0. */
export function diagonalScales(matrix: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, j) => Math.sqrt(Math.abs(matrix[j * n + j])) || 1);
}

function definite(cholesky: PivotedCholesky, scales: Float64Array): SymmetricFactor {
  return {
    size: cholesky.size,
    kind: 'definite',
    rank: cholesky.rank,
    conditionEstimate: Math.sqrt(cholesky.pivotRatio),
    solve: (b) => unscale(pivotedSolve(cholesky, unscale(b, scales)), scales),
  };
}

const unscale = (x: Float64Array, scales: Float64Array): Float64Array =>
  x.map((value, j) => value / scales[j]);

/** Solves by LU with partial pivoting; undefined for a matrix that is singular to round-off. */
export function luSolver(
  matrix: Float64Array,
  n: number,
): (((b: Float64Array) => Float64Array) & { readonly pivotRatio: number }) | undefined {
  const lu = matrix.slice();
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k]) > Math.abs(lu[best * n + k])) best = i;
    if (best !== k) {
      [order[k], order[best]] = [order[best], order[k]];
      for (let j = 0; j < n; j++) {
        const value = lu[k * n + j];
        lu[k * n + j] = lu[best * n + j];
        lu[best * n + j] = value;
      }
    }
    const pivot = lu[k * n + k];
    largest = Math.max(largest, Math.abs(pivot));
    smallest = Math.min(smallest, Math.abs(pivot));
    if (!(Math.abs(pivot) > RANK_TOLERANCE * largest)) return undefined;
    for (let i = k + 1; i < n; i++) {
      const multiple = lu[i * n + k] / pivot;
      lu[i * n + k] = multiple;
      if (multiple === 0) continue;
      for (let j = k + 1; j < n; j++) lu[i * n + j] -= multiple * lu[k * n + j];
    }
  }
  const solve = (b: Float64Array): Float64Array => {
    const x = Float64Array.from(order, (row) => b[row]);
    for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) x[i] -= lu[i * n + k] * x[k];
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) x[i] -= lu[i * n + k] * x[k];
      x[i] /= lu[i * n + i];
    }
    return x;
  };
  return Object.assign(solve, { pivotRatio: largest / smallest });
}
