import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import { diffusionSorptionFiniteVolumes } from '../../solvers/index.js';

/** A set of diffusion–sorption trajectories to compute, as plain data. */
export interface DiffusionSorptionRequest {
  /** For files and errors */
  readonly name: string;
  readonly trajectories: number;
  readonly frames: number;
  /** Time between frames, s */
  readonly interval: number;
  /** Cells kept: means over referenceCells / cells of those computed */
  readonly cells: number;
  readonly referenceCells: number;
  /** Concentration at the start, the same everywhere, drawn uniformly for each trajectory */
  readonly initial: readonly [minimum: number, maximum: number];
  readonly tolerance: number;
  readonly seed: number;
}

/** Where trajectory `index` starts: depends on the seed and the index alone. */
export const drawConcentration = ({ initial, seed }: DiffusionSorptionRequest, index: number): number =>
  createRandom(combineSeeds(seed, index)).uniform(...initial);

/** `[frame][cell]` of each trajectory asked for. */
export function computeDiffusionSorption(
  request: DiffusionSorptionRequest,
  indices: readonly number[],
): Float32Array[] {
  const { frames, interval, cells, referenceCells, tolerance } = request;
  const solver = diffusionSorptionFiniteVolumes({ cells: referenceCells, tolerance });
  const together = referenceCells / cells;
  return indices.map((index) => {
    const initial = new Float64Array(referenceCells).fill(drawConcentration(request, index));
    const { values } = solver.rollout(initial, { frames, interval });
    return Float32Array.from({ length: frames * cells }, (_, value) => {
      let sum = 0;
      for (let i = value * together; i < (value + 1) * together; i++) sum += values[i];
      return sum / together;
    });
  });
}

export function checkDiffusionSorptionRequest(request: DiffusionSorptionRequest): void {
  for (const key of ['trajectories', 'frames', 'cells', 'referenceCells'] as const) {
    if (!Number.isInteger(request[key]) || request[key] < 1) {
      throw new InvalidInputError(
        `diffusionSorption: ${key} must be a positive integer, got ${request[key]}`,
      );
    }
  }
  const { cells, referenceCells, initial } = request;
  if (referenceCells % cells !== 0) {
    throw new InvalidInputError(
      `diffusionSorption: referenceCells must be a multiple of cells, got ${referenceCells} and ${cells}`,
    );
  }
  if (!(initial[0] >= 0 && initial[1] >= initial[0])) {
    throw new InvalidInputError(
      `diffusionSorption: initial must be a range of concentrations from 0 on, got ${initial.join(' to ')}`,
    );
  }
}
