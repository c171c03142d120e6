import { orient2d } from 'robust-predicates';
import { GeometryError } from '../common/errors.js';
import type { BodyCentredLattice } from './body-centred-lattice.js';
import type { TriangleSurface } from './triangle-surface.js';

/** `[lattice point]` 1 inside, −1 outside, 0 on the surface */
export type LatticeSigns = Int8Array;

/**
 * Tells which points of a lattice a closed surface contains: a line along x through each row of points meets triangles that
 * raise or lower the winding number w, and w = 1 inside. Which triangles a line meets is decided exactly (orientation
 * predicates, ties broken as if the line were moved by (ε, ε²)), so no line slips through a shared edge or corner.
 *
 * @param surface in lattice coordinates
 * @throws GeometryError where w is neither 0 nor 1: the surface overlaps itself, or a part of it is inside out
 */
export function signsInsideSurface(lattice: BodyCentredLattice, surface: TriangleSurface): LatticeSigns {
  const signs = new Int8Array(2 * lattice.gridSize).fill(-1);
  for (const grid of [0, 1]) classifyGrid(lattice, surface, grid, signs);
  return signs;
}

function classifyGrid(
  lattice: BodyCentredLattice,
  { points, triangles }: TriangleSurface,
  grid: number,
  signs: LatticeSigns,
): void {
  const [nx, ny, nz] = lattice.counts;
  const shift = grid / 2;
  const crossings: [x: number, winding: number][][] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ay, az, by, bz, cy, cz] = [a, b, c].flatMap((p) => [points[p + 1], points[p + 2]]);
    const winding = -Math.sign(orient2d(ay, az, by, bz, cy, cz)); // robust-predicates has the second axis pointing down
    if (winding === 0) continue;
    const firstRow = Math.max(0, Math.ceil(Math.min(ay, by, cy) - shift));
    const lastRow = Math.min(ny - 1, Math.floor(Math.max(ay, by, cy) - shift));
    const firstLayer = Math.max(0, Math.ceil(Math.min(az, bz, cz) - shift));
    const lastLayer = Math.min(nz - 1, Math.floor(Math.max(az, bz, cz) - shift));
    if (firstRow > lastRow) continue;
    // plane x = a + gradient·((y, z) − a)
    const [uy, uz, vy, vz] = [by - ay, bz - az, cy - ay, cz - az];
    const [ux, vx] = [points[b] - points[a], points[c] - points[a]];
    const determinant = uy * vz - uz * vy;
    for (let k = firstLayer; k <= lastLayer; k++)
      for (let j = firstRow; j <= lastRow; j++) {
        const [y, z] = [j + shift, k + shift];
        if (
          side(ay, az, by, bz, y, z) !== winding ||
          side(by, bz, cy, cz, y, z) !== winding ||
          side(cy, cz, ay, az, y, z) !== winding
        )
          continue;
        const s = ((y - ay) * vz - (z - az) * vy) / determinant;
        const r = (uy * (z - az) - uz * (y - ay)) / determinant;
        const line = j + ny * k;
        crossings[line] ??= [];
        // a triangle that faces −x lets the line in
        crossings[line].push([points[a] + s * ux + r * vx, -winding]);
      }
  }
  for (const line in crossings) {
    const list = crossings[line].sort((p, q) => p[0] - q[0] || q[1] - p[1]);
    let winding = 0;
    for (let n = 0; n < list.length; n++) {
      winding += list[n][1];
      const [start, end] = [list[n][0], n + 1 < list.length ? list[n + 1][0] : list[n][0]];
      // equal crossings come in the order that the sort gives them; only a stretch of some length can be wrong
      if (winding !== 0 && winding !== 1 && end - start > 1e-9)
        throw new GeometryError(
          `generateTetrahedra: the surface must not overlap itself and its parts must face outwards; a line through it finds a place ${winding < 0 ? 'turned inside out' : `enclosed ${winding} times`}. Unite the parts first.`,
        );
      if (winding !== 1) continue;
      const base = grid * lattice.gridSize + nx * Number(line);
      for (let i = Math.max(0, Math.ceil(start - shift)); i <= Math.min(nx - 1, Math.floor(end - shift)); i++)
        signs[base + i] = i + shift === start || i + shift === end ? 0 : 1;
    }
  }
}

/** Sign of the orientation of (p, q, r + (ε, ε²)). */
function side(py: number, pz: number, qy: number, qz: number, ry: number, rz: number): number {
  const sign = -Math.sign(orient2d(py, pz, qy, qz, ry, rz));
  return sign !== 0 ? sign : qz !== pz ? Math.sign(pz - qz) : Math.sign(qy - py);
}
