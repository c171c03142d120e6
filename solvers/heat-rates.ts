import { faceCorrections } from './non-orthogonal-correction.js';
import { checkedBoundaryValues, type PoissonOperator } from './poisson-operator.js';
import type { BoundaryConditions } from './problem.js';
import { requireRows } from './sparse-matrix.js';

export interface HeatRateOptions {
  /** Whether `u` solves the corrected system; the balance closes only with the matching choice. */
  readonly nonOrthogonalCorrection: boolean;
}

/**
 * κ ∂u/∂n |S| into the domain through every boundary face, `[face − internalFaceCount]`, from the discrete fluxes
 * that the system balances, so that a solution has
 *
 *     Σ_f rate_f + Σ_cells q V = Σ residual
 *
 * Divided by the face area it is the wall heat flux.
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
  const { mesh, dirichlet, boundaryCoefficients } = operator;
  const values = checkedBoundaryValues(operator, boundaryConditions);
  const corrections = options.nonOrthogonalCorrection ? faceCorrections(operator, values, u) : undefined;
  return values.map((value, i) => {
    const face = mesh.internalFaceCount + i;
    if (!dirichlet[i]) return value * mesh.faceAreas[face];
    const twoPoint = boundaryCoefficients[i] * (value - u[mesh.owner[face]]);
    return twoPoint + (corrections ? corrections[face] : 0);
  });
}
