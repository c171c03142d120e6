import { HalfEdges, next, previous } from './half-edges.js';
import { inCircle, orientation } from './predicates.js';

/** What {@link Triangulation.locate} found. */
export type Location =
  | { readonly kind: 'triangle'; readonly triangle: number }
  | { readonly kind: 'edge'; readonly edge: number }
  | { readonly kind: 'vertex'; readonly vertex: number };

/**
 * Incremental constrained Delaunay triangulation of points in the unit box.
 * Lawson's algorithm: insert, then flip edges that are not locally Delaunay, never constrained ones.
 */
export class Triangulation extends HalfEdges {
  private pending: number[] = [];
  private lastTriangle = 0;
  private walkState = 1;

  /**
   * Triangle, edge or vertex at a point, by walking from the triangle found last. The edge looked at first varies,
   * because a walk with a fixed order can go round in circles where constraints make the triangulation non-Delaunay.
   */
  locate(px: number, py: number, start = this.lastTriangle): Location {
    const { x, y, vertexOf, twin } = this;
    let triangle = start;
    let from = -1;
    walk: while (true) {
      let onEdge = -1;
      let zeros = 0;
      this.walkState = (Math.imul(this.walkState, 1664525) + 1013904223) | 0;
      const first = (this.walkState >>> 16) % 3;
      for (let k = 0; k < 3; k++) {
        const e = 3 * triangle + ((first + k) % 3);
        if (e === from) continue;
        const a = vertexOf[e];
        const b = vertexOf[next(e)];
        const o = orientation(x[a], y[a], x[b], y[b], px, py);
        if (o < 0) {
          from = twin[e];
          triangle = (from / 3) | 0;
          continue walk;
        }
        if (o === 0) {
          onEdge = e;
          zeros++;
        }
      }
      this.lastTriangle = triangle;
      if (zeros === 0) return { kind: 'triangle', triangle };
      for (let k = 0; k < 3; k++) {
        const v = vertexOf[3 * triangle + k];
        if (x[v] === px && y[v] === py) return { kind: 'vertex', vertex: v };
      }
      return { kind: 'edge', edge: onEdge };
    }
  }

  /** Inserts a point and restores the constrained Delaunay property; returns its vertex, an old one if it is there. */
  insert(px: number, py: number, location = this.locate(px, py)): number {
    if (location.kind === 'vertex') return location.vertex;
    if (location.kind === 'edge') return this.splitEdge(location.edge, px, py);
    const t = location.triangle;
    const v = this.addVertex(px, py);
    const [a, b, c] = [this.vertexOf[3 * t], this.vertexOf[3 * t + 1], this.vertexOf[3 * t + 2]];
    const t1 = this.addTriangle(b, c, v, this.inside[t]);
    const t2 = this.addTriangle(c, a, v, this.inside[t]);
    this.move(3 * t + 1, 3 * t1);
    this.move(3 * t + 2, 3 * t2);
    this.vertexOf[3 * t + 2] = v;
    this.link(3 * t + 1, 3 * t1 + 2);
    this.link(3 * t1 + 1, 3 * t2 + 2);
    this.link(3 * t2 + 1, 3 * t + 2);
    this.vertexEdge[a] = 3 * t;
    this.vertexEdge[b] = 3 * t1;
    this.vertexEdge[c] = 3 * t2;
    this.vertexEdge[v] = 3 * t + 2;
    this.note(t);
    this.pending.push(3 * t, 3 * t1, 3 * t2);
    this.restoreDelaunay();
    return v;
  }

  /** Splits an edge at a point on it (up to rounding); both halves stay part of the same side. */
  splitEdge(e: number, px: number, py: number): number {
    const f = this.twin[e];
    const side = this.sideOf[e];
    const v = this.addVertex(px, py);
    const t = (e / 3) | 0;
    const [a, b, c] = [this.vertexOf[e], this.vertexOf[next(e)], this.vertexOf[previous(e)]];
    // triangle abc becomes avc and vbc
    const t1 = this.addTriangle(v, b, c, this.inside[t]);
    this.move(next(e), 3 * t1 + 1);
    this.vertexOf[next(e)] = v;
    this.link(next(e), 3 * t1 + 2);
    this.sideOf[3 * t1] = side;
    this.note(t);
    this.pending.push(previous(e), 3 * t1 + 1);
    if (f >= 0) {
      const u = (f / 3) | 0;
      const d = this.vertexOf[previous(f)];
      // triangle bad becomes bvd and vad
      const u1 = this.addTriangle(v, a, d, this.inside[u]);
      this.move(next(f), 3 * u1 + 1);
      this.vertexOf[next(f)] = v;
      this.link(next(f), 3 * u1 + 2);
      this.sideOf[3 * u1] = side;
      this.twin[e] = 3 * u1;
      this.twin[3 * u1] = e;
      this.twin[f] = 3 * t1;
      this.twin[3 * t1] = f;
      this.vertexEdge[d] = previous(f);
      this.note(u);
      this.pending.push(previous(f), 3 * u1 + 1);
    }
    this.vertexEdge[a] = e;
    this.vertexEdge[b] = 3 * t1 + 1;
    this.vertexEdge[c] = previous(e);
    this.vertexEdge[v] = 3 * t1;
    this.restoreDelaunay();
    return v;
  }

  /** Whether the edge may be flipped and the vertex opposite to it lies inside the circle of its own triangle. */
  private violatesDelaunay(e: number): boolean {
    const f = this.twin[e];
    if (f < 0 || this.sideOf[e] >= 0) return false;
    const { x, y, vertexOf } = this;
    const a = vertexOf[e];
    const b = vertexOf[next(e)];
    const c = vertexOf[previous(e)];
    const d = vertexOf[previous(f)];
    return inCircle(x[a], y[a], x[b], y[b], x[c], y[c], x[d], y[d]) > 0;
  }

  /** Flips until all edges reachable from the given ones (by default those just made) are locally Delaunay. */
  restoreDelaunay(edges: readonly number[] = []): void {
    const { pending } = this;
    for (const e of edges) pending.push(e);
    while (pending.length > 0) {
      const e = pending.pop()!;
      if (!this.violatesDelaunay(e)) continue;
      const f = this.twin[e];
      this.flip(e);
      pending.push(next(e), previous(e), next(f), previous(f));
    }
  }

  /** All half-edges, each edge once. */
  restoreDelaunayEverywhere(): void {
    for (let e = 0; e < 3 * this.triangleCount; e++) if (e < this.twin[e]) this.pending.push(e);
    this.restoreDelaunay();
  }
}
