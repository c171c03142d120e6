import { removeRowSum } from '../../solvers/index.js';
import type { AnswerSpace } from './answer-space.js';
import { combine } from './dense-products.js';
import { multiplyPanels } from './multiply-panels.js';
import { columnsOfPanels, fromPanels, type Panels, panelsOfColumns } from './panels.js';
import { type BasisProjection, columnMatrix, denseSpace, type ProjectedFields } from './projection.js';
import { smoothTransposed } from './smoothing.js';

/**
 * The cotangent of a basis in factors, cheap to carry to a graph that multiplies them:
 * Φ̄ = Σ_k left_k right_kᵀ + imageWeight · SᵀB S Φ (S the smoothing).
 */
export interface BasisCotangent {
  /** `[factor][cell]` */
  readonly left: readonly Float64Array[];
  /** `[factor][r]` */
  readonly right: readonly Float64Array[];
  /** From the derivative of the regularisation's trace. */
  readonly imageWeight: number;
}

/**
 * Adjoint of u_s = ΦM⁻¹Φᵀb_s summed over sources, exact with the trace of the regularisation: with λ = M⁻¹Φᵀū,
 *
 *     Φ̄ = Σ_s (ū − BΦλ) cᵀ − (Bu − b) λᵀ − (2ε/r) (λᵀc) BΦ
 *
 * A correction with the polynomial S puts Sᵀū in the place of ū, and the residual before it in the place of Bu − b.
 *
 * @param cotangents ū, `[source][cell]`
 */
export function fieldCotangent(
  projection: BasisProjection,
  projected: ProjectedFields,
  cotangents: readonly Float64Array[],
): BasisCotangent {
  const { image } = projection;
  const rank = image.columns;
  return unsmoothed(
    projection,
    fieldFactors(denseSpace(projection), projected, cotangents, (adjoints) =>
      combine(image, columnMatrix(adjoints, rank), adjoints.length),
    ),
  );
}

/**
 * The same for any space of Ritz projections, before the smoothing of the basis is passed.
 *
 * @param imageOf BΦλ, where that is at hand
 */
export function fieldFactors(
  space: AnswerSpace,
  projected: ProjectedFields,
  cotangents: readonly Float64Array[],
  imageOf = (adjoints: readonly Float64Array[]): Panels =>
    multiplyPanels(space.operator.matrix, space.combine(adjoints)),
): BasisCotangent {
  const { options } = space;
  const { rows, columns: rank } = space.basis;
  const carried = throughCorrection(space, cotangents);
  const given = columnsOfPanels(carried);
  const adjoints = space.coefficients(carried);
  let product = 0;
  const left = [
    ...columnsOfPanels(imageOf(adjoints)),
    ...projected.orthogonalResiduals.map((residual) => residual.slice()),
  ];
  given.forEach((cotangent, s) => {
    const direct = left[s];
    const indirect = left[given.length + s];
    for (let cell = 0; cell < rows; cell++) {
      direct[cell] = cotangent[cell] - direct[cell];
      indirect[cell] = -indirect[cell];
    }
    for (let j = 0; j < rank; j++) product += adjoints[s][j] * projected.coefficients[s][j];
  });
  return {
    left,
    right: [...projected.coefficients, ...adjoints],
    imageWeight: (-2 * options.regularisation * product) / rank,
  };
}

/** The cotangent of what the projection adds to an answer, a column a source: Sᵀū, S the polynomial of the correction. */
export function throughCorrection(
  { operator, basis, options }: AnswerSpace,
  cotangents: readonly Float64Array[],
): Panels {
  const { rows, columns: rank } = basis;
  const given = cotangents.map((cotangent) => cotangent.slice());
  if (operator.singular) for (const vector of given) removeRowSum(vector, operator.mesh.cellVolumes);
  const carried = panelsOfColumns(given, rows);
  const { correction } = options;
  return correction === 'none' ? carried : smoothTransposed(operator, carried, correction, rank);
}

/**
 * Cotangent of Σ_s −½ w_s b_sᵀu_s, no adjoint solve: Φ̄ = Σ_s w (Bu − b) cᵀ + (ε/r) w |c|² BΦ. With a correction it is that
 * of the energy before its last part, see `ProjectedFields.energies`.
 */
export function energyCotangent(
  projection: BasisProjection,
  projected: ProjectedFields,
  weights: readonly number[],
): BasisCotangent {
  return unsmoothed(projection, energyFactors(projection, projected, weights));
}

/** The same for any space of Ritz projections, before the smoothing of the basis is passed. */
export function energyFactors(
  { basis, options }: Pick<AnswerSpace, 'basis' | 'options'>,
  projected: ProjectedFields,
  weights: readonly number[],
): BasisCotangent {
  let product = 0;
  const left = projected.orthogonalResiduals.map((residual, s) => {
    for (const value of projected.coefficients[s]) product += weights[s] * value * value;
    return residual.map((value) => weights[s] * value);
  });
  return {
    left,
    right: projected.coefficients,
    imageWeight: (options.regularisation * product) / basis.columns,
  };
}

/** The image term's matrix, S ᵀBSΦ. */
export function smoothedImage({ operator, image, options }: BasisProjection): Panels {
  return smoothTransposed(operator, image, options.smoothing, image.columns);
}

/** Φ̄ written out, row-major `[cell][r]`. */
export function denseCotangent(projection: BasisProjection, cotangent: BasisCotangent): Float64Array {
  const { rows, columns: rank } = projection.basis;
  const result = fromPanels(smoothedImage(projection), new Float64Array(rows * rank));
  for (let at = 0; at < result.length; at++) result[at] *= cotangent.imageWeight;
  cotangent.left.forEach((left, k) => {
    const right = cotangent.right[k];
    for (let cell = 0, at = 0; cell < rows; cell++) {
      for (let j = 0; j < rank; j++, at++) result[at] += left[cell] * right[j];
    }
  });
  return result;
}

function unsmoothed(
  { operator, basis, options }: BasisProjection,
  cotangent: BasisCotangent,
): BasisCotangent {
  if (options.smoothing === 0) return cotangent;
  const left = panelsOfColumns(cotangent.left, basis.rows);
  return {
    ...cotangent,
    left: columnsOfPanels(smoothTransposed(operator, left, options.smoothing, basis.columns)),
  };
}
