import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  apebenchBurgers,
  BURGERS_2D_DEFAULTS,
  burgers1dStandard,
  burgers1dStandardRequest,
  checkTrajectories,
  drawInitialState,
  fnoBurgers,
  frameOf,
  generateBurgers,
  mpPdeBurgers,
  pdebenchBurgers,
  readPdebenchTrajectories,
  type Trajectories,
  writePdebenchTrajectories,
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
      generateBurgers(
        { ...coarse, viscosity: 1e-4, referencePoints: 128, maximumStep: 2e-3, trajectories: 1 },
        { workers: 0 },
      ),
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

describe('published settings', () => {
  const few = { trajectories: 2, frames: 4 };

  it('PDEBench: cell means by finite volumes, a random mean kept', async () => {
    const data = await generateBurgers(pdebenchBurgers({ ...few, points: 128 }), { workers: 0 });
    expect([data.points, data.interval, data.viscosity[0]]).toEqual([[128], 0.01, 0.001 / Math.PI]);
    const mean = (frame: number) => frameOf(data, 1, frame).reduce((sum, value) => sum + value, 0) / 128;
    expect(mean(3)).toBeCloseTo(mean(0), 6);
  });

  it('MP-PDE: forced, with a viscosity of its own for each trajectory in E2', async () => {
    const [e1, e2] = [mpPdeBurgers('E1', few), mpPdeBurgers('E2', few)];
    const forced = await generateBurgers(e1, { workers: 0 });
    expect(Array.from(forced.viscosity)).toEqual([0, 0]);
    const viscous = await generateBurgers(e2, { workers: 0 });
    expect(viscous.viscosity[0]).not.toBe(viscous.viscosity[1]);
    // du/dt = δ(x, 0) − u u_x at the start, and u₀ = δ(x, 0)
    const [first, second] = [frameOf(forced, 0, 0), frameOf(forced, 0, 1)];
    let [error, size] = [0, 0];
    for (let i = 1; i < 99; i++) {
      const rate = (second[i] - first[i]) / forced.interval;
      const expected = first[i] - (first[i] * (first[i + 1] - first[i - 1])) / (2 * 0.16);
      error += (rate - expected) ** 2;
      size += expected ** 2;
    }
    expect(Math.sqrt(error / size)).toBeLessThan(0.05);
  });

  it('APEBench: zero mean, largest value 1; FNO: one interval of 1', async () => {
    const ape = await generateBurgers(apebenchBurgers('train', few), { workers: 0 });
    const initial = frameOf(ape, 0, 0);
    expect(initial.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeCloseTo(1, 2);
    expect(initial.reduce((sum, value) => sum + value, 0) / 160).toBeCloseTo(0, 6);
    expect(ape.viscosity[0]).toBeCloseTo(3.1e-3, 4);
    const map = await generateBurgers(fnoBurgers({ trajectories: 2, points: 64, referencePoints: 128 }), {
      workers: 0,
    });
    expect([map.frames, map.interval]).toEqual([2, 1]);
  });

  it('two components on a square, energy never growing', async () => {
    const request = {
      ...BURGERS_2D_DEFAULTS,
      trajectories: 2,
      frames: 3,
      points: 32,
      referencePoints: 64,
      viscosity: 0.03,
    };
    const data = await generateBurgers(request, { workers: 0 });
    expect(await generateBurgers(request, { workers: 1 })).toEqual(data);
    expect([data.components, data.points, data.values.length]).toEqual([2, [32, 32], 2 * 3 * 2 * 32 * 32]);
    const largest = (trajectory: number, frame: number) =>
      frameOf(data, trajectory, frame).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const trajectory of [0, 1]) {
      expect(largest(trajectory, 0)).toBeLessThanOrEqual(1.0001);
      expect(largest(trajectory, 2)).toBeLessThan(largest(trajectory, 0));
    }
  });

  it('go to PDEBench’s layout and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-burgers-'));
    try {
      const data = await burgers1dStandard('train', { trajectories: 2, frames: 3, workers: 0 });
      const path = join(folder, 'burgers.hdf5');
      await writePdebenchTrajectories(path, data);
      const back = await readPdebenchTrajectories(path, { viscosity: 0.005 });
      expect(back.values).toEqual(data.values);
      expect(back.interval).toBeCloseTo(0.02, 7);
      expect(back.length[0]).toBeCloseTo(1, 6);
      expect([back.frames, back.points, back.viscosity]).toEqual([3, [128], data.viscosity]);
      data.values[200] = Number.NaN;
      await expect(writePdebenchTrajectories(path, data)).rejects.toThrow(/trajectory 0, frame 1 holds NaN/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
