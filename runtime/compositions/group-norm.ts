import { tf } from '../tf.js';

export const GROUP_NORM_DEFAULTS = { groups: 8, epsilon: 1e-5 };

/**
 * y = γ x̂ + β with x̂ = (x − mean) / √(variance + ε), mean and variance over all points and the channels of a group
 * (Wu and He 2018). x [batch, ..., channels], γ and β [channels]; `groups` has to divide the channels.
 *
 * With c = x − mean, r = 1/√(variance + ε) and means over the group, the backward is
 * x̄ = γ r ȳ − c r³ mean(γ ȳ c) − r mean(γ ȳ),  γ̄ = Σ r Σ ȳ c,  β̄ = Σ ȳ.
 * Three passes over the array forward and five back; as a chain of operations, normalised and then scaled, five and seven.
 * The array is only reduced and scaled by channel, groups are formed of the sums: no reshape of it stands between two
 * convolutions, whose layout it keeps.
 */
export function groupNorm(
  x: tf.Tensor,
  scale: tf.Tensor,
  shift: tf.Tensor,
  { groups, epsilon }: { readonly groups: number; readonly epsilon: number } = GROUP_NORM_DEFAULTS,
): tf.Tensor {
  return normalise(groups, epsilon)(x, scale, shift);
}

const normalise = (groups: number, epsilon: number) =>
  tf.customGrad((...given) => {
    const [x, scale, shift] = given as tf.Tensor[];
    const save = given[3] as unknown as (tensors: tf.Tensor[]) => void;
    const { centred, inverseDeviation } = statistics(x, groups, epsilon);
    save([x, scale]);
    return {
      value: tf.add(tf.mul(centred, tf.mul(inverseDeviation, scale)), shift),
      gradFunc: (dy: tf.Tensor, [keptX, keptScale]: tf.Tensor[]) => {
        // from x, not from saved results, so that the backward is differentiable; equal nodes are shared in the graph
        const { centred: c, inverseDeviation: r } = statistics(keptX, groups, epsilon);
        const productSum = pointSum(tf.mul(dy, c));
        const sum = pointSum(dy);
        const mean = (sums: tf.Tensor) =>
          groupMean(tf.div(tf.mul(sums, keptScale), pointCount(keptX)), groups);
        const steep = tf.mul(c, tf.mul(mean(productSum), tf.mul(r, tf.square(r))));
        const ofX = tf.sub(tf.sub(tf.mul(dy, tf.mul(r, keptScale)), steep), tf.mul(mean(sum), r));
        const overSamples = (sums: tf.Tensor) => tf.reshape(tf.sum(sums, 0), keptScale.shape);
        return [ofX, overSamples(tf.mul(productSum, r)), overSamples(sum)];
      },
    };
  }) as (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) => tf.Tensor;

/** c, and r as [batch, 1, ..., channels]. */
function statistics(
  x: tf.Tensor,
  groups: number,
  epsilon: number,
): { centred: tf.Tensor; inverseDeviation: tf.Tensor } {
  const mean = (sums: tf.Tensor) => groupMean(tf.div(sums, pointCount(x)), groups);
  const centred = tf.sub(x, mean(pointSum(x)));
  const variance = mean(pointSum(tf.square(centred)));
  return { centred, inverseDeviation: tf.rsqrt(tf.add(variance, epsilon)) };
}

const pointCount = (x: tf.Tensor): number =>
  x.shape.slice(1, -1).reduce((product, size) => product * size, 1);

/** Sum over the points, [batch, 1, ..., channels]. */
const pointSum = (x: tf.Tensor): tf.Tensor =>
  tf.sum(
    x,
    x.shape.slice(1, -1).map((_, axis) => axis + 1),
    true,
  );

/** Mean over the channels of a group, once for each of its channels, of [batch, 1, ..., channels]. */
function groupMean(ofChannels: tf.Tensor, groups: number): tf.Tensor {
  const [batch, channels] = [ofChannels.shape[0], ofChannels.shape[ofChannels.rank - 1]];
  const grouped = tf.reshape(ofChannels, [batch, groups, channels / groups]);
  const spread = tf.mul(tf.mean(grouped, 2, true), tf.ones([1, 1, channels / groups]));
  return tf.reshape(spread, ofChannels.shape);
}
