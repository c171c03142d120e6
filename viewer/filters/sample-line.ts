import { type CellLocator, valueAt } from './cell-locator.js';
import type { ScalarField } from './field.js';

/** Values along a straight line. */
export interface LineSamples {
  /** `[sample]` distance from the start */
  readonly distances: Float64Array;
  /** `[field][sample]`; NaN outside the cells */
  readonly values: readonly Float64Array[];
}

/** Samples fields at `count` equally spaced places from a to b, ends included. */
export function sampleLine(
  locator: CellLocator,
  fields: readonly ScalarField[],
  a: readonly number[],
  b: readonly number[],
  count: number,
): LineSamples {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
  const distances = new Float64Array(count);
  const values = fields.map(() => new Float64Array(count).fill(NaN));
  for (let i = 0; i < count; i++) {
    const share = i / (count - 1);
    distances[i] = share * length;
    const [x, y, z] = [0, 1, 2].map((axis) => a[axis] + share * (b[axis] - a[axis]));
    const place = locator.find(x, y, z);
    if (!place) continue;
    fields.forEach((field, f) => {
      values[f][i] = valueAt(place, field);
    });
  }
  return { distances, values };
}
