export {
  DIFFUSION_SORPTION_DEFAULTS,
  type DiffusionSorptionFiniteVolumes,
  type DiffusionSorptionOptions,
  type DiffusionSorptionRollout,
  diffusionSorptionFiniteVolumes,
} from './finite-volumes.js';
export type { LineEnds } from './line-operator.js';
export {
  PDEBENCH_MEDIUM,
  type Retardation,
  retardation,
  type SorptionMedium,
} from './retardation.js';
