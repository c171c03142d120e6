import { FileError } from '../common/errors.js';
import { matrixFromPairs, type SparseMatrix } from './sparse-matrix.js';

const HEADER = '%%MatrixMarket matrix coordinate real';
/** Characters gathered before a chunk is handed on. */
const CHUNK = 1 << 20;
/** Entries (i, j) and (j, i) of a file marked general may differ by this part of the larger. */
const ASYMMETRY = 1e-12;

/**
 * The matrix as a Matrix Market file in chunks of text: coordinate real symmetric, lower triangle, indices from 1. Values
 * are written with the digits that read back to the same float64.
 */
export function* matrixMarketText(matrix: SparseMatrix): Generator<string> {
  const { rows, rowOffsets, columns, values } = matrix;
  let stored = 0;
  for (let row = 0; row < rows; row++) {
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++)
      if (columns[entry] <= row) stored++;
  }
  let text = `${HEADER} symmetric\n${rows} ${rows} ${stored}\n`;
  for (let row = 0; row < rows; row++) {
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1] && columns[entry] <= row; entry++) {
      text += `${row + 1} ${columns[entry] + 1} ${values[entry]}\n`;
    }
    if (text.length > CHUNK) {
      yield text;
      text = '';
    }
  }
  yield text;
}

/**
 * The matrix of a Matrix Market file: coordinate, real or integer, symmetric or general. Entries given twice are summed;
 * a general file must be symmetric to 1e-12, since that is what solvers here are for.
 *
 * @throws FileError on another kind of file, an index out of range, a value that is not finite, entries too few or too
 *   many, or a matrix that is not square or not symmetric
 */
export function parseMatrixMarket(text: string): SparseMatrix {
  const lines = lineReader(text);
  const header = lines.any() ?? '';
  const [banner, object, format, field, symmetry] = header.trim().toLowerCase().split(/\s+/);
  const readable =
    banner === '%%matrixmarket' &&
    object === 'matrix' &&
    format === 'coordinate' &&
    (field === 'real' || field === 'integer' || field === 'double') &&
    (symmetry === 'symmetric' || symmetry === 'general');
  if (!readable) {
    throw new FileError(
      `solvers.parseMatrixMarket: expected '${HEADER} symmetric' or general, got '${header.slice(0, 80)}'`,
    );
  }
  const size = lines.data() ?? '';
  const [rows, width, count] = size.trim().split(/\s+/).map(Number);
  // a coordinate takes at least six characters, "1 1 1\n": a hostile size line cannot ask for more than the file is worth
  const credible = Number.isInteger(rows) && rows >= 1 && Number.isInteger(count) && 5 * count <= text.length;
  if (!credible || rows !== width || rows > Math.max(count, 1)) {
    throw new FileError(
      `solvers.parseMatrixMarket: expected a square size 'rows rows entries' with a diagonal, got '${size.slice(0, 80)}'`,
    );
  }
  const diagonal = new Float64Array(rows);
  const lower = pairList(count);
  const upper = pairList(symmetry === 'general' ? count : 0);
  let read = 0;
  for (let line = lines.data(); line !== undefined; line = lines.data()) {
    if (++read > count) break;
    const [row, column, value] = line.trim().split(/\s+/).map(Number);
    const inside = (index: number) => Number.isInteger(index) && index >= 1 && index <= rows;
    if (!inside(row) || !inside(column) || !Number.isFinite(value)) {
      throw new FileError(
        `solvers.parseMatrixMarket: entry ${read}: expected 'row column value' within ${rows} rows, got '${line.slice(0, 80)}'`,
      );
    }
    if (row === column) diagonal[row - 1] += value;
    else if (row > column || symmetry === 'symmetric') lower.add(row - 1, column - 1, -value);
    else upper.add(column - 1, row - 1, -value);
  }
  if (read !== count) {
    throw new FileError(
      `solvers.parseMatrixMarket: expected ${count} entries, got ${read > count ? 'more' : read}; the file is damaged`,
    );
  }
  const matrix = lower.matrix(diagonal);
  if (symmetry === 'general') requireEqual(matrix, upper.matrix(diagonal));
  return matrix;
}

function pairList(capacity: number) {
  const first = new Int32Array(capacity);
  const second = new Int32Array(capacity);
  const couplings = new Float64Array(capacity);
  let count = 0;
  return {
    add(row: number, column: number, coupling: number) {
      first[count] = row;
      second[count] = column;
      couplings[count++] = coupling;
    },
    matrix: (diagonal: Float64Array) =>
      matrixFromPairs(
        diagonal,
        first.subarray(0, count),
        second.subarray(0, count),
        couplings.subarray(0, count),
      ),
  };
}

function requireEqual(a: SparseMatrix, b: SparseMatrix): void {
  let equal = a.columns.length === b.columns.length;
  for (let entry = 0; equal && entry < a.columns.length; entry++) {
    const [left, right] = [a.values[entry], b.values[entry]];
    equal =
      a.columns[entry] === b.columns[entry] &&
      Math.abs(left - right) <= ASYMMETRY * Math.max(Math.abs(left), Math.abs(right));
  }
  if (!equal) throw new FileError('solvers.parseMatrixMarket: expected a symmetric matrix, this one is not');
}

/** Line by line: the next one, or the next that is neither blank nor a comment; undefined at the end. */
function lineReader(text: string) {
  let start = 0;
  const any = (): string | undefined => {
    if (start >= text.length) return undefined;
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const line = text.slice(start, end);
    start = end + 1;
    return line;
  };
  const data = (): string | undefined => {
    for (let line = any(); line !== undefined; line = any()) {
      if (line.trim() !== '' && !line.startsWith('%')) return line;
    }
    return undefined;
  };
  return { any, data };
}
