import type { Prolongator } from './smoothed-prolongator.js';
import type { SplitMatrix } from './sweeps.js';

// The kernels of sweeps.ts for a block of four fields, `[row][field]`; see block-multiply.ts.

/** See `forwardSweepFromZero`. */
export function forwardBlockSweepFromZero(matrix: SplitMatrix, b: Float64Array, x: Float64Array): void {
  const { rows, rowOffsets, columns, values, diagonalEntries, inverseDiagonal } = matrix;
  for (let row = 0; row < rows; row++) {
    const end = diagonalEntries[row];
    const at = 4 * row;
    let s0 = b[at];
    let s1 = b[at + 1];
    let s2 = b[at + 2];
    let s3 = b[at + 3];
    for (let entry = rowOffsets[row]; entry < end; entry++) {
      const value = values[entry];
      const other = 4 * columns[entry];
      s0 -= value * x[other];
      s1 -= value * x[other + 1];
      s2 -= value * x[other + 2];
      s3 -= value * x[other + 3];
    }
    const inverse = inverseDiagonal[row];
    x[at] = s0 * inverse;
    x[at + 1] = s1 * inverse;
    x[at + 2] = s2 * inverse;
    x[at + 3] = s3 * inverse;
  }
}

/** See `restrictResidual`. */
export function restrictBlockResidual(
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
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let entry = diagonalEntries[row] + 1; entry < end; entry++) {
      const value = values[entry];
      const other = 4 * columns[entry];
      s0 -= value * x[other];
      s1 -= value * x[other + 1];
      s2 -= value * x[other + 2];
      s3 -= value * x[other + 3];
    }
    const last = offsets[row + 1];
    for (let k = offsets[row]; k < last; k++) {
      const weight = weights[k];
      const target = 4 * targets[k];
      coarse[target] += weight * s0;
      coarse[target + 1] += weight * s1;
      coarse[target + 2] += weight * s2;
      coarse[target + 3] += weight * s3;
    }
  }
}

/** See `addProlonged`. */
export function addBlockProlonged(prolongator: Prolongator, e: Float64Array, x: Float64Array): void {
  const { rows, rowOffsets, columns, values } = prolongator;
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    const end = rowOffsets[row + 1];
    const at = 4 * row;
    let s0 = x[at];
    let s1 = x[at + 1];
    let s2 = x[at + 2];
    let s3 = x[at + 3];
    for (; entry < end; entry++) {
      const value = values[entry];
      const other = 4 * columns[entry];
      s0 += value * e[other];
      s1 += value * e[other + 1];
      s2 += value * e[other + 2];
      s3 += value * e[other + 3];
    }
    x[at] = s0;
    x[at + 1] = s1;
    x[at + 2] = s2;
    x[at + 3] = s3;
  }
}

/** See `backwardSweep`. */
export function backwardBlockSweep(matrix: SplitMatrix, b: Float64Array, x: Float64Array): void {
  const { rows, rowOffsets, columns, values, diagonalEntries, inverseDiagonal } = matrix;
  for (let row = rows - 1; row >= 0; row--) {
    const middle = diagonalEntries[row];
    const end = rowOffsets[row + 1];
    const at = 4 * row;
    let s0 = b[at];
    let s1 = b[at + 1];
    let s2 = b[at + 2];
    let s3 = b[at + 3];
    for (let entry = rowOffsets[row]; entry < end; entry++) {
      if (entry === middle) continue;
      const value = values[entry];
      const other = 4 * columns[entry];
      s0 -= value * x[other];
      s1 -= value * x[other + 1];
      s2 -= value * x[other + 2];
      s3 -= value * x[other + 3];
    }
    const inverse = inverseDiagonal[row];
    x[at] = s0 * inverse;
    x[at + 1] = s1 * inverse;
    x[at + 2] = s2 * inverse;
    x[at + 3] = s3 * inverse;
  }
}
