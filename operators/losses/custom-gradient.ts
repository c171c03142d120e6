import { tf } from '../../runtime/tf.js';

/**
 * `value`, computed from x without a gradient, as a scalar whose gradient with respect to x is `gradient(parts)`.
 *
 * The parts are inputs of the custom gradient, with a cotangent of zero, because TensorFlow.js keeps only saved inputs
 * and outputs alive between an eager forward and its backward.
 */
export function scalarWithGradient(
  x: tf.Tensor,
  value: tf.Tensor,
  parts: readonly tf.Tensor[],
  gradient: (parts: tf.Tensor[]) => tf.Tensor,
): tf.Scalar {
  const attach = tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: tf.Tensor[]) => void;
    save(given.slice(1) as tf.Tensor[]);
    return {
      value: tf.clone(value),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [
        tf.mul(gradient(saved), dy),
        ...saved.map((part) => tf.zerosLike(part)),
      ],
    };
  });
  return attach(x, ...parts) as tf.Scalar;
}
