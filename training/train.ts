import { createHash } from 'node:crypto';
import { InvalidInputError } from '../common/errors.js';
import { combineSeeds, createRandom } from '../common/random.js';
import type { PoissonTask } from '../datasets/index.js';
import {
  batchSpecs,
  type EncoderInputOptions,
  type FieldLoss,
  type NeuralOperator,
  type OperatorInputs,
  type ProjectionOptions,
  projectedLoss,
  projectionOptionsOf,
  supervisedFieldLoss,
} from '../operators/index.js';
import { compileTrainingStep, type SessionOptions, type tf } from '../runtime/index.js';
import { batchBuilder } from './batch-builder.js';
import { type InputPlan, requireFeatureCounts } from './operator-inputs.js';
import { modelProbe, type ProbeOptions, requireProbe } from './probe.js';
import { type ProjectionPool, projectionPool } from './projection-pool.js';
import { executeRun, openRun, type RunControl, type TrainingRun } from './run.js';
import type { RunOptions } from './run-folder.js';
import { oneCycle, type Schedule } from './schedule.js';
import { stepOptimizer } from './step-optimizer.js';

export interface TrainOptions extends RunControl, SessionOptions {
  /** The loss: `ritzEnergy()`, `pcgSteps(…)`, …, or `supervision({ name: … })` from a description. */
  supervise: FieldLoss;
  /**
   * Whether the batches come with solutions, one solve for each source. By default where the loss is `labels`; other losses
   * do not read them.
   */
  labelled?: boolean;
  /**
   * Looks at the model every so many steps: its error on labelled samples and how well the loss knows it, into
   * `metrics.jsonl` and the progress. By default there is none; `{}` takes {@link PROBE_DEFAULTS}.
   */
  probe?: Partial<ProbeOptions>;
  /** What the network sees of mesh and boundary. */
  features?: Partial<EncoderInputOptions>;
  batchSize?: number;
  seed?: number;
  /** Largest learning rate of a one-cycle schedule; or give `schedule`. */
  learningRate?: number;
  schedule?: Schedule;
  clipNorm?: number;
  /** Batches whose mean gradient makes one update, by default 1: a batch of `accumulate × batchSize` in the memory of one. */
  accumulate?: number;
  /** Decay of a moving average of the weights, as 0.999; the run's model is then the average. By default there is none. */
  averageDecay?: number;
  /** Worker threads that prepare batches; 0 prepares them on the calling thread. */
  workers?: number;
  /** Worker threads that project bases onto the equations; 0 projects on the calling thread. By default one a core. */
  projectionThreads?: number;
}

export const TRAIN_DEFAULTS = { batchSize: 8, seed: 1234, learningRate: 1e-3, clipNorm: 1 } as const;

/** A run with what is needed to use and export its model. */
export interface TrainedOperator extends TrainingRun {
  operator: NeuralOperator;
  task: PoissonTask;
  plan: InputPlan;
}

/**
 * Trains an operator on samples of a task, fresh ones unless it has `distinctSamples`: Adam, gradients clipped.
 * Parameters start from the seed's stream, batches come from another stream of the same seed; equal options give equal
 * bytes on one machine.
 *
 * @throws InvalidInputError for options that do not fit together; see {@link executeRun} for the rest
 */
