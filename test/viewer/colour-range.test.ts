import { describe, expect, test } from 'vitest';
import { barTicks } from '../../viewer/app/colour-bar.js';
import { automaticRange, colourRange } from '../../viewer/app/colour-range.js';
import { initialState } from '../../viewer/app/view-state.js';
import { normalisationOf } from '../../viewer/data/field-reference.js';
import { fieldStatistics } from '../../viewer/filters/statistics.js';

const field = (...values: number[]) => fieldStatistics(Float64Array.from(values));

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
});

test('a range is automatic, without outliers, or as typed; on a logarithmic scale it is above zero', () => {
  const { colours } = initialState();
  const fields = [field(-3, 8)];
  expect(colourRange(colours, fields, undefined)).toEqual({ minimum: -3, maximum: 8 });
  expect(colourRange({ ...colours, range: 'percentile' }, fields, [-1, 5])).toEqual({
    minimum: -1,
    maximum: 5,
  });
  const locked = { ...colours, range: 'locked', minimum: 2, maximum: 4 } as const;
  expect(colourRange(locked, fields, undefined)).toEqual({ minimum: 2, maximum: 4 });
  expect(colourRange({ ...locked, maximum: 1 }, fields, undefined)).toEqual({ minimum: -3, maximum: 8 });
  expect(colourRange({ ...colours, map: 'cool-warm' }, fields, undefined)).toEqual({
    minimum: -8,
    maximum: 8,
  });
  expect(colourRange({ ...colours, scale: 'log' }, fields, undefined)).toEqual({ minimum: 8e-6, maximum: 8 });
  expect(colourRange({ ...locked, scale: 'log' }, fields, undefined)).toEqual({ minimum: 2, maximum: 4 });
});

test('ticks of a logarithmic bar are decades, or round values between two of them', () => {
  expect(barTicks({ minimum: 0.1, maximum: 1000 }, true)).toEqual(
    ['0.1', '1', '10', '100', '1000'].map((text, i) => ({ text, share: expect.closeTo(i / 4, 9) })),
  );
  expect(barTicks({ minimum: 2, maximum: 8 }, true).map(({ text }) => text)).toEqual(['2', '5']);
  expect(barTicks({ minimum: 1e-12, maximum: 1 }, true).length).toBeLessThanOrEqual(6);
  expect(barTicks({ minimum: 0, maximum: 4 }, false).map(({ share }) => share)).toEqual([
    0, 0.25, 0.5, 0.75, 1,
  ]);
});

test('numbers that are drawn keep their digits where a large value varies little', () => {
  const { offset, scale } = normalisationOf(300_000, 300_000.5);
  const drawn = (value: number) => Math.fround((value - offset) / scale) * scale + offset;
  expect(drawn(300_000.123)).toBeCloseTo(300_000.123, 6);
  expect(normalisationOf(0, 5)).toEqual({ offset: 0, scale: 5 });
  expect(normalisationOf(7, 7)).toEqual({ offset: 0, scale: 7 });
  expect(normalisationOf(Number.NaN, Number.NaN)).toEqual({ offset: 0, scale: 1 });
});
