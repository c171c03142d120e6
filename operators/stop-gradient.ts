import { tf } from '../runtime/tf.js';

/**
 * The value of `compute` as a constant: nothing in it is recorded, so no gradient reaches what it was computed from. The
 * one operation on the tape has an input of its own that nobody asks about.
 */
export function withoutGradient(compute: () => tf.Tensor): tf.Tensor {
  const cut = tf.customGrad(() => ({
    value: tf.clone(compute()),
    gradFunc: () => tf.scalar(0),
  }));
  return cut(tf.scalar(0));
}

/** sg(x): x as a constant. */
export const stopGradient = (x: tf.Tensor): tf.Tensor => withoutGradient(() => x);
