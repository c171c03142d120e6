import { next } from './half-edges.js';

export interface HalfEdgePairs {
  /** `[half-edge]` the one that runs the other way along the same edge; −1 on an open edge. Half-edge 3t + i of triangle t starts at its point i. */
  readonly opposite: Int32Array;
  /** Pairs of half-edges that run the same way along one edge */
  readonly conflicts: readonly (readonly [number, number])[];
}

/** Pairs the half-edges of triangles `[triangle][3]` that share an edge. */
export function pairHalfEdges(pointCount: number, triangles: Int32Array): HalfEdgePairs {
  // first[a] lists, as a chain, the half-edges that start at a
  const first = new Int32Array(pointCount).fill(-1);
  const following = new Int32Array(triangles.length);
  const conflicts: [number, number][] = [];
  for (let h = 0; h < triangles.length; h++) {
    const [a, b] = [triangles[h], triangles[next(h)]];
    for (let e = first[a]; e >= 0; e = following[e]) if (triangles[next(e)] === b) conflicts.push([e, h]);
    following[h] = first[a];
    first[a] = h;
  }
  const opposite = new Int32Array(triangles.length).fill(-1);
  for (let h = 0; h < triangles.length; h++) {
    const [a, b] = [triangles[h], triangles[next(h)]];
    let e = first[b];
    while (e >= 0 && triangles[next(e)] !== a) e = following[e];
    opposite[h] = e;
  }
  return { opposite, conflicts };
}
