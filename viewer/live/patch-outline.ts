import type { Mesh, Patch } from '../../geometry/index.js';

/**
 * Segments that show where a patch lies, `[segment end][3]`: in 2D its faces, in 3D the edges that one of its faces alone has, or
 * all edges of a patch without a rim.
 */
export function patchOutline(mesh: Mesh, patch: Patch): Float64Array {
  const edges = new Map<string, { readonly ends: readonly [number, number]; count: number }>();
  for (let face = patch.start; face < patch.start + patch.size; face++) {
    const points = mesh.facePoints.subarray(mesh.faceOffsets[face], mesh.faceOffsets[face + 1]);
    const sides = mesh.dimension === 2 ? 1 : points.length;
    for (let i = 0; i < sides; i++) {
      const ends = [points[i], points[(i + 1) % points.length]] as const;
      const key = ends[0] < ends[1] ? ends.join() : `${ends[1]},${ends[0]}`;
      const known = edges.get(key);
      if (known) known.count++;
      else edges.set(key, { ends, count: 1 });
    }
  }
  const all = [...edges.values()];
  const rim = all.filter(({ count }) => count === 1);
  const shown = rim.length > 0 ? rim : all;
  const outline = new Float64Array(6 * shown.length);
  shown.forEach(({ ends }, i) => {
    ends.forEach((point, end) => {
      for (let axis = 0; axis < mesh.dimension; axis++)
        outline[6 * i + 3 * end + axis] = mesh.points[mesh.dimension * point + axis];
    });
  });
  return outline;
}
