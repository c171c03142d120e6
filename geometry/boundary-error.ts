import type { BoundaryTriangles } from './boundary-triangles.js';
import type { EmbeddedCurve } from './embed-features.js';
import type { Range } from './mesh-quality.js';
import { polyline } from './polyline.js';
import { type SurfacePoint, triangleHierarchy } from './triangle-hierarchy.js';
import type { TriangleSurface } from './triangle-surface.js';

/** Distance between samples of the surface in lattice spacings */
const SAMPLING = 0.75;

export interface PlacedDistance {
  readonly distance: number;
  readonly place: readonly [number, number, number];
}

/** Distances of the boundary vertices and face centres of a mesh from where they belong. */
export function boundaryDistances(
  points: Float64Array,
  { triangles }: BoundaryTriangles,
  distance: (x: number, y: number, z: number) => number,
): Range & PlacedDistance {
  let [sum, count, maximum] = [0, 0, 0];
  let place: [number, number, number] = [0, 0, 0];
  const add = (x: number, y: number, z: number) => {
    const value = distance(x, y, z);
    sum += value;
    count++;
    if (value <= maximum) return;
    maximum = value;
    place = [x, y, z];
  };
  for (const v of new Set(triangles)) add(points[3 * v], points[3 * v + 1], points[3 * v + 2]);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    add(
      (points[a] + points[b] + points[c]) / 3,
      (points[a + 1] + points[b + 1] + points[c + 1]) / 3,
      (points[a + 2] + points[b + 2] + points[c + 2]) / 3,
    );
  }
  return { mean: sum / count, maximum, distance: maximum, place };
}

/** The largest distance, up to a limit, from a sample of a surface to the boundary of a mesh: what the mesh has left out. */
export function largestGap(
  surface: TriangleSurface,
  points: Float64Array,
  boundary: BoundaryTriangles,
  limit: number,
): PlacedDistance {
  const hierarchy = triangleHierarchy(points, boundary.triangles);
  const found: SurfacePoint = { x: 0, y: 0, z: 0, triangle: 0, distance: 0 };
  let worst: PlacedDistance = { distance: 0, place: [0, 0, 0] };
  // one sample for each small cell is enough, however fine the surface
  const sampled = new Set<string>();
  const sample = (x: number, y: number, z: number) => {
    const key = `${Math.floor(x / SAMPLING)} ${Math.floor(y / SAMPLING)} ${Math.floor(z / SAMPLING)}`;
    if (sampled.has(key)) return;
    sampled.add(key);
    hierarchy.closestPoint(x, y, z, found, limit); // leaves the limit where nothing is closer
    if (found.distance > worst.distance) worst = { distance: found.distance, place: [x, y, z] };
  };
  const { points: p, triangles } = surface;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const side = (i: number, j: number) => Math.hypot(p[i] - p[j], p[i + 1] - p[j + 1], p[i + 2] - p[j + 2]);
    const steps = Math.max(1, Math.ceil(Math.max(side(a, b), side(b, c), side(c, a)) / SAMPLING));
    for (let i = 0; i <= steps; i++)
      for (let j = 0; j <= steps - i; j++) {
        const [u, v] = [i / steps, j / steps];
        const w = 1 - u - v;
        sample(
          w * p[a] + u * p[b] + v * p[c],
          w * p[a + 1] + u * p[b + 1] + v * p[c + 1],
          w * p[a + 2] + u * p[b + 2] + v * p[c + 2],
        );
      }
  }
  return worst;
}

/** How the edges of a mesh meet the sharp edges of the surface that they stand for, in the unit of the points. */
export interface SharpEdgeDistances {
  /** Largest distance of a vertex from its sharp edge, or from its corner at the end of one */
  readonly vertices: number;
  /** Largest distance of a sample of the sharp edges from the edges of the mesh: that, and the sag of chords under a bend */
  readonly curves: number;
}

export function sharpEdgeDistances(
  points: Float64Array,
  paths: readonly EmbeddedCurve[],
): SharpEdgeDistances {
  const place = new Float64Array(3);
  let [atVertices, alongCurves] = [0, 0];
  for (const { curve, vertices } of paths) {
    for (const v of vertices)
      atVertices = Math.max(
        atVertices,
        curve.closest(points[3 * v], points[3 * v + 1], points[3 * v + 2]).squared,
      );
    const ends = curve.closed ? [] : [vertices[0], vertices[vertices.length - 1]];
    ends.forEach((v, end) => {
      curve.pointAt(end * curve.length, place);
      const squared = place.reduce((sum, x, k) => sum + (x - points[3 * v + k]) ** 2, 0);
      atVertices = Math.max(atVertices, squared);
    });
    const list = curve.closed ? [...vertices, vertices[0]] : [...vertices];
    const path = polyline(
      Float64Array.from(list.flatMap((v) => [...points.subarray(3 * v, 3 * v + 3)])),
      curve.closed,
    );
    const samples = Math.ceil((4 * curve.length) / SAMPLING);
    for (let i = 0; i <= samples; i++) {
      curve.pointAt((curve.length * i) / samples, place);
      alongCurves = Math.max(alongCurves, path.closest(place[0], place[1], place[2]).squared);
    }
  }
  return { vertices: Math.sqrt(atVertices), curves: Math.sqrt(alongCurves) };
}
