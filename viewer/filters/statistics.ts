/** Figures of the finite values of a field. */
export interface FieldStatistics {
  readonly count: number;
  /** Values that are no number, or infinite */
  readonly missing: number;
  /** NaN without any finite value, as are the others */
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
}

export function fieldStatistics(values: Float64Array): FieldStatistics {
  let [count, minimum, maximum, sum] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value - value !== 0) continue;
    count++;
    sum += value;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  const missing = values.length - count;
  if (count === 0) return { count, missing, minimum: NaN, maximum: NaN, mean: NaN };
  return { count, missing, minimum, maximum, mean: sum / count };
}

/** Counts of the finite values in `bins` equal bins over [minimum, maximum]; those outside are in none. */
export function histogram(values: Float64Array, minimum: number, maximum: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  const scale = bins / (maximum - minimum || 1);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= minimum && value <= maximum)) continue;
    counts[Math.min(bins - 1, Math.floor((value - minimum) * scale))]++;
  }
  return counts;
}

/** Values below which `lower` and `upper` (0 to 1) of the finite values lie, between neighbours in rank linearly. */
export function percentiles(values: Float64Array, lower: number, upper: number): [number, number] {
  const sorted = values.filter(Number.isFinite).sort();
  const at = (share: number) => {
    const rank = share * (sorted.length - 1);
    const low = Math.floor(rank);
    const high = Math.min(sorted.length - 1, low + 1);
    return sorted[low] + (rank - low) * (sorted[high] - sorted[low]);
  };
  return sorted.length === 0 ? [NaN, NaN] : [at(lower), at(upper)];
}

/** How far a field a lies from a reference b, over the places where both are finite. */
export interface DifferenceStatistics {
  /** ‖a − b‖ / ‖b‖ over the vectors of values; NaN for b = 0 */
  readonly relativeL2: number;
  readonly rootMeanSquare: number;
  readonly meanAbsolute: number;
  readonly maximumAbsolute: number;
  /** Where the maximum is; −1 if there is no such place */
  readonly worst: number;
}

export function differenceStatistics(a: Float64Array, b: Float64Array): DifferenceStatistics {
  let [count, squares, reference, absolute, maximumAbsolute, worst] = [0, 0, 0, 0, 0, -1];
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i];
    if (difference - difference !== 0) continue;
    count++;
    const size = Math.abs(difference);
    squares += size * size;
    reference += b[i] * b[i];
    absolute += size;
    if (worst < 0 || size > maximumAbsolute) {
      maximumAbsolute = size;
      worst = i;
    }
  }
  return {
    relativeL2: Math.sqrt(squares / reference),
    rootMeanSquare: Math.sqrt(squares / count),
    meanAbsolute: absolute / count,
    maximumAbsolute,
    worst,
  };
}
