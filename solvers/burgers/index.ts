export { COLE_HOPF_DEFAULTS, type ColeHopfOptions, coleHopf } from './cole-hopf.js';
export {
  type PotentialWave,
  potentialFlow,
  type TravellingShockOptions,
  travellingShock,
} from './exact-waves.js';
export {
  BURGERS_FINITE_VOLUMES_DEFAULTS,
  type BurgersFiniteVolumes,
  type BurgersFiniteVolumesOptions,
  burgersFiniteVolumes,
} from './finite-volumes.js';
export type { LineEnd } from './implicit-diffusion.js';
export type { Limiter } from './limiters.js';
export {
  type DifferentiableStepper,
  jacobianRowNorms,
  NOISE_GAIN_DEFAULTS,
  type NoiseGainOptions,
  noiseGain,
  type RowNormOptions,
  stepJacobian,
} from './linearisation.js';
export type { PeriodicSolver, RolloutOptions } from './periodic-solver.js';
export type { BurgersState } from './periodic-state.js';
export { shockResolution, TAIL_ENERGY_LIMIT, UnderResolvedError } from './resolution.js';
export {
  BURGERS_SPECTRAL_DEFAULTS,
  type BurgersSpectral,
  type BurgersSpectralOptions,
  burgersSpectral,
} from './spectral.js';
export type { Stepping } from './sub-steps.js';
