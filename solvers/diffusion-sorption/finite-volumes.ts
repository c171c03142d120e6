import { InvalidInputError } from '../../common/errors.js';
import { type LineEnds, lineOperator } from './line-operator.js';
import { massSteps } from './mass-steps.js';
import { PDEBENCH_MEDIUM, retardation, type SorptionMedium } from './retardation.js';

export interface DiffusionSorptionOptions {
  cells: number;
  length?: number;
  medium?: SorptionMedium;
  ends?: LineEnds;
  /** Error of u in a time step, relative and absolute */
  tolerance?: number;
  /** Length of every time step in place of error control, for studies of convergence */
  fixedStep?: number;
  /** s(x, t) on the right-hand side of R u_t = D u_xx + s, at the cell centres */
  source?: (x: number, time: number) => number;
}

export const DIFFUSION_SORPTION_DEFAULTS = {
  length: 1,
  medium: PDEBENCH_MEDIUM,
  ends: 'ghost',
  tolerance: 1e-6,
} as const;

export interface DiffusionSorptionRollout {
  /** `[trajectory][frame][cell]`, frame 0 the initial state */
  readonly values: Float64Array;
  /** `[trajectory][frame]`, what came in through the ends since frame 0, less what went out */
  readonly inflow: Float64Array;
}

/** A solver of diffusion with sorption; states are `[trajectory][cell]`, cell i centred at (i + ½) Δx. */
export interface DiffusionSorptionFiniteVolumes {
  readonly stateSize: number;
  readonly length: number;
  readonly medium: SorptionMedium;
  /** Cell centres */
  readonly centres: Float64Array;
  /** ∫ M(u) dx of one state, what the pores and the solid hold together */
  mass(state: ArrayLike<number>): number;
  /** `frames` states from time 0 on, `interval` apart */
  rollout(
    initial: ArrayLike<number>,
    options: { frames: number; interval: number },
  ): DiffusionSorptionRollout;
}

/**
 * Diffusion of a solute that the solid sorbs by Freundlich's isotherm, on 0 < x < L:
 *
 *     R(u) u_t = D u_xx + s,   R(u) = 1 + (1 − φ)/φ ρ_s k_f n_f u^{n_f − 1},   u = 1 at x = 0,   u = −D u_x at x = L
 *
 * by finite volumes, with the ends as PDEBench's generator has them or of second order, and an implicit method of fourth
 * order in time under error control ({@link massSteps}). What the cells hold, ∫ M(u) dx with M' = R, changes by what passes
 * the ends alone, to the tolerance of Newton's method. PDEBench's text states u = D u_x at the right; its generator, and
 * therefore its data, hold the sign above, which is the outflow.
 *
 * Source: Takamoto et al., PDEBench, NeurIPS 2022; Nowak & Guthke, Entropy 18 (2016).
 * @throws InvalidInputError for options that cannot work, states that are negative or not finite
 */
export function diffusionSorptionFiniteVolumes(
  options: DiffusionSorptionOptions,
): DiffusionSorptionFiniteVolumes {
  const settings = { ...DIFFUSION_SORPTION_DEFAULTS, ...options };
  const { cells, length, medium, ends, tolerance, fixedStep, source } = settings;
  checkOptions(settings);
  const spacing = length / cells;
  const centres = Float64Array.from({ length: cells }, (_, i) => (i + 0.5) * spacing);
  const sorption = retardation(medium);
  const advance = massSteps(
    {
      operator: lineOperator(cells, spacing, medium.diffusivity, ends),
      retardation: sorption,
      addSource:
        source &&
        ((time, out) => {
          for (let i = 0; i < cells; i++) out[i] += source(centres[i], time);
        }),
    },
    { tolerance, fixedStep },
  );

  return {
    stateSize: cells,
    length,
    medium,
    centres,
    mass(state) {
      let sum = 0;
      for (let i = 0; i < cells; i++) sum += sorption.mass(state[i]);
      return sum * spacing;
    },
    rollout(initial, { frames, interval }) {
      const count = checkStates(initial, cells, frames, interval);
      const values = new Float64Array(count * frames * cells);
      const inflow = new Float64Array(count * frames);
      for (let trajectory = 0; trajectory < count; trajectory++) {
        const state = Float64Array.from({ length: cells }, (_, i) => initial[trajectory * cells + i]);
        let passed = 0;
        let step: number | undefined;
        for (let frame = 0; frame < frames; frame++) {
          if (frame > 0) {
            const advanced = advance(state, interval, (frame - 1) * interval, step);
            passed += spacing * advanced.passed;
            step = advanced.nextStep;
          }
          values.set(state, (trajectory * frames + frame) * cells);
          inflow[trajectory * frames + frame] = passed;
        }
      }
      return { values, inflow };
    },
  };
}

function checkStates(initial: ArrayLike<number>, cells: number, frames: number, interval: number): number {
  const refuse = (what: string) => {
    throw new InvalidInputError(`diffusionSorptionFiniteVolumes.rollout: ${what}`);
  };
  const count = initial.length / cells;
  if (!Number.isInteger(count) || count < 1) {
    refuse(`a state has ${cells} numbers, got ${initial.length}, which is no multiple`);
  }
  if (!Number.isInteger(frames) || frames < 1) refuse(`frames must be a positive integer, got ${frames}`);
  if (!(interval > 0 && Number.isFinite(interval))) refuse(`the interval must be positive, got ${interval}`);
  for (let at = 0; at < initial.length; at++) {
    if (!(initial[at] >= 0 && Number.isFinite(initial[at]))) {
      refuse(
        `concentrations must be finite and not negative, trajectory ${Math.floor(at / cells)} holds ${initial[at]}`,
      );
    }
  }
  return count;
}

type Settings = DiffusionSorptionOptions &
  Required<Pick<DiffusionSorptionOptions, keyof typeof DIFFUSION_SORPTION_DEFAULTS>>;

function checkOptions(settings: Settings): void {
  const refuse = (what: string) => {
    throw new InvalidInputError(`diffusionSorptionFiniteVolumes: ${what}`);
  };
  const { cells, length, medium, ends, tolerance, fixedStep } = settings;
  if (!Number.isInteger(cells) || cells < 3) refuse(`cells must be an integer of at least 3, got ${cells}`);
  if (ends !== 'ghost' && ends !== 'face') refuse(`ends must be 'ghost' or 'face', got ${ends}`);
  const positive = { length, tolerance, fixedStep: fixedStep ?? 1, ...medium };
  for (const [name, value] of Object.entries(positive)) {
    if (!(value > 0 && Number.isFinite(value))) refuse(`${name} must be positive and finite, got ${value}`);
  }
  if (medium.porosity >= 1) refuse(`porosity must be below 1, got ${medium.porosity}`);
  if (medium.freundlichExponent > 1) {
    refuse(`freundlichExponent must be at most 1, got ${medium.freundlichExponent}`);
  }
}
