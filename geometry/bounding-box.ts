import type { Mesh } from './mesh.js';

export interface BoundingBox {
  /** Least coordinates, `[dimension]` */
  readonly low: readonly number[];
  /** Largest coordinates, `[dimension]` */
  readonly high: readonly number[];
  /** max (high − low) over the directions, in the unit of the points */
  readonly longestSide: number;
}

/** The smallest box with sides along the axes that holds all points, `[point][dimension]`. */
export function boundingBox(points: ArrayLike<number>, dimension: number): BoundingBox {
  const low = new Array<number>(dimension).fill(Number.POSITIVE_INFINITY);
  const high = new Array<number>(dimension).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < points.length; at++) {
    const axis = at % dimension;
    low[axis] = Math.min(low[axis], points[at]);
    high[axis] = Math.max(high[axis], points[at]);
  }
  return { low, high, longestSide: Math.max(...high.map((value, axis) => value - low[axis])) };
}

/** The box of a mesh's points; of the centroids of its faces where it came without points. */
export function meshBoundingBox({ points, faceCentroids, dimension }: Mesh): BoundingBox {
  return boundingBox(points.length > 0 ? points : faceCentroids, dimension);
}
