import type { BoundaryConditions } from './boundary-conditions.js';
import { fluxCorrections } from './non-orthogonal-correction.js';
import { checkedBoundaryValues, type PoissonOperator } from './poisson-operator.js';
import { requireRows } from './sparse-matrix.js';

export interface HeatRateOptions {
  /**
   * Whether `u` solves the corrected system, or with which share of the correction; the balance closes only with the
   * matching choice.
   */
  readonly nonOrthogonalCorrection: boolean | number;
}

/**
 * κ ∂u/∂n |S| in W into the domain through every boundary face, `[face − internalFaceCount]`, from the discrete fluxes
 * that the system balances, so that a solution has
 *
 *     Σ_f rate_f + Σ_cells (q − c u) V = Σ residual
 *
 * Divided by the face area it is the wall heat flux. What enters through a periodic face leaves through its partner.
 *
 * @throws InvalidInputError on a wrong length of u or boundary values that do not fit the operator
 */
export function boundaryHeatRates(
  operator: PoissonOperator,
  boundaryConditions: BoundaryConditions,
  u: Float64Array,
  options: HeatRateOptions,
): Float64Array {
  requireRows('solvers.boundaryHeatRates', 'u', operator.matrix, u);
  const { mesh, periodic, boundaryCoefficients, faceCoefficients } = operator;
  const { owner, internalFaceCount, faceAreas } = mesh;
  const values = checkedBoundaryValues(operator, boundaryConditions);
  const share = Number(options.nonOrthogonalCorrection);
  const corrections = share > 0 ? fluxCorrections(operator, values, u) : undefined;
  const rates = values.map((value, i) => {
    const face = internalFaceCount + i;
    if (!(boundaryCoefficients[i] > 0)) return value * faceAreas[face];
    const twoPoint = boundaryCoefficients[i] * (value - u[owner[face]]);
    return twoPoint + (corrections ? share * corrections.boundary[i] : 0);
  });
  periodic?.faces.forEach((face, pair) => {
    const partner = periodic.partners[pair];
    const link = internalFaceCount + pair;
    const twoPoint = faceCoefficients[link] * (u[owner[partner]] - u[owner[face]]);
    const rate = twoPoint + (corrections ? share * corrections.links[link] : 0);
    rates[face - internalFaceCount] = rate;
    rates[partner - internalFaceCount] = -rate;
  });
  return rates;
}
