import type { Mesh } from '../../geometry/index.js';

/** The same mesh with all lengths times `factor`, as from millimetres to metres with 1e-3. */
export function scaleMesh(mesh: Mesh, factor: number): Mesh {
  if (factor === 1) return mesh;
  const times = (values: Float64Array, scale: number) => values.map((value) => value * scale);
  const volume = factor ** mesh.dimension;
  return {
    ...mesh,
    points: times(mesh.points, factor),
    cellVolumes: times(mesh.cellVolumes, volume),
    cellCentroids: times(mesh.cellCentroids, factor),
    faceAreas: times(mesh.faceAreas, volume / factor),
    faceCentroids: times(mesh.faceCentroids, factor),
    ...(mesh.deltaCoefficients && { deltaCoefficients: times(mesh.deltaCoefficients, 1 / factor) }),
  };
}
