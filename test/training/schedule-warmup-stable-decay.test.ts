import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { scheduleAt, warmupStableDecay } from '../../training/schedule.js';

describe('warmupStableDecay', () => {
  // 100 steps: 4 of warm-up, then the maximum, and a decay over the last 25
  const schedule = warmupStableDecay({
    maximum: 2,
    warmUpFraction: 0.04,
    decayFraction: 0.25,
    finalFraction: 0.1,
  });
  const at = (step: number) => scheduleAt(schedule, step, 100).learningRate;

  it('rises linearly to the maximum in the first step behind the warm-up', () => {
    expect([0, 1, 2, 3, 4].map(at)).toEqual([0.4, 0.8, expect.closeTo(1.2, 12), 1.6, 2]);
  });

  it('stays there up to the first step of the decay', () => {
    for (const step of [5, 40, 74, 75]) expect(at(step)).toBe(2);
  });

  it('decays with the root of time', () => {
    // t = 4/25, 9/25, 16/25, 24/25: √t = 0.4, 0.6, 0.8 and √24/5
    expect(at(79)).toBeCloseTo(2 * (1 - 0.9 * 0.4), 12);
    expect(at(84)).toBeCloseTo(2 * (1 - 0.9 * 0.6), 12);
    expect(at(91)).toBeCloseTo(2 * (1 - 0.9 * 0.8), 12);
    expect(at(99)).toBeCloseTo(2 * (1 - (0.9 * Math.sqrt(24)) / 5), 12);
  });

  it('is the same up to the decay whatever the length of the run', () => {
    const fixed = warmupStableDecay({ warmUpFraction: 0, decayFraction: 0.5 });
    for (let step = 0; step < 50; step++)
      expect(scheduleAt(fixed, step, 100)).toEqual(scheduleAt(fixed, step, 1000));
  });

  it('is positive and keeps β₁ in every step of short runs', () => {
    for (const steps of [1, 2, 3, 10, 11]) {
      for (let step = 0; step < steps; step++) {
        const { learningRate, beta1 } = scheduleAt(warmupStableDecay({ maximum: 1 }), step, steps);
        expect(learningRate).toBeGreaterThan(0);
        expect(learningRate).toBeLessThanOrEqual(1);
        expect(beta1).toBe(0.9);
      }
    }
  });

  it('refuses impossible options', () => {
    expect(() => warmupStableDecay({ maximum: -1 })).toThrow(InvalidInputError);
    expect(() => warmupStableDecay({ warmUpFraction: 0.5, decayFraction: 0.6 })).toThrow(
      /together at most 1/,
    );
  });
});
