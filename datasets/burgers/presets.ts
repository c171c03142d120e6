import type { BurgersRequest } from './burgers-request.js';

/** Settings of published data sets that a request may override: sizes, seeds, viscosities. */
export type PresetOptions = Partial<
  Pick<BurgersRequest, 'trajectories' | 'frames' | 'points' | 'referencePoints' | 'viscosity' | 'seed'>
>;

const preset = (settings: Omit<BurgersRequest, 'dimension'>, options: PresetOptions): BurgersRequest => ({
  ...settings,
  ...options,
  dimension: 1,
});

/**
 * PDEBench, one-dimensional Burgers: ν = ε/π (ε = 0.001 by default, pass `viscosity: epsilon / Math.PI`), 1,024 cells on
 * [0, 1), 201 frames 0.01 apart; theirs has 10,000 samples. Same equation, law and sampling, by the finite volumes here.
 */
export const pdebenchBurgers = (options: PresetOptions = {}): BurgersRequest =>
  preset(
    {
      name: 'pdebench-burgers',
      trajectories: 1000,
      frames: 201,
      interval: 0.01,
      solver: 'finite-volumes',
      points: 1024,
      referencePoints: 1024,
      length: 1,
      viscosity: 0.001 / Math.PI,
      initial: { kind: 'pdebench' },
      seed: 2022,
    },
    options,
  );

/**
 * MP-PDE's experiments (Brandstetter, Worrall & Welling 2022): u_t + (αu²/2)_x = βu_xx + δ(x, t) on [0, 16), T = 4, 250
 * times. E1: inviscid, forced; E2: β ~ U(0, 0.2), forced. Their α u u_x with α = 1 is this equation. Both computed here on
 * 200 cells; take `points` of 100, 50 or 40 for theirs.
 */
export const mpPdeBurgers = (experiment: 'E1' | 'E2', options: PresetOptions = {}): BurgersRequest =>
  preset(
    {
      name: `mp-pde-${experiment}`,
      trajectories: 128,
      frames: 250,
      interval: 4 / 249,
      solver: 'finite-volumes',
      points: 100,
      referencePoints: 200,
      length: 16,
      viscosity: experiment === 'E1' ? 0 : [0, 0.2],
      initial: { kind: 'mp-pde', forced: true },
      seed: 0,
    },
    options,
  );

/**
 * APEBench's `diff_burgers` (Koehler et al. 2024) in physical units for max|u₀| = 1: difficulties δ₁ = −1.5, γ₂ = 1.5 on 160
 * points give a step of 1.5/160 and ν = 1.5/(2 · 160²) per step, ν ≈ 0.0031. Theirs are 50 trajectories of 51 frames
 * for training and 30 of 201 for tests.
 */
export const apebenchBurgers = (
  part: 'train' | 'test' = 'train',
  options: PresetOptions = {},
): BurgersRequest =>
  preset(
    {
      name: `apebench-burgers-${part}`,
      trajectories: part === 'train' ? 50 : 30,
      frames: part === 'train' ? 51 : 201,
      interval: 1.5 / 160,
      solver: 'spectral',
      points: 160,
      referencePoints: 640,
      length: 1,
      viscosity: 1.5 / (2 * 160 ** 2) / (1.5 / 160),
      initial: { kind: 'truncated-fourier', modes: 5 },
      seed: part === 'train' ? 0 : 773,
    },
    options,
  );

/** The map u(0) → u(1) of the Fourier neural operator's paper (Li et al. 2021): ν = 0.1, Gaussian random states. */
export const fnoBurgers = (options: PresetOptions = {}): BurgersRequest =>
  preset(
    {
      name: 'fno-burgers',
      trajectories: 1200,
      frames: 2,
      interval: 1,
      solver: 'spectral',
      points: 1024,
      referencePoints: 1024,
      length: 1,
      viscosity: 0.1,
      initial: { kind: 'gaussian-random-field' },
      seed: 0,
    },
    options,
  );
