import '@tensorflow/tfjs-backend-cpu';
import { type HostArray, type NamedTensors, type TensorSpecs, tf } from '../../../runtime/index.js';
import { webPlatform } from '../../../runtime/tf-platform.js';

/** Results of an eager run, in float64. */
export interface ExactArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/**
 * Runs `body` with TensorFlow.js's cpu backend in float64: its kernels are JavaScript, and while `body` runs the
 * constructor by which they ask for arrays makes wider ones. Synchronous, so that nobody else sees it.
 */
function inDoublePrecision<Result>(body: () => Result): Result {
  const single = globalThis.Float32Array;
  const { platform } = tf.env();
  globalThis.Float32Array = Float64Array as unknown as Float32ArrayConstructor;
  // the platform for Node asks the engine what an array is, and is not fooled
  tf.env().platform = webPlatform;
  try {
    return body();
  } finally {
    globalThis.Float32Array = single;
    tf.env().platform = platform;
  }
}

/** The oracle: a function of tensors run eagerly on TensorFlow.js's cpu backend in float64. */
export function runInDoublePrecision(
  fn: (inputs: NamedTensors) => NamedTensors,
  specs: TensorSpecs,
  feeds: Readonly<Record<string, ExactArray>>,
): Record<string, ExactArray> {
  void tf.setBackend('cpu');
  return inDoublePrecision(() =>
    tf.tidy(() => {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { shape, data }]) => {
          const { dtype } = specs[name];
          const wide = dtype === 'float32' ? Float64Array.from(data) : data;
          return [name, tf.tensor(wide as unknown as HostArray['data'], [...shape], dtype)];
        }),
      );
      return Object.fromEntries(
        Object.entries(fn(tensors)).map(([name, tensor]) => [
          name,
          { shape: tensor.shape, data: tensor.dataSync() },
        ]),
      );
    }),
  );
}
