import { expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { fno, methodStages, stepperMethod, timeStepper } from '../../operators/index.js';
import { compile } from '../../runtime/index.js';
import { randomField, relativeDifference } from './grid-operator-checks.js';
import { linearOperator, UNIT_SCALES } from './jaws-checks.js';

const scales = { state: [0.5], increment: [0.05], difference: [0.1] };

test('200 conservative steps keep the sum over the grid; others need not', async () => {
  const network = fno({ inputs: 1, width: 8, layers: 2, modes: 6, headWidth: 8 });
  const parameters = network.initialParameters(createRandom(3));
  const drift: number[] = [];
  for (const conservative of [true, false]) {
    const stepper = timeStepper(network, { scales, conservative });
    const compiled = await compile(
      ({ u }, weights) => ({ next: stepper.forward(weights, u) }),
      { u: { shape: [2, 'points', 1], dtype: 'float32' } },
      { parameters, threads: 1 },
    );
    const start = randomField([2, 40, 1], 4);
    let state = start;
    for (let step = 0; step < 200; step++) state = (await compiled.run({ u: state })).next;
    await compiled.dispose();
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / 80;
    drift.push(Math.abs(mean(state.data) - mean(start.data)));
  }
  expect(drift[0]).toBeLessThan(1e-5);
  expect(drift[1]).toBeGreaterThan(1e-3);
});

test('scales and residual: F(u) = u + S_Δ G(u / S_u)', async () => {
  const points = 6;
  const stepper = timeStepper(linearOperator(points), { scales });
  const parameters = { W: { shape: [points, points], values: new Float32Array(36) } };
  const compiled = await compile(
    ({ u }, weights) => ({ next: stepper.forward(weights, u), change: stepper.increment(weights, u) }),
    { u: { shape: [1, points, 1], dtype: 'float32' } },
    { parameters, threads: 1 },
  );
  const u = randomField([1, points, 1], 1);
  const { next, change } = await compiled.run({ u });
  await compiled.dispose();
  // W = 0: G(v) = −v
  const expected = { shape: u.shape, data: u.data.map((value) => value * (1 - 0.05 / 0.5)) as Float32Array };
  expect(relativeDifference(next, expected)).toBeLessThan(1e-6);
  const changes = { shape: u.shape, data: u.data.map((value) => -0.1 * value) as Float32Array };
  expect(relativeDifference(change, changes)).toBeLessThan(1e-6);
  expect(() => timeStepper(linearOperator(4), { scales: { ...UNIT_SCALES, state: [1, 1] } })).toThrow(
    'one number for each of the 2 channels',
  );
});

test('stages of growing methods', () => {
  const stages = (options: Parameters<typeof stepperMethod>[0]) => methodStages(stepperMethod(options));
  expect(stages({ steps: 8 })).toEqual([{ from: 0, steps: 8, warmUp: 0 }]);
  expect(stages({ steps: 8, growth: 'doubling' }).map(({ steps }) => steps)).toEqual([1, 2, 4, 8]);
  expect(stages({ steps: 6, growth: 'doubling' }).map(({ steps }) => steps)).toEqual([1, 2, 4, 6]);
  expect(stages({ warmUp: 2, growth: 'doubling' }).map(({ warmUp }) => warmUp)).toEqual([0, 1, 2]);
});
