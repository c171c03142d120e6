import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  compileTrainingStep,
  DivergenceError,
  FeedError,
  gelu,
  type LossFunction,
  layerNorm,
  linear,
  type Parameters,
  tf,
} from '../../runtime/index.js';

const random = createRandom(5);
const normal = (...shape: number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.5 * random.normal()),
});

const attention: LossFunction = (p, { x, y }) => {
  const hidden = layerNorm(gelu(linear(x, p.inWeight, p.inBias)), p.scale, p.shift);
  const weights = tf.softmax(tf.matMul(hidden, hidden, false, true));
  const prediction = linear(tf.add(hidden, tf.matMul(weights, hidden)), p.outWeight);
  const loss = tf.mean(tf.square(tf.sub(prediction, y))) as tf.Scalar;
  return { loss, largest: tf.max(tf.abs(prediction)) as tf.Scalar };
};

const parameters: Parameters = {
  inWeight: normal(3, 8),
  inBias: normal(8),
  scale: normal(8),
  shift: normal(8),
  outWeight: normal(8, 1),
};
const batchSpecs = {
  x: { shape: ['batch', 'cells', 3], dtype: 'float32' },
  y: { shape: ['batch', 'cells', 1], dtype: 'float32' },
} as const;
const batchOf = (batch: number, cells: number) => ({
  x: { shape: [batch, cells, 3], data: normal(batch, cells, 3).values },
  y: { shape: [batch, cells, 1], data: normal(batch, cells, 1).values },
});

describe('compileTrainingStep', () => {
  test('follows Adam with clipping and a moving β₁, written out in float64', async () => {
    // loss ½ Σ c (θ − target)²: its gradient is c (θ − target)
    const start = [1, -2, 3, 0.5];
    const target = Float32Array.of(0, 1, -1, 4);
    const curvature = [1, 2, 0.5, 3];
    const step = await compileTrainingStep({
      loss: (p, { target: t }) =>
        tf.mul(0.5, tf.sum(tf.mul(curvature, tf.square(tf.sub(p.theta, t))))) as tf.Scalar,
      parameters: { theta: { shape: [4], values: Float32Array.from(start) } },
      batchSpecs: { target: { shape: [4], dtype: 'float32' } },
      clipNorm: 2,
    });
    const [theta, m, v] = [start.slice(), [0, 0, 0, 0], [0, 0, 0, 0]];
    for (let t = 1; t <= 30; t++) {
      const learningRate = 0.1 / Math.sqrt(t);
      const beta1 = t % 2 ? 0.9 : 0.85;
      let gradient = theta.map((value, i) => curvature[i] * (value - target[i]));
      const norm = Math.hypot(...gradient);
      const loss = 0.5 * theta.reduce((sum, value, i) => sum + curvature[i] * (value - target[i]) ** 2, 0);
      gradient = gradient.map((g) => g * Math.min(1, 2 / norm));
      const result = await step.run({ target: { shape: [4], data: target } }, { learningRate, beta1 });
      expect(result.loss).toBeCloseTo(loss, 3);
      expect(result.gradientNorm).toBeCloseTo(norm, 3);
      gradient.forEach((g, i) => {
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        theta[i] -= (learningRate * m[i]) / (1 - beta1 ** t) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
      });
    }
    for (const [i, value] of step.state().parameters.entries()) expect(value).toBeCloseTo(theta[i], 4);
    await step.dispose();
  });

  test('lowers the loss of a network with attention, reports metrics, and accepts other sizes', async () => {
    const step = await compileTrainingStep({ loss: attention, parameters, batchSpecs });
    const batch = batchOf(2, 20);
    const first = await step.run(batch, { learningRate: 1e-2 });
    expect(first.metrics.largest).toBeGreaterThan(0);
    let last = first;
    for (let i = 0; i < 60; i++) last = await step.run(batch, { learningRate: 1e-2 });
    expect(last.loss).toBeLessThan(0.7 * first.loss);
    await step.run(batchOf(1, 333), { learningRate: 1e-2 });
    expect(Object.keys(step.parameters())).toEqual(Object.keys(parameters));
    await step.dispose();
  });

  test('two runs give the same bytes, also from a state set half-way', async () => {
    const batches = Array.from({ length: 12 }, () => batchOf(2, 400));
    const run = async (from: number, state?: Awaited<ReturnType<typeof stateAfter>>) => {
      const step = await compileTrainingStep({ loss: attention, parameters, batchSpecs, clipNorm: 1 });
      if (state) step.setState(state);
      for (const batch of batches.slice(from)) await step.run(batch, { learningRate: 1e-2 });
      const end = step.state();
      await step.dispose();
      return end;
    };
    const stateAfter = async (count: number) => {
      const step = await compileTrainingStep({ loss: attention, parameters, batchSpecs, clipNorm: 1 });
      for (const batch of batches.slice(0, count)) await step.run(batch, { learningRate: 1e-2 });
      const state = step.state();
      await step.dispose();
      return state;
    };
    const whole = await run(0);
    expect(await run(0)).toEqual(whole);
    expect(await run(6, await stateAfter(6))).toEqual(whole);
  });

  test('a loss that is not finite is an error and leaves the state', async () => {
    const step = await compileTrainingStep({ loss: attention, parameters, batchSpecs });
    await step.run(batchOf(1, 10), { learningRate: 1e-2 });
    const before = step.state();
    const bad = batchOf(1, 10);
    bad.y.data[3] = Number.NaN;
    await expect(step.run(bad, { learningRate: 1e-2 })).rejects.toThrow(DivergenceError);
    await expect(step.run(bad, { learningRate: 1e-2 })).rejects.toThrow(/step 2: the loss is NaN/);
    expect(step.state()).toEqual(before);
    await step.run(batchOf(1, 10), { learningRate: 1e-2 });
    expect(step.state().step).toBe(2);
    await step.dispose();
  });

  test('wrong feeds and states name what is wrong', async () => {
    const step = await compileTrainingStep({ loss: attention, parameters, batchSpecs });
    const batch = batchOf(1, 10);
    // @ts-expect-error the compiler knows it too
    await expect(step.run({ x: batch.x }, { learningRate: 1 })).rejects.toThrow(/input y .* is missing/);
    await expect(step.run({ x: batch.x, y: batchOf(1, 9).y }, { learningRate: 1 })).rejects.toThrow(
      /cells = 10/,
    );
    await expect(
      step.run({ ...batch, x: { shape: [1, 15, 2], data: batch.x.data } }, { learningRate: 1 }),
    ).rejects.toThrow(FeedError);
    expect(() => step.setState({ ...step.state(), parameters: new Float32Array(3) })).toThrow(
      /another model/,
    );
    await step.dispose();
  });
});
