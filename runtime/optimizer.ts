import type { Parameters } from './parameters.js';
import type { NamedTensors } from './specs.js';
import { tf } from './tf.js';

/** Settings that a schedule moves from step to step. */
export interface StepScalars {
  readonly learningRate: number;
  /** β₁ of Adam in this step, by default 0.9. */
  readonly beta1?: number;
}

export type Moment = 'firstMoment' | 'secondMoment';

/** Vectors of the parameters and their moments, each with all parameters behind one another. */
export interface OptimizerState {
  readonly parameters: tf.Tensor;
  readonly firstMoment?: tf.Tensor;
  readonly secondMoment?: tf.Tensor;
}

/** An update rule as a graph function: state and gradient in, next state out. */
export interface Optimizer {
  /** The moments it keeps between updates. */
  readonly moments: readonly Moment[];
  /** Numbers that enter update t = 1, 2, …; the graph has a scalar input of each name. */
  scalars(t: number, settings: Required<StepScalars>): Readonly<Record<string, number>>;
  /** `like` gives names, order and shapes of the packed parameters. */
  update(state: OptimizerState, gradient: tf.Tensor, scalars: NamedTensors, like: Parameters): OptimizerState;
}

/** (1 − η λ) θ */
export function decayed(parameters: tf.Tensor, learningRate: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? parameters : tf.mul(parameters, tf.sub(1, tf.mul(learningRate, weightDecay)));
}
