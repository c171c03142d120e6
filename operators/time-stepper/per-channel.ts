import { tf } from '../../runtime/tf.js';

/** Numbers that multiply the channels, which are the last axis. */
export const perChannel = (values: readonly number[]): tf.Tensor =>
  values.length === 1 ? tf.scalar(values[0]) : tf.tensor1d([...values]);
