import { tf } from '../tf.js';

export const GROUP_NORM_DEFAULTS = { groups: 8, epsilon: 1e-5 };

/**
 * y = γ x̂ + β with x̂ = (x − mean) / √(variance + ε), mean and variance over all points and the channels of a group
 * (Wu and He 2018). x [batch, ..., channels], γ and β [channels]; `groups` has to divide the channels.
 *
 * Backward of the normalisation: x̄ = (g − mean(g) − x̂ mean(g x̂)) / √(variance + ε), g the cotangent of x̂, means over
 * the group. The array is only ever reduced and scaled by channel, groups are formed of the sums: no reshape of it
 * stands between two convolutions, whose layout it can then keep.
 */
export function groupNorm(
  x: tf.Tensor,
  scale: tf.Tensor,
  shift: tf.Tensor,
  { groups, epsilon }: { readonly groups: number; readonly epsilon: number } = GROUP_NORM_DEFAULTS,
): tf.Tensor {
  return tf.add(tf.mul(normalise(groups, epsilon)(x), scale), shift);
}

const normalise = (groups: number, epsilon: number) =>
  tf.customGrad((input, saved) => {
    const x = input as tf.Tensor;
    const save = saved as (tensors: tf.Tensor[]) => void;
    const { normalised } = statistics(x, groups, epsilon);
    save([x]);
    return {
      value: normalised,
      gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => {
        // from x, not from saved results, so that the backward is differentiable; equal nodes are shared in the graph
        const { normalised: xHat, inverseDeviation } = statistics(kept, groups, epsilon);
        const centred = tf.sub(dy, groupMean(dy, groups));
        return tf.mul(tf.sub(centred, tf.mul(xHat, groupMean(tf.mul(dy, xHat), groups))), inverseDeviation);
      },
    };
  }) as (x: tf.Tensor) => tf.Tensor;

function statistics(
  x: tf.Tensor,
  groups: number,
  epsilon: number,
): { normalised: tf.Tensor; inverseDeviation: tf.Tensor } {
  const centred = tf.sub(x, groupMean(x, groups));
  const inverseDeviation = tf.rsqrt(tf.add(groupMean(tf.square(centred), groups), epsilon));
  return { normalised: tf.mul(centred, inverseDeviation), inverseDeviation };
}

/** Mean over points and the channels of a group, once for each of its channels: [batch, 1, ..., channels]. */
function groupMean(x: tf.Tensor, groups: number): tf.Tensor {
  const [batch, channels] = [x.shape[0], x.shape[x.rank - 1]];
  const points = x.shape.slice(1, -1).map((_, axis) => axis + 1);
  const ofChannels = tf.mean(x, points, true);
  const grouped = tf.reshape(ofChannels, [batch, groups, channels / groups]);
  const spread = tf.mul(tf.mean(grouped, 2, true), tf.ones([1, 1, channels / groups]));
  return tf.reshape(spread, ofChannels.shape);
}
