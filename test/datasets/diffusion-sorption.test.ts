import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import {
  diffusionSorption,
  diffusionSorptionRequest,
  frameOf,
  readDiffusionSorptionFile,
  writeDiffusionSorptionFile,
} from '../../datasets/index.js';
import { diffusionSorptionFiniteVolumes } from '../../solvers/index.js';
import { hasH5py, python } from './hdf5-files.js';

const folder = mkdtempSync(join(tmpdir(), 'diffusion-sorption-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = { trajectories: 6, frames: 4, referenceCells: 128 };

describe('diffusion–sorption data', () => {
  it('have PDEBench’s sizes, and the reduced ones', () => {
    expect(diffusionSorptionRequest('train', { size: 'pdebench' })).toMatchObject({
      cells: 1024,
      referenceCells: 1024,
      frames: 101,
      interval: 5,
      initial: [0, 0.2],
    });
    expect(diffusionSorptionRequest('test')).toMatchObject({ cells: 128, frames: 51, interval: 10 });
  });

  it('are the same whatever the workers, and trajectory i the same in a longer set', async () => {
    const here = await diffusionSorption('train', { ...small, workers: 0 });
    expect(await diffusionSorption('train', { ...small, workers: 2 })).toEqual(here);
    const fewer = await diffusionSorption('train', { ...small, trajectories: 2, workers: 0 });
    expect(fewer.values).toEqual(here.values.subarray(0, fewer.values.length));
    for (const other of [
      await diffusionSorption('test', { ...small, workers: 0 }),
      await diffusionSorption('train', { ...small, seed: 1, workers: 0 }),
    ]) {
      expect(other.values[0]).not.toBe(here.values[0]);
    }
    const cache = join(folder, 'cache');
    const kept = await diffusionSorption('train', { ...small, workers: 0, cache });
    expect(readdirSync(cache)).toHaveLength(1);
    expect(await diffusionSorption('train', { ...small, workers: 0, cache })).toEqual(kept);
  });

  it('are cell means of the solver’s answer from constants in [0, 0.2]', async () => {
    const data = await diffusionSorption('train', { ...small, referenceCells: 256, workers: 0 });
    expect(data).toMatchObject({ points: [128], length: [1], interval: 10, frames: 4, components: 1 });
    expect([...data.viscosity]).toEqual(Array(6).fill(5e-4));
    for (let trajectory = 0; trajectory < 6; trajectory++) {
      const first = frameOf(data, trajectory, 0);
      expect(first[0]).toBeGreaterThan(0);
      expect(first[0]).toBeLessThan(0.2);
      expect(first.every((value) => value === first[0])).toBe(true);
    }
    const solver = diffusionSorptionFiniteVolumes({ cells: 256, tolerance: 1e-9 });
    const start = frameOf(data, 3, 0)[0];
    const { values } = solver.rollout(new Float64Array(256).fill(start), { frames: 2, interval: 30 });
    frameOf(data, 3, 3).forEach((value, i) => {
      expect(Math.abs(value - (values[256 + 2 * i] + values[257 + 2 * i]) / 2)).toBeLessThan(5e-6);
    });
  });

  it('refuse what cannot be', async () => {
    const refused = (options: object) => diffusionSorption('train', { ...small, workers: 0, ...options });
    await expect(refused({ referenceCells: 200 })).rejects.toThrow('multiple of cells');
    await expect(refused({ trajectories: 0 })).rejects.toThrow('trajectories must be a positive integer');
    await expect(refused({ size: 'huge' })).rejects.toThrow('reduced');
  });
});

describe('PDEBench’s files of diffusion–sorption', () => {
  it('come back as they were written', async () => {
    const path = join(folder, 'written.h5');
    const data = await diffusionSorption('train', { ...small, workers: 0 });
    await writeDiffusionSorptionFile(path, data);
    const { interval, length, ...rest } = await readDiffusionSorptionFile(path);
    expect({ ...rest, interval: data.interval, length: data.length }).toEqual(data);
    expect(interval).toBeCloseTo(10, 6);
    expect(length[0]).toBeCloseTo(1, 6);
    const some = await readDiffusionSorptionFile(path, { samples: [4, 1] });
    expect(frameOf(some, 0, 2)).toEqual(frameOf(data, 4, 2));
    expect(frameOf(some, 1, 3)).toEqual(frameOf(data, 1, 3));
    await expect(readDiffusionSorptionFile(path, { samples: [6] })).rejects.toThrow('no sample 6');
  });

  test.skipIf(!hasH5py)('that h5py wrote, and written for h5py', async () => {
    const made = join(folder, 'made.h5');
    python('diffusion-sorption-layout.py', 'make', made);
    const data = await readDiffusionSorptionFile(made);
    expect(data).toMatchObject({ trajectories: 3, frames: 5, points: [8], interval: 5, length: [1] });
    expect(frameOf(data, 2, 3)).toEqual(
      Float32Array.from({ length: 8 }, (_, i) => 200 + 150 + (i + 0.5) / 8),
    );
    const written = join(folder, 'for-h5py.h5');
    await writeDiffusionSorptionFile(written, data);
    expect(JSON.parse(python('diffusion-sorption-layout.py', 'inspect', written))).toEqual(
      JSON.parse(python('diffusion-sorption-layout.py', 'inspect', made)),
    );
  });

  it('are refused with a reason', async () => {
    const path = join(folder, 'other.h5');
    writeFileSync(path, 'no HDF5');
    await expect(readDiffusionSorptionFile(path)).rejects.toThrow('cannot be read as HDF5');
    const data = await diffusionSorption('train', { ...small, workers: 0 });
    await expect(writeDiffusionSorptionFile(path, { ...data, points: [16, 8] })).rejects.toThrow('one axis');
  });
});
