import type { CellNeighbours } from './cell-neighbours.js';
import type { CellSet } from './cell-set.js';
import { localFaces } from './local-faces.js';
import { type Triangles, TriangleWriter } from './triangles.js';

/**
 * The surface of the kept cells: in 3D the faces between a kept cell and one that is not, in 2D the kept cells. Without `keep`,
 * of all of them.
 *
 * @param keep `[cell]` 1 or 0
 */
export function cellSurface(cells: CellSet, neighbours: CellNeighbours, keep?: Uint8Array): Triangles {
  const { cellCount } = cells;
  const { offsets, cells: behind } = neighbours;
  const writer = new TriangleWriter();
  for (let cell = 0; cell < cellCount; cell++) {
    if (keep?.[cell] === 0) continue;
    const first = offsets[cell];
    const end = offsets[cell + 1];
    let faces: readonly (readonly number[])[] | undefined;
    for (let f = first; f < end; f++) {
      const other = behind[f];
      if (other >= 0 && keep?.[other] !== 0) continue;
      faces ??= localFaces(cells, cell);
      addPolygon(writer, cell, faces[f - first]);
    }
  }
  return writer.finish(cells.points);
}

/** A fan from the first point: faces of cells are convex. */
function addPolygon(writer: TriangleWriter, cell: number, corners: readonly number[]): void {
  const last = corners.length - 2;
  for (let i = 1; i <= last; i++) {
    // opposite corner 0: an edge always; opposite corners 1 and 2: where the fan ends
    const edges = 1 | (i === last ? 2 : 0) | (i === 1 ? 4 : 0);
    writer.addPoints(cell, edges, corners[0], corners[i], corners[i + 1]);
  }
}
