/**
 * Triangles that a filter made of cells: unindexed, so that each carries the value of its cell, and with where each of their
 * corners lies between two mesh points, so that another field needs no new geometry.
 */
export interface Triangles {
  /** `[corner][3]`, three corners a triangle */
  readonly positions: Float32Array<ArrayBuffer>;
  /** `[triangle]` the cell it belongs to */
  readonly cells: Int32Array<ArrayBuffer>;
  /** `[triangle]` bit k: its side opposite corner k is an edge of the cell (of its cut), not of the triangulation */
  readonly edges: Uint8Array<ArrayBuffer>;
  /** `[corner]` it lies at from + fraction (to − from) */
  readonly from: Int32Array<ArrayBuffer>;
  readonly to: Int32Array<ArrayBuffer>;
  readonly fraction: Float32Array<ArrayBuffer>;
}

/** Several sets of triangles as one. */
export function joinTriangles(parts: readonly Triangles[]): Triangles {
  if (parts.length === 1) return parts[0];
  const count = parts.reduce((sum, part) => sum + part.cells.length, 0);
  const joined = {
    positions: new Float32Array(9 * count),
    cells: new Int32Array(count),
    edges: new Uint8Array(count),
    from: new Int32Array(3 * count),
    to: new Int32Array(3 * count),
    fraction: new Float32Array(3 * count),
  };
  let at = 0;
  for (const part of parts) {
    joined.positions.set(part.positions, 9 * at);
    joined.cells.set(part.cells, at);
    joined.edges.set(part.edges, at);
    joined.from.set(part.from, 3 * at);
    joined.to.set(part.to, 3 * at);
    joined.fraction.set(part.fraction, 3 * at);
    at += part.cells.length;
  }
  return joined;
}

const FIRST_CAPACITY = 4096;

/** Collects triangles whose number is not known beforehand. */
export class TriangleWriter {
  private cells = new Int32Array(FIRST_CAPACITY);
  private edges = new Uint8Array(FIRST_CAPACITY);
  private from = new Int32Array(3 * FIRST_CAPACITY);
  private to = new Int32Array(3 * FIRST_CAPACITY);
  private fraction = new Float64Array(3 * FIRST_CAPACITY);
  private count = 0;

  /** Corner k lies at `from[k] + fraction[k] (to[k] − from[k])`. */
  add(
    cell: number,
    edges: number,
    from: readonly number[],
    to: readonly number[],
    fraction: readonly number[],
  ): void {
    if (this.count === this.cells.length) this.grow();
    const at = 3 * this.count;
    this.cells[this.count] = cell;
    this.edges[this.count++] = edges;
    // by index: taking arrays apart goes through their iterators
    this.from[at] = from[0];
    this.from[at + 1] = from[1];
    this.from[at + 2] = from[2];
    this.to[at] = to[0];
    this.to[at + 1] = to[1];
    this.to[at + 2] = to[2];
    this.fraction[at] = fraction[0];
    this.fraction[at + 1] = fraction[1];
    this.fraction[at + 2] = fraction[2];
  }

  /** A triangle between three mesh points. */
  addPoints(cell: number, edges: number, a: number, b: number, c: number): void {
    const corners = [a, b, c];
    this.add(cell, edges, corners, corners, [0, 0, 0]);
  }

  finish(points: Float64Array): Triangles {
    const corners = 3 * this.count;
    const positions = new Float32Array(3 * corners);
    const { from, to, fraction } = this;
    for (let corner = 0; corner < corners; corner++) {
      const a = 3 * from[corner];
      const b = 3 * to[corner];
      const t = fraction[corner];
      for (let axis = 0; axis < 3; axis++)
        positions[3 * corner + axis] = points[a + axis] + t * (points[b + axis] - points[a + axis]);
    }
    return {
      positions,
      cells: this.cells.slice(0, this.count),
      edges: this.edges.slice(0, this.count),
      from: from.slice(0, corners),
      to: to.slice(0, corners),
      fraction: Float32Array.from(fraction.subarray(0, corners)),
    };
  }

  private grow(): void {
    const size = 2 * this.cells.length;
    const grown = <T extends Int32Array | Uint8Array | Float64Array>(old: T, larger: T): T => {
      larger.set(old);
      return larger;
    };
    this.cells = grown(this.cells, new Int32Array(size));
    this.edges = grown(this.edges, new Uint8Array(size));
    this.from = grown(this.from, new Int32Array(3 * size));
    this.to = grown(this.to, new Int32Array(3 * size));
    this.fraction = grown(this.fraction, new Float64Array(3 * size));
  }
}
