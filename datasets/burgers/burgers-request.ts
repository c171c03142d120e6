import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import { burgersFiniteVolumes, burgersSpectral, UnderResolvedError } from '../../solvers/index.js';
import { drawInitialState, type InitialLaw, type InitialState } from './initial-laws.js';

/** A set of one-dimensional Burgers trajectories to compute, as plain data. */
export interface BurgersRequest {
  readonly dimension: 1;
  /** For files and errors */
  readonly name: string;
  readonly trajectories: number;
  readonly frames: number;
  /** Time between frames */
  readonly interval: number;
  /** Of the reference; by finite volumes values are means over cells, of which the first begins at 0 */
  readonly solver: 'spectral' | 'finite-volumes';
  /** Points kept: every (referencePoints / points)th of those computed, or the mean of as many cells */
  readonly points: number;
  /** Points computed; doubled for a trajectory whose shocks a spectral reference does not resolve */
  readonly referencePoints: number;
  readonly length: number;
  /** One for all, or drawn uniformly for each trajectory */
  readonly viscosity: number | readonly [minimum: number, maximum: number];
  readonly initial: InitialLaw;
  /** Longest internal step of a spectral reference, halved with the spacing; without it the Courant number decides */
  readonly maximumStep?: number;
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

/** `[frame][point]` of each trajectory asked for; those whose shocks are not resolved are computed anew on finer grids. */
export function computeTrajectories(
  request: BurgersRequest,
  indices: readonly number[],
  doubling = 0,
): Float32Array[] {
  if (request.solver === 'finite-volumes') {
    return indices.map((index) => computeByFiniteVolumes(request, index));
  }
  const { frames, interval, points, length, maximumStep } = request;
  const computed = request.referencePoints * 2 ** doubling;
  const every = computed / points;
  const drawn = indices.map((index) => drawTrajectory(request, index));
  const answers: Float32Array[] = [];
  for (const group of groupsOf(drawn.map(({ viscosity }) => viscosity))) {
    const solver = solverFor(
      computed,
      length,
      drawn[group[0]].viscosity,
      maximumStep && maximumStep / 2 ** doubling,
    );
    const initial = new Float64Array(group.length * computed);
    group.forEach((member, row) => {
      for (let i = 0; i < computed; i++)
        initial[row * computed + i] = drawn[member].at((i * length) / computed);
    });
    try {
      const reference = solver.rollout(initial, { frames, interval });
      group.forEach((member, row) => {
        answers[member] = Float32Array.from({ length: frames * points }, (_, value) => {
          const frame = row * frames + Math.floor(value / points);
          return reference[frame * computed + (value % points) * every];
        });
      });
    } catch (cause) {
      if (!(cause instanceof UnderResolvedError)) throw cause;
      if (group.length > 1) {
        for (const member of group)
          answers[member] = computeTrajectories(request, [indices[member]], doubling)[0];
      } else if (doubling < DOUBLINGS) {
        answers[group[0]] = computeTrajectories(request, [indices[group[0]]], doubling + 1)[0];
      } else {
        throw new InvalidInputError(`trajectory ${indices[group[0]]}: ${cause.message}`, { cause });
      }
    }
  }
  return answers;
}

/** Positions of equal values. */
function groupsOf(values: readonly number[]): number[][] {
  const groups = new Map<number, number[]>();
  values.forEach((value, at) => {
    const group = groups.get(value);
    if (group) group.push(at);
    else groups.set(value, [at]);
  });
  return [...groups.values()];
}

let latest: { key: string; solver: ReturnType<typeof burgersSpectral> } | undefined;

/** Plans are made once for trajectories that share them. */
function solverFor(points: number, length: number, viscosity: number, maximumStep?: number) {
  const key = [points, length, viscosity, maximumStep].join();
  if (latest?.key !== key) {
    const stepping = maximumStep === undefined ? {} : { stepping: { maximumStep } };
    const solver = burgersSpectral({ points, length, viscosity, ...stepping });
    latest = { key, solver };
  }
  return latest.solver;
}

function computeByFiniteVolumes(request: BurgersRequest, index: number): Float32Array {
  const { frames, interval, points, referencePoints: cells, length } = request;
  const { at, source, viscosity } = drawTrajectory(request, index);
  const solver = burgersFiniteVolumes({ viscosity, cells, length, source });
  const reference = solver.rollout(solver.centres.map(at), { frames, interval });
  const together = cells / points;
  const out = new Float32Array(frames * points);
  for (let value = 0; value < out.length; value++) {
    let sum = 0;
    for (let i = value * together; i < (value + 1) * together; i++) sum += reference[i];
    out[value] = sum / together;
  }
  return out;
}
