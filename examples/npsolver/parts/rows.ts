import { existsSync, readFileSync } from 'node:fs';
import { type Evaluation, FileError, writeFileAtomically } from 'fieldsmith/training';

/** One finished training with its errors, as docs/results/npsolver.json holds them. */
export interface Row {
  readonly task: string;
  /** What was trained and what supervised it, for people. */
  readonly method: string;
  /** Short name of the configuration. */
  readonly arm: string;
  /** Cells aimed at in the meshes that it was evaluated on; those of training came first. */
  readonly cells: number;
  /** Mean over the categories of the mean ‖û − u‖/‖u‖. */
  readonly meanRelativeL2: number;
  readonly categories: Readonly<Record<string, number>>;
  /** The same network before its first step, where it was evaluated too. */
  readonly untrainedRelativeL2?: number;
  /**
   * Wall and processor time of training. Of the ablation, steps × the undisturbed times of one step as calibrated: its runs
   * may share the machine.
   */
  readonly trainingMinutes: number;
  readonly processorMinutes: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly command: string;
  readonly hardware: string;
}

/** @throws FileError when the file exists and holds no rows */
export function readRows<Kind = Row>(path: string): Kind[] {
  if (!existsSync(path)) return [];
  const { rows } = JSON.parse(readFileSync(path, 'utf8')) as { rows?: Kind[] };
  if (!Array.isArray(rows)) throw new FileError(`readRows: ${path} holds no list of rows; move it away`);
  return rows;
}

type RowKey = Pick<Row, 'task' | 'arm' | 'cells' | 'seed'>;

export const sameRun = (a: RowKey, b: RowKey) =>
  a.task === b.task && a.arm === b.arm && a.cells === b.cells && a.seed === b.seed;

/** Adds a row, in place of an earlier one of the same task, arm, cells and seed. */
export const writeRow = (path: string, row: Row): void => replaceRow(path, row, sameRun);

/** Adds a row of any kind, in place of earlier ones of the same run. */
export function replaceRow<Kind>(path: string, row: Kind, same: (a: Kind, b: Kind) => boolean): void {
  const rows = [...readRows<Kind>(path).filter((other) => !same(other, row)), row];
  writeFileAtomically(path, `${JSON.stringify({ rows }, null, 2)}\n`);
}

/** The part of a row that an evaluation fills. */
export function errorsOf({ meanRelativeL2, categories }: Evaluation) {
  return {
    meanRelativeL2,
    categories: Object.fromEntries(
      Object.entries(categories).map(([name, statistics]) => [name, statistics.meanRelativeL2]),
    ),
  };
}
