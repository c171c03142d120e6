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

/** Scalars of one step. β₁ is one of them because one-cycle schedules let it move against the learning rate. */
export interface AdamScalars {
  readonly learningRate: tf.Tensor;
  readonly beta1: tf.Tensor;
  /** 1 / (1 − β₁ᵗ) */
  readonly firstCorrection: tf.Tensor;
  /** 1 / (1 − β₂ᵗ) */
  readonly secondCorrection: tf.Tensor;
}

export interface AdamState {
  readonly parameters: tf.Tensor;
  readonly firstMoment: tf.Tensor;
  readonly secondMoment: tf.Tensor;
}

/**
 * Adam (Kingma and Ba 2015) on packed vectors:
 * m' = β₁ m + (1−β₁) g, v' = β₂ v + (1−β₂) g², θ' = θ − η m̂ / (√v̂ + ε) with m̂ = m' / (1−β₁ᵗ), v̂ = v' / (1−β₂ᵗ).
 */
export function adamUpdate(
  state: AdamState,
  gradient: tf.Tensor,
  scalars: AdamScalars,
  options: AdamOptions = {},
): AdamState {
  const { beta2, epsilon, weightDecay } = { ...ADAM_DEFAULTS, ...options };
  const { learningRate, beta1, firstCorrection, secondCorrection } = scalars;
  const firstMoment = tf.add(tf.mul(state.firstMoment, beta1), tf.mul(gradient, tf.sub(1, beta1)));
  const secondMoment = tf.add(tf.mul(state.secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const rate = tf.mul(learningRate, firstCorrection);
  const denominator = tf.add(tf.sqrt(tf.mul(secondMoment, secondCorrection)), epsilon);
  const kept =
    weightDecay === 0
      ? state.parameters
      : tf.mul(state.parameters, tf.sub(1, tf.mul(learningRate, weightDecay)));
  const parameters = tf.sub(kept, tf.mul(rate, tf.div(firstMoment, denominator)));
  return { parameters, firstMoment, secondMoment };
}
