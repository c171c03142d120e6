import { addPanel, dotPanel } from '../reduced-basis/dense-products.js';
import { PANEL, type Panels, panelCount } from '../reduced-basis/panels.js';

/** out += X w, `[row]`. */
export function addPanelProduct({ rows, columns, values }: Panels, w: Float64Array, out: Float64Array): void {
  const weights = new Float64Array(PANEL);
  for (let panel = 0; panel < panelCount(columns); panel++) {
    // zero for the columns that the last panel is filled up with
    for (let j = 0; j < PANEL; j++) weights[j] = w[panel * PANEL + j] ?? 0;
    addPanel(values, panel * rows * PANEL, weights, out);
  }
}

/** Xᵀ z, `[column]`. */
export function panelMoments({ rows, columns, values }: Panels, z: Float64Array): Float64Array {
  const moments = new Float64Array(panelCount(columns) * PANEL);
  for (let panel = 0; panel < panelCount(columns); panel++) {
    dotPanel(z, values, panel * rows * PANEL, moments.subarray(panel * PANEL));
  }
  return moments.subarray(0, columns);
}

/** Writes rows of `[point][N]` fields into N of the columns, from column `first`. */
export function setPanelColumns(
  { rows, values }: Panels,
  first: number,
  fields: Float64Array,
  columns: number,
  points: Int32Array,
): void {
  for (let j = 0; j < columns; j++) {
    const column = first + j;
    const base = Math.floor(column / PANEL) * rows * PANEL + (column % PANEL);
    for (let row = 0; row < rows; row++) values[base + row * PANEL] = fields[points[row] * columns + j];
  }
}

/** out = diag(s) X, or with `add` out += diag(s) X. */
export function scalePanels(x: Panels, s: Float64Array, out: Panels, mode: 'set' | 'add'): void {
  const { rows, values: from } = x;
  const to = out.values;
  for (let panel = 0; panel < panelCount(x.columns); panel++) {
    let at = panel * rows * PANEL;
    if (mode === 'set') {
      for (let row = 0; row < rows; row++, at += PANEL) {
        const scale = s[row];
        to[at] = scale * from[at];
        to[at + 1] = scale * from[at + 1];
        to[at + 2] = scale * from[at + 2];
        to[at + 3] = scale * from[at + 3];
      }
    } else {
      for (let row = 0; row < rows; row++, at += PANEL) {
        const scale = s[row];
        to[at] += scale * from[at];
        to[at + 1] += scale * from[at + 1];
        to[at + 2] += scale * from[at + 2];
        to[at + 3] += scale * from[at + 3];
      }
    }
  }
}

/** A panel matrix of a given size that writes into memory of another. */
export const panelsWithin = (memory: Float64Array, rows: number, columns: number): Panels => ({
  rows,
  columns,
  values: memory.subarray(0, panelCount(columns) * rows * PANEL),
});
