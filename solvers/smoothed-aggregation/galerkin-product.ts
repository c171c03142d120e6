import type { SparseMatrix } from '../sparse-matrix.js';
import type { Prolongator } from './smoothed-prolongator.js';

/**
 * A_c = PᵀAP, symmetric, with columns ascending in each row. Two row-wise products (Gustavson 1978): AP, then PᵀAP over
 * the rows of Pᵀ. A last pass writes it transposed, which sorts the rows without a comparison.
 */
export function galerkinProduct(matrix: SparseMatrix, prolongator: Prolongator): SparseMatrix {
  const restriction = transpose(prolongator);
  const product = productRows(matrix, prolongator, prolongator.coarseRows);
  return transposeSymmetric(productRows(restriction, product, prolongator.coarseRows));
}

type Rows = Omit<Prolongator, 'coarseRows'>;

function productRows(left: Rows, right: Rows, width: number): Rows {
  const { rows, rowOffsets, columns, values } = left;
  const { rowOffsets: rightOffsets, columns: rightColumns, values: rightValues } = right;
  const offsets = new Int32Array(rows + 1);
  let capacity = Math.max(64, columns.length);
  let outColumns = new Int32Array(capacity);
  let outValues = new Float64Array(capacity);
  // where a column stands in the row at work, if at or after the row's start
  const position = new Int32Array(width).fill(-1);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    const begin = rowOffsets[row];
    const end = rowOffsets[row + 1];
    let bound = 0;
    for (let entry = begin; entry < end; entry++) {
      const other = columns[entry];
      bound += rightOffsets[other + 1] - rightOffsets[other];
    }
    if (next + bound > capacity) {
      capacity = next + bound + (capacity >> 1);
      const moreColumns = new Int32Array(capacity);
      const moreValues = new Float64Array(capacity);
      moreColumns.set(outColumns);
      moreValues.set(outValues);
      outColumns = moreColumns;
      outValues = moreValues;
    }
    const start = next;
    for (let entry = begin; entry < end; entry++) {
      const other = columns[entry];
      const value = values[entry];
      const last = rightOffsets[other + 1];
      for (let k = rightOffsets[other]; k < last; k++) {
        const column = rightColumns[k];
        const at = position[column];
        if (at >= start) outValues[at] += value * rightValues[k];
        else {
          position[column] = next;
          outColumns[next] = column;
          outValues[next++] = value * rightValues[k];
        }
      }
    }
    offsets[row + 1] = next;
  }
  return { rows, rowOffsets: offsets, columns: outColumns, values: outValues };
}

function transpose({ rows, coarseRows, rowOffsets, columns, values }: Prolongator): Rows {
  const offsets = new Int32Array(coarseRows + 1);
  for (let entry = 0; entry < columns.length; entry++) offsets[columns[entry] + 1]++;
  for (let row = 0; row < coarseRows; row++) offsets[row + 1] += offsets[row];
  return { rows: coarseRows, ...scatter(rows, rowOffsets, columns, values, offsets) };
}

/** The rows of a symmetric pattern are as long as its columns, so the offsets stay. */
function transposeSymmetric({ rows, rowOffsets, columns, values }: Rows): SparseMatrix {
  return { rows, ...scatter(rows, rowOffsets, columns, values, rowOffsets) };
}

function scatter(
  rows: number,
  rowOffsets: Int32Array,
  columns: Int32Array,
  values: Float64Array,
  offsets: Int32Array,
): Omit<Rows, 'rows'> {
  const count = rowOffsets[rows];
  const outColumns = new Int32Array(count);
  const outValues = new Float64Array(count);
  const next = offsets.slice(0, -1);
  for (let row = 0; row < rows; row++) {
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      const at = next[columns[entry]]++;
      outColumns[at] = row;
      outValues[at] = values[entry];
    }
  }
  return { rowOffsets: offsets, columns: outColumns, values: outValues };
}
