import { squaredLength, waveVectors } from './cosine-modes.js';
import type { ExpertRows } from './expert-blocks.js';
import { emptyPanels, PANEL, type Panels } from './panels.js';

/**
 * The n longest cosine modes of the bounding box of an expert's window,
 *
 *     F_k(x) = Π_axis cos(π k_axis (x_axis − low_axis)/(high_axis − low_axis)) / (1 + |k|²/10)
 *
 * a row for each of its cells, 0 beyond the window.
 */
export function ownModes(
  { cells, weights }: ExpertRows,
  n: number,
  { cellCentroids, dimension }: { readonly cellCentroids: Float64Array; readonly dimension: number },
): Panels {
  const vectors = longest(n, dimension);
  const highest = Math.max(...vectors.flat());
  const low = new Float64Array(dimension).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(dimension).fill(Number.NEGATIVE_INFINITY);
  cells.forEach((cell, at) => {
    if (weights[at] === 0) return;
    for (let axis = 0; axis < dimension; axis++) {
      low[axis] = Math.min(low[axis], cellCentroids[cell * dimension + axis]);
      high[axis] = Math.max(high[axis], cellCentroids[cell * dimension + axis]);
    }
  });
  const tables = Array.from(low, () => new Float64Array(highest + 1));
  const scales = vectors.map((vector) => 1 / (1 + 0.1 * squaredLength(vector)));
  const result = emptyPanels(cells.length, n);
  cells.forEach((cell, at) => {
    if (weights[at] === 0) return;
    tables.forEach((table, axis) => {
      const length = high[axis] - low[axis];
      // a window one cell wide has no waves across
      const t = length > 0 ? (cellCentroids[cell * dimension + axis] - low[axis]) / length : 0;
      for (let k = 0; k <= highest; k++) table[k] = Math.cos(Math.PI * k * t);
    });
    for (let j = 0; j < n; j++) {
      let value = scales[j];
      for (let axis = 0; axis < dimension; axis++) value *= tables[axis][vectors[j][axis]];
      result.values[(Math.floor(j / PANEL) * cells.length + at) * PANEL + (j % PANEL)] = value;
    }
  });
  return result;
}

/** The n shortest wave vectors, ties in lexicographic order. */
function longest(n: number, dimension: number): number[][] {
  // the octant of this radius holds more than n
  const radius = Math.ceil(Math.sqrt(dimension) * n ** (1 / dimension));
  return waveVectors(dimension, radius)
    .sort((a, b) => squaredLength(a) - squaredLength(b))
    .slice(0, n);
}
