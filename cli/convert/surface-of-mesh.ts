import { InvalidInputError } from '../../common/errors.js';
import type { Mesh, TriangleSurface } from '../../geometry/index.js';

/** The boundary of a 3D mesh as triangles, fans of its faces, with the patches of the mesh. */
export function surfaceOfMesh(mesh: Mesh): TriangleSurface {
  const { dimension, points, faceOffsets, facePoints, patches } = mesh;
  if (dimension !== 3) {
    throw new InvalidInputError(
      'convert: a mesh in the plane has no surface; .stl holds the boundary of 3D meshes',
    );
  }
  const corners: number[] = [];
  const trianglePatches: number[] = [];
  patches.forEach(({ start, size }, patch) => {
    for (let face = start; face < start + size; face++) {
      const [first, end] = [faceOffsets[face], faceOffsets[face + 1]];
      for (let i = first + 1; i + 1 < end; i++) {
        corners.push(facePoints[first], facePoints[i], facePoints[i + 1]);
        trianglePatches.push(patch);
      }
    }
  });
  const numbers = new Map([...new Set(corners)].map((p, i) => [p, i]));
  const used = new Float64Array(3 * numbers.size);
  for (const [p, i] of numbers) used.set(points.subarray(3 * p, 3 * p + 3), 3 * i);
  return {
    points: used,
    triangles: Int32Array.from(corners, (p) => numbers.get(p)!),
    patchNames: patches.map(({ name }) => name),
    trianglePatches: Int32Array.from(trianglePatches),
  };
}
