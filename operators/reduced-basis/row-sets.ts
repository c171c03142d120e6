import type { SparseMatrix } from '../../solvers/index.js';
import { emptyPanels, PANEL, type Panels, panelCount } from './panels.js';

/** Rows of X, in the order given, times weights. */
export function gatherRows(x: Panels, rows: Int32Array, weights?: Float64Array): Panels {
  const result = emptyPanels(rows.length, x.columns);
  for (let panel = 0; panel < panelCount(x.columns); panel++) {
    const start = panel * x.rows * PANEL;
    for (let i = 0, to = panel * rows.length * PANEL; i < rows.length; i++, to += PANEL) {
      const from = start + rows[i] * PANEL;
      const weight = weights ? weights[i] : 1;
      for (let k = 0; k < PANEL; k++) result.values[to + k] = weight * x.values[from + k];
    }
  }
  return result;
}

/** Adds rows, times weights, to those of a larger matrix: the adjoint of {@link gatherRows}. */
export function scatterRows(part: Panels, rows: Int32Array, into: Panels, weights?: Float64Array): void {
  for (let panel = 0; panel < panelCount(part.columns); panel++) {
    const width = Math.min(PANEL, part.columns - panel * PANEL);
    const start = panel * into.rows * PANEL;
    for (let i = 0, from = panel * part.rows * PANEL; i < rows.length; i++, from += PANEL) {
      const to = start + rows[i] * PANEL;
      const weight = weights ? weights[i] : 1;
      for (let k = 0; k < width; k++) into.values[to + k] += weight * part.values[from + k];
    }
  }
}

/** Rows with all that are at most so many steps away, ascending. */
export function rowsWithin(
  { rows: count, rowOffsets, columns }: SparseMatrix,
  rows: Int32Array,
  steps: number,
): Int32Array {
  const found = new Uint8Array(count);
  for (const row of rows) found[row] = 1;
  let front: ArrayLike<number> & Iterable<number> = rows;
  for (let step = 0; step < steps && front.length > 0; step++) {
    const next: number[] = [];
    for (const row of front) {
      for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
        if (found[columns[entry]]) continue;
        found[columns[entry]] = 1;
        next.push(columns[entry]);
      }
    }
    front = next;
  }
  let size = 0;
  for (let row = 0; row < count; row++) size += found[row];
  const result = new Int32Array(size);
  for (let row = 0, at = 0; row < count; row++) if (found[row]) result[at++] = row;
  return result;
}

/** The entries between given rows, ascending, numbered by their place among them. */
export function principalSubmatrix(matrix: SparseMatrix, rows: Int32Array): SparseMatrix {
  const { rowOffsets, columns, values } = matrix;
  const place = new Int32Array(matrix.rows).fill(-1);
  rows.forEach((row, at) => {
    place[row] = at;
  });
  const offsets = new Int32Array(rows.length + 1);
  const [keptColumns, keptValues]: [number[], number[]] = [[], []];
  rows.forEach((row, at) => {
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      if (place[columns[entry]] < 0) continue;
      keptColumns.push(place[columns[entry]]);
      keptValues.push(values[entry]);
    }
    offsets[at + 1] = keptColumns.length;
  });
  return {
    rows: rows.length,
    rowOffsets: offsets,
    columns: Int32Array.from(keptColumns),
    values: Float64Array.from(keptValues),
  };
}

/** Places of the common rows of two ascending lists, in either. */
export function commonRows(a: Int32Array, b: Int32Array): readonly [Int32Array, Int32Array] {
  const [inA, inB]: [number[], number[]] = [[], []];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      inA.push(i++);
      inB.push(j++);
    } else if (a[i] < b[j]) i++;
    else j++;
  }
  return [Int32Array.from(inA), Int32Array.from(inB)];
}

/** Z = X ⊙ Y, panels of one shape */
export function timesEntries(x: Panels, y: Panels): Panels {
  return { ...x, values: x.values.map((value, at) => value * y.values[at]) };
}
