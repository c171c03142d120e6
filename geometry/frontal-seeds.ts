import { GeometryError } from '../common/errors.js';
import { distanceToSegment } from './distance-to-segment.js';
import { next, previous } from './half-edges.js';
import { insertInside, type PolygonTriangulation } from './polygon-triangulation.js';
import type { SizeFunction } from './size-field.js';
import { circumcentre, walkInside } from './walk-inside.js';

/** A triangle is small enough with a circumradius up to this many of that of the equilateral triangle of the wanted size. */
export const LARGEST_RADIUS = 1.4;
/** New vertices keep this distance, in wanted sizes, from vertices and sides. */
const CLEARANCE = 0.6;

/**
 * Fills the domain with vertices at distances given by a size function: beginning at the sides, every triangle that is
 * too large and shares an edge with a side or a small enough triangle gets a vertex on the perpendicular bisector of that
 * edge, where it forms with it a triangle of the wanted size.
 * Source: S. Rebay, "Efficient unstructured mesh generation by means of Delaunay triangulation and Bowyer–Watson
 * algorithm", 1993.
 *
 * @throws GeometryError if more than `maximumCells` triangles come up
 */
export function seedFrontal(mesh: PolygonTriangulation, size: SizeFunction, maximumCells: number): void {
  const { triangulation } = mesh;
  let queue = Array.from({ length: triangulation.triangleCount }, (_, t) => t);
  const isSmall = (t: number) => radiusRatio(mesh, t, size) <= LARGEST_RADIUS;
  const outside = triangulation.inside.subarray(0, triangulation.triangleCount).filter((i) => i === 0).length;
  triangulation.changed = [];
  while (queue.length > 0) {
    for (const t of queue) {
      const { twin, sideOf, inside } = triangulation;
      if (inside[t] === 0) continue;
      const small = isSmall(t);
      for (let e = 3 * t; e < 3 * t + 3; e++) {
        if (small) {
          const neighbour = (twin[e] / 3) | 0;
          if (sideOf[e] < 0 && !isSmall(neighbour)) advance(mesh, twin[e], size);
        } else if (sideOf[e] >= 0 || isSmall((twin[e] / 3) | 0)) {
          advance(mesh, e, size);
          break;
        }
      }
      if (triangulation.triangleCount - outside > maximumCells)
        throw new GeometryError(
          `generateMesh: the cell sizes asked for need more than maximumCells = ${maximumCells} cells; choose larger ones or raise it.`,
        );
    }
    queue = triangulation.changed;
    triangulation.changed = [];
  }
  triangulation.changed = null;
}

/** Circumradius over that of an equilateral triangle of the size wanted at the centroid. */
export function radiusRatio(mesh: PolygonTriangulation, t: number, size: SizeFunction): number {
  const { x, y, vertexOf } = mesh.triangulation;
  const [a, b, c] = [vertexOf[3 * t], vertexOf[3 * t + 1], vertexOf[3 * t + 2]];
  const [bx, by, cx, cy] = [x[b] - x[a], y[b] - y[a], x[c] - x[a], y[c] - y[a]];
  const [b2, c2, a2] = [bx * bx + by * by, cx * cx + cy * cy, (bx - cx) ** 2 + (by - cy) ** 2];
  // R = abc/(4·area), by squares
  const radius = Math.sqrt(a2 * b2 * c2) / (2 * Math.abs(bx * cy - cx * by));
  const wanted = size((x[a] + x[b] + x[c]) / 3, (y[a] + y[b] + y[c]) / 3);
  return (radius * Math.sqrt(3)) / wanted;
}

/** Inserts the vertex that forms a triangle of the wanted size with a half-edge, unless others are too close. */
function advance(mesh: PolygonTriangulation, e: number, size: SizeFunction): void {
  const { x, y, vertexOf } = mesh.triangulation;
  const [a, b] = [vertexOf[e], vertexOf[next(e)]];
  const t = (e / 3) | 0;
  const [mx, my] = [(x[a] + x[b]) / 2, (y[a] + y[b]) / 2];
  const length = Math.hypot(x[b] - x[a], y[b] - y[a]);
  const half = length / 2;
  const [nx, ny] = [-(y[b] - y[a]) / length, (x[b] - x[a]) / length];
  const [cx, cy] = circumcentre(mesh, t);
  // distance of the circumcentre from the edge, towards the inside
  const centreHeight = (cx - mx) * nx + (cy - my) * ny;
  if (!(centreHeight > 0)) return;
  const wanted = size(mx + 0.8 * half * nx, my + 0.8 * half * ny);
  const radius = Math.min(
    Math.max(wanted / Math.sqrt(3), half),
    (half * half + centreHeight * centreHeight) / (2 * centreHeight),
  );
  const height = radius + Math.sqrt(Math.max(0, radius * radius - half * half));
  const [px, py] = [mx + height * nx, my + height * ny];
  const target = walkInside(mesh, t, px, py);
  if (target === undefined || target.blockedBy >= 0) return;
  if (hasRoom(mesh, target.triangle, px, py, CLEARANCE * wanted)) insertInside(mesh, px, py, target.triangle);
}

/** Whether no vertex or side of a triangle and its neighbours is closer to a point than the distance. */
function hasRoom(mesh: PolygonTriangulation, t: number, px: number, py: number, distance: number): boolean {
  const { x, y, vertexOf, twin, sideOf } = mesh.triangulation;
  const near = (v: number) => Math.hypot(x[v] - px, y[v] - py) < distance;
  const nearSide = (e: number) => {
    const [a, b] = [vertexOf[e], vertexOf[next(e)]];
    return sideOf[e] >= 0 && distanceToSegment(px, py, x[a], y[a], x[b], y[b]) < distance;
  };
  for (let e = 3 * t; e < 3 * t + 3; e++) {
    if (near(vertexOf[e]) || nearSide(e)) return false;
    if (sideOf[e] >= 0) continue;
    const f = twin[e];
    if (near(vertexOf[previous(f)]) || nearSide(next(f)) || nearSide(previous(f))) return false;
  }
  return true;
}
