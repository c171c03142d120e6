import type { TriangleSurface } from '../../geometry/index.js';

/** The box [0, a] × [0, b] × [0, c] with the patches `ends`, at both ends of x, and `sides`. */
export function boxSurface(a: number, b: number, c: number): TriangleSurface {
  const points = Float64Array.from(
    Array.from({ length: 8 }, (_, i) => [a * (i & 1), b * ((i >> 1) & 1), c * ((i >> 2) & 1)]).flat(),
  );
  const quads = [
    [0, 4, 6, 2],
    [1, 3, 7, 5],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 2, 3, 1],
    [4, 5, 7, 6],
  ];
  const triangles = quads.flatMap(([p, q, r, s]) => [p, q, r, p, r, s]);
  return {
    points,
    triangles: Int32Array.from(triangles),
    patchNames: ['ends', 'sides'],
    trianglePatches: Int32Array.from(quads.flatMap((_, quad) => (quad < 2 ? [0, 0] : [1, 1]))),
  };
}
