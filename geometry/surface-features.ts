import { pairHalfEdges } from './half-edge-pairs.js';
import { next, previous } from './half-edges.js';
import type { TriangleSurface } from './triangle-surface.js';

/**
 * Two stretches of a curve that are longer than this, in lattice spacings, meet in a corner where they turn by more than the angle
 * of this cosine: an edge of the mesh across the bend would miss it by more than 0.05 spacings.
 */
const LONG = 1.5;
const BEND = Math.cos((10 * Math.PI) / 180);

/** Angle missing around a tip: a cone that opens by less than 113° has one. */
const TIP_DEFECT = Math.PI / 3;

/** A sharp edge of a surface as a polyline. */
export interface FeatureCurve {
  /** `[vertex][3]`; of a closed curve the first one is repeated at the end */
  readonly points: Float64Array;
  /** Corners at its ends; undefined for a closed curve without any */
  readonly ends?: readonly [number, number];
}

/** What of a surface a mesh has to keep: smooth pieces, the sharp edges between them and the corners these meet in. */
export interface SurfaceFeatures {
  /** `[triangle]` smooth piece, numbered by first triangle */
  readonly pieceOfTriangle: Int32Array;
  readonly pieceCount: number;
  readonly curves: readonly FeatureCurve[];
  /** `[corner][3]` */
  readonly corners: Float64Array;
}

/**
 * Finds the sharp edges of a closed surface: those where the normals of the two triangles differ by more than an angle, or the
 * patches differ. They are joined to curves that end where other than two of them meet or where they turn by more than the angle.
 * A tip, such as that of a cone, is a corner without curves.
 *
 * @param surface in lattice coordinates
 * @param angle in degrees
 */
export function surfaceFeatures(surface: TriangleSurface, angle: number): SurfaceFeatures {
  const { points, triangles, trianglePatches } = surface;
  const { opposite } = pairHalfEdges(points.length / 3, triangles);
  const normals = unitNormals(points, triangles);
  const limit = Math.cos((angle * Math.PI) / 180);
  const sharp = new Uint8Array(triangles.length);
  for (let h = 0; h < triangles.length; h++) {
    const [t, u] = [Math.floor(h / 3), Math.floor(opposite[h] / 3)];
    if (dot(normals, t, normals, u) < limit || trianglePatches?.[t] !== trianglePatches?.[u]) sharp[h] = 1;
  }
  return { ...smoothPieces(opposite, sharp), ...traceCurves(points, triangles, opposite, sharp, limit) };
}

function unitNormals(points: Float64Array, triangles: Int32Array): Float64Array {
  const normals = new Float64Array(triangles.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ux, uy, uz] = [
      points[b] - points[a],
      points[b + 1] - points[a + 1],
      points[b + 2] - points[a + 2],
    ];
    const [vx, vy, vz] = [
      points[c] - points[a],
      points[c + 1] - points[a + 1],
      points[c + 2] - points[a + 2],
    ];
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    const length = Math.hypot(nx, ny, nz);
    normals.set([nx / length, ny / length, nz / length], t);
  }
  return normals;
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number): number {
  return a[3 * i] * b[3 * j] + a[3 * i + 1] * b[3 * j + 1] + a[3 * i + 2] * b[3 * j + 2];
}

function smoothPieces(opposite: Int32Array, sharp: Uint8Array) {
  const pieceOfTriangle = new Int32Array(opposite.length / 3).fill(-1);
  let pieceCount = 0;
  for (let seed = 0; seed < pieceOfTriangle.length; seed++) {
    if (pieceOfTriangle[seed] >= 0) continue;
    pieceOfTriangle[seed] = pieceCount;
    const queue = [seed];
    for (let t = queue.pop(); t !== undefined; t = queue.pop())
      for (let h = 3 * t; h < 3 * t + 3; h++) {
        const u = Math.floor(opposite[h] / 3);
        if (sharp[h] || pieceOfTriangle[u] >= 0) continue;
        pieceOfTriangle[u] = pieceCount;
        queue.push(u);
      }
    pieceCount++;
  }
  return { pieceOfTriangle, pieceCount };
}

