import { createHash } from 'node:crypto';
import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import { checkTrajectories, type Trajectories } from '../../datasets/index.js';
import {
  type GridOperator,
  methodStages,
  needsReference,
  type StateScales,
  type StepperMethod,
  type StepperMethodOptions,
  stepperBatchSpecs,
  stepperLoss,
  stepperMethod,
  stepperParameters,
  type TimeStepper,
  timeStepper,
  WEIGHT_SHARE,
  weightShare,
  withoutTolerances,
} from '../../operators/index.js';
import { compileTrainingStep, type Parameters, type SessionOptions } from '../../runtime/index.js';
import { executeRun, openRun, type RunControl, type TrainingRun } from '../run.js';
import type { RunOptions } from '../run-folder.js';
import { cosine, type Schedule } from '../schedule.js';
import { collapseMonitor } from './collapse-monitor.js';
import { type OptimizerStage, stagedOptimizer } from './staged-optimizer.js';
import { trajectoryBatches } from './trajectory-batches.js';
import { type ReferenceOptions, type ReferenceProbes, referenceProbes } from './trajectory-reference.js';
import { trajectoryScales } from './trajectory-scales.js';

export interface TrainStepperOptions extends RunControl, SessionOptions {
  /** Options of a method, or one of `STEPPER_METHODS`; by default one step. */
  method?: StepperMethodOptions;
  /** Keeps the sum over the grid of every component, for periodic conservation laws. */
  conservative?: boolean;
  batchSize?: number;
  /** Of parameters, order of the data and probe directions, each with a stream of its own: methods see the same of each. */
  seed?: number;
  /** Largest learning rate of a cosine schedule with 100 steps of warm-up; or give `schedule`. */
  learningRate?: number;
  schedule?: Schedule;
  clipNorm?: number;
  /** The solver's Jacobian, for the targets `reference` and `excess`. */
  reference?: ReferenceOptions | ReferenceProbes;
}

export const TRAIN_STEPPER_DEFAULTS = {
  conservative: false,
  batchSize: 16,
  seed: 0,
  learningRate: 2e-3,
  clipNorm: 1,
} as const;

const WARM_UP_STEPS = 100;

/** A run with what is needed to use and export its stepper. */
export interface TrainedStepper extends TrainingRun {
  readonly stepper: TimeStepper;
  readonly method: StepperMethod;
  readonly scales: StateScales;
  /** Those of the operator; `parameters` holds the tolerances' too. */
  readonly operatorParameters: Parameters;
  /** What of the data the model card says. */
  readonly data: Pick<Trajectories, 'points' | 'components' | 'length' | 'interval'> & {
    readonly viscosity: readonly [least: number, most: number];
  };
  /** Most bytes of tensors a training step holds at once, of the largest stage; see `TrainingStep`. */
  readonly peakTensorBytes: number;
  /** What the {@link collapseMonitor} saw in this sitting; `progress` was told too. */
  readonly warnings: readonly string[];
}

/**
 * Trains an operator as a time stepper F(u) = u + S_Δ G(u/S_u) on windows of trajectories: Adam, gradients clipped, cosine
 * schedule. `out` is a run folder that can be resumed; equal options give equal bytes on one machine.
 *
 * @throws InvalidInputError for options that do not fit together or data that are not finite, naming trajectory and frame;
 *   see {@link executeRun} for the rest
 */
