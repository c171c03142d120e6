import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import { gaussianRandomField, sampleGaussianRandomField } from '../../datasets/gaussian-random-field.js';
import type { Mesh } from '../../geometry/mesh.js';
import { squareGrid } from './square-grid.js';

/** Places on a line through the plane or space, in a box of longest side 2. */
function placesAt(distances: readonly number[], dimension: 2 | 3): Mesh {
  const direction = dimension === 2 ? [0.6, 0.8] : [2 / 3, 1 / 3, 2 / 3];
  return {
    ...squareGrid(2),
    dimension,
    points: Float64Array.from([...Array(dimension).fill(0), 2, ...Array(dimension - 1).fill(1.5)]),
    cellCount: distances.length,
    cellCentroids: Float64Array.from(distances.flatMap((r) => direction.map((d) => 0.1 + r * d))),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Closed forms of the Matérn covariance at half-integer ν, of r/ℓ. */
const covariances = {
  '0.5': (r: number) => Math.exp(-r),
  '1.5': (r: number) => (1 + Math.sqrt(3) * r) * Math.exp(-Math.sqrt(3) * r),
  '2.5': (r: number) => (1 + Math.sqrt(5) * r + (5 / 3) * r * r) * Math.exp(-Math.sqrt(5) * r),
  infinite: (r: number) => Math.exp((-r * r) / 2),
};

describe('gaussianRandomField', () => {
  const distances = [0, 0.15, 0.3, 0.6, 1.2];
  const draws = 6000;

  it.each([
    [2, 0.5],
    [3, 1.5],
    [2, 2.5],
    [2, 'infinite'],
    [3, 'infinite'],
  ] as const)('has the stated covariance in %iD at smoothness %s', (dimension, smoothness) => {
    const field = gaussianRandomField({
      correlationLength: 0.2,
      smoothness,
      mean: 3,
      deviation: 2,
      waves: 16,
    });
    const places = placesAt(distances, dimension);
    const values = sampleGaussianRandomField(field, places, createRandom(11), draws);
    for (const [place, distance] of distances.entries()) {
      expect(Math.abs(mean(values.map((draw) => draw[place])) - 3)).toBeLessThan((5 * 2) / Math.sqrt(draws));
      const covariance = mean(values.map((draw) => (draw[0] - 3) * (draw[place] - 3)));
      // ℓ is 0.2 of the longest side 2; five standard errors of a product of variance at most 2 σ⁴, with some room for W = 16
      const expected = 4 * covariances[`${smoothness}`](distance / 0.4);
      expect(Math.abs(covariance - expected)).toBeLessThan(5 * 4 * Math.sqrt(2.2 / draws));
    }
  });

  it('is normal at a point: skewness 0 and kurtosis 3', () => {
    const field = gaussianRandomField({ waves: 8 });
    const values = sampleGaussianRandomField(field, placesAt([0.4], 2), createRandom(2), draws);
    const moment = (power: number) => mean(values.map(([value]) => value ** power));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / draws));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / draws));
  });

  it('does not depend on the unit of length or on where the part lies', () => {
    const grid = squareGrid(8, 1);
    const moved = {
      ...grid,
      points: grid.points.map((x) => 500 * x + 40),
      cellCentroids: grid.cellCentroids.map((x) => 500 * x + 40),
    };
    const [a] = sampleGaussianRandomField(gaussianRandomField(), grid, createRandom(4));
    const [b] = sampleGaussianRandomField(gaussianRandomField(), moved, createRandom(4));
    a.forEach((value, cell) => {
      expect(b[cell]).toBeCloseTo(value, 8);
    });
  });

  it('refuses options out of range', () => {
    for (const options of [
      { correlationLength: 0 },
      { smoothness: 0.7 },
      { smoothness: Number.POSITIVE_INFINITY },
      { deviation: 0 },
      { mean: Number.NaN },
      { waves: 0 },
    ]) {
      expect(() => gaussianRandomField(options)).toThrow(InvalidInputError);
    }
  });
});
