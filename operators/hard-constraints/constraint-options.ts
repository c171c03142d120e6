import { InvalidInputError } from '../../common/errors.js';
import { LEVENBERG_MARQUARDT_DEFAULTS, type LevenbergMarquardtOptions } from './levenberg-marquardt.js';
import { PARTITION_DEFAULTS, type PartitionOptions } from './partition.js';
import type { Ridge } from './ridge.js';
import type { SamplingOptions } from './row-selection.js';

export interface ConstraintOptions extends PartitionOptions, SamplingOptions {
  /**
   * `independent`: every expert solves its rows for itself, as if its combination held everywhere (Chalapathi et al. 2024).
   * `coupled`: one solve for all, u = c + Σ_k E(χ_k ⊙ b) ω_k, so that rows along interfaces see both sides.
   */
  readonly mode: 'independent' | 'coupled';
  /** What the coefficients minimise: ½‖ρ‖², or the energy of a linear symmetric residual. */
  readonly norm: 'least-squares' | 'ritz';
  /** Factors on the weights of row groups, by name. */
  readonly weights: Readonly<Record<string, number>>;
  readonly ridge: Ridge;
  /** Whether the problem's laws are left out, hold in the solve, which stays optimal under them, or by projection afterwards. */
  readonly laws: 'none' | 'in-solve' | 'projected';
  /** Every coefficient at the start. */
  readonly start: number;
  readonly solver: Partial<LevenbergMarquardtOptions>;
  /** Of the adjoint: `gauss-newton` leaves out the rows' second derivatives, exact for linear rows only. */
  readonly hessian: 'full' | 'gauss-newton';
  /** What a solve without an answer does: add nothing and pass no gradient on, or throw `UnsolvedConstraintError`. */
  readonly onFailure: 'continue' | 'stop';
}

export const CONSTRAINT_DEFAULTS: ConstraintOptions = {
  ...PARTITION_DEFAULTS,
  mode: 'coupled',
  norm: 'least-squares',
  samples: 'all',
  seed: 0,
  weights: {},
  ridge: 'none',
  laws: 'none',
  start: 0,
  solver: {},
  hessian: 'full',
  onFailure: 'stop',
};

/**
 * Options with their defaults.
 *
 * @throws InvalidInputError for combinations that have no meaning, and values out of range
 */
export function constraintOptions(
  options: Partial<ConstraintOptions>,
): ConstraintOptions & { readonly solver: LevenbergMarquardtOptions } {
  const complete = { ...CONSTRAINT_DEFAULTS, ...options };
  const solver = { ...LEVENBERG_MARQUARDT_DEFAULTS, ...complete.solver };
  const { experts, mode, norm, ridge } = complete;
  const count = typeof experts === 'number' ? experts : experts.reduce((product, part) => product * part, 1);
  if (norm === 'ritz' && mode === 'independent' && count > 1) {
    throw new InvalidInputError(
      'hard constraints: a Ritz answer is one over the whole domain; couple the experts, or use least squares',
    );
  }
  if (ridge !== 'none' && !(ridge.weight > 0 && Number.isFinite(ridge.weight))) {
    throw new InvalidInputError(`hard constraints: a ridge needs a positive weight, got ${ridge.weight}`);
  }
  if (!(Number.isInteger(solver.maximumIterations) && solver.maximumIterations > 0)) {
    throw new InvalidInputError(
      `hard constraints: maximumIterations should be a positive integer, got ${solver.maximumIterations}`,
    );
  }
  return { ...complete, solver };
}
