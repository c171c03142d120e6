import { availableParallelism } from 'node:os';
import { InvalidInputError } from '../../common/errors.js';
import type { Progress } from '../../common/progress.js';
import { combineSeeds } from '../../common/random.js';
import { PDEBENCH_MEDIUM } from '../../solvers/index.js';
import { cachedArray } from '../array-cache.js';
import { checkTrajectories, type Trajectories } from '../trajectories.js';
import { inWorkers } from '../worker-pool.js';
import {
  checkDiffusionSorptionRequest,
  computeDiffusionSorption,
  type DiffusionSorptionRequest,
} from './request.js';

export interface DiffusionSorptionDataOptions {
  /** `pdebench`: 1,024 cells and 101 frames 5 s apart; `reduced`: 128 cells and 51 frames 10 s apart, of the same fields */
  size?: keyof typeof DIFFUSION_SORPTION_SIZES;
  trajectories?: number;
  frames?: number;
  seed?: number;
  /** Computed cells, a multiple of those kept */
  referenceCells?: number;
  /** Worker threads; 0 computes on the calling thread. By default one per core. The data do not depend on it. */
  workers?: number;
  /** Folder in which computed sets are kept, one `.npy` file each; none by default */
  cache?: string;
  progress?: Progress;
  signal?: AbortSignal;
}

export const DIFFUSION_SORPTION_SIZES = {
  pdebench: { cells: 1024, frames: 101, interval: 5 },
  reduced: { cells: 128, frames: 51, interval: 10 },
} as const;

const SPLITS = { train: 200, test: 50 } as const;

/** The parts of {@link diffusionSorption}. */
export type DiffusionSorptionSplit = keyof typeof SPLITS;

/** Error of a time step, as PDEBench's generator asks for */
const TOLERANCE = 1e-6;

/** Trajectories of a job. */
const TRAJECTORIES_PER_JOB = 4;

/** Changed when the same request gives other values than before. */
const GENERATOR_VERSION = 1;

/** What {@link diffusionSorption} computes, as plain data. */
export function diffusionSorptionRequest(
  split: DiffusionSorptionSplit,
  {
    size = 'reduced',
    trajectories,
    frames,
    seed = 0,
    referenceCells = 1024,
  }: DiffusionSorptionDataOptions = {},
): DiffusionSorptionRequest {
  if (!(split in SPLITS) || !(size in DIFFUSION_SORPTION_SIZES)) {
    throw new InvalidInputError(
      `diffusionSorption: expected ${Object.keys(SPLITS).join(' or ')} of size ` +
        `${Object.keys(DIFFUSION_SORPTION_SIZES).join(' or ')}, got ${split} of size ${size}`,
    );
  }
  const shape = DIFFUSION_SORPTION_SIZES[size];
  return {
    name: `diffusion-sorption-${size}-${split}`,
    trajectories: trajectories ?? SPLITS[split],
    frames: frames ?? shape.frames,
    interval: shape.interval,
    cells: shape.cells,
    referenceCells,
    initial: [0, 0.2],
    tolerance: TOLERANCE,
    seed: combineSeeds(seed, Object.keys(SPLITS).indexOf(split)),
  };
}

/**
 * PDEBench's diffusion–sorption problem ({@link diffusionSorptionFiniteVolumes}) on (0, 1) for 500 s, from constants in space
 * u₀ ~ U(0, 0.2): a family of one parameter. `[trajectory][frame][cell]` cell means, by default 200 trajectories to train on and 50
 * to test; PDEBench has 10,000. `viscosity` holds D.
 *
 * Source: Takamoto et al., PDEBench, NeurIPS 2022.
 */
export async function diffusionSorption(
  split: DiffusionSorptionSplit,
  options: DiffusionSorptionDataOptions = {},
): Promise<Trajectories> {
  const request = diffusionSorptionRequest(split, options);
  checkDiffusionSorptionRequest(request);
  const { workers = availableParallelism(), cache, progress, signal } = options;
  const { name, trajectories, frames, cells, interval } = request;
  const compute = async () => {
    const jobs = Array.from({ length: Math.ceil(trajectories / TRAJECTORIES_PER_JOB) }, (_, job) => ({
      request,
      indices: Array.from(
        { length: Math.min(TRAJECTORIES_PER_JOB, trajectories - job * TRAJECTORIES_PER_JOB) },
        (_, i) => job * TRAJECTORIES_PER_JOB + i,
      ),
    }));
    const blocks = await inWorkers(jobs, {
      name: 'diffusionSorption',
      file: 'dist/datasets/diffusion-sorption/diffusion-sorption-worker.js',
      run: ({ indices }) => computeDiffusionSorption(request, indices),
      workers: Math.min(workers, jobs.length),
      failed: (_, cause) =>
        new InvalidInputError(`diffusionSorption: ${(cause as Error).message}`, { cause }),
      phase: name,
      progress,
      signal,
    });
    const values = new Float32Array(trajectories * frames * cells);
    blocks.flat().forEach((block, trajectory) => {
      values.set(block, trajectory * frames * cells);
    });
    return values;
  };
  const array = {
    name,
    key: { version: GENERATOR_VERSION, ...request },
    shape: [trajectories, frames, 1, cells],
  };
  return checkTrajectories(
    {
      values: cache ? await cachedArray(cache, array, compute) : await compute(),
      trajectories,
      frames,
      components: 1,
      points: [cells],
      length: [1],
      interval,
      viscosity: new Float64Array(trajectories).fill(PDEBENCH_MEDIUM.diffusivity),
    },
    'diffusionSorption',
  );
}
