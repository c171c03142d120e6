import { GeometryError } from '../common/errors.js';
import { orientation } from './predicates.js';

export function ringName(index: number): string {
  return index === 0 ? 'the outer polygon' : `hole ${index - 1}`;
}

/** @throws GeometryError if all vertices are closer to one line than the given distance, so that there is no area */
export function checkNotCollinear(
  vertices: readonly (readonly number[])[],
  distanceToLine: number,
  name: string,
): void {
  const [x0, y0] = vertices[0];
  const distance = (v: readonly number[]) => Math.hypot(v[0] - x0, v[1] - y0);
  const far = vertices.reduce((best, v) => (distance(v) > distance(best) ? v : best));
  const tolerance = distanceToLine * distance(far);
  if (vertices.every(([x, y]) => Math.abs(orientation(x0, y0, far[0], far[1], x, y)) <= tolerance))
    throw new GeometryError(
      `generateMesh: ${name} has zero size: all its vertices lie on one line or in one place.`,
    );
}

/** @throws GeometryError if two consecutive vertices coincide */
export function checkDistinctVertices(
  coordinates: Float64Array,
  original: Float64Array,
  sideEnd: Int32Array,
  sideRing: Int32Array,
): void {
  for (let v = 0; v < sideEnd.length; v++) {
    const w = sideEnd[v];
    if (coordinates[2 * v] === coordinates[2 * w] && coordinates[2 * v + 1] === coordinates[2 * w + 1])
      throw new GeometryError(
        `generateMesh: two consecutive vertices of ${ringName(sideRing[v])} coincide at (${original[2 * v]}, ${original[2 * v + 1]}); remove one of them.`,
      );
  }
}

/** Sides may meet only where one follows the other. Sweep over x with pruning; exact orientation tests. */
export function checkCrossings(
  coordinates: Float64Array,
  original: Float64Array,
  sideEnd: Int32Array,
  sideRing: Int32Array,
): void {
  const x = (v: number) => coordinates[2 * v];
  const y = (v: number) => coordinates[2 * v + 1];
  const low = (s: number) => Math.min(x(s), x(sideEnd[s]));
  const order = Array.from(sideEnd.keys()).sort((a, b) => low(a) - low(b));
  let active: number[] = [];
  for (const s of order) {
    const [a, b] = [s, sideEnd[s]];
    active = active.filter((t) => Math.max(x(t), x(sideEnd[t])) >= low(s));
    for (const t of active) {
      const [c, d] = [t, sideEnd[t]];
      if (Math.min(y(c), y(d)) > Math.max(y(a), y(b)) || Math.max(y(c), y(d)) < Math.min(y(a), y(b)))
        continue;
      const consecutive = b === c || d === a;
      const bad = consecutive ? foldsBack(coordinates, a, b, c, d) : intersects(coordinates, a, b, c, d);
      if (!bad) continue;
      const where = `(${original[2 * a]}, ${original[2 * a + 1]})`;
      throw new GeometryError(
        sideRing[s] === sideRing[t]
          ? `generateMesh: ${ringName(sideRing[s])} intersects or touches itself at the side that starts at ${where}; it must be a simple polygon.`
          : `generateMesh: ${ringName(sideRing[s])} and ${ringName(sideRing[t])} intersect or touch at the side that starts at ${where}; keep them apart.`,
      );
    }
    active.push(s);
  }
}

/** Whether two consecutive sides overlap: they are collinear and turn back. */
function foldsBack(p: Float64Array, a: number, b: number, c: number, d: number): boolean {
  const [u, v, w] = b === c ? [a, b, d] : [c, a, b];
  if (orientation(p[2 * u], p[2 * u + 1], p[2 * v], p[2 * v + 1], p[2 * w], p[2 * w + 1]) !== 0) return false;
  return (
    (p[2 * u] - p[2 * v]) * (p[2 * w] - p[2 * v]) +
      (p[2 * u + 1] - p[2 * v + 1]) * (p[2 * w + 1] - p[2 * v + 1]) >
    0
  );
}

/** Whether two closed segments whose bounding boxes overlap share a point. */
function intersects(p: Float64Array, a: number, b: number, c: number, d: number): boolean {
  const side = (u: number, v: number, w: number) =>
    Math.sign(orientation(p[2 * u], p[2 * u + 1], p[2 * v], p[2 * v + 1], p[2 * w], p[2 * w + 1]));
  const abc = side(a, b, c);
  const abd = side(a, b, d);
  if (abc === 0 && abd === 0) {
    const d0 = Math.abs(p[2 * a] - p[2 * b]) >= Math.abs(p[2 * a + 1] - p[2 * b + 1]) ? 0 : 1;
    const overlapStart = Math.max(
      Math.min(p[2 * a + d0], p[2 * b + d0]),
      Math.min(p[2 * c + d0], p[2 * d + d0]),
    );
    return (
      overlapStart <= Math.min(Math.max(p[2 * a + d0], p[2 * b + d0]), Math.max(p[2 * c + d0], p[2 * d + d0]))
    );
  }
  return abc * abd <= 0 && side(c, d, a) * side(c, d, b) <= 0;
}

/** Rings do not cross, so one vertex tells for the whole hole where it lies. */
export function checkNesting(coordinates: Float64Array, sideRing: Int32Array, ringCount: number): void {
  const starts = Array.from({ length: ringCount }, (_, r) => sideRing.indexOf(r));
  starts.push(sideRing.length);
  for (let hole = 1; hole < ringCount; hole++) {
    const x = coordinates[2 * starts[hole]];
    const y = coordinates[2 * starts[hole] + 1];
    for (let ring = 0; ring < ringCount; ring++) {
      if (ring === hole) continue;
      const inside = contains(coordinates, starts[ring], starts[ring + 1], x, y);
      if (ring === 0 && !inside)
        throw new GeometryError(`generateMesh: hole ${hole - 1} lies outside the outer polygon.`);
      if (ring !== 0 && inside)
        throw new GeometryError(`generateMesh: hole ${hole - 1} lies inside hole ${ring - 1}; remove it.`);
    }
  }
}

/** Whether a point lies inside the polygon of the vertices from .. to − 1 */
export function contains(p: Float64Array, from: number, to: number, x: number, y: number): boolean {
  let inside = false;
  for (let i = from, j = to - 1; i < to; j = i++) {
    if (p[2 * i + 1] > y === p[2 * j + 1] > y) continue;
    const [low, high] = p[2 * i + 1] < p[2 * j + 1] ? [i, j] : [j, i];
    if (orientation(p[2 * low], p[2 * low + 1], p[2 * high], p[2 * high + 1], x, y) > 0) inside = !inside;
  }
  return inside;
}
