import type { SparseMatrix } from '../sparse-matrix.js';
import type { Prolongator } from './smoothed-prolongator.js';

/** A = L + D + U with D found: Gauss–Seidel reads the halves of each row apart. */
export interface SplitMatrix extends SparseMatrix {
  /** `[row]` where the diagonal stands: entries before it belong to L, after it to U */
  readonly diagonalEntries: Int32Array;
  /** `[row]` 1/a_ii */
  readonly inverseDiagonal: Float64Array;
}

/** x = (D + L)⁻¹ b: a forward Gauss–Seidel sweep that starts from zero reads only half of the matrix. */
export function forwardSweepFromZero(matrix: SplitMatrix, b: Float64Array, x: Float64Array): void {
  const { rows, rowOffsets, columns, values, diagonalEntries, inverseDiagonal } = matrix;
  for (let row = 0; row < rows; row++) {
    const end = diagonalEntries[row];
    let sum = b[row];
    for (let entry = rowOffsets[row]; entry < end; entry++) sum -= values[entry] * x[columns[entry]];
    x[row] = sum * inverseDiagonal[row];
  }
}

/** coarse = Pᵀ(b − Ax) = −PᵀUx after {@link forwardSweepFromZero}, the other half of the matrix. */
export function restrictResidual(
  matrix: SplitMatrix,
  prolongator: Prolongator,
  x: Float64Array,
  coarse: Float64Array,
): void {
  const { rows, rowOffsets, columns, values, diagonalEntries } = matrix;
  const { rowOffsets: offsets, columns: targets, values: weights } = prolongator;
  coarse.fill(0);
  for (let row = 0; row < rows; row++) {
    const end = rowOffsets[row + 1];
    let residual = 0;
    for (let entry = diagonalEntries[row] + 1; entry < end; entry++) {
      residual -= values[entry] * x[columns[entry]];
    }
    const last = offsets[row + 1];
    for (let k = offsets[row]; k < last; k++) coarse[targets[k]] += weights[k] * residual;
  }
}

/** x ← x + P e */
export function addProlonged(prolongator: Prolongator, e: Float64Array, x: Float64Array): void {
  const { rows, rowOffsets, columns, values } = prolongator;
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    const end = rowOffsets[row + 1];
    let sum = x[row];
    for (; entry < end; entry++) sum += values[entry] * e[columns[entry]];
    x[row] = sum;
  }
}

/** One backward Gauss–Seidel sweep on A x = b, in place. */
export function backwardSweep(matrix: SplitMatrix, b: Float64Array, x: Float64Array): void {
  const { rows, rowOffsets, columns, values, diagonalEntries, inverseDiagonal } = matrix;
  for (let row = rows - 1; row >= 0; row--) {
    const middle = diagonalEntries[row];
    const end = rowOffsets[row + 1];
    let sum = b[row];
    for (let entry = rowOffsets[row]; entry < middle; entry++) sum -= values[entry] * x[columns[entry]];
    for (let entry = middle + 1; entry < end; entry++) sum -= values[entry] * x[columns[entry]];
    x[row] = sum * inverseDiagonal[row];
  }
}

/**
 * {@link backwardSweep} that also writes A x of its result into `image`. After the sweep row i holds
 * (L x_old + D x + U x)_i = b_i, so A x = b + L(x − x_old), and the column of L below x_i is the row of U beside it:
 * the product costs no further pass over the matrix.
 */
export function backwardSweepWithImage(
  matrix: SplitMatrix,
  b: Float64Array,
  x: Float64Array,
  image: Float64Array,
): void {
  const { rows, rowOffsets, columns, values, diagonalEntries, inverseDiagonal } = matrix;
  for (let row = rows - 1; row >= 0; row--) {
    const middle = diagonalEntries[row];
    const end = rowOffsets[row + 1];
    let sum = b[row];
    for (let entry = rowOffsets[row]; entry < middle; entry++) sum -= values[entry] * x[columns[entry]];
    for (let entry = middle + 1; entry < end; entry++) sum -= values[entry] * x[columns[entry]];
    const value = sum * inverseDiagonal[row];
    const change = value - x[row];
    x[row] = value;
    image[row] = b[row];
    for (let entry = middle + 1; entry < end; entry++) image[columns[entry]] += values[entry] * change;
  }
}
