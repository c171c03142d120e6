import { tf } from '../tf.js';

/**
 * −Σₖ pₖ log softmax(z)ₖ over the last axis: `labels` p and `logits` z of shape […, classes] give […].
 *
 * Unlike `tf.losses.softmaxCrossEntropy` it can be differentiated twice, and takes no mean over the batch.
 */
export function softmaxCrossEntropy(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  return tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), -1));
}
