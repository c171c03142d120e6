import { dot } from '../../solvers/vectors.js';
import type { AnswerSpace } from './answer-space.js';
import { firstEigenvalueBeyond } from './damping-polynomial.js';
import { scalingOf } from './smoothing.js';

/** Estimated distance of an answer to the discrete solution; 0 for an answer without residual. */
export interface ErrorEstimate {
  /** ‖u* − u‖_V / ‖u‖_V, cell volumes as weights */
  readonly relativeL2: number;
  /** ‖u* − u‖_B / ‖u‖_B */
  readonly relativeEnergy: number;
}

/**
 * What is left of the error lies beyond the basis, where eigenvalues of D⁻¹B start at about λ_r = λ_max (r/N)^{2/d} (Weyl's
 * law). Waves of just that length make the most error of a residual r = b − Bu, so that
 *
 *     ‖u* − u‖_V ≈ ‖D⁻¹r‖_V / λ_r,   ‖u* − u‖_B² = rᵀB⁻¹r ≈ rᵀD⁻¹r / λ_r
 *
 * An estimate, no bound: an error inside the span, which only round-off and ε leave, or a basis that misses a long wave
 * would be taken for a short one.
 */
export function errorEstimate(
  { operator, basis }: Pick<AnswerSpace, 'operator' | 'basis'>,
  field: Float64Array,
  residual: Float64Array,
  rightHandSide: Float64Array,
): ErrorEstimate {
  const { inverseDiagonal, largest } = scalingOf(operator);
  const { cellVolumes, dimension } = operator.mesh;
  const lowest = firstEigenvalueBeyond(basis.columns, { cells: basis.rows, dimension, largest });
  let squared = 0;
  let energy = 0;
  let size = 0;
  for (let cell = 0; cell < residual.length; cell++) {
    const step = residual[cell] * inverseDiagonal[cell];
    squared += cellVolumes[cell] * step * step;
    energy += residual[cell] * step;
    size += cellVolumes[cell] * field[cell] ** 2;
  }
  // uᵀBu = bᵀu + uᵀ(Bu − b)
  const fieldEnergy = dot(field, rightHandSide) + dot(field, residual);
  return {
    relativeL2: ratio(Math.sqrt(squared) / lowest, Math.sqrt(size)),
    relativeEnergy: ratio(Math.sqrt(energy / lowest), Math.sqrt(Math.max(0, fieldEnergy))),
  };
}

/** The estimate of ‖u* − u‖_B² alone, from a residual of either sign. */
export function squaredEnergyError(
  { operator, basis }: Pick<AnswerSpace, 'operator' | 'basis'>,
  residual: Float64Array,
): number {
  const { inverseDiagonal, largest } = scalingOf(operator);
  const { dimension } = operator.mesh;
  let energy = 0;
  for (let cell = 0; cell < residual.length; cell++) energy += inverseDiagonal[cell] * residual[cell] ** 2;
  return energy / firstEigenvalueBeyond(basis.columns, { cells: basis.rows, dimension, largest });
}

const ratio = (error: number, size: number) => (error > 0 ? error / size : 0);
