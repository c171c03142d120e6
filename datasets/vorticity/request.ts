import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import { UnderResolvedError, vorticitySpectral } from '../../solvers/index.js';
import { periodicGaussianField } from './periodic-gaussian-field.js';

/** A set of decaying plane flows to compute, as plain data. */
export interface VorticityRequest {
  /** For files and errors */
  readonly name: string;
  readonly trajectories: number;
  readonly frames: number;
  /** Time between frames */
  readonly interval: number;
  /** Points kept along each axis: every (referencePoints / points)th of those computed */
  readonly points: number;
  readonly referencePoints: number;
  readonly viscosity: number;
  /** ℓ of the initial states' periodic kernel */
  readonly lengthScale: number;
  readonly seed: number;
}

/** Steps of the reference, below the limit of stability and far above what its errors show */
const COURANT = 0.6;

/** How often the reference grid is doubled before a trajectory is given up */
const DOUBLINGS = 2;

/** `[frame][x][y]` of each trajectory asked for; those that the reference grid does not resolve are computed on finer ones. */
export const computeVorticity = (request: VorticityRequest, indices: readonly number[]): Float32Array[] =>
  indices.map((index) => computeTrajectory(request, index));

function computeTrajectory(request: VorticityRequest, index: number, doubling = 0): Float32Array {
  const { frames, interval, points, referencePoints, viscosity, lengthScale, seed } = request;
  // a single frame is the initial state, and no grid need resolve what becomes of it
  const grid = frames === 1 ? points : referencePoints * 2 ** doubling;
  const solver = vorticitySpectral({ viscosity, points: grid, stepping: { courant: COURANT } });
  const every = grid / points;
  const field = periodicGaussianField(lengthScale, createRandom(combineSeeds(seed, index)));
  try {
    const values = solver.rollout(field(grid), { frames, interval });
    const out = new Float32Array(frames * points * points);
    for (let at = 0, frame = 0; frame < frames; frame++) {
      for (let x = 0; x < grid; x += every) {
        for (let y = 0; y < grid; y += every) out[at++] = values[(frame * grid + x) * grid + y];
      }
    }
    return out;
  } catch (cause) {
    if (!(cause instanceof UnderResolvedError)) throw cause;
    if (doubling < DOUBLINGS) return computeTrajectory(request, index, doubling + 1);
    throw new InvalidInputError(`trajectory ${index}: ${cause.message}`, { cause });
  }
}

export function checkVorticityRequest(request: VorticityRequest): void {
  for (const key of ['trajectories', 'frames', 'points', 'referencePoints'] as const) {
    if (!Number.isInteger(request[key]) || request[key] < 1) {
      throw new InvalidInputError(
        `decayingVorticity: ${key} must be a positive integer, got ${request[key]}`,
      );
    }
  }
  const { points, referencePoints, lengthScale } = request;
  if (referencePoints % points !== 0) {
    throw new InvalidInputError(
      `decayingVorticity: referencePoints must be a multiple of points, got ${referencePoints} and ${points}`,
    );
  }
  if (!(lengthScale >= 0.1 && Number.isFinite(lengthScale))) {
    throw new InvalidInputError(`decayingVorticity: lengthScale must be at least 0.1, got ${lengthScale}`);
  }
}
