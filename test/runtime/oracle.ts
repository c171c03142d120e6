import { expect } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '../../common/random.js';
import {
  compile,
  type HostArray,
  type NamedArrays,
  type NamedTensors,
  type TensorSpecs,
  tf,
} from '../../runtime/index.js';

export type Sizes = Record<string, number>;

/** Standard normal arrays for the specifications at the given sizes; integers in [0, 4). */
export function randomFeeds(specs: TensorSpecs, sizes: Sizes, seed = 1): NamedArrays {
  const random = createRandom(seed);
  const feeds: NamedArrays = {};
  for (const [name, { shape, dtype }] of Object.entries(specs)) {
    const concrete = shape.map((size) => (typeof size === 'string' ? sizes[size] : size));
    const length = concrete.reduce((product, size) => product * size, 1);
    const data =
      dtype === 'float32'
        ? Float32Array.from({ length }, () => random.normal())
        : dtype === 'int32'
          ? Int32Array.from({ length }, () => random.integer(0, 3))
          : Uint8Array.from({ length }, () => random.integer(0, 1));
    feeds[name] = { shape: concrete, data };
  }
  return feeds;
}

/** The same function run eagerly by TensorFlow.js's cpu backend: the oracle. */
export async function runEagerly(
  fn: (inputs: NamedTensors, parameters: NamedTensors) => NamedTensors,
  specs: TensorSpecs,
  feeds: NamedArrays,
): Promise<NamedArrays> {
  await tf.setBackend('cpu');
  return tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, { shape, data }]) => [
        name,
        tf.tensor(data, [...shape], specs[name].dtype),
      ]),
    );
    const outputs = fn(tensors, {});
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [
        name,
        { shape: tensor.shape, data: tensor.dataSync() as HostArray['data'] },
      ]),
    );
  });
}

/** max |a − b| ≤ tolerance · max(1, max |b|), with equal shapes and NaN only where both have it. */
export function expectClose(actual: HostArray, expected: HostArray, tolerance = 2e-5, what = ''): void {
  expect(actual.shape, `shape of ${what}`).toEqual(expected.shape);
  let scale = 1;
  for (const value of expected.data) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [actual.data[i], expected.data[i]];
    if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (!(Math.abs(a - b) <= tolerance * scale)) {
      expect.fail(`${what}[${i}]: ${a} instead of ${b} (scale ${scale}, tolerance ${tolerance})`);
    }
  }
}

/** Compiles once, runs at every size, compares with the eager run. */
export async function expectParity(
  fn: (inputs: NamedTensors) => NamedTensors,
  specs: TensorSpecs,
  sizes: readonly Sizes[],
  { tolerance = 2e-5, feeds = (s: Sizes, seed: number) => randomFeeds(specs, s, seed) } = {},
): Promise<void> {
  const compiled = await compile(fn, specs, { threads: 1 });
  try {
    for (const [index, size] of sizes.entries()) {
      const arrays = feeds(size, index + 1);
      const actual = await compiled.run(arrays);
      const expected = await runEagerly(fn, specs, arrays);
      for (const [name, array] of Object.entries(expected)) {
        expectClose(actual[name], array, tolerance, `${name} at ${JSON.stringify(size)}`);
      }
    }
  } finally {
    await compiled.dispose();
  }
}
