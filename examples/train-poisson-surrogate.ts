import { rmSync } from 'node:fs';
import { cornerRemovedMeshes, generateMeshes, poissonTask } from 'fieldsmith/datasets';
import { encoderFeatureCounts, reducedBasis, ritzEnergy } from 'fieldsmith/operators';
import { type PoissonProblem, solve } from 'fieldsmith/solvers';
import {
  evaluate,
  evaluationSamples,
  exportRun,
  openSurrogate,
  readModel,
  train,
  zeroConditions,
} from 'fieldsmith/training';

/**
 * A surrogate of −∇²u = q, trained on a handful of parts without one solved problem. It is written to `folder`, opened
 * again, compared with the solver on parts that training has not seen, and starts a certified solve.
 */
export async function run(folder = 'runs/surrogate', steps = 60) {
  rmSync(folder, { recursive: true, force: true });
  const parts = (corners: number, seed: number) =>
    generateMeshes(cornerRemovedMeshes({ corners, count: 8, cellCount: 250, seed }));
  const operator = reducedBasis({
    rank: 96,
    encoder: { width: 32, blocks: 2, heads: 4, cellSlices: 16, faceSlices: 8, ...encoderFeatureCounts(2) },
  });
  const trained = await train(operator, poissonTask({ meshes: await parts(4, 1), sourcesPerSample: 8 }), {
    supervise: ritzEnergy(),
    steps,
    batchSize: 4,
    learningRate: 4e-3,
    out: folder,
  });
  await exportRun(trained);

  const heldOut = poissonTask({ meshes: await parts(3, 2) });
  const samples = evaluationSamples(heldOut, { category: '3 corners removed', count: 24, seed: 3 });
  const surrogate = await openSurrogate(readModel(folder));
  try {
    const { meanRelativeL2 } = await evaluate(surrogate.answer, samples);
    const { operator: discrete, source, boundaryTypes } = samples[0];
    const problem: PoissonProblem = {
      mesh: discrete.mesh,
      source,
      boundaryConditions: zeroConditions(boundaryTypes),
    };
    const certified = await solve(problem, { guess: surrogate.predict, relativeTolerance: 1e-8 });
    return { meanRelativeL2, relativeResidual: certified.relativeResidual, iterations: certified.iterations };
  } finally {
    await surrogate.dispose();
  }
}
