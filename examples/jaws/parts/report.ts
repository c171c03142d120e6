import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Trajectories } from 'fieldsmith/datasets';
import {
  exportStepper,
  openStepper,
  type Progress,
  rolloutReport,
  type TrainedStepper,
  writeFileAtomically,
} from 'fieldsmith/training';
import { renderRolloutReport } from 'fieldsmith/viewer';
import type { TestSets } from './figures.js';

export interface WriteReportOptions {
  /** States whose steps' stretch is bounded; none to leave that out. */
  readonly certifiedFrames: number;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** Writes the report page of one trained stepper. */
export async function writeReport(
  path: string,
  method: string,
  trained: TrainedStepper,
  train: Pick<Trajectories, 'trajectories' | 'frames' | 'points' | 'viscosity'>,
  { test, ood }: TestSets,
  { certifiedFrames, signal, progress }: WriteReportOptions,
): Promise<void> {
  const model = await openStepper(await exportStepper(trained), { threads: 1 });
  try {
    const { configuration, stepper, operatorParameters } = trained;
    const report = await rolloutReport(model, test, {
      title: `Burgers’ equation: ${method}`,
      summary:
        `A learned step of ${test.interval} at ν = ${train.viscosity[0]} on ${train.points[0]} points, trained on ` +
        `${train.trajectories} trajectories of ${train.frames} frames, rolled out over ${test.frames - 1} steps from ` +
        `${test.trajectories} initial states that it has not seen.`,
      others: { 'other initial states': ood },
      trainedFrames: train.frames,
      ...(certifiedFrames > 0
        ? { contraction: { stepper, operatorParameters, frames: certifiedFrames } }
        : {}),
      configuration: {
        operator: JSON.stringify(configuration.operator),
        method: JSON.stringify(trained.method),
        schedule: JSON.stringify(configuration.schedule),
        steps: `${configuration.steps} of ${configuration.batchSize} windows, seed ${configuration.seed}`,
      },
      signal,
      progress,
    });
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomically(path, renderRolloutReport(report));
  } finally {
    await model.dispose();
  }
}
