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
  /**
   * How many of a state's channels, the last ones, no step changes: a mask of solids, a Reynolds number. The operator is
   * given them as they are, behind the others; scales have no numbers for them.
   */
  readonly constants: number;
}

/**
 * A learned time step of a fixed interval,
 *
 *     F_θ(u) = u + S_Δ · G_θ(u / S_u),
 *
 * and of a conservative one G ← G − mean_x G. States are `[batch, ...grid, channels]`, constants among them. It is a grid
 * operator itself.
 */
export interface TimeStepper extends GridOperator<TimeStepperOptions & { readonly operator: unknown }> {
  readonly scales: StateScales;
  /** The channels that steps change */
  evolving(state: tf.Tensor): tf.Tensor;
  /** A change of those channels as one of whole states, zero in the constants */
  ofState(change: tf.Tensor): tf.Tensor;
  /** F_θ(u) − u, which differences of F would lose digits of */
  increment(parameters: ParameterTensors, state: tf.Tensor): tf.Tensor;
}

export const TIME_STEPPER_DEFAULTS = { conservative: false, constants: 0 } as const;

/**
 * A time stepper around any operator that answers in as many channels as it is given, constants not counted.
 *
 * @throws InvalidInputError for scales that are not positive, or not one a channel that evolves; a number of constants that
 *   is none
 */
export function timeStepper(
  operator: GridOperator,
  options: Pick<TimeStepperOptions, 'scales'> & Partial<TimeStepperOptions>,
): TimeStepper {
  const { scales, conservative, constants } = { ...TIME_STEPPER_DEFAULTS, ...options };
  checkScales(scales);
  if (!Number.isInteger(constants) || constants < 0) {
    throw new InvalidInputError(`timeStepper: constants must be an integer of at least 0, got ${constants}`);
  }
  const evolvingCount = scales.state.length;
  const channels = evolvingCount + constants;
  const part = (state: tf.Tensor, start: number, count: number) =>
    tf.slice(state, [...Array(state.rank - 1).fill(0), start], [...state.shape.slice(0, -1), count]);
  const evolving = (state: tf.Tensor) => (constants === 0 ? state : part(state, 0, evolvingCount));
  const ofState = (change: tf.Tensor) => {
    const beside = change.shape.map((_, axis) => [0, axis === change.rank - 1 ? constants : 0]);
    return constants === 0 ? change : tf.pad(change, beside as [number, number][]);
  };
  const increment = (parameters: ParameterTensors, state: tf.Tensor): tf.Tensor => {
    if (state.shape.at(-1) !== channels) {
      const which = constants > 0 ? `, ${constants} of them constant` : '';
      throw new InvalidInputError(
        `timeStepper: expected states of ${channels} channels${which}, got [${state.shape}]`,
      );
    }
    const moving = evolving(state);
    const scaled = tf.div(moving, perChannel(scales.state));
    const given = constants === 0 ? scaled : tf.concat([scaled, part(state, evolvingCount, constants)], -1);
    const answer = operator.forward(parameters, given);
    if (answer.shape.join() !== moving.shape.join()) {
      throw new InvalidInputError(
        `timeStepper: ${operator.name} answers [${answer.shape}] for a state [${state.shape}]; ` +
          `give it ${channels} inputs and ${evolvingCount} outputs`,
      );
    }
    const change = tf.mul(answer, perChannel(scales.increment));
    if (!conservative) return ofState(change);
    const grid = change.shape.slice(1, -1).map((_, axis) => axis + 1);
    return ofState(tf.sub(change, tf.mean(change, grid, true)));
  };
  return {
    name: 'time-stepper',
    options: {
      operator: { name: operator.name, options: operator.options },
      scales,
      conservative,
      constants,
    },
    scales,
    evolving,
    ofState,
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
