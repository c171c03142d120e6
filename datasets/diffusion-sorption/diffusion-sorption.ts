import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds } from '../../common/random.js';
import { PDEBENCH_MEDIUM } from '../../solvers/index.js';
import { type GenerateOptions, generateTrajectories } from '../generate-trajectories.js';
import type { Trajectories } from '../trajectories.js';
import {
  checkDiffusionSorptionRequest,
  computeDiffusionSorption,
  type DiffusionSorptionRequest,
} from './request.js';

export interface DiffusionSorptionDataOptions extends GenerateOptions {
  /** `pdebench`: 1,024 cells and 101 frames 5 s apart; `reduced`: 128 cells and 51 frames 10 s apart, of the same fields */
  size?: keyof typeof DIFFUSION_SORPTION_SIZES;
  trajectories?: number;
  frames?: number;
  seed?: number;
  /** Computed cells, a multiple of those kept */
  referenceCells?: number;
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
  const { trajectories, frames, cells, interval } = request;
  return generateTrajectories(
    {
      caller: 'diffusionSorption',
      file: 'dist/datasets/diffusion-sorption/diffusion-sorption-worker.js',
      request,
      compute: computeDiffusionSorption,
      perJob: 4,
      version: 1,
      shape: {
        trajectories,
        frames,
        components: 1,
        points: [cells],
        length: [1],
        interval,
        viscosity: new Float64Array(trajectories).fill(PDEBENCH_MEDIUM.diffusivity),
      },
    },
    options,
  );
}
