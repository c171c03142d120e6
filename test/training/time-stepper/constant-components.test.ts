import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Trajectories } from '../../../datasets/index.js';
import { resNet, STEPPER_METHODS, stepperMethod, uNet } from '../../../operators/index.js';
import {
  batchOfFrames,
  exportStepper,
  openStepper,
  rolloutTrajectories,
  trainStepper,
  trajectoryBatches,
  trajectoryScales,
} from '../../../training/index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'constants-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [ROWS, COLUMNS, FRAMES] = [4, 8, 6];

/** Waves that travel at a speed of their own, which is the second component and constant. */
const data: Trajectories = {
  values: Float32Array.from({ length: 2 * FRAMES * 2 * ROWS * COLUMNS }, (_, i) => {
    const block = Math.floor(i / (ROWS * COLUMNS));
    const speed = block < 2 * FRAMES ? 1 : 2;
    const frame = Math.floor(block / 2) % FRAMES;
    return block % 2 === 1 ? speed : Math.sin((2 * Math.PI * ((i % COLUMNS) - speed * frame)) / COLUMNS);
  }),
  trajectories: 2,
  frames: FRAMES,
  components: 2,
  constants: 1,
  points: [ROWS, COLUMNS],
  length: [1, 2],
  interval: 1,
  viscosity: new Float64Array(2).fill(1),
};

test('constants have no scales, and batches no noise on them', async () => {
  const scales = trajectoryScales(data);
  expect(scales.state).toHaveLength(1);
  expect(scales.state[0]).toBeCloseTo(Math.SQRT1_2, 5);
  const build = trajectoryBatches(data, {
    method: stepperMethod({ noise: 0.5 }),
    batchSize: 3,
    seed: 1,
    scales,
  });
  const { inputs } = await build(0);
  const noise = Array.from(inputs.noise.data as Float32Array);
  expect(noise.filter((_, i) => i % 2 === 1).every((value) => value === 0)).toBe(true);
  expect(noise.filter((_, i) => i % 2 === 0).every((value) => value !== 0 && Number.isFinite(value))).toBe(
    true,
  );
});

test('a trained stepper keeps them in its file: on the trained grid for a U-Net, on any for others', async () => {
  const common = { steps: 3, batchSize: 2, threads: 1, method: STEPPER_METHODS.jaws } as const;
  const network = uNet({ inputs: 2, outputs: 1, width: 4, levels: 2, normalisation: 'none' });
  const trained = await trainStepper(network, data, { ...common, out: join(folder, 'u-net') });
  await expect(exportStepper(trained)).rejects.toThrow('a grid whose sides 2 divides');
  await using model = await openStepper(await exportStepper(trained, { grid: 'trained' }), { threads: 1 });
  expect([model.card.components, model.card.constants]).toEqual([2, 1]);
  const { values } = await rolloutTrajectories(model, data, { steps: 4 });
  const size = ROWS * COLUMNS;
  for (let block = 1; block < 2 * 5 * 2; block += 2) {
    const speed = block < 2 * 5 ? 1 : 2;
    expect(values.subarray(block * size, (block + 1) * size).every((value) => value === speed)).toBe(true);
  }
  const other = { ...batchOfFrames(data, 0), shape: [1, 2 * ROWS, COLUMNS, 2] };
  await expect(model.step(other)).rejects.toThrow();

  const local = resNet({ dimensions: 2, inputs: 2, outputs: 1, width: 4, blocks: 1, kernel: 3 });
  const free = await trainStepper(local, data, { ...common, method: {}, out: join(folder, 'res-net') });
  await using open = await openStepper(await exportStepper(free), { threads: 1 });
  const next = await open.step(other);
  expect(next.shape).toEqual(other.shape);
  for (let i = 1; i < next.data.length; i += 2) expect(next.data[i]).toBe(other.data[i]);
});

test('the solver’s Jacobian is no target for states with constants', async () => {
  const network = resNet({ dimensions: 2, inputs: 2, outputs: 1, width: 4, blocks: 1, kernel: 3 });
  const options = { steps: 1, method: STEPPER_METHODS.reference, out: join(folder, 'reference') };
  await expect(trainStepper(network, data, options)).rejects.toThrow('which constants are no part of');
});
