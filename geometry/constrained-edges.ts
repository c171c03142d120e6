import { GeometryError } from '../common/errors.js';
import { ENCLOSING_VERTICES, next, previous } from './half-edges.js';
import { orientation } from './predicates.js';
import type { Triangulation } from './triangulation.js';

/**
 * Makes the segment between two vertices an edge of the triangulation and marks it as part of a polygon side:
 * edges that cross it are flipped away, then the flipped ones are made Delaunay again.
 * Source: S. W. Sloan, "A fast algorithm for generating constrained Delaunay triangulations", 1993.
 */
export function recoverEdge(triangulation: Triangulation, a: number, b: number, side: number): void {
  const existing = triangulation.findEdge(a, b);
  if (existing >= 0) {
    triangulation.markSide(existing, side);
    return;
  }
  const { x, y } = triangulation;
  const sideOfSegment = (v: number) => orientation(x[a], y[a], x[b], y[b], x[v], y[v]);
  const crossing = crossingEdges(triangulation, a, b, sideOfSegment);
  const created: [number, number][] = [];
  // each pass of the queue flips at least one edge, so the number of steps is at most quadratic
  for (let head = 0; head < crossing.length; head++) {
    const [u, w] = crossing[head];
    const e = triangulation.findEdge(u, w);
    const { vertexOf, twin } = triangulation;
    const p = vertexOf[previous(e)];
    const q = vertexOf[previous(twin[e])];
    const convex =
      orientation(x[q], y[q], x[p], y[p], x[u], y[u]) > 0 &&
      orientation(x[p], y[p], x[q], y[q], x[w], y[w]) > 0;
    if (!convex) {
      crossing.push([u, w]);
      continue;
    }
    triangulation.flip(e);
    const stillCrosses = p !== a && p !== b && q !== a && q !== b && sideOfSegment(p) * sideOfSegment(q) < 0;
    (stillCrosses ? crossing : created).push([p, q]);
  }
  triangulation.markSide(triangulation.findEdge(a, b), side);
  triangulation.restoreDelaunay(created.map(([p, q]) => triangulation.findEdge(p, q)));
}

function crossingEdges(
  triangulation: Triangulation,
  a: number,
  b: number,
  sideOfSegment: (v: number) => number,
): [number, number][] {
  const { vertexOf, twin, sideOf } = triangulation;
  let e = -1;
  triangulation.forEachEdgeFrom(a, (outgoing) => {
    const right = vertexOf[next(outgoing)];
    const left = vertexOf[previous(outgoing)];
    if (sideOfSegment(right) < 0 && sideOfSegment(left) > 0) e = next(outgoing);
  });
  const crossing: [number, number][] = [];
  while (e >= 0) {
    if (sideOf[e] >= 0) break;
    crossing.push([vertexOf[e], vertexOf[next(e)]]);
    const f = twin[e];
    const apex = vertexOf[previous(f)];
    if (apex === b) return crossing;
    const o = sideOfSegment(apex);
    if (o === 0) break;
    e = o > 0 ? next(f) : previous(f);
  }
  throw new GeometryError(
    'generateMesh: two sides of the polygon come so close that they cannot be told apart; widen the gap or angle between them.',
  );
}

/**
 * Marks the triangles of the domain: from the outside, every edge of a patch crossed changes between in and out.
 * `sidePatch` is −1 on sides within the domain.
 */
export function markInside(triangulation: Triangulation, sidePatch: Int32Array): void {
  const { vertexOf, twin, sideOf, inside, triangleCount } = triangulation;
  const seen = new Uint8Array(triangleCount);
  const queue = new Int32Array(triangleCount);
  let tail = 0;
  for (let t = 0; t < triangleCount && tail === 0; t++)
    if (vertexOf[3 * t] < ENCLOSING_VERTICES) {
      seen[t] = 1;
      inside[t] = 0;
      queue[tail++] = t;
    }
  for (let head = 0; head < tail; head++) {
    const t = queue[head];
    for (let e = 3 * t; e < 3 * t + 3; e++) {
      if (twin[e] < 0) continue;
      const neighbour = (twin[e] / 3) | 0;
      if (seen[neighbour]) continue;
      seen[neighbour] = 1;
      inside[neighbour] = sideOf[e] >= 0 && sidePatch[sideOf[e]] >= 0 ? 1 - inside[t] : inside[t];
      queue[tail++] = neighbour;
    }
  }
}
