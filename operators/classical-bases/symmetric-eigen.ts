/** A = Σ_k λ_k v_k v_kᵀ */
export interface SymmetricEigen {
  /** λ, descending */
  readonly values: Float64Array;
  /** v, row-major `[eigenvector][component]`, orthonormal */
  readonly vectors: Float64Array;
}

/** Off-diagonal entries below this part of the geometric mean of their diagonal ones are taken for zero. */
const ROUND_OFF = 1e-15;
const MOST_SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, row-major `[n][n]`, by cyclic Jacobi rotations. Small eigenvalues of
 * a positive matrix come out with small relative errors as far as the entries have them, which tridiagonal methods lose; at
 * a few hundred rows it takes a second.
 *
 * Source: Golub & Van Loan, Matrix Computations, §8.5; Demmel & Veselić, Jacobi's method is more accurate than QR, 1992.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const a = matrix.slice(0, n * n);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0, rotated = true; rotated && sweep < MOST_SWEEPS; sweep++) {
    rotated = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const coupling = a[p * n + q];
        const size = Math.sqrt(Math.abs(a[p * n + p] * a[q * n + q]));
        if (Math.abs(coupling) <= ROUND_OFF * size || coupling === 0) continue;
        rotated = true;
        // the smaller root of t² + 2 t (a_qq − a_pp)/(2 a_pq) − 1 = 0
        const half = (a[q * n + q] - a[p * n + p]) / (2 * coupling);
        const tangent = (half >= 0 ? 1 : -1) / (Math.abs(half) + Math.hypot(half, 1));
        const cosine = 1 / Math.hypot(tangent, 1);
        rotateRows(a, n, p, q, cosine, tangent * cosine);
        rotateRows(v, n, p, q, cosine, tangent * cosine);
        mirror(a, n, p, q, cosine, tangent * cosine);
      }
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    vectors.set(v.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values: Float64Array.from(order, (i) => a[i * n + i]), vectors };
}

/** Rows p and q ← (c p − s q, s p + c q) */
function rotateRows(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0, atP = p * n, atQ = q * n; k < n; k++, atP++, atQ++) {
    const x = a[atP];
    const y = a[atQ];
    a[atP] = c * x - s * y;
    a[atQ] = s * x + c * y;
  }
}

/** The columns after the rows: all but the four entries where p and q meet are the rows' mirror image. */
function mirror(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  const [pp, pq, qp, qq] = [a[p * n + p], a[p * n + q], a[q * n + p], a[q * n + q]];
  for (let k = 0; k < n; k++) {
    a[k * n + p] = a[p * n + k];
    a[k * n + q] = a[q * n + k];
  }
  a[p * n + p] = c * pp - s * pq;
  a[q * n + q] = s * qp + c * qq;
  a[p * n + q] = 0;
  a[q * n + p] = 0;
}
