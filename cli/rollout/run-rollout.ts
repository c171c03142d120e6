import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { FileError, InvalidInputError } from '../../common/errors.js';
import type { RolloutReportData } from '../../common/rollout-report-data.js';
import { writeFileAtomically } from '../../common/write-file.js';
import { openStepper, rolloutReport } from '../../training/index.js';
import { renderRolloutReport } from '../../viewer/index.js';
import type { WorkWatch } from '../run-work.js';
import { type ReadTrajectoriesOptions, readTrajectories } from './read-trajectories.js';

export interface RunRolloutOptions extends ReadTrajectoriesOptions {
  /** PDEBench file, HDF5 */
  readonly data: string;
  /** Page to write */
  readonly out: string;
  readonly threads?: number;
}

/** What `fieldsmith rollout --json` prints. */
export interface RolloutResult {
  readonly report: string;
  readonly operator: string;
  readonly trajectories: number;
  readonly steps: number;
  /** Error from which a roll-out is of no use, and the last frame before it, median */
  readonly horizon: { readonly error: number; readonly frame: number };
  /** Median relative L2 error by frame */
  readonly errors: readonly number[];
  readonly figures: RolloutReportData['figures'];
}

/**
 * Rolls a time stepper out over a file of trajectories and writes the report of it.
 *
 * @throws FileError for what is no stepper; what readTrajectories throws
 */
export async function runRollout(
  path: string,
  { data: file, out, threads, ...request }: RunRolloutOptions,
  { signal, progress }: WorkWatch,
): Promise<RolloutResult> {
  requirePage(out);
  const model = await openStepper(stepperBytes(path), { threads });
  try {
    const { card } = model;
    const data = await readTrajectories(file, card, request);
    signal.throwIfAborted();
    const steps = data.frames - 1;
    const report = await rolloutReport(model, data, {
      title: `Roll-out of ${basename(path)} over ${basename(file)}`,
      summary:
        `A learned step of ${card.interval}, trained on ${card.trained.points.join(' × ')} points, rolled out over ${steps} steps ` +
        `from ${data.trajectories} initial states on ${data.points[0]} points, ν = ${data.viscosity[0]}.`,
      configuration: {
        operator: card.operator.name,
        method: JSON.stringify(card.trained.method),
        training: `${card.trained.steps} steps of ${card.trained.batchSize}, seed ${card.trained.seed}`,
      },
      signal,
      progress,
    });
    signal.throwIfAborted();
    writeFileAtomically(out, renderRolloutReport(report));
    return {
      report: out,
      operator: card.operator.name,
      trajectories: data.trajectories,
      steps,
      horizon: report.horizon,
      errors: Array.from(report.errors[0].median),
      figures: report.figures,
    };
  } finally {
    await model.dispose();
  }
}

/** @throws InvalidInputError for a name that is none of a page */
export function requirePage(out: string): void {
  if (extname(out).toLowerCase() !== '.html') {
    throw new InvalidInputError(
      `--out: the report is a page, expected a name that ends in .html, got '${out}'`,
    );
  }
}

/** The file of a time stepper, or that in a folder. @throws FileError where there is none */
export function stepperBytes(path: string): Uint8Array {
  const candidates = [path, join(path, 'model/model.onnx'), join(path, 'model.onnx')];
  const found = candidates.find((each) => existsSync(each) && statSync(each).isFile());
  if (found) return new Uint8Array(readFileSync(found));
  throw new FileError(
    `rollout: ${path} is no .onnx file of a time stepper, nor a folder with one (model/model.onnx)`,
  );
}
