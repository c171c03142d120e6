import { inCircle, orientation } from './predicates.js';

/** What {@link Triangulation.locate} found. */
export type Location =
  | { readonly kind: 'triangle'; readonly triangle: number }
  | { readonly kind: 'edge'; readonly edge: number }
  | { readonly kind: 'vertex'; readonly vertex: number };

/** The three vertices that enclose every point of the dimensionless unit box. */
export const ENCLOSING_VERTICES = 3;
const ENCLOSING_TRIANGLE = [-30, -20, 31, -20, 0.5, 40];

/**
 * Incremental constrained Delaunay triangulation of points in the unit box, as half-edges: half-edge e starts at
 * `vertexOf[e]`, belongs to triangle ⌊e/3⌋ (counter-clockwise) and has the opposite half-edge `twin[e]` (−1: none).
 * Lawson's algorithm: insert, then flip edges that are not locally Delaunay, never constrained ones.
 */
export class Triangulation {
  x = new Float64Array(64);
  y = new Float64Array(64);
  vertexCount = 0;
  /** One half-edge that starts at the vertex */
  vertexEdge = new Int32Array(64);

  vertexOf = new Int32Array(384);
  twin = new Int32Array(384);
  /** `[half-edge]` side of the polygon that the edge is part of, −1 if it is free to flip; equal on both twins */
  sideOf = new Int32Array(384);
  /** `[triangle]` 1 inside the domain */
  inside = new Uint8Array(128);
  triangleCount = 0;

  /** Triangles changed since the caller emptied the list; null: not recorded */
  changed: number[] | null = null;

  private pending: number[] = [];
  private lastTriangle = 0;
  private walkState = 1;

  constructor() {
    for (let v = 0; v < ENCLOSING_VERTICES; v++)
      this.addVertex(ENCLOSING_TRIANGLE[2 * v], ENCLOSING_TRIANGLE[2 * v + 1]);
    this.addTriangle(0, 1, 2, 0);
  }

  /**
   * Triangle, edge or vertex at a point, by walking from the triangle found last. The edge looked at first varies,
   * because a walk with a fixed order can go round in circles where constraints make the triangulation non-Delaunay.
   */
  locate(px: number, py: number): Location {
    const { x, y, vertexOf, twin } = this;
    let triangle = this.lastTriangle;
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

  /** Replaces the edge by the other diagonal of its two triangles, which must form a strictly convex quadrilateral. */
  flip(e: number): void {
    const f = this.twin[e];
    const [a, b] = [this.vertexOf[e], this.vertexOf[f]];
    const c = this.vertexOf[previous(e)];
    const d = this.vertexOf[previous(f)];
    const [nextE, prevE, nextF, prevF] = [next(e), previous(e), next(f), previous(f)];
    // abc becomes dca with e = d→c, and bad becomes cdb with f = c→d
    const twinBC = this.twin[nextE];
    const sideBC = this.sideOf[nextE];
    const twinCA = this.twin[prevE];
    const sideCA = this.sideOf[prevE];
    const twinAD = this.twin[nextF];
    const sideAD = this.sideOf[nextF];
    const twinDB = this.twin[prevF];
    const sideDB = this.sideOf[prevF];
    this.setEdge(e, d, f, -1);
    this.setEdge(nextE, c, twinCA, sideCA);
    this.setEdge(prevE, a, twinAD, sideAD);
    this.setEdge(f, c, e, -1);
    this.setEdge(nextF, d, twinDB, sideDB);
    this.setEdge(prevF, b, twinBC, sideBC);
    this.note((e / 3) | 0);
    this.note((f / 3) | 0);
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

  /** Half-edge from a to b, or −1. */
  findEdge(a: number, b: number): number {
    let found = -1;
    this.forEachEdgeFrom(a, (e) => {
      if (this.vertexOf[next(e)] === b) found = e;
    });
    return found;
  }

  /** Visits the half-edges that start at a vertex whose triangles surround it, or at a vertex of the hull. */
  forEachEdgeFrom(v: number, visit: (halfEdge: number) => void): void {
    const start = this.vertexEdge[v];
    let e = start;
    do {
      visit(e);
      e = this.twin[previous(e)];
    } while (e !== start && e >= 0);
    if (e >= 0) return;
    e = this.twin[start];
    while (e >= 0) {
      e = next(e);
      visit(e);
      e = this.twin[e];
    }
  }

  markSide(e: number, side: number): void {
    this.sideOf[e] = side;
    if (this.twin[e] >= 0) this.sideOf[this.twin[e]] = side;
  }

  private addVertex(px: number, py: number): number {
    const v = this.vertexCount++;
    if (v === this.x.length) {
      this.x = grow(this.x, new Float64Array(2 * v));
      this.y = grow(this.y, new Float64Array(2 * v));
      this.vertexEdge = grow(this.vertexEdge, new Int32Array(2 * v));
    }
    this.x[v] = px;
    this.y[v] = py;
    return v;
  }

  private addTriangle(a: number, b: number, c: number, inside: number): number {
    const t = this.triangleCount++;
    if (t === this.inside.length) {
      this.vertexOf = grow(this.vertexOf, new Int32Array(6 * t));
      this.twin = grow(this.twin, new Int32Array(6 * t));
      this.sideOf = grow(this.sideOf, new Int32Array(6 * t));
      this.inside = grow(this.inside, new Uint8Array(2 * t));
    }
    this.setEdge(3 * t, a, -1, -1);
    this.setEdge(3 * t + 1, b, -1, -1);
    this.setEdge(3 * t + 2, c, -1, -1);
    this.inside[t] = inside;
    this.note(t);
    return t;
  }

  private setEdge(e: number, from: number, twin: number, side: number): void {
    this.vertexOf[e] = from;
    this.twin[e] = twin;
    this.sideOf[e] = side;
    if (twin >= 0) this.twin[twin] = e;
    this.vertexEdge[from] = e;
  }

  /** Gives the outer neighbour and the side of one half-edge to another that takes its place. */
  private move(from: number, to: number): void {
    this.twin[to] = this.twin[from];
    if (this.twin[to] >= 0) this.twin[this.twin[to]] = to;
    this.sideOf[to] = this.sideOf[from];
  }

  private link(e: number, f: number): void {
    this.twin[e] = f;
    this.twin[f] = e;
    this.sideOf[e] = -1;
    this.sideOf[f] = -1;
  }

  private note(t: number): void {
    if (this.changed !== null) this.changed.push(t);
  }
}

export function next(e: number): number {
  return e % 3 === 2 ? e - 2 : e + 1;
}

export function previous(e: number): number {
  return e % 3 === 0 ? e + 2 : e - 1;
}

function grow<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
