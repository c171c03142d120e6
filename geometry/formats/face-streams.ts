import type { Mesh } from '../mesh.js';
import { CELL_SHAPES } from '../mesh.js';

/** Some faces of a mesh as [point count, points…] each; in 2D as pairs of points. */
export function faceStream(
  { dimension, faceOffsets, facePoints }: Mesh,
  faces: ArrayLike<number>,
): Int32Array {
  const stream: number[] = [];
  for (let i = 0; i < faces.length; i++) {
    const [start, end] = [faceOffsets[faces[i]], faceOffsets[faces[i] + 1]];
    if (dimension === 3) stream.push(end - start);
    for (let k = start; k < end; k++) stream.push(facePoints[k]);
  }
  return Int32Array.from(stream);
}

/**
 * Faces of the polyhedra of a mesh, cell by cell, as VTK lists them: [face count, (point count, points…) per face], points
 * counter-clockwise seen from outside. `ends[c]` is where cell c ends, -1 for other shapes.
 */
export function polyhedronStreams(mesh: Mesh): { ends: Int32Array; stream: Int32Array } {
  const { cellCount, cellShapes, faceCount, internalFaceCount, owner, neighbour } = mesh;
  const facesOfCell = new Map<number, [face: number, outwards: boolean][]>();
  const isPolyhedron = (c: number) => cellShapes?.[c] === CELL_SHAPES.polyhedron;
  const add = (c: number, face: number, outwards: boolean) => {
    if (!isPolyhedron(c)) return;
    const faces = facesOfCell.get(c);
    if (faces) faces.push([face, outwards]);
    else facesOfCell.set(c, [[face, outwards]]);
  };
  for (let f = 0; f < faceCount; f++) {
    add(owner[f], f, true);
    if (f < internalFaceCount) add(neighbour[f], f, false);
  }
  const ends = new Int32Array(cellCount).fill(-1);
  const stream: number[] = [];
  for (let c = 0; c < cellCount; c++) {
    const faces = facesOfCell.get(c);
    if (!faces) continue;
    stream.push(faces.length);
    for (const [face, outwards] of faces) {
      const points = mesh.facePoints.slice(mesh.faceOffsets[face], mesh.faceOffsets[face + 1]);
      stream.push(points.length, ...(outwards ? points : points.reverse()));
    }
    ends[c] = stream.length;
  }
  return { ends, stream: Int32Array.from(stream) };
}
