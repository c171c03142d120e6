import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import {
  inclusions,
  lognormalConductivity,
  regionConductivity,
  sampleConductivity,
  uniformConductivity,
} from '../../datasets/conductivity.js';
import { squareGrid } from './square-grid.js';

const mesh = squareGrid(20);

describe('conductivity samplers', () => {
  it('uniform is 1, said by leaving it out', () => {
    expect(sampleConductivity(uniformConductivity(), mesh, createRandom(1))).toBeUndefined();
    expect(sampleConductivity(undefined, mesh, createRandom(1))).toBeUndefined();
  });

  it('log κ has the stated mean and deviation, and the stated smoothness', () => {
    const sampler = lognormalConductivity({ deviation: 0.7, correlationLength: 0.3 });
    const random = createRandom(2);
    const coarse = squareGrid(5);
    const cells = [0, 6, 24];
    const draws = Array.from({ length: 1500 }, () => sampleConductivity(sampler, coarse, random)!);
    for (const cell of cells) {
      const logarithms = draws.map((kappa) => Math.log(kappa[cell]));
      const mean = logarithms.reduce((sum, value) => sum + value, 0) / draws.length;
      const variance = logarithms.reduce((sum, value) => sum + value * value, 0) / draws.length;
      expect(Math.abs(mean)).toBeLessThan((5 * 0.7) / Math.sqrt(draws.length));
      expect(Math.abs(variance / 0.49 - 1)).toBeLessThan(5 * Math.sqrt(2 / draws.length));
    }
    // E (g(x) − g(x + h))² = 2σ² (1 − exp(−h²/2ℓ²)), a fifth of the side apart here
    const steps = draws.map((kappa) => (Math.log(kappa[0]) - Math.log(kappa[1])) ** 2);
    const expected = 2 * 0.49 * (1 - Math.exp(-((1 / 5 / 0.3) ** 2) / 2));
    const found = steps.reduce((sum, value) => sum + value, 0) / steps.length;
    expect(Math.abs(found / expected - 1)).toBeLessThan(5 * Math.sqrt(2.5 / draws.length));
  });

  it('inclusions are discs of one κ each within the contrast, in a matrix of 1', () => {
    const sampler = inclusions({ count: [1, 1], radius: [0.15, 0.15], contrast: [0.01, 100] });
    const random = createRandom(3);
    for (let draw = 0; draw < 20; draw++) {
      const kappa = sampleConductivity(sampler, mesh, random)!;
      const inside = [...kappa.keys()].filter((cell) => kappa[cell] !== 1);
      const [value] = inside.map((cell) => kappa[cell]);
      expect(new Set(kappa).size).toBe(2);
      expect(value).toBeGreaterThanOrEqual(0.01);
      expect(value).toBeLessThanOrEqual(100);
      // no two cells of a disc are further apart than its diameter
      for (const a of inside) {
        for (const b of inside) {
          const apart = Math.hypot(
            mesh.cellCentroids[2 * a] - mesh.cellCentroids[2 * b],
            mesh.cellCentroids[2 * a + 1] - mesh.cellCentroids[2 * b + 1],
          );
          expect(apart).toBeLessThanOrEqual(2 * 0.15 * 2 * Math.PI + 1e-12);
        }
      }
    }
  });

  it('regions have a κ each, meshes without them κ = 1', () => {
    const regions = {
      ...mesh,
      regionNames: ['steel', 'copper'],
      cellRegions: Int32Array.from({ length: mesh.cellCount }, (_, cell) => (cell < 100 ? 0 : 1)),
    };
    const kappa = sampleConductivity(regionConductivity(), regions, createRandom(5))!;
    expect(new Set(kappa.subarray(0, 100)).size).toBe(1);
    expect(new Set(kappa.subarray(100)).size).toBe(1);
    expect(kappa[0]).not.toBe(kappa[100]);
    expect(sampleConductivity(regionConductivity(), mesh, createRandom(5))).toBeUndefined();
  });

  it('refuses options out of range', () => {
    expect(() => inclusions({ contrast: [0, 1] })).toThrow(InvalidInputError);
    expect(() => inclusions({ count: [1, 1.5] })).toThrow(InvalidInputError);
    expect(() => lognormalConductivity({ deviation: -1 })).toThrow(InvalidInputError);
    expect(() => regionConductivity({ contrast: [2, 1] })).toThrow(InvalidInputError);
  });
});
