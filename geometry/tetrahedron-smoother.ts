import type { TetrahedronSet } from './stuff-isosurface.js';

/** Steps of the search for a better place of a vertex, in lattice spacings */
const STEPS = [0.16, 0.08, 0.04, 0.02];
/** Directions of that search: along the axes and the diagonals of a cube */
const DIRECTIONS = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [-1, 0, 0],
  [0, -1, 0],
  [0, 0, -1],
  ...[-1, 1].flatMap((i) =>
    [-1, 1].flatMap((j) => [-1, 1].map((k) => [i, j, k].map((x) => x / Math.sqrt(3)))),
  ),
];

/** Moves a proposed place of a vertex to where the vertex may lie, in `place`; false if it may not move. */
export type Restrict = (vertex: number, place: Float64Array) => boolean;

/**
 * Moves vertices of tetrahedra, and never turns one over. The quality of a tetrahedron is the least sin² of its dihedral angles,
 * negative if it is inside out; that of a vertex the least among the tetrahedra around it.
 */
export class TetrahedronSmoother {
  readonly points: Float64Array;
  readonly tetrahedra: Int32Array;
  /** `[vertex]` tetrahedra around it: `around[offsets[v] .. offsets[v + 1])` */
  readonly offsets: Int32Array;
  readonly around: Int32Array;
  readonly #restrict: Restrict;
  readonly #trial = new Float64Array(3);

  /** @param set its points are changed in place */
  constructor(set: TetrahedronSet, restrict: Restrict) {
    this.points = set.points;
    this.tetrahedra = set.tetrahedra;
    this.#restrict = restrict;
    this.offsets = new Int32Array(set.points.length / 3 + 1);
    for (const v of set.tetrahedra) this.offsets[v + 1]++;
    for (let v = 0; v + 1 < this.offsets.length; v++) this.offsets[v + 1] += this.offsets[v];
    const fill = this.offsets.slice();
    this.around = new Int32Array(set.tetrahedra.length);
    for (let i = 0; i < set.tetrahedra.length; i++) this.around[fill[set.tetrahedra[i]]++] = i >> 2;
  }

  vertexQuality(v: number, enough = -Infinity): number {
    let least = Infinity;
    for (let i = this.offsets[v]; i < this.offsets[v + 1]; i++) {
      const quality = tetrahedronQuality(this.points, this.tetrahedra, this.around[i]);
      if (quality < least) {
        least = quality;
        if (least <= enough) return least; // no better than what is known
      }
    }
    return least;
  }

  /** Moves a vertex exactly to a place if its quality there exceeds a floor. */
  moveTo(v: number, x: number, y: number, z: number, floor: number): boolean {
    const { points } = this;
    const [oldX, oldY, oldZ] = [points[3 * v], points[3 * v + 1], points[3 * v + 2]];
    points[3 * v] = x;
    points[3 * v + 1] = y;
    points[3 * v + 2] = z;
    if (this.vertexQuality(v, floor) > floor) return true;
    points[3 * v] = oldX;
    points[3 * v + 1] = oldY;
    points[3 * v + 2] = oldZ;
    return false;
  }

  /** Searches around a vertex for a place of higher quality; returns the quality reached. */
  improve(v: number): number {
    const { points } = this;
    let best = this.vertexQuality(v);
    if (this.#propose(v, ...this.#centre(v), best)) best = this.vertexQuality(v);
    for (const step of STEPS)
      for (let moved = true, rounds = 0; moved && rounds < 3; rounds++) {
        moved = false;
        for (const [dx, dy, dz] of DIRECTIONS) {
          const x = points[3 * v] + step * dx;
          const y = points[3 * v + 1] + step * dy;
          const z = points[3 * v + 2] + step * dz;
          if (!this.#propose(v, x, y, z, best + 1e-6)) continue;
          best = this.vertexQuality(v);
          moved = true;
        }
      }
    return best;
  }

  #propose(v: number, x: number, y: number, z: number, floor: number): boolean {
    const trial = this.#trial;
    trial[0] = x;
    trial[1] = y;
    trial[2] = z;
    return this.#restrict(v, trial) && this.moveTo(v, trial[0], trial[1], trial[2], floor);
  }

  /** Mean of the centroids of the tetrahedra around a vertex */
  #centre(v: number): [number, number, number] {
    const { points, tetrahedra, around, offsets } = this;
    let [x, y, z] = [0, 0, 0];
    for (let i = offsets[v]; i < offsets[v + 1]; i++)
      for (let j = 4 * around[i]; j < 4 * around[i] + 4; j++) {
        const p = 3 * tetrahedra[j];
        x += points[p];
        y += points[p + 1];
        z += points[p + 2];
      }
    const count = 4 * (offsets[v + 1] - offsets[v]);
    return [x / count, y / count, z / count];
  }
}

/** Least sin² of the six dihedral angles, negative if the tetrahedron is inside out. */
export function tetrahedronQuality(points: Float64Array, tetrahedra: Int32Array, t: number): number {
  const a = 3 * tetrahedra[4 * t];
  const b = 3 * tetrahedra[4 * t + 1];
  const c = 3 * tetrahedra[4 * t + 2];
  const d = 3 * tetrahedra[4 * t + 3];
  const [ax, ay, az] = [points[a], points[a + 1], points[a + 2]];
  const [ux, uy, uz] = [points[b] - ax, points[b + 1] - ay, points[b + 2] - az];
  const [vx, vy, vz] = [points[c] - ax, points[c + 1] - ay, points[c + 2] - az];
  const [wx, wy, wz] = [points[d] - ax, points[d + 1] - ay, points[d + 2] - az];
  // area vectors of the faces opposite to b, c, d (outwards, times 2) and to a, minus their sum
  const [bx, by, bz] = [wy * vz - wz * vy, wz * vx - wx * vz, wx * vy - wy * vx];
  const [cx, cy, cz] = [uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx];
  const [dx, dy, dz] = [vy * uz - vz * uy, vz * ux - vx * uz, vx * uy - vy * ux];
  const [ex, ey, ez] = [-bx - cx - dx, -by - cy - dy, -bz - cz - dz];
  const volume = -(ux * bx + uy * by + uz * bz);
  const bb = bx * bx + by * by + bz * bz;
  const cc = cx * cx + cy * cy + cz * cz;
  const dd = dx * dx + dy * dy + dz * dz;
  const ee = ex * ex + ey * ey + ez * ez;
  const bc = bx * cx + by * cy + bz * cz;
  const bd = bx * dx + by * dy + bz * dz;
  const be = bx * ex + by * ey + bz * ez;
  const cd = cx * dx + cy * dy + cz * dz;
  const ce = cx * ex + cy * ey + cz * ez;
  const de = dx * ex + dy * ey + dz * ez;
  const cosine = Math.max(
    (bc * bc) / (bb * cc),
    (bd * bd) / (bb * dd),
    (be * be) / (bb * ee),
    (cd * cd) / (cc * dd),
    (ce * ce) / (cc * ee),
    (de * de) / (dd * ee),
  );
  if (!(volume > 0)) return volume === 0 || Number.isNaN(cosine) ? -1e-9 : cosine - 1 - 1e-9;
  return 1 - cosine;
}
