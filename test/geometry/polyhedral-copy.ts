import { createPolyhedralMesh, type Mesh } from '../../geometry/index.js';

/** The same cells and faces as polyhedra; patch `left` at x = 0, `rest` elsewhere. */
export function polyhedralCopy(mesh: Mesh): Mesh {
  const facesOfCell: number[][][] = Array.from({ length: mesh.cellCount }, () => []);
  for (let f = 0; f < mesh.faceCount; f++) {
    const points = [...mesh.facePoints.subarray(mesh.faceOffsets[f], mesh.faceOffsets[f + 1])];
    facesOfCell[mesh.owner[f]].push(points);
    if (f < mesh.internalFaceCount) facesOfCell[mesh.neighbour[f]].push(points);
  }
  return createPolyhedralMesh({
    points: mesh.points,
    cellOffsets: mesh.cellOffsets,
    cellPoints: mesh.cellPoints,
    cellShapes: new Uint8Array(mesh.cellCount).fill(42),
    polyhedronFaces: facesOfCell,
    patchOfFace: (_, [x]) => (x < 1e-9 ? 'left' : 'rest'),
  });
}
