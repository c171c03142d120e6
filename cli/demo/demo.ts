import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeHardware } from '../../common/hardware.js';
import type { Progress } from '../../common/progress.js';
import { combineSeeds } from '../../common/random.js';
import { writeFileAtomically } from '../../common/write-file.js';
import { cornerRemovedMeshes, generateMeshes, poissonTask } from '../../datasets/index.js';
import {
  beforeTraining,
  evaluate,
  exportModel,
  exportRun,
  type ModelFiles,
  openSurrogate,
  readModel,
  type TrainedOperator,
  train,
} from '../../training/index.js';
import { renderReport } from '../../viewer/index.js';
import { certify } from './certify.js';
import { compareSolvers } from './compare-solvers.js';
import type { DemoResult } from './demo-result.js';
import { discretisationErrors } from './discretisation-error.js';
import { heldOutSets, type TestSet } from './held-out.js';
import { type Recipe, type RecipeName, recipes } from './recipes.js';
import { reportOf } from './report.js';
import { summaryOf } from './summary.js';
import { supervisionCost } from './supervision-cost.js';
import { trainedBeforehand } from './trained-beforehand.js';
import type { Watch } from './watch.js';
import { writeFields } from './write-fields.js';

export interface DemoOptions {
  readonly recipe: RecipeName;
  /** Folder of the run. */
  readonly out: string;
  readonly seed: number;
  /** Optimizer steps; the recipe's own number if neither these nor minutes are given. */
  readonly steps?: number;
  /** Wall time of training. It becomes a number of steps, so that two runs need not agree. */
  readonly minutes?: number;
  /** Name of a model that comes with the package, to take in place of a training. */
  readonly pretrained?: string;
  readonly cellCount: number;
  readonly trainingMeshes: number;
  readonly samplesPerCategory: number;
  readonly signal?: AbortSignal;
  readonly progress: Progress;
}

/** Samples a category in the timed comparison with classical solvers. */
const COMPARED = 4;

/**
 * The whole path: meshes → label-free training, or a model that was trained so → ONNX → evaluation on held-out parts → certified solves → files to look
 * at. An unfinished run in `out` is continued, a finished one replaced.
 *
 * @returns the result, or undefined when the signal was aborted; what is done by then stays for the next call
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult | undefined> {
  try {
    return await runPhases(options);
  } catch (error) {
    if (options.signal?.aborted && error === options.signal.reason) return undefined;
    throw error;
  }
}

async function runPhases(options: DemoOptions): Promise<DemoResult | undefined> {
  const { out, seed, progress, signal, cellCount, pretrained } = options;
  const watch = { progress, signal };
  const recipe = recipes[options.recipe]();
  const finished = join(out, 'summary.json');
  if (existsSync(finished)) {
    for (const part of ['config.json', 'metrics.jsonl', 'checkpoints', 'model', 'fields', 'report.html']) {
      rmSync(join(out, part), { recursive: true, force: true });
    }
    rmSync(finished);
  }
  const run = pretrained === undefined ? await trainHere(recipe, options) : undefined;
  if (run?.status === 'interrupted') return undefined;
  const shown = run
    ? { ...run, meshCount: run.task.meshes.length }
    : await trainedBeforehand(pretrained!, out, recipe, watch);

  const sets = await heldOutSets({ samplesPerCategory: options.samplesPerCategory, cellCount, seed }, watch);
  const untrained = run && (await evaluateSets(await exportModel(beforeTraining(run)), sets, watch));
  const trained = await evaluateSets(run ? await exportModel(run) : readModel(out), sets, watch);
  if (run) {
    await exportRun(run, {
      errors: Object.fromEntries(sets.map(({ name }, index) => [name, trained[index]])),
      geometry: 'squares with 4 corner rectangles removed, each 0.1 to 0.4 of the side',
    });
  }
  const surrogate = await openSurrogate(readModel(out));
  try {
    const results: DemoResult['sets'][number][] = [];
    for (const [index, set] of sets.entries()) {
      results.push({
        set,
        trained: trained[index],
        untrained: untrained?.[index],
        certification: await certify(surrogate, set.samples, watch),
        comparison: await compareSolvers(surrogate, firstOfEachCategory(set, COMPARED), watch),
      });
    }
    const result: DemoResult = {
      recipe,
      seed,
      run: shown,
      pretrained,
      trainingSeconds: shown.history.reduce((sum, { seconds }) => sum + seconds, 0),
      sets: results,
      discretisation: await discretisationErrors(cellCount, combineSeeds(seed, 79)),
      supervisionCost: supervisionCost(recipe, shown),
      hardware: describeHardware(),
    };
    const index = await writeFields(out, surrogate, sets);
    writeFileAtomically(join(out, 'report.html'), renderReport(reportOf(result, index)));
    writeFileAtomically(finished, JSON.stringify(summaryOf(result), null, 2) + '\n');
    return result;
  } finally {
    await surrogate.dispose();
  }
}

async function trainHere(recipe: Recipe, options: DemoOptions): Promise<TrainedOperator> {
  const { out, seed, progress, signal, cellCount, trainingMeshes: count } = options;
  const requests = cornerRemovedMeshes({ corners: 4, count, cellCount, seed: combineSeeds(seed, 76) });
  const meshes = await generateMeshes(requests, { progress, signal });
  const { sourcesPerSample, removeMean } = recipe;
  return train(recipe.operator, poissonTask({ meshes, sourcesPerSample, removeMean }), {
    supervise: recipe.supervise,
    features: recipe.features,
    batchSize: recipe.batchSize,
    schedule: recipe.schedule,
    seed,
    out,
    resume: true,
    ...(options.minutes === undefined
      ? { steps: options.steps ?? recipe.steps }
      : { budgetSeconds: 60 * options.minutes }),
    signal,
    progress,
  });
}

async function evaluateSets(model: ModelFiles, sets: readonly TestSet[], watch: Watch) {
  const surrogate = await openSurrogate(model);
  try {
    const evaluations = [];
    for (const { samples } of sets) evaluations.push(await evaluate(surrogate.answer, samples, watch));
    return evaluations;
  } finally {
    await surrogate.dispose();
  }
}

function firstOfEachCategory({ samples }: TestSet, count: number) {
  const names = [...new Set(samples.map(({ category }) => category))];
  return names.flatMap((name) => samples.filter(({ category }) => category === name).slice(0, count));
}
