import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  fno,
  JACOBIAN_PENALTY_DEFAULTS,
  type JacobianPenaltyOptions,
  jacobianTolerance,
  STEPPER_METHODS,
  type StepperMethodOptions,
  stepperMethod,
  stepperParameters,
  timeStepper,
} from '../../operators/index.js';
import { toleratedSize } from '../../operators/jaws/jacobian-penalty.js';
import { gradient, type HostArray, type Parameters, tf } from '../../runtime/index.js';
import { randomField } from './grid-operator-checks.js';
import {
  evaluateOnce,
  linearOperator,
  lossAndGradient,
  norm,
  randomValues,
  relativeError,
  signs,
  UNIT_SCALES,
} from './jaws-checks.js';

const points = 16;
const scales = { state: [0.8], increment: [0.1], difference: [0.3] };
const network = fno({ inputs: 1, width: 4, layers: 2, modes: 4, headWidth: 6, skip: 'added' });
const stepper = timeStepper(network, { scales });
const shape = [3, points, 1];
const batch = {
  'frame.0': randomField(shape, 1),
  'frame.1': randomField(shape, 2),
  'frame.2': randomField(shape, 3),
  'frame.3': randomField(shape, 4),
  signs: signs(shape, 5),
  noise: randomField(shape, 6),
  reference: randomField(shape, 7),
  referenceNorm: { shape, data: randomValues(3 * points, 8).map(Math.abs) },
};

/** What a method reads of the batch. */
function inputsOf(options: StepperMethodOptions): Record<string, HostArray> {
  const { steps, warmUp, noise, jacobian } = stepperMethod(options);
  const names = Array.from({ length: steps + warmUp + 1 }, (_, k) => `frame.${k}`);
  if (noise > 0) names.push('noise');
  if (jacobian) names.push('signs');
  if (jacobian?.target === 'reference') names.push('reference');
  if (jacobian?.target === 'excess') names.push('referenceNorm');
  return Object.fromEntries(names.map((name) => [name, batch[name as keyof typeof batch]]));
}

const parametersOf = (options: StepperMethodOptions): Parameters =>
  stepperParameters(
    stepper,
    stepperMethod(options),
    { grid: [points], scales },
    { operator: createRandom(1), tolerance: createRandom(2) },
  );

const jaws = (options: Partial<JacobianPenaltyOptions>) => ({ jacobian: { weight: 0.3, ...options } });

describe('gradients of every method against central differences', () => {
  const methods: Record<string, StepperMethodOptions> = {
    'one step': {},
    noise: STEPPER_METHODS.noise,
    'unrolled, two steps': STEPPER_METHODS['unrolled-2'],
    'global, two reverse passes': jaws({ tolerance: 'uniform', product: 'double-vjp' }),
    'head, central difference': jaws({}),
    'head, two reverse passes, identity': jaws({ product: 'double-vjp', target: 'identity' }),
    'map, columns': jaws({ tolerance: 'map', probe: 'column' }),
    'analytic, excess': jaws({ tolerance: 'analytic', target: 'excess' }),
    'reference and two steps': { ...jaws({ tolerance: 'uniform', target: 'reference' }), steps: 2 },
  };
  test.each(Object.entries(methods))('%s', async (_, options) => {
    const parameters = parametersOf(options);
    const inputs = inputsOf(options);
    const { gradients } = await lossAndGradient(stepper, options, parameters, inputs);
    const h = 3e-3;
    const direction = Object.fromEntries(
      Object.entries(parameters).map(([name, { values }], k) => [name, randomValues(values.length, 30 + k)]),
    );
    const moved = (step: number): Parameters =>
      Object.fromEntries(
        Object.entries(parameters).map(([name, { shape: size, values }]) => [
          name,
          { shape: size, values: values.map((value, i) => value + step * direction[name][i]) },
        ]),
      );
    const [plus, minus] = await Promise.all(
      [h, -h].map(async (step) => (await lossAndGradient(stepper, options, moved(step), inputs)).value),
    );
    const expected = (plus - minus) / (2 * h);
    const actual = Object.entries(gradients).reduce(
      (sum, [name, values]) => sum + values.reduce((s, slope, i) => s + slope * direction[name][i], 0),
      0,
    );
    const size = Math.sqrt(Object.values(gradients).reduce((sum, values) => sum + norm(values) ** 2, 0));
    expect(Math.abs(actual - expected)).toBeLessThan(0.02 * size + 0.01 * Math.abs(expected));
  });
});

