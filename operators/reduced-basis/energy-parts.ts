import { diagonal } from '../../solvers/index.js';
import { squaredEnergyError } from './error-estimate.js';
import { fromPanels } from './panels.js';
import {
  type BasisProjection,
  type ProjectionOperator,
  type ProjectionOptions,
  projectFields,
  projectionOf,
} from './projection.js';
import { type BasisCotangent, energyCotangent, smoothedImage } from './projection-adjoint.js';

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
export interface EnergyParts {
  readonly value: number;
  /** L, `[factor][cell]` */
  readonly left: Float32Array;
  /** R, `[factor][rank]` */
  readonly right: Float32Array;
  /** T, `[cell][rank]`, from the trace of the regularisation */
  readonly image: Float32Array;
}

/** ‖u* − u‖_B²/‖u‖_B² from which on an error is taken for round-off of float32 bases and has no more weight. */
const LEAST_ERROR = 1e-10;

/**
 * Sum over a sample's sources of −½ log(bᵀu / bᵀD⁻¹b) / count, u the Ritz projection on Φ, with the cotangent of Φ. Its
 * gradient −½ d(bᵀu)/(bᵀu) weighs every source by its relative energy.
 *
 * With a correction bᵀu is all but bᵀu* from the start. Then it is ½ log(‖u* − u‖_B² / ‖u*‖_B²) / count: the same energies,
 * whose gradient −½ d(bᵀu)/‖u* − u‖_B² weighs every source by its error, estimated from the residual and held constant.
 */
export function energyParts({
  operator,
  basis,
  rank,
  rightHandSides,
  options,
  count,
}: EnergyRequest): EnergyParts {
  const projection = projectionOf(operator, basis, rank, options);
  const projected = projectFields(projection, rightHandSides);
  const corrected = projection.options.correction !== 'none';
  const diagonalEntries = diagonal(operator.matrix);
  let value = 0;
  const weights = projected.energies.map((energy, s) => {
    const scale = pointwiseEnergy(rightHandSides[s], diagonalEntries);
    // a source of zero has nothing to gain
    if (!(energy > 0) || !(scale > 0)) return 0;
    if (corrected) {
      const left = Math.max(
        squaredEnergyError(projection, projected.orthogonalResiduals[s]),
        LEAST_ERROR * energy,
      );
      value += Math.log(left / (energy + left)) / (2 * count);
      return 1 / (left * count);
    }
    value -= Math.log(energy / scale) / (2 * count);
    return 1 / (energy * count);
  });
  return cotangentParts(projection, energyCotangent(projection, projected, weights), value);
}

/** A cotangent written out as a graph takes it. */
export function cotangentParts(
  projection: BasisProjection,
  cotangent: BasisCotangent,
  value: number,
): EnergyParts {
  const { rows, columns: rank } = projection.basis;
  const left = new Float32Array(cotangent.left.length * rows);
  const right = new Float32Array(cotangent.right.length * rank);
  cotangent.left.forEach((vector, k) => {
    left.set(vector, k * rows);
  });
  cotangent.right.forEach((vector, k) => {
    right.set(vector, k * rank);
  });
  const image = fromPanels(smoothedImage(projection), new Float32Array(rows * rank));
  for (let at = 0; at < image.length; at++) image[at] *= cotangent.imageWeight;
  return { value, left, right, image };
}

/** bᵀD⁻¹b, which gives the logarithm a dimensionless argument. */
function pointwiseEnergy(load: Float64Array, diagonalEntries: Float64Array): number {
  let energy = 0;
  for (let cell = 0; cell < load.length; cell++) energy += load[cell] ** 2 / diagonalEntries[cell];
  return energy;
}
