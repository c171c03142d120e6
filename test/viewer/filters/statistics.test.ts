import { expect, test } from 'vitest';
import {
  differenceStatistics,
  fieldStatistics,
  histogram,
  percentiles,
} from '../../../viewer/filters/statistics.js';

test('figures of a field leave out what is no number', () => {
  const values = Float64Array.of(3, Number.NaN, -1, Number.POSITIVE_INFINITY, 4);
  expect(fieldStatistics(values)).toEqual({ count: 3, missing: 2, minimum: -1, maximum: 4, mean: 2 });
  expect(fieldStatistics(Float64Array.of(Number.NaN))).toMatchObject({ count: 0, missing: 1, minimum: NaN });
});

test('a histogram counts every value inside once, ends included', () => {
  const values = Float64Array.from({ length: 101 }, (_, i) => i);
  expect(histogram(values, 0, 100, 4)).toEqual([25, 25, 25, 26]);
  expect(histogram(values, 10, 20, 2)).toEqual([5, 6]);
  expect(histogram(Float64Array.of(5, 5), 5, 5, 3)).toEqual([2, 0, 0]);
});

test('percentiles of a uniform ramp are its shares', () => {
  const values = Float64Array.from({ length: 201 }, (_, i) => 200 - i);
  values[7] = Number.NaN;
  const [low, high] = percentiles(values, 0.02, 0.98);
  expect(low).toBeCloseTo(3.98, 9);
  expect(high).toBeGreaterThan(194);
});

test('figures of a difference follow their definitions', () => {
  const a = Float64Array.of(1, 2, 3, Number.NaN, 7);
  const b = Float64Array.of(1, 0, 4, 1, 5);
  expect(differenceStatistics(a, b)).toEqual({
    relativeL2: Math.sqrt(9 / 42),
    rootMeanSquare: Math.sqrt(9 / 4),
    meanAbsolute: 5 / 4,
    maximumAbsolute: 2,
    worst: 1,
  });
  expect(differenceStatistics(Float64Array.of(), Float64Array.of()).worst).toBe(-1);
});
