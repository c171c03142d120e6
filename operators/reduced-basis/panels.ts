/** Columns per panel: a 4 × 4 tile of dot products keeps its 16 sums in registers. */
export const PANEL = 4;

/**
 * A matrix in float64 as ⌈columns/4⌉ column panels, `[panel][row][4]`, the last one filled up with zero columns. A
 * panel of 1,000 rows is 32 KB: it stays in the first-level cache while it meets every other panel.
 */
export interface Panels {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export const panelCount = (columns: number): number => Math.ceil(columns / PANEL);

export function emptyPanels(rows: number, columns: number): Panels {
  return { rows, columns, values: new Float64Array(panelCount(columns) * rows * PANEL) };
}

/** From row-major `[row][columns]`, starting at `offset`. */
export function toPanels(
  matrix: Float32Array | Float64Array,
  rows: number,
  columns: number,
  offset = 0,
): Panels {
  const result = emptyPanels(rows, columns);
  const { values } = result;
  for (let first = 0, base = 0; first < columns; first += PANEL, base += rows * PANEL) {
    const width = Math.min(PANEL, columns - first);
    for (let row = 0; row < rows; row++) {
      const from = offset + row * columns + first;
      const to = base + row * PANEL;
      for (let k = 0; k < width; k++) values[to + k] = matrix[from + k];
    }
  }
  return result;
}

/** Row-major `[row][columns]`, into `out` from `offset`. */
export function fromPanels<T extends Float32Array | Float64Array>(matrix: Panels, out: T, offset = 0): T {
  const { rows, columns, values } = matrix;
  for (let first = 0, base = 0; first < columns; first += PANEL, base += rows * PANEL) {
    const width = Math.min(PANEL, columns - first);
    for (let row = 0; row < rows; row++) {
      const to = offset + row * columns + first;
      const from = base + row * PANEL;
      for (let k = 0; k < width; k++) out[to + k] = values[from + k];
    }
  }
  return out;
}

/** Column k is `vectors[k]`. */
export function panelsOfColumns(vectors: readonly (Float32Array | Float64Array)[], rows: number): Panels {
  const result = emptyPanels(rows, vectors.length);
  vectors.forEach((vector, column) => {
    const base = Math.floor(column / PANEL) * rows * PANEL + (column % PANEL);
    for (let row = 0; row < rows; row++) result.values[base + row * PANEL] = vector[row];
  });
  return result;
}

export function columnsOfPanels({ rows, columns, values }: Panels): Float64Array[] {
  return Array.from({ length: columns }, (_, column) => {
    const base = Math.floor(column / PANEL) * rows * PANEL + (column % PANEL);
    const vector = new Float64Array(rows);
    for (let row = 0; row < rows; row++) vector[row] = values[base + row * PANEL];
    return vector;
  });
}

/**
 * The last panel's column where it is alone there, as a single right-hand side is, or undefined. Products with it alone
 * take a third of the time of those with a filled-up panel.
 */
export function lastColumnAlone({ rows, columns, values }: Panels): Float64Array | undefined {
  if (columns % PANEL !== 1) return undefined;
  const column = new Float64Array(rows);
  for (let row = 0, at = (columns - 1) * rows; row < rows; row++, at += PANEL) column[row] = values[at];
  return column;
}

/** Puts it back, or writes it. */
export function setLastColumn({ rows, columns, values }: Panels, column: Float64Array): void {
  for (let row = 0, at = (columns - 1) * rows; row < rows; row++, at += PANEL) values[at] = column[row];
}
