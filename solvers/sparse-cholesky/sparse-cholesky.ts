import { InvalidInputError } from '../../common/errors.js';
import type { Preconditioner } from '../preconditioner.js';
import type { SparseMatrix } from '../sparse-matrix.js';
import { nestedDissection } from './nested-dissection.js';

export interface SparseCholesky extends Preconditioner {
  /** Entries of L, the diagonal included */
  readonly entries: number;
  /** Pivots that vanished and were replaced by their diagonal entry: 1 where constants are in the kernel, else 0 */
  readonly replacedPivots: number;
}

export interface SparseCholeskyOptions {
  /** Refused beyond this number of entries of L, 12 bytes each */
  readonly maximumEntries?: number;
}

export const SPARSE_CHOLESKY_DEFAULTS = { maximumEntries: 1.5e8 } as const satisfies SparseCholeskyOptions;

/** A pivot below this part of its diagonal entry is round-off. */
const SMALLEST_PIVOT = 1e-13;

/**
 * P A Pᵀ = L Lᵀ with P from `nestedDissection`: as a preconditioner it is the solution itself up to round-off, worth its
 * set-up where many right-hand sides follow on one matrix. In 2D a solve costs little more than a few products with A; in
 * 3D the factor grows as N^{4/3} and multigrid is cheaper.
 *
 * Source: the up-looking method of Davis, Direct Methods for Sparse Linear Systems, 2006, §4.7, on the elimination tree
 * (Liu 1990).
 *
 * @throws InvalidInputError on a matrix that is not positive (semi-)definite, and where L would not fit
 */
export function sparseCholesky(matrix: SparseMatrix, options: SparseCholeskyOptions = {}): SparseCholesky {
  const { maximumEntries } = { ...SPARSE_CHOLESKY_DEFAULTS, ...options };
  const order = nestedDissection(matrix);
  const permuted = permutedLower(matrix, order);
  const tree = eliminationTree(permuted);
  const offsets = columnOffsets(permuted, tree, maximumEntries);
  const factor = factorise(permuted, tree, offsets);
  const work = new Float64Array(matrix.rows);
  const block = new Float64Array(4 * matrix.rows);
  return {
    name: 'cholesky',
    entries: offsets[matrix.rows],
    replacedPivots: factor.replacedPivots,
    apply: (r, z) => solveOne(factor, order, r, z, work),
    applyBlock: (r, z) => solveFour(factor, order, r, z, block),
  };
}

/** The lower triangle of P A Pᵀ by rows, its diagonal apart. */
interface LowerRows {
  readonly rows: number;
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly diagonal: Float64Array;
}

function permutedLower({ rows, rowOffsets, columns, values }: SparseMatrix, order: Int32Array): LowerRows {
  const place = new Int32Array(rows);
  order.forEach((row, k) => {
    place[row] = k;
  });
  const offsets = new Int32Array(rows + 1);
  const lowerColumns = new Int32Array(columns.length);
  const lowerValues = new Float64Array(columns.length);
  const diagonal = new Float64Array(rows);
  let next = 0;
  for (let k = 0; k < rows; k++) {
    for (let entry = rowOffsets[order[k]]; entry < rowOffsets[order[k] + 1]; entry++) {
      const column = place[columns[entry]];
      if (column === k) diagonal[k] = values[entry];
      if (column >= k) continue;
      lowerColumns[next] = column;
      lowerValues[next++] = values[entry];
    }
    offsets[k + 1] = next;
  }
  return { rows, offsets, columns: lowerColumns, values: lowerValues, diagonal };
}

/** Parent of every column: the first row below the diagonal that it fills; −1 of roots. */
function eliminationTree({ rows, offsets, columns }: LowerRows): Int32Array {
  const parent = new Int32Array(rows).fill(-1);
  const ancestor = new Int32Array(rows).fill(-1);
  for (let k = 0; k < rows; k++) {
    for (let entry = offsets[k]; entry < offsets[k + 1]; entry++) {
      let i = columns[entry];
      while (i !== -1 && i < k) {
        const next = ancestor[i];
        ancestor[i] = k;
        if (next === -1) parent[i] = k;
        i = next;
      }
    }
  }
  return parent;
}

/** Columns that row k of L fills, in an order of elimination, at the end of `stack`: its first place is returned. */
function reach(
  { rows, offsets, columns }: LowerRows,
  parent: Int32Array,
  k: number,
  stack: Int32Array,
  path: Int32Array,
  mark: Int32Array,
): number {
  let top = rows;
  mark[k] = k;
  for (let entry = offsets[k]; entry < offsets[k + 1]; entry++) {
    let length = 0;
    for (let i = columns[entry]; mark[i] !== k; i = parent[i]) {
      path[length++] = i;
      mark[i] = k;
    }
    while (length > 0) stack[--top] = path[--length];
  }
  return top;
}

function columnOffsets(lower: LowerRows, parent: Int32Array, maximumEntries: number): Int32Array {
  const { rows } = lower;
  const [stack, path, mark] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows).fill(-1)];
  const counts = new Int32Array(rows).fill(1);
  let entries = rows;
  for (let k = 0; k < rows; k++) {
    const top = reach(lower, parent, k, stack, path, mark);
    for (let at = top; at < rows; at++) counts[stack[at]]++;
    entries += rows - top;
    if (entries > maximumEntries) {
      throw new InvalidInputError(
        `solvers.sparseCholesky: the factor of ${rows} rows has more than ${maximumEntries} entries; use 'amg'`,
      );
    }
  }
  const offsets = new Int32Array(rows + 1);
  for (let k = 0; k < rows; k++) offsets[k + 1] = offsets[k] + counts[k];
  return offsets;
}

