import { tf } from '../../runtime/tf.js';
import type { ParameterTensors } from '../neural-operator.js';
import { perChannel } from '../time-stepper/per-channel.js';
import type { TimeStepper } from '../time-stepper/time-stepper.js';
import {
  centralDifferenceProduct,
  jacobianVectorProduct,
  vectorJacobianProduct,
} from './jacobian-products.js';
import type { JacobianPenaltyOptions } from './options.js';

/** Random directions and what the solver makes of them, from the batch. */
export interface Probe {
  /** v with entries ±1, `[batch, ...grid, channels]`; those of constants are not looked at */
  readonly signs: tf.Tensor;
  /** J v of the solver for these v, where the target asks for it; in the same units of S_u */
  readonly reference?: tf.Tensor;
  /** ‖J_i‖² of the solver, `[batch, ...grid, 1]`, for the target `excess` */
  readonly referenceNorm?: tf.Tensor;
}

/**
 * q̂, an estimate of how large what the target asks to be small is at every location, `[batch, ...grid, 1]`: with random
 * signs v, E[(Jv)_i²] = Σ_j J_ij² = ‖J_i‖² for the rows, and E[(Jᵀv)_j²] for the columns; several channels are summed.
 * The Jacobian is that of the scaled step u/S_u ↦ F(u)/S_u, so that channels of other units compare.
 */
export function jacobianSize(
  stepper: TimeStepper,
  parameters: ParameterTensors,
  state: tf.Tensor,
  probe: Probe,
  options: JacobianPenaltyOptions,
): tf.Tensor {
  const signs = stepper.evolving(probe.signs);
  const change = changeProduct(stepper, parameters, state, signs, options);
  const product = options.target === 'identity' ? change : tf.add(signs, change);
  const difference =
    options.target === 'reference' ? tf.sub(product, stepper.evolving(probe.reference!)) : product;
  const size = tf.sum(tf.square(difference), -1, true);
  return options.target === 'excess' ? tf.relu(tf.sub(size, probe.referenceNorm!)) : size;
}

/** (J − I) v or (J − I)ᵀ v in units of S_u. */
function changeProduct(
  stepper: TimeStepper,
  parameters: ParameterTensors,
  state: tf.Tensor,
  signs: tf.Tensor,
  { probe, product, differenceStep }: JacobianPenaltyOptions,
): tf.Tensor {
  const increment = (u: tf.Tensor) => stepper.increment(parameters, u);
  const unit = perChannel(stepper.scales.state);
  if (probe === 'column') {
    const weights = stepper.ofState(tf.div(signs, unit));
    return tf.mul(stepper.evolving(vectorJacobianProduct(increment, state, weights)), unit);
  }
  const direction = stepper.ofState(tf.mul(signs, unit));
  const moved =
    product === 'double-vjp'
      ? jacobianVectorProduct(increment, state, direction)
      : centralDifferenceProduct(increment, state, direction, differenceStep);
  return tf.div(stepper.evolving(moved), unit);
}

/**
 * mean_i [e^{−s_i} q_i + κ s_i] over batch and grid: the negative logarithm of a normal prior of variance e^{s_i} on row i of
 * the Jacobian, tempered by κ. Free s would settle at log(q/κ), where the gradient is κ ∇q/q: the same relative pressure
 * everywhere, whatever the size of q.
 */
export function toleratedSize(size: tf.Tensor, s: tf.Tensor, barrier: number | tf.Tensor): tf.Tensor {
  return tf.mean(tf.add(tf.mul(tf.exp(tf.neg(s)), size), tf.mul(s, barrier)));
}
