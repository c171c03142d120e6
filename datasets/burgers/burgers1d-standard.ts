import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds } from '../../common/random.js';
import type { Trajectories } from '../trajectories.js';
import type { BurgersRequest } from './burgers-request.js';
import { type GenerateBurgersOptions, generateBurgers } from './generate-burgers.js';

/** The parts of {@link burgers1dStandard}: training, test, and tests out of distribution in the initial law and in ν. */
export type StandardSplit = 'train' | 'test' | 'otherInitialStates' | 'otherViscosity';

export interface StandardOptions {
  /** By default 0.005 */
  viscosity?: number;
  seed?: number;
  /** Sizes of all parts, for tests and first trials; by default 48 trajectories of 51 frames, and 32 of 201 */
  trajectories?: number;
  frames?: number;
}

export const BURGERS_1D_STANDARD_DEFAULTS = { viscosity: 0.005, seed: 0 } as const;

/** Viscosity of the part 'otherViscosity' */
const OTHER_VISCOSITY = 0.002;

const SPLITS = {
  train: { trajectories: 48, frames: 51 },
  test: { trajectories: 32, frames: 201 },
  otherInitialStates: { trajectories: 32, frames: 201 },
  otherViscosity: { trajectories: 32, frames: 201 },
} as const;

/**
 * Viscous Burgers on [0, 1), periodic, ν = 0.005: 128 points sampled from a pseudo-spectral reference on 512, frames 0.02
 * apart (steps of 5e-4). Initial states A ũ/max|ũ| + ū with ũ = Σ_{m ≤ 4} (g_m/m) sin(2πmx + φ_m), A ~ U(0.5, 1),
 * ū ~ U(−0.3, 0.3); `otherInitialStates` have m ≤ 8 and 1.5 times the amplitude, `otherViscosity` the law of the test at
 * ν = 0.002. Training ends at t = 1, tests at t = 4.
 */
export function burgers1dStandardRequest(
  split: StandardSplit,
  options: StandardOptions = {},
): BurgersRequest {
  if (!(split in SPLITS)) {
    throw new InvalidInputError(
      `burgers1dStandardRequest: expected one of ${Object.keys(SPLITS).join(', ')}, got ${split}`,
    );
  }
  const { viscosity, seed } = { ...BURGERS_1D_STANDARD_DEFAULTS, ...options };
  const other = split === 'otherInitialStates';
  return {
    dimension: 1,
    solver: 'spectral',
    name: `burgers1d-standard-${split}`,
    trajectories: options.trajectories ?? SPLITS[split].trajectories,
    frames: options.frames ?? SPLITS[split].frames,
    interval: 0.02,
    points: 128,
    referencePoints: 512,
    length: 1,
    viscosity: split === 'otherViscosity' ? OTHER_VISCOSITY : viscosity,
    initial: {
      kind: 'decaying-harmonics',
      modes: other ? 8 : 4,
      amplitude: other ? [0.75, 1.5] : [0.5, 1],
      mean: [-0.3, 0.3],
    },
    maximumStep: 5e-4,
    seed: combineSeeds(seed, Object.keys(SPLITS).indexOf(split)),
  };
}

/** One part of the set of {@link burgers1dStandardRequest}. */
export function burgers1dStandard(
  split: StandardSplit,
  options: StandardOptions & GenerateBurgersOptions = {},
): Promise<Trajectories> {
  return generateBurgers(burgers1dStandardRequest(split, options), options);
}