/** L by columns, the diagonal first in each. */
interface Factor {
  readonly offsets: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float64Array;
  readonly replacedPivots: number;
}

function factorise(lower: LowerRows, parent: Int32Array, offsets: Int32Array): Factor {
  const { rows: n } = lower;
  const [stack, path, mark] = [new Int32Array(n), new Int32Array(n), new Int32Array(n).fill(-1)];
  const rows = new Int32Array(offsets[n]);
  const values = new Float64Array(offsets[n]);
  const next = offsets.slice(0, n);
  const x = new Float64Array(n);
  let replacedPivots = 0;
  for (let k = 0; k < n; k++) {
    const top = reach(lower, parent, k, stack, path, mark);
    for (let entry = lower.offsets[k]; entry < lower.offsets[k + 1]; entry++) {
      x[lower.columns[entry]] = lower.values[entry];
    }
    let pivot = lower.diagonal[k];
    for (let at = top; at < n; at++) {
      const i = stack[at];
      const value = x[i] / values[offsets[i]];
      x[i] = 0;
      const end = next[i];
      for (let entry = offsets[i] + 1; entry < end; entry++) x[rows[entry]] -= values[entry] * value;
      pivot -= value * value;
      rows[end] = k;
      values[end] = value;
      next[i] = end + 1;
    }
    if (!(pivot > SMALLEST_PIVOT * lower.diagonal[k])) {
      if (!(pivot > -1e-8 * lower.diagonal[k])) {
        throw new InvalidInputError(
          `solvers.sparseCholesky: expected a positive definite matrix, a pivot is ${pivot}`,
        );
      }
      pivot = lower.diagonal[k];
      replacedPivots++;
    }
    rows[offsets[k]] = k;
    values[offsets[k]] = Math.sqrt(pivot);
    next[k] = offsets[k] + 1;
  }
  return { offsets, rows, values, replacedPivots };
}

function solveOne(
  { offsets, rows, values }: Factor,
  order: Int32Array,
  r: Float64Array,
  z: Float64Array,
  x: Float64Array,
): void {
  const n = order.length;
  for (let k = 0; k < n; k++) x[k] = r[order[k]];
  for (let k = 0; k < n; k++) {
    const value = x[k] / values[offsets[k]];
    x[k] = value;
    const end = offsets[k + 1];
    for (let entry = offsets[k] + 1; entry < end; entry++) x[rows[entry]] -= values[entry] * value;
  }
  for (let k = n - 1; k >= 0; k--) {
    let sum = x[k];
    const end = offsets[k + 1];
    for (let entry = offsets[k] + 1; entry < end; entry++) sum -= values[entry] * x[rows[entry]];
    x[k] = sum / values[offsets[k]];
  }
  for (let k = 0; k < n; k++) z[order[k]] = x[k];
}

/** The same for four fields side by side: L is read once. */
function solveFour(
  { offsets, rows, values }: Factor,
  order: Int32Array,
  r: Float64Array,
  z: Float64Array,
  x: Float64Array,
): void {
  const n = order.length;
  for (let k = 0; k < n; k++) {
    for (let field = 0; field < 4; field++) x[4 * k + field] = r[4 * order[k] + field];
  }
  for (let k = 0; k < n; k++) {
    const inverse = 1 / values[offsets[k]];
    const x0 = x[4 * k] * inverse;
    const x1 = x[4 * k + 1] * inverse;
    const x2 = x[4 * k + 2] * inverse;
    const x3 = x[4 * k + 3] * inverse;
    x[4 * k] = x0;
    x[4 * k + 1] = x1;
    x[4 * k + 2] = x2;
    x[4 * k + 3] = x3;
    const end = offsets[k + 1];
    for (let entry = offsets[k] + 1; entry < end; entry++) {
      const value = values[entry];
      const at = 4 * rows[entry];
      x[at] -= value * x0;
      x[at + 1] -= value * x1;
      x[at + 2] -= value * x2;
      x[at + 3] -= value * x3;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let s0 = x[4 * k];
    let s1 = x[4 * k + 1];
    let s2 = x[4 * k + 2];
    let s3 = x[4 * k + 3];
    const end = offsets[k + 1];
    for (let entry = offsets[k] + 1; entry < end; entry++) {
      const value = values[entry];
      const at = 4 * rows[entry];
      s0 -= value * x[at];
      s1 -= value * x[at + 1];
      s2 -= value * x[at + 2];
      s3 -= value * x[at + 3];
    }
    const inverse = 1 / values[offsets[k]];
    x[4 * k] = s0 * inverse;
    x[4 * k + 1] = s1 * inverse;
    x[4 * k + 2] = s2 * inverse;
    x[4 * k + 3] = s3 * inverse;
  }
  for (let k = 0; k < n; k++) {
    for (let field = 0; field < 4; field++) z[4 * order[k] + field] = x[4 * k + field];
  }
}
