import { InvalidInputError } from '../common/errors.js';
import { type Progress, silentProgress } from '../common/progress.js';
import type { Parameters as ModelParameters } from '../runtime/index.js';
import { type BuildBatch, batchQueue } from './batch-queue.js';
import { latestCheckpoint, loadCheckpoint } from './checkpoint.js';
import { openMetricsLog, type StepMetrics } from './metrics-log.js';
import {
  identityOf,
  type RunConfiguration,
  type RunFolder,
  type RunOptions,
  recordedConfiguration,
  requireWritable,
  runFolder,
  writeConfiguration,
} from './run-folder.js';
import { stepsWithin } from './step-budget.js';
import { type LoopProbe, type Optimizer, runTrainingLoop, type Stepping } from './trainer.js';

/** How long a run is and where it lives; see {@link RUN_DEFAULTS}. */
export interface RunControl {
  /** Folder of the run; see {@link RunFolder}. */
  out: string;
  /** Optimizer steps. Give these or one of the budgets. */
  steps?: number;
  /** Wall time that training may take; becomes a number of steps once, at the start of the run. Probes come on top. */
  budgetSeconds?: number;
  /**
   * The same in processor time of all threads: equal budgets are equal work, whatever else the machine does and however
   * many threads share it.
   */
  processorBudgetSeconds?: number;
  /** Continue the run in `out` from its last checkpoint, or start it when there is none. */
  resume?: boolean;
  /** Steps between checkpoints. */
  checkpointEvery?: number;
  /** Batches prepared ahead of the step. */
  batchesAhead?: number;
  /** Ends the run after the step in hand, leaving it resumable. */
  signal?: AbortSignal;
  progress?: Progress;
}

export const RUN_DEFAULTS = { resume: false, checkpointEvery: 100, batchesAhead: 3 } as const;

export interface TrainingRun {
  status: 'completed' | 'interrupted';
  folder: RunFolder;
  configuration: RunConfiguration;
  /** One entry per step, those before a resume included. */
  history: readonly StepMetrics[];
  /** Those of the model: the moving average where one is kept, else those of the last step. */
  parameters: ModelParameters;
}

/**
 * Runs an optimizer over the batches of `build` in a run folder. A run that was stopped at any point, also by `kill -9`,
 * and is resumed with the same options ends with the same bytes as an uninterrupted one.
 *
 * @throws InvalidInputError unless exactly one of `steps` and the budgets is given and positive, and for counts that are
 *   none
 * @throws FileError when `out` cannot be written, or holds another run or a damaged checkpoint
 * @throws DivergenceError when loss or gradient stop being finite
 */
export async function executeRun(
  optimizer: Optimizer,
  build: BuildBatch,
  options: RunOptions,
  control: RunControl & { probe?: LoopProbe },
): Promise<TrainingRun> {
  const { signal, progress = silentProgress } = control;
  const { resume, checkpointEvery, batchesAhead } = { ...RUN_DEFAULTS, ...control };
  const folder = runFolder(control.out);
  const stepping = { optimizer, batches: batchQueue(build, batchesAhead), schedule: options.schedule };
  let configuration = openRun(options, control);
  if (!configuration) {
    configuration = await startConfiguration(options, control, stepping);
    writeConfiguration(folder, configuration);
  }
  const identity = identityOf(configuration);
  const latest = resume ? latestCheckpoint(folder.checkpoints) : undefined;
  if (latest) {
    const checkpoint = loadCheckpoint(latest, { parameters: optimizer.state().parameters, identity });
    optimizer.restore(checkpoint);
    progress.message(`resumed from ${latest}`);
  }
  const log = openMetricsLog(folder.metricsPath, optimizer.state().step);
  const status = await runTrainingLoop({
    ...stepping,
    steps: configuration.steps,
    log,
    checkpoints: folder.checkpoints,
    identity,
    checkpointEvery,
    probe: control.probe,
    signal,
    progress,
  });
  const { parameters, average } = optimizer.state();
  return { status, folder, configuration, history: log.history(), parameters: average ?? parameters };
}

/**
 * Everything about a run's folder and length that can be refused before work begins: the recorded configuration, or
 * undefined for a new run.
 */
export function openRun(options: RunOptions, control: RunControl): RunConfiguration | undefined {
  requireLength(control);
  const folder = runFolder(control.out);
  requireWritable(folder);
  return recordedConfiguration(
    folder,
    withSteps(options, control.steps),
    control.resume ?? RUN_DEFAULTS.resume,
  );
}

async function startConfiguration(
  options: RunOptions,
  control: RunControl,
  stepping: Omit<Stepping, 'steps'>,
): Promise<RunConfiguration> {
  if (control.steps !== undefined) return { ...options, steps: control.steps };
  const { budgetSeconds: seconds, processorBudgetSeconds: processorSeconds } = control;
  const { steps, budget } = await stepsWithin({ seconds, processorSeconds }, stepping);
  const milliseconds = (value: number) => `${(1000 * value).toFixed(0)} ms`;
  control.progress?.message(
    seconds === undefined
      ? `${processorSeconds} s of processor time are ${steps} steps of ${milliseconds(budget.measuredStepProcessorSeconds)}`
      : `${seconds} s are ${steps} steps of ${milliseconds(budget.measuredStepSeconds)}`,
  );
  return { ...options, steps, budget };
}

function withSteps(options: RunOptions, steps: number | undefined): RunOptions & { steps?: number } {
  return steps === undefined ? options : { ...options, steps };
}

function requireLength(control: RunControl): void {
  const { steps, checkpointEvery, batchesAhead } = control;
  const { budgetSeconds, processorBudgetSeconds } = control;
  const lengths = [steps, budgetSeconds, processorBudgetSeconds].filter((length) => length !== undefined);
  if (lengths.length !== 1) {
    throw new InvalidInputError('train: give one of steps, budgetSeconds and processorBudgetSeconds');
  }
  if (steps !== undefined && !(Number.isInteger(steps) && steps > 0)) {
    throw new InvalidInputError(`train: steps must be a positive integer, got ${steps}`);
  }
  for (const [name, budget] of Object.entries({ budgetSeconds, processorBudgetSeconds })) {
    if (budget !== undefined && !(budget > 0 && Number.isFinite(budget))) {
      throw new InvalidInputError(`train: ${name} must be a positive number, got ${budget}`);
    }
  }
  if (checkpointEvery !== undefined && !(Number.isInteger(checkpointEvery) && checkpointEvery > 0)) {
    throw new InvalidInputError(`train: checkpointEvery must be a positive integer, got ${checkpointEvery}`);
  }
  if (batchesAhead !== undefined && !(Number.isInteger(batchesAhead) && batchesAhead >= 0)) {
    throw new InvalidInputError(`train: batchesAhead must be an integer of at least 0, got ${batchesAhead}`);
  }
}
