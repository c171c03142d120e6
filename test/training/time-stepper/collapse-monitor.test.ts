import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Trajectories } from '../../../datasets/index.js';
import {
  type GridOperator,
  type StepperMethodOptions,
  stepperMethod,
  weightShare,
} from '../../../operators/index.js';
import { tf } from '../../../runtime/index.js';
import { trainStepper } from '../../../training/index.js';
import { collapseMonitor } from '../../../training/time-stepper/collapse-monitor.js';
import { smallBurgers, smallOperator } from './small-burgers.js';

let folder: string;
let data: Trajectories;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'collapse-'));
  data = await smallBurgers({ trajectories: 4, frames: 11 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const train = (name: string, method: StepperMethodOptions) =>
  trainStepper(smallOperator(), data, {
    method,
    steps: 160,
    batchSize: 8,
    learningRate: 1e-2,
    threads: 1,
    out: join(folder, name),
  });

test('a sound run is quiet', async () => {
  const { warnings } = await train('sound', { jacobian: { weight: 0.02 } });
  expect(warnings).toEqual([]);
});

test('a model that stands still: one warning, with its figures', async () => {
  const messages: string[] = [];
  // what it can change grows with a parameter that the learning rate keeps small
  const stuck: GridOperator = {
    name: 'stuck',
    options: {},
    initialParameters: () => ({ size: { shape: [1], values: Float32Array.of(0.01) } }),
    forward: ({ size }, field) => tf.mul(field, size),
  };
  const { warnings } = await trainStepper(stuck, data, {
    steps: 120,
    batchSize: 4,
    learningRate: 1e-6,
    threads: 1,
    out: join(folder, 'still'),
    progress: { update: () => {}, message: (text) => messages.push(text) },
  });
  expect(warnings).toHaveLength(1);
  expect(messages).toEqual(expect.arrayContaining([...warnings]));
  const [, movement, misfit] = warnings[0].match(
    /hardly changes states: ([\d.e-]+) of .* misfit of ([\d.]+)/,
  )!;
  expect(Number(movement)).toBeLessThan(0.1);
  expect(Number(misfit)).toBeGreaterThan(0.85);
});

test('a weight that leaves no Jacobian is reported, and tolerances that stand at their bounds', async () => {
  const { warnings } = await train('vanished', {
    jacobian: { weight: 1e3, bounds: [-0.5, 0.5] },
  });
  expect(warnings.filter((text) => text.includes('Jacobian has nearly vanished'))).toHaveLength(1);
  const bound = warnings.filter((text) => text.includes('lower bound -0.5'));
  expect(bound).toHaveLength(1);
  const share = Number(bound[0].match(/(\d+) % of the tolerances/)![1]);
  expect(share).toBeGreaterThan(20);
});

test('only means over a window after the start count, and each kind once', () => {
  const told: string[] = [];
  const watch = collapseMonitor(stepperMethod({}), 64, (text) => told.push(text));
  const still = { misfit: 1, movement: 0.01 };
  const moving = { misfit: 0.2, movement: 1 };
  for (let step = 0; step < 60; step++) watch(still, { step, steps: 1000 });
  for (let step = 60; step < 130; step++) watch(moving, { step, steps: 1000 });
  expect(told).toHaveLength(0);
  for (let step = 130; step < 400; step++) watch(still, { step, steps: 1000 });
  expect(told).toHaveLength(1);
  // when the window has forgotten all but a tenth of the moving steps
  expect(Number(told[0].match(/step (\d+)/)![1])).toBeGreaterThan(160);
});

test('λ rises in proportion to the steps: the first has none of it, and a run without a rise is as before', async () => {
  expect([0, 5, 10, 20].map((step) => weightShare(0.1, step, 100))).toEqual([0, 0.5, 1, 1]);
  expect(weightShare(0, 0, 100)).toBe(1);
  const losses = async (name: string, jacobian: object) =>
    (
      await trainStepper(smallOperator(), data, {
        method: { jacobian: { tolerance: 'uniform', weight: 10, ...jacobian } },
        steps: 4,
        batchSize: 4,
        threads: 1,
        out: join(folder, name),
      })
    ).history.map(({ loss }) => loss);
  const rising = await losses('rising', { weightWarmUp: 1 });
  const full = await losses('full', {});
  const tiny = await losses('tiny', { weight: 1e-9 });
  expect(rising[0]).toBeCloseTo(tiny[0], 5);
  expect(full[0] - tiny[0]).toBeGreaterThan(1);
  // after the same first step, at the same batch, a quarter of the penalty
  expect(rising[1]).toBeGreaterThan(tiny[1]);
  expect(rising[1]).toBeLessThan(full[1]);
  expect(() => stepperMethod({ jacobian: { weightWarmUp: 2 } })).toThrow(
    'weightWarmUp must lie in [0, 1], got 2',
  );
});
