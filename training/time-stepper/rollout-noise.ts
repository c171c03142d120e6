import { createRandom } from '../../common/random.js';
import type { HostArray } from '../../runtime/index.js';
import type { StateStepper } from './open-stepper.js';
import { rollout } from './rollout.js';

export interface NoiseOptions {
  /** Standard deviation of the white noise as a share of that of the states. */
  level?: number;
  seed?: number;
}

export const NOISE_DEFAULTS = { level: 0.05, seed: 0 } as const;

/** The states with white noise η on top. */
export function noisyStates(states: HostArray, options: NoiseOptions = {}): HostArray {
  const { level, seed } = { ...NOISE_DEFAULTS, ...options };
  const random = createRandom(seed);
  const values = states.data as Float32Array;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { shape: states.shape, data: values.map((value) => value + level * deviation * random.normal()) };
}

/** γ_n = ‖F^n(u + η) − F^n(u)‖ / ‖η‖ over the whole batch, for n = 0 … steps. */
export async function stepperNoiseGain(
  model: StateStepper,
  states: HostArray,
  steps: number,
  options: NoiseOptions = {},
): Promise<Float64Array> {
  const [clean, noisy] = [
    await rollout(model, states, steps),
    await rollout(model, noisyStates(states, options), steps),
  ];
  const apart = clean.map((state, n) => {
    let sum = 0;
    for (let i = 0; i < state.data.length; i++) sum += (noisy[n].data[i] - state.data[i]) ** 2;
    return Math.sqrt(sum);
  });
  return Float64Array.from(apart, (distance) => distance / apart[0]);
}
