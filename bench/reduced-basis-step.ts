import { createRandom } from '../common/random.js';
import { cornerRemovedMeshes, drawSample, generateMeshes, poissonTask } from '../datasets/index.js';
import {
  batchInputs,
  batchSpecs,
  encoderFeatureCounts,
  encoderInputs,
  energyParts,
  type OperatorInputs,
  projectedLoss,
  projectFields,
  projectionOf,
  reducedBasis,
  ritzEnergy,
} from '../operators/index.js';
import { compile, compileTrainingStep } from '../runtime/index.js';
import { assembleOperator, assembleRightHandSide } from '../solvers/index.js';
import { projectionPool, zeroConditions } from '../training/index.js';

const BATCH = 8;
const RANK = 128;
const SOURCES = 16;
const CELLS = 1000;

export interface ReducedBasisStep {
  step(): Promise<unknown>;
  /**
   * Milliseconds of its parts: encoder (forward); projection of all sources and its adjoint, each on one thread and both
   * together in worker threads, as the step has them.
   */
  parts(): Promise<Record<'encoder' | 'projection' | 'projectionAndAdjoint' | 'inWorkers', number>>;
}

/** One label-free step of a reduced basis of rank 128 on 8 meshes of about 1,000 cells with 16 sources each. */
export async function reducedBasisStep(): Promise<ReducedBasisStep> {
  const counts = encoderFeatureCounts(2);
  const network = reducedBasis({ rank: RANK, encoder: counts });
  const parameters = network.initialParameters(createRandom(1));
  const meshes = await generateMeshes(
    cornerRemovedMeshes({ corners: 4, count: BATCH, seed: 1, cellCount: CELLS }),
  );
  const task = poissonTask({ meshes, sourcesPerSample: SOURCES });
  const samples = Array.from({ length: BATCH }, (_, index) => {
    const { meshIndex, boundaryTypes, sources } = drawSample(task, 1, index);
    const operator = assembleOperator(meshes[meshIndex], 1, boundaryTypes);
    const conditions = zeroConditions(boundaryTypes);
    const rightHandSides = sources.map((source) => assembleRightHandSide(operator, source, conditions));
    return { operator, rightHandSides, inputs: encoderInputs(meshes[meshIndex], boundaryTypes) };
  });
  const batch = batchInputs(samples.map(({ inputs }) => inputs));
  const specs = batchSpecs(counts.cellFeatures, counts.faceFeatures, BATCH);
  const forward = await compile(
    (inputs, weights) => ({ basis: network.forward(weights, inputs as unknown as OperatorInputs) }),
    specs,
    { parameters },
  );
  const { basis } = await forward.run(batch);
  const pool = projectionPool();
  const step = await compileTrainingStep({
    parameters,
    batchSpecs: specs,
    loss: (weights, inputs) =>
      projectedLoss(ritzEnergy(), network.forward(weights, inputs as unknown as OperatorInputs), {
        ...network.options,
        sources: SOURCES,
        energies: pool.energies,
      }),
  });
  const cells = basis.shape[1];
  const values = basis.data as Float32Array;
  const requests = samples.map(({ operator, rightHandSides }, b) => ({
    operator,
    rightHandSides,
    basis: values.subarray(b * cells * RANK, (b * cells + operator.matrix.rows) * RANK),
    rank: RANK,
    options: network.options,
    count: BATCH * SOURCES,
  }));
  const project = () => {
    for (const { operator, basis: own, rightHandSides } of requests) {
      projectFields(projectionOf(operator, own, RANK, network.options), rightHandSides);
    }
  };
  return {
    step: () => step.run(batch, { learningRate: 1e-4 }, { samples }),
    parts: async () => ({
      encoder: await milliseconds(() => forward.run(batch)),
      projection: await milliseconds(project),
      projectionAndAdjoint: await milliseconds(() => requests.map(energyParts)),
      inWorkers: await milliseconds(() => pool.energies(requests)),
    }),
  };
}

async function milliseconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
