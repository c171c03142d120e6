import { createHash } from 'node:crypto';
import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import {
  type ConstraintFamily,
  type ConstraintLossOptions,
  type ConstraintOptions,
  type ConstraintProblem,
  constraintLoss,
  type GridOperator,
  type SolveSummary,
  softConstraintLoss,
} from '../../operators/index.js';
import {
  compileTrainingStep,
  type HostArray,
  type Parameters,
  type SessionOptions,
} from '../../runtime/index.js';
import { executeRun, openRun, type RunControl, type TrainingRun } from '../run.js';
import type { RunOptions } from '../run-folder.js';
import { cosine, type Schedule } from '../schedule.js';
import { stepOptimizer } from '../step-optimizer.js';
import { type SpaceTimeSample, spaceTimeInputs } from './space-time-inputs.js';

export interface TrainConstrainedOptions extends RunControl, SessionOptions {
  /** How the constraint is solved; `soft` solves nothing: the network answers with u itself, and the residual is its loss. */
  solve?: Partial<ConstraintOptions> | 'soft';
  loss?: Partial<Pick<ConstraintLossOptions, 'loss' | 'lossWeights' | 'executor'>>;
  batchSize?: number;
  /** Of parameters, order of the samples and drawn rows, each with a stream of its own. */
  seed?: number;
  /** Largest learning rate of a cosine schedule with warm-up; or give `schedule`. */
  learningRate?: number;
  schedule?: Schedule;
  clipNorm?: number;
  /** Told of every batch of solves. */
  report?: (summary: SolveSummary) => void;
}

export const TRAIN_CONSTRAINED_DEFAULTS = {
  batchSize: 6,
  seed: 0,
  learningRate: 1e-3,
  clipNorm: 1,
} as const;

const WARM_UP_STEPS = 20;

/** A run with what its answers are made of. */
export interface TrainedConstrained<Sample extends SpaceTimeSample> extends TrainingRun {
  readonly operator: GridOperator;
  readonly family: ConstraintFamily<Sample>;
  readonly solve: Partial<ConstraintOptions> | 'soft';
  /** What training began with; `{ ...trained, parameters: initialParameters }` answers as the untrained network does. */
  readonly initialParameters: Parameters;
}

/**
 * Trains an operator on a grid of space and time without labels: it proposes basis fields (or, `soft`, the field) for initial states, and
 * the loss is the residual of the answer on all points. Adam, gradients clipped, cosine schedule; `out` is a run folder that can be resumed.
 *
 * @throws InvalidInputError for options that do not fit together; see `executeRun` for the rest
 */
export async function trainConstrained<Sample extends SpaceTimeSample>(
  operator: GridOperator,
  family: ConstraintFamily<Sample>,
  samples: readonly Sample[],
  options: TrainConstrainedOptions,
): Promise<TrainedConstrained<Sample>> {
  const { batchSize, seed, learningRate, clipNorm } = { ...TRAIN_CONSTRAINED_DEFAULTS, ...options };
  const { solve = {}, loss = {}, report, device, threads } = options;
  if (samples.length === 0 || !Number.isInteger(batchSize) || batchSize < 1) {
    throw new InvalidInputError(
      `trainConstrained: expected samples and a positive batchSize, got ${samples.length} and ${batchSize}`,
    );
  }
  const grid = gridOf(family.problem(samples[0]));
  const description: RunOptions = {
    operator: { name: operator.name, options: operator.options },
    task: { name: family.name, options: family.options, ...describeSamples(samples) },
    supervision: { solve, loss: { loss: loss.loss ?? 'residual', lossWeights: loss.lossWeights ?? {} } },
    seed,
    batchSize,
    schedule: options.schedule ?? cosine({ maximum: learningRate, warmUpSteps: WARM_UP_STEPS }),
    clipNorm,
  };
  openRun(description, options);
  const parameters = operator.initialParameters(createRandom(combineSeeds(seed, 0)));
  const rows = solve === 'soft' ? solve : { ...solve, seed: combineSeeds(seed, 2) };
  const channels = spaceTimeInputs(family.problem(samples[0]), samples[0]).length / product(grid);
  const step = await compileTrainingStep({
    parameters,
    batchSpecs: { field: { shape: [batchSize, ...grid, channels], dtype: 'float32' } },
    clipNorm,
    device,
    threads,
    loss: (tensors, { field }) => {
      const answer = operator.forward(tensors, field);
      return rows === 'soft'
        ? softConstraintLoss(answer, family, loss)
        : constraintLoss(answer, family, rows, { ...loss, ...(report ? { report } : {}) });
    },
  });
  try {
    const build = async (index: number) => {
      const random = createRandom(combineSeeds(seed, 1, index));
      const drawn = Array.from({ length: batchSize }, () => samples[random.integer(0, samples.length - 1)]);
      return { inputs: { field: packInputs(family, drawn, grid) }, context: { samples: drawn } };
    };
    const run = await executeRun(stepOptimizer(step, parameters), build, description, options);
    return { ...run, operator, family, solve, initialParameters: parameters };
  } finally {
    await step.dispose();
  }
}

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

export function gridOf({ grid }: ConstraintProblem): readonly number[] {
  if (grid) return grid;
  throw new InvalidInputError('trainConstrained: the constraint has no grid, on which the operator works');
}

/** `[sample, ...grid, channels]` */
export function packInputs<Sample extends SpaceTimeSample>(
  family: ConstraintFamily<Sample>,
  samples: readonly Sample[],
  grid: readonly number[],
): HostArray {
  const fields = samples.map((sample) => spaceTimeInputs(family.problem(sample), sample));
  const [{ length }] = fields;
  const data = new Float32Array(samples.length * length);
  fields.forEach((field, sample) => {
    data.set(field, sample * length);
  });
  return { shape: [samples.length, ...grid, length / product(grid)], data };
}

function describeSamples(samples: readonly SpaceTimeSample[]) {
  const hash = createHash('sha256');
  for (const { initial } of samples) hash.update(Float64Array.from(initial));
  return { samples: samples.length, sha256: hash.digest('hex') };
}
