/** A curve of straight segments in space, addressed by the distance s along it. */
export interface Polyline {
  readonly length: number;
  readonly closed: boolean;
  /** Writes the point at s into `result` (periodic in s if closed, else clamped to the ends). */
  pointAt(s: number, result: Float64Array): void;
  /** The distance along the curve of the point closest to (x, y, z), and its squared distance from it */
  closest(x: number, y: number, z: number): { s: number; squared: number };
}

/** @param points `[vertex][3]`; of a closed curve the first one is repeated at the end */
export function polyline(points: Float64Array, closed: boolean): Polyline {
  const segments = points.length / 3 - 1;
  const start = new Float64Array(segments + 1);
  for (let i = 0; i < segments; i++) {
    const p = 3 * i;
    start[i + 1] =
      start[i] +
      Math.hypot(points[p + 3] - points[p], points[p + 4] - points[p + 1], points[p + 5] - points[p + 2]);
  }
  const length = start[segments];
  return { length, closed, pointAt, closest };

  function pointAt(s: number, result: Float64Array): void {
    const wrapped = closed ? s - length * Math.floor(s / length) : Math.min(length, Math.max(0, s));
    let [low, high] = [0, segments - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (start[middle] <= wrapped) low = middle;
      else high = middle - 1;
    }
    const t = (wrapped - start[low]) / (start[low + 1] - start[low]);
    for (let k = 0; k < 3; k++)
      result[k] = points[3 * low + k] + t * (points[3 * low + 3 + k] - points[3 * low + k]);
  }

  function closest(x: number, y: number, z: number): { s: number; squared: number } {
    let best = { s: 0, squared: Infinity };
    for (let i = 0; i < segments; i++) {
      const p = 3 * i;
      const [dx, dy, dz] = [
        points[p + 3] - points[p],
        points[p + 4] - points[p + 1],
        points[p + 5] - points[p + 2],
      ];
      const [px, py, pz] = [x - points[p], y - points[p + 1], z - points[p + 2]];
      const t = Math.min(1, Math.max(0, (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz)));
      const squared = (px - t * dx) ** 2 + (py - t * dy) ** 2 + (pz - t * dz) ** 2;
      if (squared < best.squared) best = { s: start[i] + t * (start[i + 1] - start[i]), squared };
    }
    return best;
  }
}