export async function trainStepper(
  operator: GridOperator,
  data: Trajectories,
  options: TrainStepperOptions,
): Promise<TrainedStepper> {
  const { conservative, batchSize, seed, learningRate, clipNorm } = { ...TRAIN_STEPPER_DEFAULTS, ...options };
  const { device, threads } = options;
  const schedule = options.schedule ?? cosine({ maximum: learningRate, warmUpSteps: WARM_UP_STEPS });
  requireNumbers(batchSize, seed, clipNorm);
  checkTrajectories(data, 'trainStepper');
  const method = stepperMethod(options.method);
  const scales = trajectoryScales(data);
  const constants = data.constants ?? 0;
  const stepper = timeStepper(operator, { scales, conservative, constants });
  const grid = [...data.points];
  const description: RunOptions = {
    operator: { name: operator.name, options: operator.options, conservative },
    task: describeTrajectories(data),
    supervision: method,
    seed,
    batchSize,
    schedule,
    clipNorm,
  };
  openRun(description, options);
  const parameters = stepperParameters(
    stepper,
    method,
    { grid, scales },
    {
      operator: createRandom(combineSeeds(seed, 0)),
      tolerance: createRandom(combineSeeds(seed, 2)),
    },
  );
  const reference = await referenceOf(data, scales, method, options, combineSeeds(seed, 3));
  const build = trajectoryBatches(data, {
    method,
    batchSize,
    seed: combineSeeds(seed, 1),
    scales,
    reference,
  });
  const stages: OptimizerStage[] = [];
  let bytes = 0;
  try {
    for (const { from, steps, warmUp } of methodStages(method)) {
      const stage = { ...method, steps, warmUp };
      const batchSpecs = stepperBatchSpecs(stage, batchSize, grid, data.components);
      const step = await compileTrainingStep({
        parameters,
        batchSpecs,
        clipNorm,
        device,
        threads,
        loss: (tensors, batch) => stepperLoss(stepper, stage, tensors, batch),
      });
      bytes = Math.max(bytes, step.peakTensorBytes);
      stages.push({ from, step, inputs: Object.keys(batchSpecs) });
    }
    const warnings: string[] = [];
    const optimizer = stagedOptimizer(stages, parameters, {
      scalars: ({ step, steps }) => ({
        [WEIGHT_SHARE]: weightShare(method.jacobian?.weightWarmUp ?? 0, step, steps),
      }),
      watch: collapseMonitor(
        method,
        grid.reduce((product, count) => product * count, 1),
        (warning) => {
          warnings.push(warning);
          options.progress?.message(warning);
        },
      ),
    });
    const run = await executeRun(optimizer, build, description, options);
    const { points, components, length, interval, viscosity } = data;
    const range = [Math.min(...viscosity), Math.max(...viscosity)] as const;
    return {
      ...run,
      stepper,
      method,
      scales,
      operatorParameters: withoutTolerances(run.parameters),
      data: { points, components, length, interval, viscosity: range },
      peakTensorBytes: bytes,
      warnings,
    };
  } finally {
    for (const { step } of stages) await step.dispose();
  }
}

async function referenceOf(
  data: Trajectories,
  scales: StateScales,
  { jacobian }: StepperMethod,
  { reference = {}, signal, progress }: TrainStepperOptions,
  seed: number,
): Promise<ReferenceProbes | undefined> {
  if (!jacobian || !needsReference(jacobian)) return undefined;
  if (data.constants) {
    throw new InvalidInputError(
      `trainStepper: target ${jacobian.target} needs a solver of the whole state, which constants are no part of`,
    );
  }
  if ('product' in reference) return reference;
  return referenceProbes(data, scales, seed, { ...reference, signal, progress });
}

function requireNumbers(batchSize: number, seed: number, clipNorm: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new InvalidInputError(`trainStepper: batchSize must be a positive integer, got ${batchSize}`);
  }
  if (!Number.isSafeInteger(seed)) {
    throw new InvalidInputError(`trainStepper: seed must be an integer, got ${seed}`);
  }
  if (!(clipNorm > 0)) {
    throw new InvalidInputError(`trainStepper: clipNorm must be positive, got ${clipNorm}`);
  }
}

/** The data without their values: sizes and one hash over all of them. */
function describeTrajectories({ values, viscosity, ...rest }: Trajectories) {
  const { trajectories, frames, components, constants = 0, points, length, interval } = rest;
  const hash = createHash('sha256').update(values).update(viscosity).digest('hex');
  const sizes = { trajectories, frames, components, points, length, interval };
  return { ...sizes, ...(constants > 0 ? { constants } : {}), sha256: hash };
}
