import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateMeshes, npsolverTask, poissonTask } from 'fieldsmith/datasets';
import { DivergenceError } from 'fieldsmith/runtime';
import {
  describeHardware,
  evaluateRun,
  exportRun,
  InvalidInputError,
  oneCycle,
  type Progress,
  type TrainedOperator,
  testSamples,
  train,
  writeFileAtomically,
} from 'fieldsmith/training';
import { type Arm, type ArmName, arms } from './parts/arms.js';
import { TEST_SEED } from './parts/experiment.js';
import { errorsOf, readRows, sameRun, writeRow } from './parts/rows.js';
import { type StepCost, stepCost } from './parts/step-cost.js';

const TASK = 'random-bc-ablation';
/** Cells aimed at: every mesh then has more than 1,000. */
const CELL_COUNT = 1100;
const BATCH_SIZE = 8;
/** Rates are chosen with a seed of their own, on parts like those of training, in a share of the budget. */
const TUNING = { seed: 90, share: 1 / 10 } as const;

export interface AblationOptions {
  /** Minutes of both cores for each arm and seed. */
  readonly budget?: number;
  /** Arms and seeds by name, separated by commas; by default all arms and 1,2,3. */
  readonly arms?: string;
  readonly seeds?: string | number;
  /** Where runs are kept, and where rows, step counts and rates are written. */
  readonly out?: string;
  readonly results?: string;
  /** `only`: measure what a step of each arm costs, and stop. Do it where nothing else runs. */
  readonly calibrate?: 'only';
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

interface Calibration {
  readonly hardware: string;
  readonly cores: number;
  readonly arms: Record<string, StepCost>;
}

interface Rates {
  readonly [arm: string]: { readonly learningRate: number; readonly tried: Readonly<Record<string, number>> };
}

/**
 * What each part of NPSolver's recipe and of ours is worth: networks and supervisions at equal processor time, random
 * boundary types, several seeds. The budget is a number of steps, from a measurement of one step where nothing disturbs it, so that runs may
 * share a machine. Stopped at any point, the same command continues; finished rows are kept.
 */
export async function run(options: AblationOptions = {}) {
  const { budget = 15, out = 'runs/ablation', results = 'docs/results/npsolver.json' } = options;
  const stepsPath = results.replace(/\.json$/, '-steps.json');
  const ratesPath = results.replace(/\.json$/, '-rates.json');
  const chosen = chosenArms(options.arms);
  const seeds = String(options.seeds ?? '1,2,3')
    .split(',')
    .map(Number);
  if (options.calibrate === 'only') return calibrate(chosen, stepsPath);

  // what is missing is said before any work
  const costs = new Map(chosen.map((name) => [name, costOf(name, stepsPath)]));
  const test = await testSamples(npsolverTask('random-bc', { cellCount: CELL_COUNT, seed: TEST_SEED }), {
    seed: TEST_SEED,
  });
  const rows = [];
  for (const seed of seeds) {
    for (const name of chosen) {
      const known = readRows(results).find((row) =>
        sameRun(row, { task: TASK, arm: name, cells: CELL_COUNT, seed }),
      );
      const cost = costs.get(name)!;
      const steps = stepsOf(budget, cost);
      if (known?.steps === steps) {
        rows.push(known);
        continue;
      }
      const learningRate = await tunedRate(name, budget, cost, ratesPath, { ...options, out });
      if (learningRate === undefined) return 'interrupted; the same command continues';
      const trained = await trainArm(
        arms[name],
        { seed, steps, learningRate, out: join(out, `${name}-${seed}`) },
        options,
      );
      if (trained.status === 'interrupted') return 'interrupted; the same command continues';
      const evaluation = await evaluateRun(trained, test, {
        threads: options.threads,
        signal: options.signal,
      });
      await exportRun(trained, { errors: { test: evaluation } });
      const row = {
        task: TASK,
        method: arms[name].title,
        arm: name,
        cells: CELL_COUNT,
        ...errorsOf(evaluation),
        trainingMinutes: (steps * cost.seconds) / 60,
        processorMinutes: (steps * cost.processorSeconds) / 60,
        steps,
        learningRate,
        seed,
        command: `node scripts/run-example.mjs npsolver/ablation --budget ${budget} --arms ${name} --seeds ${seed}`,
        hardware: (readJson(stepsPath) as Calibration).hardware,
      };
      writeRow(results, row);
      options.progress?.message(`${name}, seed ${seed}: ${(100 * row.meanRelativeL2).toFixed(2)} %`);
      rows.push(row);
    }
  }
  return rows.map(({ arm, seed, steps, meanRelativeL2 }) => ({ arm, seed, steps, meanRelativeL2 }));
}

function chosenArms(list: string | undefined): ArmName[] {
  const known = Object.keys(arms) as ArmName[];
  if (list === undefined) return known;
  return list.split(',').map((name) => {
    if (Object.hasOwn(arms, name)) return name as ArmName;
    throw new InvalidInputError(`ablation: no arm '${name}'; they are ${known.join(', ')}`);
  });
}

const readJson = (path: string): unknown =>
  existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;

const writeJson = (path: string, value: unknown) =>
  writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`);

async function taskOf(
  { sourcesPerSample, removeMean, distinctSamples }: Arm,
  seed: number,
  signal?: AbortSignal,
) {
  const { trainingMeshes, task } = npsolverTask('random-bc', { cellCount: CELL_COUNT, seed });
  const meshes = await generateMeshes(trainingMeshes, { signal });
  return poissonTask({ ...task, meshes, sourcesPerSample, removeMean, distinctSamples });
}

/** Measures the arms one after the other, keeping the cheaper of two measurements; those of another machine are forgotten. */
async function calibrate(names: readonly ArmName[], path: string): Promise<Calibration> {
  const hardware = describeHardware();
  const before = readJson(path) as Calibration | undefined;
  let calibration: Calibration = before?.hardware === hardware ? before : { hardware, cores: 2, arms: {} };
  for (const name of names) {
    const { operator, features, supervise, chargedAs }: Arm = arms[name];
    if (chargedAs) continue;
    const task = await taskOf(arms[name], 0);
    const cost = await stepCost(operator, task, { features, supervise, batchSize: BATCH_SIZE, threads: 2 });
    const known = calibration.arms[name];
    // whatever disturbs a measurement only adds
    if (known && known.processorSeconds <= cost.processorSeconds) continue;
    calibration = { ...calibration, arms: { ...calibration.arms, [name]: cost } };
    writeJson(path, calibration);
  }
  return calibration;
}

function costOf(name: ArmName, path: string): StepCost {
  const { chargedAs = name }: Arm = arms[name];
  const cost = (readJson(path) as Calibration | undefined)?.arms[chargedAs];
  if (cost) return cost;
  throw new InvalidInputError(
    `ablation: ${path} has no step of ${chargedAs}; measure it with --calibrate only --arms ${chargedAs}`,
  );
}

/** Steps within `minutes` of both cores. */
const stepsOf = (minutes: number, { processorSeconds }: StepCost) =>
  Math.max(1, Math.floor((minutes * 60 * 2) / processorSeconds));

/** The arm's learning rate: recorded, or the best of its rates in short runs with a seed that no row uses. */
async function tunedRate(
  name: ArmName,
  budget: number,
  cost: StepCost,
  path: string,
  options: AblationOptions & { readonly out: string },
): Promise<number | undefined> {
  const known = (readJson(path) as Rates | undefined)?.[name];
  if (known) return known.learningRate;
  const { seed, share } = TUNING;
  const { categories } = npsolverTask('random-bc', { cellCount: CELL_COUNT, seed: TEST_SEED + seed });
  // parts like those of training: the choice sees nothing of the other categories
  const validation = await testSamples({ categories: categories.slice(-1) }, { seed });
  const tried: Record<string, number> = {};
  for (const learningRate of arms[name].rates) {
    const out = join(options.out, `${name}-rate-${learningRate}`);
    const run = { seed, steps: stepsOf(share * budget, cost), learningRate, out };
    try {
      const trained = await trainArm(arms[name], run, options);
      if (trained.status === 'interrupted') return undefined;
      tried[learningRate] = (
        await evaluateRun(trained, validation, { threads: options.threads, signal: options.signal })
      ).meanRelativeL2;
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      options.progress?.message(`${name} at rate ${learningRate}: ${error.message}`);
    }
  }
  const best = Number(Object.entries(tried).reduce((a, b) => (b[1] < a[1] ? b : a))[0]);
  writeJson(path, { ...(readJson(path) as Rates | undefined), [name]: { learningRate: best, tried } });
  return best;
}

async function trainArm(
  arm: Arm,
  { seed, steps, learningRate, out }: { seed: number; steps: number; learningRate: number; out: string },
  { signal, progress, threads }: AblationOptions,
): Promise<TrainedOperator> {
  return train(arm.operator, await taskOf(arm, seed, signal), {
    supervise: arm.supervise,
    features: arm.features,
    batchSize: BATCH_SIZE,
    schedule: oneCycle({ maximum: learningRate }),
    seed,
    steps,
    out,
    resume: true,
    threads,
    // one thread is one thread
    ...(threads === 1 ? { workers: 0, projectionThreads: 0 } : {}),
    signal,
    progress,
  });
}
