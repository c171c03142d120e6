import { tf } from '../tf.js';

/** y = x W + b for x [..., in], W [in, out], b [out]: one matrix product over all leading axes. */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [inputs, outputs] = weight.shape;
  const rows = x.rank === 2 ? (x as tf.Tensor2D) : tf.reshape<tf.Rank.R2>(x, [-1, inputs]);
  const product = tf.matMul(rows, weight as tf.Tensor2D);
  const shifted = bias ? tf.add(product, bias) : product;
  return x.rank === 2 ? shifted : tf.reshape(shifted, [...x.shape.slice(0, -1), outputs]);
}
