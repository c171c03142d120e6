import { InvalidInputError } from '../common/errors.js';
import type { Preconditioner } from './preconditioner.js';
import { diagonal, type SparseMatrix } from './sparse-matrix.js';

export interface IncompleteCholesky extends Preconditioner {
  /** σ of the factored matrix A + σ·diag(A); 0 unless the plain factorisation broke down. */
  readonly diagonalShift: number;
}

const FIRST_SHIFT = 1e-3;
/** A pivot below this part of its diagonal entry counts as breakdown: its inverse would amplify round-off. */
const SMALLEST_PIVOT = 1e-10;

/**
 * IC(0): L Lᵀ ≈ A + σ diag(A) with L on the sparsity of A's lower triangle, M⁻¹ r by two triangular sweeps. M-matrices
 * need no shift (Meijerink & van der Vorst 1977), except singular ones whose last pivot vanishes; otherwise σ starts
 * at 1e-3 and doubles until every pivot is positive (Manteuffel 1980).
 *
 * @throws InvalidInputError when the diagonal is not positive
 */
export function incompleteCholesky(matrix: SparseMatrix): IncompleteCholesky {
  const scale = diagonal(matrix);
  for (let row = 0; row < scale.length; row++) {
    if (!(scale[row] > 0)) {
      throw new InvalidInputError(
        `solvers.incompleteCholesky: expected a positive diagonal, entry ${row} is ${scale[row]}`,
      );
    }
  }
  const lower = lowerTriangle(matrix);
  let diagonalShift = 0;
  let inversePivots = factor(lower, scale, diagonalShift);
  while (inversePivots === null) {
    diagonalShift = diagonalShift === 0 ? FIRST_SHIFT : 2 * diagonalShift;
    if (!(diagonalShift < 1e6)) {
      throw new InvalidInputError('solvers.incompleteCholesky: the matrix holds values that are not finite');
    }
    lower.factors.set(lower.values);
    inversePivots = factor(lower, scale, diagonalShift);
  }
  return { name: 'incomplete-cholesky', diagonalShift, apply: sweeps(lower, inversePivots) };
}

interface LowerTriangle {
  rows: number;
  rowOffsets: Int32Array;
  columns: Int32Array;
  /** strictly lower part of A */
  values: Float64Array;
  /** L, strictly lower */
  factors: Float64Array;
}

function lowerTriangle(matrix: SparseMatrix): LowerTriangle {
  const { rows, rowOffsets, columns, values } = matrix;
  const count = (columns.length - rows) / 2;
  const offsets = new Int32Array(rows + 1);
  const lowerColumns = new Int32Array(count);
  const lowerValues = new Float64Array(count);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1] && columns[entry] < row; entry++) {
      lowerColumns[next] = columns[entry];
      lowerValues[next++] = values[entry];
    }
    offsets[row + 1] = next;
  }
  return {
    rows,
    rowOffsets: offsets,
    columns: lowerColumns,
    values: lowerValues,
    factors: lowerValues.slice(),
  };
}

/** Factors row by row in place of `factors`; 1/L_ii, or null at a pivot that is not safely positive. */
function factor(lower: LowerTriangle, scale: Float64Array, shift: number): Float64Array | null {
  const { rows, rowOffsets, columns, factors } = lower;
  const inversePivots = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = rowOffsets[row];
    const end = rowOffsets[row + 1];
    let pivot = (1 + shift) * scale[row];
    for (let entry = start; entry < end; entry++) {
      const column = columns[entry];
      let value = factors[entry];
      // Σ_k L_ik L_jk over the common columns k < j of the two sorted rows
      let mine = start;
      let theirs = rowOffsets[column];
      const theirEnd = rowOffsets[column + 1];
      while (mine < entry && theirs < theirEnd) {
        const difference = columns[mine] - columns[theirs];
        if (difference === 0) value -= factors[mine++] * factors[theirs++];
        else if (difference < 0) mine++;
        else theirs++;
      }
      value *= inversePivots[column];
      factors[entry] = value;
      pivot -= value * value;
    }
    if (!(pivot > SMALLEST_PIVOT * scale[row])) return null;
    inversePivots[row] = 1 / Math.sqrt(pivot);
  }
  return inversePivots;
}

function sweeps(lower: LowerTriangle, inversePivots: Float64Array): Preconditioner['apply'] {
  const { rows, rowOffsets, columns, factors } = lower;
  return (r, z) => {
    let entry = 0;
    for (let row = 0; row < rows; row++) {
      let sum = r[row];
      const end = rowOffsets[row + 1];
      for (; entry < end; entry++) sum -= factors[entry] * z[columns[entry]];
      z[row] = sum * inversePivots[row];
    }
    for (let row = rows - 1; row >= 0; row--) {
      const value = z[row] * inversePivots[row];
      z[row] = value;
      const start = rowOffsets[row];
      for (entry = rowOffsets[row + 1] - 1; entry >= start; entry--) {
        z[columns[entry]] -= factors[entry] * value;
      }
    }
  };
}
