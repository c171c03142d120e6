import { GeometryError } from '../common/errors.js';
import { radiusRatio } from './frontal-seeds.js';
import { next } from './half-edges.js';
import {
  insertInside,
  type PolygonTriangulation,
  parameterOnSide,
  pointOnSide,
  sideLength,
  splitSide,
} from './polygon-triangulation.js';
import { inCircle } from './predicates.js';
import { joinsSharpSides, type SharpCorners, sharpCorners } from './sharp-corners.js';
import type { SizeFunction } from './size-field.js';
import { cosineOfSmallestAngle } from './smooth-vertices.js';
import { circumcentre, walkInside } from './walk-inside.js';

export interface RefinementLimits {
  /** degrees */
  readonly minimumAngle: number;
  readonly maximumCells: number;
  /** Triangles far larger than this are divided too. */
  readonly size?: SizeFunction;
}

/** Circumradius, over that of the equilateral triangle of the wanted size, above which a triangle is divided */
const TOO_LARGE = 1.8;

/**
 * Delaunay refinement: as long as a triangle has an angle below the minimum, its circumcentre is inserted, or, if that
 * lies beyond or in the diametral circle of a piece of the boundary, this piece is split. Pieces at a sharp corner
 * (below 60°) are split at distances that are powers of two from it, and triangles whose shortest edge joins two such pieces
 * at equal distances are left as they are.
 * Source: J. Ruppert, "A Delaunay refinement algorithm for quality 2-dimensional mesh generation", 1995;
 * J. R. Shewchuk, "Delaunay refinement algorithms for triangular mesh generation", 2002.
 *
 * @throws GeometryError if more than `maximumCells` triangles would be needed
 */
export function refineAngles(mesh: PolygonTriangulation, limits: RefinementLimits): void {
  const { triangulation } = mesh;
  const { size } = limits;
  const threshold = Math.cos((limits.minimumAngle * Math.PI) / 180);
  const sharp = sharpCorners(mesh.polygon);
  const queue = Array.from({ length: triangulation.triangleCount }, (_, t) => t);
  triangulation.changed = queue;
  // the enclosing triangle and the outside count too, but those are few
  const limit = 2 * limits.maximumCells + 1000;
  for (let head = 0; head < queue.length; head++) {
    const t = queue[head];
    if (triangulation.inside[t] === 0) continue;
    if (!isSkinny(mesh, t, threshold, sharp) && !(size && radiusRatio(mesh, t, size) > TOO_LARGE)) continue;
    if (triangulation.triangleCount > limit)
      throw new GeometryError(
        `generateMesh: the polygon has details so small that more than ${limits.maximumCells} cells would be needed; remove them, or raise maximumCells.`,
      );
    if (improve(mesh, t, sharp)) queue.push(t);
    if (head > 1_000_000) {
      queue.splice(0, head + 1);
      head = -1;
    }
  }
  triangulation.changed = null;
}

function isSkinny(mesh: PolygonTriangulation, t: number, threshold: number, sharp: SharpCorners): boolean {
  const { x, y, vertexOf } = mesh.triangulation;
  const [a, b, c] = [vertexOf[3 * t], vertexOf[3 * t + 1], vertexOf[3 * t + 2]];
  if (cosineOfSmallestAngle(x[a], y[a], x[b], y[b], x[c], y[c]) <= threshold) return false;
  let shortest = 3 * t;
  for (let e = 3 * t + 1; e < 3 * t + 3; e++)
    if (squaredLength(mesh, e) < squaredLength(mesh, shortest)) shortest = e;
  return !joinsSharpSides(mesh, vertexOf[shortest], vertexOf[next(shortest)], sharp);
}

