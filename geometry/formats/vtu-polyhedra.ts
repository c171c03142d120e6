import { FileError } from '../../common/errors.js';
import type { PolyhedronFaceList } from './mesh-file.js';

/**
 * Faces of polyhedra from VTK's old layout: `ends[c]` is where cell c ends in the stream, -1 for other cells, and the stream
 * holds, cell by cell, [face count, (point count, points…) per face].
 *
 * @throws FileError if the counts leave the stream
 */
export function facesOfStream(ends: Int32Array, stream: Int32Array): PolyhedronFaceList {
  const cellFaceOffsets = new Int32Array(ends.length + 1);
  const offsets: number[] = [0];
  const points = new Int32Array(stream.length);
  let at = 0;
  let filled = 0;
  const take = (cell: number, limit: number): number => {
    if (at >= limit)
      throw new FileError(
        `the faces of cell ${cell} end before all of them are listed; the file is truncated or corrupt.`,
      );
    return stream[at++];
  };
  for (let c = 0; c < ends.length; c++) {
    if (ends[c] >= 0) {
      const end = ends[c];
      if (end > stream.length || end < at)
        throw new FileError(`the faces of cell ${c} end at ${end} of ${stream.length}; the file is corrupt.`);
      for (let face = take(c, end); face > 0; face--) {
        for (let point = take(c, end); point > 0; point--) points[filled++] = take(c, end);
        offsets.push(filled);
      }
      if (at !== end)
        throw new FileError(`the faces of cell ${c} end at ${at}, not at ${end}; the file is corrupt.`);
    }
    cellFaceOffsets[c + 1] = offsets.length - 1;
  }
  return { cellFaceOffsets, offsets: Int32Array.from(offsets), points: points.slice(0, filled) };
}

/** The same from the layout since VTK 9.4: faces in a table, cells name them. */
export function facesOfTable(
  cellFaceOffsets: Int32Array,
  faceIds: Int32Array,
  faceOffsets: Int32Array,
  facePoints: Int32Array,
): PolyhedronFaceList {
  const faceCount = faceOffsets.length - 1;
  const offsets = new Int32Array(faceIds.length + 1);
  for (let i = 0; i < faceIds.length; i++) {
    const face = faceIds[i];
    if (face < 0 || face >= faceCount)
      throw new FileError(`readVtu: a polyhedron names face ${face}; there are ${faceCount} faces.`);
    offsets[i + 1] = offsets[i] + faceOffsets[face + 1] - faceOffsets[face];
    // cells that name one long face again and again would multiply the file
    if (offsets[i + 1] > 2 * facePoints.length)
      throw new FileError('readVtu: faces belong to more than two polyhedra; the file is corrupt.');
  }
  const points = new Int32Array(offsets[faceIds.length]);
  for (let i = 0; i < faceIds.length; i++)
    points.set(facePoints.subarray(faceOffsets[faceIds[i]], faceOffsets[faceIds[i] + 1]), offsets[i]);
  return { cellFaceOffsets, offsets, points };
}
