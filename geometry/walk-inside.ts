import { next } from './half-edges.js';
import type { PolygonTriangulation } from './polygon-triangulation.js';
import { orientation } from './predicates.js';

/** Of a triangle */
export function circumcentre(mesh: PolygonTriangulation, t: number): [number, number] {
  const { x, y, vertexOf } = mesh.triangulation;
  const [a, b, c] = [vertexOf[3 * t], vertexOf[3 * t + 1], vertexOf[3 * t + 2]];
  const [bx, by, cx, cy] = [x[b] - x[a], y[b] - y[a], x[c] - x[a], y[c] - y[a]];
  const [b2, c2] = [bx * bx + by * by, cx * cx + cy * cy];
  const twiceArea = bx * cy - cx * by;
  return [x[a] + (cy * b2 - by * c2) / (2 * twiceArea), y[a] + (bx * c2 - cx * b2) / (2 * twiceArea)];
}

/** Walks along the straight line from a triangle's centroid to a point; stops at the first piece of the boundary. */
export function walkInside(mesh: PolygonTriangulation, start: number, px: number, py: number) {
  const { x, y, vertexOf, twin, sideOf } = mesh.triangulation;
  const [a, b, c] = [vertexOf[3 * start], vertexOf[3 * start + 1], vertexOf[3 * start + 2]];
  const gx = (x[a] + x[b] + x[c]) / 3;
  const gy = (y[a] + y[b] + y[c]) / 3;
  let triangle = start;
  let from = -1;
  // the centroid of a nearly flat triangle is rounded, so that the walk could miss its way
  for (let step = 0; step < mesh.triangulation.triangleCount; step++) {
    let exit = -1;
    for (let e = 3 * triangle; e < 3 * triangle + 3; e++) {
      if (e === from) continue;
      const [u, v] = [vertexOf[e], vertexOf[next(e)]];
      if (orientation(x[u], y[u], x[v], y[v], px, py) >= 0) continue;
      const right = orientation(gx, gy, px, py, x[u], y[u]) <= 0;
      const left = orientation(gx, gy, px, py, x[v], y[v]) >= 0;
      if (exit < 0 || (right && left)) exit = e;
    }
    if (exit < 0) return { blockedBy: -1, triangle };
    if (sideOf[exit] >= 0) return { blockedBy: exit, triangle };
    from = twin[exit];
    triangle = (from / 3) | 0;
  }
  return undefined;
}
