import type { ControlContext } from './control-context.js';
import type { ControlMethod } from './options.js';

export interface ChosenMethod {
  readonly method: Exclude<ControlMethod, 'auto'>;
  readonly reason: string;
}

/**
 * What encoding a part and projecting on its basis takes, in solves for one more control, on plates with the default reduced basis: first
 * plans for one load case cost the same at about 15 controls on 2,000 cells (0.28 s), 10 on 20,000 (1.9 s).
 */
const ENCODING_IN_SOLVES = 12;
/** Solves for each load case that refinement of a surrogate's plan takes beyond those of an exact one. */
const REFINEMENT_STEPS = 2;

/**
 * The cheapest method that can be expected to work. In temperatures and fluxes the exact method costs one solve per parameter
 * and boundary, once for all sources; a surrogate has to be encoded and its plan verified, and what it then saves is these
 * solves alone. With coefficients the choice is between gradients of the solver and of a reduced basis.
 */
export function chooseMethod(
  { space }: ControlContext,
  requested: ControlMethod,
  known: {
    readonly surrogate: boolean;
    readonly basis: boolean;
    readonly outside: boolean;
    /** The solver's fields of the controls are at hand */
    readonly columns: boolean;
    readonly loadCases: number;
  },
): ChosenMethod {
  if (requested !== 'auto') return { method: requested, reason: 'asked for' };
  if (space.affine) {
    if (!known.surrogate)
      return { method: 'exact', reason: 'fields are affine in the controls, and there is no surrogate' };
    if (known.columns) {
      return {
        method: 'exact',
        reason: "the solver's fields of all controls are at hand, nothing is cheaper",
      };
    }
    if (known.outside) {
      return { method: 'exact', reason: 'the problem lies outside of what the surrogate was trained on' };
    }
    const worth = ENCODING_IN_SOLVES + REFINEMENT_STEPS * known.loadCases;
    if (space.count <= worth) {
      return {
        method: 'exact',
        reason: `the solver's fields of ${space.count} controls cost less than encoding the part and refining, about ${worth} solves`,
      };
    }
    return {
      method: 'surrogate',
      reason: `encoding the part and refining take about ${worth} solves, the exact method one for each of ${space.count} controls`,
    };
  }
  if (known.basis && !known.outside) {
    return {
      method: 'surrogate',
      reason: 'the field is not affine in coefficients; in the basis each step is a small system',
    };
  }
  return { method: 'adjoint', reason: 'the field is not affine in coefficients; local, from several starts' };
}
