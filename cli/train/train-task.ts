import { join } from 'node:path';
import { describeHardware } from '../../common/hardware.js';
import type { Progress } from '../../common/progress.js';
import { combineSeeds } from '../../common/random.js';
import { writeFileAtomically } from '../../common/write-file.js';
import {
  generateMeshes,
  type NpsolverTask,
  type NpsolverTaskName,
  npsolverTask,
  poissonTask,
} from '../../datasets/index.js';
import { type SupervisionConfig, supervision } from '../../operators/index.js';
import { evaluateRun, exportRun, type TrainedOperator, testSamples, train } from '../../training/index.js';
import { type Recipe, type RecipeName, recipes } from '../demo/recipes.js';

export interface TrainTaskOptions {
  readonly task: NpsolverTaskName;
  /** Folder of the run. */
  readonly out: string;
  readonly recipe: RecipeName;
  /** Loss in place of the recipe's. */
  readonly supervise?: SupervisionConfig;
  /** Give one of the two; the recipe's number of steps otherwise. */
  readonly steps?: number;
  readonly budgetSeconds?: number;
  readonly seed: number;
  /** Cells and number of the training meshes; the task's own by default. */
  readonly cells?: number;
  readonly meshes?: number;
  /** Held-out samples a category. */
  readonly samples: number;
  readonly resume: boolean;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly progress: Progress;
}

/** What `fieldsmith train --json` prints, and `summary.json` holds. */
export interface TrainSummary {
  readonly task: NpsolverTaskName;
  readonly recipe: string;
  readonly supervision: { readonly name: string; readonly options: unknown };
  readonly meanRelativeL2: number;
  readonly categories: Readonly<Record<string, number>>;
  /** Held-out samples of all categories. */
  readonly samples: number;
  readonly steps: number;
  readonly trainingSeconds: number;
  readonly seed: number;
  readonly run: string;
  readonly model: string;
  readonly hardware: string;
}

/** Meshes of a test category, where it has several shapes. */
const TEST_MESHES = 10;

/**
 * Trains a surrogate on one of NPSolver's tasks, evaluates it on the task's test categories and exports it with these
 * errors in its card.
 *
 * @returns undefined when the signal was aborted; the same options with `resume` continue
 * @throws InvalidInputError when the folder holds a run and `resume` is false
 */
export async function trainTask(options: TrainTaskOptions): Promise<TrainSummary | undefined> {
  try {
    return await runPhases(options);
  } catch (error) {
    if (options.signal?.aborted && error === options.signal.reason) return undefined;
    throw error;
  }
}

async function runPhases(options: TrainTaskOptions): Promise<TrainSummary | undefined> {
  const { out, seed, progress, signal } = options;
  const testMeshes = Math.min(TEST_MESHES, options.samples);
  const definition = npsolverTask(options.task, {
    seed,
    cellCount: options.cells,
    trainingMeshes: options.meshes,
    testMeshes,
    samplesPerMesh: Math.ceil(options.samples / testMeshes),
  });
  const recipe = recipes[options.recipe]({
    dimension: options.task === 'cube' ? 3 : 2,
    boundaryValues: options.task === 'control',
  });
  const run = await trainRecipe(definition, recipe, options);
  if (run.status === 'interrupted') return undefined;

  const watch = { progress, signal };
  const samples = await testSamples(definition, { seed: combineSeeds(seed, 1), ...watch });
  const evaluation = await evaluateRun(run, samples, watch);
  await exportRun(run, { errors: { test: evaluation } });
  const { configuration, history } = run;
  const summary: TrainSummary = {
    task: options.task,
    recipe: options.recipe,
    supervision: configuration.supervision as TrainSummary['supervision'],
    meanRelativeL2: evaluation.meanRelativeL2,
    categories: Object.fromEntries(
      Object.entries(evaluation.categories).map(([name, { meanRelativeL2 }]) => [name, meanRelativeL2]),
    ),
    samples: samples.length,
    steps: configuration.steps,
    trainingSeconds: history.reduce((sum, { seconds }) => sum + seconds, 0),
    seed,
    run: out,
    model: join(out, 'model/model.onnx'),
    hardware: describeHardware(),
  };
  writeFileAtomically(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

async function trainRecipe(
  { trainingMeshes, task }: NpsolverTask,
  recipe: Recipe,
  { out, seed, resume, threads, progress, signal, ...options }: TrainTaskOptions,
): Promise<TrainedOperator> {
  const meshes = await generateMeshes(trainingMeshes, { progress, signal });
  const { sourcesPerSample } = recipe;
  // an all-Dirichlet problem needs no mean removed, and the published task does not
  const removeMean = task.removeMean === 'never' ? 'never' : recipe.removeMean;
  return train(recipe.operator, poissonTask({ ...task, meshes, sourcesPerSample, removeMean }), {
    supervise: options.supervise ? supervision(options.supervise) : recipe.supervise,
    features: recipe.features,
    batchSize: recipe.batchSize,
    schedule: recipe.schedule,
    seed,
    out,
    resume,
    threads,
    ...(options.budgetSeconds === undefined
      ? { steps: options.steps ?? recipe.steps }
      : { budgetSeconds: options.budgetSeconds }),
    signal,
    progress,
  });
}