export async function train(
  operator: NeuralOperator,
  task: PoissonTask,
  options: TrainOptions,
): Promise<TrainedOperator> {
  const { batchSize, seed, learningRate, clipNorm } = { ...TRAIN_DEFAULTS, ...options };
  const { supervise, features = {}, schedule = oneCycle({ maximum: learningRate }) } = options;
  const { accumulate = 1, averageDecay, labelled = supervise.name === 'labels' } = options;
  const plan: InputPlan = { output: operator.output, features };
  requireOptions(operator, task, { ...options, batchSize, seed, clipNorm });
  if (options.probe) requireProbe(options.probe);
  const counts = requireFeatureCounts(operator, plan, task.meshes[0].dimension);
  const description: RunOptions = {
    operator: { name: operator.name, output: operator.output, options: operator.options, features },
    task: describeTask(task),
    supervision: { name: supervise.name, options: supervise.options },
    seed,
    batchSize,
    schedule,
    clipNorm,
    // left out where they change nothing, so that runs started before they existed can be resumed
    ...(accumulate === 1 ? {} : { accumulate }),
    ...(averageDecay === undefined ? {} : { averageDecay }),
  };
  openRun(description, options);
  const parameters = startingParameters(operator, seed);
  const projects = operator.output === 'basis' && options.projectionThreads !== 0;
  const pool = projects ? projectionPool(options.projectionThreads) : undefined;
  const step = await compileTrainingStep({
    parameters,
    batchSpecs: batchSpecs(counts.cellFeatures, counts.faceFeatures, batchSize, counts.edgeFeatures),
    clipNorm,
    accumulate,
    averageDecay,
    device: options.device,
    threads: options.threads,
    loss: (tensors, batch) => {
      const output = operator.forward(tensors, batch as unknown as OperatorInputs);
      const loss =
        operator.output === 'basis'
          ? projectedLoss(supervise, output, projectionOptions(operator, task, pool))
          : supervisedFieldLoss(supervise, output);
      return loss as tf.Scalar;
    },
  });
  const batchPlan = { ...plan, task, seed: combineSeeds(seed, 1), batchSize, labelled };
  const batches = batchBuilder(batchPlan, options.workers);
  const probe =
    options.probe &&
    (await modelProbe({
      ...{ operator, parameters, plan, task, supervise, probe: options.probe },
      ...{ seed: combineSeeds(seed, 2), device: options.device, threads: options.threads },
    }));
  try {
    const run = await executeRun(stepOptimizer(step, parameters), batches.build, description, {
      ...options,
      probe,
    });
    return { ...run, operator, task, plan };
  } finally {
    await probe?.dispose();
    await batches.close();
    await pool?.close();
    await step.dispose();
  }
}

/** The same network with the parameters that its training started from: what the architecture alone is worth. */
export function beforeTraining(run: TrainedOperator): TrainedOperator {
  return { ...run, parameters: startingParameters(run.operator, run.configuration.seed) };
}

const startingParameters = (operator: NeuralOperator, seed: number) =>
  operator.initialParameters(createRandom(combineSeeds(seed, 0)));

function projectionOptions(operator: NeuralOperator, task: PoissonTask, pool: ProjectionPool | undefined) {
  const projection = projectionOptionsOf(operator.options as Partial<ProjectionOptions>);
  const options = { ...projection, sources: task.sourcesPerSample };
  return pool ? { ...options, energies: pool.energies } : options;
}

function requireOptions(
  operator: NeuralOperator,
  task: PoissonTask,
  {
    batchSize,
    seed,
    clipNorm,
    workers = 0,
  }: Required<Pick<TrainOptions, 'batchSize' | 'seed' | 'clipNorm'>> & Pick<TrainOptions, 'workers'>,
): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new InvalidInputError(`train: batchSize must be a positive integer, got ${batchSize}`);
  }
  if (!Number.isSafeInteger(seed)) throw new InvalidInputError(`train: seed must be an integer, got ${seed}`);
  if (!(clipNorm > 0)) throw new InvalidInputError(`train: clipNorm must be positive, got ${clipNorm}`);
  if (!Number.isInteger(workers) || workers < 0) {
    throw new InvalidInputError(`train: workers must be an integer of at least 0, got ${workers}`);
  }
  if (operator.output === 'field' && task.fluxes) {
    throw new InvalidInputError(
      `train: ${operator.name} does not see boundary fluxes; leave them out of the task, or train a basis`,
    );
  }
  if (operator.output === 'field' && task.sourcesPerSample !== 1) {
    throw new InvalidInputError(
      `train: ${operator.name} reads one source with each mesh, the task draws ${task.sourcesPerSample}; ` +
        'set sourcesPerSample to 1 and a larger batchSize',
    );
  }
}

/** The task without its meshes' arrays: their counts and one hash over all of them. */
export function describeTask({ meshes, ...rest }: PoissonTask) {
  const hash = createHash('sha256');
  for (const { points, cellPoints, cellCentroids, patches } of meshes) {
    hash.update(points.length > 0 ? points : cellCentroids);
    hash.update(cellPoints);
    hash.update(JSON.stringify(patches));
  }
  return { ...rest, meshes: { count: meshes.length, sha256: hash.digest('hex') } };
}
