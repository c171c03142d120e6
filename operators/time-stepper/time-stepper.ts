import { InvalidInputError } from '../../common/errors.js';
import { tf } from '../../runtime/tf.js';
import type { GridOperator } from '../grid-operator.js';
import type { ParameterTensors } from '../neural-operator.js';
import { perChannel } from './per-channel.js';

/** Typical sizes in a data set, one number a channel; stored with the model. */
export interface StateScales {
  /** S_u: standard deviation of the states */
  readonly state: readonly number[];
  /** S_Δ: standard deviation of u^{n+1} − u^n */
  readonly increment: readonly number[];
  /** Standard deviation of (u_{i+1} − u_{i−1})/2 over all axes */
  readonly difference: readonly number[];
}

export interface TimeStepperOptions {
  readonly scales: StateScales;
  /** Takes the mean over the grid out of every increment, so that Σ_x u is kept: for periodic conservation laws. */
  readonly conservative: boolean;
}

/**
 * A learned time step of a fixed interval,
 *
 *     F_θ(u) = u + S_Δ · G_θ(u / S_u),
 *
 * and of a conservative one G ← G − mean_x G. States are `[batch, ...grid, channels]`. It is a grid operator itself.
 */
export interface TimeStepper extends GridOperator<TimeStepperOptions & { readonly operator: unknown }> {
  readonly scales: StateScales;
  /** F_θ(u) − u, which differences of F would lose digits of */
  increment(parameters: ParameterTensors, state: tf.Tensor): tf.Tensor;
}

export const TIME_STEPPER_DEFAULTS = { conservative: false } as const;

/**
 * A time stepper around any operator that answers in as many channels as it is given.
 *
 * @throws InvalidInputError for scales that are not positive, or not one a channel
 */
export function timeStepper(
  operator: GridOperator,
  options: Pick<TimeStepperOptions, 'scales'> & Partial<TimeStepperOptions>,
): TimeStepper {
  const { scales, conservative } = { ...TIME_STEPPER_DEFAULTS, ...options };
  checkScales(scales);
  const increment = (parameters: ParameterTensors, state: tf.Tensor): tf.Tensor => {
    if (state.shape.at(-1) !== scales.state.length) {
      throw new InvalidInputError(
        `timeStepper: expected states of ${scales.state.length} channels, got [${state.shape}]`,
      );
    }
    const answer = operator.forward(parameters, tf.div(state, perChannel(scales.state)));
    if (answer.shape.join() !== state.shape.join()) {
      throw new InvalidInputError(
        `timeStepper: ${operator.name} answers [${answer.shape}] for a state [${state.shape}]; give it as many outputs as inputs`,
      );
    }
    const change = tf.mul(answer, perChannel(scales.increment));
    if (!conservative) return change;
    const grid = change.shape.slice(1, -1).map((_, axis) => axis + 1);
    return tf.sub(change, tf.mean(change, grid, true));
  };
  return {
    name: 'time-stepper',
    options: { operator: { name: operator.name, options: operator.options }, scales, conservative },
    scales,
    initialParameters: (random) => operator.initialParameters(random),
    increment,
    forward: (parameters, state) => tf.add(state, increment(parameters, state)),
  };
}

function checkScales(scales: StateScales): void {
  const channels = scales.state.length;
  for (const [name, values] of Object.entries(scales)) {
    if (values.length !== channels || channels === 0) {
      throw new InvalidInputError(
        `timeStepper: scales.${name} should have one number for each of the ${channels} channels, got ${values.length}`,
      );
    }
    if (!values.every((value: number) => value > 0 && Number.isFinite(value))) {
      throw new InvalidInputError(
        `timeStepper: scales.${name} should be positive, got ${values}; a channel that never changes is no part of the state`,
      );
    }
  }
}
