import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom, type Random } from '../../common/random.js';
import { burgersSpectral, UnderResolvedError } from '../../solvers/index.js';
import { type BurgersRequest, computeTrajectories } from './burgers-request.js';

/** Two-component Burgers on a periodic square, as plain data. */
export interface Burgers2dRequest {
  readonly dimension: 2;
  readonly name: string;
  readonly trajectories: number;
  readonly frames: number;
  readonly interval: number;
  /** Points kept along each axis */
  readonly points: number;
  /** Points computed along each axis; doubled for trajectories that they do not resolve */
  readonly referencePoints: number;
  readonly length: number;
  readonly viscosity: number;
  /** Waves k with 0 < max(|k_x|, |k_y|) ≤ modes, amplitudes falling like 1/|k|² */
  readonly modes: number;
  /** max |u| over both components, uniform */
  readonly amplitude: readonly [minimum: number, maximum: number];
  readonly seed: number;
}

export const BURGERS_2D_DEFAULTS: Burgers2dRequest = {
  dimension: 2,
  name: 'burgers2d',
  trajectories: 32,
  frames: 51,
  interval: 0.02,
  points: 64,
  referencePoints: 128,
  length: 1,
  viscosity: 0.01,
  modes: 2,
  amplitude: [0.5, 1],
  seed: 0,
};

/** The trajectories of a request in one or two dimensions. */
export const computeBurgers = (request: BurgersRequest | Burgers2dRequest, indices: readonly number[]) =>
  request.dimension === 1
    ? computeTrajectories(request, indices)
    : indices.map((index) => computeTrajectory2d(request, index));

/** How often the reference grid is doubled before a trajectory is given up */
const DOUBLINGS = 2;

/** `[frame][component][x][y]` of one trajectory. */
function computeTrajectory2d(request: Burgers2dRequest, index: number, doubling = 0): Float32Array {
  const { frames, interval, points, length, viscosity, seed } = request;
  const computed = request.referencePoints * 2 ** doubling;
  const solver = burgersSpectral({ points: [computed, computed], length, viscosity });
  const initial = initialState(request, createRandom(combineSeeds(seed, index)), computed);
  try {
    const reference = solver.rollout(initial, { frames, interval });
    const every = computed / points;
    const out = new Float32Array(frames * 2 * points * points);
    for (let at = 0, block = 0; block < frames * 2; block++) {
      for (let x = 0; x < computed; x += every) {
        for (let y = 0; y < computed; y += every)
          out[at++] = reference[(block * computed + x) * computed + y];
      }
    }
    return out;
  } catch (cause) {
    if (!(cause instanceof UnderResolvedError)) throw cause;
    if (doubling < DOUBLINGS) return computeTrajectory2d(request, index, doubling + 1);
    throw new InvalidInputError(`trajectory ${index}: ${cause.message}`, { cause });
  }
}

/** Largest value taken on a grid of a fixed size, so that the state does not depend on the one it is wanted on */
const MAXIMUM_POINTS = 64;

function initialState(request: Burgers2dRequest, random: Random, points: number): Float64Array {
  const { modes } = request;
  const waves: { kx: number; ky: number; amplitudes: number[]; phases: number[] }[] = [];
  for (let kx = 0; kx <= modes; kx++) {
    for (let ky = kx === 0 ? 1 : -modes; ky <= modes; ky++) {
      const amplitudes = [random.normal(), random.normal()].map((g) => g / (kx * kx + ky * ky));
      const phases = [random.uniform(0, 2 * Math.PI), random.uniform(0, 2 * Math.PI)];
      waves.push({ kx, ky, amplitudes, phases });
    }
  }
  const sample = (count: number) => {
    const out = new Float64Array(2 * count * count);
    for (let at = 0, component = 0; component < 2; component++) {
      for (let x = 0; x < count; x++) {
        for (let y = 0; y < count; y++, at++) {
          for (const { kx, ky, amplitudes, phases } of waves) {
            const angle = (2 * Math.PI * (kx * x + ky * y)) / count + phases[component];
            out[at] += amplitudes[component] * Math.sin(angle);
          }
        }
      }
    }
    return out;
  };
  const largest = sample(MAXIMUM_POINTS).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = random.uniform(...request.amplitude) / largest;
  return sample(points).map((value) => scale * value);
}
