import { decayed, type Optimizer, type OptimizerState } from './optimizer.js';
import type { NamedTensors } from './specs.js';
import { tf } from './tf.js';

export interface AdamOptions {
  /** β₂, decay of the second moment. */
  readonly beta2?: number;
  /** ε, added to the root of the second moment. */
  readonly epsilon?: number;
  /** Decoupled weight decay (AdamW): θ shrinks by learning rate × decay. */
  readonly weightDecay?: number;
}

export const ADAM_DEFAULTS = { beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** Adam's scalars of one step. β₁ is one of them because one-cycle schedules let it move against the learning rate. */
export const adamScalars =
  (beta2: number): Optimizer['scalars'] =>
  (t, { learningRate, beta1 }) => ({
    learningRate,
    beta1,
    firstCorrection: 1 / (1 - beta1 ** t),
    secondCorrection: 1 / (1 - beta2 ** t),
  });

/**
 * Adam (Kingma and Ba 2015) on packed vectors:
 * m' = β₁ m + (1−β₁) g, v' = β₂ v + (1−β₂) g², θ' = θ − η m̂ / (√v̂ + ε) with m̂ = m' / (1−β₁ᵗ), v̂ = v' / (1−β₂ᵗ).
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const settings = { ...ADAM_DEFAULTS, ...options };
  return {
    moments: ['firstMoment', 'secondMoment'],
    scalars: adamScalars(settings.beta2),
    update: (state, gradient, scalars) =>
      adamUpdate(state as Required<OptimizerState>, gradient, scalars, settings),
  };
}

export const ADAM_W_DEFAULTS = { ...ADAM_DEFAULTS, weightDecay: 0.01 };

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): θ' = (1 − η λ) θ − η m̂ / (√v̂ + ε). */
export const adamW = (options: AdamOptions = {}): Optimizer => adam({ ...ADAM_W_DEFAULTS, ...options });

/** One update of {@link adam}. */
export function adamUpdate(
  state: Required<OptimizerState>,
  gradient: tf.Tensor,
  { learningRate, beta1, firstCorrection, secondCorrection }: NamedTensors,
  { beta2, epsilon, weightDecay }: Required<AdamOptions>,
): Required<OptimizerState> {
  const firstMoment = tf.add(tf.mul(state.firstMoment, beta1), tf.mul(gradient, tf.sub(1, beta1)));
  const secondMoment = tf.add(tf.mul(state.secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const rate = tf.mul(learningRate, firstCorrection);
  const denominator = tf.add(tf.sqrt(tf.mul(secondMoment, secondCorrection)), epsilon);
  const parameters = tf.sub(
    decayed(state.parameters, learningRate, weightDecay),
    tf.mul(rate, tf.div(firstMoment, denominator)),
  );
  return { parameters, firstMoment, secondMoment };
}
