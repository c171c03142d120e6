import type { ControlContext } from './control-context.js';
import type { ControlMethod } from './options.js';

export interface ChosenMethod {
  readonly method: Exclude<ControlMethod, 'auto'>;
  readonly reason: string;
}

/** Multiply-adds of a network per cell and basis field, encoding: what the default reduced basis takes, in solves of a cell. */
const ENCODING_IN_SOLVES = 25;

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
    readonly columns: boolean;
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
    if (space.count <= ENCODING_IN_SOLVES) {
      return {
        method: 'exact',
        reason: `the fields of ${space.count} controls are ${space.count} solves, fewer than encoding the part is worth`,
      };
    }
    return {
      method: 'surrogate',
      reason: `a surrogate is encoded once in about the time of ${ENCODING_IN_SOLVES} solves, ${space.count} controls would take as many`,
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
