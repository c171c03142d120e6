import { FieldsmithError } from '../common/errors.js';
import { conjugateResiduals } from '../solvers/conjugate-residuals.js';
import { correctionTranspose } from '../solvers/correction-transpose.js';
import { conjugateGradientMany, multiply } from '../solvers/index.js';
import { norm } from '../solvers/vectors.js';
import type { CertifiedSolver } from './certified-solver.js';
import type { Cotangent } from './field-functions.js';

/** Of the adjoint fields: gradients to eight digits. */
const RELATIVE_TOLERANCE = 1e-9;
const INNER_TOLERANCE = 0.03;
const MAXIMUM_STEPS = 200;
/** Directions kept */
const DEPTH = 12;

/**
 * λ with Aᵀλ = ū for several cotangents, A = B − s ∂c/∂u the matrix of the discrete system: conjugate gradients where it is
 * symmetric, generalised conjugate residuals (Eisenstat, Elman & Schultz 1983) with inexact solves with B otherwise.
 *
 * @throws FieldsmithError where one does not converge
 */
export function adjointFields(
  solver: CertifiedSolver,
  cotangents: readonly Cotangent[],
  signal?: AbortSignal,
): Float64Array[] {
  const { operator, preconditioner, correctionShare } = solver;
  const rights = cotangents.map(({ cells, weights }) => {
    const right = new Float64Array(operator.mesh.cellCount);
    cells.forEach((cell, i) => {
      right[cell] += weights[i];
    });
    return right;
  });
  if (correctionShare > 0) return rights.map((right) => transposedSolve(solver, right, signal));
  return conjugateGradientMany(operator.matrix, rights, {
    preconditioner,
    relativeTolerance: RELATIVE_TOLERANCE,
    signal,
  }).map(({ solution }) => solution);
}

function transposedSolve(
  { operator, preconditioner }: CertifiedSolver,
  right: Float64Array,
  signal?: AbortSignal,
) {
  const { matrix } = operator;
  const image = (z: Float64Array) => {
    const result = multiply(matrix, z);
    const { cells } = correctionTranspose(operator, z);
    for (let i = 0; i < result.length; i++) result[i] -= cells[i];
    return result;
  };
  const lambda = new Float64Array(right.length);
  let residual = right.slice();
  const target = RELATIVE_TOLERANCE * norm(right);
  const residuals = conjugateResiduals(DEPTH);
  for (let step = 0; norm(residual) > target; step++) {
    signal?.throwIfAborted();
    if (step === MAXIMUM_STEPS) {
      throw new FieldsmithError(
        'controlBoundary: the adjoint of the non-orthogonal correction did not converge; improve the mesh, or leave the ' +
          'correction out with nonOrthogonalCorrection: false',
      );
    }
    const [{ solution: z }] = conjugateGradientMany(matrix, [residual], {
      preconditioner,
      relativeTolerance: INNER_TOLERANCE,
    });
    residuals.step(z, image(z), lambda, residual);
    if (norm(residual) <= target) {
      residual = image(lambda).map((value, i) => right[i] - value);
    }
  }
  return lambda;
}
