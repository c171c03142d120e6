import { InvalidInputError } from '../common/errors.js';
import { gradientsOf } from './cell-gradients.js';
import { boundaryHeatRates } from './heat-rates.js';
import { checkedBoundaryValues, operatorOf, type PoissonOperator } from './poisson-operator.js';
import { cellSources, type PoissonProblem, requireFinite } from './problem.js';

/** A solved field: what `solve` returns, or a field with the share of the correction that it was solved with. */
export interface SolvedField {
  /** u, `[cell]` */
  readonly solution: Float64Array;
  /** As in the certificate; 1 if not given */
  readonly nonOrthogonalCorrection?: number;
}

/** What crosses one patch. */
export interface PatchHeat {
  readonly name: string;
  /** m² */
  readonly area: number;
  /** Into the domain, W */
  readonly rate: number;
  /** rate/area, W/m² */
  readonly meanFlux: number;
}

/** Heat in and out of the domain, from the fluxes that the discrete system balances. In 2D per metre of depth. */
export interface HeatBalance {
  readonly patches: readonly PatchHeat[];
  /** κ ∂u/∂n |S| into the domain, W, `[face − internalFaceCount]` */
  readonly faceRates: Float64Array;
  /** κ ∂u/∂n into the domain, the wall heat flux, W/m², `[face − internalFaceCount]` */
  readonly faceFluxes: Float64Array;
  /** u on the boundary faces, K, `[face − internalFaceCount]` */
  readonly faceValues: Float64Array;
  /** Σ q V, W */
  readonly source: number;
  /** −Σ c u V, W */
  readonly reaction: number;
  /** Σ rates + source + reaction, W: zero but for what the solver left */
  readonly imbalance: number;
  /** |imbalance| over the sum of the magnitudes of all terms, face by face and cell by cell; 0 when all are zero */
  readonly relativeImbalance: number;
}

/**
 * The heat balance of a solved problem, Σ_f κ ∂u/∂n |S| + Σ_cells (q − c u) V = Σ residual. Of what `solve` returns it
 * closes to round-off, whatever its tolerance.
 *
 * @param operator of the problem, when it is at hand; assembled anew otherwise
 * @throws InvalidInputError on a field of another length, and what `assembleOperator` throws
 */
export function heatBalance(
  problem: PoissonProblem,
  solved: SolvedField,
  operator: PoissonOperator = operatorOf(problem),
): HeatBalance {
  const { mesh, boundaryConditions } = problem;
  const u = checkedField(problem, solved);
  const faceRates = boundaryHeatRates(operator, boundaryConditions, u, {
    nonOrthogonalCorrection: solved.nonOrthogonalCorrection ?? 1,
  });
  const faceFluxes = faceRates.map((rate, i) => rate / mesh.faceAreas[mesh.internalFaceCount + i]);
  let magnitude = 0;
  const summed = (values: Iterable<number>) => {
    let sum = 0;
    for (const value of values) {
      sum += value;
      magnitude += Math.abs(value);
    }
    return sum;
  };
  const q = cellSources(mesh, problem.source);
  const source = summed(mesh.cellVolumes.map((volume, cell) => q[cell] * volume));
  const consumed = operator.reaction?.map((c, cell) => -c * u[cell] * mesh.cellVolumes[cell]);
  const reaction = consumed ? summed(consumed) : 0;
  const patches = mesh.patches.map(({ name, start, size }) => {
    const first = start - mesh.internalFaceCount;
    const rate = summed(faceRates.subarray(first, first + size));
    const area = mesh.faceAreas.subarray(start, start + size).reduce((sum, value) => sum + value, 0);
    return { name, area, rate, meanFlux: area > 0 ? rate / area : 0 };
  });
  const imbalance = patches.reduce((sum, { rate }) => sum + rate, source + reaction);
  return {
    patches,
    faceRates,
    faceFluxes,
    faceValues: faceValues(problem, operator, u, faceFluxes),
    source,
    reaction,
    imbalance,
    relativeImbalance: magnitude > 0 ? Math.abs(imbalance) / magnitude : 0,
  };
}

/**
 * ∇u of every cell in K/m, `[cell][dimension]`: least squares from the neighbours and the boundary data, see
 * cell-gradients.ts. Exact for linear fields, also where κ jumps (each side its own).
 *
 * @param operator of the problem, when it is at hand; assembled anew otherwise
 * @throws InvalidInputError on a field of another length; GeometryError where a cell's faces do not span space
 */
export function gradients(
  problem: PoissonProblem,
  solved: SolvedField,
  operator: PoissonOperator = operatorOf(problem),
): Float64Array {
  const u = checkedField(problem, solved);
  return gradientsOf(operator, checkedBoundaryValues(operator, problem.boundaryConditions), u);
}

/**
 * u of the faces: given on Dirichlet faces, u_ambient − flux/h on Robin faces; elsewhere u_P + (x_f − x_P)·∇u_P, in which
 * the least-squares gradient has met the flux.
 */
function faceValues(
  problem: PoissonProblem,
  operator: PoissonOperator,
  u: Float64Array,
  fluxes: Float64Array,
): Float64Array {
  const { mesh, dirichlet, robin } = operator;
  const { dimension, internalFaceCount, owner, faceCentroids, cellCentroids } = mesh;
  const values = checkedBoundaryValues(operator, problem.boundaryConditions);
  const slopes = gradientsOf(operator, values, u);
  return values.map((value, i) => {
    if (dirichlet[i]) return value;
    if (robin && robin[i] > 0) return value - fluxes[i] / robin[i];
    const face = internalFaceCount + i;
    const cell = owner[face];
    let extrapolated = u[cell];
    for (let k = 0; k < dimension; k++) {
      const offset = faceCentroids[face * dimension + k] - cellCentroids[cell * dimension + k];
      extrapolated += offset * slopes[cell * dimension + k];
    }
    return extrapolated;
  });
}

function checkedField({ mesh }: PoissonProblem, { solution }: SolvedField): Float64Array {
  if (solution.length !== mesh.cellCount) {
    throw new InvalidInputError(
      `solvers.heatBalance: expected a solution of ${mesh.cellCount} values, one per cell, got ${solution.length}`,
    );
  }
  requireFinite('solvers.heatBalance', 'solution', solution);
  return solution;
}
