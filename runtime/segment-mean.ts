import { tf } from './tf.js';

/**
 * mₖ = Σ_{e: s(e) = k} x_e / max(1, #{e: s(e) = k}): the mean of the rows of each segment, as of the messages on the edges
 * of each node; zero where a segment has none.
 *
 * @param x [edge, …]
 * @param segments [edge], the segment of each row, int32; rows with a negative one are left out
 * @param segmentCount number of segments, fixed or the size of a named dimension (`nodes.shape[0]`)
 */
export function segmentMean(x: tf.Tensor, segments: tf.Tensor, segmentCount: number): tf.Tensor {
  const ids = segments as tf.Tensor1D;
  const sums = tf.unsortedSegmentSum(x, ids, segmentCount);
  const ones = tf.onesLike(tf.cast(ids, 'float32'));
  const counts = tf.maximum(tf.unsortedSegmentSum(ones, ids, segmentCount), 1);
  return tf.div(sums, tf.reshape(counts, [segmentCount, ...x.shape.slice(1).map(() => 1)]));
}
