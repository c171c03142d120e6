import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { cosine, oneCycle, scheduleAt } from '../../training/schedule.js';

describe('oneCycle', () => {
  // 40 steps: warm-up ends at 0.1 · 40 − 1 = 3, the descent runs over 36 steps to step 39
  const at = (step: number) => scheduleAt(oneCycle({ maximum: 1e-3 }), step, 40);

  it('starts at maximum/25 and β₁ = 0.95', () => {
    expect(at(0).learningRate).toBeCloseTo(4e-5, 15);
    expect(at(0).beta1).toBeCloseTo(0.95, 12);
  });

  it('rises along a cosine: a third of the way is a quarter of the rise', () => {
    // (1 − cos π/3)/2 = 1/4
    expect(at(1).learningRate).toBeCloseTo(4e-5 + (1e-3 - 4e-5) / 4, 15);
    expect(at(1).beta1).toBeCloseTo(0.95 - 0.1 / 4, 12);
  });

  it('peaks at the end of the warm-up with β₁ = 0.85', () => {
    expect(at(3).learningRate).toBeCloseTo(1e-3, 15);
    expect(at(3).beta1).toBeCloseTo(0.85, 12);
  });

  it('falls along a cosine: the middle at step 21, the end at maximum/25/10⁴', () => {
    expect(at(21).learningRate).toBeCloseTo((1e-3 + 4e-9) / 2, 15);
    expect(at(21).beta1).toBeCloseTo(0.9, 12);
    expect(at(39).learningRate).toBeCloseTo(4e-9, 18);
    expect(at(39).beta1).toBeCloseTo(0.95, 12);
  });

  it('has a value for every step of short runs', () => {
    for (const steps of [1, 2, 3, 10, 11]) {
      for (let step = 0; step < steps; step++) {
        const { learningRate, beta1 } = scheduleAt(oneCycle({ maximum: 1 }), step, steps);
        expect(learningRate).toBeGreaterThan(0);
        expect(learningRate).toBeLessThanOrEqual(1);
        expect(beta1).toBeGreaterThanOrEqual(0.85 - 1e-12);
        expect(beta1).toBeLessThanOrEqual(0.95 + 1e-12);
      }
    }
  });

  it('refuses impossible options', () => {
    expect(() => oneCycle({ maximum: 0 })).toThrow(InvalidInputError);
    expect(() => oneCycle({ warmUpFraction: 1 })).toThrow(InvalidInputError);
  });
});

describe('cosine', () => {
  it('warms up linearly, is half way in the middle, and keeps β₁', () => {
    const schedule = cosine({ maximum: 2, finalFraction: 0.1, warmUpSteps: 4 });
    expect(scheduleAt(schedule, 0, 104).learningRate).toBeCloseTo(2 / 5, 12);
    expect(scheduleAt(schedule, 4, 104).learningRate).toBeCloseTo(2, 12);
    expect(scheduleAt(schedule, 54, 104).learningRate).toBeCloseTo((2 + 0.2) / 2, 12);
    expect(scheduleAt(schedule, 54, 104).beta1).toBe(0.9);
  });
});
