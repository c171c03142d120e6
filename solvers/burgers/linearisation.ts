import { InvalidInputError } from '../../common/errors.js';
import type { Random } from '../../common/random.js';
import type { BurgersState } from './periodic-state.js';

/** A time stepper with its derivative; {@link BurgersSpectral} is one. */
export interface DifferentiableStepper {
  /** Numbers in one trajectory's state */
  readonly stateSize: number;
  step(state: BurgersState, interval: number): Float64Array;
  jvp(state: BurgersState, direction: BurgersState, interval: number): Float64Array;
}

/** Largest state for which a dense Jacobian is formed */
const DENSE_LIMIT = 4096;

/** Dense J `[row][column]` of one interval at one trajectory's state: one tangent per column. */
export function stepJacobian(
  stepper: DifferentiableStepper,
  state: BurgersState,
  interval: number,
): Float64Array {
  const size = stepper.stateSize;
  if (state.length !== size) {
    throw new InvalidInputError(
      `stepJacobian: expected one trajectory of ${size} numbers, got ${state.length} numbers`,
    );
  }
  if (size > DENSE_LIMIT) {
    throw new InvalidInputError(
      `stepJacobian: a dense Jacobian of ${size} × ${size} is too large (limit ${DENSE_LIMIT}); ` +
        'use jvp, vjp or jacobianRowNorms with probes',
    );
  }
  const jacobian = new Float64Array(size * size);
  const block = Math.min(size, DENSE_COLUMNS);
  const states = new Float64Array(block * size);
  for (let i = 0; i < block; i++) states.set(state, i * size);
  for (let start = 0; start < size; start += block) {
    const count = Math.min(block, size - start);
    const directions = new Float64Array(count * size);
    for (let i = 0; i < count; i++) directions[i * size + start + i] = 1;
    const columns = stepper.jvp(states.subarray(0, count * size), directions, interval);
    for (let i = 0; i < count; i++) {
      for (let row = 0; row < size; row++) jacobian[row * size + start + i] = columns[i * size + row];
    }
  }
  return jacobian;
}

const DENSE_COLUMNS = 64;

export interface RowNormOptions {
  interval: number;
  /** Rademacher probes averaged; without them the dense Jacobian gives the exact norms (one trajectory only) */
  probes?: number;
  random?: Random;
}

/**
 * Squared row norms q_i = Σ_j J_ij² of one interval, in the shape of the state. With probes v of entries ±1,
 * E[(J v)_i²] = q_i with standard deviation about q_i √(2/P).
 */
export function jacobianRowNorms(
  stepper: DifferentiableStepper,
  state: BurgersState,
  { interval, probes, random }: RowNormOptions,
): Float64Array {
  const norms = new Float64Array(state.length);
  if (probes === undefined) {
    const jacobian = stepJacobian(stepper, state, interval);
    for (let at = 0; at < jacobian.length; at++) {
      norms[Math.floor(at / state.length)] += jacobian[at] * jacobian[at];
    }
    return norms;
  }
  if (!Number.isInteger(probes) || probes < 1 || !random) {
    throw new InvalidInputError(
      `jacobianRowNorms: probes must be a positive integer and come with a random generator, got ${probes}`,
    );
  }
  for (let probe = 0; probe < probes; probe++) {
    const direction = Float64Array.from(state, () => (random.uniform() < 0.5 ? -1 : 1));
    const image = stepper.jvp(state, direction, interval);
    for (let at = 0; at < norms.length; at++) norms[at] += (image[at] * image[at]) / probes;
  }
  return norms;
}

export interface NoiseGainOptions {
  interval: number;
  /** Numbers of intervals after which the gain is wanted, ascending */
  after: readonly number[];
  /** Standard deviation of the noise over that of each trajectory's state */
  level?: number;
  random: Random;
}

export const NOISE_GAIN_DEFAULTS = { level: 0.05 } as const;

/**
 * γ_n = ‖Φⁿ(u + η) − Φⁿ(u)‖ / ‖η‖ for white noise η, `[after][trajectory]`. The noisy state has energy at every wave
 * number: a spectral solver must be told to allow under-resolved states.
 */
export function noiseGain(
  stepper: Pick<DifferentiableStepper, 'stateSize' | 'step'>,
  state: BurgersState,
  options: NoiseGainOptions,
): Float64Array[] {
  const { interval, after, level, random } = { ...NOISE_GAIN_DEFAULTS, ...options };
  const size = stepper.stateSize;
  const count = state.length / size;
  let clean: Float64Array = Float64Array.from(state);
  let noisy: Float64Array = Float64Array.from(state);
  for (let trajectory = 0; trajectory < count; trajectory++) {
    const values = clean.subarray(trajectory * size, (trajectory + 1) * size);
    const mean = values.reduce((sum, value) => sum + value, 0) / size;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size);
    for (let at = 0; at < size; at++) noisy[trajectory * size + at] += level * deviation * random.normal();
  }
  const start = distances(clean, noisy, size);
  let done = 0;
  return after.map((wanted) => {
    for (; done < wanted; done++) {
      clean = stepper.step(clean, interval);
      noisy = stepper.step(noisy, interval);
    }
    return distances(clean, noisy, size).map((distance, trajectory) => distance / start[trajectory]);
  });
}

function distances(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(a.length / size);
  for (let at = 0; at < a.length; at++) out[Math.floor(at / size)] += (a[at] - b[at]) ** 2;
  return out.map(Math.sqrt);
}
