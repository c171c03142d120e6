import { IllPosedProblemError, InvalidInputError } from '../common/errors.js';
import type { NpsolverSample } from '../datasets/index.js';
import { assembleOperator, assembleRightHandSide, type BoundaryConditions } from '../solvers/index.js';
import { removeRowSum, removeVolumeMean } from '../solvers/neumann-projection.js';
import type { EvaluationSample } from './evaluation-samples.js';

/**
 * Samples of a file with their stored solutions as references, for `evaluate`. Where no patch is Dirichlet the references
 * are shifted to zero volume mean, and the source's mean, which rounding leaves, is removed.
 *
 * @param category the name under which their errors are averaged
 * @throws InvalidInputError for samples without source or solution; IllPosedProblemError for a net source that cannot leave
 */
export function storedSamples(samples: readonly NpsolverSample[], category: string): EvaluationSample[] {
  return samples.map((sample, index) => {
    const { mesh, boundaryTypes, source, solution } = sample;
    if (!source || !solution) {
      throw new InvalidInputError(
        `storedSamples: sample ${sample.name ?? index} has no ${source ? 'solution' : 'source'}; ` +
          'meshes alone are for poissonTask',
      );
    }
    const operator = assembleOperator(mesh, 1, boundaryTypes);
    const rightHandSide = assembleRightHandSide(operator, source, conditionsOf(sample));
    const reference = solution.slice();
    if (operator.singular) removeVolumeMean(reference, mesh.cellVolumes);
    return {
      category,
      operator,
      boundaryTypes,
      source,
      rightHandSide: operator.singular ? balanced(sample, index, rightHandSide) : rightHandSide,
      reference,
    };
  });
}

/** Part of Σ|b| that is rounding: the files hold 32-bit numbers. */
const ROUNDING = 1e-5;

function balanced({ mesh, name }: NpsolverSample, index: number, rightHandSide: Float64Array): Float64Array {
  const sum = rightHandSide.reduce((total, value) => total + value, 0);
  const size = rightHandSide.reduce((total, value) => total + Math.abs(value), 0);
  if (Math.abs(sum) > ROUNDING * size) {
    throw new IllPosedProblemError(
      `storedSamples: sample ${name ?? index} has a net source of ${sum} and Neumann patches only, so that it has no ` +
        'solution; take the files whose sources are normed',
    );
  }
  removeRowSum(rightHandSide, mesh.cellVolumes);
  return rightHandSide;
}

/** The boundary conditions of a stored sample: its values on Dirichlet patches, no flux through the others. */
export function conditionsOf({ mesh, boundaryTypes, boundaryValues }: NpsolverSample): BoundaryConditions {
  return Object.fromEntries(
    mesh.patches.map(({ name, start, size }) => {
      if (boundaryTypes[name] === 'neumann') return [name, { type: 'neumann', flux: 0 }];
      const first = start - mesh.internalFaceCount;
      return [name, { type: 'dirichlet', value: boundaryValues?.slice(first, first + size) ?? 0 }];
    }),
  );
}
