import { multiply, type SparseMatrix } from '../../solvers/index.js';
import { panelKernels } from '../../solvers/kernels/panel-kernels.js';
import { emptyPanels, lastColumnAlone, PANEL, type Panels, panelCount, setLastColumn } from './panels.js';
import { vectorMultiply } from './vector-panels.js';

/** B X */
export function multiplyPanels(matrix: SparseMatrix, x: Panels): Panels {
  const kernels = panelCount(x.columns) > 1 ? panelKernels() : null;
  if (kernels) return vectorMultiply(kernels, matrix, x);
  const { rowOffsets, columns: neighbours, values: entries } = matrix;
  const result = emptyPanels(x.rows, x.columns);
  const from = x.values;
  const to = result.values;
  const alone = lastColumnAlone(x);
  if (alone) setLastColumn(result, multiply(matrix, alone));
  for (let panel = 0; panel < panelCount(x.columns) - (alone ? 1 : 0); panel++) {
    const base = panel * x.rows * PANEL;
    let entry = 0;
    for (let row = 0; row < x.rows; row++) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (const end = rowOffsets[row + 1]; entry < end; entry++) {
        const value = entries[entry];
        const at = base + neighbours[entry] * PANEL;
        s0 += value * from[at];
        s1 += value * from[at + 1];
        s2 += value * from[at + 2];
        s3 += value * from[at + 3];
      }
      const at = base + row * PANEL;
      to[at] = s0;
      to[at + 1] = s1;
      to[at + 2] = s2;
      to[at + 3] = s3;
    }
  }
  return result;
}
