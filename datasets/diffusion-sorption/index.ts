export {
  DIFFUSION_SORPTION_SIZES,
  type DiffusionSorptionDataOptions,
  type DiffusionSorptionSplit,
  diffusionSorption,
  diffusionSorptionRequest,
} from './diffusion-sorption.js';
export {
  type ReadDiffusionSorptionOptions,
  readDiffusionSorptionFile,
  writeDiffusionSorptionFile,
} from './pdebench-groups.js';
export type { DiffusionSorptionRequest } from './request.js';
