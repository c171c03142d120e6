import * as tf from '@tensorflow/tfjs-core';
import { config } from './gradient-config.js';

/** Σ of the cotangent over the axes along which an operand was broadcast. */
export function reduceTo(cotangent: tf.Tensor, operand: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(operand.shape, cotangent.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(cotangent, axes) : cotangent, operand.shape);
}

/** The cotangent goes to the operand that was taken; at a tie to `a`. */
const extreme = (kernelName: string, takesA: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): tf.GradConfig =>
  config(kernelName, ['a', 'b'], (dy, [a, b]) => {
    const masked = (mask: tf.Tensor) => tf.mul(dy, tf.cast(mask, 'float32'));
    return {
      a: () => reduceTo(masked(takesA(a, b)), a),
      b: () => reduceTo(masked(tf.logicalNot(takesA(a, b))), b),
    };
  });

const squaredDifference = config(tf.SquaredDifference, ['a', 'b'], (dy, [a, b]) => {
  const slope = () => tf.mul(dy, tf.mul(tf.sub(a, b), 2));
  return { a: () => reduceTo(slope(), a), b: () => reduceTo(tf.neg(slope()), b) };
});

/** C = A B: Ā = C̄ Bᵀ, B̄ = Aᵀ C̄, with the transposes of the call. */
const batchMatMul = config(tf.BatchMatMul, ['a', 'b'], (dy, [a, b], attributes) => {
  const { transposeA, transposeB } = attributes as unknown as tf.BatchMatMulAttrs;
  return {
    a: () =>
      reduceTo(transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB), a),
    b: () =>
      reduceTo(transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false), b),
  };
});

/** Gradients with respect to operands that are broadcast; those of TensorFlow.js have the wrong shape and throw. */
export const broadcastGradients: readonly tf.GradConfig[] = [
  extreme(tf.Maximum, tf.greaterEqual),
  extreme(tf.Minimum, tf.lessEqual),
  squaredDifference,
  batchMatMul,
];
