import { InvalidInputError } from '../../common/errors.js';
import type { SparseMatrix } from '../sparse-matrix.js';
import { type Aggregates, aggregate } from './aggregate.js';
import { type CoarseSolve, coarseSolve } from './coarse-solve.js';
import { galerkinProduct } from './galerkin-product.js';
import { type Prolongator, smoothedProlongator } from './smoothed-prolongator.js';
import { strongConnections } from './strong-connections.js';
import type { SplitMatrix } from './sweeps.js';

/** One level above the coarsest. */
export interface Level {
  readonly matrix: SplitMatrix;
  readonly aggregates: Aggregates;
  readonly prolongator: Prolongator;
}

export interface Hierarchy {
  /** Finest first; empty when the matrix is small enough to be factored. */
  readonly levels: readonly Level[];
  readonly coarsest: SparseMatrix;
  readonly coarseSolve: CoarseSolve;
}

export interface HierarchyOptions {
  readonly strengthThreshold: number;
  readonly coarsestRows: number;
}

/** Coarsening that keeps more than this part of the rows is not worth another level. */
const SLOWEST_COARSENING = 0.9;
/** Beyond this many rows a dense factorisation would cost more than all levels above it. */
const MOST_DENSE_ROWS = 2000;
/** Row sums up to this part of their diagonal are round-off: constants are in the kernel. */
const ROUND_OFF_ROW_SUM = 1e-12;

/**
 * Levels A_0 = A, A_{l+1} = P_lᵀ A_l P_l down to `coarsestRows`. Given `kept`, the aggregates of an earlier hierarchy are
 * used again, whatever the strengths of this matrix.
 *
 * @throws InvalidInputError on a diagonal that is not positive, and when `kept` is of another size
 */
export function buildHierarchy(
  matrix: SparseMatrix,
  options: HierarchyOptions,
  kept?: readonly Aggregates[],
): Hierarchy {
  const singular = annihilatesConstants(matrix);
  const levels: Level[] = [];
  let current = matrix;
  for (;;) {
    if (kept ? levels.length === kept.length : current.rows <= options.coarsestRows) break;
    const strong = strongConnections(current, options.strengthThreshold);
    const aggregates = kept ? kept[levels.length] : aggregate(current, strong);
    if (!kept && aggregates.count > SLOWEST_COARSENING * current.rows && current.rows <= MOST_DENSE_ROWS)
      break;
    if (aggregates.count === 0 || aggregates.count === current.rows) break;
    const prolongator = smoothedProlongator(current, strong, aggregates);
    levels.push({ matrix: splitMatrix(current), aggregates, prolongator });
    current = galerkinProduct(current, prolongator);
  }
  return { levels, coarsest: current, coarseSolve: coarseSolve(current, singular) };
}

function splitMatrix(matrix: SparseMatrix): SplitMatrix {
  const { rows, rowOffsets, columns, values } = matrix;
  const diagonalEntries = new Int32Array(rows);
  const inverseDiagonal = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let entry = rowOffsets[row];
    const end = rowOffsets[row + 1];
    while (entry < end && columns[entry] < row) entry++;
    const value = entry < end && columns[entry] === row ? values[entry] : 0;
    if (!(value > 0)) {
      throw new InvalidInputError(
        `solvers.smoothedAggregation: expected a positive diagonal, entry ${row} is ${value}`,
      );
    }
    diagonalEntries[row] = entry;
    inverseDiagonal[row] = 1 / value;
  }
  return { ...matrix, diagonalEntries, inverseDiagonal };
}

function annihilatesConstants({ rows, rowOffsets, values }: SparseMatrix): boolean {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let size = 0;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      sum += values[entry];
      size += Math.abs(values[entry]);
    }
    if (!(Math.abs(sum) <= ROUND_OFF_ROW_SUM * size)) return false;
  }
  return true;
}
