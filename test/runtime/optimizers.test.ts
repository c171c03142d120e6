import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  adam,
  adamW,
  compile,
  compileTrainingStep,
  muon,
  type Optimizer,
  type Parameters,
  sgd,
  type TrainingState,
  type TrainingStepOptions,
  tf,
} from '../../runtime/index.js';
import { newtonSchulz } from '../../runtime/muon.js';
import { adamRule, muonRule, type Rule, sgdRule } from './optimizer-rules.js';

/**
 * Loss ½ Σ c (θ − target)², summed over a matrix of 3 × 5, one of 5 × 3 and a vector: its gradient is c (θ − target).
 */
const random = createRandom(11);
const normal = (length: number) => Float32Array.from({ length }, () => random.normal());
const SHAPES: Record<string, number[]> = { wide: [3, 5], bias: [4], tall: [5, 3], other: [3, 5] };
const LENGTH = 3 * 15 + 4;
const parameters: Parameters = Object.fromEntries(
  Object.entries(SHAPES).map(([name, shape]) => [
    name,
    { shape, values: normal(shape.reduce((a, b) => a * b, 1)) },
  ]),
);
const start = Object.values(parameters).flatMap(({ values }) => [...values]);
const curvature = Array.from({ length: LENGTH }, (_, i) => 1 + (i % 3));
const base: TrainingStepOptions = {
  parameters,
  batchSpecs: { target: { shape: [LENGTH], dtype: 'float32' } },
  threads: 1,
  loss: (p, { target }) => {
    const theta = tf.concat(Object.keys(SHAPES).map((name) => tf.reshape(p[name], [-1])));
    return tf.mul(0.5, tf.sum(tf.mul(curvature, tf.square(tf.sub(theta, target))))) as tf.Scalar;
  },
};
const targets = Array.from({ length: 24 }, () => normal(LENGTH));
const rateOf = (t: number) => 0.05 / Math.sqrt(t);
const beta1Of = (t: number) => (t % 2 ? 0.9 : 0.85);
const gradientAt = (theta: number[], target: ArrayLike<number>) =>
  theta.map((value, i) => curvature[i] * (value - target[i]));

async function run(options: Partial<TrainingStepOptions>, steps = targets.length, from?: TrainingState) {
  const step = await compileTrainingStep({ ...base, ...options });
  if (from) step.setState(from);
  const done = from ? from.step * (options.accumulate ?? 1) + (from.accumulated?.batches ?? 0) : 0;
  const norms: number[] = [];
  for (let i = done; i < steps; i++) {
    const t = Math.floor(i / (options.accumulate ?? 1)) + 1;
    const result = await step.run(
      { target: { shape: [LENGTH], data: targets[i] } },
      { learningRate: rateOf(t), beta1: beta1Of(t) },
    );
    norms.push(result.gradientNorm);
  }
  const state = step.state();
  const average = options.averageDecay === undefined ? undefined : step.averagedParameters();
  await step.dispose();
  return { state, norms, average };
}

const settings = { shapes: SHAPES, learningRate: rateOf, beta1: beta1Of };
const optimizers: Record<string, [Optimizer, () => Rule]> = {
  sgd: [sgd(), () => sgdRule(settings)],
  'sgd with momentum and weight decay': [
    sgd({ momentum: 0.9, weightDecay: 0.1 }),
    () => sgdRule(settings, { momentum: 0.9, weightDecay: 0.1 }),
  ],
  'sgd with Nesterov momentum': [
    sgd({ momentum: 0.8, nesterov: true }),
    () => sgdRule(settings, { momentum: 0.8, nesterov: true }),
  ],
  adam: [adam({ beta2: 0.99 }), () => adamRule(settings, 0.99, 0)],
  adamW: [adamW(), () => adamRule(settings, 0.999, 0.01)],
  muon: [muon({ weightDecay: 0.1 }), () => muonRule(settings, 0.1)],
};