function squaredLength(mesh: PolygonTriangulation, e: number): number {
  const { x, y, vertexOf } = mesh.triangulation;
  const [a, b] = [vertexOf[e], vertexOf[next(e)]];
  return (x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2;
}

/** Adds a vertex for the sake of a triangle; false if rounding leaves no place for one. */
function improve(mesh: PolygonTriangulation, t: number, sharp: SharpCorners): boolean {
  const { triangulation } = mesh;
  const before = triangulation.vertexCount;
  const [px, py] = circumcentre(mesh, t);
  const target = walkInside(mesh, t, px, py);
  if (target === undefined) return false;
  if (target.blockedBy >= 0) {
    splitPiece(mesh, target.blockedBy, sharp);
    return true;
  }
  const encroached = encroachedPieces(mesh, target.triangle, px, py);
  if (encroached.length === 0) insertInside(mesh, px, py);
  for (const [a, b] of encroached) {
    const e = triangulation.findEdge(a, b);
    if (e >= 0) splitPiece(mesh, e, sharp);
  }
  return triangulation.vertexCount > before;
}

/** Pieces of the boundary, as vertex pairs, around the cavity of a new point and with it in their diametral circle. */
function encroachedPieces(
  mesh: PolygonTriangulation,
  start: number,
  px: number,
  py: number,
): [number, number][] {
  const { x, y, vertexOf, twin, sideOf } = mesh.triangulation;
  const found: [number, number][] = [];
  const seen = new Set([start]);
  const stack = [start];
  while (stack.length > 0) {
    const t = stack.pop()!;
    for (let e = 3 * t; e < 3 * t + 3; e++) {
      const [u, v] = [vertexOf[e], vertexOf[next(e)]];
      if (sideOf[e] >= 0) {
        if ((x[u] - px) * (x[v] - px) + (y[u] - py) * (y[v] - py) < 0) found.push([u, v]);
        continue;
      }
      const neighbour = (twin[e] / 3) | 0;
      if (seen.has(neighbour) || !inCircumcircle(mesh, neighbour, px, py)) continue;
      seen.add(neighbour);
      stack.push(neighbour);
    }
  }
  return found;
}

function inCircumcircle(mesh: PolygonTriangulation, t: number, px: number, py: number): boolean {
  const { x, y, vertexOf } = mesh.triangulation;
  const [a, b, c] = [vertexOf[3 * t], vertexOf[3 * t + 1], vertexOf[3 * t + 2]];
  return inCircle(x[a], y[a], x[b], y[b], x[c], y[c], px, py) > 0;
}

function splitPiece(mesh: PolygonTriangulation, e: number, sharp: SharpCorners): void {
  const { triangulation, polygon } = mesh;
  const { vertexOf, sideOf } = triangulation;
  const side = sideOf[e];
  const u = parameterOnSide(mesh, vertexOf[e], side);
  const v = parameterOnSide(mesh, vertexOf[next(e)], side);
  const t = splitParameter(mesh, side, Math.min(u, v), Math.max(u, v), sharp);
  const [px, py] = pointOnSide(polygon, side, t);
  const [a, b] = [vertexOf[e], vertexOf[next(e)]];
  const { x, y } = triangulation;
  if (
    !(t > Math.min(u, v) && t < Math.max(u, v)) ||
    (px === x[a] && py === y[a]) ||
    (px === x[b] && py === y[b])
  )
    throw new GeometryError(
      'generateMesh: two sides of the polygon come so close that no mesh fits between them; widen the gap or angle.',
    );
  splitSide(mesh, e, t, px, py);
}

/** Where to split the piece [from, to] of a side: at the middle, or on a shell around its one sharp corner. */
function splitParameter(
  mesh: PolygonTriangulation,
  side: number,
  from: number,
  to: number,
  sharp: SharpCorners,
): number {
  const startsSharp = from === 0 && sharp.sharp[mesh.polygon.sideStart[side]] === 1;
  const endsSharp = to === 1 && sharp.sharp[mesh.polygon.sideEnd[side]] === 1;
  if (startsSharp === endsSharp) return (from + to) / 2;
  const length = sideLength(mesh.polygon, side);
  // the power of two nearest to half the piece lies between a third and two thirds of it
  const shell = 2 ** Math.round(Math.log2(((to - from) * length) / 2)) / length;
  return startsSharp ? from + shell : to - shell;
}
