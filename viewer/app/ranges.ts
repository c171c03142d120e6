/** Range of values that a group of fields is coloured over. */
export interface ColourRange {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Range of all finite values of some fields: [−m, m] with m = max |value| if `diverging`, so that zero has the middle
 * colour. A constant field gets a range around its value, a field without any number [0, 1].
 */
export function automaticRange(fields: readonly Float64Array[], diverging: boolean): ColourRange {
  const found = fields.map(extremes).filter((range) => range !== undefined);
  if (found.length === 0) return diverging ? { minimum: -1, maximum: 1 } : { minimum: 0, maximum: 1 };
  const minimum = Math.min(...found.map((range) => range.minimum));
  const maximum = Math.max(...found.map((range) => range.maximum));
  if (diverging) {
    const limit = Math.max(Math.abs(minimum), Math.abs(maximum)) || 1;
    return { minimum: -limit, maximum: limit };
  }
  if (minimum < maximum) return { minimum, maximum };
  const half = Math.abs(minimum) / 10 || 1;
  return { minimum: minimum - half, maximum: maximum + half };
}

/** Smallest and largest finite value of a field; undefined without any. */
export function extremes(values: Float64Array): ColourRange | undefined {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  return {
    minimum: finite.reduce((a, b) => Math.min(a, b)),
    maximum: finite.reduce((a, b) => Math.max(a, b)),
  };
}
