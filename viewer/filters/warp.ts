/** `[point][3]` moved by scale × displacement; a displacement that is no number moves nothing. */
export function warpByVector(points: Float64Array, displacements: Float64Array, scale: number): Float64Array {
  return points.map((x, i) => (Number.isFinite(displacements[i]) ? x + scale * displacements[i] : x));
}

/** `[point][3]` moved by scale × value along an axis. */
export function warpByScalar(
  points: Float64Array,
  values: Float64Array,
  scale: number,
  axis: 0 | 1 | 2,
): Float64Array {
  const warped = points.slice();
  for (let p = 0; p < values.length; p++)
    if (Number.isFinite(values[p])) warped[3 * p + axis] += scale * values[p];
  return warped;
}
