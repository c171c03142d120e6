import type { Triangles } from '../../../viewer/filters/triangles.js';

/** Vector area of triangle t: half the cross product of two sides. */
export function vectorArea({ positions }: Triangles, t: number): [number, number, number] {
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = positions.subarray(9 * t, 9 * t + 9);
  const [ux, uy, uz] = [bx - ax, by - ay, bz - az];
  const [vx, vy, vz] = [cx - ax, cy - ay, cz - az];
  return [(uy * vz - uz * vy) / 2, (uz * vx - ux * vz) / 2, (ux * vy - uy * vx) / 2];
}

export function totalArea(triangles: Triangles): number {
  let sum = 0;
  for (let t = 0; t < triangles.cells.length; t++) sum += Math.hypot(...vectorArea(triangles, t));
  return sum;
}

/** Total length of the sides that are marked as edges of cells. */
export function edgeLength({ positions, edges }: Triangles): number {
  let sum = 0;
  for (let t = 0; t < edges.length; t++)
    for (let k = 0; k < 3; k++) {
      if (!(edges[t] & (1 << k))) continue;
      const [a, b] = [1, 2].map((step) => 9 * t + 3 * ((k + step) % 3));
      sum += Math.hypot(...[0, 1, 2].map((axis) => positions[a + axis] - positions[b + axis]));
    }
  return sum;
}
