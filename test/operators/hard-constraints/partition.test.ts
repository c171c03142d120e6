import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Partition, partition } from '../../../operators/hard-constraints/index.js';
import { randomVector } from './fixtures.js';

const total = ({ windows, owner }: Partition): Float64Array => {
  const sum = new Float64Array(owner.length);
  for (const { points, weights } of windows) {
    points.forEach((point, at) => {
      sum[point] += weights[at];
    });
  }
  return sum;
};

describe('partition', () => {
  it('is a partition of unity, whatever points, experts and overlap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer(),
        (points, dimension, experts, overlap, seed) => {
          const coordinates = randomVector(points * dimension, seed);
          const parts = partition({ coordinates, dimension }, { experts, overlap });
          expect(parts.windows).toHaveLength(experts);
          for (const value of total(parts)) expect(Math.abs(value - 1)).toBeLessThan(1e-14);
          for (const { weights } of parts.windows) {
            expect(weights.every((weight) => weight > 0 && weight <= 1)).toBe(true);
          }
        },
      ),
    );
  });

  it('gives every expert its share of the points', () => {
    const parts = partition({ coordinates: randomVector(2000, 1), dimension: 2 }, { experts: 7 });
    for (const { points } of parts.windows) expect(Math.abs(points.length - 1000 / 7)).toBeLessThan(3);
    parts.windows.forEach(({ points }, expert) => {
      for (const point of points) expect(parts.owner[point]).toBe(expert);
    });
  });

  it('numbers blocks of a grid with the last axis slowest', () => {
    const grid = [2, 4, 6];
    const problem = { coordinates: new Float64Array(48 * 3), dimension: 3, grid };
    const { owner } = partition(problem, { experts: [1, 2, 2] });
    owner.forEach((expert, point) => {
      const [y, x] = [point % 6, Math.floor(point / 6) % 4];
      expect(expert).toBe(Math.floor(y / 3) * 2 + Math.floor(x / 2));
    });
  });

  it('ramps as wide as the overlap says, and is symmetric between equal neighbours', () => {
    const points = 41;
    const coordinates = Float64Array.from({ length: points }, (_, i) => i / (points - 1));
    const { windows } = partition({ coordinates, dimension: 1 }, { experts: 2, overlap: 0.5 });
    const weight = (expert: number, point: number): number => {
      const { points: own, weights } = windows[expert];
      const at = own.indexOf(point);
      return at < 0 ? 0 : weights[at];
    };
    const ramp = Array.from({ length: points }, (_, i) => weight(0, i)).filter(
      (value) => value > 0 && value < 1,
    );
    // half of a half of 40 intervals
    expect(ramp.length).toBeGreaterThanOrEqual(8);
    expect(ramp.length).toBeLessThanOrEqual(11);
    for (let i = 1; i < ramp.length; i++) expect(ramp[i]).toBeLessThan(ramp[i - 1]);
  });
});
