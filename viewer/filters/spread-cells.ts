import { boundingBox } from '../../geometry/bounding-box.js';
import { type CellSet, cellCentre } from './cell-set.js';

/**
 * About `count` cells spread evenly over space, for arrows and as seeds of streamlines: of the boxes of a regular grid over the
 * body, the first cell with its centre in each. The same cells every time.
 */
export function spreadCells(cells: CellSet, count: number, keep?: Uint8Array): Int32Array {
  const { points, cellCount, dimension } = cells;
  const { low, high, longestSide } = boundingBox(points, 3);
  const used = low.map((value, axis) => Math.max(high[axis] - value, 1e-3 * longestSide || 1));
  const measured = used.slice(0, dimension);
  const side =
    (measured.reduce((product, length) => product * length, 1) / Math.max(1, count)) ** (1 / dimension);
  const size = used.map((length, axis) => (axis < dimension ? Math.max(1, Math.round(length / side)) : 1));
  const taken = new Set<number>();
  const chosen: number[] = [];
  for (let cell = 0; cell < cellCount; cell++) {
    if (keep?.[cell] === 0) continue;
    const centre = cellCentre(cells, cell);
    let bin = 0;
    for (let axis = 0; axis < 3; axis++) {
      const index = Math.floor(((centre[axis] - low[axis]) / used[axis]) * size[axis]);
      bin = bin * size[axis] + Math.min(size[axis] - 1, Math.max(0, index));
    }
    if (taken.has(bin)) continue;
    taken.add(bin);
    chosen.push(cell);
  }
  return Int32Array.from(chosen);
}
