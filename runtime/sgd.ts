import { InvalidInputError } from '../common/errors.js';
import { decayed, type Optimizer } from './optimizer.js';
import { tf } from './tf.js';

export interface SgdOptions {
  /** μ, the share of the last velocity that is kept. */
  readonly momentum?: number;
  /** Nesterov's variant: the step looks ahead along the velocity. */
  readonly nesterov?: boolean;
  /** Decoupled weight decay: θ shrinks by learning rate × decay. */
  readonly weightDecay?: number;
}

export const SGD_DEFAULTS = { momentum: 0, nesterov: false, weightDecay: 0 };

/**
 * Gradient descent with momentum: v' = μ v + g, θ' = (1 − η λ) θ − η v', with Nesterov θ' = (1 − η λ) θ − η (g + μ v').
 * The velocity v is the first moment of the state. A schedule's β₁ does not change μ.
 *
 * Source: Sutskever et al. 2013, in the form of PyTorch's SGD without dampening.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum, nesterov, weightDecay } = { ...SGD_DEFAULTS, ...options };
  if (!(momentum >= 0 && momentum < 1))
    throw new InvalidInputError(`sgd: momentum must lie in [0, 1), got ${momentum}`);
  return {
    moments: momentum > 0 ? ['firstMoment'] : [],
    scalars: (_, { learningRate }) => ({ learningRate }),
    update({ parameters, firstMoment }, gradient, { learningRate }) {
      const velocity = firstMoment && tf.add(tf.mul(firstMoment, momentum), gradient);
      const direction =
        velocity === undefined
          ? gradient
          : nesterov
            ? tf.add(gradient, tf.mul(velocity, momentum))
            : velocity;
      return {
        parameters: tf.sub(decayed(parameters, learningRate, weightDecay), tf.mul(learningRate, direction)),
        firstMoment: velocity,
      };
    },
  };
}
