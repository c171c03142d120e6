import { readRows, replaceRow } from '../../npsolver/parts/rows.js';
import type { Method } from './methods.js';
import type { PoissonMethodName } from './poisson-methods.js';

/** One finished training with its errors, as docs/results/hard-constraints.json holds them. */
export interface ConstraintRow {
  readonly problem: string;
  /** `solver`: the classical solver on the same grid */
  readonly method: Method | PoissonMethodName | 'solver';
  /** What distinguishes runs of one method: the form of the rows, a duplication, an extrapolation. */
  readonly variant: string;
  /** Mean and standard deviation over test samples of ‖û − u‖/‖u‖ */
  readonly meanRelativeL2: number;
  readonly deviation: number;
  /** The same network before its first step */
  readonly untrainedRelativeL2?: number;
  /** ‖ρ‖ of all rows, drawn or not, mean over test samples */
  readonly residual?: number;
  /** Root mean square of the error's jump across faces between experts, over that of u */
  readonly interfaceJump?: number;
  /** Answers that no expert failed on, as a share, and mean iterations of a solve */
  readonly convergedShare?: number;
  readonly meanIterations?: number;
  /** Of `poisson`: cells of the test meshes, and unknowns of the projection */
  readonly cells?: number;
  readonly rank?: number;
  /** Error of the projection alone, without its correction */
  readonly uncorrectedRelativeL2?: number;
  /** The error over the cells along Dirichlet faces alone */
  readonly wallRelativeL2?: number;
  /** Processor time of a part's features and network, of what is solved once for it, and of each of many sources */
  readonly encodeSeconds?: number;
  readonly projectSeconds?: number;
  readonly sourceSeconds?: number;
  /** Processor time of one answer, network and solve */
  readonly processorSecondsPerAnswer?: number;
  /** Of training: wall and processor time */
  readonly minutes: number;
  readonly processorMinutes: number;
  readonly steps: number;
  /** Processor minutes that training might take; runs of different budgets are different runs */
  readonly budget: number;
  readonly seed: number;
  readonly command: string;
  readonly hardware: string;
}

type RowKey = Pick<ConstraintRow, 'problem' | 'method' | 'variant' | 'budget' | 'seed'>;

const sameRun = (a: RowKey, b: RowKey) =>
  a.problem === b.problem &&
  a.method === b.method &&
  a.variant === b.variant &&
  a.budget === b.budget &&
  a.seed === b.seed;

export const hasRow = (path: string, key: RowKey): boolean =>
  readRows<ConstraintRow>(path).some((row) => sameRun(row, key));

export const writeConstraintRow = (path: string, row: ConstraintRow): void => replaceRow(path, row, sameRun);
