import { tf } from '../tf.js';

export const LAYER_NORM_DEFAULTS = { epsilon: 1e-5 };

/**
 * y = γ x̂ + β with x̂ = (x − mean) / √(variance + ε), over the last axis. x [..., n], γ and β [n].
 *
 * Backward of the normalisation: x̄ = (g − mean(g) − x̂ mean(g x̂)) / √(variance + ε), g the cotangent of x̂.
 */
export function layerNorm(
  x: tf.Tensor,
  scale: tf.Tensor,
  shift: tf.Tensor,
  { epsilon }: { readonly epsilon: number } = LAYER_NORM_DEFAULTS,
): tf.Tensor {
  return tf.add(tf.mul(normalise(epsilon)(x), scale), shift);
}

const normalise = (epsilon: number) =>
  tf.customGrad((input, saved) => {
    const x = input as tf.Tensor;
    const save = saved as (tensors: tf.Tensor[]) => void;
    const { normalised } = statistics(x, epsilon);
    save([x]);
    return {
      value: normalised,
      gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => {
        // from x, not from saved results, so that the backward is differentiable; equal nodes are shared in the graph
        const { normalised: xHat, inverseDeviation } = statistics(kept, epsilon);
        const centred = tf.sub(dy, tf.mean(dy, -1, true));
        return tf.mul(tf.sub(centred, tf.mul(xHat, tf.mean(tf.mul(dy, xHat), -1, true))), inverseDeviation);
      },
    };
  }) as (x: tf.Tensor) => tf.Tensor;

function statistics(x: tf.Tensor, epsilon: number): { normalised: tf.Tensor; inverseDeviation: tf.Tensor } {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
  return { normalised: tf.mul(centred, inverseDeviation), inverseDeviation };
}
