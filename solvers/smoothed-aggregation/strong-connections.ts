import type { SparseMatrix } from '../sparse-matrix.js';

/**
 * Which couplings steer coarsening, `[entry]`, 1 where
 *
 *     −a_ij ≥ θ (s_i s_j)^½,   s_i = max(max_k≠i −a_ik, a_ii − Σ_k≠i |a_ik|)
 *
 * Symmetric. A jump of κ leaves the two sides apart: their coupling is of the size of the weak side's, small beside the
 * geometric mean of both. Positive couplings, which coarse matrices have, are weak.
 *
 * What the diagonal has beyond the couplings is the coupling to the boundary, and counts as one: a conductor held at its
 * boundary, once coarsening has made it one row, is coupled to nothing else worth the name. Aggregated with what touches
 * it, it would hold that at zero too.
 *
 * Vaněk, Mandel & Brezina (1996) compare with (a_ii a_jj)^½ instead. That counts the neighbours: cells of many faces, or
 * coarse matrices of long rows, would have weak couplings only.
 */
export function strongConnections(matrix: SparseMatrix, threshold: number): Uint8Array {
  const { rows, rowOffsets, columns, values } = matrix;
  // θ^½ s_i^½, so that the product of two of them is the bound
  const scale = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    let excess = 0;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      const value = values[entry];
      if (columns[entry] === row) excess += value;
      else {
        excess -= Math.abs(value);
        if (-value > largest) largest = -value;
      }
    }
    if (excess > largest) largest = excess;
    scale[row] = Math.sqrt(threshold * largest);
  }
  const strong = new Uint8Array(values.length);
  for (let row = 0; row < rows; row++) {
    const own = scale[row];
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      const coupling = -values[entry];
      if (coupling > 0 && coupling >= own * scale[columns[entry]] && columns[entry] !== row)
        strong[entry] = 1;
    }
  }
  return strong;
}
