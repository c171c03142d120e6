import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds } from '../../common/random.js';
import { type GenerateOptions, generateTrajectories } from '../generate-trajectories.js';
import type { Trajectories } from '../trajectories.js';
import { checkVorticityRequest, computeVorticity, type VorticityRequest } from './request.js';

export interface DecayingVorticityOptions
  extends GenerateOptions,
    Partial<Omit<VorticityRequest, 'name' | 'seed'>> {
  seed?: number;
}

const SPLITS = { train: 200, test: 20 } as const;

/** The parts of {@link decayingVorticity}. */
export type VorticitySplit = keyof typeof SPLITS;

export const DECAYING_VORTICITY_DEFAULTS = {
  frames: 32,
  interval: 5 / 31,
  points: 64,
  referencePoints: 128,
  viscosity: 1e-4,
  lengthScale: 0.8,
  seed: 0,
} as const;

/** What {@link decayingVorticity} computes, as plain data. */
export function decayingVorticityRequest(
  split: VorticitySplit,
  options: DecayingVorticityOptions = {},
): VorticityRequest {
  if (!(split in SPLITS)) {
    throw new InvalidInputError(
      `decayingVorticity: expected ${Object.keys(SPLITS).join(' or ')}, got ${split}`,
    );
  }
  const { frames, interval, points, referencePoints, viscosity, lengthScale, seed } = {
    ...DECAYING_VORTICITY_DEFAULTS,
    ...options,
  };
  return {
    name: `decaying-vorticity-${split}`,
    trajectories: options.trajectories ?? SPLITS[split],
    frames,
    interval,
    points,
    referencePoints,
    viscosity,
    lengthScale,
    seed: combineSeeds(seed, Object.keys(SPLITS).indexOf(split)),
  };
}

/**
 * Plane flow without forcing in the periodic unit square, `[trajectory][frame][x][y]` vorticity: w_t + u·∇w = νΔw
 * ({@link vorticitySpectral}) from Gaussian fields with a periodic kernel of length scale 0.8, on 0 ≤ t ≤ 5 at ν = 1e-4. By default
 * 32 frames of 64² points from a reference on 128². `frames: 1` draws initial states alone, without solving.
 *
 * Source: the Navier–Stokes problem of Chalapathi, Du & Krishnapriyan (ICLR 2024), reduced; they use 64 frames.
 */
export async function decayingVorticity(
  split: VorticitySplit,
  options: DecayingVorticityOptions = {},
): Promise<Trajectories> {
  const request = decayingVorticityRequest(split, options);
  checkVorticityRequest(request);
  const { trajectories, frames, points, interval, viscosity } = request;
  return generateTrajectories(
    {
      caller: 'decayingVorticity',
      file: 'dist/datasets/vorticity/vorticity-worker.js',
      request,
      compute: computeVorticity,
      perJob: 1,
      version: 1,
      shape: {
        trajectories,
        frames,
        components: 1,
        points: [points, points],
        length: [1, 1],
        interval,
        viscosity: new Float64Array(trajectories).fill(viscosity),
      },
    },
    options,
  );
}
