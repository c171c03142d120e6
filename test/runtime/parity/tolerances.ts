import type { ParityDevice } from './entry.js';

/**
 * max |difference from float64| ≤ tolerance · max(1, max |expected|), for a row's value, gradients and second gradients
 * alike. Processors: float32 with sums in another order, 2⁻²⁴ times the few dozen terms of a sum of sums. Shaders: WGSL
 * asks for exponentials and divisions to a few units of the last place only, and derivatives multiply several of them.
 */
export const TOLERANCES: Readonly<Record<ParityDevice, number>> = {
  'cpu in Node': 2e-5,
  'wasm in Chromium': 2e-5,
  'webgpu in Node': 1e-4,
  'webgpu in Chromium': 1e-4,
};

/**
 * The same for losses, gradient norms and weights of a training, which carries its errors along: Adam divides small
 * gradients by their own size, Muon multiplies small singular values by 3.4 five times in each update.
 */
export const TRAINING_TOLERANCES: Readonly<Record<ParityDevice, number>> = {
  'cpu in Node': 2e-4,
  'wasm in Chromium': 2e-4,
  'webgpu in Node': 1e-3,
  'webgpu in Chromium': 1e-3,
};

export const isShader = (device: ParityDevice): boolean => device.startsWith('webgpu');
