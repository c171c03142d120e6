import { tf } from '../tf.js';

/** x/√2, which distribution and density both start from. */
const halved = (x: tf.Tensor): tf.Tensor => tf.mul(x, Math.SQRT1_2);

/** Φ(x) = ½ erf(x/√2) + ½, the standard normal distribution function. */
const normalCdf = (x: tf.Tensor): tf.Tensor => tf.add(tf.mul(tf.erf(halved(x)), 0.5), 0.5);

/** φ(x) = exp(−x²/2 − ln √2π): its constants ride along in the exponent. */
const normalDensity = (x: tf.Tensor): tf.Tensor =>
  tf.exp(tf.sub(-0.5 * Math.log(2 * Math.PI), tf.square(halved(x))));

/**
 * GELU(x) = x Φ(x) with Φ the standard normal distribution function (Hendrycks and Gimpel 2016, exact form).
 *
 * Backward: x̄ = ȳ (Φ(x) + x φ(x)) with the density φ. Forward and backward are 11 passes over the array, recorded 17; the
 * backward consists of differentiable operations itself, so higher derivatives follow.
 */
export const gelu = tf.customGrad((input, saved) => {
  const x = input as tf.Tensor;
  const save = saved as (tensors: tf.Tensor[]) => void;
  save([x]);
  return {
    value: tf.mul(x, normalCdf(x)),
    gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) =>
      tf.mul(dy, tf.add(normalCdf(kept), tf.mul(kept, normalDensity(kept)))),
  };
}) as (x: tf.Tensor) => tf.Tensor;
