import { createRandom } from '../../common/random.js';
import {
  compile,
  compileTrainingStep,
  exportOnnx,
  gelu,
  layerNorm,
  linear,
  loadModel,
  tf,
} from '../../runtime/index.js';

/**
 * `node --expose-gc memory-main.js steps|leak|sessions COUNT`: does the same thing COUNT times and prints one JSON line with
 * the resident memory in MB at twenty times on the way. With `leak` each step keeps 20 kB, to see that this is noticed.
 */
const random = createRandom(3);
const values = (...shape: number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.3 * random.normal()),
});
const parameters = {
  w1: values(4, 32),
  b1: values(32),
  scale: values(32),
  shift: values(32),
  w2: values(32, 4),
};
type Weights = Record<keyof typeof parameters, tf.Tensor>;
const network = ({ w1, b1, scale, shift, w2 }: Weights, x: tf.Tensor) =>
  linear(layerNorm(gelu(linear(x, w1, b1)), scale, shift), w2);
const specs = { x: { shape: ['cells', 4], dtype: 'float32' } } as const;

/** Batches of several sizes, so that a cache by size would show. */
const sizes = [64, 100, 256];
const batches = sizes.map((cells) => ({
  x: { shape: [cells, 4], data: values(cells, 4).values },
  y: { shape: [cells, 4], data: values(cells, 4).values },
}));

const [kind, count] = [process.argv[2], Number(process.argv[3])];
const resident: number[] = [];
const measure = (index: number) => {
  if ((index + 1) % Math.max(1, Math.floor(count / 20)) !== 0) return;
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  resident.push(process.memoryUsage().rss / 2 ** 20);
};

const kept: Float64Array[] = [];
if (kind !== 'sessions') {
  await using step = await compileTrainingStep({
    parameters,
    batchSpecs: { ...specs, y: { shape: ['cells', 4], dtype: 'float32' } },
    loss: (weights, { x, y }) => tf.mean(tf.square(tf.sub(network(weights, x), y))),
    clipNorm: 1,
    averageDecay: 0.99,
    threads: 1,
  });
  for (let i = 0; i < count; i++) {
    await step.run(batches[i % batches.length], { learningRate: 1e-3 });
    if (kind === 'leak') kept.push(new Float64Array(2500).fill(i));
    measure(i);
  }
} else {
  const bytes = exportOnnx(({ x }, weights) => ({ y: network(weights, x) }), specs, { parameters });
  for (let i = 0; i < count; i++) {
    await using model = await loadModel(bytes, { threads: 1 });
    await model.run({ x: batches[i % batches.length].x });
    await using compiled = await compile(({ x }, weights) => ({ y: network(weights, x) }), specs, {
      parameters,
      threads: 1,
    });
    await compiled.run({ x: batches[i % batches.length].x });
    measure(i);
  }
}
process.stdout.write(`${JSON.stringify({ kind, count, resident })}\n`);