describe('what gradients do not reach', () => {
  test('stopped steps: each step is learned by itself', async () => {
    const options = { steps: 2, gradients: 'stopped' } as const;
    const parameters = parametersOf(options);
    const stopped = await lossAndGradient(stepper, options, parameters, inputsOf(options));
    const through = await lossAndGradient(stepper, { steps: 2 }, parameters, inputsOf(options));
    expect(stopped.value).toBeCloseTo(through.value, 5);
    const one = await lossAndGradient(stepper, {}, parameters, inputsOf({}));
    const name = 'head.1.bias';
    // half of each: that of the first step is the one-step gradient
    const { next } = await evaluateOnce(({ u, ...weights }) => ({ next: stepper.forward(weights, u) }), {
      u: batch['frame.0'],
      ...Object.fromEntries(
        Object.entries(parameters).map(([key, value]) => [key, { shape: value.shape, data: value.values }]),
      ),
    });
    const second = await lossAndGradient(stepper, {}, parameters, {
      'frame.0': next,
      'frame.1': batch['frame.2'],
    });
    const expected = one.gradients[name].map((value, i) => (value + second.gradients[name][i]) / 2);
    expect(relativeError(stopped.gradients[name], expected)).toBeLessThan(1e-4);
    expect(relativeError(through.gradients[name], expected)).toBeGreaterThan(1e-3);
  });

  test('warm-up steps: as if the data began where the model arrived', async () => {
    const options = { warmUp: 1 };
    const parameters = parametersOf(options);
    const pushed = await lossAndGradient(stepper, options, parameters, inputsOf(options));
    const { next } = await evaluateOnce(({ u, ...weights }) => ({ next: stepper.forward(weights, u) }), {
      u: batch['frame.0'],
      ...Object.fromEntries(
        Object.entries(parameters).map(([key, value]) => [key, { shape: value.shape, data: value.values }]),
      ),
    });
    const from = await lossAndGradient(stepper, {}, parameters, {
      'frame.0': next,
      'frame.1': batch['frame.2'],
    });
    for (const [name, values] of Object.entries(pushed.gradients)) {
      expect(relativeError(values, from.gradients[name]), name).toBeLessThan(1e-4);
    }
  });

  test.each(['data', 'rollout'] as const)(
    'tolerances shape neither data term nor states (at %s)',
    async (at) => {
      const head = jaws({ at });
      const parameters = parametersOf(head);
      // away from the flat start, so that the head has something to pass back
      parameters['tolerance.jacobian.2.weight'].values.set(randomValues(16, 9, 0.5));
      const inputs = inputsOf(head);
      const data = await lossAndGradient(stepper, head, parameters, inputs, 'misfit');
      for (const [name, values] of Object.entries(data.gradients)) {
        if (name.startsWith('tolerance.')) expect(norm(values), name).toBe(0);
      }
      // the same s as numbers: the operator's gradient is the same
      const weights = Object.fromEntries(
        Object.entries(parameters).map(([key, value]) => [key, { shape: value.shape, data: value.values }]),
      );
      const options = { ...JACOBIAN_PENALTY_DEFAULTS, ...head.jacobian };
      const names = Object.keys(parameters).filter((name) => !name.startsWith('tolerance.'));
      const where = (all: Record<string, tf.Tensor>, theta: Record<string, tf.Tensor>) =>
        at === 'data' ? all['frame.0'] : stepper.forward(theta, all['frame.0']);
      const { s, state } = await evaluateOnce(
        (all) => {
          const there = where(all, all);
          return { s: jacobianTolerance(all, there, options, scales), state: there };
        },
        { ...inputs, ...weights },
      );
      const fixed = await evaluateOnce(
        gradient((all: Record<string, tf.Tensor>) => {
          const theta = Object.fromEntries(names.map((name) => [name, all[name]]));
          const h = 1e-2;
          const u = all.state;
          const size = tf.mul(tf.sqrt(tf.mean(tf.square(u), [1, 2], true)), h);
          const moved = tf.mul(all.signs, size);
          const product = tf.add(
            all.signs,
            tf.div(
              tf.sub(stepper.increment(theta, tf.add(u, moved)), stepper.increment(theta, tf.sub(u, moved))),
              tf.mul(size, 2),
            ),
          );
          // scales.state cancels but for the step's length, of which the difference is of second order
          return toleratedSize(tf.square(product), all.s, 1);
        }, names) as unknown as (all: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
        { ...Object.fromEntries(names.map((name) => [name, weights[name]])), signs: batch.signs, s, state },
      );
      const penalty = await lossAndGradient(stepper, head, parameters, inputs, 'penalty');
      const size = Math.sqrt(names.reduce((sum, name) => sum + norm(penalty.gradients[name]) ** 2, 0));
      for (const name of names) {
        const expected = fixed[`gradient.${name}`].data;
        const difference = penalty.gradients[name].map((value, i) => value - expected[i]);
        expect(norm(difference), name).toBeLessThan(1e-2 * size);
      }
    },
  );
});

describe('the tolerated size', () => {
  const q = { shape: [40], data: randomValues(40, 1).map((value) => 0.01 + value * value) };

  test('s settles at log(q/κ), where every q feels the same relative pressure', async () => {
    const kappa = 0.7;
    const s = { shape: [40], data: q.data.map((value) => Math.log(value / kappa)) };
    const answers = await evaluateOnce(
      gradient(
        ({ size, tolerance }: Record<'size' | 'tolerance', tf.Tensor>) =>
          toleratedSize(size, tolerance, kappa),
        ['size', 'tolerance'],
      ) as unknown as (all: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
      { size: q, tolerance: s },
    );
    expect(norm(answers['gradient.tolerance'].data)).toBeLessThan(1e-6);
    const expected = q.data.map((value) => kappa / value / 40);
    expect(relativeError(answers['gradient.size'].data, expected)).toBeLessThan(1e-5);
    const value = q.data.reduce((sum, size) => sum + kappa * (1 + Math.log(size / kappa)), 0) / 40;
    expect(answers.value.data[0]).toBeCloseTo(value, 5);
  });

  test('with equal s it is a global penalty of weight λ e^−s', async () => {
    const s = -1.3;
    const parameters = parametersOf(jaws({ tolerance: 'map', initialTolerance: s }));
    const map = await lossAndGradient(stepper, jaws({ tolerance: 'map' }), parameters, inputsOf(jaws({})));
    const uniform = { jacobian: { tolerance: 'uniform', weight: 0.3 * Math.exp(-s) } } as const;
    const global = await lossAndGradient(stepper, uniform, parametersOf(uniform), inputsOf(uniform));
    expect(map.value - 0.3 * s).toBeCloseTo(global.value, 4);
    for (const [name, values] of Object.entries(global.gradients)) {
      expect(relativeError(map.gradients[name], values), name).toBeLessThan(1e-4);
    }
  });

  test.each(['head', 'analytic', 'map'] as const)('a %s never leaves its bounds', async (kind) => {
    const options = { ...JACOBIAN_PENALTY_DEFAULTS, tolerance: kind, bounds: [-2, 1] } as const;
    const parameters = parametersOf({ jacobian: options });
    const large = Object.fromEntries(
      Object.entries(parameters)
        .filter(([name]) => name.startsWith('tolerance.'))
        .map(([name, { shape: size, values }], k) => [
          name,
          { shape: size, data: randomValues(values.length, k, 30) },
        ]),
    );
    const { s } = await evaluateOnce((all) => ({ s: jacobianTolerance(all, all.u, options, scales) }), {
      u: batch['frame.0'],
      ...large,
    });
    expect(Math.min(...s.data)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...s.data)).toBeLessThanOrEqual(1);
    expect(Math.max(...s.data) - Math.min(...s.data)).toBeGreaterThan(kind === 'analytic' ? 0.1 : 1);
  });
});

/** Signs whose products average to the exact row norms: the rows of a Sylvester–Hadamard matrix. */
function hadamardRow(size: number, row: number): number[] {
  return Array.from({ length: size }, (_, column) => {
    let [parity, bits] = [0, row & column];
    for (; bits > 0; bits >>= 1) parity ^= bits & 1;
    return parity === 0 ? 1 : -1;
  });
}

/** A⁻¹ b for symmetric positive definite A, by Gauss. */
function solved(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return rows.map((row, k) => row[n] / row[k]);
}

test('a linear step: the minimum is ridge regression, row by row', async () => {
  const [n, samples] = [8, 12];
  const range = Array.from({ length: n }, (_, i) => i);
  const M = randomValues(n * n, 1);
  const s = Float32Array.from(range, (i) => -1 + (2 * i) / n);
  const weight = 0.2;
  // the last two directions are absent from the data: the penalty alone decides about them
  const x = Array.from({ length: samples }, (_, k) =>
    Array.from(randomValues(n, 100 + k), (value, i) => (i < 6 ? value : 0)),
  );
  const rows = x.flatMap((u) => range.map((probe) => ({ u, v: hadamardRow(n, probe) })));
  const field = (values: number[][]): HostArray => ({
    shape: [rows.length, n, 1],
    data: Float32Array.from(values.flat()),
  });
  const inputs = {
    'frame.0': field(rows.map(({ u }) => u)),
    'frame.1': field(
      rows.map(({ u }) => range.map((i) => range.reduce((sum, j) => sum + M[i * n + j] * u[j], 0))),
    ),
    signs: field(rows.map(({ v }) => v)),
  };
  const covariance = range.map((i) =>
    range.map((j) => x.reduce((sum, u) => sum + (u[i] * u[j]) / samples, 0)),
  );
  const W = new Float32Array(n * n);
  for (const i of range) {
    const ridge = covariance.map((row, a) =>
      row.map((value, b) => value + (a === b ? weight * Math.exp(-s[i]) : 0)),
    );
    const right = range.map((j) => range.reduce((sum, k) => sum + M[i * n + k] * covariance[k][j], 0));
    W.set(solved(ridge, right), i * n);
  }
  expect(norm(range.flatMap((i) => [W[i * n + 6], W[i * n + 7]]))).toBeLessThan(1e-6);
  const linear = timeStepper(linearOperator(n), { scales: UNIT_SCALES });
  const [middle, half] = [-1, 5];
  const parameters: Parameters = {
    W: { shape: [n, n], values: W },
    'tolerance.jacobian.map': {
      shape: [1, n, 1],
      values: s.map((value) => middle + half * Math.atanh((value - middle) / half)),
    },
  };
  for (const product of ['double-vjp', 'central-difference'] as const) {
    const method = { jacobian: { tolerance: 'map', weight, product } } as const;
    const at = await lossAndGradient(linear, method, parameters, inputs);
    const elsewhere = await lossAndGradient(
      linear,
      method,
      { ...parameters, W: { shape: [n, n], values: W.map((value) => 1.05 * value) } },
      inputs,
    );
    expect(norm(at.gradients.W)).toBeLessThan(1e-4);
    expect(norm(elsewhere.gradients.W)).toBeGreaterThan(1e-2);
  }
});

test('bad options are refused with what is wrong', () => {
  expect(() => stepperMethod({ steps: 0 })).toThrow('steps must be a positive integer, got 0');
  expect(() => stepperMethod({ jacobian: { weight: -1 } })).toThrow('weight must be positive, got -1');
  expect(() => stepperMethod({ jacobian: { target: 'reference', at: 'rollout' } })).toThrow(
    "set at to 'data'",
  );
  expect(() => timeStepper(network, { scales: { ...scales, state: [0] } })).toThrow('scales.state');
});
