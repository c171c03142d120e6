/** Pᵀ M P = L Lᵀ up to the rank of M. */
export interface PivotedCholesky {
  readonly size: number;
  /** Pivots above the tolerance; the other columns take no part in solves and get 0. */
  readonly rank: number;
  /** Column of M at position i. */
  readonly order: Int32Array;
  /** L, lower triangle of row-major `[position][position]`, its first `rank` columns */
  readonly factor: Float64Array;
  /** Largest over smallest pivot taken, a lower bound of the condition number; 1 without any. */
  readonly pivotRatio: number;
  /** A pivot below −tolerance was met: M is indefinite, and the factor ends before it. */
  readonly indefinite: boolean;
}

/**
 * Cholesky factor with complete pivoting of a symmetric positive semidefinite M, row-major `[n][n]`, left as it is (Higham,
 * Accuracy and Stability of Numerical Algorithms, §10.3). Pivots at or below `tolerance` times the largest diagonal entry end
 * it: what is left of M is then no larger than round-off.
 *
 * M may hold anything that is not finite: such entries make the rank smaller, never the result NaN.
 */
export function pivotedCholesky(matrix: Float64Array, n: number, tolerance: number): PivotedCholesky {
  const factor = new Float64Array(n * n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const left = Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]);
  const largest = left.reduce((most, value) => Math.max(most, value), 0);
  const least = tolerance * largest;
  let rank = 0;
  let smallest = largest;
  let indefinite = left.some((value) => value < -least);
  for (; rank < n && !indefinite; rank++) {
    const j = rank;
    let best = j;
    for (let i = j + 1; i < n; i++) if (left[i] > left[best]) best = i;
    if (!(left[best] > least)) {
      indefinite = left.subarray(j).some((value) => value < -Math.sqrt(tolerance) * largest);
      break;
    }
    swap(factor, order, left, n, j, best);
    const pivot = Math.sqrt(left[j]);
    smallest = Math.min(smallest, left[j]);
    factor[j * n + j] = pivot;
    const column = order[j] * n;
    for (let i = j + 1; i < n; i++) {
      const value = (matrix[column + order[i]] - dotRows(factor, i * n, j * n, j)) / pivot;
      factor[i * n + j] = value;
      left[i] -= value * value;
    }
  }
  return { size: n, rank, order, factor, pivotRatio: rank > 0 ? largest / smallest : 1, indefinite };
}

/** The basic solution of M x = b: exact within the columns taken, 0 in the others. */
export function pivotedSolve(
  { size: n, rank, order, factor }: PivotedCholesky,
  b: Float64Array,
): Float64Array {
  const y = new Float64Array(rank);
  for (let i = 0; i < rank; i++) {
    let sum = b[order[i]];
    for (let k = 0, at = i * n; k < i; k++) sum -= factor[at + k] * y[k];
    y[i] = sum / factor[i * n + i];
  }
  const x = new Float64Array(n);
  for (let i = rank - 1; i >= 0; i--) {
    y[i] /= factor[i * n + i];
    x[order[i]] = y[i];
    for (let k = 0, at = i * n; k < i; k++) y[k] -= factor[at + k] * y[i];
  }
  return x;
}

function swap(
  factor: Float64Array,
  order: Int32Array,
  left: Float64Array,
  n: number,
  a: number,
  b: number,
): void {
  if (a === b) return;
  [order[a], order[b]] = [order[b], order[a]];
  [left[a], left[b]] = [left[b], left[a]];
  for (let k = 0; k < a; k++) {
    const value = factor[a * n + k];
    factor[a * n + k] = factor[b * n + k];
    factor[b * n + k] = value;
  }
}

function dotRows(factor: Float64Array, a: number, b: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let k = 0;
  for (; k + 1 < length; k += 2) {
    s0 += factor[a + k] * factor[b + k];
    s1 += factor[a + k + 1] * factor[b + k + 1];
  }
  if (k < length) s0 += factor[a + k] * factor[b + k];
  return s0 + s1;
}
