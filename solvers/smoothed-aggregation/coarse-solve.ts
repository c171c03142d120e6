import { InvalidInputError } from '../../common/errors.js';
import type { SparseMatrix } from '../sparse-matrix.js';

/** Writes A⁻¹ b into x. */
export type CoarseSolve = (b: Float64Array, x: Float64Array) => void;

/**
 * Dense Cholesky A = LLᵀ of the coarsest matrix. When constants are its kernel, A + τ 11ᵀ is factored instead, τ the mean
 * diagonal over the number of rows: symmetric positive definite, and the pseudo-inverse on right-hand sides of zero sum.
 *
 * @throws InvalidInputError at a pivot that is not positive
 */
export function coarseSolve(matrix: SparseMatrix, singular: boolean): CoarseSolve {
  const { rows: n, rowOffsets, columns, values } = matrix;
  const factor = new Float64Array(n * n);
  let trace = 0;
  for (let row = 0; row < n; row++) {
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      factor[row * n + columns[entry]] = values[entry];
      if (columns[entry] === row) trace += values[entry];
    }
  }
  if (singular) {
    const shift = trace / (n * n);
    for (let k = 0; k < factor.length; k++) factor[k] += shift;
  }
  for (let row = 0; row < n; row++) {
    const own = row * n;
    for (let column = 0; column <= row; column++) {
      const other = column * n;
      let sum = factor[own + column];
      for (let k = 0; k < column; k++) sum -= factor[own + k] * factor[other + k];
      if (column < row) factor[own + column] = sum * factor[other + column];
      else if (sum > 0 && sum < Number.POSITIVE_INFINITY) {
        // the inverse of the pivot is what the sweeps need
        factor[own + row] = 1 / Math.sqrt(sum);
      } else {
        throw new InvalidInputError(
          `solvers.smoothedAggregation: expected a positive definite matrix, pivot ${row} of the coarsest level is ${sum}`,
        );
      }
    }
  }
  return (b, x) => {
    for (let row = 0; row < n; row++) {
      let sum = b[row];
      for (let k = 0; k < row; k++) sum -= factor[row * n + k] * x[k];
      x[row] = sum * factor[row * n + row];
    }
    for (let row = n - 1; row >= 0; row--) {
      const value = x[row] * factor[row * n + row];
      x[row] = value;
      for (let k = 0; k < row; k++) x[k] -= factor[row * n + k] * value;
    }
  };
}
