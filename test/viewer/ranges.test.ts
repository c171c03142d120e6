import { describe, expect, test } from 'vitest';
import { automaticRange, extremes } from '../../viewer/app/ranges.js';

const field = (...values: number[]) => Float64Array.from(values);

describe('automaticRange', () => {
  test('spans all finite values of all fields', () => {
    expect(automaticRange([field(1, Number.NaN, 3), field(-2, Number.POSITIVE_INFINITY)], false)).toEqual({
      minimum: -2,
      maximum: 3,
    });
  });

  test('a difference is centred on zero', () => {
    expect(automaticRange([field(-1, 4)], true)).toEqual({ minimum: -4, maximum: 4 });
    expect(automaticRange([field(-5, 4)], true)).toEqual({ minimum: -5, maximum: 5 });
  });

  test.each([
    [[7, 7], false],
    [[0, 0], false],
    [[0, 0], true],
    [[Number.NaN], false],
    [[], true],
  ])('constant, empty and missing values (%j) still give a range that holds them', (values, diverging) => {
    const { minimum, maximum } = automaticRange([field(...values)], diverging);
    expect(minimum).toBeLessThan(maximum);
    for (const value of values.filter(Number.isFinite)) {
      expect((value - minimum) / (maximum - minimum)).toBeCloseTo(0.5, 12);
    }
  });

  test('extremes of a field without numbers are undefined', () => {
    expect(extremes(field(Number.NaN))).toBeUndefined();
  });
});
