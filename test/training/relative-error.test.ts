import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { relativeL2, rootMeanSquareError, volumeWeightedRelativeL2 } from '../../training/relative-error.js';

describe('error norms', () => {
  it('agree with the definitions on a small case', () => {
    // differences (1, −2, 2), reference (3, 4, 0): 3/5; volumes (1, 2, 0): √(1 + 8)/√(9 + 32)
    expect(relativeL2([4, 2, 2], [3, 4, 0])).toBeCloseTo(3 / 5, 7);
    expect(rootMeanSquareError([4, 2, 2], [3, 4, 0])).toBeCloseTo(Math.sqrt(3), 12);
    expect(volumeWeightedRelativeL2([4, 2, 2], [3, 4, 0], [1, 2, 0])).toBeCloseTo(3 / Math.sqrt(41), 12);
  });

  it('do not see a constant when gauge-free', () => {
    const reference = [1, -2, 0.5, 3];
    const volumes = [1, 2, 1, 0.5];
    const shifted = reference.map((value) => value + 100);
    expect(relativeL2(shifted, reference, { gaugeVolumes: volumes })).toBeLessThan(1e-12);
    expect(rootMeanSquareError(shifted, reference, { gaugeVolumes: volumes })).toBeLessThan(1e-12);
    expect(volumeWeightedRelativeL2(shifted, reference, volumes, { gaugeFree: true })).toBeLessThan(1e-12);
    expect(relativeL2(shifted, reference)).toBeGreaterThan(10);
  });

  it('refuses fields of different lengths', () => {
    expect(() => relativeL2([1], [1, 2])).toThrow(InvalidInputError);
  });
});
