import { InvalidInputError } from '../../common/errors.js';

/**
 * M = L Lᵀ in place: the lower triangle of row-major `[n][n]` becomes L. Row-oriented, so that the inner loop is a dot
 * product of two contiguous rows.
 *
 * @param first the first column of every row that is not zero, for a matrix with a profile, which L has too (Jennings 1966);
 * what lies before it is not read
 * @throws InvalidInputError when M is not numerically positive definite or holds a NaN
 */
export function choleskyFactor(matrix: Float64Array, n: number, first?: Int32Array): Float64Array {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = first ? first[i] : 0; j <= i; j++) {
      const rowJ = j * n;
      let s0 = matrix[rowI + j];
      let s1 = 0;
      let k = first ? Math.max(first[i], first[j]) : 0;
      for (; k + 1 < j; k += 2) {
        s0 -= matrix[rowI + k] * matrix[rowJ + k];
        s1 -= matrix[rowI + k + 1] * matrix[rowJ + k + 1];
      }
      if (k < j) s0 -= matrix[rowI + k] * matrix[rowJ + k];
      const sum = s0 + s1;
      if (j < i) {
        matrix[rowI + j] = sum / matrix[rowJ + j];
      } else if (sum > 0) {
        matrix[rowI + i] = Math.sqrt(sum);
      } else {
        throw new InvalidInputError(
          `choleskyFactor: expected a positive definite matrix, got pivot ${sum} in row ${i} of ${n}; ` +
            'the basis is not finite or vanishes, or the regularisation is too small',
        );
      }
    }
  }
  return matrix;
}

/** x = (L Lᵀ)⁻¹ b, a new vector; `first` as in {@link choleskyFactor}. */
export function choleskySolve(
  factor: Float64Array,
  n: number,
  b: Float64Array,
  first?: Int32Array,
): Float64Array {
  const x = b.slice(0, n);
  for (let i = 0; i < n; i++) {
    let sum = x[i];
    for (let k = first ? first[i] : 0, at = i * n; k < i; k++) sum -= factor[at + k] * x[k];
    x[i] = sum / factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    x[i] /= factor[i * n + i];
    const value = x[i];
    for (let k = first ? first[i] : 0, at = i * n; k < i; k++) x[k] -= factor[at + k] * value;
  }
  return x;
}
