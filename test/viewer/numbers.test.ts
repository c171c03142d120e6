import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatNumber, formatPercent, formatSeconds, niceTicks } from '../../viewer/numbers.js';

describe('niceTicks', () => {
  test('any interval gets one to five round, evenly spaced ticks inside it', () => {
    const interval = fc.tuple(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(interval, ([minimum, span]) => {
        const maximum = minimum + span;
        const ticks = niceTicks(minimum, maximum);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(5);
        const slack = 1e-8 * span + 1e-10 * Math.abs(minimum);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(minimum - slack);
          expect(tick).toBeLessThanOrEqual(maximum + slack);
        }
        for (let i = 2; i < ticks.length; i++) {
          expect(Math.abs(ticks[i] - 2 * ticks[i - 1] + ticks[i - 2])).toBeLessThanOrEqual(10 * slack);
        }
        if (ticks.length > 1) {
          const leading = (
            (ticks[1] - ticks[0]) /
            10 ** Math.floor(Math.log10(ticks[1] - ticks[0]) + 1e-6)
          ).toFixed(2);
          expect(['1.00', '2.00', '5.00', '10.00']).toContain(leading);
        }
      }),
      { seed: 3 },
    );
  });

  test('ticks are the decimal numbers they look like, also far from zero and in degenerate intervals', () => {
    expect(niceTicks(0, 0.35)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(niceTicks(-1, 1)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(niceTicks(4, 4)).toEqual([4]);
    expect(niceTicks(Number.NaN, 1)).toEqual([]);
  });
});

describe('numbers for readers', () => {
  test('plain in the middle, powers of ten outside', () => {
    expect([0, 12.3456, -0.5, 123456, 1e-7, Number.NaN].map((value) => formatNumber(value))).toEqual([
      '0',
      '12.35',
      '−0.5',
      '1.235×10⁵',
      '1×10⁻⁷',
      'no value',
    ]);
  });

  test('percentages and durations', () => {
    expect([0.03216, 0, 1.5].map(formatPercent)).toEqual(['3.22 %', '0 %', '150 %']);
    expect([0.00042, 12, 612].map(formatSeconds)).toEqual(['0.42 ms', '12 s', '10.2 min']);
  });
});
