import { diagonal, multiply } from '../../solvers/index.js';
import { answerThrough, type DifferentiableSpace, type WrittenCotangent } from './answer-space.js';
import { squaredEnergyError } from './error-estimate.js';
import { answerSpace } from './expert-space.js';
import type { ProjectedFields, ProjectionOperator, ProjectionOptions } from './projection.js';

/** One sample's share of the projected Ritz energy, as plain data that can be sent to a worker thread. */
export interface EnergyRequest {
  readonly operator: ProjectionOperator;
  /** Φ, row-major `[cell][rank]` */
  readonly basis: Float32Array;
  readonly rank: number;
  /** b, `[source][cell]` */
  readonly rightHandSides: readonly Float64Array[];
  readonly options: Partial<ProjectionOptions>;
  /** Right-hand sides of the whole batch: the energy is a mean over all of them. */
  readonly count: number;
}

/** A loss and its cotangent with respect to Φ in factors, Φ̄ = LᵀR + T. */
export interface EnergyParts extends WrittenCotangent {
  readonly value: number;
}

/** ‖u* − u‖_B²/‖u‖_B² from which on an error is taken for round-off of float32 bases and has no more weight. */
const LEAST_ERROR = 1e-10;

/**
 * Sum over a sample's sources of −½ log(bᵀu / bᵀD⁻¹b) / count, u the Ritz projection on Φ, with the cotangent of Φ. Its
 * gradient −½ d(bᵀu)/(bᵀu) weighs every source by its relative energy.
 *
 * With a correction bᵀu is all but bᵀu* from the start. Then it is ½ log(‖u* − u‖_B² / ‖u*‖_B²) / count: the same energies,
 * whose gradient −½ d(bᵀu)/‖u* − u‖_B² weighs every source by its error, estimated from the residual and held constant.
 *
 * Independent experts do not minimise the energy: theirs is ½rᵀD⁻¹r / bᵀD⁻¹b of the residual r = Bu − b that their joined
 * answer leaves, mean over sources.
 */
export function energyParts({
  operator,
  basis,
  rank,
  rightHandSides,
  options,
  count,
}: EnergyRequest): EnergyParts {
  const space = answerSpace(operator, basis, rank, options);
  const projected = answerThrough(space, rightHandSides);
  if (!space.energyCotangent) return energyOfFields(space, projected, rightHandSides, count);
  const corrected = space.options.correction !== 'none';
  const diagonalEntries = diagonal(operator.matrix);
  let value = 0;
  const weights = projected.energies.map((energy, s) => {
    const scale = pointwiseEnergy(rightHandSides[s], diagonalEntries);
    // a source of zero has nothing to gain
    if (!(energy > 0) || !(scale > 0)) return 0;
    if (corrected) {
      const left = Math.max(
        squaredEnergyError(space, projected.orthogonalResiduals[s]),
        LEAST_ERROR * energy,
      );
      value += Math.log(left / (energy + left)) / (2 * count);
      return 1 / (left * count);
    }
    value -= Math.log(energy / scale) / (2 * count);
    return 1 / (energy * count);
  });
  return { value, ...space.energyCotangent(projected, weights) };
}

/** bᵀD⁻¹b, which gives the logarithm a dimensionless argument. */
function pointwiseEnergy(load: Float64Array, diagonalEntries: Float64Array): number {
  let energy = 0;
  for (let cell = 0; cell < load.length; cell++) energy += load[cell] ** 2 / diagonalEntries[cell];
  return energy;
}

function energyOfFields(
  space: DifferentiableSpace,
  projected: ProjectedFields,
  rightHandSides: readonly Float64Array[],
  count: number,
): EnergyParts {
  const { matrix } = space.operator;
  const diagonalEntries = diagonal(matrix);
  let value = 0;
  const cotangents = projected.residuals.map((residual, s) => {
    const scale = pointwiseEnergy(rightHandSides[s], diagonalEntries);
    if (!(scale > 0)) return new Float64Array(matrix.rows);
    value += pointwiseEnergy(residual, diagonalEntries) / (2 * scale * count);
    return multiply(
      matrix,
      residual.map((entry, cell) => entry / (diagonalEntries[cell] * scale * count)),
    );
  });
  return { value, ...space.fieldCotangent(projected, cotangents) };
}
