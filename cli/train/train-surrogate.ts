import { join } from 'node:path';
import { describeHardware } from '../../common/hardware.js';
import { writeFileAtomically } from '../../common/write-file.js';
import { poissonTask } from '../../datasets/index.js';
import { type SupervisionConfig, supervision } from '../../operators/index.js';
import { evaluateRun, exportRun, type TrainedOperator, train } from '../../training/index.js';
import { type Recipe, type RecipeName, recipes } from '../demo/recipes.js';
import type { Watch } from '../demo/watch.js';
import { type PartsRequest, partsSubject } from './parts-subject.js';
import type { Subject } from './subject.js';
import { type TaskRequest, taskSubject } from './task-subject.js';

export interface TrainSurrogateOptions extends Watch {
  /** What to learn: one of the tasks, or own parts. */
  readonly subject: TaskRequest | PartsRequest;
  /** Folder of the run. */
  readonly out: string;
  /** By default 'reduced-basis' for tasks, 'part-basis' for parts. */
  readonly recipe?: RecipeName;
  /** Loss in place of the recipe's. */
  readonly supervise?: SupervisionConfig;
  /** Give one of the two; the recipe's number of steps otherwise. */
  readonly steps?: number;
  readonly budgetSeconds?: number;
  readonly seed: number;
  /** Held-out samples a category. */
  readonly samples: number;
  readonly resume: boolean;
  readonly threads?: number;
}

/** What `fieldsmith train --json` prints, and `summary.json` holds. */
export interface TrainSummary {
  /** What was learnt, as the command was told: `task` or `parts` with what belongs to them. */
  readonly [request: string]: unknown;
  readonly recipe: RecipeName;
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
  /** Files that were trained on, and those that were not. */
  readonly files?: Subject['parts'];
}

/**
 * Trains a surrogate, evaluates it on problems that it has not seen and exports it with these errors in its card.
 *
 * @returns undefined when the signal was aborted; the same options with `resume` continue
 * @throws InvalidInputError when the folder holds a run and `resume` is false
 */
export async function trainSurrogate(options: TrainSurrogateOptions): Promise<TrainSummary | undefined> {
  try {
    return await runPhases(options);
  } catch (error) {
    if (options.signal?.aborted && error === options.signal.reason) return undefined;
    throw error;
  }
}

async function runPhases(options: TrainSurrogateOptions): Promise<TrainSummary | undefined> {
  const { out, seed, progress, signal } = options;
  const watch = { progress, signal };
  const { subject, recipeName, recipe } = await subjectAndRecipe(options);
  const run = await trainRecipe(subject, recipe, options);
  if (run.status === 'interrupted') return undefined;

  const samples = await subject.testSamples(run.task.fluxes);
  const evaluation = await evaluateRun(run, samples, watch);
  await exportRun(run, {
    errors: { test: evaluation },
    ...(subject.geometry && { geometry: subject.geometry }),
  });
  const { configuration, history } = run;
  const summary: TrainSummary = {
    ...subject.request,
    recipe: recipeName,
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
    ...(subject.parts && { files: subject.parts }),
  };
  writeFileAtomically(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

/** What is to be learnt, and how, before anything is trained. */
export async function subjectAndRecipe(options: TrainSurrogateOptions): Promise<{
  readonly subject: Subject;
  readonly recipeName: RecipeName;
  readonly recipe: Recipe;
}> {
  const { seed, samples, progress, signal } = options;
  const setting = { seed, samples, progress, signal };
  const ofParts = 'parts' in options.subject;
  const subject =
    'parts' in options.subject
      ? await partsSubject(options.subject, setting)
      : taskSubject(options.subject, setting);
  const recipeName = options.recipe ?? (ofParts ? 'part-basis' : 'reduced-basis');
  return { subject, recipeName, recipe: recipes[recipeName](subject) };
}

async function trainRecipe(
  subject: Subject,
  recipe: Recipe,
  { out, seed, resume, threads, progress, signal, ...options }: TrainSurrogateOptions,
): Promise<TrainedOperator> {
  const meshes = await subject.trainingMeshes();
  const { sourcesPerSample } = recipe;
  // an all-Dirichlet problem needs no mean removed, and the published task does not
  const removeMean = subject.task.removeMean === 'never' ? 'never' : recipe.removeMean;
  // a field operator is not told of fluxes
  const fluxes = recipe.operator.output === 'basis' ? subject.task.fluxes : undefined;
  const { fluxes: _, ...rest } = subject.task;
  const task = poissonTask({ ...rest, ...(fluxes && { fluxes }), meshes, sourcesPerSample, removeMean });
  return train(recipe.operator, task, {
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
