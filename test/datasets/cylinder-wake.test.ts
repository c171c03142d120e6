import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cylinderWake, frameOf } from '../../datasets/index.js';

const small = {
  reynolds: [60, 100],
  frames: 3,
  transient: 0.5,
  flow: { cellsPerDiameter: 8, upstream: 2, downstream: 4, width: 4 },
  window: { origin: [-1, -1], cells: [8, 4], cellsPerDiameter: 2 },
} as const;

describe('cylinder wake', () => {
  it('is the same from workers, from the calling thread and from its files', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'fieldsmith-wake-'));
    try {
      const here = await cylinderWake({ ...small, workers: 0 });
      expect(await cylinderWake({ ...small, workers: 1, cache })).toEqual(here);
      expect(readdirSync(cache)).toHaveLength(4);
      expect(await cylinderWake({ ...small, workers: 0, cache })).toEqual(here);
      const [one] = [await cylinderWake({ ...small, reynolds: [100], workers: 0, cache })];
      expect(one.values).toEqual(here.values.subarray(here.values.length / 2));
      expect(readdirSync(cache)).toHaveLength(4);
    } finally {
      rmSync(cache, { recursive: true });
    }
  });

  it('has velocity 1 upstream, none in the cylinder, and drag', async () => {
    const wake = await cylinderWake({ ...small, workers: 0 });
    expect([wake.points, wake.length, wake.components]).toEqual([[4, 8], [2, 4], 2]);
    const frame = frameOf(wake, 0, 2);
    // cells of half a diameter: the cylinder fills most of the four around its axis
    for (const cell of [9, 10, 17, 18]) expect(wake.mask[cell]).toBeCloseTo(1 - Math.PI / 4, 1);
    expect(frame[0]).toBeGreaterThan(0.5);
    expect(frame[0]).toBeLessThan(1.2);
    expect(Math.abs(frame[10])).toBeLessThan(0.5);
    for (let i = 0; i < wake.forces.length; i += 2) expect(wake.forces[i]).toBeGreaterThan(0.5);
    expect(Array.from(wake.strouhal)).toEqual([Number.NaN, Number.NaN]);
  });

  it('refuses intervals that are no whole number of steps', async () => {
    await expect(cylinderWake({ ...small, interval: 0.013, workers: 0 })).rejects.toThrow(
      /Reynolds number 60: recordWake: an interval of 0\.013 is 1\.3\d* steps/,
    );
  });
});
