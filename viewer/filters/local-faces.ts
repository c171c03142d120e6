import { SHAPE_FACES } from '../../geometry/cell-faces.js';
import type { CellSet } from './cell-set.js';

/** Faces of one cell as lists of mesh points; a 2D cell is its own face. */
export function localFaces(cells: CellSet, cell: number): readonly (readonly number[])[] {
  const { cellOffsets, cellPoints, cellShapes, polyhedronFaces, dimension } = cells;
  const start = cellOffsets[cell];
  if (dimension === 2) return [Array.from(cellPoints.subarray(start, cellOffsets[cell + 1]))];
  const given = polyhedronFaces?.[cell];
  if (given) return given;
  return SHAPE_FACES[cellShapes[cell]].map((face) => face.map((local) => cellPoints[start + local]));
}

/** Where the faces of each cell start when those of all cells are listed one after the other. */
export function cellFaceOffsets(cells: CellSet): Int32Array {
  const offsets = new Int32Array(cells.cellCount + 1);
  for (let cell = 0; cell < cells.cellCount; cell++) {
    const count =
      cells.dimension === 2
        ? 1
        : (cells.polyhedronFaces?.[cell] ?? SHAPE_FACES[cells.cellShapes[cell]]).length;
    offsets[cell + 1] = offsets[cell] + count;
  }
  return offsets;
}

/** Segments between points around the faces of one cell, each edge once: `[segment][2]` points. */
export function cellEdges(cells: CellSet, cell: number): number[] {
  const seen = new Set<string>();
  const ends: number[] = [];
  for (const face of localFaces(cells, cell))
    face.forEach((a, i) => {
      const b = face[(i + 1) % face.length];
      const key = a < b ? `${a} ${b}` : `${b} ${a}`;
      if (!seen.has(key)) ends.push(a, b);
      seen.add(key);
    });
  return ends;
}
