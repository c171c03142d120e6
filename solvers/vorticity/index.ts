export {
  biotSavart,
  type FourierMultiplier,
  fourierMultiplier,
  type WaveFactor,
} from './fourier-multiplier.js';
export {
  TAIL_ENSTROPHY_LIMIT,
  VORTICITY_SPECTRAL_DEFAULTS,
  type VorticitySpectral,
  type VorticitySpectralOptions,
  vorticitySpectral,
} from './spectral.js';
