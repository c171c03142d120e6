import { boundingBox } from '../../geometry/bounding-box.js';
import { type CellSet, cellCentre } from './cell-set.js';

/**
 * At most `count` cells spread evenly over space, for arrows and as seeds of streamlines: of the boxes of a regular grid over
 * the body, the cell with its centre nearest to the middle of each. The same cells every time.
 */
export function spreadCells(cells: CellSet, count: number, keep?: Uint8Array): Int32Array {
  const { points, cellCount, dimension } = cells;
  const { low, high, longestSide } = boundingBox(points, 3);
  const used = low.map((value, axis) => Math.max(high[axis] - value, 1e-3 * longestSide || 1));
  const sides = boxesAlong(used.slice(0, dimension), Math.max(1, count));
  const size = used.map((_, axis) => sides[axis] ?? 1);
  const nearest = new Map<number, { cell: number; distance: number }>();
  for (let cell = 0; cell < cellCount; cell++) {
    if (keep?.[cell] === 0) continue;
    const centre = cellCentre(cells, cell);
    let bin = 0;
    let distance = 0;
    for (let axis = 0; axis < dimension; axis++) {
      const place = ((centre[axis] - low[axis]) / used[axis]) * size[axis];
      const index = Math.min(size[axis] - 1, Math.max(0, Math.floor(place)));
      bin = bin * size[axis] + index;
      distance += (((place - index - 0.5) * used[axis]) / size[axis]) ** 2;
    }
    const found = nearest.get(bin);
    if (!found || distance < found.distance) nearest.set(bin, { cell, distance });
  }
  return Int32Array.from(nearest.values(), ({ cell }) => cell).sort();
}

/** How many boxes along each axis make at most `count`, as close to cubes as may be. */
function boxesAlong(lengths: readonly number[], count: number): number[] {
  const side = (lengths.reduce((product, length) => product * length, 1) / count) ** (1 / lengths.length);
  const boxes = lengths.map((length) => Math.max(1, Math.round(length / side)));
  while (boxes.reduce((product, each) => product * each, 1) > count)
    boxes[boxes.indexOf(Math.max(...boxes))]--;
  return boxes;
}
