/** Sums of many products in float64 are this much wrong at most, relative to the sum of their sizes; see `eigenvalueBound`. */
const ROUNDING = 1e-11;
const ITERATIONS = 400;
const SETTLED = 1e-13;

/** G = Σ_i w_i x_i x_iᵀ of the rows of x `[rows][columns]`, `[columns][columns]`; by default w = 1. */
export function gram(x: Float64Array, rows: number, columns: number, weights?: Float64Array): Float64Array {
  const g = new Float64Array(columns * columns);
  // four rows a pass over g
  for (let i = 0; i < rows; i += 4) {
    const r = [0, 1, 2, 3].map((k) => Math.min(i + k, rows - 1) * columns);
    const w = [0, 1, 2, 3].map((k) => (i + k < rows ? (weights ? weights[i + k] : 1) : 0));
    const [r0, r1, r2, r3] = r;
    for (let a = 0; a < columns; a++) {
      const f0 = w[0] * x[r0 + a];
      const f1 = w[1] * x[r1 + a];
      const f2 = w[2] * x[r2 + a];
      const f3 = w[3] * x[r3 + a];
      const at = a * columns;
      for (let b = 0; b <= a; b++) {
        g[at + b] += f0 * x[r0 + b] + f1 * x[r1 + b] + f2 * x[r2 + b] + f3 * x[r3 + b];
      }
    }
  }
  for (let a = 0; a < columns; a++) {
    for (let b = 0; b < a; b++) g[b * columns + a] = g[a * columns + b];
  }
  return g;
}

/** λ, v with ‖v‖ = 1 and ‖G v − λ v‖/λ of a symmetric positive semidefinite matrix. */
export interface EigenPair {
  readonly value: number;
  readonly vector: Float64Array;
  readonly residual: number;
  readonly iterations: number;
}

/** The largest eigenvalue by power iteration, until the residual falls below `tolerance` or after `iterations`. */
export function largestEigenpair(
  g: Float64Array,
  n: number,
  { tolerance = 1e-8, iterations = 20_000 }: { tolerance?: number; iterations?: number } = {},
): EigenPair {
  let vector = startVector(n);
  let [value, residual, taken] = [0, Number.POSITIVE_INFINITY, 0];
  while (taken < iterations) {
    const next = multiply(g, n, vector);
    taken++;
    value = 0;
    for (let i = 0; i < n; i++) value += next[i] * vector[i];
    let apart = 0;
    for (let i = 0; i < n; i++) apart += (next[i] - value * vector[i]) ** 2;
    if (value <= 0) return { value: 0, vector, residual: 0, iterations: taken };
    residual = Math.sqrt(apart) / value;
    if (residual <= tolerance) break;
    scale(next, 1 / norm(next));
    vector = next;
  }
  return { value, vector, residual, iterations: taken };
}

/**
 * An upper bound of the largest eigenvalue of a symmetric positive semidefinite matrix: t such that t I − G has a Cholesky
 * factorisation in float64, enlarged by more than the rounding errors of factorisation and entries can hide.
 *
 * Source: S. M. Rump, Verification of positive definiteness, BIT 46 (2006): rounding is at most n² · 2⁻⁵³ of the trace.
 */
export function eigenvalueBound(g: Float64Array, n: number): number {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += g[i * n + i];
  if (!(trace > 0)) return trace === 0 ? 0 : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(trace)) return Number.POSITIVE_INFINITY;
  let margin = 1e-10;
  let vector = startVector(n);
  let value = 0;
  for (;;) {
    for (let k = 0; k < ITERATIONS; k++) {
      const next = multiply(g, n, vector);
      const size = norm(next);
      if (size === 0) break;
      scale(next, 1 / size);
      vector = next;
      const settled = Math.abs(size - value) <= SETTLED * size;
      value = Math.max(value, size);
      if (settled) break;
    }
    const bound = value * (1 + margin) + ROUNDING * trace;
    // no eigenvalue is larger than the trace
    if (bound >= trace) return trace * (1 + ROUNDING);
    if (definite(g, n, bound)) return bound + ROUNDING * trace;
    margin *= 8;
  }
}

/** Of length one, and orthogonal to nothing that a symmetry would single out. */
function startVector(n: number): Float64Array {
  const vector = Float64Array.from({ length: n }, (_, i) => 1 + 0.5 * Math.sin(1 + 7.3 * i * i));
  scale(vector, 1 / norm(vector));
  return vector;
}

/** Whether t I − G factorises. */
function definite(g: Float64Array, n: number, t: number): boolean {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      let sum = (i === j ? t : 0) - g[rowI + j];
      for (let k = 0; k < j; k++) sum -= l[rowI + k] * l[rowJ + k];
      if (j < i) l[rowI + j] = sum / l[rowJ + j];
      else if (sum > 0) l[rowI + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** Upper bound of the 2-norm of a matrix `[rows][columns]`. */
export const matrixNormBound = (matrix: Float64Array, rows: number, columns: number): number =>
  Math.sqrt(eigenvalueBound(gram(matrix, rows, columns), columns));

/**
 * Upper bound of the 2-norm of a square matrix without negative entries: max_i (RᵀR x)_i/x_i of any positive x bounds the
 * largest eigenvalue (Collatz and Wielandt), and power iteration makes it the eigenvalue.
 */
export function nonnegativeNormBound(r: Float64Array, n: number, iterations = 40): number {
  let x = new Float64Array(n).fill(1);
  let bound = Number.POSITIVE_INFINITY;
  for (let k = 0; k < iterations; k++) {
    const forward = multiply(r, n, x);
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0, at = i * n; j < n; j++, at++) next[j] += r[at] * forward[i];
    }
    const largest = next.reduce((a, b) => Math.max(a, b), 0);
    if (largest === 0) return 0;
    let ratio = 0;
    for (let i = 0; i < n; i++) ratio = Math.max(ratio, next[i] / x[i]);
    bound = Math.min(bound, ratio);
    // kept positive where the matrix reaches nothing
    x = next.map((value) => Math.max(value / largest, 1e-12));
  }
  return Math.sqrt(bound) * (1 + ROUNDING);
}

/** A x of a square matrix. */
export function multiply(a: Float64Array, n: number, x: Float64Array): Float64Array {
  const y = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++, at++) sum += a[at] * x[j];
    y[i] = sum;
  }
  return y;
}

export function norm(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return Math.sqrt(sum);
}

function scale(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] *= factor;
}
