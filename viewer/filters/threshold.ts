import type { CellSet } from './cell-set.js';
import type { ScalarField } from './field.js';

/**
 * `[cell]` 1 for cells whose value lies in [minimum, maximum]: the cell's own, or that of every one of its points. A value that
 * is no number is in no range.
 */
export function threshold(
  cells: CellSet,
  { association, values }: ScalarField,
  minimum: number,
  maximum: number,
): Uint8Array {
  const { cellCount, cellOffsets, cellPoints } = cells;
  const keep = new Uint8Array(cellCount);
  const inside = (value: number) => value >= minimum && value <= maximum;
  for (let cell = 0; cell < cellCount; cell++) {
    if (association === 'cell') {
      keep[cell] = inside(values[cell]) ? 1 : 0;
      continue;
    }
    let all = true;
    for (let i = cellOffsets[cell]; all && i < cellOffsets[cell + 1]; i++)
      all = inside(values[cellPoints[i]]);
    keep[cell] = all ? 1 : 0;
  }
  return keep;
}
