import {
  choosePreconditioner,
  type Preconditioner,
  type PreconditionerName,
  type SparseMatrix,
  smoothedAggregation,
} from '../../solvers/index.js';

/**
 * Most meshes of training are small, and their hierarchies are set up anew for every sample: at 1,000 cells a dense factor
 * of 200 rows, the solver's choice, takes four times the processor time of another level (1.7 against 0.4 ms), and its
 * cycles two times, while the K-step difference is the same part of the error to a thousandth.
 */
const COARSEST_ROWS = 100;

/** The preconditioner of a few steps on a matrix that is not met again. */
export function stepPreconditioner(matrix: SparseMatrix, name: PreconditionerName): Preconditioner {
  if (name === 'amg') return smoothedAggregation(matrix, { coarsestRows: COARSEST_ROWS });
  return choosePreconditioner(matrix, name);
}
