import type { Mesh } from './mesh.js';

/**
 * Calls back with every angle of every cell in degrees: in 2D at its corners (above 180° where it is not convex), in 3D between two
 * of its faces along their common edge, from the normals outwards: π − ∠(n₁, n₂).
 */
export function forEachCellAngle(mesh: Mesh, visit: (cell: number, angle: number) => void): void {
  if (mesh.dimension === 2) cornerAngles(mesh, visit);
  else dihedralAngles(mesh, visit);
}

function cornerAngles(
  { points, cellCount, cellOffsets, cellPoints }: Mesh,
  visit: (cell: number, angle: number) => void,
): void {
  for (let c = 0; c < cellCount; c++) {
    const [start, end] = [cellOffsets[c], cellOffsets[c + 1]];
    for (let i = start; i < end; i++) {
      const p = cellPoints[i];
      const before = cellPoints[i > start ? i - 1 : end - 1];
      const after = cellPoints[i + 1 < end ? i + 1 : start];
      const [ux, uy] = [points[2 * after] - points[2 * p], points[2 * after + 1] - points[2 * p + 1]];
      const [vx, vy] = [points[2 * before] - points[2 * p], points[2 * before + 1] - points[2 * p + 1]];
      const angle = degrees(Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy));
      visit(c, angle < 0 ? angle + 360 : angle); // a reflex corner of a polygon that is not convex
    }
  }
}

function dihedralAngles(mesh: Mesh, visit: (cell: number, angle: number) => void): void {
  const { owner, neighbour, faceCount, internalFaceCount, faceOffsets, facePoints, faceNormals } = mesh;
  // faces of cell c: faces[offsets[c] .. offsets[c + 1])
  const offsets = new Int32Array(mesh.cellCount + 1);
  for (let f = 0; f < faceCount; f++) {
    offsets[owner[f] + 1]++;
    if (f < internalFaceCount) offsets[neighbour[f] + 1]++;
  }
  for (let c = 0; c < mesh.cellCount; c++) offsets[c + 1] += offsets[c];
  const faces = new Int32Array(offsets[mesh.cellCount]);
  const fill = offsets.slice();
  for (let f = 0; f < faceCount; f++) {
    faces[fill[owner[f]]++] = f;
    if (f < internalFaceCount) faces[fill[neighbour[f]]++] = f;
  }
  for (let c = 0; c < mesh.cellCount; c++)
    for (let i = offsets[c]; i < offsets[c + 1]; i++)
      for (let j = offsets[c]; j < i; j++) {
        const [f, g] = [faces[i], faces[j]];
        const edges = commonEdges(f, g);
        if (edges === 0) continue;
        // the normal points out of the owner
        const sign = (owner[f] === c) === (owner[g] === c) ? -1 : 1;
        let [sum, difference] = [0, 0];
        for (let k = 0; k < 3; k++) {
          const [a, b] = [faceNormals[3 * f + k], sign * faceNormals[3 * g + k]];
          sum += (a + b) ** 2;
          difference += (a - b) ** 2;
        }
        // the half angle by its tangent, which stays exact near 0° and 180°
        const angle = degrees(2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum)));
        for (let edge = 0; edge < edges; edge++) visit(c, angle);
      }

  function commonEdges(f: number, g: number): number {
    let found = 0;
    for (let i = faceOffsets[f]; i < faceOffsets[f + 1]; i++) {
      const a = facePoints[i];
      const b = facePoints[i + 1 < faceOffsets[f + 1] ? i + 1 : faceOffsets[f]];
      for (let j = faceOffsets[g]; j < faceOffsets[g + 1]; j++) {
        const p = facePoints[j];
        const q = facePoints[j + 1 < faceOffsets[g + 1] ? j + 1 : faceOffsets[g]];
        if ((p === a && q === b) || (p === b && q === a)) found++;
      }
    }
    return found;
  }
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
