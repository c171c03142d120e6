import { closestOnTriangle, nearest, segmentCrossing } from './triangle-distance.js';

const LEAF = 4;

/** The place on a surface closest to a point. */
export interface SurfacePoint {
  x: number;
  y: number;
  z: number;
  triangle: number;
  distance: number;
}

/**
 * Triangles in a binary tree of boxes along the axes, split at the median of the centroids in the longest direction. Finds the
 * closest point of the surface and crossings with a segment in about O(log n).
 */
export interface TriangleHierarchy {
  /** The closest point of the triangles to (x, y, z), written into `result`; distances beyond `limit` are not looked at. */
  closestPoint(x: number, y: number, z: number, result: SurfacePoint, limit?: number): boolean;
  /** Parameters t in [0, 1] at which the segment a + t (b − a) meets triangles, ascending */
  crossings(a: readonly number[], b: readonly number[]): number[];
}

/** @param members triangles to hold; all by default */
export function triangleHierarchy(
  points: Float64Array,
  triangles: Int32Array,
  members?: Int32Array,
): TriangleHierarchy {
  const order = members?.slice() ?? Int32Array.from({ length: triangles.length / 3 }, (_, t) => t);
  const centroids = new Float64Array(triangles.length);
  for (const t of order)
    for (let k = 0; k < 3; k++)
      centroids[3 * t + k] =
        points[3 * triangles[3 * t] + k] +
        points[3 * triangles[3 * t + 1] + k] +
        points[3 * triangles[3 * t + 2] + k];

  // nodes of a complete recursion: box, and either two children or a range of `order`
  const nodeLimit = 2 * Math.max(1, Math.ceil((2 * order.length) / LEAF)) + 1;
  const boxes = new Float64Array(6 * nodeLimit);
  const child = new Int32Array(nodeLimit); // first child (second follows), or −1 − start of the range of a leaf
  const count = new Int32Array(nodeLimit); // triangles of a leaf
  let nodes = 1;
  build(0, 0, order.length);
  const stack = new Int32Array(128);

  return { closestPoint, crossings };

  function build(node: number, start: number, end: number): void {
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    const lowCentre = [Infinity, Infinity, Infinity];
    const highCentre = [-Infinity, -Infinity, -Infinity];
    for (let i = start; i < end; i++) {
      const t = 3 * order[i];
      for (let k = 0; k < 3; k++) {
        for (let j = 0; j < 3; j++) {
          const value = points[3 * triangles[t + j] + k];
          if (value < low[k]) low[k] = value;
          if (value > high[k]) high[k] = value;
        }
        const value = centroids[t + k];
        if (value < lowCentre[k]) lowCentre[k] = value;
        if (value > highCentre[k]) highCentre[k] = value;
      }
    }
    for (let k = 0; k < 3; k++) {
      boxes[6 * node + k] = low[k];
      boxes[6 * node + 3 + k] = high[k];
    }
    if (end - start <= LEAF) {
      child[node] = -1 - start;
      count[node] = end - start;
      return;
    }
    let axis = 0;
    for (let k = 1; k < 3; k++)
      if (highCentre[k] - lowCentre[k] > highCentre[axis] - lowCentre[axis]) axis = k;
    const middle = (start + end) >> 1;
    select(start, end - 1, middle, axis);
    const first = nodes;
    nodes += 2;
    child[node] = first;
    build(first, start, middle);
    build(first + 1, middle, end);
  }

  /** Orders `order[left..right]` so that the entry at `k` is in its sorted place along an axis (Hoare's selection). */
  function select(left: number, right: number, k: number, axis: number): void {
    while (left < right) {
      const pivot = centroids[3 * order[(left + right) >> 1] + axis];
      let [i, j] = [left, right];
      while (i <= j) {
        while (centroids[3 * order[i] + axis] < pivot) i++;
        while (centroids[3 * order[j] + axis] > pivot) j--;
        if (i > j) break;
        const swap = order[i];
        order[i++] = order[j];
        order[j--] = swap;
      }
      if (k <= j) right = j;
      else if (k >= i) left = i;
      else return;
    }
  }

  function boxDistance(node: number, x: number, y: number, z: number): number {
    const b = 6 * node;
    const dx = Math.max(boxes[b] - x, 0, x - boxes[b + 3]);
    const dy = Math.max(boxes[b + 1] - y, 0, y - boxes[b + 4]);
    const dz = Math.max(boxes[b + 2] - z, 0, z - boxes[b + 5]);
    return dx * dx + dy * dy + dz * dz;
  }

  function closestPoint(x: number, y: number, z: number, result: SurfacePoint, limit = Infinity): boolean {
    let best = limit * limit;
    let found = false;
    let depth = 0;
    stack[depth++] = 0;
    while (depth > 0) {
      const node = stack[--depth];
      if (boxDistance(node, x, y, z) >= best) continue;
      if (child[node] < 0) {
        const start = -1 - child[node];
        for (let i = start; i < start + count[node]; i++) {
          const squared = closestOnTriangle(points, triangles, order[i], x, y, z);
          if (squared >= best) continue;
          best = squared;
          found = true;
          result.x = nearest.x;
          result.y = nearest.y;
          result.z = nearest.z;
          result.triangle = order[i];
        }
        continue;
      }
      const near = child[node];
      const [a, b] = [boxDistance(near, x, y, z), boxDistance(near + 1, x, y, z)];
      // the nearer child on top, so that it is opened first
      stack[depth++] = a < b ? near + 1 : near;
      stack[depth++] = a < b ? near : near + 1;
    }
    result.distance = Math.sqrt(best);
    return found;
  }

  function crossings(a: readonly number[], b: readonly number[]): number[] {
    const found: number[] = [];
    let depth = 0;
    stack[depth++] = 0;
    while (depth > 0) {
      const node = stack[--depth];
      if (!segmentMeetsBox(node, a, b)) continue;
      if (child[node] >= 0) {
        stack[depth++] = child[node];
        stack[depth++] = child[node] + 1;
        continue;
      }
      const start = -1 - child[node];
      for (let i = start; i < start + count[node]; i++) {
        const t = segmentCrossing(points, triangles, order[i], a, b);
        if (t !== undefined) found.push(t);
      }
    }
    return found.sort((s, t) => s - t);
  }

  function segmentMeetsBox(node: number, a: readonly number[], b: readonly number[]): boolean {
    let [enter, leave] = [0, 1];
    for (let k = 0; k < 3; k++) {
      const [low, high] = [boxes[6 * node + k], boxes[6 * node + 3 + k]];
      const along = b[k] - a[k];
      if (along === 0) {
        if (a[k] < low || a[k] > high) return false;
        continue;
      }
      const [s, t] = [(low - a[k]) / along, (high - a[k]) / along];
      enter = Math.max(enter, Math.min(s, t));
      leave = Math.min(leave, Math.max(s, t));
    }
    return enter <= leave + 1e-12;
  }
}
