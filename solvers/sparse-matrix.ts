import { InvalidInputError } from '../common/errors.js';

/** A square matrix in compressed sparse rows; symmetric, diagonal stored, columns ascending in each row. */
export interface SparseMatrix {
  readonly rows: number;
  /** `[row + 1]`: entries of row i are `rowOffsets[i] .. rowOffsets[i + 1]` */
  readonly rowOffsets: Int32Array;
  /** `[entry]` */
  readonly columns: Int32Array;
  /** `[entry]` */
  readonly values: Float64Array;
}

/** out = A x, `[row]`. Allocates `out` unless given; `out` must not be `x`. */
export function multiply(
  matrix: SparseMatrix,
  x: Float64Array,
  out: Float64Array = new Float64Array(matrix.rows),
): Float64Array {
  const { rows, rowOffsets, columns, values } = matrix;
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    const end = rowOffsets[row + 1];
    let sum = 0;
    for (; entry < end; entry++) sum += values[entry] * x[columns[entry]];
    out[row] = sum;
  }
  return out;
}

/** The diagonal, `[row]`. */
export function diagonal(matrix: SparseMatrix): Float64Array {
  const { rows, rowOffsets, columns, values } = matrix;
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      if (columns[entry] === row) result[row] = values[entry];
    }
  }
  return result;
}

/**
 * D − Σ_k g_k (e_i e_jᵀ + e_j e_iᵀ), from its diagonal and its pairs (i, j) = (first[k], second[k]) with coupling g_k.
 * Pairs that occur twice (cells sharing two faces) are summed.
 */
export function matrixFromPairs(
  diagonalValues: Float64Array,
  first: Int32Array,
  second: Int32Array,
  couplings: Float64Array,
): SparseMatrix {
  const rows = diagonalValues.length;
  const pairs = couplings.length;
  const offsets = new Int32Array(rows + 1);
  for (let k = 0; k < pairs; k++) {
    offsets[first[k] + 1]++;
    offsets[second[k] + 1]++;
  }
  for (let row = 0; row < rows; row++) offsets[row + 1] += offsets[row] + 1;
  const columns = new Int32Array(rows + 2 * pairs);
  const values = new Float64Array(rows + 2 * pairs);
  const next = offsets.slice(0, rows);
  const insert = (row: number, column: number, value: number) => {
    // insertion sort: rows are as short as a cell has faces
    let at = next[row]++;
    for (; at > offsets[row] && columns[at - 1] > column; at--) {
      columns[at] = columns[at - 1];
      values[at] = values[at - 1];
    }
    columns[at] = column;
    values[at] = value;
  };
  for (let row = 0; row < rows; row++) insert(row, row, diagonalValues[row]);
  for (let k = 0; k < pairs; k++) {
    insert(first[k], second[k], -couplings[k]);
    insert(second[k], first[k], -couplings[k]);
  }
  return sumDuplicates({ rows, rowOffsets: offsets, columns, values });
}

function sumDuplicates(matrix: SparseMatrix): SparseMatrix {
  const { rows, rowOffsets, columns, values } = matrix;
  const offsets = new Int32Array(rows + 1);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      if (entry > rowOffsets[row] && columns[entry] === columns[count - 1]) {
        values[count - 1] += values[entry];
        continue;
      }
      columns[count] = columns[entry];
      values[count] = values[entry];
      count++;
    }
    offsets[row + 1] = count;
  }
  if (count === values.length) return matrix;
  return { rows, rowOffsets: offsets, columns: columns.slice(0, count), values: values.slice(0, count) };
}

/** Throws {@link InvalidInputError} unless `vector` has one value per row. */
export function requireRows(caller: string, name: string, matrix: SparseMatrix, vector: Float64Array): void {
  if (vector.length !== matrix.rows) {
    throw new InvalidInputError(
      `${caller}: expected ${name} to have ${matrix.rows} values, one per row, got ${vector.length}`,
    );
  }
}
