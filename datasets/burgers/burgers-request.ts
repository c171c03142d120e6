import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import { burgersSpectral, UnderResolvedError } from '../../solvers/index.js';
import { drawInitialState, type InitialLaw, type InitialState } from './initial-laws.js';

/** A set of one-dimensional Burgers trajectories to compute, as plain data. */
export interface BurgersRequest {
  /** For files and errors */
  readonly name: string;
  readonly trajectories: number;
  readonly frames: number;
  /** Time between frames */
  readonly interval: number;
  /** Points kept, every (referencePoints / points)th of those computed */
  readonly points: number;
  /** Points computed; doubled for a trajectory whose shocks they do not resolve */
  readonly referencePoints: number;
  readonly length: number;
  /** One for all, or drawn uniformly for each trajectory */
  readonly viscosity: number | readonly [minimum: number, maximum: number];
  readonly initial: InitialLaw;
  /** Longest internal step; halved with the spacing */
  readonly maximumStep: number;
  readonly seed: number;
}

/** How often the reference grid is doubled before a trajectory is given up */
const DOUBLINGS = 3;

/** What trajectory `index` starts from: depends on the seed and the index alone. */
export function drawTrajectory(
  { viscosity, initial, length, seed }: BurgersRequest,
  index: number,
): InitialState & { viscosity: number } {
  const random = createRandom(combineSeeds(seed, index));
  const drawn = typeof viscosity === 'number' ? viscosity : random.uniform(...viscosity);
  return { ...drawInitialState(initial, length, random), viscosity: drawn };
}

/** `[frame][point]` of one trajectory. */
export function computeTrajectory(request: BurgersRequest, index: number): Float32Array {
  const { frames, interval, points, length, maximumStep } = request;
  const { at, viscosity } = drawTrajectory(request, index);
  for (let doubling = 0; ; doubling++) {
    const computed = request.referencePoints * 2 ** doubling;
    const solver = solverFor(computed, length, viscosity, maximumStep / 2 ** doubling);
    const initial = Float64Array.from({ length: computed }, (_, i) => at((i * length) / computed));
    try {
      const reference = solver.rollout(initial, { frames, interval });
      const every = computed / points;
      return Float32Array.from({ length: frames * points }, (_, value) => {
        const frame = Math.floor(value / points);
        return reference[frame * computed + (value % points) * every];
      });
    } catch (cause) {
      if (!(cause instanceof UnderResolvedError)) throw cause;
      if (doubling<9)console.log(doubling, cause.message);if (doubling === DOUBLINGS) {
        throw new InvalidInputError(`${request.name}: trajectory ${index}: ${cause.message}`, { cause });
      }
    }
  }
}

let latest: { key: string; solver: ReturnType<typeof burgersSpectral> } | undefined;

/** Plans are made once for trajectories that share them. */
function solverFor(points: number, length: number, viscosity: number, maximumStep: number) {
  const key = [points, length, viscosity, maximumStep].join();
  if (latest?.key !== key) {
    const solver = burgersSpectral({ points, length, viscosity, stepping: { maximumStep } });
    latest = { key, solver };
  }
  return latest.solver;
}
