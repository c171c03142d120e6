import { join } from 'node:path';
import { generateMeshes, type NpsolverTaskName, npsolverTask, poissonTask } from 'fieldsmith/datasets';
import type { FieldLoss, NeuralOperator } from 'fieldsmith/operators';
import {
  beforeTraining,
  describeHardware,
  evaluateRun,
  exportRun,
  oneCycle,
  type Progress,
  type TrainedOperator,
  testSamples,
  train,
} from 'fieldsmith/training';
import { writeCurve } from './curves.js';
import { errorsOf, writeRow } from './rows.js';

/** A surrogate of one of NPSolver's tasks and how it is trained. */
export interface Experiment {
  readonly task: NpsolverTaskName;
  /** Short name of the configuration, and the same for people. */
  readonly arm: string;
  readonly method: string;
  readonly operator: NeuralOperator;
  readonly supervise: FieldLoss;
  readonly learningRate: number;
  readonly sourcesPerSample: number;
  /** Members of a batch, and batches of one update. */
  readonly batchSize: number;
  readonly accumulate?: number;
  /** Processor minutes of training unless `--budget` says otherwise. */
  readonly budget: number;
  /** Cells of the training meshes first; the same model is evaluated on all of them. */
  readonly cells: readonly [number, ...number[]];
}

export interface ExperimentOptions {
  /** Minutes of processor time, all threads added up. */
  readonly budget?: number;
  readonly seed?: number;
  /** Folder of the run. */
  readonly out?: string;
  /** Where rows go, and learning curves beside it. */
  readonly results?: string;
  /** Held-out samples on each test mesh, of which a category has 10, or a single one with ten times as many samples. */
  readonly samples?: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** The samples are the same whatever the seed of training. */
export const TEST_SEED = 20_000;
/** Steps between two looks at held-out parts of the training shapes. */
const PROBE_EVERY = 50;

/**
 * Trains within a budget, evaluates on 100 samples of each test category at every mesh size and writes rows, learning curve
 * and an exported model. Stopped at any point, the same command continues.
 */
export async function experiment(settings: Experiment, options: ExperimentOptions) {
  const { task: name, arm, method, cells } = settings;
  const { budget = settings.budget, seed = 1, results = 'docs/results/npsolver.json' } = options;
  const out = options.out ?? `runs/npsolver/${name}-${seed}`;
  const trained = await trainWithin(settings, { ...options, budget, seed, out });
  if (trained.status === 'interrupted') return 'interrupted; the same command continues';

  const { history, configuration } = trained;
  const minutes = (pick: (step: (typeof history)[number]) => number) =>
    history.reduce((sum, step) => sum + pick(step), 0) / 60;
  const { threads, progress, signal } = options;
  const asking = { threads, progress, signal };
  const evaluations = [];
  for (const cellCount of cells) {
    const definition = npsolverTask(name, {
      cellCount,
      seed: TEST_SEED,
      ...(options.samples === undefined ? {} : { samplesPerMesh: options.samples }),
    });
    const samples = await testSamples(definition, { seed: TEST_SEED, signal });
    const evaluation = await evaluateRun(trained, samples, asking);
    const untrained = await evaluateRun(beforeTraining(trained), samples, asking);
    evaluations.push([`${cellCount} cells`, evaluation] as const);
    writeRow(results, {
      task: name,
      method,
      arm,
      cells: cellCount,
      ...errorsOf(evaluation),
      untrainedRelativeL2: untrained.meanRelativeL2,
      trainingMinutes: minutes(({ seconds }) => seconds),
      processorMinutes: minutes(({ processorSeconds }) => processorSeconds),
      steps: configuration.steps,
      learningRate: settings.learningRate,
      seed,
      command: `node scripts/run-example.mjs npsolver/${name} --budget ${budget} --seed ${seed}`,
      hardware: describeHardware(),
    });
  }
  writeCurve(results.replace(/\.json$/, '-curves.json'), { task: name, arm, seed, history });
  await exportRun(trained, { errors: Object.fromEntries(evaluations) });
  return {
    model: join(out, 'model'),
    steps: configuration.steps,
    ...Object.fromEntries(evaluations.map(([at, { meanRelativeL2 }]) => [at, meanRelativeL2])),
  };
}

async function trainWithin(
  settings: Experiment,
  options: ExperimentOptions & Required<Pick<ExperimentOptions, 'budget' | 'seed' | 'out'>>,
): Promise<TrainedOperator> {
  const { operator, supervise, batchSize, accumulate, sourcesPerSample, learningRate } = settings;
  const { budget, seed, out, threads, signal, progress } = options;
  const [cellCount] = settings.cells;
  const { trainingMeshes, task } = npsolverTask(settings.task, { cellCount, seed });
  const meshes = await generateMeshes(trainingMeshes, { signal });
  // the mean of a source is part of what a basis answers; it goes only where there is no answer otherwise
  const removeMean = task.removeMean === 'never' ? 'never' : 'when-singular';
  const last = npsolverTask(settings.task, {
    cellCount,
    seed: TEST_SEED + 1,
    testMeshes: 8,
    samplesPerMesh: 1,
  });
  return train(operator, poissonTask({ ...task, meshes, sourcesPerSample, removeMean }), {
    supervise,
    batchSize,
    accumulate,
    schedule: oneCycle({ maximum: learningRate }),
    seed,
    processorBudgetSeconds: 60 * budget,
    out,
    resume: true,
    threads,
    probe: {
      samples: await testSamples({ categories: last.categories.slice(-1) }, { seed: TEST_SEED + 1, signal }),
      every: PROBE_EVERY,
    },
    signal,
    progress,
  });
}
