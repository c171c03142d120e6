import { gradientRows } from './cell-gradients.js';
import { linksOf } from './cell-links.js';
import { geometryOf } from './non-orthogonal-correction.js';
import type { PoissonOperator } from './poisson-operator.js';

/** λᵀc as a linear function of the field and of the boundary data. */
export interface CorrectionTranspose {
  /** (∂c/∂u)ᵀλ, `[cell]` */
  readonly cells: Float64Array;
  /** (∂c/∂g)ᵀλ, `[face − internalFaceCount]` */
  readonly boundary: Float64Array;
}

/**
 * The transpose of the non-orthogonal correction c(u, g), see `nonOrthogonalCorrection`: what an adjoint of the corrected
 * system needs. Differences of u enter as such, with the excess of a link, and through the least-squares gradients, whose
 * cotangents are those of {@link slopeCotangents}.
 *
 * @param lambda `[cell]`
 */
export function correctionTranspose(operator: PoissonOperator, lambda: Float64Array): CorrectionTranspose {
  const { mesh, boundaryCoefficients } = operator;
  const { dimension, internalFaceCount, owner } = mesh;
  const { excess } = geometryOf(operator);
  const rows = gradientRows(operator);
  const { count, first, second } = linksOf(operator);
  const slopes = slopeCotangents(operator, lambda);
  const cells = new Float64Array(mesh.cellCount);
  for (let link = 0; link < count; link++) {
    const [cell, other] = [first[link], second[link]];
    let difference = excess[link] * (lambda[cell] - lambda[other]);
    for (let k = 0; k < dimension; k++) {
      const at = link * dimension + k;
      difference +=
        rows.first[at] * slopes[cell * dimension + k] + rows.second[at] * slopes[other * dimension + k];
    }
    cells[other] += difference;
    cells[cell] -= difference;
  }
  const boundary = boundaryCoefficients.map((coefficient, i) => {
    const cell = owner[internalFaceCount + i];
    let difference = 0;
    for (let k = 0; k < dimension; k++) {
      difference += rows.boundary[i * dimension + k] * slopes[cell * dimension + k];
    }
    if (coefficient > 0) cells[cell] -= difference;
    return difference;
  });
  return { cells, boundary };
}

/**
 * Cotangents of the cells' gradients in λᵀc, `[cell][dimension]`: Σ_f weight_fP w_f with w = λ_owner − λ_neighbour of a link
 * and λ_owner of a boundary face.
 */
export function slopeCotangents(operator: PoissonOperator, lambda: Float64Array): Float64Array {
  const { mesh } = operator;
  const { dimension, internalFaceCount, owner } = mesh;
  const geometry = geometryOf(operator);
  const { count, first, second } = linksOf(operator);
  const slopes = new Float64Array(mesh.cellCount * dimension);
  for (let link = 0; link < count; link++) {
    const [cell, other] = [first[link], second[link]];
    const flux = lambda[cell] - lambda[other];
    for (let k = 0; k < dimension; k++) {
      slopes[cell * dimension + k] += geometry.first[link * dimension + k] * flux;
      slopes[other * dimension + k] += geometry.second[link * dimension + k] * flux;
    }
  }
  for (let i = 0; i < operator.boundaryCoefficients.length; i++) {
    const cell = owner[internalFaceCount + i];
    for (let k = 0; k < dimension; k++) {
      slopes[cell * dimension + k] += geometry.boundary[i * dimension + k] * lambda[cell];
    }
  }
  return slopes;
}
