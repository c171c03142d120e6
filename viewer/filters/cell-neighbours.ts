import type { Steps } from '../../geometry/steps.js';
import { runThrough, STEP_CELLS } from '../../geometry/steps.js';
import type { CellSet } from './cell-set.js';
import { cellFaceOffsets, localFaces } from './local-faces.js';

/** Which cell lies behind each face of each cell. */
export interface CellNeighbours {
  /** Faces of cell c, in the order of `localFaces`: `offsets[c] .. offsets[c + 1])` */
  readonly offsets: Int32Array;
  /** `[face of a cell]` the cell on its other side, −1 on the boundary */
  readonly cells: Int32Array;
}

/** Points of the faces of a tetrahedron in VTK's order, face by face, as SHAPE_FACES has them. */
const TETRAHEDRON_FACES = Int32Array.of(1, 2, 3, 0, 3, 2, 0, 1, 3, 0, 2, 1);

/**
 * Pairs the faces of 3D cells: two faces with the same three lowest points are one. Faces are sorted by their lowest point
 * (counting sort), so that each is compared only with the few that share it. Where a broken mesh has three cells at a face,
 * two of them are paired and the third is left with a boundary. 2D cells have one face each, on the boundary.
 */
export function cellNeighbours(cells: CellSet): CellNeighbours {
  return runThrough(cellNeighboursSteps(cells));
}

/** The same in steps, counted in cells, twice over. */
export function* cellNeighboursSteps(cells: CellSet): Steps<CellNeighbours> {
  const { cellCount, cellPoints, points } = cells;
  const offsets = cellFaceOffsets(cells);
  const faceCount = offsets[cellCount];
  const neighbours = new Int32Array(faceCount).fill(-1);
  if (cells.dimension === 2) return { offsets, cells: neighbours };

  const lowest = new Int32Array(faceCount);
  const second = new Int32Array(faceCount);
  const third = new Int32Array(faceCount);
  const starts = new Int32Array(points.length / 3 + 1);
  const keep = (face: number, p: number) => {
    if (p < lowest[face]) {
      third[face] = second[face];
      second[face] = lowest[face];
      lowest[face] = p;
    } else if (p < second[face]) {
      third[face] = second[face];
      second[face] = p;
    } else if (p < third[face]) third[face] = p;
  };
  lowest.fill(2 ** 31 - 1);
  second.fill(2 ** 31 - 1);
  third.fill(2 ** 31 - 1);
  let face = 0;
  for (let cell = 0; cell < cellCount; cell++) {
    if (cell % STEP_CELLS === 0) yield cell;
    if (cells.tetrahedra) {
      for (let i = 0; i < 12; face++)
        for (const end = i + 3; i < end; i++) keep(face, cellPoints[4 * cell + TETRAHEDRON_FACES[i]]);
    } else {
      for (const corners of localFaces(cells, cell)) {
        for (const p of corners) keep(face, p);
        face++;
      }
    }
  }
  for (let f = 0; f < faceCount; f++) starts[lowest[f] + 1]++;
  for (let p = 0; p + 1 < starts.length; p++) starts[p + 1] += starts[p];
  const sorted = new Int32Array(faceCount);
  const cellOfFace = new Int32Array(faceCount);
  const next = starts.slice();
  for (let cell = 0, f = 0; cell < cellCount; cell++)
    for (; f < offsets[cell + 1]; f++) {
      sorted[next[lowest[f]]++] = f;
      cellOfFace[f] = cell;
    }
  for (let p = 0; p + 1 < starts.length; p++) {
    if (p % STEP_CELLS === 0) yield cellCount + (cellCount * p) / starts.length;
    for (let i = starts[p]; i < starts[p + 1]; i++) {
      const f = sorted[i];
      if (neighbours[f] >= 0) continue;
      for (let j = i + 1; j < starts[p + 1]; j++) {
        const g = sorted[j];
        if (second[f] !== second[g] || third[f] !== third[g] || neighbours[g] >= 0) continue;
        neighbours[f] = cellOfFace[g];
        neighbours[g] = cellOfFace[f];
        break;
      }
    }
  }
  return { offsets, cells: neighbours };
}
