/** The three vertices that enclose every point of the dimensionless unit box. */
export const ENCLOSING_VERTICES = 3;
const ENCLOSING_TRIANGLE = [-30, -20, 31, -20, 0.5, 40];

/**
 * Triangles as half-edges in growing arrays: half-edge e starts at `vertexOf[e]`, belongs to triangle ⌊e/3⌋
 * (counter-clockwise) and has the opposite half-edge `twin[e]` (−1: none). Starts as one large triangle.
 */
export class HalfEdges {
  x = new Float64Array(64);
  y = new Float64Array(64);
  vertexCount = 0;
  /** One half-edge that starts at the vertex */
  vertexEdge = new Int32Array(64);

  vertexOf = new Int32Array(384);
  twin = new Int32Array(384);
  /** `[half-edge]` side of the geometry that the edge is part of, −1 if it is free to flip; equal on both twins */
  sideOf = new Int32Array(384);
  /** `[triangle]` 1 inside the domain */
  inside = new Uint8Array(128);
  triangleCount = 0;

  /** Triangles changed since the caller emptied the list; null: not recorded */
  changed: number[] | null = null;

  constructor() {
    for (let v = 0; v < ENCLOSING_VERTICES; v++)
      this.addVertex(ENCLOSING_TRIANGLE[2 * v], ENCLOSING_TRIANGLE[2 * v + 1]);
    this.addTriangle(0, 1, 2, 0);
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

  protected addVertex(px: number, py: number): number {
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

  protected addTriangle(a: number, b: number, c: number, inside: number): number {
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

  protected setEdge(e: number, from: number, twin: number, side: number): void {
    this.vertexOf[e] = from;
    this.twin[e] = twin;
    this.sideOf[e] = side;
    if (twin >= 0) this.twin[twin] = e;
    this.vertexEdge[from] = e;
  }

  /** Gives the outer neighbour and the side of one half-edge to another that takes its place. */
  protected move(from: number, to: number): void {
    this.twin[to] = this.twin[from];
    if (this.twin[to] >= 0) this.twin[this.twin[to]] = to;
    this.sideOf[to] = this.sideOf[from];
  }

  protected link(e: number, f: number): void {
    this.twin[e] = f;
    this.twin[f] = e;
    this.sideOf[e] = -1;
    this.sideOf[f] = -1;
  }

  protected note(t: number): void {
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
