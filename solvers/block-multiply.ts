import type { SparseMatrix } from './sparse-matrix.js';

/**
 * Fields side by side in a block, `[row][field]`: an entry of the matrix is read once for all of them. Kernels on blocks
 * are unrolled by hand, since a loop over the fields costs more than sharing the entry saves.
 */
export const BLOCK_WIDTH = 4;

/** out = A X for a block of four fields, `[row][field]`. */
export function multiplyBlock(matrix: SparseMatrix, x: Float64Array, out: Float64Array): void {
  const { rows, rowOffsets, columns, values } = matrix;
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    const end = rowOffsets[row + 1];
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (; entry < end; entry++) {
      const value = values[entry];
      const other = 4 * columns[entry];
      s0 += value * x[other];
      s1 += value * x[other + 1];
      s2 += value * x[other + 2];
      s3 += value * x[other + 3];
    }
    const at = 4 * row;
    out[at] = s0;
    out[at + 1] = s1;
    out[at + 2] = s2;
    out[at + 3] = s3;
  }
}

/** Takes field `field` out of a block. */
export function takeField(block: Float64Array, field: number, vector: Float64Array): void {
  for (let row = 0, at = field; row < vector.length; row++, at += BLOCK_WIDTH) vector[row] = block[at];
}

/** Puts a vector into a block as its field `field`. */
export function putField(block: Float64Array, field: number, vector: Float64Array): void {
  for (let row = 0, at = field; row < vector.length; row++, at += BLOCK_WIDTH) block[at] = vector[row];
}
