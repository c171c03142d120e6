import { type Progress, silentProgress } from '../common/progress.js';
import type { HostArray } from '../runtime/index.js';
import type { BatchQueue } from './batch-queue.js';
import { type Checkpoint, saveCheckpoint } from './checkpoint.js';
import type { MetricsLog, StepMetrics } from './metrics-log.js';
import { type Schedule, type ScheduleValue, scheduleAt } from './schedule.js';

/** Adam's whole state after `step` steps. */
export type OptimizerState = Omit<Checkpoint, 'identity'>;

/** One optimizer step as the loop sees it. */
export interface Optimizer {
  /** @throws DivergenceError when loss or gradient are not finite, with the state of before */
  run(
    batch: Record<string, HostArray>,
    values: ScheduleValue,
    context: unknown,
  ): Promise<{ loss: number; gradientNorm: number }>;
  /** Batches of one update, by default 1. */
  readonly batchesPerStep?: number;
  state(): OptimizerState;
  restore(state: OptimizerState): void;
}

export interface TrainingLoop {
  optimizer: Optimizer;
  batches: BatchQueue;
  schedule: Schedule;
  steps: number;
  log: MetricsLog;
  /** Folder of the checkpoints, and what they are marked with. */
  checkpoints: string;
  identity: Readonly<Record<string, string>>;
  checkpointEvery: number;
  signal?: AbortSignal;
  progress?: Progress;
}

/**
 * Takes the steps from the optimizer's own count to `steps`. Step s sees batch s, or batches k s … k s + k − 1 where
 * gradients of k batches make an update, and the schedule at s, whatever was interrupted before it. An abort ends the loop after the step in hand, with a checkpoint.
 *
 * @returns 'completed', or 'interrupted' after an abort
 * @throws DivergenceError when loss or gradient norm is not finite
 */
export async function runTrainingLoop(loop: TrainingLoop): Promise<'completed' | 'interrupted'> {
  const { optimizer, steps, progress = silentProgress } = loop;
  const first = optimizer.state().step;
  const started = performance.now();
  let saved = first;
  const save = (step: number) => {
    if (step === saved) return;
    saveCheckpoint(loop.checkpoints, { ...optimizer.state(), identity: loop.identity });
    saved = step;
  };
  for (let step = first; step < steps; step++) {
    if (loop.signal?.aborted) {
      save(step);
      return 'interrupted';
    }
    const metrics = await takeStep(loop, step);
    loop.log.append(metrics);
    const done = step + 1;
    progress.update('training', done, steps, {
      loss: metrics.loss,
      'steps/s': (1000 * (done - first)) / (performance.now() - started),
    });
    if (done % loop.checkpointEvery === 0 || done === steps) save(done);
  }
  return 'completed';
}

/** What {@link takeStep} needs of the loop. */
type Stepping = Pick<TrainingLoop, 'optimizer' | 'batches' | 'schedule' | 'steps'>;

async function takeStep(
  { optimizer, batches, schedule, steps }: Stepping,
  step: number,
): Promise<StepMetrics> {
  const asked = performance.now();
  const values = scheduleAt(schedule, step, steps);
  const { batchesPerStep = 1 } = optimizer;
  let [loss, gradientNorm, waited] = [0, 0, 0];
  for (let part = 0; part < batchesPerStep; part++) {
    const waiting = performance.now();
    const batch = await batches.get(step * batchesPerStep + part, steps * batchesPerStep);
    waited += performance.now() - waiting;
    const result = await optimizer.run(batch.inputs, values, batch.context);
    loss += result.loss / batchesPerStep;
    // of the mean gradient once the last batch is in
    gradientNorm = result.gradientNorm;
  }
  return {
    step: step + 1,
    loss,
    gradientNorm,
    learningRate: values.learningRate,
    seconds: (performance.now() - asked) / 1000,
    waitSeconds: waited / 1000,
  };
}

export interface StepBudget {
  steps: number;
  measuredStepSeconds: number;
}

/** Steps of warm-up and steps timed by {@link stepsWithin}. */
const WARM_UP_STEPS = 2;
const TIMED_STEPS = 6;

/**
 * How many steps fit into `seconds`, from the mean of a few of them after warm-up; they are undone afterwards and count
 * against the budget. Called once at the start of a run: resume and replay use the recorded number.
 */
export async function stepsWithin(
  seconds: number,
  loop: Pick<TrainingLoop, 'optimizer' | 'batches' | 'schedule'>,
): Promise<StepBudget> {
  const initial = loop.optimizer.state();
  const started = performance.now();
  let timingStarted = started;
  for (let step = 0; step < WARM_UP_STEPS + TIMED_STEPS; step++) {
    if (step === WARM_UP_STEPS) timingStarted = performance.now();
    await takeStep({ ...loop, steps: WARM_UP_STEPS + TIMED_STEPS }, step);
  }
  const ended = performance.now();
  loop.optimizer.restore(initial);
  const measuredStepSeconds = (ended - timingStarted) / 1000 / TIMED_STEPS;
  const left = seconds - (ended - started) / 1000;
  return { steps: Math.max(1, Math.floor(left / measuredStepSeconds)), measuredStepSeconds };
}