describe.each(Object.entries(optimizers))('%s', (_, [optimizer, written]) => {
  test('follows its equations in float64', async () => {
    const { state } = await run({ optimizer });
    const rule = written();
    let theta = start;
    targets.forEach((target, i) => {
      theta = rule(theta, gradientAt(theta, target), i + 1);
    });
    const error = Math.max(...theta.map((value, i) => Math.abs(value - state.parameters[i])));
    expect(error).toBeLessThan(1e-4);
    expect(state.firstMoment.length).toBe(LENGTH);
    expect(state.secondMoment.length).toBe(LENGTH);
  });

  test('continues with the same bytes from a state set half-way', async () => {
    const options = { optimizer, clipNorm: 1, accumulate: 3, averageDecay: 0.9 };
    const whole = await run(options);
    // 10 batches: three updates and one batch of the fourth
    const half = await run(options, 10);
    expect(half.state.step).toBe(3);
    expect(half.state.accumulated?.batches).toBe(1);
    const resumed = await run(options, targets.length, half.state);
    expect(resumed.state).toEqual(whole.state);
    expect(resumed.norms).toEqual(whole.norms.slice(10));
  });
});

test('accumulation updates with the mean gradient, clipped as a whole, and leaves weights alone before', async () => {
  const options = { optimizer: sgd({ momentum: 0.9 }), clipNorm: 3, accumulate: 4 };
  const { state, norms } = await run(options);
  const rule = sgdRule(settings, { momentum: 0.9 });
  let theta = start;
  for (let t = 1; t <= 6; t++) {
    const batches = targets.slice(4 * t - 4, 4 * t).map((target) => gradientAt(theta, target));
    const mean = theta.map((__, i) => batches.reduce((sum, gradient) => sum + gradient[i], 0) / 4);
    const norm = Math.hypot(...mean);
    expect(norms[4 * t - 1]).toBeCloseTo(norm, 3);
    theta = rule(
      theta,
      mean.map((value) => value * Math.min(1, 3 / norm)),
      t,
    );
  }
  theta.forEach((value, i) => {
    expect(state.parameters[i]).toBeCloseTo(value, 4);
  });
  expect(state.step).toBe(6);
  const partial = await run(options, 3);
  expect([...partial.state.parameters]).toEqual(start);
  expect(partial.state.step).toBe(0);
});

test('the average of the weights starts at the initial ones and follows each update', async () => {
  const { state, average } = await run({ optimizer: sgd(), averageDecay: 0.75 });
  const rule = sgdRule(settings);
  let [theta, expected] = [start, start];
  targets.forEach((target, i) => {
    theta = rule(theta, gradientAt(theta, target), i + 1);
    expected = expected.map((value, k) => 0.75 * value + 0.25 * theta[k]);
  });
  expected.forEach((value, i) => {
    expect(state.average![i]).toBeCloseTo(value, 4);
  });
  expect(Object.keys(average!)).toEqual(Object.keys(parameters));
  expect(average!.bias.values).toEqual(state.average!.slice(15, 19));
});

test('Newton–Schulz brings every singular value near 1, in each matrix of a stack alone', async () => {
  const count = 3;
  const compiled = await compile(
    ({ x }) => {
      const y = newtonSchulz(x, 5);
      return { gram: tf.matMul(y, y, true, false) };
    },
    { x: { shape: [count, 6, 2], dtype: 'float32' } },
    { threads: 1 },
  );
  const { gram } = await compiled.run({ x: { shape: [count, 6, 2], data: normal(count * 12) } });
  await compiled.dispose();
  for (let k = 0; k < count; k++) {
    // eigenvalues of the 2 × 2 Gram matrix are the squared singular values
    const [a, b, , d] = gram.data.slice(4 * k, 4 * k + 4);
    const [middle, radius] = [(a + d) / 2, Math.hypot((a - d) / 2, b)];
    expect(Math.sqrt(middle + radius)).toBeLessThan(1.3);
    expect(Math.sqrt(middle - radius)).toBeGreaterThan(0.6);
  }
});

test('options out of range are refused, and states of a step with other options', async () => {
  expect(() => sgd({ momentum: 1 })).toThrow(/momentum must lie in/);
  expect(() => muon({ iterations: 0 })).toThrow(/positive integer/);
  await expect(compileTrainingStep({ ...base, accumulate: 1.5 })).rejects.toThrow(/accumulate must be/);
  await expect(compileTrainingStep({ ...base, averageDecay: 1 })).rejects.toThrow(/averageDecay must lie/);
  const plain = await run({}, 1);
  const step = await compileTrainingStep({ ...base, averageDecay: 0.9 });
  expect(() => step.setState(plain.state)).toThrow(
    /average should have 49 values, got none; .*other options/,
  );
  await step.dispose();
  const other = await compileTrainingStep(base);
  expect(() => other.averagedParameters()).toThrow(/averageDecay/);
  await other.dispose();
});
