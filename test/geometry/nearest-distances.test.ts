import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import { nearestDistances } from '../../geometry/nearest-distances.js';

const direct = (from: Float64Array, to: Float64Array, dimension: number, limit: number) =>
  Float64Array.from({ length: from.length / dimension }, (_, p) => {
    let best = limit ** 2;
    for (let q = 0; q < to.length / dimension; q++) {
      let squared = 0;
      for (let k = 0; k < dimension; k++) squared += (to[q * dimension + k] - from[p * dimension + k]) ** 2;
      best = Math.min(best, squared);
    }
    return Math.sqrt(best);
  });

describe('nearestDistances', () => {
  it.each([1, 2, 3])('equals the search over all pairs in %i dimensions, to the last bit', (dimension) => {
    const random = createRandom(dimension);
    for (const count of [1, 2, 8, 9, 17, 250]) {
      const from = Float64Array.from({ length: 300 * dimension }, () => random.uniform(-1, 2));
      const to = Float64Array.from({ length: count * dimension }, () => random.uniform());
      for (const limit of [Number.POSITIVE_INFINITY, 0.3]) {
        expect(nearestDistances(from, to, dimension, limit)).toEqual(direct(from, to, dimension, limit));
      }
    }
  });

  it('copes with points in a line, in the same place and with none at all', () => {
    const random = createRandom(4);
    const from = Float64Array.from({ length: 400 }, () => random.uniform());
    const line = Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 0.5 : Math.floor(i / 20) / 10));
    expect(nearestDistances(from, line, 2)).toEqual(direct(from, line, 2, Number.POSITIVE_INFINITY));
    expect(new Set(nearestDistances(from, new Float64Array(0), 2, 7))).toEqual(new Set([7]));
  });
});
