import { type Progress, silentProgress } from '../common/progress.js';
import type { TrainingMoment } from '../operators/index.js';
import type { HostArray } from '../runtime/index.js';
import type { BatchQueue } from './batch-queue.js';
import { type Checkpoint, saveCheckpoint } from './checkpoint.js';
import type { MetricsLog, ProbeMetrics, StepMetrics } from './metrics-log.js';
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

/** A look at the model in training; reads the state and leaves it, and all random streams, alone. */
export interface LoopProbe {
  /** Steps between two looks; the last step is looked at in any case. */
  readonly every: number;
  look(state: OptimizerState, moment: TrainingMoment): Promise<ProbeMetrics>;
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
  probe?: LoopProbe;
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
  let saved = first;
  let spent = 0;
  const save = (step: number) => {
    if (step === saved) return;
    saveCheckpoint(loop.checkpoints, { ...optimizer.state(), identity: loop.identity });
    saved = step;
  };
  let relativeL2: number | undefined;
  for (let step = first; step < steps; step++) {
    if (loop.signal?.aborted) {
      save(step);
      return 'interrupted';
    }
    const started = performance.now();
    let metrics = await takeStep(loop, step, { step, steps });
    spent += performance.now() - started;
    const done = step + 1;
    if (loop.probe && (done % loop.probe.every === 0 || done === steps)) {
      const probe = await loop.probe.look(optimizer.state(), { step: done, steps });
      metrics = { ...metrics, probe };
      relativeL2 = probe.relativeL2;
    }
    loop.log.append(metrics);
    progress.update('training', done, steps, {
      loss: metrics.loss,
      ...(relativeL2 === undefined ? {} : { relativeL2 }),
      'steps/s': (1000 * (done - first)) / spent,
    });
    if (done % loop.checkpointEvery === 0 || done === steps) save(done);
  }
  return 'completed';
}

/** What {@link takeStep} needs of the loop. */
export type Stepping = Pick<TrainingLoop, 'optimizer' | 'batches' | 'schedule' | 'steps'>;

/** Step `step`, with what depends on the way through the run as it is at `moment`. */
export async function takeStep(
  { optimizer, batches, schedule, steps }: Stepping,
  step: number,
  moment: TrainingMoment,
): Promise<StepMetrics> {
  const asked = performance.now();
  const usage = process.cpuUsage();
  const values = scheduleAt(schedule, step, steps);
  const { batchesPerStep = 1 } = optimizer;
  let [loss, gradientNorm, waited] = [0, 0, 0];
  for (let part = 0; part < batchesPerStep; part++) {
    const waiting = performance.now();
    const batch = await batches.get(step * batchesPerStep + part, steps * batchesPerStep);
    waited += performance.now() - waiting;
    const result = await optimizer.run(batch.inputs, values, { ...(batch.context as object), moment });
    loss += result.loss / batchesPerStep;
    // of the mean gradient once the last batch is in
    gradientNorm = result.gradientNorm;
  }
  const { user, system } = process.cpuUsage(usage);
  return {
    step: step + 1,
    loss,
    gradientNorm,
    learningRate: values.learningRate,
    seconds: (performance.now() - asked) / 1000,
    waitSeconds: waited / 1000,
    processorSeconds: (user + system) / 1e6,
  };
}
