import { InvalidInputError } from '../common/errors.js';
import {
  type BoundaryFluxes,
  type BoundaryTypes,
  type BoundaryValues,
  boundaryConditionsOf,
  drawSampleOnMesh,
  type PoissonSample,
  type PoissonTask,
} from '../datasets/index.js';
import {
  assembleOperator,
  assembleRightHandSide,
  type BoundaryConditions,
  type PoissonOperator,
} from '../solvers/index.js';
import { referenceSolutions } from './reference-solutions.js';

/** A held-out problem with the answer of the discrete system. */
export interface EvaluationSample {
  readonly category: string;
  readonly operator: PoissonOperator;
  readonly boundaryTypes: BoundaryTypes;
  /** u on Dirichlet patches, `[face of the patch]`; zero where absent */
  readonly boundaryValues?: BoundaryValues;
  /** κ ∂u/∂n on Neumann patches; zero where absent */
  readonly boundaryFluxes?: BoundaryFluxes;
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
 * used as often as any other. One source each. Problems on one mesh with the same boundary types and κ share the operator
 * and its multigrid hierarchy.
 *
 * @throws InvalidInputError for a count below 1; FieldsmithError when a reference does not converge
 */
export function evaluationSamples(task: PoissonTask, options: EvaluationSamplesOptions): EvaluationSample[] {
  const { category, count, seed, relativeTolerance } = { ...EVALUATION_SAMPLES_DEFAULTS, ...options };
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidInputError(`evaluationSamples: count must be a positive integer, got ${count}`);
  }
  const oneSource = { ...task, sourcesPerSample: 1 };
  const drawn = Array.from({ length: count }, (_, index) =>
    drawSampleOnMesh(oneSource, index % task.meshes.length, seed, index),
  );
  const samples: EvaluationSample[] = [];
  for (const group of withEqualOperators(drawn)) {
    const [{ meshIndex, boundaryTypes, conductivity }] = group;
    const operator = assembleOperator(task.meshes[meshIndex], conductivity, boundaryTypes);
    const rightHandSides = group.map((sample) =>
      assembleRightHandSide(operator, sample.sources[0], boundaryConditionsOf(sample)),
    );
    const what = `samples ${group.map(({ index }) => index).join(', ')} (${category})`;
    const references = referenceSolutions(operator, rightHandSides, { relativeTolerance, what });
    group.forEach(({ index, boundaryValues, boundaryFluxes, sources: [source] }, member) => {
      samples[index] = {
        category,
        operator,
        boundaryTypes,
        ...(boundaryValues && { boundaryValues }),
        ...(boundaryFluxes && { boundaryFluxes }),
        source,
        rightHandSide: rightHandSides[member],
        reference: references[member],
      };
    });
  }
  return samples;
}

/** Samples with the same matrix; a drawn κ is a sample's own. */
function withEqualOperators(samples: readonly PoissonSample[]): PoissonSample[][] {
  const groups = new Map<string, PoissonSample[]>();
  for (const sample of samples) {
    const { meshIndex, boundaryTypes, conductivity, index } = sample;
    const key = JSON.stringify([meshIndex, boundaryTypes, conductivity ? index : null]);
    const group = groups.get(key);
    if (group) group.push(sample);
    else groups.set(key, [sample]);
  }
  return [...groups.values()];
}

/** Zero values and zero fluxes for given types. */
export function zeroConditions(types: BoundaryTypes): BoundaryConditions {
  return boundaryConditionsOf({ boundaryTypes: types });
}
