import { SHAPE_FACES } from '../../geometry/cell-faces.js';
import { CELL_SHAPES } from '../../geometry/mesh.js';
import type { CellSet } from './cell-set.js';
import { localFaces } from './local-faces.js';

/** `[tetrahedron][5]`: four points, and bit k of the fifth: its face opposite point k lies on a face of the cell */
export type SplitCell = number[];

/** Points of each face of each shape, as bits. */
const FACE_BITS: Readonly<Record<number, readonly number[]>> = Object.fromEntries(
  Object.entries(SHAPE_FACES).map(([shape, faces]) => [
    shape,
    faces.map((face) => face.reduce((bits, local) => bits | (1 << local), 0)),
  ]),
);

/**
 * Splits a convex cell into tetrahedra without new points: its lowest point p is joined to the faces that do not have it, each
 * split into a fan from its own lowest point. Two cells split their common face alike, as its lowest point decides (the pulling
 * triangulation; for prisms, pyramids and hexahedra J. Dompierre et al., "How to subdivide pyramids, prisms, and hexahedra into
 * tetrahedra", 1999).
 */
export function splitCell(cells: CellSet, cell: number, target: SplitCell = []): SplitCell {
  const { cellOffsets, cellPoints, cellShapes } = cells;
  const start = cellOffsets[cell];
  target.length = 0;
  if (cellShapes[cell] === CELL_SHAPES.tetrahedron) {
    target.push(cellPoints[start], cellPoints[start + 1], cellPoints[start + 2], cellPoints[start + 3], 15);
    return target;
  }
  const faces = SHAPE_FACES[cellShapes[cell]];
  if (!faces) return splitPolyhedron(cells, cell, target);
  const bits = FACE_BITS[cellShapes[cell]];
  let lowest = 0;
  for (let local = 1; local < cellOffsets[cell + 1] - start; local++)
    if (cellPoints[start + local] < cellPoints[start + lowest]) lowest = local;
  const onFace = (a: number, b: number) => {
    const wanted = (1 << lowest) | (1 << a) | (1 << b);
    for (const face of bits) if ((face & wanted) === wanted) return true;
    return false;
  };
  for (let f = 0; f < faces.length; f++) {
    if (bits[f] & (1 << lowest)) continue;
    const face = faces[f];
    const size = face.length;
    let first = 0;
    for (let i = 1; i < size; i++)
      if (cellPoints[start + face[i]] < cellPoints[start + face[first]]) first = i;
    const a = face[first];
    for (let i = 1; i + 1 < size; i++) {
      const b = face[(first + i) % size];
      const c = face[(first + i + 1) % size];
      const mask = 1 | (onFace(b, c) ? 2 : 0) | (onFace(a, c) ? 4 : 0) | (onFace(a, b) ? 8 : 0);
      target.push(
        cellPoints[start + lowest],
        cellPoints[start + a],
        cellPoints[start + b],
        cellPoints[start + c],
        mask,
      );
    }
  }
  return target;
}

function splitPolyhedron(cells: CellSet, cell: number, target: SplitCell): SplitCell {
  const faces = localFaces(cells, cell);
  const lowest = Math.min(...faces.flat());
  const around = faces.filter((face) => face.includes(lowest)).map((face) => new Set(face));
  const onFace = (a: number, b: number) => around.some((face) => face.has(a) && face.has(b));
  for (const face of faces) {
    if (face.includes(lowest)) continue;
    const first = face.indexOf(Math.min(...face));
    const a = face[first];
    for (let i = 1; i + 1 < face.length; i++) {
      const b = face[(first + i) % face.length];
      const c = face[(first + i + 1) % face.length];
      const mask = 1 | (onFace(b, c) ? 2 : 0) | (onFace(a, c) ? 4 : 0) | (onFace(a, b) ? 8 : 0);
      target.push(lowest, a, b, c, mask);
    }
  }
  return target;
}
