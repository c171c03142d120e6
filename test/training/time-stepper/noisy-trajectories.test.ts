import { expect, test } from 'vitest';
import type { Trajectories } from '../../../datasets/index.js';
import { noisyTrajectories, trajectoryScales } from '../../../training/index.js';

/** Two components of very different size, waves that move. */
const waves = (trajectories: number): Trajectories => {
  const [frames, points] = [20, 32];
  const values = new Float32Array(trajectories * frames * 2 * points);
  for (let at = 0; at < values.length; at++) {
    const size = Math.floor(at / points) % 2 === 0 ? 1 : 100;
    values[at] = size * Math.sin((2 * Math.PI * at) / points + Math.floor(at / (2 * points)));
  }
  const viscosity = new Float64Array(trajectories).fill(0.01);
  return {
    trajectories,
    frames,
    components: 2,
    points: [points],
    length: [1],
    interval: 0.1,
    viscosity,
    values,
  } as unknown as Trajectories;
};

test('noise has the level asked for in every component, is white in time, and a trajectory’s does not depend on the others', () => {
  const data = waves(6);
  const noisy = noisyTrajectories(data, { level: 0.04, seed: 3 });
  const difference = noisy.values.map((value, at) => value - data.values[at]);
  const scales = trajectoryScales(data).state;
  for (const component of [0, 1]) {
    const own = difference.filter((_, at) => Math.floor(at / 32) % 2 === component);
    const rms = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0) / own.length);
    expect(rms / (0.04 * scales[component])).toBeCloseTo(1, 1);
    // the same point one frame later
    const along = own.reduce((sum, value, at) => sum + value * (own[at + 32] ?? 0), 0) / own.length;
    expect(Math.abs(along) / rms ** 2).toBeLessThan(0.06);
  }
  expect(data.values).toEqual(waves(6).values);
  const fewer = noisyTrajectories({ ...data, trajectories: 3 }, { level: 0.04, seed: 3 });
  expect(noisyTrajectories(data, { level: 0.04, seed: 4 }).values).not.toEqual(noisy.values);
  expect(fewer.values[5] - data.values[5]).toBeCloseTo(difference[5], 2);
  expect(() => noisyTrajectories(data, { level: -1 })).toThrow('level must be at least 0, got -1');
});
