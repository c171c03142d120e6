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
 * system needs. With w = λ_owner − λ_neighbour of a link, λ_owner of a boundary face, the cotangents of the gradients are
 * ḡ_P = Σ_f weight_fP w_f, and those of the differences that the least-squares rows take them from are row · ḡ.
 *
 * @param lambda `[cell]`
 */
export function correctionTranspose(operator: PoissonOperator, lambda: Float64Array): CorrectionTranspose {
  const { mesh, boundaryCoefficients } = operator;
  const { dimension, cellCount, internalFaceCount, owner } = mesh;
  const geometry = geometryOf(operator);
  const rows = gradientRows(operator);
  const { count, first, second } = linksOf(operator);
  const cells = new Float64Array(cellCount);
  const slopes = new Float64Array(cellCount * dimension);
  for (let link = 0; link < count; link++) {
    const [cell, other] = [first[link], second[link]];
    const flux = lambda[cell] - lambda[other];
    cells[other] += geometry.excess[link] * flux;
    cells[cell] -= geometry.excess[link] * flux;
    for (let k = 0; k < dimension; k++) {
      slopes[cell * dimension + k] += geometry.first[link * dimension + k] * flux;
      slopes[other * dimension + k] += geometry.second[link * dimension + k] * flux;
    }
  }
  const boundary = new Float64Array(boundaryCoefficients.length);
  for (let i = 0; i < boundary.length; i++) {
    const cell = owner[internalFaceCount + i];
    for (let k = 0; k < dimension; k++) {
      slopes[cell * dimension + k] += geometry.boundary[i * dimension + k] * lambda[cell];
    }
  }
  for (let link = 0; link < count; link++) {
    const [cell, other] = [first[link], second[link]];
    let difference = 0;
    for (let k = 0; k < dimension; k++) {
      const at = link * dimension + k;
      difference +=
        rows.first[at] * slopes[cell * dimension + k] + rows.second[at] * slopes[other * dimension + k];
    }
    cells[other] += difference;
    cells[cell] -= difference;
  }
  for (let i = 0; i < boundary.length; i++) {
    const cell = owner[internalFaceCount + i];
    for (let k = 0; k < dimension; k++) {
      boundary[i] += rows.boundary[i * dimension + k] * slopes[cell * dimension + k];
    }
    if (boundaryCoefficients[i] > 0) cells[cell] -= boundary[i];
  }
  return { cells, boundary };
}
