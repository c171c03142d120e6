import { join } from 'node:path';
import { generateMeshes, npsolverTask, poissonTask } from 'fieldsmith/datasets';
import { InvalidInputError } from 'fieldsmith/solvers';
import {
  beforeTraining,
  describeHardware,
  type EvaluationSample,
  oneCycle,
  type Progress,
  type TrainedOperator,
  testSamples,
  train,
} from 'fieldsmith/training';
import { evaluatePoisson, evaluateSolver, type PoissonFigures } from './parts/poisson-evaluation.js';
import { POISSON_METHODS, type PoissonMethod, type PoissonMethodName } from './parts/poisson-methods.js';
import { type ConstraintRow, hasRow, writeConstraintRow } from './parts/rows.js';

export interface PoissonExperimentOptions {
  /** Folder of the runs; a second call goes on where the first one stopped. */
  out?: string;
  /** Where the rows go, each as soon as it is known. */
  results?: string;
  /** Processor minutes of training, for every method the same; 0 asks the networks as they start. */
  budget?: number;
  seed?: number;
  /** Methods and `solver`, separated by commas; all by default. */
  only?: string;
  /** Sizes of the test meshes, separated by commas. */
  cells?: string | number;
  /** Cells of the meshes of training, fewer for trials */
  trainingCells?: number;
  signal?: AbortSignal;
  progress?: Progress;
}

const TEST_SEED = 20_000;
const BATCH_SIZE = 8;
/** ‖r‖/‖b‖ at which the classical solver stops */
const TOLERANCES = [1e-1, 1e-3, 1e-5];
/** Samples of a category on meshes of up to so many cells, otherwise one */
const SAMPLES = [
  { cells: 2000, samples: 4 },
  { cells: 20_000, samples: 2 },
];

/**
 * Poisson's equation with random boundary types: one projection against 4 and 16 experts, coupled and independent, at equal rank
 * and about equal time, and BA-Transolver without a constraint. Trained on meshes of about 1,000 cells, one thread.
 */
export async function run(options: PoissonExperimentOptions = {}): Promise<ConstraintRow[]> {
  const { results = 'docs/results/hard-constraints.json', cells = '1000,10000,50000' } = options;
  const { budget = 0, seed = 1, signal, progress } = options;
  const sizes = String(cells).split(',').map(Number);
  const samplesOf = remember(async (size: number) => {
    const definition = npsolverTask('random-bc', {
      cellCount: size,
      seed: TEST_SEED,
      testMeshes: 1,
      samplesPerMesh: SAMPLES.find(({ cells }) => size <= cells)?.samples ?? 1,
    });
    return testSamples(definition, { seed: TEST_SEED, signal });
  });
  const rows: ConstraintRow[] = [];
  const write = (row: ConstraintRow) => {
    writeConstraintRow(results, row);
    progress?.message(JSON.stringify(row));
    rows.push(row);
  };
  const common = { problem: 'poisson', hardware: describeHardware(), seed };
  for (const name of namesOf(options.only)) {
    const command = `node scripts/run-example.mjs hard-constraints/poisson --only ${name} --budget ${budget} --seed ${seed}`;
    if (name === 'solver') {
      for (const [size, tolerance] of sizes.flatMap((size) => TOLERANCES.map((t) => [size, t] as const))) {
        const variant = `${size} cells, ‖r‖ ≤ ${tolerance} ‖b‖`;
        const key = { ...common, method: name, variant, budget: 0, seed: 0 } as const;
        if (hasRow(results, key)) continue;
        const figures = await evaluateSolver(await samplesOf(size), tolerance);
        write({ ...key, cells: size, ...figures, ...UNTRAINED, command });
      }
      continue;
    }
    const missing = sizes.filter(
      (size) => !hasRow(results, { ...common, method: name, variant: `${size} cells`, budget }),
    );
    if (missing.length === 0) continue;
    const method: PoissonMethod = POISSON_METHODS[name];
    const trained = await trainWithin(name, method, { ...options, budget, seed });
    if (trained.status === 'interrupted') return rows;
    const asked = budget === 0 ? beforeTraining(trained) : trained;
    for (const size of missing) {
      signal?.throwIfAborted();
      const figures: PoissonFigures = await evaluatePoisson(asked, await samplesOf(size));
      write({
        ...common,
        method: name,
        variant: `${size} cells`,
        cells: size,
        ...(method.rank === undefined ? {} : { rank: method.rank }),
        ...figures,
        ...(budget === 0 ? UNTRAINED : effortOf(trained)),
        budget,
        command,
      });
    }
  }
  return rows;
}

const UNTRAINED = { minutes: 0, processorMinutes: 0, steps: 0 };

function effortOf({ history, configuration }: TrainedOperator) {
  const minutes = (pick: (step: (typeof history)[number]) => number) =>
    history.reduce((sum, step) => sum + pick(step), 0) / 60;
  return {
    minutes: minutes(({ seconds }) => seconds),
    processorMinutes: minutes(({ processorSeconds }) => processorSeconds),
    steps: configuration.steps,
  };
}

/** Trains on one thread; without a budget a single step, which is then left out. */
async function trainWithin(
  name: PoissonMethodName,
  { operator, supervise, sourcesPerSample, learningRate }: PoissonMethod,
  {
    out = 'runs/hard-constraints',
    trainingCells = 1000,
    budget,
    seed,
    signal,
    progress,
  }: PoissonExperimentOptions & { budget: number; seed: number },
): Promise<TrainedOperator> {
  const { trainingMeshes, task } = npsolverTask('random-bc', {
    cellCount: trainingCells,
    seed,
    ...(budget === 0 ? { trainingMeshes: BATCH_SIZE } : {}),
  });
  const meshes = await generateMeshes(trainingMeshes, { signal });
  return train(operator, poissonTask({ ...task, meshes, sourcesPerSample, removeMean: 'when-singular' }), {
    supervise,
    batchSize: BATCH_SIZE,
    schedule: oneCycle({ maximum: learningRate }),
    seed,
    ...(budget === 0 ? { steps: 1 } : { processorBudgetSeconds: 60 * budget }),
    out: join(out, `poisson-${name}-${budget}min-${seed}`),
    resume: true,
    threads: 1,
    workers: 0,
    projectionThreads: 0,
    signal,
    progress,
  });
}

function namesOf(only: string | undefined): (PoissonMethodName | 'solver')[] {
  const known = [...(Object.keys(POISSON_METHODS) as PoissonMethodName[]), 'solver' as const];
  if (only === undefined) return known;
  return only.split(',').map((name) => {
    const found = known.find((other) => other === name);
    if (found) return found;
    throw new InvalidInputError(`poisson: no method '${name}'; they are ${known.join(', ')}`);
  });
}

/** Computes a value once for every key. */
function remember(compute: (key: number) => Promise<EvaluationSample[]>) {
  const known = new Map<number, Promise<EvaluationSample[]>>();
  return (key: number): Promise<EvaluationSample[]> => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
