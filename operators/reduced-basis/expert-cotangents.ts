import type { WrittenCotangent } from './answer-space.js';
import type { CoupledProjection } from './coupled-projection.js';
import { combine } from './dense-products.js';
import { emptyPanels, fromPanels, PANEL, type Panels, panelsOfColumns } from './panels.js';
import type { BasisCotangent } from './projection-adjoint.js';
import { gatherRows, scatterRows } from './row-sets.js';
import { smoothTransposed } from './smoothing.js';

/**
 * The cotangent of the shared fields b from that of the windowed ones, Φ̄ = Σ left rightᵀ + imageWeight BΦ:
 *
 *     b̄ = Sᵀ Σ_k χ_k ⊙ Φ̄_k
 */
export function coupledCotangent(
  { operator, options, basis, images }: CoupledProjection,
  { left, right, imageWeight }: BasisCotangent,
): WrittenCotangent {
  const n = basis.columns / basis.blocks.length;
  const outer = panelsOfColumns(left, basis.rows);
  const sum = emptyPanels(basis.rows, n);
  basis.blocks.forEach(({ cells, weights }, k) => {
    const factors = new Float64Array(right.length * n);
    right.forEach((vector, s) => {
      factors.set(vector.subarray(k * n, (k + 1) * n), s * n);
    });
    const part = combine(gatherRows(outer, cells), factors, n);
    addScaled(part, imageWeight, images[k]);
    scatterRows(part, cells, sum, weights);
  });
  return writtenOut(smoothTransposed(operator, sum, options.smoothing, basis.columns));
}

/** Without factors that a graph would multiply. */
export function writtenOut(cotangent: Panels): WrittenCotangent {
  const image = fromPanels(cotangent, new Float32Array(cotangent.rows * cotangent.columns));
  return { left: new Float32Array(0), right: new Float32Array(0), image };
}

/** Y ← Y + aX, panels of one shape */
export function addScaled(y: Panels, a: number, x: Panels): void {
  const length = y.rows * PANEL * Math.ceil(y.columns / PANEL);
  for (let at = 0; at < length; at++) y.values[at] += a * x.values[at];
}
