import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import { frameSize, type Trajectories } from '../../datasets/index.js';
import { NOISE_DEFAULTS, type NoiseOptions } from './rollout-noise.js';
import { trajectoryScales } from './trajectory-scales.js';

/**
 * The trajectories as they might be measured: white noise on every frame, inputs and targets alike, of standard deviation `level`
 * times that of the states, a component each. Noise of a trajectory comes from the seed and its number.
 *
 * @throws InvalidInputError for a negative level
 */
export function noisyTrajectories(data: Trajectories, options: NoiseOptions = {}): Trajectories {
  const { level, seed } = { ...NOISE_DEFAULTS, ...options };
  if (!(level >= 0 && Number.isFinite(level))) {
    throw new InvalidInputError(`noisyTrajectories: level must be at least 0, got ${level}`);
  }
  const { state } = trajectoryScales(data);
  const size = frameSize(data);
  const points = size / data.components;
  const values = data.values.slice();
  for (let trajectory = 0; trajectory < data.trajectories; trajectory++) {
    const random = createRandom(combineSeeds(seed, trajectory));
    const start = trajectory * data.frames * size;
    for (let at = 0; at < data.frames * size; at++) {
      values[start + at] += level * state[Math.floor((at % size) / points)] * random.normal();
    }
  }
  return { ...data, values };
}