function traceCurves(
  points: Float64Array,
  triangles: Int32Array,
  opposite: Int32Array,
  sharp: Uint8Array,
  limit: number,
) {
  // every sharp edge once, under both of its points
  const edgesAt = new Map<number, number[]>();
  const ends: [number, number][] = [];
  for (let h = 0; h < triangles.length; h++) {
    if (!sharp[h] || opposite[h] < h) continue;
    const pair: [number, number] = [triangles[h], triangles[next(h)]];
    for (const p of pair) {
      const list = edgesAt.get(p);
      if (list) list.push(ends.length);
      else edgesAt.set(p, [ends.length]);
    }
    ends.push(pair);
  }
  const other = (edge: number, p: number) => ends[edge][0] + ends[edge][1] - p;
  const isCorner = (a: number, p: number, b: number) => {
    const cosine = turn(points, a, p, b);
    const long = squaredDistance(points, a, p) > LONG ** 2 && squaredDistance(points, p, b) > LONG ** 2;
    return cosine < limit || (long && cosine < BEND);
  };
  const cornerOf = new Map<number, number>();
  for (const [p, edges] of edgesAt)
    if (edges.length !== 2 || isCorner(other(edges[0], p), p, other(edges[1], p)))
      cornerOf.set(p, cornerOf.size);

  const used = new Uint8Array(ends.length);
  const curves: FeatureCurve[] = [];
  const trace = (start: number, edge: number) => {
    const list = [start];
    let [p, e] = [start, edge];
    for (;;) {
      used[e] = 1;
      p = other(e, p);
      list.push(p);
      if (cornerOf.has(p) || p === start) break;
      const [first, second] = edgesAt.get(p)!;
      e = first === e ? second : first;
    }
    const polyline = Float64Array.from(list.flatMap((q) => [...points.subarray(3 * q, 3 * q + 3)]));
    const first = cornerOf.get(start);
    curves.push(
      first === undefined ? { points: polyline } : { points: polyline, ends: [first, cornerOf.get(p)!] },
    );
  };
  for (const p of cornerOf.keys()) for (const edge of edgesAt.get(p)!) if (!used[edge]) trace(p, edge);
  for (let edge = 0; edge < ends.length; edge++) if (!used[edge]) trace(ends[edge][0], edge);
  const tips = tipsOf(points, triangles).filter((p) => !edgesAt.has(p));
  const corners = Float64Array.from(
    [...cornerOf.keys(), ...tips].flatMap((p) => [...points.subarray(3 * p, 3 * p + 3)]),
  );
  return { curves, corners };
}

/** Points around which the angles of the triangles leave more than {@link TIP_DEFECT} of a full turn. */
function tipsOf(points: Float64Array, triangles: Int32Array): number[] {
  const defect = new Float64Array(points.length / 3).fill(2 * Math.PI);
  for (let h = 0; h < triangles.length; h++) {
    const [p, q, r] = [triangles[h], triangles[next(h)], triangles[previous(h)]];
    defect[p] -= Math.PI - Math.acos(Math.max(-1, Math.min(1, turn(points, q, p, r))));
  }
  return [...new Set(triangles)].filter((p) => defect[p] > TIP_DEFECT);
}

function squaredDistance(points: Float64Array, a: number, b: number): number {
  return (
    (points[3 * a] - points[3 * b]) ** 2 +
    (points[3 * a + 1] - points[3 * b + 1]) ** 2 +
    (points[3 * a + 2] - points[3 * b + 2]) ** 2
  );
}

/** Cosine of the angle by which the way from a over p to b turns. */
function turn(points: Float64Array, a: number, p: number, b: number): number {
  let [product, first, second] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    const [u, v] = [points[3 * p + k] - points[3 * a + k], points[3 * b + k] - points[3 * p + k]];
    product += u * v;
    first += u * u;
    second += v * v;
  }
  return product / Math.sqrt(first * second);
}
