import { type BoundaryShape, VERTEX_KINDS } from './boundary-shape.js';
import type { TetrahedronSet } from './stuff-isosurface.js';
import { TetrahedronSmoother } from './tetrahedron-smoother.js';

/**
 * Dihedral angle, in degrees, below which no move towards the shape may bring a vertex. What has not arrived in half of the rounds
 * may come closer to flat, since the improvement after it most often mends that.
 */
const FIT_FLOORS = [4, 4, 3, 3, 2, 2, 1, 1, 0.5, 0.5, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05];
const FIT_ROUNDS = 32;
/** Vertices with a dihedral angle, or 180° minus one, below this are improved. */
const GOOD = Math.sin((24 * Math.PI) / 180) ** 2;
const SWEEPS = 6;
const CLOSE = 1e-9;
/** A vertex that cannot reach its place may stay this far from it, in lattice spacings. */
const ENVELOPE = 0.03;

/**
 * Draws the boundary vertices to their shape, a part of the way at a time where a tetrahedron would become too flat, and
 * improves the worst dihedral angles in between and at the end.
 *
 * @returns vertices that could not be brought to their place without turning over a tetrahedron
 */
export function fitTetrahedra(set: TetrahedronSet, shape: BoundaryShape): number[] {
  const { points } = set;
  const settled = new Uint8Array(points.length / 3);
  const target = new Float64Array(3);
  const smoother = new TetrahedronSmoother(set, restrict);
  let open: number[] = [];
  for (let v = 0; v < settled.length; v++) if (shape.kinds[v] !== VERTEX_KINDS.interior) open.push(v);
  // corners first, then curves: they leave least choice
  open.sort((a, b) => shape.kinds[b] - shape.kinds[a]);
  for (let round = 0; round < FIT_ROUNDS && open.length > 0; round++) {
    const floor =
      Math.sin((FIT_FLOORS[Math.floor((round * FIT_FLOORS.length) / FIT_ROUNDS)] * Math.PI) / 180) ** 2;
    open = open.filter((v) => !draw(v, floor));
    const touched = new Set<number>();
    for (const v of open)
      for (let i = smoother.offsets[v]; i < smoother.offsets[v + 1]; i++)
        for (let j = 0; j < 4; j++) touched.add(set.tetrahedra[4 * smoother.around[i] + j]);
    for (const v of touched) improve(v);
  }
  open = open.filter((v) => distanceFromShape(v) > ENVELOPE);
  if (open.length > 0) return open;
  let poor: number[] = [];
  for (let v = 0; v < settled.length; v++) poor.push(v);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    poor = poor.filter(
      (v) => smoother.offsets[v] < smoother.offsets[v + 1] && smoother.vertexQuality(v) < GOOD,
    );
    for (const v of poor) improve(v);
  }
  return [];

  /** Vertices that have arrived keep to the shape; others stay, but those that got close may move within a small distance of it. */
  function restrict(v: number, place: Float64Array): boolean {
    if (shape.kinds[v] === VERTEX_KINDS.interior) return true;
    if (settled[v] === 1) return shape.restrict(v, place);
    if (open.length > 0) return false;
    const [x, y, z] = place;
    shape.restrict(v, place);
    const [dx, dy, dz] = [x - place[0], y - place[1], z - place[2]];
    const part = Math.min(1, ENVELOPE / Math.hypot(dx, dy, dz));
    place[0] += part * dx;
    place[1] += part * dy;
    place[2] += part * dz;
    return true;
  }

  function distanceFromShape(v: number): number {
    target.set(points.subarray(3 * v, 3 * v + 3));
    shape.restrict(v, target);
    return Math.hypot(...[0, 1, 2].map((k) => target[k] - points[3 * v + k]));
  }

  function improve(v: number): void {
    if (shape.kinds[v] === VERTEX_KINDS.corner && settled[v] === 1) return;
    smoother.improve(v);
    shape.moved(v, points.subarray(3 * v, 3 * v + 3));
  }

  /** Moves a vertex towards its place; true when it has arrived. */
  function draw(v: number, leastQuality: number): boolean {
    const place = points.subarray(3 * v, 3 * v + 3);
    target.set(place);
    shape.restrict(v, target);
    const [dx, dy, dz] = [target[0] - place[0], target[1] - place[1], target[2] - place[2]];
    if (dx * dx + dy * dy + dz * dz < CLOSE ** 2) {
      settled[v] = 1;
      return true;
    }
    const floor = Math.min(leastQuality, smoother.vertexQuality(v) * 0.9);
    if (smoother.moveTo(v, target[0], target[1], target[2], floor)) {
      settled[v] = 1;
      return true;
    }
    const [x, y, z] = place;
    for (const part of [0.7, 0.4, 0.2, 0.1])
      if (smoother.moveTo(v, x + part * dx, y + part * dy, z + part * dz, floor)) break;
    return false;
  }
}
