import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  burgers1dStandard,
  burgers1dStandardRequest,
  checkTrajectories,
  drawInitialState,
  frameOf,
  generateBurgers,
  type Trajectories,
} from '../../datasets/index.js';
import { coleHopf } from '../../solvers/index.js';

const small = { trajectories: 10, frames: 3 };

describe('standard Burgers set', () => {
  it('is the same whatever the workers, and trajectory i the same in a longer set', async () => {
    const here = await burgers1dStandard('train', { ...small, workers: 0 });
    expect(await burgers1dStandard('train', { ...small, workers: 2 })).toEqual(here);
    const fewer = await burgers1dStandard('train', { ...small, trajectories: 3, workers: 0 });
    expect(fewer.values).toEqual(here.values.subarray(0, fewer.values.length));
    const other = await burgers1dStandard('train', { ...small, seed: 1, workers: 0 });
    expect(other.values).not.toEqual(here.values);
    const test = await burgers1dStandard('test', { ...small, workers: 0 });
    expect(test.values).not.toEqual(here.values);
  });

  it('has the sizes and amplitudes stated', async () => {
    const train = burgers1dStandardRequest('train');
    expect([train.trajectories, train.frames, train.interval, train.points, train.viscosity]).toEqual([
      48, 51, 0.02, 128, 0.005,
    ]);
    expect(burgers1dStandardRequest('otherInitialStates')).toMatchObject({ trajectories: 32, frames: 201 });
    expect(burgers1dStandardRequest('otherViscosity').viscosity).toBe(0.002);
    const data = await burgers1dStandard('otherInitialStates', { trajectories: 30, frames: 1, workers: 0 });
    for (let trajectory = 0; trajectory < 30; trajectory++) {
      const frame = frameOf(data, trajectory, 0);
      const mean = frame.reduce((sum, value) => sum + value, 0) / 128;
      const amplitude = frame.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
      expect(Math.abs(mean)).toBeLessThanOrEqual(0.3);
      expect(amplitude).toBeGreaterThan(0.7);
      expect(amplitude).toBeLessThan(1.5001);
    }
  });

  it('follows Cole–Hopf', async () => {
    const frames = 26;
    const data = await burgers1dStandard('test', { trajectories: 1, frames, workers: 0 });
    // the drawn state and its primitive, from 1,024 samples of the state as a trigonometric polynomial of 4 modes
    const { seed, initial } = burgers1dStandardRequest('test');
    const { combineSeeds } = await import('../../common/random.js');
    const { at } = drawInitialState(initial, 1, createRandom(combineSeeds(seed, 0)));
    const coefficient = (kind: (angle: number) => number, mode: number) =>
      (2 / 64) *
      Array.from({ length: 64 }, (_, i) => at(i / 64) * kind((2 * Math.PI * mode * i) / 64)).reduce(
        (a, b) => a + b,
        0,
      );
    const modes = [1, 2, 3, 4].map((mode) => ({
      k: 2 * Math.PI * mode,
      cosine: coefficient(Math.cos, mode),
      sine: coefficient(Math.sin, mode),
    }));
    const mean = coefficient(() => 0.5, 0);
    const exact = coleHopf({
      viscosity: 0.005,
      time: 0.5,
      mean,
      amplitude: 1,
      x: Array.from({ length: 128 }, (_, i) => i / 128),
      initial: (x) =>
        modes.reduce((sum, m) => sum + m.cosine * Math.cos(m.k * x) + m.sine * Math.sin(m.k * x), 0),
      primitive: (x) =>
        modes.reduce((sum, m) => sum + (m.cosine * Math.sin(m.k * x) - m.sine * Math.cos(m.k * x)) / m.k, 0),
    });
    const frame = frameOf(data, 0, frames - 1);
    for (let i = 0; i < 128; i++) expect(Math.abs(frame[i] - exact[i])).toBeLessThan(1e-6);
  });

  it('is kept in a folder, and computed anew when the file is damaged', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'fieldsmith-burgers-'));
    try {
      const options = { trajectories: 2, frames: 2, workers: 0, cache };
      const first = await burgers1dStandard('train', options);
      const [file] = readdirSync(cache);
      expect(file).toMatch(/^burgers1d-standard-train-[0-9a-f]{16}\.npy$/);
      expect(await burgers1dStandard('train', options)).toEqual(first);
      truncateSync(join(cache, file), 300);
      expect(await burgers1dStandard('train', options)).toEqual(first);
      expect(readdirSync(cache)).toEqual([file]);
    } finally {
      rmSync(cache, { recursive: true });
    }
  });

  it('refines the reference of a trajectory that it does not resolve', async () => {
    const coarse = {
      ...burgers1dStandardRequest('test', { trajectories: 2, frames: 26 }),
      referencePoints: 256,
    };
    const refined = await generateBurgers(coarse, { workers: 0 });
    const fine = await generateBurgers({ ...coarse, referencePoints: 1024 }, { workers: 0 });
    const difference = refined.values.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - fine.values[i])),
      0,
    );
    expect(difference).toBeLessThan(1e-5);
    await expect(
      generateBurgers({ ...coarse, viscosity: 1e-4, maximumStep: 1e-3, trajectories: 1 }, { workers: 0 }),
    ).rejects.toThrow(/generateBurgers: burgers1d-standard-test: trajectory 0: .*under-resolved/);
  });
});

describe('checkTrajectories', () => {
  it('names the trajectory and frame of a value that is no number', () => {
    const data: Trajectories = {
      values: new Float32Array(2 * 3 * 4),
      trajectories: 2,
      frames: 3,
      components: 1,
      points: [4],
      length: [1],
      interval: 0.1,
      viscosity: new Float64Array(2),
    };
    expect(checkTrajectories(data)).toBe(data);
    data.values[4 * (3 + 1) + 2] = Number.NaN;
    data.values[4 * (3 + 2)] = Infinity;
    expect(() => checkTrajectories(data)).toThrow(
      /trajectory 1, frame 1 holds NaN at position 2, as do 1 more frames/,
    );
    expect(() => checkTrajectories({ ...data, frames: 4 })).toThrow(/are 32 numbers, got 24/);
  });
});
