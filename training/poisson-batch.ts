import {
  type BoundaryValues,
  boundaryConditionsOf,
  drawSample,
  type PoissonSample,
  type PoissonTask,
} from '../datasets/index.js';
import { batchInputs, type SupervisionContext, type SupervisionSample } from '../operators/index.js';
import type { NamedArrays } from '../runtime/index.js';
import { assembleOperator, assembleRightHandSide, type PoissonOperator } from '../solvers/index.js';
import type { TrainingBatch } from './batch-queue.js';
import { type LabelStore, storedLabels } from './label-store.js';
import { type InputPlan, type OperatorMember, operatorMember } from './operator-inputs.js';
import { referenceSolutions } from './reference-solutions.js';

/** Everything that the batches of a run depend on, as plain data. */
export interface BatchPlan extends InputPlan {
  readonly task: PoissonTask;
  readonly seed: number;
  readonly batchSize: number;
  /** Samples come with their solutions, for the loss on labels. */
  readonly labelled?: boolean;
  /** Where solutions of a task of `distinctSamples` are kept; they are computed anew each time without it. */
  readonly labels?: LabelStore;
}

/** ‖Bu − b‖/‖b‖ of labels: what float32 resolves. */
const LABEL_TOLERANCE = 1e-8;

/** A batch on its way between threads: the meshes, which both sides have, are left out. */
export interface PreparedBatch {
  readonly inputs: NamedArrays;
  readonly samples: readonly (Omit<SupervisionSample, 'operator'> & {
    readonly operator: Omit<PoissonOperator, 'mesh'>;
    readonly meshIndex: number;
  })[];
}

/**
 * Batch `index` holds the samples `index · batchSize …` of the seed's stream: network inputs, B and b of each, and u where
 * the plan asks for it. For field operators u and b are those of the problem with all temperatures counted from the
 * inputs' `fieldOffset`.
 */
export function prepareBatch(plan: BatchPlan, index: number): PreparedBatch {
  const { task, seed, batchSize } = plan;
  const members = Array.from({ length: batchSize }, (_, member) =>
    prepareMember(plan, drawSample(task, seed, index * batchSize + member)),
  );
  return {
    inputs: batchInputs(members.map(({ inputs }) => inputs)),
    samples: members.map(({ sample }) => sample),
  };
}

function prepareMember(plan: BatchPlan, drawn: PoissonSample) {
  const { meshIndex, boundaryTypes, boundaryValues, sources } = drawn;
  const operator = assembleOperator(plan.task.meshes[meshIndex], drawn.conductivity, boundaryTypes);
  const member = operatorMember(plan, operator, boundaryTypes, sources[0], boundaryValues);
  const { inputs, fieldScale } = member;
  const conditions = boundaryConditionsOf({
    ...drawn,
    boundaryValues: shiftedValues(drawn, operator, member),
  });
  const rightHandSides = sources.map((source) => assembleRightHandSide(operator, source, conditions));
  const solutions = plan.labelled && solutionsOf(plan, drawn, operator, rightHandSides);
  const { mesh: _mesh, ...withoutMesh } = operator;
  const sample = {
    operator: withoutMesh,
    rightHandSides,
    fieldScale,
    meshIndex,
    ...(solutions && { solutions }),
  };
  return { inputs, sample };
}

/** Values less the offset, on every Dirichlet patch. */
function shiftedValues(
  { boundaryTypes, boundaryValues }: PoissonSample,
  { mesh }: PoissonOperator,
  { fieldOffset }: OperatorMember,
): BoundaryValues | undefined {
  if (fieldOffset === 0) return boundaryValues;
  const dirichlet = mesh.patches.filter(({ name, size }) => size > 0 && boundaryTypes[name] === 'dirichlet');
  return Object.fromEntries(
    dirichlet.map(({ name, size }) => {
      const values = boundaryValues?.[name] ?? new Float64Array(size);
      return [name, values.map((value) => value - fieldOffset)];
    }),
  );
}

function solutionsOf(
  { labels }: BatchPlan,
  { index }: PoissonSample,
  operator: PoissonOperator,
  rightHandSides: readonly Float64Array[],
): Float64Array[] {
  return storedLabels(labels, index, operator.matrix.rows, () =>
    referenceSolutions(operator, rightHandSides, {
      relativeTolerance: LABEL_TOLERANCE,
      what: `sample ${index}`,
    }),
  );
}

/** Fills the label store's slot of one of the `distinctSamples`; the answer is in the shared memory. */
export function prepareLabels(plan: BatchPlan, sample: number): void {
  prepareMember({ ...plan, labelled: true }, drawSample(plan.task, plan.seed, sample));
}

/** The batch as a training step takes it. */
export function withMeshes({ meshes }: PoissonTask, { inputs, samples }: PreparedBatch): TrainingBatch {
  const context: SupervisionContext = {
    samples: samples.map(({ meshIndex, operator, ...sample }) => ({
      ...sample,
      operator: { ...operator, mesh: meshes[meshIndex] },
    })),
  };
  return { inputs, context };
}
