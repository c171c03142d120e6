import { InvalidInputError } from '../common/errors.js';
import type { HostArray } from './graph.js';
import { tf } from './tf.js';
import { activeTrace } from './tracing-backend.js';

/** Shape and type of a tensor that a host function returns; a tensor serves as its own specification. */
export interface HostOutput {
  readonly shape: readonly number[];
  readonly dtype: string;
}

/**
 * Runs `fn` outside the graph on the values of `inputs` and gives its results back as tensors.
 *
 * In a compiled function the graph is cut here: one graph computes the inputs, `fn` runs, the next graph continues.
 * `fn` may then be asynchronous, and receives the `context` passed to `run`. Executed eagerly it is called at once,
 * with `context` undefined, and has to be synchronous. No gradient passes through it: wrap it in `tf.customGrad`.
 *
 * @param outputs one specification per result of `fn`, with the sizes seen while tracing (`tensor.shape`).
 * @throws InvalidInputError when `fn` is asynchronous in an eager run or returns other shapes than announced.
 */
export function hostCall(
  fn: (inputs: HostArray[], context: unknown) => HostArray[] | Promise<HostArray[]>,
  inputs: readonly tf.Tensor[],
  outputs: readonly HostOutput[],
): tf.Tensor[] {
  const trace = activeTrace();
  if (trace) {
    const results = trace.recorded('hostCall', () =>
      trace.graph.node(
        'HostCall',
        inputs.map((input) => trace.value(input)),
        outputs.map(({ shape, dtype }) => ({
          shape: [...shape],
          type: dtype as 'float32' | 'int32' | 'bool',
        })),
        {},
        { host: { run: fn } },
      ),
    );
    return results.map((value) => trace.tensor(value));
  }
  const results = fn(
    inputs.map((input) => ({ shape: input.shape, data: input.dataSync() as HostArray['data'] })),
    undefined,
  );
  if (results instanceof Promise) {
    throw new InvalidInputError(
      'hostCall: an asynchronous host function only runs in a compiled function; compile the caller, or make it synchronous',
    );
  }
  checkHostResults(results, outputs);
  return results.map(({ shape, data }, index) =>
    tf.tensor(data, [...shape], outputs[index].dtype as tf.DataType),
  );
}

export function checkHostResults(results: readonly HostArray[], outputs: readonly HostOutput[]): void {
  if (results.length !== outputs.length) {
    throw new InvalidInputError(
      `hostCall: expected ${outputs.length} results of the host function, got ${results.length}`,
    );
  }
  results.forEach(({ shape, data }, index) => {
    const expected = outputs[index].shape;
    const fits = shape.length === expected.length && expected.every((size, axis) => size === shape[axis]);
    if (!fits || data.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new InvalidInputError(
        `hostCall: result ${index} should have shape [${expected}], got [${shape}] with ${data.length} values`,
      );
    }
  });
}
