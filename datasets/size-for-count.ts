import { checkClosedSurface, type TriangleSurface } from '../geometry/index.js';

/** Volume of a lattice tetrahedron with edges of mean length 1: spacing³/12 at a mean edge of 0.923 spacings. */
const TETRAHEDRON = 1 / 12 / 0.923 ** 3;
/** Tetrahedra more than that per area of one cell size squared, where the lattice is cut: 1.1 to 2.7 on boxes and tori. */
const CUT = 1.8;

/**
 * Edge length h at which `generateTetrahedra` fills a surface with about `cellCount` tetrahedra, within about 15 % from 5,000 on:
 * V/(TETRAHEDRON h³) + CUT A/h² = cellCount, by Newton's method in 1/h.
 *
 * @throws GeometryError for a surface that is not closed
 */
export function sizeForCount(surface: TriangleSurface, cellCount: number): number {
  const cubic = checkClosedSurface(surface) / TETRAHEDRON;
  const square = CUT * surfaceArea(surface);
  // from above the root of a convex function the iteration falls monotonically
  let inverse = Math.cbrt(cellCount / cubic);
  for (let iteration = 0; iteration < 20; iteration++) {
    const excess = cubic * inverse ** 3 + square * inverse ** 2 - cellCount;
    inverse -= excess / (3 * cubic * inverse ** 2 + 2 * square * inverse);
  }
  return 1 / inverse;
}

function surfaceArea({ points, triangles }: TriangleSurface): number {
  let area = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const corner = (k: number) => points.subarray(3 * triangles[t + k], 3 * triangles[t + k] + 3);
    const [a, b, c] = [corner(0), corner(1), corner(2)];
    const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
    area += Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
  }
  return area;
}
