import { FieldsmithError } from '../common/errors.js';
import { choosePreconditioner, conjugateGradientMany, type PoissonOperator } from '../solvers/index.js';

export interface ReferenceOptions {
  /** Bound on ‖Bu − b‖/‖b‖ */
  readonly relativeTolerance: number;
  /** What the answers are for, in an error's words, as `'sample 3'` */
  readonly what: string;
}

/**
 * B u_s = b_s by conjugate gradients with one preconditioner for all right-hand sides, `[source][cell]`: multigrid, or
 * incomplete Cholesky on small meshes. Of zero volume mean where the operator is singular.
 *
 * @throws FieldsmithError when one does not converge
 */
export function referenceSolutions(
  operator: PoissonOperator,
  rightHandSides: readonly Float64Array[],
  { relativeTolerance, what }: ReferenceOptions,
): Float64Array[] {
  const results = conjugateGradientMany(operator.matrix, rightHandSides, {
    preconditioner: choosePreconditioner(operator.matrix, 'auto'),
    relativeTolerance,
    singular: operator.singular ? { volumes: operator.mesh.cellVolumes } : undefined,
  });
  return results.map(({ solution, status, relativeResidual }) => {
    if (status === 'converged') return solution;
    throw new FieldsmithError(
      `referenceSolutions: the reference of ${what} ended as '${status}' at a relative residual of ` +
        `${relativeResidual.toExponential(1)}; raise relativeTolerance (${relativeTolerance})`,
    );
  });
}
