import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileError } from '../../../common/errors.js';
import { createRandom } from '../../../common/random.js';
import type { Trajectories } from '../../../datasets/index.js';
import {
  networkValues,
  prepareNetwork,
  type StepperDescription,
  stepperNetwork,
} from '../../../operators/index.js';
import { exportOnnx, type HostArray, tf } from '../../../runtime/index.js';
import { burgersSpectral } from '../../../solvers/index.js';
import {
  batchOfFrames,
  certifyContraction,
  exportStepper,
  openStepper,
  rollout,
  stepperFromOnnx,
  type TrainedStepper,
  trainStepper,
} from '../../../training/index.js';
import { perturbationGrowth } from '../../../training/time-stepper/perturbation-growth.js';
import { smallBurgers, smallOperator } from './small-burgers.js';

const POINTS = 32;
const STEPS = 4;
let folder: string;
let data: Trajectories;
let trained: TrainedStepper;
let states: HostArray[];
let onnx: Uint8Array;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contraction-'));
  data = await smallBurgers({ trajectories: 4, frames: 11, points: POINTS, viscosity: 0.02 });
  trained = await trainStepper(smallOperator(), data, {
    method: { jacobian: { tolerance: 'uniform', weight: 0.05 } },
    conservative: true,
    learningRate: 1e-2,
    batchSize: 8,
    steps: 100,
    threads: 1,
    out: join(folder, 'run'),
  });
  onnx = await exportStepper(trained);
  await using model = await openStepper(onnx, { threads: 1 });
  states = await rollout(model, batchOfFrames(data, 2), STEPS - 1);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('along a roll-out: bounds in order, the roll-out is the network’s, perturbations stay below the growth', async () => {
  const stepper = burgersSpectral({ points: POINTS, viscosity: 0.02, underResolved: 'allow' });
  const certificate = await certifyContraction(trained, states, {
    radius: 3e-3,
    sample: 1,
    solver: { stepper, interval: data.interval },
  });
  const { contraction, growth, admissible, departure } = certificate;
  expect(contraction).toHaveLength(STEPS);
  expect(departure).toBeLessThan(1e-5);
  for (const { lower, upper, residual, solver } of contraction) {
    expect(residual).toBeLessThan(1e-6);
    expect(lower).toBeLessThanOrEqual(upper);
    // a viscous step keeps the mean and stretches a little at shocks
    expect(solver).toBeGreaterThan(1 - 1e-6);
    expect(solver).toBeLessThan(1.5);
  }
  let product = 1;
  for (let n = 1; n <= STEPS; n++) {
    product *= contraction[n - 1].upper;
    expect(growth.lower[n]).toBeLessThanOrEqual(growth.upper[n]);
    expect(growth.upper[n]).toBeLessThanOrEqual(product * (1 + 1e-12));
  }
  expect(growth.lower[1]).toBeCloseTo(contraction[0].lower, 6);

  const description = trained.stepper.options as StepperDescription;
  const network = prepareNetwork(stepperNetwork(description, trained.operatorParameters), POINTS);
  const step = (x: Float64Array) => {
    const change = networkValues(network, x);
    return x.map((value, i) => value + change[i]);
  };
  const start = Float64Array.from(
    states[0].data.subarray(POINTS, 2 * POINTS),
    (value) => value / trained.scales.state[0],
  );
  const random = createRandom(4);
  for (let k = 0; k < 50; k++) {
    const direction = Float64Array.from({ length: POINTS }, () => random.normal());
    const size = (admissible * Math.sqrt(POINTS)) / Math.hypot(...direction);
    let [a, b] = [start, start.map((value, i) => value + size * direction[i])];
    for (let n = 1; n <= STEPS; n++) {
      [a, b] = [step(a), step(b)];
      const apart = Math.hypot(...a.map((value, i) => value - b[i])) / (admissible * Math.sqrt(POINTS));
      expect(apart).toBeLessThanOrEqual(growth.upper[n]);
    }
  }
});

test('growth of linear steps is the norm of their product, however large the product of their norms', () => {
  // rotations of a stretched axis: each has norm 2, two of them a quarter turn apart 1
  const stretch = Float64Array.of(2, 0, 0, 0.5);
  const turned = Float64Array.of(0.5, 0, 0, 2);
  const step = (jacobian: Float64Array) => ({ jacobian, middle: jacobian, spread: 0, upper: 2 });
  const { lower, upper } = perturbationGrowth([stretch, turned, stretch, turned].map(step), 2);
  [1, 2, 1, 2, 1].forEach((expected, n) => {
    expect(lower[n]).toBeCloseTo(expected, 7);
    expect(upper[n]).toBeCloseTo(expected, 6);
    expect(upper[n]).toBeGreaterThanOrEqual(lower[n]);
  });
});

test('the solver’s largest stretch is no smaller than what it does to waves', async () => {
  const stepper = burgersSpectral({ points: POINTS, viscosity: 0.02, underResolved: 'allow' });
  const { contraction } = await certifyContraction(trained, states.slice(0, 1), {
    solver: { stepper, interval: data.interval },
  });
  const state = Float64Array.from(states[0].data.subarray(0, POINTS));
  const random = createRandom(1);
  const next = stepper.step(state, data.interval);
  for (let k = 0; k < 30; k++) {
    const waves = 1 + (k % 8);
    const phase = random.uniform(0, 2 * Math.PI);
    const v = state.map((_, i) => 1e-5 * Math.cos((2 * Math.PI * waves * i) / POINTS + phase));
    const moved = stepper.step(
      state.map((value, i) => value + v[i]),
      data.interval,
    );
    const gain = Math.hypot(...moved.map((value, i) => value - next[i])) / Math.hypot(...v);
    expect(gain).toBeLessThan(contraction[0].solver! * (1 + 1e-3));
  }
});

test('the exported file alone is certified alike', async () => {
  const [own, file] = await Promise.all(
    [trained, stepperFromOnnx(onnx)].map((stepper) => certifyContraction(stepper, states.slice(0, 2))),
  );
  expect(file).toEqual(own);
  const other = exportOnnx(({ state }) => ({ next: tf.neg(state) }), {
    state: { shape: ['batch', 'points', 1], dtype: 'float32' },
  });
  expect(() => stepperFromOnnx(other)).toThrow('no stepper card');
  expect(() => stepperFromOnnx(onnx.subarray(0, onnx.length - 7))).toThrow(FileError);
});

test('what cannot be certified is refused', async () => {
  const certify = (given: HostArray[], options = {}) => certifyContraction(trained, given, options);
  await expect(certify([])).rejects.toThrow('at least one state, got none');
  await expect(certify(states, { sample: 4 })).rejects.toThrow('one of the 4 of the batch, got 4');
  await expect(certify(states, { radius: -1 })).rejects.toThrow('radius must be at least 0, got -1');
  const lost = { shape: states[0].shape, data: new Float32Array(4 * POINTS).fill(Number.NaN) };
  await expect(certify([states[0], lost])).rejects.toThrow('before the roll-out blew up');
  await expect(certify([{ shape: [1, 8, 2], data: new Float32Array(16) }])).rejects.toThrow('[1,8,2]');
});
