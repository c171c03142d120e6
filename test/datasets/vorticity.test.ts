import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import { decayingVorticity, frameOf, periodicGaussianField } from '../../datasets/index.js';
import { vorticitySpectral } from '../../solvers/index.js';

describe('periodic Gaussian fields', () => {
  const lengthScale = 0.8;
  const kernel = (d: number) => Math.exp((-2 * Math.sin(Math.PI * d) ** 2) / lengthScale ** 2);
  const constant = // ∫∫ of the covariance: what is taken away with the mean
    (Array.from({ length: 64 }, (_, i) => kernel(i / 64)).reduce((a, b) => a + b, 0) / 64) ** 2;

  it('have the covariance of the product of kernels, less the mean', () => {
    const random = createRandom(7);
    const points = 8;
    const draws = 1000;
    const sums = new Float64Array(points * points);
    for (let draw = 0; draw < draws; draw++) {
      const field = periodicGaussianField(lengthScale, random)(points);
      for (let i = 0; i < sums.length; i++) sums[i] += field[2 * points + 3] * field[i];
    }
    for (let x = 0; x < points; x++) {
      for (let y = 0; y < points; y++) {
        const expected = kernel((x - 2) / points) * kernel((y - 3) / points) - constant;
        // five standard deviations of a mean of products of unit normals
        expect(Math.abs(sums[x * points + y] / draws - expected)).toBeLessThan(
          (5 * Math.SQRT2) / Math.sqrt(draws),
        );
      }
    }
  });

  it('are the same function on every grid, of mean 0', () => {
    const coarse = periodicGaussianField(lengthScale, createRandom(3))(16);
    const fine = periodicGaussianField(lengthScale, createRandom(3))(64);
    coarse.forEach((value, at) => {
      expect(value).toBeCloseTo(fine[Math.floor(at / 16) * 4 * 64 + (at % 16) * 4], 12);
    });
    expect(fine.reduce((a, b) => a + b, 0) / fine.length).toBeCloseTo(0, 12);
  });
});

describe('decaying vorticity', () => {
  const small = {
    trajectories: 2,
    frames: 3,
    interval: 0.2,
    points: 16,
    referencePoints: 32,
    viscosity: 0.01,
  };

  it('is the solver’s answer at every second point', async () => {
    const data = await decayingVorticity('test', { ...small, workers: 0 });
    expect(data).toMatchObject({ points: [16, 16], length: [1, 1], frames: 3, components: 1, interval: 0.2 });
    const start = await decayingVorticity('test', {
      ...small,
      frames: 1,
      points: 64,
      referencePoints: 64,
      workers: 0,
    });
    const solver = vorticitySpectral({ points: 64, viscosity: 0.01, stepping: { maximumStep: 0.01 } });
    const answer = solver.step(frameOf(start, 1, 0), 0.4);
    frameOf(data, 1, 2).forEach((value, at) => {
      const same = answer[Math.floor(at / 16) * 4 * 64 + (at % 16) * 4];
      expect(Math.abs(value - same)).toBeLessThan(1e-5);
    });
  });

  it('is the same whatever the workers, and trajectory i the same in a longer set', async () => {
    const here = await decayingVorticity('train', { ...small, workers: 0 });
    expect(await decayingVorticity('train', { ...small, workers: 2 })).toEqual(here);
    const fewer = await decayingVorticity('train', { ...small, trajectories: 1, workers: 0 });
    expect(fewer.values).toEqual(here.values.subarray(0, fewer.values.length));
    const test = await decayingVorticity('test', { ...small, workers: 0 });
    expect(test.values).not.toEqual(here.values);
  });

  it('is computed on a finer grid where the reference does not resolve it', async () => {
    const flow = { ...small, trajectories: 1, frames: 2, interval: 1, viscosity: 2e-3, workers: 0 };
    const [first, second] = [32, 64].map((referencePoints) =>
      decayingVorticity('train', { ...flow, referencePoints }),
    );
    expect((await first).values).toEqual((await second).values);
    const start = await decayingVorticity('train', { ...flow, frames: 1, points: 32 });
    const solver = vorticitySpectral({ points: 32, viscosity: 2e-3 });
    expect(() => solver.step(frameOf(start, 0, 0), 1)).toThrow('under-resolved');
  });

  it('refuses what cannot be', async () => {
    const refused = (options: object) => decayingVorticity('train', { ...small, workers: 0, ...options });
    await expect(refused({ referencePoints: 40 })).rejects.toThrow('multiple of points');
    await expect(refused({ lengthScale: 0 })).rejects.toThrow('lengthScale');
  });
});
