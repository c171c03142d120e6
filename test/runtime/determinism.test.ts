import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  compile,
  compileTrainingStep,
  gelu,
  type LossFunction,
  layerNorm,
  linear,
  type NamedArrays,
  type Parameters,
  segmentMean,
  type TensorSpecs,
  tf,
} from '../../runtime/index.js';

const random = createRandom(12);
const normal = (...shape: number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.4 * random.normal()),
});
const floats = (...shape: number[]) => {
  const { values } = normal(...shape);
  return { shape, data: values };
};
const indices = (below: number, ...shape: number[]) => ({
  shape,
  data: Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.integer(0, below - 1)),
});

/** As many threads as a machine of this kind has, and more than the cores here: the order of sums must not depend on it. */
const THREADS = 4;
const [NODES, EDGES, WIDTH] = [300, 3000, 8];

interface Model {
  readonly parameters: Parameters;
  readonly batchSpecs: TensorSpecs;
  readonly loss: LossFunction;
  readonly batch: () => NamedArrays;
}

const models: Record<string, Model> = {
  'a graph network: gathers and scattered sums over edges': {
    parameters: { encode: normal(3, WIDTH), message: normal(2 * WIDTH, WIDTH), decode: normal(WIDTH, 1) },
    batchSpecs: {
      x: { shape: ['nodes', 3], dtype: 'float32' },
      from: { shape: ['edges'], dtype: 'int32' },
      to: { shape: ['edges'], dtype: 'int32' },
      y: { shape: ['nodes', 1], dtype: 'float32' },
    },
    loss: ({ encode, message, decode }, { x, from, to, y }) => {
      let nodes = tf.tanh(linear(x, encode));
      for (let layer = 0; layer < 2; layer++) {
        const ends = tf.concat([tf.gather(nodes, from), tf.gather(nodes, to)], 1);
        const messages = gelu(linear(ends, message));
        nodes = tf.add(nodes, segmentMean(messages, to, x.shape[0]));
      }
      return tf.mean(tf.square(tf.sub(linear(nodes, decode), y)));
    },
    batch: () => ({
      x: floats(NODES, 3),
      // a few nodes have most of the edges, so that many sums meet in one place
      from: indices(NODES, EDGES),
      to: indices(20, EDGES),
      y: floats(NODES, 1),
    }),
  },
  'attention and normalisation': {
    parameters: {
      q: normal(8, WIDTH),
      k: normal(8, WIDTH),
      scale: normal(8),
      shift: normal(8),
      out: normal(8, 1),
    },
    batchSpecs: {
      x: { shape: ['batch', 'cells', 8], dtype: 'float32' },
      y: { shape: ['batch', 'cells', 1], dtype: 'float32' },
    },
    loss: ({ q, k, scale, shift, out }, { x, y }) => {
      const normalised = layerNorm(x, scale, shift);
      const weights = tf.softmax(tf.matMul(linear(normalised, q), linear(normalised, k), false, true));
      return tf.mean(tf.square(tf.sub(linear(tf.matMul(weights, normalised), out), y)));
    },
    batch: () => ({ x: floats(2, 60, 8), y: floats(2, 60, 1) }),
  },
};

describe(`two trainings of 200 steps on ${THREADS} threads give the same bytes`, () => {
  test.each(Object.entries(models))('%s', async (_, { parameters, batchSpecs, loss, batch }) => {
    const batches = Array.from({ length: 4 }, batch);
    const train = async () => {
      const step = await compileTrainingStep({ parameters, batchSpecs, loss, threads: THREADS, clipNorm: 1 });
      const losses: number[] = [];
      for (let i = 0; i < 200; i++) {
        const result = await step.run(batches[i % batches.length], { learningRate: 3e-3 });
        losses.push(result.loss, result.gradientNorm);
      }
      const state = step.state();
      await step.dispose();
      return { losses, state };
    };
    const [first, second] = [await train(), await train()];
    expect(first.losses.at(-2)).toBeLessThan(first.losses[0]);
    expect(second.losses).toEqual(first.losses);
    for (const name of ['parameters', 'firstMoment', 'secondMoment'] as const)
      expect(Buffer.from(second.state[name].buffer).equals(Buffer.from(first.state[name].buffer)), name).toBe(
        true,
      );
  });
});

test('sums that are scattered into few places do not depend on chance or on the number of threads', async () => {
  const specs = {
    x: { shape: ['edges', 4], dtype: 'float32' },
    to: { shape: ['edges'], dtype: 'int32' },
  } as const;
  const feeds = { x: floats(50_000, 4), to: indices(3, 50_000) };
  const results: Float32Array[] = [];
  for (const threads of [1, THREADS]) {
    await using compiled = await compile(
      ({ x, to }) => ({
        segments: tf.unsortedSegmentSum(x, to as tf.Tensor1D, 3),
        scattered: tf.scatterND(tf.expandDims(to, 1), x, [3, 4]),
      }),
      specs,
      { threads },
    );
    for (let run = 0; run < 5; run++) {
      const { segments, scattered } = await compiled.run(feeds);
      results.push(segments.data as Float32Array, scattered.data as Float32Array);
    }
  }
  for (const result of results) expect(result).toEqual(results[0]);
  // and are the sums: float64, rounded once
  const exact = new Float64Array(12);
  feeds.x.data.forEach((value, i) => {
    exact[4 * feeds.to.data[i >> 2] + (i & 3)] += value;
  });
  for (const [i, value] of exact.entries()) expect(Math.abs(results[0][i] - value)).toBeLessThan(0.05);
});
