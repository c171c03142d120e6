import { tf } from '../tf.js';

/** Φ(x) = ½ (1 + erf(x/√2)), the standard normal distribution function. */
const normalCdf = (x: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);

/**
 * GELU(x) = x Φ(x) with Φ the standard normal distribution function (Hendrycks and Gimpel 2016, exact form).
 *
 * Backward: x̄ = ȳ (Φ(x) + x φ(x)) with the density φ. Written by hand it takes 8 passes over the array, recorded
 * 12; it consists of differentiable operations itself, so higher derivatives follow.
 */
export const gelu = tf.customGrad((input, saved) => {
  const x = input as tf.Tensor;
  const save = saved as (tensors: tf.Tensor[]) => void;
  const cdf = normalCdf(x);
  save([x]);
  return {
    value: tf.mul(x, cdf),
    gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(kept), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.mul(dy, tf.add(normalCdf(kept), tf.mul(kept, density)));
    },
  };
}) as (x: tf.Tensor) => tf.Tensor;
