import { drawSample, type PoissonTask } from '../datasets/index.js';
import { batchInputs, type SupervisionContext, type SupervisionSample } from '../operators/index.js';
import type { NamedArrays } from '../runtime/index.js';
import { assembleOperator, assembleRightHandSide, type PoissonOperator } from '../solvers/index.js';
import type { TrainingBatch } from './batch-queue.js';
import { zeroConditions } from './evaluation-samples.js';
import { type InputPlan, operatorMember } from './operator-inputs.js';

/** Everything that the batches of a run depend on, as plain data. */
export interface BatchPlan extends InputPlan {
  readonly task: PoissonTask;
  readonly seed: number;
  readonly batchSize: number;
}

/** A batch on its way between threads: the meshes, which both sides have, are left out. */
export interface PreparedBatch {
  readonly inputs: NamedArrays;
  readonly samples: readonly (Omit<SupervisionSample, 'operator'> & {
    readonly operator: Omit<PoissonOperator, 'mesh'>;
    readonly meshIndex: number;
  })[];
}

/** Batch `index` holds the samples `index · batchSize …` of the seed's stream: network inputs, B and b of each. */
export function prepareBatch(plan: BatchPlan, index: number): PreparedBatch {
  const { task, seed, batchSize } = plan;
  const members = Array.from({ length: batchSize }, (_, member) => {
    const { meshIndex, boundaryTypes, sources } = drawSample(task, seed, index * batchSize + member);
    const operator = assembleOperator(task.meshes[meshIndex], 1, boundaryTypes);
    const conditions = zeroConditions(boundaryTypes);
    const rightHandSides = sources.map((source) => assembleRightHandSide(operator, source, conditions));
    const { inputs, fieldScale } = operatorMember(plan, operator, boundaryTypes, sources[0]);
    const { mesh: _mesh, ...withoutMesh } = operator;
    return { inputs, sample: { operator: withoutMesh, rightHandSides, fieldScale, meshIndex } };
  });
  return {
    inputs: batchInputs(members.map(({ inputs }) => inputs)),
    samples: members.map(({ sample }) => sample),
  };
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
