import { multiply, type SparseMatrix } from '../../solvers/index.js';
import { panelKernels } from '../../solvers/kernels/panel-kernels.js';
import { emptyPanels, lastColumnAlone, PANEL, type Panels, panelCount, setLastColumn } from './panels.js';
import { vectorMultiply } from './vector-panels.js';

/** B X */
export function multiplyPanels(matrix: SparseMatrix, x: Panels): Panels {
  const kernels = panelCount(x.columns) > 1 ? panelKernels() : null;
  if (kernels) return vectorMultiply(kernels, matrix, x);
  const result = emptyPanels(x.rows, x.columns);
  const length = x.rows * PANEL;
  const alone = lastColumnAlone(x);
  if (alone) setLastColumn(result, multiply(matrix, alone));
  for (let panel = 0; panel < panelCount(x.columns) - (alone ? 1 : 0); panel++) {
    const at = panel * length;
    multiplyPanel(matrix, x.values.subarray(at, at + length), result.values.subarray(at, at + length));
  }
  return result;
}

/** out = B x for one panel, `[row][4]`; `out` is not `x`. */
export function multiplyPanel(
  { rows, rowOffsets, columns, values }: SparseMatrix,
  x: Float64Array,
  out: Float64Array,
): void {
  let entry = 0;
  for (let row = 0, at = 0; row < rows; row++, at += PANEL) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (const end = rowOffsets[row + 1]; entry < end; entry++) {
      const value = values[entry];
      const from = columns[entry] * PANEL;
      s0 += value * x[from];
      s1 += value * x[from + 1];
      s2 += value * x[from + 2];
      s3 += value * x[from + 3];
    }
    out[at] = s0;
    out[at + 1] = s1;
    out[at + 2] = s2;
    out[at + 3] = s3;
  }
}
