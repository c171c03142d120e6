import { GeometryError } from '../common/errors.js';
import { pairHalfEdges } from './half-edge-pairs.js';
import { next } from './half-edges.js';

/** A surface of triangles, as an STL file describes one. */
export interface TriangleSurface {
  /** `[point][3]`, coincident ones merged */
  readonly points: Float64Array;
  /** `[triangle][3]` points, counter-clockwise seen from outside */
  readonly triangles: Int32Array;
  readonly patchNames?: readonly string[];
  /** `[triangle]` index into `patchNames` */
  readonly trianglePatches?: Int32Array;
}

/**
 * Checks that a surface bounds a volume: every edge belongs to exactly two triangles that run through it in opposite
 * directions, and the enclosed volume V = ⅙ Σ a·(b × c) over the triangles abc is positive.
 *
 * @returns V
 * @throws GeometryError if a coordinate is not finite, a triangle names a point that does not exist or has no area, an edge
 * is open, shared by more than two triangles (the surface touches itself) or run through twice in the same direction
 * (triangles that disagree about which side is outside), or the volume is not positive
 */
export function checkClosedSurface(surface: TriangleSurface): number {
  const { points, triangles, patchNames, trianglePatches } = surface;
  const pointCount = points.length / 3;
  const triangleCount = triangles.length / 3;
  if (!Number.isInteger(pointCount) || !Number.isInteger(triangleCount))
    throw new GeometryError(
      `checkClosedSurface: points and triangles must hold 3 numbers each, got ${points.length} and ${triangles.length} numbers.`,
    );
  if (triangleCount === 0) throw new GeometryError('checkClosedSurface: the surface has no triangles.');
  const bad = points.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new GeometryError(
      `checkClosedSurface: point ${Math.floor(bad / 3)} must have finite coordinates, got ${points[bad]}.`,
    );
  if (trianglePatches) {
    const names = patchNames?.length ?? 0;
    const wrong = trianglePatches.findIndex((p) => p < 0 || p >= names);
    if (trianglePatches.length !== triangleCount || wrong >= 0)
      throw new GeometryError(
        `checkClosedSurface: trianglePatches must hold an index into the ${names} patchNames for each of ${triangleCount} triangles, got ${
          wrong >= 0 ? `${trianglePatches[wrong]} for triangle ${wrong}` : `${trianglePatches.length} values`
        }.`,
      );
  }
  checkTriangles(points, triangles);
  checkEdges(points, triangles);
  const volume = enclosedVolume(surface);
  if (!(volume > 0))
    throw new GeometryError(
      `checkClosedSurface: the surface must enclose a positive volume, got ${volume}; its triangles face inwards, reverse them.`,
    );
  return volume;
}

/** Volume enclosed by a closed surface, ⅙ Σ a·(b × c) about its first point; negative if its triangles face inwards. */
export function enclosedVolume({ points, triangles }: TriangleSurface): number {
  const [ox, oy, oz] = points;
  let sum = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ax, ay, az] = [points[a] - ox, points[a + 1] - oy, points[a + 2] - oz];
    const [bx, by, bz] = [points[b] - ox, points[b + 1] - oy, points[b + 2] - oz];
    const [cx, cy, cz] = [points[c] - ox, points[c + 1] - oy, points[c + 2] - oz];
    sum += ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  }
  return sum / 6;
}

function checkTriangles(points: Float64Array, triangles: Int32Array): void {
  const pointCount = points.length / 3;
  for (let t = 0; t < triangles.length / 3; t++) {
    const corners = [triangles[3 * t], triangles[3 * t + 1], triangles[3 * t + 2]];
    for (const p of corners)
      if (p < 0 || p >= pointCount)
        throw new GeometryError(
          `checkClosedSurface: triangle ${t} names point ${p}; there are ${pointCount} points.`,
        );
    const [a, b, c] = corners.map((p) => 3 * p);
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
    if (!(Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) > 0))
      throw new GeometryError(
        `checkClosedSurface: triangle ${t} (points ${corners.join(', ')}) has no area; remove it and close the surface without it.`,
      );
  }
}

function checkEdges(points: Float64Array, triangles: Int32Array): void {
  const place = (p: number) =>
    `(${[...points.subarray(3 * p, 3 * p + 3)].map((x) => +x.toPrecision(6)).join(', ')})`;
  const edge = (h: number) => `the edge from ${place(triangles[h])} to ${place(triangles[next(h)])}`;
  const { opposite, conflicts } = pairHalfEdges(points.length / 3, triangles);
  const [conflict] = conflicts;
  if (conflict)
    throw new GeometryError(
      `checkClosedSurface: ${edge(conflict[0])} is run through twice in this direction, by triangles ${conflict.map((h) => Math.floor(h / 3)).join(' and ')}; either their orientations disagree or more than two triangles meet there.`,
    );
  const open = opposite.filter((other) => other < 0).length;
  if (open > 0)
    throw new GeometryError(
      `checkClosedSurface: the surface must be watertight, got ${open} open edges, such as ${edge(opposite.indexOf(-1))}; close the gap or merge coincident points.`,
    );
}
