import type { CellSet } from './cell-set.js';

/** Cells that are passed over together. */
export const BLOCK_CELLS = 256;

/** Smallest and largest value at the points of each block of {@link BLOCK_CELLS} cells in a row. */
export interface BlockRanges {
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
}

export function blockRanges(cells: CellSet, f: Float64Array | Float32Array): BlockRanges {
  const { cellCount, cellOffsets, cellPoints } = cells;
  const count = Math.ceil(cellCount / BLOCK_CELLS);
  const minima = new Float64Array(count);
  const maxima = new Float64Array(count);
  for (let block = 0; block < count; block++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const end = cellOffsets[Math.min(cellCount, (block + 1) * BLOCK_CELLS)];
    for (let i = cellOffsets[block * BLOCK_CELLS]; i < end; i++) {
      const value = f[cellPoints[i]];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    minima[block] = low;
    maxima[block] = high;
  }
  return { minima, maxima };
}

/** Bounding boxes of the blocks, from which the ranges of every plane's distance follow without a pass over the cells. */
export interface BlockBoxes {
  /** `[block][3]` */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export function blockBoxes(cells: CellSet): BlockBoxes {
  const axes = [0, 1, 2].map((axis) => {
    const coordinate = new Float64Array(cells.points.length / 3);
    for (let p = 0; p < coordinate.length; p++) coordinate[p] = cells.points[3 * p + axis];
    return blockRanges(cells, coordinate);
  });
  const count = axes[0].minima.length;
  const low = new Float64Array(3 * count);
  const high = new Float64Array(3 * count);
  axes.forEach(({ minima, maxima }, axis) => {
    for (let block = 0; block < count; block++) {
      low[3 * block + axis] = minima[block];
      high[3 * block + axis] = maxima[block];
    }
  });
  return { low, high };
}

/** Bounds of n·x in each block. */
export function planeRanges({ low, high }: BlockBoxes, normal: readonly number[]): BlockRanges {
  const count = low.length / 3;
  const minima = new Float64Array(count);
  const maxima = new Float64Array(count);
  for (let block = 0; block < count; block++)
    for (let axis = 0; axis < 3; axis++) {
      const a = normal[axis] * low[3 * block + axis];
      const b = normal[axis] * high[3 * block + axis];
      minima[block] += Math.min(a, b);
      maxima[block] += Math.max(a, b);
    }
  return { minima, maxima };
}
