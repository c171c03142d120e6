import { type NpsolverTaskName, npsolverTask } from 'fieldsmith/datasets';
import { conjugateGradient, deflation, incompleteCholesky, type Preconditioner } from 'fieldsmith/solvers';
import {
  describeHardware,
  type EvaluationSample,
  evaluate,
  openSurrogate,
  type Progress,
  type Surrogate,
  testSamples,
  writeFileAtomically,
} from 'fieldsmith/training';
import { TEST_SEED } from './parts/experiment.js';
import { mean, modelOf } from './parts/model.js';

export interface TransferOptions {
  /** Run folder, or name of a model that comes with the package. */
  readonly model?: string;
  readonly task?: NpsolverTaskName;
  /** Mesh sizes, separated by commas. */
  readonly cells?: string | number;
  /** Samples on each of a category's 10 test meshes. */
  readonly samples?: number;
  readonly results?: string;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

const TOLERANCE = 1e-8;

/**
 * One model on meshes of several sizes without retraining: its error, and what it is worth to a solve to 1e-8 with
 * IC(0)-preconditioned conjugate gradients: as the first guess, and with its basis as a deflation space.
 */
export async function run(options: TransferOptions = {}) {
  const { model = 'random-bc', task = 'random-bc', samples = 1, signal, progress } = options;
  const { cells = '1000,4000,16000', results = 'docs/results/npsolver-transfer.json' } = options;
  const surrogate = await openSurrogate(modelOf(model));
  try {
    const rows = [];
    for (const cellCount of String(cells).split(',').map(Number)) {
      const definition = npsolverTask(task, { cellCount, seed: TEST_SEED, samplesPerMesh: samples });
      const problems = await testSamples(definition, { seed: TEST_SEED, signal });
      const { meanRelativeL2 } = await evaluate(surrogate.answer, problems, { progress, signal });
      const iterations = [];
      for (const problem of problems) {
        signal?.throwIfAborted();
        iterations.push(await iterationsOf(surrogate, problem));
        progress?.update(`solves at ${cellCount} cells`, iterations.length, problems.length);
      }
      rows.push({
        cells: cellCount,
        samples: problems.length,
        meanRelativeL2,
        iterations: {
          zero: mean(iterations.map(({ zero }) => zero)),
          guess: mean(iterations.map(({ guess }) => guess)),
          deflated: mean(iterations.map(({ deflated }) => deflated)),
        },
      });
    }
    const { trainedRange, training } = surrogate.card;
    const result = {
      task,
      model,
      trainedOn: trainedRange.cells,
      steps: training.steps,
      tolerance: TOLERANCE,
      rows,
      hardware: describeHardware(),
    };
    writeFileAtomically(results, `${JSON.stringify(result, null, 2)}\n`);
    return rows;
  } finally {
    await surrogate.dispose();
  }
}

async function iterationsOf(surrogate: Surrogate, sample: EvaluationSample) {
  const { operator, rightHandSide, boundaryTypes } = sample;
  const cholesky = incompleteCholesky(operator.matrix);
  const solve = (preconditioner: Preconditioner, guess?: Float64Array) =>
    conjugateGradient(operator.matrix, rightHandSide, {
      preconditioner,
      guess,
      relativeTolerance: TOLERANCE,
      singular: operator.singular ? { volumes: operator.mesh.cellVolumes } : undefined,
    }).iterations;
  const { coarseSpace } = await surrogate.reduce(operator, boundaryTypes);
  return {
    zero: solve(cholesky),
    guess: solve(cholesky, await surrogate.answer(sample)),
    deflated: solve(deflation(coarseSpace, cholesky)),
  };
}
