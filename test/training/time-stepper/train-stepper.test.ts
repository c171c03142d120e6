import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trajectories } from '../../../datasets/index.js';
import { STEPPER_METHODS, stepperMethod } from '../../../operators/index.js';
import { compile, exportOnnx, tf } from '../../../runtime/index.js';
import { burgersSpectral } from '../../../solvers/index.js';
import { latestCheckpoint } from '../../../training/checkpoint.js';
import {
  batchOfFrames,
  exportStepper,
  openStepper,
  referenceProbes,
  relativeErrors,
  rollout,
  rolloutTrajectories,
  trainStepper,
  trajectoryBatches,
  trajectoryScales,
} from '../../../training/index.js';
import { smallBurgers, smallOperator } from './small-burgers.js';

let folder: string;
let data: Trajectories;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepper-'));
  data = await smallBurgers({ trajectories: 4, frames: 21 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const basics = { batchSize: 4, threads: 1 } as const;

test('an interrupted run of growing steps ends in the bytes of an uninterrupted one', async () => {
  const options = {
    ...basics,
    method: { steps: 4, growth: 'doubling' } as const,
    steps: 30,
    checkpointEvery: 5,
  };
  const whole = await trainStepper(smallOperator(), data, { ...options, out: join(folder, 'whole') });
  const controller = new AbortController();
  const progress = {
    update: (phase: string, done: number) => phase === 'training' && done === 17 && controller.abort(),
    message: () => {},
  };
  const out = join(folder, 'parts');
  const first = await trainStepper(smallOperator(), data, {
    ...options,
    out,
    progress,
    signal: controller.signal,
  });
  expect(first.status).toBe('interrupted');
  await trainStepper(smallOperator(), data, { ...options, out, resume: true });
  const bytes = (run: string) => readFileSync(latestCheckpoint(join(folder, run, 'checkpoints'))!);
  expect(bytes('parts').equals(bytes('whole'))).toBe(true);
  expect(whole.history).toHaveLength(30);
});

test('the order of the data is that of the seed, whatever the method', async () => {
  const scales = trajectoryScales(data);
  const batches = (options: Parameters<typeof stepperMethod>[0], seed = 1) =>
    trajectoryBatches(data, { method: stepperMethod(options), batchSize: 5, seed, scales });
  const plain = await batches({})(3);
  for (const options of [STEPPER_METHODS.noise, STEPPER_METHODS.jaws, STEPPER_METHODS.global]) {
    const { inputs } = await batches(options)(3);
    expect(inputs['frame.0']).toEqual(plain.inputs['frame.0']);
    expect(inputs['frame.1']).toEqual(plain.inputs['frame.1']);
  }
  const jaws = await batches(STEPPER_METHODS.jaws)(3);
  const global = await batches(STEPPER_METHODS.global)(3);
  expect(jaws.inputs.signs).toEqual(global.inputs.signs);
  expect((await batches({}, 2)(3)).inputs['frame.0']).not.toEqual(plain.inputs['frame.0']);
  expect(() => batches({ steps: 21 })).toThrow('need 22 frames, the trajectories have 21');
});

test('the solver’s J v against differences of its steps', async () => {
  const scales = trajectoryScales(data);
  const probes = await referenceProbes(data, scales, 7);
  const [trajectory, frame] = [2, 5];
  const [v, product] = [new Float32Array(64), new Float32Array(64)];
  probes.signs(trajectory, frame, 1, v, 0);
  probes.product(trajectory, frame, 1, product, 0);
  const solver = burgersSpectral({ points: 64, viscosity: 0.01, underResolved: 'allow' });
  const state = batchOfFrames(data, frame).data.subarray(trajectory * 64, (trajectory + 1) * 64);
  const h = 1e-4;
  const [plus, minus] = [h, -h].map((step) =>
    solver.step(
      Float64Array.from(state, (value, i) => value + step * v[i]),
      data.interval,
    ),
  );
  const expected = plus.map((value, i) => (value - minus[i]) / (2 * h));
  const apart = Math.hypot(...expected.map((value, i) => product[i] - value));
  expect(apart).toBeLessThan(1e-3 * Math.hypot(...expected));
});

describe('a trained stepper as a file', () => {
  test('rolls out as in training, on other grids too, and better than standing still', async () => {
    const trained = await trainStepper(smallOperator(), data, {
      ...basics,
      method: STEPPER_METHODS['reference-unrolled-2'],
      conservative: true,
      learningRate: 1e-2,
      steps: 150,
      out: join(folder, 'reference'),
    });
    await using model = await openStepper(await exportStepper(trained), { threads: 1 });
    expect(model.card.interval).toBe(0.02);
    const initial = batchOfFrames(data, 0);
    const compiled = await compile(
      ({ u }, weights) => ({ next: trained.stepper.forward(weights, u) }),
      { u: { shape: initial.shape, dtype: 'float32' } },
      { parameters: trained.operatorParameters, threads: 1 },
    );
    const states = await rollout(model, initial, 200);
    let state = initial;
    let apart = 0;
    for (let step = 1; step <= 200; step++) {
      state = (await compiled.run({ u: state })).next;
      state.data.forEach((value, i) => {
        apart = Math.max(apart, Math.abs(value - states[step].data[i]));
      });
    }
    await compiled.dispose();
    expect(apart).toBeLessThan(1e-4);

    const errors = relativeErrors(await rolloutTrajectories(model, data), data);
    const still = relativeErrors(await rolloutTrajectories({ step: async (same) => same }, data), data);
    const middle = (all: Float64Array[]) => all.map((curve) => curve[10]).sort((a, b) => a - b)[2];
    expect(middle(errors)).toBeLessThan(0.6 * middle(still));

    // twice the points of a field that both grids resolve
    const smooth = (points: number) => ({
      shape: [1, points, 1],
      data: Float32Array.from({ length: points }, (_, i) => 0.5 * Math.sin((2 * Math.PI * i) / points)),
    });
    const { shape, data: fine } = await model.step(smooth(128));
    expect(shape).toEqual([1, 128, 1]);
    const coarse = (await model.step(smooth(64))).data;
    // neighbours are nearer on the finer grid: close, not equal
    const difference = Math.hypot(...coarse.map((value, i) => value - fine[2 * i]));
    expect(difference).toBeLessThan(0.2 * Math.hypot(...coarse));
    await expect(model.step({ shape: [1, 64, 2], data: new Float32Array(128) })).rejects.toThrow(
      '1 components',
    );
  });

  test('files that are no steppers are refused', async () => {
    const plain = exportOnnx(({ state }) => ({ next: tf.neg(state) }), {
      state: { shape: ['batch', 'points', 1], dtype: 'float32' },
    });
    await expect(openStepper(plain)).rejects.toThrow('no stepper card');
  });
});

test('bad data and options are refused with the place', async () => {
  const values = data.values.slice();
  values[(2 * 21 + 7) * 64 + 5] = Number.NaN;
  const out = join(folder, 'bad');
  const start = (options: object, given = data) =>
    trainStepper(smallOperator(), given, { ...basics, steps: 1, out, ...options });
  await expect(start({}, { ...data, values })).rejects.toThrow('trajectory 2, frame 7');
  await expect(start({ batchSize: 0 })).rejects.toThrow('batchSize must be a positive integer, got 0');
  await expect(start({ method: { jacobian: { weight: 0 } } })).rejects.toThrow('weight must be positive');
  await expect(start({ method: { steps: 30 } })).rejects.toThrow('need 31 frames');
});

test('memory: unrolled steps cost their number, the penalty does not grow with them', async () => {
  const bytes = async (name: string, method: Parameters<typeof stepperMethod>[0]) =>
    (
      await trainStepper(smallOperator(), data, {
        ...basics,
        batchSize: 16,
        method,
        steps: 1,
        out: join(folder, `memory-${name}`),
      })
    ).peakTensorBytes;
  const [one, two, eight] = await Promise.all(
    [1, 2, 8].map((steps) => bytes(`unrolled-${steps}`, { steps })),
  );
  const [jaws, jawsTwo] = await Promise.all(
    [1, 2].map((steps) => bytes(`jaws-${steps}`, { ...STEPPER_METHODS.jaws, steps })),
  );
  const step = two - one;
  expect((eight - two) / (6 * step)).toBeGreaterThan(0.8);
  expect((eight - two) / (6 * step)).toBeLessThan(1.2);
  expect(Math.abs(jawsTwo - jaws - step)).toBeLessThan(0.5 * step);
  expect(jawsTwo).toBeLessThan(0.6 * eight);
});
