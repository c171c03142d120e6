import { createRandom } from '../../common/random.js';
import { compileTrainingStep, type Parameters, tf } from '../../runtime/index.js';
import { executeRun } from '../../training/run.js';
import { oneCycle } from '../../training/schedule.js';
import { stepOptimizer } from '../../training/step-optimizer.js';

/**
 * `node perceptron-main.js FOLDER [averaged]`: a small perceptron in compiled graphs, 120 steps with seeded batches; with
 * `averaged`, gradients of three batches make a step, and the weights have a moving average.
 */
const averaged = process.argv[3] === 'averaged' ? { accumulate: 3, averageDecay: 0.95 } : {};
const random = createRandom(5);
const normal = (shape: number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.5 * random.normal()),
});
const parameters: Parameters = { w1: normal([2, 16]), b1: normal([16]), w2: normal([16, 1]) };

const step = await compileTrainingStep({
  parameters,
  batchSpecs: { x: { shape: [64, 2], dtype: 'float32' }, y: { shape: [64, 1], dtype: 'float32' } },
  clipNorm: 1,
  ...averaged,
  loss: ({ w1, b1, w2 }, { x, y }) => {
    const hidden = tf.tanh(tf.add(tf.matMul(x, w1), b1));
    return tf.mean(tf.square(tf.sub(tf.matMul(hidden, w2), y))) as tf.Scalar;
  },
});

const build = async (index: number) => {
  const draw = createRandom(1000 + index);
  const x = Float32Array.from({ length: 128 }, () => draw.uniform(-1, 1));
  const y = Float32Array.from({ length: 64 }, (_, row) => Math.sin(3 * x[2 * row]) * x[2 * row + 1]);
  return { inputs: { x: { shape: [64, 2], data: x }, y: { shape: [64, 1], data: y } } };
};

const options = {
  operator: 'perceptron',
  task: 'product',
  supervision: 'labels',
  seed: 5,
  batchSize: 64,
  schedule: oneCycle({ maximum: 0.02 }),
  clipNorm: 1,
  ...averaged,
};
await executeRun(stepOptimizer(step, parameters), build, options, {
  out: process.argv[2],
  steps: 120,
  checkpointEvery: 7,
  resume: true,
});
await step.dispose();
