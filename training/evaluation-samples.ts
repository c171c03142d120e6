import { FieldsmithError, InvalidInputError } from '../common/errors.js';
import type { BoundaryTypes } from '../datasets/index.js';
import { drawSampleOnMesh, type PoissonTask } from '../datasets/index.js';
import {
  assembleOperator,
  assembleRightHandSide,
  type BoundaryConditions,
  conjugateGradient,
  incompleteCholesky,
  type PoissonOperator,
} from '../solvers/index.js';

/** A held-out problem with the answer of the discrete system. */
export interface EvaluationSample {
  readonly category: string;
  readonly operator: PoissonOperator;
  readonly boundaryTypes: BoundaryTypes;
  /** q per unit volume, `[cell]` */
  readonly source: Float64Array;
  readonly rightHandSide: Float64Array;
  /** u, `[cell]`; of zero volume mean where the operator is singular */
  readonly reference: Float64Array;
}

export interface EvaluationSamplesOptions {
  category: string;
  count: number;
  seed: number;
  /** Bound on ‖Bu − b‖/‖b‖ of the references. */
  relativeTolerance?: number;
}

export const EVALUATION_SAMPLES_DEFAULTS = { relativeTolerance: 1e-10 } as const;

/**
 * `count` problems of a task with references; they walk through the task's meshes in turn, so that every mesh is
 * used as often as any other. One source each.
 *
 * @throws InvalidInputError for a count below 1; FieldsmithError when a reference does not converge
 */
export function evaluationSamples(task: PoissonTask, options: EvaluationSamplesOptions): EvaluationSample[] {
  const { category, count, seed, relativeTolerance } = { ...EVALUATION_SAMPLES_DEFAULTS, ...options };
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidInputError(`evaluationSamples: count must be a positive integer, got ${count}`);
  }
  return Array.from({ length: count }, (_, index) => {
    const meshIndex = index % task.meshes.length;
    const mesh = task.meshes[meshIndex];
    const { boundaryTypes, sources } = drawSampleOnMesh(task, meshIndex, seed, index);
    const [source] = sources;
    const operator = assembleOperator(mesh, 1, boundaryTypes);
    const rightHandSide = assembleRightHandSide(operator, source, zeroConditions(boundaryTypes));
    const { solution, status, relativeResidual } = conjugateGradient(operator.matrix, rightHandSide, {
      preconditioner: incompleteCholesky(operator.matrix),
      relativeTolerance,
      singular: operator.singular ? { volumes: mesh.cellVolumes } : undefined,
    });
    if (status !== 'converged') {
      throw new FieldsmithError(
        `evaluationSamples: the reference of sample ${index} (${category}) ended as '${status}' at a relative ` +
          `residual of ${relativeResidual.toExponential(1)}; raise relativeTolerance (${relativeTolerance})`,
      );
    }
    return { category, operator, boundaryTypes, source, rightHandSide, reference: solution };
  });
}

/** The boundary conditions of all samples of a task: zero values and zero fluxes. */
export function zeroConditions(types: BoundaryTypes): BoundaryConditions {
  return Object.fromEntries(
    Object.entries(types).map(([patch, type]) => [
      patch,
      type === 'dirichlet' ? { type, value: 0 } : { type, flux: 0 },
    ]),
  );
}
