export {
  DECAYING_VORTICITY_DEFAULTS,
  type DecayingVorticityOptions,
  decayingVorticity,
  decayingVorticityRequest,
  type VorticitySplit,
} from './decaying-vorticity.js';
export { periodicGaussianField } from './periodic-gaussian-field.js';
export type { VorticityRequest } from './request.js';
