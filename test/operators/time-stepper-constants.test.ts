import { expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  type GridOperator,
  JACOBIAN_PENALTY_DEFAULTS,
  jacobianSize,
  resNet,
  stepperLoss,
  stepperMethod,
  stepperParameters,
  timeStepper,
} from '../../operators/index.js';
import { compile, tf } from '../../runtime/index.js';
import { randomField } from './grid-operator-checks.js';
import { evaluateOnce, relativeError, signs } from './jaws-checks.js';

const scales = { state: [0.5, 2], increment: [0.05, 0.1], difference: [0.1, 0.3] };
const shape = [2, 4, 5, 3];

/** G(v, c) = c ⊙ (A v) with A = [[1, 2], [3, 4]] at every point: its Jacobian is known. */
const steered: GridOperator = {
  name: 'steered',
  options: {},
  initialParameters: () => ({}),
  forward: (_, field) => {
    const [v, c] = tf.split(field, [2, 1], -1);
    const flat = tf.reshape<tf.Rank.R2>(v, [-1, 2]);
    const mixed = tf.matMul(flat, tf.tensor2d([1, 3, 2, 4], [2, 2]));
    return tf.mul(tf.reshape(mixed, v.shape), c);
  },
};

test('constants are given as they are and kept; the others step in their own scales', async () => {
  const stepper = timeStepper(steered, { scales, constants: 1 });
  const u = randomField(shape, 1);
  const { next } = await evaluateOnce(({ u: state }) => ({ next: stepper.forward({}, state) }), { u });
  for (let i = 0; i < u.data.length; i += 3) {
    const [a, b, c] = u.data.slice(i, i + 3);
    expect(next.data[i]).toBeCloseTo(a + 0.05 * c * (a / 0.5 + (2 * b) / 2), 5);
    expect(next.data[i + 1]).toBeCloseTo(b + 0.1 * c * ((3 * a) / 0.5 + (4 * b) / 2), 5);
    expect(next.data[i + 2]).toBe(c);
  }
});

test('the Jacobian is that of the channels that evolve, whatever the probe and the product', async () => {
  const stepper = timeStepper(steered, { scales, constants: 1 });
  const [u, v] = [randomField(shape, 2), signs(shape, 3)];
  const size = (options: object) => {
    const complete = { ...JACOBIAN_PENALTY_DEFAULTS, ...options };
    return evaluateOnce(
      ({ u: state, v: direction }) => ({
        q: jacobianSize(stepper, {}, state, { signs: direction }, complete),
      }),
      { u, v },
    );
  };
  // in units of S_u: rows of I + c diag(S_Δ / S_u) A
  const rows = (c: number) => [
    [1 + 0.1 * c, 0.1 * c * 2],
    [0.05 * c * 3, 1 + 0.05 * c * 4],
  ];
  const expected = (transposed: boolean) =>
    Float32Array.from({ length: u.data.length / 3 }, (_, i) => {
      const j = rows(u.data[3 * i + 2]);
      const [p, q] = [v.data[3 * i], v.data[3 * i + 1]];
      return transposed
        ? (j[0][0] * p + j[1][0] * q) ** 2 + (j[0][1] * p + j[1][1] * q) ** 2
        : (j[0][0] * p + j[0][1] * q) ** 2 + (j[1][0] * p + j[1][1] * q) ** 2;
    });
  for (const product of ['central-difference', 'double-vjp']) {
    expect(relativeError((await size({ product })).q.data, expected(false))).toBeLessThan(1e-3);
  }
  expect(relativeError((await size({ probe: 'column' })).q.data, expected(true))).toBeLessThan(1e-5);
});

test('the misfit looks at the channels that evolve', async () => {
  const stepper = timeStepper(steered, { scales, constants: 1 });
  const method = stepperMethod({ jacobian: {} });
  const context = { grid: [4, 5], scales };
  const random = { operator: createRandom(0), tolerance: createRandom(1) };
  const parameters = Object.fromEntries(
    Object.entries(stepperParameters(stepper, method, context, random)).map(
      ([name, { shape: size, values }]) => [name, { shape: size, data: values }],
    ),
  );
  const u = randomField(shape, 5);
  const after = randomField(shape, 6);
  const loss = (frame: typeof u) =>
    evaluateOnce(
      ({ u: state, frame: target, v, ...weights }) => {
        const batch = { 'frame.0': state, 'frame.1': target, signs: v };
        const { misfit } = stepperLoss(stepper, method, weights, batch);
        return { misfit };
      },
      { u, frame, v: signs(shape, 7), ...parameters },
    );
  const other = {
    ...after,
    data: after.data.map((value, i) => (i % 3 === 2 ? value + 5 : value)) as Float32Array,
  };
  const { misfit } = await loss(after);
  expect(misfit.data[0]).toBe((await loss(other)).misfit.data[0]);
  const next = Float64Array.from(u.data, (_, i) => {
    const at = i - (i % 3);
    const [a, b, c] = u.data.slice(at, at + 3);
    return [a + 0.05 * c * (2 * a + b), b + 0.1 * c * (6 * a + 2 * b), c][i % 3];
  });
  let [sum, count] = [0, 0];
  next.forEach((value, i) => {
    if (i % 3 === 2) return;
    sum += ((value - after.data[i]) / scales.increment[i % 3]) ** 2;
    count++;
  });
  expect(Math.abs(misfit.data[0] / (sum / count) - 1)).toBeLessThan(1e-4);
});

test('a compiled stepper with constants takes any batch and grid', async () => {
  const network = resNet({ dimensions: 2, inputs: 3, outputs: 2, width: 4, blocks: 1, kernel: 3 });
  const stepper = timeStepper(network, { scales, constants: 1 });
  const compiled = await compile(
    ({ u }, weights) => ({ next: stepper.forward(weights, u) }),
    { u: { shape: ['batch', 'rows', 'columns', 3], dtype: 'float32' } },
    { parameters: network.initialParameters(createRandom(0)), threads: 1 },
  );
  for (const size of [
    [1, 4, 6, 3],
    [3, 8, 5, 3],
  ]) {
    const u = randomField(size, 1);
    const { next } = await compiled.run({ u });
    expect(next.shape).toEqual(size);
    for (let i = 2; i < u.data.length; i += 3) expect(next.data[i]).toBe(u.data[i]);
  }
  await compiled.dispose();
});

test('wrong numbers of channels are refused with both numbers', async () => {
  const stepper = timeStepper(steered, { scales, constants: 1 });
  const u = randomField([1, 4, 5, 2], 1);
  await expect(evaluateOnce(({ u: state }) => ({ next: stepper.forward({}, state) }), { u })).rejects.toThrow(
    '3 channels, 1 of them constant, got [1,4,5,2]',
  );
  expect(() => timeStepper(steered, { scales, constants: -1 })).toThrow('integer of at least 0');
});
