import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileError, InvalidInputError } from '../common/errors.js';
import { writeFileAtomically } from '../common/write-file.js';
import { firstDifference } from './first-difference.js';
import type { Schedule } from './schedule.js';
import type { MeasuredBudget } from './step-budget.js';

/** What a run is: written once at its start to `config.json`, obeyed on resume. */
export interface RunConfiguration {
  operator: unknown;
  task: unknown;
  supervision: unknown;
  seed: number;
  batchSize: number;
  schedule: Schedule;
  clipNorm: number;
  /** Batches of one update and decay of the weights' moving average, where they are not 1 and none. */
  accumulate?: number;
  averageDecay?: number;
  steps: number;
  /** Present when the steps came from a budget. */
  budget?: MeasuredBudget;
}

/** A configuration before its step count is known. */
export type RunOptions = Omit<RunConfiguration, 'steps' | 'budget'>;

export interface RunFolder {
  readonly path: string;
  readonly configurationPath: string;
  readonly metricsPath: string;
  readonly checkpoints: string;
  readonly model: string;
}

/** `config.json`, `metrics.jsonl`, `checkpoints/` and `model/` of a run. */
export function runFolder(path: string): RunFolder {
  return {
    path,
    configurationPath: join(path, 'config.json'),
    metricsPath: join(path, 'metrics.jsonl'),
    checkpoints: join(path, 'checkpoints'),
    model: join(path, 'model'),
  };
}

/** Makes the folder. @throws FileError when nothing can be written into it: better now than after the first steps */
export function requireWritable({ path }: RunFolder): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw new FileError(`train: cannot write into ${path}: ${(cause as Error).message}`, { cause });
  }
}

export function writeConfiguration(folder: RunFolder, configuration: RunConfiguration): void {
  writeFileAtomically(folder.configurationPath, JSON.stringify(configuration, null, 2) + '\n');
}

export function readConfiguration(folder: RunFolder): RunConfiguration {
  try {
    return JSON.parse(readFileSync(folder.configurationPath, 'utf8'));
  } catch (cause) {
    throw new FileError(`cannot read ${folder.configurationPath}: ${(cause as Error).message}`, { cause });
  }
}

/** Missing where they have no effect: an option that is not given any more differs too. */
const LEFT_OUT = ['accumulate', 'averageDecay'];

/**
 * The recorded configuration of the run to resume, or undefined when the folder holds none and a new run may start.
 *
 * @throws InvalidInputError when the folder holds a run and `resume` is false
 * @throws FileError when the run there was started with other options; names the first that differs
 */
export function recordedConfiguration(
  folder: RunFolder,
  options: RunOptions & { steps?: number },
  resume: boolean,
): RunConfiguration | undefined {
  if (!existsSync(folder.configurationPath)) return undefined;
  if (!resume) {
    throw new InvalidInputError(
      `train: ${folder.path} already holds a run; resume it (resume: true) or choose another folder`,
    );
  }
  const recorded = readConfiguration(folder);
  const [now, before] = [identityOf(options), identityOf(recorded)];
  const names = new Set([...Object.keys(now), ...LEFT_OUT.filter((name) => name in before)]);
  for (const name of names) {
    const [text, found] = [now[name], before[name]];
    if (text !== found) {
      throw new FileError(
        `train: ${folder.configurationPath} is of another run: ${firstDifference(name, found, text)}; ` +
          'resume with the options it was started with, or choose another folder',
      );
    }
  }
  return recorded;
}

/** The configuration as one text per field: what a checkpoint stores and compares. */
export function identityOf(configuration: Partial<RunConfiguration>): Record<string, string> {
  const { budget: _, ...fields } = configuration;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, canonicalJson(value)]));
}

/** JSON with sorted keys, so that equal values have equal texts. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, entry) =>
    entry && typeof entry === 'object' && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}
