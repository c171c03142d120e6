import type { Mesh } from '../../geometry/mesh.js';

/** What is drawn of a mesh: its cells in 2D, the boundary faces of its cells in 3D, in a frame of size one. */
export interface Surface {
  readonly dimension: 2 | 3;
  /** `[triangle corner][3]`, unindexed, so that each triangle carries the value of its cell */
  readonly positions: Float32Array<ArrayBuffer>;
  /** `[triangle]` cell it belongs to */
  readonly triangleCells: Int32Array;
  /** `[segment end][3]`, each edge once */
  readonly edges: Float32Array<ArrayBuffer>;
  /** Drawn position = (position − centre) / size; subtracted in double precision, as coordinates may be large. */
  readonly centre: readonly [number, number, number];
  readonly size: number;
  /** `[3]` half lengths of the bounding box in the drawn frame */
  readonly halfExtent: readonly [number, number, number];
  /** Segments (`[segment end][3]`) around the drawn polygons of one cell; empty for an interior cell in 3D. */
  outline(cell: number): Float32Array<ArrayBuffer>;
}

/** Splits the drawn polygons of a mesh into triangles (fans: cells and faces of a finite-volume mesh are convex). */
export function surfaceOf(mesh: Mesh): Surface {
  const { dimension, points } = mesh;
  const flat = dimension === 2;
  const offsets = flat ? mesh.cellOffsets : mesh.faceOffsets.subarray(mesh.internalFaceCount);
  const corners = flat ? mesh.cellPoints : mesh.facePoints;
  const cells = flat ? undefined : mesh.owner.subarray(mesh.internalFaceCount);
  const polygonCount = offsets.length - 1;

  const { centre, size, halfExtent } = frameOf(points, dimension);
  const write = (target: Float32Array, at: number, point: number) => {
    for (let axis = 0; axis < dimension; axis++) {
      target[at + axis] = (points[dimension * point + axis] - centre[axis]) / size;
    }
  };

  const triangleCount = offsets[polygonCount] - offsets[0] - 2 * polygonCount;
  const positions = new Float32Array(9 * triangleCount);
  const triangleCells = new Int32Array(triangleCount);
  const edgeEnds: number[] = [];
  const seen = new Set<number>();
  const pointCount = points.length / dimension;
  let triangle = 0;
  for (let polygon = 0; polygon < polygonCount; polygon++) {
    const start = offsets[polygon];
    const end = offsets[polygon + 1];
    for (let corner = start + 1; corner + 1 < end; corner++) {
      write(positions, 9 * triangle, corners[start]);
      write(positions, 9 * triangle + 3, corners[corner]);
      write(positions, 9 * triangle + 6, corners[corner + 1]);
      triangleCells[triangle++] = cells ? cells[polygon] : polygon;
    }
    for (let corner = start; corner < end; corner++) {
      const a = corners[corner];
      const b = corners[corner + 1 < end ? corner + 1 : start];
      const key = Math.min(a, b) * pointCount + Math.max(a, b);
      if (!seen.has(key)) edgeEnds.push(a, b);
      seen.add(key);
    }
  }
  return {
    dimension,
    positions,
    triangleCells,
    edges: segments(edgeEnds),
    centre,
    size,
    halfExtent,
    outline,
  };

  function segments(ends: readonly number[]): Float32Array<ArrayBuffer> {
    const result = new Float32Array(3 * ends.length);
    ends.forEach((point, i) => {
      write(result, 3 * i, point);
    });
    return result;
  }

  function outline(cell: number): Float32Array<ArrayBuffer> {
    const ends: number[] = [];
    for (let polygon = 0; polygon < polygonCount; polygon++) {
      if ((cells ? cells[polygon] : polygon) !== cell) continue;
      for (let corner = offsets[polygon]; corner < offsets[polygon + 1]; corner++) {
        ends.push(
          corners[corner],
          corners[corner + 1 < offsets[polygon + 1] ? corner + 1 : offsets[polygon]],
        );
      }
    }
    return segments(ends);
  }
}

function frameOf(points: Float64Array, dimension: number) {
  const low = [0, 0, 0];
  const high = [0, 0, 0];
  for (let axis = 0; axis < dimension; axis++) {
    low[axis] = Number.POSITIVE_INFINITY;
    high[axis] = Number.NEGATIVE_INFINITY;
    for (let i = axis; i < points.length; i += dimension) {
      if (points[i] < low[axis]) low[axis] = points[i];
      if (points[i] > high[axis]) high[axis] = points[i];
    }
  }
  const size = Math.max(...high.map((h, axis) => h - low[axis]));
  const triple = (f: (axis: number) => number) => [f(0), f(1), f(2)] as const;
  return {
    size,
    centre: triple((axis) => (low[axis] + high[axis]) / 2),
    halfExtent: triple((axis) => (high[axis] - low[axis]) / 2 / size),
  };
}
