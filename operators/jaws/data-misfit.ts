import { tf } from '../../runtime/tf.js';
import { stopGradient } from '../stop-gradient.js';

/**
 * mean_i sg(e^{βs}) [e^{−s} r² + s]/2 with a learned log variance s of the residual, `[batch, ...grid, 1]`. β = 0 is the plain
 * likelihood, which gives up where the residual is large, at shocks; β = 1 weighs residuals as a mean square does.
 *
 * Source: Seitzer et al. 2022, "On the pitfalls of heteroscedastic uncertainty estimation" (β-NLL).
 */
export function temperedLikelihood(squaredResidual: tf.Tensor, s: tf.Tensor, temper: number): tf.Tensor {
  const perPoint = tf.mean(squaredResidual, -1, true);
  const negativeLog = tf.mul(tf.add(tf.mul(tf.exp(tf.neg(s)), perPoint), s), 0.5);
  return tf.mean(tf.mul(stopGradient(tf.exp(tf.mul(s, temper))), negativeLog));
}
