import type { Mesh } from '../geometry/mesh.js';

/**
 * A 3D mesh turned so that its z axis becomes the given one, by a cyclic exchange of coordinates: cells, faces and their
 * order stay, and patches named after an axis, as `zMin`, after the new one.
 */
export function turnAxes(mesh: Mesh, axis: 'x' | 'y' | 'z'): Mesh {
  if (axis === 'z') return mesh;
  // coordinate k of the result was coordinate (k + shift) mod 3
  const shift = axis === 'x' ? 2 : 1;
  const turned = (vectors: Float64Array) =>
    vectors.map((_, at) => vectors[at - (at % 3) + (((at % 3) + shift) % 3)]);
  const axes = ['x', 'y', 'z'];
  const renamed = (name: string) =>
    name.replace(/^([xyz])(?=M(in|ax)$)/, (old) => axes[(axes.indexOf(old) + 3 - shift) % 3]);
  return {
    ...mesh,
    points: turned(mesh.points),
    cellCentroids: turned(mesh.cellCentroids),
    faceNormals: turned(mesh.faceNormals),
    faceCentroids: turned(mesh.faceCentroids),
    patches: mesh.patches.map((patch) => ({ ...patch, name: renamed(patch.name) })),
  };
}
