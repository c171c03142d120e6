import { createRandom } from '../common/random.js';
import { cornerRemovedMeshes, drawSample, generateMeshes, poissonTask } from '../datasets/index.js';
import {
  baTransolver,
  batchInputs,
  batchSpecs,
  encoderFeatureCounts,
  type FieldLoss,
  type NeuralOperator,
  type OperatorInputs,
  projectedLoss,
  REDUCED_BASIS_DEFAULTS,
  type ReducedBasisOptions,
  reducedBasis,
  type SupervisionConfig,
  type SupervisionSample,
  supervisedFieldLoss,
} from '../operators/index.js';
import { compileTrainingStep, type NamedArrays, type TrainingStep } from '../runtime/index.js';
import { assembleOperator, assembleRightHandSide } from '../solvers/index.js';
import { projectionPool, zeroConditions } from '../training/index.js';
import { operatorMember } from '../training/operator-inputs.js';

export const BATCH = 8;

/** Networks with the sources they see of every sample: the shipped default, and the smaller of NPSolver's kind. */
export interface SupervisedModel {
  readonly name: string;
  readonly operator: NeuralOperator;
  readonly sources: number;
}

export function supervisedModels(): SupervisedModel[] {
  const counts = encoderFeatureCounts(2);
  const withSource = { ...counts, cellFeatures: counts.cellFeatures + 1 };
  return [
    {
      name: `reduced basis, rank ${REDUCED_BASIS_DEFAULTS.rank}`,
      operator: reducedBasis({ encoder: counts }),
      sources: 16,
    },
    {
      name: 'BA-Transolver, width 64, 4 blocks',
      operator: baTransolver({ ...withSource, width: 64, blocks: 4 }),
      sources: 1,
    },
  ];
}

export const supervisions: Readonly<Record<string, SupervisionConfig>> = {
  'amg K = 3': { name: 'pcg-steps', preconditioner: 'amg', steps: 3 },
  'amg K = 5': { name: 'pcg-steps', preconditioner: 'amg', steps: 5 },
  'jacobi K = 40': { name: 'pcg-steps', preconditioner: 'jacobi', steps: 40 },
  'ic K = 10': { name: 'pcg-steps', preconditioner: 'ic', steps: 10 },
  'ssor K = 10': { name: 'pcg-steps', preconditioner: 'ssor', steps: 10 },
  'jacobi K = 40, gradient through the steps': {
    name: 'pcg-steps',
    preconditioner: 'jacobi',
    steps: 40,
    stopGradient: false,
  },
  residual: { name: 'residual' },
  'Ritz energy': { name: 'energy' },
};

export interface SupervisedBatch {
  readonly inputs: NamedArrays;
  readonly samples: readonly SupervisionSample[];
  /** Wall time of drawing it on one thread. */
  readonly drawing: number;
}

/** Batches of fresh boundary types, sources and operators on 8 meshes, as the worker threads of `train` prepare them. */
export async function supervisedBatches(
  { operator, sources }: SupervisedModel,
  cellCount: number,
  count: number,
): Promise<SupervisedBatch[]> {
  const meshes = await generateMeshes(cornerRemovedMeshes({ corners: 4, count: BATCH, seed: 1, cellCount }));
  const task = poissonTask({ meshes, sourcesPerSample: sources });
  const plan = { output: operator.output, features: {} };
  return Array.from({ length: count }, (_, index) => {
    const started = performance.now();
    const members = Array.from({ length: BATCH }, (_, member) => {
      const sample = drawSample(task, 1, index * BATCH + member);
      const equations = assembleOperator(meshes[sample.meshIndex], 1, sample.boundaryTypes);
      const conditions = zeroConditions(sample.boundaryTypes);
      const rightHandSides = sample.sources.map((source) =>
        assembleRightHandSide(equations, source, conditions),
      );
      const { inputs, fieldScale } = operatorMember(plan, equations, sample.boundaryTypes, sample.sources[0]);
      return { inputs, sample: { operator: equations, rightHandSides, fieldScale } };
    });
    return {
      inputs: batchInputs(members.map(({ inputs }) => inputs)),
      samples: members.map(({ sample }) => sample),
      drawing: performance.now() - started,
    };
  });
}

/** No cache of an earlier pass knows these. */
export const unknownSamples = (samples: readonly SupervisionSample[]): SupervisionSample[] =>
  samples.map((sample) => ({ ...sample, operator: { ...sample.operator } }));

/** Random fields of the batch's shapes: K steps cost the same whatever they start from. */
export function randomFields(samples: readonly SupervisionSample[]): Float64Array[][] {
  const random = createRandom(2);
  return samples.map(({ operator, rightHandSides }) =>
    rightHandSides.map(() => Float64Array.from({ length: operator.matrix.rows }, () => random.normal())),
  );
}

/** The training step of a model under a loss: forward, supervision, backward, Adam; projections in worker threads. */
export async function supervisedStep(
  { operator, sources }: SupervisedModel,
  loss: FieldLoss,
): Promise<{ step: TrainingStep; close(): Promise<void> }> {
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(2);
  const extra = operator.output === 'field' ? 1 : 0;
  const pool = operator.output === 'basis' ? projectionPool() : undefined;
  const step = (await compileTrainingStep({
    parameters: operator.initialParameters(createRandom(1)),
    batchSpecs: batchSpecs(cellFeatures + extra, faceFeatures, BATCH),
    loss: (weights, inputs) => {
      const output = operator.forward(weights, inputs as unknown as OperatorInputs);
      if (!pool) return supervisedFieldLoss(loss, output);
      return projectedLoss(loss, output, {
        ...(operator.options as ReducedBasisOptions),
        sources,
        energies: pool.energies,
      });
    },
  })) as TrainingStep;
  return {
    step,
    close: async () => {
      await step.dispose();
      await pool?.close();
    },
  };
}
